//! Functions, names and units of spreadsheets and other languages.
//!
//! In: a call or a name that the script does not declare. Out: the equivalent expression in Mizan, as text for the help
//! of a message.

use super::Checker;
use crate::builtins;
use crate::library;
use crate::model::QuantityId;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Suffix};

/// Functions of other languages, each with the function of Mizan that has the same arguments.
const RENAMED: [(&str, &str); 34] = [
    ("prob", "probability"),
    ("pr", "probability"),
    ("p", "probability"),
    ("log", "ln"),
    ("loge", "ln"),
    ("logn", "ln"),
    ("average", "mean"),
    ("avg", "mean"),
    ("prod", "product"),
    ("d", "change"),
    ("diff", "change"),
    ("difference", "change"),
    ("delta", "change"),
    ("pch", "growth"),
    ("pchy", "growth"),
    ("yoy", "growth"),
    ("gr", "growth"),
    ("rate_of_change", "growth"),
    ("pc", "growth"),
    ("pct_change", "growth"),
    ("pct", "growth"),
    ("pctchange", "growth"),
    ("growthrate", "growth"),
    ("percent_change", "growth"),
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
];

impl Checker<'_> {
    /// Returns Mizan's expression for a call in another language, such as `IF(a > b, 1, 0)`.
    pub(super) fn habit_of_call(&self, name: &str, call: &ast::Call) -> Option<String> {
        let lower = name.to_lowercase();
        let args: Vec<String> =
            call.args.iter().map(|argument| self.habit_of(&argument.value)).collect();
        if let Some((module, function)) = name.rsplit_once('.')
            && matches!(
                module,
                "np" | "numpy" | "math" | "pd" | "stats" | "random" | "np.random" | "base"
            )
        {
            let edit = self.habit_of_call(function, call);
            return edit.or_else(|| Some(format!("{function}({})", args.join(", "))));
        }
        let (lower, args) = (lower.as_str(), args.as_slice());
        self.of_columns(lower, args)
            .or_else(|| conditional(lower, args))
            .or_else(|| self.of_file(lower, call))
            .or_else(|| self.of_other_years(lower, args, call))
            .or_else(|| self.over_elements(lower, args))
            .or_else(|| self.by_criteria(lower, args))
            .or_else(|| self.rounded(lower, args))
            .or_else(|| of_values(lower, args))
            .or_else(|| self.formula(lower, args))
            .or_else(|| self.renamed(name, lower, args))
    }

    /// Returns the reading of other years, or the reduction over years, for a function such as `lag(x, 2)`.
    fn of_other_years(&self, lower: &str, args: &[String], call: &ast::Call) -> Option<String> {
        match (lower, args) {
            ("movav" | "mav" | "rollmean" | "ma" | "rolling" | "sma", [x, years]) => {
                let years: u32 = years.parse().ok().filter(|years| (2..=10).contains(years))?;
                let one = |k: u32| match k {
                    0 => x.clone(),
                    _ => self.lagged(call, x, &format!("t-{k}")),
                };
                let terms: Vec<String> = (0..years).map(one).collect();
                Some(format!("({}) / {years}", terms.join(" + ")))
            }
            ("movsum" | "rollsum", [x, years]) => {
                let years: u32 = years.parse().ok().filter(|years| (2..=100).contains(years))?;
                Some(format!("sum(t in t-{}..t: {x})", years - 1))
            }
            ("sum" | "mean" | "average" | "avg" | "min" | "max", [x, years]) => {
                let (from, to) = two_years(years)?;
                let name = RENAMED.iter().find(|(other, _)| *other == lower);
                let name = name.map_or(lower, |(_, own)| own);
                Some(format!("{name}(t in {from}..{to}: {x})"))
            }
            ("lag" | "l" | "prev" | "previous" | "shift", [x]) => Some(self.lagged(call, x, "t-1")),
            ("lag" | "shift" | "delay" | "delay_fixed", [x, years, ..]) => {
                let years: u32 = years.parse().ok()?;
                Some(self.lagged(call, x, &format!("t-{years}")))
            }
            ("lead" | "f", [x]) => Some(self.lagged(call, x, "t+1")),
            ("lead", [x, years]) => {
                let years: u32 = years.parse().ok()?;
                Some(self.lagged(call, x, &format!("t+{years}")))
            }
            ("offset", [x, rows, ..]) => {
                let rows: i32 = rows.replace(' ', "").parse().ok()?;
                Some(self.lagged(call, x, &format!("t{rows:+}")))
            }
            // A difference over several years: `d(x, 0, 4)` of EViews, `diff(x, 4)` of R.
            ("d", [x, order, years]) if order == "0" => {
                let years: u32 = years.parse().ok()?;
                Some(format!("{x} - {}", self.lagged(call, x, &format!("t-{years}"))))
            }
            ("dlog", [x, _, years]) => {
                let years: u32 = years.parse().ok()?;
                Some(format!("ln({} / {})", tight(x), self.lagged(call, x, &format!("t-{years}"))))
            }
            ("c" | "array" | "np.array", values) => self.list_of_values(values, call),
            ("diff" | "sdiff", [x, years]) => {
                let years: u32 = years.parse().ok()?;
                Some(format!("{x} - {}", self.lagged(call, x, &format!("t-{years}"))))
            }
            ("initial" | "first_value", [x]) => Some(self.lagged(call, x, "first")),
            ("active_initial", [x, _]) => Some(x.clone()),
            ("trend", []) => Some("(t - first) / 1 year".to_owned()),
            ("trend", [base]) if base.contains(|c: char| c.is_ascii_digit()) => {
                Some(self.years_since(base))
            }
            // The first element of a set has the number 1.
            ("ord", [t]) if matches!(t.as_str(), "t" | "year" | "time") => {
                Some("((t - first) / 1 year + 1)".to_owned())
            }
            ("time" | "year" | "years", _) => Some("t".to_owned()),
            ("date" | "datevalue" | "dateserial", [year, ..]) => Some(year.clone()),
            _ => None,
        }
    }

    /// Returns the number of years since a year of a trend: `@trend(2025)`, `@trend("2025q1")`.
    fn years_since(&self, base: &str) -> String {
        let digits: String = base.chars().filter(char::is_ascii_digit).take(4).collect();
        match digits.parse::<i32>() {
            Ok(year) if year != self.model.years.0 && year > 999 => {
                format!("(t - {year}) / 1 year")
            }
            _ => "(t - first) / 1 year".to_owned(),
        }
    }

    /// Returns the reduction over the elements of a set, or the reading of an element, for a function such as
    /// `sum(i, x(i))`.
    fn over_elements(&self, lower: &str, args: &[String]) -> Option<String> {
        match (lower, args) {
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
            ("card" | "count" | "counta" | "len" | "length" | "nrow" | "size", [set])
                if self.sets.contains_key(set) =>
            {
                Some(format!("sum(i in {set}: 1)"))
            }
            ("card" | "count" | "counta" | "len" | "length" | "nrow" | "size" | "numel", [x])
                if self.quantity_names.contains_key(x) =>
            {
                let axes = &self.model.quantities[*self.quantity_names.get(x)?].axes;
                Some(match axes.first() {
                    Some(&set) => format!("sum(i in {}: 1)", self.model.sets[set].name),
                    None => "((last - first) / 1 year + 1)".to_owned(),
                })
            }
            ("vlookup" | "hlookup" | "index" | "lookup" | "xlookup" | "indirect", _) => {
                self.looked_up(args)
            }
            ("rowsums" | "rowsum" | "colsums" | "rowmeans" | "colmeans", [x])
                if self.has_two_sets(x) =>
            {
                let function = if lower.contains("mean") { "mean" } else { "sum" };
                self.by_rows(x, lower.starts_with("row"), function)
            }
            ("apply", [x, rows, function]) if self.has_two_sets(x) => {
                self.by_rows(x, rows == "1", function)
            }
            ("tapply" | "aggregate", [x, ..]) if self.has_two_sets(x) => None,
            ("sapply" | "lapply" | "apply" | "tapply" | "aggregate" | "map", [x, .., function]) => {
                Some(format!("{function}({x})"))
            }
            ("rank" | "rank.eq" | "rank.avg", [one, all]) => self.rank(one, all),
            _ => None,
        }
    }

    fn has_two_sets(&self, x: &str) -> bool {
        let id = self.quantity_names.get(x);
        id.is_some_and(|&id| self.model.quantities[id].axes.len() == 2)
    }

    /// Returns the sums of the rows or columns of a quantity with two indices, one for each element.
    fn by_rows(&self, x: &str, rows: bool, function: &str) -> Option<String> {
        let quantity = &self.model.quantities[*self.quantity_names.get(x)?];
        let &[first, second] = quantity.axes.as_slice() else { return None };
        let set = if rows { first } else { second };
        let members = &self.model.sets[set].members;
        let one = |&member: &u32| {
            let name = self.model.element_name(set, member);
            let index = if rows { format!("{name}, *") } else { format!("*, {name}") };
            format!("{function}({x}[{index}])")
        };
        (members.len() <= 12).then(|| members.iter().map(one).collect::<Vec<_>>().join(", "))
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
            let args = [&[head.to_owned()], args.as_slice()].concat();
            return self.over_years(method, &args, call, span);
        }
        self.over_years(&name.to_lowercase(), &args, call, span)
    }

    /// Returns a call with the name of the equivalent function in Mizan.
    fn renamed(&self, name: &str, lower: &str, args: &[String]) -> Option<String> {
        let known = |name: &str| {
            builtins::names().any(|other| other == name)
                || library::standard_names().any(|other| other == name)
        };
        let own = RENAMED.iter().find(|(other, _)| *other == lower).map(|(_, own)| *own);
        let own = own.or_else(|| (known(lower) && lower != name).then_some(lower))?;
        // `GROWTH(y, x, new)` of a spreadsheet estimates a curve.
        if own == "growth" && args.len() > 1 {
            return None;
        }
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
            .or_else(|| self.index_in_brackets(&name, call, None))
            .unwrap_or_else(|| text.to_owned())
    }

    /// Returns `x[China, t-1]` for the first argument of a lag.
    fn lagged(&self, call: &ast::Call, text: &str, year: &str) -> String {
        let reference = call.args.first().and_then(|argument| match &argument.value.kind {
            ExprKind::Reference(reference) => Some(reference),
            _ => None,
        });
        let Some(reference) = reference else {
            let shifted = call.args.first().and_then(|first| self.shifted(&first.value, year));
            return format!("({})", shifted.as_deref().unwrap_or(text));
        };
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
        // `sum(heavy, size)`: the quantity alone has the index too.
        let root = |set: &str| self.sets.get(set).map(|&set| self.model.sets[set].root);
        let of_set = self.quantity_names.get(body.trim()).is_some_and(|&id| {
            let axes = &self.model.quantities[id].axes;
            let axis = axes.first().map(|&axis| self.model.sets[axis].root);
            axes.len() == 1 && axis == root(set)
        });
        let body = if of_set { format!("{}[{letter}]", body.trim()) } else { body };
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
        let body = self.sources.text(argument.value.span).trim();
        let sum = self.gams_sum(name, &index.text, body);
        // `sum(t: balance)` ranges over the years.
        let years = matches!(index.text.as_str(), "t" | "year" | "years" | "time");
        sum.or_else(|| years.then(|| format!("{name}(t in first..last: {body})")))
    }

    /// Returns the cell that a look-up means: the quantity and the element among its arguments.
    fn looked_up(&self, args: &[String]) -> Option<String> {
        if let Some(cell) = self.cell_named(args) {
            return Some(cell);
        }
        let quantity = args.iter().find_map(|argument| {
            let &id = self.quantity_names.get(argument.trim_end_matches("[*]"))?;
            (self.model.quantities[id].axes.len() == 1).then_some(id)
        });
        let name = self.model.quantities[quantity?].name.clone();
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
        Some(format!("{name}[{}]", named.or(nth)?))
    }

    /// Returns a value by an element of each of its sets: `INDEX(imports, China, food)`.
    fn cell_named(&self, args: &[String]) -> Option<String> {
        let (name, elements) = args.split_first()?;
        let name = name.split('[').next()?;
        let axes = &self.model.quantities[*self.quantity_names.get(name)?].axes;
        (axes.len() > 1 && elements.len() == axes.len()).then_some(())?;
        let cells: Vec<&str> = elements.iter().map(|one| one.trim_matches('"')).collect();
        let known = axes.iter().zip(&cells).all(|(&axis, one)| {
            self.model.sets[self.model.sets[axis].root].elements.contains_key(*one)
        });
        known.then(|| format!("{name}[{}]", cells.join(", ")))
    }

    /// Returns the rank of one value among those of a quantity, the largest first.
    fn rank(&self, one: &str, all: &str) -> Option<String> {
        let name = all.split('[').next()?;
        let &id = self.quantity_names.get(name)?;
        let [set] = self.model.quantities[id].axes.as_slice() else { return None };
        let (letters, set) = (self.letters_of(id), &self.model.sets[*set].name);
        let letter = letters.first()?;
        Some(format!("1 + sum({letter} in {set} where {name}[{letter}] > {one}: 1)"))
    }
}

