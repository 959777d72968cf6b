//! Messages about functions, names and indices as other languages write them.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

const LABEL: &str = "Mizan writes this differently";

/// Reports a function of another language; `edit` is the expression in Mizan.
pub(in crate::check) fn foreign_function(span: Span, name: &str, edit: &str) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownFunction, format!("there is no function `{name}`"))
        .at(span, LABEL)
        .help(format!("write `{edit}`"))
        .fix(span, edit);
    match edit.starts_with("data(") && !edit.contains("unit:") {
        true => found.note("for amounts, add their unit: `unit: mn USD`"),
        false => found,
    }
}

/// For a running sum or product, which is a variable of its own.
pub(in crate::check) fn running_sum(span: Span, name: &str) -> Diagnostic {
    let sign = if name.to_lowercase() == "cumprod" { "*" } else { "+" };
    Diagnostic::error(Code::UnknownFunction, format!("there is no function `{name}`"))
        .at(span, LABEL)
        .help(format!(
            "give a variable two lines: `total[first] = x` and `total = total[t-1] {sign} x`"
        ))
}

/// Reports a function over the years, such as a running sum; `edit` has the lines that replace `line`.
pub(in crate::check) fn function_over_years(
    span: Span,
    name: &str,
    (line, edit): (Span, &str),
) -> Diagnostic {
    let message =
        format!("there is no function `{name}`; a variable has its first year and an equation");
    Diagnostic::error(Code::UnknownFunction, message)
        .at(span, LABEL)
        .help(format!("write\n{edit}"))
        .fix(line, edit)
}

/// Reports a function without an equivalent; `words` say what takes its place.
pub(in crate::check) fn no_such_function(span: Span, name: &str, words: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownFunction, format!("there is no function `{name}`"))
        .at(span, LABEL)
        .help(words)
}

/// Reports a quantity with its indices in parentheses; `edit` has them in brackets.
pub(in crate::check) fn call_of_quantity(span: Span, name: &str, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownFunction, format!("`{name}` is a quantity, not a function"))
        .at(span, "indices in parentheses")
        .help(format!("write `{edit}`: indices are in square brackets"))
        .fix(span, edit)
}

/// Reports a built-in function with the arguments of another language; `edit` is the call in Mizan.
pub(in crate::check) fn other_arguments(span: Span, name: &str, edit: &str) -> Diagnostic {
    Diagnostic::error(Code::WrongArguments, format!("`{name}` takes other arguments here"))
        .at(span, LABEL)
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a name of another language, such as `TRUE`; `edit` is its value.
pub(in crate::check) fn foreign_name(span: Span, name: &str, edit: &str) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownName, format!("nothing is called `{name}`"))
        .at(span, LABEL)
        .help(format!("write `{edit}`"))
        .fix(span, edit);
    match name.to_lowercase().as_str() {
        "nan" | "na" | "null" | "none" | "nil" | "missing" => {
            found.note("every cell has a value: give a number, or leave the element out of its set")
        }
        _ => found,
    }
}

/// Reports `n/a` in the place of a value; an empty cell in a table takes the default of its field.
pub(in crate::check) fn not_available(span: Span, in_table: bool) -> Diagnostic {
    let found =
        Diagnostic::error(Code::UnknownName, "`n/a` is no value").at(span, "a missing value");
    match in_table {
        true => found
            .help("leave the cell empty: the field has its default there")
            .fix(span, "")
            .note("a field without a default requires a number"),
        false => found.help("give a number, or leave the element out of its set"),
    }
}

/// Reports an equation of a variable without declaration; `edit` is the declaration.
pub(in crate::check) fn undeclared(span: Span, line: Span, name: &str, edit: &str) -> Diagnostic {
    let help = match edit.contains('\n') {
        true => format!("write\n{edit}"),
        false => format!("write `{edit}`"),
    };
    Diagnostic::error(Code::UnknownName, format!("no line declares `{name}`"))
        .at(span, "unknown name")
        .help(help)
        .fix(line, edit)
        .note("`param` declares a given quantity, `var` a computed one")
}

