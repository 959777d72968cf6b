//! Changes relative to the value before: a field that is repeated, `duty.rate = duty.rate / 2`, and a value with a sign,
//! `growth = +1 pp`, `growth =- 1%`.
//!
//! In: a scenario. Out: the change with `*=` or `+=`, which needs no index. Variables are left to the checker, which knows
//! whether their equations read the last year.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::{entries, is_scenario, reference_end};
use crate::syntax::token::TokenKind;

/// True for a scenario with a name on both sides of an `=`.
pub(crate) fn may_have(text: &str) -> bool {
    text.trim_start().starts_with("scenario")
        && text.match_indices('=').any(|(at, _)| {
            let (before, after) = text.split_at(at);
            let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            let left = before.trim_end();
            let left = left.rsplit(|c: char| !name(c)).next().unwrap_or_default();
            !left.is_empty()
                && after.get(1..).is_some_and(|after| after.trim_start().starts_with(left))
        })
}

/// Writes changes that repeat their own value with the operator alone.
pub(crate) fn changes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut found = None;
    for start in entries(draft).into_iter().rev() {
        found = change(draft, start).or(found);
    }
    found.map(|sign| format!("a change relative to the value before is written `{sign}`"))
}

/// Rewrites the change at `start`; returns its operator.
fn change(draft: &mut Draft, start: usize) -> Option<&'static str> {
    let equals = reference_end(draft, start);
    (draft.is_word(start) && draft.at(equals) == "=").then_some(())?;
    let name = draft.show(start..equals);
    name.contains('.').then_some(())?;
    let second = equals + 1;
    let operator = reference_end(draft, second);
    (draft.show(second..operator) == name).then_some(())?;
    let end = end_of_value(draft, operator);
    let sums = (operator + 1..end)
        .any(|n| matches!(draft.at(n), "+" | "-") && is_outside(draft, operator + 1, n));
    let rest = draft.show(operator + 1..end);
    let (sign, value) = match draft.at(operator) {
        "*" if !sums => ("*=", rest),
        "/" if !sums && end == operator + 2 => ("*=", format!("1 / {rest}")),
        "+" => ("+=", rest),
        "-" if !sums => ("-=", rest),
        _ => return None,
    };
    (end > operator + 1).then_some(())?;
    draft.replace(equals..end, &format!("{sign} {value}"));
    Some(sign)
}

/// Returns the position after the value of a change: at its years, the next change or the end of the body.
fn end_of_value(draft: &Draft, from: usize) -> usize {
    let mut n = from;
    while n < draft.len() {
        match draft.kind(n) {
            Some(TokenKind::Open) => n = draft.close(n).unwrap_or(n),
            Some(TokenKind::Close | TokenKind::LineEnd) => return n,
            _ if matches!(draft.at(n), "," | "in" | "from" | "until" | "@") => return n,
            _ => {}
        }
        n += 1;
    }
    n
}

/// True if position `n` is in no bracket that opens at or after `from`.
fn is_outside(draft: &Draft, from: usize, n: usize) -> bool {
    let mut at = from;
    while at < n {
        if draft.kind(at) == Some(TokenKind::Open) {
            match draft.close(at) {
                Some(close) if close > n => return false,
                Some(close) => at = close,
                None => return false,
            }
        }
        at += 1;
    }
    true
}

/// Writes changes with a sign as additions: `growth = +1 pp`, `growth: +1 pp`.
pub(crate) fn additions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    is_scenario(draft).then_some(())?;
    let mut found = false;
    // A plain number changes by a factor: 20 is 22 after `= +10%`.
    while let Some(n) = (3..draft.len()).find(|&n| {
        let plain = |amount: &str| !amount.ends_with('%');
        matches!(draft.before(n, 1), "=" | ":")
            && draft.at(n) == "+"
            && draft.is_number(n + 1)
            && draft.at(n + 2) == "%"
            && context.given_amount(draft.before(n, 2)).is_some_and(plain)
    }) {
        draft.put_word(n - 1..n + 1, "*= 1 +");
        found = true;
    }
    while let Some(n) = (2..draft.len()).find(|&n| {
        matches!(draft.before(n, 1), "=" | ":") && draft.at(n) == "+" && draft.is_number(n + 1)
    }) {
        draft.put_word(n - 1..n + 1, "+=");
        found = true;
    }
    found.then(|| "a scenario changes a value with `+=`".to_owned())
}

/// True for a scenario with `=-` before a blank.
pub(crate) fn may_subtract(text: &str) -> bool {
    text.trim_start().starts_with("scenario") && text.contains("=- ")
}

/// Writes a change with `=-` or `=*` as one with `-=` or `*=`: `growth =- 1%`.
pub(crate) fn subtractions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (2..draft.len()).find(|&n| {
        matches!(draft.at(n), "-" | "*" | "+")
            && draft.before(n, 1) == "="
            && draft.touches(n)
            && !draft.touches(n + 1)
    })?;
    is_scenario(draft).then_some(())?;
    let sign = format!("{}=", draft.at(n));
    draft.replace(n - 1..n + 1, &sign);
    Some(format!("a scenario changes a value with `{sign}`"))
}
