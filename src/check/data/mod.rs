//! Values from data files: the rows that `data(...)` names become the cells of a quantity, the elements of
//! a set, or the sample of a distribution.
//!
//! Rows are read one by one; one number per cell is stored. Every cell must come from exactly one row, unless
//! the call gives a value for missing rows.

mod apart;
mod cells;
mod complete;
mod declared;
#[cfg(feature = "habits")]
mod figures;
#[cfg(feature = "habits")]
mod instead;
#[cfg(feature = "habits")]
mod proposed;
mod rows;
mod sample;
#[cfg(feature = "habits")]
mod sketch;
mod twice;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::errors;
use super::expr::{Env, NUMBER, PERCENT};
use super::{Checker, IndexMeaning};
use crate::data::errors as data_errors;
use crate::data::{Missing, Named, Request};
use crate::model::{DataUse, Expr, Kind, QuantityId, RowNumbers, RowTally, Select, SetId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Name, Suffix};
use rows::{Members, RowReader, Rows};
pub(super) use sample::{SampleId, SampleValues};

/// Endings of files of other programs, each with the way to a table that Mizan reads.
const FOREIGN: [(&str, &str); 9] = [
    ("dta", "in Stata, write the table with `export delimited using table.csv`"),
    ("gdx", "in GAMS, write the table with `gdxdump FILE format=csv`, or with GDXXRW to Excel"),
    ("wf1", "in EViews, write the series with `wfsave(type=text) table.csv`"),
    ("sav", "in SPSS, write the table as CSV with `SAVE TRANSLATE`"),
    ("rds", "in R, write the table with `write.csv(x, \"table.csv\", row.names = FALSE)`"),
    ("rdata", "in R, write the table with `write.csv(x, \"table.csv\", row.names = FALSE)`"),
    ("mat", "in MATLAB, write the table with `writetable(x, 'table.csv')`"),
    ("parquet", "in Python, write the table with `x.to_csv(\"table.csv\", index=False)`"),
    ("pkl", "in Python, write the table with `x.to_csv(\"table.csv\", index=False)`"),
];

/// An axis of the quantity, and the column of the file with its elements.
struct KeyColumn {
    axis: usize,
    set: SetId,
    column: Name,
}

/// A call of `data` before its file is read: the quantity, the keys and the unit.
struct DataCall<'t> {
    request: Request<'t>,
    keys: Vec<KeyColumn>,
    year: Option<Name>,
    /// Factor from the file's unit to the model's unit.
    factor: f64,
    /// Exchange rate of the file's currency if the rate may change; `factor` excludes it.
    rate: Option<Expr>,
    /// The value of a cell for which the file has no row.
    missing: Option<f64>,
    span: Span,
}

impl DataCall<'_> {
    /// True if the values have years: a column of years, or a column for each year.
    fn by_year(&self) -> bool {
        self.year.is_some() || self.request.across.is_some()
    }
}

/// The unit of the numbers in a file.
struct DataUnit {
    /// Factor that converts to the model's unit.
    factor: f64,
    /// Exchange rate of the file's currency if the rate may change; `factor` excludes it.
    rate: Option<Expr>,
    kind: Kind,
}

/// Returns the call, if the expression is `data(...)`.
pub(super) fn data_call(value: &ast::Expr) -> Option<&ast::Call> {
    match &value.kind {
        ExprKind::Reference(reference) if reference.dotted() == "data" => match &reference.suffix {
            Suffix::Call(call) => Some(call),
            _ => None,
        },
        _ => None,
    }
}

/// True for `empirical(data(...))`, also with `each` or `shared` after it.
pub(super) fn is_sample(value: &ast::Expr) -> bool {
    match &value.kind {
        ExprKind::Drawn(inner, _) => is_sample(inner),
        ExprKind::Reference(ast::Reference { suffix: Suffix::Call(call), .. }) => {
            call.args.iter().any(|argument| data_call(&argument.value).is_some())
        }
        _ => false,
    }
}

