//! Equations of the next year, which loops of MATLAB and Python have: `k[t+1] = k[t] * 0.9 + i[t]`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::rules;
use crate::syntax::token::TokenKind;

/// True for a text whose left side is a value of the next year.
pub(crate) fn may_have(text: &str) -> bool {
    let left = rules::left_side(text);
    left.ends_with(['1', ']', ')']) && left.replace(' ', "").contains("t+1")
}

/// Writes the equation of this year, with the values of last year.
pub(crate) fn next_year(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let start = usize::from(matches!(draft.at(0), "var" | "let" | "gen"));
    let open = start + 1;
    let close = draft.close(open).filter(|_| matches!(draft.at(open), "[" | "("))?;
    let next = draft.before(close, 3) == "t"
        && draft.before(close, 2) == "+"
        && draft.before(close, 1) == "1";
    (draft.is_name(start) && next && draft.at(close + 1) == "=").then_some(())?;
    let name = draft.at(start).to_owned();
    let index = draft.show(open + 1..close - 3);
    let index = index.trim_end_matches([',', ' ']);
    let left = if index.is_empty() { name.clone() } else { format!("{name}[{index}]") };
    let end = draft.line_end(close);
    let mut right = Draft::of(draft.show(close + 2..end).trim_end_matches([';', ' ']));
    let mut n = 0;
    while n < right.len() {
        let value = right.is_name(n)
            && (context.declares(right.at(n)) || right.at(n) == name)
            && right.at(n - n.min(1)) != "."
            && right.kind(n) == Some(TokenKind::Word);
        if !value {
            n += 1;
            continue;
        }
        let indexed = matches!(right.at(n + 1), "[" | "(");
        let inner = if indexed { right.close(n + 1)? } else { n };
        let shifted = match indexed {
            true => {
                let mut parts: Vec<String> = right
                    .show(n + 2..inner)
                    .split(',')
                    .map(|part| part.trim().to_owned())
                    .collect();
                let year = parts.last()?.replace(' ', "");
                let year = match year.strip_prefix('t') {
                    Some("") => Some("t-1".to_owned()),
                    Some("+1") => Some(String::new()),
                    Some(lag) => {
                        let lag: i32 = lag.strip_prefix('-')?.parse().ok()?;
                        Some(format!("t-{}", lag + 1))
                    }
                    None => None,
                };
                match year {
                    Some(year) => {
                        parts.pop();
                        parts.extend((!year.is_empty()).then_some(year));
                    }
                    None => parts.push("t-1".to_owned()),
                }
                parts.join(", ")
            }
            // A given value is the same in every year.
            false if context.gives(right.at(n)) => String::new(),
            false => "t-1".to_owned(),
        };
        let own = right.at(n).to_owned();
        let text = if shifted.is_empty() { own } else { format!("{own}[{shifted}]") };
        let length = Draft::of(&text).len();
        right.replace(n..inner + 1, &text);
        n += length;
    }
    let declared = start == 1 || context.declares(&name);
    let own = if declared { "" } else { "var " };
    let first = if start == 1 { "var " } else { own };
    draft.replace(0..end, &format!("{first}{left} = {}", right.text().trim()));
    Some("an equation gives the value of year `t` from that of `t-1`".to_owned())
}
