//! CSV of `sensitivity`: the numbers of each input, which `part` names.

use super::{CsvTable, Entry, base_unit};
use crate::results::{Effects, InputNote, Sensitivity, Share};

impl CsvTable {
    /// Adds the rows of a sensitivity analysis of one value.
    pub(super) fn sensitivity(&mut self, table: &Sensitivity) -> Result<(), csv::Error> {
        let own = base_unit(&table.unit);
        self.effect(table, "", "value", Some(table.value), own)?;
        match &table.effects {
            Effects::Tornado { inputs } => inputs.iter().try_for_each(|one| {
                let (name, unit) = (one.note.input.as_str(), base_unit(&one.unit));
                self.effect(table, name, "low", Some(one.low), unit)?;
                self.effect(table, name, "high", Some(one.high), unit)?;
                self.effect(table, name, "at_low", one.at_low, own)?;
                self.effect(table, name, "at_high", one.at_high, own)?;
                self.effect(table, name, "elasticity", one.elasticity, "")
            }),
            Effects::Sobol { inputs, dummy, .. } => {
                for one in inputs {
                    self.share(table, &one.note, "first", one.first)?;
                    self.share(table, &one.note, "total", one.total)?;
                }
                let note = InputNote { input: "dummy".to_owned(), title: String::new() };
                self.share(table, &note, "first", *dummy)
            }
            Effects::Shapley { inputs, .. } => {
                inputs.iter().try_for_each(|one| self.share(table, &one.note, "share", one.share))
            }
            Effects::Morris { inputs, .. } => inputs.iter().try_for_each(|one| {
                let name = one.note.input.as_str();
                self.effect(table, name, "mean_size", Some(one.mean_size.value), own)?;
                self.effect(table, name, "mean", Some(one.mean), own)?;
                self.effect(table, name, "sd", Some(one.sd), own)?;
                self.effect(table, name, "largest_move", Some(one.largest_move), own)
            }),
            Effects::Pawn { inputs, dummy, .. } => {
                for one in inputs {
                    let name = one.note.input.as_str();
                    self.effect(table, name, "median", Some(one.median), "")?;
                    self.effect(table, name, "largest", Some(one.largest), "")?;
                }
                self.effect(table, "dummy", "median", Some(*dummy), "")
            }
        }
    }

    fn share(
        &mut self,
        table: &Sensitivity,
        note: &InputNote,
        measure: &str,
        share: Share,
    ) -> Result<(), csv::Error> {
        self.effect(table, &note.input, measure, Some(share.value), "")?;
        self.effect(table, &note.input, &format!("{measure}_margin"), Some(share.margin), "")
    }

    fn effect(
        &mut self,
        table: &Sensitivity,
        part: &str,
        measure: &str,
        value: Option<f64>,
        unit: &str,
    ) -> Result<(), csv::Error> {
        self.write(Entry {
            expression: &table.expression,
            elements: &[],
            scenario: &table.scenario,
            year: Some(table.year),
            measure,
            part,
            value,
            unit,
        })
    }
}
