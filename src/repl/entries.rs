//! A text of several lines, divided into entries that are answered one after the other.
//!
//! In: pasted or piped text. Out: entries. A command and an expression alone are entries of their own; the statements
//! between them are one entry, so that a script is taken up as a whole or not at all.

use super::assistant::goes_on;
use super::file_words;
use super::habits::LISTS;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;
use crate::syntax::ast::{Item, ItemKind};
use crate::syntax::parse_entry;

/// A command, an expression or a statement, with the lines that continue it.
struct Part {
    text: String,
    kind: PartKind,
}

#[derive(PartialEq, Eq)]
enum PartKind {
    /// A command, or an expression alone.
    Alone,
    Statement,
    /// A statement that the parser refuses.
    Wrong,
}

/// First words of lines that other prompts have and scripts have not.
const OF_PROMPTS: [&str; 15] = [
    "help", "man", "list", "ls", "dir", "quit", "exit", "q", "q()", "save", "undo", "redo",
    "delete", "load", "open",
];

/// Divides a text into entries. Removes the prompt `> ` of lines that were copied with it. A script with a mistake is one
/// entry; between questions and commands, a line with a mistake is an entry of its own.
pub fn entries(text: &str) -> Vec<String> {
    if text.trim().lines().count() < 2 {
        return vec![without_prompt(text).to_owned()];
    }
    let parts = parts(text);
    let is_talk = parts.iter().any(|part| part.kind == PartKind::Alone);
    let (mut entries, mut statements) = (Vec::new(), String::new());
    for Part { text, kind } in parts {
        if kind == PartKind::Alone || (is_talk && kind == PartKind::Wrong) {
            entries.push(std::mem::take(&mut statements));
            entries.push(text);
        } else {
            statements.push_str(&text);
            statements.push('\n');
        }
    }
    entries.push(statements);
    entries.retain(|entry| !entry.trim().is_empty());
    entries
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = text.lines().map(without_prompt);
    while let Some(line) = lines.next() {
        let mut text = line.to_owned();
        while goes_on(&text) {
            let Some(more) = lines.next() else { break };
            text.push('\n');
            text.push_str(more);
        }
        let kind = kind(&text);
        parts.push(Part { text, kind });
    }
    parts
}

fn kind(text: &str) -> PartKind {
    if is_command(text) {
        return PartKind::Alone;
    }
    let parsed = parse_entry(SourceId(0), text);
    let wrong = |found: &Diagnostic| found.is_error() && found.code != Code::EmptyScript;
    if parsed.diagnostics.iter().any(wrong) {
        let word = text.split_whitespace().next();
        let asks =
            word.is_some_and(|word| OF_PROMPTS.contains(&word)) || file_words::help(text).is_some();
        return if asks { PartKind::Alone } else { PartKind::Wrong };
    }
    match parsed.file.items.as_slice() {
        // An expression alone is a question at the prompt.
        [Item { kind: ItemKind::Query(query), .. }] if query.bare => PartKind::Alone,
        _ => PartKind::Statement,
    }
}

/// Returns the help command for a line in the form of other prompts: `?`, `balance?`, `help(tariff)`.
pub(super) fn help_asked(line: &str) -> Option<String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))
    };
    let line = line.strip_prefix(':').filter(|rest| rest.starts_with('?')).unwrap_or(line);
    let name = line
        .strip_suffix('?')
        // `??name` searches the help of R.
        .or_else(|| line.strip_prefix('?').map(|rest| rest.trim_start_matches('?')))
        .or_else(|| line.strip_prefix("help(")?.strip_suffix(')'))?;
    let name = name.trim().trim_matches(['"', '\'']);
    if LISTS.contains(&name) {
        return Some(format!(":list {name}"));
    }
    (name.is_empty() || is_name(name)).then(|| format!(":help {name}").trim_end().to_owned())
}

/// True for a line that the prompt answers as a command: it begins with a colon, or asks for help in another form.
pub fn is_command(line: &str) -> bool {
    let line = line.trim();
    let lists = line.strip_suffix('?').is_some_and(|name| LISTS.contains(&name));
    line.starts_with(':') || lists || line.starts_with('?') && help_asked(line).is_some()
}

fn without_prompt(line: &str) -> &str {
    line.strip_prefix("> ").unwrap_or(line)
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
        // A script with a mistake is refused as a whole.
        assert_eq!(entries("param a = 3\nparam b c\n"), ["param a = 3\nparam b c\n"]);
        assert_eq!(entries("a + 1\na 5%\nb 6%\n"), ["a + 1", "a 5%", "b 6%"]);
        assert_eq!(entries("a = 5%\nsave as b.mizan\n"), ["a = 5%\n", "save as b.mizan"]);
        assert_eq!(entries("??a\nls levers\nb 6%\n"), ["??a", "ls levers", "b 6%"]);
    }
}
