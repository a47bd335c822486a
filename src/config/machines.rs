//! The tables of `site.toml` that are about other programs: feeds, crawlers, data, social cards, old addresses, hosts.

use super::{Problems, bounded};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What feeds there are, and what is in them.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// `/feed.xml`.
    pub atom: bool,
    /// `/rss.xml`.
    pub rss: bool,
    /// `/feed.json`.
    pub json: bool,
    /// What else has an Atom feed.
    pub of: Vec<FeedOf>,
    /// Which feeds hold whole texts; the others hold summaries.
    pub full_text: Vec<FullText>,
    /// The fewest articles in a feed, if there are as many.
    pub entries: usize,
    /// Whether everything older is in feeds by month (RFC 5005).
    pub archive: bool,
    /// The WebSub hub that is told of new articles.
    pub hub: Option<String>,
    /// The authority and date of the tag URIs that name articles for ever: `news.example,2025` (RFC 4151).
    pub tag: String,
}

/// What may have an Atom feed of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of site.toml")]
pub enum FeedOf {
    Tags,
    People,
    Threads,
    Corrections,
}

/// Which feeds may hold whole texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of site.toml")]
pub enum FullText {
    Site,
    Archive,
    Tags,
    People,
    Threads,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FeedFormat {
    Atom,
    Rss,
    Json,
}

/// What crawlers are told.
#[derive(Clone, Debug)]
pub struct Crawlers {
    /// Whether there are sitemaps.
    pub sitemap: bool,
    /// Whether there is a sitemap of the last two days' news.
    pub news_sitemap: bool,
    /// Whether there is a robots.txt.
    pub robots: bool,
    /// Paths that no crawler is to fetch.
    pub disallow: Vec<String>,
    /// Crawlers that are to fetch nothing.
    pub block: Vec<String>,
    /// Whether there is an llms.txt.
    pub llms: bool,
}

/// `/opensearch.xml`: how browsers search the site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSearch {
    /// A URL with `{searchTerms}`.
    pub url: String,
}

/// `/.well-known/security.txt` (RFC 9116).
#[derive(Clone, Debug)]
pub struct Security {
    /// Where to report: `mailto:` or `https://`.
    pub contact: Vec<String>,
    /// Until when this holds, RFC 3339.
    pub expires: jiff::Timestamp,
    /// `Encryption`.
    pub encryption: Vec<String>,
    /// `Acknowledgments`.
    pub acknowledgments: Vec<String>,
    /// `Policy`.
    pub policy: Vec<String>,
    /// `Hiring`.
    pub hiring: Vec<String>,
    /// `Preferred-Languages`.
    pub languages: Vec<String>,
}

/// Copies of the archive for programs.
#[derive(Clone, Debug)]
pub struct Data {
    /// `/archive.json`.
    pub archive: bool,
    /// `index.json` beside every article.
    pub json: bool,
    /// `index.md` beside every article.
    pub markdown: bool,
    /// One file of JSON lines for each month.
    pub dump: bool,
    /// `/people/index.json`.
    pub people: bool,
    /// `index.json` beside every person.
    pub person: bool,
    /// A table of mentions for each month.
    pub mentions: bool,
}

/// What social networks and search engines show of the site.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Social {
    /// The picture of pages without one of their own: a path of the site or a URL.
    pub image: Option<String>,
    /// What it shows.
    #[serde(default)]
    pub image_alt: String,
    /// The publisher's logo: a path of the site or a URL.
    pub logo: Option<String>,
    /// The site's account, as `@name`.
    pub twitter: Option<String>,
    /// The publisher elsewhere on the web.
    #[serde(default)]
    pub same_as: Vec<String>,
}

/// An old address and where it leads now.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// The path.
    pub from: String,
    /// A path of the site or a URL.
    pub to: String,
    /// Where it stands in the file.
    pub span: Range<u32>,
}

/// An address whose page was taken away for good.
#[derive(Clone, Debug)]
pub struct Gone {
    /// The path.
    pub url: String,
    /// What readers are told; may be empty.
    pub why: String,
    /// Where it stands in the file.
    pub span: Range<u32>,
}

/// Where the site is served from.
#[derive(Clone, Debug, Default)]
pub struct Hosting {
    /// The hosts, in the order written.
    pub hosts: Vec<Host>,
    /// The Content-Security-Policy, if not the theme's.
    pub csp: Option<String>,
}

macro_rules! hosts {
    ($($variant:ident $word:literal $name:literal)*) => {
        /// Servers and hosting services that Dateline knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
        pub enum Host { $(#[doc = $name] #[serde(rename = $word)] $variant,)* }
        impl Host {
            /// Every host.
            pub const ALL: &'static [Host] = &[$(Host::$variant,)*];
            /// The word for it in site.toml.
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word,)* } }
            /// What it calls itself.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
    };
}

