//! The command line: one file per command. Here are the arguments' common shape and the exit codes.

mod build;
mod check;
mod people;
mod progress;

use crate::archive::withheld::Allowed;
use crate::build::{self as build_site, Clock, Options};
use clap::{Parser, Subcommand};
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::ExitCode;

/// Done.
pub const DONE: u8 = 0;
/// The content or the site is wrong.
pub const WRONG: u8 = 1;
/// The call is wrong.
pub const USAGE: u8 = 2;

/// A static site generator for archives of news briefings.
#[derive(Parser)]
#[command(name = "dateline", version, about, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 the content or site is wrong, 2 the call is wrong.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the site.
    Build(build::Arguments),
    /// Say what is wrong with the site, and what is worth a look.
    Check(check::Arguments),
    /// See, find and merge the people of the archive.
    People(people::Arguments),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come as errors too; they are what was asked for.
            let code = if error.use_stderr() { USAGE } else { DONE };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    ExitCode::from(match arguments.command {
        Command::Build(arguments) => build::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::People(arguments) => people::run(arguments),
    })
}

/// The site's folder: the one named, else the nearest from here upwards. Says so if there is none.
fn site_folder(named: &Option<PathBuf>) -> Option<PathBuf> {
    let found = match named {
        Some(folder) => build_site::find_site(folder).filter(|found| found == folder),
        None => std::env::current_dir().ok().and_then(|here| build_site::find_site(&here)),
    };
    if found.is_none() {
        let place = named.as_ref().map_or("this folder or any above it".to_string(), |f| f.display().to_string());
        eprintln!(
            "error: there is no site.toml in {place}\n\nA site is a folder with a site.toml; name it with --site DIR."
        );
    }
    found
}

/// A look at the whole site, as of now.
fn survey_options(site: PathBuf) -> Options {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read, once")]
    let now = Timestamp::now();
    Options {
        site,
        output: None,
        base_url: None,
        as_of: Clock::At(now),
        allowed: Allowed::default(),
        jobs: 0,
        clean: false,
        keep_going: true,
        tick: build_site::COARSEST_TICK,
        verify: false,
    }
}
