//! Queries in natural order: `show balance low in 2030`, `for low show balance`, `show China exports in the last year`.
//!
//! In: a query of which every word is known. Out: its values with their elements as indices, then `for`, `in` and the
//! other clauses. A word that is not known ends the rule: an edit that drops a word answers another question.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::numbers;
use crate::syntax::token::TokenKind;
use crate::syntax::words::SCALES;

/// Queries with a list of values.
const QUERIES: [&str; 4] = ["show", "chart", "compare", "why"];
/// Words between the parts of a query that say nothing themselves.
const FILLERS: [&str; 23] = [
    "between",
    "the",
    "me",
    "a",
    "please",
    "only",
    "also",
    "just",
    "us",
    "of",
    "in",
    "for",
    "under",
    "at",
    "by",
    "and",
    "to",
    "from",
    "with",
    "scenario",
    "scenarios",
    "year",
    "years",
];

/// One value of a query, and the elements that are named beside the value.
struct Value {
    text: String,
    elements: Vec<String>,
}

/// The parts of a query.
#[derive(Default)]
struct Question {
    values: Vec<Value>,
    /// Elements before their quantity.
    pending: Vec<String>,
    title: String,
    scenarios: Vec<String>,
    /// The scenario that a comparison is made with.
    other: String,
    years: Vec<String>,
    unit: String,
    digits: String,
    total: bool,
}

/// Reads the tokens of a query from left to right.
struct Reader<'a, 'b> {
    draft: &'a Draft,
    context: &'a Context<'b>,
    query: String,
    /// The last word between two parts: `for`, `in`, `to`.
    before: String,
    /// True after `total` before a value.
    summed: bool,
    found: Question,
}

/// Writes a query in natural order with its values first and its clauses behind them.
pub(crate) fn natural(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let at = (0..end).find(|&n| QUERIES.contains(&draft.at(n)))?;
    let query = draft.at(at).to_owned();
    let reader = Reader {
        draft,
        context,
        query,
        before: String::new(),
        summed: false,
        found: Question::default(),
    };
    let found = reader.whole(at, end)?;
    let text = found.write(draft.at(at), context)?;
    (text != draft.show(0..end)).then_some(())?;
    let message =
        match (found.values.iter().any(|value| !value.elements.is_empty()), found.title.is_empty())
        {
            (true, _) => "an element of a set is an index, in square brackets behind its quantity",
            (false, false) => "the title of a value is a text after `as`",
            (false, true) => {
                "a query has its values first; scenarios follow `for`, years and units follow `in`"
            }
        };
    draft.replace(0..end, &text);
    Some(message.to_owned())
}

impl Reader<'_, '_> {
    fn whole(mut self, at: usize, end: usize) -> Option<Question> {
        let mut n = 0;
        while n < end {
            n = if n == at { n + 1 } else { self.part(n)? };
        }
        self.found.pending.is_empty().then_some(())?;
        (!self.found.values.is_empty()).then_some(self.found)
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        let word = self.draft.at(n);
        if let Some(end) = self
            .title(n)
            .or_else(|| self.digits(n))
            .or_else(|| self.unit(n))
            .or_else(|| self.scenario(n))
            .or_else(|| self.years(n))
            .or_else(|| self.element(n))
        {
            return Some(end);
        }
        if matches!(word, "total" | "totals")
            && (self.before == "with" || !self.found.values.is_empty())
        {
            self.found.total = true;
            return Some(n + 1);
        }
        if word == "total" && self.found.values.is_empty() {
            self.summed = true;
            return Some(n + 1);
        }
        // A name of the script is never a word between two parts.
        let filler = FILLERS.contains(&word) && !self.context.declares(word);
        if filler || matches!(word, "," | "&" | "vs" | "versus" | "against") {
            word.clone_into(&mut self.before);
            return Some(n + 1);
        }
        let end = self.value(n)?;
        // Two names side by side are no list.
        let apart =
            self.found.values.is_empty() || matches!(self.before.as_str(), "," | "&" | "and");
        apart.then_some(())?;
        let elements = std::mem::take(&mut self.found.pending);
        let mut text = self.draft.show(n..end);
        if std::mem::take(&mut self.summed) {
            let axes = self.context.axes(&text);
            (elements.is_empty() && axes.is_none_or(|axes| !axes.is_empty())).then_some(())?;
            text = format!("sum({text})");
        }
        self.found.values.push(Value { text, elements });
        self.before.clear();
        Some(end)
    }

