//! What the check finds wrong, in one place so that the texts agree.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

fn near(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

/// The nearest name, or what to write where none is near.
fn near_or(diagnostic: Diagnostic, name: Option<&str>, otherwise: String) -> Diagnostic {
    match name {
        Some(_) => near(diagnostic, name),
        None => diagnostic.help(otherwise),
    }
}

/// How index letters stand for sets: the first letter, or the whole name where two begin alike.
fn letters(sets: &[String]) -> Vec<String> {
    let letter = |set: &String| set.chars().next().map_or(String::new(), |c| c.to_string());
    let alike = |a: &String| sets.iter().filter(|b| letter(a) == letter(b)).count() > 1;
    sets.iter().map(|set| if alike(set) { set.clone() } else { letter(set) }).collect()
}

fn list(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 12;
    let mut shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    if names.len() > MOST {
        shown.push("...");
    }
    shown.join(", ")
}

fn indexed(name: &str, sets: &[String]) -> String {
    if sets.is_empty() { name.to_owned() } else { format!("{name}[{}]", sets.join(", ")) }
}

pub(super) fn unit_mismatch(span: Span, found: &str, required: &str, what: &str) -> Diagnostic {
    Diagnostic::error("unit-mismatch", format!("{what} requires {required}; this is {found}"))
        .at(span, format!("this is {found}"))
        .help(match required {
            "a condition" => "write a comparison, as `x >= 0`".to_owned(),
            "a percentage" => "write it with `%`".to_owned(),
            "a year" => "write a calendar year, as `2030`".to_owned(),
            "a number" => "divide by a value of the same unit, or take the unit away".to_owned(),
            _ => format!("write a value that is {required}"),
        })
}

/// A number without the unit that its place requires; `edit` is the number with it.
pub(super) fn unit_missing(
    span: Span,
    found: &str,
    required: &str,
    what: &str,
    edit: &str,
) -> Diagnostic {
    let mut found = unit_mismatch(span, found, required, what);
    found.help = vec![format!("write `{edit}`")];
    found
}

/// An amount and a percentage added.
pub(super) fn amount_and_percent(
    at: (Span, &str),
    and: (Span, &str),
    what: &str,
    edit: Option<&str>,
) -> Diagnostic {
    let found = mismatch(at.0, at.1, and.0, and.1, what);
    match edit {
        Some(edit) => Diagnostic {
            help: vec![format!("to change it by a percentage, write `{edit}`")],
            ..found
        },
        None => found,
    }
}

pub(super) fn mismatch(at: Span, x: &str, and: Span, y: &str, what: &str) -> Diagnostic {
    Diagnostic::error("unit-mismatch", format!("{what} require one unit; here are {x} and {y}"))
        .at(at, x)
        .and(and, y)
        .help("give both the same unit, or multiply by what converts one into the other")
}

pub(super) fn table_in_expression(span: Span) -> Diagnostic {
    Diagnostic::error("table-in-expression", "a table or map stands inside an expression")
        .at(span, "not a single value")
        .help("give it to a `param` with an index and read that")
}

pub(super) fn overflow(span: Span) -> Diagnostic {
    Diagnostic::error("number-range", "the number is too large to be kept")
        .at(span, "too large")
        .help("use a larger unit")
}

/// `currency` is the script's, if it names one.
pub(super) fn unknown_unit(
    span: Span,
    name: &str,
    meant: Option<&str>,
    currency: &str,
) -> Diagnostic {
    let money = name.chars().count() == 3 && name.chars().all(char::is_uppercase);
    let otherwise = match (money, currency) {
        (true, "") => format!("write `currency {name}` at the top"),
        (true, first) => {
            format!(
                "declare it with its rate, as `currency {name} = 1.1 {first}`, or `unit {name}`"
            )
        }
        _ => format!("declare it: `unit {name}`"),
    };
    near_or(
        Diagnostic::error("unknown-unit", format!("`{name}` is not a unit"))
            .at(span, "unknown unit"),
        meant,
        otherwise,
    )
}

pub(super) fn unknown_name(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near_or(
        Diagnostic::error("unknown-name", format!("nothing is called `{name}`"))
            .at(span, "unknown name"),
        meant,
        match name.chars().all(|c| c.is_uppercase() || c.is_numeric()) {
            true => format!("declare it: `unit {name}`, or `param {name} = ...`"),
            false => {
                format!("declare it: `param {name} = ...` if given, `var {name}` if computed")
            }
        },
    )
}

pub(super) fn unknown_set(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near_or(
        Diagnostic::error("unknown-set", format!("there is no set `{name}`"))
            .at(span, "unknown set"),
        meant,
        format!("declare it: `set {name} = first, second`"),
    )
}

pub(super) fn unknown_element(
    span: Span,
    name: &str,
    set: &str,
    meant: Option<&str>,
    other: Option<&str>,
    members: &[&str],
) -> Diagnostic {
    near_or(
        Diagnostic::error("unknown-element", format!("`{name}` is not in the set `{set}`"))
            .at(span, "not an element"),
        meant,
        match other {
            Some(other) => format!("`{name}` is an element of `{other}`; name one of `{set}`"),
            None => format!("take it out, or add it: `set {set} = ..., {name}`"),
        },
    )
    .note(format!("`{set}` has {}", list(members)))
}

/// An index letter that nothing binds, or a set's name where an element is required.
pub(super) fn unbound_index(span: Span, name: &str, set: &str, members: &[&str]) -> Diagnostic {
    let found = Diagnostic::error("unknown-element", format!("`{name}` is not in the set `{set}`"))
        .at(span, "not an element")
        .note(format!("`{set}` has {}", list(members)));
    if name == set {
        return found.help("write an element, or `*` for all of them");
    }
    found.help(format!(
        "an index is bound on the left side, as `x[{name}] = ...`, or by `sum({name} in {set}: ...)`"
    ))
}

/// A lag written as a call: `x(-1)`, `lag(x)`.
pub(super) fn lag_as_call(span: Span, name: &str, quantity: &str, sets: &[String]) -> Diagnostic {
    let indices = [letters(sets).as_slice(), &["t-1".to_owned()]].concat().join(", ");
    Diagnostic::error("unknown-function", format!("there is no function `{name}`"))
        .at(span, "unknown function")
        .help(format!("for last year's value, write `{quantity}[{indices}]`"))
}

pub(super) fn if_as_call(span: Span) -> Diagnostic {
    Diagnostic::error("unknown-function", "`if` is not a function")
        .at(span, "written as a call")
        .help("write `if CONDITION then VALUE else VALUE`")
}

pub(super) fn unknown_function(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-function", format!("there is no function `{name}`"))
            .at(span, "unknown function"),
        meant,
    )
}

