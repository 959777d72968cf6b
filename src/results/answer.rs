//! The answers of queries: plain values that any front end can render.
//!
//! Values are in the base unit of their dimension (money in units of the model's currency, shares as
//! fractions); [`UnitLabel`] says how to show them. `None` means that a cell has no value; growth, for
//! example, has none in the first year.

use serde::Serialize;

use crate::diagnostic::Diagnostic;

use super::{
    CalibrateAnswer, DiscoverAnswer, FindAnswer, RobustAnswer, Sensitivity, SweepAxis, SweepTable,
    WhyTree,
};

/// The unit in which values are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UnitLabel {
    /// Kind of quantity, which determines the scale and the rounding.
    pub kind: UnitKind,
    /// Name of the unit: `USD`, `TEU`, `USD/TEU`; empty for numbers, `%` for percentages.
    pub name: String,
    /// Scale word that the script requests, such as `bn`; empty for plain numbers; `None` for a scale chosen by the
    /// values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// Number of decimals that the script requests; `None` to choose it by the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<usize>,
}

impl UnitLabel {
    /// Makes a unit whose scale and decimals are chosen by the values.
    pub fn new(kind: UnitKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), scale: None, digits: None }
    }
}

/// The kinds of quantity; each has a separate rule for scale and rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Money, or money per something: scaled by thousand, mn, bn, tn.
    Money,
    /// A fraction, shown as a percentage.
    Percent,
    /// A calendar year: no decimals, no thousands separator.
    Year,
    /// Any other number.
    #[default]
    Number,
    /// True or false, stored as 1 and 0.
    Truth,
}

/// Values of an expression in one cell and scenario, over the years of the query.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Series {
    /// Text of the expression, with the elements of this cell: `imports[China, vehicles]`.
    pub label: String,
    /// Elements of the series, one for each `*` of the expression.
    pub elements: Vec<String>,
    /// True for a sum over elements that `with total` adds; its name has `total` in place of the elements.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_total: bool,
    /// The scenario's name; `baseline` for the baseline.
    pub scenario: String,
    /// Values of the series, one per year, from the run with every distribution at its median.
    pub values: Vec<Option<f64>>,
    /// Statistics over the draws of a simulation, one per year; empty without a simulation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Option<Spread>>,
}

/// Statistics of a value over the draws of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// Mean over the draws.
    pub mean: f64,
    /// Standard deviation over the draws.
    pub sd: f64,
    /// Standard error of the mean.
    pub error: f64,
    /// The quantiles at the levels of the report's [`Sampling`].
    pub quantiles: Vec<f64>,
}

/// Settings of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sampling {
    /// Number of draws.
    pub draws: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Sampling method: `plain`, `latin` or `sobol`.
    pub method: String,
    /// Number of independent replicates of a Latin or Sobol simulation; `None` for plain draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u64>,
    /// The levels of the quantiles in rising order: 0.05, 0.25, 0.5, 0.75, 0.95.
    pub levels: Vec<f64>,
}

/// A histogram of an expression's draws: counts in bins that all series share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// Text of the expression in the script.
    pub expression: String,
    /// Title of the panel's quantity, as in [`Panel::title`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Unit in which the values are shown.
    pub unit: UnitLabel,
    /// Year of the values.
    pub year: i32,
    /// Edges of the bins in ascending order: one more than the number of bins.
    pub edges: Vec<f64>,
    /// The series, one for each cell and scenario.
    pub series: Vec<HistogramSeries>,
}

/// Counts of the draws of one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistogramSeries {
    /// Text of the expression, with the elements of this cell.
    pub label: String,
    /// Elements of the series, one for each `*` of the expression.
    pub elements: Vec<String>,
    /// Name of the scenario.
    pub scenario: String,
    /// Number of draws in each bin.
    pub counts: Vec<u64>,
    /// Statistics over the draws.
    pub spread: Spread,
}

/// Layout of a table that the query's clauses choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PanelLayout {
    /// Columns of the table; `None` for the default layout of the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub across: Option<TableColumns>,
    /// True if the table of a simulation has all statistics: means, standard errors, deviations and quantiles.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub errors: bool,
}

impl PanelLayout {
    /// True if the query chooses no layout.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The dimension that the columns of a table show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TableColumns {
    /// One column for each year.
    Years,
    /// One column for each scenario.
    Scenarios,
    /// One column for each element of the `*` at this position of the expression, counted from 0.
    Elements(usize),
}