    /// Reads `as "TITLE"`, `title "TITLE"`, `"TITLE":` and a text alone.
    fn title(&mut self, n: usize) -> Option<usize> {
        let named =
            matches!(self.draft.at(n), "as" | "title" | "titled" | "called" | "named" | "label");
        let at = n + usize::from(named);
        let at = at + usize::from(named && matches!(self.draft.at(at), "=" | ":"));
        let text = self.draft.at(at);
        let taken = self.context.set_with(text).is_some() || !self.found.title.is_empty();
        if self.draft.kind(at) != Some(TokenKind::Text) || taken {
            return None;
        }
        text.clone_into(&mut self.found.title);
        Some(at + 1 + usize::from(self.draft.at(at + 1) == ":"))
    }

    /// Reads `digits 2`, `2 decimals` and `format "0.00"`.
    fn digits(&mut self, n: usize) -> Option<usize> {
        let is_word = |n: usize| {
            matches!(
                self.draft.at(n),
                "digits"
                    | "digit"
                    | "decimals"
                    | "decimal"
                    | "places"
                    | "rounded"
                    | "round"
                    | "precision"
            )
        };
        let one = |n: usize| self.draft.is_number(n) && self.draft.at(n).len() == 1;
        let (digits, end) = if one(n) && is_word(n + 1) {
            (self.draft.at(n).to_owned(), n + 2 + usize::from(is_word(n + 2)))
        } else if self.draft.at(n) == "format" && self.draft.kind(n + 1) == Some(TokenKind::Text) {
            let format = self.draft.at(n + 1);
            let zeros = |text: &str| text.chars().filter(|c| *c == '0' || *c == '#').count();
            (format.split_once('.').map_or(0, |(_, tail)| zeros(tail)).to_string(), n + 2)
        } else if is_word(n) {
            let mut at = n + 1;
            while matches!(self.draft.at(at), "=" | ":" | "to") {
                at += 1;
            }
            if !one(at) {
                return None;
            }
            (self.draft.at(at).to_owned(), at + 1 + usize::from(is_word(at + 1)))
        } else {
            return None;
        };
        self.found.digits = digits;
        Some(end)
    }

    /// Reads a unit with its scale, and `in % of VALUE`.
    fn unit(&mut self, n: usize) -> Option<usize> {
        let draft = self.draft;
        let percent = matches!(draft.at(n), "%" | "percent" | "percentage");
        let (n, percent) = match draft.at(n) == "as"
            && matches!(draft.at(n + 1), "a" | "%" | "percent" | "percentage")
        {
            true => (n + 1 + usize::from(draft.at(n + 1) == "a"), true),
            false => (n, percent && self.before == "in"),
        };
        if percent {
            "percent".clone_into(&mut self.found.unit);
            if draft.at(n + 1) != "of" {
                return Some(n + 1);
            }
            let end = self.value(n + 2)?;
            let [only] = self.found.values.as_mut_slice() else { return None };
            only.text = format!("{} / {}", only.text, draft.show(n + 2..end));
            return Some(end);
        }
        let currency = self.context.currency();
        let scale = |word: &str| {
            let own = SCALES.iter().map(|(own, _)| *own).find(|own| *own == word);
            own.or_else(|| numbers::scale(word).filter(|_| word.len() > 1))
        };
        let (text, end) = match (scale(draft.at(n)), draft.at(n) == currency) {
            (Some(scale), _) => {
                let at = n + 1 + usize::from(draft.at(n + 1) == "of");
                let named = usize::from(draft.at(at) == currency);
                (format!("{scale} {currency}"), if named == 1 { at + 1 } else { n + 1 })
            }
            (None, true) => match scale(draft.at(n + 1)) {
                Some(scale) => (format!("{scale} {currency}"), n + 2),
                None => (currency.to_owned(), n + 1),
            },
            (None, false) => return None,
        };
        self.found.unit = text;
        Some(end)
    }

