//! The background of a report: the script with its files and options, its scenarios, levers and assumptions.
//!
//! A document for readers, such as a page, shows the background after the answers. All texts are plain.

use serde::{Deserialize, Serialize};

use super::WhyTree;

/// The background of a report: script, options, scenarios, levers and assumptions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Background {
    /// The script and its files; the script is first.
    pub inputs: Vec<Input>,
    /// Options of the run.
    pub options: RunOptions,
    /// The question that the script asks: the first paragraph of the comment at its head. Empty without one.
    pub question: String,
    /// The answer stated in the script: the paragraphs after the first of its opening comment.
    pub answer: Vec<String>,
    /// The scenarios in words.
    pub scenarios: Vec<ScenarioText>,
    /// The levers of the baseline and of the scenarios.
    pub levers: Vec<LeverText>,
    /// The given numbers of the script, in the order of the text.
    pub assumptions: Vec<Assumption>,
    /// For each query, the traces of its values in the last year; empty for most types of query.
    pub explained: Vec<Vec<WhyTree>>,
}

/// A file that a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Name of the file, relative to the script's folder.
    pub name: String,
    /// Contents of the file.
    pub bytes: Vec<u8>,
}

/// The options of a run that affect its answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// The scenarios chosen with `--scenario`.
    pub scenarios: Vec<String>,
    /// Values set with `--set`.
    pub set: Vec<String>,
    /// Years chosen with `--years`.
    pub years: Option<(i32, i32)>,
    /// Number of draws; 0 without a simulation, unless a query requires one.
    pub draws: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Sampling method: `plain`, `latin` or `sobol`.
    pub sampling: String,
    /// True if tables of a simulation show standard errors and all quantiles.
    pub errors: bool,
    /// A query from the command line that replaces the script's queries; empty without one.
    pub question: String,
}

/// A scenario in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioText {
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario; empty without one.
    pub title: String,
    /// Changes from the baseline, in order.
    pub changes: Vec<String>,
}

/// A lever with its fields and equations as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeverText {
    /// Name of the lever.
    pub name: String,
    /// Title of the lever; empty without one.
    pub title: String,
    /// Name of the lever's kind.
    pub kind: String,
    /// Description of the kind.
    pub about: String,
    /// The scenario that adds the lever; empty for a lever of the baseline.
    pub scenario: String,
    /// Fields of the lever, such as `duty.rate = 9.4%`, each with its description.
    pub fields: Vec<(String, String)>,
    /// Equations of the lever.
    pub equations: Vec<String>,
}

/// A given number, path or distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// Name of the value: `duty.rate[machinery]`.
    pub name: String,
    /// Text of the value: `9.4% -> 0% over 2026..2029`.
    pub value: String,
    /// The lever or scenario that contains the value: `duty`, `scenario liberalisation`; empty outside of both.
    pub owner: String,
    /// Line of the value in the script.
    pub line: usize,
    /// Keys of the value's sources; empty for a value without a source.
    pub sources: Vec<String>,
}
