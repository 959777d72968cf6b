//! Messages of the parser: characters, brackets, depths, words and clauses out of place.
//!
//! In: a place and the text found there. Out: a [`Diagnostic`] with one edit as help.

use super::hints;
use super::words::{Clause, Word, queries_with};
use crate::diagnostic::{Code, Diagnostic, grouped};
use crate::source::Span;

pub(super) fn unclosed_string(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UnclosedString, "a text begins here and does not end on its line")
        .at(span, "begins here")
        .help("end the text with `\"` on the same line")
}

pub(super) fn unclosed_bracket(span: Span, open: char, met: Option<(Span, char)>) -> Diagnostic {
    let close = match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    let found = Diagnostic::error(Code::UnclosedBracket, format!("`{open}` is never closed"))
        .at(span, "opened here")
        .help(format!("write the `{close}` that belongs to it"));
    match met {
        Some((span, c)) => found.and(span, format!("`{c}` closes another")),
        None => found,
    }
}

pub(super) fn stray_bracket(span: Span, c: char) -> Diagnostic {
    Diagnostic::error(Code::StrayBracket, format!("`{c}` closes nothing"))
        .at(span, "nothing is open")
        .help("remove it, or write the bracket that opens")
}

pub(super) fn too_deep(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::LimitDepth, format!("{what} nest deeper than 64, the limit"))
        .at(span, "too deep")
        .help("name a part with `var` or `function` and use the name")
}

pub(super) fn too_long(span: Span) -> Diagnostic {
    Diagnostic::error(Code::LimitDepth, "an expression has more than 400 operators in a row")
        .at(span, "too long")
        .help("name a part with `var` and use the name, or write `sum(...)`")
}

pub(super) fn too_large(span: Span, most: usize, what: &str) -> Diagnostic {
    let most = grouped(most);
    Diagnostic::error(Code::LimitFile, format!("the script has more than {most} {what}, the limit"))
        .at(span, "beyond the limit")
        .help(
            "declare a set and write one statement for all its elements; keep large tables in a CSV file and read \
             them with `data(...)`",
        )
}

pub(super) fn name_too_long(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error(Code::LimitName, format!("a name is longer than {limit} bytes, the limit"))
        .at(span, "too long")
        .help("choose a shorter name")
}

pub(super) fn control_character(span: Span, c: char) -> Diagnostic {
    Diagnostic::error(
        Code::ControlCharacter,
        format!("the text contains a control character, U+{:04X}", u32::from(c)),
    )
    .at(span, "control character")
    .help("remove it; save the file as plain UTF-8 text")
}

pub(super) fn lookalike(span: Span, c: char, meant: &str) -> Diagnostic {
    let shown = if meant == " " { "a plain blank".to_owned() } else { format!("`{meant}`") };
    Diagnostic::error(
        Code::LookalikeCharacter,
        format!("`{c}` (U+{:04X}) is used in place of {shown}", u32::from(c)),
    )
    .at(span, "typographic character")
    .help(format!("write {shown}; word processors replace it during typing"))
    .fix(span, meant)
}

pub(super) fn odd_character(span: Span, c: char) -> Diagnostic {
    let found = Diagnostic::error(
        Code::OddCharacter,
        format!("the character `{c}` (U+{:04X}) has no meaning", u32::from(c)),
    )
    .at(span, "not expected");
    match c.to_digit(10).or(digit(c)) {
        Some(digit) => found.help(format!("write the digit as `{digit}`")),
        None if CURRENCIES.contains(c) => found.help(
            "write the currency by its name, such as `5 mn EUR`, and declare it: `currency EUR`",
        ),
        None => found.help("remove it, or put the text in quotes"),
    }
}

/// Signs of currencies that keyboards have.
const CURRENCIES: &str = "€£¥₼₺₽₸₾";

/// Returns the value of a full-width, Arabic-Indic or Persian digit.
fn digit(c: char) -> Option<u32> {
    [0xff10, 0x0660, 0x06f0].iter().find_map(|&zero| {
        let value = u32::from(c).checked_sub(zero)?;
        (value < 10).then_some(value)
    })
}

pub(super) fn empty(span: Span) -> Diagnostic {
    Diagnostic::error(Code::EmptyScript, "the script has no statement")
        .at(span, "nothing here")
        .help("begin with\n  years 2024..2035\n  param growth = 5%\n  show growth")
}

/// Returns the message for a comment behind a text that is the error of a spreadsheet's cell.
pub(super) fn sheet_error(span: Span, comment: &str) -> Option<Diagnostic> {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];
    let error = ERRORS.into_iter().find(|error| comment.starts_with(error))?;
    let message = format!("`{error}` is an error of a spreadsheet; `#` begins a comment here");
    let found = Diagnostic::error(Code::Syntax, message).at(span, "no value");
    Some(found.help("write a number in its place; a value is never missing"))
}

pub(super) fn single_equals(span: Span) -> Diagnostic {
    Diagnostic::error(Code::SingleEquals, "a condition compares with `==`, not with `=`")
        .at(span, "`==` required")
        .help("write `==` to compare")
        .fix(span, "==")
}

pub(super) fn double_equals(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DoubleEquals, "an equation defines with `=`, not with `==`")
        .at(span, "`=` required")
        .help("write `=` to define; `==` compares, in `check` and `if`")
        .fix(span, "=")
}

pub(super) fn equals_for_colon(span: Span) -> Diagnostic {
    Diagnostic::error(Code::EqualsForColon, "a field is given with `:`, not with `=`")
        .at(span, "`:` required")
        .help("write `name: value` in a block")
        .fix(span, ":")
}

