//! Tests whether the parser accepts a mended text.
//!
//! In: a text. Out: the text, with the fixes of the parser's own messages, if every statement can be parsed.

use pest::Parser;

use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::SourceId;
use crate::syntax::build::Builder;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::prescan::prescan;

/// Returns `text` if it can be parsed; applies the fixes of mistakes that the parser itself mends, such as `=` in a
/// condition.
pub(super) fn read(text: &str) -> Option<String> {
    let mistakes = mistakes(text)?;
    if mistakes.is_empty() {
        return Some(text.to_owned());
    }
    let mut fixes: Vec<Fix> = Vec::new();
    for mistake in mistakes {
        let argument = mistake.code == Code::SingleEquals
            && names_argument(text, mistake.span()?.range().start);
        let fix = mistake.fixes.into_iter().next()?;
        // A fix that drops a clause drops what was asked.
        if argument || fix.replacement.is_empty() {
            return None;
        }
        fixes.push(fix);
    }
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    let mut mended = text.to_owned();
    for fix in fixes {
        mended.replace_range(fix.span.range(), &fix.replacement);
    }
    self::mistakes(&mended)?.is_empty().then_some(mended)
}

/// True if the `=` at byte `at` follows the name of an argument: `f(name = 5)`.
fn names_argument(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end();
    let name = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    name.len() < before.len() && name.trim_end().ends_with(['(', ','])
}

/// Returns `text` if it can be read without any mistake.
pub(super) fn without_mistakes(text: &str) -> Option<String> {
    mistakes(text)?.is_empty().then(|| text.to_owned())
}

/// Returns the mistakes in a text; `None` if the grammar cannot parse a statement.
fn mistakes(text: &str) -> Option<Vec<Diagnostic>> {
    let source = SourceId(0);
    let scan = prescan(source, text);
    if !scan.diagnostics.is_empty() {
        return None;
    }
    let mut builder = Builder::new(source);
    for &(start, end) in &scan.statements {
        let piece = scan.text.get(start..end)?;
        if !piece.trim().is_empty() {
            let pairs = Grammar::parse(Rule::lone_item, piece).ok()?;
            builder.items(pairs, start);
        }
    }
    Some(builder.diagnostics)
}
