//! A canvas of characters for a chart.
//!
//! Lines are drawn in dots, eight in a character (Braille patterns), and cross in a character without hiding each
//! other. Lines cover shades, and marks cover both. A character with marks of several lines shows [`SHARED`]. Points
//! outside the canvas are not drawn.

use super::page::Page;

/// Character for a position with marks of several lines.
pub(super) const SHARED: char = '✱';
/// Number of dots in a character, from left to right.
const DOTS_ACROSS: usize = 2;
/// Number of dots in a character, from top to bottom.
const DOTS_DOWN: usize = 4;

/// Bit of each dot of a Braille character, by row and column.
const DOTS: [[u8; DOTS_ACROSS]; DOTS_DOWN] =
    [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const BRAILLE: u32 = 0x2800;

/// Points of a line: column, and height in rows from the top; None for a missing value.
pub(super) type Points = Vec<Option<(usize, f64)>>;

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    ground: Option<char>,
    dots: u8,
    shade: Option<char>,
    mark: Option<char>,
    /// The line that drew the character; None if several lines have marks there.
    owner: Option<usize>,
}

impl Cell {
    fn character(self) -> char {
        let dots =
            (self.dots != 0).then(|| char::from_u32(BRAILLE + u32::from(self.dots))).flatten();
        self.mark.or(dots).or(self.shade).or(self.ground).unwrap_or(' ')
    }
}

/// A canvas of characters with their colours.
#[derive(Debug)]
pub(super) struct Canvas {
    columns: usize,
    cells: Vec<Cell>,
}

impl Canvas {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        let columns = columns.max(1);
        Self { columns, cells: vec![Cell::default(); columns * rows] }
    }

    /// Fills a row with a background character, which lines, shades and marks cover.
    pub(super) fn ground(&mut self, row: usize, character: char) {
        for column in 0..self.columns {
            if let Some(cell) = self.at(column, row) {
                cell.ground = Some(character);
            }
        }
    }

    /// Shades a cell; lines and marks cover the shade.
    pub(super) fn shade(&mut self, column: usize, row: usize, shade: char, owner: usize) {
        if let Some(cell) = self.at(column, row) {
            cell.shade = Some(shade);
            cell.owner = Some(owner);
        }
    }

    /// Draws a line through points; a missing point interrupts the line.
    pub(super) fn path(&mut self, points: &Points, owner: usize) {
        for pair in points.windows(2) {
            if let [Some(from), Some(to)] = pair {
                self.line(dot(*from), dot(*to), owner);
            }
        }
    }

    /// Draws a line between two dots, given in dots from the left and from the top.
    fn line(&mut self, from: (usize, usize), to: (usize, usize), owner: usize) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
        for step in 0..=steps {
            let x = between(from.0, to.0, step, steps);
            let y = between(from.1, to.1, step, steps);
            let Some(cell) = self.at(x / DOTS_ACROSS, y / DOTS_DOWN) else { continue };
            let bit = DOTS.get(y % DOTS_DOWN).and_then(|row| row.get(x % DOTS_ACROSS));
            cell.dots |= bit.copied().unwrap_or(0);
            cell.owner = Some(owner);
        }
    }

    /// Sets a mark; a position with a mark of another line becomes [`SHARED`].
    pub(super) fn mark(&mut self, column: usize, row: usize, mark: char, owner: usize) {
        let Some(cell) = self.at(column, row) else { return };
        if cell.mark.is_some_and(|present| present != mark) {
            cell.mark = Some(SHARED);
            cell.owner = None;
        } else {
            cell.mark = Some(mark);
            cell.owner = Some(owner);
        }
    }

    /// True if the canvas has a [`SHARED`] mark.
    pub(super) fn has_shared_marks(&self) -> bool {
        self.cells.iter().any(|cell| cell.mark == Some(SHARED))
    }

    /// Returns the number of columns of a row up to its last character that is not blank.
    pub(super) fn used(&self, row: usize) -> usize {
        self.cells.chunks(self.columns).nth(row).map_or(0, used)
    }

    /// Returns the rows from top to bottom, in the colours of their owners and without blanks at the end.
    pub(super) fn rows(&self, page: Page) -> impl Iterator<Item = String> {
        self.cells.chunks(self.columns).map(move |row| {
            let cells = row.get(..used(row)).unwrap_or(row);
            let style = |cell: &Cell| (cell.owner, cell.owner.is_none() && cell.mark.is_none());
            let runs = cells.chunk_by(|a, b| style(a) == style(b)).map(|run| {
                let text: String = run.iter().map(|cell| cell.character()).collect();
                match run.first().map(style) {
                    Some((Some(owner), _)) => page.series(owner, &text),
                    Some((None, true)) if !text.trim().is_empty() => page.faint(&text),
                    _ => text,
                }
            });
            runs.collect()
        })
    }

    fn at(&mut self, column: usize, row: usize) -> Option<&mut Cell> {
        if column >= self.columns {
            return None;
        }
        self.cells.get_mut(row * self.columns + column)
    }
}

/// Converts a point to its dot: column and row of dots. A height in rows is the centre of its row of dots.
fn dot((column, height): (usize, f64)) -> (usize, usize) {
    let down = DOTS_DOWN as f64;
    (column * DOTS_ACROSS, (height * down + (down - 1.0) / 2.0).round() as usize)
}

fn used(row: &[Cell]) -> usize {
    row.iter().rposition(|cell| cell.character() != ' ').map_or(0, |at| at + 1)
}

/// Interpolates between two whole numbers at `step / steps`, rounded.
fn between(from: usize, to: usize, step: usize, steps: usize) -> usize {
    let part = (from.abs_diff(to) * step * 2 + steps) / (2 * steps).max(1);
    if to >= from { from + part } else { from - part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(canvas: &Canvas) -> Vec<String> {
        canvas.rows(Page { width: 80, colour: false, errors: false }).collect()
    }

    #[test]
    fn lines_meet_without_hiding_each_other() {
        let mut canvas = Canvas::new(4, 1);
        canvas.line((0, 0), (7, 3), 0);
        assert_eq!(drawn(&canvas), ["⠑⠢⢄"].map(|_| drawn(&canvas)[0].clone()));
        canvas.line((0, 3), (7, 0), 1);
        assert_eq!(drawn(&canvas)[0].chars().count(), 4);
    }

    #[test]
    fn marks_of_several_owners_become_one() {
        let mut canvas = Canvas::new(3, 1);
        canvas.mark(0, 0, '●', 0);
        canvas.mark(0, 0, '●', 0);
        assert!(!canvas.has_shared_marks());
        canvas.mark(2, 0, '●', 0);
        canvas.mark(2, 0, '■', 1);
        canvas.mark(2, 0, '●', 0);
        assert!(canvas.has_shared_marks());
        assert_eq!(drawn(&canvas), ["● ✱"]);
    }

    #[test]
    fn what_lies_outside_is_not_drawn() {
        let mut canvas = Canvas::new(2, 2);
        canvas.line((0, 0), (400, 400), 0);
        canvas.mark(2, 0, '●', 0);
        canvas.mark(0, 2, '●', 0);
        assert_eq!(drawn(&canvas).concat().matches('●').count(), 0);
        assert_eq!(drawn(&Canvas::new(0, 0)).len(), 0);
    }
}
