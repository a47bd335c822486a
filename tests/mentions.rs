//! Who is found in a text: sentences for and against, each with the people and how often each is counted.
//!
//! Nothing is built here but where a test says so: the registry and the search are called as the build calls them.

mod harness;

use dateline::archive::mentions::{Registry, find, key_of};
use dateline::config::Config;
use dateline::content::visible::Visible;
use dateline::content::{EntityKind, Record, article, record};
use harness::Site;
use std::fmt::Write as _;

/// Everybody in the table: id, name, further lines of the record.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("trump", "Donald Trump", "aliases: [Donald J. Trump]"),
    ("putin", "Vladimir Putin", "aliases: [Владимир Путин, Володимир Путін]"),
    ("zelenskyy", "Volodymyr Zelenskyy", "aliases: [Volodymyr Zelensky, Володимир Зеленський, Zelenskyj]"),
    ("witkoff", "Steve Witkoff", ""),
    ("starmer", "Keir Starmer", "aliases: [Sir Keir Starmer]"),
    ("bill", "Bill Clinton", ""),
    ("hillary", "Hillary Clinton", "aliases: [Hillary Rodham Clinton]"),
    ("may", "Theresa May", ""),
    ("brown", "Gordon Brown", ""),
    ("king", "Martin Luther King", "aliases: [\"Martin Luther King Jr.\"]"),
    ("gogh", "Vincent van Gogh", "family: van Gogh"),
    ("leyen", "Ursula von der Leyen", "family: von der Leyen"),
    ("melenchon", "Jean-Luc Mélenchon", ""),
    ("obrien", "Pat O’Brien", ""),
    ("macron", "Emmanuel Macron", ""),
    ("garcia", "Gabriel García Márquez", ""),
    ("xi", "Xi Jinping", "aliases: [习近平]"),
    ("abe", "Shinzo Abe", "aliases: [安倍晋三, アベ・シンゾウ]"),
    ("yoon", "Yoon Suk Yeol", "aliases: [윤석열]"),
    ("kim", "Kim Jong Un", "aliases: [Kim Jong-un]"),
    ("modi", "Narendra Modi", "aliases: [नरेन्द्र मोदी]"),
    ("sisi", "Abdel Fattah el-Sisi", "aliases: [عبد الفتاح السيسي]"),
    ("pele", "Pelé", ""),
    ("hooks", "bell hooks", ""),
    ("smith", "John Smith", "qualifier: the painter"),
    ("smith2", "John Smith", "qualifier: the sailor"),
    ("jones", "Mary Smith-Jones", ""),
    ("ma", "Jack Ma", ""),
    ("andersen", "Christian Andersen", ""),
    ("erdogan", "Recep Tayyip Erdoğan", ""),
    ("hidden", "Nobody Special", "suppress: true"),
    ("tsipras", "Alexis Tsipras", "aliases: [Αλέξης Τσίπρας]"),
];

