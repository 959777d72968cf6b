//! Equations: indices, cells and what defines them.

use super::{indexed, letters};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

pub(in crate::check) fn missing_index(span: Span, name: &str, sets: &[String]) -> Diagnostic {
    Diagnostic::error(
        Code::MissingIndex,
        format!("`{name}` requires an index for {}", sets.join(" and ")),
    )
    .at(span, "index missing")
    .help(format!(
        "write `{}`, or `sum({})` for all",
        indexed(name, &letters(sets)),
        indexed(name, &vec!["*".to_owned(); sets.len()])
    ))
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
            0 => format!("`{name}` has no index but the year; here are {found}"),
            1 => format!("`{name}` has 1 index, and perhaps a year; here are {found}"),
            n => format!("`{name}` has {n} indices, and perhaps a year; here are {found}"),
        },
    )
    .at(span, "wrong number of indices")
    .help(format!("write `{}`", indexed(name, &letters(sets))))
}

pub(in crate::check) fn star_outside(span: Span) -> Diagnostic {
    Diagnostic::error(Code::StarOutside, "`*` stands outside a reduction")
        .at(span, "which element?")
        .help("write `sum(...)` around it, or an index")
}

pub(in crate::check) fn range_index(span: Span) -> Diagnostic {
    Diagnostic::error(Code::RangeIndex, "a range stands where one element is required")
        .at(span, "one element here")
        .help("write one element, or `*` within `sum(...)`")
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
        format!("the model asks for {asked} cells; the limit is {most}"),
    )
    .at(span, "one too many")
    .help("make a set or the horizon smaller")
}

pub(in crate::check) fn asked(span: Span, asked: u128, most: u128) -> Diagnostic {
    Diagnostic::error(
        Code::LimitCells,
        format!("the queries ask for {asked} values; the limit is {most}"),
    )
    .at(span, "one too many")
    .help("name fewer scenarios after `for`, or remove queries")
}

pub(in crate::check) fn given_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("`{name}` is given, and has an equation too"))
        .at(span, "equation")
        .and(first, "given here")
        .help(format!("declare it with `var {name}`, or replace its value in a scenario"))
}

pub(in crate::check) fn wrong_sign(span: Span, name: &str, sign: &str) -> Diagnostic {
    Diagnostic::error(Code::WrongSign, format!("`{name}` requires `{sign}`")).at(span, "wrong sign").help(format!("write `{name} {sign} ...`: a var is defined with `=`, a total takes `+=`, a factor `*=`"))
}

pub(in crate::check) fn no_equation(span: Span, name: &str, sets: &[String]) -> Diagnostic {
    Diagnostic::error(Code::NoEquation, format!("`{name}` has no equation"))
        .at(span, "declared here")
        .help(format!("write `{} = ...`", indexed(name, &letters(sets))))
}

/// A cell without a value; `edit` is what to add.
pub(in crate::check) fn gap(span: Span, place: &str, year: i32, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::Gap, format!("`{place}` has no value in {year}"))
        .at(span, "a cell is missing")
        .help(edit.to_owned())
}

pub(in crate::check) fn defined_twice(
    span: Span,
    first: Span,
    place: &str,
    year: i32,
) -> Diagnostic {
    Diagnostic::error(Code::DefinedTwice, format!("`{place}` has two definitions in {year}"))
        .at(span, "defines it again")
        .and(first, "defines it")
        .help("name the element or year in one of them; the closer one holds")
}

pub(in crate::check) fn lag(
    span: Span,
    at: Span,
    name: &str,
    sets: &[String],
    year: i32,
    years: (i32, i32),
) -> Diagnostic {
    if year < years.0 {
        Diagnostic::error(
            Code::LagBeforeStart,
            format!("`{name}` is read in {year}, before the first year {}", years.0),
        )
        .at(span, format!("reads {year}"))
        .help(format!(
            "give the starting value: `{} = ...`",
            indexed(name, &[letters(sets).as_slice(), &["first".to_owned()]].concat())
        ))
    } else {
        Diagnostic::error(
            Code::LeadAfterEnd,
            format!("`{name}` is read in {year}, after the last year {}", years.1),
        )
        .at(span, format!("reads {year}"))
        .help(format!(
            "give the terminal value: `{} = ...`",
            indexed(name, &[letters(sets).as_slice(), &["last".to_owned()]].concat())
        ))
    }
    .and(at, "in this equation")
}
