//! Which part of a personal name an index sorts it by. Rules, not guesses: one name, one place, on every machine.
//!
//! The rules are those of back-of-book indexes: *The Chicago Manual of Style*, 17th edition, chapter 16 ("Indexing proper
//! names"); for names outside English, IFLA's *Names of Persons: National Usages for Entry in Catalogues*, 4th edition,
//! and AACR2, rule 22.5. Where these ask what country a person is of, which a name does not say, the spelling decides:
//!
//! 1. One word is the name: `Pelé`. A number or `Jr.` belongs to what is before it and goes to the end.
//! 2. A particle with a small letter goes behind (`Gogh, Vincent van`; `Braun, Wernher von`), one with a capital stays
//!    in front (`De Niro, Robert`; `La Fontaine, Jean de`), as do `du`, `des`, `della`, `bin`, `ibn`, `ben`, `Mac`, `O’`, `Ó`,
//!    `Saint`.
//! 3. The Arabic article goes behind in every spelling: `Assad, Bashar al-`.
//! 4. Two Spanish family names are one: where the last word but one is a common Spanish family name, or `y` stands
//!    between them: `García Márquez, Gabriel`. Portuguese names go under the last, `Filho`, `Neto` and `Júnior` with it.
//! 5. Names with the family name in front are not turned round: Chinese names in Pinyin, Chinese and Korean names with a
//!    hyphen (`Moon Jae-in`, `Chiang Kai-shek`), and Korean ones of three words (`Kim Jong Un`), by their family name; everything
//!    on sites in Hungarian, Chinese, Japanese and Korean; and what has no space in it.
//! 6. Icelandic names are not turned round, since a patronymic is no family name: `Katrín Jakobsdóttir`. So too on a site
//!    in Icelandic.
//! 7. Vietnamese names go under the last word, as people are called by it: `Giap, Vo Nguyen`.
//! 8. Titles before a name go behind it: `Francis, Pope`; `Lovell, Bernard, Sir`.
//!
//! What no rule gets right has `sort_as` (or `family`) in its record.

/// A name taken apart for an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What it is sorted by first.
    pub family: String,
    /// What follows after a comma; empty if the name is not turned round.
    pub rest: String,
}

impl Parts {
    /// As an index shows it.
    pub fn inverted(&self) -> String {
        if self.rest.is_empty() { self.family.clone() } else { format!("{}, {}", self.family, self.rest) }
    }
}

const SUFFIXES: &[&str] =
    &["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV", "Jnr", "Snr", "Esq.", "PhD", "Ph.D.", "MD", "M.D."];
const NUMBERS: &[&str] =
    &["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XXIII"];
const RULERS: &[&str] = &[
    "Pope",
    "King",
    "Queen",
    "Emperor",
    "Empress",
    "Prince",
    "Princess",
    "Tsar",
    "Sultan",
    "Emir",
    "Sheikh",
    "Saint",
    "St.",
    "Patriarch",
];
const TITLES: &[&str] = &[
    "Sir",
    "Dame",
    "Dr",
    "Dr.",
    "Prof.",
    "Professor",
    "Lord",
    "Lady",
    "Rev.",
    "Mr",
    "Mr.",
    "Mrs",
    "Mrs.",
    "Ms",
    "Ms.",
];
/// Small particles that stay with the family name all the same.
const KEPT: &[&str] =
    &["du", "des", "della", "dello", "degli", "dei", "delle", "dalla", "bin", "ibn", "ben", "bint", "abu", "abd", "ap"];
