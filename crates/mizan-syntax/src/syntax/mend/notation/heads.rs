//! Statements whose parts are all there, in another order or with other signs between them: sources, correlations,
//! libraries.
//!
//! In: a statement that cannot be read. Out: the same parts in Mizan's order. A part that is not known ends the rule.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::numbers;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, SCALES};

/// Writes `rate: %` in the head of a table with the unit's name.
pub(crate) fn percent_heads(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    let is_head = |draft: &Draft, n: usize| {
        let column = draft.at(n + 2) == "|";
        let argument = draft.before(n, 1) == "unit" && matches!(draft.at(n + 2), ")" | ",");
        draft.at(n + 1) == "%" && (column || argument)
    };
    while let Some(n) = (0..draft.len()).find(|&n| draft.at(n) == ":" && is_head(draft, n)) {
        draft.put_word(n + 1..n + 2, "percent");
        found = true;
    }
    found.then(|| "the unit of a column of percentages is `percent`".to_owned())
}

/// Writes the unit of a column with its scale and its currency: `| sector | base: mn |`, `| sector | base: USD mn |`.
pub(crate) fn money_heads(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let currency = context.currency();
    let scale = |word: &str| {
        let own = SCALES.iter().find(|(own, _)| *own == word).map(|(own, _)| *own);
        own.or_else(|| numbers::scale(word))
    };
    let mut found = false;
    for n in (1..draft.len()).rev().filter(|&n| draft.at(n) == ":").collect::<Vec<_>>() {
        let (first, second) = (draft.at(n + 1), draft.at(n + 2));
        // `data(..., unit: thousands USD)`
        let argument = draft.before(n, 1) == "unit" && matches!(draft.at(n + 3), ")" | ",");
        let (own, end) = match (scale(first), scale(second)) {
            (Some(own), _) if argument && second == currency && own != first => (own, n + 3),
            (None, Some(own)) if argument && first == currency => (own, n + 3),
            (Some(own), _) if second == "|" => (own, n + 2),
            (Some(own), _) if second == currency && own != first => (own, n + 3),
            (None, Some(own)) if first == currency => (own, n + 3),
            _ => continue,
        };
        if draft.at(end) == "|" || argument {
            draft.replace(n + 1..end, &format!("{own} {currency}"));
            found = true;
        }
    }
    found.then(|| format!("the unit of a column has its scale and its currency, `mn {currency}`"))
}

/// Writes a source as its key and its text: `source wits = "WITS 2024"`, `source "WITS 2024"`.
pub(crate) fn sources(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "source").then_some(())?;
    let end = draft.line_end(0);
    let text = (1..end).find(|&n| draft.kind(n) == Some(TokenKind::Text))?;
    let sign = |n: usize| matches!(draft.at(n), "=" | ":" | "," | "@" | "-" | "[" | "]" | "as");
    let rest: Vec<usize> = (1..end).filter(|&n| n != text && !sign(n)).collect();
    let key = match rest.as_slice() {
        [only] if draft.is_word(*only) => draft.at(*only).to_owned(),
        [] => {
            let words = draft.at(text).split(|c: char| !c.is_alphanumeric());
            let named = |word: &&str| word.starts_with(char::is_alphabetic);
            words.into_iter().find(named)?.to_lowercase()
        }
        _ => return None,
    };
    let line = format!("source {key} {}", draft.at(text));
    draft.replace(0..end, &line);
    Some("a source is written `source KEY \"Author, title, year\"`".to_owned())
}

/// Writes the source of a value in brackets as a source: `param gdp = 78.7 bn USD (IMF WEO, April 2024)`.
pub(crate) fn cited(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let declared = matches!(draft.at(0), "param" | "currency") || draft.is_number(0);
    let end = draft.line_end(0);
    let open = (2..end).find(|&n| draft.at(n) == "(" && draft.close(n) == Some(end - 1))?;
    let value =
        draft.is_name(open - 1) || draft.is_number(open - 1) || draft.before(open, 1) == "%";
    let part = |n: usize| {
        draft.is_word(n)
            || draft.is_number(n)
            || matches!(draft.at(n), "," | "." | "-" | "&" | "/" | ":" | "'")
    };
    let named = draft.is_word(open + 1) && draft.at(open + 1).starts_with(char::is_uppercase);
    let source = (open + 1..end - 1).all(part)
        && context.currency() != draft.at(open + 1)
        && !draft.touches(open);
    (declared && value && named && source && open + 2 < end).then_some(())?;
    let text = draft.show(open + 1..end - 1);
    let key = draft.at(open + 1).to_lowercase();
    draft.replace(open..end, &format!("@{key}"));
    if !context.any_line(|line| line.starts_with(&format!("source {key} "))) {
        draft.insert_line(&format!("source {key} \"{text}\""));
    }
    Some("a source has a line of its own, and `@` names it behind the value".to_owned())
}

