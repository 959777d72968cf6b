//! Arithmetic of other languages: `a // b`, `t % 2`, `2imports`, `1.05(imports)`, `imports@2026`, `5‰`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::amounts::unit_end;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// Returns the start of the operand that ends before token `n`: a name with its indices, a number or a group.
pub(crate) fn operand_start(draft: &Draft, n: usize) -> Option<usize> {
    let mut at = n.checked_sub(1)?;
    if draft.kind(at) == Some(TokenKind::Close) {
        at = (0..at).rev().find(|&open| {
            draft.kind(open) == Some(TokenKind::Open) && draft.close(open) == Some(at)
        })?;
        if !(at > 0 && draft.is_name(at - 1) && draft.touches(at)) {
            return Some(at);
        }
        at -= 1;
    }
    while at > 1 && draft.before(at, 1) == "." && draft.is_word(at - 2) {
        at -= 2;
    }
    (draft.is_name(at) || draft.is_number(at)).then_some(at)
}

/// Returns the end of the operand that begins at token `n`.
fn operand_end(draft: &Draft, n: usize) -> Option<usize> {
    if draft.at(n) == "(" {
        return Some(draft.close(n)? + 1);
    }
    if draft.is_number(n) {
        return Some(n + 1);
    }
    if !draft.is_name(n) {
        return None;
    }
    let mut end = n + 1;
    while draft.at(end) == "." && draft.is_word(end + 1) {
        end += 2;
    }
    match draft.kind(end) == Some(TokenKind::Open) && draft.at(end) != "{" && draft.touches(end) {
        true => Some(draft.close(end)? + 1),
        false => Some(end),
    }
}

/// True if an expression may go on or end at token `n`.
fn ends_operand(draft: &Draft, n: usize) -> bool {
    draft.ends_line(n)
        || draft.kind(n) == Some(TokenKind::Close)
        || matches!(
            draft.at(n),
            "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "," | ";" | "="
        )
        || matches!(draft.at(n), "then" | "else" | "and" | "or" | "in" | "for" | "digits")
}

/// True if the two signs `//` at token `n` divide one value by another, and begin no comment.
pub(crate) fn is_division(draft: &Draft, n: usize, context: &Context<'_>) -> bool {
    let value = draft.is_number(n + 2)
        || draft.at(n + 2) == "("
        || context.declares(draft.at(n + 2))
        || matches!(draft.at(n + 2), "t" | "first" | "last");
    let after = operand_end(draft, n + 2).is_some_and(|end| ends_operand(draft, end));
    value && after && operand_start(draft, n).is_some()
}

/// Writes a division without a remainder with `floor`: `a // b`.
pub(crate) fn whole_division(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len())
        .find(|&n| draft.at(n) == "/" && draft.at(n + 1) == "/" && draft.touches(n + 1))
        .filter(|&n| is_division(draft, n, context))?;
    let (start, end) = (operand_start(draft, n)?, operand_end(draft, n + 2)?);
    let text = format!("floor({} / {})", draft.show(start..n), draft.show(n + 2..end));
    draft.replace(start..end, &text);
    Some("a division without a remainder is `floor(a / b)`".to_owned())
}

/// Writes a remainder with `mod`: `t % 2`, `a % b`.
pub(crate) fn remainder(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    // `t %% 2` of R
    if let Some(n) = draft.find(&["%", "%"], 1).filter(|&n| draft.touches(n + 1)) {
        draft.remove(n + 1..n + 2);
    }
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "%" | "mod")
            && operand_end(draft, n + 1).is_some_and(|end| ends_operand(draft, end))
            && !(draft.at(n) == "mod" && draft.at(n + 1) == "(")
            && !draft.starts_line(n)
    })?;
    let (start, end) = (operand_start(draft, n)?, operand_end(draft, n + 1)?);
    let (value, divisor) = (draft.show(start..n), draft.show(n + 1..end));
    // `5% x` has no sign between its factors.
    if draft.is_number(start) && start + 1 == n && !draft.is_number(n + 1) {
        return None;
    }
    let value = match value.as_str() {
        // The rest of a calendar year: the start of the count is a multiple of the divisor.
        "t" | "year" => {
            let by: i32 = divisor.parse().ok().filter(|&by| by > 0)?;
            let first = context.years()?.0;
            format!("(t - {}) / 1 year", first - first.rem_euclid(by))
        }
        _ => value,
    };
    draft.replace(start..end, &format!("mod({value}, {divisor})"));
    Some("a remainder is `mod(a, b)`; `%` is per cent".to_owned())
}

