//! Messages about equations: indices, cells and their definitions.

use super::{grouped, indexed, letters, list};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Reports a reading without its index; `edit` is the line with the index on both sides, and its place.
pub(in crate::check) fn missing_index(
    span: Span,
    name: &str,
    sets: &[String],
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = format!("`{name}` requires an index for {}", sets.join(" and "));
    let found = Diagnostic::error(Code::MissingIndex, message).at(span, "index missing");
    if let Some((line, edit)) = edit {
        let stars = vec!["*".to_owned(); sets.len()];
        return found
            .help(format!("write `{edit}`"))
            .note(format!("for the sum of all elements, write `sum({})`", indexed(name, &stars)))
            .fix(line, edit);
    }
    found.help(format!(
        "write `{}` if the left side has the index `[{}]`; for the sum of all elements, write `sum({})`",
        indexed(name, &letters(sets)),
        axes_of(sets),
        indexed(name, &vec!["*".to_owned(); sets.len()])
    ))
}

/// Returns sets with their index letters, as a declaration writes them: `p: partner, s: sector`.
fn axes_of(sets: &[String]) -> String {
    let named = letters(sets).into_iter().zip(sets).map(|(letter, set)| format!("{letter}: {set}"));
    named.collect::<Vec<_>>().join(", ")
}

pub(in crate::check) fn wrong_indices(
    span: Span,
    name: &str,
    sets: &[String],
    found: usize,
) -> Diagnostic {
    Diagnostic::error(
        Code::WrongIndices,
        match sets.len() {
            0 => format!("`{name}` takes no index except a year; {found} are given"),
            1 => format!("`{name}` takes 1 index, and a year if needed; {found} are given"),
            n => format!("`{name}` takes {n} indices, and a year if needed; {found} are given"),
        },
    )
    .at(span, "wrong number of indices")
    .help(format!("write `{}`", indexed(name, &letters(sets))))
}

/// Reports a reading that leaves sets out, `exports[China]`; `edit` is the reading with their indices or their sum.
pub(in crate::check) fn sets_left_out(
    span: Span,
    name: &str,
    sets: &[String],
    edit: &str,
) -> Diagnostic {
    let message = format!("`{name}` has an index for each of {}, and a year last", list(sets));
    Diagnostic::error(Code::WrongIndices, message)
        .at(span, "wrong number of indices")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

pub(in crate::check) fn star_outside(span: Span) -> Diagnostic {
    Diagnostic::error(Code::StarOutside, "`*` is used outside a reduction")
        .at(span, "outside a reduction")
        .help("write `sum(...)` around the term, or an element in place of `*`")
}

pub(in crate::check) fn range_index(span: Span) -> Diagnostic {
    Diagnostic::error(Code::RangeIndex, "an index must be one element; this is a range")
        .at(span, "a range")
        .help("write one element, or `*` within `sum(...)`")
}

/// Reports `1,200`, which the grammar reads as two values.
pub(in crate::check) fn thousands(span: Span, written: &str) -> Diagnostic {
    let edit = written.replace(',', "_");
    Diagnostic::error(Code::Syntax, format!("`{written}` is read as two values"))
        .at(span, "thousands?")
        .help(format!(
            "write `{edit}` for one number, or `{}` for two values",
            written.replace(',', ", ")
        ))
        .fix(span, edit)
}

/// Reports a quantity without indices beside one of its elements.
pub(in crate::check) fn mixed_indices(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MissingIndex,
        format!(
            "`{name}` without an index stands for each element, beside one element of `{name}`"
        ),
    )
    .at(span, "each element")
    .help(format!("write `sum({name})` for the sum; for each element, write `*` as its index"))
    .fix(span, format!("sum({name})"))
}

/// Reports elements in place of a year: `exports[China, Turkey]`; `edit` is the sum of the elements.
pub(in crate::check) fn second_element(
    span: Span,
    name: &str,
    count: usize,
    edit: Option<&str>,
) -> Diagnostic {
    let indices = if count == 1 { "one index".to_owned() } else { format!("{count} indices") };
    let found = Diagnostic::error(
        Code::WrongIndices,
        format!("`{name}` has {indices}, and a year may follow; this is an element"),
    )
    .at(span, "an element");
    match edit {
        Some(edit) => found.help(format!("write `{edit}` for the sum of both")),
        None => found.help("write one index for each set of the quantity"),
    }
}

/// For `sum(x[2025..2030])`; `call` is the span of the reduction, and `edit` the reduction over these years.
pub(in crate::check) fn year_range(span: Span, call: Span, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::RangeIndex, "an index must be one year; this is a range")
        .at(span, "a range")
        .help(format!("write `{edit}`"))
        .fix(call, edit)
}

pub(in crate::check) fn index_of_other_set(
    span: Span,
    name: &str,
    found: &str,
    required: &str,
) -> Diagnostic {
    Diagnostic::error(
        Code::WrongSet,
        format!("`{name}` ranges over `{found}`; an element of `{required}` is required"),
    )
    .at(span, "index of another set")
    .help(format!("write an index or element of `{required}`, or `*` within `sum(...)`"))
}

pub(in crate::check) fn cells(span: Span, asked: u128, most: u128) -> Diagnostic {
    Diagnostic::error(
        Code::LimitCells,
        format!("the model has {} cells; the limit is {}", grouped(asked), grouped(most)),
    )
    .at(span, "over the limit")
    .help("make a set or the horizon smaller")
}

