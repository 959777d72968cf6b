//! Functions of spreadsheets and other languages that Mizan writes as an expression or as an equation over the years.
//!
//! In: the name of a function and the text of its arguments. Out: the text in Mizan.

use super::Checker;
use crate::source::Span;
use crate::syntax::ast;

/// Functions, each with its number of arguments and its expression; `{1}` is the first argument.
const EXPRESSIONS: &[(&[&str], usize, &str)] = &[
    (&["cagr"], 1, "cagr({1}, first, last)"),
    (&["rri"], 3, "({3} / {2}) ^ (1 / {1}) - 1"),
    (&["pmt", "annuity"], 3, "{3} * {1} / (1 - (1 + {1}) ^ -{2})"),
    (&["pv"], 3, "{3} * (1 - (1 + {1}) ^ -{2}) / {1}"),
    (&["npv"], 2, "sum(t in first..last: {2} / (1 + {1}) ^ (t - first + 1 year))"),
    (&["fv"], 3, "{3} * ((1 + {1}) ^ {2} - 1) / {1}"),
    (&["effect"], 2, "(1 + {1} / {2}) ^ {2} - 1"),
    (&["zidz", "safediv", "safe_div", "divide"], 2, "div({1}, {2}, else: 0)"),
    (&["xidz"], 3, "div({1}, {2}, else: {3})"),
    (&["step"], 2, "if t >= {2} then {1} else 0"),
    (&["pulse"], 2, "if t >= {1} and t < {1} + {2} then 1 else 0"),
    (&["ramp"], 2, "if t > {2} then {1} * (t - {2}) / 1 year else 0"),
    (&["ramp"], 3, "{1} * (clamp(t, {2}, {3}) - {2}) / 1 year"),
    (&["nz", "nvl", "coalesce", "fillna", "na.fill"], 2, "{1}"),
    (&["sign", "sgn"], 1, "if {1} > 0 then 1 else if {1} < 0 then -1 else 0"),
    (&["inrange"], 3, "{1} >= {2} and {1} <= {3}"),
    (&["invlogit", "logistic", "plogis"], 1, "1 / (1 + exp(-{1}))"),
    (&["logit", "qlogis"], 1, "ln({1} / (1 - {1}))"),
    (&["log1p"], 1, "ln(1 + {1})"),
    (&["expm1"], 1, "exp({1}) - 1"),
    (&["log2"], 1, "ln({1}) / ln(2)"),
    (&["tan"], 1, "sin({1}) / cos({1})"),
    (&["cbrt"], 1, "{1} ^ (1 / 3)"),
    (&["pmax"], 2, "max({1}, {2})"),
    (&["pmin"], 2, "min({1}, {2})"),
    (&["fmax"], 2, "max({1}, {2})"),
    (&["fmin"], 2, "min({1}, {2})"),
    (&["fabs"], 1, "abs({1})"),
    (&["rowsum", "rowsums", "colsums", "rowtotal", "total", "sumall"], 1, "sum({1})"),
    (&["rowmean", "rowmeans", "colmeans"], 1, "mean({1})"),
    (&["normrnd", "rnormal", "np.random.normal"], 2, "normal({1}, {2})"),
    (&["norm.inv", "norminv"], 3, "normal({2}, {3})"),
    (&["runiform"], 0, "uniform(0, 1)"),
    (&["rtriangular", "rtri"], 3, "triangular({1}, {2}, {3})"),
    (&["dlag", "sdiff"], 1, "change({1})"),
    (&["isperiod", "during"], 1, "if t == {1} then 1 else 0"),
    (&["after"], 1, "if t >= {1} then 1 else 0"),
    (&["before"], 1, "if t < {1} then 1 else 0"),
    (
        &["pulse_train"],
        4,
        "if t >= {1} and t <= {4} and mod((t - {1}) / 1 year, {3}) < {2} then 1 else 0",
    ),
    (&["fv"], 4, "-({4} * (1 + {1}) ^ {2} + {3} * ((1 + {1}) ^ {2} - 1) / {1})"),
    (&["large"], 1, "max({1})"),
    (&["small"], 1, "min({1})"),
    (&["linear", "interpolate", "interp"], 2, "{1} -> {2} over first..last"),
    (&["n"], 2, "normal({1}, {2})"),
    (&["u"], 2, "uniform({1}, {2})"),
    (&["choose"], 3, "if {1} == 1 then {2} else {3}"),
    (&["choose"], 4, "if {1} == 1 then {2} else if {1} == 2 then {3} else {4}"),
];

