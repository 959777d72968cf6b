//! The parts of a proposed call of `data` that the file alone tells: place, signs, years, values.
//!
//! In: a call in the making, and the first rows of its file. Out: more arguments.

use super::complete::{is_year, written};
use super::figures::{self, Figures};
use crate::data::{Filter, Glance, Named, Request, Wanted, is_option};
use crate::diagnostic::nearest;
use crate::model::{Select, SetId};
use crate::source::Span;
use crate::syntax::ast::Name;

/// Names of the column of values in the tables of offices and banks.
const VALUES: [&str; 9] = [
    "value",
    "values",
    "amount",
    "obsvalue",
    "primaryvalue",
    "tradevalueus",
    "tradevalue",
    "wert",
    "deger",
];
/// Maximum number of columns that a message lists.
const MOST_LISTED: usize = 8;

/// A proposal in the making: its arguments as text, and as a request.
#[derive(Clone)]
pub(super) struct Sketch<'t> {
    /// Arguments after the file, as key and text.
    pub(super) parts: Vec<(String, String)>,
    pub(super) request: Request<'t>,
    pub(super) span: Span,
    pub(super) doubt: Option<String>,
    /// Columns that have a part.
    pub(super) used: Vec<usize>,
}

impl Sketch<'_> {
    pub(super) fn name(&self, text: &str) -> Name {
        Name { text: text.to_owned(), span: self.span }
    }

    /// Writes an argument, in place of one with this key.
    pub(super) fn put(&mut self, key: &str, text: String) {
        match self.parts.iter_mut().find(|(known, _)| known == key) {
            Some(part) => part.1 = text,
            None => self.parts.push((key.to_owned(), text)),
        }
    }

    /// Writes a filter in place of the argument with the key `old`.
    pub(super) fn put_filter(&mut self, old: &str, column: &str, text: String) {
        let key = match written(column) {
            key if is_option(&key) => format!("\"{key}\""),
            key => key,
        };
        match self.parts.iter_mut().find(|(known, _)| known == old) {
            Some(part) => *part = (key, text),
            None => self.parts.push((key, text)),
        }
    }

    pub(super) fn doubts(&mut self, doubt: String) {
        self.doubt.get_or_insert(doubt);
    }

    /// Adds the arguments for rows of other labels and for years without a value.
    pub(super) fn fill(&mut self, skip: bool, interpolates: bool, hold: [bool; 2]) {
        if skip {
            self.put("other", "skip".to_owned());
        }
        if interpolates {
            self.put("missing", "interpolate".to_owned());
        }
        for (key, _) in ["before", "after"].iter().zip(hold).filter(|(_, hold)| *hold) {
            self.put(key, "hold".to_owned());
        }
        let held = match hold {
            [false, false] => "",
            [false, true] => "the last value of the file holds for the later years",
            [true, false] => "the first value of the file holds for the earlier years",
            [true, true] => "the first and last values hold for the years outside the file",
        };
        let between = "a gap lies on the line between the years beside it";
        self.doubts(match (interpolates, held) {
            (false, held) => format!("if {held}"),
            (true, "") => format!("if {between}"),
            (true, held) => format!("if {between}, and {held}"),
        });
    }

    pub(super) fn text(&self, file: &str) -> String {
        let parts = self.parts.iter().map(|(key, text)| format!(", {key}: {text}"));
        format!("data({file}{})", parts.collect::<String>())
    }
}

/// Names the place of the table, and the signs between its columns.
pub(super) fn place(sketch: &mut Sketch<'_>, look: &Glance) {
    if let Some(delimiter) = look.delimiter.filter(|sign| *sign != sketch.request.format.delimiter)
    {
        let shown =
            if delimiter == b'\t' { "\\t".to_owned() } else { char::from(delimiter).to_string() };
        sketch.put("delimiter", format!("\"{shown}\""));
        sketch.request.format.delimiter = delimiter;
    }
    if let Some(row) = look.header_row {
        sketch.put("header", row.to_string());
        sketch.request.place.header = Some((row, sketch.span));
    }
    if let (Some(below), None) = (&look.below, &sketch.request.place.until) {
        let word = below.split_whitespace().next().unwrap_or_default();
        if !word.is_empty() && !word.contains(['"', '\\']) {
            sketch.put("until", format!("\"{word}\""));
            sketch.request.place.until = Some(sketch.name(word));
        }
    }
}

