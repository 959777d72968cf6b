//! Queries in words: `show trade balance with China in 2030`, `what are our exports to China by sector?`.
//!
//! In: a line and the names of its script. Out: the query in Mizan. Every word of the line must have a meaning: a line
//! with a word that is dropped would answer another question.

use super::vocabulary::{NamedQuantity, Vocabulary};
use crate::syntax::token::{Token, TokenKind, tokens};
use crate::syntax::words::{SCALES, find};

/// Words between the parts of a question that say nothing themselves.
const FILLERS: &str = "show me us our my their the a an of in to from with for at on under please only just is are was were \
    will would be do does we how much large big high what which over time scenario scenarios case year years where \
    become turn get when have there it";
/// Words that begin a question, for each query of Mizan.
const BEGINNINGS: [(&str, &str); 4] = [
    ("show", "show what how which when display print give list tell report"),
    ("chart", "chart plot graph draw"),
    ("compare", "compare"),
    ("why", "why"),
];

/// The words of one value, and the elements beside them.
#[derive(Default)]
struct Part<'a> {
    words: Vec<String>,
    elements: Vec<&'a str>,
    total: bool,
}

/// A question that is read from left to right.
struct Reader<'v, 'a> {
    names: &'v Vocabulary<'a>,
    tokens: Vec<Token<'v>>,
    query: &'static str,
    parts: Vec<Part<'a>>,
    /// The whole of which a value is a share.
    whole: bool,
    growth: bool,
    /// True after `and` and a comma: the next word begins another value.
    next: bool,
    by: Vec<&'a str>,
    years: String,
    scenarios: Vec<String>,
    unit: String,
    digits: String,
    /// True if a name or an element is not as Mizan writes it.
    worded: bool,
    /// `> 0` in `when does the balance become positive`.
    sign: &'static str,
    /// A name after `to` or `from` that is no element.
    missing: Option<&'v str>,
}

/// A question in words, as a query of Mizan.
pub(super) struct Reworded<'v, 'a> {
    pub(super) text: String,
    /// The quantity of its first value.
    pub(super) named: &'v NamedQuantity<'a>,
    /// A name that is no element, and the set in which it is missing.
    pub(super) missing: Option<(&'v str, &'a str)>,
    /// True for a line that can only be a question in words.
    pub(super) certain: bool,
}

/// Returns the query that a line in words means.
pub(super) fn query<'v, 'a>(line: &'v str, names: &'v Vocabulary<'a>) -> Option<Reworded<'v, 'a>> {
    let tokens = tokens(line);
    let first = tokens.first()?.text.to_lowercase();
    let of = |word: &str| {
        let own = |(_, words): &&(&str, &str)| words.split(' ').any(|own| own == word);
        BEGINNINGS.iter().find(own).map(|(query, _)| *query)
    };
    let year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let year = tokens.iter().any(|token| year(token.text));
    let plain = !tokens.iter().any(|token| matches!(token.text, "=" | ":" | "{" | "%"));
    // `for each partner show exports`, `exports to China in 2030`.
    let query = of(&first)
        .or_else(|| (first == "for").then_some("show").filter(|_| line.contains(" show ")))
        .or_else(|| (year && plain && find(&first).is_none()).then_some("show"))?;
    let begins = usize::from(of(&first).is_some());
    let mut reader = Reader {
        names,
        tokens,
        query,
        parts: vec![Part::default()],
        whole: false,
        growth: false,
        next: false,
        sign: "",
        by: Vec::new(),
        years: String::new(),
        scenarios: Vec::new(),
        unit: String::new(),
        digits: String::new(),
        worded: first == "what",
        missing: None,
    };
    let mut n = begins;
    while n < reader.tokens.len() {
        n = reader.part(n)?;
    }
    let certain = matches!(first.as_str(), "what" | "how" | "which" | "for" | "when");
    let missing = reader.missing;
    let (text, named) = reader.write()?;
    let missing = match missing {
        Some(name) => {
            let open = |set: &&&str| !text.contains(&format!(" {set}"));
            Some((name, *named.axes.iter().find(open)?))
        }
        None => None,
    };
    Some(Reworded { text, named, missing, certain })
}

