//! Messages about calls of functions and about distributions.

use super::{grouped, list, near, way};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Name;

/// Returns the help that shows how a function is called. A signature may say after a colon what the function gives.
pub(in crate::check) fn written(signature: &str) -> String {
    match signature.split_once("): ") {
        Some((call, about)) => format!("the call is written `{call})`: {about}"),
        None => format!("the call is written `{signature}`"),
    }
}

/// Reports an argument that the function does not have; `signature` shows the function's parameters.
pub(in crate::check) fn unknown_argument(
    key: &Name,
    function: &str,
    meant: Option<&str>,
    signature: &str,
) -> Diagnostic {
    let message = format!("`{function}` has no argument `{}`", key.text);
    let found = Diagnostic::error(Code::WrongArguments, message).at(key.span, "unknown argument");
    near(found, meant).help(written(signature))
}

pub(in crate::check) fn argument_twice(
    span: Span,
    function: &str,
    parameter: &str,
    first: Span,
    signature: &str,
) -> Diagnostic {
    let message = format!("`{function}` has two values for `{parameter}`");
    Diagnostic::error(Code::WrongArguments, message)
        .at(span, "second value")
        .and(first, "first value")
        .help(written(signature))
}

pub(in crate::check) fn after_named(
    span: Span,
    function: &str,
    key: &Name,
    signature: &str,
) -> Diagnostic {
    let message = format!(
        "in `{function}` an argument without a name follows the named argument `{}`",
        key.text
    );
    Diagnostic::error(Code::WrongArguments, message)
        .at(span, "no name")
        .and(key.span, "named argument")
        .help("name this argument too, or put it before all named ones")
        .help(written(signature))
}

/// Reports too many arguments; `span` is the place of the first argument beyond the `most` that the function takes.
pub(in crate::check) fn too_many(
    span: Span,
    function: &str,
    most: usize,
    found: usize,
    signature: &str,
) -> Diagnostic {
    let takes = match most {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        most => format!("{most} arguments"),
    };
    let message = format!("`{function}` takes {takes}; {found} are given");
    Diagnostic::error(Code::WrongArguments, message)
        .at(span, "extra argument")
        .help(written(signature))
}

/// Adds the arguments with decimal points to the message about too many of them.
pub(in crate::check) fn decimal_commas(found: Diagnostic, place: Span, edit: &str) -> Diagnostic {
    let help = format!("a decimal is written with a point: `{edit}`");
    Diagnostic { help: vec![help], ..found }.fix(place, edit)
}

pub(in crate::check) fn missing_arguments(
    span: Span,
    function: &str,
    missing: &[&str],
    signature: &str,
) -> Diagnostic {
    let label = if missing.len() == 1 { "argument missing" } else { "arguments missing" };
    Diagnostic::error(Code::WrongArguments, format!("`{function}` requires {}", list(missing)))
        .at(span, label)
        .help(written(signature))
}

pub(in crate::check) fn no_probability(span: Span, function: &str, signature: &str) -> Diagnostic {
    let message = format!("`{function}` requires a probability for each value");
    Diagnostic::error(Code::WrongArguments, message)
        .at(span, "no probability")
        .help(written(signature))
}

/// Reports `binder`, an index of a call to a function that is no reduction.
pub(in crate::check) fn not_a_reduction(binder: &Name, function: &str) -> Diagnostic {
    let index = &binder.text;
    let message = format!("`{function}` does not range over a set, so it cannot bind `{index}`");
    Diagnostic::error(Code::WrongArguments, message)
        .at(binder.span, "bound here")
        .help(format!("write a reduction, `sum({index} in SET: ...)`, or leave the index out"))
}

pub(in crate::check) fn nothing_to_reduce(
    span: Span,
    name: &str,
    edit: Option<String>,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code::NothingToReduce,
        format!("`{name}` must range over a set, and none is given"),
    )
    .at(span, "one value only");
    match edit {
        Some(edit) => found.help(format!("write `{edit}`")).fix(span, edit),
        None => found.help(format!("write `{name}(x[*])` or `{name}(s in sector: x[s])`")),
    }
}

