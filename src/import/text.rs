//! Plain text, as wire copy and old sites give it.
//!
//! The first line is the source's headline. If a second line follows that is a headline too, it is the rewritten one: it
//! becomes the title, and the first stands under `sources`. Then come paragraphs, apart by blank lines, or one on each
//! line, or one after each indentation. Lines that are left out are named, each with the reason; every other word of the
//! source is in the article.

use super::leftovers::{copyright, leftover};
use super::{Encoding, Hints, Imported, Known, LeftOut, Refused, dateline, encoding, finish};
use crate::config::Config;
use crate::content::article::Credit;
use crate::content::compose::Draft;
use crate::content::dates::{self, Stamp};
use crate::content::fence::MAX_FILE_BYTES;
use crate::content::slug::slugify;
use crate::content::{plain, text};

/// A line longer than this is no line of a hard-wrapped text.
const WRAPPED: usize = 100;
/// A line at most this long, among others like it, is one of a list, a table or a poem.
const SHORT: usize = 45;
/// A headline is at most this long, in characters.
const HEADLINE: usize = 200;
/// Lines before the first paragraph that may be headlines, dates and bylines.
const HEAD: usize = 6;

/// One line of the source.
#[derive(Clone, Copy)]
struct Line<'t> {
    number: usize,
    text: &'t str,
    /// After a blank line, or the first.
    alone: bool,
}

/// Makes an article of a plain text.
pub fn import(bytes: &[u8], as_: Encoding, hints: &Hints, known: &Known, config: &Config) -> Result<Imported, Refused> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Refused::NotText("this is larger than any article", "split it into its articles first"));
    }
    let source = encoding::decode(bytes, as_)?;
    refuse_others(&source)?;
    let mut left_out = Vec::new();
    let mut notes = Vec::new();
    let lines = trimmed(&source, &mut left_out);
    let mut blocks = blocks(&lines);
    let head = Head::take(&mut blocks, config, &mut left_out);
    let Some(original) = head.original else {
        return Err(Refused::NotText("there is nothing in it but blank lines and leftovers", "name another file"));
    };
    let (date, date_from) = date(hints, head.date, config)?;
    let body: Vec<String> = blocks.iter().flat_map(|block| paragraphs(block, &mut notes)).collect();
    for line in blocks.iter().flatten() {
        if leftover(line.text, line.alone).is_some() || copyright(line.text).is_some() {
            let shown = line.text.trim();
            notes.push(format!(
                "line {}: `{shown}` may be a leftover; in the middle of the text it was kept",
                line.number
            ));
        }
    }
    let title = head.rewritten.unwrap_or_else(|| original.clone());
    let slug = hints.slug.clone().unwrap_or_else(|| slugify(&title, config.slugs));
    if slug.is_empty() {
        return Err(Refused::NotText("its headline has neither letters nor digits", "add `--slug some-words`"));
    }
    let opening = body.iter().find(|p| !p.starts_with("- ")).map(|p| text::opening(&unescaped(p)));
    let draft = Draft {
        title: plain::inline(&title),
        date: date.0,
        summary: opening.map(|o| plain::inline(&o)),
        authors: head.authors,
        thread: hints.thread.clone(),
        tags: hints.tags.clone(),
        sources: vec![Credit {
            publisher: hints.publisher.clone(),
            title: Some(original),
            url: hints.url.clone(),
            date: None,
        }],
        draft: hints.draft,
        body: body.join("\n\n"),
        ..Draft::default()
    };
    let day = date.1.day;
    let made = finish(draft, day, &slug, known, config)?;
    left_out.sort_by_key(|l| l.line);
    Ok(Imported {
        draft: made.draft,
        day,
        date_from,
        path: made.path,
        text: made.text,
        paragraphs: body.len(),
        left_out,
        notes,
        unknown: made.unknown,
    })
}

/// What is plainly something else than plain text.
fn refuse_others(source: &str) -> Result<(), Refused> {
    let start = source.trim_start().get(..200.min(source.trim_start().len())).unwrap_or("").to_lowercase();
    if start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<?xml") {
        return Err(Refused::NotText(
            "this is HTML or XML, not plain text",
            "copy the text out of a browser and save that",
        ));
    }
    if start.starts_with("{\\rtf") {
        return Err(Refused::NotText("this is RTF, not plain text", "save it as plain text first"));
    }
    if source.starts_with("---\n") && source[4..].contains("\n---") {
        return Err(Refused::NotText(
            "this has front matter: it is an article already",
            "put it into the folder of articles, and run `dateline check`",
        ));
    }
    Ok(())
}

