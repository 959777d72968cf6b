//! Sentences that change a value: `cut the duty on cars from 10% to 0% by 2029`, `exports to China grow 10% a year`.
//!
//! In: the text of a line or of an entry of a scenario. Out: the change in Mizan. A sentence has a verb, the words and
//! elements of what it changes, amounts, and years; every other word ends the reading, because an edit that drops a
//! word changes the meaning.

mod devalue;
mod flow;
mod grown;
mod write;

use super::line_tokens::{LineTokens, WordedAmount};
use super::target::targets;
use super::verbs::{Verb, verb};
use super::vocabulary::{Vocabulary, is_clear};
use crate::source::SourceMap;
use crate::syntax::token::TokenKind;

/// Words that add nothing.
const FILLERS: &str = "the a an our their its of on for with and temporarily permanently now today immediately what if we all any \
    goods products everything again please scenario around about roughly approximately rate level also will should would \
    it to at by in from as baseline year years we they government now january february march april may june july august \
    september october november december";

/// The years of a sentence.
#[derive(Default)]
struct Years {
    start: Option<i32>,
    end: Option<i32>,
    /// True for one year, `in 2027`.
    single: bool,
    by: Option<i32>,
    /// The number of years of a path.
    count: Option<i32>,
    /// The number of years in which a value holds.
    hold: Option<i32>,
}

impl Years {
    /// Takes the years after the first one if the sentence names none: at the prompt a value of all years is that of
    /// the base year too, against which trade is measured, and moves nothing.
    fn begin_in_second_year(&mut self, (first, last): (i32, i32)) {
        let named = [self.start, self.end, self.by, self.count, self.hold];
        if named.iter().all(Option::is_none) && first < last {
            (self.start, self.end) = (Some(first + 1), Some(last));
        }
    }
}

/// A sentence that is read from left to right.
struct Sentence<'v> {
    names: &'v Vocabulary<'v>,
    line: LineTokens<'v>,
    verb: Option<Verb>,
    words: Vec<String>,
    elements: Vec<&'v str>,
    from: Option<WordedAmount>,
    to: Option<WordedAmount>,
    by: Option<WordedAmount>,
    years: Years,
    yearly: bool,
    gradual: bool,
    /// True for an element before the verb: `China imposes a tariff`.
    element_first: bool,
    /// The last preposition or sign.
    before: String,
}

/// The changes that a sentence means.
pub(super) struct Changes {
    pub(super) lines: Vec<String>,
    /// Another meaning of the sentence.
    pub(super) note: Option<String>,
    /// True for a sentence of which other rules read a part only.
    pub(super) certain: bool,
    /// True for a statement about the baseline: `exports grow by 5% a year`.
    pub(super) baseline: bool,
}

