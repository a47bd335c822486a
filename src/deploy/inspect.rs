//! A look into the files that are about to be sent: where old addresses lead, and whether a key is among them.

use super::failure::Failure;
use super::plan::{Action, Plan};
use super::{headers, refuse};
use crate::config::Deploy;
use rayon::prelude::*;
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
