//! Warnings about values that are unlikely for what they mean.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

fn unlikely(span: Span, message: String, label: &str) -> Diagnostic {
    Diagnostic::warning(Code::UnlikelyValue, message).at(span, label)
}

/// Warns of a duty below 0. `change` is the name of the value in a scenario that lowers it by `fall` per cent.
pub(in crate::check) fn duty_below_zero(
    span: Span,
    name: &str,
    percent: f64,
    change: Option<&str>,
    fall: f64,
) -> Diagnostic {
    let found = unlikely(span, format!("`{name}` is {percent}%, a subsidy"), "below 0");
    match change {
        Some(change) if fall > 0.0 && fall <= 100.0 => found.help(format!(
            "to lower the rate by {fall}% of its value, write `{change} *= 1 - {fall}%`; for a subsidy leave the line"
        )),
        Some(_) => found.help("write a smaller fall; for a subsidy leave the line"),
        None => found.help(format!("write `{}%`; for a subsidy leave the line", -percent)),
    }
}

/// Warns of a very high growth in all years.
pub(in crate::check) fn growth_too_high(span: Span, name: &str, percent: f64) -> Diagnostic {
    let message = format!("`{name}` is {percent}% in every year");
    let found = unlikely(span, message, "growth or index?");
    let rise = ((percent - 100.0) * 1e6).round() / 1e6;
    match rise > 0.0 && rise <= 50.0 {
        true => found
            .help(format!("write `{rise}%` if {percent}% is the value of the year before"))
            .fix(span, format!("{rise}%")),
        false => found.help("write the growth of one year, such as `5%`"),
    }
}

/// Warns of `elasticity: -1.5%`; `written` is the text without the sign.
pub(in crate::check) fn number_in_percent(
    span: Span,
    name: &str,
    text: &str,
    written: &str,
) -> Diagnostic {
    let message = format!("`{name}` is a number, and {text} is a hundredth of {written}");
    unlikely(span, message, "without `%`?").help(format!("write `{written}`")).fix(span, written)
}

/// Warns of an amount of trade, investment or debt below 0.
pub(in crate::check) fn amount_below_zero(span: Span, name: &str, text: &str) -> Diagnostic {
    let found = unlikely(span, format!("`{name}` is below 0"), "below 0");
    let plain = text.strip_prefix('-').filter(|plain| !plain.contains(['-', '+', '*', '/']));
    match plain {
        Some(plain) => found
            .help(format!("write `{plain}`: imports too are written as positive amounts"))
            .fix(span, plain),
        None => found.help("write a positive amount: imports too are written as positive amounts"),
    }
}

/// Warns of a plant that is built after the year in which it opens; `opens` is the field with that year.
pub(in crate::check) fn built_after_opening(span: Span, name: &str, opens: &str) -> Diagnostic {
    let message = format!("`{name}`, the year in which building begins, is after `{opens}`");
    unlikely(span, message, "after the opening").help(format!(
        "write a year before `{opens}`; a plant that closes has a step to 0 in its capacity"
    ))
}

/// Warns of a corridor that saves more days than there are on the way; `days` is the field with these.
pub(in crate::check) fn more_days_saved(span: Span, name: &str, days: &str) -> Diagnostic {
    let message =
        format!("`{name}` is more than `{days}`, the days on the way without the corridor");
    unlikely(span, message, "more than there are")
        .help(format!("write at most the days of `{days}`, or correct these"))
}