impl Checker<'_> {
    /// Reads the cells of a quantity from a data file.
    pub(super) fn data(
        &mut self,
        id: QuantityId,
        axes: &[Select],
        call: &ast::Call,
        span: Span,
        env: &Env,
    ) -> Vec<(Vec<Select>, Expr)> {
        let first = self.diagnostics.len();
        #[cfg(feature = "habits")]
        let before = (first, self.errors);
        let given = self.data_request(&call.args, span).and_then(|mut request| {
            if self.reports_incomplete((id, axes), &call.args, &request, span, env) {
                return None;
            }
            let (keys, year) = self.data_indices(id, axes, &mut request, span, env)?;
            let (DataUnit { factor, rate, .. }, missing) = self.data_unit(id, &request, span)?;
            let call = DataCall { request, keys, year, factor, rate, missing, span };
            let (rows, tally) = self.data_rows(&call)?;
            self.unmatched(&call, &rows, &tally);
            let cells = self.data_cells(axes, &call, &rows, &tally);
            let file = call.request.file.text.clone();
            let axes = call.keys.iter().map(|key| key.axis).collect();
            let mut numbers = RowNumbers::new(axes, call.by_year());
            for ((elements, year), row) in &rows {
                numbers.push(elements, *year, row.number);
            }
            self.model.data.push(DataUse { quantity: id, file, span, tally, rows: numbers });
            cells
        });
        #[cfg(feature = "habits")]
        if given.is_none() {
            self.instead((id, axes), &call.args, before, span, env);
        }
        self.adds_arguments(first, span);
        given.unwrap_or_default()
    }

    fn data_request<'t>(&mut self, args: &'t [ast::Argument], span: Span) -> Option<Request<'t>> {
        let mut found = Vec::new();
        let request = Request::read(args, span, &mut found);
        found.into_iter().for_each(|problem| self.error(problem));
        let file = request.as_ref().map(|request| request.file.clone())?;
        let typed = self.sources.text(file.span);
        if typed.contains('\\') && !typed.contains("\\\\") {
            self.error(errors::backslashes(file.span, typed));
            return None;
        }
        let ending = file.text.rsplit('.').next().unwrap_or_default().to_lowercase();
        if let Some((_, help)) = FOREIGN.iter().find(|(other, _)| *other == ending) {
            self.error(errors::foreign_file(file.span, &ending, help));
            return None;
        }
        request
    }

    /// Matches columns with axes. A column that is neither an axis nor the year becomes a filter.
    fn data_indices(
        &mut self,
        id: QuantityId,
        axes: &[Select],
        request: &mut Request<'_>,
        span: Span,
        env: &Env,
    ) -> Option<(Vec<KeyColumn>, Option<Name>)> {
        let open: Vec<(usize, usize, SetId)> = (axes.iter().enumerate())
            .filter_map(|(n, axis)| match axis {
                Select::Each(slot, set) => Some((n, *slot, *set)),
                _ => None,
            })
            .collect();
        let known: Vec<String> = (open.iter().map(|&(.., set)| self.model.sets[set].name.clone()))
            .chain(["year".to_owned()])
            .collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let (mut keys, mut year, mut fine) = (Vec::<KeyColumn>::new(), None, true);
        for named in std::mem::take(&mut request.named) {
            let axis = self.data_axis(&open, &named, env);
            let again = axis.and_then(|(n, _)| keys.iter().find(|key| key.axis == n));
            let problem = match axis {
                Some(_) if again.is_some() => again.map(|key| {
                    errors::changed_twice(named.key.span, &named.key.text, key.column.span)
                }),
                Some((axis, set)) => {
                    keys.push(KeyColumn { axis, set, column: named.text });
                    None
                }
                None if matches!(named.key.text.as_str(), "year" | "t") => {
                    year = Some(named.text);
                    None
                }
                None => request.filter(named, &known).err(),
            };
            fine &= problem.is_none();
            problem.into_iter().for_each(|problem| self.error(problem));
        }
        keys.sort_by_key(|key| key.axis);
        for &(n, _, set) in &open {
            if !keys.iter().any(|key| key.axis == n) {
                let name = self.model.sets[set].name.clone();
                self.error(errors::data_without_column(span, &name));
                fine = false;
            }
        }
        let quantity = &self.model.quantities[id];
        let years = year.as_ref().map(|column| column.span).or(request.across);
        if let (Some(span), false) = (years, quantity.path) {
            let name = quantity.name.clone();
            self.error(errors::path_in_constant(span, &name));
            fine = false;
        }
        fine.then_some((keys, year))
    }

    /// Finds the axis of a key: by the axis's index name, or by its set if only one axis has that set.
    fn data_axis(
        &self,
        open: &[(usize, usize, SetId)],
        named: &Named,
        env: &Env,
    ) -> Option<(usize, SetId)> {
        let key = &named.key.text;
        let index = env.indices.iter().rev().find_map(|(name, bound)| match bound {
            IndexMeaning::Free(slot, _) if name == key => Some(*slot),
            _ => None,
        });
        let mut by_set = open.iter().filter(|&&(.., set)| self.model.sets[set].name == *key);
        let found = match (open.iter().find(|(_, slot, _)| Some(*slot) == index), by_set.next()) {
            (Some(found), _) => Some(found),
            (None, Some(found)) if by_set.next().is_none() => Some(found),
            _ => None,
        };
        found.map(|&(n, _, set)| (n, set))
    }

    /// Returns the factor from the file's unit to the model's, and the value of cells without a row.
    fn data_unit(
        &mut self,
        id: QuantityId,
        request: &Request<'_>,
        span: Span,
    ) -> Option<(DataUnit, Option<f64>)> {
        let quantity = &self.model.quantities[id];
        let (kind, name) = (quantity.kind, format!("`{}`", quantity.name));
        let needs_unit = !matches!(kind, Kind::Unknown | Kind::Year) && kind != NUMBER;
        let unit = match request.unit {
            None if needs_unit => {
                let required = self.kind_name(kind);
                self.error(errors::data_without_unit(span, &name, &required));
                return None;
            }
            None => DataUnit { factor: 1.0, rate: None, kind: NUMBER },
            Some(unit) => self.file_unit(unit)?,
        };
        let at = request.unit.map_or(span, |unit| unit.span);
        if kind == Kind::Unknown {
            self.model.quantities[id].kind = unit.kind;
        } else if !self.fits(&(Expr::Const(unit.factor), unit.kind), at, kind, &name) {
            return None;
        }
        let Missing::Value(value) = request.missing else { return Some((unit, None)) };
        let kind = self.model.quantities[id].kind;
        if self.wrong_missing(value, kind) {
            return None;
        }
        let given = self.expr(value, &mut Env::default(), Some(kind));
        let Some(constant) = given.0.constant() else {
            self.error(errors::not_constant(value.span, "a value"));
            return None;
        };
        if given.1 == NUMBER {
            let constant = constant * unit.factor;
            return Some((unit, Some(constant)));
        }
        if unit.rate.is_some() {
            self.error(errors::missing_at_rate(value.span));
            return None;
        }
        self.fits(&given, value.span, kind, "`missing`").then_some((unit, Some(constant)))
    }

    /// Reports a word of other languages for a value between those of a file: `missing: linear`; returns true if it did.
    fn wrong_missing(&mut self, value: &ast::Expr, kind: Kind) -> bool {
        let ExprKind::Reference(reference) = &value.kind else { return false };
        let word = reference.dotted();
        let years = kind == Kind::Year || self.quantity_names.contains_key(&word);
        let known = match word.to_lowercase().as_str() {
            "linear" | "interpolated" | "interpolation" | "interp" => Some(true),
            "spline" | "cubic" | "hold" | "ffill" | "bfill" | "pad" | "previous" | "next"
            | "locf" | "nocb" | "last" | "first" | "nearest" => Some(false),
            _ => None,
        };
        let Some(linear) = known.filter(|_| !years && matches!(reference.suffix, Suffix::None))
        else {
            return false;
        };
        self.error(errors::wrong_missing(value.span, &word, linear));
        true
    }

    /// Resolves the unit of the numbers in a file.
    fn file_unit(&mut self, unit: &ast::Expr) -> Option<DataUnit> {
        if let ExprKind::Reference(reference) = &unit.kind {
            match reference.dotted().as_str() {
                "percent" => return Some(DataUnit { factor: 0.01, rate: None, kind: PERCENT }),
                "number" => return Some(DataUnit { factor: 1.0, rate: None, kind: NUMBER }),
                name => {
                    if !self.units.contains_key(name) && matches!(reference.suffix, Suffix::None) {
                        let near = self.nearest_unit(name);
                        let currency = &self.model.currency;
                        let found =
                            errors::unknown_unit(unit.span, name, near.as_deref(), currency);
                        self.error(found);
                        return None;
                    }
                }
            }
        }
        let (value, kind) = self.expr(unit, &mut Env::default(), None);
        match (value.constant(), value) {
            _ if kind == Kind::Unknown => None,
            (Some(factor), _) if factor > 0.0 => Some(DataUnit { factor, rate: None, kind }),
            (None, value) if self.reads_rates_alone(&value) => {
                Some(DataUnit { factor: 1.0, rate: Some(value), kind })
            }
            _ => {
                self.error(errors::not_constant(unit.span, "a unit"));
                None
            }
        }
    }

    /// True for an expression that reads nothing but exchange rates.
    fn reads_rates_alone(&self, expr: &Expr) -> bool {
        let mut alone = true;
        expr.walk(&mut |part| {
            if let Expr::Read { quantity, .. } = part {
                alone &= self.model.rates.contains(quantity);
            }
            alone
        });
        alone
    }

    /// Warns of elements that the file spells differently, and of elements without a used row: the rows of these
    /// elements are probably among those that `other: skip` leaves out.
    fn unmatched(&mut self, call: &DataCall<'_>, rows: &Rows, tally: &RowTally) {
        if tally.skipped == 0 {
            return;
        }
        for (label, element) in &tally.alike {
            self.error(data_errors::spelt_otherwise(call.span, label, element, tally));
        }
        if call.missing.is_none() {
            return;
        }
        for (n, key) in call.keys.iter().enumerate() {
            let found: BTreeSet<u32> =
                rows.keys().filter_map(|(elements, _)| elements.get(n).copied()).collect();
            let set = &self.model.sets[key.set];
            let absent: Vec<&str> = (set.members.iter())
                .filter(|member| !found.contains(member))
                .map(|&member| self.model.element_name(key.set, member))
                .filter(|name| !tally.alike.values().any(|element| element == name))
                .collect();
            if !absent.is_empty() {
                let file = &call.request.file.text;
                self.error(data_errors::no_row_used(call.span, file, &set.name, &absent, tally));
            }
        }
    }

    /// Reads the values of the file's rows; `None` if a mistake in the file was reported.
    fn data_rows(&mut self, call: &DataCall<'_>) -> Option<(Rows, RowTally)> {
        let members = call.keys.iter().map(|key| Members::of(&self.model, key.set)).collect();
        let files = self.files;
        let mut found = Vec::new();
        let reading = RowReader::open(files, call, members, self.sources, &mut found);
        let rows = reading.and_then(|reading| reading.rows(self.sources, &mut found));
        let fine = !found.iter().any(|problem| problem.is_error());
        found.into_iter().for_each(|problem| self.error(problem));
        rows.filter(|_| fine)
    }

    /// Reads the elements of a set from a column of a file, in the order of first appearance.
    pub(super) fn data_set(
        &mut self,
        args: &[ast::Argument],
        span: Span,
    ) -> Option<IndexMap<String, Span>> {
        let mut request = self.data_request(args, span)?;
        for named in std::mem::take(&mut request.named) {
            if let Err(problem) = request.filter(named, &[]) {
                self.error(problem);
                return None;
            }
        }
        let Some(column) = request.column.clone().filter(|_| request.value.is_none()) else {
            self.error(errors::set_without_column(span));
            return None;
        };
        let files = self.files;
        match rows::labels(files, &request, &column, span, self.sources) {
            Ok(labels) => Some(labels),
            Err(problem) => {
                self.error(problem);
                None
            }
        }
    }
}
