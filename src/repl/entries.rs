//! A text of several lines, divided into entries that are answered one after the other.
//!
//! In: pasted or piped text. Out: entries. A command and an expression alone are entries of their own; the statements
//! between them are one entry, so that a script is taken up as a whole or not at all.

use super::assistant::goes_on;
use crate::source::SourceId;
use crate::syntax::ast::ItemKind;
use crate::syntax::parse_entry;

/// Divides a text into entries. Removes the prompt `> ` of lines that were copied with it.
pub fn entries(text: &str) -> Vec<String> {
    if text.trim().lines().count() < 2 {
        return vec![without_prompt(text).to_owned()];
    }
    let (mut entries, mut statements) = (Vec::new(), String::new());
    let mut lines = text.lines().map(without_prompt);
    while let Some(line) = lines.next() {
        let mut part = line.to_owned();
        while goes_on(&part) {
            let Some(more) = lines.next() else { break };
            part.push('\n');
            part.push_str(more);
        }
        if part.trim_start().starts_with(':') || is_expression(&part) {
            entries.push(std::mem::take(&mut statements));
            entries.push(part);
        } else {
            statements.push_str(&part);
            statements.push('\n');
        }
    }
    entries.push(statements);
    entries.retain(|entry| !entry.trim().is_empty());
    entries
}

fn without_prompt(line: &str) -> &str {
    line.strip_prefix("> ").unwrap_or(line)
}

/// True for an expression alone, which is a question at the prompt.
fn is_expression(part: &str) -> bool {
    let parsed = parse_entry(SourceId(0), part);
    matches!(parsed.file.items.as_slice(), [item]
        if matches!(&item.kind, ItemKind::Query(query) if query.bare))
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn questions_are_entries_and_statements_stay_together() {
        let text = "param a = 3\nparam b[s] = {\n  x: 1\n}\na + 1\n\nb[x] in 2030\n:draws 100\n> a\nshow a\n";
        let found = entries(text);
        assert_eq!(
            found,
            [
                "param a = 3\nparam b[s] = {\n  x: 1\n}\n",
                "a + 1",
                "b[x] in 2030",
                ":draws 100",
                "a",
                "show a\n"
            ]
        );
        assert_eq!(entries("param a = 3\nvar b = a\n"), ["param a = 3\nvar b = a\n"]);
        assert_eq!(entries("> a"), ["a"]);
    }
}
