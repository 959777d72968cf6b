//! Mistakes in `find`, `sweep`, `calibrate`, `discover`, `robust`, `why` and `sensitivity`.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;

pub(in crate::check) fn no_range(span: Span, name: &str, word: &str, range: &str) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, format!("`{name}` requires the range of values to try"))
        .at(span, "no range")
        .help(format!("write a range, such as `{name} {word} {range}`"))
        .fix(
            Span::new(span.source, span.end as usize, span.end as usize),
            format!(" {word} {range}"),
        )
}

pub(in crate::check) fn empty_range(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, "the second end of a range must be greater than the first")
        .at(span, "not a range")
        .help("write the smaller value first")
}

pub(in crate::check) fn range_outside(span: Span, name: &str, low: &str, high: &str) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, format!("`{name}` must be from {low} to {high}"))
        .at(span, "outside its bounds")
        .help(format!("write a range within {low}..{high}"))
}

/// Reports a step of the wrong size; `edit` is the size that is meant.
pub(in crate::check) fn step_size(span: Span, year: bool, edit: Option<&str>) -> Diagnostic {
    let message = match year {
        true => "a step between years is a whole number",
        false => "a step is positive and no greater than the range",
    };
    let found = Diagnostic::error(Code::SearchRange, message).at(span, "wrong step");
    match edit {
        Some(edit) => found.help(format!("write `step {edit}`")).fix(span, edit),
        None => found.help("write a step that divides the range: `0%..50% step 5%`"),
    }
}

pub(in crate::check) fn combinations(span: Span, count: f64, most: f64) -> Diagnostic {
    let (count, most) = (grouped(count), grouped(most));
    let message = format!("the search has {count} combinations of values; the limit is {most}");
    Diagnostic::error(Code::LimitCells, message)
        .at(span, "too many steps")
        .help("write a larger `step` or a smaller range")
}

pub(in crate::check) fn mixed_steps(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, "either every input of a search has steps, or none")
        .at(span, "no step")
        .help(format!("write a `step` after the range of `{name}`"))
}

pub(in crate::check) fn probability_alone(span: Span) -> Diagnostic {
    let message = "a search for a probability takes one condition and no goal";
    Diagnostic::error(Code::SearchCondition, message)
        .at(span, "a probability")
        .help("remove the goal and the other conditions")
}

pub(in crate::check) fn third_input(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, "a sweep takes one or two inputs")
        .at(span, "a third input")
        .help("remove it, or write a second `sweep`")
}

pub(in crate::check) fn swept_values(span: Span, count: f64, most: f64) -> Diagnostic {
    let (count, most) = (grouped(count), grouped(most));
    let message = format!("the sweep has {count} values; the limit is {most}");
    Diagnostic::error(Code::LimitCells, message)
        .at(span, "too many values")
        .help("write larger steps, or fewer years and scenarios")
}

/// Reports a computed value in the place of an input; `inputs` are given values behind it, the first of them `alike` in
/// its unit.
pub(in crate::check) fn varied_computed(
    span: Span,
    name: &str,
    word: &str,
    inputs: &[String],
    alike: bool,
) -> Diagnostic {
    let message = format!("`{name}` is computed by equations; `{word}` varies given values");
    let found = Diagnostic::error(Code::Computed, message).at(span, "computed");
    match inputs {
        [] => found.help("name a `param` or a field of a lever that it depends on"),
        [first, ..] if alike => {
            let found = found.help(format!("write `{first}`")).fix(span, first);
            found.note(format!("`{name}` depends on {}", super::list(inputs)))
        }
        inputs => found.help(format!("name a given value behind it: {}", super::list(inputs))),
    }
}

pub(in crate::check) fn varied_kind(span: Span, name: &str, kind: &str) -> Diagnostic {
    Diagnostic::error(Code::SearchRange, format!("`{name}` is {kind}; a number is required"))
        .at(span, "not a number")
        .help("name a `param` or a field that is a number; compare other values by scenarios")
}

pub(in crate::check) fn varied_year(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::PathInConstant, format!("`{name}` has one value for all years"))
        .at(span, "a year")
        .help(format!("leave the year out: `{name}`"))
}

