//! What the last build left in its output: what a deploy starts from. Reads, and writes nothing.

use super::ledger::{About, Ledger, Stat};
use super::{Options, load, output, read_config, source};
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use rayon::prelude::*;
use std::path::PathBuf;

/// The output as it lies there.
pub struct Published {
    /// Its folder.
    pub folder: PathBuf,
    /// The settings that it was built with.
    pub config: Config,
    /// Every file that Dateline wrote there and that is there, by path.
    pub files: Vec<File>,
}

/// A file of the output.
pub struct File {
    /// Its path in the output, with `/`.
    pub path: String,
    /// Of its bytes.
    pub hash: Fingerprint,
    /// How many they are.
    pub size: u64,
}

/// Looks at the output. A file that is as the last build left it is known without being read.
///
/// Errors: settings or a folder that cannot be used, a file that was there a moment ago.
pub fn published(options: &Options) -> Result<Published, Vec<Diagnostic>> {
    let _lock = output::lock(&options.site, options.tick)?;
    let config = read_config(options)?;
    let mut target = output::resolve(options, &config)?;
    target.read_marker();
    let about = About {
        engine: env!("DATELINE_ENGINE").to_string(),
        reading: load::settings(&config),
        output: target.path.clone(),
    };
    let ledger = Ledger::load(&options.site, about, false);
    let paths: Vec<&String> = target.ours.iter().collect();
    let files: Result<Vec<File>, Box<Diagnostic>> = paths
        .par_iter()
        .map(|path| {
            let full = target.path.join(path);
            let stat = Stat::of(&full).ok_or_else(|| {
                let d = Diagnostic::error(Code::Output, format!("{} is no longer a file", full.display()));
                Box::new(d.help("build again: somebody else has touched the output folder"))
            })?;
            let known = ledger.outputs.get(path).filter(|o| o.stat == stat && o.settled).map(|o| o.content);
            let hash = match known {
                Some(hash) => hash,
                None => Fingerprint::of(&std::fs::read(&full).map_err(|e| {
                    let why = format!("{} cannot be read: {}", full.display(), source::reason(&e));
                    Box::new(Diagnostic::error(Code::Output, why).help("check its permissions"))
                })?),
            };
            Ok(File { path: (*path).clone(), hash, size: stat.size })
        })
        .collect();
    Ok(Published { files: files.map_err(|d| vec![*d])?, folder: target.path, config })
}
