//! Functions of spreadsheets over whole columns: `SUMPRODUCT(a, b)`, `COUNT(x)`, `SUBTOTAL(9, x)`, `STDEV.S(x)`.
//!
//! In: the name of a function and the text of its arguments. Out: the expression in Mizan.

use super::Checker;
use super::habits::tight;

impl Checker<'_> {
    /// Returns the expression for a function of a spreadsheet.
    pub(super) fn of_columns(&self, lower: &str, args: &[String]) -> Option<String> {
        match (lower, args) {
            ("switch", [x, rest @ ..]) if rest.len() > 1 => Some(switched(x, rest)),
            ("sumproduct", [_, ..]) => {
                self.sum_of_rows(args).or_else(|| self.sum_over_elements("sum", &args.join(" * ")))
            }
            ("int" | "trunc" | "fix", [x]) => Some(self.without_decimals(x)),
            ("round" | "roundup" | "rounddown", [x, digits]) => {
                let digits: u32 = digits.replace(' ', "").strip_prefix('-')?.parse().ok()?;
                self.to_a_power_of_ten(lower, x, digits)
            }
            ("count" | "counta" | "length" | "len" | "nrow" | "numel", [x]) => {
                let (set, letter) = self.only_set_of(x)?;
                Some(format!("sum({letter} in {set}: 1)"))
            }
            ("subtotal" | "aggregate", [code, rest @ ..]) => {
                let name = match code.parse::<u32>().ok()? % 100 {
                    1 => "mean",
                    4 => "max",
                    5 => "min",
                    6 => "product",
                    9 => "sum",
                    _ => return None,
                };
                let x = rest.last()?;
                Some(format!("{name}({x})"))
            }
            (
                "stdev" | "stdev.s" | "std" | "sd" | "stddev" | "stdev.p" | "stdevp" | "stdevs"
                | "var.s" | "var.p" | "varp" | "variance",
                [x],
            ) => self.spread(lower, x),
            _ => None,
        }
    }

    /// Returns a sum over rows of which one is a part of a table: `heft`, `imports[China, *]`.
    fn sum_of_rows(&self, args: &[String]) -> Option<String> {
        let row = |arg: &String| arg.ends_with(", *]") || arg.contains("[*,");
        args.iter().any(row).then_some(())?;
        let part = |arg: &String| match self.only_set_of(arg.trim()) {
            Some(_) if !arg.contains('[') => format!("{}[*]", arg.trim()),
            _ => arg.trim().to_owned(),
        };
        let parts: Vec<String> = args.iter().map(part).collect();
        parts.iter().all(|part| part.contains("*]") || part.contains("[*")).then_some(())?;
        Some(format!("sum({})", parts.join(" * ")))
    }

    /// Returns a reduction of a product over the only set of its quantities: `a[*] * b` becomes `sum(p in partner: a[p] *
    /// b[p])`.
    fn sum_over_elements(&self, name: &str, product: &str) -> Option<String> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let (mut body, mut over, mut rest) = (String::new(), None, product);
        while let Some(at) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
            let (before, from) = rest.split_at(at);
            let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            body.push_str(before);
            body.push_str(word);
            rest = after.strip_prefix("[*]").unwrap_or(after);
            let Some((set, letter)) = self.only_set_of(word) else { continue };
            let (known, _) = over.get_or_insert((set.clone(), letter.clone()));
            (*known == set && !rest.starts_with('[')).then_some(())?;
            body.push_str(&format!("[{letter}]"));
        }
        body.push_str(rest);
        let (set, letter) = over?;
        Some(format!("{name}({letter} in {set}: {})", body.trim()))
    }

    /// Returns the set of a quantity with one index, and a letter for it, from `exports` or `exports[*]`.
    fn only_set_of(&self, text: &str) -> Option<(String, String)> {
        let &id = self.quantity_names.get(text.trim_end_matches("[*]"))?;
        let [set] = self.model.quantities[id].axes.as_slice() else { return None };
        let letter = self.letters_of(id).into_iter().next()?;
        Some((self.model.sets[*set].name.clone(), letter))
    }

    /// Returns the unit in which an argument is an amount; None for a number.
    fn unit_in(&self, x: &str) -> Option<String> {
        let reading = x.chars().all(|c| c.is_alphanumeric() || "_.[],*+- ".contains(c));
        let name = x.split('[').next()?.trim();
        let &id = self.quantity_names.get(name).filter(|_| reading)?;
        self.unit_of_amounts(id)
    }

    fn without_decimals(&self, x: &str) -> String {
        match self.unit_in(x) {
            Some(unit) => format!("floor({x} / 1 {unit}) * 1 {unit}"),
            None => format!("floor({x})"),
        }
    }

    /// Returns the rounding to a number of digits before the point: `ROUND(x, -6)` rounds to 1 mn.
    fn to_a_power_of_ten(&self, lower: &str, x: &str, digits: u32) -> Option<String> {
        let step = 10_u64.checked_pow(digits)?;
        let step = match self.unit_in(x) {
            None => step.to_string(),
            Some(unit) => {
                let currency = unit.rsplit(' ').next()?;
                match digits {
                    3..6 => format!("{} thousand {currency}", step / 1_000),
                    6..9 => format!("{} mn {currency}", step / 1_000_000),
                    9..12 => format!("{} bn {currency}", step / 1_000_000_000),
                    _ => format!("{step} {currency}"),
                }
            }
        };
        let value = tight(x);
        Some(match lower {
            "round" => format!("round({value} / {step}) * {step}"),
            "rounddown" => format!("floor({value} / {step}) * {step}"),
            _ => format!("-floor(-{value} / {step}) * {step}"),
        })
    }

    /// Returns the standard deviation or the variance of a quantity's elements: of a sample, or with `p` of all.
    fn spread(&self, lower: &str, x: &str) -> Option<String> {
        let name = x.trim_end_matches("[*]");
        let (set, letter) = self.only_set_of(x)?;
        let square = format!("({name}[{letter}] - mean({name}[*])) ^ 2");
        let variance = match lower.ends_with('p') {
            true => format!("mean({letter} in {set}: {square})"),
            false => format!("sum({letter} in {set}: {square}) / (sum({letter} in {set}: 1) - 1)"),
        };
        match lower.starts_with("var") {
            true => Some(variance),
            false => Some(format!("sqrt({variance})")),
        }
    }
}

/// Returns the conditions for `SWITCH(x, 1, a, 2, b, c)`; without a last value it is 0.
fn switched(x: &str, rest: &[String]) -> String {
    let mut text = String::new();
    for pair in rest.chunks(2) {
        match pair {
            [value, result] => text.push_str(&format!("if {x} == {value} then {result} else ")),
            [otherwise] => return text + otherwise,
            _ => {}
        }
    }
    text + "0"
}