pub(in crate::check) fn not_in_scenario(
    span: Span,
    name: &str,
    lever: &str,
    without: &str,
    some: Option<&str>,
) -> Diagnostic {
    let message = format!("`{name}` exists only in scenarios that have `{lever}`");
    let label = if without == "baseline" { "not in the baseline" } else { "not in a scenario" };
    let found = Diagnostic::error(Code::NotInBaseline, message).at(span, label);
    match some {
        Some(scenario) => {
            found.help(format!("ask about a scenario that has it: write `for {scenario}`"))
        }
        None => found.help(format!("name a scenario that has `{lever}`")),
    }
}

pub(in crate::check) fn goal_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchCondition, "the goal of a search must be one value in one year")
        .at(span, "not one value")
        .help("write one number, as in `to minimise sum(cost[*]) in 2035`")
}

pub(in crate::check) fn aim_comparison(span: Span, both: bool) -> Diagnostic {
    let help = match both {
        true => "write a comma in place of `and`: `so that a >= 0, b >= 0`",
        false => "compare two values: `so that balance in 2035 >= 0 USD`",
    };
    Diagnostic::error(Code::SearchCondition, "a condition of a search must be one comparison")
        .at(span, if both { "two conditions" } else { "not a comparison" })
        .help(help)
}

pub(in crate::check) fn aim_unequal(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::SearchCondition,
        "`!=` holds nearly everywhere and cannot be searched for",
    )
    .at(span, "nearly always true")
    .help("write `>=`, `<=` or `==`")
}

pub(in crate::check) fn aim_one_value(span: Span, last: i32, one_year: bool) -> Diagnostic {
    let message = "this condition needs one value in one year on its left";
    let help = match one_year {
        true => "name one element in place of `*`".to_owned(),
        false => format!("name the year: write `in {last}` after the condition"),
    };
    let found =
        Diagnostic::error(Code::SearchCondition, message).at(span, "several values").help(help);
    let end = Span::new(span.source, span.end as usize, span.end as usize);
    if one_year { found } else { found.fix(end, format!(" in {last}")) }
}

pub(in crate::check) fn aim_probability(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::SearchCondition,
        "a probability changes in steps and equals a number only by chance",
    )
    .at(span, "`==` with a probability")
    .help("write `>=` or `<=`")
}

pub(in crate::check) fn calibrated_year(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is a year; `calibrate` needs inputs that change continuously");
    Diagnostic::error(Code::SearchRange, message)
        .at(span, "a year")
        .help("remove it; `find` searches among years")
}

pub(in crate::check) fn calibrated_step(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::SearchRange,
        "`calibrate` takes no step: every value of a range is tried",
    )
    .at(span, "a step")
    .help("remove `step` and its size")
}

pub(in crate::check) fn calibrated_twice(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is calibrated twice in the same cells and years");
    Diagnostic::error(Code::SearchRange, message)
        .at(span, "second time")
        .help("remove one of them, or name different elements or years")
}

pub(in crate::check) fn fitted_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchCondition, "a number is required before `fits`")
        .at(span, "not a number")
        .help("name a computed value, as in `so that imports fits observed_imports`")
}

pub(in crate::check) fn discovered_probability(span: Span) -> Diagnostic {
    let message =
        "`discover` requires a condition on each draw; a probability is a share of all draws";
    Diagnostic::error(Code::SearchCondition, message)
        .at(span, "a probability")
        .help("write the condition inside the brackets alone, without `probability`")
}

pub(in crate::check) fn robust_alone(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchCondition, "`robust` compares two scenarios or more")
        .at(span, "a single scenario")
        .help("name another scenario after `among`, such as `baseline`")
}

pub(in crate::check) fn robust_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SearchCondition, "`robust` compares scenarios by one value in one year")
        .at(span, "not one value")
        .help("write one number, as in `by sum(balance[*])`")
}

pub(in crate::check) fn explained_probability(span: Span, word: &str) -> Diagnostic {
    let message =
        format!("`{word}` explains a value, and a probability is the share of many draws");
    Diagnostic::error(Code::NotAValue, message).at(span, "a probability").help(
        format!("write a value of the condition: `{word} of balance`").replace("why of", "why"),
    )
}

