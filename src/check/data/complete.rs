//! Calls of `data` that lack arguments: the complete call, with the names of the file's columns.
//!
//! In: a call and its file. Out: the message with the call as it must be written.

use super::{Checker, errors};
use crate::check::expr::{Env, NUMBER, PERCENT};
use crate::data::{Request, Table};
use crate::diagnostic::Fix;
use crate::model::{Kind, QuantityId, Select};
use crate::source::{SourceMap, Span};
use crate::syntax::ast;

impl Checker<'_> {
    /// Reports the arguments that a call lacks, with one complete call; returns true if it lacks any. A file that
    /// cannot be opened has a message of its own.
    pub(super) fn reports_incomplete(
        &mut self,
        (id, axes): (QuantityId, &[Select]),
        args: &[ast::Argument],
        request: &Request<'_>,
        span: Span,
        env: &Env,
    ) -> bool {
        let quantity = &self.model.quantities[id];
        let (kind, name, path) = (quantity.kind, quantity.name.clone(), quantity.path);
        let open: Vec<(usize, usize, usize)> = (axes.iter().enumerate())
            .filter_map(|(n, axis)| match axis {
                Select::Each(slot, set) => Some((n, *slot, *set)),
                _ => None,
            })
            .collect();
        let named: Vec<usize> = (request.named.iter())
            .filter_map(|named| self.data_axis(&open, named, env).map(|(n, _)| n))
            .collect();
        let missing = open.iter().filter(|(n, ..)| !named.contains(n));
        let missing: Vec<_> = missing.copied().collect();
        if self.reports_same_set(&missing, (args, request), span, env) {
            return true;
        }
        let sets: Vec<String> =
            missing.iter().map(|&(.., set)| self.model.sets[set].name.clone()).collect();
        let value = request.value.is_none() && request.across.is_none();
        let needs_unit = !matches!(kind, Kind::Unknown | Kind::Year) && kind != NUMBER;
        let unit = needs_unit && request.unit.is_none();
        let declared = if needs_unit { self.written_unit(id) } else { None };
        let percent = kind == PERCENT && unit && self.has_percent_signs(request, span);
        let declared = if percent { Some("percent".to_owned()) } else { declared };
        if sets.is_empty() && !value && !(unit && declared.is_some()) {
            return false;
        }
        #[cfg(feature = "habits")]
        {
            let named = sets.iter().map(String::as_str).chain(value.then_some("value"));
            let lacking: Vec<&str> = named.chain(unit.then_some("unit")).collect();
            if self.reports_proposal((id, axes), (args, request), &lacking, span, env) {
                return true;
            }
        }
        let files = self.files;
        let Ok(mut table) = Table::open(files, request, span, self.sources) else { return false };
        let header: Vec<String> = table.header().to_vec();
        let single = single_year(&mut table, self.sources);
        drop(table);
        if self.reports_divided(&header, (args, request), span) {
            return true;
        }
        if let Some(edit) = self.columns_of_elements(&open, args, request, &header) {
            let found = errors::columns_of_elements(span, &edit);
            self.error(found);
            return true;
        }
        let lacks = Lacking { sets: &sets, value, unit: unit.then_some(declared), path };
        let (added, sure) = lacks.arguments(request, &header, (&name, single));
        let edit = self.with_arguments(args, &added);
        let lacking: Vec<&str> = added.iter().map(|(key, _)| *key).collect();
        let found = errors::data_incomplete(span, &lacking, (&edit, sure), &header);
        self.error(found);
        true
    }

    /// Reports a file whose columns another sign divides: all their names are in one column.
    fn reports_divided(
        &mut self,
        header: &[String],
        (args, request): (&[ast::Argument], &Request<'_>),
        span: Span,
    ) -> bool {
        let [only] = header else { return false };
        let Some(sign) = [';', '\t', '|'].into_iter().find(|&sign| only.contains(sign)) else {
            return false;
        };
        let shown = if sign == '\t' { "\\t".to_owned() } else { sign.to_string() };
        let edit = self.with_arguments(args, &[("delimiter", format!("\"{shown}\""))]);
        let found = errors::data_divided(span, &request.file.text, &shown, &edit);
        self.error(found);
        true
    }

    /// Adds the edit to the first message about a file from `first` on whose help names arguments of the call.
    pub(super) fn adds_arguments(&mut self, first: usize, span: Span) {
        let call = self.sources.text(span).trim_end().to_owned();
        let Some(found) = self.diagnostics.get_mut(first).filter(|found| found.fixes.is_empty())
        else {
            return;
        };
        let help = found.help.first().map(String::as_str).unwrap_or_default();
        let arguments = help
            .strip_prefix("write `")
            .and_then(|rest| rest.strip_suffix("` in `data(...)`"))
            .filter(|arguments| !arguments.contains('`'));
        let (Some(arguments), Some(inside)) = (arguments, call.strip_suffix(')')) else { return };
        let key = arguments.split(':').next().unwrap_or_default();
        if inside.contains(&format!("{key}:")) {
            return;
        }
        let edit = format!("{inside}, {arguments})");
        found.help = vec![format!("write `{edit}`")];
        found.fixes.push(Fix { span, replacement: edit });
    }

    /// True if the numbers of a file have percent signs in its first row.
    fn has_percent_signs(&mut self, request: &Request<'_>, span: Span) -> bool {
        let files = self.files;
        let Ok(mut table) = Table::open(files, request, span, self.sources) else { return false };
        let columns = table.header().len();
        table.next_row(self.sources).is_ok_and(|found| found)
            && (0..columns).any(|column| {
                let cell = table.cell(column);
                let number = cell.strip_suffix('%').map(|cell| cell.trim_end().replace(',', "."));
                number.is_some_and(|number| number.parse::<f64>().is_ok())
            })
    }

    /// Returns a map with a call for each element, if each element of a set heads a column of the file.
    fn columns_of_elements(
        &self,
        open: &[(usize, usize, usize)],
        args: &[ast::Argument],
        request: &Request<'_>,
        header: &[String],
    ) -> Option<String> {
        request.value.is_none().then_some(())?;
        let heads = |&(_, _, set): &(usize, usize, usize)| {
            let names = self.member_names(set);
            names
                .iter()
                .all(|name| header.iter().any(|column| column == name))
                .then_some((set, names))
        };
        let (set, names) = open.iter().find_map(heads)?;
        let name = &self.model.sets[set].name;
        let own = request.named.iter().find(|named| named.key.text == *name);
        let other = own.is_some_and(|named| named.text.text != "across");
        (!other && names.len() <= 20).then_some(())?;
        let rest: Vec<ast::Argument> = (args.iter())
            .filter(|argument| argument.key.as_ref().is_none_or(|key| key.text != *name))
            .cloned()
            .collect();
        let left: Vec<usize> =
            open.iter().map(|axis| axis.2).filter(|other| *other != set).collect();
        let calls = match left.as_slice() {
            [] => self.calls_of(&names, &rest, &[]),
            // The elements of the second set head the columns: a map of maps, the first set outside.
            [rows] => {
                let row_set = &self.model.sets[*rows].name;
                let column = request.named.iter().find(|named| named.key.text == *row_set);
                let column = match column {
                    Some(named) => named.text.text.clone(),
                    None => header.iter().find(|head| head.eq_ignore_ascii_case(row_set))?.clone(),
                };
                let rest: Vec<ast::Argument> = (rest.iter())
                    .filter(|argument| argument.key.as_ref().is_none_or(|key| key.text != *row_set))
                    .cloned()
                    .collect();
                let (outer, inner) = (self.member_names(*rows), names);
                (outer.len() * inner.len() <= 60).then_some(())?;
                let columns_first = open.first().is_some_and(|(.., first)| *first == set);
                let filter = |row: &str| vec![(written(&column), format!("\"{row}\""))];
                match columns_first {
                    false => outer
                        .iter()
                        .map(|row| {
                            let calls = self.calls_of(&inner, &rest, &filter(row));
                            format!("{}: {{ {} }}", written(row), calls.join(", "))
                        })
                        .collect(),
                    true => inner
                        .iter()
                        .map(|name| {
                            let key = vec![(row_set.clone(), written(&column))];
                            let call = self.calls_of(&[*name], &rest, &key);
                            call.concat()
                        })
                        .collect(),
                }
            }
            _ => return None,
        };
        Some(format!("{{ {} }}", calls.join(", ")))
    }

    /// Returns the names of the elements of a set.
    pub(in crate::check) fn member_names(&self, set: usize) -> Vec<&str> {
        let set = &self.model.sets[set];
        let root = &self.model.sets[set.root].elements;
        (set.members.iter())
            .filter_map(|&member| root.get_index(member as usize))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Returns an entry of a map for each column: `China: data("file.csv", value: China)`.
    fn calls_of(
        &self,
        names: &[&str],
        args: &[ast::Argument],
        keys: &[(String, String)],
    ) -> Vec<String> {
        let call = |name: &&str| {
            let name = written(name);
            let mut added: Vec<(&str, String)> =
                keys.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
            added.push(("value", name.clone()));
            format!("{name}: {}", self.with_arguments(args, &added))
        };
        names.iter().map(call).collect()
    }

    /// Writes a call of `data` with its arguments and further ones.
    fn with_arguments(&self, args: &[ast::Argument], added: &[(&str, String)]) -> String {
        // `sep: ";"` is `delimiter: ";"` here.
        let other = |argument: &ast::Argument| {
            let key = argument.key.as_ref().filter(|_| !argument.literal_key)?;
            if self.sets.contains_key(&key.text) { None } else { Self::option_meant(&key.text) }
        };
        let text = |argument: &ast::Argument| match other(argument) {
            Some(own) if added.iter().any(|(key, _)| *key == own) => None,
            Some(own) => Some(format!("{own}: {}", self.sources.text(argument.value.span).trim())),
            None => Some(self.argument_text(argument)),
        };
        let new = added.iter().map(|(key, column)| format!("{key}: {column}"));
        let parts: Vec<String> = args.iter().filter_map(text).chain(new).collect();
        format!("data({})", parts.join(", "))
    }

    /// Returns an argument of a call as it is typed, with its key.
    pub(super) fn argument_text(&self, argument: &ast::Argument) -> String {
        let value = argument.value.span;
        let whole = argument.key.as_ref().map_or(value, |key| key.span.to(value));
        self.sources.text(whole).trim().to_owned()
    }
}

/// What a call of `data` lacks.
struct Lacking<'s> {
    sets: &'s [String],
    /// True if the column of the values is not named.
    value: bool,
    /// The unit that the declaration names, if the call requires one.
    unit: Option<Option<String>>,
    /// True for a quantity with a path over the years.
    path: bool,
}