/// Reports the name of a spreadsheet cell.
pub(in crate::check) fn sheet_cell(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("nothing is called `{name}`, a cell of a sheet"))
        .at(span, "unknown name")
        .help(format!("declare the value: `param {name} = 5%`"))
        .note("values have names, such as `growth`, not places in a sheet")
}

/// Reports a cell of a spreadsheet that is computed from others: `B3 = B2 * 1.05`.
pub(in crate::check) fn sheet_row(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("nothing is called `{name}`, a cell of a sheet"))
        .at(span, "unknown name")
        .help("a row has a name, and its columns are years: write `var sales = sales[t-1] * 1.05` and `sales[first] = 100`")
}

/// Reports a quantity of the library whose name the script uses for something else; `other` is a free name, with the
/// places where it stands for the name.
pub(in crate::check) fn taken_by_library(
    span: Span,
    name: &str,
    library: Span,
    (other, places): (&str, &[Span]),
) -> Diagnostic {
    let message = format!("`{name}` is a quantity of a library that the script uses");
    let found = Diagnostic::error(Code::Duplicate, message)
        .at(span, "name taken")
        .and(library, "the library's quantity")
        .help(match places.len() {
            0 | 1 => format!("choose another name, such as `{other}`"),
            _ => format!(
                "choose another name, such as `{other}`, here and in the lines that read it"
            ),
        });
    places.iter().fold(found, |found, place| found.fix(*place, other))
}

/// Reports the word `all` as an index.
pub(in crate::check) fn all_as_index(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownElement, format!("`{name}` is not an element"))
        .at(span, LABEL)
        .help("write `*` for all elements")
        .fix(span, "*")
}

/// Reports a number in quotes.
pub(in crate::check) fn quoted_amount(span: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnknownName,
        format!("a text is no value; `{text}` is a number without quotes"),
    )
    .at(span, LABEL)
    .help(format!("write `{text}`"))
    .fix(span, text)
}

/// Reports a word that is a unit in other languages; `edit` replaces `whole`, the number with its unit.
pub(in crate::check) fn foreign_unit(
    span: Span,
    unit: &str,
    edit: &str,
    whole: Span,
) -> Diagnostic {
    Diagnostic::error(Code::UnknownUnit, format!("`{unit}` is not a unit"))
        .at(span, LABEL)
        .help(format!("write `{edit}`"))
        .fix(whole, edit)
}

/// Reports a lever of the baseline that a scenario declares again; `edits` change its fields instead.
pub(in crate::check) fn lever_again(
    span: Span,
    name: &str,
    first: Span,
    (whole, edits): (Span, &str),
) -> Diagnostic {
    let message = format!("`{name}` is a lever already; a scenario changes its fields");
    Diagnostic::error(Code::Duplicate, message)
        .at(span, "declared again")
        .and(first, "the lever")
        .help(format!("write `{}`", edits.replace('\n', "`, `")))
        .fix(whole, edits)
}

/// Reports a value that is given again outside a scenario, without indices; `line` is its text.
pub(in crate::check) fn changed_outside(span: Span, name: &str, line: &str) -> Diagnostic {
    let start = span.start as usize;
    let whole = Span::new(span.source, start, start + line.len());
    let edit = format!("scenario changed {{ {line} }}");
    Diagnostic::error(Code::WrongIndices, format!("`{name}` has its value from its declaration"))
        .at(span, "given again")
        .help(format!("write `{edit}`, or change the line that declares `{name}`"))
        .fix(whole, edit)
}

