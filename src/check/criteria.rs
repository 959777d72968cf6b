//! Functions of spreadsheets that choose cells by criteria or round them: `SUMIFS(exports, partner, "<>Iran")`.
//!
//! In: the name of a function and the text of its arguments. Out: the reduction or expression in Mizan.

use super::Checker;
use crate::model::{Kind, QuantityId};
use crate::quantity::Dimension;

/// A quantity with one index, and a letter for the index.
struct Column<'a> {
    name: &'a str,
    id: QuantityId,
    letter: String,
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
        let [set] = self.model.quantities[column.id].axes.as_slice() else { return None };
        let set = &self.model.sets[*set].name;
        let mut conditions = Vec::new();
        for (range, criterion) in &pairs {
            conditions.push(self.criterion(&column, range, criterion)?);
        }
        // One element alone is read with its index.
        if let ([(range, only)], "sumif" | "sumifs") = (pairs.as_slice(), reduction)
            && *range == set
            && let Some(element) = self.own_element(&column, only.trim_matches('"'))
        {
            return Some(format!("{}[{element}]", column.name));
        }
        let name = match reduction {
            "averageif" | "averageifs" => "mean",
            "maxifs" => "max",
            "minifs" => "min",
            _ => "sum",
        };
        let body = match reduction {
            "countif" | "countifs" => "1".to_owned(),
            _ => format!("{}[{}]", column.name, column.letter),
        };
        let letter = &column.letter;
        Some(format!("{name}({letter} in {set} where {}: {body})", conditions.join(" and ")))
    }

    /// Returns a quantity with one index from the text of an argument: `exports`, `exports[*]`.
    fn column<'t>(&self, text: &'t str) -> Option<Column<'t>> {
        let name = text.trim_end_matches("[*]");
        let &id = self.quantity_names.get(name)?;
        let letters = self.letters_of(id);
        let [letter] = letters.as_slice() else { return None };
        Some(Column { name, id, letter: letter.clone() })
    }

    /// Returns the condition for a criterion: `p != Iran` for `"<>Iran"`, `exports[p] > 20 mn USD` for `">20"`.
    fn criterion(&self, column: &Column<'_>, range: &str, criterion: &str) -> Option<String> {
        let text = criterion.trim_matches('"').trim();
        let signs = ["<>", "<=", ">=", "<", ">", "="];
        let sign = signs.into_iter().find(|sign| text.starts_with(sign));
        let wanted = text.get(sign.map_or(0, str::len)..)?.trim();
        let sign = match sign {
            Some("<>") => "!=",
            Some("=") | None => "==",
            Some(sign) => sign,
        };
        if let Some(element) = self.own_element(column, wanted) {
            return Some(format!("{} {sign} {element}", column.letter));
        }
        let number = wanted.parse::<f64>().is_ok();
        let compared = self.column(range).filter(|_| number)?;
        let unit =
            self.unit_of_amounts(compared.id).map_or(String::new(), |unit| format!(" {unit}"));
        Some(format!("{}[{}] {sign} {wanted}{unit}", compared.name, column.letter))
    }

    /// Returns the element with a name in the set of a column.
    fn own_element(&self, column: &Column<'_>, name: &str) -> Option<String> {
        let [set] = self.model.quantities[column.id].axes.as_slice() else { return None };
        let root = &self.model.sets[self.model.sets[*set].root];
        root.elements.get_key_value(name).map(|(name, _)| name.clone())
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
