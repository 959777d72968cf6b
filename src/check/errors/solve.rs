//! Messages about `solve` and `solver`.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn solve_count(span: Span, unknowns: usize, conditions: usize) -> Diagnostic {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let (unknown, condition) = (plural(unknowns, "unknown"), plural(conditions, "condition"));
    let mend = if unknowns > conditions {
        format!("add {} after `so that`", plural(unknowns - conditions, "condition"))
    } else {
        format!("add {} before `so that`", plural(conditions - unknowns, "unknown"))
    };
    Diagnostic::error(Code::SolveCount, format!("{unknown} cannot be solved from {condition}"))
        .at(span, "counts differ")
        .help(format!("{mend}, separated by commas; each unknown is paired with a condition"))
}

/// Reports a statement `solve` whose unknowns are wrong; `edit` is the whole statement.
pub(in crate::check) fn solve_edit(
    span: Span,
    whole: Span,
    message: &str,
    edit: &str,
) -> Diagnostic {
    Diagnostic::error(Code::SolveCount, message)
        .at(span, "other unknowns")
        .help(format!("write `{edit}`"))
        .fix(whole, edit)
}

/// Reports an unknown that is not declared; `text` is the whole statement.
pub(in crate::check) fn solve_undeclared(
    span: Span,
    whole: Span,
    name: &str,
    text: &str,
) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("no line declares the unknown `{name}`"))
        .at(span, "not declared")
        .help(format!("write `var {name}` on a line above"))
        .fix(whole, format!("var {name}\n{text}"))
}

/// Reports an input as an unknown; `edit` is the search for its value, and the place of the whole statement.
pub(in crate::check) fn solve_given(
    span: Span,
    name: &str,
    declared: Span,
    edit: Option<(Span, &str)>,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code::SolveGiven,
        format!("`{name}` is not a variable and cannot be solved for"),
    )
    .at(span, "not a `var`")
    .and(declared, "declared here");
    match edit {
        Some((whole, edit)) => found
            .help(format!("write `{edit}`"))
            .fix(whole, edit)
            .note(format!("to solve for it in every year, declare it with `var {name}`")),
        None => found.help(format!("declare it with `var {name}`")),
    }
}

pub(in crate::check) fn solve_condition(span: Span, name: &str, comparison: bool) -> Diagnostic {
    let found = Diagnostic::error(
        Code::SolveCondition,
        format!("`{name}` must be solved from an equality"),
    )
    .at(span, "not an equality");
    if comparison {
        found.help(format!(
            "write `==`; or `solve {name} >= 0 so that ...` if it may be an inequality where `{name}` is 0"
        ))
    } else {
        found.help("write a condition with two sides, `supply == demand`")
    }
}

/// Warns of an equality for an unknown with a lower bound, which need not hold at the bound.
pub(in crate::check) fn equality_at_bound(span: Span, name: &str) -> Diagnostic {
    let message = format!(
        "`==` is read as `>=` here: where `{name}` is at its bound, the left side may be greater"
    );
    Diagnostic::warning(Code::SolveCondition, message)
        .at(span, "need not hold at the bound")
        .help(format!(
            "write `>=` if this is meant; otherwise `solve {name} so that ...`, and the bounds in the declaration, `var {name} in 0..100`"
        ))
}

pub(in crate::check) fn solver_setting(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::SolverSetting,
        "the solver does not have this setting, or not with this value",
    )
    .at(span, "unknown setting or value")
    .help("write `tolerance: 1e-12` (1e-15 to 1e-3) and `iterations: 100` (1 to 1,000)")
}