/// True if a text may have the remainder of a year: `mod(t, 4)`.
pub(crate) fn may_have_remainder(text: &str) -> bool {
    text.contains("mod(t,") || text.contains("mod(t ,")
}

/// Writes the remainder of a calendar year with a number of years: `mod(t, 4)`.
pub(crate) fn remainder_of_year(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = draft.find(&["mod", "(", "t", ","], 0)?;
    let by: i32 = draft.at(n + 4).parse().ok().filter(|&by| by > 0)?;
    (draft.at(n + 5) == ")").then_some(())?;
    let first = context.years()?.0;
    let year = format!("(t - {}) / 1 year", first - first.rem_euclid(by));
    draft.replace(n + 2..n + 3, &year);
    Some("a remainder is that of a number, as of the years since a first one".to_owned())
}

/// Writes per mille as a percentage: `5‰`.
pub(crate) fn permille(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| draft.at(n) == "‰" && draft.is_number(n - 1))?;
    let value: f64 = draft.before(n, 1).replace('_', "").parse().ok()?;
    draft.replace(n - 1..n + 1, &format!("{}%", value / 10.0));
    Some("per mille is written in per cent".to_owned())
}

/// Writes a number with a power of ten as one number: `1.2 x 10^6 USD`.
pub(crate) fn powers_of_ten(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        matches!(draft.at(n), "x" | "X" | "×" | "·" | "*")
            && draft.is_number(n - 1)
            && draft.at(n + 1) == "10"
            && draft.at(n + 2) == "^"
    })?;
    let sign = usize::from(draft.at(n + 3) == "-");
    draft.is_number(n + 3 + sign).then_some(())?;
    let power = draft.show(n + 3..n + 4 + sign);
    let number = format!("{}e{power}", draft.before(n, 1));
    draft.replace(n - 1..n + 4 + sign, &number);
    Some("a number with a power of ten is written `1.2e6`".to_owned())
}

/// Writes an amount with a power of ten, whose unit would belong to the exponent: `1.2 * 10^6 USD`, `10^6 USD`.
pub(crate) fn powers_with_unit(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (0..draft.len()).find(|&n| {
        draft.at(n) == "10"
            && draft.at(n + 1) == "^"
            && draft.is_number(n + 2)
            && unit_end(draft, n + 3) > n + 3
            && draft.at(n + 3) != "%"
    })?;
    let times = n > 1 && draft.before(n, 1) == "*" && draft.is_number(n - 2);
    let (start, number) = if times { (n - 2, draft.at(n - 2)) } else { (n, "1") };
    let text = format!("{number}e{}", draft.at(n + 2));
    draft.replace(start..n + 3, &text);
    Some("a number with a power of ten is written `1.2e6`".to_owned())
}

/// Writes the sign of a product: `2imports`, `1.05(imports)`, `(1 + rate)(imports)`.
pub(crate) fn products(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        let name = context.declares(draft.at(n)) && draft.is_number(n - 1);
        let group = draft.at(n) == "("
            && (draft.before(n, 1) == ")"
                || draft.is_number(n - 1) && !matches!(draft.at(n + 1), "t" | "-" | "+"));
        let percent = n > 1 && draft.before(n, 1) == "%" && draft.is_number(n - 2);
        name || group && draft.touches(n)
            || percent && (context.declares(draft.at(n)) || draft.at(n) == "(")
    })?;
    let unit = draft.show(n + 1..draft.close(n).unwrap_or(n + 1));
    if draft.at(n) == "(" && (unit.contains(context.currency()) || unit.is_empty()) {
        return None;
    }
    let year = draft.at(n) == "(" && draft.at(n + 1).len() == 4 && draft.is_number(n + 1);
    if year {
        return None;
    }
    draft.insert(n, "*");
    Some("a product has its sign, `*`".to_owned())
}