/// `known` are the kinds that the script has; without any, it uses no library.
pub(super) fn unknown_kind(
    span: Span,
    name: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let found =
        Diagnostic::error("unknown-kind", format!("there is no kind of block called `{name}`"))
            .at(span, "unknown kind");
    if known.is_empty() {
        return found.help(
            "write `use trade` at the top for exports, imports, tariff and the other kinds of trade",
        );
    }
    near(found, meant).note(format!("the kinds are {}", list(known)))
}

pub(super) fn unknown_scenario(
    span: Span,
    name: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let found = near(
        Diagnostic::error("unknown-scenario", format!("there is no scenario `{name}`"))
            .at(span, "unknown scenario"),
        meant,
    );
    match (meant, known) {
        (Some(_), _) => found,
        (None, []) => found.help(format!("declare it: `scenario {name} {{ ... }}`")),
        (None, known) => found.note(format!("the scenarios are {}", list(known))),
    }
}

pub(super) fn unknown_lever(
    span: Span,
    name: &str,
    meant: Option<&str>,
    given: Option<Span>,
) -> Diagnostic {
    let found = Diagnostic::error("unknown-lever", format!("there is no lever `{name}`"));
    match given {
        Some(given) => found
            .at(span, "not a lever")
            .and(given, "a value")
            .help(format!("`without` takes levers out; to change a value, write `{name} = ...`")),
        None => near_or(
            found.at(span, "unknown lever"),
            meant,
            "write the name of a lever, the second word of its head".to_owned(),
        ),
    }
}