/// A body, and who is in it: `id` or `id:count`, in the order of the first mention.
const TABLE: &[(&str, &str)] = &[
    // Full names.
    ("Donald Trump spoke.", "trump"),
    ("It was Donald Trump", "trump"),
    ("(Donald Trump)", "trump"),
    ("“Donald Trump”, he said", "trump"),
    ("Then Donald J. Trump came.", "trump"),
    ("Donald Trump, Vladimir Putin and Steve Witkoff met.", "trump putin witkoff"),
    ("Donald Trump/Vladimir Putin", "trump putin"),
    ("US-President Donald Trump", "trump"),
    ("Ukrainian President Volodymyr Zelenskyy said so.", "zelenskyy"),
    ("Volodymyr Zelensky is the same man.", "zelenskyy"),
    ("Zelenskyj, as some write, is an alias.", "zelenskyy"),
    ("Sir Keir Starmer spoke.", "starmer"),
    ("DONALD TRUMP in capitals is a headline's affair.", ""),
    ("donald trump in small letters is not a name.", ""),
    // Possessives and endings.
    ("Donald Trump's envoy", "trump"),
    ("Donald Trump’s envoy", "trump"),
    ("Keir Starmer's and Donald Trump's talks", "starmer trump"),
    ("the Starmers' house, and Keir Starmer", "starmer"),
    ("Recep Tayyip Erdoğan'ın sözü, Erdoğan’a", "erdogan:2"),
    ("d'Emmanuel Macron et l’ami", "macron"),
    ("selon Emmanuel Macron, et qu'Emmanuel Macron", "macron:2"),
    // Line breaks, spaces, emphasis, hyphens, Unicode forms.
    ("It was Donald\nTrump.", "trump"),
    ("It was Donald  \nTrump.", "trump"),
    ("It was Donald\u{a0}Trump.", "trump"),
    ("It was Donald   Trump.", "trump"),
    ("It was Donald\n\nTrump.", ""),
    ("It was **Donald Trump**.", "trump"),
    ("It was *Donald* Trump.", "trump"),
    ("Jean-Luc Mélenchon spoke.", "melenchon"),
    ("Jean\u{2011}Luc Mélenchon spoke.", "melenchon"),
    ("Jean\u{2010}Luc Me\u{301}lenchon spoke.", "melenchon"),
    ("Jean-Luc Melenchon without its accent is not written so here.", ""),
    ("Zelens\u{ad}kyy and Volodymyr Zelens\u{ad}kyy", "zelenskyy:2"),
    ("Pat O'Brien came, and O’Brien went.", "obrien:2"),
    ("Pat O&#39;Brien came.", "obrien"),
    ("Garci\u{301}a Ma\u{301}rquez: Gabriel García Márquez wrote.", "garcia:2"),
    // Family names.
    ("Donald Trump came. Trump went.", "trump:2"),
    ("Trump and Putin will talk, says the envoy of Donald Trump.", "trump:2"),
    ("Trump and Putin will talk.", ""),
    ("Donald Trump came, and Mr Trump, Mr. Trump and President Trump.", "trump:4"),
    ("Donald Trump came. But Trump went. “Trump is back.”", "trump:3"),
    ("Donald Trump came. The Trump administration, pro-Trump and Trump-era.", "trump:4"),
    ("Vladimir Putin came. Russia’s Putin and a Trump–Putin call.", "putin:3"),
    ("Donald Trump and Vladimir Putin: a Trump-Putin call.", "trump:2 putin:2"),
    ("Donald Trump came. On Sunday Trump left; Trump Thursday said no.", "trump:3"),
    ("Donald Trump came. D. Trump went; I. Trump stayed.", "trump:2"),
    ("Xi Jinping came. Xi went.", "xi:2"),
    ("Vincent van Gogh painted. Van is a car; van Gogh is a painter.", "gogh:2"),
    ("Ursula von der Leyen spoke. Von der Leyen, mid-sentence von der Leyen.", "leyen:2"),
    ("Gabriel García Márquez wrote. García Márquez won.", "garcia:2"),
    ("Abdel Fattah el-Sisi spoke. Then el-Sisi left.", "sisi:2"),
    ("Pelé scored.", "pele"),
    ("bell hooks wrote.", "hooks"),
    // Two of one family.
    ("Hillary Clinton spoke. Clinton left.", "hillary:2"),
    ("Clinton spoke, then Hillary Clinton.", "hillary"),
    ("Bill Clinton and Hillary Clinton came. Clinton left.", "bill hillary"),
    ("Clinton left.", ""),
    ("Chelsea Clinton came with Hillary Clinton.", "hillary"),
    // Everyday words.
    ("Brown is a colour.", ""),
    ("Brown is a colour, and Gordon Brown a man.", "brown"),
    ("Gordon Brown spoke. Brown left.", "brown:2"),
    ("In May 2019 and on 3 May.", ""),
    ("Theresa May spoke in May 2019, on May 24. May resigned.", "may:2"),
    ("The King spoke.", ""),
    ("Martin Luther King marched. King spoke.", "king:2"),
    ("Martin Luther King Jr. marched.", "king"),
    // Names inside longer names.
    ("Donald Trump Jr. came.", ""),
    ("The Donald Trump Library opened.", ""),
    ("Donald Trump went to Trump Tower and the Trump Organization.", "trump"),
    ("Donald Trump and Melania Trump came.", "trump"),
    ("Donald Trump saw Ivanka Trump. Meanwhile Trump left.", "trump:2"),
    ("Donald Trumpington and McDonald Trump", ""),
    ("Putinism is no person, and Vladimir Putinov is another.", ""),
    ("Mary Smith-Jones came. Smith-Jones left.", "jones:2"),
    ("Jack Ma came. Ma’ruf is another, and so is Ma-Miller.", "ma"),
    ("J. Christian Andersen is another.", ""),
    ("Pat O'Brien; a Brien is none.", "obrien"),
    ("Martin Luther King Boulevard is a street.", ""),
    ("See trump.example, @Trump, or mail Donald Trump@example.com.", ""),
    // Not visible, or no prose.
    ("`Donald Trump`", ""),
    ("    Donald Trump\n", ""),
    ("![Donald Trump](/a.png)", ""),
    ("<!-- Donald Trump -->", ""),
    ("[Donald Trump](https://a.example)", "trump"),
    ("## Donald Trump\n\nText.", "trump"),
    ("> Peace.\n>\n> — Donald Trump", "trump"),
    ("| Who |\n|---|\n| Donald Trump |", "trump"),
    ("A note.[^1]\n\n[^1]: Donald Trump said so.", "trump"),
    // Other scripts.
    ("Владимир Путин и Володимир Зеленський", "putin zelenskyy"),
    ("Владимира Путина склоняют.", ""),
    ("Ο Αλέξης Τσίπρας μίλησε.", "tsipras"),
    ("国家主席习近平表示，习近平强调。", "xi:2"),
    ("安倍晋三首相は。", "abe"),
    ("윤석열은 말했다. 윤석열 대통령.", "yoon:2"),
    ("प्रधानमंत्री नरेन्द्र मोदी ने कहा।", "modi"),
    ("قال عبد الفتاح السيسي اليوم.", "sisi"),
    ("Kim Jong Un and Kim Jong-un. Kim left.", "kim:3"),
    // Namesakes, suppressed people.
    ("John Smith came. Smith left.", ""),
    ("Nobody Special came.", ""),
];

