//! Sets rows and columns of text: the layout under tables and comparisons.
//!
//! Labels are on the left, all cells are right-aligned under their headings. Columns that share a
//! group have its name above them. A grid wider than the page is set in blocks of columns, each with
//! the labels and headings repeated; labels are broken before columns are.

use std::ops::Range;

use super::number::MISSING;
use super::page::{Page, cut, left, right, width, wrap};

/// Number of blanks between columns.
const GAP: usize = 2;
/// Additional indentation of the second and later lines of a label, in columns.
const INDENT: usize = 2;
/// Minimum width of labels in columns of the terminal.
const NARROWEST_LABEL: usize = 12;
/// Minimum width of headings in columns of the terminal.
const NARROWEST_HEADING: usize = 8;

/// A table of text: rows, columns and their heads.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

/// The head of a column, with its group.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Name of the group, printed once above its adjacent columns; empty without a group.
    pub(super) group: String,
    pub(super) heading: String,
}

/// A row of a table, or a rule between rows.
#[derive(Debug)]
pub(super) enum Row {
    /// A label and a text for each column.
    Cells(String, Vec<String>),
    /// A thin horizontal rule.
    Rule,
}

/// Widths of the label and of each column.
struct Widths {
    label: usize,
    columns: Vec<usize>,
}

impl Grid {
    /// Renders the table as lines of text.
    pub(super) fn lines(&self, page: Page) -> Vec<String> {
        let widths = self.widths(page.width);
        let mut lines = Vec::new();
        for block in self.blocks(&widths, page.width) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            self.block(&block, &widths, page, &mut lines);
        }
        lines
    }

    fn widths(&self, page: usize) -> Widths {
        let labels = self.rows.iter().filter_map(|row| match row {
            Row::Cells(label, _) => Some(width(label)),
            Row::Rule => None,
        });
        let longest = labels.max().unwrap_or(0);
        let shortest = longest.min(NARROWEST_LABEL);
        let widest_heading = page.saturating_sub(shortest + GAP).max(NARROWEST_HEADING);
        let columns = self.columns.iter().enumerate().map(|(at, column)| {
            width(&column.heading).min(widest_heading).max(self.widest_cell(at))
        });
        let mut columns: Vec<usize> = columns.collect();
        self.make_room_for_groups(&mut columns, widest_heading);
        let rest = page.saturating_sub(columns.iter().map(|column| column + GAP).sum());
        // All columns stay beside the labels if no word of a label has to be broken; else the columns are set
        // in blocks.
        let label = if rest >= self.longest_word() { rest } else { (page / 2).max(shortest) };
        let label = label.min(longest);
        Widths { label, columns }
    }

    /// Returns the width of the longest word in the labels, with the indent of a second line.
    fn longest_word(&self) -> usize {
        let words = self.rows.iter().flat_map(|row| match row {
            Row::Cells(label, _) => label.split_whitespace().map(width).max(),
            Row::Rule => None,
        });
        words.max().unwrap_or(0).max(NARROWEST_LABEL) + INDENT
    }

    fn widest_cell(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(_, cells) => cells.get(column).map(|cell| width(cell)),
            Row::Rule => None,
        });
        cells.max().unwrap_or(0).max(width(MISSING))
    }

    /// Widens the first column of each group whose name is wider than its columns.
    fn make_room_for_groups(&self, columns: &mut [usize], widest: usize) {
        for group in self.groups(0..columns.len()) {
            let name = self.columns.get(group.start).map_or(0, |column| width(&column.group));
            let Some(members) = columns.get_mut(group) else { continue };
            let missing = name.min(widest).saturating_sub(span(members));
            if let Some(first) = members.first_mut() {
                *first += missing;
            }
        }
    }

    /// Returns the ranges of adjacent columns with the same group.
    fn groups(&self, block: Range<usize>) -> Vec<Range<usize>> {
        let columns = self.columns.get(block.clone()).unwrap_or(&[]);
        let mut start = block.start;
        let runs = columns.chunk_by(|a, b| a.group == b.group).map(|run| {
            let range = start..start + run.len();
            start = range.end;
            range
        });
        runs.collect()
    }

    /// Divides the columns into as few blocks as fit the page, of about the same width.
    fn blocks(&self, widths: &Widths, page: usize) -> Vec<Range<usize>> {
        let widest = page.saturating_sub(widths.label + GAP).min(span(&widths.columns));
        let mut blocks = self.packed(widths, widest, widest);
        for room in (0..widest).rev() {
            let narrower = self.packed(widths, widest, room);
            if narrower.len() != blocks.len() {
                break;
            }
            blocks = narrower;
        }
        blocks
    }

    /// Divides the columns into blocks at most `room` characters wide; splits a group of columns only if it is wider than
    /// `widest`.
    fn packed(&self, widths: &Widths, widest: usize, room: usize) -> Vec<Range<usize>> {
        let fits = |range: Range<usize>, room: usize| {
            widths.columns.get(range).is_some_and(|some| span(some) <= room)
        };
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for group in self.groups(0..self.columns.len()) {
            let has_name = self.columns.get(group.start).is_some_and(|some| !some.group.is_empty());
            let stays_whole = has_name && fits(group.clone(), widest);
            let pieces =
                if stays_whole { vec![group] } else { group.map(|at| at..at + 1).collect() };
            for piece in pieces {
                match blocks.last_mut() {
                    Some(last) if fits(last.start..piece.end, room) => last.end = piece.end,
                    _ => blocks.push(piece),
                }
            }
        }
        blocks
    }

    fn block(&self, block: &Range<usize>, widths: &Widths, page: Page, lines: &mut Vec<String>) {
        let columns = self.columns.get(block.clone()).unwrap_or(&[]);
        let sizes = widths.columns.get(block.clone()).unwrap_or(&[]);
        if columns.iter().any(|column| !column.group.is_empty()) {
            lines.push(self.group_line(block, widths, page));
        }
        let headings = columns.iter().zip(sizes).map(|(column, &size)| cut(&column.heading, size));
        lines.push(line("", widths.label, sizes, headings));
        let rule = page.faint(&"─".repeat(widths.label + GAP + span(sizes)));
        lines.push(rule.clone());
        for row in &self.rows {
            let Row::Cells(label, cells) = row else {
                lines.push(rule.clone());
                continue;
            };
            let own = label.len() - label.trim_start().len();
            let mut label = wrap(label, widths.label, own + INDENT).into_iter();
            let cells = block.clone().map(|at| cells.get(at).map_or(MISSING, String::as_str));
            let cells = cells.map(str::to_owned);
            lines.push(line(&label.next().unwrap_or_default(), widths.label, sizes, cells));
            lines.extend(label);
        }
    }

    /// Renders the line of group names, with a rule over the remaining width of each group.
    fn group_line(&self, block: &Range<usize>, widths: &Widths, page: Page) -> String {
        let mut text = " ".repeat(widths.label);
        for group in self.groups(block.clone()) {
            let name = self.columns.get(group.start).map_or("", |column| column.group.as_str());
            let room = widths.columns.get(group).map_or(0, span);
            let name = cut(name, room);
            let rest = room.saturating_sub(width(&name) + 1);
            let filled = room - rest - width(&name);
            text.push_str(&" ".repeat(GAP));
            text.push_str(&format!(
                "{name}{}{}",
                " ".repeat(filled),
                page.faint(&"─".repeat(rest))
            ));
        }
        text
    }
}