    /// Reads the name of a scenario, `all`, `every scenario` and `all except low`.
    fn scenario(&mut self, n: usize) -> Option<usize> {
        let word = self.draft.at(n);
        let known = |word: &str| word == "baseline" || self.context.scenarios().contains(&word);
        let plural = matches!(self.draft.at(n + 1), "scenario" | "scenarios");
        if matches!(word, "all" | "every" | "each") && (self.before == "for" || plural) {
            let mut at = n + 1 + usize::from(plural);
            let except = matches!(self.draft.at(at), "except" | "but" | "without");
            self.found.scenarios = vec!["all".to_owned()];
            if except {
                let mut names = self.context.scenarios();
                names.insert(0, "baseline");
                at += 1;
                known(self.draft.at(at)).then_some(())?;
                while known(self.draft.at(at)) {
                    names.retain(|name| *name != self.draft.at(at));
                    at += 1;
                    at += usize::from(
                        matches!(self.draft.at(at), "," | "and") && known(self.draft.at(at + 1)),
                    );
                }
                self.found.scenarios = names.into_iter().map(str::to_owned).collect();
            }
            return Some(at);
        }
        // `low.balance`
        let dotted = self.draft.at(n + 1) == "." && self.draft.touches(n + 1);
        let owned = matches!(self.draft.at(n + 1), "[" | "(") && self.draft.touches(n + 1);
        if !known(word) || self.context.declares(word) || owned {
            return None;
        }
        let against = matches!(self.before.as_str(), "to" | "vs" | "versus" | "against" | "with");
        let between = self.draft.find(&["between"], 0).is_some();
        let second = against || (between || word == "baseline") && self.before == "and";
        match self.query.as_str() {
            "compare" | "why" if second && !self.found.scenarios.is_empty() => {
                word.clone_into(&mut self.found.other)
            }
            _ => self.found.scenarios.push(word.to_owned()),
        }
        Some(n + 1 + usize::from(dotted))
    }

    /// Reads years: `2030`, `2026 to 2028`, `the last 3 years`, `first and last`, `[2024, 2030]`.
    fn years(&mut self, n: usize) -> Option<usize> {
        let draft = self.draft;
        let year =
            |n: usize| draft.is_number(n) && draft.at(n).len() == 4 && !draft.at(n).contains('.');
        let plain = |n: usize| year(n) || matches!(draft.at(n), "first" | "last");
        if matches!(draft.at(n), "[" | "(") && self.before == "in" && plain(n + 1) {
            let close = draft.close(n)?;
            let mut at = n + 1;
            while at < close {
                at = self.years(at)?;
                at += usize::from(matches!(draft.at(at), "," | ";"));
            }
            return Some(close + 1);
        }
        if draft.at(n) == ".." && year(n + 1) {
            self.found.years.push(format!("..{}", draft.at(n + 1)));
            return Some(n + 2);
        }
        if !plain(n) {
            return None;
        }
        let (first, last) = self.context.years()?;
        if draft.is_number(n + 1) && draft.at(n + 1).len() < 3 && draft.at(n + 2) == "years" {
            let count: i32 = draft.at(n + 1).parse().ok()?;
            self.found.years.push(match draft.at(n) {
                "last" => format!("{}..{last}", last - count + 1),
                _ => format!("{first}..{}", first + count - 1),
            });
            return Some(n + 3);
        }
        let named = usize::from(matches!(draft.at(n + 1), "year" | "years"));
        let join = n + 1 + named;
        let range = matches!(draft.at(join), ".." | ":" | "-" | "to" | "through" | "until");
        let (text, end) = match self.before.as_str() {
            _ if range && plain(join + 1) => {
                (format!("{}..{}", draft.at(n), draft.at(join + 1)), join + 2)
            }
            _ if draft.at(join) == ".." => (format!("{}..", draft.at(n)), join + 1),
            "from" => (format!("{}..", draft.at(n)), join),
            _ => (draft.at(n).to_owned(), join),
        };
        self.found.years.push(text);
        Some(end)
    }

