//! Everything that can be wrong with a site, one input a test, each with the exact words it is answered with.
//!
//! A good version is built first and then broken, so each test also holds that a refused build changes nothing. The
//! words stand in `snapshots/bad_input/`; after a change, `INSTA_UPDATE=always cargo test --test bad_input` writes them
//! anew, and the diff is what to review. What is odd but accepted is not here but in `content.rs`.

mod harness;

use dateline::build::{MARKER, Outcome};
use harness::{Built, Site};
use std::fs;

/// A site that nobody can complain about, small enough to be built for every test.
fn good() -> Site {
    let site = Site::new();
    site.setting("time_zone = \"Europe/London\"")
        .article("2025/03/16/good", GOOD, "It was signed at noon.\n\n## The terms\n\nThere are four.")
        .document("content/people/ana-ek.md", "name: Ana Ek", "A diplomat.")
        .document("content/pages/about.md", "title: About", "Who we are.");
    site
}

const GOOD: &str = "title: Good news\ntags: [peace]\npeople: [ana-ek]\nthread: Talks\nsources: [Reuters]";

/// Writes the one article that is wrong.
fn bad(site: &Site, front_matter: &str) {
    bad_body(site, front_matter, "Text.");
}

fn bad_body(site: &Site, front_matter: &str, body: &str) {
    site.article("2025/03/17/bad", front_matter, body);
}

/// An override of one file of the default theme.
fn template(site: &Site, name: &str, text: &str) {
    site.file(&format!("themes/briefing/templates/{name}"), text);
}

/// What holds for every refusal: nothing is written anywhere, and the words are those of the snapshot.
fn assert_refused(name: &str, break_it: impl FnOnce(&Site)) {
    let site = good();
    let before = site.build_clean();
    let marker = site.read(&format!("public/{MARKER}"));
    break_it(&site);
    let (content, themes) = (site.tree("content"), site.tree("themes"));

    let built = site.build();
    assert_eq!(built.report.outcome, Outcome::Refused, "it was published:\n{}", built.diagnostics_text());
    assert!(built.report.errors() > 0, "it was refused without an error");
    assert_eq!(harness::differences(before.tree(), &site.tree("public")), [""; 0], "public/ was changed");
    assert_eq!(site.read(&format!("public/{MARKER}")), marker, "the marker was changed");
    says(name, &site, &built);

    let kept = site.with().keep_going().build();
    if kept.report.outcome == Outcome::Published {
        assert!(kept.has("/") && kept.has("/archive/"), "--keep-going lost what is sound: {:?}", kept.urls());
    }
    assert_eq!(site.tree("content"), content, "content/ was written to");
    assert_eq!(site.tree("themes"), themes, "themes/ was written to");
    let strangers: Vec<String> = fs::read_dir(site.root())
        .expect("the site")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|n| {
            !["site.toml", "content", "themes", "static", "public", ".dateline", "theirs"].contains(&n.as_str())
        })
        .collect();
    assert!(strangers.is_empty(), "written outside the output: {strangers:?}");
}

/// What holds for every warning: the site is published all the same.
fn assert_warned(name: &str, break_it: impl FnOnce(&Site)) {
    let site = good();
    break_it(&site);
    let built = site.build().published();
    assert!(built.report.errors() == 0 && built.report.warnings() > 0, "{}", built.diagnostics_text());
    assert!(built.has("/2025/03/16/good/"));
    says(name, &site, &built);
}

