//! The desk's tools: what a check finds, whom a site could know, how two people become one.

mod harness;

use dateline::build::{Clock, Options, Survey, survey};
use dateline::desk::check::{Kind, check};
use dateline::desk::{merge, suggest};
use harness::Site;

fn look(site: &Site) -> Survey {
    let options = Options {
        site: site.root().to_path_buf(),
        output: None,
        origin: None,
        base_url: None,
        as_of: Clock::Said(harness::NOW.to_string()),
        allowed: Default::default(),
        jobs: 1,
        clean: false,
        keep_going: true,
        tick: std::time::Duration::ZERO,
        verify: false,
    };
    survey(&options).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn a_check_finds_what_is_worth_a_look() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A\ntags: [Ports, Harbour]\npeople: [Ana Silva]\nthread: Saga\nsources: [Reuters]",
        "",
    )
    .article("2025/03/17/b", "title: B\ntags: [Port]\npeople: [Anna Silva]", "")
    .article("2025/03/18/c", "title: C", "")
    .document("content/tags/quiet.md", "name: Quiet", "");
    let findings = check(&look(&site).archive);
    let of = |kind: Kind| findings.iter().filter(|f| f.kind == kind).map(|f| f.subject.as_str()).collect::<Vec<_>>();
    assert_eq!(of(Kind::UnknownName), ["Ana Silva", "Anna Silva"]);
    assert_eq!(of(Kind::NearDuplicate), ["Anna Silva", "Ports"]);
    assert_eq!(of(Kind::ThreadOfOne), ["Saga"]);
    assert_eq!(of(Kind::WithoutPeople), ["C"]);
    assert_eq!(of(Kind::WithoutTags), ["C"]);
    assert_eq!(of(Kind::WithoutSources), ["B", "C"]);
    assert_eq!(of(Kind::UnusedRecord), ["Quiet"]);
}

#[test]
fn names_without_a_record_are_suggested() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "");
    for n in 0..3 {
        site.article(
            &format!("2025/03/16/a{n}"),
            "title: A",
            "Ana Silva met Bo van Berg. On Monday President Bo van Berg left New Haven Station, and Cy Young’s car too.",
        );
    }
    site.article("2025/03/16/b", "title: B", "Di Rare came once.");
    let survey = look(&site);
    let found = suggest::suggest(&survey, 3);
    let names: Vec<(&str, usize, usize)> = found.iter().map(|s| (s.name.as_str(), s.articles, s.mentions)).collect();
    assert_eq!(names, [("Bo van Berg", 3, 6), ("Cy Young", 3, 3)]);
    assert!(found[0].contexts[0].1.contains("Ana Silva met Bo van Berg. On"), "{:?}", found[0].contexts);
    site.file(&found[0].path, &found[0].record);
    assert!(site.build_clean().has("/people/bo-van-berg/"));
    assert_eq!(suggest::suggest(&look(&site), 3).len(), 1);
}

#[test]
fn suggested_names_are_without_offices_and_nations() {
    for (text, expected) in [
        ("They met British Prime Minister Keir Starmer.", "Keir Starmer"),
        ("They met US Special Envoy Steve Witkoff.", "Steve Witkoff"),
        ("They met Saudi Crown Prince Mohammed bin Salman.", "Mohammed bin Salman"),
        ("They met Iranian Ayatollah Ali Khamenei.", "Ali Khamenei"),
        ("They met French President Emmanuel Macron and left.", "Emmanuel Macron"),
        ("They met Spaniard Rafael Nadal.", "Rafael Nadal"),
        ("They met British Gen. Anna Berg.", "Anna Berg"),
        // Words of offices that are names.
        ("They met Stephen King.", "Stephen King"),
        ("They met Martin Luther King Jr.", "Martin Luther King Jr"),
        ("They met Sacha Baron Cohen.", "Sacha Baron Cohen"),
        // No name at all, or half a one.
        ("They met the British Prime Minister, and British Prime Minister Starmer.", ""),
        ("They met Israeli Foreign Minister Saar.", ""),
    ] {
        let site = Site::new();
        site.article("2025/03/16/a", "title: A", text);
        let found = suggest::suggest(&look(&site), 1);
        let names: Vec<&str> = found.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names.join(", "), expected, "{text}");
    }
}

#[test]
fn merging_keeps_every_name_and_the_old_address() {
    let site = Site::new();
    site.document(
        "content/people/ana.md",
        "name: Ana Silva # the writer\naliases:\n  - A. Silva\nborn: 1970",
        "She writes.",
    )
    .document("content/people/anna.md", "name: Anna da Silva\naliases: [Anna D. Silva]\nformer_slugs: [annie]", "")
    .article("2025/03/16/a", "title: A\npeople: [\"Anna da Silva\", Bo Berg] # both", "Text.")
    .article("2025/03/16/b", "title: B\npeople:\n  - anna\n  - Bo Berg", "Text.")
    .article("2025/03/16/c", "title: C\npeople: Anna D. Silva", "Text.")
    .article("2025/03/16/d", "title: D", "Anna da Silva came.");
    let before = site.tree("content");
    let changes = merge::plan(&look(&site), "anna", "ana").expect("a plan");
    assert_eq!(site.tree("content"), before, "a plan writes nothing");
    assert_eq!(changes.len(), 5, "two records, three articles");
    merge::apply(site.root(), &changes).expect("written");
    assert_eq!(
        site.read("content/people/ana.md"),
        "---\nname: Ana Silva # the writer\naliases:\n  - A. Silva\n  - Anna da Silva\n  - Anna D. Silva\nborn: 1970\nformer_slugs: [anna, annie]\n---\n\nShe writes.\n"
    );
    assert!(site.read("content/articles/2025/03/16/a.md").contains("people: [Ana Silva, Bo Berg] # both"));
    assert!(site.read("content/articles/2025/03/16/b.md").contains("people:\n  - Ana Silva\n  - Bo Berg"));
    assert!(site.read("content/articles/2025/03/16/c.md").contains("people: Ana Silva\n"));
    assert!(!site.exists("content/people/anna.md"));
    let built = site.build_clean();
    assert!(
        built.page("/people/anna/").contains("/people/ana/") && built.page("/people/annie/").contains("/people/ana/")
    );
    let page = built.page("/people/ana/");
    for slug in ["a", "b", "c", "d"] {
        assert!(page.contains(&format!("/2025/03/16/{slug}/")), "{slug}");
    }
}

#[test]
fn merging_loses_nothing() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "").document(
        "content/people/anna.md",
        "name: Anna Silva\nborn: 1970",
        "Text.",
    );
    let why = merge::plan(&look(&site), "anna", "ana").expect_err("refused");
    assert!(why.contains("a text, born"), "{why}");
    assert!(merge::plan(&look(&site), "nobody", "ana").expect_err("refused").contains("nobody here"));
    assert!(merge::plan(&look(&site), "ana", "Ana Silva").expect_err("refused").contains("already"));
    // A bare name has nothing to lose.
    site.remove("content/people/anna.md").article("2025/03/16/a", "title: A\npeople: [Anna Silva]", "");
    let changes = merge::plan(&look(&site), "Anna Silva", "ana").expect("a plan");
    merge::apply(site.root(), &changes).expect("written");
    assert_eq!(
        site.read("content/people/ana.md"),
        "---\nname: Ana Silva\naliases: [Anna Silva]\nformer_slugs: [anna-silva]\n---\n\n\n"
    );
    assert!(site.build_clean().page("/people/anna-silva/").contains("/people/ana/"));
}
