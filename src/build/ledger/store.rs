//! A table on the disk in chunks: one changed row rewrites one chunk, and loading uses every core. A larger table has
//! more of them.

use crate::fingerprint::Fingerprint;
use rapidhash::RapidHashMap;
use rapidhash::v3::rapidhash_v3;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Rows in a chunk, about.
const ROWS: usize = 512;

/// Most chunks.
const MOST: usize = 256;

/// Rows by name.
pub struct Store<T> {
    folder: PathBuf,
    chunks: Vec<Chunk<T>>,
    /// Whether a chunk was not what its checksum says.
    pub damaged: bool,
}

struct Chunk<T> {
    rows: RapidHashMap<String, T>,
    /// Of the file on the disk; `None` if it must be written.
    sum: Option<Fingerprint>,
}

impl<T> Chunk<T> {
    fn empty() -> Self {
        Self { rows: RapidHashMap::default(), sum: None }
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync> Store<T> {
    /// A table that knows nothing.
    pub fn empty(folder: PathBuf) -> Self {
        Self { folder, chunks: vec![Chunk::empty()], damaged: false }
    }

    /// Loads the chunks that are what their checksums say.
    pub fn load(folder: PathBuf, sums: &[Fingerprint]) -> Self {
        if sums.is_empty() || sums.len() > MOST {
            return Self { damaged: true, ..Self::empty(folder) };
        }
        let chunks: Vec<Option<Chunk<T>>> = sums
            .par_iter()
            .enumerate()
            .map(|(n, sum)| {
                let bytes = std::fs::read(folder.join(file_name(n))).ok()?;
                if Fingerprint::of(&bytes) != *sum {
                    return None;
                }
                let rows: Vec<(String, T)> = postcard::from_bytes(&bytes).ok()?;
                Some(Chunk { rows: rows.into_iter().collect(), sum: Some(*sum) })
            })
            .collect();
        let damaged = chunks.iter().any(Option::is_none);
        let chunks = chunks.into_iter().map(|c| c.unwrap_or_else(Chunk::empty)).collect();
        Self { folder, chunks, damaged }
    }

    /// A row.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.chunks[self.chunk_of(name)].rows.get(name)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|c| c.rows.len()).sum()
    }

    /// The names of all rows, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.chunks.iter().flat_map(|chunk| chunk.rows.keys().map(String::as_str))
    }

    /// All rows, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.chunks.iter().flat_map(|chunk| chunk.rows.iter().map(|(name, row)| (name.as_str(), row)))
    }

    /// Whether something is true of every row.
    pub fn all(&self, is_so: impl Fn(&str, &T) -> bool + Sync) -> bool {
        self.chunks.par_iter().all(|chunk| chunk.rows.iter().all(|(name, row)| is_so(name, row)))
    }

    /// Sets a row.
    pub fn set(&mut self, name: String, row: T) {
        let at = self.chunk_of(&name);
        let chunk = &mut self.chunks[at];
        chunk.rows.insert(name, row);
        chunk.sum = None;
    }

    /// Takes a row out.
    pub fn remove(&mut self, name: &str) {
        let at = self.chunk_of(name);
        let chunk = &mut self.chunks[at];
        if chunk.rows.remove(name).is_some() {
            chunk.sum = None;
        }
    }

    /// Takes out every row that is not wanted.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool + Sync) {
        self.chunks.par_iter_mut().for_each(|chunk| {
            let before = chunk.rows.len();
            chunk.rows.retain(|name, _| wanted(name));
            if chunk.rows.len() != before {
                chunk.sum = None;
            }
        });
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        *self = Self::empty(std::mem::take(&mut self.folder));
    }

    /// By a hash that is the same in every process: a row is looked for where another build has put it.
    fn chunk_of(&self, name: &str) -> usize {
        if self.chunks.len() == 1 { 0 } else { (rapidhash_v3(name.as_bytes()) % self.chunks.len() as u64) as usize }
    }

    /// Sets many rows.
    pub fn extend(&mut self, rows: Vec<(String, T)>) {
        // Where all of them are new, spreading them afterwards would need room for twice as many.
        self.resize(self.len() + rows.len());
        rows.into_iter().for_each(|(name, row)| self.set(name, row));
    }

    /// Spreads the rows over as many chunks as there should be for so many, if there are far too few or too many.
    fn resize(&mut self, rows: usize) {
        let wanted = (rows / ROWS).next_power_of_two().clamp(1, MOST);
        if wanted <= self.chunks.len() * 2 && self.chunks.len() <= wanted * 4 {
            return;
        }
        let old = std::mem::replace(&mut self.chunks, std::iter::repeat_with(Chunk::empty).take(wanted).collect());
        for (name, row) in old.into_iter().flat_map(|c| c.rows) {
            self.set(name, row);
        }
    }

    /// Writes the chunks that changed; returns the checksum of each.
    pub fn save(&mut self) -> std::io::Result<Vec<Fingerprint>> {
        std::fs::create_dir_all(&self.folder)?;
        self.resize(self.len());
        let folder = &self.folder;
        self.chunks
            .par_iter_mut()
            .enumerate()
            .map(|(n, chunk)| {
                if let Some(sum) = chunk.sum {
                    return Ok(sum);
                }
                // In order, so that equal knowledge is equal bytes.
                let mut rows: Vec<(&String, &T)> = chunk.rows.iter().collect();
                rows.sort_unstable_by_key(|(name, _)| *name);
                let bytes = postcard::to_stdvec(&rows).map_err(std::io::Error::other)?;
                let sum = Fingerprint::of(&bytes);
                replace(&folder.join(file_name(n)), &bytes)?;
                chunk.sum = Some(sum);
                Ok(sum)
            })
            .collect()
    }
}

fn file_name(n: usize) -> String {
    format!("{n:02x}")
}

/// The bytes after a checksum, if it is theirs.
pub(super) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (sum, body) = bytes.split_at_checked(16)?;
    (Fingerprint::of(body).as_bytes() == sum).then_some(body)
}

/// Replaces a file whole.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(new, path)
}