/// Reports too many terms; `of` names the object that has them: one value, or all values of the run.
pub(in crate::check) fn terms(span: Span, count: u128, most: u128, of: &str) -> Diagnostic {
    let (count, most) = (grouped(count), grouped(most));
    let message = format!("the sums of {of} have {count} terms; the limit is {most}");
    Diagnostic::error(Code::LimitTerms, message)
        .at(span, "most of the terms")
        .help("make a set smaller, or compute a sum that does not depend on the outer index once, in a `var` of its own")
}

pub(in crate::check) fn asked(span: Span, asked: u128, most: u128) -> Diagnostic {
    Diagnostic::error(
        Code::LimitCells,
        format!("the queries ask for {} values; the limit is {}", grouped(asked), grouped(most)),
    )
    .at(span, "over the limit")
    .help("ask for fewer elements, years or scenarios, or remove queries")
}

/// Reports an equation of a given quantity; `edit` is the line as a change of a scenario, and its place.
pub(in crate::check) fn given_and_computed(
    span: Span,
    name: &str,
    first: Span,
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = format!("`{name}` has a given value and cannot have an equation");
    let found = Diagnostic::error(Code::Duplicate, message)
        .at(span, "equation")
        .and(first, "declared here");
    match edit {
        Some((line, edit)) => {
            found.help(format!("write `{edit}`, or declare it with `var {name}`")).fix(line, edit)
        }
        None => {
            found.help(format!("declare it with `var {name}`, or replace its value in a scenario"))
        }
    }
}

/// Reports an equation with the operator of another kind of quantity; `edit` is the line as a change of a scenario, and
/// its place.
pub(in crate::check) fn wrong_operator(
    span: Span,
    name: &str,
    operator: &str,
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = format!("`{name}` requires the operator `{operator}`");
    let found = Diagnostic::error(Code::WrongSign, message).at(span, "wrong operator").help(format!(
        "write `{name} {operator} ...`: a `var` takes `=`, a `total` takes `+=`, a `factor` takes `*=`"
    ));
    match edit {
        Some((line, edit)) => Diagnostic {
            help: vec![format!("to change it in a scenario, write `{edit}`")],
            notes: vec![
                "a `var` takes `=`, a `total` takes `+=`, a `factor` takes `*=`".to_owned(),
            ],
            ..found
        }
        .fix(line, edit),
        None => found,
    }
}

pub(in crate::check) fn no_equation(span: Span, name: &str, sets: &[String]) -> Diagnostic {
    Diagnostic::error(Code::NoEquation, format!("`{name}` has no equation"))
        .at(span, "declared here")
        .help(format!("write `{} = ...`", indexed(name, &letters(sets))))
}

/// Reports a cell without a value; `place` names the cell, and `edit` the text to add.
pub(in crate::check) fn gap(span: Span, place: &str, year: i32, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::Gap, format!("`{place}` has no value in {year}"))
        .at(span, "value missing")
        .help(edit.to_owned())
}

/// Reports two equations of a value; `edit` makes one of them the value of the first year: help, place and text.
pub(in crate::check) fn defined_twice(
    span: Span,
    first: Span,
    (place, year): (&str, i32),
    edit: Option<(String, Span, String)>,
) -> Diagnostic {
    let found =
        Diagnostic::error(Code::DefinedTwice, format!("`{place}` has two definitions in {year}"))
            .at(span, "second definition")
            .and(first, "first definition");
    match edit {
        Some((help, left, edit)) => found.help(help).fix(left, edit),
        None => found.help("remove one of the two, or name an element or a year in one; the more specific one is used"),
    }
}

/// Reports a reading outside the horizon: in `year` the equation of `own` reads `name` in the year `wanted`.
pub(in crate::check) fn lag(
    (span, at): (Span, Span),
    name: &str,
    own: &str,
    (year, wanted): (i32, i32),
    years: (i32, i32),
) -> Diagnostic {
    let (code, problem) = match wanted < years.0 {
        true => (Code::LagBeforeStart, format!("before the first year {}", years.0)),
        false => (Code::LeadAfterEnd, format!("after the last year {}", years.1)),
    };
    Diagnostic::error(code, format!("`{own}` in {year} reads `{name}` in {wanted}, {problem}"))
        .at(span, format!("reads {wanted}"))
        .and(at, "in this equation")
}

/// Adds the values that an equation with readings outside the horizon needs, one for each year.
pub(in crate::check) fn with_values(
    found: Diagnostic,
    (own, sets): (&str, &[String]),
    needed: &[i32],
    years: (i32, i32),
) -> Diagnostic {
    const MOST: usize = 6;
    let value = |year: &i32| {
        let place = match *year {
            year if year == years.0 => "first".to_owned(),
            year if year == years.1 => "last".to_owned(),
            year => year.to_string(),
        };
        format!("`{} = ...`", indexed(own, &[letters(sets).as_slice(), &[place]].concat()))
    };
    let kind = if found.code == Code::LagBeforeStart { "starting" } else { "terminal" };
    let plural = if needed.len() > 1 { "s" } else { "" };
    let values: Vec<String> = needed.iter().take(MOST).map(value).collect();
    let more = match needed {
        [.., last] if needed.len() > MOST => format!(", and so on until {last}"),
        _ => String::new(),
    };
    found.help(format!("give the {kind} value{plural}: {}{more}", values.join(", ")))
}
