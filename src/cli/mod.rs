//! The command line: one file per command. Here are the arguments' common shape and the exit codes.

mod arguments;
mod build;
mod check;
mod deploy;
mod explain;
mod import;
mod init;
mod interrupt;
mod new;
mod people;
mod progress;
mod rename;
mod schema;
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
#[command(after_help = "Examples:
  dateline init harbour                            a new site, small and whole
  dateline new \"Ferry returns\" --tags ferries      an article in its place
  dateline serve                                   see it while you write
  dateline check                                   what is wrong, before anybody sees it
  dateline build                                   what you upload, in public/

Every command has its own --help with examples.
Exit codes: 0 done, 1 the content or site is wrong, 2 the call is wrong.")]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new site.
    Init(init::Arguments),
    /// Write a new article in its place.
    New(new::Arguments),
    /// Make articles of other people's texts.
    Import(import::Arguments),
    /// Preview the site in a browser while you write.
    Serve(serve::Arguments),
    /// Build the site.
    Build(build::Arguments),
    /// Build the site, and again after every change.
    Watch(watch::Arguments),
    /// Say what is wrong with the site, and what is worth a look.
    Check(check::Arguments),
    /// Build the site and send what differs to where readers find it.
    Deploy(deploy::Arguments),
    /// See, find and merge the people of the archive.
    People(people::Arguments),
    /// Give a page another address, and let the old one lead there.
    Move(rename::Arguments),
    /// Say what a page is made from, and which pages show a file.
    Explain(explain::Arguments),
    /// Print a JSON Schema of front matter or site.toml, for editors.
    Schema(schema::Arguments),
    /// Print a script that completes commands and options in a shell.
    Completions(schema::Completions),
    /// Print a manual page.
    Man(schema::Man),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let arguments = match Program::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come as errors too; they are what was asked for.
            let code = if error.use_stderr() { USAGE } else { DONE };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    ExitCode::from(match arguments.command {
        Command::Init(arguments) => init::run(arguments),
        Command::New(arguments) => new::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Build(arguments) => build::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Watch(arguments) => watch::run(arguments),
        Command::Move(arguments) => rename::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Deploy(arguments) => deploy::run(arguments),
        Command::People(arguments) => people::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => schema::completions(arguments),
        Command::Man(arguments) => schema::man(arguments),
    })
}
