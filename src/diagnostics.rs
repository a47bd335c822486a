//! What is wrong, where, and what to do about it.
//!
//! Every stage returns [`Diagnostic`]s as data; the words of a problem are written where it is found, its code and
//! meaning stand in the one table below. Nothing here reads a file or prints: a diagnostic carries the line it shows.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;
use std::fmt::Write as _;

/// How bad it is: an error stops the build from publishing, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The build publishes nothing (or, with `--keep-going`, everything but this).
    Error,
    /// Worth mending; published all the same.
    Warning,
}

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal)*) => {
        /// The stable name of a kind of problem, as shown in brackets and in JSON.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $name,)* }
        impl Code {
            /// Every code, in the order of the manual.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];
            /// The name shown to users; never changes once released.
            pub fn as_str(self) -> &'static str { match self { $(Code::$name => $code,)* } }
        }
    };
}

codes! {
    Config "config" "site.toml is not as it must be."
    Unreadable "unreadable" "A file could not be read."
    NotUtf8 "not-utf8" "A text file is not UTF-8."
    TooLarge "too-large" "A content file is larger than any article can be."
    SymlinkLoop "symlink-loop" "A symbolic link leads back to a folder above it."
    FrontMatterMissing "front-matter-missing" "A content file has no YAML front matter."
    FrontMatterFormat "front-matter-format" "The front matter is in a format other than YAML."
    FrontMatterUnclosed "front-matter-unclosed" "The closing `---` of the front matter is missing."
    Yaml "yaml" "The front matter is not valid YAML."
    WrongType "wrong-type" "A key has a value of the wrong type."
    MissingKey "missing-key" "A required key is missing or empty."
    MisspeltKey "misspelt-key" "An unknown key looks like a known one."
    BadValue "bad-value" "A value is of the right type but means nothing."
    BadDate "bad-date" "A date that cannot be understood, or does not exist."
    NoDate "no-date" "No date in front matter, file name or folders."
    BadSlug "bad-slug" "A slug that cannot be part of a URL."
    SectionFile "section-file" "A section file of another generator among the articles."
    Markdown "markdown" "The Markdown of an article could not be rendered."
    UrlCollision "url-collision" "Two sources want the same URL."
    NameCollision "name-collision" "Two names want the same slug."
    DuplicateName "duplicate-name" "Two records claim the same name."
    NearMiss "near-miss" "A name is nearly that of a record."
    Namesakes "namesakes" "Two people have one name and nothing to tell them apart."
    SpellingVariants "spelling-variants" "One name is written in several ways."
    UnknownReference "unknown-reference" "A briefing names an article that is not there."
    LinkBroken "link-broken" "A link leads to nothing."
    LinkWithheld "link-withheld" "A link leads to an article that is withheld."
    LinkFragment "link-fragment" "A link's #fragment names no heading of its target."
    LinkExternal "link-external" "An address on the web does not answer as it should."
    RedirectLoop "redirect-loop" "Old addresses lead in a circle."
    RedirectNowhere "redirect-nowhere" "An old address leads to nothing."
    UrlLost "url-lost" "A published URL would vanish."
    LockFormat "lock-format" "A line of urls.lock cannot be read."
    HostLimit "host-limit" "The output is more than the host takes."
    SecurityExpired "security-expired" "What security.txt says is out of date."
    Theme "theme" "The theme cannot be found or is not sound."
    Template "template" "A template cannot be parsed or rendered."
    Output "output" "The output folder cannot be used."
    Deploy "deploy" "The site could not be sent."
    DeployRefused "deploy-refused" "What is about to be sent should not be."
    Differs "differs" "A file of the output is not what a clean build would write."
}

/// A place in a file: lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line of the file, front matter included.
    pub line: u32,
    /// Column of the first marked character.
    pub column: u32,
    /// How many characters are marked; 0 marks the place itself.
    pub width: u32,
    /// The text of that line, without its line break.
    pub text: String,
}