pub(super) fn unknown_source(span: Span, key: &str, meant: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error("unknown-source", format!("there is no source `{key}`"))
        .at(span, "unknown source");
    match meant {
        Some(meant) => found.help(format!("did you mean `@{meant}`?")),
        None => found.help(format!("declare it: `source {key} \"Author, title, year\"`")),
    }
}

pub(super) fn unknown_field(
    span: Span,
    name: &str,
    kind: &str,
    meant: Option<&str>,
    fields: &[&str],
) -> Diagnostic {
    near(
        Diagnostic::error("unknown-field", format!("`{kind}` has no field `{name}`"))
            .at(span, "unknown field"),
        meant,
    )
    .note(format!("`{kind}` has {}", list(fields)))
}

/// `edit` is the binding with the preposition whose set has the element.
pub(super) fn unknown_binding(
    span: Span,
    word: &str,
    kind: &str,
    known: &[String],
    edit: Option<&str>,
) -> Diagnostic {
    let found =
        Diagnostic::error("unknown-binding", format!("`{kind}` is not written with `{word}`"))
            .at(span, "not expected");
    match edit {
        Some(edit) => found.help(format!("write `{edit}`")),
        None if known.is_empty() => found.help("remove it: the kind binds nothing"),
        None => found.help(format!("it takes: {}", list(known))),
    }
}

pub(super) fn missing_field(
    span: Span,
    name: &str,
    kind: &str,
    unit: &str,
    doc: &str,
) -> Diagnostic {
    Diagnostic::error("missing-field", format!("this `{kind}` requires the field `{name}`"))
        .at(span, "field missing")
        .help(match doc {
            "" => format!("add the line `{name}: ...` ({unit})"),
            doc => format!("add the line `{name}: ...` ({unit}; {doc})"),
        })
}

pub(super) fn reversed_years(span: Span, from: f64, to: f64) -> Diagnostic {
    Diagnostic::error("reversed-years", format!("the years {from}..{to} do not rise"))
        .at(span, "first year, then last")
        .help(format!("write {to}..{from}"))
}

/// Two knots whose years do not rise.
pub(super) fn knots_out_of_order(span: Span, year: f64, before: Span, previous: f64) -> Diagnostic {
    if year == previous {
        return duplicate(span, &year.to_string(), before);
    }
    Diagnostic::error("reversed-years", format!("the knot {year} stands after the knot {previous}"))
        .at(span, "an earlier year")
        .and(before, "a later year")
        .help("write the knots in the order of their years")
}

pub(super) fn path_without_years(span: Span, value: &str) -> Diagnostic {
    Diagnostic::error("path-without-years", "`->` requires the years of the move")
        .at(span, "no `over`")
        .help(format!("write `{value} over FIRST..LAST`, as `over 2026..2030`"))
}

pub(super) fn step_without_year(span: Span) -> Diagnostic {
    Diagnostic::error("step-without-year", "`then` requires the year from which the value holds")
        .at(span, "no `from`")
        .help("write `then VALUE from YEAR`")
}

pub(super) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        "not-constant",
        format!("{what} is required that is known before anything runs"),
    )
    .at(span, "depends on the run")
    .help("write a number, `first` or `last`")
}

pub(super) fn not_a_year(span: Span, year: f64) -> Diagnostic {
    Diagnostic::error("not-a-year", format!("{year} is not a whole calendar year"))
        .at(span, "a year is required")
        .help(format!(
            "write a year from 1 to 9999, as `{}`",
            if (1.0..=9999.0).contains(&year) { year.trunc() } else { 2030.0 }
        ))
}