/// Returns the total width of adjacent columns.
fn span(columns: &[usize]) -> usize {
    columns.iter().sum::<usize>() + GAP * columns.len().saturating_sub(1)
}

fn line(
    label: &str,
    label_width: usize,
    sizes: &[usize],
    cells: impl Iterator<Item = String>,
) -> String {
    let mut text = left(label, label_width);
    for (cell, &size) in cells.zip(sizes) {
        text.push_str(&" ".repeat(GAP));
        text.push_str(&right(&cell, size));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(columns: &[(&str, &str)], labels: &[&str]) -> Grid {
        let columns = columns.iter().map(|&(group, heading)| Column {
            group: group.to_owned(),
            heading: heading.to_owned(),
        });
        let columns: Vec<_> = columns.collect();
        let cells = |label: &&str| {
            let cells = (0..columns.len()).map(|n| format!("-{n}.25"));
            Row::Cells((*label).to_owned(), cells.collect())
        };
        let rows = labels.iter().map(cells).collect();
        Grid { rows, columns }
    }

    fn set(grid: &Grid, width: usize) -> String {
        grid.lines(Page { width, colour: false, errors: false }).join("\n")
    }

    #[test]
    fn blocks_repeat_the_labels_and_keep_groups_whole() {
        let columns =
            [("machinery", "low"), ("machinery", "high"), ("metals", "low"), ("metals", "high")];
        insta::assert_snapshot!(set(&grid(&columns, &["2024", "2025"]), 28), @r"
          machinery ──
            low   high
    ──────────────────
    2024  -0.25  -1.25
    2025  -0.25  -1.25

          metals ─────
            low   high
    ──────────────────
    2024  -2.25  -3.25
    2025  -2.25  -3.25
    ");
    }

    #[test]
    fn labels_are_broken_before_columns_are() {
        let columns = [("", "localisation"), ("", "corridor")];
        let labels = ["difference", "solar: Photovoltaic modules"];
        insta::assert_snapshot!(set(&grid(&columns, &labels), 44), @r"
                          localisation  corridor
    ────────────────────────────────────────────
    difference                   -0.25     -1.25
    solar: Photovoltaic          -0.25     -1.25
      modules
    ");
    }

    #[test]
    fn every_line_fits_where_it_can() {
        let columns = [("出口", "基準"), ("出口", "自由化"), ("a very long name", "x"), ("", "y")];
        let grid = grid(&columns, &["2024", "équipement"]);
        for page in 26..90 {
            for line in grid.lines(Page { width: page, colour: false, errors: false }) {
                assert!(width(&line) <= page, "{page}: {line}");
            }
        }
        for page in [0, 1, 2, 10] {
            assert!(!grid.lines(Page { width: page, colour: true, errors: false }).is_empty());
        }
    }
}
