//! The rows of a data file as one value for each key; wrong rows are reported.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization as _;

use super::DataCall;
use crate::check::errors;
use crate::data::errors::{self as data_errors, NoRows};
use crate::data::header_errors;
use crate::data::{Files, NotANumber, Request, Spot, Table, point_of_thousands, unsure_of_points};
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

/// The columns of the values.
enum ValueColumns {
    /// One column, and that of the years.
    One { year: Option<usize>, value: usize },
    /// A column for each year.
    Across(Vec<(i32, usize)>),
}

/// A data file that a call reads, with the positions of the columns that the call names.
pub(super) struct RowReader<'c> {
    call: &'c DataCall<'c>,
    table: Table<'c>,
    filters: Vec<usize>,
    keys: Vec<usize>,
    values: ValueColumns,
    members: Vec<Members>,
    /// Labels without an element, with their columns, so that each is reported once.
    unknown: BTreeSet<(usize, String)>,
    tally: RowTally,
    rows: Rows,
    points: Points,
}

/// What is known of the points in the values of a file.
enum Points {
    /// No value has a point yet, or all of them may stand between thousands; the first of them.
    Unsure(Option<(Spot, String)>),
    Decimal,
}

impl Points {
    fn see(&mut self, cell: &str, spot: Spot) {
        match (point_of_thousands(cell), &mut *self) {
            (Some(true), Points::Unsure(first)) => {
                first.get_or_insert_with(|| (spot, cell.to_owned()));
            }
            (Some(false), _) => *self = Points::Decimal,
            _ => {}
        }
    }
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
        let opened = Table::open(files, request, call.span, sources);
        let mut table = opened.map_err(|problem| found.push(problem)).ok()?;
        let mut column = |name: &Name| {
            let found_column = table.column(&name.text, name.span, sources);
            found_column.map_err(|problem| found.push(problem)).ok()
        };
        let filters: Vec<_> = request.filters.iter().map(|f| column(&f.column)).collect();
        let keys: Vec<_> = call.keys.iter().map(|key| column(&key.column)).collect();
        let year = call.year.as_ref().map(&mut column);
        let value = request.value.as_ref().map(&mut column);
        let values = match (request.across, value) {
            (Some(span), _) => {
                let columns = table.year_columns(span, sources);
                columns.map_err(|problem| found.push(problem)).ok().map(ValueColumns::Across)
            }
            (None, Some(value)) => {
                value.map(|value| ValueColumns::One { year: year.flatten(), value })
            }
            (None, None) => {
                found.push(errors::data_without_value(call.span));
                None
            }
        };
        // With a wrong delimiter every column is missing; one message is enough.
        found.dedup_by(|a, b| a.code == Code::CsvDelimiter && a.code == b.code);
        if !found.is_empty() {
            if let [only] = found.as_mut_slice()
                && only.code == Code::CsvDelimiter
            {
                *only = header_errors::with_signs(only.clone(), &table.next_text(sources));
            }
            return None;
        }
        Some(Self {
            call,
            table,
            filters: filters.into_iter().flatten().collect(),
            keys: keys.into_iter().flatten().collect(),
            values: values?,
            members,
            unknown: BTreeSet::new(),
            tally: RowTally::default(),
            rows: Rows::new(),
            points: if unsure_of_points(&request.format) {
                Points::Unsure(None)
            } else {
                Points::Decimal
            },
        })
    }

    /// Reads to the end of the table, or until [`MOST_REPORTED`] rows are reported.
    pub(super) fn rows(
        mut self,
        sources: &mut SourceMap,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(Rows, RowTally)> {
        while found.len() < MOST_REPORTED {
            match self.table.next_row(sources) {
                Ok(true) => {
                    if let Err(problem) = self.row(sources) {
                        if problem.code == Code::DuplicateKey
                            && let Some(year) = self.unused_year()
                        {
                            found.push(data_errors::year_column(self.call.span, year));
                            return None;
                        }
                        // Periods in place of years, and keys that are not complete, concern all rows.
                        let in_all_rows =
                            matches!(problem.code, Code::CsvYear | Code::DuplicateKey);
                        found.push(below_table(problem, &self.table));
                        if in_all_rows {
                            return None;
                        }
                    }
                }
                Ok(false) => break,
                Err(problem) => {
                    found.push(problem);
                    return None;
                }
            }
        }
        self.table.count_into(&mut self.tally);
        if self.tally.filtered + self.tally.blank == self.tally.rows && found.is_empty() {
            let (file, why) = (&self.call.request.file.text, unused(&self.table));
            found.push(data_errors::no_rows(self.call.span, file, why));
        }
        if let Points::Unsure(Some((spot, cell))) = &self.points {
            let at = self.table.span(*spot, sources);
            found.push(data_errors::points(at, self.call.span, cell));
        }
        Some((self.rows, self.tally))
    }

    /// Returns the column of years that the call does not name: with it the rows have different keys.
    fn unused_year(&self) -> Option<&str> {
        let named = match &self.values {
            ValueColumns::One { year, .. } => year.is_some(),
            ValueColumns::Across(_) => true,
        };
        let filters = self.call.request.filters.iter();
        let used: Vec<&str> = filters.map(|filter| filter.column.text.as_str()).collect();
        let is_year =
            |name: &&String| name.eq_ignore_ascii_case("year") && !used.contains(&name.as_str());
        self.table.header().iter().find(is_year).filter(|_| !named).map(String::as_str)
    }

    fn row(&mut self, sources: &mut SourceMap) -> Result<(), Diagnostic> {
        if !self.table.passes(&self.filters) {
            self.tally.filtered += 1;
            return Ok(());
        }
        let Some(elements) = self.elements(sources)? else { return Ok(()) };
        let used = match &self.values {
            &ValueColumns::One { year, value } => {
                let year = year.map_or(Ok(0), |column| self.calendar_year(column, sources))?;
                self.value(&elements, year, value, sources)?
            }
            ValueColumns::Across(columns) => {
                let mut used = false;
                for (year, column) in columns.clone() {
                    used |= self.value(&elements, year, column, sources)?;
                }
                used
            }
        };
        self.tally.used += u64::from(used);
        self.tally.empty += u64::from(!used);
        Ok(())
    }

    /// Reads the value of a cell; returns false if the script says that such a cell has no value.
    fn value(
        &mut self,
        elements: &[u32],
        year: i32,
        column: usize,
        sources: &mut SourceMap,
    ) -> Result<bool, Diagnostic> {
        let span = self.call.span;
        let figure = self.table.figure(column).map_err(|problem| {
            let at = self.table.at(column, sources);
            let found = data_errors::number(at, span, &self.table.cell(column), problem);
            match problem {
                NotANumber::Text | NotANumber::NotFinite => found.note(
                    "`missing: interpolate` or `missing: 0` in `data(...)` then fills the gap",
                ),
                _ => found,
            }
        })?;
        let Some(figure) = figure else { return Ok(false) };
        let key = (elements.to_vec(), year);
        if let Some(first) = self.rows.get(&key) {
            let at = self.table.at(column, sources);
            let first = self.table.span(first.spot, sources);
            return Err(data_errors::duplicate_key(at, first, span, &self.key_text()));
        }
        let (spot, number) = (self.table.spot(column), self.table.rows());
        if let Points::Unsure(_) = self.points {
            self.points.see(&self.table.cell(column), spot);
        }
        self.tally.flagged += u64::from(figure.flagged);
        self.rows.insert(key, FileRow { value: figure.value, spot, number });
        Ok(true)
    }

    /// Returns the elements that the row names; None if the row is skipped.
    fn elements(&mut self, sources: &mut SourceMap) -> Result<Option<Vec<u32>>, Diagnostic> {
        let mut elements = Vec::with_capacity(self.keys.len());
        for (n, (&column, members)) in self.keys.iter().zip(&self.members).enumerate() {
            let label = self.table.cell(column);
            match members.element(&label) {
                Some(element) => elements.push(element),
                None if self.call.request.skip_other => {
                    let alike = members.skeletons().get(&skeleton(&label));
                    self.tally.skip(&label, alike.map(String::as_str));
                    return Ok(None);
                }
                None if !self.unknown.insert((n, label.to_string())) => return Ok(None),
                None => {
                    let at = self.table.at(column, sources);
                    return Err(members.unknown(at, self.call.span, &label));
                }
            }
        }
        Ok(Some(elements))
    }

    /// Reads a calendar year; spreadsheets may write `2024.0`.
    fn calendar_year(&self, column: usize, sources: &mut SourceMap) -> Result<i32, Diagnostic> {
        let cell = self.table.cell(column);
        match self.table.number(column) {
            Ok(year) if year.fract() == 0.0 && year.abs() <= 9999.0 => Ok(year as i32),
            _ => Err(data_errors::year(self.table.at(column, sources), self.call.span, &cell)),
        }
    }

    /// Joins the labels of the row, for messages.
    fn key_text(&self) -> String {
        let year = match &self.values {
            ValueColumns::One { year, .. } => *year,
            ValueColumns::Across(_) => None,
        };
        let columns = self.keys.iter().chain(&year);
        let labels: Vec<String> = columns.map(|&c| format!("`{}`", self.table.cell(c))).collect();
        if labels.is_empty() { "one cell".to_owned() } else { labels.join(", ") }
    }
}

