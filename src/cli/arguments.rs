//! The arguments that several commands share, and what they mean.

use super::{USAGE, WRONG};
use crate::archive::withheld::Allowed;
use crate::build::{self, Clock, Options, Survey};
use crate::content::dates;
use crate::diagnostics::render_all;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// Of every command that builds.
#[derive(Args)]
pub(super) struct Site {
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Where the site will live, instead of site.toml's base_url
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// What "now" is: a date or date-time, in the site's time zone unless it has an offset
    #[arg(long, value_name = "TIME", value_parser = as_of)]
    pub as_of: Option<String>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    jobs: Option<u16>,
    /// Publish what is sound even if something is not
    #[arg(long)]
    keep_going: bool,
}

/// Of the commands that build what is deployed.
#[derive(Args)]
pub(super) struct Build {
    #[command(flatten)]
    pub site: Site,
    /// Where to write [default: what site.toml says, else public/ in the site]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Show drafts
    #[arg(long)]
    drafts: bool,
    /// Show articles whose date or embargo is still to come
    #[arg(long)]
    future: bool,
    /// Say how long each phase took
    #[arg(long)]
    pub timings: bool,
    /// Say which pages were rendered, and why
    #[arg(long, short)]
    pub verbose: bool,
    /// How to report: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Who a report is for.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

pub(super) fn as_of(text: &str) -> Result<String, String> {
    dates::parse(text, &TimeZone::UTC).map(|_| text.to_string()).map_err(|e| format!("{e}; {}", e.help()))
}

pub(super) fn base_url(text: &str) -> Result<String, String> {
    match crate::config::split_base_url(text) {
        Some(_) => Ok(text.to_string()),
        None => {
            Err("it is not a web address; write it like https://news.example or https://example.org/news".to_string())
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the clock is read: once for every build")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// The site's folder; says so if there is none, and gives the exit code.
fn find(named: Option<&Path>) -> Result<PathBuf, u8> {
    let site = match named {
        Some(folder) => build::find_site(folder).filter(|found| found == folder),
        None => std::env::current_dir().ok().and_then(|here| build::find_site(&here)),
    };
    site.ok_or_else(|| {
        let place = named.map_or("this folder or any above it".to_string(), |f| f.display().to_string());
        eprintln!(
            "error: there is no site.toml in {place}\n\nA site is a folder with a site.toml; name it with --site DIR."
        );
        USAGE
    })
}

/// A look at the whole site as of now, without building it; the exit code if there is none.
pub(super) fn look(named: Option<&Path>) -> Result<Options, u8> {
    Ok(Options {
        site: find(named)?,
        output: None,
        base_url: None,
        origin: None,
        as_of: Clock::At(now()),
        allowed: Allowed::default(),
        jobs: 0,
        clean: false,
        keep_going: true,
        tick: build::COARSEST_TICK,
        verify: false,
    })
}

/// What is there in the whole site as of now; the exit code, after saying why, if it cannot be read.
pub(super) fn surveyed(named: Option<&Path>) -> Result<Survey, u8> {
    build::survey(&look(named)?).map_err(|problems| {
        eprint!("{}", render_all(&problems, false));
        WRONG
    })
}

impl Site {
    /// What to build, as far as these arguments say; the exit code if there is no site.
    pub(super) fn options(&self) -> Result<Options, u8> {
        let options = look(self.site.as_deref())?;
        Ok(Options {
            base_url: self.base_url.clone(),
            as_of: self.fixed().unwrap_or(options.as_of),
            jobs: self.jobs.map_or(0, usize::from),
            keep_going: self.keep_going,
            ..options
        })
    }

    /// What "now" is, if it is not the time.
    pub(super) fn fixed(&self) -> Option<Clock> {
        self.as_of.clone().map(Clock::Said)
    }
}

impl Build {
    /// What to build.
    pub(super) fn options(&self) -> Result<Options, u8> {
        let options = self.site.options()?;
        let allowed = Allowed { drafts: self.drafts, future: self.future };
        Ok(Options { output: self.output.clone(), allowed, ..options })
    }
}
