//! `dateline serve`: watch, and show the result in a browser.

use super::arguments::Site;
use super::watch::{Teller, Wishes, real, run_until_interrupted};
use super::{USAGE, told};
use crate::archive::withheld::Allowed;
use crate::build::{self, Options};
use crate::preview::{Hosts, Preview, listen};
use clap::Args;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline serve                             preview the site in this folder, and open pages follow what you write
  dateline serve --open --port 4000
  dateline serve --as-of 2025-03-17T09:00    the site as it was, or will be, at that time
  dateline serve --as-published              only what `dateline build` would publish now
  dateline serve --host 0.0.0.0              for every machine that reaches this one: drafts too")]
pub(super) struct Arguments {
    #[command(flatten)]
    site: Site,
    /// The port; the next free one if it is taken
    #[arg(long, value_name = "N", default_value_t = 8300)]
    port: u16,
    /// The address to answer at: `localhost` is this machine only, `0.0.0.0` all networks
    #[arg(long, value_name = "HOST", default_value = "localhost")]
    host: String,
    /// Another name by which the preview may be called, for example behind a tunnel
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Open the front page in the browser
    #[arg(long)]
    open: bool,
    /// Hide drafts and what is still to come, as `build` does
    #[arg(long)]
    as_published: bool,
    /// Look at every file again and again, instead of being told what changes
    #[arg(long)]
    poll: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let options = match arguments.site.options().and_then(real) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (listeners, port) = match listen::at(&arguments.host, arguments.port) {
        Ok(found) => found,
        Err(error) => {
            eprintln!("error: nothing can be served at {} port {}: {error}", arguments.host, arguments.port);
            return USAGE;
        }
    };
    let given = arguments.site.base_url.as_deref().and_then(host_of);
    let names = arguments.allow_host.iter().cloned().chain(given).chain([arguments.host.clone()]);
    let preview = match Preview::start(listeners, Hosts::new(names)) {
        Ok(preview) => preview,
        Err(error) => {
            eprintln!("error: the preview cannot be started: {error}");
            return USAGE;
        }
    };
    let origin = format!("http://{}:{port}", listen::shown(&arguments.host));
    if port != arguments.port && arguments.port != 0 {
        told::problems([], &[format!("port {} is taken: the preview is at {port}", arguments.port)]);
    }
    let options = Options {
        output: Some(build::preview_folder(&options.site)),
        // A link with the site's full address must lead here too, unless it was said where the preview lives.
        origin: options.base_url.is_none().then(|| origin.clone()),
        allowed: if arguments.as_published { Allowed::default() } else { Allowed { drafts: true, future: true } },
        ..options
    };
    let mut teller = Teller::new(&options.site, Wishes::default(), Some(preview.live.clone()));
    let (open, hides) = (arguments.open, arguments.as_published);
    teller.at_first = Some(Box::new(move |report| {
        let url = format!("{origin}{}/", report.base_path.as_deref().unwrap_or(""));
        let what = if hides { "" } else { ", with drafts and what is still to come; nothing of it is published" };
        told::line(&format!("Preview at {url}{what}. Ctrl-C ends it."));
        if open && let Err(error) = open::that_detached(&url) {
            told::problems([], &[format!("no browser could be opened: {error}")]);
        }
    }));
    run_until_interrupted(options, arguments.site.fixed(), arguments.poll, teller)
}

/// The host of a URL.
fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1.split('/').next()?;
    Some(rest.rsplit_once(':').map_or(rest, |(host, _)| host).to_string())
}
