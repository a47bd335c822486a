//! How long each phase of a build takes, on archives of 1,000 and 10,000 articles: `cargo bench`, or one of them with
//! `cargo bench -- load`.
//!
//! Whole builds are measured, in this process, and the report's own phases are read: nothing of the engine is laid open for
//! it. `keys` is the rendering phase of a build in which one text differs: every key is made and one page rendered. Whole builds as
//! a user meets them, each a process of its own, are the business of `tests/bench/run.sh`.

#[path = "../harness/corpus.rs"]
mod corpus;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dateline::archive::withheld::Allowed;
use dateline::build::{self, Clock, Options, Outcome, Report, Silent};
use std::path::Path;
use std::time::Duration;

fn options(site: &Path) -> Options {
    Options {
        site: site.to_path_buf(),
        output: None,
        origin: None,
        base_url: None,
        as_of: Clock::Said("2040-01-01".to_string()),
        allowed: Allowed::default(),
        jobs: 0,
        clean: false,
        keep_going: false,
        tick: Duration::ZERO,
        verify: false,
    }
}

fn built(site: &Path) -> Report {
    let report = build::build(&options(site), &Silent);
    assert_eq!(report.outcome, Outcome::Published, "{:?}", report.diagnostics);
    report
}

fn phase(report: &Report, name: &str) -> Duration {
    report.phases.iter().filter(|(phase, _)| *phase == name).map(|(_, time)| *time).sum()
}

/// Lays out an archive, in memory where the system has a folder for that.
fn site(articles: usize) -> tempfile::TempDir {
    let folder = tempfile::TempDir::with_prefix_in("dateline-bench-", "/dev/shm");
    let folder = folder.or_else(|_| tempfile::TempDir::with_prefix("dateline-bench-")).expect("a folder");
    std::fs::write(folder.path().join("site.toml"), "title = \"Bench\"\n").expect("site.toml");
    for n in 0..articles {
        let path = folder.path().join(corpus::path(n));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        std::fs::write(path, corpus::article(n, corpus::WORDS)).expect("an article");
    }
    folder
}

fn phases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("phases");
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(3));
    for articles in [1_000, 10_000] {
        let folder = site(articles);
        let site = folder.path();
        for name in ["load", "index", "plan", "links", "render", "emit", "save"] {
            group.bench_function(BenchmarkId::new(name, articles), |bencher| {
                bencher.iter_custom(|times| {
                    (0..times)
                        .map(|_| {
                            for left in ["public", ".dateline"] {
                                let _ = std::fs::remove_dir_all(site.join(left));
                            }
                            phase(&built(site), name)
                        })
                        .sum()
                });
            });
        }
        let edited = site.join(corpus::path(articles / 2));
        let text = std::fs::read_to_string(&edited).expect("an article");
        let mut edits = 0;
        for (name, of) in [("known", "load"), ("keys", "render")] {
            group.bench_function(BenchmarkId::new(name, articles), |bencher| {
                bencher.iter_custom(|times| {
                    (0..times)
                        .map(|_| {
                            edits += 1;
                            std::fs::write(&edited, format!("{text}\nEdit {edits}.\n")).expect("written");
                            let report = built(site);
                            assert_eq!(report.pages.rendered, 1);
                            phase(&report, of)
                        })
                        .sum()
                });
            });
        }
        group.bench_function(BenchmarkId::new("nothing changed", articles), |bencher| {
            built(site);
            bencher.iter(|| assert_eq!(built(site).pages.rendered, 0));
        });
    }
    group.finish();
}

criterion_group!(benches, phases);
criterion_main!(benches);