/// Returns the conditions for a function such as `IF(a > b, 1, 0)`.
fn conditional(lower: &str, args: &[String]) -> Option<String> {
    match (lower, args) {
        (
            "if" | "iff" | "iif" | "ifelse" | "if_else" | "cond" | "recode" | "where" | "np.where"
            | "case",
            [condition, value, otherwise],
        ) => Some(format!("if {condition} then {value} else {otherwise}")),
        ("if" | "iif" | "ifelse" | "cond", [condition, value]) => {
            Some(format!("if {condition} then {value} else 0"))
        }
        ("iferror" | "ifna", [value, otherwise]) => match value.split_once('/') {
            Some((a, b)) => Some(format!("div({}, {}, else: {otherwise})", a.trim(), b.trim())),
            None => Some(value.clone()),
        },
        ("ifs" | "case_when" | "fcase" | "switch", [_, _, ..]) => {
            Some(super::formulas::chosen(args))
        }
        ("inlist", [x, values @ ..]) if !values.is_empty() => {
            let one = |value: &String| format!("{x} == {}", value.trim_matches('"'));
            Some(values.iter().map(one).collect::<Vec<_>>().join(" or "))
        }
        ("and" | "or", [_, _, ..]) => Some(args.join(&format!(" {lower} "))),
        ("not", [x]) => Some(format!("not ({x})")),
        _ => None,
    }
}

