//! The lines of CSV for `calibrate`, `discover` and `robust`.

use crate::results::{
    CalibrateAnswer, Calibration, DiscoverAnswer, Discovery, DrawBox, RobustAnswer, RobustOption,
};

use super::{CsvTable, Entry, base_unit};

/// Name of the unit of shares.
const FRACTION: &str = "fraction";

impl CsvTable {
    /// Adds the rows of a calibration: value and standard error of each input, then the deviation of each fit.
    pub(super) fn calibration(
        &mut self,
        answer: &CalibrateAnswer,
        one: &Calibration,
    ) -> Result<(), csv::Error> {
        for parameter in &one.parameters {
            let entry = Entry {
                expression: &parameter.input,
                elements: &[],
                scenario: &one.scenario,
                year: None,
                measure: "value",
                part: if parameter.is_cause { "cause" } else { "" },
                // Without an estimate the closest values are no result.
                value: parameter.value.filter(|_| parameter.error.is_some()),
                unit: base_unit(&parameter.unit),
            };
            self.write(entry)?;
            self.write(Entry { measure: "error", value: parameter.error, ..entry })?;
        }
        for fit in &one.fits {
            let entry = Entry {
                expression: &fit.expression,
                elements: &[],
                scenario: &one.scenario,
                year: (answer.years.0 == answer.years.1).then_some(answer.years.0),
                measure: "deviation_now",
                part: &fit.observed,
                value: fit.deviation_now,
                unit: base_unit(&fit.unit),
            };
            self.write(entry)?;
            self.write(Entry { measure: "deviation", value: fit.deviation, ..entry })?;
        }
        Ok(())
    }

    /// Adds the rows of a discovery: the share of draws, the recommended box with its limits, then the trade-off curve.
    pub(super) fn discovery(
        &mut self,
        answer: &DiscoverAnswer,
        one: &Discovery,
    ) -> Result<(), csv::Error> {
        let entry = Entry {
            expression: &answer.condition,
            elements: &[],
            scenario: &one.scenario,
            year: None,
            measure: "share",
            part: "",
            value: Some(one.share),
            unit: FRACTION,
        };
        self.write(entry)?;
        if let Some(found) = &one.recommended {
            let entry = Entry { part: "recommended", ..entry };
            self.shares(found, entry)?;
            for limits in &found.limits {
                let unit = base_unit(&limits.unit);
                let limit = Entry { expression: &limits.input, unit, year: limits.year, ..entry };
                self.write(Entry { measure: "low", value: limits.low, ..limit })?;
                self.write(Entry { measure: "high", value: limits.high, ..limit })?;
            }
        }
        for (number, found) in one.trade_off.iter().enumerate() {
            self.shares(found, Entry { part: &(number + 1).to_string(), ..entry })?;
        }
        Ok(())
    }

    fn shares(&mut self, found: &DrawBox, entry: Entry<'_>) -> Result<(), csv::Error> {
        self.write(Entry { measure: "coverage", value: Some(found.coverage), ..entry })?;
        self.write(Entry { measure: "density", value: Some(found.density), ..entry })?;
        self.write(Entry { measure: "mass", value: Some(found.mass), ..entry })
    }

    /// Adds the rows of a scenario's ratings.
    pub(super) fn option(
        &mut self,
        answer: &RobustAnswer,
        option: &RobustOption,
    ) -> Result<(), csv::Error> {
        let entry = Entry {
            expression: &answer.expression,
            elements: &[],
            scenario: &option.scenario,
            year: Some(answer.year),
            measure: "mean",
            part: "",
            value: Some(option.mean),
            unit: base_unit(&answer.unit),
        };
        self.write(entry)?;
        for (measure, value) in [
            ("worst", option.worst),
            ("worst_twentieth", option.worst_twentieth),
            ("mean_regret", option.mean_regret),
            ("regret_90", option.regret_90),
            ("largest_regret", option.largest_regret),
        ] {
            self.write(Entry { measure, value: Some(value), ..entry })?;
        }
        match option.share {
            Some(share) => {
                self.write(Entry { measure: "share", value: Some(share), unit: FRACTION, ..entry })
            }
            None => Ok(()),
        }
    }
}
