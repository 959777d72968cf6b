//! First words of statements in other languages: `print`, `plot`, `gen`, `let`, `import`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words;

/// Words of other languages for `show`.
const SHOW: &[&str] = &[
    "print",
    "println",
    "printf",
    "fprintf",
    "display",
    "disp",
    "di",
    "dis",
    "ta",
    "fre",
    "list",
    "echo",
    "puts",
    "cat",
    "write",
    "writeln",
    "output",
    "tabulate",
    "tabstat",
    "codebook",
    "tab",
    "table",
    "browse",
    "summarize",
    "summarise",
    "describe",
    "head",
    "view",
    "report",
    "get",
    "select",
    "return",
    "log",
    "tell",
    "see",
    "result",
    "results",
    "Print",
];
/// Words of other languages for `chart`.
const CHART: &[&str] = &[
    "plot",
    "graph",
    "draw",
    "tsline",
    "xtline",
    "line",
    "lines",
    "twoway",
    "scatter",
    "matplot",
    "bar",
    "bars",
    "barplot",
    "barchart",
    "linechart",
    "ggplot",
    "diagram",
    "figure",
    "column",
    "area",
    "pie",
];
/// Words of other languages for `chart distribution of`.
const HISTOGRAM: &[&str] = &["hist", "histogram", "density", "kdensity", "distribution"];
/// Words for a type of chart, which may follow the word for a chart: `line` in `chart line`.
const FORMS: &[&str] = &[
    "twoway",
    "tsline",
    "graph",
    "plot",
    "line",
    "lines",
    "bar",
    "bars",
    "column",
    "columns",
    "area",
    "pie",
    "scatter",
    "connected",
    "stacked",
    "chart",
];
/// Words of other languages for `check`.
const CHECK: &[&str] =
    &["assert", "test", "expect", "ensure", "require", "verify", "stopifnot", "confirm", "must"];
/// Words of other languages for `param` and `var`.
const GIVE: &[&str] = &[
    "gen",
    "generate",
    "genr",
    "egen",
    "series",
    "compute",
    "define",
    "calc",
    "calculate",
    "local",
    "global",
    "double",
    "float",
    "int",
    "integer",
    "real",
    "number",
    "auto",
    "val",
    "const",
    "constant",
    "let",
    "scalar",
    "scalars",
    "parameter",
    "parameters",
    "variable",
    "variables",
    "input",
    "assume",
    "assumption",
    "dim",
    "endogenous",
    "exogenous",
    "stock",
    "flow",
    "aux",
    "auxiliary",
    "replace",
    "make",
    "equation",
    "formula",
    "matrix",
    "vector",
    "value",
];
fn says(word: &str) -> Option<String> {
    Some(format!("a statement does not begin with `{word}`"))
}

/// Returns the first word with the parts before a point, such as `plt.plot`, and the position after it.
fn first(draft: &Draft) -> Option<(String, usize)> {
    if !draft.is_word(0) {
        return None;
    }
    let called = draft.at(1) == "." && draft.is_word(2) && draft.at(3) == "(";
    // `np.log(x)` computes something.
    if called && matches!(draft.at(0), "np" | "numpy" | "math" | "base" | "stats") {
        return None;
    }
    let n = if called { 2 } else { 0 };
    Some((draft.at(n).to_owned(), n + 1))
}

/// Removes the parentheses around the whole rest of the first line, and texts that label values.
fn unwrap(draft: &mut Draft, n: usize) {
    if draft.at(n) == "("
        && let Some(close) = draft.close(n)
        && draft.ends_line(close + 1)
    {
        draft.remove(close..close + 1);
        draft.remove(n..n + 1);
    }
    // `f"Balance: {balance}"` of Python
    let last = draft.kind(n + 1) == Some(TokenKind::Text) && draft.ends_line(n + 2);
    if draft.at(n) == "f" && last {
        let parts = draft.at(n + 1).to_owned();
        let names: Vec<&str> =
            parts.split('{').skip(1).filter_map(|part| part.split(['}', ':']).next()).collect();
        draft.replace(n..n + 2, &names.join(", "));
    }
    while draft.kind(n) == Some(TokenKind::Text) && !draft.ends_line(n + 1) {
        let comma = usize::from(matches!(draft.at(n + 1), "," | "&" | "+"));
        draft.remove(n..n + 1 + comma);
    }
    if matches!(draft.at(n), ":" | "=") {
        draft.remove(n..n + 1);
    }
    // Arguments with names, `type = "l"`, are settings of a picture.
    while let Some(comma) = draft.outside(",", n).filter(|&at| draft.at(at + 2) == "=") {
        let stop = draft.outside(",", comma + 1).unwrap_or(draft.line_end(comma));
        draft.remove(comma..stop);
    }
}

