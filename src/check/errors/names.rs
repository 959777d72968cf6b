//! Messages about names: unknown, taken or given twice.

use super::{letters, list, list_of, near, near_or, way};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::Name;

/// Maximum length of the elements that a help line repeats.
const LONGEST_LIST: usize = 60;

/// Reports an unknown name; `is_unit` is false where no unit can stand.
pub(in crate::check) fn unknown_name(
    span: Span,
    (name, is_unit): (&str, bool),
    meant: Option<&str>,
) -> Diagnostic {
    let capital = name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c.is_numeric());
    near_or(
        Diagnostic::error(Code::UnknownName, format!("nothing is called `{name}`"))
            .at(span, "unknown name"),
        meant,
        match is_unit && capital {
            true => format!("declare it: `unit {name}`, or `param {name} = ...`"),
            false => {
                format!("declare it: `param {name} = ...` if given, `var {name}` if computed")
            }
        },
    )
}

pub(in crate::check) fn unknown_set(span: Span, name: &str, meant: Option<&str>) -> Diagnostic {
    let otherwise = format!("declare it: `set {name} = one, two`");
    near_or(unknown_set_named(span, name), meant, otherwise)
}

/// Reports a set that is not declared; `line` is its place and its declaration, with the keys of a map as elements.
pub(in crate::check) fn undeclared_set(
    span: Span,
    name: &str,
    (place, line): (Span, &str),
) -> Diagnostic {
    unknown_set_named(span, name)
        .help(format!("declare it above: `{line}`"))
        .fix(place, format!("{line}\n"))
}

/// Reports a set that is not declared; `set` is the declared set whose elements are the keys of the map.
pub(in crate::check) fn other_set(span: Span, name: &str, set: &str) -> Diagnostic {
    unknown_set_named(span, name)
        .help(format!("write `{set}`, which has the elements of the map"))
        .fix(span, set)
}

fn unknown_set_named(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownSet, format!("there is no set `{name}`")).at(span, "unknown set")
}

/// Reports an element in the place of a set; `edits` are the lines of all elements as one declaration, and its set.
pub(in crate::check) fn element_as_set(
    span: Span,
    name: &str,
    edits: Option<(Vec<(Span, String)>, String)>,
) -> Diagnostic {
    let message = format!("`{name}` is an element; a declaration has an index for a whole set");
    let found = Diagnostic::error(Code::UnknownSet, message).at(span, "not a set");
    let Some((edits, set)) = edits else {
        return found.help("give the values of all elements in one map, in one line");
    };
    let lines: Vec<&str> = edits.iter().map(|(_, edit)| edit.trim_end()).collect();
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let found = found.help(match lines.as_slice() {
        [line] if edits.len() == 1 => format!("write `{line}`"),
        lines => format!("write\n{}\nin place of the lines of all elements", lines.join("\n")),
    });
    let found = found.note(format!("`{name}` is in the set `{set}`"));
    edits.into_iter().fold(found, |found, (place, edit)| found.fix(place, edit))
}

pub(in crate::check) fn unknown_element(
    span: Span,
    name: &str,
    set: &str,
    meant: Option<&str>,
    other: Option<&str>,
    members: &[&str],
) -> Diagnostic {
    near_or(
        Diagnostic::error(Code::UnknownElement, format!("`{name}` is not in the set `{set}`"))
            .at(span, "not an element"),
        meant,
        match other {
            Some(other) => format!("`{name}` is an element of `{other}`; name one of `{set}`"),
            None => format!("remove it, or add it: `{}`", set_with(set, members, name)),
        },
    )
    .note(format!("`{set}` has {}", list(members)))
}

/// Returns the declaration of a set with one more element; the known ones as `...` if they are many or need quotes.
fn set_with(set: &str, members: &[&str], name: &str) -> String {
    let plain = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let known = members.join(", ");
    match known.len() <= LONGEST_LIST && members.iter().all(plain) {
        true => format!("set {set} = {known}, {name}"),
        false => format!("set {set} = ..., {name}"),
    }
}

/// Reports a set in the place of an element; `part` is true for a part of the set that the index is about.
pub(in crate::check) fn set_as_element(span: Span, name: &str, part: bool) -> Diagnostic {
    let letter = name.chars().next().unwrap_or('i');
    let found = Diagnostic::error(
        Code::UnknownElement,
        format!("`{name}` is a set, and an index is one element"),
    )
    .at(span, "not an element");
    match part {
        true => found.help(format!("write a sum over its elements, `sum({letter} in {name}: ...)` with the index `{letter}`")),
        false => found.help(format!("write an element; `{name}` is not a part of this set")),
    }
}