/// Finds the column of the years, or the columns headed by years.
pub(super) fn match_year(sketch: &mut Sketch<'_>, look: &Glance) -> Option<()> {
    let time = |named: &Named| matches!(named.key.text.as_str(), "year" | "t");
    let heads = look.header.iter().filter(|head| head.get(..4).is_some_and(is_year)).count();
    let chosen = sketch.request.filters.iter().any(|filter| {
        let column = look.header.iter().position(|head| *head == filter.column.text);
        column.is_some_and(|column| holds_years(look, column))
    });
    if let Some(n) = sketch.request.named.iter().position(time) {
        let named = sketch.request.named.get(n)?;
        let column = column_of(look, &named.text.text)
            .filter(|&column| holds_years(look, column))
            .or_else(|| column_of_years(look, &sketch.used))?;
        let (key, name) = (named.key.text.clone(), look.header.get(column)?.clone());
        if named.text.text != name {
            sketch.put(&key, written(&name));
        }
        sketch.request.named.get_mut(n)?.text.text = name;
        sketch.used.push(column);
        return Some(());
    }
    if chosen || sketch.request.across.is_some() {
        return Some(());
    }
    if heads > 1 && sketch.request.value.is_none() {
        sketch.put("year", "across".to_owned());
        sketch.request.across = Some(sketch.span);
        return Some(());
    }
    if let Some(column) = column_of_years(look, &sketch.used) {
        let name = look.header.get(column)?.clone();
        let mut years = cells(look, column);
        let first = years.next()?.to_owned();
        sketch.used.push(column);
        // The values of one year alone are values of all years.
        if years.all(|year| year == first) && look.whole && look.rows.len() > 1 {
            sketch.put_filter(&name, &name, first.clone());
            let filter =
                Filter { column: sketch.name(&name), wanted: Wanted::Number(first.parse().ok()?) };
            sketch.request.filters.push(filter);
        } else {
            sketch.put("year", written(&name));
            let (key, text) = (sketch.name("year"), sketch.name(&name));
            sketch.request.named.push(Named { key, text, quoted: false });
        }
    }
    Some(())
}

/// Finds the column of the values: the named one, or the one column of numbers, or the one with the name of the quantity.
pub(super) fn match_value(
    sketch: &mut Sketch<'_>,
    look: &Glance,
    rows: &[&[String]],
    quantity: &str,
) -> Option<()> {
    if sketch.request.across.is_some() {
        return Some(());
    }
    if let Some(value) = &sketch.request.value {
        let text = value.text.clone();
        if let Some(column) = column_of(look, &text) {
            let name = look.header.get(column)?.clone();
            let given = sketch.parts.iter().any(|(key, _)| key == "value");
            if name != text || !given {
                sketch.put("value", written(&name));
            }
            sketch.request.value = Some(sketch.name(&name));
            return Some(());
        }
    }
    let numbers: Vec<usize> = (0..look.header.len())
        .filter(|column| {
            !sketch.used.contains(column) && !look.header.get(*column).is_none_or(String::is_empty)
        })
        .filter(|&column| figures::of(look, rows, &[column], &sketch.request.format).is_some())
        .collect();
    let head =
        |column: &usize| look.header.get(*column).map(|name| bones(name)).unwrap_or_default();
    let own = bones(quantity);
    let like = |column: &&usize| {
        let head = head(column);
        head == own
            || (head.len() > 2 && own.len() > 2 && (own.contains(&head) || head.contains(&own)))
    };
    let one = |fits: &dyn Fn(&&usize) -> bool| {
        let mut all = numbers.iter().filter(|column| fits(column));
        all.next().copied().filter(|_| all.next().is_none())
    };
    let column = match numbers.as_slice() {
        [] => return None,
        [only] => Some(*only),
        _ => one(&|column| head(column) == own)
            .or_else(|| one(&like))
            .or_else(|| one(&|column| VALUES.contains(&head(column).as_str()))),
    };
    match column {
        Some(column) => {
            let name = look.header.get(column)?.clone();
            sketch.put("value", written(&name));
            sketch.request.value = Some(sketch.name(&name));
        }
        None => {
            let names: Vec<String> = (numbers.iter().take(MOST_LISTED))
                .filter_map(|column| look.header.get(*column))
                .map(|name| format!("`{}`", written(name)))
                .collect();
            sketch.put("value", "COLUMN".to_owned());
            sketch.doubts(format!(
                "with one of the columns {} in place of `COLUMN`",
                names.join(", ")
            ));
        }
    }
    Some(())
}

/// Names the signs of the numbers.
pub(super) fn match_format(
    sketch: &mut Sketch<'_>,
    look: &Glance,
    rows: &[&[String]],
) -> Option<()> {
    let columns: Vec<usize> = match (&sketch.request.value, sketch.request.across) {
        (_, Some(_)) => (0..look.header.len())
            .filter(|column| {
                look.header.get(*column).is_some_and(|head| head.get(..4).is_some_and(is_year))
            })
            .collect(),
        (Some(value), None) => {
            look.header.iter().position(|head| *head == value.text).into_iter().collect()
        }
        (None, None) => return Some(()),
    };
    let found = figures::of(look, rows, &columns, &sketch.request.format)?;
    set_format(sketch, found);
    Some(())
}

