//! Options of queries: `show x, decimals: 2`, `show x as percent`, `show x sorted`, `show everything`.
//!
//! In: a query. Out: the query with Mizan's clauses, without what a query has no clause for.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::spreadsheets::cells;
use crate::syntax::words::Class;

/// Names of options, each with the clause of Mizan.
const OPTIONS: [(&str, &str); 9] = [
    ("format", "in"),
    ("fmt", "in"),
    ("unit", "in"),
    ("units", "in"),
    ("decimals", "digits"),
    ("digits", "digits"),
    ("precision", "digits"),
    ("round", "digits"),
    ("title", "as"),
];

/// Words for all results of a script.
const EVERYTHING: [&str; 5] = ["everything", "results", "all_results", "output", "outputs"];

/// Writes options behind a comma as clauses: `show x, decimals: 2`, `show x, format = percent`.
pub(crate) fn named(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    let mut found = None;
    for n in (2..end.saturating_sub(2)).rev() {
        let option = OPTIONS.iter().find(|(name, _)| *name == draft.at(n + 1));
        let (true, Some((name, clause)), ":" | "=") = (draft.at(n) == ",", option, draft.at(n + 2))
        else {
            continue;
        };
        if context.declares(name) {
            continue;
        }
        draft.put_word(n..n + 3, clause);
        found = Some(format!("the option `{name}` is the clause `{clause}`"));
    }
    found
}

/// Writes a unit in brackets behind a value as a clause: `show x (million USD)`, `show x [bn USD]`, `show x (in %)`.
pub(crate) fn units_in_brackets(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart" | "compare").then_some(())?;
    let (open, unit) = (2..draft.line_end(0)).find_map(|n| {
        let bracket = matches!(draft.at(n), "(" | "[") && !draft.touches(n);
        Some((n, unit_inside(draft, n, context)?)).filter(|_| bracket)
    })?;
    let close = draft.close(open)?;
    draft.remove(open..close + 1);
    // The unit belongs to the whole query, so it comes behind the other values and the years.
    let end = draft.line_end(0);
    let stop = (open..end).find(|&n| matches!(draft.at(n), "with" | "digits")).unwrap_or(end);
    draft.insert(stop, &format!("in {unit}"));
    Some("the unit of a table follows `in`".to_owned())
}

/// Returns the unit in the bracket at `open`, if there is nothing else.
fn unit_inside(draft: &Draft, open: usize, context: &Context<'_>) -> Option<String> {
    let close = draft.close(open)?;
    let start = open + 1 + usize::from(draft.at(open + 1) == "in");
    let text = draft.show(start..close).replace("per cent", "percent").replace(" of ", " ");
    cells::is_unit(&text, context).then(|| cells::unit(&text, context))
}

/// True for a query with a name behind its years.
pub(crate) fn may_have_values_behind(text: &str) -> bool {
    text.split(" in ").nth(1).is_some_and(|clause| {
        let mut parts = clause.split(',');
        let year =
            parts.next().is_some_and(|part| part.trim().starts_with(|c: char| c.is_ascii_digit()));
        year && parts.any(|part| part.trim().starts_with(char::is_alphabetic))
    })
}

/// Moves values behind the years before them: `show gdp in 2026, debt`.
pub(crate) fn values_behind(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    let n = draft.outside("in", 2).filter(|&n| draft.is_number(n + 1))?;
    let comma = (n + 2..end).find(|&k| draft.at(k) == "," && !draft.is_number(k + 1))?;
    let value = context.may_be_value(draft.at(comma + 1)) || draft.at(comma + 2) == "(";
    let name = value && !matches!(draft.at(comma + 1), "first" | "last");
    // A clause behind the second value belongs to the whole query.
    let clause =
        (comma + 1..end).find(|&k| matches!(draft.at(k), "in" | "for" | "with" | "digits" | "as"));
    (name && clause.is_none()).then_some(())?;
    let (years, values) = (draft.show(n..comma), draft.show(comma + 1..end));
    draft.replace(n..end, &format!(", {values} {years}"));
    draft.glue(n);
    Some("a query has its values first, and its years behind all of them".to_owned())
}

