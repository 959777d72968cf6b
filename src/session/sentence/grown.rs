//! A flow with its growth in words: `imports flowers from Germany grow 4% a year starting at 200 mn USD`.
//!
//! In: a line that begins with a kind of levers that grow. Out: the lever with its value in the first year and its
//! growth. Any other word ends the reading, because a lever without one of its values is another lever.

use super::super::line_tokens::LineTokens;
use super::super::new_lever::bound;
use super::super::verbs::{Verb, verb};
use super::super::vocabulary::Vocabulary;
use super::Changes;
use crate::syntax::ast::{FieldDecl, KindEntry, LeverKind};
use crate::syntax::token::TokenKind;

/// The field for the growth of a lever, a percentage a year.
const GROWTH: &str = "growth";
/// Words before the kind that add nothing.
const BEFORE: [&str; 8] = ["the", "our", "we", "all", "add", "new", "assume", "let"];
/// Words that join the parts, or say which value an amount is.
const JOINS: &str = "from to with on in at of by for and then now today currently initially initial base value level rate \
    worth valued amount amounts begin begins beginning start starts starting which that is are was were it they a an the \
    growth growing annual annually yearly until through thereafter afterwards year goods products total first current";

/// The parts of a line that are read.
struct Flow<'v> {
    line: LineTokens<'v>,
    names: &'v Vocabulary<'v>,
    kind: &'v LeverKind,
    elements: Vec<&'v str>,
    base: Option<String>,
    growth: Option<String>,
    /// Numbers of other fields.
    others: Vec<(&'v str, String)>,
    /// The field that was named before a number.
    field: Option<&'v str>,
    falls: bool,
    /// True for a word that says that a percentage is a growth a year.
    yearly: bool,
    /// The word before a part.
    before: String,
}

/// Returns the lever that a line describes by its value in the first year and its growth.
pub(super) fn grown<'v>(text: &'v str, names: &'v Vocabulary<'v>) -> Option<Changes> {
    let line = LineTokens::of(text);
    let start = (0..line.len()).find(|&n| !line.is(n, &BEFORE))?;
    let word = line.lower(start);
    let own = |kind: &&LeverKind| {
        let name = kind.name.text.as_str();
        (name == word || name.strip_suffix('s') == Some(&word)) && grows(kind)
    };
    let kind = names.kinds.iter().copied().find(own)?;
    let mut flow = Flow {
        line,
        names,
        kind,
        elements: Vec::new(),
        base: None,
        growth: None,
        others: Vec::new(),
        field: None,
        falls: false,
        yearly: false,
        before: String::new(),
    };
    let (name, mut n) = flow.name(start + 1);
    while n < flow.line.len() {
        n = flow.part(n)?;
    }
    flow.write(&name)
}

fn fields(kind: &LeverKind) -> impl Iterator<Item = &FieldDecl> {
    kind.entries.iter().filter_map(|entry| match entry {
        KindEntry::Field(field) => Some(field),
        _ => None,
    })
}

/// True for a kind whose first field is money that grows.
fn grows(kind: &LeverKind) -> bool {
    has_unit(fields(kind).next(), "money")
        && has_unit(fields(kind).find(|field| field.name.text == GROWTH), "percent")
}

fn has_unit(field: Option<&FieldDecl>, unit: &str) -> bool {
    field.is_some_and(
        |field| matches!(field.unit.terms.as_slice(), [only] if only.name.text == unit),
    )
}

impl<'v> Flow<'v> {
    /// Reads the words behind the kind as the name of the lever: `imports of cut flowers from Germany`.
    fn name(&self, from: usize) -> (String, usize) {
        let mut n = from + usize::from(self.line.is(from, &["of", "called", "named"]));
        let mut words = Vec::new();
        while self.line.kind(n) == Some(TokenKind::Word) && !self.is_known(n) {
            words.push(self.line.at(n));
            n += 1;
        }
        (words.join("_"), n)
    }

    /// True for a word that is a part of the line or joins its parts.
    fn is_known(&self, n: usize) -> bool {
        let word = self.line.lower(n);
        let joins = JOINS.split(' ').any(|own| own == word);
        joins || verb(&word).is_some() || self.names.element(self.line.at(n)).is_some()
    }

    fn is_number(&self, n: usize) -> bool {
        self.line.at(n).starts_with(|c: char| c.is_ascii_digit())
    }

