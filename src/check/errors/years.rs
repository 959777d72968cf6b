//! Messages about the horizon, years and paths.

use super::grouped;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn reversed_years(span: Span, from: f64, to: f64) -> Diagnostic {
    if from == to {
        return Diagnostic::error(
            Code::ReversedYears,
            format!("the years {from}..{to} are one year"),
        )
        .at(span, "two years required")
        .help(format!("write a later last year, such as `{from}..{}`", to + 1.0));
    }
    let message = format!("the last year {to} is before the first year {from}");
    Diagnostic::error(Code::ReversedYears, message)
        .at(span, "years reversed")
        .help(format!("write `{to}..{from}`"))
}

/// Warns of a horizon whose years have two digits: `years 24..30`.
pub(in crate::check) fn short_years(span: Span, from: i32, to: i32) -> Diagnostic {
    let edit = format!("{}..{}", 2000 + from, 2000 + to);
    Diagnostic::warning(Code::NotAYear, format!("{from} and {to} have two digits; a year has four"))
        .at(span, "years?")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports the years of `cagr` in the wrong order; `edit` is the call with the earlier year first.
pub(in crate::check) fn reversed_growth(span: Span, from: i32, to: i32, edit: &str) -> Diagnostic {
    if from == to {
        return reversed_years(span, f64::from(from), f64::from(to));
    }
    let message = format!("the last year {to} is before the first year {from}");
    Diagnostic::error(Code::ReversedYears, message)
        .at(span, "years reversed")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a year in a list of values; `edit` is the list with the year after `in`.
pub(in crate::check) fn year_as_value(span: Span, whole: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(
        Code::Syntax,
        "a year in a list of values is a number; the years of a query follow `in`",
    )
    .at(span, "a year?")
    .help(format!("write `{edit}`"))
    .fix(whole, edit)
}

/// Reports two points of a path whose years do not rise; `sorted` is all points in order, and its place.
pub(in crate::check) fn points_out_of_order(
    (span, year): (Span, f64),
    (before, previous): (Span, f64),
    sorted: Option<(Span, String)>,
) -> Diagnostic {
    if year == previous {
        return Diagnostic::error(Code::Duplicate, format!("two points give the year {year}"))
            .at(span, "second point")
            .and(before, "first point")
            .help("remove one of the two");
    }
    let message = format!("the points are out of order: {year} follows {previous}");
    let found = Diagnostic::error(Code::ReversedYears, message)
        .at(span, "an earlier year")
        .and(before, "a later year");
    match sorted {
        Some((place, edit)) => found.help(format!("write `[{edit}]`")).fix(place, edit),
        None => found.help("write the points in the order of their years"),
    }
}

/// Reports a move without `over`; `years` are years that follow it otherwise, `in 2026..2029`, and their place.
pub(in crate::check) fn path_without_years(
    span: Span,
    value: &str,
    years: Option<(Span, &str)>,
    (first, last): (i32, i32),
) -> Diagnostic {
    let found = Diagnostic::error(Code::PathWithoutYears, "`->` requires the years of the move")
        .at(span, "no `over`");
    match years {
        Some((place, years)) => {
            let edit = format!("over {years}");
            found.help(format!("write `{value} {edit}`")).fix(place, edit)
        }
        None => {
            let edit = format!("{value} over {first}..{last}");
            found.help(format!("write `{edit}`, or other years of the move")).fix(span, edit)
        }
    }
}

pub(in crate::check) fn step_without_year(span: Span) -> Diagnostic {
    Diagnostic::error(Code::StepWithoutYear, "`then` requires the year from which the value holds")
        .at(span, "no `from`")
        .help("write `then VALUE from YEAR`")
}

/// Reports a number that is not a whole year near the horizon `years`.
pub(in crate::check) fn not_a_year(span: Span, year: f64, years: (i32, i32)) -> Diagnostic {
    let whole = year.fract() == 0.0;
    let message = match whole {
        true => format!("the year {year} is far from {}..{}", years.0, years.1),
        false => format!("{year} is not a whole calendar year"),
    };
    let near = (f64::from(years.0)..=f64::from(years.1)).contains(&year.trunc());
    let example = if near { year.trunc() } else { f64::from(years.0) };
    Diagnostic::error(Code::NotAYear, message)
        .at(span, "not a year")
        .help(format!("write a year such as `{example}`"))
}

/// Reports a date where a year is required: `2026-07-01` is a subtraction.
pub(in crate::check) fn date_as_year(span: Span, text: &str, years: (i32, i32)) -> Diagnostic {
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
    let meant = numbers.max().unwrap_or(years.0);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // `2026-2029` is a range as many write it.
    if let Some((from, to)) = text.split_once('-')
        && let (Ok(from), Ok(to)) = (from.trim().parse::<i32>(), to.trim().parse::<i32>())
        && (1000..to).contains(&from)
    {
        return Diagnostic::error(
            Code::NotAYear,
            format!("`{text}` is read as a calculation; a year is required"),
        )
        .at(span, "not a year")
        .help(format!("write the years `{from}..{to}`"))
        .fix(span, format!("{from}..{to}"));
    }
    Diagnostic::error(
        Code::NotAYear,
        format!("`{text}` is read as a calculation; a year is required"),
    )
    .at(span, "not a year")
    .help(format!("write a year such as `{meant}`: values are for whole years"))
    .fix(span, meant.to_string())
}

pub(in crate::check) fn fractional_lag(span: Span, step: f64) -> Diagnostic {
    Diagnostic::error(
        Code::NotAYear,
        format!("a lag or lead must be whole years, not {}", step.abs()),
    )
    .at(span, "not whole years")
    .help(format!("write whole years, such as `t-{}`", step.abs().trunc().max(1.0)))
}

/// Reports two legs of a path, the second of which begins before the first has ended.
pub(in crate::check) fn legs_out_of_order(span: Span, from: f64, before: f64) -> Diagnostic {
    let message =
        format!("a part of the path begins in {from}, before the part up to {before} ends");
    Diagnostic::error(Code::ReversedYears, message)
        .at(span, "begins too early")
        .help("write the parts of a path in the order of their years, without overlaps")
}

pub(in crate::check) fn not_a_time(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NotAYear, "the last index is not a year")
        .at(span, "not a year")
        .help("write `t`, `first`, `last`, a year, or a lag with its number, such as `t-1`")
}

/// For a lag whose length is computed, or a parameter with several values.
pub(in crate::check) fn lag_not_known(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::NotConstant, format!("the lag `{name}` must be known before the run"))
        .at(span, "length not known")
        .help(format!(
            "give it as one whole number, `param {name} = 2`, or write a number, such as `t-2`"
        ))
}

