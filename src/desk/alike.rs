//! Texts that are nearly one: the same wire copy filed twice, an article that was imported again.
//!
//! Each text becomes 64 bits (Charikar's simhash over its runs of three words): texts that share most of their runs differ in
//! few of the bits. Only articles of nearby days are compared, so that this stays linear in the archive.

use rapidhash::v3::rapidhash_v3;

/// Shorter texts have too few runs of words to tell.
const WORDS: usize = 40;
/// Of 64 bits, how many may differ.
const BITS: u32 = 9;
/// How many days apart two articles may be.
const DAYS: i32 = 7;

/// The bits of a text; none if it is too short to tell.
pub(super) fn bits(text: &str) -> Option<u64> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    if words.len() < WORDS {
        return None;
    }
    let mut votes = [0i32; 64];
    for run in words.windows(3) {
        let hash = rapidhash_v3(run.join(" ").as_bytes());
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    Some(votes.iter().enumerate().fold(0, |bits, (bit, vote)| bits | u64::from(*vote > 0) << bit))
}

/// Pairs of places in a list that is in order of day: later, earlier. `texts` has for each the day and the bits.
pub(super) fn pairs(texts: &[(jiff::civil::Date, Option<u64>)]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for (i, (day, bits)) in texts.iter().enumerate() {
        let far = |other: &jiff::civil::Date| day.since(*other).map_or(true, |span| span.get_days() > DAYS);
        while from < i && far(&texts[from].0) {
            from += 1;
        }
        let Some(bits) = bits else { continue };
        let earlier = (from..i).find(|j| texts[*j].1.is_some_and(|other| (bits ^ other).count_ones() <= BITS));
        found.extend(earlier.map(|j| (i, j)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_with_a_sentence_more_is_alike_and_another_is_not() {
        let text = "The evening ferry left the north pier at five past six on Sunday, its first crossing since November, and \
                    came back at eight with forty passengers who had waited for it in the rain. The harbour master said that \
                    the new ramp had passed every test, that the old one would be broken up before May, and that the timetable \
                    of last summer holds again from Monday. The yard that built the ramp has asked for the last part of its \
                    fee, which the council wants to look at once more in its next sitting. Two of the three boats are still in dock.";
        let other = "Fifteen members of the council voted for the budget of the coming year on Tuesday night and nine against it, \
                     after a debate of seven hours that turned on the price of heating in the schools. The mayor had offered to \
                     resign if it failed. Opponents say that the sums for the library are wrong by a factor of two, and want to \
                     see the books of the last three years before the summer. A court may have to decide who is right there.";
        let a = bits(text).expect("long enough");
        let more = bits(&format!("{text} A third ramp is planned.")).expect("long enough");
        let b = bits(other).expect("long enough");
        assert!((a ^ more).count_ones() <= BITS, "{}", (a ^ more).count_ones());
        assert!((a ^ b).count_ones() > 2 * BITS, "{}", (a ^ b).count_ones());
        let day = jiff::civil::date(2025, 3, 16);
        let late = jiff::civil::date(2025, 3, 26);
        assert_eq!(pairs(&[(day, Some(a)), (day, Some(b)), (day, Some(more)), (late, Some(a))]), [(2, 0)]);
        assert_eq!(bits("Too short."), None);
    }
}
