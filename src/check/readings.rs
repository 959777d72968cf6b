//! Readings and names of other languages: `x(-1)`, `L.x`, `x.shift(1)`, `x_t`, `TRUE`.
//!
//! In: a name, with its indices or arguments, that the script does not declare. Out: the reading in Mizan, as text for
//! the help of a message.

use super::expr::Env;
use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::BinaryOp;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Suffix};

/// Names of other languages for a value, each with the value in Mizan.
const NAMES: [(&str, &str); 25] = [
    ("true", "1"),
    ("yes", "1"),
    ("false", "0"),
    ("nan", "0"),
    ("na", "0"),
    ("null", "0"),
    ("none", "0"),
    ("nil", "0"),
    ("missing", "0"),
    ("pi", "3.141592653589793"),
    ("inf", "1e300"),
    ("infinity", "1e300"),
    ("year", "t"),
    ("years", "t"),
    ("time", "t"),
    ("trend", "(t - first) / 1 year"),
    ("_n", "((t - first) / 1 year + 1)"),
    ("obs", "((t - first) / 1 year + 1)"),
    ("period", "t"),
    ("now", "first"),
    ("start", "first"),
    ("t0", "first"),
    ("end", "last"),
    ("base_year", "first"),
    ("startyear", "first"),
];

impl Checker<'_> {
    /// Returns the reading for a call of a quantity with elements, whose name is that of a function too: `coverage[China]`
    /// for `coverage(China)`.
    pub(super) fn elements_as_arguments(
        &self,
        name: &str,
        call: &ast::Call,
        env: &Env,
    ) -> Option<String> {
        let element = |argument: &ast::Argument| {
            let text = self.sources.text(argument.value.span).trim();
            self.elements.contains_key(text) && !self.quantity_names.contains_key(text)
        };
        let taken = self.functions.get(name).is_some_and(|of| of.1.len() == call.args.len());
        (!taken && !call.args.is_empty() && call.args.iter().all(element)).then_some(())?;
        self.index_in_brackets(name, call, Some(env))
    }

    /// Returns `exports[China]` for `exports(China)`; a year stays the last index, and `-1` is a lag.
    pub(super) fn index_in_brackets(
        &self,
        name: &str,
        call: &ast::Call,
        env: Option<&Env>,
    ) -> Option<String> {
        let &id = self.quantity_names.get(name)?;
        let mut indices: Vec<String> = Vec::new();
        for argument in &call.args {
            let text = self.sources.text(argument.value.span).trim();
            let lag = text.strip_prefix(['-', '+']).is_some_and(|rest| rest.parse::<u32>().is_ok());
            indices.push(if lag { format!("t{text}") } else { text.to_owned() });
        }
        let axes = self.model.quantities[id].axes.len();
        let yearly = indices.last().is_some_and(|last| {
            last.starts_with('t') || last.parse::<i32>().is_ok_and(|year| year > 1000)
        });
        if indices.len() == 1 && yearly && axes > 0 {
            let year = indices.pop()?;
            indices = match env.is_some_and(|env| env.indices.is_empty()) {
                false => self.letters_of(id),
                true => vec!["*".to_owned(); axes],
            };
            indices.push(year);
        }
        if let Some(env) = env
            && (indices.len() < axes || indices.len() == axes && yearly)
        {
            return self.left_out_of(id, indices.iter().map(String::as_str).collect(), env);
        }
        (indices.len() == axes || indices.len() == axes + 1)
            .then(|| format!("{name}[{}]", indices.join(", ")))
    }

    /// Returns the message about an element in the place of a year: `exports[China, Turkey]`.
    pub(super) fn element_as_year(
        &self,
        name: &str,
        index: &ast::Index,
        before: &[ast::Index],
        whole: Span,
    ) -> Option<Diagnostic> {
        let ast::Index::Expr(expr) = index else { return None };
        let element = match &expr.kind {
            ExprKind::Text(text) => text.clone(),
            ExprKind::Reference(reference) if reference.suffix == Suffix::None => {
                reference.dotted()
            }
            _ => return None,
        };
        let known = matches!(element.as_str(), "t" | "first" | "last")
            || self.quantity_names.contains_key(&element)
            || !self.elements.contains_key(&element);
        if known {
            return None;
        }
        let inside = self.sources.text(whole).split_once('[')?.1;
        let (first, second) = inside.trim_end_matches(']').rsplit_once(',')?;
        let edit = format!("{name}[{}] + {name}[{}]", first.trim(), second.trim());
        let one = before.len() == 1;
        Some(errors::second_element(expr.span, name, before.len(), one.then_some(&edit)))
    }

    /// Returns the place of the unit `year` in a sum or a comparison, where the current year is meant: `year - 2024`.
    pub(super) fn unit_as_year(
        &self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Option<Span> {
        if matches!(op, BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Power) {
            return None;
        }
        let is_unit = |expr: &ast::Expr| match &expr.kind {
            ExprKind::Reference(reference) if reference.suffix == Suffix::None => {
                let name = reference.dotted();
                matches!(name.as_str(), "year" | "years")
                    && self.units.contains_key(&name)
                    && !self.quantity_names.contains_key(&name)
            }
            _ => false,
        };
        // `lead_time > year` compares a duration with a duration.
        let is_number = |expr: &ast::Expr| match &expr.kind {
            ExprKind::Number(number) => number.unit.is_none() && number.value > 1000.0,
            ExprKind::Reference(reference) => {
                matches!(reference.dotted().as_str(), "first" | "last" | "t")
            }
            _ => false,
        };
        match (is_unit(left), is_unit(right)) {
            (true, false) if is_number(right) => Some(left.span),
            (false, true) if is_number(left) => Some(right.span),
            _ => None,
        }
    }

    /// Returns the reading for a name with a point of another language: `exports.China`, `L.exports`, `x.l`.
    pub(super) fn habit_of_path(&self, reference: &ast::Reference) -> Option<String> {
        let [head, tail] = reference.path.as_slice() else { return None };
        let (head, tail) = (head.text.as_str(), tail.text.as_str());
        let rest = match &reference.suffix {
            Suffix::Indices(_) => {
                self.sources.text(reference.span).split_once('[').map(|(_, rest)| rest)
            }
            _ => None,
        };
        if let (Some(&id), Some(year)) = (self.quantity_names.get(tail), operator_year(head)) {
            let own = match rest {
                Some(rest) => rest.trim_end_matches(']').to_owned(),
                None => self.letters_of(id).join(", "),
            };
            let now = if own.is_empty() { tail.to_owned() } else { format!("{tail}[{own}]") };
            return Some(match (year.as_str(), own.is_empty()) {
                ("change", _) => format!("change({now})"),
                (_, true) => format!("{tail}[{year}]"),
                (_, false) => format!("{tail}[{own}, {year}]"),
            });
        }
        let &id = self.quantity_names.get(head)?;
        // The level of a variable in GAMS.
        if matches!(tail, "l" | "L") {
            return Some(match rest {
                Some(rest) => format!("{head}[{rest}"),
                None => head.to_owned(),
            });
        }
        let axes = &self.model.quantities[id].axes;
        let at = axes.iter().position(|&set| {
            let root = self.model.sets[set].root;
            self.model.sets[root].elements.contains_key(tail)
        })?;
        let index = |n: usize| if n == at { tail.to_owned() } else { "*".to_owned() };
        let indices: Vec<String> = (0..axes.len()).map(index).collect();
        Some(format!("{head}[{}]", indices.join(", ")))
    }

    /// Returns the call for a method: `exports.sum()`.
    pub(super) fn habit_of_method(&self, name: &str, call: &ast::Call) -> Option<String> {
        let (head, method) = name.split_once('.')?;
        let &id = self.quantity_names.get(head)?;
        let axes = self.model.quantities[id].axes.len();
        let value = match axes {
            0 => head.to_owned(),
            _ => format!("{head}[{}]", vec!["*"; axes].join(", ")),
        };
        let now = match self.letters_of(id).join(", ") {
            own if own.is_empty() => head.to_owned(),
            own => format!("{head}[{own}]"),
        };
        let years = call.args.first().map_or("1", |first| self.sources.text(first.value.span));
        match method {
            "sum" | "mean" | "min" | "max" | "prod" if call.args.is_empty() => {
                Some(format!("{}({value})", method.replace("prod", "product")))
            }
            "diff" => Some(format!("change({now})")),
            "pct_change" => Some(format!("growth({now})")),
            "abs" | "round" | "exp" | "floor" => Some(format!("{method}({now})")),
            "log" => Some(format!("ln({now})")),
            "shift" | "lag" => {
                let sign = if years.trim().starts_with('-') { "+" } else { "-" };
                let years = years.trim().trim_start_matches('-');
                let year = format!("t{sign}{years}");
                Some(match now.strip_suffix(']') {
                    Some(own) => format!("{own}, {year}]"),
                    None => format!("{now}[{year}]"),
                })
            }
            _ => None,
        }
    }

    /// Returns Mizan's value for a name in another language, such as `TRUE`.
    pub(super) fn habit_of_name(&self, name: &str) -> Option<String> {
        let lower = name.to_lowercase();
        if name == "T" || name == "Year" || name == "YEAR" {
            return Some("t".to_owned());
        }
        let change = name.strip_prefix(['Δ', '∆']);
        if let Some(own) = change.filter(|own| self.quantity_names.contains_key(*own)) {
            return Some(format!("change({own})"));
        }
        let known = NAMES.iter().find(|(other, _)| *other == lower).map(|(_, own)| *own);
        let known = known.map(str::to_owned).or_else(|| year_of(name));
        known.or_else(|| self.amount_of(name)).or_else(|| self.name_with_year(name))
    }

    /// Returns the amount that is written as one word: `USD5m`, `EUR1bn`.
    fn amount_of(&self, name: &str) -> Option<String> {
        let (currency, rest) = name.split_at_checked(3)?;
        let known = self.model.bases.iter().any(|base| base == currency);
        let digits = rest.trim_end_matches(|c: char| c.is_alphabetic());
        let scale = match rest.get(digits.len()..)? {
            "" => "",
            "k" => "thousand ",
            "m" | "mn" | "M" | "mln" => "mn ",
            "b" | "bn" | "B" | "bln" => "bn ",
            _ => return None,
        };
        (known && digits.parse::<u64>().is_ok()).then(|| format!("{digits} {scale}{currency}"))
    }

    /// True for a suffix of a variable in GAMS: `x.fx`, `x.lo`.
    pub(super) fn is_gams_suffix(&self, reference: &ast::Reference) -> bool {
        let [head, tail] = reference.path.as_slice() else { return false };
        let suffix = matches!(tail.text.as_str(), "fx" | "lo" | "up" | "l" | "L");
        suffix && self.quantity_names.contains_key(&head.text)
    }

    /// Returns the name of a column of a table in another language: `df["imports"]`.
    pub(super) fn habit_of_column(&self, reference: &ast::Reference) -> Option<String> {
        if let (Suffix::Indices(indices), [.., last]) =
            (&reference.suffix, reference.path.as_slice())
            && matches!(last.text.as_str(), "loc" | "at" | "iloc")
        {
            let text = |index: &ast::Index| match index {
                ast::Index::Expr(expr) => {
                    Some(self.sources.text(expr.span).trim().trim_matches('"').to_owned())
                }
                ast::Index::All(_) | ast::Index::Range(_) => None,
            };
            let parts: Vec<String> = indices.iter().filter_map(text).collect();
            let name = parts.iter().find(|part| self.quantity_names.contains_key(*part))?;
            let element = parts.iter().find(|part| self.elements.contains_key(*part))?;
            return Some(format!("{name}[{element}]"));
        }
        let name = column(reference)?;
        self.quantity_names.contains_key(name).then(|| name.to_owned())
    }

    /// Returns the reading for a name that ends in a year: `imports_t`, `imports_lag`, `imports_2030`.
    fn name_with_year(&self, name: &str) -> Option<String> {
        let (head, tail) = name.rsplit_once('_')?;
        let &id = self.quantity_names.get(head)?;
        // EViews ends the names of a scenario's results with `_1`, and those of the baseline with `_0`.
        match tail {
            "0" if !self.model.scenarios.is_empty() => return Some(format!("baseline({head})")),
            "1" if !self.model.scenarios.is_empty() => return None,
            _ => {}
        }
        let year = match tail {
            "t" => None,
            "lag" | "lag1" | "l1" | "L1" | "tm1" | "prev" | "previous" | "1" => {
                Some("t-1".to_owned())
            }
            "lag2" | "l2" | "L2" | "tm2" => Some("t-2".to_owned()),
            "lead" | "f1" | "F1" | "tp1" | "next" => Some("t+1".to_owned()),
            "0" | "base" | "start" => Some("first".to_owned()),
            _ => Some(tail.parse::<i32>().ok().filter(|year| *year > 999)?.to_string()),
        };
        let indices: Vec<String> = self.letters_of(id).into_iter().chain(year).collect();
        Some(match indices.is_empty() {
            true => head.to_owned(),
            false => format!("{head}[{}]", indices.join(", ")),
        })
    }
}