/// Returns the changes that a sentence means.
fn change<'v>(
    text: &'v str,
    prompt: bool,
    names: &'v Vocabulary<'v>,
    sources: &SourceMap,
) -> Option<Changes> {
    let mut read = Sentence {
        names,
        line: LineTokens::of(text),
        verb: None,
        words: Vec::new(),
        elements: Vec::new(),
        from: None,
        to: None,
        by: None,
        years: Years::default(),
        yearly: false,
        gradual: false,
        element_first: false,
        before: String::new(),
    };
    (read.line.len() > 1).then_some(())?;
    if let Some(changes) = devalue::devaluation(text, names) {
        return Some(changes);
    }
    if let Some(changes) = grown::grown(text, names) {
        return Some(changes);
    }
    let mut n = 0;
    while n < read.line.len() {
        n = read.part(n)?;
    }
    (!read.words.is_empty()).then_some(())?;
    // `exports grow 5% until 2026` is a growth a year; `exports rise 5% by 2026` is not.
    let grows = (0..read.line.len())
        .any(|n| read.line.lower(n).starts_with("grow") && !read.line.is(n, &["growth"]));
    let rate = read.by.as_ref().is_some_and(|by| by.percent && !by.number.is_empty());
    read.yearly |= grows && rate && read.verb == Some(Verb::Up) && read.years.by.is_none();
    if read.verb == Some(Verb::New) {
        return read.lever();
    }
    let mut note = None;
    if let Some((changes, replaces)) = read.flow(prompt, sources) {
        if replaces {
            return Some(changes);
        }
        note = changes.note;
    }
    let found = targets(&read.words, &read.elements, read.yearly, names, sources);
    let Some(mut found) = found else { return read.lever() };
    let mut lines = Vec::new();
    for one in &mut found {
        one.whole = one.whole.filter(|_| !prompt);
        if prompt && one.moves_with_base_year() {
            read.years.begin_in_second_year(names.years);
        }
        lines.append(&mut read.write(one)?);
        let relative =
            read.by.as_ref().filter(|by| by.percent && !by.points && one.percent && !read.yearly);
        note = note.or(relative.filter(|by| !by.number.is_empty()).map(|by| {
            let WordedAmount { text, number, .. } = by;
            let points = lines.first().and_then(|line| in_points(line, by));
            let points = points.unwrap_or_else(|| format!("{number} pp"));
            format!("this is {text} of the value; for percentage points write `{points}`")
        }));
    }
    if lines.len() > 1 && lines.iter().all(|line| line.starts_with("without ")) {
        lines = vec![lines.join(", ").replace(", without ", ", ")];
    }
    // `set duty to 6%` is also a list of elements.
    let set = read.line.is(0, &["set"]) && read.to.is_some() && !text.contains('=');
    let times = verb(&read.line.lower(0)).is_some_and(|verb| matches!(verb, Verb::Times(_)));
    let grows = read.yearly && read.by.is_some();
    // A sign that is typed has its own meaning.
    let moved = note.is_some() && !text.contains(['+', '-', '=']);
    let certain = set || times || grows || moved;
    let rate = read.words.len() > 1 && read.words.iter().any(|word| word == "growth");
    let stated = rate && verb(&read.line.lower(0)).is_none();
    let certain = certain || rate && lines.iter().all(|line| line.contains(".growth"));
    let baseline = (grows || stated) && lines.iter().all(|line| line.contains(".growth"));
    let baseline = baseline && !read.line.is(0, &["what", "if", "suppose"]);
    Some(Changes { lines, note, certain, baseline })
}

/// Returns a change by per cent, `rate *= 1 - 1%`, as a change by percentage points.
fn in_points(line: &str, by: &WordedAmount) -> Option<String> {
    let part = |sign: &str| line.split_once(&format!(" *= 1 {sign} {}", by.text));
    let (sign, (name, years)) =
        part("-").map(|parts| ("-", parts)).or_else(|| Some(("+", part("+")?)))?;
    Some(format!("{name} {sign}= {} pp{years}", by.number))
}

/// Reads `exports grow 5% a year until 2027 and 3% afterwards` as two sentences.
fn afterwards(text: &str) -> Option<String> {
    const AFTER: [&str; 5] = ["afterwards", "afterward", "thereafter", "after that", "later"];
    let (sign, (first, rest)) = [" and then ", ", then ", " then ", " and ", ", "]
        .iter()
        .find_map(|sign| Some((sign, text.split_once(sign)?)))?;
    let after = AFTER.iter().find_map(|word| rest.trim().strip_suffix(word));
    let rest = after.unwrap_or(rest).trim();
    let line = LineTokens::of(first);
    let end = (1..line.len())
        .find(|&n| line.is(n, &["until", "till", "to", "through"]) && line.year(n + 1).is_some());
    let year = line.year(end? + 1)?;
    let number = line.iter().find(|token| token.text.starts_with(|c: char| c.is_ascii_digit()))?;
    let yearly = line.is(0, &["growth"])
        || (0..line.len()).any(|n| line.is(n, &["annually", "yearly", "annum", "year", "p.a."]));
    (rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.contains(" until ")).then_some(())?;
    let yearly = if yearly { " a year" } else { "" };
    let own = LineTokens::of(rest);
    let own = (0..own.len()).any(|n| own.year(n).is_some());
    let since = if (after.is_some() || sign.contains("then")) && !own {
        format!(" from {}", year + 1)
    } else {
        String::new()
    };
    Some(format!("{}{rest}{yearly}{since}", first.get(..number.start)?))
}

