//! The answers of a run, with labels for arrays.

use std::collections::BTreeMap;

use mizan::analysis::PanelDraws;
use mizan::diagnostic::Diagnostic;
use mizan::explain;
use mizan::model::{Model, Query, Question};
use mizan::report::{self, ReportFormat, Setting};
use mizan::results::{self, Answer, Input, Panel, RunOptions, Spread, UnitLabel};
use mizan::session::Program;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::{Value, json};

use crate::arrays::array;
use crate::error;

/// The answers to the queries of a script.
#[pyclass(frozen, module = "mizan._mizan")]
pub(crate) struct Report {
    report: results::Report,
    program: Program,
    inputs: Vec<Input>,
    options: RunOptions,
}

/// Arrays by the name of the statistic: `value`, `mean`, `sd`, `error`, `quantile`.
type Arrays<'py> = BTreeMap<&'static str, Bound<'py, PyAny>>;

#[pymethods]
impl Report {
    /// The answers as a JSON object.
    fn json(&self) -> String {
        report::json(&self.report).to_string()
    }

    /// The answers as CSV, one value to a line.
    fn csv(&self, py: Python<'_>) -> PyResult<String> {
        report::csv(&self.report).map_err(|why| error::refused(py, &why.to_string()))
    }

    /// The answers as a fragment of a web page.
    fn fragment(&self) -> String {
        report::fragment(&self.report)
    }

    /// The charts: the name of a file and an SVG document for each.
    fn pictures(&self) -> Vec<(String, String)> {
        let pair = |picture: report::Picture| (picture.file, picture.svg);
        report::pictures(&self.report).into_iter().map(pair).collect()
    }

    /// The answers in the format of a name, `text`, `html`, `xlsx`; `errors` adds standard errors and all
    /// quantiles to tables.
    fn write<'py>(
        &self,
        py: Python<'py>,
        format: &str,
        width: usize,
        errors: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let Some(format) = ReportFormat::named(format) else {
            return Err(error::refused(py, &format!("there is no format `{format}`")));
        };
        let setting = Setting { width, colour: false, errors, excel: None };
        let options = RunOptions { errors, ..self.options.clone() };
        let background = || explain::background(&self.program, self.inputs.clone(), options);
        let bytes = format.write(&self.report, background, setting);
        let bytes = bytes.map_err(|_| error::refused(py, "the report cannot be written"))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The warnings, and the identities that do not hold, as a JSON array.
    fn diagnostics(&self) -> String {
        error::data(&self.problems(), &self.program.sources)
    }

    /// The warnings, and the identities that do not hold, as the terminal shows them.
    fn messages(&self) -> String {
        error::text(&self.problems(), &self.program.sources)
    }

    /// The SHA-256 of the script's text.
    fn sha256(&self) -> String {
        self.inputs.first().map_or(String::new(), |input| report::sha256(&input.bytes))
    }

    /// The values of tables and charts: for each expression its labels as JSON, and its arrays with the axes of
    /// the expression, the scenario and the year; quantiles have the level as last axis.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Arrays<'py>)>> {
        let Some(model) = &self.program.model else { return Ok(Vec::new()) };
        let levels = self.report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
        let mut tables = Vec::new();
        for (number, (query, answer)) in model.queries.iter().zip(&self.report.answers).enumerate()
        {
            let (kind, panels) = match answer {
                Answer::Show { panels } => ("show", panels),
                Answer::Chart { panels } => ("chart", panels),
                Answer::Distribution { .. }
                | Answer::Check(_)
                | Answer::Compare { .. }
                | Answer::Find(_)
                | Answer::Sweep { .. }
                | Answer::Calibrate(_)
                | Answer::Discover(_)
                | Answer::Robust(_)
                | Answer::Why { .. }
                | Answer::Sensitivity { .. } => continue,
            };
            for (question, panel) in query.ask.questions().iter().zip(panels) {
                let mut labels = labels(model, query, question, &panel.unit, &panel.title);
                labels["query"] = json!(number);
                labels["kind"] = json!(kind);
                labels["levels"] = json!(levels);
                let arrays = arrays(py, panel, &shape(model, query, question), levels.len())?;
                tables.push((labels.to_string(), arrays));
            }
        }
        Ok(tables)
    }
}

impl Report {
    pub(crate) fn new(
        report: results::Report,
        program: Program,
        inputs: Vec<Input>,
        options: RunOptions,
    ) -> Self {
        Self { report, program, inputs, options }
    }

    fn problems(&self) -> Vec<Diagnostic> {
        self.program.diagnostics.iter().chain(self.report.problems()).cloned().collect()
    }
}