/// Returns the year that an operator of Stata means, `t-2` for `L2.`; `change` for a difference.
fn operator_year(operator: &str) -> Option<String> {
    let (letter, years) = operator.split_at_checked(1)?;
    let years = if years.is_empty() { "1" } else { years };
    years.parse::<u32>().ok()?;
    match letter {
        "L" | "l" => Some(format!("t-{years}")),
        "F" | "f" => Some(format!("t+{years}")),
        "D" | "d" if years == "1" => Some("change".to_owned()),
        _ => None,
    }
}

/// Returns the year of a fiscal year or a part of a year: `FY2026`, `Y2026`, `FY26`, `Q1_2026`.
pub(super) fn year_of(name: &str) -> Option<String> {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = name.get(..name.len() - digits.len())?;
    let digits = digits.trim_start_matches("1_");
    let known = ["FY", "CY", "Y", "year", "AY", "Jan", "Dec", "yr"];
    let year: i32 = digits.parse().ok().filter(|_| known.contains(&letters))?;
    match year {
        0..100 if letters.ends_with('Y') => Some((2000 + year).to_string()),
        1000..3000 => Some(year.to_string()),
        _ => None,
    }
}

/// True for the name of a spreadsheet cell: `B2`.
pub(super) fn is_cell(name: &str) -> bool {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&letters.len())
        && letters.len() < name.len()
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns the text in the only index of a name: `imports` of `df["imports"]`.
pub(super) fn column(reference: &ast::Reference) -> Option<&str> {
    match &reference.suffix {
        Suffix::Indices(indices) => match indices.as_slice() {
            [ast::Index::Expr(ast::Expr { kind: ast::ExprKind::Text(text), .. })] => Some(text),
            _ => None,
        },
        Suffix::None | Suffix::Call(_) => None,
    }
}