    /// Reads an element, which is an index of the value before it or of the next one.
    fn element(&mut self, n: usize) -> Option<usize> {
        let word = self.draft.at(n);
        self.context.set_with(word).filter(|_| !self.context.declares(word))?;
        let name = |value: &&mut Value| {
            value.text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        };
        match self.found.values.last_mut() {
            Some(value) if self.before != "," => {
                name(&value).then(|| value.elements.push(word.to_owned()))?
            }
            Some(_) => return None,
            None => self.found.pending.push(word.to_owned()),
        }
        Some(n + 1)
    }

    /// Returns the end of the expression that begins at token `n`.
    fn value(&self, n: usize) -> Option<usize> {
        const SIGNS: [&str; 11] = ["+", "-", "*", "/", "^", "==", "!=", "<", ">", "<=", ">="];
        let mut end = self.operand(n, false)?;
        while SIGNS.contains(&self.draft.at(end)) {
            end = self.operand(end + 1, true)?;
        }
        Some(end)
    }

    fn operand(&self, n: usize, inside: bool) -> Option<usize> {
        let draft = self.draft;
        match draft.at(n) {
            "-" => return self.operand(n + 1, true),
            "(" => return draft.close(n).map(|close| close + 1),
            _ if draft.is_number(n) && inside => return Some(draft.amount_end(n)),
            _ if !draft.is_name(n) => return None,
            _ => {}
        }
        let (mut end, name) = (n + 1, draft.at(n));
        let dotted = draft.at(end) == ".";
        while draft.at(end) == "." && draft.is_word(end + 1) {
            end += 2;
        }
        let called = draft.at(end) == "(" && draft.touches(end);
        if called || draft.at(end) == "[" && draft.touches(end) {
            end = draft.close(end)? + 1;
        }
        (called || dotted || inside || self.context.may_be_value(name)).then_some(end)
    }
}

impl Question {
    /// Writes the query; `None` if the parts do not fit together.
    fn write(&self, word: &str, context: &Context<'_>) -> Option<String> {
        let mut values = Vec::new();
        for value in &self.values {
            values.push(value.write(context)?);
        }
        let mut text = format!("{word} {}", values.join(", "));
        let mut clause = |word: &str, value: String| {
            if !value.is_empty() {
                text.push_str(&format!(" {word} {value}"));
            }
        };
        if !self.title.is_empty() && self.values.len() > 1 {
            return None;
        }
        clause("as", self.title.clone());
        // `compare x baseline vs free` asks for the effect of `free`.
        let turned = word == "compare" && self.scenarios == ["baseline"] && !self.other.is_empty();
        let (scenarios, other) = match turned {
            true => (self.other.clone(), "baseline".to_owned()),
            false => (self.scenarios.join(", "), self.other.clone()),
        };
        clause("for", scenarios);
        clause("to", other);
        clause("in", self.years.join(", "));
        clause("in", self.unit.clone());
        clause("digits", self.digits.clone());
        clause("with", if self.total { "total".to_owned() } else { String::new() });
        Some(text)
    }
}

impl Value {
    /// Writes the value with its elements as indices, in the order of its declaration.
    fn write(&self, context: &Context<'_>) -> Option<String> {
        if self.elements.is_empty() {
            return Some(self.text.clone());
        }
        let Some(axes) = context.axes(&self.text) else {
            return Some(format!("{}[{}]", self.text, self.elements.join(", ")));
        };
        let mut left = self.elements.clone();
        let mut indices = Vec::new();
        for set in &axes {
            let elements = context.elements(set);
            let own = left.iter().position(|element| elements.contains(&element.as_str()));
            indices.push(own.map_or("*".to_owned(), |at| left.remove(at)));
        }
        left.is_empty().then(|| format!("{}[{}]", self.text, indices.join(", ")))
    }
}
