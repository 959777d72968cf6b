//! The rows of a data file as one value for each key; wrong rows are reported.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization as _;

use super::DataCall;
use crate::check::errors;
use crate::data::errors::{self as data_errors, NoRows};
use crate::data::{Csv, Files, Filter, Request, Spot, parse};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, RowTally, SetId};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::Name;

/// Maximum number of reported rows of a file.
pub(super) const MOST_REPORTED: usize = 5;
/// Maximum number of elements of a set.
const MOST_ELEMENTS: usize = 50_000;

/// Values by elements and year, in the file's unit; the year is 0 in a file without years.
pub(super) type Rows = BTreeMap<(Vec<u32>, i32), FileRow>;

/// A value of a file, with its year and place.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileRow {
    pub(super) value: f64,
    /// Place of the value in the file.
    spot: Spot,
    /// Number of the row, from 1 below the header.
    pub(super) number: u64,
}

/// The elements of a set, by name.
pub(super) struct Members {
    set: String,
    positions: IndexMap<String, u32>,
    /// The elements by the skeletons of their names; made when the first label is skipped.
    skeletons: OnceCell<IndexMap<String, String>>,
}

impl Members {
    pub(super) fn of(model: &Model, set: SetId) -> Self {
        let (set, root) = (&model.sets[set], &model.sets[model.sets[set].root].elements);
        let named = |&member: &u32| Some((root.get_index(member as usize)?.0.clone(), member));
        let positions = set.members.iter().filter_map(named).collect();
        Self { set: set.name.clone(), positions, skeletons: OnceCell::new() }
    }

    fn skeletons(&self) -> &IndexMap<String, String> {
        self.skeletons.get_or_init(|| {
            self.positions.keys().map(|name| (skeleton(name), name.clone())).collect()
        })
    }

    pub(super) fn element(&self, label: &str) -> Option<u32> {
        self.positions.get(label).copied()
    }

    /// Makes the message about a label that is not an element.
    pub(super) fn unknown(&self, at: Span, call: Span, label: &str) -> Diagnostic {
        let names: Vec<&str> = self.positions.keys().map(String::as_str).collect();
        data_errors::unknown_key(at, call, label, &self.set, &names)
    }
}

/// A data file that a call reads, with the positions of the columns that the call names.
pub(super) struct RowReader<'c> {
    call: &'c DataCall<'c>,
    csv: Csv<'c>,
    filters: Vec<usize>,
    keys: Vec<usize>,
    year: Option<usize>,
    value: usize,
    members: Vec<Members>,
    /// Labels without an element, with their columns, so that each is reported once.
    unknown: BTreeSet<(usize, String)>,
    tally: RowTally,
    rows: Rows,
}

impl<'c> RowReader<'c> {
    /// Opens the file and finds the columns that the call names.
    pub(super) fn open(
        files: &'c dyn Files,
        call: &'c DataCall<'c>,
        members: Vec<Members>,
        sources: &mut SourceMap,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let request = &call.request;
        let csv = open(files, request, call.span, sources).map_err(|p| found.push(p)).ok()?;
        let mut column = |name: &Name| {
            csv.column(&name.text, name.span, sources).map_err(|problem| found.push(problem)).ok()
        };
        let filters: Vec<_> = request.filters.iter().map(|f| column(&f.column)).collect();
        let keys: Vec<_> = call.keys.iter().map(|key| column(&key.column)).collect();
        let year = call.year.as_ref().map(&mut column);
        let value = request.value.as_ref().map(&mut column);
        // With a wrong delimiter every column is missing; one message is enough.
        found.dedup_by(|a, b| a.code == Code::CsvDelimiter && a.code == b.code);
        if value.is_none() {
            found.push(errors::data_without_value(call.span));
        }
        if !found.is_empty() {
            return None;
        }
        Some(Self {
            call,
            csv,
            filters: filters.into_iter().flatten().collect(),
            keys: keys.into_iter().flatten().collect(),
            year: year.flatten(),
            value: value.flatten()?,
            members,
            unknown: BTreeSet::new(),
            tally: RowTally::default(),
            rows: Rows::new(),
        })
    }