/// Functions over the years, each with its number of arguments, the value of the first year, and the equation of the
/// later years; `{v}` is last year's value of the variable, and `{l}` that of the first argument.
const OVER_YEARS: &[(&[&str], usize, &str, &str)] = &[
    (&["cumsum", "cusum", "runsum", "running_sum", "cumulate"], 1, "{1}", "{v} + {1}"),
    (&["cumprod"], 1, "{1}", "{v} * {1}"),
    (&["cummax"], 1, "{1}", "max({v}, {1})"),
    // A present value at the start of the first year, as in a spreadsheet: payments come at the end of a year.
    (&["npv"], 2, "{2} / (1 + {1})", "{v} + {2} / (1 + {1}) ^ (t - first + 1 year)"),
    // Vensim adds the flow of the year before, `{l}`.
    (&["integ", "integrate", "integral", "stock"], 2, "{2}", "{v} + {l}"),
    // Delays of first order. Those of third order and weights of moving averages have other values.
    (&["smooth", "smooth1", "delay1"], 2, "{1}", "{v} + ({l} - {v}) / {2}"),
];

/// Functions without an equivalent, each with what Mizan has in their place.
const IN_WORDS: &[(&[&str], &str)] = &[
    (
        &["graph", "lookup", "with_lookup"],
        "a curve over the years is a path, as `x = [2024: 5, 2027: 8, 2030: 9]`; years between its points are interpolated",
    ),
    (
        &["c", "coef", "beta"],
        "declare each coefficient, as `param c1 = 0.5`, and write `c1` in the equation; a list of values names the element \
         or the year of each one, as `{ food: 2%, cars: 5% }` or `[2024: 2%, 2030: 5%]`",
    ),
    (
        &["irr", "xirr", "goalseek"],
        "declare the rate, `param rate = 5%`, and let `find rate in 0%..50% so that npv == 0 USD` look for it",
    ),
    (
        &["data.frame", "dataframe", "tibble", "list", "matrix", "np.array", "array", "pd.series"],
        "each column is a quantity: `param x[SET] = { ELEMENT: VALUE }` for given values, `var` for computed ones",
    ),
    (
        &["which.max", "which.min", "argmax", "argmin", "idxmax", "idxmin", "which"],
        "`max(x[*])` and `min(x[*])` are the values; no function gives the element, which a table of `x[*]` shows",
    ),
    (
        &["subset", "filter", "slice", "select", "query", "window"],
        "a query chooses elements and years itself, as `show x[ELEMENT] in 2028..2030`",
    ),
    (
        &["arrange", "sort", "order", "rank", "top_n", "group_by", "ave"],
        "tables are in the order of the set; a reduction runs over its elements, as `sum(i in SET where x[i] > y: x[i])`",
    ),
    (
        &[
            "merge",
            "join",
            "left_join",
            "rbind",
            "cbind",
            "bind_rows",
            "concat",
            "append",
            "melt",
            "pivot_longer",
        ],
        "each file is read by a parameter of its own, `param x[SET] = data(\"file.csv\", value: COLUMN, SET: COLUMN)`",
    ),
    (
        &["ts", "zoo", "xts", "series"],
        "values of years are in square brackets: `[2024: 10, 2025: 11]`",
    ),
    (
        &["text", "format", "sprintf", "paste", "paste0", "concatenate", "concat_ws", "fixed"],
        "a query shows its values in a form, as `show x in percent digits 1`, and with a title, as `show x as \"TITLE\"`",
    ),
    (
        &["convert", "exchange"],
        "declare the rate, as `currency EUR = 1.1 USD`, and show the value in it: `show x in EUR`",
    ),
    (
        &["today", "now", "edate", "eomonth", "datedif", "yearfrac", "month", "quarter", "day"],
        "time runs in years: `t` is the current year, `first` and `last` are the ends",
    ),
    (&["let", "lambda"], "declare the part as a `var` of its own, and write its name"),
    (
        &["vlookup", "hlookup", "xlookup", "lookup", "index", "match", "indirect", "offset"],
        "a cell is read with its indices, as `x[ELEMENT]`, and another year as `x[2026]` or `x[t-1]`",
    ),
    (
        &["countif", "countifs", "sumif", "sumifs", "averageif", "averageifs", "maxifs", "minifs"],
        "a reduction has its condition behind `where`, as `sum(i in SET where x[i] > y: x[i])`",
    ),
    (
        &["median", "quantile", "percentile", "pctile", "percentile.inc", "quartile", "ci"],
        "no function has the median of a set; if an input has a distribution, as `normal(3%, 1%)`, `show` has the median and the range of 90% of the draws, `show x with errors` also quarters, and `probability(x > y)` the share above a value",
    ),
    (
        &["corr", "cor", "correl", "cov", "cov.s"],
        "no function has the correlation of two series; `correlate a, b = 0.5` is one between uncertain inputs",
    ),
    (
        &["sd", "std", "stdev", "stddev", "stdevp", "var", "variance", "vars"],
        "for the years, declare the mean, `var m = mean(t in first..last: x)`, and write `sqrt(mean(t in first..last: (x - m) ^ 2))`; without `sqrt` it is the variance",
    ),
    (
        &[
            "skewness", "kurtosis", "autocorr", "acf", "adf", "hpf", "hpfilter", "ttest", "chol",
            "inv", "eig", "det",
        ],
        "no function of Mizan has this meaning; compute it in a statistics package, and give the value as a `param`",
    ),
    (
        &["large", "small"],
        "`max(x[*])` and `min(x[*])` are the largest and the smallest value; the second largest has no function",
    ),
    (
        &["delay3", "smooth3"],
        "write three variables in a row, each as `y = y[t-1] + (x - y[t-1]) / d` with a third of the delay for `d`",
    ),
    (
        &[
            "forecast",
            "forecast.linear",
            "forecast.ets",
            "trend",
            "growth",
            "linest",
            "logest",
            "slope",
            "intercept",
            "rsq",
            "lm",
            "ols",
            "trendline",
            "predict",
            "regress",
        ],
        "a script estimates nothing by itself: give a rate, as `x = x[t-1] * (1 + 3%)`, or let `calibrate` fit an input to observed values",
    ),
];

