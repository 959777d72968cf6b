//! Help with syntax errors that are habits of other languages.
//!
//! In: a statement, cut where reading stopped. Out: a message and one concrete edit, if the mistake is
//! known.

use super::words::{self, Class, SCALES, WORDS};
use crate::diagnostic::nearest;

/// Help with a syntax error; `message`, if there is one, replaces the title "not expected here".
pub(super) struct Hint {
    pub(super) message: Option<String>,
    pub(super) help: String,
}

/// Words of other languages, each with the word of Mizan for the same statement.
const FOREIGN: [(&str, &str); 17] = [
    ("print", "show"),
    ("display", "show"),
    ("table", "show"),
    ("plot", "chart"),
    ("graph", "chart"),
    ("draw", "chart"),
    ("let", "param"),
    ("const", "param"),
    ("parameter", "param"),
    ("variable", "var"),
    ("import", "use"),
    ("include", "use"),
    ("def", "function"),
    ("assert", "check"),
    ("test", "check"),
    ("year", "years"),
    ("sets", "set"),
];

/// Scale words of Mizan, each with other spellings of it.
const SCALES_ELSEWHERE: [(&str, &[&str]); SCALES.len()] = [
    ("thousand", &["k", "ths", "thousands", "thd"]),
    ("mn", &["m", "mio", "mil", "mln", "mill", "million", "millions", "mm"]),
    ("bn", &["b", "bln", "bil", "billion", "billions", "mrd", "mlrd", "milliard"]),
    ("tn", &["t", "trn", "tln", "trillion", "trillions"]),
];

/// Finds the help for a syntax error, where `before` is the text of the statement that could be read and `found` the
/// rest.
pub(super) fn hint(before: &str, found: &str) -> Option<Hint> {
    sign(before, found)
        .or_else(|| number(before, found))
        .or_else(|| condition(before, found))
        .or_else(|| line(before, found))
        .or_else(|| statement(before.trim_start(), found))
        .or_else(|| form(before.trim_start()))
}

/// Returns the form of the statement that the first word begins, or of the change or the field inside its braces; a
/// declaration whose value has begun has its form already.
fn form(before: &str) -> Option<Hint> {
    let first = first_word(before);
    let word = words::find(first).filter(|word| word.begins_statement());
    if before.contains('{') && !before.contains('=') | (first == "scenario") {
        // A lever inside a scenario has fields too.
        let inside = before.matches('{').count() > before.matches('}').count() + 1;
        return match word.map(|word| word.name) {
            Some("scenario") if !inside => help(
                "a change is written `NAME = VALUE`, with its years `NAME = VALUE in 2027..last`; `+=` adds, `*=` multiplies",
            ),
            None | Some("scenario") => help(
                "a field is written `NAME: VALUE`, with a number and its unit as the value; a comma comes before the next field",
            ),
            Some(_) => None,
        };
    }
    let word = word?;
    let given = word.class == Class::Quantity && before.contains('=');
    (!given).then_some(())?;
    help(format!(
        "`{0}` is written `{0} {1}`, such as `{2}`",
        word.name, word.follows, word.example
    ))
}

fn help(text: impl Into<String>) -> Option<Hint> {
    Some(Hint { message: None, help: text.into() })
}

fn says(message: impl Into<String>, text: impl Into<String>) -> Option<Hint> {
    Some(Hint { message: Some(message.into()), help: text.into() })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    text.split(|c| !is_word(c)).next().unwrap_or("")
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c| !is_word(c)).next().unwrap_or("")
}

fn ends(found: &str) -> bool {
    found.trim_start_matches([' ', '\t']).chars().next().is_none_or(|c| c == '\n')
}

/// Returns the first line of `found`, without trailing blanks.
fn rest_of_line(found: &str) -> &str {
    found.lines().next().unwrap_or("").trim()
}