/// One problem of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The file, relative to the site, with `/`; `None` where no file is to blame.
    pub path: Option<String>,
    /// The place in that file, where one is known.
    pub place: Option<Place>,
    /// Bytes of the file, where only they are known: whoever has the file's text makes a place of them.
    pub span: Option<std::ops::Range<usize>>,
    /// What to type to mend it.
    pub help: Option<String>,
    /// Facts that explain the problem, such as the other file of a collision.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A new error of kind `code`.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A new warning of kind `code`.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A new diagnostic whose severity a setting decides.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            path: None,
            place: None,
            span: None,
            help: None,
            notes: Vec::new(),
        }
    }

    /// Says which file it is about.
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Says where in the file, from byte offsets into its whole text.
    pub fn at(mut self, text: &str, range: std::ops::Range<usize>) -> Self {
        self.place = Some(Place::of(text, range));
        self
    }

    /// Says which bytes of the file, for want of its text.
    pub fn at_bytes(mut self, span: std::ops::Range<u32>) -> Self {
        self.span = Some(span.start as usize..span.end as usize);
        self
    }

    /// Says where in the file.
    pub fn at_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether this stops a build from publishing.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The order in which problems are shown: by file, place, code, then words; independent of how they were found.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        let place = |d: &Self| d.place.as_ref().map(|p| (p.line, p.column));
        (self.path.is_none().cmp(&other.path.is_none()))
            .then_with(|| self.path.cmp(&other.path))
            .then_with(|| place(self).cmp(&place(other)))
            .then_with(|| (self.code, &self.message).cmp(&(other.code, &other.message)))
    }

    /// The diagnostic as people read it, in rustc's shape; `colour` adds ANSI escapes.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = printable(&self.message);
        let title = level.primary_title(message.as_str()).id(self.code.as_str());
        let (path, line);
        let mut group = match (&self.path, &self.place) {
            (Some(file), Some(place)) => {
                path = printable(file);
                let shown = place.window();
                line = shown.text;
                let snippet = Snippet::source(line.as_str())
                    .line_start(place.line as usize)
                    .path(path.as_str())
                    .annotation(AnnotationKind::Primary.span(shown.range));
                Group::with_title(title).element(snippet)
            }
            (Some(file), None) => {
                path = printable(file);
                Group::with_title(title).element(annotate_snippets::Origin::path(path.as_str()))
            }
            _ => Group::with_title(title),
        };
        let notes: Vec<String> = self.notes.iter().map(|n| printable(n)).collect();
        let help = self.help.as_deref().map(printable);
        if self.path.is_none() {
            // Without a file there is nothing for the lines below to hang on.
            let mut text = renderer.render(&[group]).to_string();
            notes.iter().for_each(|note| text.push_str(&format!("\n = note: {note}")));
            help.iter().for_each(|help| text.push_str(&format!("\n = help: {help}")));
            return text;
        }
        for note in &notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group]).to_string()
    }
}

/// What a line shows of itself when it is long: a part of it around the marked place.
struct Window {
    text: String,
    range: std::ops::Range<usize>,
}

impl Place {
    /// The place of a byte range of `text`; a range over several lines marks the rest of its first line.
    pub fn of(text: &str, range: std::ops::Range<usize>) -> Self {
        let mut start = range.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line_text = text[line_start..line_end].trim_end_matches('\r');
        let mut end = range.end.clamp(start, line_start + line_text.len().max(start - line_start));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            line: 1 + text[..line_start].bytes().filter(|b| *b == b'\n').count() as u32,
            column: 1 + text[line_start..start].chars().filter(|c| *c != '\u{feff}').count() as u32,
            width: text[start..end.max(start)].chars().count() as u32,
            text: line_text.trim_start_matches('\u{feff}').to_string(),
        }
    }

    /// What is shown of the line, and the character of that at which the mark begins: a long line shows a part of itself.
    pub fn shown(&self) -> (String, usize) {
        let window = self.window();
        let from = window.text[..window.range.start].chars().count();
        (window.text, from)
    }

    fn window(&self) -> Window {
        const BEFORE: usize = 60;
        const SHOWN: usize = 140;
        let chars: Vec<char> = self.text.chars().collect();
        let at = (self.column as usize - 1).min(chars.len());
        let from = if chars.len() > SHOWN { at.saturating_sub(BEFORE) } else { 0 };
        let to = (from + SHOWN).min(chars.len());
        let mut text = String::new();
        let (mut start, mut end) = (0, 0);
        for (i, c) in chars.iter().enumerate().take(to).skip(from) {
            if i == at {
                start = text.len();
            }
            text.push(if c.is_control() && *c != '\t' { '\u{fffd}' } else { *c });
            if i < at + (self.width as usize).max(1) {
                end = text.len();
            }
        }
        if at >= to {
            start = text.len();
        }
        Window { text, range: start..end.max(start) }
    }
}

/// Control characters (but not line breaks) never reach a terminal from a file's text.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// The known word nearest to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::osa_distance(&word, &k.to_lowercase()), k))
        .filter(|(d, k)| *d > 0 && *d <= 1 + k.chars().count().min(word.chars().count()) / 5)
        .min()
        .map(|(_, k)| k)
}

/// All diagnostics of a run as text, each followed by an empty line.
pub fn render_all(diagnostics: &[Diagnostic], colour: bool) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let _ = writeln!(out, "{}\n", d.render(colour));
    }
    out
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut o = s.serialize_struct("Diagnostic", 8)?;
        o.serialize_field("code", self.code.as_str())?;
        o.serialize_field("severity", &self.severity)?;
        o.serialize_field("message", &self.message)?;
        o.serialize_field("path", &self.path)?;
        o.serialize_field("line", &self.place.as_ref().map(|p| p.line))?;
        o.serialize_field("column", &self.place.as_ref().map(|p| p.column))?;
        o.serialize_field("help", &self.help)?;
        o.serialize_field("notes", &self.notes)?;
        o.end()
    }
}
