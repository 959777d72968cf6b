//! Queries in words: `show trade balance with China in 2030`, `what are our exports to China by sector?`.
//!
//! In: a line and the names of its script. Out: the query in Mizan. Every word of the line must have a meaning: a line
//! with a word that is dropped would answer another question.

mod measures;
mod write;

use self::measures::Measure;
use super::vocabulary::{NamedQuantity, Vocabulary, is_clear};
use crate::syntax::token::{Token, TokenKind, tokens};
use crate::syntax::words::{SCALES, find};

/// Words between the parts of a question that say nothing themselves.
const FILLERS: &str = "show me us our my their the a an of in to from with for at on under please only just is are was were \
    will would be do does we how much large big high what which over time scenario scenarios case year years where \
    between become turn get when have there it";
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
    /// True if the quotient of two values is a share; false for a ratio.
    share: bool,
    /// What is asked about the values, the outermost first.
    measures: Vec<Measure>,
    /// True if the words of a measure or a ratio have no other meaning.
    sure: bool,
    /// True for a change since the first year.
    since_first: bool,
    /// The base year of an index.
    base: String,
    /// True after `and` and a comma: the next word begins another value.
    next: bool,
    by: Vec<&'a str>,
    years: String,
    scenarios: Vec<String>,
    unit: String,
    digits: String,
    by_lever: bool,
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
        return Some(Reworded { text, named: None, missing: None, certain: true, formula: false });
    }
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
        .or_else(|| names.scenarios.contains(&first.as_str()).then_some("compare"))
        .or_else(|| (first == "baseline").then_some("compare"))
        .or_else(|| first.eq("by").then_some("show").filter(|_| line.contains(" how much ")))
        .or_else(|| (first == "for").then_some("show").filter(|_| line.contains(" show ")))
        .or_else(|| ((year || prompt) && plain && find(&first).is_none()).then_some("show"))?;
    // `by how much do imports grow?`
    let by_how = first == "by" && tokens.get(1).is_some_and(|next| next.text == "how");
    let begins = usize::from(of(&first).is_some() || by_how);
    let mut reader = Reader {
        names,
        tokens,
        query,
        parts: vec![Part::default()],
        whole: false,
        share: true,
        measures: Vec::new(),
        sure: false,
        since_first: false,
        base: String::new(),
        next: false,
        sign: "",
        by: Vec::new(),
        years: String::new(),
        scenarios: Vec::new(),
        unit: String::new(),
        digits: String::new(),
        worded: of(&first).is_none_or(|query| query != first),
        by_lever: false,
        skips: "",
        missing: None,
    };
    let mut n = reader.opening(begins);
    while n < reader.tokens.len() {
        n = reader.part(n)?;
    }
    let missing = reader.missing;
    let (text, named) = reader.write()?;
    let formula = !reader.measures.is_empty() || reader.whole;
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
    Some(Reworded { text, named: Some(named), missing, certain, formula })
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

    /// Reads `which lever matters most`, `which scenario is best`, `how much does the balance fall in free`, which ask for
    /// a comparison; returns the position after the words.
    fn opening(&mut self, n: usize) -> usize {
        const MOST: &str = "has have most best better worst largest highest biggest lowest smallest good leads gives matters \
            matter effect impact moves drives contributes strongest";
        const MOVES: &str = "fall falls rise rises change changes increase decrease improve worsen grow higher lower";
        let set = self.names.set(self.at(n)).filter(|_| self.is(0, &["which", "what"]));
        if self.is(0, &["which", "what"]) && self.is(n, &["lever", "policy", "measure", "scenario"])
        {
            (self.query, self.by_lever, self.skips) = ("compare", !self.is(n, &["scenario"]), MOST);
            self.scenarios.push("all".to_owned());
            return n + 1;
        } else if let Some(set) = set {
            self.by.push(set);
            self.skips = MOST;
            return n + 1;
        }
        self.worded |= self.is(1, &["does", "do", "is", "did", "difference"]);
        let scenario = self.tokens.iter().any(|token| self.names.scenarios.contains(&token.text));
        let effect = (n..n + 3).any(|n| self.is(n, &["effect", "impact", "happens", "influence"]));
        if effect && scenario && self.is(0, &["what", "show"]) {
            (self.query, self.skips) = ("compare", "effect impact happens influence");
        }
        if self.is(0, &["how", "why", "by"]) || self.is(n, &["difference"]) {
            self.skips = MOVES;
            if scenario && !self.is(0, &["why"]) {
                self.query = "compare";
            }
        }
        // `by how much do imports rise until 2030?` asks for the change since the first year.
        let moves = |token: &Token<'_>| MOVES.split(' ').any(|word| word == token.text);
        if self.query == "show" && self.is(0, &["how", "by"]) && self.tokens.iter().any(moves) {
            self.measures.push(Measure::Change);
            self.since_first = true;
        }
        n + usize::from(self.is(n, &["difference"]))
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        if let Some(end) = self
            .share(n)
            .or_else(|| self.ratio(n))
            .or_else(|| self.measure(n))
            .or_else(|| self.years(n))
            .or_else(|| self.unit(n))
        {
            return Some(end);
        }
        let word = self.lower(n);
        let kind = self.tokens.get(n)?.kind;
        let scenario = |token: &Token<'_>| self.names.scenarios.contains(&token.text);
        if self.is(n, &["difference", "effect"]) && self.tokens.iter().any(scenario) {
            (self.query, self.worded) = ("compare", true);
            return Some(n + 1);
        }
        match word.as_str() {
            "and" | "," | "&" | "vs" | "versus" | "against" => {
                let set = self.names.set(self.at(n + 1)).filter(|_| !self.by.is_empty());
                if let Some(set) = set {
                    self.by.push(set);
                    return Some(n + 2);
                }
                self.next = true;
                self.worded |= word.starts_with('v') || word == "against";
                return Some(n + 1);
            }
            "." if n + 1 < self.tokens.len() => return None,
            "?" | "." | "[" | "]" | "*" | "=" | "==" => return Some(n + 1),
            "ratio" if self.whole => return Some(n + 1),
            "total" | "totals" | "all" | "aggregate"
                if self.names.set(self.at(n + 1)).is_none() =>
            {
                self.last()?.total = true;
                self.worded |= self.query == "compare";
                return Some(n + 1);
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
                self.worded = true;
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
        digits.then(|| (self.digits, self.worded) = (word, true))?;
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
                is_clear(&joined, element, self.at(end)).then_some(())?;
                self.next = false;
                self.worded |= !matches!(self.at(end), "," | "]");
                self.last()?.elements.push(element);
                return Some(end);
            }
        }
        let set = self.names.set(&word).is_some() && self.names.element(self.at(n + 1)).is_some();
        let equals = self.names.set(&word).is_some() && self.is(n + 1, &["=", "=="]);
        let skipped = self.skips.split_whitespace().any(|own| own == word.to_lowercase());
        if set
            || equals
            || skipped
            || FILLERS.split_whitespace().any(|own| own == word.to_lowercase())
        {
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

    /// Reads `to`, `over` or `relative to` before the second value of a ratio.
    fn ratio(&mut self, n: usize) -> Option<usize> {
        let two = usize::from(self.is(n, &["relative", "divided", "compared"]));
        let divides = self.is(n + two, &["to", "over", "by", "with", "/"]);
        let value = self.names.quantity(&[self.at(n + two + 1).to_owned()]).is_some();
        let said = !self.whole && !self.parts.last()?.words.is_empty();
        (divides && value && said).then_some(())?;
        (self.whole, self.worded, self.share) = (true, true, false);
        self.sure |= self.at(n) != "/";
        self.parts.push(Part::default());
        Some(n + two + 1)
    }

    /// Reads `as % of` before the whole of a share, and `share of China in`.
    fn share(&mut self, n: usize) -> Option<usize> {
        let named =
            |n: usize| self.is(n, &["%", "percent", "percentage", "share", "ratio", "fraction"]);
        let at = n + usize::from(self.is(n, &["as", "in"]));
        let at = at + usize::from(self.is(at, &["a"]));
        if named(at) && at > n && self.is(at + 1, &["of", "to"]) && !self.whole {
            (self.whole, self.worded) = (true, true);
            self.sure |= self.is(n, &["as"]);
            self.parts.push(Part::default());
            return Some(at + 2);
        }
        if self.is(n, &["ratio"]) && self.is(n + 1, &["of"]) {
            return Some(n + 2);
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