/// Writes the year of the only value as the year of the query: `print(x[2030])`.
fn year_of_query(draft: &mut Draft) {
    let end = draft.line_end(0);
    let open = (1..end).find(|&n| draft.at(n) == "[").filter(|&n| n > 1 && draft.is_word(n - 1));
    let closes = |open: usize| draft.close(open) == Some(end - 1);
    let Some(open) = open.filter(|&open| closes(open)) else { return };
    let year = draft.at(end - 2).to_owned();
    if !draft.is_number(end - 2) || year.len() != 4 {
        return;
    }
    let last = end - 2;
    draft.insert(end, &format!("in {year}"));
    match open + 1 == last {
        true => draft.remove(open..end),
        false => draft.remove(last - 1..last + 1),
    }
}

/// Removes the years from the values of a chart: `graph line balance year`, `plot(years, balance)`.
fn without_years(draft: &mut Draft, n: usize) {
    const YEARS: [&str; 5] = ["year", "years", "Year", "time", "t"];
    let end = draft.line_end(n);
    for k in (n..end).rev().filter(|&k| YEARS.contains(&draft.at(k))).collect::<Vec<_>>() {
        match (draft.before(k, 1) == ",", draft.at(k + 1) == ",") {
            (_, true) => draft.remove(k..k + 2),
            (true, _) => draft.remove(k - 1..k + 1),
            _ if draft.is_word(k - 1) && draft.ends_line(k + 1) => draft.remove(k..k + 1),
            _ => {}
        }
    }
}

/// Removes the style of a picture: `plot(years, balance, "LineWidth", 2)`.
fn without_style(draft: &mut Draft, n: usize) {
    let style = |n: &usize| draft.at(*n) == "," && draft.kind(n + 1) == Some(TokenKind::Text);
    let end = draft.line_end(n);
    let Some(first) = (n + 1..end).find(style) else { return };
    let stop = if draft.before(end, 1) == ")" { end - 1 } else { end };
    let plain = |k: usize| {
        draft.is_number(k) || draft.at(k) == "," || draft.kind(k) == Some(TokenKind::Text)
    };
    if (first..stop).all(plain) {
        draft.remove(first..stop);
    }
}

