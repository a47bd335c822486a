//! What a web page leaves in a text that was copied out of it: links to other pages, buttons, breadcrumbs.
//!
//! **The rule.** Such a line is left out only at the edge of the text: before the headline, or after the last paragraph.
//! It must be one of the phrases below as a whole, whatever its case and whatever arrows and brackets stand around it; or
//! a breadcrumb (`Home > News > World`), or a copyright line at the end. A phrase of one word must stand on a line with a blank
//! line before it, or it could be the end of a sentence. The same line in the middle of a text stays, and is reported.

/// Several words that no article ends with.
const PHRASES: &[&str] = &[
    "add to favorites",
    "add to favourites",
    "all news",
    "back to article list",
    "back to articles",
    "back to home",
    "back to homepage",
    "back to index",
    "back to list",
    "back to main page",
    "back to news",
    "back to overview",
    "back to results",
    "back to search results",
    "back to the list",
    "back to the top",
    "back to top",
    "continue reading",
    "copy link",
    "email this",
    "email this article",
    "go back",
    "go to top",
    "jump to content",
    "leave a comment",
    "leave a reply",
    "log in",
    "more news",
    "more stories",
    "next article",
    "next page",
    "next post",
    "next story",
    "previous article",
    "previous page",
    "previous post",
    "previous story",
    "print article",
    "print this article",
    "print this page",
    "read more",
    "related articles",
    "related content",
    "related news",
    "related stories",
    "return to list",
    "return to top",
    "see also",
    "send to a friend",
    "share on facebook",
    "share on twitter",
    "share on x",
    "share this",
    "share this article",
    "share this page",
    "share this story",
    "sign in",
    "sign up",
    "skip to content",
    "skip to main content",
    "skip to navigation",
    "to the top",
    "top of page",
    "view all",
    // In the languages that sites are most often copied from besides.
    "nach oben",
    "retour en haut",
    "retour à la liste",
    "volver a la lista",
    "volver arriba",
    "vissza a listához",
    "zur übersicht",
    "zurück zur liste",
    "zurück zur übersicht",
    "вернуться к списку",
    "к списку",
    "назад к списку",
];

/// One word that an article could end with.
const WORDS: &[&str] = &[
    "advertisement",
    "back",
    "comments",
    "email",
    "facebook",
    "home",
    "menu",
    "more",
    "newsletter",
    "next",
    "permalink",
    "prev",
    "previous",
    "print",
    "retour",
    "search",
    "share",
    "subscribe",
    "top",
    "tweet",
    "twitter",
    "volver",
    "whatsapp",
    "zurück",
    "назад",
];

/// What stands around the words of a link or a button.
const AROUND: &[char] = &[
    ' ', '\t', '\u{a0}', '«', '»', '‹', '›', '<', '>', '←', '→', '↑', '^', '▲', '◄', '►', '[', ']', '(', ')', '|', '·',
    '•', '*', '-', '–', '—', '…', '.', ':',
];

/// What a line is taken for, if it is a leftover. `alone`: there is a blank line, or nothing, before it.
pub(super) fn leftover(line: &str, alone: bool) -> Option<&'static str> {
    let words = line.trim_matches(AROUND).to_lowercase();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if PHRASES.contains(&words.as_str()) || (alone && WORDS.contains(&words.as_str())) {
        return Some("navigation");
    }
    let crumbs = |sign: &str| {
        let parts: Vec<&str> = line.split(sign).map(str::trim).collect();
        parts.len() > 1
            && matches!(
                parts[0].to_lowercase().as_str(),
                "home" | "start" | "startseite" | "accueil" | "inicio" | "главная"
            )
            && parts.iter().all(|p| !p.is_empty() && p.chars().count() <= 40)
    };
    if [" > ", " » ", " › ", " / ", " | "].into_iter().any(crumbs) {
        return Some("a breadcrumb");
    }
    None
}

/// A line that says whose the page was.
pub(super) fn copyright(line: &str) -> Option<&'static str> {
    let lower = line.trim().to_lowercase();
    let short = lower.chars().count() <= 120;
    let starts = lower.starts_with('©') || lower.starts_with("(c) ") || lower.starts_with("copyright ");
    (short && (starts || lower.trim_end_matches('.') == "all rights reserved")).then_some("a copyright line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_whole_lines() {
        for line in
            ["Back to list", "« BACK TO LIST", "[Print this page]", "← Previous article", "Read more…", "Home > News"]
        {
            assert!(leftover(line, false).is_some(), "{line}");
        }
        for line in ["Share", "Home"] {
            assert!(leftover(line, true).is_some() && leftover(line, false).is_none(), "{line}");
        }
        for line in ["They went back to list the dead.", "He came back to top the poll", "Back to school", "A > B", ""]
        {
            assert!(leftover(line, true).is_none(), "{line}");
        }
        assert!(copyright("© 2025 Example News. All rights reserved.").is_some());
        assert!(copyright("Copyright law was changed by parliament on Monday, and the new rules apply from May, the minister said. More follows here.").is_none());
        let mut sorted = PHRASES[..60].to_vec();
        sorted.dedup();
        assert_eq!(sorted.len(), 60, "a phrase stands twice");
    }
}
