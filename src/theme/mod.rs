//! Templates and assets: loading with inheritance, fingerprints, rendering. Only here is Tera known.
//!
//! A theme knows views, not the archive: a template sees the values that its page hands it, the site's globals, and
//! nothing else. No function here reaches into an archive, a disk or a clock.

pub mod assets;
pub mod embedded;
mod filters;
pub mod i18n;
pub mod layers;
pub mod seen;
pub mod value;

use crate::diagnostics::{Code, Diagnostic, Place};
use crate::fingerprint::Fingerprint;
use assets::Asset;
use i18n::Strings;
use layers::Layers;
use seen::Seen;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use tera::{Context, ErrorKind, Tera};
use value::Value;

/// Longest page that a template may make, in bytes: a loop that feeds on itself must end.
const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;

/// Which files a theme's templates see besides their values.
pub struct Options<'a> {
    /// BCP 47 tag of the site's language.
    pub language: &'a str,
    /// Scheme and host of the site.
    pub origin: &'a str,
    /// The path under the host.
    pub base_path: &'a str,
    /// Overrides of the theme's settings.
    pub settings: &'a BTreeMap<String, serde_json::Value>,
}

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    sources: BTreeMap<String, Source>,
    /// Of everything that every template can see: strings, settings, assets' URLs.
    common: Fingerprint,
    /// The strings of the site's language.
    pub strings: Strings,
    /// The theme's settings, overrides in place.
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// The Content-Security-Policy that its pages pass.
    pub csp: String,
    /// Files to be copied to the output.
    pub assets: Vec<Asset>,
    /// What there is to say about a theme that can be used all the same.
    pub warnings: Vec<Diagnostic>,
}

struct Source {
    /// Where it is, for people.
    shown: String,
    text: String,
    /// Every template it can reach, itself among them.
    reached: Vec<String>,
    /// Of all these.
    fingerprint: Fingerprint,
    /// What its own text may see.
    seen: Seen,
}

impl Source {
    /// Of what it reaches nothing is known yet.
    fn new(shown: String, text: String) -> Self {
        let (reached, fingerprint, seen) = Default::default();
        Self { shown, text, reached, fingerprint, seen }
    }
}

impl Theme {
    /// Puts a theme together from its layers; `required` names the templates that pages will ask for.
    pub fn load(layers: &Layers, required: &[&str], options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let strings = i18n::load(layers, options.language, &mut problems);
        let assets = assets::prepare(layers, options.base_path, &mut problems);
        let settings = settings(layers, options.settings, &mut problems);

        let mut sources = templates(layers, &mut problems);
        for name in required.iter().filter(|n| !sources.contains_key(**n)) {
            problems.push(
                Diagnostic::error(Code::Theme, format!("the theme `{}` has no template `{name}`", layers.name()))
                    .help("add it, or let the theme extend one that has it: `extends = \"briefing\"` in theme.toml"),
            );
        }
        let mut tera = Tera::new();
        // Everything is HTML: there is no template whose output may go unescaped by its name.
        tera.autoescape_on([""]);
        filters::register(&mut tera, &strings, &assets, options);
        let texts: Vec<(&str, &str)> = sources.iter().map(|(name, s)| (name.as_str(), s.text.as_str())).collect();
        if let Err(error) = tera.add_raw_templates(texts) {
            match reports(&error, &sources) {
                found if found.is_empty() => problems.push(problem(&error, &sources, None)),
                found => problems.extend(found),
            }
        }
        if problems.iter().any(Diagnostic::is_error) {
            return Err(problems);
        }
        let closures = closures(&sources);
        for (source, (reached, fingerprint)) in sources.values_mut().zip(closures) {
            source.reached = reached;
            source.fingerprint = fingerprint;
            source.seen = Seen::by(&source.text);
        }
        let mut common =
            serde_json::to_vec(&(&settings, strings.all(), options.origin, options.base_path, options.language))
                .unwrap_or_default();
        for asset in &assets {
            common.extend_from_slice(asset.url.as_bytes());
        }
        let common = Fingerprint::of(&common);
        let csp = layers.csp().to_string();
        let mut theme = Self { tera, sources, common, strings, settings, csp, assets, warnings: problems };
        let strings = theme.strings.flat_value();
        theme.set_global("t", strings);
        Ok(theme)
    }

