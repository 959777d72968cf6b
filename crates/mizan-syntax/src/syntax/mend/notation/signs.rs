//! Operators and quotes of other languages.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::{self, Class};

fn says(message: &str) -> Option<String> {
    Some(message.to_owned())
}

/// Replaces each sequence `from` of signs without blanks between them by `to`; returns whether it found one.
fn each(draft: &mut Draft, from: &[&str], to: &str) -> bool {
    let mut found = false;
    let mut at = 0;
    while let Some(n) = draft.find(from, at) {
        at = n + 1;
        if (n + 1..n + from.len()).all(|k| draft.touches(k)) {
            match to.starts_with(char::is_alphabetic) {
                true => draft.put_word(n..n + from.len(), to),
                false => draft.replace(n..n + from.len(), to),
            }
            found = true;
        }
    }
    found
}

/// Puts texts in double quotes.
pub(crate) fn quotes(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some(n) = draft.find(&["'"], 0) {
        let end = draft.find(&["'"], n + 1).filter(|&end| end < draft.line_end(n))?;
        let text = draft.show(n + 1..end);
        draft.replace(n..end + 1, &format!("\"{text}\""));
        found = true;
    }
    found.then(|| "a text is written in double quotes".to_owned())
}

/// Replaces `:=`, `<-` and other signs of definition by `=`.
pub(crate) fn define(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let signs: [&[&str]; 6] =
        [&["<", "<", "-"], &["<", "-"], &[":", "="], &[":", "=="], &["=", "."], &["=", "="]];
    if signs.iter().any(|sign| each(draft, sign, "=")) {
        if draft.is_name(0) && draft.at(1) == "=" && context.gives(draft.at(0)) {
            let change = draft.show(0..draft.line_end(0));
            draft.replace(0..draft.line_end(0), &format!("scenario changed {{ {change} }}"));
            return says(
                "a value does not change while a script runs; a scenario gives it another value",
            );
        }
        if draft.is_name(0) && draft.at(1) == "=" && !context.declares(draft.at(0)) {
            let given = (2..draft.line_end(0)).all(|n| !draft.is_word(n) || n > 2);
            draft.insert(0, if given { "param" } else { "var" });
        }
        return says("a value is given with `=`");
    }
    if draft.begins_with(Class::Quantity)
        && let Some(n) = draft.outside("~", 1).filter(|_| draft.outside("=", 1).is_none())
    {
        draft.replace(n..n + 1, "=");
        return says("a distribution is a value, given with `=`");
    }
    let begins = draft.begins_with(Class::Quantity)
        || matches!(draft.at(0), "set" | "function" | "years" | "unit" | "currency");
    if begins
        && let Some(n) = draft.outside("==", 0)
        && draft.outside("=", 0).is_none_or(|first| n < first)
    {
        draft.replace(n..n + 1, "=");
        return says("`==` compares; a declaration gives its value with `=`");
    }
    None
}

/// Signs of comparison and logic in other languages, each as its tokens, with the sign of Mizan.
const SIGNS: [(&[&str], &str); 14] = [
    (&["==", "="], "=="),
    (&["!=", "="], "!="),
    (&["=", "/", "="], "!="),
    (&["<", ">"], "!="),
    (&["~", "="], "!="),
    (&["~", "=="], "!="),
    (&["=", "<"], "<="),
    (&["==", ">"], "->"),
    (&["-", "->"], "->"),
    (&["&", "&"], "and"),
    (&["&"], "and"),
    (&["|", "|"], "or"),
    (&[":", "AND", ":"], "and"),
    (&[":", "OR", ":"], "or"),
];
/// Words that compare, each with its sign; a verb may stand before those that begin with no verb.
const COMPARISONS: [(&[&str], &str); 20] = [
    (&["never", "above"], "<="),
    (&["never", "below"], ">="),
    (&["positive"], "> 0"),
    (&["negative"], "< 0"),
    (&["zero"], "== 0"),
    (&["greater", "than"], ">"),
    (&["higher", "than"], ">"),
    (&["more", "than"], ">"),
    (&["less", "than"], "<"),
    (&["lower", "than"], "<"),
    (&["above"], ">"),
    (&["over"], ">"),
    (&["below"], "<"),
    (&["under"], "<"),
    (&["at", "least"], ">="),
    (&["at", "most"], "<="),
    (&["not"], "!="),
    (&["equal", "to"], "=="),
    (&["equals"], "=="),
    (&[], "=="),
];
/// Verbs before a word that compares.
const VERBS: [&str; 13] = [
    "is", "are", "be", "stays", "stay", "remains", "remain", "must", "should", "shall", "always",
    "kept", "keeps",
];

