//! The rows of a data file as expressions, one for each cell; cells without a value are reported.

use std::collections::BTreeMap;

use super::rows::Rows;
use super::{Call, Key};
use crate::check::Checker;
use crate::data::Missing;
use crate::data::errors::{self as data_errors, NoRows};
use crate::model::{Expr, Model, Select};

/// Number of cells without a row that a message names.
const MOST_NAMED: usize = 12;

/// Cells without a row: the names of the first, and the number of all.
#[derive(Default)]
struct Absent {
    names: Vec<String>,
    count: usize,
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
        call: &Call<'_>,
        rows: &Rows,
    ) -> Option<Vec<(Vec<Select>, Expr)>> {
        let years = match call.year {
            Some(_) => Some(self.data_years(call, rows)?),
            None => None,
        };
        let (mut cells, mut absent, mut all) = (Vec::new(), Absent::default(), 0);
        for elements in combinations(&self.model, &call.keys) {
            let name = |year| cell_name(&self.model, &call.keys, &elements, year);
            let expr = match years {
                Some(years) => {
                    all += (years.1 - years.0 + 1) as usize;
                    let known = known_years(call, rows, &elements);
                    path(call, known, years, self.model.years, &mut absent, name)
                }
                None => {
                    all += 1;
                    let value =
                        rows.get(&(elements.clone(), 0)).map(|(value, _)| value * call.factor);
                    let value = value.or(call.missing);
                    if value.is_none() {
                        absent.add(|| name(None));
                    }
                    Expr::Const(value.unwrap_or(0.0))
                }
            };
            let mut picked = axes.to_vec();
            for (key, &element) in call.keys.iter().zip(&elements) {
                picked[key.axis] = Select::One(element);
            }
            cells.push((picked, expr));
        }
        if absent.count > 0 {
            let file = &call.request.file.text;
            let found = data_errors::missing_key(call.span, file, &absent.names, absent.count, all);
            self.error(found);
            return None;
        }
        Some(cells)
    }

    /// Returns the first and last year of the horizon that the rows cover.
    fn data_years(&mut self, call: &Call<'_>, rows: &Rows) -> Option<(i32, i32)> {
        let (first, last) = self.model.years;
        let years = || rows.keys().map(|&(_, year)| year);
        let span = years().min().zip(years().max());
        let inside = span.map(|(low, high)| (low.max(first), high.min(last)));
        if let Some(years) = inside.filter(|(from, to)| from <= to) {
            return Some(years);
        }
        let why = match span {
            Some(span) => NoRows::Years(span, (first, last)),
            None => NoRows::Values,
        };
        self.error(data_errors::no_rows(call.span, &call.request.file.text, why));
        None
    }
}

/// The values of one cell by year.
fn known_years(call: &Call<'_>, rows: &Rows, elements: &[u32]) -> BTreeMap<i32, f64> {
    let range = (elements.to_vec(), i32::MIN)..=(elements.to_vec(), i32::MAX);
    rows.range(range).map(|((_, year), (value, _))| (*year, value * call.factor)).collect()
}

/// Returns a path through the known years. Missing years within `years` are filled as the call says.
fn path(
    call: &Call<'_>,
    mut known: BTreeMap<i32, f64>,
    years: (i32, i32),
    horizon: (i32, i32),
    absent: &mut Absent,
    name: impl Fn(Option<i32>) -> String,
) -> Expr {
    let interpolate = call.request.missing == Missing::Interpolate && !known.is_empty();
    for year in years.0..=years.1 {
        if interpolate || known.contains_key(&year) {
            continue;
        }
        match call.missing {
            Some(value) => {
                known.insert(year, value);
            }
            None => absent.add(|| name(Some(year))),
        }
    }
    // Of the years outside the horizon, only the nearest on each side affects interpolation.
    let before = known.range(..horizon.0).next_back().map(|(year, _)| *year);
    let after = known.range(horizon.1..).find(|(year, _)| **year > horizon.1).map(|(y, _)| *y);
    let bears = |year: &i32| *year >= before.unwrap_or(*year) && *year <= after.unwrap_or(*year);
    let point = |(year, value)| (Expr::Const(f64::from(year)), Expr::Const(value));
    Expr::Points(known.into_iter().filter(|(year, _)| bears(year)).map(point).collect())
}

/// Every combination of elements; the last key changes fastest.
fn combinations(model: &Model, keys: &[Key]) -> impl Iterator<Item = Vec<u32>> {
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

/// `China, machinery in 2025`.
fn cell_name(model: &Model, keys: &[Key], elements: &[u32], year: Option<i32>) -> String {
    let name = |(key, &element): (&Key, &u32)| {
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
