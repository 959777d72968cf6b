//! What the check finds wrong, in one place so that the texts agree.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

fn near(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
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
        .help(format!("write a value that is {required}, with its unit"))
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

pub(super) fn unknown_unit(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-unit", format!("`{name}` is not a unit"))
            .at(span, "unknown unit"),
        meant,
    )
    .help(format!("declare it with `unit {name}`, or `currency {name}` for money"))
}

pub(super) fn unknown_name(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-name", format!("nothing is called `{name}`"))
            .at(span, "unknown name"),
        meant,
    )
}

pub(super) fn unknown_set(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-set", format!("there is no set `{name}`"))
            .at(span, "unknown set"),
        meant,
    )
    .help(format!("declare it: `set {name} = first, second`"))
}

pub(super) fn unknown_element(
    span: Span,
    name: &str,
    set: &str,
    meant: Option<&str>,
    members: &[&str],
) -> Diagnostic {
    near(
        Diagnostic::error("unknown-element", format!("`{name}` is not in the set `{set}`"))
            .at(span, "not an element"),
        meant,
    )
    .note(format!("`{set}` has {}", list(members)))
}

pub(super) fn unknown_function(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-function", format!("there is no function `{name}`"))
            .at(span, "unknown function"),
        meant,
    )
}

pub(super) fn unknown_kind(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-kind", format!("there is no kind of block called `{name}`"))
            .at(span, "unknown kind"),
        meant,
    )
    .help("`use trade` brings exports, imports, tariff, joint_venture and corridor")
}

pub(super) fn unknown_scenario(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-scenario", format!("there is no scenario `{name}`"))
            .at(span, "unknown scenario"),
        meant,
    )
}

pub(super) fn unknown_field(
    span: Span,
    name: &str,
    kind: &str,
    meant: Option<&str>,
    fields: &[&str],
) -> Diagnostic {
    near(
        Diagnostic::error("unknown-field", format!("a `{kind}` has no field `{name}`"))
            .at(span, "unknown field"),
        meant,
    )
    .note(format!("`{kind}` has {}", list(fields)))
}

pub(super) fn unknown_binding(span: Span, word: &str, kind: &str, known: &[String]) -> Diagnostic {
    Diagnostic::error("unknown-binding", format!("a `{kind}` is not written with `{word}`"))
        .at(span, "not expected")
        .help(format!("it takes: {}", list(known)))
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
        .help(format!("add the line `{name}: ...` ({unit}; {doc})"))
}

pub(super) fn reversed_years(span: Span, from: f64, to: f64) -> Diagnostic {
    Diagnostic::error("reversed-years", format!("the years {from}..{to} do not rise"))
        .at(span, "first year, then last")
        .help(format!("write {to}..{from}"))
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
    .help(format!("write `{}`, or sum over `*`", indexed(name, sets)))
}

pub(super) fn wrong_indices(span: Span, name: &str, sets: &[String], found: usize) -> Diagnostic {
    Diagnostic::error(
        "wrong-indices",
        format!("`{name}` requires {} indices and perhaps a year; here are {found}", sets.len()),
    )
    .at(span, "wrong number of indices")
    .help(format!("write `{}`", indexed(name, sets)))
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
            "`{name}` requires {} arguments; here are {found}",
            if low == high { low.to_string() } else { format!("{low} to {high}") }
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

pub(super) fn expansion_limit(span: Span) -> Diagnostic {
    Diagnostic::error(
        "limit-expansion",
        "the functions expand to more than a million parts, the limit",
    )
    .at(span, "too much")
    .help("name a part with `var`")
}

pub(super) fn not_available(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("not-available", format!("{what} cannot be run yet"))
        .at(span, "not built yet")
        .help("remove it for now; the rest of the script runs")
}

pub(super) fn only_in_simulation(span: Span) -> Diagnostic {
    Diagnostic::warning("not-available", "`correlate` has no effect yet: a run uses medians")
        .at(span, "no effect yet")
}

pub(super) fn duplicate(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error("duplicate", format!("`{name}` is given twice"))
        .at(span, "given again")
        .and(first, "first given here")
        .help("remove one of the two, or rename it")
}

pub(super) fn horizon(span: Span, years: i32, most: i32) -> Diagnostic {
    Diagnostic::error("limit-horizon", format!("{years} years are asked for; the limit is {most}"))
        .at(span, "too long")
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
}

pub(super) fn needs_set(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("needs-set", format!("the library requires a set `{name}`"))
        .at(span, "required here")
        .help(format!("declare it in the script: `set {name} = first, second`"))
}

pub(super) fn shadows(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("shadows-builtin", format!("`{name}` is a function of the language"))
        .at(span, "name taken")
        .help("choose another name")
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
    .help("write one value, or give it an index")
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
        .help(format!("write `{} = ...`", indexed(name, sets)))
}

pub(super) fn gap(span: Span, place: &str, year: i32) -> Diagnostic {
    Diagnostic::error("gap", format!("`{place}` has no value in {year}"))
        .at(span, "a cell is missing")
        .help("add it, or an `else:` that covers the rest")
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
            "give the starting value: add an equation for {} to the left side, as `{}`",
            years.0,
            indexed(name, &[sets, &["first".to_owned()]].concat())
        ))
    } else {
        Diagnostic::error(
            "lead-after-end",
            format!("`{name}` is read in {year}, after the last year {}", years.1),
        )
        .at(span, format!("reads {year}"))
        .help(format!("give the terminal value in an equation for {}", years.1))
    }
    .and(at, "in this equation")
}

pub(super) fn baseline_name(span: Span) -> Diagnostic {
    Diagnostic::error("baseline-name", "a scenario cannot be called `baseline`")
        .at(span, "name taken")
        .help("`baseline` is everything outside the scenarios")
}

pub(super) fn computed(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        "computed",
        format!("`{name}` is computed by equations and cannot be replaced"),
    )
    .at(span, "computed")
    .help(format!("write `fix {name} = ...` to take it out of its equation"))
}

pub(super) fn extends_cycle(span: Span, path: &str) -> Diagnostic {
    Diagnostic::error("extends-cycle", format!("scenarios extend each other: {path}"))
        .at(span, "extends itself")
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

pub(super) fn unknown_source(span: Span, key: &str, meant: Option<&str>) -> Diagnostic {
    near(
        Diagnostic::error("unknown-source", format!("no source has the key `{key}`"))
            .at(span, "unknown source"),
        meant.map(|key| format!("@{key}")).as_deref(),
    )
    .help(format!("declare it: `source {key} \"citation\"`"))
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
