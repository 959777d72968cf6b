//! A table with its texts: the common input of the terminal, pages, Markdown and LaTeX.

use super::grid::Grid;
use super::page::Page;

/// A table with its heading and its sentence.
#[derive(Debug, Default)]
pub(super) struct Titled {
    /// Heading of the table: description, year and unit.
    pub(super) title: String,
    /// Remarks between heading and table.
    pub(super) remarks: Vec<String>,
    /// The table; without columns if there are no values.
    pub(super) grid: Grid,
    /// The answer in words, below the table; empty for none.
    pub(super) sentence: String,
}

impl Titled {
    /// Renders the table for a terminal.
    pub(super) fn lines(&self, page: Page) -> Vec<String> {
        let title = page.wrapped(&self.title, 2);
        let mut lines: Vec<String> = title.iter().map(|line| page.title(line)).collect();
        lines.extend(self.remarks.iter().flat_map(|remark| page.wrapped(remark, 2)));
        if !self.grid.columns.is_empty() {
            lines.push(String::new());
            lines.extend(self.grid.lines(page));
        }
        if !self.sentence.is_empty() {
            lines.push(String::new());
            lines.extend(page.wrapped(&self.sentence, 0));
        }
        lines
    }
}