/// Replaces the operators of comparison and logic that other languages have.
pub(crate) fn compare(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let condition = draft.begins_with(Class::Query)
        || matches!(draft.at(0), "identity" | "solve")
        || draft.find(&["if"], 0).is_some();
    if let Some(found) = checked(draft) {
        return Some(found);
    }
    if condition && let Some(found) = compared_in_words(draft) {
        return Some(found);
    }
    // An arrow of equations is a sign of comparison in a condition.
    let at_least: (&[&str], &str) = (&["=", ">"], if condition { ">=" } else { "->" });
    for (from, to) in SIGNS.into_iter().chain([at_least]) {
        if each(draft, from, to) {
            return Some(format!("`{}` is written `{}`", from.concat(), to));
        }
    }
    let compared = (0..draft.len()).any(|n| matches!(draft.at(n), "<" | ">" | "<=" | ">=" | "=="));
    let plain = compared && draft.find(&["{"], 0).is_none();
    if (draft.begins_with(Class::Query) || plain) && each(draft, &["|"], "or") {
        return says("`|` is written `or`");
    }
    let not = draft.find(&["!"], 0).filter(|&n| draft.is_word(n + 1) || draft.at(n + 1) == "(")?;
    draft.put_word(not..not + 1, "not");
    says("`!` is written `not`")
}

/// Writes checks of other forms: `check all x > 0`, `check x between 0 and 1`, `check x ~ y`.
fn checked(draft: &mut Draft) -> Option<String> {
    if draft.at(0) == "check" && matches!(draft.at(1), "all" | "every" | "each" | "that" | "always")
    {
        draft.remove(1..2);
        return says("a check holds for all elements and years");
    }
    if draft.at(0) == "check"
        && let Some(n) = draft.outside("between", 1)
        && let Some(and) = draft.outside("and", n)
    {
        let (value, low) = (draft.show(1..n), draft.show(n + 1..and));
        let text = format!(">= {low} and {value} <=");
        draft.replace(n..and + 1, &text);
        return says("two bounds are two comparisons joined by `and`");
    }
    if draft.at(0) == "check"
        && let Some(n) = draft.outside("~", 1).filter(|&n| draft.at(n + 1) != "=")
    {
        draft.replace(n..n + 1, "==");
        let end = draft.line_end(n);
        draft.insert(end, "within 1%");
        return says("a condition allows a deviation with `within`");
    }
    matches!(draft.at(0), "check" | "identity").then_some(())?;
    let (n, count) = about_equal(draft)?;
    draft.put_word(n..n + count, "==");
    let end = draft.line_end(n);
    draft.insert(end, "within 1%");
    says("about equal is `== ... within 1%`; unequal is `!=`")
}

/// Writes a comparison in words with its sign: `x is at least 5`, `x stays above 5`, `x never falls below 5`.
fn compared_in_words(draft: &mut Draft) -> Option<String> {
    let (n, stop, sign) = (1..draft.len()).find_map(|n| in_words(draft, n))?;
    let was = draft.show(n..stop);
    draft.replace(n..stop, sign);
    Some(format!("`{was}` is written `{sign}`"))
}