impl Checker<'_> {
    /// Returns the expression for a function of another language.
    pub(super) fn formula(&self, lower: &str, args: &[String]) -> Option<String> {
        // The largest value alone has a function, not the second largest.
        let args = match (lower, args) {
            ("large" | "small", [values, rank]) if rank.trim() == "1" => {
                std::slice::from_ref(values)
            }
            _ => args,
        };
        if let ("npv", [rate, values]) = (lower, args)
            && let Some((value, from, to)) = over_years(values)
        {
            return Some(format!(
                "sum(t in {from}..{to}: {value} / (1 + {rate}) ^ (t - {from} + 1 year))"
            ));
        }
        let same = |(names, count, _): &&(&[&str], usize, &str)| {
            names.contains(&lower) && *count == args.len()
        };
        let (_, _, expression) = EXPRESSIONS.iter().find(same)?;
        // In Stella the height of a pulse comes first.
        let year = |text: &String| text.parse::<f64>().is_ok_and(|year| year > 1000.0);
        if let ("pulse", [height, at]) = (lower, args)
            && year(at)
            && !year(height)
        {
            return Some(format!("if t == {at} then {height} else 0"));
        }
        // A year in quotes: `@isperiod("2026")`.
        if let ("isperiod" | "during", [text]) = (lower, args)
            && let Some((from, to)) = super::habits::two_years(text)
        {
            return Some(format!("if t >= {from} and t <= {to} then 1 else 0"));
        }
        let plain = |text: &String| match text.trim_matches('"') {
            year if year.parse::<i32>().is_ok() => year.to_owned(),
            _ => text.clone(),
        };
        Some(filled(expression, &args.iter().map(plain).collect::<Vec<_>>()))
    }

    /// Returns the lines of a variable whose whole value is a function over the years: `var v = cumsum(x)`.
    pub(super) fn over_years(
        &self,
        lower: &str,
        args: &[String],
        call: &ast::Call,
        span: Span,
    ) -> Option<(Span, String)> {
        let same = |row: &&(&[&str], usize, &str, &str)| {
            row.0.contains(&lower) && (row.1 == args.len() || row.1 == 1 && args.len() > 1)
        };
        let (_, _, first, later) = OVER_YEARS.iter().find(same)?;
        let value = call.args.first().map(|argument| &argument.value);
        let lagged = value.and_then(|value| self.shifted(value, "t-1"));
        let lagged = lagged.as_ref().or(args.first())?;
        let single = lagged.split_once('[').is_some_and(|(name, rest)| {
            name.chars().all(|c| c.is_alphanumeric() || c == '_')
                && rest.find(']') == Some(rest.len() - 1)
        });
        let lagged = if single { lagged.clone() } else { super::habits::tight(lagged) };
        let later = &later.replace("{l}", &lagged);
        let line = self.line_of(span)?;
        let text = self.sources.text(line);
        let (head, whole) = text.split_once('=')?;
        let part = self.sources.text(span).trim();
        // An equation of a variable that another line declares.
        let own = head.trim();
        if whole.trim() == part && self.quantity_names.contains_key(own) {
            let equation = filled(later, args).replace("{v}", &format!("{own}[t-1]"));
            let start = filled(first, args);
            return Some((line, format!("{own}[first] = {start}\n{own} = {equation}")));
        }
        let declaration = head.trim_end().strip_prefix("var ")?;
        // A description follows the value.
        let doc = whole.trim().strip_prefix(part).filter(|doc| doc.trim_start().starts_with('"'));
        let (whole, doc) = if doc.is_some() { (part, doc.unwrap_or("")) } else { (whole, "") };
        if whole.trim() != part {
            // A part of an expression becomes a variable of its own.
            let own = declaration.split([':', '[', ' ']).next()?;
            let name = format!("{own}_{lower}");
            let start = filled(first, args);
            let equation = filled(later, args).replace("{v}", &format!("{name}[t-1]"));
            let rest = text.replacen(part, &name, 1);
            let plain = !declaration.contains('[');
            let unit = self.unit_read(value);
            return plain.then(|| {
                (
                    line,
                    format!(
                        "var {name}{unit}\n{name}[first] = {start}\n{name} = {equation}\n{rest}"
                    ),
                )
            });
        }
        let (declared, unit) = match declaration.rsplit_once(':') {
            Some((name, unit)) if !unit.contains(']') => {
                (name.trim(), format!(": {}", unit.trim()))
            }
            _ => (declaration.trim(), self.unit_read(value)),
        };
        let (name, letters) = match declared.split_once('[') {
            Some((name, inside)) => {
                let letter = |part: &str| match part.split_once(':') {
                    Some((letter, _)) => letter.trim().to_owned(),
                    None => part.trim().chars().take(1).collect(),
                };
                let inside = inside.trim_end_matches(']');
                (name, inside.split(',').map(|part| letter(part) + ", ").collect::<String>())
            }
            None => (declared, String::new()),
        };
        let own: String = letters.trim_end_matches([',', ' ']).to_owned();
        let own = if own.is_empty() { own } else { format!("[{own}]") };
        let before = format!("{name}[{letters}t-1]");
        let equation = filled(later, args).replace("{v}", &before);
        let start = filled(first, args);
        Some((
            line,
            format!(
                "var {declared}{unit}{doc}\n{name}[{letters}first] = {start}\n{name}{own} = {equation}"
            ),
        ))
    }
}