/// Writes the layout of a table: `with years in columns`, `rows sector columns partner`.
pub(crate) fn layout(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "show").then_some(())?;
    let end = draft.line_end(0);
    let is_columns = |n: usize| {
        matches!(
            draft.at(n),
            "columns" | "column" | "cols" | "columnwise" | "horizontally" | "across"
        )
    };
    let joins = |n: usize| {
        matches!(
            draft.at(n),
            "in" | "as" | "with" | "on" | "for" | "the" | ":" | "=" | "," | "and" | "by"
        )
    };
    let column = (2..end).find(|&n| is_columns(n))?;
    // `years in columns`
    let mut before = column;
    while before > 2 && joins(before - 1) {
        before -= 1;
    }
    let years = matches!(draft.before(before, 1), "years" | "year" | "time") && before < column;
    let (axis, mut start, mut stop) = if years {
        ("years".to_owned(), before - 1, column + 1)
    } else {
        let mut name = column + 1;
        while joins(name) {
            name += 1;
        }
        draft.is_name(name).then_some(())?;
        (draft.at(name).to_owned(), column, name + 1)
    };
    (draft.at(column) != "across" || years).then_some(())?;
    let rows = (2..end).find(|&n| matches!(draft.at(n), "rows" | "row"));
    if let Some(rows) = rows {
        let mut name = rows + 1;
        while joins(name) {
            name += 1;
        }
        (start, stop) = (start.min(rows), stop.max(name + 1));
    }
    while start > 2 && joins(start - 1) {
        start -= 1;
    }
    let known = |n: usize| {
        joins(n) || is_columns(n) || matches!(draft.at(n), "rows" | "row") || draft.is_word(n)
    };
    (stop - start < 9 && (start..stop).all(known)).then_some(())?;
    draft.remove(start..stop);
    let end = draft.line_end(0);
    let at = (start..end).find(|&n| matches!(draft.at(n), "with" | "digits")).unwrap_or(end);
    draft.insert(at, &format!("across {axis}"));
    Some("the columns of a table follow `across`".to_owned())
}

/// Takes the years out of a call: `show change(x in 2030)`, `show growth(x, 2024..2030)`, `show mean(x in 2025..2030)`.
pub(crate) fn years_in_call(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "show" && draft.is_word(1) && draft.at(2) == "(").then_some(())?;
    let close = draft.close(2).filter(|&close| draft.ends_line(close + 1))?;
    let is_year = |n: usize| draft.is_number(n) && draft.at(n).len() == 4;
    let range = draft.before(close, 2) == ".." && is_year(close - 1) && is_year(close - 3);
    let start = if range { close - 3 } else { close - 1 };
    (is_year(start) && matches!(draft.before(start, 1), "in" | ",") && start > 5).then_some(())?;
    let (function, years) = (draft.at(1).to_owned(), draft.show(start..close));
    let value = draft.show(3..start - 1);
    let reduces =
        matches!(function.as_str(), "mean" | "average" | "avg" | "sum" | "total" | "max" | "min");
    let all = value.contains('*') && reduces && range;
    let value = if all { format!("sum({value})") } else { value };
    let text = match (reduces && range, function.as_str()) {
        (true, "average" | "avg") => format!("mean(t in {years}: {value})"),
        (true, "total") => format!("sum(t in {years}: {value})"),
        (true, function) => format!("{function}(t in {years}: {value})"),
        (false, function) if range || draft.before(start, 1) == "in" => {
            format!("{function}({value}) in {years}")
        }
        _ => return None,
    };
    draft.replace(1..close + 1, &text);
    Some(
        "the years of a table follow `in`; a sum or mean over years has them before `:`".to_owned(),
    )
}

