//! Comments of other languages: `//`, `--`, `'`, `*`, `!`, `/* */`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::arithmetic;
use crate::syntax::token::TokenKind;
use crate::syntax::words;

const MESSAGE: &str = "a comment begins with `#`";

/// True if the rest of the line from part `n` is prose, because it has two names side by side.
fn is_prose(draft: &Draft, n: usize) -> bool {
    let end = draft.line_end(n);
    let word = |n: usize| draft.is_word(n) && n < end && words::find(draft.at(n)).is_none();
    (n..end).any(|n| word(n) && word(n + 1))
}

/// True for a line of `*` alone.
fn stars(draft: &Draft, n: usize) -> bool {
    (n..draft.line_end(n)).all(|k| matches!(draft.at(k), "*" | "**"))
}

/// Returns the number of characters that begin a comment at token `n`.
fn mark(draft: &Draft, n: usize, context: &Context<'_>) -> Option<usize> {
    let pair = |second: &str| draft.at(n + 1) == second && draft.touches(n + 1);
    let starts = draft.starts_line(n);
    match draft.at(n) {
        "/" if pair("/") && arithmetic::is_division(draft, n, context) => None,
        "/" if pair("/") || pair("*") => Some(2),
        "/" if pair("**") => Some(2),
        "-" if pair("-") && (starts || is_prose(draft, n)) => Some(2),
        "*" | "**" if starts && stars(draft, n) => Some(draft.line_end(n) - n),
        "**" if starts => Some((n..).take_while(|&k| matches!(draft.at(k), "*" | "**")).count()),
        "!" if starts && !draft.touches(n + 1) => Some(1),
        "*" | "!" | "%" if n == 0 || starts && is_prose(draft, n) => Some(1),
        // A quoted text has no blank behind its first sign.
        "'" if starts || !draft.touches(n) && !draft.touches(n + 1) => Some(1),
        "'" if !draft.touches(n) && draft.find(&["'"], n + 1).is_none() => Some(1),
        "REM" | "Rem" | "rem" if starts => Some(1),
        _ => None,
    }
}

/// Replaces the comment marks of other languages by `#`.
pub(crate) fn signs(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let starred = draft.at(0) == "*";
    let words = (1..draft.line_end(0)).filter(|&n| draft.is_name(n)).count();
    let mut found = false;
    let mut n = 0;
    while n < draft.len() {
        if let Some(signs) = mark(draft, n, context) {
            let end = draft.line_end(n);
            let text = draft.show(n + signs..end);
            let text = text.trim_end_matches("*/").trim_end_matches(['*', ' ']);
            draft.replace(n..end, format!("# {text}").trim_end());
            found = true;
        }
        n += 1;
    }
    let product = starred && words < 2;
    found.then(|| match product {
        true => {
            "a comment begins with `#`; a line does not begin with `*`, only end with it".to_owned()
        }
        false => MESSAGE.to_owned(),
    })
}

/// Writes a comment behind two dashes, which may have any text: `90 USD -- TTF, WEO 2025`.
pub(crate) fn dashes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = draft.find(&["-", "-"], 1)?;
    let spaced = !draft.touches(n) && draft.touches(n + 1) && !draft.touches(n + 2);
    (spaced && draft.is_word(n + 2)).then_some(())?;
    let end = draft.line_end(n);
    let text = draft.show(n + 2..end);
    draft.replace(n..end, &format!("# {text}"));
    Some(MESSAGE.to_owned())
}

/// Replaces `;`: removes it at the end of a line, and writes a comma inside braces and a line end between statements.
pub(crate) fn semicolons(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    let mut depth = 0_usize;
    let mut n = 0;
    while n < draft.len() {
        match (draft.kind(n), draft.at(n)) {
            (Some(TokenKind::Open), _) => depth += 1,
            (Some(TokenKind::Close), _) => depth = depth.saturating_sub(1),
            (_, ";") => {
                found = true;
                let last = draft.ends_line(n + 1);
                let closes = draft.kind(n + 1) == Some(TokenKind::Close);
                match depth {
                    _ if last || closes => draft.remove(n..n + 1),
                    0 => draft.replace(n..n + 1, "\n"),
                    _ => draft.replace(n..n + 1, ","),
                }
                continue;
            }
            _ => {}
        }
        n += 1;
    }
    found.then(|| "a statement ends with its line, without `;`".to_owned())
}

/// Writes a text of Python between three quotes, and a note in quotes, as a comment.
pub(crate) fn docstrings(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let note = matches!(draft.at(0), "note" | "notes" | "comment" | "remark");
    if note && draft.kind(1) == Some(TokenKind::Text) && draft.ends_line(2) {
        let text = draft.at(1).trim_matches('"').to_owned();
        draft.replace(0..2, &format!("# {text}"));
        return Some(MESSAGE.to_owned());
    }
    let quoted = draft.at(0) == "\"\"" && draft.kind(1) == Some(TokenKind::Text);
    let text = draft.at(1).trim_matches('"').trim().to_owned();
    let end = draft.line_end(0);
    (quoted && end <= 3).then_some(())?;
    draft.replace(0..end, &format!("# {text}"));
    Some(MESSAGE.to_owned())
}
