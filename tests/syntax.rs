//! Hostile texts: each is read or refused, soon, and nothing overflows on a thread's 2 MB stack.

use mizan::source::SourceId;
use mizan::syntax::{format, parse};

/// The codes of what is wrong with a text; also lays it out, and clones, compares and prints the tree.
fn codes(text: &str) -> Vec<&'static str> {
    let parsed = parse(SourceId(0), text);
    let copy = parsed.file.clone();
    assert!(copy == parsed.file);
    let _ = (format!("{copy:?}"), format(SourceId(0), text));
    parsed.diagnostics.iter().map(|d| d.code).collect()
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
    let text = include_str!("format/forms.mizan");
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
