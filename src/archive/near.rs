//! Names that are nearly another name: a slip of the pen, another transliteration.
//!
//! Every name is reduced to its bones ([`bones`]); two names are near if their bones are the same, or one letter apart.
//! A table of all bones with one letter left out finds these in one look for each, so that ten thousand names cost ten
//! thousand looks and not a hundred million comparisons.

use crate::content::slug::fold;
use rapidhash::RapidHashMap;

/// Shortest bones of which a letter may differ: `Li` and `Lu` are two names.
const SHORTEST: usize = 8;

/// Names to be found again.
#[derive(Default)]
pub struct Near {
    /// Hash of bones, whole or with a letter left out → names.
    table: RapidHashMap<u64, Vec<u32>>,
    names: Vec<(String, Vec<char>)>,
}

impl Near {
    /// Takes a name in.
    pub fn add(&mut self, name: &str) {
        let bones: Vec<char> = bones(name).chars().collect();
        let id = self.names.len() as u32;
        for hash in hashes(&bones) {
            self.table.entry(hash).or_default().push(id);
        }
        self.names.push((name.to_string(), bones));
    }

    /// The first name taken in that is near, and not the same.
    pub fn find(&self, name: &str) -> Option<&str> {
        let own: Vec<char> = bones(name).chars().collect();
        let folded = fold(name);
        let mut ids: Vec<u32> = hashes(&own).filter_map(|hash| self.table.get(&hash)).flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let near = |(other, bones): &&(String, Vec<char>)| fold(other) != folded && are_near(&own, bones);
        ids.iter().map(|id| &self.names[*id as usize]).find(near).map(|(name, _)| name.as_str())
    }
}

/// What is left of a name without accents, signs, doubled letters and the letters that transliterations differ in.
fn bones(name: &str) -> String {
    let ascii = deunicode::deunicode(&fold(name)).to_lowercase();
    let mut text: String = ascii.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    for (from, to) in
        [("kh", "h"), ("ph", "f"), ("th", "t"), ("ou", "u"), ("ow", "ov"), ("iy", "i"), ("yi", "i"), ("ij", "i")]
    {
        text = text.replace(from, to);
    }
    let text = text.replace(['y', 'j'], "i").replace('w', "v").replace('c', "k");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out.trim().to_string()
}

fn hashes(bones: &[char]) -> impl Iterator<Item = u64> {
    let whole = hash(bones, usize::MAX);
    let cut = if bones.len() >= SHORTEST { bones.len() } else { 0 };
    std::iter::once(whole).chain((0..cut).map(|left_out| hash(bones, left_out)))
}

fn hash(bones: &[char], left_out: usize) -> u64 {
    let kept = bones.iter().enumerate().filter(|(i, _)| *i != left_out);
    kept.fold(0xcbf2_9ce4_8422_2325, |hash, (_, c)| (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x100_0000_01b3))
}

fn are_near(a: &[char], b: &[char]) -> bool {
    if a == b {
        return true;
    }
    if a.len().min(b.len()) < SHORTEST || a.iter().any(char::is_ascii_digit) || b.iter().any(char::is_ascii_digit) {
        return false;
    }
    // One letter more, less or other: what is before and after it is the same.
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    // Short words that differ are other names: Emma is not Eva, and Jana not Joana.
    let word = |of: &[char]| {
        let start = of[..front].iter().rposition(|c| *c == ' ').map_or(0, |i| i + 1);
        of[start..].iter().take_while(|c| **c != ' ').count()
    };
    long - short <= 1 && front + back >= long - 1 && word(a).min(word(b)) > 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_transliterations_are_near() {
        let mut near = Near::default();
        for name in ["Volodymyr Zelenskyy", "Steve Witkoff", "Muammar al-Qaddafi", "Zoë Müller", "Li Na"] {
            near.add(name);
        }
        for (name, found) in [
            ("Volodymyr Zelensky", Some("Volodymyr Zelenskyy")),
            ("Volodymyr Zelenskij", Some("Volodymyr Zelenskyy")),
            ("Steve Witkof", Some("Steve Witkoff")),
            ("Steve Witcoff", Some("Steve Witkoff")),
            ("Stev Witkoff", None),
            ("Zoe Muller", Some("Zoë Müller")),
            ("Steve Witkoff", None),
            ("steve  witkoff", None),
            ("Li Nu", None),
            ("Steve Wozniak", None),
        ] {
            assert_eq!(near.find(name), found, "{name}");
        }
    }
}
