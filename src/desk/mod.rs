//! What an editor's desk asks of an archive: what is missing in it, whom it could know, how two names become one.
//!
//! Nothing here builds. Only `merge` writes, and only content files, when it is told to.

pub mod check;
pub mod merge;
pub mod suggest;