fn config() -> Config {
    Config::parse("title = \"T\"", None).expect("a sound site.toml")
}

fn person(id: &str, name: &str, more: &str, config: &Config) -> Record {
    let text = format!("---\nname: {name}\n{more}\n---\n");
    let loaded = record::load(EntityKind::Person, &format!("content/people/{id}.md"), text.as_bytes(), config);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded.value.expect("a record")
}

/// Who is in an article with this front matter and body.
fn found(front_matter: &str, body: &str, records: &[Record], config: &Config) -> String {
    let registry = Registry::new(records.iter(), config);
    let mut visible = Visible::new(false);
    let text = format!("---\n{front_matter}\n---\n{body}\n");
    let article = article::load("content/articles/2025/03/16/a.md", text.as_bytes(), config, &mut visible);
    let found = find(&article.value.expect("an article"), &visible, &registry);
    let mut out = String::new();
    for mention in found.mentions.iter() {
        let record = records.iter().find(|r| key_of(&r.prose.path) == mention.person).expect("somebody known");
        let count = if mention.count == 1 { String::new() } else { format!(":{}", mention.count) };
        let space = if out.is_empty() { "" } else { " " };
        write!(out, "{space}{}{count}", record.id).expect("writing to memory");
    }
    out
}

fn everybody(config: &Config) -> Vec<Record> {
    PEOPLE.iter().map(|(id, name, more)| person(id, name, more, config)).collect()
}

