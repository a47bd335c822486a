//! A manifest: every file of a deployed site, by path. Two of them make a plan.
//!
//! What a target says of its own files (ETags, sizes, times) is never trusted: what is there is what a manifest says that
//! we put there. It lies at the target, compressed, under a name that is the hash of its content, and is never changed.

use crate::fingerprint::Fingerprint;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// Where everything of Dateline's own lies at a target.
pub const FOLDER: &str = ".dateline-deploy";

/// What a target holds of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of the file's bytes, before any compression.
    pub hash: Fingerprint,
    /// How many they are.
    pub size: u64,
    /// Of all that is sent with it: type, caching, encoding. Equal marks, equal headers.
    pub mark: u32,
    /// What the target calls this version of it, where it keeps versions.
    pub version: Option<String>,
}

impl Entry {
    /// Whether sending one where the other is would change nothing.
    pub fn same(&self, other: &Self) -> bool {
        self.hash == other.hash && self.mark == other.mark
    }
}

/// Short, because there are a hundred thousand of them: `[hash, size, mark]`, and the version if there is one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Versioned(String, u64, u32, String),
    Plain(String, u64, u32),
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let hash = self.hash.to_string();
        let row = match &self.version {
            Some(version) => Row::Versioned(hash, self.size, self.mark, version.clone()),
            None => Row::Plain(hash, self.size, self.mark),
        };
        row.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let (hash, size, mark, version) = match Row::deserialize(d)? {
            Row::Versioned(hash, size, mark, version) => (hash, size, mark, Some(version)),
            Row::Plain(hash, size, mark) => (hash, size, mark, None),
        };
        let hash = hash.parse().map_err(|()| serde::de::Error::custom("not a hash"))?;
        Ok(Self { hash, size, mark, version })
    }
}

/// Every file of a deployed site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Path → what is there.
    pub files: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Its name, which is the hash of what it says.
    pub fn id(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Fingerprint::of(&json).to_string()
    }

    /// Where the manifest of that name lies at a target.
    pub fn path(id: &str) -> String {
        format!("{FOLDER}/manifest-{id}.json.gz")
    }

    /// Reads it back; `None` if the bytes are not the manifest of that name.
    pub fn read(bytes: &[u8], id: &str) -> Option<Self> {
        let json = unpack(bytes)?;
        (Fingerprint::of(&json).to_string() == id).then(|| serde_json::from_slice(&json).ok()).flatten()
    }

    /// Its bytes.
    pub fn pack(&self) -> Vec<u8> {
        pack(&serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Compresses; the same bytes each time.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Into memory, which does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The other way round; `None` if it was not compressed, or not all of it is there.
pub fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_known_by_its_name_and_by_no_other() {
        let mut manifest = Manifest::default();
        let hash = Fingerprint::of(b"x");
        manifest.files.insert("a".into(), Entry { hash, size: 1, mark: 7, version: None });
        manifest.files.insert("b".into(), Entry { hash, size: 1, mark: 7, version: Some("v1".into()) });
        let (bytes, id) = (manifest.pack(), manifest.id());
        assert_eq!(Manifest::read(&bytes, &id), Some(manifest));
        assert_eq!(Manifest::read(&bytes, &Fingerprint::of(b"y").to_string()), None);
        assert_eq!(Manifest::read(&bytes[..bytes.len() - 3], &id), None);
        assert_eq!(Manifest::read(b"<html>sign in first</html>", &id), None);
    }
}
