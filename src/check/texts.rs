//! Texts in quotes in the place of numbers and years.

use crate::syntax::token::{Token, TokenKind, tokens};

/// Returns the year of a date in a text: `2026`, `Q3 2026`, `2026-07-01`; `None` if there is none, or more than one.
pub(super) fn year_of_date(text: &str) -> Option<&str> {
    let is_year = |part: &&str| {
        part.len() == 4 && part.parse().is_ok_and(|year: i32| (1000..3000).contains(&year))
    };
    let mut years = text.split(|c: char| !c.is_ascii_digit()).filter(is_year);
    years.next().filter(|_| years.next().is_none())
}

/// True for a text that is a number with its unit: `5%`, `20 mn USD`.
pub(super) fn is_amount(text: &str) -> bool {
    let all = tokens(text);
    let number = usize::from(all.first().is_some_and(|first| first.text == "-"));
    let rest = all.get(number + 1..).unwrap_or_default();
    let unit = |token: &Token<'_>| token.kind == TokenKind::Word || matches!(token.text, "%" | "/");
    all.get(number).is_some_and(|token| token.kind == TokenKind::Number)
        && rest.len() <= 4
        && rest.iter().all(unit)
}
