//! Dateline, a static site generator for archives of news briefings.
//!
//! ```text
//! files ─load→ Article, Record ─index→ Archive ─plan→ Pages ─render→ bytes ─emit→ public/ + ledger
//! ```
//!
//! The modules below stand in the order in which data flows; a module imports only from those above it, and a test
//! (`tests/architecture.rs`) holds them to that. ARCHITECTURE.md says why.

// What everything is said in.
pub mod fingerprint;

pub mod diagnostics;

pub mod config;

// A file becomes an article or a record.
pub mod content;

// Articles become an archive.
pub mod archive;

// Templates and assets. Knows values, not the archive.
pub mod theme;

// Values become XML, JSON and lines of text: what machines read.
pub mod formats;

// An archive becomes pages.
pub mod pages;

// The loop that drives it all; the only one that walks and writes the disk.
pub mod build;

// File events become changes. Only here is it known that there are such events.
pub mod watch;

// What was built, shown in a browser while it is written.
pub mod preview;

// What was built, sent to where readers find it.
pub mod deploy;

// Other people's texts become articles.
pub mod import;

// What an editor asks of an archive.
pub mod desk;

// The commands.
pub mod cli;