pub(super) fn power_stars(span: Span) -> Diagnostic {
    Diagnostic::error(Code::PowerStars, "`**` is not an operator; a power is written `^`")
        .at(span, "power")
        .help("write `^`")
        .fix(span, "^")
}

pub(super) fn number_range(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NumberRange, "the number is too large or too small to be represented")
        .at(span, "outside 1e-308 .. 1e308")
        .help("write it with a scale word (mn, bn, tn) or another unit")
}

/// Reports a grammar error at `span`; `found` is the text from there on, `before` the part of the statement
/// that was read.
pub(super) fn unexpected(span: Span, found: &str, before: &str) -> Diagnostic {
    let first = found.chars().next();
    let shown = match first {
        None | Some('\n') => "the end of the line".to_owned(),
        Some(c) if c.is_alphanumeric() || c == '_' => {
            let word: String =
                found.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
            format!("`{word}`")
        }
        Some(c) => format!("`{c}`"),
    };
    let plain = format!("{shown} is not expected here");
    let (message, help) = match hints::hint(before, found) {
        Some(hint) => (hint.message.unwrap_or(plain), Some(hint.help)),
        None if before.trim().is_empty() => (
            plain,
            Some("begin with `set`, `param`, `var`, a lever, `scenario`, `show`".to_owned()),
        ),
        None if first == Some('=') => {
            (plain, Some("an equation is written `name[index] = expression`".to_owned()))
        }
        None => (plain, None),
    };
    let diagnostic = Diagnostic::error(Code::Syntax, message).at(span, "not expected");
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Reports a scenario that names its parent with the preposition of a lever instead of `extends`.
pub(super) fn extends_missing(span: Span, word: &str) -> Diagnostic {
    let message = format!("a scenario extends another scenario with `extends`, not `{word}`");
    Diagnostic::error(Code::Syntax, message)
        .at(span, "a word of levers")
        .help("write `extends`")
        .fix(span, "extends")
}

pub(super) fn colon_for_equals(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ColonForEquals, "a scenario gives a value with `=`, not with `:`")
        .at(span, "`=` required after this")
        .help(format!("write `{name} = ...`"))
}

/// Reports a clause that the query `word` does not take.
pub(super) fn unknown_clause(span: Span, word: &Word, clause: Clause) -> Diagnostic {
    let taken = listed(word.clauses.iter().map(|clause| clause.form()));
    let owners = listed(queries_with(clause).map(|query| query.name));
    Diagnostic::error(Code::UnknownClause, format!("`{}` takes no `{}`", word.name, named(clause)))
        .at(span, "not taken by this query")
        .help(format!("remove it; `{}` takes {taken}", word.name))
        .note(format!("`{}` belongs to {owners}", named(clause)))
        .fix(span, "")
}

/// Returns the word of a clause; for a unit the whole form, because years follow the same word.
fn named(clause: Clause) -> &'static str {
    if clause == Clause::Unit { clause.form() } else { clause.word() }
}

/// Reports a list of years in a `find`, where commas separate conditions.
pub(super) fn years_of_find(span: Span) -> Diagnostic {
    Diagnostic::error(Code::ClauseValue, "a condition of `find` takes one year or one range")
        .at(span, "further years")
        .help("write the condition once for each year: `so that x in 2026 >= 0, x in 2030 >= 0`")
}

/// Reports the second occurrence of a clause in a query; `first` is the place of the first one.
pub(super) fn second_clause(span: Span, first: Span, clause: Clause) -> Diagnostic {
    let word = clause.word();
    let found = Diagnostic::error(Code::Duplicate, format!("the query has two clauses `{word}`"))
        .at(span, "a second time")
        .and(first, "the first time");
    match clause {
        Clause::In => found.help(
            "write one `in` for the whole query; a value of another year has the year in brackets: \
             `x - x[2024]`",
        ),
        Clause::For => {
            found.help("write one `for`; a comma separates scenarios: `for open, closed`")
        }
        Clause::Unit => found.help("write one unit for the whole query"),
        Clause::With => found.help("a comma separates what a table has: `with total, errors`"),
        Clause::To
        | Clause::By
        | Clause::Within
        | Clause::Depth
        | Clause::Above
        | Clause::Digits
        | Clause::Across => found.help(format!("write one `{word}`")),
    }
}

/// Joins names to `` `a`, `b` and `c` ``.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "no clause".to_owned(),
    }
}

pub(super) fn row_key(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, "the first cell of a row must name an element")
        .at(span, "not an element")
        .help("write the element's name, in quotes if it has more than one word")
}

pub(super) fn unit_power(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, "the power of a unit must be a number")
        .at(span, "not a number")
        .help("write a power such as `USD^2`, `USD^0.5` or `USD^(1/3)`")
}

/// Reports a word of the language that a declaration uses as a name.
pub(super) fn reserved_name(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::ReservedName, format!("`{name}` is an operator and cannot be a name"))
        .at(span, "an operator")
        .help(format!("choose another name, such as `{name}_value`"))
}

/// Reports a word of the language that a declaration uses as a unit.
pub(super) fn reserved_unit(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::ReservedName,
        format!("`{name}` is a word of the language and cannot be a unit"),
    )
    .at(span, "a word of the language")
    .help(format!("choose another name, such as `{name}_unit`"))
}

/// Reports text that the grammar accepts and the tree has no place for.
pub(super) fn stray(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, "this cannot be read here")
        .at(span, "not expected")
        .help("remove it")
}
