//! The order of names in the index of people: what a back-of-book indexer would do.

mod harness;

use dateline::archive::personal::split;
use harness::Site;

/// A name, and how an index shows it.
const TABLE: &[(&str, &str)] = &[
    // English and plain.
    ("Donald Trump", "Trump, Donald"),
    ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
    ("Sammy Davis, Jr.", "Davis, Sammy, Jr."),
    ("Sir Bernard Lovell", "Lovell, Bernard, Sir"),
    ("Mary Smith-Jones", "Smith-Jones, Mary"),
    ("Pat O’Brien", "O’Brien, Pat"),
    ("Angus MacDonald", "MacDonald, Angus"),
    ("Bruce McCandless II", "McCandless, Bruce, II"),
    // One word, rulers.
    ("Pelé", "Pelé"),
    ("Suharto", "Suharto"),
    ("Elizabeth II", "Elizabeth II"),
    ("Pope Francis", "Francis, Pope"),
    ("King Charles III", "Charles III, King"),
    // German, Dutch.
    ("Wernher von Braun", "Braun, Wernher von"),
    ("Ursula von der Leyen", "Leyen, Ursula von der"),
    ("Vincent van Gogh", "Gogh, Vincent van"),
    ("Piet de Jong", "Jong, Piet de"),
    ("Cornelius Van Allen", "Van Allen, Cornelius"),
    // French, Italian.
    ("Charles de Gaulle", "Gaulle, Charles de"),
    ("Jean de La Fontaine", "La Fontaine, Jean de"),
    ("Daphne du Maurier", "du Maurier, Daphne"),
    ("Marine Le Pen", "Le Pen, Marine"),
    ("Robert De Niro", "De Niro, Robert"),
    ("Luca della Robbia", "della Robbia, Luca"),
    // Spanish, Portuguese.
    ("Gabriel García Márquez", "García Márquez, Gabriel"),
    ("Mario Vargas Llosa", "Vargas Llosa, Mario"),
    ("Andrés Manuel López Obrador", "López Obrador, Andrés Manuel"),
    ("José Ortega y Gasset", "Ortega y Gasset, José"),
    ("Miguel de Cervantes Saavedra", "Cervantes Saavedra, Miguel de"),
    ("Pedro Sánchez", "Sánchez, Pedro"),
    ("Luiz Inácio Lula da Silva", "Silva, Luiz Inácio Lula da"),
    ("José Cardoso Filho", "Cardoso Filho, José"),
    // Arabic, Hebrew, Turkish.
    ("Bashar al-Assad", "Assad, Bashar al-"),
    ("Abdel Fattah el-Sisi", "Sisi, Abdel Fattah el-"),
    ("Mohammed bin Salman", "bin Salman, Mohammed"),
    ("David Ben Gurion", "Ben Gurion, David"),
    ("Recep Tayyip Erdoğan", "Erdoğan, Recep Tayyip"),
    // East Asia.
    ("Xi Jinping", "Xi Jinping"),
    ("Li Na", "Li Na"),
    ("Chiang Kai-shek", "Chiang Kai-shek"),
    ("Tsai Ing-wen", "Tsai Ing-wen"),
    ("Moon Jae-in", "Moon Jae-in"),
    ("Kim Jong Un", "Kim Jong Un"),
    ("Lee Kuan Yew", "Lee Kuan Yew"),
    ("Jack Ma", "Ma, Jack"),
    ("Bo Li", "Li, Bo"),
    ("Shinzo Abe", "Abe, Shinzo"),
    ("Vo Nguyen Giap", "Giap, Vo Nguyen"),
    ("習近平", "習近平"),
    // Iceland, and Swedes who are not from there.
    ("Katrín Jakobsdóttir", "Katrín Jakobsdóttir"),
    ("Guðni Jóhannesson", "Guðni Jóhannesson"),
    ("Magdalena Andersson", "Andersson, Magdalena"),
    // Hungarian in English.
    ("Viktor Orbán", "Orbán, Viktor"),
];

#[test]
fn names_are_turned_round_by_rule() {
    assert!(TABLE.len() >= 40);
    let wrong: Vec<String> = TABLE
        .iter()
        .map(|(name, shown)| (shown, split(name, "en").inverted()))
        .filter(|(shown, found)| **shown != found.as_str())
        .map(|(shown, found)| format!("expected {shown:?}, found {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(split("Orbán Viktor", "hu").inverted(), "Orbán Viktor");
    assert_eq!(split("Bjarni Benediktsson", "is").inverted(), "Bjarni Benediktsson");
}

/// The people of an index in order, as it shows them.
fn index(names: &[&str], settings: &str) -> Vec<String> {
    let site = Site::new();
    site.setting(settings);
    site.article("2025/03/16/a", &format!("title: A\npeople: {names:?}"), "");
    let page = site.build().published().page("/people/");
    let entries = page.split("<li><a href=\"/people/").skip(1);
    let names = entries.filter_map(|e| Some(e.split_once('>')?.1.split_once("</a>")?.0.to_string()));
    names.filter(|n| n != "People").collect()
}

#[test]
fn letter_by_letter_and_by_language() {
    let in_order = [
        "Adams, Ann",
        "Al Khalili, Jim",
        "Assad, Bashar al-",
        "Dean, James",
        "De Niro, Robert",
        "Dennis, Ann",
        "Gogh, Vincent van",
        "Leigh, Vivien",
        "Le Pen, Marine",
        "MacDonald, Angus",
        "Mann, Thomas",
        "McCandless, Bruce",
        "Möller, Ann",
        "Moller, Bo",
        "Obama, Barack",
        "O'Brien, Pat",
        "Obst, Eva",
        "Smith, Zoe",
        "Smith-Jones, Ann",
        "Xi Jinping",
        "Young, Ann",
    ];
    let names = [
        "Xi Jinping",
        "Ann Young",
        "Robert De Niro",
        "James Dean",
        "Ann Dennis",
        "Bashar al-Assad",
        "Ann Adams",
        "Jim Al Khalili",
        "Vincent van Gogh",
        "Marine Le Pen",
        "Vivien Leigh",
        "Angus MacDonald",
        "Thomas Mann",
        "Bruce McCandless",
        "Bo Moller",
        "Ann Möller",
        "Barack Obama",
        "Pat O'Brien",
        "Eva Obst",
        "Zoe Smith",
        "Ann Smith-Jones",
    ];
    let shown: Vec<String> =
        index(&names, "").into_iter().map(|n| n.replace("&#39;", "'").replace("&#x27;", "'")).collect();
    assert_eq!(shown, in_order);
    assert_eq!(
        index(&["Bo Ödman", "Eva Zorn", "Bo Oden"], "language = \"sv\""),
        ["Oden, Bo", "Zorn, Eva", "Ödman, Bo"]
    );
}

#[test]
fn other_names_lead_to_the_one() {
    let site = Site::new();
    site.document("content/people/volodymyr-zelenskyy.md", "name: Volodymyr Zelenskyy\naliases: [Volodymyr Zelensky, Wolodymyr Selenskyj, V. Zelenskyy]\nnames: {uk: Володимир Зеленський}", "");
    let page = site.build_clean().page("/people/");
    let see = |name: &str| page.contains(&format!("<span class=\"see\">{name}</span>"));
    assert!(see("Selenskyj, Wolodymyr") && see("Zelensky, Volodymyr") && see("Зеленський, Володимир"), "{page}");
    assert!(!see("Zelenskyy, V."));
}
