//! Hostile texts: each is read or refused, soon, and nothing overflows on a thread's 2 MB stack. And the
//! table of words: the files generated from it, and that each example uses its word.

use std::path::Path;

use mizan::source::SourceId;
use mizan::syntax::ast::{Ask, ItemKind};
use mizan::syntax::words::{self, Class, WORDS};
use mizan::syntax::{format, parse};

/// Returns the codes of a text's mistakes; also formats it, and clones, compares and prints its tree.
fn codes(text: &str) -> Vec<&'static str> {
    let parsed = parse(SourceId(0), text);
    let copy = parsed.file.clone();
    assert!(copy == parsed.file);
    let _ = (format!("{copy:?}"), format(SourceId(0), text));
    parsed.diagnostics.iter().map(|d| d.code.name()).collect()
}

#[test]
fn depth_is_bounded_in_every_shape() {
    for n in [65, 400, 1_000, 12_000] {
        let (open, close) = ("(".repeat(n), ")".repeat(n));
        for text in [
            format!("x = {open}1{close}"),
            format!("x = {open}1"),
            format!("x = {}1", "-".repeat(n)),
            format!("x = {}1", "not ".repeat(n)),
            format!("x = 1{}", "^1".repeat(n)),
            format!("x = {}1", "if 1 then 1 else ".repeat(n)),
            format!("x = {}", "{ a: ".repeat(n)),
            format!("x = {}", "[1: ".repeat(n)),
            format!("x = {}", "f(".repeat(n)),
        ] {
            assert!(!codes(&text).is_empty(), "{n}: {}", &text[..20]);
        }
    }
}

#[test]
fn the_deepest_tree_and_the_longest_chain_are_read() {
    let deep = format!("x = {}1{}", "(".repeat(64), ")".repeat(64));
    assert_eq!(codes(&deep), Vec::<&str>::new());
    assert_eq!(codes(&format!("x = 1{}", "+1".repeat(400))), Vec::<&str>::new());
    assert_eq!(codes(&format!("x = 1{}", "+1".repeat(401))), ["limit-depth"]);
    // Chains in chains count together.
    let nested = format!("x = {}1{}", "(".repeat(60), format!("){}", "+1".repeat(300)).repeat(60));
    assert_eq!(codes(&nested), ["limit-depth"]);
}

#[test]
fn long_words_and_odd_numbers_are_refused() {
    assert_eq!(codes(&"a".repeat(100_000)).first(), Some(&"limit-name"));
    for number in ["1e999999999", "1e-999999999", &"9".repeat(10_000)] {
        assert_eq!(codes(&format!("x = {number}")), ["number-range"], "{}", &number[..5]);
    }
    assert_eq!(codes(&format!("x = \"{}", "a".repeat(100_000))).first(), Some(&"unclosed-string"));
}

#[test]
fn encodings_and_typography() {
    for text in
        ["\u{feff}x = 1\n", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "出口 = ixrac + مؤسسة\n"]
    {
        assert_eq!(codes(text), Vec::<&str>::new(), "{text:?}");
    }
    for (text, code) in [
        ("x = １２", "odd-character"),
        ("x = 1\u{a0}+ 2", "lookalike-character"),
        ("model \u{201c}a\u{201d}", "lookalike-character"),
        ("x = 5 \u{2212} 3", "lookalike-character"),
    ] {
        assert!(codes(text).contains(&code), "{text}: {:?}", codes(text));
    }
    let name = |text: &str| match &parse(SourceId(0), text).file.items.first().map(|i| &i.kind) {
        Some(mizan::syntax::ast::ItemKind::Assign(assign)) => assign.target.dotted(),
        other => panic!("{other:?}"),
    };
    assert_eq!(name("\u{e9} = 1"), name("e\u{301} = 1"));
}

#[test]
fn parses_in_parallel_keep_their_limits() {
    let text = format!("x = {}1{}", "(".repeat(65), ")".repeat(65));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(codes(&text).contains(&"limit-depth")));
        }
    });
}

#[test]
fn no_prefix_and_no_flipped_character_panics() {
    let text = include_str!("../format/forms.mizan");
    for (at, c) in text.char_indices().step_by(17) {
        let rest = &text[at + c.len_utf8()..];
        for text in [
            text[..at].to_owned(),
            format!("{}{rest}", &text[..at]),
            format!("{}{c}{c}{rest}", &text[..at]),
            format!("{}\u{7}{rest}", &text[..at]),
        ] {
            let _ = parse(SourceId(0), &text);
        }
    }
}

