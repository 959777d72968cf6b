//! Rows of a table pasted from a spreadsheet, with a tab between the cells.

use super::line::begins_statement;
use super::token::{TokenKind, tokens};

/// Returns the offsets of the tabs between the cells of a line; None if the line is no such row. A row has no sign of a
/// field, an equation or a table of its own kind. The cells of a head may have units, as `food: mn USD`, except for the
/// first cell: a colon before the first tab is that of a field.
pub(super) fn tabs(line: &str) -> Option<Vec<usize>> {
    if begins_statement(line) {
        return None;
    }
    let (mut tabs, mut quoted, mut inner) = (Vec::new(), false, false);
    // The tabs since the last character of a cell.
    let mut trailing = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'\n' | b'\r' => break,
            b'#' if !quoted => {
                // Tabs before a comment are no cells.
                tabs.truncate(tabs.len() - trailing);
                break;
            }
            b':' if !quoted && inner && trailing == 0 => {}
            b':' | b'=' | b'{' | b'}' | b'|' if !quoted => return None,
            b'\t' if !quoted => {
                tabs.push(at);
                trailing += 1;
            }
            b' ' => {}
            _ => {
                quoted ^= byte == b'"';
                inner |= !tabs.is_empty();
                trailing = 0;
            }
        }
    }
    inner.then_some(tabs)
}

/// Writes each row pasted from a spreadsheet, `China` tab `5`, as `| China | 5 |`; None if the text has no such row. The
/// formatter needs it: it writes blanks between tokens, which would join the cells. `scanned` is the text of the
/// prescan, which has `|` in place of the tabs between cells.
pub(super) fn barred(text: &str, scanned: &str) -> Option<String> {
    let is_bar = |at: usize| text.as_bytes()[at] == b'\t' && scanned.as_bytes()[at] == b'|';
    let mut out = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    for line in text.split_inclusive(['\n', '\r']) {
        let bars: Vec<usize> =
            (at..at + line.len()).filter(|&at| is_bar(at)).map(|bar| bar - at).collect();
        at += line.len();
        let Some(&last) = bars.last() else {
            out.push_str(line);
            continue;
        };
        found = true;
        let cells_end = tokens(&line[last..])
            .iter()
            .find(|token| matches!(token.kind, TokenKind::Comment | TokenKind::LineEnd))
            .map_or(line.len(), |token| last + token.start);
        let mut from = 0;
        for bar in bars.into_iter().chain([cells_end]) {
            out.push_str("| ");
            out.push_str(&line[from..bar]);
            from = bar + 1;
        }
        out.push_str(" | ");
        out.push_str(&line[cells_end..]);
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::tabs;

    #[test]
    fn a_row_has_tabs_between_its_cells_and_no_sign_of_a_field() {
        assert_eq!(tabs("China\t5\t6\nnext"), Some(vec![5, 7]));
        assert_eq!(tabs("\"a\tb: c\"\t5\t\t6"), Some(vec![8, 10, 11]));
        assert_eq!(tabs("China\t5\t\t"), Some(vec![5, 7, 8]));
        assert_eq!(tabs("China\t5\t# of 2024"), Some(vec![5]));
        assert_eq!(tabs("sector\tbase: mn USD\tgrowth"), Some(vec![6, 19]));
        for line in ["rate:\t5%", "rate\t: 5%", "rate\t= 5%", "China\t", "China\t# 5", "China 5"] {
            assert_eq!(tabs(line), None, "{line}");
        }
    }
}
