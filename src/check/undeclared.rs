//! Declarations of names that a line only gives a value, as other languages do: `x = 5`, `y[p] = base[p]`.
//!
//! In: the left side of a line whose name is not declared. Out: the line as a declaration.

use super::Checker;
use super::readings::{column, is_cell};
use crate::syntax::ast::{self, Suffix};

impl Checker<'_> {
    /// Returns the declaration of the variable whose equation is written on a line.
    pub(super) fn declaration(&mut self, reference: &ast::Reference) -> Option<String> {
        // The suffixes of variables in GAMS: level, fixed value, bounds.
        let is_suffix = |name: &str| matches!(name, "l" | "fx" | "lo" | "up" | "m");
        let name = match reference.path.as_slice() {
            [name] => name.text.trim_end_matches("_t").to_owned(),
            [name, suffix] if is_suffix(&suffix.text) => name.text.clone(),
            _ => return None,
        };
        if self.in_scenario || is_cell(&name) {
            return None;
        }
        let text = self.sources.rest_of_line(reference.span).to_owned();
        let (left, value) = text.split_once('=')?;
        if matches!(name.as_str(), "model" | "title") && value.trim().starts_with('"') {
            return Some(format!("model {}", value.trim()));
        }
        let value = &square_lags(value);
        if let Some(path) = self.vector(value) {
            return Some(format!("param {name} = {path}"));
        }
        if let Some(set) = self.set_of_keys(value) {
            return Some(format!("param {name}[{set}] = {}", value.trim()));
        }
        let file = value.split('"').nth(1).filter(|file| file.contains('.'));
        if let Some(file) = file.filter(|_| value.contains('(')) {
            let sheet = value.split("sheet").nth(1).and_then(|rest| rest.split('"').nth(1));
            if let Some(lines) = self.declared_of_file(&name, (file, sheet), reference.span) {
                return Some(lines);
            }
            let set = self.sets.keys().next()?;
            return Some(format!(
                "param {name}[{set}] = data(\"{file}\", value: value, {set}: {set})"
            ));
        }
        let given = value.trim().starts_with(|c: char| c.is_ascii_digit())
            && !value.trim().contains(['+', '*', '/', '(', '[']);
        // `df["m"] = ...`
        if let Some(column) = column(reference).filter(|text| !self.elements.contains_key(*text)) {
            return Some(format!("var {column} = {}", value.trim()));
        }
        let indices: Vec<String> = match &reference.suffix {
            Suffix::None => Vec::new(),
            Suffix::Indices(_) => left
                .trim()
                .trim_start_matches(name.as_str())
                .trim_matches(['[', ']', ' '])
                .split(',')
                .map(|index| self.axis_text(index.trim()))
                .collect::<Option<_>>()?,
            Suffix::Call(call) => {
                let text = |argument: &ast::Argument| {
                    self.sources.text(argument.value.span).trim().to_owned()
                };
                let args: Vec<String> = call.args.iter().map(text).collect();
                let years = |index: &String| matches!(index.as_str(), "t" | "year" | "time");
                let sets = |index: &String| years(index) || self.set_of_letter(index).is_some();
                if args.is_empty() || !args.iter().all(sets) {
                    return Some(format!("function {}= {}", left, value.trim()));
                }
                let args = args.iter().filter(|index| !years(index));
                args.map(|index| self.axis_text(index)).collect::<Option<_>>()?
            }
        };
        let axes =
            if indices.is_empty() { String::new() } else { format!("[{}]", indices.join(", ")) };
        let word = if given { "param" } else { "var" };
        Some(format!("{word} {name}{axes} = {}", value.trim()))
    }

    /// Returns the path over the years for a vector of R: `c(1, 2, 3)`.
    fn vector(&self, value: &str) -> Option<String> {
        let inside = value.trim().strip_prefix("c(")?.strip_suffix(')')?;
        let values: Vec<&str> = inside.split(',').map(str::trim).collect();
        let numbers = values.iter().all(|value| value.starts_with(|c: char| c.is_ascii_digit()));
        let years = self.model.years.0..=self.model.years.1;
        let pairs: Vec<String> =
            years.zip(&values).map(|(year, value)| format!("{year}: {value}")).collect();
        (numbers && pairs.len() == values.len()).then(|| format!("[{}]", pairs.join(", ")))
    }

    /// Returns the set of the first key of a map: `{"China": 80}`.
    fn set_of_keys(&self, value: &str) -> Option<&str> {
        let inside = value.trim().strip_prefix('{')?;
        let (key, _) = inside.split_once([':', '='])?;
        let set = self.elements.get(key.trim().trim_matches(['"', '\'']))?;
        Some(&self.model.sets[*set].name)
    }

    /// Returns the set that an index letter of GAMS means: the set itself, or the only one that begins with it.
    pub(super) fn set_of_letter(&self, index: &str) -> Option<&String> {
        let mut begins = self.sets.keys().filter(|set| set.starts_with(index));
        self.sets
            .keys()
            .find(|set| *set == index)
            .or_else(|| begins.next().filter(|_| begins.next().is_none() && index.len() == 1))
    }

    /// Returns `p: partner` for the index letter `p`.
    fn axis_text(&self, index: &str) -> Option<String> {
        let set = self.sets.keys().find(|set| *set == index || set.starts_with(index))?;
        Some(if set == index { index.to_owned() } else { format!("{index}: {set}") })
    }
}

/// Writes lags in round brackets, `y(-1)`, in square ones.
fn square_lags(value: &str) -> String {
    let mut out = value.to_owned();
    for years in 1..=9 {
        out = out.replace(&format!("(-{years})"), &format!("[t-{years}]"));
    }
    out
}
