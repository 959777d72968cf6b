//! Mistakes that are hidden by those of other lines.
//!
//! In: the mistakes of a text after their edits were followed, and the mistakes of a changed text. Out: the same
//! mistakes, and those that are left in other lines once all edits are followed.
//!
//! A text is checked only if the parser can read all of it. Without this step, a user mends one line and then meets the
//! mistake of the next one.

use super::follow::{EditedLines, blocks, joined};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// Maximum length in bytes of a text that is read again.
const LONGEST: usize = 64 << 10;

/// Adds the mistakes of lines that no edit changes. `again` returns the mistakes of a changed text.
pub(super) fn uncover(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    // A text that the parser can read is checked as a whole.
    let unread = found.iter().any(|one| one.code == Code::Syntax);
    if text.len() > LONGEST || !unread {
        return;
    }
    let blocks = blocks(found, source, text);
    let mended: usize = blocks.iter().map(|block| block.mistakes.len()).sum();
    // A line that stays wrong would hide the others again.
    if mended == 0 || mended < found.iter().filter(|one| one.is_error()).count() {
        return;
    }
    let (whole, _) = joined(text, &blocks);
    let left = again(&whole);
    let moved = left.into_iter().filter(Diagnostic::is_error);
    for one in moved.filter_map(|one| moved_back(one, source, &blocks)) {
        let start = |one: &Diagnostic| one.span().map(|span| span.start);
        let later = |other: &Diagnostic| start(other) > start(&one);
        let at = found.iter().position(later).unwrap_or(found.len());
        found.insert(at, one);
    }
}

/// Returns a mistake of the changed text with its places in the text before, if the edits changed none of them.
fn moved_back(mut one: Diagnostic, source: SourceId, blocks: &[EditedLines]) -> Option<Diagnostic> {
    one.span()?;
    let labels = one.labels.iter_mut().map(|label| &mut label.span);
    for span in labels.chain(one.fixes.iter_mut().map(|fix| &mut fix.span)) {
        *span = place_before(*span, source, blocks)?;
    }
    Some(one)
}

/// Returns the place in the text before the edits that has moved to `span`.
fn place_before(span: Span, source: SourceId, blocks: &[EditedLines]) -> Option<Span> {
    let range = span.range();
    // How far the blocks before this one have moved the text: bytes added, and bytes removed.
    let (mut added, mut removed) = (0, 0);
    for block in blocks {
        let start = block.lines.start + added - removed;
        if range.end < start {
            break;
        }
        if range.start <= start + block.text.len() {
            return None;
        }
        added += block.text.len();
        removed += block.lines.len();
    }
    let back = |at: usize| at + removed - added;
    (span.source == source).then(|| Span::new(source, back(range.start), back(range.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_behind_edits_are_found_in_the_text_before() {
        let source = SourceId(0);
        let text = "ab\nlong line\nc\nd\n";
        let edit = |start, end, new: &str| {
            let span = Span::new(source, start, end);
            Diagnostic::error(Code::Syntax, "wrong").at(span, "").fix(span, new)
        };
        let mut found = vec![edit(0, 2, "longer"), edit(3, 12, "x")];
        uncover(&mut found, source, text, |whole| {
            assert_eq!(whole, "longer\nx\nc\nd\n");
            vec![edit(7, 8, ""), edit(11, 12, "D")]
        });
        let places: Vec<_> = found.iter().filter_map(Diagnostic::span).collect();
        assert_eq!(places, [(0, 2), (3, 12), (15, 16)].map(|(a, b)| Span::new(source, a, b)));
        assert_eq!(found.last().map(|one| one.fixes.len()), Some(1));
    }
}
