//! Signs and calls that other languages put around a name: `exports$China`, `exports %>% sum`, `x++`, `sum((p, s), ...)`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::conditions;
use crate::syntax::words::Class;

/// True if a text may have a product over a set in the words of other languages.
pub(crate) fn may_multiply(text: &str) -> bool {
    text.match_indices("rod(")
        .any(|(at, _)| text.get(at + 4..).is_some_and(|rest| rest.contains(" in ")))
}

/// Writes a product over a set as `product`: `prod(s in sector: x[s])`.
pub(crate) fn products(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (0..draft.len()).find(|&n| {
        matches!(draft.at(n), "prod" | "Prod") && draft.at(n + 1) == "(" && draft.at(n + 3) == "in"
    })?;
    let own = context.whole().contains(&format!("function {}(", draft.at(n)));
    (!own).then_some(())?;
    draft.replace(n..n + 1, "product");
    Some("a product over a set is `product`".to_owned())
}

/// Writes a spreadsheet's formula as a question: `=balance * 2`.
pub(crate) fn formula(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "=").then_some(())?;
    draft.put_word(0..1, "show");
    Some("an expression is asked for with `show`".to_owned())
}

/// Writes an element in square brackets: `exports$China`.
pub(crate) fn dollars(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "$" && draft.touches(n) && draft.is_word(n - 1) && draft.is_word(n + 1)
    })?;
    let element = draft.at(n + 1).to_owned();
    draft.replace(n..n + 2, &format!("[{element}]"));
    Some("an element is written in square brackets".to_owned())
}

/// Writes a pipe as a call: `exports %>% sum`, `exports |> sum`.
pub(crate) fn pipes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let (at, length) = [(["%", ">", "%"].as_slice(), 3), (&["|", ">"], 2), (&["|>"], 1)]
        .into_iter()
        .find_map(|(sign, length)| draft.find(sign, 1).map(|at| (at, length)))?;
    let function = at + length;
    draft.is_word(function).then_some(())?;
    let start = draft.outside("=", 0).filter(|&n| n < at).map_or(0, |n| n + 1);
    let (value, name) = (draft.show(start..at), draft.at(function).to_owned());
    let end = match draft.at(function + 1) {
        "(" => draft.close(function + 1)? + 1,
        _ => function + 1,
    };
    // `filter(year > 2026)` chooses years.
    if name == "filter" && draft.at(function + 1) == "(" && start == 0 {
        let condition = draft.show(function + 2..end - 1);
        draft.replace(0..end, &format!("show {value} if {condition}"));
        return Some("a query chooses its years with `in`".to_owned());
    }
    // `show gdp |> growth()`
    let begins = draft.begins_with(Class::Query) && start == 0;
    let (start, value) = match begins {
        true => (1, draft.show(1..at)),
        false => (start, value),
    };
    let show = if start == 0 { "show " } else { "" };
    draft.replace(start..end, &format!("{show}{name}({value})"));
    Some("a function has its argument in brackets".to_owned())
}

/// Gives each index of a sum over pairs its set: `sum((p, s), x(p, s))`.
pub(crate) fn pairs(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.is_word(n - 1)
            && draft.at(n) == "("
            && draft.at(n + 1) == "("
            && draft.is_word(n + 2)
            && draft.at(n + 3) == ","
    })?;
    let inner = draft.close(n + 1)?;
    (draft.at(inner + 1) == ",").then_some(())?;
    let indices: Vec<String> =
        draft.show(n + 2..inner).split(',').map(|i| i.trim().to_owned()).collect();
    let bound: Option<Vec<String>> = indices
        .iter()
        .map(|index| context.set_of(index).map(|set| format!("{index} in {set}")))
        .collect();
    let close = draft.close(n)?;
    let body = draft.show(inner + 2..close).replace('(', "[").replace(')', "]");
    draft.replace(n + 1..close, &format!("{}: {body}", bound?.join(", ")));
    Some("a sum names each index with its set".to_owned())
}

/// Writes `x: float = 5` as a declaration.
pub(crate) fn typed(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const TYPES: &[&str] =
        &["float", "int", "double", "real", "number", "str", "bool", "f64", "integer"];
    let found = draft.is_name(0)
        && draft.at(1) == ":"
        && TYPES.contains(&draft.at(2))
        && draft.at(3) == "=";
    found.then_some(())?;
    draft.remove(1..3);
    draft.insert(0, "param");
    Some("a given value is declared with `param`, and its unit follows the name".to_owned())
}