fn says(name: &str, site: &Site, built: &Built) {
    // The system may name a temporary folder by way of a link.
    let mut text = built.diagnostics_text();
    for root in [site.root().canonicalize().expect("the site"), site.root().to_path_buf()] {
        text = text.replace(&*root.to_string_lossy(), "SITE");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/bad_input");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

macro_rules! refused {
    ($($(#[$attribute:meta])* $name:ident: |$site:ident| $break_it:expr;)*) => {
        $($(#[$attribute])* #[test] fn $name() { assert_refused(stringify!($name), |$site| { $break_it; }); })*
    };
}

macro_rules! warned {
    ($($(#[$attribute:meta])* $name:ident: |$site:ident| $break_it:expr;)*) => {
        $($(#[$attribute])* #[test] fn $name() { assert_warned(stringify!($name), |$site| { $break_it; }); })*
    };
}

// The file as a whole.
refused! {
    front_matter_unclosed: |s| s.file("content/articles/2025/03/17/bad.md", "---\ntitle: Bad\n\nText.\n");
    front_matter_missing: |s| s.file("content/articles/2025/03/17/bad.md", "Just some text.\n");
    front_matter_after_text: |s| s.file("content/articles/2025/03/17/bad.md", "Hello\n---\ntitle: Bad\n---\n");
    front_matter_on_the_fence: |s| s.file("content/articles/2025/03/17/bad.md", "--- title: Bad\n---\n");
    file_empty: |s| s.file("content/articles/2025/03/17/bad.md", "");
    file_blank: |s| s.file("content/articles/2025/03/17/bad.md", "\n\n  \n");
    front_matter_toml: |s| s.file("content/articles/2025/03/17/bad.md", "+++\ntitle = \"Bad\"\n+++\nText.\n");
    front_matter_json: |s| s.file("content/articles/2025/03/17/bad.md", "{\n  \"title\": \"Bad\"\n}\n\nText.\n");
    front_matter_json_between_semicolons: |s| s.file("content/articles/2025/03/17/bad.md", ";;;\n\"title\": \"Bad\"\n;;;\n");
    front_matter_pelican: |s| s.file("content/articles/2025/03/17/bad.md", "Title: Bad\nDate: 2025-03-17\n\nText.\n");
    front_matter_a_list: |s| bad(s, "- title\n- date");
    front_matter_a_text: |s| bad(s, "just words");
    file_latin_1: |s| s.bytes("content/articles/2025/03/17/bad.md", b"---\ntitle: Bad\n---\nIn the caf\xe9 at noon.\n");
    file_utf_16: |s| s.bytes("content/articles/2025/03/17/bad.md", &utf_16("---\ntitle: Bad\n---\nText.\n"));
    file_with_nul_bytes: |s| s.bytes("content/articles/2025/03/17/bad.md", b"---\ntitle: \0Bad\n---\n\0\n");
    file_of_100_mb: |s| {
        s.file("content/articles/2025/03/17/bad.md", "---\ntitle: Bad\n---\n");
        let file = fs::File::options().write(true).open(s.path("content/articles/2025/03/17/bad.md"));
        file.and_then(|f| f.set_len(100 << 20)).expect("a sparse file")
    };
}

fn utf_16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

// What lies on the disk.
#[cfg(unix)]
refused! {
    link_that_leads_back: |s| s.link("content/articles/2025/loop", "..");
    link_that_leads_above_the_articles: |s| s.link("content/articles/loop", "..");
    link_without_a_target: |s| s.link("content/articles/2025/03/17/bad.md", "gone.md");
    link_to_itself: |s| s.link("content/articles/2025/03/17/bad.md", "bad.md");
    pipe_among_the_articles: |s| {
        let pipe = s.path("content/articles/2025/03/16/pipe.md");
        let made = std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo runs");
        assert!(made.success());
    };
    file_name_not_utf_8: |s| {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
        fs::write(s.path("content/articles/2025/03/16").join(name), "---\ntitle: Bad\n---\n").expect("the file")
    };
}

// The YAML.
refused! {
    yaml_indented_with_a_tab: |s| bad(s, "title: Bad\nimage:\n\tsrc: a.jpg\n\talt: A");
    yaml_second_colon_in_a_title: |s| bad(s, "title: Ukraine: the talks begin");
    yaml_duplicate_key: |s| bad(s, "title: Bad\ntags: [a]\ntags: [b]");
    yaml_quotation_mark_unclosed: |s| bad(s, "title: \"Bad\ntags: [a]");
    yaml_value_starts_with_an_at_sign: |s| bad(s, "title: @home");
    yaml_list_unclosed: |s| bad(s, "title: Bad\ntags: [a, b\nlead: true");
    yaml_alias_bomb: |s| {
        let mut yaml = String::from("title: Bad\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let parts = [format!("*a{}", n - 1).as_str()].repeat(10).join(", ");
            yaml.push_str(&format!("a{n}: &a{n} [{parts}]\n"));
        }
        bad(s, &yaml)
    };
    yaml_nested_too_deeply: |s| bad(s, &format!("title: Bad\nx: {}{}", "[".repeat(20_000), "]".repeat(20_000)));
    yaml_alias_unknown: |s| bad(s, "title: Bad\ntags: *nowhere");
}

// Keys and their types.
refused! {
    title_missing: |s| bad(s, "tags: [a]");
    title_empty: |s| bad(s, "title: \"  \"");
    title_a_list: |s| bad(s, "title: [Bad, worse]");
    title_of_an_empty_front_matter: |s| s.file("content/articles/2025/03/17/bad.md", "---\n---\nText.\n");
    tags_a_number: |s| bad(s, "title: Bad\ntags: 5");
    tags_a_map: |s| bad(s, "title: Bad\ntags: {a: b}");
    tag_a_list: |s| bad(s, "title: Bad\ntags:\n  - one\n  - [two, three]");
    tag_true: |s| bad(s, "title: Bad\ntags: [true]");
    people_a_number: |s| bad(s, "title: Bad\npeople: 5");
    rank_a_text: |s| bad(s, "title: Bad\nrank: first");
    rank_a_fraction: |s| bad(s, "title: Bad\nrank: 1.5");
    draft_maybe: |s| bad(s, "title: Bad\ndraft: maybe");
    lead_a_number: |s| bad(s, "title: Bad\nlead: 1");
    extra_a_text: |s| bad(s, "title: Bad\nextra: more");
    author_without_a_name: |s| bad(s, "title: Bad\nauthors:\n  - url: https://a.example");
    author_a_number: |s| bad(s, "title: Bad\nauthors:\n  - Ana Ek\n  - 7");
    source_that_names_nothing: |s| bad(s, "title: Bad\nsources:\n  - date: 2025-03-17");
    image_without_alt: |s| bad(s, "title: Bad\nimage: {src: https://img.example/a.jpg}");
    image_without_src: |s| bad(s, "title: Bad\nimage: {alt: A bridge}");
    genre_unknown: |s| bad(s, "title: Bad\ngenre: listicle");
    correction_of_unknown_kind: |s| bad(s, "title: Bad\ncorrections:\n  - {date: 2025-03-18, kind: oops, text: It was two.}");
    correction_without_a_date: |s| bad(s, "title: Bad\ncorrections:\n  - text: It was two.");
    correction_without_a_text: |s| bad(s, "title: Bad\ncorrections:\n  - date: 2025-03-18");
    canonical_url_a_path: |s| bad(s, "title: Bad\ncanonical_url: /elsewhere/");
    canonical_url_a_script: |s| bad(s, "title: Bad\ncanonical_url: \"javascript:alert(1)\"");
    language_that_is_none: |s| bad(s, "title: Bad\nlanguage: klingon please");
    three_problems_of_one_file: |s| bad(s, "title: Bad\nrank: x\ngenre: y\ndraft: z");
}

warned! {
    key_misspelt: |s| bad(s, "title: Bad\nsumary: One line.");
    key_misspelt_in_a_correction: |s| bad(s, "title: Bad\ncorrections:\n  - {date: 2025-03-18, txt: x, text: It was two.}");
    key_misspelt_in_a_record: |s| s.document("content/people/bo.md", "name: Bo\nfamly: Bo", "");
    key_misspelt_in_a_standing_page: |s| s.document("content/pages/more.md", "title: More\nmenue: true", "");
    section_file_among_the_articles: |s| s.document("content/articles/2025/_index.md", "title: Section", "");
    tag_spelt_in_two_ways: |s| {
        s.article("2025/03/17/one", "title: One\ntags: [Cease  Fire]", "");
        s.article("2025/03/18/two", "title: Two\ntags: [cease fire]", "")
    };
    slug_with_spaces: |s| bad(s, "title: Bad\nslug: Two Words");
}

// Dates.
refused! {
    date_in_words: |s| bad(s, "title: Bad\ndate: next Tuesday");
    date_that_does_not_exist: |s| bad(s, "title: Bad\ndate: 2025-02-30");
    date_ambiguous: |s| bad(s, "title: Bad\ndate: 03/04/2025");
    date_with_a_bad_offset: |s| bad(s, "title: Bad\ndate: 2025-03-16T12:00:00+25:00");
    date_with_a_zone_name: |s| bad(s, "title: Bad\ndate: 2025-03-16 12:00 CET");
    date_with_a_bad_time: |s| bad(s, "title: Bad\ndate: 2025-03-16 25:61");
    date_a_list: |s| bad(s, "title: Bad\ndate: [2025, 3, 16]");
    date_of_the_year_zero: |s| bad(s, "title: Bad\ndate: 0000-00-00");
    date_nowhere: |s| s.article("loose", "title: Bad", "Text.");
    date_of_a_folder_that_does_not_exist: |s| s.article("2025/02/30/bad", "title: Bad", "Text.");
    embargo_not_a_date: |s| bad(s, "title: Bad\nembargo: soon");
    expires_not_a_date: |s| bad(s, "title: Bad\nexpires: never");
    updated_not_a_date: |s| bad(s, "title: Bad\nupdated: true");
    correction_with_a_bad_date: |s| bad(s, "title: Bad\ncorrections:\n  - {date: 18 March, text: It was two.}");
    briefing_without_a_date: |s| s.document("content/briefings/monday.md", "title: Monday", "");
    as_of_not_a_date: |s| {
        let built = s.with().as_of("yesterday").build().refused();
        says("as_of_not_a_date_in_a_call", s, &built);
        bad(s, "title: Bad\ndate: yesterday")
    };
}

// Addresses: slugs, URLs, aliases.
refused! {
    slug_that_climbs: |s| bad(s, "title: Bad\nslug: ../../etc/passwd");
    slug_with_a_slash: |s| bad(s, "title: Bad\nslug: a/b");
    slug_of_nothing: |s| bad(s, "title: Bad\nslug: \"!!!\"");
    slug_from_nothing: |s| s.article("2025/03/17/---", "title: \"?!\"", "Text.");
    two_files_for_one_url: |s| s.article("2025/03/16/other", "title: Other\nslug: good", "Text.");
    article_at_the_url_of_a_page: |s| {
        s.setting("[urls]\narticle = \"/{slug}/\"");
        bad(s, "title: Bad\nslug: about")
    };
    standing_page_at_the_url_of_an_index: |s| s.document("content/pages/tags.md", "title: Tags", "Text.");
    alias_onto_a_page: |s| bad(s, "title: Bad\naliases: [/2025/03/16/good/]");
    alias_onto_the_front_page: |s| bad(s, "title: Bad\naliases: [/]");
    alias_of_two_articles: |s| {
        s.article("2025/03/17/one", "title: One\naliases: [/old/]", "");
        s.article("2025/03/17/two", "title: Two\naliases: [/old/]", "")
    };
    alias_that_climbs_out: |s| bad(s, "title: Bad\naliases: [/../../escaped/]");
    alias_that_climbs_out_encoded: |s| bad(s, "title: Bad\naliases: [\"/%2e%2e/%2e%2e/escaped/\"]");
    alias_of_a_standing_page_that_climbs_out: |s| s.document("content/pages/p.md", "title: P\naliases: [../../escaped]", "");
    former_slug_that_climbs_out: |s| s.document("content/tags/peace.md", "name: peace\nformer_slugs: [../../../escaped]", "");
    alias_onto_the_marker: |s| bad(s, &format!("title: Bad\naliases: [/{MARKER}/]"));
    alias_too_long_for_a_disk: |s| bad(s, &format!("title: Bad\naliases: [/{}/]", "x".repeat(300)));
    alias_inside_a_file: |s| bad(s, "title: Bad\naliases: [/old.html, /old.html/more/]");
    static_file_at_the_url_of_a_page: |s| s.file("static/about/index.html", "Mine.");
    static_file_where_a_folder_must_be: |s| s.file("static/2025", "Mine.");
    tag_that_cannot_be_a_slug: |s| bad(s, "title: Bad\ntags: [—]");
    tags_with_one_slug: |s| bad(s, "title: Bad\ntags: [open data, open-data]");
    two_files_beside_of_one_url: |s| {
        s.file("content/articles/2025/03/a/map.svg", "<svg/>").file("content/articles/2025/03/b/map.svg", "<svg></svg>");
        bad_body(s, "title: Bad", "![One](../a/map.svg) ![Two](../b/map.svg)")
    };
}

// Records and briefings.
refused! {
    record_without_a_name: |s| s.document("content/people/bo.md", "family: Bo", "");
    record_with_a_bad_slug: |s| s.document("content/tags/bo.md", "name: Bo\nslug: a/b", "");
    record_of_a_person_born_in_words: |s| s.document("content/people/bo.md", "name: Bo\nborn: in May", "");
    role_without_a_title: |s| s.document("content/people/bo.md", "name: Bo\nroles:\n  - organisation: UN", "");
    role_with_a_bad_date: |s| s.document("content/people/bo.md", "name: Bo\nroles:\n  - {title: Envoy, from: May}", "");
    thread_of_unknown_status: |s| s.document("content/threads/talks.md", "name: Talks\nstatus: finished", "");
    records_with_one_slug: |s| {
        s.document("content/tags/one.md", "name: One\nslug: same", "").document("content/tags/two.md", "name: Two\nslug: same", "")
    };
    briefings_of_one_day: |s| {
        s.document("content/briefings/2025-03-16.md", "title: One", "").document("content/briefings/again.md", "title: Two\ndate: 2025-03-16", "")
    };
    standing_page_without_a_title: |s| s.document("content/pages/p.md", "menu: true", "Text.");
}

warned! {
    a_name_that_two_records_have: |s| {
        s.document("content/people/bo-a.md", "name: Bo Li\nqualifier: the sailor", "")
            .document("content/people/bo-b.md", "name: bo  li\nqualifier: the cook", "")
            .article("2025/03/16/bo", "title: Bo\npeople: [Bo Li]", "")
    };
    a_name_that_is_nearly_a_records: |s| {
        s.document("content/people/steve-witkoff.md", "name: Steve Witkoff", "")
            .article("2025/03/16/steve", "title: Steve\npeople: [Steve Witcoff]", "")
    };
    briefing_names_an_unknown_lead: |s| s.document("content/briefings/2025-03-16.md", "lead: goood", "");
    briefing_orders_an_unknown_article: |s| s.document("content/briefings/2025-03-16.md", "order: [good, nothing-like-it]", "");
    briefing_of_a_day_without_articles: |s| s.document("content/briefings/2025-03-20.md", "title: Quiet", "");
}

// People.
refused! {
    records_with_one_name: |s| {
        s.document("content/people/bo-a.md", "name: Bo Li", "").document("content/people/bo-b.md", "name: bo  li", "")
    };
}

// Links.
refused! {
    link_to_a_missing_article_with_a_near_miss: |s| bad_body(s, "title: Bad", "Before.\n\nSee [this](../16/goood.md).");
    link_to_a_missing_article: |s| bad_body(s, "title: Bad", "See [this](../../../2024/01/01/nothing.md).");
    link_to_a_missing_path: |s| bad_body(s, "title: Bad", "See [this](/nowhere/).");
    link_out_of_the_site: |s| bad_body(s, "title: Bad", "See [this](../../../../../../etc/passwd).");
    link_to_a_withheld_article: |s| {
        s.article("2025/03/17/secret", "title: Secret\ndraft: true", "");
        bad_body(s, "title: Bad", "See [this](secret.md).")
    };
    link_to_the_url_of_a_withheld_article: |s| {
        s.article("2025/03/17/secret", "title: Secret\nembargo: 2030-01-01", "");
        bad_body(s, "title: Bad", "See [this](/2025/03/17/secret/).")
    };
    link_to_a_missing_fragment: |s| bad_body(s, "title: Bad", "See [this](../16/good.md#the-term).");
    link_to_a_missing_fragment_of_its_own: |s| bad_body(s, "title: Bad", "See [this](#nowhere).");
    image_missing: |s| bad_body(s, "title: Bad", "![A map](map.png)");
    image_of_the_front_matter_missing: |s| bad(s, "title: Bad\nimage: {src: lead.jpg, alt: A}");
    links_broken_in_every_kind_of_file: |s| {
        s.document("content/people/bo.md", "name: Bo", "[x](gone.md)")
            .document("content/pages/p.md", "title: P", "[x](gone.md)")
            .document("content/briefings/2025-03-16.md", "title: B", "[x](gone.md)")
    };
}

warned! {
    link_broken_where_that_is_a_warning: |s| {
        s.setting("[links]\nbroken = \"warn\"");
        bad_body(s, "title: Bad", "See [this](gone.md).")
    };
}

// The theme.
refused! {
    template_variable_undefined: |s| template(s, "article.html", "<p>\n{{ article.titel }}\n</p>\n");
    template_variable_undefined_deep: |s| template(s, "article.html", "{{ article.nothing.here }}\n");
    template_syntax: |s| template(s, "article.html", "<p>\n{% if article %}\n</p>\n");
    template_includes_itself: |s| template(s, "partials/card.html", "{% include \"partials/card.html\" %}");
    template_includes_in_a_circle: |s| {
        template(s, "partials/card.html", "{% include \"partials/list.html\" %}");
        template(s, "partials/list.html", "{% include \"partials/card.html\" %}")
    };
    template_extends_a_missing_one: |s| template(s, "article.html", "{% extends \"nowhere.html\" %}");
    template_includes_a_missing_one: |s| template(s, "article.html", "{% include \"partials/nowhere.html\" %}");
    template_filter_unknown: |s| template(s, "article.html", "{{ article.title | shout }}");
    template_function_unknown: |s| template(s, "article.html", "{{ now() }}");
    template_asset_unknown: |s| template(s, "article.html", "{{ asset(path=\"gone.css\") }}");
    template_not_utf_8: |s| s.bytes("themes/briefing/templates/article.html", b"caf\xe9");
    theme_unknown: |s| s.setting("[theme]\nname = \"brefing\"");
    theme_that_climbs_out: |s| s.setting("[theme]\nname = \"../content\"");
    theme_extends_itself: |s| s.setting("[theme]\nname = \"mine\"").file("themes/mine/theme.toml", "extends = \"mine\"");
    theme_extends_an_unknown_one: |s| s.setting("[theme]\nname = \"mine\"").file("themes/mine/theme.toml", "extends = \"gone\"");
    theme_without_templates: |s| s.setting("[theme]\nname = \"mine\"").file("themes/mine/theme.toml", "name = \"mine\"");
    theme_manifest_broken: |s| s.file("themes/briefing/theme.toml", "name = \"briefing\"\nextends = \n");
    theme_manifest_with_an_unknown_key: |s| s.file("themes/briefing/theme.toml", "nam = \"briefing\"");
    theme_setting_unknown: |s| s.setting("[theme.settings]\nreading_tim = false");
    theme_strings_broken: |s| s.file("themes/briefing/i18n/en.toml", "archive = Archive");
}

// site.toml.
refused! {
    config_syntax: |s| s.file("site.toml", "title = \"Test\"\nbase_url = https://a.example\n");
    config_empty: |s| s.file("site.toml", "");
    config_without_a_title: |s| s.file("site.toml", "description = \"A site\"\n");
    config_with_an_unknown_key: |s| s.setting("bas_url = \"https://a.example\"");
    config_with_an_unknown_key_like_none: |s| s.setting("zzzzzz = 1");
    config_with_an_unknown_table_key: |s| s.setting("[lists]\nperpage = 20");
    config_of_the_wrong_type: |s| s.setting("[lists]\nper_page = \"thirty\"");
    config_title_a_number: |s| s.file("site.toml", "title = 5\n");
    config_number_out_of_bounds: |s| s.setting("[lists]\nper_page = 0");
    config_duplicate_key: |s| s.setting("title = \"Again\"");
    config_bad_time_zone: |s| s.edit("site.toml", "Europe/London", "Europe/Londn");
    config_bad_base_url: |s| s.setting("base_url = \"news.example\"");
    config_base_url_with_a_query: |s| s.setting("base_url = \"https://news.example/?a\"");
    config_bad_language: |s| s.setting("language = \"english please\"");
    config_bad_url_pattern: |s| s.setting("[urls]\narticle = \"/{year}/{title}/\"");
    config_url_pattern_that_climbs: |s| s.setting("[urls]\narticle = \"/../{slug}/\"");
    config_bad_slug_style: |s| s.setting("[urls]\nslugs = \"latin\"");
    config_folder_outside_the_site: |s| s.setting("[content]\narticles = \"../elsewhere\"");
    config_folder_absolute: |s| s.setting("[content]\npeople = \"/etc\"");
    config_bad_choice: |s| s.setting("[links]\nbroken = \"ignore\"");
    config_several_problems_at_once: |s| s.edit("site.toml", "Europe/London", "Mars").setting("base_url = \"x\"\nlanguage = \"!\"");
    config_not_utf_8: |s| s.bytes("site.toml", b"title = \"caf\xe9\"\n");
    config_gone: |s| s.remove("site.toml");
    config_a_folder: |s| {
        s.remove("site.toml");
        s.file("site.toml/x", "")
    };
    articles_folder_missing: |s| s.remove("content/articles");
    articles_folder_a_file: |s| s.remove("content/articles").file("content/articles", "");
    output_inside_the_content: |s| s.setting("output = \"content/out\"");
    output_is_the_site: |s| s.setting("output = \".\"");
    output_outside_the_site: |s| s.setting("output = \"../out\"");
    output_a_theme: |s| s.setting("output = \"themes/briefing\"");
    output_with_other_peoples_files: |s| s.setting("output = \"theirs\"").file("theirs/thesis.doc", "precious");
    output_a_file: |s| s.setting("output = \"theirs\"").file("theirs", "precious");
}