/// Quotes the titles of several values: `chart x as Exports and y as Imports`.
pub(crate) fn titles(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let mut found = false;
    for n in (2..draft.line_end(0)).rev() {
        let named = draft.at(n) == "as"
            && draft.is_name(n + 1)
            && !matches!(draft.at(n + 1), "percent" | "an" | "a" | "index" | "share")
            && draft.outside("as", n) == Some(n);
        if !named {
            continue;
        }
        let end = draft.line_end(0);
        let ends = |k: &usize| {
            matches!(draft.at(*k), "," | "and" | "for" | "in" | "digits" | "with" | "by")
        };
        let stop = (n + 2..end).find(ends).unwrap_or(end);
        let words = (n + 1..stop).all(|k| draft.is_word(k) || draft.is_number(k));
        if words {
            draft.replace(n + 1..stop, &format!("\"{}\"", draft.show(n + 1..stop)));
            if draft.at(n + 2) == "and" {
                draft.replace(n + 2..n + 3, ",");
                draft.glue(n + 2);
            }
            found = true;
        }
    }
    found.then(|| "a title is a text in quotes".to_owned())
}

/// Words for the order of rows.
const ORDERS: [&str; 13] = [
    "sorted",
    "sort",
    "sorting",
    "ordered",
    "order",
    "descending",
    "ascending",
    "desc",
    "asc",
    "ranked",
    "decreasing",
    "increasing",
    "alphabetical",
];

/// True for a query with a word for the order of its rows.
pub(crate) fn may_be_ordered(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| ORDERS.contains(&word))
}

/// Removes the order of the rows of a table, which is that of the set: `show balance sorted`, `show x sort by size`.
pub(crate) fn ordered(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart" | "compare").then_some(())?;
    let end = draft.line_end(0);
    let order = |n: usize| {
        let word = draft.at(n);
        ORDERS.contains(&word) && !context.declares(word) && context.set_with(word).is_none()
    };
    let from = (2..end).find(|&n| order(n))?;
    let clause = |n: usize| {
        matches!(draft.at(n), "for" | "as" | "digits")
            || matches!(draft.at(n), "in" | "from") && !order(n + 1)
            || draft.at(n) == "with" && matches!(draft.at(n + 1), "total" | "errors")
    };
    let stop = (from + 1..end).find(|&n| clause(n) || draft.at(n) == ",").unwrap_or(end);
    let joined = matches!(draft.before(from, 1), "," | "in" | "and");
    let start = from - usize::from(joined);
    // Only words of an order stand in the clause: `by size`, `by value descending`.
    let words = (from..stop).all(|n| draft.is_word(n));
    words.then_some(())?;
    draft.remove(start..stop);
    Some("a table is not sorted: its rows have the order of their set".to_owned())
}

/// Writes the values of a query as a list: `show c(gdp, debt)`, `show [gdp, debt]`, `print([x[p] for p in partner])`.
pub(crate) fn list(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let open = match (draft.at(1), draft.at(2)) {
        ("c" | "list" | "tuple" | "cbind" | "data.frame", "(")
            if !context.declares(draft.at(1)) =>
        {
            2
        }
        ("[" | "{" | "(", _) => 1,
        _ => return None,
    };
    let close = draft.close(open)?;
    let inside = draft.show(open + 1..close);
    // `[x[p, food] for p in partner]` has all elements.
    if let Some(n) = draft.find(&["for"], open).filter(|&n| n < close && draft.at(n + 2) == "in") {
        let (index, set) = (draft.at(n + 1).to_owned(), draft.at(n + 3).to_owned());
        (n + 4 == close && context.set_named(&set).is_some()).then_some(())?;
        let mut value = Draft::of(&draft.show(open + 1..n));
        for k in (1..value.len()).rev() {
            if value.at(k) == index && matches!(value.before(k, 1), "[" | ",") {
                value.replace(k..k + 1, "*");
            }
        }
        draft.replace(1..close + 1, &value.text());
        return Some("all elements of a set are `*`".to_owned());
    }
    // `(max(a, b) + c) / 2` is one value.
    let comma = draft.outside(",", open + 1).is_some_and(|at| at < close);
    let ends = draft.ends_line(close + 1)
        || matches!(draft.at(close + 1), "in" | "for" | "as" | "by" | "with" | "digits");
    let comma = comma && ends;
    let names = |n: usize| !draft.is_number(n) && draft.at(n) != ":";
    (comma && (open + 1..close).all(names)).then_some(())?;
    draft.replace(1..close + 1, &inside);
    Some("several values are separated by commas".to_owned())
}

