//! Parts of a statement that are missing: commas in braces, `else`, a value between two operators; misspelt clauses.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, Class};

/// Inserts commas between the entries of a map, a lever or a scenario on one line: `{ China: 1 Turkey: 2 }`.
pub(crate) fn commas(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0)?;
    let mut found = false;
    let mut n = open + 2;
    while n + 1 < draft.len() {
        let entry = draft.is_word(n) || draft.kind(n) == Some(TokenKind::Text);
        let begins = entry && matches!(draft.at(n + 1), ":" | "=" | "+=" | "*=" | "-=");
        let after = matches!(draft.kind(n - 1), Some(TokenKind::Number | TokenKind::Word))
            || matches!(draft.before(n, 1), "%" | "]" | ")" | "}");
        if begins && after && !matches!(draft.before(n, 1), "else" | "then") {
            draft.insert(n, ",");
            draft.glue(n);
            found = true;
        }
        n += 1;
    }
    found.then(|| "entries in braces are separated by commas".to_owned())
}

/// Adds the `else` that a condition requires.
pub(crate) fn otherwise(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let at = draft.find(&["if"], 1)?;
    let then = draft.find(&["then"], at)?;
    let end = draft.line_end(at);
    if then > end || draft.find(&["else"], at).is_some_and(|n| n < end) {
        return None;
    }
    let mut stop = then;
    while stop < end {
        match draft.kind(stop) {
            Some(TokenKind::Open) => stop = draft.close(stop).filter(|&close| close < end)?,
            Some(TokenKind::Close) => break,
            _ if draft.at(stop) == "," => break,
            _ => {}
        }
        stop += 1;
    }
    draft.insert(stop, "else 0");
    Some("`if` requires an `else`: every year needs a value".to_owned())
}

/// Removes the first of two operators without a value between them: `1 + * 2`.
pub(crate) fn operands(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let binary = |n: usize| matches!(draft.at(n), "*" | "/" | "^");
    let n = (1..draft.len()).find(|&n| {
        (matches!(draft.at(n), "+" | "-") || binary(n)) && (binary(n + 1) || draft.at(n + 1) == "+")
    })?;
    // `+/- 10%` is a range, and no quotient.
    if draft.at(n + 1) == "/" && draft.at(n + 2) == "-" {
        return None;
    }
    let (first, second) = (draft.at(n).to_owned(), draft.at(n + 1).to_owned());
    draft.remove(n..n + 1);
    Some(format!("a value is missing between `{first}` and `{second}`, or one of them is too much"))
}

/// Repeats the value of a second comparison: `x > 0 and < 5`.
pub(crate) fn left_sides(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let compares = |n: usize| matches!(draft.at(n), "<" | ">" | "<=" | ">=" | "==" | "!=");
    let n =
        (2..draft.len()).find(|&n| matches!(draft.at(n), "and" | "or" | ",") && compares(n + 1))?;
    let sign = (1..n).rev().find(|&n| compares(n))?;
    let begins = |n: usize| {
        draft.is_word(n) && words::find(draft.at(n)).is_some()
            || matches!(draft.at(n), "," | ":" | "=")
    };
    let mut start = sign;
    while start > 0 && !begins(start - 1) && draft.kind(start - 1) != Some(TokenKind::Open) {
        start -= 1;
        if draft.kind(start) == Some(TokenKind::Close) {
            start = (0..start).rev().find(|&open| draft.close(open) == Some(start))?;
        }
    }
    let value = draft.show(start..sign);
    draft.insert(n + 1, &value);
    Some("each comparison has a value on both sides".to_owned())
}

/// Replaces misspelt words inside a query or after a value: `show balance fro low`.
pub(crate) fn clauses(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let known = |word: &&words::Word| {
        matches!(word.class, Class::Second | Class::Clause | Class::Operator)
            && word.name.chars().count() > 2
    };
    for n in 1..draft.len() {
        let word = draft.at(n).to_owned();
        let short = word.chars().count() < 3 || matches!(word.as_str(), "the" | "first" | "last");
        let call = draft.at(n + 1) == "(";
        if !draft.is_name(n) || short || call || context.mentions(&word) > 1 {
            continue;
        }
        let names = words::WORDS.iter().filter(known).map(|word| word.name);
        if let Some(own) = crate::diagnostic::nearest(&word, names) {
            draft.replace(n..n + 1, own);
            return Some(format!("`{word}` is written `{own}`"));
        }
    }
    None
}

/// Divides two statements on one line after a closing brace: `scenario a { ... } scenario b { ... }`.
pub(crate) fn line_ends(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let begins = |n: usize| {
        draft.before(n, 1) == "}"
            && words::find(draft.at(n)).is_some_and(words::Word::begins_statement)
    };
    let n = (2..draft.len()).find(|&n| begins(n))?;
    let (first, second) = (draft.show(0..n), draft.show(n..draft.len()));
    *draft = Draft::of(&format!("{first}\n{second}"));
    Some("each statement has a line of its own".to_owned())
}
