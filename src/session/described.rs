//! A lever that is described in words: `joint venture with Germany in cars, 200 mn USD, from 2026`.
//!
//! In: a line with the words of a kind, elements, amounts and years. Out: the lever in Mizan, with the fields that the line
//! gives and a place for each required field that it does not give. A line with a word that is not understood is no such
//! description.

use super::vocabulary::Vocabulary;
use crate::syntax::ast::{FieldDecl, KindEntry, LeverKind};
use crate::syntax::words;

/// Words before and between the parts of a description that say nothing.
const EMPTY: [&str; 46] = [
    "a",
    "an",
    "the",
    "new",
    "one",
    "of",
    "with",
    "in",
    "from",
    "to",
    "on",
    "at",
    "for",
    "and",
    "by",
    "worth",
    "costing",
    "between",
    "us",
    "our",
    "we",
    "as",
    "is",
    "that",
    "which",
    "year",
    "annually",
    "per",
    "build",
    "create",
    "open",
    "opens",
    "opening",
    "start",
    "starts",
    "starting",
    "begin",
    "beginning",
    "sign",
    "establish",
    "launch",
    "set",
    "up",
    "via",
    "against",
    "plan",
];
/// A lever as far as a line gives it.
pub(super) struct Described {
    /// The lever, with `...` for each required field that is missing.
    pub(super) text: String,
    /// Names of the missing fields.
    pub(super) missing: Vec<String>,
    pub(super) kind: String,
}

/// Reads a description; `None` for a line with other words.
pub(super) fn lever(line: &str, names: &Vocabulary<'_>) -> Option<Described> {
    if line.contains(['=', '{', '[', '"', '?', '#']) {
        return None;
    }
    let line = line.trim().trim_end_matches(['.', ';']).replace("%", " % ");
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '(' | ')' | ';'))
        .filter(|word| !word.is_empty())
        .collect();
    let (kind, rest) = kind_of(&words, names)?;
    let mut parts = Parts {
        kind,
        names,
        name: None,
        given: Vec::new(),
        elements: Vec::new(),
        said: Vec::new(),
    };
    let mut n = usize::from(parts.takes_name(rest));
    while n < rest.len() {
        n = parts.read(rest, n)?;
    }
    (!parts.given.is_empty() || !parts.elements.is_empty()).then_some(())?;
    parts.write()
}

