//! Writes an archive for the benchmarks: `cargo run --release --example corpus -- ARTICLES FOLDER`, the same every time.
//!
//! FOLDER becomes a site of Dateline. With `--hugo` at the end it becomes a site of Hugo with the same articles.

#[path = "../harness/corpus.rs"]
mod corpus;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (articles, folder) = match arguments.as_slice() {
        [articles, folder, ..] => (articles.parse().expect("a number of articles"), Path::new(folder)),
        _ => panic!("corpus ARTICLES FOLDER [--hugo]"),
    };
    let hugo = arguments.iter().any(|a| a == "--hugo");
    if !hugo {
        std::fs::create_dir_all(folder).expect("the folder");
        std::fs::write(folder.join("site.toml"), "title = \"Bench\"\nbase_url = \"https://news.example\"\n")
            .expect("written");
    }
    for n in 0..articles {
        let inside = corpus::path(n);
        let inside = if hugo { inside.replacen("content/articles", "content", 1) } else { inside };
        let path = folder.join(inside);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        std::fs::write(path, corpus::article(n, corpus::WORDS)).expect("an article");
    }
}
