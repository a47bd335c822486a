//! `build --verify`: what lies in the output, compared byte for byte with what a clean build would write. Writes nothing.

use super::emit::{Rendered, Sink, Wanted};
use super::ledger::Output;
use super::output::Target;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Takes pages in and compares them.
pub(super) struct Verifier<'t> {
    target: &'t Target,
    differences: Mutex<Vec<Diagnostic>>,
}

impl<'t> Verifier<'t> {
    /// Compares with this output.
    pub fn new(target: &'t Target) -> Self {
        Self { target, differences: Mutex::default() }
    }

    /// Compares the files that are not rendered, looks for files that should be gone, and gives all differences.
    pub fn finish(self, pages: &[Rendered], wanted: &[Wanted]) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        for file in wanted {
            let bytes = file.read().map_err(|d| vec![*d])?;
            self.compare(&file.file, &bytes);
        }
        let due: BTreeSet<&str> =
            pages.iter().map(Rendered::file).chain(wanted.iter().map(|w| w.file.as_str())).collect();
        for file in self.target.ours.iter().filter(|f| !due.contains(f.as_str())) {
            if self.target.path.join(file).is_file() {
                self.add(file, "is no part of the site any more".to_string());
            }
        }
        Ok(self.differences.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn compare(&self, file: &str, bytes: &[u8]) {
        match std::fs::read(self.target.path.join(file)) {
            Err(_) => self.add(file, "is missing".to_string()),
            Ok(there) if there != bytes => {
                let at = there.iter().zip(bytes).take_while(|(a, b)| a == b).count();
                self.add(file, format!("differs from byte {at} on ({} bytes, should be {})", there.len(), bytes.len()));
            }
            Ok(_) => {}
        }
    }

    fn add(&self, file: &str, what: String) {
        let d =
            Diagnostic::error(Code::Differs, format!("{file} {what}")).help("build again, with --clean if it stays so");
        self.differences.lock().unwrap_or_else(PoisonError::into_inner).push(d);
    }
}

impl Sink for Verifier<'_> {
    fn known(&self, _: &str, _: Fingerprint) -> Option<Rendered> {
        None
    }

    fn stage(&self, file: String, key: Fingerprint, bytes: &[u8]) -> Result<Rendered, Box<Diagnostic>> {
        self.compare(&file, bytes);
        let entry = Output::new(key, Fingerprint::of(bytes));
        Ok(Rendered::in_place(file, entry))
    }
}