/// Capitalised words that begin a family name rather than end a given one.
const LEADING: &[&str] = &[
    "Van", "Von", "De", "Del", "Della", "Di", "Da", "Du", "Des", "Dos", "Das", "La", "Le", "Les", "Lo", "Las", "Los",
    "Al", "El", "Mac", "Mc", "O", "Ó", "Ní", "Nic", "Uí", "Bin", "Ibn", "Ben", "Abu", "Ap", "St.", "St", "Saint",
    "Ste.", "Sainte", "San", "Santa", "Ter", "Ten", "Vander", "Den", "Der", "Fitz", "Mhic",
];
/// Common family names of Spain and Spanish America that do not end in `-ez`.
const SPANISH: &[&str] = &[
    "Aguilar",
    "Aguirre",
    "Alonso",
    "Arias",
    "Blanco",
    "Bravo",
    "Cabrera",
    "Calderón",
    "Campos",
    "Cano",
    "Cárdenas",
    "Carrillo",
    "Castillo",
    "Castro",
    "Contreras",
    "Correa",
    "Cortés",
    "Cruz",
    "Delgado",
    "Díaz",
    "Duarte",
    "Durán",
    "Echeverría",
    "Escobar",
    "Espinoza",
    "Fajardo",
    "Flores",
    "Franco",
    "Fuentes",
    "Gallardo",
    "Gallego",
    "Garcia",
    "García",
    "Garrido",
    "Gil",
    "Guerrero",
    "Guzmán",
    "Herrera",
    "Iglesias",
    "León",
    "Llosa",
    "Lozano",
    "Luna",
    "Marín",
    "Medina",
    "Mejía",
    "Mendoza",
    "Molina",
    "Montero",
    "Mora",
    "Morales",
    "Moreno",
    "Muñoz",
    "Navarro",
    "Núñez",
    "Ochoa",
    "Ortega",
    "Ortiz",
    "Pastor",
    "Peña",
    "Pinto",
    "Prieto",
    "Ramos",
    "Reyes",
    "Rivas",
    "Rivera",
    "Rojas",
    "Romero",
    "Rubio",
    "Ruiz",
    "Salazar",
    "Salinas",
    "Sanz",
    "Serrano",
    "Silva",
    "Soto",
    "Suárez",
    "Torres",
    "Uribe",
    "Valencia",
    "Vargas",
    "Vega",
    "Vela",
    "Vera",
    "Villa",
    "Zapata",
    "Boluarte",
    "Arce",
];
/// The most common Chinese family names in Pinyin and in the spellings of Taiwan and Hong Kong, and Korean ones.
const EAST_ASIAN: &[&str] = &[
    "Ahn", "Bai", "Ban", "Bo", "Cai", "Cao", "Chai", "Chang", "Chen", "Cheng", "Chiang", "Cho", "Choe", "Choi", "Chow",
    "Chu", "Chung", "Cui", "Dai", "Deng", "Ding", "Dong", "Du", "Fan", "Fang", "Feng", "Fu", "Gao", "Geng", "Gong",
    "Gu", "Guo", "Han", "Hao", "He", "Ho", "Hou", "Hsu", "Hu", "Hua", "Huang", "Hwang", "Jang", "Jeong", "Ji", "Jia",
    "Jiang", "Jin", "Jo", "Jung", "Kang", "Kim", "Kong", "Kwon", "Lai", "Lam", "Lee", "Lei", "Leung", "Li", "Liang",
    "Liao", "Lim", "Lin", "Liu", "Long", "Lou", "Lu", "Luo", "Ma", "Mao", "Mo", "Moon", "Oh", "Pan", "Park", "Peng",
    "Qi", "Qian", "Qiao", "Qin", "Qiu", "Qu", "Ren", "Ri", "Roh", "Shao", "Shen", "Shi", "Shin", "Song", "Su", "Suh",
    "Sun", "Tan", "Tang", "Tao", "Tian", "Tsai", "Tu", "Wan", "Wang", "Wei", "Wen", "Wong", "Wu", "Xi", "Xia", "Xiang",
    "Xiao", "Xie", "Xing", "Xiong", "Xu", "Xue", "Yan", "Yang", "Yao", "Ye", "Yi", "Yin", "Yoo", "Yoon", "You", "Yu",
    "Yuan", "Yun", "Zeng", "Zhan", "Zhang", "Zhao", "Zheng", "Zhong", "Zhou", "Zhu", "Zhuang", "Zou",
];

/// Takes a name apart by the rules above. `language` is the site's.
pub fn split(name: &str, language: &str) -> Parts {
    let name = name.trim();
    let whole = |text: &str| Parts { family: text.to_string(), rest: String::new() };
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let mut behind: Vec<&str> = Vec::new();
    if words.len() > 1 && RULERS.contains(&words[0]) {
        let title = words.remove(0);
        return Parts { family: words.join(" "), rest: title.to_string() };
    }
    let mut title = None;
    while words.len() > 1 && TITLES.contains(&words[0]) {
        title = Some(words.remove(0));
    }
    while words.len() > 2 && SUFFIXES.contains(words.last().unwrap_or(&"")) {
        behind.extend(words.pop());
    }
    behind.extend(title);
    if let Some(last) = words.last_mut() {
        *last = last.trim_end_matches(',');
    }
    let numbered = words.len() == 2 && NUMBERS.contains(&words[1]);
    if words.len() < 2 || numbered || family_first(&words, language) || is_patronymic(&words, language) {
        return Parts { rest: behind.join(", "), ..whole(&words.join(" ")) };
    }
    let at = start_of_family(&words);
    let (mut before, mut family) = (words[..at].join(" "), words[at..].join(" "));
    if let Some((article, rest)) = family.split_once(['-', '‐', '‑'])
        && matches!(article, "al" | "Al" | "el" | "El" | "as" | "ash" | "at" | "ad" | "an" | "ar" | "az" | "As" | "Ash")
        && rest.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
    {
        before = format!("{before} {article}-");
        family = rest.to_string();
    }
    behind.insert(0, &before);
    Parts { family, rest: behind.iter().filter(|b| !b.is_empty()).copied().collect::<Vec<_>>().join(", ") }
}

