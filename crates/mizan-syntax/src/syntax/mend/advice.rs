//! Says in plain words what Mizan has instead, where no edit is sure.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::spreadsheets::addresses;
use crate::syntax::mend::tools::{gempack, python};
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// The message and the help with a statement that has no counterpart.
pub(in crate::syntax) struct Advice {
    pub(in crate::syntax) message: String,
    pub(in crate::syntax) help: String,
}

/// Returns the advice on a statement, if its first words are known.
pub(in crate::syntax) fn advice(text: &str, context: &Context<'_>) -> Option<Advice> {
    let draft = Draft::of(text);
    let (word, next) = (draft.at(0), draft.at(1));
    if let Some(found) = addresses::range(&draft, context).or_else(|| specific_duty(text, context))
    {
        return Some(found);
    }
    if let Some(found) = cell(&draft).or_else(|| texts(&draft)).or_else(|| estimates(&draft)) {
        return Some(found);
    }
    let found = last_year(&draft, context).or_else(|| label(&draft, context));
    if let Some(found) = found.or_else(|| error_terms(&draft)) {
        return Some(found);
    }
    if gempack::mpsge(text, context).is_some() {
        return Some(Advice {
            message: "a model of MPSGE is written with its equations".to_owned(),
            help: "write production as `y = a * k^0.3 * l^0.7`, each cost and demand as an equation, and a market as \
                   `solve price so that demand == supply`"
                .to_owned(),
        });
    }
    if context.declares(word) || draft.at(1) == "=" {
        return None;
    }
    let is = |words: &[&str]| words.contains(&word);
    let (message, help) = if is(&["keep", "drop"]) && next == "if" {
        (
            format!("`{word} if` chooses rows; a script has sets and years"),
            "leave the element out of its set, or ask for some: `show x[ELEMENT]`, `show x in 2028..`",
        )
    } else if is(&["collapse"]) {
        (
            "`collapse` adds up rows; a script has sets".to_owned(),
            "ask for the sum over a set, `show sum(x[*])`, or for a mean, `show mean(x[*])`",
        )
    } else if is(&["merge", "joinby", "append"]) && draft.len() > 1 {
        (
            format!("`{word}` joins files; a script reads each one by the names of its elements"),
            "read the values of each file: `param x[SET] = data(\"file.csv\", SET: COLUMN, value: COLUMN)`",
        )
    } else if matches!(word.to_lowercase().as_str(), "smpl" | "sample")
        && draft.find(&["if"], 1).is_some()
    {
        (
            "there is no sample: a condition is part of an equation".to_owned(),
            "write `if CONDITION then x else 0` in the equation; a query has its years, as `show x in 2028..`",
        )
    } else if next == "."
        && draft.at(2) == "override"
        && context.mentions(&format!("{}_1", draft.at(3))) == 0
    {
        let name = draft.at(3);
        let value = context.given_amount(name).unwrap_or("5%");
        return Some(Advice {
            message: "a scenario gives an input another value".to_owned(),
            help: format!("write `scenario changed {{ {name} = {value} }}` with the other value"),
        });
    } else if draft.begins_with(Class::Query) {
        return question(&draft);
    } else if word == "%" && draft.at(2) == "=" && !next.is_empty() {
        (
            "a text is no value".to_owned(),
            "an element is an index in square brackets, as `x[ELEMENT]`",
        )
    } else {
        return None;
    };
    Some(Advice { message, help: help.to_owned() })
}

/// Returns the advice on a statement that the grammar reads and that has no meaning in a script: `show SUM(B2:B8)`.
pub(in crate::syntax) fn silent_advice(text: &str, context: &Context<'_>) -> Option<Advice> {
    if addresses::may_join_names(text)
        && let Some(found) = addresses::between_names(&Draft::of(text), context)
    {
        return Some(found);
    }
    if let Some(found) = specific_duty(text, context) {
        return Some(found);
    }
    addresses::may_have(text).then(|| addresses::range(&Draft::of(text), context)).flatten()
}

