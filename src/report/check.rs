//! `check`: `ok` or `FAIL`, the condition, and the numbers that decided it.
//!
//! A check that holds shows the cell that is nearest to failing, and a check that compares a single cell shows
//! that cell, beside the condition if both fit on one line. A check that fails in some of many cells lists the failing cells, the first ten of them
//! with both numbers and their difference, and counts the rest. Numbers are shown in the scale in
//! which the condition is written, with decimals enough to tell the two sides apart.

use crate::results::{CheckCell, CheckOutcome, UnitKind};

use super::number::NumberFormat;
use super::page::{Page, clean, left, right, width};
use super::scale::Scale;

/// Maximum number of failing cells shown; the number of further ones is stated.
const MOST_CELLS: usize = 10;
/// Significant digits of both sides of a check, and of their difference if it fails.
const SIGNIFICANT: i32 = 4;
const SIGNIFICANT_DIFFERENCE: i32 = 2;
/// Column at which the condition starts, after the verdict.
const INDENT: usize = 6;

/// Renders a check as lines of text.
pub(super) fn lines(check: &CheckOutcome, page: Page) -> Vec<String> {
    let format = format(check);
    if check.passed || check.compared == 1 {
        return verdict(check, &evidence(check, &format), page);
    }
    let failing: Vec<&CheckCell> = check.cells.iter().filter(|cell| !cell.passed).collect();
    let count = count(check, &failing, &format);
    let mut lines = verdict(check, &count, page);
    let text = page_behind_verdict(page);
    for line in failures(&failing, &format) {
        lines.extend(text.wrapped(&line, 2).iter().map(|line| behind("", line)));
    }
    lines
}

/// Returns the outcome of a check in words: the numbers that decided it, and one line per failing cell.
pub(super) fn words(check: &CheckOutcome) -> (String, Vec<String>) {
    let format = format(check);
    if check.passed || check.compared == 1 {
        return (evidence(check, &format), Vec::new());
    }
    let failing: Vec<&CheckCell> = check.cells.iter().filter(|cell| !cell.passed).collect();
    (count(check, &failing, &format), failures(&failing, &format))
}

/// Returns a sentence with the number of failing cells and the unit of both sides.
fn count(check: &CheckOutcome, failing: &[&CheckCell], format: &NumberFormat) -> String {
    let unit = Some(format.unit()).filter(|unit| !unit.is_empty());
    let unit = unit.map_or(String::new(), |unit| format!(", in {unit}"));
    format!("{} of {} cells fail{unit}", failing.len(), check.compared)
}

fn format(check: &CheckOutcome) -> NumberFormat {
    let sides = || check.cells.iter().flat_map(|cell| [Some(cell.left), cell.right]);
    let differences = check.cells.iter().filter(|cell| !cell.passed).map(difference);
    NumberFormat::scaled(&check.unit, Scale::named_in(&check.condition), sides())
        .at_least(SIGNIFICANT, sides())
        .at_least(SIGNIFICANT_DIFFERENCE, differences)
}

fn difference(cell: &CheckCell) -> Option<f64> {
    cell.right.map(|right| cell.left - right)
}

/// Renders the verdict and the condition of a check; a remark follows on the same line if it fits, otherwise below.
fn verdict(check: &CheckOutcome, remark: &str, page: Page) -> Vec<String> {
    let (word, styled) =
        if check.passed { ("ok", page.pass("ok")) } else { ("FAIL", page.fail("FAIL")) };
    let word = styled + &" ".repeat(INDENT - width(word));
    let mut condition = clean(&check.condition);
    for key in &check.sources {
        condition.push_str(&format!(" @{}", clean(key)));
    }
    let text = page_behind_verdict(page);
    let mut lines = text.wrapped(&format!("{condition}   ({remark})"), 2);
    if lines.len() > 1 {
        lines = text.wrapped(&condition, 2);
        lines.extend(text.wrapped(&format!("({remark})"), 2));
    }
    let first = std::iter::once(word.as_str()).chain(std::iter::repeat(""));
    lines.iter().zip(first).map(|(line, word)| behind(word, line)).collect()
}

fn page_behind_verdict(page: Page) -> Page {
    Page { width: page.width.saturating_sub(INDENT), ..page }
}

fn behind(word: &str, line: &str) -> String {
    if word.is_empty() { format!("{}{line}", " ".repeat(INDENT)) } else { format!("{word}{line}") }
}

/// Returns the text of the first listed cell: the only cell, or for a check that holds the cell nearest to failing.
fn evidence(check: &CheckOutcome, format: &NumberFormat) -> String {
    let Some(cell) = check.cells.first() else { return "nothing to compare".to_owned() };
    let mut sides = format.quantity(Some(cell.left));
    if let Some(right) = cell.right {
        sides.push_str(&format!(" against {}", format.quantity(Some(right))));
    }
    if let Some(difference) = difference(cell).filter(|_| !cell.passed && !is_truth(format)) {
        let difference = format.for_differences([Some(difference)]).quantity(Some(difference));
        sides.push_str(&format!(", difference {difference}"));
    }
    if check.compared > 1 {
        // A condition that is not a comparison is not nearer to failing in one cell than in another.
        let which = if cell.right.is_some() { "tightest" } else { "first" };
        format!("{}: {sides}, {which} of {} cells", place(cell), check.compared)
    } else {
        format!("{}: {sides}", clean(&cell.scenario))
    }
}

/// True for values that are true or false, which have no difference.
fn is_truth(format: &NumberFormat) -> bool {
    format.kind() == UnitKind::Truth
}

fn place(cell: &CheckCell) -> String {
    let elements = cell.elements.iter().map(|element| clean(element));
    elements.chain([clean(&cell.scenario), cell.year.to_string()]).collect::<Vec<_>>().join(", ")
}

/// Renders a line for each failing cell, with aligned numbers, and a last line that counts the cells left
/// out.
fn failures(failing: &[&CheckCell], format: &NumberFormat) -> Vec<String> {
    let shown: Vec<[String; 4]> = failing
        .iter()
        .take(MOST_CELLS)
        .map(|cell| {
            let number =
                |value: Option<f64>| value.map_or(String::new(), |v| format.number(Some(v)));
            let difference = difference(cell).filter(|_| !is_truth(format));
            let difference = difference.map(|value| format.of_differences().number(Some(value)));
            [
                place(cell),
                number(Some(cell.left)),
                number(cell.right),
                difference.unwrap_or_default(),
            ]
        })
        .collect();
    let [places, lefts, rights, differences] = [0, 1, 2, 3].map(|column: usize| {
        shown.iter().filter_map(|row| row.get(column)).map(|text| width(text)).max().unwrap_or(0)
    });
    let line = |[place, one, other, difference]: &[String; 4]| {
        let mut text = format!("{}   {}", left(place, places), right(one, lefts));
        if !other.is_empty() {
            text.push_str(&format!(" against {}", right(other, rights)));
        }
        if !difference.is_empty() {
            text.push_str(&format!(", difference {}", right(difference, differences)));
        }
        text
    };
    let mut lines: Vec<String> = shown.iter().map(line).collect();
    let rest = failing.len().saturating_sub(MOST_CELLS);
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    lines
}
