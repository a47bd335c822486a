//! Real archives that others wrote, built in place with nothing but a site.toml. They lie beside the project where there
//! are any; elsewhere these tests say that they skip.

mod harness;

use harness::{Built, Site};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A site with an unpacked archive in it, or nothing where there is none.
fn unpacked(name: &str, site_toml: &str) -> Option<Site> {
    let packed: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora").join(format!("{name}.tar.xz"));
    if !packed.is_file() {
        eprintln!("skipped: the archive {name} is not here");
        return None;
    }
    let site = Site::bare();
    let unpacked = Command::new("tar").arg("-xJf").arg(&packed).arg("-C").arg(site.root()).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no tar with xz to unpack {name}");
        return None;
    }
    site.file("site.toml", &site_toml.replace("NAME", name));
    Some(site)
}

/// Every Markdown file below a folder.
fn files(site: &Site, folder: &str) -> Vec<String> {
    site.tree(folder).into_keys().filter(|f| f.ends_with(".md")).map(|f| format!("{folder}/{f}")).collect()
}

/// Every file is a page, withheld, or named in a diagnostic with its line; the counts add up.
fn account_for(built: &Built, files: &[String]) {
    let articles = built.report.articles;
    assert_eq!(articles.found, articles.published + articles.withheld + articles.failed, "{articles:?}");
    let named =
        |file: &String| built.report.diagnostics.iter().filter(|d| d.path.as_deref() == Some(file)).collect::<Vec<_>>();
    let sections = files.iter().filter(|f| named(f).iter().any(|d| d.code.as_str() == "section-file")).count();
    assert_eq!(files.len(), articles.found + sections);
    // A page may be named too, for an alias that is another's address; but no failed file may go unnamed.
    let named_with_line = files.iter().filter(|f| named(f).iter().any(|d| d.is_error() && d.place.is_some())).count();
    assert!(named_with_line >= articles.failed, "{named_with_line} named, {articles:?}");
    let pages = built.tree().iter().filter(|(file, bytes)| {
        file.ends_with("index.html") && String::from_utf8_lossy(bytes).contains("<body class=\"is-article\"")
    });
    assert_eq!(pages.count(), articles.published);
}

#[test]
fn a_hugo_archive_with_people_pages() {
    let Some(site) = unpacked(
        "digitalgov-cc0",
        r#"title = "An archive"
time_zone = "America/New_York"
[content]
articles = "NAME/content/news"
people = "NAME/content/authors"
[front_matter.map]
topics = "tags"
authors = "people"
[front_matter.people.map]
display_name = "name"
[links]
broken = "warn"
"#,
    ) else {
        return;
    };
    let built = site.with().keep_going().build().published();
    account_for(&built, &files(&site, "digitalgov-cc0/content/news"));
    assert!(built.report.articles.published > 2000, "{:?}", built.report.articles);
    let people = built.tree().keys().filter(|f| f.starts_with("people/") && f.matches('/').count() == 2).count();
    assert!(people > 1000, "{people} people");
}

#[test]
fn a_jekyll_archive_with_dates_in_file_names() {
    let Some(site) = unpacked(
        "bitcoinops-newsletters-mit",
        "title = \"An archive\"\n[content]\narticles = \"NAME/_posts/en\"\n[links]\nbroken = \"warn\"\n",
    ) else {
        return;
    };
    let built = site.build().published();
    account_for(&built, &files(&site, "bitcoinops-newsletters-mit/_posts/en"));
    assert_eq!(built.report.articles.failed, 0);
}
