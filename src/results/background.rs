//! What is behind a report: the script with its files and options, its scenarios, levers and assumptions.
//!
//! A document for readers, such as a page, shows it beside the answers. All texts are plain.

use serde::{Deserialize, Serialize};

use super::WhyTree;

/// The background of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Background {
    /// The script and the files that it names; the script is first.
    pub inputs: Vec<Input>,
    /// The options of the run.
    pub options: RunOptions,
    /// The question that the script asks: the first paragraph of the comment at its head. Empty without one.
    pub question: String,
    /// The answer that the script states: the other paragraphs of that comment.
    pub answer: Vec<String>,
    /// The scenarios in words.
    pub scenarios: Vec<ScenarioText>,
    /// The levers of the baseline and of the scenarios.
    pub levers: Vec<LeverText>,
    /// The figures of the script, in the order of the text.
    pub assumptions: Vec<Assumption>,
    /// For each query, the values of its last year traced through their equations; empty for most kinds of query.
    pub explained: Vec<Vec<WhyTree>>,
}

/// A file that a run reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name, relative to the script's folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The options of a run that change its answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunOptions {
    /// The scenarios chosen by `--scenario`.
    pub scenarios: Vec<String>,
    /// The values replaced by `--set`.
    pub set: Vec<String>,
    /// The years chosen by `--years`.
    pub years: Option<(i32, i32)>,
    /// Number of draws; 0 without a simulation, unless a query needs one.
    pub draws: u64,
    /// The seed.
    pub seed: u64,
    /// `plain`, `latin` or `sobol`.
    pub sampling: String,
    /// True for standard errors and all quantiles in the tables of a simulation.
    pub errors: bool,
    /// A question from the command line that takes the place of the script's queries; empty without one.
    pub question: String,
}

/// A scenario in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioText {
    /// The name.
    pub name: String,
    /// The title; empty without one.
    pub title: String,
    /// Its changes against the baseline, in order.
    pub changes: Vec<String>,
}

/// A lever with its formulas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeverText {
    /// The name.
    pub name: String,
    /// The title; empty without one.
    pub title: String,
    /// The kind.
    pub kind: String,
    /// The description of the kind.
    pub about: String,
    /// The scenario that adds it; empty for a lever of the baseline.
    pub scenario: String,
    /// Its fields, as `duty.rate = 9.4%`, each with its description.
    pub fields: Vec<(String, String)>,
    /// Its equations.
    pub equations: Vec<String>,
}

/// A given number, path or distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// `duty.rate[machinery]`.
    pub name: String,
    /// Its value, as `9.4% -> 0% over 2026..2029`.
    pub value: String,
    /// The lever or the scenario that has it: `duty`, `scenario liberalisation`; empty outside both.
    pub owner: String,
    /// Number of its line.
    pub line: usize,
    /// Keys of its sources; empty for a figure without one.
    pub sources: Vec<String>,
}
