//! Parses a text statement by statement.
//!
//! In: a text. Out: the tree of every statement that can be parsed, with its `##` comment, and a diagnostic for each
//! statement that cannot.

use pest::Parser;
use pest::error::InputLocation;

use super::ast::{File, Item};
use super::build::Builder;
use super::errors;
use super::grammar::{Grammar, Rule};
#[cfg(feature = "habits")]
use super::mend::{self, Context, ScriptLines};
use super::prescan::{Comment, Prescan, prescan};
use crate::diagnostic::{Code, Diagnostic, MOST_LISTED, cut_off};
use crate::source::{SourceId, Span};

/// Maximum number of bytes that the search for habits of other languages may read: the length of the script times the
/// number of its statements that cannot be parsed.
const MOST_READ_TO_MEND: usize = 2 << 20;

/// The result of parsing a source text.
#[derive(Debug)]
pub struct Parsed {
    /// The tree of the statements that could be parsed.
    pub file: File,
    /// The comments of the text, in order.
    pub comments: Vec<Comment>,
    /// Number of words, numbers, texts and signs of the text.
    pub tokens: usize,
    /// The mistakes in the text, in no order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a source text. Never fails: reports a statement that it cannot parse, and parses the statements after it.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    let scan = prescan(source, text);
    let mut builder = Builder::new(source);
    let items = statements(&scan, text, source, &mut builder);
    let mut diagnostics = scan.diagnostics;
    diagnostics.append(&mut builder.diagnostics);
    cut_off(&mut diagnostics);
    if items.is_empty() && diagnostics.is_empty() {
        diagnostics.push(errors::empty(Span::new(source, 0, text.len().min(1))));
    }
    let items = attach_docs(items, &scan.comments, text);
    Parsed { file: File { items }, comments: scan.comments, tokens: scan.tokens, diagnostics }
}

/// Parses an entry at the prompt: statements, or an expression, which is read as `show`.
pub fn parse_entry(source: SourceId, text: &str) -> Parsed {
    let scan = prescan(source, text);
    let mut builder = Builder::new(source);
    let statement = match Grammar::parse(Rule::file, &scan.text) {
        Err(statement) => statement,
        Ok(_) => {
            let parsed = parse(source, text);
            let compares = parsed.diagnostics.iter().any(|found| found.code == Code::DoubleEquals);
            // `x == 7` is a wrong equation in a script; alone it is a question.
            return match Grammar::parse(Rule::bare_query, &scan.text) {
                Ok(pairs) if compares => {
                    let items = builder.items(pairs, 0);
                    let (comments, tokens) = (scan.comments, scan.tokens);
                    let diagnostics = builder.diagnostics;
                    Parsed { file: File { items }, comments, tokens, diagnostics }
                }
                Ok(_) | Err(_) => parsed,
            };
        }
    };
    let (items, mut diagnostics) = match Grammar::parse(Rule::bare_query, &scan.text) {
        Ok(pairs) => (builder.items(pairs, 0), scan.diagnostics),
        // The parse that got further is probably the intended one.
        Err(question) if at(&question) >= at(&statement) && scan.diagnostics.is_empty() => {
            let whole = Span::new(source, 0, text.len());
            let found = habit(&ScriptLines::of(text), whole).map(|(found, _)| found);
            let found = found.unwrap_or_else(|| syntax_error(source, &scan.text, 0, at(&question)));
            (Vec::new(), vec![found])
        }
        Err(_) => return parse(source, text),
    };
    diagnostics.append(&mut builder.diagnostics);
    Parsed { file: File { items }, comments: scan.comments, tokens: scan.tokens, diagnostics }
}

