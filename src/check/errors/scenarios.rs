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
        (None, known) => found.note(format!("the scenarios are {}", list(known))),
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
        format!("`{name}` is computed by equations and cannot be replaced"),
    )
    .at(span, "computed")
    .help(format!("write `fix {name} = ...` to take it out of its equation"))
}

pub(in crate::check) fn extends_cycle(span: Span, cycle: &[&str]) -> Diagnostic {
    let (message, help) = match cycle {
        [name, _] => (
            format!("the scenario `{name}` extends itself"),
            format!("take `{name}` out of its own `extends`"),
        ),
        _ => (
            format!("scenarios extend each other: {}", way(cycle)),
            "take one of them out of the `extends` of another".to_owned(),
        ),
    };
    Diagnostic::error(Code::ExtendsCycle, message).at(span, "extends itself").help(help)
}

pub(in crate::check) fn scenario_conflict(
    span: Span,
    scenario: &str,
    name: &str,
    a: Span,
    b: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code::ScenarioConflict,
        format!("`{scenario}` inherits two different values of `{name}`"),
    )
    .at(span, "inherits both")
    .and(a, "one value")
    .and(b, "the other value")
    .help(format!("decide in `{scenario}`: `{name} = ...`"))
}
