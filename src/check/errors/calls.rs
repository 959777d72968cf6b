//! Calls of functions, and distributions.

use super::way;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn arity(
    span: Span,
    name: &str,
    low: usize,
    high: usize,
    found: usize,
    doc: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code::WrongArguments,
        format!(
            "`{name}` requires {}; here are {found}",
            match (low, high) {
                (1, 1) => "1 argument".to_owned(),
                (low, high) if low == high => format!("{low} arguments"),
                (low, high) => format!("{low} to {high} arguments"),
            }
        ),
    )
    .at(span, "wrong number of arguments")
    .help(doc.to_owned())
}

pub(in crate::check) fn nothing_to_reduce(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::NothingToReduce, format!("`{name}` has nothing to run over"))
        .at(span, "one value only")
        .help(format!("write `{name}(x[*])` or `{name}(s in sector: x[s])`"))
}

pub(in crate::check) fn distribution(
    span: Span,
    name: &str,
    problem: &str,
    doc: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code::Distribution,
        format!("`{name}` cannot have these parameters: {problem}"),
    )
    .at(span, "not a distribution")
    .help(doc.to_owned())
}

/// `circle` begins and ends with the function that is called.
pub(in crate::check) fn recursion(span: Span, circle: &[&str]) -> Diagnostic {
    let message = match circle {
        [name, _] => format!("the function `{name}` calls itself"),
        _ => format!("functions call each other: {}", way(circle)),
    };
    Diagnostic::error(Code::Recursion, message)
        .at(span, "calls itself")
        .help("write a `var` with a lag, `x[t-1]`, for what builds up over the years")
}

pub(in crate::check) fn expansion_depth(span: Span, limit: usize) -> Diagnostic {
    let message = format!("the functions expand to parts nested deeper than {limit}, the limit");
    Diagnostic::error(Code::LimitExpansion, message)
        .at(span, "too deep")
        .help("name a part with `var`")
}

pub(in crate::check) fn expansion_limit(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::LimitExpansion,
        "the functions expand to more than 200000 parts, the limit",
    )
    .at(span, "too much")
    .help("name a part with `var`")
}

pub(in crate::check) fn not_available(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NotAvailable, format!("{what} cannot be run yet"))
        .at(span, "not built yet")
        .help("remove it for now; the rest of the script runs")
}

pub(in crate::check) fn correlate_reading(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Correlate, "a parameter or field is required in `correlate`")
        .at(span, "not a parameter")
        .help("name what has a distribution: `correlate growth[*], elasticity[*] = 0.4`")
}

pub(in crate::check) fn correlation_range(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Correlate, "a rank correlation is a number from -1 to 1")
        .at(span, "not from -1 to 1")
        .help("write a number such as 0.4")
}