/// Returns the advice on a line that no rule mends and that is a part of a program.
pub(in crate::syntax) fn last_advice(text: &str, context: &Context<'_>) -> Option<Advice> {
    let draft = Draft::of(text);
    if let Some(found) = rows(&draft) {
        return Some(found);
    }
    let declared = context.declares(draft.at(0)) || draft.at(1) == "=";
    (!declared).then(|| python::advice(&draft)).flatten()
}

/// Returns the advice on a duty for each unit of a good: `rate: 500 USD per tonne`. A share of two prices is a rate.
fn specific_duty(text: &str, context: &Context<'_>) -> Option<Advice> {
    text.starts_with("tariff ").then_some(())?;
    let draft = Draft::of(text);
    let rate = draft.find(&["rate", ":"], 2)? + 2;
    let end = (rate..draft.len()).find(|&n| matches!(draft.at(n), "," | "}"))?;
    let per = (rate..end).find(|&n| matches!(draft.at(n), "per" | "a" | "/"))?;
    let (amount, unit) = (draft.show(rate..per), draft.show(per + 1..end));
    let money = (rate..per).any(|n| {
        matches!(draft.at(n), "USD" | "EUR" | "$" | "€") || {
            let code = draft.at(n);
            code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
        }
    });
    // `5 USD / price` is a share.
    let value = context.quantity_head(&unit).is_some();
    (money && draft.is_word(per + 1) && per + 2 == end && !value).then_some(())?;
    let number: String =
        amount.chars().filter(|c| c.is_ascii_digit() || "._".contains(*c)).collect();
    Some(Advice {
        message: format!("a `rate` is a share of the value, and this is an amount for each {unit}"),
        help: format!(
            "divide by the price: `unit {unit}`, `param price = 2_000 USD/{unit}`, and `rate: {number} USD/{unit} / price`"
        ),
    })
}

/// Returns the advice on an error term of EViews: `y = c + [ar(1) = 0.5]`.
fn error_terms(draft: &Draft) -> Option<Advice> {
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.at(n).to_lowercase().as_str(), "ar" | "ma" | "sar" | "sma")
            && draft.at(n + 1) == "("
            && draft.is_number(n + 2)
            && (draft.before(n, 1) == "[" || draft.ends_line(n + 4))
    })?;
    Some(Advice {
        message: format!("an equation has no term `{}`: its error is a variable of its own", draft.at(n)),
        help: "declare the error, `var e`, `e[first] = 0`, `e = 0.5 * e[t-1]`, and add `e` to the equation"
            .to_owned(),
    })
}

/// Returns the advice on a description apart from its declaration: `label variable x "Gross output"`.
fn label(draft: &Draft, context: &Context<'_>) -> Option<Advice> {
    let variable = usize::from(matches!(draft.at(1), "var" | "variable"));
    let (name, text) = (draft.at(1 + variable), draft.at(2 + variable));
    let line = context.declaration(name).filter(|line| !line.contains(['"', '{', '#']))?;
    (draft.at(0) == "label" && text.len() > 2 && text.starts_with('"')).then(|| Advice {
        message: "a description in quotes follows the declaration".to_owned(),
        help: format!("remove this line, and write the declaration as `{line} {text}`"),
    })
}

/// Returns the advice on a last year without a first one: `horizon 2035`.
fn last_year(draft: &Draft, context: &Context<'_>) -> Option<Advice> {
    let words = ["horizon", "end", "until", "last"];
    let year = (1..4).find(|&n| draft.is_number(n) && draft.at(n).len() == 4)?;
    let other = context.any_line(|line| line.starts_with("base") || line.starts_with("start"));
    (words.contains(&draft.at(0))
        && draft.ends_line(year + 1)
        && context.years().is_none()
        && !other)
        .then(|| Advice {
            message: "a script needs its first year and its last one".to_owned(),
            help: format!(
                "write `years FIRST..{}` with the year of the base values as the first one",
                draft.at(year)
            ),
        })
}

