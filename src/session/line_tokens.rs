//! The tokens of a line in words, and the small parts that questions and sentences share: years, amounts, fractions.

use crate::syntax::token::{Token, TokenKind, closing, tokens};
use crate::syntax::words::SCALES;

/// Fractions in words: the words, numerator and denominator.
const FRACTIONS: [(&str, u32, u32); 11] = [
    ("half", 1, 2),
    ("third", 1, 3),
    ("thirds", 1, 3),
    ("quarter", 1, 4),
    ("quarters", 1, 4),
    ("fourth", 1, 4),
    ("fifth", 1, 5),
    ("fifths", 1, 5),
    ("sixth", 1, 6),
    ("eighth", 1, 8),
    ("tenth", 1, 10),
];

/// An amount with its unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WordedAmount {
    pub(super) text: String,
    /// The text without its unit; empty for a fraction in words.
    pub(super) number: String,
    pub(super) points: bool,
    pub(super) percent: bool,
}

impl WordedAmount {
    /// Zero in any unit.
    pub(super) fn zero() -> Self {
        let zero = || "0".to_owned();
        Self { text: zero(), number: zero(), points: false, percent: false }
    }

    /// Returns the amount as a share of a value: 0.05 for `5%`. None for points and for amounts in a unit.
    pub(super) fn share(&self) -> Option<f64> {
        (self.percent && !self.points).then_some(())?;
        match self.text.split_once('/') {
            Some((over, under)) => Some(over.parse::<f64>().ok()? / under.parse::<f64>().ok()?),
            None => Some(self.text.strip_suffix('%')?.parse::<f64>().ok()? / 100.0),
        }
    }
}

/// Parts of a year that stand before the year.
const PARTS: &str = "mid early late q1 q2 q3 q4 h1 h2 spring summer autumn winter january february march april may june july \
    august september october november december jan feb mar apr jun jul aug sep sept oct nov dec";

/// Keeps only the year of a date, because values are for whole years: `mid-2027`, `1 July 2028`, `the end of 2028`.
fn whole_years(mut all: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let is = |token: Option<&Token<'_>>, words: &str| {
        token.is_some_and(|token| {
            words.split_whitespace().any(|own| own.eq_ignore_ascii_case(token.text))
        })
    };
    let is_year = |token: &Token<'_>| token.text.len() == 4 && token.text.parse::<i32>().is_ok();
    let mut n = 0;
    while n < all.len() {
        let mut start = n;
        let before =
            |start: usize, count: usize| start.checked_sub(count).and_then(|at| all.get(at));
        if is_year(&all[n]) {
            let joined = usize::from(is(before(start, 1), "- , of"));
            let of = is(before(start, 1), "of");
            let part = before(start, 1 + joined);
            if is(part, PARTS) || of && is(part, "end start beginning middle") {
                start -= 1 + joined;
            } else if joined == 1
                && part.is_some_and(|day| day.text.len() < 3 && day.text.parse::<u8>().is_ok())
                && is(before(start, 3), PARTS)
            {
                // `July 1, 2028`
                start -= 3;
            }
            let day = before(start, 1)
                .is_some_and(|day| day.text.len() < 3 && day.text.parse::<u8>().is_ok());
            start -= usize::from(start < n && day);
            start -= usize::from(start < n && is(before(start, 1), "the"));
        }
        all.drain(start..n);
        n = start + 1;
    }
    all
}

/// The tokens of a line.
pub(super) struct LineTokens<'v> {
    text: &'v str,
    all: Vec<Token<'v>>,
}

impl<'v> LineTokens<'v> {
    pub(super) fn of(text: &'v str) -> Self {
        Self { text, all: whole_years(tokens(text)) }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Token<'v>> {
        self.all.iter()
    }