    /// Reads to the end of the file, or until [`MOST_REPORTED`] rows are reported.
    pub(super) fn rows(
        mut self,
        sources: &mut SourceMap,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(Rows, RowTally)> {
        while found.len() < MOST_REPORTED {
            match self.csv.next_row(sources) {
                Ok(true) => found.extend(self.row(sources).err()),
                Ok(false) => break,
                Err(problem) => {
                    found.push(problem);
                    return None;
                }
            }
        }
        self.tally.rows = self.csv.rows();
        self.tally.used = self.rows.len() as u64;
        if self.tally.filtered == self.tally.rows && found.is_empty() {
            let (file, why) = (&self.call.request.file.text, unused(&self.csv));
            found.push(data_errors::no_rows(self.call.span, file, why));
        }
        Some((self.rows, self.tally))
    }

    fn row(&mut self, sources: &mut SourceMap) -> Result<(), Diagnostic> {
        let DataCall { request, span, .. } = self.call;
        if !passes(&self.csv, &request.filters, &self.filters, request) {
            self.tally.filtered += 1;
            return Ok(());
        }
        let Some(elements) = self.elements(sources)? else { return Ok(()) };
        let year = self.year.map_or(Ok(0), |column| self.calendar_year(column, sources))?;
        let cell = self.csv.cell(self.value);
        if request.format.na.iter().any(|na| *na == cell) {
            self.tally.empty += 1;
            return Ok(());
        }
        let value = parse(&cell, &request.format).map_err(|problem| {
            let at = self.csv.at(self.value, sources);
            data_errors::number(at, *span, &cell, problem)
        })?;
        let spot = self.csv.spot(self.value);
        if let Some(first) = self.rows.get(&(elements.clone(), year)) {
            let at = self.csv.at(self.value, sources);
            let first = self.csv.span(first.spot, sources);
            return Err(data_errors::duplicate_key(at, first, *span, &self.key_text()));
        }
        let number = self.csv.rows();
        self.rows.insert((elements, year), FileRow { value, spot, number });
        Ok(())
    }

    /// Returns the elements that the row names; None if the row is skipped.
    fn elements(&mut self, sources: &mut SourceMap) -> Result<Option<Vec<u32>>, Diagnostic> {
        let mut elements = Vec::with_capacity(self.keys.len());
        for (n, (&column, members)) in self.keys.iter().zip(&self.members).enumerate() {
            let label = self.csv.cell(column);
            match members.element(&label) {
                Some(element) => elements.push(element),
                None if self.call.request.skip_other => {
                    let alike = members.skeletons().get(&skeleton(&label));
                    self.tally.skip(&label, alike.map(String::as_str));
                    return Ok(None);
                }
                None if !self.unknown.insert((n, label.to_string())) => return Ok(None),
                None => {
                    let at = self.csv.at(column, sources);
                    return Err(members.unknown(at, self.call.span, &label));
                }
            }
        }
        Ok(Some(elements))
    }

    /// Reads a calendar year; spreadsheets may write `2024.0`.
    fn calendar_year(&self, column: usize, sources: &mut SourceMap) -> Result<i32, Diagnostic> {
        let cell = self.csv.cell(column);
        match parse(&cell, &self.call.request.format) {
            Ok(year) if year.fract() == 0.0 && year.abs() <= 9999.0 => Ok(year as i32),
            _ => Err(data_errors::year(self.csv.at(column, sources), self.call.span, &cell)),
        }
    }

    /// Joins the labels of the row, for messages.
    fn key_text(&self) -> String {
        let columns = self.keys.iter().chain(&self.year);
        let labels: Vec<String> = columns.map(|&c| format!("`{}`", self.csv.cell(c))).collect();
        if labels.is_empty() { "one cell".to_owned() } else { labels.join(", ") }
    }
}

/// Returns the letters and digits of a label, in lower case and without accents, so that different spellings of a name
/// are equal.
fn skeleton(label: &str) -> String {
    label.nfd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the reason why a file has no usable row, after all its rows were read.
pub(super) fn unused(csv: &Csv<'_>) -> NoRows {
    if csv.rows() == 0 { NoRows::None } else { NoRows::Filters }
}

pub(super) fn open<'c>(
    files: &'c dyn Files,
    request: &'c Request<'_>,
    span: Span,
    sources: &mut SourceMap,
) -> Result<Csv<'c>, Diagnostic> {
    let file = &request.file;
    Csv::open(files, &file.text, file.span, span, &request.format, sources)
}

pub(super) fn passes(
    csv: &Csv<'_>,
    filters: &[Filter],
    columns: &[usize],
    request: &Request<'_>,
) -> bool {
    let keeps =
        |(filter, &column): (&Filter, &usize)| filter.keeps(&csv.cell(column), &request.format);
    filters.iter().zip(columns).all(keeps)
}

/// Reads the labels of a column in the order of their first occurrence, for a set declared at `span`.
pub(super) fn labels(
    files: &dyn Files,
    request: &Request<'_>,
    column: &Name,
    span: Span,
    sources: &mut SourceMap,
) -> Result<IndexMap<String, Span>, Diagnostic> {
    let mut csv = open(files, request, span, sources)?;
    let position = csv.column(&column.text, column.span, sources)?;
    let mut filters = Vec::new();
    for filter in &request.filters {
        filters.push(csv.column(&filter.column.text, filter.column.span, sources)?);
    }
    let mut labels = IndexMap::new();
    while csv.next_row(sources)? {
        let label = csv.cell(position);
        let skipped = request.format.na.iter().any(|na| *na == label);
        if skipped || !passes(&csv, &request.filters, &filters, request) {
            continue;
        }
        if label.is_empty() {
            return Err(data_errors::no_label(csv.at(position, sources), span));
        }
        if !labels.contains_key(label.as_ref()) {
            labels.insert(label.into_owned(), span);
        }
        if labels.len() > MOST_ELEMENTS {
            let at = csv.at(position, sources);
            return Err(data_errors::too_many_labels(at, span, MOST_ELEMENTS));
        }
    }
    if labels.is_empty() {
        return Err(data_errors::no_rows(span, &request.file.text, unused(&csv)));
    }
    Ok(labels)
}