/// Writes a choice of years behind a query as `in`: `show balance if t > 2026`.
pub(crate) fn year_conditions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| matches!(draft.at(n), "if" | "where" | "when"))?;
    draft.outside("=", 0).is_none_or(|at| at > n).then_some(())?;
    let end = draft.line_end(n);
    let years = conditions::years(&draft.show(n + 1..end), context)?;
    let years = match (years.from, years.to) {
        (Some(from), None) => format!("{from}.."),
        (None, Some(to)) => format!("..{to}"),
        _ => years.window(),
    };
    draft.replace(n..end, &format!("in {years}"));
    Some("the years of a query follow `in`".to_owned())
}

/// Removes a comma after which nothing follows.
pub(crate) fn last_comma(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    (end > 1 && draft.before(end, 1) == ",").then_some(())?;
    draft.remove(end - 1..end);
    Some("nothing follows the last comma".to_owned())
}

/// Writes `x++` as a change that a scenario makes.
pub(crate) fn increments(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let sign = draft.at(1).to_owned();
    let doubled = matches!(sign.as_str(), "+" | "-") && draft.at(2) == sign && draft.ends_line(3);
    (doubled && draft.is_name(0) && context.declares(draft.at(0))).then_some(())?;
    let name = draft.at(0).to_owned();
    draft.replace(0..3, &format!("scenario changed {{ {name} {sign}= 1 }}"));
    Some(
        "a value does not change while a script runs; a scenario gives it another value".to_owned(),
    )
}

/// Writes a vector with names as a map: `c(China = 5, Turkey = 3)`, `dict(China=5)`.
pub(crate) fn named_vectors(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "c" | "dict" | "list")
            && draft.at(n + 1) == "("
            && draft.at(n + 3) == "="
    })?;
    let close = draft.close(n + 1)?;
    let entries = draft.show(n + 2..close).replace('=', ":").replace(" :", ":");
    draft.replace(n..close + 1, &format!("{{ {entries} }}"));
    Some("values with names are a map in braces".to_owned())
}

/// Replaces a line that begins with `$`: `$include "lib.gms"`, `$title Trade`.
pub(crate) fn dollar_controls(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "$" && draft.is_word(1)).then_some(())?;
    let (word, end) = (draft.at(1).to_lowercase(), draft.line_end(0));
    let rest = draft.show(2..end);
    let text = match word.as_str() {
        "include" | "batinclude" => {
            format!("use \"{}\"", rest.trim_matches('"').replace(".gms", ".mizan"))
        }
        "title" => format!("model \"{}\"", rest.trim_matches('"')),
        _ => String::new(),
    };
    draft.replace(0..end, &text);
    Some("a line does not begin with `$`".to_owned())
}

/// Writes fixed cells of a sheet without their signs: `$A$1`.
pub(crate) fn cells(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    let mut n = 0;
    while n < draft.len() {
        let next = |k: usize| draft.is_word(k) && draft.at(k).len() < 3 && draft.touches(k);
        if draft.at(n) == "$" && next(n + 1) && draft.at(n + 2) == "$" && draft.is_number(n + 3) {
            let cell = format!("{}{}", draft.at(n + 1), draft.at(n + 3));
            draft.replace(n..n + 4, &cell);
            found = true;
        }
        n += 1;
    }
    found.then(|| "a value has a name, not a place in a sheet".to_owned())
}

/// Writes a condition after `$`: `y = 5$(growth > 0)`.
pub(crate) fn dollar_conditions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["$", "("], 1)?;
    let close = draft.close(n + 1)?;
    let equals = draft.outside("=", 0)?;
    let (condition, value) = (draft.show(n + 2..close), draft.show(equals + 1..n));
    match equals < n {
        true => {
            draft.replace(equals + 1..close + 1, &format!("if {condition} then {value} else 0"))
        }
        false => {
            let end = draft.line_end(equals);
            let value = draft.show(equals + 1..end);
            draft.replace(equals + 1..end, &format!("if {condition} then {value} else 0"));
            draft.remove(n..close + 1);
        }
    }
    Some("a condition is written `if CONDITION then VALUE else VALUE`".to_owned())
}

