//! A look at a site without building it: everything is read, nothing is written.

use super::{Clock, Options, Silent, ledger, load, permanence, read_config, source};
use crate::archive::{self, Archive};
use crate::config::Config;
use crate::content::visible::Visible;
use crate::content::{self, Article};
use crate::diagnostics::Diagnostic;
use crate::pages;
use ledger::{About, Ledger};
use rapidhash::RapidHashSet;
use std::path::PathBuf;

/// A site as it stands.
pub struct Survey {
    /// Its folder.
    pub site: PathBuf,
    /// Its settings.
    pub config: Config,
    /// Its archive.
    pub archive: Archive,
    /// What there is to say about it.
    pub problems: Vec<Diagnostic>,
}

/// Reads a site. What the last build knew is used; what is learned is not kept.
///
/// Errors: what makes it impossible to read a site at all.
pub fn survey(options: &Options) -> Result<Survey, Vec<Diagnostic>> {
    look(options, false)
}

/// Reads a site and says all that a build would say before it renders: of links, addresses, the theme, what was published
/// before.
///
/// Errors: what makes it impossible to read a site at all.
pub fn examine(options: &Options) -> Result<Survey, Vec<Diagnostic>> {
    look(options, true)
}

fn look(options: &Options, whole: bool) -> Result<Survey, Vec<Diagnostic>> {
    let config = read_config(options)?;
    let as_of = match &options.as_of {
        Clock::At(at) => *at,
        said => said.read(&config)?,
    };
    let about =
        About { engine: env!("DATELINE_ENGINE").to_string(), reading: load::settings(&config), output: PathBuf::new() };
    let ledger = Ledger::load(&options.site, about, false);
    let mut problems = Vec::new();
    let files = source::walk(&options.site, &config);
    let drafts = options.allowed.drafts;
    let reading = load::Reading { site: &options.site, files: &files, config: &config, ledger: &ledger, drafts };
    let loaded = load::all(&reading, None, None, &Silent);
    problems.extend(files.problems.iter().cloned());
    problems.extend(loaded.problems);
    let (archive, found) = archive::index(loaded.corpus, &config, as_of, options.allowed);
    problems.extend(found);
    if whole {
        plan(options, &config, &archive, &files, &loaded.unusable, &mut problems);
        super::checks::security(&config, as_of, &mut problems);
    }
    super::locate(options, &mut problems);
    problems.sort_by(Diagnostic::order);
    problems.dedup();
    super::gather_repeated(&mut problems);
    Ok(Survey { site: options.site.clone(), config, archive, problems })
}

/// What there is to say of the pages that would be.
fn plan(
    options: &Options,
    config: &Config,
    archive: &Archive,
    files: &source::Files,
    unusable: &[String],
    problems: &mut Vec<Diagnostic>,
) {
    let published = permanence::Lock::read(&options.site, config, problems);
    let (mut plan, found) = pages::plan(archive, config);
    problems.extend(found);
    let own: RapidHashSet<&str> = files.statics.iter().map(|f| f.url.as_str()).collect();
    plan.pages.retain(|p| !p.kind().yields() || !own.contains(p.url.as_str()));
    let links = super::resolve_links(archive, &plan, files, unusable, config, problems);
    match super::load_theme(options, config) {
        Ok(theme) => {
            problems.extend(theme.warnings.iter().cloned());
            let wanted = super::wanted(files, &theme, &links, &plan, options, problems);
            super::checks::folders(archive, &plan.pages, &wanted, problems);
        }
        Err(found) => problems.extend(found),
    }
    super::checks::menu(config, &plan, files, problems);
    super::checks::redirects(archive, &plan, files, problems);
    if let Some(lock) = &published {
        problems.extend(lock.check(options, archive, &plan.pages, files, unusable));
    }
}

impl Survey {
    /// The text of an article as readers see it; nothing if its file is gone.
    pub fn visible(&self, article: &Article) -> Visible {
        let mut visible = Visible::new(self.config.markdown.raw_html);
        if let Ok(bytes) = source::read_bytes(&self.site, &article.prose.path) {
            content::article::load(&article.prose.path, &bytes, &self.config, &mut visible);
        }
        visible
    }

    /// The text of a content file.
    pub fn text(&self, path: &str) -> Result<String, Box<Diagnostic>> {
        source::read_text(&self.site, path)
    }
}
