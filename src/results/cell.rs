//! The name of one cell of an expression.

use std::ops::Range;

use crate::builtins::{BUILTINS, Meaning};

/// Returns the text of an expression with the elements of one cell: in place of the `*` of its indices, or after the name of a
/// quantity that stands alone. `imports[China, *]` with `food` is `imports[China, food]`.
pub fn of_cell(expression: &str, elements: &[String]) -> String {
    let all = elements.join(", ");
    let stars = index_stars(expression);
    if elements.is_empty() {
        return expression.to_owned();
    }
    if expression.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return format!("{expression}[{all}]");
    }
    if stars.len() != elements.len() {
        return format!("{expression} {all}");
    }
    let (mut text, mut from) = (String::new(), 0);
    for (at, element) in stars.into_iter().zip(elements) {
        text.push_str(&expression[from..at]);
        text.push_str(element);
        from = at + 1;
    }
    text + &expression[from..]
}

/// Returns the places of the `*` that are indices of the whole expression, as in `imports[China, *]`: neither a sign of
/// multiplication nor an index over which a reduction goes.
fn index_stars(text: &str) -> Vec<usize> {
    let reduced = reductions(text);
    let is_index = |&at: &usize| {
        text[..at].trim_end().ends_with(['[', ','])
            && text[at + 1..].trim_start().starts_with([']', ','])
            && !reduced.iter().any(|range| range.contains(&at))
    };
    text.match_indices('*').map(|(at, _)| at).filter(is_index).collect()
}

/// Returns the ranges of the arguments of reductions, such as `x[*]` in `sum(x[*])`. `max(x[*], 1)` has two arguments and
/// is no reduction.
fn reductions(text: &str) -> Vec<Range<usize>> {
    // The open brackets: the place after each one, and whether it may be that of a reduction.
    let (mut open, mut found) = (Vec::<(usize, bool)>::new(), Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push((at + 1, ends_with_reduction(&text[..at]))),
            '[' => open.push((at + 1, false)),
            ',' => open.iter_mut().last().into_iter().for_each(|(_, reduces)| *reduces = false),
            ')' | ']' => {
                if let Some((from, true)) = open.pop() {
                    found.push(from..at);
                }
            }
            _ => {}
        }
    }
    found
}

fn ends_with_reduction(text: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = text.rsplit(|c| !is_name(c)).next();
    let reductions = BUILTINS.iter().filter(|one| matches!(one.meaning, Meaning::Reduction(_)));
    reductions.into_iter().any(|one| Some(one.name) == name)
}

#[cfg(test)]
mod tests {
    use super::of_cell;

    #[test]
    fn elements_take_the_place_of_indices_and_of_no_multiplication() {
        for (expression, expected) in [
            ("x", "x[a]"),
            ("x[b, *]", "x[b, a]"),
            ("2 * x[ * ]", "2 * x[ a ]"),
            ("2 * x", "2 * x a"),
            ("x[*] / y[*]", "x[*] / y[*] a"),
            ("sum(y[*]) + x[*]", "sum(y[*]) + x[a]"),
            ("sum(y[*, b]) + x", "sum(y[*, b]) + x a"),
            ("max(x[*], 1)", "max(x[a], 1)"),
        ] {
            assert_eq!(of_cell(expression, &["a".to_owned()]), expected);
        }
        assert_eq!(of_cell("x[*, *]", &["a".to_owned(), "b".to_owned()]), "x[a, b]");
    }
}