pub(super) fn not_a_time(span: Span) -> Diagnostic {
    Diagnostic::error("not-a-year", "the last index is not a year")
        .at(span, "a year is required")
        .help("write `t`, `t-1`, `first`, `last` or a year")
}

pub(super) fn missing_index(span: Span, name: &str, sets: &[String]) -> Diagnostic {
    Diagnostic::error(
        "missing-index",
        format!("`{name}` requires an index for {}", sets.join(" and ")),
    )
    .at(span, "index missing")
    .help(format!(
        "write `{}`, or `sum({})` for all",
        indexed(name, &letters(sets)),
        indexed(name, &vec!["*".to_owned(); sets.len()])
    ))
}

pub(super) fn wrong_indices(span: Span, name: &str, sets: &[String], found: usize) -> Diagnostic {
    Diagnostic::error(
        "wrong-indices",
        match sets.len() {
            0 => format!("`{name}` has no index but the year; here are {found}"),
            1 => format!("`{name}` has 1 index, and perhaps a year; here are {found}"),
            n => format!("`{name}` has {n} indices, and perhaps a year; here are {found}"),
        },
    )
    .at(span, "wrong number of indices")
    .help(format!("write `{}`", indexed(name, &letters(sets))))
}

pub(super) fn star_outside(span: Span) -> Diagnostic {
    Diagnostic::error("star-outside", "`*` stands outside a reduction")
        .at(span, "which element?")
        .help("write `sum(...)` around it, or an index")
}

pub(super) fn range_index(span: Span) -> Diagnostic {
    Diagnostic::error("range-index", "a range stands where one element is required")
        .at(span, "one element here")
        .help("write one element, or `*` within `sum(...)`")
}

pub(super) fn index_of_other_set(
    span: Span,
    name: &str,
    found: &str,
    required: &str,
) -> Diagnostic {
    Diagnostic::error(
        "wrong-set",
        format!("`{name}` ranges over `{found}`; an element of `{required}` is required"),
    )
    .at(span, "index of another set")
    .help(format!("write an index or element of `{required}`, or `*` within `sum(...)`"))
}

pub(super) fn year_outside(span: Span, year: i32, years: (i32, i32)) -> Diagnostic {
    Diagnostic::error(
        "year-outside",
        format!("the year {year} lies outside {}..{}", years.0, years.1),
    )
    .at(span, "outside the horizon")
    .help(format!("write a year from {} to {}, or widen `years`", years.0, years.1))
}

