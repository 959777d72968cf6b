//! JSON and CSV: the values as they are, for other programs.
//!
//! Numbers are in base units (money in units of the currency, shares as fractions) and in the
//! shortest form that reads back as the same number; zero has no sign.

mod fits;
mod search;
mod sensitivity;
mod why;

use std::io;

use serde_json::{Map, Value};

use crate::results::{
    Answer, BrokenIdentity, CheckOutcome, Comparison, Histogram, Panel, Report, Spread, UnitKind,
    UnitLabel,
};

use super::decimal::Decimal;
use super::{
    calibrate, compare, discover, find, robust, sensitivity as effects, sweep, why as tree,
};

/// Version of the fields of the JSON document; raised by a change that could break a reader.
const SCHEMA: u32 = 1;

pub(super) const HEADER: [&str; 10] = [
    "query",
    "kind",
    "expression",
    "elements",
    "scenario",
    "year",
    "measure",
    "part",
    "value",
    "unit",
];

/// The report as one JSON object:
///
/// ```json
/// {
///   "schema": 1,
///   "mizan": "0.1.0",
///   "title": "Azerbaijan–China bilateral trade",
///   "years": [2024, 2035],
///   "currency": "USD",
///   "scenarios": [{"name": "baseline", "title": ""}],
///   "answers": [{"query": "show", "panels": []}],
///   "fixed": [],
///   "sources": [{"key": "wits", "citation": "World Bank WITS"}]
/// }
/// ```
///
/// `schema` is raised when a reader could break; fields may be added without that. Each answer has
/// the fields of its variant of [`Answer`], and `query` names it: `show` and `chart` have `panels`,
/// `compare` has `comparisons` and `by_lever`, `check` has those of [`CheckOutcome`]. A missing value
/// is `null`.
pub fn json(report: &Report) -> Value {
    let mut document = Map::new();
    document.insert("schema".to_owned(), SCHEMA.into());
    document.insert("mizan".to_owned(), env!("CARGO_PKG_VERSION").into());
    if let Ok(Value::Object(mut fields)) = serde_json::to_value(report) {
        if let Some(Value::Array(answers)) = fields.get_mut("answers") {
            answers.iter_mut().zip(&report.answers).for_each(|(value, answer)| say(value, answer));
        }
        document.extend(fields);
    }
    let mut document = Value::Object(document);
    unsign_zeros(&mut document);
    document
}

/// Adds the sentence that sums up an answer to its JSON object.
fn say(value: &mut Value, answer: &Answer) {
    let sentence = match answer {
        Answer::Find(found) => find::sentence(found),
        Answer::Sweep { axes, tables } => sweep::sentence(axes, tables),
        Answer::Calibrate(found) => calibrate::sentence(found),
        Answer::Discover(found) => discover::sentence(found),
        Answer::Robust(found) => robust::sentence(found),
        Answer::Why { trees } => trees.iter().map(tree::sentence).collect::<Vec<_>>().join(" "),
        Answer::Sensitivity { tables } => {
            tables.iter().map(effects::sentence).collect::<Vec<_>>().join(" ")
        }
        Answer::Compare { comparisons, .. } => compare::sentences(comparisons),
        Answer::Show { .. }
        | Answer::Chart { .. }
        | Answer::Distribution { .. }
        | Answer::Check(_) => return,
    };
    if let Value::Object(fields) = value {
        fields.insert("sentence".to_owned(), sentence.into());
        if let (Answer::Discover(found), Some(Value::Array(all))) =
            (answer, fields.get_mut("discoveries"))
        {
            for (value, one) in all.iter_mut().zip(&found.discoveries) {
                let text = discover::scenario(found, one);
                if let (Value::Object(fields), Some(text)) = (value, text) {
                    fields.insert("text".to_owned(), text.into());
                }
            }
        }
    }
}

