//! `dateline move`.

use super::arguments::{find, now};
use super::{DONE, WRONG};
use crate::archive::withheld::Allowed;
use crate::build::{self, Clock, Options};
use crate::diagnostics::render_all;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline move /2025/03/16/old-name/ new-name
  dateline move content/articles/2025/03/16/old-name.md /2025/03/17/new-name/
  dateline move /people/jane-smith/ jane-doe

The file keeps its place; its front matter says the new address and remembers the old one, which leads there from then on.")]
pub(super) struct Arguments {
    /// The page: its address or its file
    #[arg(value_name = "OLD")]
    old: String,
    /// Its new slug or address
    #[arg(value_name = "NEW")]
    new: String,
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let site = match find(arguments.site.as_deref()) {
        Ok(site) => site,
        Err(code) => return code,
    };
    let options = Options {
        site,
        output: None,
        base_url: None,
        origin: None,
        as_of: Clock::At(now()),
        allowed: Allowed::default(),
        jobs: 0,
        clean: false,
        keep_going: false,
        tick: build::COARSEST_TICK,
        verify: false,
    };
    match build::rename(&options, &arguments.old, &arguments.new) {
        Ok(moved) => {
            println!("{}: {} is {} now, and the old address leads there", moved.path, moved.from, moved.to);
            DONE
        }
        Err(mut problems) => {
            build::locate(&options, &mut problems);
            eprint!("{}", render_all(&problems, false));
            WRONG
        }
    }
}
