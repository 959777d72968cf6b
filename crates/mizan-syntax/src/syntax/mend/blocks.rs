//! Statements of GAMS over several lines: `parameters` and `sets` with one declaration on each line, and `table`.
//!
//! In: the first line, and the lines below it. Out: Mizan's declarations, and the length of the lines that they replace.

use super::context::Context;
use super::draft::Draft;
use super::read::read;
use super::{Mended, elsewhere};
use crate::syntax::token::TokenKind;

/// Heads of declarations on the lines below, each with the word for one of them; equations need no declaration.
const HEADS: [(&str, &str); 12] = [
    ("sets", "set"),
    ("set", "set"),
    ("parameters", "parameter"),
    ("parameter", "parameter"),
    ("scalars", "scalar"),
    ("scalar", "scalar"),
    ("variables", "var"),
    ("variable", "var"),
    ("positive variables", "var"),
    ("free variables", "var"),
    ("equations", ""),
    ("equation", ""),
];

/// Rewrites a statement of several lines; `None` for another statement.
pub(super) fn mend(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = text.trim().to_lowercase();
    let (text, below) = match HEADS.iter().find(|(other, _)| *other == head) {
        Some((_, word)) => {
            let lines = context.indented();
            (!lines.is_empty()).then_some(())?;
            (declarations(word, &lines), context.indented_length())
        }
        None if head.starts_with("table ") => {
            let (lines, below) = context.table();
            (table(&Draft::of(text), &lines)?, below)
        }
        None => return None,
    };
    let message = match head.starts_with("table ") {
        true => "a table is in braces, with its cells between `|`",
        false => "each line declares one name",
    };
    let text = if text.is_empty() { text } else { read(&text)? };
    Some(Mended { message: message.to_owned(), text, below })
}

/// Writes each line below a head as a declaration.
fn declarations(word: &str, lines: &[&str]) -> String {
    let mut written = Vec::new();
    for line in lines {
        let line = line.trim_end_matches([';', ',', ' ']);
        if line.is_empty() || word.is_empty() {
            continue;
        }
        let mut draft = Draft::of(&format!("{word} {line}"));
        if elsewhere::slashes(&mut draft).is_none() {
            // The words behind a name describe it.
            let end = if draft.at(2) == "(" { draft.close(2).map_or(2, |n| n + 1) } else { 2 };
            let name = draft.show(1..end).replace('(', "[").replace(')', "]");
            let word = if word == "var" { "var" } else { "param" };
            draft = Draft::of(&format!("{word} {name}"));
        }
        written.push(draft.text());
    }
    written.join("\n")
}

/// Writes a table whose cells are separated by blanks with `|` between them.
fn table(head: &Draft, lines: &[&str]) -> Option<String> {
    let sets = match head.at(2) {
        "(" | "[" => head.show(3..head.close(2)?),
        _ => return None,
    };
    let [first, _] = sets.split(',').map(str::trim).collect::<Vec<_>>()[..] else { return None };
    let mut rows = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let draft = Draft::of(line.trim_end_matches([';', ' ']));
        let mut cells: Vec<String> = Vec::new();
        for k in 0..draft.len() {
            // `-` belongs to the number after it.
            match cells.last_mut().filter(|last| *last == "-") {
                Some(last) if draft.is_number(k) => last.push_str(draft.at(k)),
                _ if draft.kind(k) != Some(TokenKind::LineEnd) => {
                    cells.push(draft.at(k).to_owned())
                }
                _ => {}
            }
        }
        if n == 0 {
            cells.insert(0, first.to_owned());
        }
        if !cells.is_empty() {
            rows.push(format!("  | {} |", cells.join(" | ")));
        }
    }
    let name = head.at(1);
    (rows.len() > 1).then(|| format!("param {name}[{sets}] = {{\n{}\n}}", rows.join("\n")))
}
