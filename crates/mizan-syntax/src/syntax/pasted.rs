//! Rows of a table pasted from a spreadsheet, with a tab between the cells.

use super::line::begins_statement;

/// Returns the offsets of the tabs between the cells of a line; None if the line is no such row. A row has no sign of a
/// field, an equation or a table of its own kind.
pub(super) fn tabs(line: &str) -> Option<Vec<usize>> {
    if begins_statement(line) {
        return None;
    }
    let (mut tabs, mut quoted, mut inner) = (Vec::new(), false, false);
    let mut trailing = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'\n' | b'\r' => break,
            b'#' if !quoted => {
                // Tabs before a comment are no cells.
                tabs.truncate(tabs.len() - trailing);
                break;
            }
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

#[cfg(test)]
mod tests {
    use super::tabs;

    #[test]
    fn a_row_has_tabs_between_its_cells_and_no_sign_of_a_field() {
        assert_eq!(tabs("China\t5\t6\nnext"), Some(vec![5, 7]));
        assert_eq!(tabs("\"a\tb: c\"\t5\t\t6"), Some(vec![8, 10, 11]));
        assert_eq!(tabs("China\t5\t\t"), Some(vec![5, 7, 8]));
        assert_eq!(tabs("China\t5\t# of 2024"), Some(vec![5]));
        for line in ["rate:\t5%", "rate\t= 5%", "China\t", "China\t# 5", "China 5"] {
            assert_eq!(tabs(line), None, "{line}");
        }
    }
}
