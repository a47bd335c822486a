//! `dateline schema`, `completions` and `man`: what other programs want to know of this one.

use super::{DONE, Program, USAGE, told};
use crate::build::find_site;
use crate::config::{Config, FILE};
use crate::desk::schema::{Of, schema};
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline schema front-matter > .vscode/article.schema.json
  dateline schema site > site.schema.json

Inside a site, its own words for keys ([front_matter.map]) are known too.")]
pub(super) struct Arguments {
    /// Of what
    #[arg(value_name = "WHAT", value_parser = PossibleValuesParser::new(Of::ALL.map(|(name, _)| name)))]
    what: String,
    /// The folder with site.toml [default: the nearest one from here upwards, if there is one]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let site = arguments.site.or_else(|| find_site(&std::env::current_dir().ok()?));
    // A site.toml that cannot be read is the build's business; a schema may be what is wanted to mend it.
    let text = site.and_then(|site| std::fs::read_to_string(site.join(FILE)).ok());
    let config = text.and_then(|text| Config::parse(text.trim_start_matches('\u{feff}'), None).ok());
    let Some((_, of)) = Of::ALL.into_iter().find(|(name, _)| *name == arguments.what) else { return USAGE };
    told::line(&format!("{:#}", schema(of, config.as_ref())));
    DONE
}

#[derive(Args)]
#[command(after_help = "Examples:
  dateline completions bash > ~/.local/share/bash-completion/completions/dateline
  dateline completions zsh > ~/.zfunc/_dateline
  dateline completions fish > ~/.config/fish/completions/dateline.fish")]
pub(super) struct Completions {
    /// For which shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: clap_complete::Shell,
}

pub(super) fn completions(arguments: Completions) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Program::command(), "dateline", &mut script);
    // A closed pipe is no reason to fail.
    let _ = std::io::stdout().write_all(&script);
    DONE
}

#[derive(Args)]
#[command(after_help = "Examples:
  dateline man > ~/.local/share/man/man1/dateline.1
  dateline man build | man -l -")]
pub(super) struct Man {
    /// Of a command [default: of the program]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn man(arguments: Man) -> u8 {
    let mut program = Program::command();
    program.build();
    let command = match &arguments.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                eprintln!("error: there is no command `{name}`; `dateline --help` lists them");
                return USAGE;
            }
        },
    };
    let mut page = Vec::new();
    let _ = clap_mangen::Man::new(command).render(&mut page);
    let _ = std::io::stdout().write_all(&page);
    DONE
}
