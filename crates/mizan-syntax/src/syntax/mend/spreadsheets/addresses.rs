//! Cells of a spreadsheet: `AVERAGE(B2:B8)`, `=SUM($B$2:$B$8)`, `'Inputs 2024'!B4`. Their values are not in the script, so no
//! quantity is guessed; the advice names the form of the function.

use crate::syntax::mend::advice::Advice;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;

/// Functions over a range of cells, each with the form of Mizan over a set and over the years.
const FORMS: [(&[&str], &str); 6] = [
    (&["average", "averagea", "mean", "avg"], "mean"),
    (&["min", "mina", "small"], "min"),
    (&["max", "maxa", "large"], "max"),
    (&["product"], "product"),
    (&["sum", "subtotal"], "sum"),
    (&["growth"], "growth"),
];
/// Functions that look a cell up.
const LOOK_UPS: [&str; 7] = ["vlookup", "hlookup", "xlookup", "lookup", "index", "match", "offset"];

/// True for a text that may have a range of cells: `B2:B8`, `A:A`, `$B$2:$B$8`.
pub(crate) fn may_have(text: &str) -> bool {
    let upper = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'$';
    text.as_bytes().windows(3).any(|part| match part {
        [before, b':', after] => upper(*before) && (after.is_ascii_uppercase() || *after == b'$'),
        _ => false,
    })
}

/// Returns the advice on a range of cells, whose two ends touch the colon.
pub(crate) fn range(draft: &Draft, context: &Context<'_>) -> Option<Advice> {
    let colon = (1..draft.len()).find(|&n| {
        draft.at(n) == ":" && draft.touches(n) && draft.touches(n + 1) && {
            let start = start_of(draft, n);
            let ends = (draft.show(start..n), draft.show(n + 1..end_of(draft, n)));
            let column = draft.before(start, 1) == "(" && draft.at(end_of(draft, n)) == ")";
            // A column without a row, `A:A`, is sure only alone in the brackets of a function.
            is_range(&ends.0, &ends.1, column)
                && !named(&ends.0, context)
                && !named(&ends.1, context)
        }
    })?;
    let (start, end) = (start_of(draft, colon), end_of(draft, colon));
    let text = draft.show(start..end);
    let function = (0..start).rev().find(|&n| draft.at(n) == "(").and_then(|n| n.checked_sub(1));
    let function = function.map_or_else(String::new, |n| draft.at(n).to_lowercase());
    let form = FORMS.iter().find(|(names, _)| names.contains(&function.as_str()));
    let help = match (form.map(|(_, form)| *form), function.as_str()) {
        (Some("growth"), _) => "write `growth(NAME)` with the name of the quantity".to_owned(),
        (None, "") => {
            "give the values a name: `param NAME[SET] = { ELEMENT: 1, ELEMENT: 2 }`, or a column of a file: \
             `param NAME[SET] = data(\"file.xlsx\", SET: COLUMN, value: COLUMN)`"
                .to_owned()
        }
        (None, name) if LOOK_UPS.contains(&name) => {
            "a cell is read with its indices: write `NAME[ELEMENT]`, and for another year `NAME[ELEMENT, 2026]`"
                .to_owned()
        }
        (None, "sumif" | "sumifs") => {
            "write `sum(i in SET where NAME[i] > 5: NAME[i])` with the names and the condition".to_owned()
        }
        (None, "countif" | "countifs") => {
            "write `sum(i in SET where NAME[i] > 5: 1)` with the names and the condition".to_owned()
        }
        (None, "sumproduct") => {
            "write `sum(i in SET: NAME[i] * OTHER[i])` with the names of both quantities".to_owned()
        }
        (None, "count" | "counta") => {
            "write `sum(i in SET: 1)` for the number of elements of a set".to_owned()
        }
        (None, _) => {
            "write the name of the quantity in place of the cells: `NAME[*]` has all elements of a set"
                .to_owned()
        }
        (Some(form), _) => format!(
            "write `{form}(NAME[*])` for all elements of a set, `{form}(t in first..last: NAME)` for the years"
        ),
    };
    Some(Advice {
        message: format!(
            "a script has no cells; `{text}` is a quantity with a name, over a set or the years"
        ),
        help,
    })
}

/// True for a function in capitals with a colon between two names: `SUM(gdp:debt)`.
pub(crate) fn may_join_names(text: &str) -> bool {
    text.match_indices(':').any(|(at, _)| {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let before = text.get(..at).unwrap_or_default().trim_end_matches(name);
        let function =
            before.strip_suffix('(').is_some_and(|head| head.ends_with(char::is_uppercase));
        function && text.get(at + 1..).is_some_and(|after| after.starts_with(name))
    })
}

/// Returns the advice on a range whose ends are two quantities, as two cells of a spreadsheet: `SUM(gdp:debt)`.
pub(crate) fn between_names(draft: &Draft, context: &Context<'_>) -> Option<Advice> {
    let value = |n: usize| {
        let name = draft.at(n);
        context.set_with(name).is_none() && (context.computes(name, "") || context.gives(name))
    };
    let n = (2..draft.len()).find(|&n| {
        draft.at(n) == ":"
            && draft.before(n, 2) == "("
            && draft.at(n + 2) == ")"
            && FORMS.iter().any(|(names, _)| names.contains(&&*draft.before(n, 3).to_lowercase()))
            && value(n - 1)
            && value(n + 1)
    })?;
    let (first, last) = (draft.before(n, 1), draft.at(n + 1));
    Some(Advice {
        message: format!("`{first}:{last}` is no range, because a script has no cells"),
        help: format!("write the names that are meant, such as `{first} + {last}`"),
    })
}

/// Returns the first token of the end of a range before the colon: its column, row and `$` signs.
fn start_of(draft: &Draft, colon: usize) -> usize {
    let mut start = colon.saturating_sub(1);
    while start > 0
        && draft.touches(start)
        && (draft.before(start, 1) == "$" || draft.at(start) == "$" && draft.is_word(start - 1))
    {
        start -= 1;
    }
    start
}

/// Returns the position after the end of a range behind the colon.
fn end_of(draft: &Draft, colon: usize) -> usize {
    let mut end = colon + 1;
    while draft.at(end) == "$" {
        end += 1;
    }
    end += 1;
    while draft.at(end) == "$" && draft.is_number(end + 1) && draft.touches(end) {
        end += 2;
    }
    end
}

/// True for the two ends of a range of cells: two cells, or with `column` two columns.
fn is_range(from: &str, to: &str, column: bool) -> bool {
    let parts = |text: &str| {
        let text = text.replace('$', "");
        let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let letters = text.len() - digits.len();
        let fits = (1..=3).contains(&letters) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then_some(!digits.is_empty())
    };
    match (parts(from), parts(to)) {
        (Some(true), Some(true)) => true,
        (Some(false), Some(false)) => column && from.len() < 4 && to.len() < 4,
        _ => false,
    }
}

/// True for a name that the script gives to something else than a cell.
fn named(cell: &str, context: &Context<'_>) -> bool {
    context.declares(cell) || context.set_with(cell).is_some() || context.is_argument(cell)
}