/// Returns the letters and digits of a label, in lower case and without accents, so that different spellings of a name
/// are equal.
fn skeleton(label: &str) -> String {
    label.nfd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the reason why a file has no usable row, after all its rows were read.
pub(super) fn unused(table: &Table<'_>) -> NoRows {
    if table.rows() == 0 { NoRows::None } else { NoRows::Filters }
}

/// Adds to a message about a row how the row is left out, if it has one text alone: it is probably a note below the
/// table.
fn below_table(mut problem: Diagnostic, table: &Table<'_>) -> Diagnostic {
    if let Some(text) = table.lone_text() {
        problem.help.insert(0, data_errors::below_table(&text));
    }
    problem
}

/// Reads the labels of a column in the order of their first occurrence, for a set declared at `span`.
pub(super) fn labels(
    files: &dyn Files,
    request: &Request<'_>,
    column: &Name,
    span: Span,
    sources: &mut SourceMap,
) -> Result<IndexMap<String, Span>, Diagnostic> {
    let mut table = Table::open(files, request, span, sources)?;
    let position = table.column(&column.text, column.span, sources)?;
    let mut filters = Vec::new();
    for filter in &request.filters {
        filters.push(table.column(&filter.column.text, filter.column.span, sources)?);
    }
    let mut labels = IndexMap::new();
    while table.next_row(sources)? {
        let label = table.cell(position);
        let skipped = request.format.na.iter().any(|na| *na == label);
        if skipped || !table.passes(&filters) {
            continue;
        }
        if label.is_empty() {
            return Err(data_errors::no_label(table.at(position, sources), span));
        }
        if !labels.contains_key(label.as_ref()) {
            labels.insert(label.into_owned(), span);
        }
        if labels.len() > MOST_ELEMENTS {
            let at = table.at(position, sources);
            return Err(data_errors::too_many_labels(at, span, MOST_ELEMENTS));
        }
    }
    if labels.is_empty() {
        return Err(data_errors::no_rows(span, &request.file.text, unused(&table)));
    }
    Ok(labels)
}