hosts! {
    Netlify "netlify" "Netlify"
    Cloudflare "cloudflare-pages" "Cloudflare Pages"
    GithubPages "github-pages" "GitHub Pages"
    GitlabPages "gitlab-pages" "GitLab Pages"
    Nginx "nginx" "nginx"
    Apache "apache" "Apache"
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Machines {
    /// `[feeds]`
    pub feeds: Feeds,
    /// `[crawlers]`
    pub crawlers: Crawlers,
    /// `[opensearch]`
    pub opensearch: Option<OpenSearch>,
    /// `[security]`
    pub security: Option<Security>,
    /// `[data]`
    pub data: Data,
    /// `[social]`
    pub social: Social,
    /// `[languages]`: language → the front page in it.
    pub languages: BTreeMap<String, String>,
    /// `[redirects]`
    pub redirects: Vec<Redirection>,
    /// `[gone]`
    pub gone: Vec<Gone>,
    /// `[hosting]`
    pub hosting: Hosting,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFeeds {
    formats: Option<Vec<FeedFormat>>,
    of: Option<Vec<FeedOf>>,
    full_text: Option<Vec<FullText>>,
    entries: Option<toml::Spanned<usize>>,
    archive: Option<bool>,
    hub: Option<toml::Spanned<String>>,
    tag: Option<toml::Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCrawlers {
    sitemap: Option<bool>,
    news_sitemap: Option<bool>,
    robots: Option<bool>,
    #[serde(default)]
    disallow: Vec<toml::Spanned<String>>,
    #[serde(default)]
    block: Vec<String>,
    #[serde(default)]
    llms: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSecurity {
    contact: Vec<toml::Spanned<String>>,
    expires: toml::Spanned<String>,
    #[serde(default)]
    encryption: Vec<String>,
    #[serde(default)]
    acknowledgments: Vec<String>,
    #[serde(default)]
    policy: Vec<String>,
    #[serde(default)]
    hiring: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawData {
    archive: Option<bool>,
    #[serde(default)]
    json: bool,
    #[serde(default)]
    markdown: bool,
    #[serde(default)]
    dump: bool,
    people: Option<bool>,
    #[serde(default)]
    person: bool,
    #[serde(default)]
    mentions: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHosting {
    #[serde(default)]
    hosts: Vec<Host>,
    csp: Option<String>,
}

type Table = BTreeMap<toml::Spanned<String>, String>;

#[derive(Default)]
pub(super) struct Raw {
    pub feeds: RawFeeds,
    pub crawlers: RawCrawlers,
    pub opensearch: Option<toml::Spanned<OpenSearch>>,
    pub security: Option<RawSecurity>,
    pub data: RawData,
    pub social: Social,
    pub languages: BTreeMap<String, toml::Spanned<String>>,
    pub redirects: Table,
    pub gone: Table,
    pub hosting: RawHosting,
}

/// Fills in every default. `host` is the site's own.
pub(super) fn resolve(raw: Raw, host: &str, problems: &mut Problems) -> Machines {
    let feeds = feeds(raw.feeds, host, problems);
    let crawlers = Crawlers {
        sitemap: raw.crawlers.sitemap.unwrap_or(true),
        news_sitemap: raw.crawlers.news_sitemap.unwrap_or(true),
        robots: raw.crawlers.robots.unwrap_or(true),
        disallow: raw.crawlers.disallow.into_iter().filter_map(|path| rooted(path, problems)).collect(),
        block: raw.crawlers.block,
        llms: raw.crawlers.llms,
    };
    let opensearch = raw.opensearch.and_then(|written| {
        let url = &written.get_ref().url;
        let sound = is_web(url) && url.contains("{searchTerms}");
        if !sound {
            problems.add(
                written.span(),
                "the URL of `[opensearch]` is not one that searches",
                "write it like \"https://example.org/?q={searchTerms}\"",
            );
        }
        sound.then(|| written.into_inner())
    });
    let security = raw.security.and_then(|raw| security(raw, problems));
    let mut languages = BTreeMap::new();
    for (language, url) in raw.languages {
        let tag = language.parse::<icu_locale_core::Locale>().is_ok();
        if tag && is_web(url.get_ref()) {
            languages.insert(language, url.into_inner());
        } else {
            problems.add(
                url.span(),
                format!("`{language}` in [languages] is not a language with a web address"),
                "write it like fr = \"https://fr.news.example/\"",
            );
        }
    }
    for path in [&raw.social.image, &raw.social.logo].into_iter().flatten() {
        if !is_web(path) && !path.starts_with('/') {
            problems.add(
                0..0,
                format!("`{path}` in [social] is neither a path of the site nor a web address"),
                "write it like \"/card.png\", and put the picture into the static folder",
            );
        }
    }
    let gone = pairs(raw.gone, problems).into_iter().map(|(url, why, span)| Gone { url, why, span }).collect();
    let mut redirects = Vec::new();
    for (from, to, span) in pairs(raw.redirects, problems) {
        if is_web(&to) || to.starts_with('/') {
            redirects.push(Redirection { from, to, span });
        } else {
            problems.add(
                span.start as usize..span.end as usize,
                format!("`{to}` is neither a path of the site nor a web address"),
                "write it like \"/2025/03/16/new-name/\" or \"https://example.org/\"",
            );
        }
    }
    let data = Data {
        archive: raw.data.archive.unwrap_or(true),
        json: raw.data.json,
        markdown: raw.data.markdown,
        dump: raw.data.dump,
        people: raw.data.people.unwrap_or(true),
        person: raw.data.person,
        mentions: raw.data.mentions,
    };
    let hosting = Hosting { hosts: raw.hosting.hosts, csp: raw.hosting.csp };
    if hosting.csp.as_ref().is_some_and(|csp| csp.contains(|c: char| c.is_control() || c == '"')) {
        problems.add(0..0, "`csp` in [hosting] is not a header", "write it on one line, without double quotes");
    }
    Machines { feeds, crawlers, opensearch, security, data, social: raw.social, languages, redirects, gone, hosting }
}

fn feeds(raw: RawFeeds, host: &str, problems: &mut Problems) -> Feeds {
    let formats = raw.formats.unwrap_or_else(|| vec![FeedFormat::Atom, FeedFormat::Rss, FeedFormat::Json]);
    let hub = raw.hub.and_then(|hub| {
        let sound = is_web(hub.get_ref());
        if !sound {
            problems.add(hub.span(), format!("the hub `{}` is not a web address", hub.get_ref()), "write its full URL");
        }
        sound.then(|| hub.into_inner())
    });
    let tag = match raw.tag {
        None => format!("{},2025", host.split(':').next().unwrap_or(host)),
        Some(tag) => {
            if !is_tag_authority(tag.get_ref()) {
                problems.add(
                    tag.span(),
                    format!("`{}` does not name an authority for tag URIs", tag.get_ref()),
                    "write a domain that was yours at that time: \"news.example,2025\" or \"news.example,2025-03-16\"",
                );
            }
            tag.into_inner()
        }
    };
    Feeds {
        atom: formats.contains(&FeedFormat::Atom),
        rss: formats.contains(&FeedFormat::Rss),
        json: formats.contains(&FeedFormat::Json),
        of: raw.of.unwrap_or_else(|| vec![FeedOf::Tags, FeedOf::People, FeedOf::Threads, FeedOf::Corrections]),
        full_text: raw.full_text.unwrap_or_else(|| vec![FullText::Site]),
        entries: bounded(raw.entries, 30, 5..=200, "feeds.entries", problems),
        archive: raw.archive.unwrap_or(true) && formats.contains(&FeedFormat::Atom),
        hub,
        tag,
    }
}

/// RFC 4151, 2.1: a domain name or mail address, a comma, and a year, month or day.
fn is_tag_authority(text: &str) -> bool {
    let Some((authority, date)) = text.split_once(',') else { return false };
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = date.split('-');
    let dated = parts.next().is_some_and(|y| digits(y, 4)) && parts.clone().count() <= 2 && parts.all(|p| digits(p, 2));
    let named = authority.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
    dated && named && !authority.is_empty()
}

fn security(raw: RawSecurity, problems: &mut Problems) -> Option<Security> {
    let expires = raw.expires.get_ref().parse();
    if expires.is_err() {
        problems.add(
            raw.expires.span(),
            format!("`expires` in [security]: `{}` is not a moment", raw.expires.get_ref()),
            "write date, time and offset: \"2027-01-01T00:00:00Z\"",
        );
    }
    for contact in &raw.contact {
        let text = contact.get_ref();
        if !["https://", "mailto:", "tel:"].iter().any(|scheme| text.starts_with(scheme)) {
            problems.add(
                contact.span(),
                format!("`{text}` is not a contact"),
                "write \"mailto:security@example.org\" or a page's address with https://",
            );
        }
    }
    Some(Security {
        contact: raw.contact.into_iter().map(toml::Spanned::into_inner).collect(),
        expires: expires.ok()?,
        encryption: raw.encryption,
        acknowledgments: raw.acknowledgments,
        policy: raw.policy,
        hiring: raw.hiring,
        languages: raw.languages,
    })
}

fn pairs(table: Table, problems: &mut Problems) -> Vec<(String, String, Range<u32>)> {
    let pairs = table.into_iter().filter_map(|(key, value)| {
        let span = key.span().start as u32..key.span().end as u32;
        Some((rooted(key, problems)?, value, span))
    });
    pairs.collect()
}

/// A path of the site.
fn rooted(path: toml::Spanned<String>, problems: &mut Problems) -> Option<String> {
    let text = path.get_ref();
    let sound = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(|c: char| c.is_control() || matches!(c, '\\' | '?' | '#' | '<' | '>' | '"' | '%'));
    if !sound {
        problems.add(path.span(), format!("`{text}` is not a path of the site"), "write it like \"/2019/old-name/\"");
    }
    sound.then(|| path.into_inner())
}

fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && !url.contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>'))
}