/// Returns the kind that the first words name, and the words after it.
fn kind_of<'w, 'a>(
    words: &'w [&'w str],
    names: &Vocabulary<'a>,
) -> Option<(&'a LeverKind, &'w [&'w str])> {
    let fillers = words.iter().take_while(|word| is_empty(word)).count();
    let words = words.get(fillers..)?;
    (1..=4.min(words.len())).rev().find_map(|count| {
        let text = words.get(..count)?.join(" ").to_lowercase();
        let phrase =
            words::KIND_PHRASES.iter().find(|(phrase, _)| *phrase == text).map(|(_, kind)| *kind);
        let is = |kind: &&&LeverKind| {
            let own = kind.name.text.as_str();
            phrase == Some(own) || text.replace([' ', '-'], "_") == own
        };
        let kind = names.kinds.iter().find(is)?;
        Some((*kind, words.get(count..)?))
    })
}

fn is_empty(word: &str) -> bool {
    EMPTY.contains(&word.to_lowercase().as_str())
}

/// The parts of a description that are read.
struct Parts<'w, 'a> {
    kind: &'a LeverKind,
    names: &'w Vocabulary<'a>,
    /// The lever's own name.
    name: Option<String>,
    /// Fields with their values.
    given: Vec<(&'a str, String)>,
    elements: Vec<&'a str>,
    /// Words of the names of fields before an amount.
    said: Vec<String>,
}

impl<'a> Parts<'_, 'a> {
    fn fields(&self) -> impl Iterator<Item = &'a FieldDecl> + use<'a> {
        self.kind.entries.iter().filter_map(|entry| match entry {
            KindEntry::Field(field) => Some(field),
            _ => None,
        })
    }

    /// Takes a word between the kind and a preposition as the name of the lever: `joint venture jv with Germany`.
    fn takes_name(&mut self, words: &[&str]) -> bool {
        let [name, next, ..] = words else { return false };
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_lowercase());
        let bound = self.kind.bindings.iter().any(|own| own.preposition.text == *next);
        let free = self.names.element(name).is_none() && !is_empty(name) && !self.is_field(name);
        if plain && bound && free && self.names.free(name) == *name {
            self.name = Some((*name).to_owned());
        }
        self.name.is_some()
    }

    /// True for a word of the name of a field.
    fn is_field(&self, word: &str) -> bool {
        let stem = stem(word);
        self.fields().any(|field| field.name.text.split('_').any(|part| stem == self::stem(part)))
    }

    /// Reads the word at `n` with those that belong to it; returns the position after them.
    fn read(&mut self, words: &[&str], n: usize) -> Option<usize> {
        let word = *words.get(n)?;
        if let Some(element) = self.names.element(word)
            && self
                .kind
                .bindings
                .iter()
                .any(|own| self.names.elements(&own.set.text).contains(&element))
        {
            if !self.elements.contains(&element) {
                self.elements.push(element);
            }
            return Some(n + 1);
        }
        if word.parse::<f64>().is_ok() {
            return self.amount(words, n);
        }
        if is_empty(word) {
            return Some(n + 1);
        }
        // `saves 5 days`, `local content 40%`
        self.said.push(self.is_field(word).then(|| stem(word))?);
        Some(n + 1)
    }

    /// Reads a number with its unit, and gives it to the first field of this unit that is named or required.
    fn amount(&mut self, words: &[&str], n: usize) -> Option<usize> {
        let word = *words.get(n)?;
        let (first, last) = self.names.years;
        let unit = words.get(n + 1).copied().unwrap_or_default();
        let after = words.get(n + 2).copied().unwrap_or_default();
        let currency = self.names.currency;
        let (sort, value, end) = if unit == "%" {
            ("percent", format!("{word}%"), n + 2)
        } else if words::scale(unit) != 1.0 {
            let named = after == currency;
            ("money", format!("{word} {unit} {currency}"), n + 2 + usize::from(named))
        } else if unit == currency {
            ("money", format!("{word} {unit}"), n + 2)
        } else if matches!(unit, "day" | "days") {
            ("days", format!("{word} days"), n + 2)
        } else if matches!(unit, "years") {
            ("years", format!("{word} years"), n + 2)
        } else if word.parse::<i32>().is_ok_and(|year| (first..=last).contains(&year)) {
            ("year", word.to_owned(), n + 1)
        } else {
            return None;
        };
        let said = std::mem::take(&mut self.said);
        let fits = |field: &&FieldDecl| {
            matches!(field.unit.terms.as_slice(), [only] if only.name.text == sort)
                && !self.given.iter().any(|(name, _)| *name == field.name.text)
        };
        let named = |field: &&FieldDecl| {
            let parts: Vec<String> = field.name.text.split('_').map(stem).collect();
            said.iter().all(|word| parts.contains(word))
        };
        let required = |field: &&FieldDecl| field.default.is_none();
        let found = match said.is_empty() {
            true => self.fields().filter(fits).find(required),
            false => self.fields().filter(fits).find(named),
        };
        match found {
            Some(field) => self.given.push((&field.name.text, value)),
            // A kind without a year of its own has steps: `0% then 10% from 2026`.
            None if sort == "year" && said.is_empty() => self.begin(&value)?,
            None => return None,
        }
        Some(end)
    }

    /// Lets the first value that may vary by year begin in a year.
    fn begin(&mut self, year: &str) -> Option<()> {
        let paths: Vec<&str> = self
            .fields()
            .filter(|field| field.path)
            .map(|field| field.name.text.as_str())
            .collect();
        let (_, value) = self
            .given
            .iter_mut()
            .find(|(name, value)| paths.contains(name) && !value.contains(" then "))?;
        let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned();
        *value = format!("0{unit} then {value} from {year}");
        Some(())
    }

    fn write(self) -> Option<Described> {
        (self.said.is_empty()).then_some(())?;
        let kind = self.kind.name.text.clone();
        let free = || self.names.free(&format!("my_{kind}"));
        let mut head = format!("{kind} {}", self.name.clone().unwrap_or_else(free));
        let mut left = self.elements.clone();
        for binding in &self.kind.bindings {
            let own = self.names.elements(&binding.set.text);
            let (these, others): (Vec<&str>, Vec<&str>) =
                left.iter().partition(|element| own.contains(element));
            left = others;
            if !these.is_empty() {
                head.push_str(&format!(" {} {}", binding.preposition.text, these.join(", ")));
            }
        }
        let (mut lines, mut missing) = (Vec::new(), Vec::new());
        for field in self.fields() {
            let name = &field.name.text;
            let given = self.given.iter().find(|(own, _)| own == name);
            if let Some((_, value)) = given {
                lines.push(format!("{name}: {value}"));
            } else if field.default.is_none() {
                let unit: Vec<&str> =
                    field.unit.terms.iter().map(|term| term.name.text.as_str()).collect();
                let doc = field.doc.as_ref().map_or("", |doc| doc.text.as_str());
                lines.push(format!("{name}: ...  # {}; {doc}", unit.join("/")));
                missing.push(name.clone());
            }
        }
        let text = match missing.is_empty() {
            true => format!("{head} {{ {} }}", lines.join(", ")),
            false => format!("{head} {{\n  {}\n}}", lines.join("\n  ")),
        };
        (!lines.is_empty()).then_some(Described { text, missing, kind })
    }
}

/// Returns a word without its ending: `saves` and `saved` are `save`.
fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    let stem = ["ing", "ed", "es", "s", "e", "d"].iter().find_map(|end| lower.strip_suffix(end));
    stem.filter(|stem| stem.len() > 2).unwrap_or(&lower).to_owned()
}