pub(super) fn set_format(sketch: &mut Sketch<'_>, found: Figures) {
    for (key, text) in found.arguments(&sketch.request.format) {
        // `na` and `flag` may be given several times.
        sketch.parts.push((key.to_owned(), text));
    }
    sketch.request.format = found.format;
    if let Some(doubt) = found.doubt {
        sketch.doubts(doubt);
    }
}

/// Returns the axes that the call fills: axis, slot and set.
pub(super) fn open_axes(axes: &[Select]) -> Vec<(usize, usize, SetId)> {
    (axes.iter().enumerate())
        .filter_map(|(n, axis)| match axis {
            Select::Each(slot, set) => Some((n, *slot, *set)),
            _ => None,
        })
        .collect()
}

/// Returns the key as the call has it: bare, or in quotes.
pub(super) fn quoted_key(sketch: &Sketch<'_>, key: &str) -> String {
    let quoted = format!("\"{key}\"");
    if sketch.parts.iter().any(|(known, _)| *known == quoted) { quoted } else { key.to_owned() }
}

/// Returns the letters and digits of a name in lower case, in which names that mean the same are equal.
pub(super) fn bones(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Finds the column that a name means: the same, in other capitals or signs, the beginning, or nearly so.
pub(super) fn column_of(look: &Glance, name: &str) -> Option<usize> {
    let heads = || look.header.iter().enumerate().filter(|(_, head)| !head.is_empty());
    let one = |fits: &dyn Fn(&str) -> bool| {
        let mut all = heads().filter(|(_, head)| fits(head));
        all.next().map(|(n, _)| n).filter(|_| all.next().is_none())
    };
    let wanted = bones(name);
    if heads().any(|(_, head)| head == name) {
        return one(&|head| head == name);
    }
    one(&|head| bones(head) == wanted && !wanted.is_empty())
        .or_else(|| one(&|head| wanted.len() > 3 && bones(head).starts_with(&wanted)))
        .or_else(|| {
            let near = nearest(
                name,
                heads().map(|(_, head)| head.as_str()).filter(|head| !is_year(head)),
            )?;
            one(&|head| head == near)
        })
}

/// Returns the filled cells of a column.
pub(super) fn cells(look: &Glance, column: usize) -> impl Iterator<Item = &str> {
    look.rows.iter().map(move |row| Glance::cell(row, column)).filter(|cell| !cell.is_empty())
}

pub(super) fn holds_years(look: &Glance, column: usize) -> bool {
    let full = look.rows.iter().all(|row| !Glance::cell(row, column).is_empty());
    full && cells(look, column).all(is_calendar_year)
}

/// True for a year in which a series may have a value; a number such as 1500 is more probably an amount.
pub(super) fn is_calendar_year(cell: &str) -> bool {
    is_year(cell) && cell.parse().is_ok_and(|year: u32| (1900..=2100).contains(&year))
}

/// Finds the column of the years: the only one, or the one that is called so.
pub(super) fn column_of_years(look: &Glance, used: &[usize]) -> Option<usize> {
    let all: Vec<usize> = (0..look.header.len())
        .filter(|column| !used.contains(column) && holds_years(look, *column))
        .collect();
    let called = ["year", "refyear", "period", "time", "timeperiod", "jahr", "il"];
    let named = |column: &usize| {
        look.header.get(*column).is_some_and(|head| called.contains(&bones(head).as_str()))
    };
    match all.as_slice() {
        [only] => Some(*only),
        several => several.iter().copied().find(named),
    }
}

/// Finds the cell of a column that a text means, in other capitals too.
pub(super) fn cell_like<'g>(look: &'g Glance, column: usize, text: &str) -> Option<&'g str> {
    if let Some(same) = cells(look, column).find(|cell| *cell == text) {
        return Some(same);
    }
    let mut like =
        cells(look, column).filter(|cell| bones(cell) == bones(text) && !text.is_empty());
    let first = like.next()?;
    like.all(|other| other == first).then_some(first)
}

/// Returns the different cells of a column, in their order.
pub(super) fn values_of(rows: &[&[String]], column: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in rows {
        let cell = Glance::cell(row, column);
        if found.len() <= MOST_LISTED + 8 && !found.iter().any(|known| known == cell) {
            found.push(cell.to_owned());
        }
    }
    found
}