pub(super) fn arity(
    span: Span,
    name: &str,
    low: usize,
    high: usize,
    found: usize,
    doc: &str,
) -> Diagnostic {
    Diagnostic::error(
        "wrong-arguments",
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

pub(super) fn nothing_to_reduce(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("nothing-to-reduce", format!("`{name}` has nothing to run over"))
        .at(span, "one value only")
        .help(format!("write `{name}(x[*])` or `{name}(s in sector: x[s])`"))
}

pub(super) fn distribution(span: Span, name: &str, problem: &str, doc: &str) -> Diagnostic {
    Diagnostic::error("distribution", format!("`{name}` cannot have these parameters: {problem}"))
        .at(span, "not a distribution")
        .help(doc.to_owned())
}

pub(super) fn recursion(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("recursion", format!("the function `{name}` calls itself"))
        .at(span, "calls itself")
        .help("write a `var` with a lag, `x[t-1]`, for what builds up over the years")
}

pub(super) fn expansion_depth(span: Span, limit: usize) -> Diagnostic {
    let message = format!("the functions expand to parts nested deeper than {limit}, the limit");
    Diagnostic::error("limit-expansion", message)
        .at(span, "too deep")
        .help("name a part with `var`")
}

pub(super) fn expansion_limit(span: Span) -> Diagnostic {
    Diagnostic::error(
        "limit-expansion",
        "the functions expand to more than 200000 parts, the limit",
    )
    .at(span, "too much")
    .help("name a part with `var`")
}

pub(super) fn not_available(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("not-available", format!("{what} cannot be run yet"))
        .at(span, "not built yet")
        .help("remove it for now; the rest of the script runs")
}

pub(super) fn per_year(span: Span) -> Diagnostic {
    Diagnostic::error("per-year", "`per year` follows a distribution only")
        .at(span, "not a distribution")
        .help("write `normal(0%, 2%) per year`: drawn anew each year")
}

pub(super) fn correlate_reading(span: Span) -> Diagnostic {
    Diagnostic::error("correlate", "a parameter or field is required in `correlate`")
        .at(span, "not a parameter")
        .help("name what has a distribution: `correlate growth[*], elasticity[*] = 0.4`")
}

pub(super) fn correlation_range(span: Span) -> Diagnostic {
    Diagnostic::error("correlate", "a rank correlation is a number from -1 to 1")
        .at(span, "not from -1 to 1")
        .help("write a number such as 0.4")
}

pub(super) fn duplicate(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("duplicate", format!("`{name}` is given twice"))
        .at(span, "given again")
        .and(first, "first given here")
        .help("remove one of the two, or rename it")
}

pub(super) fn reserved(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("shadows-builtin", format!("`{name}` is a word for the year in equations"))
        .at(span, "name taken")
        .help(format!("choose another name, as `{name}_value`"))
}

pub(super) fn horizon(span: Span, years: i32, most: i32) -> Diagnostic {
    Diagnostic::error("limit-horizon", format!("{years} years are asked for; the limit is {most}"))
        .at(span, "too long")
        .help(format!("write at most {most} years, as `years 2024..2035`"))
}

pub(super) fn no_years(span: Span) -> Diagnostic {
    Diagnostic::error("no-years", "the script names no years")
        .at(span, "before this")
        .help("write `years 2024..2035` at the top")
}

pub(super) fn second_currency(span: Span, name: &str, first: &str) -> Diagnostic {
    Diagnostic::error(
        "second-currency",
        format!("`{name}` is a second currency and requires a rate"),
    )
    .at(span, "no rate")
    .help(format!("write `currency {name} = 0.5 {first}`"))
}

pub(super) fn too_many_units(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error("limit-units", format!("a script can declare {most} units"))
        .at(span, "one too many")
        .help("express it by another unit: `unit NAME = 12 OTHER`")
}

pub(super) fn needs_set(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("needs-set", format!("the library requires a set `{name}`"))
        .at(span, "requires it")
        .help(format!("declare it in the script: `set {name} = first, second`"))
}

pub(super) fn shadows(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("shadows-builtin", format!("`{name}` is a function of the language"))
        .at(span, "name taken")
        .help(format!("choose another name, as `{name}_of`"))
}

pub(super) fn cells(span: Span, asked: u128, most: u128) -> Diagnostic {
    Diagnostic::error(
        "limit-cells",
        format!("the model asks for {asked} cells; the limit is {most}"),
    )
    .at(span, "one too many")
    .help("make a set or the horizon smaller")
}

pub(super) fn given_twice(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("duplicate", format!("`{name}` is given, and has an equation too"))
        .at(span, "equation")
        .and(first, "given here")
        .help(format!("declare it with `var {name}`, or replace its value in a scenario"))
}

pub(super) fn wrong_sign(span: Span, name: &str, sign: &str) -> Diagnostic {
    Diagnostic::error("wrong-sign", format!("`{name}` requires `{sign}`")).at(span, "wrong sign").help(format!("write `{name} {sign} ...`: a var is defined with `=`, a total takes `+=`, a factor `*=`"))
}

pub(super) fn path_in_constant(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "path-in-constant",
        format!("`{name}` has one value for all years; this is a path"),
    )
    .at(span, "varies by year")
    .help("write one value")
}

pub(super) fn no_index_for_table(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "table-without-index",
        format!("`{name}` has no index that a table could fill"),
    )
    .at(span, "one value required")
    .help(format!("write one value, or give it an index: `{name}[SET] = ...`"))
}

