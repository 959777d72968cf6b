//! `find`: a table of the unknowns, and the answer in one sentence.

use crate::results::{
    FindAnswer, Reason, Search, SidesInCell, Sought, UnitKind, UnitLabel, Unknown, ValueRange,
    Verdict,
};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::clean;
use super::titled::Titled;

/// Significant digits of a value that was found.
const DIGITS: i32 = 4;

/// Builds the answer: the conditions, a table and a sentence.
pub(super) fn table(answer: &FindAnswer) -> Titled {
    let title = match &answer.goal {
        Some(goal) => {
            let word = if goal.maximise { "maximise" } else { "minimise" };
            let expression = clean(&goal.expression);
            format!("To {word} {expression} in {} so that {}", goal.year, conditions(answer))
        }
        None => format!("So that {}", conditions(answer)),
    };
    let grid = if answer.goal.is_some() { together(answer) } else { alone(answer) };
    Titled { title, remarks: Vec::new(), grid, sentence: sentence(answer) }
}

/// Renders the answer of a search as one sentence per scenario.
pub(super) fn sentence(answer: &FindAnswer) -> String {
    let scenarios = answer.searches.chunk_by(|a, b| a.scenario == b.scenario);
    let sentences = scenarios.map(|searches| {
        let text = match searches {
            [only] if answer.goal.is_some() => best(answer, only),
            [only] => single(answer, only),
            several => each_alone(answer, several),
        };
        match searches.first().map(|search| search.scenario.as_str()) {
            Some("baseline") | None => capital(&text),
            Some(scenario) => format!("In {}, {text}", clean(scenario)),
        }
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// Joins the conditions: `balance in 2035 >= 0 USD and imports <= 5 bn USD`.
fn conditions(answer: &FindAnswer) -> String {
    let texts = answer.conditions.iter().map(|sought| clean(&sought.condition));
    texts.collect::<Vec<_>>().join(" and ")
}

/// Builds the table of a search without a goal: a row for each unknown.
fn alone(answer: &FindAnswer) -> Grid {
    let scenarios = answer.searches.iter().any(|one| one.scenario != answer.searches[0].scenario);
    let mut headings = vec!["now", "tried", "needed"];
    let only = match answer.conditions.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    if only.is_some() {
        headings.extend(["at", "reached"]);
    }
    let rows = answer.searches.iter().filter_map(|search| {
        let unknown = search.unknowns.first()?;
        let mut label = clean(&unknown.input);
        if scenarios {
            label.push_str(&format!(", {}", clean(&search.scenario)));
        }
        let mut cells = vec![now(unknown), tried(unknown), needed(search, unknown)];
        if let Some(only) = only {
            let at = search.at.first().map(|&at| shown(&unknown.unit, at));
            let left = search.sides.first().map(|sides| {
                let value = shown(&only.unit, sides.left);
                // A condition about several years names the year that decides.
                match only.has_years {
                    true => format!("{value} in {}", sides.year),
                    false => value,
                }
            });
            let text = |text: Option<String>| text.unwrap_or_else(|| MISSING.to_owned());
            cells.extend([text(at), text(left)]);
        }
        Some(Row::Cells(label, cells))
    });
    Grid { columns: columns(&headings), rows: rows.collect() }
}

/// Builds the table of a search with a goal: rows for the unknowns, the conditions and the goal.
fn together(answer: &FindAnswer) -> Grid {
    let mut rows = Vec::new();
    for search in &answer.searches {
        if !rows.is_empty() {
            rows.push(Row::Rule);
        }
        for (n, unknown) in search.unknowns.iter().enumerate() {
            let at = search.at.get(n).map(|&at| shown(&unknown.unit, at));
            let cells =
                vec![now(unknown), tried(unknown), at.unwrap_or_else(|| MISSING.to_owned())];
            rows.push(Row::Cells(clean(&unknown.input), cells));
        }
        for (n, sought) in answer.conditions.iter().enumerate() {
            let left = |sides: &[SidesInCell]| match sides.get(n) {
                Some(sides) => shown(&sought.unit, sides.left),
                None => MISSING.to_owned(),
            };
            let cells = vec![left(&search.sides_now), String::new(), left(&search.sides)];
            rows.push(Row::Cells(clean(&sought.condition), cells));
        }
        if let (Some(goal), Some(value)) = (&answer.goal, search.goal) {
            let cells = vec![String::new(), String::new(), shown(&goal.unit, value)];
            rows.push(Row::Cells(clean(&goal.expression), cells));
        }
    }
    Grid { columns: columns(&["now", "tried", "found"]), rows }
}

fn columns(headings: &[&str]) -> Vec<Column> {
    let column = |heading: &&str| Column { group: String::new(), heading: (*heading).to_owned() };
    headings.iter().map(column).collect()
}

/// Renders the sentence of a search for one unknown.
fn single(answer: &FindAnswer, search: &Search) -> String {
    let Some(unknown) = search.unknowns.first() else { return String::new() };
    let (name, sought, range) = (clean(&unknown.input), conditions(answer), bounds(unknown));
    match search.verdict {
        Verdict::Found | Verdict::NotConverged => {
            let needed = needed(search, unknown);
            if holds_now(search) {
                return format!(
                    "{sought} holds now, and for {name} {needed} (now {}).",
                    now(unknown)
                );
            }
            let how = match (search.interval, search.draws) {
                (Some([low, high]), Some(draws)) => {
                    let end = |end: Option<f64>| {
                        end.map_or("?".to_owned(), |end| shown(&unknown.unit, end))
                    };
                    let draws = NumberFormat::count().number(Some(draws as f64));
                    format!(" (95% interval {} to {}, {draws} draws)", end(low), end(high))
                }
                _ => String::new(),
            };
            format!("{name} has to be {needed} (now {}) for {sought}{how}.", now(unknown))
        }
        Verdict::Everywhere => format!("every {name} within {range} gives {sought}."),
        Verdict::Nowhere => {
            format!(
                "no {name} within {range} gives {sought}{}: {}.",
                if search.proved { ", which interval arithmetic proves" } else { "" },
                closest(answer, search, unknown)
            )
        }
        Verdict::NoEffect => format!("{name} does not change {sought}{}.", off(answer, search)),
        Verdict::Undefined => format!("{sought} has no value for any {name} within {range}."),
    }
}

/// Renders the sentence of searches for several unknowns, each alone.
fn each_alone(answer: &FindAnswer, searches: &[Search]) -> String {
    let sought = conditions(answer);
    let (mut enough, mut not) = (Vec::new(), Vec::new());
    for search in searches {
        let Some(unknown) = search.unknowns.first() else { continue };
        let name = clean(&unknown.input);
        match search.verdict {
            Verdict::Found | Verdict::NotConverged => {
                enough.push(format!(
                    "{name} of {} (now {})",
                    needed(search, unknown),
                    now(unknown)
                ));
            }
            Verdict::Everywhere => enough.push(format!("any {name} within {}", bounds(unknown))),
            Verdict::Nowhere => {
                let proved = if search.proved { " (proved)" } else { "" };
                not.push(format!("{name} within {}{proved}", bounds(unknown)));
            }
            Verdict::NoEffect => not.push(format!("{name} (it has no effect)")),
            Verdict::Undefined => not.push(format!("{name} (there is no value)")),
        }
    }
    let verb = |count: usize| if count == 1 { "is" } else { "are" };
    let not_text = listed(&not, "and");
    match (enough.len(), not.len()) {
        (0, _) => format!("none is enough alone for {sought}: not {}.", listed(&not, "or")),
        (_, 0) => format!("{} is enough alone for {sought}.", listed(&enough, "or")),
        (_, count) => format!(
            "{} is enough alone for {sought}; {not_text} {} not.",
            listed(&enough, "or"),
            verb(count)
        ),
    }
}

/// Renders the sentence of a search with a goal.
fn best(answer: &FindAnswer, search: &Search) -> String {
    let Some(goal) = &answer.goal else { return String::new() };
    let sought = conditions(answer);
    let values = search.unknowns.iter().zip(&search.at);
    let values = values
        .map(|(unknown, &at)| format!("{} = {}", clean(&unknown.input), shown(&unknown.unit, at)));
    let values = listed(&values.collect::<Vec<_>>(), "and");
    let value = search.goal.map_or(MISSING.to_owned(), |value| shown(&goal.unit, value));
    let (expression, year) = (clean(&goal.expression), goal.year);
    let most = if goal.maximise { "greatest" } else { "smallest" };
    match search.verdict {
        Verdict::Found | Verdict::Everywhere => {
            format!("with {sought}, {expression} in {year} is {most}, {value}, at {values}.")
        }
        Verdict::NotConverged => format!(
            "with {sought}, {expression} in {year} is {value} at {values}; other values may be better."
        ),
        Verdict::Nowhere | Verdict::NoEffect => {
            format!(
                "no values within their ranges give {sought}; the closest are {values}{}.",
                off(answer, search)
            )
        }
        Verdict::Undefined => format!("{sought} has no value anywhere within the ranges."),
    }
}

/// Describes the closest value of a failed search: `at 50%, the end of the range, it is -9.1 bn USD, 3.1 bn USD off`.
fn closest(answer: &FindAnswer, search: &Search, unknown: &Unknown) -> String {
    let at = search.at.first().map_or(MISSING.to_owned(), |&at| shown(&unknown.unit, at));
    let why = match search.reason {
        Some(Reason::AtBound) => ", the end of the range",
        Some(Reason::Turns) => ", where it turns back",
        Some(Reason::Jumps) => ", where it jumps over it",
        None => "",
    };
    format!("the closest is {at}{why}{}", off(answer, search))
}

/// Describes the first condition that fails: its left side and its distance from holding.
fn off(answer: &FindAnswer, search: &Search) -> String {
    let failing = answer.conditions.iter().zip(&search.sides).find(|(_, one)| one.missing > 0.0);
    let Some((Sought { unit, .. }, sides)) = failing else { return String::new() };
    let missing = difference(unit, sides);
    format!(", with {}, {missing} off", shown(unit, sides.left))
}

fn difference(unit: &UnitLabel, sides: &SidesInCell) -> String {
    let missing = Some(sides.missing);
    let format = NumberFormat::fit(unit, [Some(sides.left), Some(sides.right)]);
    format.for_differences([missing]).at_least(2, [missing]).quantity(missing)
}

/// True if all conditions hold in the unchanged scenario.
fn holds_now(search: &Search) -> bool {
    !search.sides_now.is_empty() && search.sides_now.iter().all(|sides| sides.missing == 0.0)
}

/// Describes the values that satisfy the conditions: `at least 31.2%`.
fn needed(search: &Search, unknown: &Unknown) -> String {
    match search.verdict {
        Verdict::Everywhere => return "any".to_owned(),
        Verdict::Nowhere | Verdict::NoEffect | Verdict::Undefined => return "none".to_owned(),
        Verdict::Found | Verdict::NotConverged => {}
    }
    let year = unknown.unit.kind == UnitKind::Year;
    let high = match unknown.step {
        Some(step) => unknown.high - step / 2.0,
        None => unknown.high,
    };
    let range = |range: &ValueRange| {
        let (from, to) = (shown(&unknown.unit, range.from), shown(&unknown.unit, range.to));
        match (range.from <= unknown.low, range.to >= high) {
            _ if from == to => from,
            (true, false) if year => format!("{to} or earlier"),
            (false, true) if year => format!("{from} or later"),
            (true, false) => format!("at most {to}"),
            (false, true) => format!("at least {from}"),
            _ => format!("{from} to {to}"),
        }
    };
    listed(&search.ranges.iter().map(range).collect::<Vec<_>>(), "or")
}

fn now(unknown: &Unknown) -> String {
    let (least, greatest) = unknown.now;
    let (from, to) = (shown(&unknown.unit, least), shown(&unknown.unit, greatest));
    if from == to { from } else { format!("{from} to {to}") }
}

fn bounds(unknown: &Unknown) -> String {
    format!("{}..{}", shown(&unknown.unit, unknown.low), shown(&unknown.unit, unknown.high))
}

fn tried(unknown: &Unknown) -> String {
    match unknown.step {
        Some(step) if unknown.unit.kind != UnitKind::Year => {
            format!("{} by {}", bounds(unknown), shown(&unknown.unit, step))
        }
        _ => bounds(unknown),
    }
}

/// Formats a value with enough digits to be entered in a script.
pub(super) fn shown(unit: &UnitLabel, value: f64) -> String {
    let format = NumberFormat::fit(unit, [Some(value)]).at_least(DIGITS, [Some(value)]);
    let rounded = Some(format.rounded(value));
    format.without_idle_zeros([rounded]).quantity(rounded)
}

/// Formats a share as a percentage with one decimal.
pub(super) fn share(value: f64) -> String {
    let percent = UnitLabel::new(UnitKind::Percent, "%");
    let format = NumberFormat::fit(&percent, [Some(value)]).resolving(0.1, 2);
    format.without_idle_zeros([Some(format.rounded(value))]).quantity(Some(value))
}

/// Joins texts with commas and a last word: `a, b or c`.
pub(super) fn listed(texts: &[String], word: &str) -> String {
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Capitalises the first letter of a text, unless the text begins with a name of the script.
pub(super) fn capital(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or("");
    if !matches!(word, "no" | "every" | "any" | "none" | "with" | "in" | "the" | "by") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