fn at(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// Parses each statement alone, so that one mistake hides no other, and so that pest keeps the tokens of one
/// statement at a time: they take a hundred bytes per byte of text.
fn statements(scan: &Prescan, text: &str, source: SourceId, builder: &mut Builder) -> Vec<Item> {
    let mut items = Vec::with_capacity(scan.statements.len());
    let known = scan.diagnostics.iter().filter_map(Diagnostic::span);
    let mut known: Vec<usize> = known.map(|span| span.start as usize).collect();
    known.sort_unstable();
    // End of the text that earlier messages cover.
    let mut read = 0;
    let lines = ScriptLines::of(text);
    // Each rule for a habit may read the whole script.
    let mut left_to_mend = MOST_READ_TO_MEND / text.len().max(1);
    for &(start, end) in &scan.statements {
        if scan.diagnostics.len() + builder.diagnostics.len() >= MOST_LISTED {
            break;
        }
        let piece = &scan.text[start..end];
        if piece.trim().is_empty() || start < read {
            continue;
        }
        match Grammar::parse(Rule::lone_item, piece) {
            Ok(pairs) => {
                let before = builder.diagnostics.len();
                let read_items = builder.items(pairs, start);
                let found = &builder.diagnostics[before..];
                match meant_otherwise(&lines, Span::new(source, start, end), found) {
                    Some((found, end)) => {
                        builder.diagnostics.truncate(before);
                        builder.report(found);
                        read = end;
                    }
                    None => items.extend(read_items),
                }
            }
            Err(error) => {
                let first = known.partition_point(|&at| at < start);
                if known.get(first).is_some_and(|&at| at < end) {
                    continue;
                }
                let habit =
                    (left_to_mend > 0).then(|| habit(&lines, Span::new(source, start, end)));
                left_to_mend = left_to_mend.saturating_sub(1);
                match habit.flatten() {
                    Some((found, end)) => {
                        builder.report(found);
                        read = end;
                    }
                    None => builder.report(syntax_error(source, piece, start, at(&error))),
                }
            }
        }
    }
    items
}

#[cfg(feature = "habits")]
/// Returns the message for a statement that the rules for habits of other languages can mend, and the end of the
/// statement. For a Python head, the indented lines below belong to the statement.
fn habit(lines: &ScriptLines<'_>, whole: Span) -> Option<(Diagnostic, usize)> {
    let text = lines.text();
    let statement = text.get(whole.range())?;
    let after = text.get(whole.end as usize..).unwrap_or_default();
    let context = Context::new(lines, after);
    let advised = |found: mend::Advice| {
        let start = whole.start as usize;
        let place = Span::new(whole.source, start, start + statement.trim_end().len());
        (mend::advice_message(place, found.message, found.help), whole.end as usize)
    };
    if let Some(found) = mend::advice(statement, &context) {
        let below = mend::block_without_counterpart(statement, &context).unwrap_or(0);
        return Some(advised(found)).map(|(found, end)| (found, end + below));
    }
    let Some(mended) = mend::mend(statement, &context) else {
        return mend::last_advice(statement, &context).map(advised);
    };
    let head = statement.trim_end();
    let below = head.ends_with(':') || head.starts_with("scenario") && !head.contains('{');
    let below = if below && mended.below == 0 { context.indented_length() } else { mended.below };
    let end = whole.end as usize + below;
    let whole = Span::new(whole.source, whole.start as usize, end);
    Some((mend::habit(whole, text.get(whole.range())?, &mended.message, &mended.text), end))
}

#[cfg(feature = "habits")]
/// Returns the message for a statement that the grammar reads, with a mistake or in another meaning, if it is a habit of
/// another language.
fn meant_otherwise(
    lines: &ScriptLines<'_>,
    whole: Span,
    found: &[Diagnostic],
) -> Option<(Diagnostic, usize)> {
    let meant = |one: &Diagnostic| {
        matches!(
            one.code,
            Code::SingleEquals | Code::EqualsForColon | Code::ColonForEquals | Code::UnknownClause
        )
    };
    let text = lines.text();
    let (statement, after) = (text.get(whole.range())?, text.get(whole.end as usize..)?);
    let context = Context::new(lines, after);
    if found.is_empty()
        && let Some(advice) = mend::silent_advice(statement, &context)
    {
        let start = whole.start as usize;
        let place = Span::new(whole.source, start, start + statement.trim_end().len());
        let found = mend::advice_message(place, advice.message, advice.help);
        return Some((found, whole.end as usize));
    }
    let mended = match found {
        [] => mend::mend_silent(statement, &context)?,
        _ => {
            found.iter().any(meant).then_some(())?;
            mend::mend_read(statement, &context)?
        }
    };
    let end = whole.end as usize + mended.below;
    let whole = Span::new(whole.source, whole.start as usize, end);
    Some((mend::habit(whole, text.get(whole.range())?, &mended.message, &mended.text), end))
}

/// Without the rules for habits nothing is looked up in the lines of a script.
#[cfg(not(feature = "habits"))]
struct ScriptLines;

#[cfg(not(feature = "habits"))]
impl ScriptLines {
    fn of(_: &str) -> Self {
        Self
    }
}

/// Without the rules for habits no statement of another language is known.
#[cfg(not(feature = "habits"))]
fn habit(_: &ScriptLines, _: Span) -> Option<(Diagnostic, usize)> {
    None
}

#[cfg(not(feature = "habits"))]
fn meant_otherwise(_: &ScriptLines, _: Span, _: &[Diagnostic]) -> Option<(Diagnostic, usize)> {
    None
}

fn syntax_error(source: SourceId, piece: &str, start: usize, at: usize) -> Diagnostic {
    let (before, found) = piece.split_at(at.min(piece.len()));
    let skipped = found.len() - found.trim_start_matches([' ', '\t']).len();
    let (at, found) = (before.len() + skipped, &found[skipped..]);
    let length = found.chars().next().map_or(0, |c| {
        let word = found.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(found.len());
        word.max(c.len_utf8())
    });
    // Signs of currencies and the like, which no rule could move.
    if let Some(c) = found.chars().next().filter(|c| !c.is_ascii() && !c.is_alphanumeric()) {
        return errors::odd_character(Span::new(source, start + at, start + at + length), c);
    }
    let last = piece.trim_end().len();
    let (from, to) =
        if found.trim().is_empty() { (last.saturating_sub(1), last) } else { (at, at + length) };
    errors::unexpected(Span::new(source, start + from, start + to), found, before)
}

/// Attaches to each statement the `##` comments on the lines just above it.
fn attach_docs(mut items: Vec<Item>, comments: &[Comment], text: &str) -> Vec<Item> {
    let docs: Vec<&Comment> = comments.iter().filter(|c| c.doc && c.own_line).collect();
    let mut next = 0;
    for item in &mut items {
        let start = item.span.start;
        let mut lines: Vec<&str> = Vec::new();
        let mut end: Option<usize> = None;
        while let Some(comment) = docs.get(next).filter(|comment| comment.span.start < start) {
            let gap = end.and_then(|end| text.get(end..comment.span.start as usize));
            if gap.is_none_or(|gap| line_ends(gap) > 1) {
                lines.clear();
            }
            lines.push(text[comment.span.range()].trim_start_matches('#').trim());
            end = Some(comment.span.end as usize);
            next += 1;
        }
        let near = end
            .and_then(|end| text.get(end..start as usize))
            .is_some_and(|gap| gap.trim().is_empty() && line_ends(gap) <= 1);
        if near {
            item.doc = lines.join("\n");
        }
        while docs.get(next).is_some_and(|comment| comment.span.start < item.span.end) {
            next += 1;
        }
    }
    items
}

/// Counts line ends: LF, CRLF and a lone CR each count as one.
fn line_ends(text: &str) -> usize {
    text.matches(['\n', '\r']).count() - text.matches("\r\n").count()
}

/// Parses a text that must be one expression; `span` is its place in the source.
pub fn parse_value(span: Span, text: &str) -> Option<super::ast::Expr> {
    let mut builder = Builder::new(span.source);
    builder.base = span.start as usize;
    let pair = Grammar::parse(Rule::value, text).ok()?.next()?;
    (pair.as_str().trim().len() == text.trim().len()).then(|| builder.value(pair))
}
