//! Statements of GEMPACK, which end with `;` and name their indices first: `Variable (all,c,COM) x(c) # Output #;`,
//! `Equation E_x (all,c,COM) x(c) = a(c) * p(c);`, `Shock x = 5;`. Blocks of MPSGE get advice.
//!
//! In: the first line, and the lines below it. Out: Mizan's line, and the length of the lines that it replaces.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;

const WORDS: [&str; 6] = ["variable", "coefficient", "equation", "formula", "set", "parameter"];
/// Functions, whose arguments stay in round brackets.
const FUNCTIONS: [&str; 9] = ["if", "exp", "ln", "log", "abs", "max", "min", "sqrt", "round"];

/// A statement without its labels and comments.
struct Statement {
    word: String,
    label: String,
    body: String,
    below: usize,
}

/// Rewrites a statement of GEMPACK; `None` for another statement.
pub(crate) fn statement(text: &str, context: &Context<'_>) -> Option<Mended> {
    let found = collected(text, context)?;
    let (message, line) = match found.word.as_str() {
        "shock" => ("a shock is a change in a scenario", shock(&found.body, context)?),
        "set" => ("a list of names is a set", set(&found)?),
        "read" => (
            "values come from a CSV or an Excel file; ViewHAR exports a header",
            given(&found, context)?,
        ),
        "exogenous" | "endogenous" | "rest" | "swap" => {
            ("a `param` is given, and a `var` with an equation is computed", String::new())
        }
        "equation" | "formula" => {
            ("an equation names its indices in square brackets", equation(&found, context)?)
        }
        _ => ("a declaration names the set of each index", declaration(&found, context)?),
    };
    let text = if line.is_empty() { line } else { read(&line)? };
    Some(Mended { message: message.to_owned(), text, below: found.below })
}