/// True for an equation of a correlation, `corr(a, b) = 0.6`.
pub(crate) fn may_correlate(text: &str, context: &Context<'_>) -> bool {
    let word = text.split('(').next().unwrap_or_default().trim();
    matches!(word, "correlation" | "corr" | "cor" | "correl")
        && text.contains('=')
        && !context.declares(word)
}

/// Writes `correlate A, B = 0.5`; a number above 1 and a percentage are hundredths.
pub(crate) fn correlations(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "correlate" | "correlation" | "corr" | "cor" | "correl").then_some(())?;
    let end = draft.line_end(0);
    let (mut names, mut number, mut n) = (Vec::new(), None, 1);
    while n < end {
        let word = draft.at(n);
        if draft.is_name(n) && word != "of" {
            let mut stop = n + 1;
            while draft.at(stop) == "." && draft.is_word(stop + 1) {
                stop += 2;
            }
            if draft.at(stop) == "[" {
                stop = draft.close(stop)? + 1;
            }
            names.push(draft.show(n..stop));
            n = stop;
            continue;
        }
        if draft.is_number(n) {
            let minus = if draft.before(n, 1) == "-" { -1.0 } else { 1.0 };
            let value: f64 = word.parse().ok()?;
            let percent = draft.at(n + 1) == "%";
            let share = if percent || value > 1.0 { 0.01 } else { 1.0 };
            number = Some((minus * value * share * 1e6).round() / 1e6);
            n += usize::from(percent);
        } else if !matches!(
            word,
            "," | "(" | ")" | "=" | ":" | "-" | "and" | "with" | "at" | "by" | "to" | "of" | "is"
        ) {
            return None;
        }
        n += 1;
    }
    let ([a, b], Some(number)) = (names.as_slice(), number) else { return None };
    let line = format!("correlate {a}, {b} = {number}");
    draft.replace(0..end, &line);
    Some("a correlation is written `correlate A, B = 0.5`".to_owned())
}

/// Writes `use` with the name of a library alone: `use library trade`.
pub(crate) fn libraries(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const FILLERS: [&str; 7] = ["library", "libraries", "the", "package", "module", "lib", "from"];
    let other = matches!(draft.at(0), "library" | "require" | "using") && {
        let rest = draft.show(1..draft.line_end(0));
        rest.trim_matches(['(', ')', '"', ' ']) == "trade"
    };
    let end = draft.line_end(0);
    (other || draft.at(0) == "use" && end > 2).then_some(())?;
    let name = (1..end).find(|&n| draft.is_word(n) && !FILLERS.contains(&draft.at(n)))?;
    let line = format!("use {}", draft.at(name));
    draft.replace(0..end, &line);
    Some("`use` is followed by the name of a library alone".to_owned())
}

/// Writes an equation in an unknown, `100 - 2*p = 3*p`, as `solve p so that ...`.
pub(crate) fn unknowns(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let equals = draft.outside("=", 1).or_else(|| draft.outside("==", 1)).filter(|&n| n < end)?;
    let statement = words::find(draft.at(0)).is_some();
    // A name alone, with or without indices, is the left side of an equation in Mizan.
    let operators = (0..equals).any(|n| matches!(draft.at(n), "+" | "-" | "*" | "/" | "^"));
    (!statement && operators).then_some(())?;
    let names = (0..end).filter(|&n| draft.is_name(n)).map(|n| draft.at(n));
    let unknown = names.into_iter().find(|name| context.is_open(name))?.to_owned();
    draft.replace(equals..equals + 1, "==");
    draft.insert(0, &format!("solve {unknown} so that"));
    Some("an equation whose left side is no name is written with `solve`".to_owned())
}
