//! Queries in words: `show trade balance with China in 2030`, `what are our exports to China by sector?`.
//!
//! In: a line and the names of its script. Out: the query in Mizan. Every word of the line must have a meaning: a line
//! with a word that is dropped would answer another question.

mod clauses;
mod measures;
mod opening;
mod write;

use self::measures::Measure;
pub(super) use self::measures::in_year;
use super::line_tokens::LineTokens;
use super::verbs::{Verb, verb};
use super::vocabulary::{NamedQuantity, Vocabulary, is_clear};
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::words::find;

/// Words between the parts of a question that say nothing themselves.
const FILLERS: &str = "show me us our my their the a an of in to from with for at on under please only just is are was were \
    will would be do does did we how much large big high what which over time scenario scenarios case year years where \
    between become turn get when have has had there it";
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
    line: LineTokens<'v>,
    query: &'static str,
    parts: Vec<Part<'a>>,
    /// The whole of which a value is a share.
    whole: bool,
    /// True if the quotient of two values is a share; false for a ratio.
    share: bool,
    /// What is asked about the values, the outermost first.
    measures: Vec<Measure>,
    /// True if the words of a measure or a ratio have no other meaning.
    sure: bool,
    /// True for a change since the first year.
    since_first: bool,
    /// The year against which a change is measured: `higher in 2030 than in 2026`.
    from: String,
    /// Number of elements that are the part of a share, and not of its whole: the `food` of `food share of exports`.
    part_of: usize,
    /// True for years behind `over`, `from` or `between`, over which a sum runs.
    spans: bool,
    /// True after `share of` before the part of a whole.
    shared: bool,
    /// The base year of an index.
    base: String,
    /// True for a value with `*` as an index, whose elements are meant one by one.
    starred: bool,
    /// True after `and` and a comma: the next word begins another value.
    next: bool,
    by: Vec<&'a str>,
    years: String,
    scenarios: Vec<String>,
    unit: String,
    digits: String,
    by_lever: bool,
    /// True if a row with the total is useful.
    total: bool,
    /// True for `how much does x rise`: the verb is read already.
    moves: bool,
    /// True for `China's exports`, which China sells or buys.
    owned: bool,
    /// Words that the beginning of the question has given a meaning.
    skips: &'static str,
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
    pub(super) named: Option<&'v NamedQuantity<'a>>,
    /// A name that is no element, and the set in which it is missing.
    pub(super) missing: Option<(&'v str, &'a str)>,
    /// True for a line that can only be a question in words.
    pub(super) certain: bool,
    /// True if the value is a growth rate, a share or another formula.
    pub(super) formula: bool,
    /// For `China's exports`, which it sells: the query of what is sold to it, where the text is that of what it sells.
    pub(super) otherwise: Option<String>,
}

/// A value in words that is one number in each year.
pub(super) struct WordedValue<'a> {
    pub(super) text: String,
    pub(super) years: String,
    /// The name of its quantity.
    pub(super) name: &'a str,
    pub(super) money: bool,
}