fn unsign_zeros(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unsign_zeros),
        Value::Object(fields) => fields.values_mut().for_each(unsign_zeros),
        Value::Number(number) if number.is_f64() && number.as_f64() == Some(0.0) => {
            *value = Value::from(0.0);
        }
        _ => {}
    }
}

/// The report's values as CSV, one to a line, under the header `query, kind, expression, elements,
/// scenario, year, measure, part, value, unit`.
///
/// `query` counts the answers from 1 and `kind` says which query it was. `measure` is `value` for
/// tables and charts; `reference`, `value`, `difference` and `part` for comparisons, where `part`
/// names the lever; `left`, `right` and `passed` (1 or 0) for checks, which list the cells that the
/// report holds: those that fail, or the tightest. `subpart` is a contribution inside a lever's part; `part`
/// then names the lever and the change. Identities that do not hold come first, as the query 0 of the kind
/// `identity`, with the measures of a check and the identity's name in `part`. A simulation adds `mean`, `sd`, `error` (of the mean)
/// and the quantiles `q05` and so on, which for comparisons are those of the difference and start
/// with `difference_`; histograms have `from`, `to` and `draws` of each bin, counted from 1 in `part`.
/// A missing value is an empty cell. Text that a spreadsheet could take for a formula gets an
/// apostrophe in front; numbers never do.
///
/// # Errors
/// None in practice: writing to memory does not fail.
pub fn csv(report: &Report) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for row in rows(report)? {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?)
}

/// Returns the rows of the CSV table without its header; see [`csv`].
pub(super) fn rows(report: &Report) -> Result<Vec<[String; 10]>, csv::Error> {
    let levels = report.sampling.iter().flat_map(|sampling| &sampling.levels);
    let levels = levels.map(|&level| quantile(level)).collect();
    let mut table = CsvTable { rows: Vec::new(), levels, query: 0, kind: "" };
    table.broken(&report.broken_identities)?;
    for (at, answer) in report.answers.iter().enumerate() {
        table.query = at + 1;
        table.answer(answer)?;
    }
    Ok(table.rows)
}

/// A row of the CSV table, without the query's columns, which are in [`CsvTable`].
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) expression: &'a str,
    pub(super) elements: &'a [String],
    pub(super) scenario: &'a str,
    /// Year of the row; None for a row about all years.
    pub(super) year: Option<i32>,
    pub(super) measure: &'a str,
    pub(super) part: &'a str,
    pub(super) value: Option<f64>,
    pub(super) unit: &'a str,
}

/// The CSV table with the rows written so far.
pub(super) struct CsvTable {
    rows: Vec<[String; 10]>,
    /// Names of the quantiles.
    levels: Vec<String>,
    query: usize,
    kind: &'static str,
}

impl CsvTable {
    fn answer(&mut self, answer: &Answer) -> Result<(), csv::Error> {
        match answer {
            Answer::Show { panels } => {
                self.kind = "show";
                panels.iter().try_for_each(|panel| self.panel(panel))
            }
            Answer::Chart { panels } => {
                self.kind = "chart";
                panels.iter().try_for_each(|panel| self.panel(panel))
            }
            Answer::Distribution { histograms } => {
                self.kind = "distribution";
                histograms.iter().try_for_each(|histogram| self.histogram(histogram))
            }
            Answer::Check(outcome) => {
                self.kind = "check";
                self.check(outcome)
            }
            Answer::Compare { comparisons, .. } => {
                self.kind = "compare";
                comparisons.iter().try_for_each(|comparison| self.comparison(comparison))
            }
            Answer::Find(found) => {
                self.kind = "find";
                found.searches.iter().try_for_each(|search| self.search(found, search))
            }
            Answer::Sweep { axes, tables } => {
                self.kind = "sweep";
                tables.iter().try_for_each(|table| self.swept(axes, table))
            }
            Answer::Calibrate(found) => {
                self.kind = "calibrate";
                found.calibrations.iter().try_for_each(|one| self.calibration(found, one))
            }
            Answer::Discover(found) => {
                self.kind = "discover";
                found.discoveries.iter().try_for_each(|one| self.discovery(found, one))
            }
            Answer::Robust(found) => {
                self.kind = "robust";
                found.options.iter().try_for_each(|option| self.option(found, option))
            }
            Answer::Sensitivity { tables } => {
                self.kind = "sensitivity";
                tables.iter().try_for_each(|table| self.sensitivity(table))
            }
            Answer::Why { trees } => {
                self.kind = "why";
                trees.iter().try_for_each(|tree| self.tree(tree))
            }
        }
    }

