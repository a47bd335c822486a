//! What each key of front matter means and what may stand there, in a sentence or two, for editors to show.

use super::Of;
use crate::content::article::{AUTHOR_KEYS, CORRECTION_KEYS, CorrectionKind, Genre, IMAGE_KEYS, SOURCE_KEYS};
use crate::content::record::{EntityKind, ROLE_KEYS};

/// One key.
pub(super) struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub meaning: &'static str,
}

/// What may stand there.
pub(super) enum Shape {
    Text,
    Date,
    Yes,
    Integer,
    Texts,
    Word(&'static [&'static str]),
    Dictionary,
    Anything,
    /// A list of maps, one map, or a text that stands for one.
    Maps {
        known: &'static [&'static str],
        keys: &'static [Key],
    },
}

const fn key(name: &'static str, shape: Shape, meaning: &'static str) -> Key {
    Key { name, shape, meaning }
}

use Shape::{Anything, Date, Dictionary, Integer, Maps, Text, Texts, Word, Yes};

const IMAGE: &[Key] = &[
    key("src", Text, "The file beside this one, a path of the site, or a full address."),
    key("alt", Text, "What the picture shows. Empty if it only decorates."),
    key("caption", Text, "The line below it."),
    key("credit", Text, "Who made it."),
];

const fn image() -> Key {
    key("image", Maps { known: IMAGE_KEYS, keys: IMAGE }, "The picture. `alt` must be there.")
}

static ARTICLE: &[Key] = &[
    key("title", Text, "The headline. Inline Markdown is allowed."),
    key(
        "date",
        Date,
        "When it happened or was published. Without an offset: in the site's time zone. Else the file's name or folders say it.",
    ),
    key("slug", Text, "The last part of the address. Else the file's name, without its date."),
    key("summary", Text, "One or two sentences for lists and feeds. Else the first paragraph."),
    key("description", Text, "Another word for `summary`."),
    key("deck", Text, "Another word for `summary`."),
    key("dek", Text, "Another word for `summary`."),
    key("kicker", Text, "The word above the headline."),
    key("place", Text, "The dateline: `GENEVA`."),
    key(
        "authors",
        Maps {
            known: AUTHOR_KEYS,
            keys: &[key("name", Text, "The name."), key("url", Text, "A page about the author.")],
        },
        "Bylines.",
    ),
    key("tags", Texts, "What it is about."),
    key(
        "people",
        Texts,
        "Whom it is about: names, aliases, or ids of records. Who has a record is found in the text anyway.",
    ),
    key("people_exclude", Texts, "Who is never detected or indexed here."),
    key("thread", Text, "The running story that it belongs to."),
    key(
        "sources",
        Maps {
            known: SOURCE_KEYS,
            keys: &[
                key("publisher", Text, "The publisher or wire."),
                key("title", Text, "The source's original headline."),
                key("url", Text, "Where it stands."),
                key("date", Date, "When it was published."),
            ],
        },
        "What it is based on.",
    ),
    key("lead", Yes, "Whether it leads its day."),
    key("rank", Integer, "Its place in its day's briefing, low first."),
    key("updated", Date, "When it last changed in substance."),
    key(
        "corrections",
        Maps {
            known: CORRECTION_KEYS,
            keys: &[
                key("date", Date, "When it was put right."),
                key("kind", Word(CorrectionKind::WORDS), "What it does."),
                key("text", Text, "What was wrong and what is right."),
            ],
        },
        "What was wrong, and was put right in public.",
    ),
    key("draft", Yes, "Not to be published."),
    key("embargo", Date, "Not to be published before."),
    key("expires", Date, "Not to be shown from then on."),
    key("aliases", Texts, "Old addresses that must keep working."),
    key("redirect_from", Texts, "Another word for `aliases`."),
    image(),
    key("canonical_url", Text, "Where the original stands, if not here: a full address."),
    key("guid", Text, "What feed readers know it by, if not by its first address: a URI."),
    key("translations", Dictionary, "The same article in other languages: language and full address."),
    key("language", Text, "A tag such as `fr`, if it differs from the site's."),
    key("genre", Word(Genre::WORDS), "What kind of piece it is."),
    key("noindex", Yes, "Search engines are asked to leave it out."),
    key("sensitivity", Text, "Your word for readers who may want to be warned."),
    key("extra", Anything, "Keys of your own."),
];

static RECORD: &[Key] = &[
    key("name", Text, "The name as it is shown."),
    key("sort_as", Text, "How the name is sorted, if not by rule."),
    key("aliases", Texts, "Other spellings of the name."),
    key("same_as", Texts, "Pages elsewhere about the same, such as Wikidata: full addresses."),
    image(),
    key("slug", Text, "The last part of the address. Else the file's name."),
    key("former_slugs", Texts, "Slugs it had before."),
    key("suppress", Yes, "Never shown or indexed."),
    key("draft", Yes, "Not to be used yet."),
    key("summary", Text, "One sentence."),
    key("extra", Anything, "Keys of your own."),
];

static PERSON: &[Key] = &[
    key("family", Text, "The word used on second reference."),
    key(
        "roles",
        Maps {
            known: ROLE_KEYS,
            keys: &[
                key("title", Text, "The office."),
                key("organisation", Text, "Of what."),
                key("from", Date, "From when: a year, a month or a day."),
                key("to", Date, "Until when."),
            ],
        },
        "Offices, held now or once.",
    ),
    key("names", Dictionary, "The name in other languages: language and name."),
    key("born", Date, "A year, a month or a day."),
    key("died", Date, "A year, a month or a day."),
    key("qualifier", Text, "Tells namesakes apart, such as `the painter`."),
];

static THREAD: &[Key] = &[key("status", Word(&["open", "closed"]), "Whether more is expected.")];
static SOURCE: &[Key] = &[key("url", Text, "The publisher's own site: a full address.")];

static BRIEFING: &[Key] = &[
    key("title", Text, "The edition's title."),
    key("date", Date, "The day, if the file's name does not say it."),
    key("lead", Text, "The slug of the article that leads."),
    key("order", Texts, "Slugs in the order of the edition."),
    key("draft", Yes, "Not to be used yet."),
    key("extra", Anything, "Keys of your own."),
];

static PAGE: &[Key] = &[
    key("title", Text, "The title."),
    key("summary", Text, "One sentence."),
    key("description", Text, "Another word for `summary`."),
    key("menu", Yes, "Whether it is in the menu."),
    key("order", Integer, "Its place among its neighbours, low first."),
    key("aliases", Texts, "Old addresses that must keep working."),
    key("noindex", Yes, "Search engines are asked to leave it out."),
    key("draft", Yes, "Not to be published."),
    key("extra", Anything, "Keys of your own."),
];

/// The keys of a kind of file.
pub(super) fn of(kind: Of) -> impl Iterator<Item = &'static Key> {
    let (all, own): (&'static [Key], &'static [Key]) = match kind {
        Of::Article => (ARTICLE, &[]),
        Of::Record(EntityKind::Person) => (RECORD, PERSON),
        Of::Record(EntityKind::Thread) => (RECORD, THREAD),
        Of::Record(EntityKind::Source) => (RECORD, SOURCE),
        Of::Record(EntityKind::Tag) => (RECORD, &[]),
        Of::Briefing => (BRIEFING, &[]),
        Of::Page => (PAGE, &[]),
        Of::Site => (&[], &[]),
    };
    all.iter().chain(own)
}

/// One key of a kind of file.
pub(super) fn find(kind: Of, name: &str) -> Option<&'static Key> {
    of(kind).find(|key| key.name == name)
}
