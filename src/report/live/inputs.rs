//! The input cells of a live workbook: the numbers in the values of parameters and levers, each with a defined name.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use indexmap::IndexSet;

use crate::model::Expr;

/// Name of the sheet with the inputs.
pub(super) const SHEET: &str = "Inputs";
/// Row of the first input, counted from 0.
pub(super) const FIRST: u32 = 8;
/// Column of the numbers, counted from 0.
pub(super) const COLUMN: u16 = 1;
/// Defined name of the cell with the number of the scenario.
pub(super) const SCENARIO: &str = "scenario_number";
/// Maximum number of characters of a defined name; a spreadsheet allows 255.
const LONGEST: usize = 200;

/// A cell for an input, on the sheet of inputs.
#[derive(Debug)]
pub(super) struct InputCell {
    /// Defined name of the cell.
    pub(super) name: String,
    /// Name of the given value that the input belongs to.
    pub(super) label: String,
    pub(super) value: f64,
}

/// The input cells, in the order of their first use.
#[derive(Debug, Default)]
pub(super) struct Inputs<'m> {
    pub(super) cells: Vec<InputCell>,
    /// Position of the cell of each number.
    by_number: HashMap<NumberInModel<'m>, usize>,
    names: IndexSet<String>,
}

/// A number in an expression of the model. Two numbers with the same value differ.
#[derive(Debug, Clone, Copy)]
struct NumberInModel<'m>(&'m Expr);

impl PartialEq for NumberInModel<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for NumberInModel<'_> {}

impl Hash for NumberInModel<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl<'m> Inputs<'m> {
    /// Returns the name of the cell of a number; adds the cell at the first use.
    pub(super) fn cell(&mut self, number: &'m Expr, label: &str, value: f64) -> String {
        let key = NumberInModel(number);
        if let Some(cell) = self.by_number.get(&key).and_then(|&at| self.cells.get(at)) {
            return cell.name.clone();
        }
        let stem = stem(label);
        let numbered = (2..).map(|n| format!("{stem}_{n}"));
        let mut candidates = std::iter::once(stem.clone()).chain(numbered);
        // Names that differ only by case count as equal.
        let free = candidates.find(|name| self.names.insert(name.to_lowercase()));
        let name = free.unwrap_or(stem);
        self.by_number.insert(key, self.cells.len());
        self.cells.push(InputCell { name: name.clone(), label: label.to_owned(), value });
        name
    }
}

/// Makes a defined name: letters, digits, points and low lines, in a form that is not the address of a cell.
fn stem(label: &str) -> String {
    let mut name = "in_".to_owned();
    for c in label.chars().take(LONGEST) {
        match c {
            c if c.is_ascii_alphanumeric() || c == '.' => name.push(c),
            _ if !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    name.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_name_of_its_own() {
        let mut inputs = Inputs::default();
        let numbers = [Expr::Const(1.0), Expr::Const(2.0), Expr::Const(3.0)];
        let labels = ["duty.rate[machinery]", "Duty.rate[machinery]", "=cmd|x"];
        let names: Vec<String> = numbers
            .iter()
            .zip(labels)
            .map(|(number, label)| inputs.cell(number, label, 0.0))
            .collect();
        assert_eq!(names, ["in_duty.rate_machinery", "in_Duty.rate_machinery_2", "in_cmd_x"]);
        assert_eq!(inputs.cell(&numbers[0], labels[0], 0.0), names[0]);
    }
}