/// Returns the query that a line in words means.
///
/// At the prompt a question needs no word for the query.
pub(super) fn query<'v, 'a>(
    line: &'v str,
    names: &'v Vocabulary<'a>,
    prompt: bool,
) -> Option<Reworded<'v, 'a>> {
    if let Some(text) = condition(line) {
        return Some(Reworded {
            text,
            named: None,
            missing: None,
            certain: true,
            formula: false,
            otherwise: None,
        });
    }
    let tokens = LineTokens::of(line);
    let first = tokens.lower(0);
    let of = |word: &str| {
        let own = |(_, words): &&(&str, &str)| words.split(' ').any(|own| own == word);
        BEGINNINGS.iter().find(own).map(|(query, _)| *query)
    };
    let year = (0..tokens.len()).any(|n| tokens.year(n).is_some());
    let plain = !tokens.iter().any(|token| matches!(token.text, "=" | ":" | "{" | "%" | "+="));
    // `the exports to China`, `China's exports`, `total exports in 2030`
    let phrase = is_phrase(&tokens, year || prompt)
        && (plain || !tokens.iter().any(|token| matches!(token.text, "=" | ":" | "{" | "+=")));
    let by = first == "by" && tokens.is(1, &["how", "what"]);
    // `for each partner show exports`, `exports to China in 2030`.
    let query = of(&first)
        .or_else(|| names.scenarios.contains(&first.as_str()).then_some("compare"))
        .or_else(|| (first == "baseline").then_some("compare"))
        .or_else(|| (by || phrase).then_some("show"))
        .or_else(|| (first == "difference" && plain).then_some("compare"))
        .or_else(|| (first == "for").then_some("show").filter(|_| line.contains(" show ")))
        .or_else(|| ((year || prompt) && plain && find(&first).is_none()).then_some("show"))?;
    // `by how much do imports grow?`
    let begins = usize::from(of(&first).is_some() || by || first == "difference");
    let worded = of(&first).is_none_or(|query| query != first);
    let mut reader = Reader::of(tokens, query, worded, names);
    reader.sure |= phrase;
    let mut n = reader.opening(begins);
    while n < reader.line.len() {
        n = reader.part(n)?;
    }
    let missing = reader.missing;
    // `compare exports and imports`, `compare exports in 2024 and 2030`
    let several = reader.parts.len() > 1 || reader.years.contains(", ");
    if first == "compare" && reader.scenarios.is_empty() && several && !reader.by_lever {
        (reader.query, reader.worded, reader.sure) = ("show", true, true);
        let total = !reader.starred;
        reader.parts.iter_mut().for_each(|part| part.total = total);
    }
    let (text, named) = reader.write()?;
    let adds = text.starts_with("show sum(t in ");
    let formula = adds || !reader.measures.is_empty() || reader.whole;
    let certain = matches!(first.as_str(), "what" | "how" | "which" | "for" | "when" | "by")
        || reader.sure
        || !reader.digits.is_empty() && line.contains(", ");
    let missing = match missing {
        Some(name) => {
            let open = |set: &&&str| !text.contains(&format!(" {set}"));
            Some((name, *named.axes.iter().find(open)?))
        }
        None => None,
    };
    let owned = reader.owned && !reader.whole;
    let otherwise = if owned { other_direction(&text, named.name, names) } else { None };
    Some(Reworded { text, named: Some(named), missing, certain, formula, otherwise })
}

/// Writes a question about a condition: `is x > 0 in 2030?`, `show the year when x > 0`.
fn condition(line: &str) -> Option<String> {
    const BEGINS: [&str; 7] = [
        "is ",
        "are ",
        "when is ",
        "when will ",
        "show year when ",
        "show the year when ",
        "show years when ",
    ];
    let lower = line.to_lowercase();
    let begin = BEGINS.into_iter().find(|begin| lower.starts_with(begin))?;
    let rest = line.get(begin.len()..)?.trim_end_matches(['?', ' ']);
    rest.contains(['<', '>']).then(|| format!("show {rest}"))
}

/// Returns a query of exports as one of imports, and one of imports as one of exports, if the script has both.
fn other_direction(text: &str, name: &str, names: &Vocabulary<'_>) -> Option<String> {
    let other = match name {
        "exports" => "imports",
        "imports" => "exports",
        _ => return None,
    };
    let same = names.quantity(&[other.to_owned()]).filter(|named| named.name == other)?;
    let axes = names.quantity(&[name.to_owned()])?.axes == same.axes;
    axes.then(|| text.replace(name, other))
}

/// True for the words of a value without a question: `the exports to China`, `China's exports`; after `total` a year must
/// follow, because `total` declares a quantity.
fn is_phrase(line: &LineTokens<'_>, year: bool) -> bool {
    let owns = line.is(1, &["'", "’"]) && line.is(2, &["s"]) && !line.is_spaced(1);
    line.is(0, &["the", "our", "average", "largest", "highest", "lowest", "smallest"])
        || owns
        || line.is(0, &["share"]) && line.is(1, &["of"])
        || line.is(0, &["total"]) && year && line.len() > 2
}

