//! Functions of spreadsheets that choose cells by criteria or round them: `SUMIFS(exports, partner, "<>Iran")`.
//!
//! In: the name of a function and the text of its arguments. Out: the reduction or expression in Mizan.

use super::Checker;
use crate::model::{Kind, QuantityId};
use crate::quantity::Dimension;

/// A quantity with a letter for each of its indices.
struct Column<'a> {
    name: &'a str,
    id: QuantityId,
    letters: Vec<String>,
    /// The element of each index that is written as one.
    elements: Vec<Option<String>>,
}

/// What the criteria of a function choose.
struct Chosen {
    /// The element of each index, if a criterion names one.
    elements: Vec<Option<String>>,
    conditions: Vec<String>,
    /// The first and the last year.
    years: Option<(String, String)>,
}

impl Checker<'_> {
    /// Returns the reduction for a function with criteria.
    pub(super) fn by_criteria(&self, lower: &str, args: &[String]) -> Option<String> {
        let (reduction, value, pairs) = match (lower, args) {
            ("sumif" | "averageif", [range, criterion]) => (lower, range, vec![(range, criterion)]),
            ("sumif" | "averageif", [range, criterion, value]) => {
                (lower, value, vec![(range, criterion)])
            }
            ("countif" | "countifs", [range, ..]) => (lower, range, pairs(args)?),
            ("sumifs" | "averageifs" | "maxifs" | "minifs", [value, rest @ ..]) => {
                (lower, value, pairs(rest)?)
            }
            _ => return None,
        };
        let column = self.column(value)?;
        let elements = column.elements.clone();
        let mut chosen = Chosen { elements, conditions: Vec::new(), years: None };
        for (range, criterion) in &pairs {
            self.criterion(&column, range, criterion, &mut chosen)?;
        }
        let (name, counts) = match reduction {
            "averageif" | "averageifs" => ("mean", false),
            "maxifs" => ("max", false),
            "minifs" => ("min", false),
            "countif" | "countifs" => ("sum", true),
            _ => ("sum", false),
        };
        self.by_choice(name, counts, &column, &chosen)
    }

    /// Writes a reduction over the indices and years that no criterion fixes.
    fn by_choice(
        &self,
        name: &str,
        counts: bool,
        column: &Column<'_>,
        chosen: &Chosen,
    ) -> Option<String> {
        let axes = &self.model.quantities[column.id].axes;
        let mut binders = Vec::new();
        for ((&axis, letter), element) in axes.iter().zip(&column.letters).zip(&chosen.elements) {
            if element.is_none() {
                binders.push(format!("{letter} in {}", self.model.sets[axis].name));
            }
        }
        let index = |free: &str, year: Option<&String>| {
            let one = |(letter, element): (&String, &Option<String>)| match element {
                Some(element) => element.clone(),
                None if free.is_empty() => letter.clone(),
                None => free.to_owned(),
            };
            let mut parts: Vec<String> =
                column.letters.iter().zip(&chosen.elements).map(one).collect();
            parts.extend(year.cloned());
            match parts.is_empty() {
                true => column.name.to_owned(),
                false => format!("{}[{}]", column.name, parts.join(", ")),
            }
        };
        let year = chosen.years.as_ref().filter(|(from, to)| from == to).map(|(from, _)| from);
        let plain = chosen.conditions.is_empty() && !counts;
        match &chosen.years {
            Some((from, to)) if from != to => binders.push(format!("t in {from}..{to}")),
            // A value without an index is compared in each year.
            None if axes.is_empty() => binders.push("t in first..last".to_owned()),
            _ if plain && binders.is_empty() => return Some(index("", year)),
            _ if plain => return Some(format!("{name}({})", index("*", year))),
            _ => {}
        }
        // Over years alone a mean cannot leave years out.
        let only_years = binders.len() == 1 && binders.iter().all(|one| one.starts_with("t in "));
        if binders.is_empty() || only_years && !plain && name != "sum" {
            return None;
        }
        let condition = match chosen.conditions.is_empty() {
            true => String::new(),
            false => format!(" where {}", chosen.conditions.join(" and ")),
        };
        let body = if counts { "1".to_owned() } else { index("", year) };
        Some(format!("{name}({}{condition}: {body})", binders.join(", ")))
    }

    /// Returns a quantity from the text of an argument: `exports`, `exports[*, *]`, `exports[China, *]`.
    fn column<'t>(&self, text: &'t str) -> Option<Column<'t>> {
        let name = text.split('[').next()?.trim();
        let &id = self.quantity_names.get(name)?;
        let axes = &self.model.quantities[id].axes;
        let indices = text.get(name.len()..)?.trim().trim_matches(['[', ']']);
        let elements = match indices.is_empty() {
            true => vec![None; axes.len()],
            false => indices
                .split(',')
                .enumerate()
                .map(|(n, index)| {
                    let index = index.trim();
                    let root = self.model.sets[*axes.get(n)?].root;
                    let known = self.model.sets[root].elements.contains_key(index);
                    (known || index == "*").then(|| known.then(|| index.to_owned()))
                })
                .collect::<Option<Vec<_>>>()?,
        };
        (elements.len() == axes.len()).then_some(())?;
        Some(Column { name, id, letters: self.letters_of(id), elements })
    }

    /// Adds what a criterion chooses: the element `China`, the condition `exports[p] > 20 mn USD` for `">20"`, years.
    fn criterion(
        &self,
        column: &Column<'_>,
        range: &str,
        criterion: &str,
        chosen: &mut Chosen,
    ) -> Option<()> {
        let text = criterion.trim_matches('"').trim();
        let signs = ["<>", "<=", ">=", "<", ">", "="];
        let sign = signs.into_iter().find(|sign| text.starts_with(sign));
        let wanted = text.get(sign.map_or(0, str::len)..)?.trim();
        let sign = match sign {
            Some("<>") => "!=",
            Some("=") | None => "==",
            Some(sign) => sign,
        };
        if matches!(range.to_lowercase().as_str(), "year" | "years" | "t" | "time" | "date") {
            let year: i32 = wanted.parse().ok()?;
            let (first, last) = ("first".to_owned(), "last".to_owned());
            let (from, to) = chosen.years.take().unwrap_or((first, last));
            chosen.years = Some(match sign {
                ">" => ((year + 1).to_string(), to),
                ">=" => (year.to_string(), to),
                "<" => (from, (year - 1).to_string()),
                "<=" => (from, year.to_string()),
                "==" => (year.to_string(), year.to_string()),
                _ => return None,
            });
            return Some(());
        }
        let axes = &self.model.quantities[column.id].axes;
        let own = |&n: &usize| {
            let set = &self.model.sets[axes[n]];
            let named = self.model.sets.iter().any(|set| set.name == range);
            (!named || set.name == range) && self.model.sets[set.root].elements.contains_key(wanted)
        };
        if let Some(n) = (0..axes.len()).find(own) {
            match sign {
                "==" => *chosen.elements.get_mut(n)? = Some(wanted.to_owned()),
                sign => chosen.conditions.push(format!("{} {sign} {wanted}", column.letters[n])),
            }
            return Some(());
        }
        let number = wanted.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let compared = self.column(range).filter(|_| number)?;
        let unit = match wanted.parse::<f64>() {
            Ok(_) => {
                self.unit_of_amounts(compared.id).map_or(String::new(), |unit| format!(" {unit}"))
            }
            Err(_) => String::new(),
        };
        let letter = |axis| {
            let n = axes.iter().position(|own| own == axis)?;
            let element = chosen.elements.get(n)?.clone();
            element.or_else(|| column.letters.get(n).cloned())
        };
        let axes_compared = self.model.quantities[compared.id].axes.iter();
        let others = axes_compared
            .zip(&compared.elements)
            .map(|(axis, element)| element.clone().or_else(|| letter(axis)));
        let index = others.collect::<Option<Vec<String>>>()?.join(", ");
        let index = if index.is_empty() { index } else { format!("[{index}]") };
        chosen.conditions.push(format!("{}{index} {sign} {wanted}{unit}", compared.name));
        Some(())
    }

    /// Returns the unit to which amounts of a quantity are rounded and with which they are compared; None for numbers.
    pub(super) fn unit_of_amounts(&self, id: QuantityId) -> Option<String> {
        let Kind::Plain { dimension, .. } = self.model.quantities[id].kind else { return None };
        if dimension == Dimension::NUMBER {
            return None;
        }
        Some(self.written_unit(id).unwrap_or_else(|| self.usual_unit(dimension)))
    }

    /// Returns the expression for a function that rounds to digits or to steps.
    pub(super) fn rounded(&self, lower: &str, args: &[String]) -> Option<String> {
        let [x, to] = args else { return None };
        let reading = x.chars().all(|c| c.is_alphanumeric() || "_.[],*+- ".contains(c));
        let name = x.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next()?;
        let id = self.quantity_names.get(name).filter(|_| reading);
        let x = &super::habits::tight(x);
        // A number alone is rounded, so an amount is divided by its unit.
        let unit = id.and_then(|&id| self.unit_of_amounts(id));
        let (value, back) = match unit {
            Some(unit) => (format!("{x} / 1 {unit}"), format!(" * 1 {unit}")),
            None => (x.clone(), String::new()),
        };
        let scale = to.trim().parse().ok().and_then(|digits| 10_u64.checked_pow(digits));
        let step = to.trim().parse::<f64>().ok().filter(|step| *step > 0.0 && *step < 1.0);
        match (lower, scale, step) {
            ("round", Some(1), _) => Some(format!("round({value}){back}")),
            ("roundup", Some(1), _) => Some(format!("-floor(-({value})){back}")),
            ("rounddown", Some(1), _) => Some(format!("floor({value}){back}")),
            ("round", Some(scale), _) => Some(format!("round({value} * {scale}) / {scale}{back}")),
            ("round" | "mround", _, Some(_)) => Some(format!("round({value} / {to}) * {to}{back}")),
            ("roundup", Some(scale), _) => {
                Some(format!("-floor(-({value}) * {scale}) / {scale}{back}"))
            }
            ("rounddown", Some(scale), _) => {
                Some(format!("floor(({value}) * {scale}) / {scale}{back}"))
            }
            _ => None,
        }
    }
}

/// Returns pairs of a range and a criterion.
fn pairs(args: &[String]) -> Option<Vec<(&String, &String)>> {
    let (pairs, rest) = args.as_chunks::<2>();
    let pairs: Vec<_> = pairs.iter().map(|[range, criterion]| (range, criterion)).collect();
    (rest.is_empty() && !pairs.is_empty()).then_some(pairs)
}