pub(super) fn table_of_other_set(span: Span, found: &str, required: &str) -> Diagnostic {
    Diagnostic::error(
        "wrong-set",
        format!("the table is headed `{found}`; `{required}` is required"),
    )
    .at(span, "names the rows' set")
    .help(format!("write `{required}` in the first cell of the head"))
}

pub(super) fn ragged_row(span: Span, expected: usize, found: usize) -> Diagnostic {
    Diagnostic::error("ragged-row", format!("the row has {found} cells; its head has {expected}"))
        .at(span, "cells missing or extra")
        .help("separate the cells with `|`; leave a cell empty for the default")
}

pub(super) fn percent_missing(span: Span, name: &str, value: f64) -> Diagnostic {
    Diagnostic::warning(
        "percent-missing",
        format!("`{name}` is a percentage; {value} means {}%", value * 100.0),
    )
    .at(span, "`%` missing?")
    .help(format!("write `{value}%`"))
    .fix(span, format!("{value}%"))
}

/// A given value outside the bounds of its declaration; all values as they are written.
pub(super) fn outside_bounds(
    span: Span,
    name: &str,
    value: &str,
    (low, high): (&str, &str),
) -> Diagnostic {
    Diagnostic::error("out-of-bounds", format!("`{name}` is {value}; {low} to {high} is required"))
        .at(span, "outside its bounds")
        .help(format!("write a value from {low} to {high}"))
}

pub(super) fn not_in_baseline(span: Span, name: &str, lever: &str) -> Diagnostic {
    Diagnostic::error(
        "not-in-baseline",
        format!("`{name}` exists only in scenarios that have `{lever}`"),
    )
    .at(span, "not in the baseline")
    .help("move the lever out of the scenario, or ask `for` that scenario")
}

pub(super) fn no_equation(span: Span, name: &str, sets: &[String]) -> Diagnostic {
    Diagnostic::error("no-equation", format!("`{name}` has no equation"))
        .at(span, "declared here")
        .help(format!("write `{} = ...`", indexed(name, &letters(sets))))
}

/// A cell without a value; `edit` is what to add.
pub(super) fn gap(span: Span, place: &str, year: i32, edit: &str) -> Diagnostic {
    Diagnostic::error("gap", format!("`{place}` has no value in {year}"))
        .at(span, "a cell is missing")
        .help(edit.to_owned())
}

pub(super) fn defined_twice(span: Span, first: Span, place: &str, year: i32) -> Diagnostic {
    Diagnostic::error("defined-twice", format!("`{place}` has two definitions in {year}"))
        .at(span, "defines it again")
        .and(first, "defines it")
        .help("name the element or year in one of them; the closer one holds")
}

