//! CSV of `find` and `sweep`.

use super::{CsvTable, Entry, base_unit, number};
use crate::results::{FindAnswer, Search, SweepAxis, SweepTable, Verdict};

impl CsvTable {
    /// Adds the rows of a search: ranges and found value of each unknown, then both sides of each condition.
    pub(super) fn search(&mut self, found: &FindAnswer, search: &Search) -> Result<(), csv::Error> {
        for (n, unknown) in search.unknowns.iter().enumerate() {
            let entry = Entry {
                expression: &unknown.input,
                elements: &[],
                scenario: &search.scenario,
                year: None,
                measure: "at",
                part: verdict(search.verdict),
                value: search.at.get(n).copied(),
                unit: base_unit(&unknown.unit),
            };
            self.write(entry)?;
            for range in &search.ranges {
                self.write(Entry { measure: "from", value: Some(range.from), ..entry })?;
                self.write(Entry { measure: "to", value: Some(range.to), ..entry })?;
            }
        }
        for (sought, sides) in found.conditions.iter().zip(&search.sides) {
            let entry = Entry {
                expression: &sought.condition,
                elements: &sides.elements,
                scenario: &search.scenario,
                year: Some(sides.year),
                measure: "left",
                part: "",
                value: Some(sides.left),
                unit: base_unit(&sought.unit),
            };
            self.write(entry)?;
            self.write(Entry { measure: "right", value: Some(sides.right), ..entry })?;
        }
        let Some(goal) = &found.goal else { return Ok(()) };
        self.write(Entry {
            expression: &goal.expression,
            elements: &[],
            scenario: &search.scenario,
            year: Some(goal.year),
            measure: "goal",
            part: "",
            value: search.goal,
            unit: base_unit(&goal.unit),
        })
    }

    /// Adds one row per point of a sweep; `part` has the values of the inputs.
    pub(super) fn swept(
        &mut self,
        axes: &[SweepAxis],
        table: &SweepTable,
    ) -> Result<(), csv::Error> {
        let counts: Vec<usize> = axes.iter().map(|axis| axis.values.len().max(1)).collect();
        for (row, &value) in table.values.iter().enumerate() {
            let point = axes.iter().enumerate().map(|(n, axis)| {
                let after: usize = counts.iter().skip(n + 1).product();
                let at = axis.values.get(row / after % counts[n]);
                format!("{}={}", axis.input, at.copied().map_or(String::new(), number))
            });
            self.write(Entry {
                expression: &table.expression,
                elements: &table.elements,
                scenario: &table.scenario,
                year: Some(table.year),
                measure: "value",
                part: &point.collect::<Vec<_>>().join(" "),
                value,
                unit: base_unit(&table.unit),
            })?;
        }
        Ok(())
    }
}

/// Returns the name of a verdict.
fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "found",
        Verdict::Everywhere => "everywhere",
        Verdict::Nowhere => "nowhere",
        Verdict::NoEffect => "no_effect",
        Verdict::Undefined => "undefined",
        Verdict::NotConverged => "not_converged",
    }
}
