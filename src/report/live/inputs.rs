//! The input cells of a live workbook: the numbers in the values of parameters and levers, each with a name.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::model::Expr;

/// The sheet of the inputs.
pub(super) const SHEET: &str = "Inputs";
/// Row of the first input, and the column of the numbers, both from 0.
pub(super) const FIRST: u32 = 8;
pub(super) const COLUMN: u16 = 1;
/// The name of the cell that holds the number of the scenario.
pub(super) const SCENARIO: &str = "scenario_number";
/// Characters of a defined name; a spreadsheet allows 255.
const LONGEST: usize = 200;

/// One input cell.
#[derive(Debug)]
pub(super) struct InputCell {
    /// Its defined name.
    pub(super) name: String,
    /// The figure that it belongs to, as the script names it.
    pub(super) label: String,
    pub(super) value: f64,
}

/// The input cells found so far, in the order of their first use.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) cells: Vec<InputCell>,
    /// The cell of each number, which the place of its expression in memory tells from others.
    by_number: HashMap<*const Expr, usize>,
    names: IndexSet<String>,
}

impl Inputs {
    /// Returns the name of the cell of a number; adds the cell at its first use.
    pub(super) fn cell(&mut self, number: &Expr, label: &str, value: f64) -> String {
        let key = std::ptr::from_ref(number);
        if let Some(cell) = self.by_number.get(&key).and_then(|&at| self.cells.get(at)) {
            return cell.name.clone();
        }
        let stem = stem(label);
        let numbered = (2..).map(|n| format!("{stem}_{n}"));
        let mut candidates = std::iter::once(stem.clone()).chain(numbered);
        // Names are the same whatever their case.
        let free = candidates.find(|name| self.names.insert(name.to_lowercase()));
        let name = free.unwrap_or(stem);
        self.by_number.insert(key, self.cells.len());
        self.cells.push(InputCell { name: name.clone(), label: label.to_owned(), value });
        name
    }
}

/// A defined name for a figure: letters, digits, points and low lines, which no address of a cell has.
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