/// Returns a value in words as one number in Mizan, and the years that the words name: `exports to China in 2030` is
/// `sum(exports[China, *])`.
pub(super) fn value<'a>(words: &str, names: &Vocabulary<'a>) -> Option<WordedValue<'a>> {
    let mut reader = Reader::of(LineTokens::of(words), "compare", true, names);
    let mut n = 0;
    while n < reader.line.len() {
        n = reader.part(n)?;
    }
    let plain = reader.scenarios.is_empty() && reader.unit.is_empty() && reader.by.is_empty();
    (plain && reader.missing.is_none() && !reader.by_lever).then_some(())?;
    let (values, named, before) = reader.written()?;
    let [text] = values.as_slice() else { return None };
    let (name, money) = (named.name, named.money);
    before.is_empty().then(|| WordedValue { text: text.clone(), years: reader.years, name, money })
}

impl<'v, 'a> Reader<'v, 'a> {
    fn of(
        line: LineTokens<'v>,
        query: &'static str,
        worded: bool,
        names: &'v Vocabulary<'a>,
    ) -> Self {
        let starred = (1..line.len()).any(|n| line.is(n, &["*"]) && line.is(n - 1, &["[", ","]));
        Reader {
            names,
            starred,
            line,
            query,
            parts: vec![Part::default()],
            whole: false,
            share: true,
            measures: Vec::new(),
            sure: false,
            since_first: false,
            from: String::new(),
            base: String::new(),
            shared: false,
            spans: false,
            part_of: 0,
            next: false,
            sign: "",
            by: Vec::new(),
            years: String::new(),
            scenarios: Vec::new(),
            unit: String::new(),
            digits: String::new(),
            worded,
            by_lever: false,
            total: false,
            moves: false,
            skips: "",
            missing: None,
            owned: false,
        }
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        if let Some(end) = self
            .own_name(n)
            .or_else(|| self.share(n))
            .or_else(|| self.ratio(n))
            .or_else(|| self.measure(n))
            .or_else(|| self.than(n))
            .or_else(|| self.years(n))
            .or_else(|| self.unit(n))
            .or_else(|| self.sign_in_words(n))
        {
            return Some(end);
        }
        let word = self.line.lower(n);
        let kind = self.line.kind(n)?;
        let scenario = |token: &Token<'_>| self.names.scenarios.contains(&token.text);
        if self.line.is(n, &["difference", "effect"]) && self.line.iter().any(scenario) {
            (self.query, self.worded) = ("compare", true);
            return Some(n + 1);
        }
        match word.as_str() {
            "and" | "," | "&" | "vs" | "versus" | "against" => {
                let set = self.names.set(self.line.at(n + 1)).filter(|_| !self.by.is_empty());
                if let Some(set) = set {
                    self.by.push(set);
                    return Some(n + 2);
                }
                self.next = true;
                self.worded |= word.starts_with('v') || word == "against";
                return Some(n + 1);
            }
            "." if n + 1 < self.line.len() => return None,
            "?" | "." | "[" | "]" | "*" | "=" | "==" => return Some(n + 1),
            // `China's exports`
            "'" | "’" if self.line.is(n + 1, &["s"]) && !self.line.is_spaced(n + 1) => {
                (self.owned, self.worded, self.sure) = (true, true, true);
                return Some(n + 2);
            }
            "'" | "’" if self.line.at(n.saturating_sub(1)).ends_with('s') => {
                self.worded = true;
                return Some(n + 1);
            }
            "ratio" if self.whole => return Some(n + 1),
            "total" | "totals" | "all" | "aggregate"
                if self.names.set(self.line.at(n + 1)).is_none() =>
            {
                self.last()?.total = true;
                self.worded |= n > 0 && !self.line.is(n - 1, &["with"]);
                return Some(n + 1);
            }
            "by" | "per" | "each" | "every" | "all" | "across" | "for" => {
                let at = n + 1 + usize::from(self.line.is(n + 1, &["each", "every", "all", "the"]));
                let set = self.names.set(self.line.at(at));
                if set.is_none() && self.line.is(at, &["year", "years"]) {
                    return Some(at + 1);
                }
                if let Some(set) =
                    set.filter(|_| self.names.element(self.line.at(at + 1)).is_none())
                {
                    self.by.push(set);
                    self.worded = true;
                    return Some(at + 1);
                }
                return (set.is_some() || word == "for").then_some(n + 1);
            }
            _ => {}
        }
        if kind == TokenKind::Word {
            return self.word(n);
        }
        // `2 decimals`
        let digits = word.len() == 1 && word.bytes().all(|b| b.is_ascii_digit());
        let end = (n + 1..n + 3)
            .rfind(|&n| self.line.is(n, &["digits", "decimal", "decimals", "places"]))?;
        digits.then(|| (self.digits, self.worded) = (word, true))?;
        Some(end + 1)
    }