/// Names the years of a query with a step: `show oil every 2 years`, `show oil in 2024..2030 every 3 years`.
pub(crate) fn every(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let n = (2..draft.line_end(0)).find(|&n| {
        let years = matches!(draft.at(n + 2), "years" | "year");
        matches!(draft.at(n), "every" | "by") && draft.is_number(n + 1) && years
    })?;
    let step: usize = draft.at(n + 1).parse().ok().filter(|step| *step > 1)?;
    let end = n + 3;
    let range = n >= 5 && draft.before(n, 4) == "in" && draft.before(n, 2) == "..";
    let (from, first, last) = match range {
        true => (n - 4, draft.before(n, 3).parse().ok()?, draft.before(n, 1).parse().ok()?),
        false => (n, context.years()?.0, context.years()?.1),
    };
    let years: Vec<String> =
        (first..=last).step_by(step).map(|year: i32| year.to_string()).collect();
    draft.put_word(from..end, &format!("in {}", years.join(", ")));
    Some("a query names its years one by one".to_owned())
}

/// Asks for a value that is written as an equation without its value: `gdp = ?`.
pub(crate) fn unknown(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    (end > 2 && draft.before(end, 1) == "?" && draft.before(end, 2) == "=").then_some(())?;
    let value = draft.show(usize::from(draft.at(0) == "show")..end - 2);
    context.may_be_value(value.split('[').next()?).then_some(())?;
    draft.replace(0..end, &format!("show {value}"));
    Some("a value is asked for with `show`".to_owned())
}

/// Writes values joined by `and` as a list: `chart balance and coverage`.
pub(crate) fn joined(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    let stop = (1..end)
        .find(|&n| matches!(draft.at(n), "for" | "in" | "by" | "with" | "digits" | "across"))
        .unwrap_or(end);
    let condition = |n: usize| {
        matches!(draft.at(n), "<" | ">" | "<=" | ">=" | "==" | "!=" | "if" | "not" | "or" | "where")
    };
    let n = draft.outside("and", 2).filter(|&n| n + 1 < stop && !(1..stop).any(condition))?;
    // A variable may be a condition itself.
    let value = |n: usize| {
        let name = draft.at(n);
        let amount = context.quantity_head(name).is_none_or(|head| {
            head.split_once('=').is_some_and(|(_, value)| {
                !value.contains(['<', '>', '='])
                    && !value.contains(" and ")
                    && !value.contains(" or ")
            })
        });
        draft.is_name(n) && context.may_be_value(name) && amount && !context.uses_own_library()
    };
    let before = matches!(draft.before(n, 1), "]" | ")") || value(n - 1);
    (value(1) && value(n + 1) && before).then_some(())?;
    draft.replace(n..n + 1, ",");
    draft.glue(n);
    Some("several values are separated by commas".to_owned())
}

/// Writes the word for the mean of draws: `show x with mean`, `show x with se`.
pub(crate) fn with_mean(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let n = draft.outside("with", 2)?;
    let words = ["mean", "means", "average", "averages", "se", "std", "stderr", "sd", "standard"];
    words.contains(&draft.at(n + 1)).then_some(())?;
    let end = n + 2 + usize::from(matches!(draft.at(n + 2), "errors" | "error" | "deviation"));
    draft.ends_line(end).then_some(())?;
    // The mean over elements is a value of its own: `show x[*] with average`.
    let stop = (2..n).find(|&k| matches!(draft.at(k), "in" | "for" | "as" | "digits")).unwrap_or(n);
    let starred = (2..stop).any(|k| draft.at(k) == "*" && matches!(draft.before(k, 1), "[" | ","));
    let one = draft.outside(",", 1).is_none_or(|comma| comma >= stop);
    if starred && one && draft.at(n + 1).starts_with(['m', 'a']) {
        let mean = format!(", mean({})", draft.show(1..stop));
        draft.remove(n..end);
        draft.insert(stop, &mean);
        draft.glue(stop);
        return Some("the mean over elements is a value of its own".to_owned());
    }
    draft.replace(n + 1..end, "errors");
    Some("the mean of the draws and its standard error are shown `with errors`".to_owned())
}

