//! A column of a data file as a sample for `empirical(data(...))`, whole or by elements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::DataUnit;
use super::rows::{self, MOST_REPORTED, Members};
use crate::builtins::{Builtin, Function};
use crate::check::arguments::parameters;
use crate::check::distributions::random;
use crate::check::expr::{Env, MISTAKE, NUMBER, Typed};
use crate::check::{Checker, IndexMeaning, errors};
use crate::data::errors::{self as data_errors, NoRows};
use crate::data::{Files, Missing, NotANumber, Request, Table};
use crate::diagnostic::Diagnostic;
use crate::model::{ColumnSample, Kind, SetId};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Name};

/// Maximum number of values of a sample.
const MOST_VALUES: usize = 100_000;
/// Maximum number of values of all samples of a script.
const MOST_IN_ALL: usize = 5_000_000;
/// Number of elements without a value that a message names.
const MOST_NAMED: usize = 12;

/// The lookup key of a sample: the places of the call and its arguments, and the sets of its keys.
pub(in crate::check) type SampleId = (Vec<Span>, Vec<SetId>);

/// Sorted values by the elements of the keys, and the kind of the values.
pub(in crate::check) type SampleValues = (Arc<BTreeMap<Vec<u32>, Arc<[f64]>>>, Kind);

/// An index and the column that has its elements.
type SampleKey = (IndexMeaning, Name);