pub(super) fn lag(
    span: Span,
    at: Span,
    name: &str,
    sets: &[String],
    year: i32,
    years: (i32, i32),
) -> Diagnostic {
    if year < years.0 {
        Diagnostic::error(
            "lag-before-start",
            format!("`{name}` is read in {year}, before the first year {}", years.0),
        )
        .at(span, format!("reads {year}"))
        .help(format!(
            "give the starting value: `{} = ...`",
            indexed(name, &[letters(sets).as_slice(), &["first".to_owned()]].concat())
        ))
    } else {
        Diagnostic::error(
            "lead-after-end",
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

pub(super) fn baseline_name(span: Span) -> Diagnostic {
    Diagnostic::error("baseline-name", "a scenario cannot be called `baseline`")
        .at(span, "name taken")
        .help("choose another name; `baseline` is everything outside the scenarios")
}

pub(super) fn computed(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "computed",
        format!("`{name}` is computed by equations and cannot be replaced"),
    )
    .at(span, "computed")
    .help(format!("write `fix {name} = ...` to take it out of its equation"))
}

pub(super) fn set_cycle(span: Span, path: &str) -> Diagnostic {
    Diagnostic::error("set-cycle", format!("sets are parts of each other: {path}"))
        .at(span, "a part of itself")
        .help("list the elements of one of them: `set NAME = ELEMENT, ELEMENT`")
}

pub(super) fn extends_cycle(span: Span, path: &str) -> Diagnostic {
    let ends: Vec<&str> = path.split(" -> ").collect();
    let (message, help) = match ends.as_slice() {
        [name, _] => (
            format!("the scenario `{name}` extends itself"),
            format!("take `{name}` out of its own `extends`"),
        ),
        _ => (
            format!("scenarios extend each other: {path}"),
            "take one of them out of the `extends` of another".to_owned(),
        ),
    };
    Diagnostic::error("extends-cycle", message).at(span, "extends itself").help(help)
}

pub(super) fn scenario_conflict(
    span: Span,
    scenario: &str,
    name: &str,
    a: Span,
    b: Span,
) -> Diagnostic {
    Diagnostic::error(
        "scenario-conflict",
        format!("`{scenario}` inherits two different values of `{name}`"),
    )
    .at(span, "inherits both")
    .and(a, "one value")
    .and(b, "the other value")
    .help(format!("decide in `{scenario}`: `{name} = ...`"))
}

pub(super) fn solve_count(span: Span, unknowns: usize, conditions: usize) -> Diagnostic {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let (unknown, condition) = (plural(unknowns, "unknown"), plural(conditions, "condition"));
    let mend = if unknowns > conditions {
        format!("add {} after `so that`", plural(unknowns - conditions, "condition"))
    } else {
        format!("add {} before `so that`", plural(conditions - unknowns, "unknown"))
    };
    Diagnostic::error("solve-count", format!("{unknown} cannot be solved from {condition}"))
        .at(span, "counts differ")
        .help(format!("{mend}, separated by commas; each unknown is paired with a condition"))
}

pub(super) fn solve_given(span: Span, name: &str, declared: Span) -> Diagnostic {
    Diagnostic::error("solve-given", format!("`{name}` is not a variable and cannot be solved for"))
        .at(span, "not a `var`")
        .and(declared, "declared here")
        .help(format!("declare it with `var {name}`"))
}

pub(super) fn solve_condition(span: Span, name: &str, comparison: bool) -> Diagnostic {
    let found = Diagnostic::error("solve-condition", format!("`{name}` is solved for an equality"))
        .at(span, "not an equality");
    if comparison {
        found.help(format!(
            "write `==`; or `solve {name} >= 0 so that ...` if the condition may be slack where `{name}` is 0"
        ))
    } else {
        found.help("write a condition with two sides, `supply == demand`")
    }
}

pub(super) fn solver_setting(span: Span) -> Diagnostic {
    Diagnostic::error("solver-setting", "the solver has no such setting")
        .at(span, "unknown setting or value")
        .help("it takes `tolerance: 1e-12` (1e-15 to 1e-3) and `iterations: 100` (1 to 1000)")
}

pub(super) fn data_without_column(span: Span, set: &str) -> Diagnostic {
    Diagnostic::error("data-argument", format!("`data` requires a column for `{set}`"))
        .at(span, "column not named")
        .help(format!("write `{set}: COLUMN`, the column that has the elements of `{set}`"))
}

pub(super) fn data_without_value(span: Span) -> Diagnostic {
    Diagnostic::error("data-argument", "`data` requires the column of the values")
        .at(span, "column not named")
        .help("write `value: COLUMN`")
}

pub(super) fn set_without_column(span: Span) -> Diagnostic {
    Diagnostic::error(
        "data-argument",
        "a set read from a file requires one column, that of its elements",
    )
    .at(span, "column not named")
    .help("write `data(\"file.csv\", column: COLUMN)`, and filters if needed")
}

pub(super) fn data_without_unit(span: Span, name: &str, required: &str) -> Diagnostic {
    Diagnostic::error("data-unit", format!("{name} requires {required}; the column has no unit"))
        .at(span, "unit not named")
        .help("write the unit of the file's numbers: `unit: thousand USD`, `unit: percent`, ...")
}