    fn broken(&mut self, broken: &[BrokenIdentity]) -> Result<(), csv::Error> {
        self.kind = "identity";
        for one in broken {
            let scenario = match one.combination.as_str() {
                "" => one.scenario.clone(),
                combination => format!("{} {combination}", one.scenario),
            };
            let side = Entry {
                expression: &one.condition,
                elements: &one.elements,
                scenario: &scenario,
                year: Some(one.year),
                measure: "left",
                part: &one.identity,
                value: Some(one.left),
                unit: base_unit(&one.unit),
            };
            self.write(side)?;
            if one.right.is_some() {
                self.write(Entry { measure: "right", value: one.right, ..side })?;
            }
            self.write(Entry { measure: "passed", value: Some(0.0), unit: TRUTH, ..side })?;
        }
        Ok(())
    }

    fn panel(&mut self, panel: &Panel) -> Result<(), csv::Error> {
        for series in &panel.series {
            for (at, (&year, &value)) in panel.years.iter().zip(&series.values).enumerate() {
                let entry = Entry {
                    expression: &panel.expression,
                    elements: &series.elements,
                    scenario: &series.scenario,
                    year: Some(year),
                    measure: "value",
                    part: "",
                    value,
                    unit: base_unit(&panel.unit),
                };
                self.write(entry)?;
                if let Some(Some(spread)) = series.spread.get(at) {
                    self.spread(spread, "", entry)?;
                }
            }
        }
        Ok(())
    }

    fn histogram(&mut self, histogram: &Histogram) -> Result<(), csv::Error> {
        for series in &histogram.series {
            let bins = histogram.edges.windows(2).zip(&series.counts);
            for (number, (ends, &count)) in bins.enumerate() {
                let [from, to] = *ends else { continue };
                let part = (number + 1).to_string();
                let bin = Entry {
                    expression: &histogram.expression,
                    elements: &series.elements,
                    scenario: &series.scenario,
                    year: Some(histogram.year),
                    measure: "from",
                    part: &part,
                    value: Some(from),
                    unit: base_unit(&histogram.unit),
                };
                self.write(bin)?;
                self.write(Entry { measure: "to", value: Some(to), ..bin })?;
                self.write(Entry { measure: "draws", value: Some(count as f64), unit: "", ..bin })?;
            }
            let whole = Entry {
                expression: &histogram.expression,
                elements: &series.elements,
                scenario: &series.scenario,
                year: Some(histogram.year),
                measure: "",
                part: "",
                value: None,
                unit: base_unit(&histogram.unit),
            };
            self.spread(&series.spread, "", whole)?;
        }
        Ok(())
    }

    fn check(&mut self, outcome: &CheckOutcome) -> Result<(), csv::Error> {
        for cell in &outcome.cells {
            let side = Entry {
                expression: &outcome.condition,
                elements: &cell.elements,
                scenario: &cell.scenario,
                year: Some(cell.year),
                measure: "left",
                part: "",
                value: Some(cell.left),
                unit: base_unit(&outcome.unit),
            };
            self.write(side)?;
            if cell.right.is_some() {
                self.write(Entry { measure: "right", value: cell.right, ..side })?;
            }
            let passed = Some(f64::from(u8::from(cell.passed)));
            self.write(Entry { measure: "passed", value: passed, unit: TRUTH, ..side })?;
        }
        Ok(())
    }

