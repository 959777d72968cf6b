//! Follows the edits of messages until their lines have no mistake.
//!
//! In: the mistakes of a text, and the mistakes of a changed text. Out: the same mistakes. If a line has a further
//! mistake after the edit of its message, the edit mends that one too, or a note names it.
//!
//! A line in another language has several habits, of which the parser finds the first and the checker the next:
//! `gen y = exports * 2` lacks the word `var`, an index and a unit.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Fix, edit_in_words};
use crate::source::{SourceId, Span};

/// Maximum length in bytes of a text whose edits are followed, because each round reads the text again.
const LONGEST: usize = 64 << 10;
/// Maximum number of edits of a line.
const ROUNDS: usize = 8;

/// Whole lines that the edits of one or several mistakes change.
pub(super) struct EditedLines {
    /// Byte range of the lines in the text.
    pub(super) lines: Range<usize>,
    /// Indices of the mistakes whose edits change the lines; the first one gets the joint edit.
    pub(super) mistakes: Vec<usize>,
    /// The lines after all edits.
    pub(super) text: String,
    /// True if the lines had a further mistake with an edit.
    followed: bool,
    /// A further mistake without an edit.
    left: Option<Diagnostic>,
    /// Messages of further mistakes whose edits remove something.
    removed: Vec<String>,
}

/// Completes the edits of `found`, the mistakes of `text`. `again` returns the mistakes of a changed text.
pub(super) fn follow(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    if text.len() > LONGEST {
        return;
    }
    without_taken(found, source, text);
    let mut blocks = blocks(found, source, text);
    for _ in 0..ROUNDS {
        if blocks.is_empty() {
            return;
        }
        let (whole, places) = joined(text, &blocks);
        let left: Vec<Diagnostic> =
            again(&whole).into_iter().filter(Diagnostic::is_error).collect();
        let mut changed = false;
        for (block, place) in blocks.iter_mut().zip(places) {
            changed |= block.step(&left, source, place);
        }
        if !changed {
            break;
        }
    }
    for block in blocks {
        block.complete(found, source, text);
    }
}

/// Leaves out the mistakes of lines that a name taken by a library is renamed in: they are about the library's quantity.
/// After the new name the lines are read again.
fn without_taken(found: &mut Vec<Diagnostic>, source: SourceId, text: &str) {
    let taken = |one: &Diagnostic| one.code == Code::Duplicate && !one.fixes.is_empty();
    let renamed: Vec<Range<usize>> = found
        .iter()
        .filter(|one| taken(one))
        .flat_map(|one| &one.fixes)
        .filter(|fix| fix.span.source == source && text.get(fix.span.range()).is_some())
        .map(|fix| lines_of(text, fix.span.range().start, fix.span.range().end))
        .collect();
    if renamed.is_empty() {
        return;
    }
    found.retain(|one| {
        let place = one.span().filter(|span| span.source == source && one.is_error());
        let start = place.map(|span| span.range().start);
        taken(one) || !start.is_some_and(|start| renamed.iter().any(|lines| lines.contains(&start)))
    });
}

/// Returns the lines that the edits change; edits of the same lines are in one block.
pub(super) fn blocks(found: &[Diagnostic], source: SourceId, text: &str) -> Vec<EditedLines> {
    let mut parts: Vec<(Range<usize>, usize)> = Vec::new();
    for (n, mistake) in found.iter().enumerate().filter(|(_, mistake)| mistake.is_error()) {
        let inside = |fix: &Fix| fix.span.source == source && text.get(fix.span.range()).is_some();
        if mistake.fixes.is_empty() || !mistake.fixes.iter().all(inside) {
            continue;
        }
        let start = mistake.fixes.iter().map(|fix| fix.span.range().start).min().unwrap_or(0);
        let end = mistake.fixes.iter().map(|fix| fix.span.range().end).max().unwrap_or(0);
        let mut lines = lines_of(text, start, end);
        // A sign inside a pasted table: the table is one statement.
        if mistake.code == Code::LookalikeCharacter {
            lines = statement_around(text, lines);
        }
        parts.push((lines, n));
    }
    parts.sort_by_key(|(lines, n)| (lines.start, *n));
    let mut blocks: Vec<EditedLines> = Vec::new();
    for (lines, n) in parts {
        match blocks.last_mut().filter(|last| lines.start < last.lines.end) {
            Some(last) => {
                last.lines.end = last.lines.end.max(lines.end);
                last.mistakes.push(n);
            }
            None => blocks.push(EditedLines {
                lines,
                mistakes: vec![n],
                text: String::new(),
                followed: false,
                left: None,
                removed: Vec::new(),
            }),
        }
    }
    for block in &mut blocks {
        block.mistakes.sort_unstable();
        let fixes = block.mistakes.iter().filter_map(|&n| found.get(n)).flat_map(|one| &one.fixes);
        let was = text.get(block.lines.clone()).unwrap_or_default();
        block.text = edited(was, block.lines.start, fixes);
    }
    blocks
}