/// Writes groups of an expression in round brackets: `[1 + rate] * imports`, `{a + b} * 2`.
pub(crate) fn groups(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let before = |n: usize| matches!(draft.at(n), "=" | "(" | "+" | "-" | "*" | "/" | "^");
    let (n, close) = (1..draft.len()).find_map(|n| {
        let open = matches!(draft.at(n), "[" | "{") && before(n - 1);
        let close = draft.close(n).filter(|_| open)?;
        let inside = draft.show(n + 1..close);
        let next = draft.at(close + 1);
        let expression = !inside.contains([':', ',', '|', '\n', '{', '=']) && !inside.is_empty();
        (expression
            && (matches!(next, "+" | "-" | "*" | "/" | "^") || !matches!(draft.before(n, 1), "=")))
        .then_some((n, close))
    })?;
    draft.replace(close..close + 1, ")");
    draft.replace(n..n + 1, "(");
    Some("parts of an expression are in round brackets".to_owned())
}

/// Writes the year of a value in square brackets: `imports@2026`; removes a sign before a name: `$imports * 2`.
pub(crate) fn marks(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let year = |n: usize| draft.is_number(n) && draft.at(n).len() == 4;
    if let Some(n) = (1..draft.len())
        .find(|&n| draft.at(n) == "@" && year(n + 1) && context.declares(draft.before(n, 1)))
    {
        let index = format!("[{}]", draft.at(n + 1));
        draft.replace(n..n + 2, &index);
        draft.glue(n);
        return Some("the year of a value is in square brackets, as `x[2026]`".to_owned());
    }
    let n = (0..draft.len()).find(|&n| {
        matches!(draft.at(n), "$" | "%" | "!")
            && draft.touches(n + 1)
            && context.declares(draft.at(n + 1))
            && !(n > 0 && draft.touches(n))
            && (n > 0 || draft.at(n) != "!")
    })?;
    draft.remove(n..n + 1);
    Some("a name has no sign before it".to_owned())
}

/// Moves `%` from a declared name to its value: `param growth% = 3`; removes it behind a name: `show growth%`.
pub(crate) fn percent_names(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "%"
            && draft.is_name(n - 1)
            && (ends_operand(draft, n + 1) || draft.at(n + 1) == "=")
    })?;
    let declares = draft.begins_with(Class::Quantity) && n == 2 && draft.at(n + 1) == "=";
    if declares && draft.is_number(n + 2) && draft.amount_end(n + 2) == n + 3 {
        draft.insert(n + 3, "%");
        draft.glue(n + 3);
    }
    draft.remove(n..n + 1);
    Some("`%` belongs to a number, not to a name".to_owned())
}

/// Gives `%` behind brackets to each number in them: `normal(3, 1)%`, `{ China: 50, Turkey: 30 } %`.
pub(crate) fn shared_percent(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len())
        .find(|&n| draft.at(n) == "%" && draft.kind(n - 1) == Some(TokenKind::Close))?;
    let open = (0..n)
        .rev()
        .find(|&k| draft.close(k) == Some(n - 1) && draft.kind(k) == Some(TokenKind::Open))?;
    let listed = draft.at(open) == "{"
        || open > 0 && draft.is_word(open - 1) && draft.find(&[","], open).is_some();
    listed.then_some(())?;
    draft.remove(n..n + 1);
    for k in (open + 1..n - 1).rev().filter(|&k| draft.is_number(k)).collect::<Vec<_>>() {
        let year = matches!(draft.at(k + 1), ":" | "..");
        if !year {
            let touches = draft.touches(k + 1);
            draft.insert(k + 1, "%");
            draft.glue(k + 1);
            if touches {
                draft.glue(k + 2);
            }
        }
    }
    Some("each percentage has its own `%`".to_owned())
}

/// Joins two scale words: `5 thousand million USD`.
pub(crate) fn double_scales(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const PAIRS: [(&[&str], &str); 4] = [
        (&["thousand", "million"], "bn"),
        (&["thousand", "mn"], "bn"),
        (&["million", "million"], "tn"),
        (&["thousand", "billion"], "tn"),
    ];
    let (n, own) = PAIRS.iter().find_map(|(words, own)| draft.find(words, 1).map(|n| (n, own)))?;
    let message = format!("`{}` is one scale word, `{own}`", draft.show(n..n + 2));
    draft.put_word(n..n + 2, own);
    Some(message)
}
