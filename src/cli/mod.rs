//! The command line: one file per command. Here are the arguments' common shape and the exit codes.

mod arguments;
mod build;
mod check;
mod deploy;
mod explain;
mod interrupt;
mod people;
mod progress;
mod rename;
mod serve;
mod told;
mod watch;

use clap::{Parser, Subcommand};
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
    /// Say what a page is made from, and which pages show a file.
    Explain(explain::Arguments),
    /// Preview the site in a browser while you write.
    Serve(serve::Arguments),
    /// Build the site, and again after every change.
    Watch(watch::Arguments),
    /// Give a page another address, and let the old one lead there.
    Move(rename::Arguments),
    /// Say what is wrong with the site, and what is worth a look.
    Check(check::Arguments),
    /// Build the site and send what differs to where readers find it.
    Deploy(deploy::Arguments),
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
        Command::Explain(arguments) => explain::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Watch(arguments) => watch::run(arguments),
        Command::Move(arguments) => rename::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Deploy(arguments) => deploy::run(arguments),
        Command::People(arguments) => people::run(arguments),
    })
}