/// Finds help for operators of other languages.
fn sign(before: &str, found: &str) -> Option<Hint> {
    match found.chars().next()? {
        ';' => help("remove the `;`; a statement ends with its line"),
        '&' => help("write `and`"),
        '|' if found.starts_with("||") => help("write `or`"),
        '>' if before.ends_with('<') => help("write `!=` for \"is not\""),
        '/' if found.starts_with("//") && found[2..].starts_with(' ') => {
            says("a comment begins with `#`", format!("write `# {}`", rest_of_line(&found[2..])))
        }
        '$' if found[1..].trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
            let amount = rest_of_line(&found[1..]);
            help(format!("write the currency after the number: `{amount} USD`"))
        }
        '%' => {
            let digits: String = found[1..]
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let after = before.trim_end().ends_with(|c: char| c.is_ascii_digit());
            if after || digits.is_empty() {
                return None;
            }
            help(format!("write the `%` after the number: `{digits}%`"))
        }
        _ => None,
    }
}

/// Finds help for decimal commas, separated thousands and scale words.
fn number(before: &str, found: &str) -> Option<Hint> {
    let trimmed = before.trim_end();
    let digits = |text: &str| {
        text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect::<String>()
    };
    let head: String = {
        let start = trimmed.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').len();
        trimmed[start..].to_owned()
    };
    let groups = |tail: &str| {
        let whole = tail.split('.').next().unwrap_or("");
        whole.len() == 3
    };
    if let Some(after) = found.strip_prefix(',')
        && !head.is_empty()
    {
        let tail = digits(after);
        if tail.is_empty() {
            return None;
        }
        return Some(if groups(&tail) {
            Hint {
                message: None,
                help: format!("write `{head}_{tail}`; thousands are separated by `_`"),
            }
        } else {
            Hint {
                message: None,
                help: format!("write `{head}.{tail}`; a decimal is written with a point"),
            }
        });
    }
    let tail = digits(found);
    // A number after a tab is the next cell of a pasted row.
    let other_cell = before[trimmed.len()..].contains('\t');
    if !head.is_empty() && !other_cell && groups(&tail) {
        return help(format!("write `{head}_{tail}`; thousands are separated by `_`"));
    }
    let word = last_word(trimmed);
    let amount = trimmed[..trimmed.len() - word.len()].trim_end();
    let counted = amount.ends_with(|c: char| c.is_ascii_digit());
    let unit = first_word(found);
    if counted && !word.is_empty() && !unit.is_empty() && words::find(word).is_none() {
        let from = amount.trim_end_matches(|c: char| c.is_ascii_digit() || "_.".contains(c)).len();
        let lower = word.to_lowercase();
        let scale = SCALES_ELSEWHERE.iter().find(|(_, others)| others.contains(&lower.as_str()));
        return match scale {
            Some((scale, _)) => says(
                format!("`{word}` is not a scale word"),
                format!("write `{} {scale} {unit}`", &amount[from..]),
            ),
            None => says(
                format!("`{word}` is not a scale word"),
                format!(
                    "scale words are `thousand`, `mn`, `bn` and `tn`: `{} mn {unit}`",
                    &amount[from..]
                ),
            ),
        };
    }
    None
}

/// Finds help for an `if` without `else`.
fn condition(before: &str, found: &str) -> Option<Hint> {
    let words: Vec<&str> = before.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    let count = |word: &str| words.iter().filter(|other| **other == word).count();
    if count("then") > 0
        && count("if") > count("else")
        && (ends(found) || found.starts_with([')', ',']))
    {
        return says(
            "`if` requires an `else`: every year needs a value",
            "add the value for all other cases: `else 0`",
        );
    }
    None
}

/// Finds help for mistakes that one line shows, at any place in a statement.
fn line(before: &str, found: &str) -> Option<Hint> {
    let inside = before.contains('{');
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    if line.starts_with('|') && ends(found) {
        return says("the row does not end with `|`", "end the row with `|`");
    }
    let word = first_word(line);
    if inside && matches!(word, "param" | "var" | "set") {
        let rest = format!("{}{}", line[word.len()..].trim(), rest_of_line(found));
        return says(
            format!("a `{word}` is declared outside of braces"),
            format!(
                "to replace a value, write `{}`",
                rest.replacen('=', " = ", 1).replace("  ", " ")
            ),
        );
    }
    None
}

