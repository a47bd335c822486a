//! An archive of any size from a fixed seed: for tests that count, and for the benchmarks.
//!
//! It grows as archives do: article `n` depends on its number alone, so that a small archive is the beginning of a large
//! one; about thirty articles a day; ever more tags and people, a few of them everywhere and most of them rare. The words are made of
//! syllables and mean nothing: nobody is named and nothing is reported.

/// Articles of one day.
pub const A_DAY: usize = 30;

/// Days before 1970 are not needed: the first day, as days since then (2016-01-04).
const FIRST_DAY: i64 = 16_804;

/// The median article of a news archive has about this many words.
pub const WORDS: usize = 490;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn of(number: usize, what: u64) -> Self {
        Self((number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ what.wrapping_mul(0xd1b5_4a32_d192_ed03) ^ 1969)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`.
    fn below(&mut self, n: usize) -> usize {
        (self.roll() % n.max(1) as u64) as usize
    }

    /// Below `n`; small numbers are far more likely.
    fn rare(&mut self, n: usize) -> usize {
        let u = (self.roll() >> 11) as f64 / (1u64 << 53) as f64;
        ((u * u * u) * n as f64) as usize
    }
}

/// The `n`th word of a language that nobody speaks.
fn word(n: usize) -> String {
    const SYLLABLES: &[&str] =
        &["va", "lo", "ter", "in", "ka", "mu", "sel", "or", "ni", "pra", "de", "yo", "gan", "ri", "fe", "stu"];
    let mut word = String::new();
    let mut n = n + 17;
    while n > 0 {
        word.push_str(SYLLABLES[n % SYLLABLES.len()]);
        n /= SYLLABLES.len();
    }
    word
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn sentence(dice: &mut Dice, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|_| word(dice.rare(4000))).collect();
    capital(&words.join(" "))
}

/// Different numbers below `n`, small ones rather than great.
fn some(dice: &mut Dice, count: usize, n: usize) -> Vec<usize> {
    let mut chosen = Vec::new();
    while chosen.len() < count.min(n) {
        let next = dice.rare(n);
        if !chosen.contains(&next) {
            chosen.push(next);
        }
    }
    chosen
}

/// Year, month and day of a number of days since 1970 (Hinnant, chrono-compatible low-level date algorithms).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// The day of article `n`, as in its path: `2016/01/04`.
pub fn day(n: usize) -> String {
    let (year, month, day) = civil(FIRST_DAY + (n / A_DAY) as i64);
    format!("{year:04}/{month:02}/{day:02}")
}

/// The path of article `n` in the site.
pub fn path(n: usize) -> String {
    format!("content/articles/{}/{}-{n}.md", day(n), word(Dice::of(n, 1).rare(4000)))
}

/// The text of article `n`: front matter, and a body of about so many words.
pub fn article(n: usize, words: usize) -> String {
    let mut dice = Dice::of(n, 2);
    let known = |rate: f64| (rate * ((n + 100) as f64).sqrt()) as usize;
    let title_words = 5 + dice.below(6);
    let title = sentence(&mut dice, title_words);
    let summary = sentence(&mut dice, 22);
    let minute = n % A_DAY * (24 * 60 / A_DAY);
    let tags: Vec<String> = some(&mut dice, 5, known(20.0)).into_iter().map(|t| word(5000 + t)).collect();
    let people: Vec<String> = some(&mut dice, 5, known(50.0))
        .into_iter()
        .map(|p| format!("{} {}", capital(&word(p % 97)), capital(&word(9000 + p))))
        .collect();
    let mut text = format!(
        "---\ntitle: {title}\ndate: {}T{:02}:{:02}:00Z\nsummary: {summary}.\ntags: [{}]\npeople: [{}]\n",
        day(n).replace('/', "-"),
        minute / 60,
        minute % 60,
        tags.join(", "),
        people.join(", ")
    );
    if n.is_multiple_of(5) {
        text.push_str(&format!("thread: {}\n", capital(&word(20_000 + n / 400))));
    }
    text.push_str(&format!("sources: [{{publisher: {} Wire}}]\n---\n", capital(&word(30_000 + dice.below(12)))));
    // Between two thirds and four thirds of the number that is asked for.
    let mut left = words * 2 / 3 + dice.below(words * 2 / 3 + 1);
    let mut paragraph = 0;
    while left > 0 {
        text.push('\n');
        if paragraph == 3 {
            text.push_str(&format!("## {}\n\n", sentence(&mut dice, 3)));
        }
        for _ in 0..4 {
            let words = (12 + dice.below(12)).min(left);
            if words > 0 {
                text.push_str(&sentence(&mut dice, words));
                text.push_str(". ");
            }
            left -= words;
        }
        text.push('\n');
        paragraph += 1;
    }
    text
}