/// Replaces the first word of a query in other languages.
pub(crate) fn queries(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (word, mut end) = first(draft)?;
    let lower = word.to_lowercase();
    let known = |list: &[&str]| list.contains(&lower.as_str());
    // `balance.line`, `balance.sheet` of EViews
    if draft.at(1) == "." && context.declares(&word) && draft.ends_line(3) {
        let chart = FORMS.contains(&draft.at(2)) || CHART.contains(&draft.at(2));
        if chart || matches!(draft.at(2), "sheet" | "stats" | "display" | "show" | "print" | "head")
        {
            let query = if chart { "chart" } else { "show" };
            draft.replace(0..3, &format!("{query} {word}"));
            return Some(format!("a query begins with its word, `{query}`"));
        }
    }
    let own = if known(SHOW) {
        "show"
    } else if known(CHART) || word == "chart" {
        "chart"
    } else if known(HISTOGRAM) {
        "chart distribution of"
    } else if known(CHECK) {
        "check"
    } else if matches!(word.as_str(), "show" | "check" | "compare") {
        word.as_str()
    } else {
        return None;
    };
    let before = draft.text();
    // `ggplot(df, aes(x = year, y = balance)) + geom_line()`
    if let Some(n) = draft.find(&["y", "="], end).filter(|_| word == "ggplot" || lower == "aes") {
        let (value, all) = (draft.at(n + 2).to_owned(), draft.line_end(0));
        draft.replace(0..all, &format!("chart {value}"));
        return says(&word);
    }
    if own.starts_with("chart") {
        // `graph g.line balance` names the picture.
        if draft.at(end + 1) == "." && FORMS.contains(&draft.at(end + 2)) {
            draft.remove(end..end + 3);
        }
        while FORMS.contains(&draft.at(end)) && (draft.is_word(end + 1) || draft.at(end + 1) == "(")
        {
            draft.remove(end..end + 1);
        }
        end += usize::from(draft.at(end) == "of" && own.ends_with("of"));
        // `chart balance line`, `chart balance as bars`
        let last = draft.line_end(0) - 1;
        if last > end && FORMS.contains(&draft.at(last)) && !context.declares(draft.at(last)) {
            let from = if draft.before(last, 1) == "as" { last - 1 } else { last };
            draft.remove(from..last + 1);
        }
        without_years(draft, end);
        without_style(draft, end);
    }
    unwrap(draft, end);
    // `assert balance > 0, "negative"`
    let last = draft.line_end(0);
    if last > 2 && draft.before(last, 2) == "," && draft.kind(last - 1) == Some(TokenKind::Text) {
        draft.remove(last - 2..last);
    }
    draft.replace(0..end, "");
    draft.insert(0, own);
    if own == "show" && word != own {
        year_of_query(draft);
    }
    (draft.text() != before).then_some(())?;
    match own == word {
        true if own == "chart" => {
            Some("a chart shows lines over the years; its form is not named".to_owned())
        }
        true => Some(format!("`{word}` takes its values without brackets around them")),
        false => says(&word),
    }
}

/// Replaces the first word of a declaration in other languages, or adds a missing one.
pub(crate) fn values(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_owned();
    let lower = word.to_lowercase();
    if let Some(change) = replaced(draft, context) {
        return Some(change);
    }
    if matches!(lower.as_str(), "equation" | "equations") && draft.outside("=", 0).is_none() {
        let line = draft.line_end(0);
        draft.remove(0..line);
        return Some("equations need no declaration".to_owned());
    }
    let mut end = 0;
    // `generate real = 5` names `real`.
    let named = |n: usize| n > 0 && matches!(draft.at(n + 1), "=" | "[" | "(");
    while !named(end)
        && (GIVE.contains(&draft.at(end).to_lowercase().as_str())
            || matches!(
                draft.at(end),
                "positive" | "negative" | "free" | "my" | "new" | "public" | "static"
            ))
    {
        end += 1;
    }
    if end == 0 || !draft.is_word(end) && draft.kind(end) != Some(TokenKind::Text) {
        return None;
    }
    let name = draft.at(end).to_owned();
    let equals = draft.outside("=", end);
    let given = equals.is_some_and(|n| is_given(draft, n + 1));
    let own = match equals {
        _ if matches!(lower.as_str(), "parameter" | "parameters" | "scalar" | "scalars") => "param",
        Some(_) if context.declares(&name) && !given => "",
        Some(_) if given => "param",
        Some(_) | None => "var",
    };
    // `local r 0.05`
    let bare = equals.is_none() && draft.is_number(end + 1);
    if bare {
        draft.insert(end + 1, "=");
    }
    draft.remove(0..end);
    if !own.is_empty() {
        draft.insert(0, if bare { "param" } else { own });
    }
    says(&word)
}

/// Writes `replace x = 5` and `let x be 5` of a given value as a scenario.
fn replaced(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let changes = match draft.at(0) {
        "replace" => draft.at(2) == "=",
        "let" => matches!(draft.at(2), "=" | "be") && is_given(draft, 3),
        _ => false,
    };
    (changes && context.declares(draft.at(1))).then_some(())?;
    let end = draft.line_end(0);
    let (name, value) = (draft.at(1).to_owned(), draft.show(3..end));
    draft.replace(0..end, &format!("scenario changed {{ {name} = {value} }}"));
    Some(
        "a value does not change while a script runs; a scenario gives it another value".to_owned(),
    )
}