/// Finds help for the syntax of each statement.
fn statement(before: &str, found: &str) -> Option<Hint> {
    let word = first_word(before);
    let rest = rest_of_line(found);
    let name = last_word(before.trim_end().trim_end_matches(':').trim_end());
    match word {
        "years" => {
            let all = format!("{before}{rest}");
            let years: Vec<&str> =
                all.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).collect();
            match years.as_slice() {
                [from, to, ..] => help(format!("write `years {from}..{to}`")),
                _ => help("write first and last year: `years 2024..2035`"),
            }
        }
        "set" if found.starts_with(':') => {
            help(format!("write `set {name} = {}`", rest[1..].trim()))
        }
        "set" if found.starts_with('{') => help(format!(
            "write the elements without braces: `set {} = {}`",
            first_word(before[word.len()..].trim_start()),
            rest.trim_matches(['{', '}', ' '])
        )),
        "set" if found.starts_with(is_word) => {
            help(format!("separate elements with a comma: `{name}, {}`", first_word(found)))
        }
        "model" | "source" if !before.contains('"') => {
            let text = match word {
                "model" => format!("{}{rest}", before[word.len()..].trim_start()),
                _ => rest.to_owned(),
            };
            let text = if text.is_empty() { "..." } else { &text };
            let key = if word == "source" { format!("{name} ") } else { String::new() };
            help(format!("put the text in quotes: `{word} {key}\"{text}\"`"))
        }
        _ if is_of(word, Class::Quantity) => declaration(word, name, before, found),
        _ if is_of(word, Class::Query) => match first_word(found) {
            "" => None,
            "from" | "between" | "during" | "since" | "until" | "at"
                if found.contains(|c: char| c.is_ascii_digit()) =>
            {
                help("write the years as `in 2024..2030`, one year as `in 2030`")
            }
            _ => None,
        },
        _ if found.starts_with('{') && before.trim_end() == word => {
            help(format!("give the lever a name: `{word} my_{word} {{`"))
        }
        _ => other_word(word, before, found),
    }
}

fn declaration(word: &str, name: &str, before: &str, found: &str) -> Option<Hint> {
    let rest = rest_of_line(found);
    let given = before.contains('=');
    if before.trim_end().ends_with(':') {
        return says(
            "after the colon comes a unit, then `=` and the value",
            format!("write `{word} {name} = {rest}`"),
        );
    }
    if !given && !ends(found) && !found.starts_with(['=', ':']) {
        return help(format!("write `=` before the value: `{} = {rest}`", before.trim_end()));
    }
    if given && found.starts_with('{') {
        return says(
            "a table or map cannot be part of an expression",
            "declare it as `param weight[SET] = { ... }`, and write `weight[s]` here",
        );
    }
    if given && (ends(found) || found.starts_with("in ")) && before.contains(" in ") {
        return help("give a value for some years as a path: `= 5 then 6 from 2030`");
    }
    (!given && ends(found) && word == "param").then(|| Hint {
        message: None,
        help: format!("give it a value: `{} = 5%`", before.trim_end()),
    })
}

fn is_of(word: &str, class: Class) -> bool {
    words::find(word).is_some_and(|word| word.class == class)
}

/// Finds the keyword that an unknown first word means: the word of another language, or a misspelling.
fn other_word(word: &str, before: &str, found: &str) -> Option<Hint> {
    let lower = word.to_lowercase();
    let foreign = FOREIGN.iter().find(|(other, _)| *other == lower).map(|(_, meant)| *meant);
    let own = WORDS.iter().filter(|word| word.begins_statement()).map(|word| word.name);
    let meant = foreign.or_else(|| nearest(word, own));
    let whole = format!("{before}{}", rest_of_line(found));
    meant.filter(|_| before.trim_end() != word || !ends(found)).and_then(|meant| {
        says(
            format!("a statement does not begin with `{word}`"),
            format!("write `{meant}{}`", whole.trim_end().strip_prefix(word).unwrap_or("")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_lead_to_words_of_the_language() {
        for (foreign, own) in FOREIGN {
            assert!(words::find(own).is_some_and(|word| word.begins_statement()), "{own}");
            assert!(!words::find(foreign).is_some_and(|word| word.begins_statement()), "{foreign}");
        }
        for ((scale, _), (known, _)) in SCALES_ELSEWHERE.iter().zip(SCALES) {
            assert_eq!(*scale, known);
        }
    }
}