impl Checker<'_> {
    /// Resolves `empirical(data("file.csv", value: column))`, with or without limits.
    pub(in crate::check) fn sample(
        &mut self,
        row: &'static Builtin,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let given = self.bind_arguments(row.name, &parameters(row), &row.help(), call, span);
        let Some(given) = given else { return MISTAKE };
        let [ast::Argument { value, .. }] = given[0].as_slice() else {
            let problem = "`empirical` draws from one column, or from values one by one";
            let help =
                "write `empirical(data(\"file.csv\", value: COLUMN))`, or `empirical(a, b, ...)`";
            self.error(data_errors::argument(span, problem, help));
            return MISTAKE;
        };
        let Some((sample, kind)) = self.sample_of(value, env, expected) else { return MISTAKE };
        let limits = self.limits(&given[1..], Some(value.span), kind, env, expected);
        (random((Function::Empirical, Vec::new(), Some(sample)), limits, span, env), kind)
    }

    /// Returns the sample of a call of `data`. Its file is read once, however often the definition is
    /// resolved.
    fn sample_of(
        &mut self,
        value: &ast::Expr,
        env: &Env,
        expected: Option<Kind>,
    ) -> Option<(ColumnSample, Kind)> {
        let args = &super::data_call(value)?.args;
        let spans = args.iter().map(|argument| argument.value.span);
        let mut asked: SampleId = (std::iter::once(value.span).chain(spans).collect(), Vec::new());
        if self.samples.get(&asked) == Some(&None) {
            return None;
        }
        let Some((request, keys)) = self.sample_request(args, value.span, env) else {
            self.samples.insert(asked, None);
            return None;
        };
        asked.1 = keys.iter().map(|(bound, _)| set_of(*bound)).collect();
        if !self.samples.contains_key(&asked) {
            let drawn = self.read_sample(&request, &keys, value.span, expected);
            self.samples.insert(asked.clone(), drawn);
        }
        let (values, kind) = self.samples.get(&asked).cloned().flatten()?;
        let absent = self.absent(&keys, &values);
        if !absent.is_empty() {
            let names: Vec<&str> = absent.iter().map(String::as_str).collect();
            self.error(data_errors::no_values_of(value.span, &request.file.text, &names));
            self.samples.insert(asked, None);
            return None;
        }
        let words: Vec<&str> = self.sources.text(value.span).split_whitespace().collect();
        let keys = keys.iter().map(|(bound, _)| bound.expr()).collect();
        Some((ColumnSample { keys, values, text: words.join(" ") }, kind))
    }

    /// Reads the arguments of a call, and the keys: columns that name elements of the indices around it.
    fn sample_request<'t>(
        &mut self,
        args: &'t [ast::Argument],
        span: Span,
        env: &Env,
    ) -> Option<(Request<'t>, Vec<SampleKey>)> {
        let mut request = self.data_request(args, span)?;
        let mut keys = Vec::new();
        for named in std::mem::take(&mut request.named) {
            let found = match self.index_of(&named.key.text, env) {
                Some(bound) => {
                    keys.push((bound, named.text));
                    Ok(())
                }
                None => request.filter(named, &[]),
            };
            if let Err(problem) = found {
                self.error(problem);
                return None;
            }
        }
        if let Some(problem) = no_option_of_samples(&request, keys.is_empty(), span) {
            self.error(problem);
            return None;
        }
        Some((request, keys))
    }

    /// Finds the index of a key by the index's name, or by its set if no other index has this set.
    fn index_of(&self, key: &str, env: &Env) -> Option<IndexMeaning> {
        let named = env.indices.iter().rev().find(|(name, _)| name == key);
        let all = env.indices.iter().map(|(_, bound)| bound).chain(&env.unnamed);
        let mut by_set = all.filter(|bound| self.model.sets[set_of(**bound)].name == key);
        let by_set = by_set.next().filter(|_| by_set.next().is_none());
        named.map(|(_, bound)| bound).or(by_set).copied()
    }

    /// Returns the names of the elements without a value.
    fn absent(&self, keys: &[SampleKey], values: &BTreeMap<Vec<u32>, Arc<[f64]>>) -> Vec<String> {
        let mut all = vec![(Vec::new(), Vec::new())];
        for &(bound, _) in keys {
            let members = match bound {
                IndexMeaning::Free(_, set) => &self.model.sets[set].members[..],
                IndexMeaning::Bound(ref element, _) => std::slice::from_ref(element),
            };
            let longer = |(elements, names): &(Vec<u32>, Vec<String>)| -> Vec<_> {
                let name = |m| self.model.element_name(set_of(bound), m).to_owned();
                let one = |&m| ([&elements[..], &[m]].concat(), [&names[..], &[name(m)]].concat());
                members.iter().map(one).collect()
            };
            all = all.iter().flat_map(longer).collect();
        }
        let absent = all.into_iter().filter(|(elements, _)| !values.contains_key(elements));
        absent.map(|(_, names)| names.join(", ")).take(MOST_NAMED).collect()
    }

    fn read_sample(
        &mut self,
        request: &Request<'_>,
        keys: &[SampleKey],
        span: Span,
        expected: Option<Kind>,
    ) -> Option<SampleValues> {
        let needs_unit =
            expected.filter(|&kind| kind != NUMBER && !matches!(kind, Kind::Unknown | Kind::Year));
        let (factor, kind) = match (request.unit, needs_unit) {
            (Some(unit), _) => match self.file_unit(unit)? {
                DataUnit { factor, rate: None, kind } => (factor, kind),
                DataUnit { rate: Some(_), .. } => {
                    self.error(errors::not_constant(unit.span, "the unit of a sample"));
                    return None;
                }
            },
            (None, None) => (1.0, NUMBER),
            (None, Some(kind)) => {
                let required = self.kind_name(kind);
                self.error(errors::data_without_unit(span, "the distribution", &required));
                return None;
            }
        };
        let known = self.samples.values().flatten().flat_map(|(values, _)| values.values());
        let left = MOST_IN_ALL.saturating_sub(known.map(|values| values.len()).sum());
        let members = |(bound, column): &SampleKey| {
            (Members::of(&self.model, set_of(*bound)), column.clone())
        };
        let keys: Vec<(Members, Name)> = keys.iter().map(members).collect();
        let mut reading =
            SampleReader { request, keys: &keys, span, factor, left, found: Vec::new() };
        let values = reading.values(self.files, self.sources);
        let found = reading.found;
        let values = values.filter(|_| found.is_empty());
        found.into_iter().for_each(|problem| self.error(problem));
        let rising = |(elements, mut values): (Vec<u32>, Vec<f64>)| {
            values.sort_by(f64::total_cmp);
            (elements, values.into())
        };
        Some((Arc::new(values?.into_iter().map(rising).collect()), kind))
    }
}

fn set_of(bound: IndexMeaning) -> SetId {
    match bound {
        IndexMeaning::Free(_, set) | IndexMeaning::Bound(_, set) => set,
    }
}

/// Reports an option of `data` that a sample cannot have.
fn no_option_of_samples(request: &Request<'_>, whole: bool, span: Span) -> Option<Diagnostic> {
    let option = match request {
        Request { column: Some(_), .. } => "column",
        Request { across: Some(_), .. } => "year",
        Request { missing: Missing::Value(_) | Missing::Interpolate, .. } => "missing",
        Request { skip_other: true, .. } if whole => "other",
        _ => return None,
    };
    let problem = format!("`{option}` has no meaning where a distribution draws from a column");
    let help = match option {
        "column" | "year" => "write `value: COLUMN`",
        "missing" => "leave it out; `na: \"\"` passes over empty cells",
        _ => "leave it out; filters choose the rows",
    };
    Some(data_errors::argument(span, problem, help))
}

