//! `dateline move`.

use super::arguments::look;
use super::{DONE, WRONG};
use crate::build;
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
    let options = match look(arguments.site.as_deref()) {
        Ok(options) => options,
        Err(code) => return code,
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
