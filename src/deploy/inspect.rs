//! A look into the files of this machine: where old addresses lead, whether a key is among what is about to be sent, and how
//! large at the target must be what was sent compressed.

use super::failure::Failure;
use super::manifest::{self, Entry};
use super::plan::{Action, Plan, There};
use super::{headers, refuse};
use crate::config::Deploy;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Fills in where pages of old addresses lead; refuses what should not be public.
pub fn changes(plan: &mut Plan, folder: &Path, deploy: &Deploy) -> Result<(), Failure> {
    let found: Vec<Option<&'static str>> = plan
        .changes
        .par_iter_mut()
        .map(|change| {
            if change.action == Action::Remove {
                return Ok(None);
            }
            let path = folder.join(&change.path);
            let bytes = std::fs::read(&path).map_err(|e| Failure::of_file(&path, &e))?;
            change.redirect = headers::redirect(&change.path, &bytes);
            Ok(refuse::by_content(&bytes))
        })
        .collect::<Result<_, Failure>>()?;
    let found = plan.changes.iter().zip(found).filter_map(|(change, why)| Some((change.path.as_str(), why?)));
    refuse::files(found.filter(|(path, _)| !is_allowed(path, deploy)))
}

/// Whether site.toml says that a file may be public though it looks as if it should not.
pub fn is_allowed(path: &str, deploy: &Deploy) -> bool {
    deploy.allow.iter().any(|allowed| allowed == path)
}

/// What the list of the target says against what is known of it.
pub fn list(
    there: &mut BTreeMap<String, There>,
    listed: &BTreeMap<String, u64>,
    goal: &BTreeMap<String, Entry>,
    (folder, deploy): (&Path, &Deploy),
) {
    there.par_iter_mut().for_each(|(path, known)| {
        let There::Known(entry) = known else { return };
        let Some(listed) = listed.get(path) else {
            *known = There::Missing;
            return;
        };
        // What is about to be replaced or deleted need not be as it was.
        if !goal.get(path).is_some_and(|goal| goal.same(entry)) {
            return;
        }
        let size = match headers::of(path, entry.hash, deploy).gzip {
            false => Some(entry.size),
            // The same bytes are compressed to the same bytes. By another version of Dateline perhaps not; then they are
            // sent again, once.
            true => std::fs::read(folder.join(path)).ok().map(|bytes| manifest::pack(&bytes).len() as u64),
        };
        if size.is_some_and(|size| size != *listed) {
            *known = There::Differs;
        }
    });
}