/// A data file that is read as a sample.
struct SampleReader<'c> {
    request: &'c Request<'c>,
    keys: &'c [(Members, Name)],
    span: Span,
    /// Factor from the file's unit to the model's unit.
    factor: f64,
    /// Number of values that the samples of the script may still add.
    left: usize,
    found: Vec<Diagnostic>,
}

impl SampleReader<'_> {
    /// Reads the values of the rows that pass the filters, by the elements of the keys.
    fn values(
        &mut self,
        files: &dyn Files,
        sources: &mut SourceMap,
    ) -> Option<BTreeMap<Vec<u32>, Vec<f64>>> {
        self.read(files, sources).map_err(|problem| self.found.push(problem)).ok()
    }

    fn read(
        &mut self,
        files: &dyn Files,
        sources: &mut SourceMap,
    ) -> Result<BTreeMap<Vec<u32>, Vec<f64>>, Diagnostic> {
        let (request, span) = (self.request, self.span);
        let Some(column) = &request.value else { return Err(errors::data_without_value(span)) };
        let mut table = Table::open(files, request, span, sources)?;
        let mut position = |name: &Name| table.column(&name.text, name.span, sources);
        let value = position(column)?;
        let filters = request.filters.iter().map(|filter| position(&filter.column));
        let filters = filters.collect::<Result<Vec<usize>, _>>()?;
        let keys = self.keys.iter().map(|(_, column)| position(column));
        let keys = keys.collect::<Result<Vec<usize>, _>>()?;
        let (mut kept, mut values) = (0_u64, BTreeMap::<Vec<u32>, Vec<f64>>::new());
        let mut unknown = BTreeSet::new();
        while self.found.len() < MOST_REPORTED && table.next_row(sources)? {
            if !table.passes(&filters) {
                continue;
            }
            kept += 1;
            let elements = self.elements(&table, &keys, &mut unknown, sources);
            let Some(elements) = elements else { continue };
            match self.number(&table, value) {
                Ok(None) => {}
                Ok(Some(number)) => {
                    let own = values.entry(elements).or_default();
                    if own.len() == MOST_VALUES || self.left == 0 {
                        let most = if self.left == 0 { MOST_IN_ALL } else { MOST_VALUES };
                        let at = table.at(value, sources);
                        return Err(data_errors::too_many_values(at, span, most));
                    }
                    own.push(number);
                    self.left -= 1;
                }
                Err(problem) => {
                    let at = table.at(value, sources);
                    let cell = table.cell(value);
                    self.found.push(data_errors::number(at, span, &cell, problem));
                }
            }
        }
        if values.is_empty() && self.found.is_empty() {
            let why = if kept == 0 { rows::unused(&table) } else { NoRows::Values };
            return Err(data_errors::no_rows(span, &request.file.text, why));
        }
        Ok(values)
    }

    /// Reads a value in the model's unit; None if the script says that such a cell has no value.
    fn number(&self, table: &Table<'_>, column: usize) -> Result<Option<f64>, NotANumber> {
        let Some(figure) = table.figure(column)? else { return Ok(None) };
        let value = figure.value * self.factor;
        if value.is_finite() { Ok(Some(value)) } else { Err(NotANumber::Range) }
    }

    /// Returns the elements that a row names; None if the row is skipped or reported.
    fn elements(
        &mut self,
        table: &Table<'_>,
        columns: &[usize],
        unknown: &mut BTreeSet<(usize, String)>,
        sources: &mut SourceMap,
    ) -> Option<Vec<u32>> {
        let mut elements = Vec::with_capacity(columns.len());
        for (&column, (members, _)) in columns.iter().zip(self.keys) {
            let label = table.cell(column);
            match members.element(&label) {
                Some(element) => elements.push(element),
                None => {
                    let new = unknown.insert((column, label.to_string()));
                    if new && !self.request.skip_other {
                        let at = table.at(column, sources);
                        self.found.push(members.unknown(at, self.span, &label));
                    }
                    return None;
                }
            }
        }
        Some(elements)
    }
}
