//! Requests of the page, as JSON objects.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Code, Diagnostic};
use crate::results::RunOptions;

/// A request of the page; its field `ask` names the type.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Message {
    /// Requests diagnostics, classes of words, or completion.
    Check(CheckAsk),
    /// Requests the sliders and switches.
    Controls(ControlsAsk),
    /// Requests the answers to the script's queries.
    Run(RunAsk),
    /// Requests the trace of a value to its inputs.
    Why(WhyAsk),
    /// Requests a value in all scenarios, with the contribution of each change.
    Compare(CompareAsk),
    /// Requests the number of a control for which a value is reached.
    Find(FindAsk),
    /// Requests the changed numbers as a scenario of the script.
    Write(WriteAsk),
    /// Requests the answers in a format of `mizan run`, or as a fragment of another page.
    Document(DocumentAsk),
    /// Requests a comparison of a memo's numbers with a new run.
    Verify(VerifyAsk),
    /// Requests a comparison of two documents as a reader sees them.
    Seen(Seen),
}

/// A script with its files and the numbers that the reader changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    /// Name of the script in diagnostics.
    #[serde(default = "unnamed")]
    pub(super) name: String,
    /// Text of the script.
    pub(super) text: String,
    /// The files, by name relative to the script.
    #[serde(default)]
    pub(super) files: BTreeMap<String, FileContents>,
    /// The changed numbers, in the order of the text.
    #[serde(default)]
    pub(super) changes: Vec<TextChange>,
}

/// The contents of a file: its text, or the bytes of a data file in another encoding than UTF-8.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum FileContents {
    Text(String),
    Bytes {
        #[serde(rename = "base64", deserialize_with = "decoded")]
        bytes: Vec<u8>,
    },
}

impl FileContents {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes { bytes } => bytes,
        }
    }
}

/// Decodes bytes that are written in base64.
fn decoded<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(value)?).map_err(D::Error::custom)
}

/// A part of the text that is replaced; offsets count UTF-16 units.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextChange {
    pub(super) from: usize,
    pub(super) to: usize,
    /// New text of the number, with its unit.
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckAsk {
    pub(super) script: Script,
    /// The offset of the cursor, for completion.
    #[serde(default)]
    pub(super) at: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlsAsk {
    pub(super) script: Script,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunAsk {
    pub(super) script: Script,
    /// Scenarios for queries without `for` and with `for all`, as for `mizan run --scenario`; empty for all.
    #[serde(default)]
    pub(super) scenarios: Vec<String>,
    /// Number of draws; 0 for a plain run.
    #[serde(default)]
    pub(super) draws: u64,
    #[serde(default = "first_seed")]
    pub(super) seed: u64,
    /// True to leave out queries that take long, while the reader drags a slider.
    #[serde(default)]
    pub(super) quick: bool,
    /// Positions in the script of the queries to answer besides checks, such as those that the reader sees; None for all.
    #[serde(default)]
    pub(super) only: Option<BTreeSet<usize>>,
    /// Options of a memo's run, in place of `scenarios`, `draws` and `seed`.
    #[serde(default)]
    pub(super) options: Option<RunOptions>,
    /// Width of the charts in pixels.
    #[serde(default = "wide")]
    pub(super) width: f64,
    /// True if the answer must include the report in JSON, as `mizan run --format json` writes it.
    #[serde(default)]
    pub(super) json: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentAsk {
    pub(super) script: Script,
    #[serde(default)]
    pub(super) options: RunOptions,
    /// Name of the format: one of `mizan run --format`, or `fragment`.
    pub(super) format: String,
    /// Width of texts in columns.
    #[serde(default = "eighty")]
    pub(super) width: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyAsk {
    /// The object embedded in the memo, as text.
    pub(super) carried: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    pub(super) document: String,
    pub(super) anew: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyAsk {
    pub(super) script: Script,
    /// The expression to trace: `balance[China]`.
    pub(super) of: String,
    pub(super) scenario: String,
    pub(super) year: i32,
    /// Scenario for comparison; None traces the value itself.
    #[serde(default)]
    pub(super) to: Option<String>,
    #[serde(default = "wide")]
    pub(super) width: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompareAsk {
    pub(super) script: Script,
    /// The expression to compare: `balance[China]`.
    pub(super) of: String,
    pub(super) year: i32,
    #[serde(default = "wide")]
    pub(super) width: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FindAsk {
    pub(super) script: Script,
    /// The control that varies: its place and value, and the ends of its range.
    pub(super) lever: LeverInHand,
    /// The expression that has to reach the value: `balance[China]`.
    pub(super) of: String,
    pub(super) scenario: String,
    /// Year and value to reach; None asks only for the values that can be reached.
    #[serde(default)]
    pub(super) target: Option<ValueTarget>,
}

/// The control that the reader moves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeverInHand {
    /// Offset of the control's number in the text, in UTF-16 units.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Lowest value of the control's range, in the unit of the control.
    pub(super) least: f64,
    pub(super) most: f64,
    /// The unit after the number: `%`, ` mn USD`.
    pub(super) suffix: String,
    /// True if the control takes whole numbers only.
    #[serde(default)]
    pub(super) is_whole: bool,
    /// True if the control's value is a calendar year.
    #[serde(default)]
    pub(super) is_year: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueTarget {
    pub(super) year: i32,
    pub(super) value: Amount,
}

/// The value to reach, as text or as a number.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Amount {
    /// A number in the base unit, from a point of a chart.
    Number(f64),
    /// Text in the script's form: `-5 bn USD`.
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteAsk {
    pub(super) script: Script,
    /// Name and title of the new scenario.
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
}

/// Makes the diagnostic for a request that cannot be read.
pub(super) fn unreadable(why: &str) -> Diagnostic {
    Diagnostic::error(Code::BadRequest, format!("the message of the page cannot be read: {why}"))
        .help("reload the page")
}

fn unnamed() -> String {
    "script.mizan".to_owned()
}

fn eighty() -> usize {
    80
}

fn first_seed() -> u64 {
    1
}

/// Returns the default width of a chart on a large screen, in pixels.
fn wide() -> f64 {
    720.0
}