impl Checker<'_> {
    /// Returns the unit of the first amount that an expression reads, with its colon; an empty text for numbers.
    fn unit_read(&self, value: Option<&ast::Expr>) -> String {
        let (Some(value), mut unit) = (value, None) else { return String::new() };
        super::functions::each(&mut value.clone(), &mut |part| {
            if let ast::ExprKind::Reference(reference) = &part.kind
                && let Some(&id) = self.quantity_names.get(&reference.dotted())
            {
                unit = unit.take().or_else(|| self.unit_of_amounts(id));
            }
        });
        unit.map_or(String::new(), |unit| format!(": {unit}"))
    }

    /// Returns the lines of a variable that adds up a quantity without an index, for a running sum in a query.
    pub(super) fn running_sum_of_query(
        &self,
        call: &ast::Call,
        span: Span,
    ) -> Option<(Span, String)> {
        let [argument, rest @ ..] = call.args.as_slice() else { return None };
        let value = self.sources.text(argument.value.span).trim();
        let &id = self.quantity_names.get(value)?;
        let line = self.line_of(span)?;
        let (text, part) = (self.sources.text(line), self.sources.text(span).trim());
        let plain = self.model.quantities[id].axes.is_empty();
        // A line of a longer block has no place for other lines before it.
        let whole = text.matches('{').count() == text.matches('}').count()
            && !text.starts_with([' ', '\t', '}']);
        (plain && whole && !text.starts_with("var ")).then_some(())?;
        let line_below = text.replacen(part, "total", 1);
        let (start, flow) = match rest {
            [] => (value.to_owned(), value.to_owned()),
            [first] => {
                let flow = self.shifted(&argument.value, "t-1")?;
                (self.sources.text(first.value.span).trim().to_owned(), flow)
            }
            _ => return None,
        };
        let unit = self.unit_read(Some(&argument.value));
        let lines = format!(
            "var total{unit}\ntotal[first] = {start}\ntotal = total[t-1] + {flow}\n{line_below}"
        );
        Some((line, lines))
    }
}