/// Reads a comparison in words at `n`; returns its position, the position after it, and its sign.
fn in_words(draft: &Draft, n: usize) -> Option<(usize, usize, &'static str)> {
    let verbs = (n..draft.len()).take_while(|&k| VERBS.contains(&draft.at(k))).count();
    let never = draft.at(n + verbs) == "never";
    // `never falls below`
    let moves =
        never && matches!(draft.at(n + verbs + 1), "falls" | "drops" | "goes" | "rises" | "is");
    COMPARISONS.iter().find_map(|(words, sign)| {
        let (first, at) = match words.first() {
            Some(&"never") => (never, n + verbs + 1 + usize::from(moves)),
            // These need no verb.
            Some(&("at" | "equals")) => (true, n + verbs),
            // `must not fall below` is no inequality.
            Some(&"not") => (verbs == 1 && matches!(draft.at(n), "is" | "are"), n + verbs),
            _ => (verbs > 0, n + verbs),
        };
        let rest = if words.first() == Some(&"never") { words.get(1..)? } else { words };
        let own = rest.iter().enumerate().all(|(k, word)| draft.at(at + k) == *word);
        // A verb alone compares only as `is`.
        let alone = words.is_empty() && (never || !matches!(draft.at(n), "is" | "are"));
        (first && own && !alone).then_some((n, at + rest.len(), *sign))
    })
}

/// Finds a sign of other languages for values that are nearly equal, and the number of its tokens.
fn about_equal(draft: &Draft) -> Option<(usize, usize)> {
    const SIGNS: [&[&str]; 7] =
        [&["~", "="], &["~", "=="], &["=", "~"], &["==", "~"], &["≈"], &["≃"], &["≅"]];
    SIGNS.iter().find_map(|sign| {
        let touching = |n: &usize| (n + 1..n + sign.len()).all(|k| draft.touches(k));
        draft.find(sign, 1).filter(touching).map(|n| (n, sign.len()))
    })
}

/// Writes words of the language in lower case.
pub(crate) fn capitals(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let mut first = None;
    for n in 0..draft.len() {
        let lower = draft.at(n).to_lowercase();
        if draft.is_word(n)
            && lower != draft.at(n)
            && words::find(&lower).is_some_and(|word| {
                word.class != Class::Second || draft.at(n).chars().all(char::is_uppercase)
            })
        {
            first.get_or_insert_with(|| (draft.at(n).to_owned(), lower.clone()));
            draft.replace(n..n + 1, &lower);
        }
    }
    first.map(|(was, lower)| format!("`{was}` is a word of the language, written `{lower}`"))
}

/// Replaces `±` and `+-`: a tolerance in a condition, an uncertain value elsewhere.
pub(crate) fn plus_minus(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let signs: [&[&str]; 4] = [&["±"], &["+", "-"], &["+", "/", "-"], &["+", "/-"]];
    let (n, count) = signs
        .iter()
        .find_map(|sign| draft.find(sign, 0).map(|n| (n, sign.len())))
        .filter(|&(n, count)| (n + 1..n + count).all(|k| draft.touches(k)))?;
    if matches!(draft.at(0), "check" | "identity" | "find" | "solve") {
        draft.replace(n..n + count, "within");
        return says("a condition allows a deviation with `within`");
    }
    if draft.begins_with(Class::Query) && draft.is_number(n + count) {
        let sensitivity = draft.at(0) == "sensitivity";
        draft.remove(n..draft.amount_end(n + count));
        return says(match sensitivity {
            true => "a sensitivity moves each input by ±10% itself, or within its distribution",
            false => "a query has no range; draws of distributions give one: `--draws 10_000`",
        });
    }
    let start = (0..n).rev().find(|&k| draft.is_number(k) && draft.amount_end(k) == n)?;
    let end = draft.amount_end(n + count);
    let (middle, width) = (draft.show(start..n), draft.show(n + count..end));
    // The width of a percentage without a sign is in points too.
    let bare = width.chars().all(|c| c.is_ascii_digit() || c == '.');
    let width = if middle.ends_with('%') && bare { format!("{width}%") } else { width };
    // A percentage of an amount is a factor.
    let text = match width.ends_with('%') && !middle.ends_with('%') {
        true => format!("between({middle} * (1 - {width}), {middle} * (1 + {width}))"),
        false => format!("between({middle} - {width}, {middle} + {width})"),
    };
    draft.replace(start..end, &text);
    says(
        "an uncertain value is a distribution: 90% of `between` is in its range, and `normal` takes a standard deviation",
    )
}