    /// Reads the part that begins at token `n`, and returns the position after the part.
    fn part(&mut self, n: usize) -> Option<usize> {
        let money = self.line.scale(n + 1).is_some() || self.line.at(n + 1) == self.names.currency;
        if let Some(year) = self.line.year(n).filter(|_| !money) {
            let (first, last) = self.names.years;
            let until = matches!(self.before.as_str(), "until" | "to" | "through");
            return (year == if until { last } else { first }).then_some(n + 1);
        }
        if self.is_number(n) {
            return self.amount(n, "");
        }
        if self.line.at(n) == "-" {
            let negative = self.is_number(n + 1) && !self.line.is_spaced(n + 1);
            return if negative { self.amount(n + 1, "-") } else { Some(n + 1) };
        }
        // `USD 200 mn`
        if matches!(self.line.at(n), "$") || self.line.at(n) == self.names.currency {
            return self.is_number(n + 1).then_some(n + 1);
        }
        if self.line.is(n, &["a", "per", "each", "every", "/"])
            && self.line.is(n + 1, &["year", "annum", "yr"])
        {
            self.yearly = true;
            return Some(n + 2);
        }
        if self.line.is(n, &["p"]) && self.line.at(n + 1) == "." && self.line.is(n + 2, &["a"]) {
            self.yearly = true;
            return Some(n + 3);
        }
        if self.line.kind(n) == Some(TokenKind::Word) {
            return self.word(n);
        }
        // A preposition goes on over a list of elements only.
        if self.names.element(self.line.at(n + 1)).is_none() {
            self.before.clear();
        }
        matches!(self.line.at(n), "," | ":" | ";" | "." | "(" | ")" | "=").then(|| n + 1)
    }

    fn word(&mut self, n: usize) -> Option<usize> {
        let word = self.line.lower(n);
        if let Some(element) = self.names.element(self.line.at(n)) {
            let own = self.kind.bindings.iter();
            let mut own = own.filter(|own| self.names.elements(&own.set.text).contains(&element));
            let preposition = &own.next()?.preposition.text;
            // `imports to Germany` are not understood.
            let other = matches!(self.before.as_str(), "from" | "to" | "on" | "with");
            (!other || self.before == *preposition).then_some(())?;
            self.elements.push(element);
            if !matches!(self.line.at(n + 1), "," | "and") {
                self.before.clear();
            }
            return Some(n + 1);
        }
        let other = fields(self.kind).skip(1).find(|field| {
            field.name.text == word && word != GROWTH && has_unit(Some(field), "number")
        });
        if let Some(field) = other {
            self.field = Some(&field.name.text);
        } else if matches!(word.as_str(), "annual" | "annually" | "yearly" | "grew")
            || word.starts_with("grow")
        {
            self.yearly = true;
        } else if !JOINS.split(' ').any(|own| own == word) {
            match verb(&word)? {
                Verb::Up => {}
                Verb::Down => self.falls = true,
                _ => return None,
            }
        }
        self.before = word;
        Some(n + 1)
    }

    /// Takes money for the value of the first year, and a percentage for the growth.
    fn amount(&mut self, n: usize, sign: &str) -> Option<usize> {
        let currency = self.names.currency;
        let (amount, end) = self.line.amount(n, currency);
        let before = std::mem::take(&mut self.before);
        let bare = amount.text == amount.number;
        let signed = n
            .checked_sub(1)
            .is_some_and(|at| self.line.at(at) == currency || self.line.at(at) == "$");
        if amount.percent {
            // A value that is reached, `to 4%`, is no growth.
            (self.growth.is_none() && !matches!(before.as_str(), "to" | "from")).then_some(())?;
            self.growth = Some(format!("{sign}{}", amount.text));
        } else if let Some(field) = self.field.take() {
            bare.then(|| self.others.push((field, format!("{sign}{}", amount.text))))?;
        } else {
            let text =
                if bare && signed { format!("{} {currency}", amount.text) } else { amount.text };
            let starts = !matches!(before.as_str(), "to" | "by" | "until" | "through");
            let money = text.ends_with(currency) && sign.is_empty() && !amount.points;
            (money && starts && self.base.is_none()).then_some(())?;
            self.base = Some(text);
        }
        Some(end)
    }

    fn write(self, name: &str) -> Option<Changes> {
        let (base, growth) = (self.base?, self.growth?);
        let taken = self.names.is_name(name);
        (self.yearly && self.field.is_none() && !taken).then_some(())?;
        let growth = match (self.falls, growth.starts_with('-')) {
            (true, true) => return None,
            (true, false) => format!("-{growth}"),
            (false, _) => growth,
        };
        let kind = self.kind.name.text.as_str();
        let name = match name {
            "" => self.names.free(&format!("new_{kind}")),
            own => own.to_owned(),
        };
        let head = bound(self.kind, &self.elements, self.names)?;
        let first = &fields(self.kind).next()?.name.text;
        let others = self.others.iter().map(|(name, value)| format!(", {name}: {value}"));
        let others: String = others.collect();
        let line = format!("{kind} {name}{head} {{ {first}: {base}, {GROWTH}: {growth}{others} }}");
        let open = self.kind.bindings.iter().find(|binding| {
            let own = self.names.elements(&binding.set.text);
            own.len() > 1 && !own.iter().any(|element| self.elements.contains(element))
        });
        let note = open.map(|binding| {
            let (set, preposition) = (&binding.set.text, &binding.preposition.text);
            format!(
                "`{first}` is the value of each {set}; for one of them write `{preposition} NAME`"
            )
        });
        Some(Changes { lines: vec![line], note, certain: true, baseline: true })
    }
}
