//! Several values of one input: `show x for growth = 2%, 4%, 6%`, `the balance if the duty is 0%, 5% or 10%`.
//!
//! In: a line in words. Out: a sweep over the values; scenarios with a value each if the values have no common step.

use super::asked::{self, WordedValue};
use super::line_tokens::LineTokens;
use super::target::{ChangedValue, targets};
use super::vocabulary::Vocabulary;
use crate::source::{SourceId, SourceMap};
use crate::syntax::parse;
use crate::syntax::tried::TriedValues;

/// Words before the input.
const JOINS: [&str; 11] =
    ["for", "if", "when", "with", "at", "under", "where", "given", "try", "vary", "test"];
/// Words around an input that add nothing.
const BESIDE: &str = "the a an our any of is are = be was were at to in on from between : takes equals values value varies \
    goes ranges being level rate set over we all";
/// Words around what is asked.
const ASKS: &str = "show me run compute calculate print plot chart what is are how does do the happens to would be change \
    changes results result model scenario scenarios get simulate repeat solve it : , then";

/// Returns the lines that ask for a value at several values of an input.
pub(super) fn varied(line: &str, names: &Vocabulary<'_>, sources: &SourceMap) -> Option<String> {
    let line = line.trim().trim_end_matches(['?', '.', '!']);
    let read = LineTokens::of(line);
    let numbers = (0..read.len()).filter(|&n| is_number(&read, n)).count();
    (numbers > 1 && read.len() < 60).then_some(())?;
    let at = |n: usize| read.iter().nth(n).map_or(line.len(), |token| token.start);
    for n in 0..read.len() {
        if !read.is(n, &JOINS) {
            continue;
        }
        let (before, after) = (line.get(..at(n))?, line.get(at(n + 1)..)?);
        let Some((values, rest)) = Values::read(after, names, sources) else { continue };
        let years = rest.trim().strip_prefix("in ").filter(|rest| rest.starts_with(['1', '2']));
        let (asked, years) = match years {
            Some(years) => (asks(before), format!(" in {years}")),
            None => (asks(&format!("{before} {rest}")), String::new()),
        };
        let value = value(&format!("{asked}{years}"), names)?;
        return values.written(&value, names);
    }
    None
}

/// A value that is asked, and its years.
struct Asked {
    text: String,
    years: String,
}

fn value(words: &str, names: &Vocabulary<'_>) -> Option<Asked> {
    let (words, years) = match words.trim().strip_prefix("in ") {
        Some(years) => (names.usual()?.to_owned(), format!(" in {years}")),
        None if words.trim().is_empty() => (names.usual()?.to_owned(), String::new()),
        None => (words.trim().to_owned(), String::new()),
    };
    let years = |found: &str| match found.is_empty() {
        true => years.clone(),
        false => format!(" in {found}"),
    };
    if let Some(found) = asked::value(&words, names) {
        return Some(Asked { text: found.text, years: years(&found.years) });
    }
    // `exports and imports`
    let parts: Vec<&str> = words.split(" and ").flat_map(|part| part.split(", ")).collect();
    let several: Option<Vec<WordedValue<'_>>> =
        parts.iter().map(|part| asked::value(part, names)).collect();
    if let Some(all) = several.filter(|all| all.iter().all(|one| one.years.is_empty())) {
        let texts: Vec<String> = all.into_iter().map(|one| one.text).collect();
        return Some(Asked { text: texts.join(", "), years: years("") });
    }
    let right = words.contains(['[', '('])
        && parse(SourceId(0), &format!("show {words}")).diagnostics.is_empty();
    right.then(|| Asked { years: years(""), text: words })
}