/// Writes `vs.` between two scenarios, whose point would join two names.
pub(crate) fn versus(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["vs", "."], 2).filter(|&n| draft.touches(n + 1))?;
    // `vs.rate` is a field of a lever.
    (!draft.touches(n + 2)).then_some(())?;
    if draft.at(0) == "compare" {
        draft.put_word(n..n + 2, "to");
        return Some("the scenario of a comparison follows `to`".to_owned());
    }
    draft.replace(n..n + 2, ",");
    draft.glue(n);
    Some("two scenarios are a list with a comma".to_owned())
}

/// Writes a condition behind a value as a choice, since a table shows all its years: `show x if x > 5`.
pub(crate) fn filtered(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    let n = ["if", "where", "when"].iter().find_map(|word| draft.outside(word, 2))?;
    let stop = (n..end)
        .find(|&k| matches!(draft.at(k), "in" | "for" | "as" | "with" | "digits"))
        .unwrap_or(end);
    let compares =
        (n + 1..stop).any(|k| matches!(draft.at(k), "<" | ">" | "<=" | ">=" | "==" | "!="));
    let years = (n + 1..stop).any(|k| matches!(draft.at(k), "t" | "year"));
    (compares && !years && draft.outside(",", 1).is_none_or(|comma| comma > n)).then_some(())?;
    let (value, condition) = (draft.show(1..n), draft.show(n + 1..stop));
    draft.replace(1..stop, &format!("(if {condition} then {value} else 0)"));
    Some("a table has a value for every year; a condition chooses the value".to_owned())
}

/// True for a query of all results.
pub(crate) fn may_be_everything(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(_, rest)| {
        EVERYTHING.contains(&rest.split([' ', '\n']).next().unwrap_or_default())
            || rest.trim() == "all"
    })
}

/// Names the quantities in a query of all results: `show everything`, `show results for free`.
pub(crate) fn everything(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let all = draft.at(1) == "all" && draft.ends_line(2);
    let known = context.declares(draft.at(1))
        || context.is_lever(draft.at(1))
        || context.uses_own_library();
    ((all || EVERYTHING.contains(&draft.at(1))) && !known).then_some(())?;
    let library: &[&str] =
        if context.uses_library() { &["balance", "exports", "imports"] } else { &[] };
    let names: Vec<&str> = library.iter().copied().chain(context.variables()).collect();
    (!names.is_empty()).then_some(())?;
    draft.replace(1..2, &names.join(", "));
    Some("a query names its values".to_owned())
}

/// Quotes the title after `as`; removes what a query has by itself: `sorted`, `by year`.
pub(crate) fn removed(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if !draft.begins_with(Class::Query) {
        return None;
    }
    let end = draft.line_end(0);
    if let Some(n) = draft.outside("as", 1).filter(|&n| draft.is_word(n + 1)) {
        let mut stop = n + 2;
        while stop < end && !matches!(draft.at(stop), "," | "for" | "in") {
            stop += 1;
        }
        let title = format!("\"{}\"", draft.show(n + 1..stop));
        draft.replace(n + 1..stop, &title);
        return Some("a title is a text in quotes".to_owned());
    }
    // An order is not asked for in a query; the other words of this place name what is asked.
    let order = |n: usize| matches!(draft.at(n), "sorted" | "sort" | "order" | "ordered");
    let n = (1..end).find(|&n| {
        let years = matches!(draft.at(n), "by" | "per" | "over" | "across")
            && matches!(draft.at(n + 1), "year" | "years" | "time" | "Year");
        (order(n) || years) && n > 1
    })?;
    let mut stop = n + 1;
    while stop < end && !matches!(draft.at(stop), "for" | "in") {
        stop += 1;
    }
    let clause = draft.show(n..stop);
    draft.remove(n..stop);
    Some(format!("`{}` has no clause `{clause}`", draft.at(0)))
}