#[test]
fn a_start_ends_before_the_equation() {
    use mizan::syntax::ast::ItemKind;
    let parsed = parse(SourceId(0), "var p: USD start 2 * -1 mn USD = 5 in 0..9\n");
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let ItemKind::Quantity(quantity) = &parsed.file.items[0].kind else { panic!("a variable") };
    assert!(quantity.start.is_some() && quantity.value.is_some() && quantity.bounds.is_some());
}

#[test]
fn a_set_may_end_with_any_word() {
    assert_eq!(codes("set way = from, to\nset a = b, in\nuse trade\n"), [""; 0]);
    assert_eq!(parse(SourceId(0), "set a = b, to\nshow a\n").file.items.len(), 2);
    assert_eq!(parse(SourceId(0), "set a = b, to,\n c\nshow a\n").file.items.len(), 2);
}

#[test]
fn line_ends_of_all_kinds_beside_texts() {
    let text = "model \"a é b\"\r\nx = 1\ny = \"c\"\rz = \u{7}1\n";
    let parsed = parse(SourceId(0), text);
    let mut sources = mizan::source::SourceMap::default();
    let id = sources.add("a.mizan", text);
    let place = sources.file(id).location(parsed.diagnostics[0].labels[0].span.start as usize);
    assert_eq!((place.line, place.column), (4, 5));
    assert_eq!(codes("model \"a\r\nb\"\n"), ["unclosed-string", "unclosed-string"]);
}

/// As many mistakes as are listed.
const LISTED: usize = mizan::diagnostic::MOST_LISTED;

/// A mistake on each line and each character: reading stops after the first few hundred.
#[test]
fn mistakes_without_end_are_cut_off() {
    let many = 1 << 18;
    for text in [
        ")".repeat(many),
        "(".repeat(many),
        "\u{7}".repeat(many),
        "([)]".repeat(many / 4),
        "１".repeat(many / 4),
        "\u{201c}a".repeat(many / 4),
        "\"\n".repeat(many / 2),
        "x y\n".repeat(many / 4),
        "a = = 2\n".repeat(many / 8),
        "a == 2\n".repeat(many / 8),
        format!("{}{}", "(".repeat(30), "]".repeat(many)),
    ] {
        let found = parse(SourceId(0), &text).diagnostics;
        assert!((1..=LISTED).contains(&found.len()), "{}: {}", &text[..4], found.len());
        if found.len() == LISTED {
            assert_eq!(found[0].notes.len(), 1, "{:?}", found[0].notes);
        }
    }
}

/// Prefixes that several statements share, then something that fits none.
#[test]
fn no_shared_prefix_is_tried_again_and_again() {
    let starts = [
        "a b on ",
        "a[",
        "a.b.",
        "f(",
        "a = (",
        "a = [1: ",
        "a = if ",
        "show a in ",
        "a = -",
        "a = f(x in ",
        "a b { c: ",
        "block a on b: c { ",
        "scenario a { ",
        "a += ",
        "check a in ",
        "param a[b] = { c: ",
        "a = 1 -> ",
        "a = 1 then ",
        "find a for b so that ",
        "a = { | b | ",
    ];
    for start in starts {
        for n in [16, 64, 1_000] {
            codes(&start.repeat(n));
            codes(&format!("{}{}", start, "1 + (2 * ".repeat(n)));
        }
    }
}

/// Blocks of comments do not nest in Mizan; a lane of them is a lane of comments.
#[test]
fn comments_without_end_are_comments() {
    let text = format!("x = 1\n{}", "#[[ /* (\n".repeat(100_000));
    assert_eq!(codes(&text), [""; 0]);
}

/// Compares a generated file with its source; `UPDATE=1 cargo test --test language syntax` writes the file.
fn is_current(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).expect("a writable file");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(found == text, "{} is not what the table of words gives", path.display());
}

#[test]
fn the_grammar_and_the_book_have_the_words_of_the_table() {
    is_current("grammar/words.pest", &words::grammar());
    is_current("docs/src/language/words.md", &words::page());
}

/// The rules `kw_` of the grammar and the table name the same words.
#[test]
fn the_grammar_uses_every_word() {
    let grammar = include_str!("../../grammar/mizan.pest");
    for word in WORDS {
        let rule = format!("kw_{}", word.name);
        let used = grammar.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == rule);
        let value = words::ValueQuery::of(word.name).is_some();
        assert!(used || value || word.class == Class::Preposition, "no rule uses `{}`", word.name);
    }
}

