//! Blanked line ends, comments, bounds of nesting, pasted rows.

use super::*;
use crate::diagnostic::Code;

fn scan(text: &str) -> Prescan {
    let scan = prescan(SourceId(0), text);
    assert_eq!(scan.text.len(), text.len());
    scan
}

#[test]
fn line_ends_inside_brackets_and_after_operators_are_blanks() {
    assert_eq!(scan("x = (1\n + 2)\ny = 3 +\n 4\n").text, "x = (1  + 2)\ny = 3 +  4\n");
    assert_eq!(scan("a {\n  b: 1\n  c: 2\n}\n").text, "a {\n  b: 1\n  c: 2\n}\n");
}

#[test]
fn comments_are_kept_apart_and_doc_comments_known() {
    let scan = scan("## doc\nx = 1 # why\n");
    assert_eq!(scan.text.trim(), "x = 1");
    let kinds = scan.comments.iter().map(|comment| (comment.doc, comment.own_line));
    assert!(kinds.eq([(true, true), (false, false)]));
}

#[test]
fn an_open_parenthesis_does_not_swallow_the_next_statement() {
    let found = scan("x = (1 +\nshow balance\n").diagnostics;
    assert!(matches!(found.as_slice(), [one] if one.code == Code::UnclosedBracket));
}

#[test]
fn depth_is_bounded() {
    for n in [65, 400, 100_000] {
        let scan = scan(&format!("x = {}1{}", "(".repeat(n), ")".repeat(n)));
        assert_eq!(scan.diagnostics.len(), 1, "{n}");
        assert_eq!(scan.diagnostics[0].code, Code::LimitDepth);
    }
}

#[test]
fn tabs_between_pasted_cells_become_bars() {
    let pasted = "x = {\npartner\t2024\t2025\nChina\t5\t\n}\n";
    assert_eq!(scan(pasted).text, "x = {\npartner|2024|2025\nChina|5|\n}\n");
    // One such line alone is no table, nor are tabs outside braces.
    for text in ["x = {\na: 1,\tb: 2\n}\n", "a\tb\nc\td\n", "x {\nChina\t5\n}\n"] {
        assert_eq!(scan(text).text, text);
    }
}