/// Returns the lines of a sentence that was made here.
fn change_of(
    text: &str,
    prompt: bool,
    names: &Vocabulary<'_>,
    sources: &SourceMap,
) -> Option<Vec<String>> {
    change(text, prompt, names, sources).map(|change| change.lines)
}

/// Reads a sentence, or several that are joined by `and`.
pub(super) fn sentences(
    text: &str,
    prompt: bool,
    names: &Vocabulary<'_>,
    sources: &SourceMap,
) -> Option<Changes> {
    let one = change(text, prompt, names, sources);
    let one = one.or_else(|| {
        let second = afterwards(text)?;
        let first = text.split(" and ").next()?.split(", ").next()?.split(" then ").next()?;
        let mut both = change(first, prompt, names, sources)?;
        both.lines.extend(change_of(&second, prompt, names, sources)?);
        Some(both)
    });
    one.or_else(|| {
        // `duty = 0% for cars, 5% for food`
        let head = text.find('=').and_then(|at| text.get(..=at)).filter(|_| text.contains(", "));
        let sign = if head.is_some() { ", " } else { " and " };
        let parts = text.split(sign).enumerate().map(|(nth, part)| {
            let head = head.filter(|_| nth > 0).unwrap_or_default();
            change(&format!("{head} {part}"), prompt, names, sources)
        });
        let parts: Option<Vec<Changes>> = parts.collect();
        let (mut lines, mut note) = (Vec::new(), None);
        for mut part in parts? {
            lines.append(&mut part.lines);
            note = note.or(part.note);
        }
        Some(Changes { lines, note, certain: false, baseline: false })
    })
}