/// Writes the limits of a distribution as two arguments: `uniform(2%..4%)`.
pub(crate) fn limits(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), ".." | "-" | "to")
            && draft.is_number(n + 1)
            && (2..4).any(|k| {
                n > k
                    && draft.at(n - k) == "("
                    && matches!(draft.at(n - k - 1), "uniform" | "between" | "triangular" | "runif")
            })
    })?;
    draft.replace(n..n + 1, ",");
    draft.glue(n);
    // `uniform(3..7%)`: both limits are percentages.
    if draft.at(n + 2) == "%" && draft.before(n, 1) != "%" {
        draft.insert(n, "%");
        draft.glue(n);
        draft.glue(n + 1);
    }
    Some("the limits of a distribution are separated by commas".to_owned())
}

/// Joins names of functions of two words: `IF THEN ELSE(...)`, `DELAY FIXED(...)`.
pub(crate) fn two_words(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const NAMES: [(&[&str], &str); 7] = [
        (&["IF", "THEN", "ELSE", "("], "ifelse("),
        (&["DELAY", "FIXED", "("], "delay_fixed("),
        (&["DELAY", "INFORMATION", "("], "smooth("),
        (&["PULSE", "TRAIN", "("], "pulse_train("),
        (&["ACTIVE", "INITIAL", "("], "active_initial("),
        (&["RANDOM", "NORMAL", "("], "random_normal("),
        (&["RANDOM", "UNIFORM", "("], "random_uniform("),
    ];
    let (n, words, name) = NAMES
        .iter()
        .find_map(|(words, name)| draft.find(words, 0).map(|n| (n, words.len(), name)))?;
    draft.replace(n..n + words, name);
    for (sign, own) in [("AND", "and"), ("OR", "or"), ("NOT", "not")] {
        while let Some(n) = draft.find(&[":", sign, ":"], n) {
            draft.put_word(n..n + 3, own);
        }
    }
    Some("the name of a function is one word".to_owned())
}

/// Names of parameters of distributions in other languages, each with the name in Mizan.
const PARAMETERS: [(&str, &str); 9] = [
    ("mu", "mean"),
    ("loc", "mean"),
    ("sigma", "sd"),
    ("scale", "sd"),
    ("std", "sd"),
    ("stdev", "sd"),
    ("a", "low"),
    ("b", "high"),
    ("c", "mode"),
];

/// Writes arguments with names with a colon: `normal(mean=3%, sd=1%)`.
pub(crate) fn named_arguments(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = false;
    let mut inside = 0_usize;
    for n in 0..draft.len() {
        match draft.at(n) {
            "(" if n > 0 && draft.is_word(n - 1) => inside += 1,
            ")" => inside = inside.saturating_sub(1),
            "=" if inside > 0
                && matches!(draft.before(n, 2), "(" | ",")
                && !context.declares(draft.before(n, 1)) =>
            {
                let name = draft.before(n, 1).to_owned();
                let own = PARAMETERS
                    .iter()
                    .find(|(other, _)| *other == name)
                    .map_or(name.as_str(), |p| p.1);
                let own = own.to_owned();
                draft.replace(n..n + 1, ":");
                draft.glue(n);
                draft.replace(n - 1..n, &own);
                found = true;
            }
            _ => {}
        }
    }
    found.then(|| "an argument with a name is written `name: value`".to_owned())
}

/// Writes signs of mathematics as functions: `Σ exports`, `√x`, `sum over p x[p]`.
pub(crate) fn symbols(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a function has its argument in brackets";
    let n = (1..draft.len()).find(|&n| matches!(draft.at(n), "Σ" | "∑" | "√"));
    if let Some(n) = n.filter(|&n| draft.is_word(n + 1) || draft.at(n + 1) == "(") {
        let own = if draft.at(n) == "√" { "sqrt" } else { "sum" };
        let end = match draft.at(n + 1) == "(" {
            true => draft.close(n + 1)? + 1,
            false if draft.at(n + 2) == "[" => draft.close(n + 2)? + 1,
            false => n + 2,
        };
        let inside = draft.show(n + 1..end);
        let inside = inside
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            .unwrap_or(&inside)
            .to_owned();
        draft.replace(n..end, &format!("{own}({inside})"));
        return Some(MESSAGE.to_owned());
    }
    let n = draft.find(&["sum", "over"], 1)?;
    let letter = draft.at(n + 2).to_owned();
    let set = context.set_of(&letter)?;
    let first = if matches!(draft.at(n + 3), "of" | ":" | ",") { n + 4 } else { n + 3 };
    let end = draft.line_end(n);
    let body = draft.show(first..end);
    draft.replace(n..end, &format!("sum({letter} in {set}: {body})"));
    Some("a sum names its index and its set in brackets".to_owned())
}
