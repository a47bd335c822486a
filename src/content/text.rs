//! Plain text: openings, word counts, HTML without its links.

/// Longest summary that is made of a first paragraph, in characters.
const OPENING_CHARS: usize = 280;

/// The start of a paragraph, cut at a sentence if one ends in time, else at a word.
pub fn opening(paragraph: &str) -> String {
    let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    if paragraph.chars().count() <= OPENING_CHARS {
        return paragraph;
    }
    let mut sentence = None;
    let mut word = None;
    let mut chars = paragraph.char_indices().enumerate().peekable();
    let mut previous = ' ';
    while let Some((n, (at, c))) = chars.next() {
        if n >= OPENING_CHARS {
            break;
        }
        let next = chars.peek().map(|(_, (_, c))| *c);
        match c {
            // A full stop after one letter is an initial, after a digit perhaps a number.
            '.' | '!' | '?' | '…' if next == Some(' ') && n >= OPENING_CHARS / 4 && !is_initial(&paragraph[..at]) => {
                sentence = Some(at + c.len_utf8());
            }
            '。' | '！' | '？' | '।' | '؟' if n >= OPENING_CHARS / 4 => sentence = Some(at + c.len_utf8()),
            '”' | '"' | '’' | '»'
                if next == Some(' ') && matches!(previous, '.' | '!' | '?') && n >= OPENING_CHARS / 4 =>
            {
                sentence = Some(at + c.len_utf8());
            }
            ' ' => word = Some(at),
            _ => {}
        }
        previous = c;
    }
    match (sentence, word) {
        (Some(end), _) => paragraph[..end].to_string(),
        (None, Some(end)) => format!("{}…", paragraph[..end].trim_end_matches([',', ';', ':', '–', '—', '-', ' '])),
        (None, None) => paragraph.chars().take(OPENING_CHARS - 1).chain(['…']).collect(),
    }
}

/// Whether a full stop here would end an abbreviation rather than a sentence.
fn is_initial(before: &str) -> bool {
    let word = before.rsplit(' ').next().unwrap_or("");
    let letters = word.trim_start_matches(['(', '“', '"', '‘', '\'']);
    letters.chars().count() <= 1
        || letters.contains('.')
        || matches!(
            letters,
            "Mr" | "Mrs"
                | "Ms"
                | "Dr"
                | "St"
                | "Gen"
                | "Col"
                | "Sen"
                | "Rep"
                | "Gov"
                | "Lt"
                | "Sgt"
                | "Prof"
                | "No"
                | "vs"
                | "Jr"
                | "Sr"
                | "Jan"
                | "Feb"
                | "Aug"
                | "Sept"
                | "Oct"
                | "Nov"
                | "Dec"
        )
}

/// How many words a run of text has; in scripts without spaces, every two letters count as one.
pub fn count_words(text: &str) -> u32 {
    if text.is_ascii() {
        return count_ascii_words(text.as_bytes());
    }
    let (mut words, mut ideographs) = (0, 0);
    for word in text.split_whitespace() {
        let dense = word
            .chars()
            .filter(|c| matches!(*c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
            .count();
        if dense > 0 {
            ideographs += dense as u32;
        } else if word.chars().any(char::is_alphanumeric) {
            words += 1;
        }
    }
    words + ideographs.div_ceil(2)
}

/// Every text of the archive comes through here, so this is written for the processor: whether a byte begins a word is
/// asked of many bytes at once, without a branch. Only what begins with a mark, like a dash or a quotation, is looked into.
fn count_ascii_words(text: &[u8]) -> u32 {
    const LANES: usize = 32;
    let is_space = |b: u8| (b == b' ') | (b.wrapping_sub(b'\t') < 5);
    let is_word = |b: u8| ((b | 0x20).wrapping_sub(b'a') < 26) | (b.wrapping_sub(b'0') < 10);
    let Some(first) = text.first() else { return 0 };
    let mut words = u32::from(is_word(*first));
    let mut marks = u32::from(!is_word(*first) & !is_space(*first));
    let mut count = |before: &[u8], at: &[u8]| {
        let (mut starts, mut odd) = (0_u8, 0_u8);
        for (before, at) in before.iter().zip(at) {
            let start = is_space(*before) & !is_space(*at);
            starts += u8::from(start & is_word(*at));
            odd += u8::from(start & !is_word(*at));
        }
        words += u32::from(starts);
        marks += u32::from(odd);
    };
    let (before, at) = (text[..text.len() - 1].chunks_exact(LANES), text[1..].chunks_exact(LANES));
    let (before_rest, at_rest) = (before.remainder(), at.remainder());
    before.zip(at).for_each(|(before, at)| count(before, at));
    count(before_rest, at_rest);
    if marks == 0 {
        return words;
    }
    let runs = text.split(|b| is_space(*b)).filter(|run| run.first().is_some_and(|b| !is_word(*b)));
    words + runs.filter(|run| run.iter().any(|b| is_word(*b))).count() as u32
}

/// HTML that we made, without its `<a>` tags and ids: for a heading's text in a table of contents.
pub fn without_links(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else { break };
        let tag = &rest[start..=start + end];
        out.push_str(&rest[..start]);
        let name = tag.trim_start_matches(['<', '/']);
        if name.starts_with("sup") {
            // A footnote's number does not belong there either.
            let close = rest[start..].find("</sup>").map_or(rest.len(), |i| start + i + 6);
            rest = &rest[close..];
            continue;
        }
        if ["em>", "strong>", "code>", "del>"].contains(&name) {
            out.push_str(tag);
        }
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    out.trim().to_string()
}

/// Raw HTML without its comments: an editor's remark is not for readers, not even as text.
pub fn without_comments(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        out.push_str(before);
        // A comment that is never closed runs to the end (WHATWG HTML, 13.2.5.43).
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    out + rest
}

/// The ids that a piece of the user's own HTML has: `id="x"` of any element, `name="x"` of old anchors.
pub fn ids(html: &str) -> impl Iterator<Item = &str> {
    html.split(['<', '>']).skip(1).step_by(2).flat_map(|tag| {
        [" id=", " name="].into_iter().filter_map(move |key| {
            let value = &tag[tag.find(key)? + key.len()..];
            let mut quoted = value.splitn(3, ['"', '\'']);
            if quoted.next()?.is_empty() { quoted.next() } else { value.split_whitespace().next() }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_ends_with_a_sentence() {
        let long =
            "Mr. A. B. Smith of the U.S. delegation spoke for an hour about the terms of the agreement. ".repeat(5);
        let cut = opening(&long);
        assert!(cut.ends_with("agreement."), "{cut}");
        assert!(cut.chars().count() <= OPENING_CHARS);
        assert_eq!(opening("Short.\n  And  two lines"), "Short. And two lines");
        assert!(opening(&"word ".repeat(100)).ends_with("word…"));
        assert!(opening(&"x".repeat(1000)).ends_with('…'));
    }

    #[test]
    fn ids_of_raw_html() {
        let html = "<a id=\"one\"></a><p class=x id='two' name=three>text id=\"no\"";
        assert_eq!(ids(html).collect::<Vec<_>>(), ["one", "two", "three"]);
    }

    #[test]
    fn words() {
        assert_eq!(count_words("One two — three, 4."), 4);
        for (text, words) in [("", 0), ("-", 0), ("a - b", 2), ("\"Quoted\" (and) so--on 'til 9pm", 5), (" x\ny\t", 2)]
        {
            assert_eq!(count_words(text), words, "{text:?}");
        }
        assert_eq!(count_words("東京都で会議"), 3);
    }
}