/// Warns of a part of a set with the name of one of its elements.
pub(in crate::check) fn part_and_element(span: Span, name: &str, element: Span) -> Diagnostic {
    let message = format!(
        "`{name}` is a part of a set and one of its elements: as an index it is the element"
    );
    Diagnostic::warning(Code::SimilarNames, message)
        .at(span, "a part of the set")
        .and(element, "an element")
        .help("rename one of them; a sum over a part is `sum(x in PART: ...)`")
}

/// Warns of an index of a left side that looks like an element and is none.
pub(in crate::check) fn word_as_index(span: Span, name: &str, set: &str) -> Diagnostic {
    let message =
        format!("`{name}` is not in the set `{set}`: here it is an index for all its elements");
    Diagnostic::warning(Code::UnknownElement, message)
        .at(span, "any element")
        .help("write an element; for all elements, write `*`")
}

/// Reports a code that differs only by leading zeros from the element `meant`.
pub(in crate::check) fn other_code(span: Span, code: &str, set: &str, meant: &str) -> Diagnostic {
    let message = format!("`{code}` is not in the set `{set}`, which has `{meant}`");
    Diagnostic::error(Code::UnknownElement, message).at(span, "not an element").help(format!(
        "write `{meant}`, or add the other code to the set: `set {set} = ..., {code}`"
    ))
}

/// Reports an index letter that nothing binds, or the name of a set in the place of an element; `edit` is the line with
/// the index on its left side, and its place. `from_zero` is true in a script that counts places from 0.
pub(in crate::check) fn unbound_index(
    span: Span,
    (name, from_zero): (&str, bool),
    set: &str,
    members: &[&str],
    edit: Option<(Span, String)>,
) -> Diagnostic {
    let message = match name == set {
        true => format!("`{set}` is a set; one of its elements is required"),
        false => format!("`{name}` is not in the set `{set}`"),
    };
    let mut found = Diagnostic::error(Code::UnknownElement, message).at(span, "not an element");
    if !members.is_empty() {
        found = found.note(format!("`{set}` has {}", list(members)));
    }
    let number = name.parse::<usize>().is_ok();
    if let Some((line, edit)) = edit.filter(|_| !number) {
        return found.help(format!("write `{edit}`")).fix(line, edit);
    }
    if name == set {
        return found
            .help("write an element; `*` for all of them in a sum; in a field of a lever, leave the index out");
    }
    let place = |n: usize| if from_zero { n } else { n.saturating_sub(1) };
    if let Some(meant) = name.parse().ok().and_then(|n: usize| members.get(place(n))) {
        return found
            .help(format!("write `{meant}`: elements have names, not numbers"))
            .fix(span, *meant);
    }
    found.help(format!(
        "an index is bound on the left side, such as `x[{name}] = ...`, or by `sum({name} in {set}: ...)`"
    ))
}

/// Reports arithmetic in the place of an element: `cost[s + 1]`; `other` is an element of the set.
pub(in crate::check) fn element_arithmetic(
    span: Span,
    left: &str,
    (set, other): (&str, &str),
) -> Diagnostic {
    let message = format!("the elements of `{set}` have no order; an index names one of them");
    Diagnostic::error(Code::UnknownElement, message).at(span, "not an element").help(format!(
        "write one element, such as `[{other}]`; to add to the value, write `[{left}]` and add behind it"
    ))
}

/// Reports a lag that is written as a call: `x(-1)`, `lag(x)`.
pub(in crate::check) fn lag_as_call(
    span: Span,
    name: &str,
    quantity: &str,
    sets: &[String],
) -> Diagnostic {
    let indices = [letters(sets).as_slice(), &["t-1".to_owned()]].concat().join(", ");
    Diagnostic::error(Code::UnknownFunction, format!("there is no function `{name}`"))
        .at(span, "unknown function")
        .help(format!("for last year's value, write `{quantity}[{indices}]`"))
}

pub(in crate::check) fn if_as_call(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnknownFunction, "`if` is not a function")
        .at(span, "written as a call")
        .help("write `if CONDITION then VALUE else VALUE`")
}