/// Returns what Mizan has in place of a function without an equivalent.
pub(super) fn in_words(lower: &str) -> Option<&'static str> {
    IN_WORDS.iter().find(|(names, _)| names.contains(&lower)).map(|(_, words)| *words)
}

/// Puts arguments into an expression.
fn filled(expression: &str, args: &[String]) -> String {
    let mut text = expression.to_owned();
    for (n, argument) in args.iter().enumerate() {
        let alone = expression == format!("{{{}}}", n + 1);
        let inner = if alone { argument.clone() } else { super::habits::tight(argument) };
        // Functions have their arguments between commas, so that no brackets are necessary.
        let place = format!("{{{}}}", n + 1);
        for (before, after) in [("(", ","), ("(", ")"), (" ", ","), (", ", ")")] {
            text = text
                .replace(&format!("{before}{place}{after}"), &format!("{before}{argument}{after}"));
        }
        text = text.replace(&place, &inner);
    }
    text
}

/// Writes pairs of a condition and a value as nested conditions; the last pair may have `TRUE` as its condition.
pub(super) fn chosen(args: &[String]) -> String {
    let mut text = String::new();
    for pair in args.chunks(2) {
        match pair {
            [condition, value] if condition.eq_ignore_ascii_case("true") => return text + value,
            [condition, value] => text.push_str(&format!("if {condition} then {value} else ")),
            [value] => return text + value,
            _ => {}
        }
    }
    text + "0"
}

/// Divides values over a range of years, `x[food, 2025..2030]`, into the value and its first and last year.
fn over_years(values: &str) -> Option<(String, &str, &str)> {
    let (name, index) = values.trim().strip_suffix(']')?.split_once('[')?;
    let (before, range) =
        index.rsplit_once(',').map_or(("", index), |(before, range)| (before, range));
    let (from, to) = range.split_once("..")?;
    let (from, to) = (from.trim(), to.trim());
    let year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    (year(from) && year(to)).then_some(())?;
    let value = if before.is_empty() { name.to_owned() } else { format!("{name}[{before}]") };
    Some((value, from, to))
}
