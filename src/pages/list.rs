//! Append-only lists of articles. Not a page kind.
//!
//! The law: page 1 holds the oldest articles and never changes once it is full. The list's own URL shows the newest, from
//! one page full to just under two; with fewer than two pages full it shows everything. A full page's link to the next
//! newer one leads to a URL that is a redirect until that page is full itself, so that not even the link changes.

use super::Site;
use super::inputs::Input;
use crate::archive::ArticleId;

/// How many numbered pages a list of `count` articles has.
pub fn full_pages(count: usize, per_page: usize) -> usize {
    (count / per_page).saturating_sub(1)
}

/// The URL of a numbered page.
pub fn url(list: &str, number: usize) -> String {
    format!("{list}page/{number}/")
}

/// The articles of page `number`, oldest first; 0 is the list's own URL.
pub fn shown(articles: &[ArticleId], per_page: usize, number: usize) -> &[ArticleId] {
    match number {
        0 => &articles[full_pages(articles.len(), per_page) * per_page..],
        n => &articles[(n - 1) * per_page..n * per_page],
    }
}

/// What page `number` shows.
pub fn inputs<'a>(site: &Site<'a>, articles: &[ArticleId], list: &str, number: usize) -> Input<'a> {
    let per_page = site.config.per_page;
    let full = full_pages(articles.len(), per_page);
    let of = |n: usize| shown(articles, per_page, n);
    let day = |id: Option<&ArticleId>| {
        let article = id.map(|id| site.archive.article(*id));
        Input::option(article, |a| Input::of(&a.prose.path, Input::Day(a.when.day)))
    };
    let here = of(number);
    let older = if number == 0 { full } else { number - 1 };
    Input::map([
        ("cards", Input::cards(here.iter().rev().copied())),
        ("number", if number == 0 { Input::None } else { Input::Int(number as i64) }),
        ("from", day(here.first())),
        ("to", day(here.last())),
        (
            "older",
            if older == 0 {
                Input::None
            } else {
                Input::map([
                    ("url", Input::url(url(list, older))),
                    ("from", day(of(older).first())),
                    ("to", day(of(older).last())),
                ])
            },
        ),
        ("newer", if number == 0 { Input::None } else { Input::map([("url", Input::url(url(list, number + 1)))]) }),
    ])
}

#[cfg(test)]
mod tests {
    use super::full_pages;

    #[test]
    fn the_newest_page_has_thirty_to_fifty_nine() {
        for (count, pages) in [(0, 0), (30, 0), (59, 0), (60, 1), (89, 1), (90, 2), (3000, 99)] {
            assert_eq!(full_pages(count, 30), pages, "{count}");
        }
    }
}
