//! Why a deploy could not be done, in words that say what to do.

use crate::diagnostics::{Code, Diagnostic};

/// What kind of failure it is, as far as the program treats them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It may be gone in a moment: worth another try.
    Passing,
    /// Somebody else changed the target's state meanwhile.
    Conflict,
    /// Somebody asked for an end.
    Stopped,
    /// What is about to be sent should not be.
    Refused,
    /// Everything else: trying again changes nothing.
    Final,
}

/// Why a deploy could not be done.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How the program treats it.
    pub kind: Kind,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Facts besides.
    pub notes: Vec<String>,
}

impl Failure {
    /// A failure that trying again does not change.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { kind: Kind::Final, message: message.into(), help: help.into(), notes: Vec::new() }
    }

    /// One that may be gone in a moment.
    pub fn passing(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { kind: Kind::Passing, ..Self::new(message, help) }
    }

    /// What is about to be sent should not be.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, ..Self::new(message, help) }
    }

    /// Somebody else changed the target's state.
    pub fn conflict() -> Self {
        let help = "wait until it is done, then deploy again";
        Self { kind: Kind::Conflict, ..Self::new("another deploy to this target began in this moment", help) }
    }

    /// Somebody asked for an end.
    pub fn stopped() -> Self {
        Self {
            kind: Kind::Stopped,
            ..Self::new("stopped before everything was sent", "deploy again: what was sent is not sent twice")
        }
    }

    /// Something with a file of this machine.
    pub fn of_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("{}: {error}", path.display()),
            "check its permissions and the disk's space, then deploy again",
        )
    }

    /// A bad answer, or one that is not the target's.
    pub fn nonsense(what: &str) -> Self {
        Self::passing(
            format!("the answer to {what} is not that of a deploy target"),
            "something between here and there may answer in its place: a proxy, the login page of a network; check the address too",
        )
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// As every other problem is shown.
    pub fn diagnostic(&self) -> Diagnostic {
        let code = if self.kind == Kind::Refused { Code::DeployRefused } else { Code::Deploy };
        let d = Diagnostic::error(code, self.message.clone()).help(self.help.clone());
        self.notes.iter().fold(d, |d, note| d.note(note.clone()))
    }
}
