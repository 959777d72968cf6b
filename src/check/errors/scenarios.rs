//! Messages about scenarios: parents and changes.

use super::{list, near, way};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn unknown_scenario(
    span: Span,
    name: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let found = near(
        Diagnostic::error(Code::UnknownScenario, format!("there is no scenario `{name}`"))
            .at(span, "unknown scenario"),
        meant,
    );
    match (meant, known) {
        (Some(_), _) => found,
        (None, []) => found.help(format!("declare it: `scenario {name} {{ ... }}`")),
        (None, known) => found.help(format!("name one of the scenarios: {}", list(known))),
    }
}

pub(in crate::check) fn baseline_name(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BaselineName, "a scenario cannot be called `baseline`")
        .at(span, "name taken")
        .help("choose another name; `baseline` is everything outside the scenarios")
}

pub(in crate::check) fn computed(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::Computed,
        format!("`{name}` collects contributions and cannot be replaced outside a scenario"),
    )
    .at(span, "computed")
    .help(format!("replace it in a scenario: `scenario NAME {{ {name} = ... }}`"))
}

pub(in crate::check) fn solved(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::Computed,
        format!("`{name}` is solved from a condition, so nothing can be added to it"),
    )
    .at(span, "solved")
    .help(format!("give it a value in place of its condition: `{name} = ...`"))
}

pub(in crate::check) fn extends_cycle(span: Span, cycle: &[&str]) -> Diagnostic {
    let (message, help) = match cycle {
        [name, _] => (
            format!("the scenario `{name}` extends itself"),
            format!("remove `{name}` after `extends`"),
        ),
        _ => (
            format!("scenarios extend each other: {}", way(cycle)),
            "remove one of these names after `extends`".to_owned(),
        ),
    };
    Diagnostic::error(Code::ExtendsCycle, message).at(span, "extends itself").help(help)
}

pub(in crate::check) fn scenario_conflict(
    span: Span,
    scenario: &str,
    (name, years): (&str, Option<(i32, i32)>),
    a: Span,
    b: Span,
) -> Diagnostic {
    let window = years.map_or(String::new(), |years| format!(" in {}", range(years)));
    Diagnostic::error(
        Code::ScenarioConflict,
        format!("`{scenario}` inherits two different values of `{name}`"),
    )
    .at(span, "inherits both")
    .and(a, "one value")
    .and(b, "the other value")
    .help(format!("decide in `{scenario}`: `{name} = ...{window}`"))
}

/// Reports two changes of the same cells and years in one scenario, in the script or on the command line.
pub(in crate::check) fn changed_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("`{name}` is given twice"))
        .at(span, "given again")
        .and(first, "first given here")
        .help("remove one of the two")
}

/// Reports two overlapping changes, neither of which is more specific. `place` and `years` name the values that both
/// give; `decides` is true if a line for these values takes precedence.
pub(in crate::check) fn changes_conflict(
    span: Span,
    first: Span,
    place: &str,
    years: (i32, i32),
    decides: bool,
) -> Diagnostic {
    let year = range(years);
    let found =
        Diagnostic::error(Code::DefinedTwice, format!("`{place}` is given two values in {year}"))
            .at(span, "second value")
            .and(first, "first value");
    if decides {
        return found.help(format!(
            "add a line that decides, such as `{place} = ... in {year}`, or change one of the two"
        ));
    }
    found.help(format!(
        "let the two lines name different years, or add a line for each of the years {year}, such as `{place} = ... in {}`",
        years.0
    ))
}

pub(in crate::check) fn change_overruled(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::NoChange, "more specific lines replace this change everywhere")
        .at(span, "changes nothing")
        .help("remove the line: a line that names an element or years takes precedence")
}

/// Writes years as a script does: `2026`, `2026..2028`.
fn range((from, to): (i32, i32)) -> String {
    if from == to { from.to_string() } else { format!("{from}..{to}") }
}

/// Reports a percentage that is added to an amount; `edit` is the change by a factor, and the text behind the change.
pub(in crate::check) fn percent_added(
    span: Span,
    name: &str,
    (edit, rest): (&str, &str),
) -> Diagnostic {
    let message = format!("`{name}` is an amount; a percentage changes it by a factor");
    Diagnostic::error(Code::UnitMismatch, message)
        .at(span, "adds a percentage")
        .help(format!("write `{edit}{}`", rest.trim_end()))
        .fix(span, edit)
}

/// Reports a change in percentage points in the place of a percentage; `edit` is the change with its operator, and the
/// text behind the change.
pub(in crate::check) fn points_as_level(
    span: Span,
    name: &str,
    (edit, rest): (&str, &str),
) -> Diagnostic {
    let message = format!("percentage points change `{name}`; they are no value of it");
    Diagnostic::error(Code::UnitMismatch, message)
        .at(span, "a change")
        .help(format!("write `{edit}{}`", rest.trim_end()))
        .fix(span, edit)
}

/// Reports a change whose value reads the quantity that it changes; `edit` is the change with its operator.
pub(in crate::check) fn change_of_itself(span: Span, name: &str, edit: &str) -> Diagnostic {
    let found =
        Diagnostic::error(Code::GivenCycle, format!("`{name}` cannot be defined by itself"))
            .at(span, "reads its own value")
            .help(format!("write `{edit}`"))
            .fix(span, edit);
    match edit.contains("baseline(") {
        true => {
            found.note("`*=` and `+=` would change it again in each year, which reads the last")
        }
        false => found.note(format!("`baseline({name})` reads the value without the scenario")),
    }
}

/// Reports an equation outside scenarios that reads its own value; `edit` is the text that replaces `place`.
pub(in crate::check) fn reads_itself(
    span: Span,
    name: &str,
    (place, edit): (Span, &str),
) -> Diagnostic {
    Diagnostic::error(Code::GivenCycle, format!("`{name}` cannot be defined by itself"))
        .at(span, "reads its own value")
        .help(format!("write `{edit}`"))
        .note(format!(
            "`{name}[t-1]` is the value of last year; a scenario changes a value, `{name} *= 1.05`"
        ))
        .fix(place, edit)
}

/// Reports a scenario in the place of a value; `value` is a variable for the example.
pub(in crate::check) fn scenario_as_value(span: Span, name: &str, value: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("`{name}` is a scenario, not a value"))
        .at(span, "a scenario")
        .help(format!(
            "name it after the values: `show {value} for {name}`, `compare {value} for {name} to baseline`"
        ))
}

/// Reports a scenario that extends the baseline by name.
pub(in crate::check) fn extends_baseline(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnknownScenario, "every scenario begins with the baseline")
        .at(span, "not necessary")
        .help("leave out `extends baseline`")
}