#[test]
fn sentences_for_and_against() {
    assert!(TABLE.len() >= 80);
    let config = config();
    let records = everybody(&config);
    let wrong: Vec<String> = TABLE
        .iter()
        .map(|(body, expected)| (body, expected, found("title: T", body, &records, &config)))
        .filter(|(_, expected, found)| **expected != found)
        .map(|(body, expected, found)| format!("{body:?}\n  expected {expected:?}\n  found    {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn headlines_and_summaries_count() {
    let config = config();
    let records = everybody(&config);
    for (front_matter, body, expected) in [
        ("title: Trump to call", "Donald Trump will call.", "trump:2"),
        ("title: Trump Calls Putin Over Ceasefire Terms", "Donald Trump and Vladimir Putin.", "trump:2 putin"),
        ("title: Melania Trump Visits Paris Today", "Donald Trump stayed.", "trump"),
        ("title: T\nsummary: Trump will call.", "Donald Trump will call.", "trump:2"),
        ("title: Trump to call\npeople: [trump]", "Nothing.", "trump"),
        ("title: T\npeople: [Hillary Clinton]", "Bill Clinton came, then Clinton left.", "bill"),
        ("title: T\npeople: [smith2]", "John Smith came. Smith left.", "smith2:2"),
        ("title: T\npeople: [smith, smith2]", "John Smith came. Smith left.", ""),
        ("title: T\npeople: [John Smith]", "John Smith came.", ""),
    ] {
        assert_eq!(found(front_matter, body, &records, &config), expected, "{front_matter:?} {body:?}");
    }
}

#[test]
fn a_site_can_have_everyday_words_of_its_own() {
    let config = Config::parse("title = \"T\"\n[people]\neveryday = [\"Klompen\"]\n", None).expect("sound");
    let records = [person("k", "Ada Klompen", "", &config)];
    assert_eq!(found("title: Klompen", "Ada Klompen. Klompen.", &records, &config), "k:2");
}

/// A site with two people and an article about them.
fn site() -> Site {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "She writes.")
        .document("content/people/bo.md", "name: Bo Berg", "He reads.")
        .article("2025/03/16/a", "title: A", "Ana Silva met\nBo Berg. Then Silva left, and *Ana Silva* wrote.")
        .article("2025/03/16/b", "title: B", "Nobody came.");
    site
}

#[test]
fn the_first_mention_is_a_link() {
    let site = site();
    let built = site.build_clean();
    assert_eq!(
        built.prose("/2025/03/16/a/"),
        "<p><a class=\"person\" href=\"/people/ana/\">Ana Silva</a> met\n\
         <a class=\"person\" href=\"/people/bo/\">Bo Berg</a>. Then Silva left, and <em>Ana Silva</em> wrote.</p>"
    );
    assert!(built.page("/people/ana/").contains("/2025/03/16/a/"));
    assert!(!built.page("/people/ana/").contains("/2025/03/16/b/"));
}

#[test]
fn links_stand_where_links_may() {
    for (body, html) in [
        (
            "[Ana Silva](/) and Ana Silva",
            "<p><a href=\"/\">Ana Silva</a> and <a class=\"person\" href=\"/people/ana/\">Ana Silva</a></p>",
        ),
        ("*Ana* Silva", "<p><em>Ana</em> Silva</p>"),
        ("**Ana Silva**", "<p><strong><a class=\"person\" href=\"/people/ana/\">Ana Silva</a></strong></p>"),
        ("Ana\nSilva", "<p><a class=\"person\" href=\"/people/ana/\">Ana\nSilva</a></p>"),
        ("> Yes.\n> — Ana Silva", "<blockquote>\n<p>Yes.\n— Ana Silva</p>\n</blockquote>"),
        ("`Ana Silva`", "<p><code>Ana Silva</code></p>"),
        ("\"Ana Silva's\"", "<p>“<a class=\"person\" href=\"/people/ana/\">Ana Silva</a>’s”</p>"),
    ] {
        let site = site();
        site.article("2025/03/16/a", "title: A", body);
        assert_eq!(site.build_clean().prose("/2025/03/16/a/"), html, "{body:?}");
    }
}

#[test]
fn detection_can_index_only_or_be_off() {
    let site = site();
    site.setting("[people]\ndetect = \"index\"");
    let built = site.build_clean();
    assert!(!built.prose("/2025/03/16/a/").contains("<a"));
    assert!(built.page("/people/ana/").contains("/2025/03/16/a/"));
    site.edit("site.toml", "index", "off");
    assert!(!site.build_clean().page("/people/ana/").contains("/2025/03/16/a/"));
    site.edit("site.toml", "off", "on").build().refused();
}

#[test]
fn who_is_excluded_or_suppressed_is_not_found() {
    let site = site();
    site.article("2025/03/16/a", "title: A\npeople_exclude: [Ana Silva]", "Ana Silva met Bo Berg.");
    let built = site.build_clean();
    assert!(!built.page("/2025/03/16/a/").contains("/people/ana/"));
    assert!(built.page("/2025/03/16/a/").contains("/people/bo/"));
    site.document("content/people/bo.md", "name: Bo Berg\nsuppress: true", "");
    let built = site.build_clean();
    assert!(!built.page("/2025/03/16/a/").contains("/people/bo/") && !built.has("/people/bo/"));
}

#[test]
fn whom_only_a_withheld_article_names_is_withheld_too() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "");
    site.article("2025/03/16/a", "title: A\ndraft: true", "Ana Silva came.");
    assert!(!site.build_clean().has("/people/ana/"));
    site.article("2025/03/16/a", "title: A", "Ana Silva came.");
    assert!(site.build_clean().has("/people/ana/"));
}

#[test]
fn an_edit_of_a_record_renders_only_what_it_concerns() {
    let site = site();
    for n in 0..40 {
        site.article(&format!("2025/02/01/other-{n}"), "title: Other", "Nothing about anybody. Harbour works go on.");
    }
    site.build_clean();
    assert_eq!(site.build_clean().rendered(), 0);
    // Nobody is called this: only the record's own page has changed.
    site.document("content/people/ana.md", "name: Ana Silva\naliases: [Ana Sousa]", "She writes.");
    let built = site.build_clean();
    let changed: Vec<&String> = built.report.written.iter().filter(|f| !f.starts_with("people/")).collect();
    assert!(changed.is_empty(), "{changed:?}");
    // An alias that one article has.
    site.article("2025/03/16/b", "title: B", "Sousa came: Ana Sousa.");
    site.build_clean();
    site.document("content/people/ana.md", "name: Ana Silva", "She writes.");
    let built = site.build_clean();
    assert!(built.report.written.contains(&"2025/03/16/b/index.html".to_string()));
    assert!(!built.report.written.iter().any(|f| f.contains("other-")), "{:?}", built.report.written);
    assert_eq!(built.differences(&site.copy().build_clean()), Vec::<String>::new());
}
