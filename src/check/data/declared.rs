//! Declarations for a file that another language reads as a whole: `df = read_csv("flows.csv")`.
//!
//! In: the name of a file. Out: a `param` for each column of numbers, with the columns of its elements and years as the
//! file names them.

use super::Checker;
use super::complete::{is_year, written};
use crate::data::{Request, Table};
use crate::source::Span;
use crate::syntax::ast::Name;

/// Maximum number of rows that are read to know what a column holds.
const MOST_ROWS: usize = 500;
/// Maximum number of columns of numbers that are declared.
const MOST_VALUES: usize = 12;
/// Names of a whole table in other languages, which no quantity has.
const TABLES: [&str; 9] = ["df", "data", "dt", "dat", "values", "table", "panel", "tbl", "T"];

/// What the cells of a column are.
enum Sort {
    Set(String),
    /// Texts that no set of the script has.
    Texts,
    /// Years, and the year if all rows have the same one.
    Year(Option<String>),
    Number,
    Other,
}

impl Checker<'_> {
    /// Returns the lines that read a file as other languages read a whole table; None if the file cannot be read or has
    /// no column of numbers.
    pub(in crate::check) fn declared_of_file(
        &mut self,
        name: &str,
        (file, sheet): (&str, Option<&str>),
        span: Span,
    ) -> Option<String> {
        let (mut header, mut sorts) = self.sorts(file, sheet, b',', span)?;
        let mut options = sheet.map_or(String::new(), |sheet| format!(", sheet: \"{sheet}\""));
        if header.len() == 1 && header.first().is_some_and(|only| only.contains(';')) {
            (header, sorts) = self.sorts(file, sheet, b';', span)?;
            options.push_str(", delimiter: \";\"");
        }
        let (mut sets, mut axes, mut values, mut across) =
            (Vec::new(), Vec::new(), Vec::new(), false);
        for (column, sort) in header.iter().zip(&sorts) {
            let own = written(column);
            match sort {
                Sort::Set(set) => {
                    axes.push(set.clone());
                    options.push_str(&format!(", {set}: {own}"));
                }
                Sort::Texts => {
                    let set = plain_name(column);
                    sets.push(format!("set {set} = data(\"{file}\", column: {own})"));
                    axes.push(set.clone());
                    options.push_str(&format!(", {set}: {own}"));
                }
                Sort::Year(one) => {
                    options.push_str(&format!(", year: {}", one.as_deref().unwrap_or(&own)));
                }
                Sort::Number if is_year(column) => across = true,
                Sort::Number => values.push(column),
                Sort::Other => {}
            }
        }
        let index = if axes.is_empty() { String::new() } else { format!("[{}]", axes.join(", ")) };
        let line = |name: &str, value: &str| {
            format!("param {name}{index} = data(\"{file}\"{options}{value})")
        };
        let lines: Vec<String> = match (across, values.as_slice()) {
            (true, _) => vec![line(name, ", year: across")],
            (false, []) => return None,
            (false, [only]) => {
                let general = ["value", "values", "amount"]
                    .iter()
                    .any(|name| only.eq_ignore_ascii_case(name));
                let own = if general || !TABLES.contains(&name) {
                    name.to_owned()
                } else {
                    self.free_name(only, name)
                };
                vec![line(&own, &format!(", value: {}", written(only)))]
            }
            (false, several) => several
                .iter()
                .take(MOST_VALUES)
                .map(|column| {
                    line(&self.free_name(column, name), &format!(", value: {}", written(column)))
                })
                .collect(),
        };
        Some([sets, lines].concat().join("\n"))
    }

    /// Returns the name of a column as that of a quantity; with the name of its table if the script has it already.
    fn free_name(&self, column: &str, table: &str) -> String {
        let name = plain_name(column);
        if self.quantity_names.contains_key(&name) { format!("{table}_{name}") } else { name }
    }

    /// Reads the header of a file, and what its columns hold.
    fn sorts(
        &mut self,
        file: &str,
        sheet: Option<&str>,
        delimiter: u8,
        span: Span,
    ) -> Option<(Vec<String>, Vec<Sort>)> {
        let name = |text: &str| Name { text: text.to_owned(), span };
        let mut request = Request::of_file(name(file));
        request.place.sheet = sheet.map(name);
        request.format.delimiter = delimiter;
        let mut table = Table::open(self.files, &request, span, self.sources).ok()?;
        let header = table.header().to_vec();
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); header.len()];
        let mut numbers = vec![true; header.len()];
        for _ in 0..MOST_ROWS {
            if !table.next_row(self.sources).ok()? {
                break;
            }
            for (column, (cells, numbers)) in cells.iter_mut().zip(&mut numbers).enumerate() {
                *numbers &= table.number(column).is_ok() || table.cell(column).is_empty();
                cells.push(table.cell(column).into_owned());
            }
        }
        drop(table);
        let sort = |(column, (cells, number)): (&String, (&Vec<String>, &bool))| {
            self.sort(column, cells, *number)
        };
        let sorts = header.iter().zip(cells.iter().zip(&numbers)).map(sort).collect();
        Some((header, sorts))
    }

    fn sort(&self, column: &str, cells: &[String], number: bool) -> Sort {
        let named = self.sets.keys().find(|set| set.eq_ignore_ascii_case(column));
        let holds = |set: &&String| {
            let root = self.sets.get(*set).map(|&id| self.model.sets[id].root);
            root.is_some_and(|root| {
                cells.iter().all(|cell| self.model.sets[root].elements.contains_key(cell))
            })
        };
        let years = ["year", "years", "time", "date", "period"];
        let set = named.or_else(|| self.sets.keys().find(holds).filter(|_| !cells.is_empty()));
        match set {
            Some(set) => Sort::Set(set.clone()),
            None if years.iter().any(|year| column.eq_ignore_ascii_case(year)) => {
                let first = cells.first().filter(|first| is_year(first));
                Sort::Year(first.filter(|first| cells.iter().all(|cell| cell == *first)).cloned())
            }
            None if number && !cells.is_empty() => Sort::Number,
            None if column.is_empty() || cells.is_empty() => Sort::Other,
            None => Sort::Texts,
        }
    }
}

/// Returns the name of a column as one word.
fn plain_name(column: &str) -> String {
    let word: String = column.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let word = word.trim_matches('_').to_lowercase();
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("x_{word}") } else { word }
}