/// Returns the expression for a function of values, such as `POWER(x, 2)`.
fn of_values(lower: &str, args: &[String]) -> Option<String> {
    match (lower, args) {
        ("seq" | "range" | "seq_len" | "arange" | "linspace", [from, to, ..]) => {
            let whole = |text: &String| text.trim().parse::<i32>().ok();
            match (args, whole(from), whole(to)) {
                ([_, _], Some(_), Some(last)) if lower != "linspace" => {
                    let last = if lower == "seq" { last } else { last - 1 };
                    Some(format!("{from}..{last}"))
                }
                _ => Some(format!("{from} -> {to} over first..last")),
            }
        }
        // A value holds in every year.
        ("rep" | "rep_len" | "repmat", [x, ..]) => Some(x.clone()),
        ("zeros" | "np.zeros", _) => Some("0".to_owned()),
        ("ones" | "np.ones", _) => Some("1".to_owned()),
        ("pow" | "power", [base, exponent]) => {
            Some(format!("{} ^ {}", tight(base), tight(exponent)))
        }
        ("sqr" | "square", [x]) => Some(format!("{} ^ 2", tight(x))),
        ("ceil" | "ceiling", [x, ..]) => Some(format!("-floor(-{})", tight(x))),
        ("dlog" | "dln" | "logdiff", [x]) => Some(format!("ln(1 + growth({x}))")),
        ("rand" | "random" | "rnd", []) => Some("uniform(0, 1)".to_owned()),
        ("rnorm", [_, mean, sd]) => Some(format!("normal({mean}, {sd})")),
        ("rnorm", [_]) => Some("normal(0, 1)".to_owned()),
        ("mod" | "remainder", [a, b]) => Some(format!("mod({a}, {b})")),
        ("log10", [x]) => Some(format!("log10({x})")),
        ("random_normal", [low, high, mean, sd, ..]) => {
            Some(format!("normal({mean}, {sd}, min: {low}, max: {high})"))
        }
        ("random_uniform", [low, high, ..]) => Some(format!("uniform({low}, {high})")),
        (
            "summary" | "head" | "tail" | "as.numeric" | "unlist" | "float" | "value" | "number"
            | "str" | "double" | "real",
            [x],
        ) => Some(x.clone()),
        _ => None,
    }
}

/// Returns the two years in a text: `"2025 2028"`, `2025..2028`.
pub(super) fn two_years(text: &str) -> Option<(i32, i32)> {
    let mut years = text.trim_matches('"').split([' ', '.', ':']).filter(|part| !part.is_empty());
    let mut year = || years.next()?.parse::<i32>().ok().filter(|year| *year > 999);
    let found = (year()?, year()?);
    years.next().is_none().then_some(found)
}

/// Adds parentheses to an operand that has operators.
pub(super) fn tight(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | ',' | ' ' | '%'));
    if plain && !text.starts_with("if ") { text.to_owned() } else { format!("({text})") }
}
