//! What the last build knew: every source as it was read, every output as it was written. Safe to delete: without it
//! everything is read and rendered anew, with the same result.
//!
//! The laws. *Doubt discards*: another version, another output folder, a damaged file, and what it says is not used.
//! *Saved last*: chunks first, then the header that names each of them by its checksum, by a rename. *Intent first*: before
//! a build replaces or deletes an output it writes down which, and until the next header is saved those are unknown.

mod intent;
mod stat;
mod store;

pub use stat::{COARSEST_TICK, Moment, Stat};
pub use store::Store;

use super::load::Parsed;
use super::reasons::{Last, Why};
use super::unchanged::Quiet;
use crate::archive::mentions::{Digest, Found};
use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder of everything that a build keeps for the next one.
pub const FOLDER: &str = ".dateline";

/// What is known of a preview lies in a folder of its own: neither build makes the other start from nothing.
const OF_PREVIEW: &str = "preview-ledger";

const HEADER: &str = "ledger";
const VERSION: u32 = 4;

/// What is known of a content file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// What the file system said of it.
    pub stat: Stat,
    /// Whether an equal `stat` proves equal bytes. A file that was changed in the last moments before it was read may be
    /// changed once more within the same tick of the clock.
    pub settled: bool,
    /// Of its bytes.
    pub hash: Fingerprint,
    /// Of an article: the people found in it and the words that could be names.
    pub found: Option<Found>,
    /// What was read from it. Only files without any problem are kept: a warning is said in every build.
    pub parsed: Parsed,
}

/// What is known of a file of the output.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Output {
    /// The page's key, or of a copied file the hash of its bytes.
    pub key: Fingerprint,
    /// Of its bytes.
    pub content: Fingerprint,
    /// What the file system said of it when it was last looked at: if that differs, its bytes say whether it is the same.
    pub stat: Stat,
    /// As of a source.
    pub settled: bool,
    /// Why it was last rendered.
    pub why: Why,
    /// When, in seconds since 1970 by the file system's clock; 0 if nobody knows.
    pub rendered: u32,
}

impl Output {
    /// Bytes rendered from a key, not yet in place.
    pub fn new(key: Fingerprint, content: Fingerprint) -> Self {
        Self { key, content, stat: Stat::default(), settled: false, why: Why::default(), rendered: 0 }
    }
}

/// What the last build knew.
pub struct Ledger {
    folder: PathBuf,
    /// Content file → what is known of it.
    pub sources: Store<Source>,
    /// Output file → what is known of it.
    pub outputs: Store<Output>,
    /// What the people found in the sources depend on.
    pub people: Digest,
    /// The last build, if it had nothing to say.
    pub quiet: Option<Quiet>,
    /// What the last build's pages had in common.
    pub last: Option<Last>,
    /// Outputs that a build which did not end meant to touch.
    pub interrupted: BTreeSet<String>,
    /// Why what was there is not used, if it is not.
    pub discarded: Option<&'static str>,
    about: About,
}

/// What a ledger is true of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The program that wrote it.
    pub engine: String,
    /// The settings that decide what is read from a file.
    pub reading: Fingerprint,
    /// The output folder.
    pub output: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Header {
    about: About,
    sources: Vec<Fingerprint>,
    outputs: Vec<Fingerprint>,
    people: Digest,
    quiet: Option<Quiet>,
    last: Option<Last>,
}

impl Ledger {
    /// Loads what is known; `clean` forgets it.
    pub fn load(site: &Path, about: About, clean: bool) -> Self {
        let folder = site.join(FOLDER);
        // An output inside our own folder is a preview.
        let is_preview = folder.canonicalize().is_ok_and(|f| about.output.starts_with(f));
        let folder = if is_preview { folder.join(OF_PREVIEW) } else { folder };
        let mut ledger = Self {
            sources: Store::empty(folder.join("sources")),
            outputs: Store::empty(folder.join("outputs")),
            people: Digest::default(),
            quiet: None,
            last: None,
            interrupted: BTreeSet::new(),
            discarded: None,
            folder,
            about,
        };
        if clean {
            return ledger;
        }
        let header = match ledger.header() {
            Ok(Some(header)) => header,
            Ok(None) => return ledger,
            Err(why) => {
                ledger.discarded = Some(why);
                return ledger;
            }
        };
        if header.about.engine != ledger.about.engine {
            ledger.discarded = Some("it was written by another version of the program");
            return ledger;
        }
        if header.about.reading == ledger.about.reading {
            ledger.sources = Store::load(ledger.folder.join("sources"), &header.sources);
            ledger.people = header.people;
        } else {
            ledger.discarded = Some("the site's settings have changed");
        }
        if header.about.output == ledger.about.output {
            ledger.last = header.last;
            ledger.outputs = Store::load(ledger.folder.join("outputs"), &header.outputs);
            match intent::read(&ledger.folder) {
                intent::Read::None => {}
                intent::Read::Files(files) => {
                    files.iter().for_each(|file| ledger.outputs.remove(file));
                    ledger.interrupted = files.into_iter().collect();
                }
                // Nobody knows what it named, and the next intent will not name it either.
                intent::Read::Damaged => {
                    ledger.outputs.clear();
                    let _ = std::fs::remove_file(ledger.folder.join(HEADER));
                }
            }
        } else {
            ledger.discarded = Some("it is of another output folder");
        }
        if ledger.discarded.is_none() {
            ledger.quiet = header.quiet;
        }
        if ledger.sources.damaged || ledger.outputs.damaged {
            ledger.discarded = Some("a part of it is damaged, or the last build did not end");
        }
        ledger
    }

    /// What it is true of.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What the system knows of the header on the disk; `None` if there is none, or a build has died since.
    pub fn saved(&self) -> Option<Stat> {
        let died = !matches!(intent::read(&self.folder), intent::Read::None);
        Stat::of(&self.folder.join(HEADER)).filter(|_| !died)
    }

    fn header(&self) -> Result<Option<Header>, &'static str> {
        let bytes = match std::fs::read(self.folder.join(HEADER)) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err("it cannot be read"),
        };
        let (version, body) = bytes.split_at_checked(4).ok_or("it is damaged")?;
        if version != VERSION.to_le_bytes() {
            return Err("it was written by another version of the program");
        }
        let body = store::checked(body).ok_or("it is damaged")?;
        postcard::from_bytes(body).map(Some).map_err(|_| "it is damaged")
    }

    /// Says which outputs are about to be touched.
    pub fn intend<'a>(&self, files: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        intent::write(&self.folder, files)
    }

    /// Saves what is known now, and the intent is done.
    pub fn save(&mut self) -> std::io::Result<()> {
        let header = Header {
            about: self.about.clone(),
            sources: self.sources.save()?,
            outputs: self.outputs.save()?,
            people: self.people.clone(),
            quiet: self.quiet.clone(),
            last: self.last.clone(),
        };
        let mut bytes = VERSION.to_le_bytes().to_vec();
        let body = postcard::to_stdvec(&header).map_err(std::io::Error::other)?;
        bytes.extend_from_slice(Fingerprint::of(&body).as_bytes());
        bytes.extend_from_slice(&body);
        store::replace(&self.folder.join(HEADER), &bytes)?;
        intent::done(&self.folder)
    }
}