/// An expression of a query with all its series, which share a unit.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Panel {
    /// Text of the expression in the script.
    pub expression: String,
    /// The description of the quantity that the expression names, with the elements chosen; empty
    /// for any other expression.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Title after `as` in the script; empty without one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Layout of the panel's table.
    #[serde(skip_serializing_if = "PanelLayout::is_default")]
    pub layout: PanelLayout,
    /// Unit in which the values are shown.
    pub unit: UnitLabel,
    /// Years in ascending order; each series has one value per year.
    pub years: Vec<i32>,
    /// The series: all scenarios of the first cell, then all scenarios of the next cell.
    pub series: Vec<Series>,
}

/// Outcome of a `check`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckOutcome {
    /// Text of the condition in the script, without the word `check`.
    pub condition: String,
    /// True if the condition holds in every cell.
    pub passed: bool,
    /// Every cell that fails; for a check that passes, the cell that is nearest to failing. For a condition
    /// that is not a comparison, the first cell.
    pub cells: Vec<CheckCell>,
    /// Number of cells that the check compared.
    pub compared: usize,
    /// Unit in which both sides are shown.
    pub unit: UnitLabel,
    /// Keys of the sources that the script names after the check.
    pub sources: Vec<String>,
}

/// Both sides of a check in one cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckCell {
    /// Name of the scenario.
    pub scenario: String,
    /// Year of the cell.
    pub year: i32,
    /// Elements of the cell, one for each `*` of the condition.
    pub elements: Vec<String>,
    /// Value of the left side.
    pub left: f64,
    /// Right side; `None` if the condition is not a comparison.
    pub right: Option<f64>,
    /// True if the condition holds in this cell.
    pub passed: bool,
}

/// Differences of an expression between scenarios, in one cell and year, for a `compare`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Text of the expression, with the elements of this cell.
    pub expression: String,
    /// The title as in [`Panel::title`], with the elements of this cell.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Year of the values.
    pub year: i32,
    /// Unit in which the values are shown.
    pub unit: UnitLabel,
    /// Name of the reference scenario.
    pub reference: String,
    /// The value in the reference scenario.
    pub reference_value: f64,
    /// The set after `by`, whose elements are the parts; empty without `by SET`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub set: String,
    /// Differences from the reference, one for each further scenario.
    pub scenarios: Vec<Difference>,
}

/// The difference between a scenario and the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Name of the scenario.
    pub scenario: String,
    /// Value of the expression in this scenario.
    pub value: f64,
    /// `value` minus the value in the reference.
    pub difference: f64,
    /// Statistics of the difference over the draws; `None` without a simulation. The parts then add up to the mean of
    /// the difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// The contribution of each lever and replaced value, in the order of the script, or of each element of a
    /// set; empty without `by`. The contributions add up to `difference`.
    pub parts: Vec<Part>,
    /// Number of sampled orders of the changes, from which the parts are estimated; `None` for exact parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<u64>,
}

/// A part of a difference: the contribution of one lever or one replaced value, which is its Shapley value, or
/// its Owen value inside a lever's part; or the difference in one element of a set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Name of the lever or change, such as `duty.rate[machinery]` or `without bus_plant`; or name of the element.
    pub lever: String,
    /// Title of the lever; empty without one.
    pub title: String,
    /// Contribution of the part to the difference.
    pub value: f64,
    /// The standard error of a contribution that is estimated from sampled orders; `None` for an exact one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Statistics of the contribution over the draws; `None` without a simulation, and for the contributions
    /// inside a lever's part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// For a lever that the scenario adds or removes and also edits: first the contribution of the lever itself, under
    /// its name, then those of the edits, which all add up to `value`. Empty for other parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// The answer to a query of a script.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "query", rename_all = "snake_case")]
pub enum Answer {
    /// `show`: tables.
    Show {
        /// One panel for each expression.
        panels: Vec<Panel>,
    },
    /// `chart`: line charts.
    Chart {
        /// One panel for each expression.
        panels: Vec<Panel>,
    },
    /// `chart distribution of`: histograms.
    Distribution {
        /// One histogram for each expression and year.
        histograms: Vec<Histogram>,
    },
    /// `check`: whether a condition holds.
    Check(CheckOutcome),
    /// `compare`: differences between scenarios, and the levers that cause them.
    Compare {
        /// One comparison for each expression, cell and year.
        comparisons: Vec<Comparison>,
        /// True if the query has `by lever`.
        by_lever: bool,
    },
    /// `find`: values of inputs for which conditions hold.
    Find(FindAnswer),
    /// `sweep`: values over one or two inputs.
    Sweep {
        /// The inputs: one or two.
        axes: Vec<SweepAxis>,
        /// One table for each expression, cell, scenario and year.
        tables: Vec<SweepTable>,
    },
    /// `calibrate`: values of inputs for which computed values fit observed ones.
    Calibrate(CalibrateAnswer),
    /// `discover`: uncertain inputs that lead to a condition.
    Discover(DiscoverAnswer),
    /// `robust`: scenarios compared over all draws.
    Robust(RobustAnswer),
    /// `why`: values traced through their equations.
    Why {
        /// One tree for each expression, cell, scenario and year.
        trees: Vec<WhyTree>,
    },
    /// `sensitivity`: inputs ranked by their effects on values.
    Sensitivity {
        /// One table for each scenario, expression, cell and year.
        tables: Vec<Sensitivity>,
    },
}