impl<'s> Lacking<'s> {
    /// Returns the arguments that complete the call, and true if each of their columns is sure; `single` is the year of
    /// all rows, if they have one year only.
    fn arguments(
        self,
        request: &Request<'_>,
        header: &[String],
        (name, single): (&str, Option<String>),
    ) -> (Vec<(&'s str, String)>, bool) {
        let Self { sets, value, unit, path } = self;
        let mut columns = Columns { left: header.iter().map(String::as_str).collect(), sure: true };
        let known = request.named.iter().map(|named| &named.text);
        let known = known.chain(&request.value).chain(request.filters.iter().map(|f| &f.column));
        known.for_each(|used| columns.left.retain(|column| *column != used.text));
        let mut added: Vec<(&str, String)> = Vec::new();
        for set in sets {
            added.push((set, columns.take(&[set])));
        }
        let timed =
            request.named.iter().any(|named| matches!(named.key.text.as_str(), "year" | "t"));
        let across = header.iter().filter(|name| is_year(name)).count() > 1;
        if value && path && across && !timed {
            added.push(("year", "across".to_owned()));
        } else {
            if path && !timed && request.across.is_none() {
                let before = columns.sure;
                let year = columns.take(&["year"]);
                if year != MISSING {
                    // The values of one year alone are values of all years.
                    added.push(("year", single.unwrap_or(year)));
                }
                columns.sure = before;
            }
            if value {
                added.push(("value", columns.take_value(name)));
            }
        }
        if let Some(declared) = unit {
            columns.sure &= declared.is_some();
            added.push(("unit", declared.unwrap_or_else(|| "UNIT".to_owned())));
        }
        (added, columns.sure)
    }
}

/// Returns the year of all rows of a file whose column `year` has one year only.
fn single_year(table: &mut Table<'_>, sources: &mut SourceMap) -> Option<String> {
    let column = table.header().iter().position(|name| name.eq_ignore_ascii_case("year"))?;
    let mut found: Option<String> = None;
    for _ in 0..MOST_ROWS {
        if !table.next_row(sources).ok()? {
            return found.filter(|year| is_year(year));
        }
        let year = table.cell(column);
        if found.as_ref().is_some_and(|found| *found != year) {
            return None;
        }
        found.get_or_insert_with(|| year.into_owned());
    }
    None
}

/// Maximum number of rows that are read for the year of a file.
const MOST_ROWS: usize = 10_000;

/// Stands for a column that the file does not name clearly.
const MISSING: &str = "COLUMN";

/// The columns of a file that are not used yet; `sure` is false once a name had no column.
struct Columns<'h> {
    left: Vec<&'h str>,
    sure: bool,
}

impl Columns<'_> {
    /// Takes the column with one of some names, in upper or lower case.
    fn take(&mut self, names: &[&str]) -> String {
        let same = |column: &&str| names.iter().any(|name| column.eq_ignore_ascii_case(name));
        match self.left.iter().position(same) {
            Some(n) => written(self.left.remove(n)),
            None => {
                self.sure = false;
                MISSING.to_owned()
            }
        }
    }

    /// Takes the column of the values: one with the name of the quantity, or else the only one that is left.
    fn take_value(&mut self, quantity: &str) -> String {
        if let [only] = self.left.as_slice() {
            return written(only);
        }
        self.take(&[quantity, "value", "values", "amount"])
    }
}

/// Writes the name of a column, in quotes if it is not one word.
pub(super) fn written(column: &str) -> String {
    let word = column.chars().all(|c| c.is_alphanumeric() || c == '_')
        && column.starts_with(|c: char| c.is_alphabetic());
    if word { column.to_owned() } else { format!("\"{column}\"") }
}

/// True for a column headed by a year.
pub(super) fn is_year(name: &str) -> bool {
    name.len() == 4 && name.parse::<u32>().is_ok_and(|year| (1000..3000).contains(&year))
}
