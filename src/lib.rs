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

// An archive becomes pages.
pub mod pages;

// The loop that drives it all; the only one that walks and writes the disk.
pub mod build;

// What an editor asks of an archive.
pub mod desk;

// The commands.
pub mod cli;