/// Removes the words around what is asked.
fn asks(words: &str) -> String {
    let empty = |word: &&str| {
        let word = word.trim_matches([',', ':']).to_lowercase();
        word.is_empty() || ASKS.split_whitespace().any(|own| own == word)
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let first = words.iter().position(|word| !empty(word)).unwrap_or(words.len());
    let last = words.iter().rposition(|word| !empty(word)).map_or(first, |last| last + 1);
    words.get(first..last).map_or(String::new(), |words| words.join(" "))
}

fn is_number(line: &LineTokens<'_>, n: usize) -> bool {
    line.year(n).is_none() && line.at(n).starts_with(|c: char| c.is_ascii_digit())
}

/// An input with the values that it takes.
struct Values {
    tried: TriedValues,
    /// True for `2% to 6%`, all values between two.
    range: bool,
}

impl Values {
    /// Reads an input and its values; returns the text after them too.
    fn read<'t>(
        text: &'t str,
        names: &Vocabulary<'_>,
        sources: &SourceMap,
    ) -> Option<(Self, &'t str)> {
        let line = LineTokens::of(text);
        let first =
            (0..line.len()).find(|&n| is_number(&line, n) || line.is(n, &["[", "(", "{"]))?;
        let mut input = input(&line, first, None, names, sources)?;
        let (Some(only), None) = (input.pop(), input.pop()) else { return None };
        let ([name], false) = (only.names.as_slice(), only.computed) else { return None };
        let (mut numbers, mut unit, mut step, mut range) = (Vec::new(), None, None, false);
        let mut n = first;
        while n < line.len() {
            let negative = line.is(n, &["-", "−"]) && !range_ends(&line, n);
            let at = n + usize::from(negative);
            if is_number(&line, at) {
                let (amount, end) = line.amount(at, names.currency);
                let sign = if negative { -1.0 } else { 1.0 };
                let number: f64 = amount.number.parse().ok()?;
                let own = amount.text.strip_prefix(&amount.number)?.to_owned();
                if !own.is_empty() {
                    unit.get_or_insert(own.clone());
                    (unit.as_ref() == Some(&own)).then_some(())?;
                }
                if step == Some(0.0) {
                    step = Some(number);
                } else {
                    numbers.push(sign * number);
                }
                n = end;
                continue;
            }
            match line.lower(n).as_str() {
                "," | "or" | "and" | "[" | "]" | "(" | ")" | "{" | "}" | ";" => {}
                ".." | "to" | "-" => range = true,
                "step" | "steps" | "by" | "of" => step = step.or(Some(0.0)),
                "in" if line.is(n + 1, &["steps"]) => {}
                _ => break,
            }
            n += 1;
        }
        range |= line.is(first.saturating_sub(1), &["between"]);
        let rest = text.get(line.iter().nth(n).map_or(text.len(), |token| token.start)..)?;
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        (numbers.len() > 1 && step != Some(0.0)).then_some(())?;
        let unit = unit.unwrap_or_default();
        // The unit of the input, if the values have none: `rate = 2, 4, 6`.
        let unit = if unit.is_empty() && only.percent { "%".to_owned() } else { unit };
        let range = range && step.is_none() && numbers.len() == 2;
        let tried = TriedValues { input: name.clone(), numbers, unit, step };
        Some((Self { tried, range }, rest))
    }

    /// Writes a sweep, or a scenario for each value.
    fn written(self, asked: &Asked, names: &Vocabulary<'_>) -> Option<String> {
        let Self { tried, range } = self;
        let Asked { text, years } = asked;
        if range {
            let low = tried.amount(*tried.numbers.first()?);
            let high = tried.amount(*tried.numbers.last()?);
            return Some(format!("sweep {} over {low}..{high} show {text}{years}", tried.input));
        }
        tried.lines(text, years, |name| names.free(name))
    }
}

/// True if a `-` stands between two amounts.
fn range_ends(line: &LineTokens<'_>, n: usize) -> bool {
    n > 0 && (is_number(line, n - 1) || line.is(n - 1, &["%"]))
}

/// Finds the input that the tokens before `end` name: `the growth rate of exports`, `duty`, `tariff on cars`. A growth
/// alone is that of the levers which make `flow`.
pub(super) fn input<'a>(
    line: &LineTokens<'_>,
    end: usize,
    flow: Option<&str>,
    names: &Vocabulary<'a>,
    sources: &SourceMap,
) -> Option<Vec<ChangedValue<'a>>> {
    let (mut words, mut elements) = (Vec::new(), Vec::new());
    let mut n = 0;
    while n < end {
        let word = line.lower(n);
        let dotted = line.at(n + 1) == "." && names.lever(line.at(n)).is_some();
        if dotted {
            words.push(format!("{}.{}", line.at(n), line.at(n + 2)));
            n += 3;
            continue;
        }
        if names.is_name(line.at(n)) {
            words.push(line.at(n).to_owned());
        } else if let Some(element) = names.element(line.at(n)) {
            elements.push(element);
        } else if !matches!(word.as_str(), "[" | "]" | "*" | "," | "(")
            && !BESIDE.split_whitespace().any(|own| own == word)
        {
            words.push(line.at(n).to_owned());
        }
        n += 1;
    }
    let grows = words.iter().any(|word| word == "growth") && !names.is_name("growth");
    if grows {
        words.retain(|word| word != "growth");
        if words.is_empty() {
            words.push(flow?.to_owned());
        }
    }
    (!words.is_empty()).then_some(())?;
    targets(&words, &elements, grows, names, sources)
}