#[test]
fn no_word_is_in_the_table_twice() {
    let mut names: Vec<&str> = WORDS.iter().map(|word| word.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}

#[test]
fn each_example_of_a_word_is_a_statement_with_the_word() {
    for word in WORDS {
        let parsed = parse(SourceId(0), word.example);
        assert!(parsed.diagnostics.is_empty(), "{}: {:?}", word.example, parsed.diagnostics);
        let [item] = parsed.file.items.as_slice() else {
            panic!("{}: one statement", word.example)
        };
        let mut parts = word.example.split(|c: char| !c.is_alphanumeric() && c != '_');
        assert!(parts.any(|part| part == word.name), "`{}` in {}", word.name, word.example);
        if word.begins_statement() {
            assert!(word.example.starts_with(word.name), "{}", word.example);
            assert_eq!(begins(&item.kind), Some(word.name), "{}", word.example);
        }
    }
}

/// Returns the word that begins a type of statement.
fn begins(kind: &ItemKind) -> Option<&'static str> {
    use mizan::syntax::ast::Role;
    Some(match kind {
        ItemKind::Model(_) => "model",
        ItemKind::Years(_) => "years",
        ItemKind::Currency { .. } => "currency",
        ItemKind::Unit { .. } | ItemKind::ReportUnit { .. } => "unit",
        ItemKind::Use(_) => "use",
        ItemKind::Set { .. } => "set",
        ItemKind::Source { .. } => "source",
        ItemKind::Needs(_) => "needs",
        ItemKind::Quantity(quantity) => match quantity.role {
            Role::Param => "param",
            Role::Variable => "var",
            Role::Factor => "factor",
            Role::Total => "total",
        },
        ItemKind::Function { .. } => "function",
        ItemKind::Identity { .. } => "identity",
        ItemKind::Correlate { .. } => "correlate",
        ItemKind::Solve(_) => "solve",
        ItemKind::Solver(_) => "solver",
        ItemKind::Kind(_) => "block",
        ItemKind::Scenario(_) => "scenario",
        ItemKind::Query(query) => match &query.ask {
            Ask::Values(query, _) => query.word(),
            Ask::Distribution(_) => "chart",
            Ask::Check(_) => "check",
            Ask::Find { .. } => "find",
            Ask::Sweep { .. } => "sweep",
            Ask::Sensitivity(_) => "sensitivity",
            Ask::Calibrate { .. } => "calibrate",
            Ask::Discover(_) => "discover",
            Ask::Robust { .. } => "robust",
        },
        ItemKind::Lever(_) | ItemKind::Assign(_) => return None,
    })
}

/// Every clause behind every query: read where the table says so, refused by name elsewhere.
#[test]
fn a_query_takes_the_clauses_of_its_row() {
    use mizan::syntax::words::Clause::{
        Above, Across, By, Depth, Digits, For, In, To, Unit, With, Within,
    };
    let clauses = [
        (For, "for all"),
        (In, "in 2030"),
        (To, "to open"),
        (By, "by lever"),
        (Within, "within 5%"),
        (Depth, "depth 3"),
        (Above, "above 5%"),
        (Unit, "in bn USD"),
        (Digits, "digits 1"),
        (With, "with total"),
        (Across, "across years"),
    ];
    let queries = [
        ("show", "show x"),
        ("chart", "chart x"),
        ("chart", "chart distribution of x"),
        ("compare", "compare x"),
        ("why", "why x"),
        ("check", "check x > 0"),
        ("find", "find x so that y > 0"),
        ("sweep", "sweep x over 0..1 show y"),
        ("sensitivity", "sensitivity of x"),
        ("calibrate", "calibrate x in 0..1 so that y fits z"),
        ("discover", "discover when x > 0"),
        ("robust", "robust among a, b by x"),
    ];
    for word in WORDS.iter().filter(|word| word.class == Class::Query) {
        assert!(queries.iter().any(|(name, _)| *name == word.name), "no query with {}", word.name);
    }
    for (name, query) in queries {
        let word = words::find(name).expect("a word");
        for (clause, text) in clauses {
            let taken = word.clauses.contains(&clause);
            let expected: &[&str] = if taken { &[] } else { &["unknown-clause"] };
            assert_eq!(codes(&format!("{query} {text}")), expected, "{query} {text}");
            if taken {
                assert_eq!(
                    codes(&format!("{query} {text} {text}")),
                    ["duplicate"],
                    "{query} {text}"
                );
            }
        }
    }
}

#[test]
fn words_that_join_lines_join_them() {
    for word in WORDS {
        let items =
            |text: String| mizan::syntax::prescan::prescan(SourceId(0), &text).statements.len();
        // A line that ends with the word, and a line that begins with it.
        let after = items(format!("x = y {}\nz = 1\n", word.name));
        assert_eq!(after, if word.joins_line_after() { 1 } else { 2 }, "{} ends a line", word.name);
        let before = items(format!("x = y\n{} = 1\n", word.name));
        assert_eq!(
            before,
            if word.joins_line_before() { 1 } else { 2 },
            "{} begins one",
            word.name
        );
    }
}
