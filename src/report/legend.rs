//! Legends in a terminal: names beside the ends of the lines, or a list below the chart.

use super::canvas::SHARED;
use super::page::{Page, cut, width};

/// Blanks between names in a list.
const GAP: &str = "   ";
/// Minimum width of names in columns of the terminal.
const NARROWEST: usize = 9;

/// Mark and name of a line in a legend.
#[derive(Debug, Clone)]
pub(super) struct LineKey {
    /// Index of the line in its chart, which determines the colour.
    pub(super) number: usize,
    pub(super) mark: char,
    pub(super) name: String,
}

impl LineKey {
    fn text(&self) -> String {
        format!("{} {}", self.mark, self.name)
    }

    /// Returns mark and name in the line's colour.
    pub(super) fn styled(&self, page: Page) -> String {
        page.series(self.number, &self.text())
    }
}

/// Returns the row of each name for lines that end at these heights (in rows from the top): as near to its
/// height as the other names allow, with one name per row. There must be at least as many rows as names.
pub(super) fn rows_beside(heights: &[f64], rows: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    let height = |name: usize| heights.get(name).copied().unwrap_or(0.0);
    order.sort_by(|&a, &b| height(a).total_cmp(&height(b)));
    let mut free = 0;
    let mut placed: Vec<(usize, usize)> = Vec::new();
    for name in order {
        let row = (height(name).round() as usize).max(free);
        placed.push((name, row));
        free = row + 1;
    }
    // A name that does not fit at the bottom pushes the names above it upwards.
    let mut limit = rows;
    for (_, row) in placed.iter_mut().rev() {
        limit = limit.saturating_sub(1);
        *row = (*row).min(limit);
        limit = *row;
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, row)| row).collect()
}

/// Renders the keys side by side, as many per line as fit; at the end explains the shared mark if it was
/// used.
pub(super) fn below(keys: &[&LineKey], shared: bool, page: Page, room: usize) -> Vec<String> {
    let cut = |key: &&LineKey| {
        let text = cut(&key.text(), room.max(NARROWEST));
        (page.series(key.number, &text), width(&text))
    };
    let several = shared.then(|| format!("{SHARED} several at one point"));
    let several = several.map(|text| (text.clone(), width(&text)));
    let mut lines: Vec<(String, usize)> = Vec::new();
    for (text, size) in keys.iter().map(cut).chain(several) {
        match lines.last_mut() {
            Some((line, used)) if *used + width(GAP) + size <= room => {
                line.push_str(GAP);
                line.push_str(&text);
                *used += width(GAP) + size;
            }
            _ => lines.push((text, size)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_room_for_each_other() {
        assert_eq!(rows_beside(&[4.0, 0.0, 9.0], 10), [4, 0, 9]);
        assert_eq!(rows_beside(&[4.4, 4.0, 3.6], 10), [6, 5, 4]);
        assert_eq!(rows_beside(&[9.0, 9.0, 8.0], 10), [8, 9, 7]);
        assert_eq!(rows_beside(&[0.0, 0.0], 2), [0, 1]);
        assert!(rows_beside(&[], 10).is_empty());
    }

    #[test]
    fn keys_flow_into_lines() {
        let key = |number, mark, name: &str| LineKey { number, mark, name: name.to_owned() };
        let keys = [key(0, '●', "baseline"), key(1, '■', "corridor"), key(2, '▲', "localisation")];
        let keys: Vec<&LineKey> = keys.iter().collect();
        let page = Page { width: 30, colour: false, errors: false };
        let lines = below(&keys, true, page, 30);
        assert_eq!(lines, ["● baseline   ■ corridor", "▲ localisation", "✱ several at one point"]);
        assert_eq!(below(&keys, false, page, 1).len(), 3);
    }
}