    /// Gives every template a value under `name`. Whoever sets one hashes it into every page's key.
    pub fn set_global(&mut self, name: &'static str, value: Value) {
        self.tera.global_context().insert_value(name, value.0);
    }

    /// The fingerprint of a template: of its text, of all it extends and includes, and of what all templates see.
    pub fn fingerprint(&self, template: &str) -> Fingerprint {
        let own = self.sources.get(template).map(|s| s.fingerprint).unwrap_or_default();
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(own.as_bytes());
        bytes[16..].copy_from_slice(self.common.as_bytes());
        Fingerprint::of(&bytes)
    }

    /// The fingerprint of what all templates see: strings, settings, asset names. It is part of each template's.
    pub fn common(&self) -> Fingerprint {
        self.common
    }

    /// A template and every other that it reaches, each with where it is, by name; the template itself first.
    pub fn reached(&self, template: &str) -> Vec<(String, String)> {
        let mut reached: Vec<&String> = self.reaches(template).collect();
        reached.sort_by_key(|name| *name != template);
        reached.into_iter().map(|name| (name.clone(), self.sources[name].shown.clone())).collect()
    }

    /// What of its view a template may see.
    pub fn seen(&self, template: &str) -> Seen {
        Seen::of_all(self.reaches(template).map(|name| &self.sources[name].seen))
    }

    fn reaches(&self, template: &str) -> impl Iterator<Item = &String> {
        self.sources.get(template).into_iter().flat_map(|source| &source.reached)
    }

    /// The name of the template whose file this is.
    pub fn template_at(&self, shown: &str) -> Option<String> {
        self.sources.iter().find(|(_, source)| source.shown == shown).map(|(name, _)| name.clone())
    }

    /// The fingerprint of everything in the theme.
    pub fn whole(&self) -> Fingerprint {
        let mut bytes = self.common.as_bytes().to_vec();
        bytes.extend_from_slice(self.csp.as_bytes());
        for (name, source) in &self.sources {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(source.fingerprint.as_bytes());
        }
        for asset in &self.assets {
            bytes.extend_from_slice(asset.url.as_bytes());
            bytes.extend_from_slice(Fingerprint::of(&asset.bytes).as_bytes());
        }
        Fingerprint::of(&bytes)
    }

