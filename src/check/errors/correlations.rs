//! Messages about `correlate`.

use crate::diagnostic::{Code, Diagnostic, grouped};
use crate::source::Span;

pub(in crate::check) fn correlate_reading(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Correlate, "`correlate` requires parameters or fields of levers")
        .at(span, "not a parameter")
        .help("name a value that has a distribution: `correlate growth[*], elasticity[*] = 0.4`")
}

/// Reports a correlation that is not from -1 to 1; a number up to 100 is one in per cent.
pub(in crate::check) fn correlation_range(span: Span, value: Option<f64>) -> Diagnostic {
    let found =
        Diagnostic::error(Code::Correlate, "a rank correlation must be a number from -1 to 1")
            .at(span, "not from -1 to 1");
    match value.filter(|value| (2.0..=100.0).contains(&value.abs())) {
        Some(value) => {
            let edit = (value / 100.0).to_string();
            found.help(format!("write `{edit}`")).fix(span, edit)
        }
        None => found.help("write a number such as 0.4"),
    }
}

pub(in crate::check) fn not_random(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` has no distribution that could be correlated");
    Diagnostic::error(Code::Correlate, message)
        .at(span, "not random")
        .help("give it a distribution, `normal(5%, 2%)`, or name another parameter")
}

/// Reports a correlation of a random quantity with itself.
pub(in crate::check) fn correlated_with_itself(span: Span, a: &str, b: &str) -> Diagnostic {
    let (message, help) = match a == b {
        true => (format!("`{a}` is correlated with itself"), "name two quantities"),
        false => (
            format!("`{a}` and `{b}` share one draw, so their correlation is 1"),
            "give each element a draw of its own with `each`, or name other quantities",
        ),
    };
    Diagnostic::error(Code::Correlate, message).at(span, "one random quantity").help(help)
}

/// Reports a pair that two statements correlate, or one statement twice.
pub(in crate::check) fn correlated_twice(span: Span, first: Span, a: &str, b: &str) -> Diagnostic {
    let message = format!("the correlation of `{a}` and `{b}` is given twice");
    let found = Diagnostic::error(Code::Correlate, message).at(span, "given again");
    let found = if first == span { found } else { found.and(first, "given here") };
    found.help("keep one of the two; name single elements in place of `*` where they differ")
}

/// Reports a correlation of a quantity that is drawn once with one that is drawn each year; the names are equal where
/// one quantity has both.
pub(in crate::check) fn drawn_unequally(span: Span, a: &str, b: &str) -> Diagnostic {
    let message = match a == b {
        true => {
            format!("`{a}` has a distribution that is drawn once and one that is drawn each year")
        }
        false => format!("one of `{a}` and `{b}` is drawn once, the other one each year"),
    };
    Diagnostic::error(Code::Correlate, message)
        .at(span, "once and each year")
        .note("a number that is drawn once has no partner among the draws of several years")
        .help("write `each year` after both distributions, or after neither")
}

pub(in crate::check) fn unequal_counts(
    span: Span,
    (a, b): (&str, &str),
    (count, other): (usize, usize),
) -> Diagnostic {
    let several =
        |n: usize| if n == 1 { "1 distribution".to_owned() } else { format!("{n} distributions") };
    let message = format!("`{a}` has {} and `{b}` has {}", several(count), several(other));
    Diagnostic::error(Code::Correlate, message)
        .at(span, "unequal numbers")
        .note("the first distribution of one is correlated with the first of the other, the second with the second")
        .help("give each distribution a parameter of its own, and correlate the parameters")
}

pub(in crate::check) fn falls(span: Span, name: &str) -> Diagnostic {
    let message = format!(
        "`{name}` falls where its distribution rises, so the correlation would change its sign"
    );
    Diagnostic::error(Code::Correlate, message)
        .at(span, "opposite direction")
        .help("move the minus into the distribution: `normal(-2, 1)` in place of `-normal(2, 1)`")
}

pub(in crate::check) fn drawn_in_loop(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` has a draw for each element of a sum and cannot be correlated");
    Diagnostic::error(Code::Correlate, message)
        .at(span, "several draws")
        .help("declare `param NAME[SET] = DISTRIBUTION`, read it in the sum, and write NAME in `correlate`")
}

pub(in crate::check) fn too_many_correlated(span: Span, most: usize, draws: usize) -> Diagnostic {
    let message = format!(
        "the script correlates more than {} random quantities, or {} of all years, the limit",
        grouped(most),
        grouped(draws)
    );
    Diagnostic::error(Code::Correlate, message)
        .at(span, "over the limit")
        .help("correlate fewer quantities: let several share a common parameter")
}
