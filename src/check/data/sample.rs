//! A column of a file as a sample: what `empirical(data(...))` draws from.

use super::rows::{self, MOST_REPORTED};
use crate::builtins::Function;
use crate::check::call::{limit_of, random};
use crate::check::expr::{Env, MISTAKE, NUMBER, Typed};
use crate::check::{Checker, errors};
use crate::data::errors::{self as data_errors, NoRows};
use crate::data::{Files, Missing, NotANumber, Request, parse};
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Kind, Sample};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;

/// The most values of one sample.
const MOST_VALUES: usize = 100_000;
/// The most values of all samples of a script.
const MOST_IN_ALL: usize = 5_000_000;

/// A sample and the kind of its values.
pub(in crate::check) type Drawn = (Sample, Kind);

impl Checker<'_> {
    /// `empirical(data("file.csv", value: column), ...)`, perhaps with limits.
    pub(in crate::check) fn sample(
        &mut self,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let rest: Vec<&ast::Argument> =
            call.args.iter().filter(|argument| limit_of(argument).is_none()).collect();
        let [ast::Argument { key: None, value, .. }] = rest.as_slice() else {
            let problem = "`empirical` draws from one column, or from values one by one";
            let help =
                "write `empirical(data(\"file.csv\", value: COLUMN))`, or `empirical(a, b, ...)`";
            self.error(data_errors::argument(span, problem, help));
            return MISTAKE;
        };
        let Some((sample, kind)) = self.sample_of(value, expected) else { return MISTAKE };
        let mut limits = [None, None];
        for argument in &call.args {
            let Some(n) = limit_of(argument) else { continue };
            let limit = self.expr(&argument.value, env, expected.or(Some(kind)));
            let (at, and) = (value.span, argument.value.span);
            let drawn = (Expr::Const(1.0), kind);
            self.same(&drawn, &limit, at, and, "a distribution and its limits");
            limits[n] = Some(limit.0);
        }
        (random((Function::Empirical, Vec::new(), Some(sample)), limits, span, env), kind)
    }

    /// The sample that a call of `data` asks for; its file is read once, however often the
    /// definition is.
    fn sample_of(&mut self, value: &ast::Expr, expected: Option<Kind>) -> Option<Drawn> {
        let args = &super::data_call(value)?.args;
        let spans = args.iter().map(|argument| argument.value.span);
        let key: Vec<Span> = std::iter::once(value.span).chain(spans).collect();
        if let Some(known) = self.samples.get(&key) {
            return known.clone();
        }
        let drawn = self.read_sample(args, value.span, expected);
        self.samples.insert(key, drawn.clone());
        drawn
    }

    fn read_sample(
        &mut self,
        args: &[ast::Argument],
        span: Span,
        expected: Option<Kind>,
    ) -> Option<Drawn> {
        let mut request = self.data_request(args, span)?;
        for named in std::mem::take(&mut request.named) {
            if let Err(problem) = request.filter(named, &[]) {
                self.error(problem);
                return None;
            }
        }
        if let Some(problem) = no_option_of_samples(&request, span) {
            self.error(problem);
            return None;
        }
        let needs_unit =
            expected.filter(|&kind| kind != NUMBER && !matches!(kind, Kind::Unknown | Kind::Year));
        let (factor, kind) = match (request.unit, needs_unit) {
            (Some(unit), _) => self.data_factor(unit)?,
            (None, None) => (1.0, NUMBER),
            (None, Some(kind)) => {
                let required = self.kind_name(kind);
                self.error(errors::data_without_unit(span, "the distribution", &required));
                return None;
            }
        };
        let read = self.samples.values().flatten().map(|(sample, _)| sample.values.len());
        let room = MOST_VALUES.min(MOST_IN_ALL.saturating_sub(read.sum()));
        let (files, mut found) = (self.files, Vec::new());
        let values = values(files, &request, span, self.sources, (factor, room), &mut found);
        let fine = found.is_empty();
        found.into_iter().for_each(|problem| self.error(problem));
        let mut values = values.filter(|_| fine)?;
        values.sort_by(f64::total_cmp);
        let words: Vec<&str> = self.sources.text(span).split_whitespace().collect();
        Some((Sample { values: values.into(), text: words.join(" ") }, kind))
    }
}

/// What `data` understands and a sample cannot have.
fn no_option_of_samples(request: &Request<'_>, span: Span) -> Option<Diagnostic> {
    let option = match request {
        Request { column: Some(_), .. } => "column",
        Request { missing: Missing::Value(_) | Missing::Interpolate, .. } => "missing",
        Request { skip_other: true, .. } => "other",
        _ => return None,
    };
    let problem = format!("`{option}` has no meaning where a distribution draws from a column");
    let help = match option {
        "column" => "write `value: COLUMN`",
        "missing" => "leave it out; `na: \"\"` passes over empty cells",
        _ => "leave it out; filters choose the rows",
    };
    Some(data_errors::argument(span, problem, help))
}

/// The values of the rows that pass the filters, each multiplied; at most `room`.
fn values(
    files: &dyn Files,
    request: &Request<'_>,
    span: Span,
    sources: &mut SourceMap,
    (factor, room): (f64, usize),
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<f64>> {
    let mut read = || {
        let Some(column) = &request.value else { return Err(errors::data_without_value(span)) };
        let mut csv = rows::open(files, request, span, sources)?;
        let position = csv.column(&column.text, column.span, sources)?;
        let mut filters = Vec::new();
        for filter in &request.filters {
            filters.push(csv.column(&filter.column.text, filter.column.span, sources)?);
        }
        let (mut kept, mut values) = (0_u64, Vec::new());
        while found.len() < MOST_REPORTED && csv.next_row(sources)? {
            if !rows::passes(&csv, &request.filters, &filters, request) {
                continue;
            }
            kept += 1;
            let cell = csv.cell(position);
            if request.format.na.iter().any(|na| *na == cell) {
                continue;
            }
            let value = parse(&cell, &request.format).map(|value| value * factor);
            let value = value.and_then(|value| match value.is_finite() {
                true => Ok(value),
                false => Err(NotANumber::Range),
            });
            match value {
                Ok(_) if values.len() == room => {
                    let at = csv.at(position, sources);
                    return Err(data_errors::too_many_values(at, span, room));
                }
                Ok(value) => values.push(value),
                Err(problem) => {
                    let at = csv.at(position, sources);
                    found.push(data_errors::number(at, span, &cell, problem));
                }
            }
        }
        if values.is_empty() && found.is_empty() {
            let why = if kept == 0 { rows::unused(&csv) } else { NoRows::Values };
            return Err(data_errors::no_rows(span, &request.file.text, why));
        }
        Ok(values)
    };
    let read = read();
    read.map_err(|problem| found.push(problem)).ok()
}