/// The family name of a name that has one of its own.
pub fn family_of(name: &str, language: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.len() > 1 && !RULERS.contains(&words[0]) && family_first(&words, language) {
        return Some(words[0].to_string());
    }
    let parts = split(name, language);
    let article = ["al-", "Al-", "el-", "El-"].into_iter().find(|a| parts.rest.ends_with(a));
    let whole = article.map_or(parts.family.clone(), |a| format!("{a}{}", parts.family));
    (!parts.rest.is_empty() && !RULERS.contains(&parts.rest.as_str())).then_some(whole)
}

/// Where the family name starts.
fn start_of_family(words: &[&str]) -> usize {
    let last = words.len() - 1;
    let small = |w: &str| w.starts_with(char::is_lowercase) && !w.contains(['-', '\'', '’']);
    // After a particle with a small letter comes the family name, however long: `Miguel de Cervantes Saavedra`.
    if let Some(particle) = words[..last].iter().rposition(|w| small(w) && *w != "y" && *w != "e") {
        let mut first = particle;
        while first > 1 && small(words[first - 1]) {
            first -= 1;
        }
        if KEPT.contains(&words[first]) {
            return first;
        }
        // `Lula da Silva` is two family names and goes under the last, like `Tomasi di Lampedusa` does not.
        return particle + 1;
    }
    let mut at = last;
    if at > 1 && matches!(words[at], "Filho" | "Neto" | "Júnior" | "Junior" | "Sobrinho") {
        at -= 1;
    }
    if at > 2 && matches!(words[at - 1], "y" | "e") {
        at -= 2;
    } else if at > 1 && is_spanish(words[at - 1]) {
        at -= 1;
    }
    while at > 1 && LEADING.contains(&words[at - 1]) {
        at -= 1;
    }
    at
}

fn is_spanish(word: &str) -> bool {
    SPANISH.contains(&word) || (word.chars().count() > 4 && word.ends_with("ez"))
}

fn family_first(words: &[&str], language: &str) -> bool {
    let primary = language.split('-').next().unwrap_or("");
    if matches!(primary, "hu" | "zh" | "ja" | "ko") {
        return true;
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    // `Jae-in`: Europeans write double names with two capitals.
    let joined = |w: &str| {
        w.split_once('-').is_some_and(|(a, b)| a.starts_with(char::is_uppercase) && b.starts_with(char::is_lowercase))
    };
    match words.len() {
        2 if joined(last) => true,
        2 => EAST_ASIAN.contains(first) && (is_pinyin_pair(last) || (is_pinyin(last) && !EAST_ASIAN.contains(last))),
        3 => {
            EAST_ASIAN.contains(first)
                && words[1..].iter().all(|w| w.len() <= 6 && is_syllable(w))
                && !EAST_ASIAN.contains(last)
        }
        _ => false,
    }
}

/// `Jakobsdóttir`; `-son` only where another letter says that it is Icelandic, for Swedes have it as a family name.
fn is_patronymic(words: &[&str], language: &str) -> bool {
    let Some(last) = words.last() else { return false };
    let daughter = last.ends_with("dóttir") || last.ends_with("dottir");
    let icelandic = || words.iter().any(|w| w.contains(['ð', 'þ', 'Þ', 'ý', 'ú', 'í', 'ó', 'æ', 'Ó', 'Í']));
    language.starts_with("is") || daughter || (last.ends_with("son") && icelandic())
}

const INITIALS: &[&str] = &[
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y",
    "w",
];
const FINALS: &[&str] = &[
    "iang", "iong", "uang", "ang", "eng", "ing", "ong", "ian", "iao", "uai", "uan", "üan", "ai", "ei", "ao", "ou",
    "an", "en", "in", "un", "ün", "ia", "ie", "iu", "ua", "uo", "ui", "ue", "üe", "er", "a", "o", "e", "i", "u", "ü",
];

/// What stands without an initial.
const BARE: &[&str] = &["ang", "ai", "an", "ao", "ei", "en", "er", "ou", "a", "e"];

/// One syllable of Pinyin.
fn is_pinyin(word: &str) -> bool {
    syllables(&word.to_lowercase(), 1)
}

/// Two syllables of Pinyin, as Chinese given names are written: `Jinping`.
fn is_pinyin_pair(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.is_char_boundary(0) && !syllables(&lower, 1) && syllables(&lower, 2)
}

fn syllables(word: &str, count: usize) -> bool {
    if count == 0 {
        return word.is_empty();
    }
    let rest_fits = |rest: &str, finals: &[&str]| {
        finals.iter().any(|f| rest.strip_prefix(f).is_some_and(|rest| syllables(rest, count - 1)))
    };
    INITIALS.iter().filter_map(|i| word.strip_prefix(i)).any(|rest| rest_fits(rest, FINALS)) || rest_fits(word, BARE)
}

/// A short word with one run of vowels.
fn is_syllable(word: &str) -> bool {
    let lower = word.to_lowercase();
    let vowel = |c: char| "aeiouyw".contains(c);
    let runs = lower.split(|c| !vowel(c)).filter(|run| !run.is_empty()).count();
    runs == 1 && word.starts_with(char::is_uppercase)
}