/// Widens lines inside braces to all lines of the braces.
fn statement_around(text: &str, lines: Range<usize>) -> Range<usize> {
    let before = text.get(..lines.start).unwrap_or_default();
    let (mut open, mut depth) = (None, 0_usize);
    for (at, c) in before.char_indices() {
        match c {
            '{' => {
                open = open.or(Some(at));
                depth += 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                open = open.filter(|_| depth > 0);
            }
            _ => {}
        }
    }
    let Some(open) = open else { return lines };
    let mut depth = 0_usize;
    let rest = text.get(open..).unwrap_or_default().char_indices();
    let close = rest.into_iter().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return None,
        }
        (depth == 0).then_some(open + at)
    });
    match close {
        Some(close) => lines_of(text, open, close + 1),
        None => lines,
    }
}

/// Widens a range to whole lines, without the last line end.
fn lines_of(text: &str, start: usize, end: usize) -> Range<usize> {
    let before = text.get(..start).and_then(|before| before.rfind('\n'));
    let ends_line = end > start && text.get(..end).is_some_and(|part| part.ends_with('\n'));
    let end = if ends_line { end - 1 } else { end };
    let rest = text.get(end..).and_then(|rest| rest.find('\n'));
    before.map_or(0, |at| at + 1)..rest.map_or(text.len(), |at| end + at)
}

/// Applies edits to a part of a text that begins at byte `start`; leaves out edits that overlap a later one.
pub(super) fn edited<'a>(part: &str, start: usize, fixes: impl Iterator<Item = &'a Fix>) -> String {
    let mut fixes: Vec<&Fix> = fixes.collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    let (mut out, mut before) = (part.to_owned(), usize::MAX);
    for fix in fixes {
        let range = fix.span.range();
        if range.start < start || range.end > before {
            continue;
        }
        before = range.start;
        let (from, to) = (range.start - start, range.end - start);
        if out.get(from..to).is_some() {
            out.replace_range(from..to, &fix.replacement);
        }
    }
    out
}

/// Returns the text with the blocks in it, and the place of each block.
pub(super) fn joined(text: &str, blocks: &[EditedLines]) -> (String, Vec<Range<usize>>) {
    let (mut whole, mut places, mut end) = (String::new(), Vec::new(), 0);
    for block in blocks {
        whole.push_str(text.get(end..block.lines.start).unwrap_or_default());
        places.push(whole.len()..whole.len() + block.text.len());
        whole.push_str(&block.text);
        end = block.lines.end;
    }
    whole.push_str(text.get(end..).unwrap_or_default());
    (whole, places)
}

impl EditedLines {
    /// Applies the edits of the mistakes at `place`, where the block is now; returns true if there are any.
    fn step(&mut self, found: &[Diagnostic], source: SourceId, place: Range<usize>) -> bool {
        let inside = |span: Span| {
            span.source == source
                && place.start <= span.range().start
                && span.range().end <= place.end
        };
        let here: Vec<&Diagnostic> =
            found.iter().filter(|found| found.span().is_some_and(inside)).collect();
        let mends = |found: &&&Diagnostic| {
            !found.fixes.is_empty() && found.fixes.iter().all(|fix| inside(fix.span))
        };
        self.left = None;
        // One mistake of each line: the next one may be gone after the edit.
        let (mut fixes, mut mended): (Vec<&Fix>, Vec<usize>) = (Vec::new(), Vec::new());
        for one in here.iter().filter(mends) {
            let at = one.fixes.iter().map(|fix| fix.span.range().start - place.start).min();
            let line = self.text.get(..at.unwrap_or(0)).unwrap_or_default().matches('\n').count();
            if !mended.contains(&line) {
                mended.push(line);
                fixes.extend(&one.fixes);
                if one.fixes.iter().any(|fix| fix.replacement.trim().is_empty()) {
                    self.removed.push(one.message.clone());
                }
            }
        }
        if fixes.is_empty() {
            self.left = here.first().map(|&left| left.clone());
            return false;
        }
        let next = edited(&self.text, place.start, fixes.into_iter());
        let changed = next != self.text;
        self.text = next;
        self.followed |= changed;
        changed
    }