/// The lines that are not blank, without leftovers at either end.
fn trimmed<'t>(source: &'t str, left_out: &mut Vec<LeftOut>) -> Vec<Line<'t>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut alone = true;
    for (i, text) in source.lines().enumerate() {
        let blank = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
        if !blank {
            lines.push(Line { number: i + 1, text, alone });
        }
        alone = blank;
    }
    let mut leave = |line: Line, because| {
        left_out.push(LeftOut { line: line.number, text: line.text.trim().to_string(), because });
    };
    while let Some(line) = lines.first().copied() {
        // The headline itself may be such a phrase, if nothing else is there.
        match leftover(line.text, true).filter(|_| lines.len() > 1) {
            Some(because) => leave(lines.remove(0), because),
            None => break,
        }
    }
    while let Some(line) = lines.last().copied() {
        // A word that stands below another button is no end of a sentence.
        let above = lines.len().checked_sub(2).map(|i| lines[i]);
        let alone = line.alone || above.is_some_and(|l| leftover(l.text, l.alone).is_some());
        match leftover(line.text, alone).or_else(|| copyright(line.text)).filter(|_| lines.len() > 1) {
            Some(because) => {
                lines.pop();
                leave(line, because);
            }
            None => break,
        }
    }
    lines
}

/// Lines that stand together: between blank lines, or between indentations.
fn blocks<'t>(lines: &[Line<'t>]) -> Vec<Vec<Line<'t>>> {
    let apart = lines.iter().skip(1).any(|l| l.alone);
    let indented = |line: &Line| line.text.starts_with("  ") || line.text.starts_with('\t');
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        // Without blank lines the first line is the headline all the same.
        let begins = line.alone || (!apart && (indented(line) || i == 1));
        match blocks.last_mut().filter(|_| !begins) {
            Some(block) => block.push(*line),
            None => blocks.push(vec![*line]),
        }
    }
    blocks
}

/// What stands above the first paragraph.
#[derive(Default)]
struct Head {
    original: Option<String>,
    rewritten: Option<String>,
    authors: Vec<String>,
    date: Option<((String, Stamp), usize)>,
}

impl Head {
    /// Takes the headlines, and lines that are a date or a byline, from the blocks.
    fn take(blocks: &mut Vec<Vec<Line>>, config: &Config, left_out: &mut Vec<LeftOut>) -> Self {
        let mut head = Self::default();
        let mut leave = |line: &Line, because| {
            left_out.push(LeftOut { line: line.number, text: line.text.trim().to_string(), because });
        };
        for _ in 0..HEAD {
            let Some(first) = blocks.first().and_then(|b| b.first()).copied() else { break };
            let text = first.text.trim();
            // The last line of all is a text, whatever it looks like, once there is a headline.
            let more = blocks.iter().map(Vec::len).sum::<usize>() > 1;
            let date = dateline::date_of(text, &config.time_zone).filter(|_| more || head.original.is_some());
            if let Some(date) = date {
                leave(&first, "the date");
                head.date = head.date.or(Some((date, first.number)));
            } else if head.original.is_none() {
                head.original = Some(headline_of(blocks));
                continue;
            } else if let Some(author) = byline(text).filter(|_| head.authors.is_empty() && more) {
                leave(&first, "the byline");
                head.authors.push(author);
            } else if head.rewritten.is_none() && more && stands_alone(blocks) && is_headline(text) {
                head.rewritten = Some(squeezed(text));
            } else {
                break;
            }
            drop_line(blocks);
        }
        // Old sites put the date below.
        if head.date.is_none()
            && let Some(last) = blocks.last().and_then(|b| b.last()).copied().filter(|l| l.alone)
            && blocks.len() > 1
            && let Some(date) = dateline::date_of(last.text, &config.time_zone)
        {
            leave(&last, "the date");
            head.date = Some((date, last.number));
            blocks.pop();
        }
        head
    }
}

/// Takes the first headline: a line, and what was wrapped of it.
fn headline_of(blocks: &mut Vec<Vec<Line>>) -> String {
    let mut text = squeezed(blocks[0][0].text);
    drop_line(blocks);
    // A full line that goes on with a small letter was wrapped.
    let full = |text: &str| (SHORT..=WRAPPED).contains(&text.chars().count());
    let next = blocks.first().and_then(|b| b.first()).filter(|l| !l.alone).map(|l| squeezed(l.text));
    if let Some(next) = next.filter(|next| full(&text) && next.starts_with(char::is_lowercase) && next.len() <= WRAPPED)
    {
        text = format!("{text} {next}");
        drop_line(blocks);
    }
    text
}