/// Collects the lines up to the `;`, without labels between `#` and comments between `!`.
fn collected(text: &str, context: &Context<'_>) -> Option<Statement> {
    let first = text.trim_start();
    let word = first.split(|c: char| !c.is_alphanumeric()).next()?.to_lowercase();
    let all = |text: &str| text.to_lowercase().replace(' ', "").contains("(all,");
    let listed = first.starts_with('(') && all(first);
    let known = WORDS.contains(&word.as_str())
        || matches!(word.as_str(), "shock" | "exogenous" | "endogenous" | "rest" | "swap" | "read");
    let labelled = known && first.matches('#').count() > 1 && first.trim_end().ends_with(';');
    let uniform = word == "shock" && first.contains('=') && first.contains("uniform");
    (known && first.starts_with(char::is_uppercase)
        || listed
        || uniform
        || labelled
        || known && all(first))
    .then_some(())?;
    let (mut whole, mut below) = (text.to_owned(), 0);
    for line in context.following().take(12) {
        if whole.contains(';') {
            break;
        }
        whole.push_str(line);
        below += line.len();
    }
    let (whole, _) = whole.split_once(';')?;
    let label = whole.split('#').nth(1).unwrap_or_default().trim().to_owned();
    let plain: String = whole.split('#').step_by(2).collect::<Vec<_>>().join(" ");
    let plain: String = plain.split('!').step_by(2).collect::<Vec<_>>().join(" ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    // Only GEMPACK has labels between `#`, indices in front, or these words with `;`.
    let own = all(&plain) || !label.is_empty() || !WORDS.contains(&word.as_str());
    own.then_some(())?;
    if listed {
        let word = context.before().lines().rev().map(|line| line.trim().to_lowercase()).find_map(
            |line| {
                WORDS.iter().find(|word| line.starts_with(**word)).map(|word| (*word).to_owned())
            },
        )?;
        return Some(Statement { word, label, body: plain, below });
    }
    let body = plain.get(word.len()..)?.trim().to_owned();
    Some(Statement { word, label, body, below })
}

/// Takes `(all,c,COM)` and settings such as `(change)` off the front; returns the letters with their sets.
fn indices(body: &str, context: &Context<'_>) -> Option<(Vec<(String, String)>, String)> {
    let (mut list, mut rest) = (Vec::new(), body.trim());
    while let Some(inside) = rest.strip_prefix('(') {
        let (own, after) = inside.split_once(')')?;
        let parts: Vec<&str> = own.split(',').map(str::trim).collect();
        if let [all, letter, set] = parts.as_slice()
            && all.eq_ignore_ascii_case("all")
        {
            let set = context.set_named(set).unwrap_or(set);
            list.push(((*letter).to_owned(), set.to_owned()));
        }
        rest = after.trim();
    }
    Some((list, rest.to_owned()))
}

/// Returns the indices of a declaration: `[c: com]`.
fn bound(list: &[(String, String)]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = list.iter().map(|(letter, set)| format!("{letter}: {set}")).collect();
    format!("[{}]", parts.join(", "))
}

fn declaration(found: &Statement, context: &Context<'_>) -> Option<String> {
    let (list, rest) = indices(&found.body, context)?;
    let name = rest.split(['(', ' ']).next().filter(|name| !name.is_empty())?;
    let read = context.any_line(|line| {
        line.to_lowercase().starts_with(&format!("read {} ", name.to_lowercase()))
    });
    if found.word == "coefficient" && read {
        return Some(String::new());
    }
    let label = match found.label.is_empty() {
        true => String::new(),
        false => format!(" \"{}\"", found.label.replace('"', "'")),
    };
    // A variable of GEMPACK is a change in percent; one without an equation does not change.
    let equation = context.any_line(|line| {
        line.split_once('=').is_some_and(|(left, _)| {
            let lower = left.to_lowercase();
            let head =
                ["variable", "shock", "coefficient"].iter().any(|word| lower.starts_with(word));
            !head
                && left.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
        })
    });
    if found.word == "variable" && !equation {
        let sets: Vec<&str> = list.iter().map(|(_, set)| set.as_str()).collect();
        let index = if sets.is_empty() { String::new() } else { format!("[{}]", sets.join(", ")) };
        return Some(format!("param {name}{index} = 0{label}"));
    }
    Some(format!("var {name}{}{label}", bound(&list)))
}

fn equation(found: &Statement, context: &Context<'_>) -> Option<String> {
    let (before, rest) = match found.body.split_once('(') {
        // The name of an equation comes first, and a formula may be `(initial)`.
        Some((name, rest))
            if !name.trim().is_empty() && !name.contains('=') && found.word == "equation" =>
        {
            (name.trim().to_owned(), format!("({rest}"))
        }
        _ => (String::new(), found.body.clone()),
    };
    let (list, rest) = indices(&rest, context)?;
    let rest = if list.is_empty() && !before.is_empty() {
        found.body.split_once(' ').map(|(_, rest)| rest.to_owned())?
    } else {
        rest
    };
    let (left, right) = rest.split_once('=')?;
    let name = left.split('(').next()?.trim().to_owned();
    let single = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && left.trim().ends_with([')', '_'])
        || left.trim() == name;
    let right = expression(right, context)?;
    if !single {
        return Some(format!("identity {} == {right}", expression(left, context)?));
    }
    let declared = context.declares(&name)
        || context.any_line(|line| {
            let lower = line.to_lowercase();
            let head = lower.starts_with("variable")
                || lower.starts_with("coefficient")
                || lower.starts_with('(');
            head && !line.contains('=')
                && line.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
        });
    Some(match declared {
        true => format!("{} = {right}", expression(left, context)?),
        false => format!("var {name}{} = {right}", bound(&list)),
    })
}

/// Writes indices in square brackets, and sums with the set of their index: `sum{c,COM, x(c)}`.
fn expression(text: &str, context: &Context<'_>) -> Option<String> {
    let mut draft = Draft::of(text.trim());
    while let Some(n) = (0..draft.len()).find(|&n| {
        draft.at(n).eq_ignore_ascii_case("sum")
            && matches!(draft.at(n + 1), "{" | "(")
            && draft.at(n + 3) == ","
            && draft.at(n + 5) == ","
    }) {
        let close = draft.close(n + 1)?;
        let set = context.set_named(draft.at(n + 4)).unwrap_or(draft.at(n + 4)).to_owned();
        let head = format!("sum({} in {set}:", draft.at(n + 2));
        draft.replace(close..close + 1, ")");
        draft.replace(n..n + 6, &head);
    }
    let mut n = 0;
    while n + 1 < draft.len() {
        let name = draft.at(n).to_lowercase();
        let call = FUNCTIONS.contains(&name.as_str()) || name == "sum";
        if draft.is_word(n) && !call && draft.at(n + 1) == "(" {
            let close = draft.close(n + 1)?;
            draft.replace(close..close + 1, "]");
            draft.replace(n + 1..n + 2, "[");
        }
        n += 1;
    }
    Some(draft.text().trim().to_owned())
}

/// Writes `x = 5`, `x("food") = uniform 5` as a change of a scenario.
fn shock(body: &str, context: &Context<'_>) -> Option<String> {
    let (name, value) = body.split_once('=')?;
    let value = value.trim().trim_start_matches("uniform").trim();
    (!value.contains(' ') || value.ends_with('%')).then_some(())?;
    let name = expression(&name.replace(['"', '\''], ""), context)?;
    // A shock of GEMPACK is a change by per cent.
    let change = match value.trim_end_matches('%').strip_prefix('-') {
        Some(fall) => format!("1 - {fall}%"),
        None => format!("1 + {}%", value.trim_end_matches('%')),
    };
    Some(format!("scenario changed {{ {name} *= {change} }}"))
}

fn set(found: &Statement) -> Option<String> {
    let (name, list) = found.body.split_once('(')?;
    let list = list.trim().strip_suffix(')')?;
    (!list.contains('-')).then(|| format!("set {} = {list}", name.trim()))
}

/// Writes `V from file BASEDATA header "1BAS"` as a parameter with the values of a file.
fn given(found: &Statement, context: &Context<'_>) -> Option<String> {
    let (name, source) = found.body.split_once(" from ")?;
    let file = source.trim().trim_start_matches("file").split_whitespace().next()?.to_lowercase();
    let declared = |line: &&str| {
        line.to_lowercase().starts_with("coefficient") && line.contains(&format!("{name}("))
    };
    let before = context.before();
    let line = before.lines().map(str::trim).find(declared).unwrap_or_default();
    let sets = line.to_lowercase().find("(all").and_then(|at| indices(line.get(at..)?, context));
    let sets: Vec<String> =
        sets.map(|(list, _)| list).unwrap_or_default().into_iter().map(|(_, set)| set).collect();
    let sets = if sets.is_empty() { vec![context.first_set()?.to_owned()] } else { sets };
    let columns: Vec<String> = sets.iter().map(|set| format!("{set}: {set}, ")).collect();
    Some(format!(
        "param {name}[{}] = data(\"{file}.csv\", {}value: value)",
        sets.join(", "),
        columns.concat()
    ))
}

/// Returns the length of the lines of an MPSGE model below a line such as `$PROD:X s:1`; `None` for another line.
pub(in crate::syntax) fn mpsge(text: &str, context: &Context<'_>) -> Option<usize> {
    const BLOCKS: [&str; 10] = [
        "$MODEL:",
        "$SECTORS:",
        "$COMMODITIES:",
        "$CONSUMERS:",
        "$AUXILIARY:",
        "$PROD:",
        "$DEMAND:",
        "$CONSTRAINT:",
        "$REPORT:",
        "$SYSINCLUDE",
    ];
    let begins = |line: &str| {
        let upper = line.trim().to_uppercase();
        BLOCKS.iter().any(|block| upper.starts_with(block))
    };
    begins(text).then_some(())?;
    let belongs = |line: &&str| {
        let inside = line.trim();
        inside.is_empty()
            || begins(inside)
            || line.starts_with([' ', '\t'])
            || inside.to_uppercase().starts_with("$OFFTEXT")
    };
    Some(context.following().take_while(belongs).map(str::len).sum())
}