    /// Returns the message about a word of a query that has no meaning, at its place in the text: the edit of a mistake
    /// that takes the word for a value leads nowhere.
    fn unknown_word(
        &self,
        mistake: &Diagnostic,
        source: SourceId,
        text: &str,
    ) -> Option<Diagnostic> {
        let left = self.left.as_ref().filter(|left| left.code == Code::UnknownName)?;
        let was = text.get(self.lines.clone())?;
        let query = ["show ", "chart ", "compare ", "why "];
        let query = query.iter().any(|word| was.trim_start().starts_with(word));
        (query && mistake.code == Code::Syntax && left.fixes.is_empty()).then_some(())?;
        let word = left.message.split('`').nth(1)?;
        let names = |&(at, _): &(usize, &str)| {
            let ends = |part: Option<&str>, last: fn(&str) -> Option<char>| {
                !part.and_then(last).is_some_and(|c| c.is_alphanumeric() || c == '_')
            };
            ends(was.get(..at), |part| part.chars().next_back())
                && ends(was.get(at + word.len()..), |part| part.chars().next())
        };
        let (at, _) = was.match_indices(word).find(names)?;
        let start = self.lines.start + at;
        let place = Span::new(source, start, start + word.len());
        let label = left.labels.first().map_or("", |label| &label.text);
        let found = Diagnostic::error(Code::UnknownName, left.message.clone()).at(place, label);
        Some(Diagnostic { help: left.help.clone(), notes: left.notes.clone(), ..found })
    }

    /// Gives the joint edit to the first of the block's mistakes.
    fn complete(self, found: &mut [Diagnostic], source: SourceId, text: &str) {
        let was = text.get(self.lines.clone()).unwrap_or_default();
        for (nth, &n) in self.mistakes.iter().enumerate() {
            let Some(mistake) = found.get_mut(n) else { continue };
            // An edit that cannot be read is no help.
            if let Some(left) = self.left.as_ref().filter(|left| left.code == Code::Syntax)
                && left.message != mistake.message
            {
                mistake.fixes.clear();
                mistake.help = if nth == 0 { left.help.clone() } else { Vec::new() };
                continue;
            }
            if nth == 0
                && let Some(unknown) = self.unknown_word(mistake, source, text)
            {
                *mistake = unknown;
                continue;
            }
            // A lever with missing fields is one form, with the fields that are given.
            if nth == 0
                && let Some(left) = self.left.as_ref().filter(|left| is_form(left))
                && left.message != mistake.message
            {
                mistake.help.clone_from(&left.help);
                mistake.notes.push(format!("after this edit, {}", left.message));
                mistake.fixes.clear();
                continue;
            }
            if nth == 0
                && let Some(left) = &self.left
                && left.message != mistake.message
            {
                let help = left.help.first().map(|help| format!("; {help}")).unwrap_or_default();
                mistake.notes.push(format!("after this edit, {}{help}", left.message));
            }
            if !self.followed {
                continue;
            }
            mistake.fixes.clear();
            if nth > 0 {
                continue;
            }
            mistake.notes.extend(
                self.removed.iter().map(|message| format!("the edit leaves out: {message}")),
            );
            let span = Span::new(source, self.lines.start, self.lines.end);
            mistake.fixes.push(Fix { span, replacement: self.text.clone() });
            mistake.help.truncate(1);
            let help = edit_in_words(was, &self.text);
            match mistake.help.first_mut() {
                Some(first) => *first = help,
                None => mistake.help.push(help),
            }
        }
    }
}

/// True for a message whose help is a whole lever with a place for each missing field.
fn is_form(found: &Diagnostic) -> bool {
    let form = |help: &String| help.starts_with("write\n") && help.contains(": ...");
    found.code == Code::MissingField && found.help.first().is_some_and(form)
}