/// For a change of a parameter that is the length of a lag.
pub(in crate::check) fn lag_changed(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is the length of a lag and must be the same in all runs");
    Diagnostic::error(Code::NotConstant, message)
        .at(span, "changes a lag")
        .help(format!("change `param {name} = ...` itself, or write the equation with another lag in the scenario, such as `x = y[t-3]`"))
}

/// Reports a year outside the horizon; `edit` is the reading with a lag if one was probably meant.
pub(in crate::check) fn year_outside(
    span: Span,
    year: i32,
    years: (i32, i32),
    edit: Option<String>,
) -> Diagnostic {
    let message = format!("the year {year} lies outside {}..{}", years.0, years.1);
    let found = Diagnostic::error(Code::YearOutside, message).at(span, "outside the horizon");
    if let Some(edit) = edit {
        // `x[-1]` is the last value in Python.
        return found
            .help(format!("for an earlier year, write `{edit}`"))
            .help(format!("for the last year of the script, write `{}`", to_last(&edit)))
            .fix(span, edit);
    }
    found.help(format!("write a year from {} to {}, or widen `years`", years.0, years.1))
}

/// Reports the place of a year in a list: `x[1]` for the first year.
pub(in crate::check) fn year_as_position(
    span: Span,
    year: i32,
    (first, last): (i32, i32),
    edit: &str,
) -> Diagnostic {
    Diagnostic::error(Code::YearOutside, format!("the year {year} lies outside {first}..{last}"))
        .at(span, "a place in a list?")
        .help(format!("write `{edit}`: a year has its number, not its place"))
        .fix(span, edit)
}

/// Reports a year after the horizon as [`year_outside`] does; `place` is that of the statement `years`.
pub(in crate::check) fn year_after(
    span: Span,
    year: i32,
    years: (i32, i32),
    place: Span,
) -> Diagnostic {
    let edit = format!("years {}..{year}", years.0);
    let message = format!("the year {year} lies outside {}..{}", years.0, years.1);
    Diagnostic::error(Code::YearOutside, message)
        .at(span, "outside the horizon")
        .help(format!("write `{edit}`, or a year up to {}", years.1))
        .fix(place, edit)
}

pub(in crate::check) fn horizon(span: Span, years: i32, most: i32) -> Diagnostic {
    let [years, most] = [years, most].map(|count| grouped(u128::from(count.unsigned_abs())));
    let message = format!("the script covers {years} years; the limit is {most}");
    Diagnostic::error(Code::LimitHorizon, message)
        .at(span, "too long")
        .help(format!("write at most {most} years, such as `years 2024..2035`"))
}

pub(in crate::check) fn no_years(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NoYears, "the script does not say which years it covers")
        .at(span, "`years` missing before this")
        .help("write `years 2024..2035` at the top")
}

/// A value for a year in its index and for other years after `in`; `lines` are the two lines that may be meant.
pub(in crate::check) fn two_years(
    (index, year): (Span, &str),
    (window, years): (Span, &str),
    lines: (String, String),
) -> Diagnostic {
    let message = format!("the value is for {year} in the index and for {years} after `in`");
    Diagnostic::error(Code::Duplicate, message)
        .at(index, "one year")
        .at(window, "other years")
        .help(format!("write `{}` for {year}, or `{}` for {years}", lines.0, lines.1))
}

/// Returns a reading of an earlier year as one of the last year: `x[last]` for `x[t-1]`.
fn to_last(edit: &str) -> String {
    edit.rfind("t-")
        .and_then(|at| edit.get(..at))
        .map_or(edit.to_owned(), |head| format!("{head}last]"))
}
