//! A look at a site without building it: everything is read, nothing is written.

use super::{Clock, Options, Silent, ledger, load, read_config, source};
use crate::archive::{self, Archive};
use crate::config::Config;
use crate::content::visible::Visible;
use crate::content::{self, Article};
use crate::diagnostics::Diagnostic;
use ledger::{About, Ledger};
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
    problems.extend(files.problems);
    problems.extend(loaded.problems);
    let (archive, found) = archive::index(loaded.corpus, &config, as_of, options.allowed);
    problems.extend(found);
    super::locate(options, &mut problems);
    problems.sort_by(Diagnostic::order);
    problems.dedup();
    super::gather_repeated(&mut problems);
    Ok(Survey { site: options.site.clone(), config, archive, problems })
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
