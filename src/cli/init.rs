//! `dateline init`: a new site.

use super::{DONE, WRONG, told};
use crate::desk::init;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline init harbour
  dateline init . --title \"The Harbour Record\"

The folder must be empty or new; a .git may be in it. Then: cd harbour && dateline serve")]
pub(super) struct Arguments {
    /// Where the site goes
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The name of the site
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let title = arguments.title.as_deref().map(str::trim).filter(|t| !t.is_empty());
    match init::init(&arguments.folder, title) {
        Ok(files) => {
            files.iter().for_each(|file| told::line(&format!("  {file}")));
            let folder = arguments.folder.display();
            told::line(&format!("\nA site is in {folder}. Go on with:\n"));
            if folder.to_string() != "." {
                told::line(&format!("  cd {folder}"));
            }
            told::line("  dateline serve                       see it, at http://localhost:8300/");
            told::line("  dateline new \"Your headline\" --edit  write");
            told::line("  dateline build                       make what you upload, in public/");
            DONE
        }
        Err(error) => {
            eprintln!("error: {error}\n  = help: name a folder that is empty or does not exist");
            WRONG
        }
    }
}