impl<'v, 'a> Reader<'v, 'a> {
    fn at(&self, n: usize) -> &'v str {
        self.tokens.get(n).map_or("", |token| token.text)
    }

    fn lower(&self, n: usize) -> String {
        self.at(n).to_lowercase()
    }

    fn is(&self, n: usize, words: &[&str]) -> bool {
        words.contains(&self.lower(n).as_str())
    }

    fn is_year(&self, n: usize) -> bool {
        self.at(n).len() == 4 && self.at(n).bytes().all(|b| b.is_ascii_digit())
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        if let Some(end) = self.share(n).or_else(|| self.years(n)).or_else(|| self.unit(n)) {
            return Some(end);
        }
        let word = self.lower(n);
        let kind = self.tokens.get(n)?.kind;
        match word.as_str() {
            "and" | "," | "&" => {
                let set = self.names.set(self.at(n + 1)).filter(|_| !self.by.is_empty());
                if let Some(set) = set {
                    self.by.push(set);
                    return Some(n + 2);
                }
                self.next = true;
                return Some(n + 1);
            }
            "." if n + 1 < self.tokens.len() => return None,
            "?" | "." | "[" | "]" | "*" | "=" | "==" | "'" => return Some(n + 1),
            "total" | "totals" | "all" | "aggregate"
                if self.names.set(self.at(n + 1)).is_none() =>
            {
                self.last()?.total = true;
                return Some(n + 1);
            }
            "growth"
                if self.is(n + 1, &["of", "rate", "in"])
                    || n > 0 && self.is(n - 1, &["the", "show"]) =>
            {
                self.growth = true;
                return Some(n + 1 + usize::from(self.is(n + 1, &["rate"])));
            }
            "by" | "per" | "each" | "every" | "all" | "across" | "for" => {
                let at = n + 1 + usize::from(self.is(n + 1, &["each", "every", "all", "the"]));
                let set = self.names.set(self.at(at));
                if set.is_none() && self.is(at, &["year", "years"]) {
                    return Some(at + 1);
                }
                if let Some(set) = set.filter(|_| self.names.element(self.at(at + 1)).is_none()) {
                    self.by.push(set);
                    self.worded = true;
                    return Some(at + 1);
                }
                return (set.is_some() || word == "for").then_some(n + 1);
            }
            "positive" | "negative" => {
                self.sign = if word == "positive" { ">" } else { "<" };
                return Some(n + 1);
            }
            _ => {}
        }
        if kind == TokenKind::Word {
            return self.word(n);
        }
        // `2 decimals`
        let digits = word.len() == 1 && word.bytes().all(|b| b.is_ascii_digit());
        let end =
            (n + 1..n + 3).rfind(|&n| self.is(n, &["digits", "decimal", "decimals", "places"]))?;
        digits.then(|| self.digits = word)?;
        Some(end + 1)
    }

    fn word(&mut self, n: usize) -> Option<usize> {
        let word = self.at(n).to_owned();
        let scenario = word == "baseline" || self.names.scenarios.contains(&word.as_str());
        if scenario {
            self.scenarios.push(word);
            return Some(n + 1);
        }
        // `United States`, and then one word.
        for end in [n + 2, n + 1] {
            let joined = (n..end).map(|n| self.at(n)).collect::<Vec<_>>().join("_");
            if let Some(element) = self.names.element(&joined) {
                self.next = false;
                self.worded |= !matches!(self.at(end), "," | "]");
                self.last()?.elements.push(element);
                return Some(end);
            }
        }
        let set = self.names.set(&word).is_some() && self.names.element(self.at(n + 1)).is_some();
        let equals = self.names.set(&word).is_some() && self.is(n + 1, &["=", "=="]);
        if set || equals || FILLERS.split_whitespace().any(|own| own == word.to_lowercase()) {
            return Some(n + 1);
        }
        let place = n > 0
            && self.is(n - 1, &["to", "from", "with", "of"])
            && word.starts_with(char::is_uppercase);
        if place && n > 1 && !self.last()?.words.is_empty() {
            (self.missing, self.worded) = (Some(self.at(n)), true);
            return Some(n + 1);
        }
        if std::mem::take(&mut self.next) && !self.last()?.words.is_empty() {
            self.parts.push(Part::default());
        }
        // `TradeBalance` has two words.
        let mut words: Vec<String> = vec![String::new()];
        let mut small = false;
        for c in word.chars() {
            if c.is_uppercase() && small {
                words.push(String::new());
            }
            small = c.is_lowercase();
            words.last_mut()?.push(c);
        }
        self.last()?.words.append(&mut words);
        Some(n + 1)
    }

    fn last(&mut self) -> Option<&mut Part<'a>> {
        self.parts.last_mut()
    }

    /// Reads `as % of` before the whole of a share, and `share of China in`.
    fn share(&mut self, n: usize) -> Option<usize> {
        let named =
            |n: usize| self.is(n, &["%", "percent", "percentage", "share", "ratio", "fraction"]);
        let at = n + usize::from(self.is(n, &["as", "in"]));
        let at = at + usize::from(self.is(at, &["a"]));
        if named(at) && at > n && self.is(at + 1, &["of", "to"]) && !self.whole {
            self.whole = true;
            self.parts.push(Part::default());
            return Some(at + 2);
        }
        let element = self.names.element(self.at(n + 2));
        if self.is(n, &["share"]) && self.is(n + 1, &["of"]) && self.is(n + 3, &["in", "of"]) {
            self.last()?.elements.push(element?);
            (self.whole, self.worded) = (true, true);
            return Some(n + 4);
        }
        None
    }

    /// Reads years: `2030`, `2026 to 2028`, `from 2026`, `until 2028`, `the last year`.
    fn years(&mut self, n: usize) -> Option<usize> {
        let begin = usize::from(self.is(
            n,
            &["in", "by", "from", "between", "since", "after", "until", "to", "till", "for"],
        ));
        let at = n + begin;
        if begin == 1
            && self.is(at, &["the"])
            && self.is(at + 1, &["last", "first"])
            && self.is(at + 2, &["year"])
        {
            self.years = self.lower(at + 1);
            return Some(at + 3);
        }
        if !self.is_year(at) || !self.years.is_empty() {
            return None;
        }
        let year: i32 = self.at(at).parse().ok()?;
        if self.is(at + 1, &["to", "-", "–", "..", "and", "until", "through", ":"])
            && self.is_year(at + 2)
        {
            let sign =
                if self.is(at + 1, &["and"]) && !self.is(n, &["between"]) { ", " } else { ".." };
            self.years = format!("{year}{sign}{}", self.at(at + 2));
            return Some(at + 3);
        }
        self.years = match self.lower(n).as_str() {
            "from" | "since" => format!("{year}.."),
            "after" => format!("{}..", year + 1),
            "until" | "till" | "to" => format!("..{year}"),
            _ => year.to_string(),
        };
        Some(at + 1)
    }

    /// Reads the unit after `in`: `in mn USD`, `in per cent`.
    fn unit(&mut self, n: usize) -> Option<usize> {
        let scale = |n: usize| match self.lower(n).as_str() {
            "million" | "millions" => Some("mn"),
            "billion" | "billions" => Some("bn"),
            word => SCALES.iter().map(|(name, _)| *name).find(|name| *name == word),
        };
        if !self.is(n, &["in"]) {
            return None;
        }
        let currency = self.names.currency;
        let (unit, end) = match scale(n + 1) {
            Some(scale) => {
                let at = n + 2 + usize::from(self.is(n + 2, &["of"]));
                (
                    format!("{scale} {currency}"),
                    if self.at(at) == currency { at + 1 } else { n + 2 },
                )
            }
            None if self.at(n + 1) == currency => (currency.to_owned(), n + 2),
            None if self.is(n + 1, &["%", "percent"]) => ("percent".to_owned(), n + 2),
            None => return None,
        };
        self.unit = unit;
        Some(end)
    }
}