pub(in crate::check) fn difference_to_itself(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, format!("`to {name}` compares a scenario with itself"))
        .at(span, "the same scenario")
        .help(format!("name another scenario in front of it: `for open to {name}`"))
}

/// Reports a comparison with itself; `values` is what is compared, in a script without any scenario.
pub(in crate::check) fn nothing_to_compare(
    span: Span,
    with: &str,
    values: Option<&str>,
) -> Diagnostic {
    let message = format!("no scenario is left to compare with `{with}`");
    let found = Diagnostic::error(Code::ClauseValue, message).at(span, "nothing to compare");
    let define = "define a scenario, `scenario NAME { ... }`, or name one: `for NAME`";
    match values {
        Some(values) => {
            let edit = format!("show {values}");
            found
                .help(format!("write `{edit}`"))
                .note(format!("to compare scenarios, {define}"))
                .fix(span, edit)
        }
        None => found.help(define),
    }
}

pub(in crate::check) fn explained_values(span: Span, count: f64, most: f64) -> Diagnostic {
    let (count, most) = (grouped(count), grouped(most));
    let message = format!("the query explains {count} values; the limit is {most}");
    Diagnostic::error(Code::LimitCells, message)
        .at(span, "too many values")
        .help("name elements in place of `*`, or fewer years and scenarios")
}

pub(in crate::check) fn by_what(span: Span, name: &str, word: &str, known: &[&str]) -> Diagnostic {
    let found = Diagnostic::error(Code::ClauseValue, format!("`{word}` has no `by {name}`"))
        .at(span, "unknown here");
    if let Some(near) = nearest(name, known.iter().copied()) {
        return found.help(format!("write `by {near}`")).fix(span, near);
    }
    let known: Vec<String> = known.iter().map(|name| format!("`by {name}`")).collect();
    found.help(format!("write {}, or leave it out", known.join(", ")))
}

pub(in crate::check) fn divided_by(
    span: Span,
    name: &str,
    near: Option<&str>,
    sets: &[&str],
) -> Diagnostic {
    let message = format!("`by` takes `lever` or a set; `{name}` is neither");
    let found = Diagnostic::error(Code::ClauseValue, message).at(span, "not a set");
    if matches!(name, "year" | "years" | "time" | "t") {
        return found.help("leave it out: a comparison shows each of its years in a column");
    }
    let example = sets.first().map_or(String::new(), |set| format!(" or `by {set}`"));
    super::near_or(found, near, format!("write `by lever`{example}"))
}

pub(in crate::check) fn divided_cells(span: Span, text: &str, set: &str) -> Diagnostic {
    let message = format!("`by {set}` divides a total; `{text}` has a value for each element");
    Diagnostic::error(Code::ClauseValue, message)
        .at(span, "not a total")
        .help(format!("write `sum({text})`, or leave `by {set}` out"))
}

pub(in crate::check) fn divided_probability(span: Span, set: &str) -> Diagnostic {
    let message = format!("a probability is not divided by `{set}`");
    Diagnostic::error(Code::ClauseValue, message)
        .at(span, "a probability")
        .help(format!("leave `by {set}` out"))
}

pub(in crate::check) fn depth_value(span: Span, most: f64, written: &str) -> Diagnostic {
    let message = format!("`depth` takes a whole number from 1 to {most}");
    let edit = match written {
        "all" | "max" | "full" | "any" => most.to_string(),
        _ => "3".to_owned(),
    };
    Diagnostic::error(Code::ClauseValue, message)
        .at(span, format!("not from 1 to {most}"))
        .help(format!("write `depth {edit}`"))
        .fix(span, edit)
}

pub(in crate::check) fn share_value(span: Span) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, "`above` takes a percentage from 0% to 100%")
        .at(span, "not from 0% to 100%")
        .help("write `above 5%`")
}

/// Formats a count with commas between thousands.
fn grouped(count: f64) -> String {
    let digits = format!("{count:.0}");
    let group = |(n, digit): (usize, char)| {
        let comma = n > 0 && (digits.len() - n).is_multiple_of(3);
        [comma.then_some(','), Some(digit)]
    };
    digits.chars().enumerate().flat_map(group).flatten().collect()
}