/// Reports a variable of GAMS with a suffix on the left side, whose text is `left`; `line` is the text of its line.
pub(in crate::check) fn gams_suffix(
    span: Span,
    (name, left): (&str, &str),
    line: &str,
    in_scenario: bool,
) -> Diagnostic {
    let (own, suffix) = name.rsplit_once('.').unwrap_or((name, ""));
    let message = format!("`{own}` has no suffix `.{suffix}`");
    let found = Diagnostic::error(Code::UnknownName, message).at(span, LABEL);
    // `("2026")` becomes `[2026]`; the years are no index.
    let inside = left.split_once('(').map_or("", |(_, inside)| inside).trim_end_matches(')');
    let limit = matches!(suffix, "lo" | "up");
    let indices: Vec<&str> = inside
        .split(',')
        .map(str::trim)
        .filter(|index| !index.is_empty() && *index != "t")
        // A check takes all elements; GAMS quotes the name of one.
        .map(|index| match index.starts_with(['"', '\'']) || !limit {
            true => index.trim_matches(['"', '\'']),
            false => "*",
        })
        .collect();
    let target = match indices.is_empty() {
        true => own.to_owned(),
        false => format!("{own}[{}]", indices.join(", ")),
    };
    let start = span.start as usize;
    let whole = Span::new(span.source, start, start + line.len());
    let change = line.replacen(left, &target, 1);
    let change = change.trim_end_matches([';', ' ']);
    match (suffix, in_scenario) {
        ("l" | "L", true) => found.help("leave it out: the solver finds its own start"),
        ("l" | "L", false) => found
            .help("remove the line: the solver finds its own start; `var x start 1` names one")
            .fix(whole, ""),
        ("lo" | "up", true) => found.help(format!(
            "a scenario changes no bounds; after the scenario, a line such as `check {own} >= 0 for SCENARIO` says what must hold"
        )),
        ("lo" | "up", false) => {
            let sign = if suffix == "lo" { ">=" } else { "<=" };
            let edit = format!("check {}", change.replacen('=', sign, 1));
            found
                .help(format!("write `{edit}`"))
                .fix(whole, edit)
                .note("bounds of the solver are in the declaration, as `var x bounds 0..1000`")
        }
        (_, true) => found.help(format!("write `{target}`")).fix(span, target),
        (_, false) => {
            // One year beside the equation of the other years is a line of the baseline.
            let year = |index: &&str| index.len() == 4 && index.parse::<i32>().is_ok();
            let edit = match indices.last().is_some_and(year) {
                true => change.to_owned(),
                false => format!("scenario changed {{ {change} }}"),
            };
            found.help(format!("write `{edit}`")).fix(whole, edit)
        }
    }
}

/// Reports a change of a lever as a whole; `edit` is its field.
pub(in crate::check) fn lever_as_value(span: Span, name: &str, edit: &str) -> Diagnostic {
    let message = format!("`{name}` is no value; a scenario changes a field of a lever");
    Diagnostic::error(Code::UnknownName, message)
        .at(span, LABEL)
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

/// Reports a flow in the place of a value; `volume` is its variable with the amounts of all years.
pub(in crate::check) fn flow_as_value(span: Span, name: &str, volume: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownName, format!("`{name}` is a lever; its amounts are a variable"))
        .at(span, LABEL)
        .help(format!("write `{volume}`"))
        .fix(span, volume)
        .note("these amounts are at the prices of the first year; a total such as `imports` is at current prices")
}

/// Reports an index letter in a declaration without its set.
pub(in crate::check) fn letter_as_set(span: Span, letter: &str, set: &str) -> Diagnostic {
    let edit = format!("{letter}: {set}");
    Diagnostic::error(Code::UnknownSet, format!("`{letter}` names no set"))
        .at(span, LABEL)
        .help(format!("write `{edit}`: a declaration names the set of each index"))
        .fix(span, edit)
}

/// Reports years as an index of a declaration.
pub(in crate::check) fn years_as_set(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownSet, format!("`{name}` is no index of a declaration"))
        .at(span, LABEL)
        .help("leave it out: every quantity has a value for each year")
}