impl<'v, 'a> Reader<'v, 'a> {
    /// Writes the query.
    fn write(mut self) -> Option<(String, &'v NamedQuantity<'a>)> {
        // `exports and imports with China`
        for n in (1..self.parts.len()).rev().filter(|_| !self.whole) {
            let (before, after) = self.parts.split_at_mut(n);
            let (Some(before), Some(after)) = (before.last_mut(), after.first()) else { continue };
            if before.elements.is_empty() && !before.total {
                before.elements.clone_from(&after.elements);
            }
        }
        let mut found = Vec::new();
        for part in &mut self.parts {
            let growth = |word: &String| matches!(word.as_str(), "growth" | "rate");
            let mut named = self.names.quantity(&part.words);
            if named.is_none() && part.words.iter().any(growth) {
                part.words.retain(|word| !growth(word));
                named = self.names.quantity(&part.words);
                self.growth = true;
            }
            let named = named?;
            self.worded |= part.words.join("_") != named.name;
            found.push(named);
        }
        self.worded.then_some(())?;
        let &first = found.first()?;
        let mut total = false;
        let mut values = Vec::new();
        for (part, named) in self.parts.iter().zip(&found) {
            let scalar = part.total
                || self.whole
                || self.growth
                || self.query != "show"
                || !self.sign.is_empty();
            values.extend(self.values(part, named, scalar, &mut total)?);
        }
        if self.whole {
            let mut values_of = values.into_iter();
            let (part, whole) = (values_of.next()?, values_of.next());
            let all = Part { total: true, ..Part::default() };
            let whole = whole.or_else(|| self.values(&all, first, true, &mut total)?.pop())?;
            values = vec![format!("{part} / {whole}")];
            "percent".clone_into(&mut self.unit);
        }
        if self.growth {
            values = values.iter().map(|value| format!("growth({value})")).collect();
        }
        if !self.sign.is_empty() {
            let zero =
                if first.money { format!("0 {}", self.names.currency) } else { "0".to_owned() };
            values = values.iter().map(|value| format!("{value} {} {zero}", self.sign)).collect();
        }
        let mut text = format!("{} {}", self.query, values.join(", "));
        let known: Vec<&str> = self.scenarios.iter().map(String::as_str).collect();
        let others: Vec<&str> = known.iter().copied().filter(|name| *name != "baseline").collect();
        let scenarios = match self.query {
            "compare" if others.len() < known.len() => format!("{} to baseline", others.join(", ")),
            _ => known.join(", "),
        };
        let total = if total && values.len() == 1 { "total" } else { "" };
        for (word, value) in [
            ("for", scenarios.as_str()),
            ("in", &self.years),
            ("in", &self.unit),
            ("digits", &self.digits),
            ("with", total),
        ] {
            if !value.is_empty() {
                text.push_str(&format!(" {word} {value}"));
            }
        }
        Some((text, first))
    }