impl<'v> Sentence<'v> {
    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        if let Some(year) = self.line.year(n) {
            return self.years(n, year);
        }
        if self.line.at(n).starts_with(|c: char| c.is_ascii_digit()) {
            return self.amount(n);
        }
        if let Some((amount, end)) = self.line.fraction(n) {
            // `the first half of 2026` are months.
            let months = self.line.is(end, &["of"]) && self.line.year(end + 1).is_some();
            return (!months).then_some(()).and_then(|()| self.fraction(amount, end));
        }
        let word = self.line.lower(n);
        if self.line.is(n, &["each", "every", "a", "per"])
            && self.line.is(n + 1, &["year", "annum"])
        {
            self.yearly = true;
            return Some(n + 2);
        }
        match word.as_str() {
            "annually" | "yearly" => self.yearly = true,
            "gradually" | "linearly" | "slowly" | "steadily" | "smoothly" => self.gradual = true,
            "from" | "to" | "by" | "in" | "at" | "until" | "till" | "through" | "after"
            | "before" | "since" | "over" | "between" | "during" | "within" | "starting"
            | "beginning" | "effective" | "=" | "+" | "-" | "for" | "->" | "(" | "+=" | "-=" => {
                let keeps = matches!(self.before.as_str(), "starting" | "beginning" | "effective");
                if !(keeps && self.line.is(n, &["in", "from"])) {
                    self.before.clone_from(&word);
                }
                if word == "=" || word == "->" {
                    self.before = "to".to_owned();
                    self.verb = self.verb.or(Some(Verb::Set));
                }
            }
            "on" | "onwards" | "onward" if self.years.start.is_some() => {
                (self.years.single, self.years.end) = (false, None);
            }
            "?" | "." | ")" | ":" | "," => {}
            "instead" | "rather" if self.line.is(n + 1, &["of", "than"]) => {
                return Some(self.line.amount(n + 2, self.names.currency).1);
            }
            // `if t >= 2027 then duty.rate = 30%`
            "if" if self.line.is(n + 1, &["t", "year"]) => {
                let sign = [
                    (">=", "from"),
                    (">", "after"),
                    ("<=", "until"),
                    ("<", "before"),
                    ("==", "in"),
                    ("=", "in"),
                ];
                let (_, word) = sign.into_iter().find(|(sign, _)| *sign == self.line.at(n + 2))?;
                word.clone_into(&mut self.before);
                return self
                    .line
                    .is(n + 4, &["then"])
                    .then_some(())
                    .and_then(|()| self.years(n + 3, self.line.year(n + 3)?))
                    .map(|end| end + 1);
            }
            "zero" | "nothing" | "nil" => {
                self.verb = self.verb.or(Some(Verb::Set));
                self.to = Some(WordedAmount::zero());
                self.before.clear();
            }
            _ if self.line.kind(n)? == TokenKind::Word => return self.word(n),
            _ => return None,
        }
        Some(n + 1)
    }

    fn word(&mut self, n: usize) -> Option<usize> {
        let (text, word) = (self.line.at(n), self.line.lower(n));
        // `duty.rate[cars]`, `growth`
        let dotted = self.line.at(n + 1) == "."
            && !self.line.is_spaced(n + 1)
            && !self.line.at(n + 2).is_empty();
        if dotted && self.names.levers.iter().any(|lever| lever.name.text == text) {
            self.words.push(format!("{text}.{}", self.line.at(n + 2)));
            return self.indices(n + 3);
        }
        if self.line.is(n, &["phase", "phased", "phases"]) && self.line.is(n + 1, &["out"]) {
            self.verb = Some(Verb::Out);
            return Some(n + 2);
        }
        if let Some(element) = self.names.element(text) {
            is_clear(text, element, self.line.at(n + 1)).then_some(())?;
            self.elements.push(element);
            self.before.clear();
            return Some(n + 1);
        }
        let own = self.names.is_name(text);
        let mut verb = if own { None } else { verb(&word) };
        // `add a tariff of 5%` begins a lever; `add 5% to the tariff` changes one.
        if verb == Some(Verb::Up) && word == "add" && self.line.is(n + 1, &["a", "an", "another"]) {
            verb = Some(Verb::New);
        }
        if let Some(verb) = verb.filter(|_| {
            self.verb
                .is_none_or(|known| known == Verb::Set || matches!(known, Verb::Down | Verb::Up))
        }) {
            self.verb = Some(verb);
            self.element_first = !self.elements.is_empty() && self.words.is_empty();
            if verb != Verb::Set {
                self.before.clear();
            }
            return Some(n + 1);
        }
        if !own && FILLERS.split_whitespace().any(|own| own == word) {
            return Some(n + 1);
        }
        self.words.push(text.to_owned());
        self.before.clear();
        self.indices(n + 1)
    }

    /// Reads elements in square brackets.
    fn indices(&mut self, n: usize) -> Option<usize> {
        if self.line.at(n) != "[" {
            return Some(n);
        }
        let mut at = n + 1;
        while self.line.at(at) != "]" {
            match self.line.at(at) {
                "," | "*" | "and" => {}
                name => self.elements.push(self.names.element(name)?),
            }
            at += 1;
        }
        Some(at + 1)
    }

    /// Reads a year, or two years with a sign between them.
    fn years(&mut self, n: usize, year: i32) -> Option<usize> {
        let range = self.line.is(n + 1, &["..", "-", "–", "to", "until", "through"]);
        let last = self.line.year(n + 2).filter(|_| range);
        let open = self.line.at(n + 1) == ".." && last.is_none();
        let word = std::mem::take(&mut self.before);
        let second = self.line.year(n + 2).filter(|_| self.line.is(n + 1, &["and"]));
        let years = &mut self.years;
        match (word.as_str(), last) {
            (_, Some(last)) => {
                (years.start, years.end, years.single) = (Some(year), Some(last), false);
                self.gradual |= word == "over";
                return Some(n + 3);
            }
            _ if open => years.start = Some(year),
            ("from" | "since" | "starting" | "beginning" | "effective" | "over", _) => {
                years.start = Some(year);
            }
            ("between", _) => {
                years.start = Some(year);
                years.end = Some(second?);
                return Some(n + 3);
            }
            ("to" | "until" | "till" | "through", _) => years.end = Some(year),
            ("by", _) => years.by = Some(year),
            ("after", _) => years.start = Some(year + 1),
            ("before", _) => years.end = Some(year - 1),
            _ if years.single => (years.end, years.single) = (Some(year), false),
            _ => (years.start, years.end, years.single) = (Some(year), Some(year), true),
        }
        Some(n + 1 + usize::from(open))
    }

    /// Reads an amount, or a number of years.
    fn amount(&mut self, n: usize) -> Option<usize> {
        let number = self.line.at(n).to_owned();
        if self.line.is(n + 1, &["years", "year"]) {
            let count = number.parse().ok().filter(|count| (1..100).contains(count))?;
            let word = std::mem::take(&mut self.before);
            match word.as_str() {
                "for" => self.years.hold = Some(count),
                "over" | "within" | "in" => (self.years.count, self.gradual) = (Some(count), true),
                _ => return None,
            }
            return Some(n + 2);
        }
        let (amount, end) = self.line.amount(n, self.names.currency);
        self.place(amount, end)
    }

    /// Takes a fraction in words: `by half`, `to a third of its value`.
    fn fraction(&mut self, amount: WordedAmount, end: usize) -> Option<usize> {
        if self.before != "to" {
            return self.place(amount, end);
        }
        self.verb = Some(Verb::Down);
        let text = match amount.text.split_once('/') {
            Some((over, under)) => {
                let (over, under): (u32, u32) = (over.parse().ok()?, under.parse().ok()?);
                format!("{}/{under}", under - over)
            }
            None => format!("{}%", 100.0 - amount.text.strip_suffix('%')?.parse::<f64>().ok()?),
        };
        self.before.clear();
        self.place(WordedAmount { text, ..amount }, end)
    }

    /// Takes an amount that ends before `end` for the value before, the value after, or the change.
    fn place(&mut self, amount: WordedAmount, end: usize) -> Option<usize> {
        let word = std::mem::take(&mut self.before);
        let moves = matches!(self.verb, Some(Verb::Up | Verb::Down));
        if self.line.is(end, &["lower", "higher", "less", "more"]) {
            self.verb =
                Some(if self.line.is(end, &["lower", "less"]) { Verb::Down } else { Verb::Up });
            // `2% lower` of a percentage are points; `50% lower` is half of it.
            let few = amount.text.trim_end_matches('%').parse().is_ok_and(|size: f64| size < 10.0);
            self.by = Some(WordedAmount { points: amount.percent && few, ..amount });
            return self.to.is_none().then_some(end + 1);
        }
        // `10% to 0%`
        if word == "to" && self.from.is_none() {
            self.from = self.to.take();
        }
        let place = match word.as_str() {
            "from" => &mut self.from,
            "by" | "+" | "-" | "+=" | "-=" => &mut self.by,
            // `grow at 5% a year`
            "at" if moves && amount.percent => &mut self.by,
            "to" | "at" => &mut self.to,
            _ if moves => &mut self.by,
            _ => &mut self.to,
        };
        place.is_none().then_some(())?;
        *place = Some(amount);
        if self.verb.is_none() {
            self.verb = match word.as_str() {
                "+" | "+=" => Some(Verb::Up),
                "-" | "-=" => Some(Verb::Down),
                _ => Some(Verb::Set),
            };
        }
        Some(end)
    }
}
