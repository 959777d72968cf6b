//! What a query returns: plain values that any front end renders.
//!
//! Values are in the base unit of their dimension (money in units of the model's currency, shares as
//! fractions); [`UnitLabel`] says how to show them. A `None` is a cell that has no value, as growth
//! has none in the first year.

use serde::Serialize;

use super::{FindAnswer, SweepAxis, SweepTable};

/// How the values of one column are to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitLabel {
    /// What kind of quantity it is; decides how it is scaled and rounded.
    pub kind: UnitKind,
    /// The unit's name, `USD`, `TEU`, `USD/TEU`; empty for numbers, `%` for percentages.
    pub name: String,
}

/// The kinds of quantity that are shown differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Money, or money per something: scaled by thousand, mn, bn, tn.
    Money,
    /// A fraction shown as a percentage.
    Percent,
    /// A calendar year: no decimals, no thousands separator.
    Year,
    /// Anything else.
    Number,
    /// True or false, stored as 1 and 0.
    Truth,
}

/// One line of numbers: one expression, one cell, one scenario, all years asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// The expression as written, with the elements of this cell: `imports[China, vehicles]`.
    pub label: String,
    /// The elements that this series picks, where the expression had `*`; empty otherwise.
    pub elements: Vec<String>,
    /// The scenario's name; `baseline` for the baseline.
    pub scenario: String,
    /// One value for each year of the answer: that of the run in which every distribution stands at
    /// its median.
    pub values: Vec<Option<f64>>,
    /// How the draws of a simulation spread, for each year; empty without a simulation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Option<Spread>>,
}

/// How the draws of one value spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// The standard error of the mean.
    pub error: f64,
    /// The quantiles at the levels of the report's [`Sampling`].
    pub quantiles: Vec<f64>,
}

/// How a simulation was drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sampling {
    /// How many draws.
    pub draws: u64,
    /// The seed.
    pub seed: u64,
    /// `plain`, `latin` or `sobol`.
    pub method: String,
    /// How many independent parts draws that are spread evenly consist of; none of plain draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u64>,
    /// The levels of the quantiles, rising: 0.05, 0.25, 0.5, 0.75, 0.95.
    pub levels: Vec<f64>,
}

/// How the draws of one value are distributed: counts in bins that all series share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// The expression as written.
    pub expression: String,
    /// As in [`Panel`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// The year.
    pub year: i32,
    /// The ends of the bins, rising: one more than there are bins.
    pub edges: Vec<f64>,
    /// One for each cell and scenario.
    pub series: Vec<HistogramSeries>,
}

/// The draws of one value, counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistogramSeries {
    /// The expression with the elements of this cell.
    pub label: String,
    /// The elements that this series picks.
    pub elements: Vec<String>,
    /// The scenario's name.
    pub scenario: String,
    /// Draws in each bin.
    pub counts: Vec<u64>,
    /// How the draws spread.
    pub spread: Spread,
}

/// One expression of a query: all its series share a unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Panel {
    /// The expression as written.
    pub expression: String,
    /// The description of the quantity that the expression names, with the elements chosen; empty
    /// for any other expression.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// How to show its values.
    pub unit: UnitLabel,
    /// The years, rising; one value of each series for each.
    pub years: Vec<i32>,
    /// The lines; scenario varies fastest, then the cells.
    pub series: Vec<Series>,
}

/// The outcome of a `check`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckOutcome {
    /// The condition as written, without the word `check`.
    pub condition: String,
    /// True if it holds in every cell.
    pub passed: bool,
    /// Every cell that fails, and for a check that passes the first cell, as evidence.
    pub cells: Vec<CheckCell>,
    /// How many cells were compared.
    pub compared: usize,
    /// How to show both sides.
    pub unit: UnitLabel,
    /// Keys of the sources named after it.
    pub sources: Vec<String>,
}

/// Both sides of a check in one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckCell {
    /// The scenario's name.
    pub scenario: String,
    /// The year.
    pub year: i32,
    /// The elements, where the condition had `*`.
    pub elements: Vec<String>,
    /// Left side.
    pub left: f64,
    /// Right side; absent where the condition is not a comparison.
    pub right: Option<f64>,
    /// True if the condition holds here.
    pub passed: bool,
}