pub(in crate::check) fn unknown_function(
    span: Span,
    name: &str,
    meant: Option<&str>,
) -> Diagnostic {
    near_or(
        Diagnostic::error(Code::UnknownFunction, format!("there is no function `{name}`"))
            .at(span, "unknown function"),
        meant,
        "write its formula in its place; `mizan explain` lists the functions".to_owned(),
    )
}

/// Reports an unknown kind; `known` are the kinds of the script, which is empty if it uses no library.
pub(in crate::check) fn unknown_kind(
    span: Span,
    name: &str,
    meant: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let found =
        Diagnostic::error(Code::UnknownKind, format!("there is no kind of block called `{name}`"))
            .at(span, "unknown kind");
    if known.is_empty() {
        return found.help(
            "write `use trade` at the top for exports, imports, tariff and the other kinds of trade",
        );
    }
    let found = match meant {
        Some(kind) => return near(found, meant).fix(span, kind),
        None => found,
    };
    found.help(format!("write one of {}", list_of(known, 60)))
}

/// Reports a lever whose name comes before its kind: `duty tariff from China`.
pub(in crate::check) fn kind_second(span: Span, name: &Name, kind: &Name) -> Diagnostic {
    let edit = format!("{} {}", kind.text, name.text);
    let message = format!("`{}` is a kind of lever; the name of the lever follows it", kind.text);
    Diagnostic::error(Code::UnknownKind, message)
        .at(span, "kind after the name")
        .help(format!("write `{edit}`"))
        .fix(span, edit)
}

pub(in crate::check) fn unknown_source(span: Span, key: &str, meant: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(Code::UnknownSource, format!("there is no source `{key}`"))
        .at(span, "unknown source");
    match meant {
        Some(meant) => found.help(format!("did you mean `@{meant}`?")),
        None => found.help(format!("declare it: `source {key} \"Author, title, year\"`")),
    }
}

pub(in crate::check) fn duplicate(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::error(Code::Duplicate, format!("`{name}` is given twice"))
        .at(span, "given again")
        .and(first, "first given here")
        .help("remove one of the two, or give one of them another name")
}

pub(in crate::check) fn reserved(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ShadowsBuiltin, format!("`{name}` means a year in equations"))
        .at(span, "name taken")
        .help(format!("choose another name, such as `{name}_value`"))
}

pub(in crate::check) fn set_cycle(span: Span, cycle: &[&str]) -> Diagnostic {
    Diagnostic::error(Code::SetCycle, format!("sets are defined by each other: {}", way(cycle)))
        .at(span, "part of the cycle")
        .help("list the elements of one of them: `set NAME = ELEMENT, ELEMENT`")
}

/// Reports a set that a library requires; `near` is a set with a similar name, and its place.
pub(in crate::check) fn needs_set(
    span: Span,
    name: &str,
    near: Option<(Span, String)>,
) -> Diagnostic {
    let found = Diagnostic::error(Code::NeedsSet, format!("the library requires a set `{name}`"))
        .at(span, "requires it");
    match near {
        Some((place, near)) => {
            found.help(format!("write `set {name}` in place of `set {near}`")).fix(place, name)
        }
        None => found.help(format!("declare it first: `set {name} = NAME, NAME`")),
    }
}

pub(in crate::check) fn shadows(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ShadowsBuiltin, format!("`{name}` is a function of the language"))
        .at(span, "name taken")
        .help(format!("choose another name, such as `{name}_of`"))
}

/// Reports a query of elements, `show home_of[*]`: a table has numbers. `edit` asks for one element.
pub(in crate::check) fn elements_shown(
    span: Span,
    text: &str,
    set: &str,
    edit: &str,
) -> Diagnostic {
    let message = format!("`{text}` is an element of `{set}`, and a table has numbers");
    Diagnostic::error(Code::UnitMismatch, message)
        .at(span, "an element")
        .help(format!("ask for one of the elements: `{edit}`"))
        .fix(span, edit)
}

/// Reports an element where a query requires a value; `edit` is a value of the element.
pub(in crate::check) fn element_as_value(
    span: Span,
    element: &str,
    set: &str,
    edit: Option<String>,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code::UnknownName,
        format!("`{element}` is an element of `{set}`, not a value"),
    )
    .at(span, "an element");
    match edit {
        Some(edit) => found.help(format!("write `{edit}`")).fix(span, edit),
        None => found.help(format!("write it as the index of a quantity, such as `x[{element}]`")),
    }
}