/// The labels of an expression's values.
fn labels(
    model: &Model,
    query: &Query,
    question: &Question,
    unit: &UnitLabel,
    title: &str,
) -> Value {
    let mut axes: Vec<(String, Vec<&str>)> = Vec::new();
    for &(_, set) in &question.loops {
        let name = &model.sets[set].name;
        // The axes of `trade[*, *]` may have one set; its second axis is `country_2`.
        let taken = axes.iter().filter(|(axis, _)| axis.trim_end_matches("_2") == name).count();
        let name = if taken == 0 { name.clone() } else { format!("{name}_{}", taken + 1) };
        axes.push((name, elements(model, set)));
    }
    let scenarios = query.scenarios.iter().map(|&scenario| model.scenario_name(scenario));
    let name = question.text.split('[').next().unwrap_or("").trim();
    let quantity = model.quantities.iter().find(|quantity| quantity.name == name);
    let cited = |key: &String| model.sources.get(key).map(|source| source.citation.clone());
    let sources = quantity.map_or(&[][..], |quantity| &quantity.sources);
    json!({
        "expression": question.text,
        "title": title,
        "unit": unit.name,
        "unit_kind": unit.kind,
        "axes": axes,
        "scenarios": scenarios.collect::<Vec<_>>(),
        "years": query.years.iter().collect::<Vec<_>>(),
        "sources": sources.iter().filter_map(cited).collect::<Vec<_>>(),
    })
}

/// The names of a set's members.
fn elements(model: &Model, set: usize) -> Vec<&str> {
    let set = &model.sets[set];
    let root = &model.sets[set.root].elements;
    let name = |&member: &u32| root.get_index(member as usize).map_or("", |(name, _)| name);
    set.members.iter().map(name).collect()
}

/// The lengths of the axes: those of the expression, the scenarios, the years.
fn shape(model: &Model, query: &Query, question: &Question) -> Vec<usize> {
    let axes = question.loops.iter().map(|&(_, set)| model.sets[set].members.len());
    axes.chain([query.scenarios.len(), query.years.count()]).collect()
}

/// The arrays of a panel. A value that does not exist is NaN.
fn arrays<'py>(
    py: Python<'py>,
    panel: &Panel,
    shape: &[usize],
    levels: usize,
) -> PyResult<Arrays<'py>> {
    let values = panel.series.iter().flat_map(|series| &series.values);
    let values = values.map(|value| value.unwrap_or(f64::NAN)).collect();
    let mut arrays = BTreeMap::from([("value", array(py, values, shape)?)]);
    if levels == 0 || panel.series.iter().any(|series| series.spread.is_empty()) {
        return Ok(arrays);
    }
    let spreads: Vec<Option<&Spread>> =
        panel.series.iter().flat_map(|series| &series.spread).map(Option::as_ref).collect();
    let each = |of: fn(&Spread) -> f64| -> Vec<f64> {
        spreads.iter().map(|spread| spread.map_or(f64::NAN, of)).collect()
    };
    arrays.insert("mean", array(py, each(|of| of.mean), shape)?);
    arrays.insert("sd", array(py, each(|of| of.sd), shape)?);
    arrays.insert("error", array(py, each(|of| of.error), shape)?);
    let missing = vec![f64::NAN; levels];
    let quantiles = spreads.iter().flat_map(|of| of.map_or(&missing, |of| &of.quantiles));
    let with_level = [shape, &[levels]].concat();
    arrays.insert("quantile", array(py, quantiles.copied().collect(), &with_level)?);
    Ok(arrays)
}

/// The draws of expressions: labels, and an array whose last axis is the draw.
pub(crate) fn draws_of<'py>(
    py: Python<'py>,
    model: &Model,
    panels: Vec<PanelDraws>,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let mut all = Vec::with_capacity(panels.len());
    for panel in panels {
        let query = &model.queries[panel.query];
        let questions = query.ask.questions();
        let Some(question) = questions.get(panel.expression) else { continue };
        let unit = mizan::analysis::unit(model, question.kind);
        let labels = labels(model, query, question, &unit, "");
        let draws = panel.columns.iter().flatten().map(Vec::len).max().unwrap_or(0);
        let shape = [shape(model, query, question), vec![draws]].concat();
        let mut columns = panel.columns.into_iter();
        // The draws of one value are handed over as they are.
        let values = match (columns.len(), columns.next()) {
            (1, Some(Some(only))) => only,
            (_, first) => {
                let column =
                    |column: Option<Vec<f64>>| column.unwrap_or_else(|| vec![f64::NAN; draws]);
                first.into_iter().chain(columns).flat_map(column).collect()
            }
        };
        all.push((labels.to_string(), array(py, values, &shape)?));
    }
    Ok(all)
}

/// Title, years, currency, scenarios, sets and quantities of a model.
pub(crate) fn outline(model: &Model) -> String {
    let scenario = |one: &mizan::model::Scenario| json!({"name": one.name, "title": one.title});
    let sets = (0..model.sets.len()).map(|set| (&model.sets[set].name, elements(model, set)));
    let quantities = model.quantities.iter().filter(|quantity| quantity.own);
    let quantity = |one: &mizan::model::Quantity| {
        let axes: Vec<&str> = one.axes.iter().map(|&set| model.sets[set].name.as_str()).collect();
        json!({
            "name": one.name, "axes": axes, "unit": one.unit, "about": one.doc, "given": one.is_given(),
        })
    };
    json!({
        "title": model.title,
        "years": model.years,
        "currency": model.currency,
        "scenarios": model.scenarios.iter().map(scenario).collect::<Vec<_>>(),
        "sets": sets.collect::<BTreeMap<_, _>>(),
        "quantities": quantities.map(quantity).collect::<Vec<_>>(),
    })
    .to_string()
}