fn drop_line(blocks: &mut Vec<Vec<Line>>) {
    if let Some(first) = blocks.first_mut() {
        first.remove(0);
        if first.is_empty() {
            blocks.remove(0);
        }
    }
}

/// Whether the next line is one by itself: the last of its block, or in a block in which every line is.
fn stands_alone(blocks: &[Vec<Line>]) -> bool {
    let by_line = blocks[0].iter().skip(1).any(|l| l.text.chars().count() > WRAPPED);
    by_line || (blocks.len() > 1 && blocks[0].len() == 1)
}

/// Whether a line could be a headline: not too long, and no sentence.
fn is_headline(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '”', '’', '\'', ')', '»']);
    text.chars().count() <= HEADLINE && !end.ends_with(['.', '…', ':', ',', ';', '。'])
}

/// `By Jane Doe`, `By JANE DOE and JOHN ROE`: whose text it was.
fn byline(text: &str) -> Option<String> {
    let name = text.strip_prefix("By ").or_else(|| text.strip_prefix("BY "))?;
    let words: Vec<&str> = name.split_whitespace().collect();
    let capital =
        words.iter().all(|w| w.starts_with(char::is_uppercase) || matches!(*w, "and" | "&" | "de" | "van" | "von"));
    (capital && (1..=8).contains(&words.len()) && !name.ends_with(['.', '?', '!'])).then(|| words.join(" "))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The date of a text and where it is from: what the caller says, the file's name, a line of it.
fn date(
    hints: &Hints,
    line: Option<((String, Stamp), usize)>,
    config: &Config,
) -> Result<((String, Stamp), String), Refused> {
    if let Some(date) = &hints.date {
        return Ok((date.clone(), "as you said".to_string()));
    }
    let mut folders: Vec<&str> = hints.name.split(['/', '\\']).collect();
    let name = folders.pop().unwrap_or("");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let named = dates::from_file_name(stem).map(|(day, _)| day).or_else(|| dates::from_folders(folders.into_iter()));
    match (named, line) {
        (Some(day), _) => {
            Ok(((day.to_string(), Stamp::of_day(day, &config.time_zone)), "from the file's name".to_string()))
        }
        (None, Some((date, line))) => Ok((date, format!("from line {line}"))),
        (None, None) => Err(Refused::NoDate),
    }
}

/// A block becomes paragraphs: one, if it is hard-wrapped; one for each line otherwise. Lists and short lines keep their
/// shape.
fn paragraphs(block: &[Line], notes: &mut Vec<String>) -> Vec<String> {
    let bullet = |line: &Line| {
        line.text
            .trim_start()
            .strip_prefix(['•', '·', '*', '-', '–'])
            .and_then(|t| t.strip_prefix(' ').map(str::to_string))
    };
    let bullets: Vec<String> = block.iter().filter_map(bullet).collect();
    if bullets.len() == block.len() && block.len() > 1 {
        return vec![bullets.iter().map(|item| format!("- {}", plain::paragraph(item))).collect::<Vec<_>>().join("\n")];
    }
    let width = |line: &Line| line.text.trim().chars().count();
    if block.len() > 1 && block.iter().all(|l| width(l) <= SHORT) {
        return vec![block.iter().map(|l| plain::paragraph(l.text)).collect::<Vec<_>>().join("\\\n")];
    }
    if block.iter().any(|l| width(l) > WRAPPED) {
        return block.iter().map(|l| plain::paragraph(l.text)).collect();
    }
    let mut whole = String::new();
    for line in block {
        let text = line.text.trim();
        let cut = whole.ends_with('-') && !whole.ends_with(" -") && text.starts_with(char::is_lowercase);
        if cut {
            let word: String =
                whole.rsplit(' ').next().unwrap_or("").to_string() + text.split(' ').next().unwrap_or("");
            notes.push(format!(
                "line {}: `{word}` was divided at the end of a line; see whether its hyphen stays",
                line.number - 1
            ));
        } else if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(text);
    }
    vec![plain::paragraph(&whole)]
}

/// A paragraph without the escapes that it was given.
fn unescaped(markdown: &str) -> String {
    let mut out = String::new();
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next)) if next.is_ascii_punctuation() => out.extend(chars.next()),
            ('\\', Some('\n')) => {}
            _ => out.push(c),
        }
    }
    out
}
