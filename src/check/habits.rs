//! Functions, names and units of spreadsheets and other languages.
//!
//! In: a call or a name that the script does not declare. Out: the equivalent expression in Mizan, as text for the help
//! of a message.

use super::Checker;
use super::readings::{column, is_cell};
use crate::builtins;
use crate::library;
use crate::model::QuantityId;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Suffix};

/// Functions of other languages, each with the function of Mizan that has the same arguments.
const RENAMED: [(&str, &str); 27] = [
    ("log", "ln"),
    ("loge", "ln"),
    ("logn", "ln"),
    ("average", "mean"),
    ("avg", "mean"),
    ("prod", "product"),
    ("sumproduct", "sum"),
    ("d", "change"),
    ("diff", "change"),
    ("difference", "change"),
    ("delta", "change"),
    ("pch", "growth"),
    ("pchy", "growth"),
    ("pc", "growth"),
    ("pct_change", "growth"),
    ("growth_rate", "growth"),
    ("norm", "normal"),
    ("rnorm", "normal"),
    ("gauss", "normal"),
    ("triangle", "triangular"),
    ("runif", "uniform"),
    ("randbetween", "uniform"),
    ("unif", "uniform"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("trunc", "floor"),
    ("int", "floor"),
];

impl Checker<'_> {
    /// Returns Mizan's expression for a call in another language, such as `IF(a > b, 1, 0)`.
    pub(super) fn habit_of_call(&self, name: &str, call: &ast::Call) -> Option<String> {
        let lower = name.to_lowercase();
        let args: Vec<String> =
            call.args.iter().map(|argument| self.habit_of(&argument.value)).collect();
        let key = call.args.first().and_then(|argument| argument.key.as_ref());
        if let Some((module, function)) = name.rsplit_once('.')
            && matches!(
                module,
                "np" | "numpy" | "math" | "pd" | "stats" | "random" | "np.random" | "base"
            )
        {
            let edit = self.habit_of_call(function, call);
            return edit.or_else(|| Some(format!("{function}({})", args.join(", "))));
        }
        if key.is_some_and(|key| is_cell(&key.text)) {
            return self.sum_of_a_set();
        }
        match (lower.as_str(), args.as_slice()) {
            (
                "if" | "iff" | "iif" | "ifelse" | "if_else" | "cond" | "recode" | "where"
                | "np.where" | "case",
                [condition, value, otherwise],
            ) => Some(format!("if {condition} then {value} else {otherwise}")),
            ("if" | "iif" | "ifelse" | "cond", [condition, value]) => {
                Some(format!("if {condition} then {value} else 0"))
            }
            ("iferror" | "ifna", [value, otherwise]) => match value.split_once('/') {
                Some((a, b)) => Some(format!("div({}, {}, else: {otherwise})", a.trim(), b.trim())),
                None => Some(value.clone()),
            },
            ("sumif" | "sumifs" | "averageif", [_, element, x]) => {
                Some(format!("{x}[{}]", element.trim_matches('"')))
            }
            ("roundup", [x, digits]) => {
                let scale = 10_u64.checked_pow(digits.parse().ok()?)?;
                Some(format!("-floor(-({x}) * {scale}) / {scale}"))
            }
            ("rounddown", [x, digits]) => {
                let scale = 10_u64.checked_pow(digits.parse().ok()?)?;
                Some(format!("floor(({x}) * {scale}) / {scale}"))
            }
            ("sumproduct", [a, b]) => self.sum_of_products(a, b),
            ("movav" | "mav" | "rollmean" | "ma", [_, years]) => {
                let years: u32 = years.parse().ok().filter(|years| (2..=10).contains(years))?;
                let one = |k: u32| {
                    let x = args.first().cloned().unwrap_or_default();
                    if k == 0 { x } else { self.lagged(call, &x, &format!("t-{k}")) }
                };
                let terms: Vec<String> = (0..years).map(one).collect();
                Some(format!("({}) / {years}", terms.join(" + ")))
            }
            ("seq" | "range" | "seq_len" | "arange", [from, to]) => {
                let last: i32 = to.parse().ok()?;
                let last = if lower == "seq" { last } else { last - 1 };
                Some(format!("{from}..{last}"))
            }
            ("pow" | "power", [base, exponent]) => {
                Some(format!("{} ^ {}", tight(base), tight(exponent)))
            }
            ("sqr" | "square", [x]) => Some(format!("{} ^ 2", tight(x))),
            ("round", [x, digits]) => {
                let digits: u32 = digits.parse().ok()?;
                let scale = 10_u64.checked_pow(digits)?;
                Some(format!("round({x} * {scale}) / {scale}"))
            }
            ("ceil" | "ceiling", [x, ..]) => Some(format!("-floor(-{})", tight(x))),
            ("dlog" | "dln" | "logdiff", [x]) => Some(format!("ln(1 + growth({x}))")),
            ("lag" | "l" | "prev" | "previous" | "shift", [x]) => Some(self.lagged(call, x, "t-1")),
            ("lag" | "shift" | "delay", [x, years]) => {
                Some(self.lagged(call, x, &format!("t-{years}")))
            }
            ("lead" | "f", [x]) => Some(self.lagged(call, x, "t+1")),
            ("rand" | "random" | "rnd", []) => Some("uniform(0, 1)".to_owned()),
            ("rnorm", [_, mean, sd]) => Some(format!("normal({mean}, {sd})")),
            ("rnorm", [_]) => Some("normal(0, 1)".to_owned()),
            ("mod" | "remainder", [a, b]) => Some(format!("mod({a}, {b})")),
            ("log10", [x]) => Some(format!("log10({x})")),
            ("sum", [body, index]) if self.sets.contains_key(index.trim_matches('"')) => {
                self.quantity_names.contains_key(body).then(|| format!("sum({body})"))
            }
            ("sum", [index, body]) if self.gams_sum("sum", index, body).is_some() => {
                self.gams_sum("sum", index, body)
            }
            ("sum", [_, _, ..]) => Some(args.join(" + ")),
            ("average" | "mean" | "avg", [_, _, ..]) => {
                Some(format!("({}) / {}", args.join(" + "), args.len()))
            }
            ("prod", [index, body]) => self.gams_sum("product", index, body),
            ("smax", [index, body]) => self.gams_sum("max", index, body),
            ("smin", [index, body]) => self.gams_sum("min", index, body),
            ("trend" | "ord", _) => Some("(t - first) / 1 year".to_owned()),
            ("time", _) => Some("t".to_owned()),
            ("year" | "years", _) => Some("t".to_owned()),
            ("card" | "count" | "counta" | "len" | "length" | "nrow" | "size", [set])
                if self.sets.contains_key(set) =>
            {
                Some(format!("sum(i in {set}: 1)"))
            }
            ("vlookup" | "hlookup" | "index" | "lookup" | "offset" | "xlookup" | "indirect", _) => {
                self.looked_up(&args)
            }
            ("summary" | "head" | "tail" | "as.numeric" | "unlist", [x]) => Some(x.clone()),
            ("sapply" | "lapply" | "apply" | "tapply" | "aggregate" | "map", [x, .., function]) => {
                Some(format!("{function}({x})"))
            }
            ("ifs" | "case_when" | "fcase" | "switch", [_, _, ..]) => {
                Some(super::formulas::chosen(&args))
            }
            ("and" | "or", [_, _, ..]) => Some(args.join(&format!(" {lower} "))),
            ("not", [x]) => Some(format!("not ({x})")),
            ("date" | "datevalue" | "dateserial", [year, ..]) => Some(year.clone()),
            ("delay_fixed", [x, years, _]) => Some(self.lagged(call, x, &format!("t-{years}"))),
            ("random_normal", [low, high, mean, sd, ..]) => {
                Some(format!("normal({mean}, {sd}, min: {low}, max: {high})"))
            }
            ("random_uniform", [low, high, ..]) => Some(format!("uniform({low}, {high})")),
            ("float" | "int" | "value" | "number" | "str" | "double" | "real", [x]) => {
                Some(x.clone())
            }
            _ => self.formula(&lower, &args, call).or_else(|| self.renamed(name, &lower, &args)),
        }
    }

    /// Returns the lines for a function over the years of another language, such as `cumsum(x)`, with their place.
    pub(super) fn habit_over_years(
        &self,
        name: &str,
        call: &ast::Call,
        span: Span,
    ) -> Option<(Span, String)> {
        let args: Vec<String> =
            call.args.iter().map(|argument| self.habit_of(&argument.value)).collect();
        if let Some((head, method)) = name.split_once('.')
            && self.quantity_names.contains_key(head)
        {
            return self.over_years(method, &[&[head.to_owned()], args.as_slice()].concat(), span);
        }
        self.over_years(&name.to_lowercase(), &args, span)
    }

    /// Returns a call with the name of the equivalent function in Mizan.
    fn renamed(&self, name: &str, lower: &str, args: &[String]) -> Option<String> {
        let known = |name: &str| {
            builtins::names().any(|other| other == name)
                || library::standard_names().any(|other| other == name)
        };
        let own = RENAMED.iter().find(|(other, _)| *other == lower).map(|(_, own)| *own);
        let own = own.or_else(|| (known(lower) && lower != name).then_some(lower))?;
        // A reduction of a quantity without its indices runs over all of them.
        Some(format!("{own}({})", args.join(", ")))
    }

    /// Returns the text of an argument, with habits of other languages mended.
    fn habit_of(&self, expr: &ast::Expr) -> String {
        let text = self.sources.text(expr.span).trim();
        let ExprKind::Reference(reference) = &expr.kind else { return text.to_owned() };
        let Suffix::Call(call) = &reference.suffix else { return text.to_owned() };
        let name = reference.dotted();
        if builtins::names().any(|known| known == name) {
            return text.to_owned();
        }
        self.habit_of_call(&name, call)
            .or_else(|| self.index_in_brackets(&name, call, true))
            .unwrap_or_else(|| text.to_owned())
    }

    /// Returns `x[China, t-1]` for the first argument of a lag.
    fn lagged(&self, call: &ast::Call, text: &str, year: &str) -> String {
        let reference = call.args.first().and_then(|argument| match &argument.value.kind {
            ExprKind::Reference(reference) => Some(reference),
            _ => None,
        });
        let Some(reference) = reference else { return format!("({text})") };
        match &reference.suffix {
            Suffix::Indices(_) => format!("{}, {year}]", text.trim_end_matches(']')),
            Suffix::None => {
                let axes =
                    self.quantity_names.get(&reference.dotted()).map(|&id| self.letters_of(id));
                let indices = [axes.unwrap_or_default(), vec![year.to_owned()]].concat().join(", ");
                format!("{text}[{indices}]")
            }
            Suffix::Call(_) => text.to_owned(),
        }
    }

    /// Returns the index letters of a quantity's sets.
    pub(super) fn letters_of(&self, id: QuantityId) -> Vec<String> {
        let axes = &self.model.quantities[id].axes;
        let sets = axes.iter().map(|&set| self.model.sets[set].name.clone());
        super::errors::letters(&sets.collect::<Vec<_>>())
    }

    /// Returns `sum(p in partner: exports[p])` for `sum(p, exports(p))` and `sum(partner, exports(partner))`.
    fn gams_sum(&self, name: &str, index: &str, body: &str) -> Option<String> {
        let set = self
            .sets
            .keys()
            .find(|set| *set == index)
            .or_else(|| self.sets.keys().find(|set| set.starts_with(index) && index.len() == 1))
            .or_else(|| self.set_read_by(index, body))?;
        let letter: String = set.chars().take(1).collect();
        let body = body.replace(&format!("({index})"), &format!("[{letter}]"));
        let body = body.replace(&format!("[{index}]"), &format!("[{letter}]"));
        Some(format!("{name}({letter} in {set}: {body})"))
    }

    /// Returns the set of the first quantity in `body` that has `index` as its only index: `exports(i)`.
    fn set_read_by(&self, index: &str, body: &str) -> Option<&String> {
        let at = body.find(&format!("({index})")).or_else(|| body.find(&format!("[{index}]")))?;
        let before = body.get(..at)?;
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        let &id = self.quantity_names.get(name)?;
        let set = &self.model.sets[*self.model.quantities[id].axes.first()?].name;
        self.sets.keys().find(|known| *known == set)
    }

    /// Returns `sum(p in partner: x[p])` for `sum(p: x[p])`, whose index has no set.
    pub(super) fn sum_without_set(&self, name: &str, call: &ast::Call) -> Option<String> {
        let [argument] = call.args.as_slice() else { return None };
        let index = argument.key.as_ref()?;
        self.gams_sum(name, &index.text, self.sources.text(argument.value.span).trim())
    }

    /// Returns the sum of the products of two quantities over one set.
    fn sum_of_products(&self, a: &str, b: &str) -> Option<String> {
        let &id = self.quantity_names.get(a)?;
        self.quantity_names.get(b)?;
        let [set] = self.model.quantities[id].axes.as_slice() else { return None };
        let (letters, set) = (self.letters_of(id), &self.model.sets[*set].name);
        let letter = letters.first()?;
        Some(format!("sum({letter} in {set}: {a}[{letter}] * {b}[{letter}])"))
    }

    /// Returns a sum over a set, in place of a sum over spreadsheet cells.
    fn sum_of_a_set(&self) -> Option<String> {
        let quantity = self.model.quantities.iter().find(|quantity| !quantity.axes.is_empty())?;
        let stars = vec!["*"; quantity.axes.len()].join(", ");
        Some(format!("sum({}[{stars}])", quantity.name))
    }

    /// Returns the cell that a look-up means: the quantity and the element among its arguments, or else an example.
    fn looked_up(&self, args: &[String]) -> Option<String> {
        let quantity = args.iter().find_map(|argument| {
            let &id = self.quantity_names.get(argument)?;
            (self.model.quantities[id].axes.len() == 1).then_some(id)
        });
        let (name, element) = self.example()?;
        let name = quantity.map_or(name, |id| self.model.quantities[id].name.clone());
        let set = &self.model.sets
            [*self.model.quantities[*self.quantity_names.get(&name)?].axes.first()?];
        let elements = &self.model.sets[set.root].elements;
        let named = args.iter().find_map(|argument| {
            let inside =
                argument.split(['(', ',']).map(|part| part.trim().trim_matches(['"', ')']));
            inside.into_iter().find(|part| elements.contains_key(*part)).map(str::to_owned)
        });
        let nth = args.get(1).and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
        let nth = nth.and_then(|n| elements.get_index(n)).map(|(element, _)| element.clone());
        Some(format!("{name}[{}]", named.or(nth).unwrap_or(element)))
    }

    /// Returns a quantity of the script with one index, and an element of the index's set, for examples.
    fn example(&self) -> Option<(String, String)> {
        let quantity = self.model.quantities.iter().find(|quantity| quantity.axes.len() == 1)?;
        let set = &self.model.sets[*quantity.axes.first()?];
        let element = self.model.sets[set.root].elements.keys().next()?;
        Some((quantity.name.clone(), element.clone()))
    }

    /// Returns the declaration of the variable whose equation is written on a line.
    pub(super) fn declaration(&self, reference: &ast::Reference) -> Option<String> {
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
        let text = self.sources.rest_of_line(reference.span);
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
        if let (Some(file), Some(set)) =
            (file.filter(|_| value.contains('(')), self.sets.keys().next())
        {
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

/// Adds parentheses to an operand that has operators.
pub(super) fn tight(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | ',' | ' ' | '%'));
    if plain && !text.starts_with("if ") { text.to_owned() } else { format!("({text})") }
}

/// Returns the amount that a number with a unit of other languages means: `5 percent`, `50 bp`, `80m`.
pub(super) fn amount(number: &ast::Number, unit: &str, currency: &str) -> Option<String> {
    let written = &number.written;
    if let Some(edit) = joined_unit(unit, currency) {
        return Some(format!("{written} {edit}"));
    }
    let scale = match unit.to_lowercase().as_str() {
        "percent" | "pct" | "percentage" | "per" | "perc" | "pc" | "percents" => {
            return Some(format!("{written}%"));
        }
        // `2026Q3`: values are for whole years.
        "q1" | "q2" | "q3" | "q4" | "h1" | "h2" => return Some(written.clone()),
        // `2o30`: the letter was typed for the digit.
        _ if unit
            .strip_prefix(['o', 'O'])
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())) =>
        {
            return Some(format!("{written}0{}", unit.get(1..).unwrap_or_default()));
        }
        "bp" | "bps" | "basis" => return Some(format!("{}%", number.value / 100.0)),
        "ppt" | "ppts" | "points" => return Some(format!("{written} pp")),
        "dollar" | "dollars" | "usd" if unit != "USD" => {
            return Some(format!("{} USD", amount_text(number)));
        }
        "euro" | "euros" | "eur" if unit != "EUR" => {
            return Some(format!("{} EUR", amount_text(number)));
        }
        "m" | "mio" | "mln" | "million" | "millions" | "mm" => "mn",
        "b" | "bln" | "billion" | "billions" | "mrd" => "bn",
        "k" | "thousands" => "thousand",
        "trillion" | "trn" => "tn",
        _ => return None,
    };
    (!currency.is_empty()).then(|| format!("{written} {scale} {currency}"))
}

