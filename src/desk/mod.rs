//! What an editor's desk asks of an archive: what is missing in it, whom it could know, how two names become one; and how a
//! new site and a new article begin.
//!
//! Nothing here builds. `merge`, `place` and `init` write content files and the files of a new site, when they are told to; `external` keeps
//! what the web answered in `.dateline/`.

mod alike;
pub mod check;
pub mod external;
pub mod init;
pub mod merge;
pub mod names;
pub mod place;
pub mod schema;
pub mod suggest;
pub mod texts;
