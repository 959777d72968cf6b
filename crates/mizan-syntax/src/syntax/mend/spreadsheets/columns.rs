//! Names of columns without quotes in `data(...)`: `value: Trade Value (US$)`, `Trade Flow: M`.
//!
//! In: a call of `data`. Out: the same call with names of several words in quotes.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Options whose values are amounts, units or words of their own.
const OTHERS: [&str; 7] = ["unit", "missing", "header", "other", "before", "after", "brackets"];

/// Writes names of several words in quotes.
pub(crate) fn quoted(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = draft.find(&["data", "("], 0)? + 1;
    let (arguments, _) = draft.arguments(open)?;
    let mut found = None;
    for argument in arguments.into_iter().rev() {
        let Some(colon) = argument.clone().find(|&n| draft.at(n) == ":") else { continue };
        let (key, value) = (argument.start..colon, colon + 1..argument.end);
        let long_key = key.len() > 1 && is_words(draft, key.clone());
        let one = value.len() == 1 && draft.is_word(value.start);
        let named = OTHERS.contains(&draft.at(key.start)) && key.len() == 1;
        if !named && (value.len() > 1 || one && long_key) && is_words(draft, value.clone()) {
            let text = format!("\"{}\"", draft.show(value.clone()));
            draft.replace(value, &text);
            found = Some("a name of several words is in quotes".to_owned());
        }
        if long_key {
            let text = format!("\"{}\"", draft.show(key.clone()));
            draft.replace(key, &text);
            found = Some("a name of several words is in quotes".to_owned());
        }
    }
    found
}

/// True for words, numbers and signs of one line that begin with a word.
fn is_words(draft: &Draft, mut range: std::ops::Range<usize>) -> bool {
    let other = |n: usize| {
        matches!(
            draft.kind(n),
            Some(TokenKind::Text | TokenKind::LineEnd | TokenKind::Comment) | None
        ) || matches!(draft.at(n), "\"" | "\\" | "{" | "}" | "=" | ":")
    };
    draft.is_word(range.start) && !range.any(other)
}
