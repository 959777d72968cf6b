//! Sentences that change a value: `cut the duty on cars from 10% to 0% by 2029`, `exports to China grow 10% a year`.
//!
//! In: the text of a line or of an entry of a scenario. Out: the change in Mizan. A sentence has a verb, the words and
//! elements of what it changes, amounts, and years; every other word ends the reading, because an edit that drops a
//! word changes the meaning.

mod write;

use super::target::targets;
use super::verbs::{Verb, verb};
use super::vocabulary::{Vocabulary, is_clear};
use crate::source::SourceMap;
use crate::syntax::token::{Token, TokenKind, tokens};
use crate::syntax::words::SCALES;

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

/// An amount with its unit.
#[derive(Clone, Debug, PartialEq)]
struct Amount {
    text: String,
    /// The text without its unit.
    number: String,
    points: bool,
    percent: bool,
}

/// A sentence that is read from left to right.
struct Sentence<'v> {
    names: &'v Vocabulary<'v>,
    tokens: Vec<Token<'v>>,
    verb: Option<Verb>,
    words: Vec<String>,
    elements: Vec<&'v str>,
    from: Option<Amount>,
    to: Option<Amount>,
    by: Option<Amount>,
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
}

/// Returns the changes that a sentence means.
pub(super) fn change<'v>(
    text: &'v str,
    prompt: bool,
    names: &'v Vocabulary<'v>,
    sources: &SourceMap,
) -> Option<Changes> {
    let mut read = Sentence {
        names,
        tokens: tokens(text),
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
    (read.tokens.len() > 1).then_some(())?;
    let mut n = 0;
    while n < read.tokens.len() {
        n = read.part(n)?;
    }
    (!read.words.is_empty()).then_some(())?;
    if read.verb == Some(Verb::New) {
        return read.lever();
    }
    let found = targets(&read.words, &read.elements, read.yearly, names, sources);
    let Some(mut found) = found else { return read.lever() };
    let (mut lines, mut note) = (Vec::new(), None);
    for one in &mut found {
        one.whole = one.whole.filter(|_| !prompt);
        if prompt && one.moves_with_base_year() {
            read.years.begin_in_second_year(names.years);
        }
        lines.append(&mut read.write(one)?);
        let relative =
            read.by.as_ref().filter(|by| by.percent && !by.points && one.percent && !read.yearly);
        note = note.or(relative.map(|by| {
            let Amount { text, number, .. } = by;
            format!("this is {text} of the value; for percentage points write `{number} pp`")
        }));
    }
    if lines.len() > 1 && lines.iter().all(|line| line.starts_with("without ")) {
        lines = vec![lines.join(", ").replace(", without ", ", ")];
    }
    // `set duty to 6%` is also a list of elements.
    let set = read.is(0, &["set"]) && read.to.is_some() && !text.contains('=');
    let times = verb(&read.lower(0)).is_some_and(|verb| matches!(verb, Verb::Times(_)));
    Some(Changes { lines, note, certain: set || times || read.yearly && read.by.is_some() })
}

impl<'v> Sentence<'v> {
    fn at(&self, n: usize) -> &'v str {
        self.tokens.get(n).map_or("", |token| token.text)
    }

    fn lower(&self, n: usize) -> String {
        self.at(n).to_lowercase()
    }

    fn is(&self, n: usize, words: &[&str]) -> bool {
        words.contains(&self.lower(n).as_str())
    }

    fn year(&self, n: usize) -> Option<i32> {
        let year: i32 = self.at(n).parse().ok()?;
        (self.at(n).len() == 4 && (1900..2200).contains(&year)).then_some(year)
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        if let Some(year) = self.year(n) {
            return self.years(n, year);
        }
        if self.at(n).starts_with(|c: char| c.is_ascii_digit()) {
            return self.amount(n);
        }
        let word = self.lower(n);
        if self.is(n, &["each", "every", "a", "per"]) && self.is(n + 1, &["year", "annum"]) {
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
                if !(keeps && self.is(n, &["in", "from"])) {
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
            "instead" | "rather" if self.is(n + 1, &["of", "than"]) => {
                return Some(self.unit(n + 2, self.at(n + 2).to_owned())?.1);
            }
            // `if t >= 2027 then duty.rate = 30%`
            "if" if self.is(n + 1, &["t", "year"]) => {
                let sign = [
                    (">=", "from"),
                    (">", "after"),
                    ("<=", "until"),
                    ("<", "before"),
                    ("==", "in"),
                    ("=", "in"),
                ];
                let (_, word) = sign.into_iter().find(|(sign, _)| *sign == self.at(n + 2))?;
                word.clone_into(&mut self.before);
                return self
                    .is(n + 4, &["then"])
                    .then_some(())
                    .and_then(|()| self.years(n + 3, self.year(n + 3)?))
                    .map(|end| end + 1);
            }
            "zero" | "nothing" | "nil" => {
                self.verb = self.verb.or(Some(Verb::Set));
                self.to = Some(Amount {
                    text: "0".to_owned(),
                    number: "0".to_owned(),
                    points: false,
                    percent: false,
                });
                self.before.clear();
            }
            _ if self.tokens.get(n)?.kind == TokenKind::Word => return self.word(n),
            _ => return None,
        }
        Some(n + 1)
    }

    fn word(&mut self, n: usize) -> Option<usize> {
        let (text, word) = (self.at(n), self.lower(n));
        // `duty.rate[cars]`, `growth`
        let dotted = self.at(n + 1) == "."
            && self.tokens.get(n + 1).is_some_and(|token| !token.spaced)
            && !self.at(n + 2).is_empty();
        if dotted && self.names.levers.iter().any(|lever| lever.name.text == text) {
            self.words.push(format!("{text}.{}", self.at(n + 2)));
            return self.indices(n + 3);
        }
        if self.is(n, &["phase", "phased", "phases"]) && self.is(n + 1, &["out"]) {
            self.verb = Some(Verb::Out);
            return Some(n + 2);
        }
        if let Some(element) = self.names.element(text) {
            is_clear(text, element, self.at(n + 1)).then_some(())?;
            self.elements.push(element);
            self.before.clear();
            return Some(n + 1);
        }
        let own = self.names.is_name(text);
        let mut verb = if own { None } else { verb(&word) };
        // `add a tariff of 5%` begins a lever; `add 5% to the tariff` changes one.
        if verb == Some(Verb::Up) && word == "add" && self.is(n + 1, &["a", "an", "another"]) {
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
        if self.at(n) != "[" {
            return Some(n);
        }
        let mut at = n + 1;
        while self.at(at) != "]" {
            match self.at(at) {
                "," | "*" | "and" => {}
                name => self.elements.push(self.names.element(name)?),
            }
            at += 1;
        }
        Some(at + 1)
    }

    /// Reads a year, or two years with a sign between them.
    fn years(&mut self, n: usize, year: i32) -> Option<usize> {
        let range = self.is(n + 1, &["..", "-", "–", "to", "until", "through"]);
        let last = self.year(n + 2).filter(|_| range);
        let open = self.at(n + 1) == ".." && last.is_none();
        let word = std::mem::take(&mut self.before);
        let second = self.year(n + 2).filter(|_| self.is(n + 1, &["and"]));
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
        let number = self.at(n).to_owned();
        if self.is(n + 1, &["years", "year"]) {
            let count = number.parse().ok().filter(|count| (1..100).contains(count))?;
            let word = std::mem::take(&mut self.before);
            match word.as_str() {
                "for" => self.years.hold = Some(count),
                "over" | "within" | "in" => (self.years.count, self.gradual) = (Some(count), true),
                _ => return None,
            }
            return Some(n + 2);
        }
        let (amount, end) = self.unit(n, number)?;
        let word = std::mem::take(&mut self.before);
        let moves = matches!(self.verb, Some(Verb::Up | Verb::Down));
        if self.is(end, &["lower", "higher", "less", "more"]) {
            self.verb = Some(if self.is(end, &["lower", "less"]) { Verb::Down } else { Verb::Up });
            // `2% lower` of a percentage are points.
            self.by = Some(Amount { points: amount.percent, ..amount });
            return self.to.is_none().then_some(end + 1);
        }
        // `10% to 0%`
        if word == "to" && self.from.is_none() {
            self.from = self.to.take();
        }
        let place = match word.as_str() {
            "from" => &mut self.from,
            "by" | "+" | "-" | "+=" | "-=" => &mut self.by,
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

    /// Reads the unit of an amount: `5%`, `5 percentage points`, `50 bps`, `60 million dollars`.
    fn unit(&self, n: usize, number: String) -> Option<(Amount, usize)> {
        let whole = |text: String, points, percent, end| {
            Some((Amount { text, number: number.clone(), points, percent }, end))
        };
        let point = |n: usize| self.is(n, &["point", "points"]);
        if self.is(n + 1, &["%", "percent", "percentage", "pct"]) && !point(n + 2) {
            return whole(format!("{number}%"), false, true, n + 2);
        }
        if self.is(n + 1, &["per"]) && self.is(n + 2, &["cent"]) {
            return whole(format!("{number}%"), false, true, n + 3);
        }
        if self.is(n + 1, &["pp", "ppt", "points", "point"]) {
            return whole(format!("{number} pp"), true, false, n + 2);
        }
        if point(n + 2) && self.is(n + 1, &["%", "percent", "percentage"]) {
            return whole(format!("{number} pp"), true, false, n + 3);
        }
        let scale = match self.lower(n + 1).as_str() {
            "million" | "millions" | "m" | "mln" => Some("mn"),
            "billion" | "billions" | "bln" => Some("bn"),
            word => SCALES.iter().map(|(name, _)| *name).find(|name| *name == word),
        };
        let at = n + 1 + usize::from(scale.is_some());
        let money = self.at(at) == self.names.currency || self.is(at, &["dollars", "dollar"]);
        let unit = match (scale, money) {
            (Some(scale), _) => format!(" {scale} {}", self.names.currency),
            (None, true) => format!(" {}", self.names.currency),
            (None, false) => String::new(),
        };
        whole(format!("{number}{unit}"), false, false, at + usize::from(money))
    }
}