    /// Renders a page and hands its bytes to `take`. Errors name the template, its line, and `url`.
    pub fn render<T>(
        &self,
        template: &str,
        view: Vec<(&'static str, Value)>,
        url: &str,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Box<Diagnostic>> {
        // One buffer a thread: fresh memory for every page costs more than filling it.
        thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        let mut context = Context::new();
        for (name, value) in view {
            context.insert_value(name, value.0);
        }
        let mut out = Bounded { bytes: BUFFER.take() };
        out.bytes.clear();
        let result = match self.tera.render_to(template, &context, &mut out) {
            Ok(()) => Ok(take(&out.bytes)),
            Err(error) => Err(Box::new(problem(&error, &self.sources, Some(url)))),
        };
        BUFFER.set(out.bytes);
        result
    }
}

struct Bounded {
    bytes: Vec<u8>,
}

impl std::io::Write for Bounded {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + buf.len() > MAX_PAGE_BYTES {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every template under its name, the nearest layer's text. What that hides is there as `theme/name`, and what is built in
/// also as `builtin/name`, so that an override can extend what it overrides.
fn templates(layers: &Layers, problems: &mut Vec<Diagnostic>) -> BTreeMap<String, Source> {
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    let mut hidden: BTreeMap<String, Source> = BTreeMap::new();
    for (layer, path, file) in layers.files_under("templates/") {
        let text = match std::str::from_utf8(&file.bytes) {
            Ok(text) => text.to_string(),
            Err(_) => {
                problems.push(
                    Diagnostic::error(Code::NotUtf8, "this template is not UTF-8 text")
                        .in_file(&file.shown)
                        .help("save it as UTF-8"),
                );
                continue;
            }
        };
        let source = || Source::new(file.shown.clone(), text.clone());
        if !sources.contains_key(path) {
            sources.insert(path.to_string(), source());
            continue;
        }
        hidden.entry(format!("{layer}/{path}")).or_insert_with(source);
        if file.built_in {
            hidden.insert(format!("builtin/{path}"), source());
        }
    }
    // Of what is hidden only what somebody names: a parent's page need not fit the child's base.
    let mut wanted: Vec<String> = sources.values().flat_map(|s| references(&s.text)).map(str::to_string).collect();
    while let Some(name) = wanted.pop() {
        if let Some(source) = hidden.remove(&name) {
            wanted.extend(references(&source.text).map(str::to_string));
            sources.insert(name, source);
        }
    }
    sources
}

/// For each template everything it can reach, and the fingerprint of that.
fn closures(sources: &BTreeMap<String, Source>) -> Vec<(Vec<String>, Fingerprint)> {
    sources
        .keys()
        .map(|name| {
            let reached = reached(sources, name);
            let mut bytes = Vec::new();
            for name in &reached {
                bytes.extend_from_slice(name.as_bytes());
                bytes.push(0);
                bytes.extend_from_slice(Fingerprint::of(sources[*name].text.as_bytes()).as_bytes());
            }
            (reached.into_iter().map(str::to_string).collect(), Fingerprint::of(&bytes))
        })
        .collect()
}

/// Every template that one can reach, itself included. Components are global in Tera, so every template reaches every
/// file that defines one.
fn reached<'s>(sources: &'s BTreeMap<String, Source>, name: &'s str) -> BTreeSet<&'s str> {
    let defines = |s: &Source| tags(&s.text).any(|tag| tag.starts_with("component"));
    let mut open: Vec<&str> = sources.iter().filter(|(_, s)| defines(s)).map(|(n, _)| n.as_str()).collect();
    open.push(name);
    let mut reached = BTreeSet::new();
    while let Some(next) = open.pop() {
        if let Some((key, source)) = sources.get_key_value(next)
            && reached.insert(key.as_str())
        {
            open.extend(references(&source.text));
        }
    }
    reached
}

/// The templates that a template's tags name.
fn references(text: &str) -> impl Iterator<Item = &str> {
    tags(text).flat_map(|tag| {
        let names = tag.strip_prefix("extends").or_else(|| tag.strip_prefix("include")).unwrap_or("");
        // Names in quotation marks are every second part, whichever marks they are.
        names.split(['"', '\'', '`']).skip(1).step_by(2)
    })
}

/// What stands in `{% … %}`.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split("{%").skip(1).map(|tag| tag.split("%}").next().unwrap_or("").trim_start_matches('-').trim_start())
}

fn settings(
    layers: &Layers,
    overrides: &BTreeMap<String, serde_json::Value>,
    problems: &mut Vec<Diagnostic>,
) -> serde_json::Map<String, serde_json::Value> {
    let mut settings = layers.settings();
    for (key, value) in overrides {
        if !settings.contains_key(key) {
            let known: Vec<&str> = settings.keys().map(String::as_str).collect();
            let help = match crate::diagnostics::nearest(key, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the theme has: {}", known.join(", ")),
            };
            problems.push(
                Diagnostic::error(Code::Config, format!("the theme `{}` has no setting `{key}`", layers.name()))
                    .in_file(crate::config::FILE)
                    .help(help),
            );
        }
        settings.insert(key.clone(), value.clone());
    }
    settings
}

/// Tera reports unknown filters, tests, functions and includes as a text of several reports, each with a line
/// `--> template:line:column`; this takes them apart again.
fn reports(error: &tera::Error, sources: &BTreeMap<String, Source>) -> Vec<Diagnostic> {
    let ErrorKind::Msg(text) = error.kind() else { return Vec::new() };
    let mut found = Vec::new();
    for report in text.split("error: ").skip(1) {
        let message = report.lines().next().unwrap_or("").trim();
        let place = report.split_once("--> ").and_then(|(_, rest)| rest.lines().next());
        let Some((name, line, column)) = place.and_then(|place| {
            let mut parts = place.rsplitn(3, ':');
            let column: u32 = parts.next()?.parse().ok()?;
            let line: u32 = parts.next()?.parse().ok()?;
            Some((parts.next()?, line, column))
        }) else {
            continue;
        };
        let Some(source) = sources.get(name) else { continue };
        let text = source.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
        let width = report.lines().find(|l| l.contains('^')).map_or(0, |l| l.matches('^').count()) as u32;
        found.push(
            Diagnostic::error(Code::Template, lower_first(message))
                .in_file(&source.shown)
                .at_place(Place { line, column, width, text })
                .help("check the name against the manual's page on templates"),
        );
    }
    found
}

/// A Tera error as a diagnostic, with the template's own line.
fn problem(error: &tera::Error, sources: &BTreeMap<String, Source>, url: Option<&str>) -> Diagnostic {
    let with_page = |d: Diagnostic| match url {
        Some(url) => d.note(format!("while rendering the page {url}")),
        None => d,
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let message = report.message().lines().next().unwrap_or("it cannot be rendered").trim_end_matches('.');
            let mut d = Diagnostic::error(Code::Template, lower_first(message));
            if let Some(source) = sources.get(report.filename()) {
                let span = report.span();
                let line = source.text.lines().nth(span.start_line.saturating_sub(1)).unwrap_or("");
                let width =
                    if span.end_line == span.start_line { span.end_col.saturating_sub(span.start_col) } else { 0 };
                d = d.in_file(&source.shown).at_place(Place {
                    line: span.start_line as u32,
                    column: span.start_col as u32 + 1,
                    width: width as u32,
                    text: line.to_string(),
                });
            }
            let help = match error.kind() {
                ErrorKind::SyntaxError(_) => "check this tag against the manual's page on templates",
                _ => {
                    "the manual's page on templates lists what this page's template can see; for a value that may be missing, test `is defined` first"
                }
            };
            with_page(d).help(help)
        }
        ErrorKind::CircularInclude { tpl, include_chain }
        | ErrorKind::CircularExtend { tpl, inheritance_chain: include_chain } => {
            let d = Diagnostic::error(Code::Template, format!("the template `{tpl}` includes itself"))
                .note(format!("by way of {}", include_chain.join(" → ")))
                .help("take one out of the circle; what overrides a built-in template extends it as `builtin/NAME`");
            match sources.get(tpl) {
                Some(source) => d.in_file(&source.shown),
                None => d,
            }
        }
        ErrorKind::MissingParent { current, parent } => {
            let d = Diagnostic::error(Code::Template, format!("the template `{parent}` is not there"))
                .help(format!("`{current}` extends it: check the name"));
            match sources.get(current) {
                Some(source) => d.in_file(&source.shown),
                None => d,
            }
        }
        ErrorKind::Io(_) => with_page(Diagnostic::error(Code::Template, "this page has grown past 64 MB"))
            .help("look for a loop in its template that does not end"),
        other => {
            let text = other.to_string();
            let message =
                text.lines().next().unwrap_or("a template cannot be rendered").trim_end_matches('.').to_string();
            with_page(Diagnostic::error(Code::Template, lower_first(&message))).help("check the theme's templates")
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if chars.as_str().starts_with(|c: char| c.is_lowercase() || c == ' ') => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_string(),
    }
}
