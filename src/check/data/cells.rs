//! The rows of a data file as expressions, one for each cell; cells without a value are reported.

use std::collections::BTreeMap;

use super::rows::Rows;
use super::{DataCall, KeyColumn};
use crate::check::Checker;
use crate::check::expr::binary;
use crate::data::Missing;
use crate::data::errors::{self as data_errors, NoRows};
use crate::model::{BinaryOp, Expr, Model, RowTally, Select};

/// Number of cells without a row that a message names.
const MOST_NAMED: usize = 12;

/// Cells without a row: the names of the first ones, and the total number.
#[derive(Default)]
struct Absent {
    names: Vec<String>,
    count: usize,
    /// True if years before the first row or after the last row are absent.
    ends: bool,
}

impl Absent {
    fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.names.len() < MOST_NAMED {
            self.names.push(name());
        }
    }
}

impl Checker<'_> {
    /// Returns an expression for every cell of the free axes.
    pub(super) fn data_cells(
        &mut self,
        axes: &[Select],
        call: &DataCall<'_>,
        rows: &Rows,
        tally: &RowTally,
    ) -> Option<Vec<(Vec<Select>, Expr)>> {
        if call.by_year() && call.request.hold == [false; 2] {
            self.data_years(call, rows)?;
        }
        let (mut cells, mut absent, mut all) = (Vec::new(), Absent::default(), 0);
        for elements in combinations(&self.model, &call.keys) {
            let name = |year| cell_name(&self.model, &call.keys, &elements, year);
            let expr = match call.by_year() {
                true => {
                    all += self.model.horizon();
                    let known = known_years(call, rows, &elements);
                    path(call, known, self.model.years, &mut absent, name)
                }
                false => {
                    all += 1;
                    let value = rows.get(&(elements.clone(), 0)).map(|row| row.value * call.factor);
                    let value = value.or(call.missing);
                    if value.is_none() {
                        absent.add(|| name(None));
                    }
                    Expr::Const(value.unwrap_or(0.0))
                }
            };
            let expr = match &call.rate {
                Some(rate) => binary(BinaryOp::Multiply, expr, rate.clone(), call.span),
                None => expr,
            };
            let mut picked = axes.to_vec();
            for (key, &element) in call.keys.iter().zip(&elements) {
                picked[key.axis] = Select::One(element);
            }
            cells.push((picked, expr));
        }
        if absent.count > 0 {
            let file = &call.request.file.text;
            let found = data_errors::missing_key(
                call.span,
                file,
                &absent.names,
                (absent.count, all),
                absent.ends,
            );
            self.error(match tally.skipped {
                0 => found,
                _ => found.note(format!("`{file}` has {}", tally.text())),
            });
            return None;
        }
        Some(cells)
    }

    /// Reports a file none of whose rows is for a year of the horizon.
    fn data_years(&mut self, call: &DataCall<'_>, rows: &Rows) -> Option<()> {
        let (first, last) = self.model.years;
        let years = || rows.keys().map(|&(_, year)| year);
        let span = years().min().zip(years().max());
        if span.is_some_and(|(low, high)| low <= last && high >= first) {
            return Some(());
        }
        let why = match span {
            Some(span) => NoRows::Years(span, (first, last)),
            None => NoRows::Values,
        };
        self.error(data_errors::no_rows(call.span, &call.request.file.text, why));
        None
    }
}

/// Returns the values of a cell by year.
fn known_years(call: &DataCall<'_>, rows: &Rows, elements: &[u32]) -> BTreeMap<i32, f64> {
    let range = (elements.to_vec(), i32::MIN)..=(elements.to_vec(), i32::MAX);
    rows.range(range).map(|((_, year), row)| (*year, row.value * call.factor)).collect()
}

/// Returns a path through the known years. Missing years of the horizon are filled as the call says; those
/// before the first and after the last row are missing too, and are not extrapolated.
fn path(
    call: &DataCall<'_>,
    mut known: BTreeMap<i32, f64>,
    horizon: (i32, i32),
    absent: &mut Absent,
    name: impl Fn(Option<i32>) -> String,
) -> Expr {
    let ends = known.keys().next().copied().zip(known.keys().next_back().copied());
    let [holds_before, holds_after] = call.request.hold;
    for year in horizon.0..=horizon.1 {
        let (before, after) = ends.map_or((false, false), |(a, b)| (year < a, year > b));
        let inside = ends.is_some() && !before && !after;
        let interpolated = inside && call.request.missing == Missing::Interpolate;
        let held = before && holds_before || after && holds_after;
        if known.contains_key(&year) || interpolated || held {
            continue;
        }
        match call.missing {
            Some(value) => {
                known.insert(year, value);
            }
            None => {
                absent.ends |= before || after;
                absent.add(|| name(Some(year)));
            }
        }
    }
    // Of the years outside the horizon, only the nearest on each side affects interpolation.
    let before = known.range(..horizon.0).next_back().map(|(year, _)| *year);
    let after = known.range(horizon.1..).find(|(year, _)| **year > horizon.1).map(|(y, _)| *y);
    let bears = |year: &i32| *year >= before.unwrap_or(*year) && *year <= after.unwrap_or(*year);
    let point = |(year, value)| (Expr::Const(f64::from(year)), Expr::Const(value));
    Expr::Points(known.into_iter().filter(|(year, _)| bears(year)).map(point).collect())
}

/// Returns every combination of the keys' elements; the last key changes fastest.
fn combinations(model: &Model, keys: &[KeyColumn]) -> impl Iterator<Item = Vec<u32>> {
    let members: Vec<Vec<u32>> =
        keys.iter().map(|key| model.sets[key.set].members.clone()).collect();
    let all: usize = members.iter().map(Vec::len).product();
    (0..all).map(move |mut n| {
        let mut elements: Vec<u32> = Vec::with_capacity(members.len());
        for set in members.iter().rev() {
            elements.extend(set.get(n % set.len()));
            n /= set.len();
        }
        elements.reverse();
        elements
    })
}

/// Names a cell in a message: `China, machinery in 2025`.
fn cell_name(model: &Model, keys: &[KeyColumn], elements: &[u32], year: Option<i32>) -> String {
    let name = |(key, &element): (&KeyColumn, &u32)| {
        let root = &model.sets[model.sets[key.set].root].elements;
        root.get_index(element as usize).map_or("", |(name, _)| name.as_str())
    };
    let names: Vec<&str> = keys.iter().zip(elements).map(name).collect();
    match year {
        Some(year) if names.is_empty() => year.to_string(),
        Some(year) => format!("{} in {year}", names.join(", ")),
        None if names.is_empty() => "the value".to_owned(),
        None => names.join(", "),
    }
}