/// Returns the advice on rows that a table of R or Python keeps: `df <- df %>% filter(year > 2025)`.
fn rows(draft: &Draft) -> Option<Advice> {
    let words =
        ["filter", "subset", "query", "slice", "arrange", "pivot_longer", "pivot_wider", "melt"];
    let n = (0..draft.len()).find(|&n| words.contains(&draft.at(n)) && draft.at(n + 1) == "(")?;
    Some(Advice {
        message: format!(
            "`{}` works on the rows of a table; a script has sets and years",
            draft.at(n)
        ),
        help: "a query chooses elements and years itself: `show x[ELEMENT] in 2026..`".to_owned(),
    })
}

/// Returns the advice on a cell of another sheet: `Sheet1!B2`, `'Inputs 2024'!$B$4`.
fn cell(draft: &Draft) -> Option<Advice> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "!"
            && draft.touches(n)
            && draft.touches(n + 1)
            && (draft.is_word(n - 1) || draft.is_number(n - 1) || draft.before(n, 1) == "'")
            && (draft.is_word(n + 1) || draft.at(n + 1) == "$")
    })?;
    let start = match draft.before(n, 1) {
        "'" => (0..n - 1).rev().find(|&k| draft.at(k) == "'")? + 1,
        _ => n - 1,
    };
    let sheet = draft.show(start..n).trim_matches(['\'', ']']).to_owned();
    Some(Advice {
        message: "a script has no cells".to_owned(),
        help: format!(
            "write the number itself, as `param rate = 5%`, or read a column: `param x[SET] = data(\"file.xlsx\", \
             sheet: \"{sheet}\", SET: COLUMN, value: COLUMN)`"
        ),
    })
}

/// Returns the advice on a function that estimates, whose ranges of years cannot be read: `TREND(x, 2024..2027, 2030)`.
fn estimates(draft: &Draft) -> Option<Advice> {
    const NAMES: [&str; 6] = ["FORECAST", "TREND", "GROWTH", "LINEST", "LOGEST", "SLOPE"];
    let n = (0..draft.len()).find(|&n| {
        NAMES.contains(&draft.at(n)) && (draft.at(n + 1) == "(" || draft.at(n + 1) == ".")
    })?;
    Some(Advice {
        message: format!("there is no function `{}`: a script estimates nothing by itself", draft.at(n)),
        help: "give a rate, as `x = x[t-1] * (1 + 3%)`, or let `calibrate` fit an input to observed values".to_owned(),
    })
}

/// Returns the advice on a text that is joined to a value: `x & " mn"`.
fn texts(draft: &Draft) -> Option<Advice> {
    let text = |n: usize| draft.kind(n) == Some(TokenKind::Text);
    (1..draft.len()).find(|&n| draft.at(n) == "&" && text(n + 1) && draft.at(0) != "set").map(
        |_| Advice {
            message: "a value is a number, without text".to_owned(),
            help:
                "a query has a title, a unit and digits: `show x as \"TITLE\" in mn USD digits 1`"
                    .to_owned(),
        },
    )
}

/// Returns the advice on a query for an order or a second axis, which no query has.
fn question(draft: &Draft) -> Option<Advice> {
    let end = draft.line_end(0);
    let goal = matches!(draft.at(0), "find")
        && draft.find(&["to"], 1).is_some()
        && draft.find(&["so"], 1).is_none();
    if goal && (1..end).any(|n| matches!(draft.at(n), "maximise" | "minimise")) {
        return Some(Advice {
            message: "`find` requires a condition, behind its goal too".to_owned(),
            help: format!(
                "add what must hold: `{} so that x in 2030 >= 0 USD`",
                draft.show(0..end)
            ),
        });
    }
    let has = |words: &[&str]| (1..end).any(|n| words.contains(&draft.at(n)) && draft.is_name(n));
    let top =
        matches!(draft.at(1), "top" | "bottom" | "largest" | "smallest") && draft.is_number(2);
    let (message, help) = if top {
        (
            "a query has no order: its rows are those of the set".to_owned(),
            "ask for all elements: `show x[*]`",
        )
    } else if draft.find(&["on", "secondary"], 1).is_some() || has(&["secondary"]) {
        ("a chart has one axis".to_owned(), "write a chart for each unit")
    } else {
        return None;
    };
    Some(Advice { message, help: help.to_owned() })
}