/// Reports a mean and a standard deviation in the place of the shapes of `beta`; `edit` is the call with shapes.
pub(in crate::check) fn beta_by_mean(span: Span, edit: &str) -> Diagnostic {
    let message = "the arguments of `beta` are its two shapes, not a mean and a standard deviation";
    Diagnostic::error(Code::Distribution, message)
        .at(span, "mean and deviation")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

pub(in crate::check) fn distribution(
    span: Span,
    name: &str,
    problem: &str,
    help: String,
) -> Diagnostic {
    Diagnostic::error(
        Code::Distribution,
        format!("`{name}` cannot have these parameters: {problem}"),
    )
    .at(span, "not a distribution")
    .help(help)
}

/// Reports a function that calls itself; `cycle` begins and ends with that function.
pub(in crate::check) fn recursion(span: Span, cycle: &[&str]) -> Diagnostic {
    let message = match cycle {
        [name, _] => format!("the function `{name}` calls itself"),
        _ => format!("functions call each other in a cycle: {}", way(cycle)),
    };
    Diagnostic::error(Code::Recursion, message)
        .at(span, if cycle.len() == 2 { "calls itself" } else { "closes the cycle" })
        .help("for a value that builds up over the years, write a `var` with a lag, `x[t-1]`")
}

pub(in crate::check) fn expansion_depth(span: Span, limit: usize) -> Diagnostic {
    let message =
        format!("the expression nests deeper than {limit}, the limit, with its functions inserted");
    Diagnostic::error(Code::LimitExpansion, message)
        .at(span, "too deep")
        .help("declare a part of it as a `var`, and use the variable here")
}

pub(in crate::check) fn expansion_limit(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::LimitExpansion,
        "the functions expand to more than 200,000 parts, the limit",
    )
    .at(span, "over the limit")
    .help("declare a part of it as a `var`, and use the variable here")
}

/// For a reduction that a range cannot have.
pub(in crate::check) fn not_over_range(span: Span, name: &str, filtered: bool) -> Diagnostic {
    let what = if filtered { format!("`{name}` with `where`") } else { format!("`{name}`") };
    let help = match (filtered, name) {
        (true, "mean") => {
            "divide two sums: the sum of the values by the sum of 1, each with the same `where`"
                .to_owned()
        }
        (true, _) => {
            "leave out `where`, and write `if CONDITION then VALUE else VALUE` as the value"
                .to_owned()
        }
        (false, _) => format!("let `{name}` range over a set, such as `{name}(x[*])`"),
    };
    Diagnostic::error(Code::ReductionRange, format!("{what} does not range over years"))
        .at(span, "not over years")
        .help(help)
}

/// For an index of a range that the reduction does not read: every term would have the same value.
pub(in crate::check) fn index_not_read(span: Span, index: &str) -> Diagnostic {
    Diagnostic::error(
        Code::ReductionRange,
        format!("the reduction does not read `{index}`, so all its terms are equal"),
    )
    .at(span, "not read")
    .help("write `t`")
    .fix(span, "t")
    .note(format!("`t` is the year of the whole expression; another name is read as an index, such as `x[{index}]`"))
}

/// For a range from a fixed year to the current one.
pub(in crate::check) fn growing_range(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::ReductionRange,
        "one end of the range is a fixed year, and the other one moves with the current year",
    )
    .at(span, "grows each year")
    .help("write two fixed years, such as `first..last`, or two years around `t`, such as `t-2..t`")
    .note("a running total is a variable that adds to its last value: `total = total[t-1] + x`")
}

/// For a range whose ends are in the wrong order.
pub(in crate::check) fn reversed_range(span: Span, from: &str, to: &str) -> Diagnostic {
    Diagnostic::error(Code::ReductionRange, "the end of the range comes before its start")
        .at(span, "reversed")
        .help(format!("write `{to}..{from}`"))
        .fix(span, format!("{to}..{from}"))
}

/// For a range with too many values.
pub(in crate::check) fn long_range(span: Span, most: usize) -> Diagnostic {
    let message = format!("the range has more than {} values, the limit", grouped(most as u128));
    Diagnostic::error(Code::ReductionRange, message)
        .at(span, "too long")
        .help("write a shorter range; `first..last` covers all years")
}