/// Removes the sign of a positive number.
pub(crate) fn unary_plus(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let before = |n: usize| matches!(draft.at(n), "=" | ":" | "(" | "," | "[" | "|" | "->" | "..");
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "+" && before(n - 1) && (draft.is_number(n + 1) || draft.is_word(n + 1))
    })?;
    // `x(+1)` of other languages is next year's value.
    if draft.before(n, 1) == "(" && n > 1 && draft.is_word(n - 2) && draft.at(n + 2) == ")" {
        let index = format!("[t+{}]", draft.at(n + 1));
        draft.replace(n - 1..n + 3, &index);
        draft.glue(n - 1);
        return says("the value of another year has its index in square brackets");
    }
    draft.remove(n..n + 1);
    says("a positive number has no sign; in a scenario `+=` adds to a value")
}

/// Returns the end of the expression that begins at token `n`: a comma, a closing bracket or the end of the line.
fn expression_end(draft: &Draft, n: usize) -> usize {
    let mut at = n;
    while at < draft.line_end(n) {
        match draft.kind(at) {
            Some(TokenKind::Open) => at = draft.close(at).unwrap_or(at),
            Some(TokenKind::Close) => break,
            _ if draft.at(at) == "," => break,
            _ => {}
        }
        at += 1;
    }
    at.min(draft.line_end(n))
}

/// Returns the start of the expression that ends before token `n`: after a `=`, a colon, a comma or an opening bracket.
fn expression_start(draft: &Draft, n: usize) -> usize {
    let starts = |n: usize| {
        matches!(draft.at(n), "=" | "," | ":" | "+=" | "return")
            || draft.kind(n) == Some(TokenKind::Open)
            || n == 0 && draft.begins_with(Class::Query)
    };
    (0..n).rev().find(|&n| starts(n)).map_or(0, |n| n + 1)
}

/// Rewrites the conditions of Excel, C, R and Python as `if CONDITION then VALUE else VALUE`.
pub(crate) fn conditions(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const MESSAGE: &str = "a condition is written `if CONDITION then VALUE else VALUE`";
    if let Some(question) = draft.find(&["?"], 0) {
        let start = expression_start(draft, question);
        let colon = draft.find(&[":"], question)?;
        let end = expression_end(draft, colon + 1);
        let parts = [start..question, question + 1..colon, colon + 1..end];
        let [condition, value, other] = parts.map(|range| draft.show(range));
        draft.replace(start..end, &format!("if {condition} then {value} else {other}"));
        return says(MESSAGE);
    }
    for word in ["elif", "elseif", "elsif"] {
        if let Some(n) = draft.find(&[word], 0) {
            draft.replace(n..n + 1, "else if");
            return says(MESSAGE);
        }
    }
    let at = draft.find(&["if"], 1)?;
    if draft.find(&["then"], at).is_some() {
        return None;
    }
    if let Some(other) = draft.find(&["else"], at)
        && !matches!(draft.before(at, 1), "=" | ":" | "(" | ",")
    {
        let (start, end) = (expression_start(draft, at), expression_end(draft, other + 1));
        let parts = [at + 1..other, start..at, other + 1..end];
        let [condition, value, otherwise] = parts.map(|range| draft.show(range));
        draft.replace(start..end, &format!("if {condition} then {value} else {otherwise}"));
        return says(MESSAGE);
    }
    if draft.at(at + 1) == "(" {
        let close = draft.close(at + 1)?;
        draft.insert(close + 1, "then");
        return says(MESSAGE);
    }
    let comma = draft.find(&[","], at)?;
    let second = draft.find(&[","], comma + 1)?;
    draft.put_word(second..second + 1, "else");
    draft.put_word(comma..comma + 1, "then");
    says(MESSAGE)
}