/// True if the expression from token `n` contains numbers and units and no other name: it is given, not computed.
fn is_given(draft: &Draft, n: usize) -> bool {
    let end = draft.line_end(n);
    let unit = |k: usize| {
        k > n && (draft.is_number(k - 1) || draft.is_word(k - 1) && unit_before(draft, k, n))
    };
    (n..end).all(|k| !draft.is_word(k) || unit(k))
}

/// True if the words before token `k` lead back to a number.
fn unit_before(draft: &Draft, k: usize, from: usize) -> bool {
    (from..k).rev().find(|&j| !draft.is_word(j)).is_some_and(|j| draft.is_number(j))
}

/// Adds `param` or `var` to a declaration without a first word: `growth: 5%`.
pub(crate) fn bare(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let last = draft.line_end(0);
    if !draft.is_name(0) || draft.text().contains('{') {
        return None;
    }
    // `Growth rate: 5%`
    let words = (0..last).take_while(|&n| draft.is_name(n)).count();
    let statements = words::WORDS.iter().filter(|word| word.begins_statement());
    let misspelt =
        crate::diagnostic::nearest(draft.at(0), statements.map(|word| word.name)).is_some();
    if words > 1 && !misspelt && matches!(draft.at(words), ":" | "=") && draft.is_number(words + 1)
    {
        let name = (0..words).map(|n| draft.at(n).to_lowercase()).collect::<Vec<_>>().join("_");
        let value = draft.show(words + 1..last);
        draft.replace(0..last, &format!("param {name} = {value}"));
        return Some("a given value is declared with `param`, and its name is one word".to_owned());
    }
    if draft.at(1) == ":" && draft.is_number(2) || draft.at(1) == "is" || draft.at(1) == "equals" {
        let name = draft.at(0).to_owned();
        draft.replace(1..2, "=");
        if !context.declares(&name) {
            let own = if is_given(draft, 2) { "param" } else { "var" };
            draft.insert(0, own);
        }
        return Some(format!(
            "`{name}` is declared with `param` if it is given, with `var` if it is computed"
        ));
    }
    // An expression alone asks for its value, as at the prompt.
    let alone = !(0..last).any(|n| matches!(draft.at(n), "=" | ":" | "{" | "+=" | "-=" | "*="));
    if alone && !draft.is_word(1) {
        draft.insert(0, "show");
        // `balance[China] 2027`
        let year = draft.is_number(last) && draft.at(last).len() == 4 && last > 1;
        return Some(match year {
            true => "a value is asked for with `show`, and its years follow `in`".to_owned(),
            false => "an expression alone says nothing in a script".to_owned(),
        });
    }
    None
}

/// First words of other languages, each with the first word of Mizan.
const OTHERS: &[(&str, &str)] = &[
    ("explain", "why"),
    ("varexo", "param"),
    ("trace", "why"),
    ("decompose", "why"),
    ("sets", "set"),
    ("dimension", "set"),
    ("index", "set"),
    ("enum", "set"),
    ("include", "use"),
    ("goal", "find"),
    ("import", "use"),
    ("using", "use"),
    ("load", "use"),
    ("title", "model"),
    ("name", "model"),
    ("project", "model"),
    ("case", "scenario"),
    ("simulation", "scenario"),
    ("alternative", "scenario"),
    ("variant", "scenario"),
    ("scenarios", "scenario"),
    ("policy", "scenario"),
    ("shock", "scenario"),
    ("constraint", "identity"),
    ("monetary", "currency"),
    ("goalseek", "find"),
];

/// Replaces the first words in the table `OTHERS`.
pub(crate) fn others(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_owned();
    let lower = word.to_lowercase();
    let (_, own) = OTHERS.iter().find(|(other, _)| *other == lower)?;
    (!words::find(&word).is_some_and(words::Word::begins_statement)).then_some(())?;
    draft.replace(0..1, own);
    says(&word)
}