impl Answer {
    /// Returns the outcome of a check; `None` for any other answer.
    pub fn check(&self) -> Option<&CheckOutcome> {
        match self {
            Self::Check(outcome) => Some(outcome),
            Self::Show { .. }
            | Self::Chart { .. }
            | Self::Distribution { .. }
            | Self::Compare { .. }
            | Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why { .. }
            | Self::Sensitivity { .. } => None,
        }
    }

    /// Returns the statistics over draws of each line of the answer. A line is a series of years, a series of
    /// a histogram or a difference. Empty for an answer without draws.
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
            Self::Check(_)
            | Self::Find(_)
            | Self::Sweep { .. }
            | Self::Calibrate(_)
            | Self::Discover(_)
            | Self::Robust(_)
            | Self::Why { .. }
            | Self::Sensitivity { .. } => Vec::new(),
            Self::Compare { comparisons, .. } => {
                let differences = comparisons.iter().flat_map(|comparison| &comparison.scenarios);
                differences.map(|difference| difference.spread.iter().collect()).collect()
            }
        }
    }
}

/// An identity that fails in a run, with the first cell in which it fails.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BrokenIdentity {
    /// Name of the identity.
    pub identity: String,
    /// Text of the condition in the script.
    pub condition: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The changes that the run has and lacks, if `by lever` made it with only some changes of the scenario; empty for
    /// the scenario's own run.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub combination: String,
    /// Year of the cell.
    pub year: i32,
    /// Elements of the cell, one for each `*` of the condition.
    pub elements: Vec<String>,
    /// Value of the left side.
    pub left: f64,
    /// Right side; `None` if the condition is not a comparison.
    pub right: Option<f64>,
    /// Unit in which both sides are shown.
    pub unit: UnitLabel,
    /// Number of cells and years in which the identity fails.
    pub failing: usize,
    /// The message with its place in the script, for the first run in which the identity fails; `None` for later runs.
    #[serde(skip)]
    pub problem: Option<Diagnostic>,
}

/// A source that the script cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceNote {
    /// Key of the source, as in `@key`.
    pub key: String,
    /// Citation of the source.
    pub citation: String,
}

/// Name and title of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioNote {
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario; empty without one.
    pub title: String,
}

/// An amount of money that the script writes once in a lever, and that holds for each element that the lever covers.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedAmount {
    /// Name of the field: `bought.base`.
    pub name: String,
    /// The amount of each cell, in base units.
    pub value: f64,
    /// Unit of the amount.
    pub unit: UnitLabel,
    /// Names of the sets with more than one element.
    pub sets: Vec<String>,
    /// Number of cells.
    pub cells: usize,
}

/// The report of a run: the answers, with titles, sources and notes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Title of the model; empty without one.
    pub title: String,
    /// First and last year of the horizon.
    pub years: (i32, i32),
    /// Currency of the model: `USD`.
    pub currency: String,
    /// The scenarios of the model, the baseline first.
    pub scenarios: Vec<ScenarioNote>,
    /// The settings of the simulation; `None` without a simulation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// The identities that do not hold, by scenario: the answers contradict the script.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub broken_identities: Vec<BrokenIdentity>,
    /// The answers, in the order of the script.
    pub answers: Vec<Answer>,
    /// Amounts that are written once and hold for several elements; for readers only, not a part of the JSON results.
    #[serde(skip)]
    pub repeated: Vec<RepeatedAmount>,
    /// The variables that scenarios fix, one sentence each.
    pub fixed: Vec<String>,
    /// The sources used, in the order of the script.
    pub sources: Vec<SourceNote>,
}

impl Report {
    /// Returns the messages about identities that do not hold, one for each identity.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.broken_identities.iter().filter_map(|broken| broken.problem.as_ref())
    }
}