/// The outcome of a `compare`: one for each expression, cell and year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The expression as written, with the elements of this cell.
    pub expression: String,
    /// As in [`Panel`], with the elements of this cell.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The year.
    pub year: i32,
    /// How to show the values.
    pub unit: UnitLabel,
    /// The scenario compared to.
    pub reference: String,
    /// Its value.
    pub reference_value: f64,
    /// One for each scenario compared.
    pub scenarios: Vec<Difference>,
}

/// One scenario's difference to the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The scenario's name.
    pub scenario: String,
    /// Its value.
    pub value: f64,
    /// `value` less the reference's.
    pub difference: f64,
    /// How the draws of the difference spread; absent without a simulation. The parts then add up
    /// to its mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Each lever's and override's part, in the order of the script; empty without `by lever`.
    /// The parts add up to `difference`.
    pub parts: Vec<Part>,
}

/// What one lever, or one replaced value, contributes to a difference (its Shapley value).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The lever's name, or the value replaced: `duty.rate[machinery]`, `without bus_plant`.
    pub lever: String,
    /// The lever's title; empty without one.
    pub title: String,
    /// Its part of the difference.
    pub value: f64,
}

/// The answer to one query of a script.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "query", rename_all = "snake_case")]
pub enum Answer {
    /// `show`: a table.
    Show {
        /// One for each expression.
        panels: Vec<Panel>,
    },
    /// `chart`: a line chart.
    Chart {
        /// One for each expression.
        panels: Vec<Panel>,
    },
    /// `chart distribution of`: histograms.
    Distribution {
        /// One for each expression and year.
        histograms: Vec<Histogram>,
    },
    /// `check`: holds or does not.
    Check(CheckOutcome),
    /// `compare`: differences and who made them.
    Compare {
        /// One for each expression, cell and year.
        comparisons: Vec<Comparison>,
        /// True if `by lever` was asked for.
        by_lever: bool,
    },
    /// `find`: values of inputs for which conditions hold.
    Find(FindAnswer),
    /// `sweep`: values over one or two inputs.
    Sweep {
        /// The inputs: one, or two.
        axes: Vec<SweepAxis>,
        /// One for each expression, cell, scenario and year.
        tables: Vec<SweepTable>,
    },
}

impl Answer {
    /// The spreads of each line of the answer, a line being a series of years, a histogram's series or
    /// a difference; empty for an answer without draws.
    pub fn spreads(&self) -> Vec<Vec<&Spread>> {
        match self {
            Self::Show { panels } | Self::Chart { panels } => {
                let series = panels.iter().flat_map(|panel| &panel.series);
                series.map(|series| series.spread.iter().flatten().collect()).collect()
            }
            Self::Distribution { histograms } => {
                let series = histograms.iter().flat_map(|histogram| &histogram.series);
                series.map(|series| vec![&series.spread]).collect()
            }
            Self::Check(_) | Self::Find(_) | Self::Sweep { .. } => Vec::new(),
            Self::Compare { comparisons, .. } => {
                let differences = comparisons.iter().flat_map(|comparison| &comparison.scenarios);
                differences.map(|difference| difference.spread.iter().collect()).collect()
            }
        }
    }
}

/// A source of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceNote {
    /// The key, as in `@key`.
    pub key: String,
    /// The citation.
    pub citation: String,
}

/// A scenario's name and title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioNote {
    /// The name.
    pub name: String,
    /// The title; empty without one.
    pub title: String,
}

/// Everything that one run has to say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The model's title; empty without one.
    pub title: String,
    /// First and last year.
    pub years: (i32, i32),
    /// The model's currency, `USD`.
    pub currency: String,
    /// The scenarios of the model, the baseline first.
    pub scenarios: Vec<ScenarioNote>,
    /// How the simulation was drawn; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// The answers, in the order of the script.
    pub answers: Vec<Answer>,
    /// Variables taken out of their equations by `fix`, as sentences.
    pub fixed: Vec<String>,
    /// The sources used, in the order of the script.
    pub sources: Vec<SourceNote>,
}
