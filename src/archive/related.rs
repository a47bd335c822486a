//! Which earlier articles are close to an article.
//!
//! **The score** of an earlier article is the sum, over the names that both have, of a weight times the name's rarity:
//! a shared thread weighs 4, a person 3, a tag 2; rarity is `log2(1 + earlier articles / earlier articles with the
//! name)`, in whole 64ths. Only the [`LOOK_BACK`] most recent articles of each name are looked at. The best
//! [`CHOSEN`] are chosen; of equals the later one.
//!
//! The law: only what comes before an article counts, so that a new story never changes an old page.

use super::{Archive, ArticleId};
use crate::content::EntityKind;
use std::cell::RefCell;

/// How many are chosen.
pub const CHOSEN: usize = 4;

/// How far back each shared name is followed.
pub const LOOK_BACK: usize = 48;

/// Those of one article, the closest first.
pub fn of(archive: &Archive, article: ArticleId) -> Vec<ArticleId> {
    thread_local!(static SCORES: RefCell<Scores> = RefCell::default());
    SCORES.with_borrow_mut(|scores| {
        scores.points.resize(archive.articles.len(), 0);
        closest(archive, article, scores)
    })
}

/// Points by article, kept by each thread from one article to the next: clearing what was touched is cheaper than
/// sorting what was found.
#[derive(Default)]
struct Scores {
    points: Vec<u32>,
    touched: Vec<ArticleId>,
}

impl Scores {
    fn add(&mut self, article: ArticleId, points: u32) {
        let sum = &mut self.points[article.0 as usize];
        if *sum == 0 {
            self.touched.push(article);
        }
        *sum += points;
    }

    /// The best, best first; of equals the later one. Nothing is left behind.
    fn take_best(&mut self) -> Vec<ArticleId> {
        let mut best: [(u32, ArticleId); CHOSEN] = [(0, ArticleId(0)); CHOSEN];
        for article in self.touched.drain(..) {
            let points = std::mem::take(&mut self.points[article.0 as usize]);
            let mut candidate = (points, article);
            if candidate > best[CHOSEN - 1] {
                for place in &mut best {
                    if candidate > *place {
                        std::mem::swap(&mut candidate, place);
                    }
                }
            }
        }
        best.into_iter().filter(|(points, _)| *points > 0).map(|(_, article)| article).collect()
    }
}

fn closest(archive: &Archive, article: ArticleId, scores: &mut Scores) -> Vec<ArticleId> {
    let names = &archive.about(article).names;
    for id in names.tags.iter().chain(&names.people).chain(&names.thread) {
        let entity = archive.entity(*id);
        let weight = match entity.kind {
            EntityKind::Thread => 4,
            EntityKind::Person => 3,
            EntityKind::Tag => 2,
            EntityKind::Source => 0,
        };
        let before = entity.articles.partition_point(|a| *a < article);
        let points = weight * rarity(article.0, before as u32);
        if points > 0 {
            entity.articles[before.saturating_sub(LOOK_BACK)..before].iter().for_each(|a| scores.add(*a, points));
        }
    }
    scores.take_best()
}

/// `64 · log2(1 + all / with)` in whole numbers, so that every machine agrees: the whole part of the logarithm, and
/// between powers of two a straight line.
fn rarity(all: u32, with: u32) -> u32 {
    if with == 0 {
        return 0;
    }
    let ratio = 64 * (u64::from(all) + u64::from(with)) / u64::from(with);
    let whole = (ratio / 64).ilog2();
    let fraction = ratio / (1 << whole) - 64;
    64 * whole + fraction as u32
}

#[cfg(test)]
mod tests {
    use super::rarity;

    #[test]
    fn rarity_is_a_logarithm() {
        assert_eq!(rarity(100, 100), 64);
        assert_eq!(rarity(300, 100), 128);
        assert_eq!(rarity(700, 100), 192);
        assert_eq!(rarity(500, 100), 128 + 32);
        assert!(rarity(1000, 1) > rarity(1000, 2));
        assert_eq!(rarity(10, 0), 0);
        let _ = rarity(u32::MAX, 1);
    }
}