    /// Returns a value with its indices, one for each of several elements of a set. A sum is written over the sets of
    /// an amount of money that the question does not name; `total` is set if a row with the total is useful instead.
    fn values(
        &self,
        part: &Part<'a>,
        named: &NamedQuantity<'a>,
        scalar: bool,
        total: &mut bool,
    ) -> Option<Vec<String>> {
        let own = |set: &&str| -> Vec<&str> {
            let elements = self.names.elements(set);
            part.elements.iter().copied().filter(|element| elements.contains(element)).collect()
        };
        let known = |element: &&str| {
            named.axes.iter().any(|set| self.names.elements(set).contains(element))
        };
        part.elements.iter().all(known).then_some(())?;
        let open = |set: &&&str| own(set).is_empty() && !self.by.contains(set);
        let left = named.axes.iter().filter(open).count();
        let over: Vec<&str> = named
            .axes
            .iter()
            .copied()
            .filter(|set| own(set).is_empty() && self.by.contains(set))
            .collect();
        let summed = named.money && left > 0 && (scalar || left > 1 || !over.is_empty());
        if scalar && left > 0 && !named.money && (part.total || self.whole || self.growth) {
            return None;
        }
        *total |= named.money && left == 1 && !summed;
        let mut all: Vec<Vec<&str>> = vec![Vec::new()];
        for set in &named.axes {
            let chosen = match own(set) {
                chosen if !chosen.is_empty() => chosen,
                _ if over.contains(set) && summed => self.names.elements(set).to_vec(),
                _ if named.function => return None,
                _ => vec!["*"],
            };
            all = all
                .iter()
                .flat_map(|row| chosen.iter().map(|one| [row.as_slice(), &[*one]].concat()))
                .collect();
        }
        (all.len() <= 12).then_some(())?;
        Some(
            all.iter()
                .map(|row| {
                    let indices = row.join(", ");
                    let value = match (named.function, row.is_empty()) {
                        (true, _) => format!("{}({indices})", named.name),
                        (false, true) => named.name.to_owned(),
                        (false, false) => format!("{}[{indices}]", named.name),
                    };
                    if summed { format!("sum({value})") } else { value }
                })
                .collect(),
        )
    }
}