    /// Reads a name of the script before the words in it: `GDP growth rate` beside `GDP_growth_rate`.
    fn own_name(&mut self, n: usize) -> Option<usize> {
        let joined = |end: usize| (n..end).map(|n| self.line.at(n)).collect::<Vec<_>>().join("_");
        // `the growth rate of gdp` is a measure of another value.
        let own = |end: &usize| self.names.is_name(&joined(*end)) && !self.line.is(*end, &["of"]);
        let end = (n + 2..=self.line.len().min(n + 4)).rev().find(own)?;
        let name = joined(end);
        self.worded = true;
        self.last()?.words.push(name);
        Some(end)
    }

    /// Reads `positive`, `negative` and `break even`.
    fn sign_in_words(&mut self, n: usize) -> Option<usize> {
        let (sign, end) = match self.line.lower(n).as_str() {
            "positive" => (">", n + 1),
            "negative" => ("<", n + 1),
            "break" | "breaks" if self.line.is(n + 1, &["even", "-"]) => {
                (">=", n + 2 + usize::from(self.line.is(n + 1, &["-"])))
            }
            _ => return None,
        };
        (self.worded, self.sign) = (true, sign);
        Some(end)
    }

    fn word(&mut self, n: usize) -> Option<usize> {
        let word = self.line.at(n).to_owned();
        let scenario = word == "baseline" || self.names.scenarios.contains(&word.as_str());
        if scenario {
            self.scenarios.push(word);
            return Some(n + 1);
        }
        // `United States`, and then one word.
        for end in [n + 2, n + 1] {
            let joined = (n..end).map(|n| self.line.at(n)).collect::<Vec<_>>().join("_");
            if let Some(element) = self.names.element(&joined) {
                is_clear(&joined, element, self.line.at(end)).then_some(())?;
                self.next = false;
                self.worded |= !matches!(self.line.at(end), "," | "]");
                self.last()?.elements.push(element);
                return Some(end);
            }
        }
        let set =
            self.names.set(&word).is_some() && self.names.element(self.line.at(n + 1)).is_some();
        let equals = self.names.set(&word).is_some() && self.line.is(n + 1, &["=", "=="]);
        let lower = word.to_lowercase();
        let moved = self.moves
            && !self.names.is_name(&word)
            && (matches!(
                lower.as_str(),
                "higher" | "larger" | "smaller" | "fast" | "quickly" | "strongly" | "change"
            ) || matches!(verb(&lower), Some(Verb::Up | Verb::Down)));
        let skipped = moved || self.skips.split_whitespace().any(|own| own == lower);
        if set || equals || skipped || FILLERS.split_whitespace().any(|own| own == lower) {
            return Some(n + 1);
        }
        let owns = self.line.is(n + 1, &["'", "’"]) && self.line.is(n + 2, &["s"]);
        if owns && word.starts_with(char::is_uppercase) && n > 0 {
            (self.missing, self.worded, self.sure) = (Some(self.line.at(n)), true, true);
            return Some(n + 1);
        }
        let place = n > 0
            && self.line.is(n - 1, &["to", "from", "with", "of"])
            && word.starts_with(char::is_uppercase);
        if place && n > 1 && !self.last()?.words.is_empty() {
            (self.missing, self.worded) = (Some(self.line.at(n)), true);
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
}