    /// Returns the text of token `n`; an empty text after the last token.
    pub(super) fn at(&self, n: usize) -> &'v str {
        self.all.get(n).map_or("", |token| token.text)
    }

    /// Returns token `n` in small letters.
    pub(super) fn lower(&self, n: usize) -> String {
        self.at(n).to_lowercase()
    }

    pub(super) fn kind(&self, n: usize) -> Option<TokenKind> {
        self.all.get(n).map(|token| token.kind)
    }

    /// True if token `n` is one of the words, in any case.
    pub(super) fn is(&self, n: usize, words: &[&str]) -> bool {
        words.contains(&self.lower(n).as_str())
    }

    /// True if token `n` is one of the words of a list with blanks between them, in any case.
    pub(super) fn is_listed(&self, n: usize, list: &str) -> bool {
        let word = self.at(n);
        !word.is_empty() && list.split_whitespace().any(|own| own.eq_ignore_ascii_case(word))
    }

    /// Returns the text of the tokens from `from` up to `to`.
    pub(super) fn show(&self, from: usize, to: usize) -> &'v str {
        let start = self.all.get(from).map_or(self.text.len(), |token| token.start);
        let end = to.checked_sub(1).and_then(|last| self.all.get(last)).map_or(0, Token::end);
        self.text.get(start..end).unwrap_or_default().trim()
    }

    /// Returns the position of the bracket that closes the one at `open`.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        closing(self.all.iter().map(|token| token.kind), open)
    }

    /// Returns the text in the braces at `open`, if they end the line.
    pub(super) fn block(&self, open: usize) -> Option<String> {
        let close = self.close(open)?;
        (close + 1 == self.len()).then(|| self.show(open + 1, close).to_owned())
    }

    /// True if a blank comes before token `n`.
    pub(super) fn is_spaced(&self, n: usize) -> bool {
        self.all.get(n).is_none_or(|token| token.spaced)
    }

    /// Returns the year that token `n` is.
    pub(super) fn year(&self, n: usize) -> Option<i32> {
        let year: i32 = self.at(n).parse().ok()?;
        (self.at(n).len() == 4 && (1900..2200).contains(&year)).then_some(year)
    }

    /// Returns the scale that a word names: `mn` for `million`.
    pub(super) fn scale(&self, n: usize) -> Option<&'static str> {
        match self.lower(n).as_str() {
            "million" | "millions" | "mln" | "mio" => Some("mn"),
            "billion" | "billions" | "bln" => Some("bn"),
            word => SCALES.iter().map(|(name, _)| *name).find(|name| *name == word),
        }
    }

    /// Reads an amount with its unit: `5%`, `5 percentage points`, `50 bps`, `60 million dollars`. The position is that
    /// after the amount.
    pub(super) fn amount(&self, n: usize, currency: &str) -> (WordedAmount, usize) {
        let number = self.at(n).to_owned();
        let whole = |text: String, points, percent, end| {
            (WordedAmount { text, number: number.clone(), points, percent }, end)
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
        let scale = if self.is(n + 1, &["m"]) { Some("mn") } else { self.scale(n + 1) };
        let at = n + 1 + usize::from(scale.is_some());
        let money = self.at(at) == currency || self.is(at, &["dollars", "dollar"]);
        let unit = match (scale, money) {
            (Some(scale), _) => format!(" {scale} {currency}"),
            (None, true) => format!(" {currency}"),
            (None, false) => String::new(),
        };
        whole(format!("{number}{unit}"), false, false, at + usize::from(money))
    }

    /// Reads a fraction in words: `half`, `a third`, `two thirds`, `one quarter`; also returns the position after it.
    pub(super) fn fraction(&self, n: usize) -> Option<(WordedAmount, usize)> {
        let (count, at) = match self.lower(n).as_str() {
            "a" | "one" => (1, n + 1),
            "two" => (2, n + 1),
            "three" => (3, n + 1),
            "four" => (4, n + 1),
            _ => (1, n),
        };
        let word = self.lower(at);
        let (_, over, under) = FRACTIONS.iter().find(|(own, ..)| *own == word)?;
        let (over, under) = (over * count, *under);
        (over < under).then_some(())?;
        let text = match 100 % under {
            0 => format!("{}%", over * 100 / under),
            _ if under == 8 => format!("{}%", f64::from(over) * 12.5),
            _ => format!("{over}/{under}"),
        };
        Some((WordedAmount { text, number: String::new(), points: false, percent: true }, at + 1))
    }
}