    fn comparison(&mut self, comparison: &Comparison) -> Result<(), csv::Error> {
        let reference = Entry {
            expression: &comparison.expression,
            elements: &[],
            scenario: &comparison.reference,
            year: Some(comparison.year),
            measure: "reference",
            part: "",
            value: Some(comparison.reference_value),
            unit: base_unit(&comparison.unit),
        };
        self.write(reference)?;
        for other in &comparison.scenarios {
            let entry = Entry { scenario: &other.scenario, ..reference };
            self.write(Entry { measure: "value", value: Some(other.value), ..entry })?;
            let entry = Entry { measure: "difference", value: Some(other.difference), ..entry };
            self.write(entry)?;
            if let Some(spread) = &other.spread {
                self.spread(spread, "difference_", entry)?;
            }
            for part in &other.parts {
                let (lever, value) = (part.lever.as_str(), Some(part.value));
                let entry = Entry { part: lever, ..entry };
                self.write(Entry { measure: "part", value, ..entry })?;
                if let Some(error) = part.standard_error {
                    let value = Some(error);
                    self.write(Entry { measure: "part_standard_error", value, ..entry })?;
                }
                if let Some(spread) = &part.spread {
                    self.spread(spread, "part_", entry)?;
                }
                for inner in &part.parts {
                    let (name, value) = (format!("{lever}: {}", inner.lever), Some(inner.value));
                    self.write(Entry { measure: "subpart", part: &name, value, ..entry })?;
                }
            }
        }
        Ok(())
    }

    /// Adds the rows of a spread; `prefix` comes before the name of each measure.
    fn spread(&mut self, of: &Spread, prefix: &str, entry: Entry<'_>) -> Result<(), csv::Error> {
        let moments = [("mean", of.mean), ("sd", of.sd), ("error", of.error)];
        let moments = moments.map(|(name, value)| (name.to_owned(), value));
        let quantiles = self.levels.clone().into_iter().zip(of.quantiles.iter().copied());
        for (name, value) in moments.into_iter().chain(quantiles) {
            let measure = format!("{prefix}{name}");
            self.write(Entry { measure: &measure, value: Some(value), ..entry })?;
        }
        Ok(())
    }

    pub(super) fn write(&mut self, entry: Entry<'_>) -> Result<(), csv::Error> {
        self.rows.push([
            self.query.to_string(),
            self.kind.to_owned(),
            harmless(entry.expression),
            harmless(&entry.elements.join(", ")),
            harmless(entry.scenario),
            entry.year.map_or(String::new(), |year| year.to_string()),
            entry.measure.to_owned(),
            harmless(entry.part),
            entry.value.map_or(String::new(), number),
            harmless(entry.unit),
        ]);
        Ok(())
    }
}

const TRUTH: &str = "truth";

/// Returns the unit of the values in the file.
pub(super) fn base_unit(unit: &UnitLabel) -> &str {
    match unit.kind {
        UnitKind::Percent => "fraction",
        UnitKind::Truth => TRUTH,
        UnitKind::Year => "year",
        UnitKind::Money | UnitKind::Number => &unit.name,
    }
}

/// Returns the name of a quantile: `q05`, `q50`, `q97.5`.
fn quantile(level: f64) -> String {
    let percent = Decimal::of(level).shifted(2);
    let text = percent.fixed(percent.decimals(), false);
    let whole = text.split('.').next().map_or(0, str::len);
    format!("q{}{text}", "0".repeat(2_usize.saturating_sub(whole)))
}

/// Returns the shortest text that reads back as the same number; empty for NaN and infinite values.
fn number(value: f64) -> String {
    match value {
        _ if !value.is_finite() => String::new(),
        0.0 => "0".to_owned(),
        _ if (1e-5..1e17).contains(&value.abs()) => value.to_string(),
        _ => format!("{value:e}"),
    }
}

/// Puts an apostrophe before text that a spreadsheet could take for a formula.
fn harmless(text: &str) -> String {
    const TELLING: [char; 12] =
        ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
    if text.starts_with(TELLING) { format!("'{text}") } else { text.to_owned() }
}