/// Returns the text of a number with its scale word, without its unit.
fn amount_text(number: &ast::Number) -> String {
    let scale = crate::syntax::words::SCALES.iter().find(|(_, factor)| *factor == number.scale);
    match scale {
        Some((word, _)) => format!("{} {word}", number.written),
        None => number.written.clone(),
    }
}

/// Returns the unit for a type name of another language: `number` for `float`, `percent` for `share`.
pub(super) fn declared_unit(name: &str) -> Option<&'static str> {
    match name.to_lowercase().as_str() {
        "float" | "real" | "double" | "int" | "integer" | "num" | "numeric" | "decimal"
        | "bool" | "boolean" | "ratio" | "index" | "dimensionless" => Some("number"),
        "pct" | "perc" | "percentage" | "percents" | "share" | "rate" => Some("percent"),
        "dollar" | "dollars" => Some("USD"),
        "euro" | "euros" => Some("EUR"),
        _ => None,
    }
}

/// Returns `mn USD` for `mnUSD` and `USDmn`.
pub(super) fn joined_unit(name: &str, currency: &str) -> Option<String> {
    let scale = name.strip_suffix(currency).or_else(|| name.strip_prefix(currency))?;
    let own = crate::syntax::words::SCALES.iter().find(|(word, _)| *word == scale)?;
    (!currency.is_empty()).then(|| format!("{} {currency}", own.0))
}
