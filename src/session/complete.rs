//! Completion of a line being typed, and the hint after it.
//!
//! In: the text and an offset. Out: candidates from the model as it is now and from the table of words. The
//! text need not parse: only the words and brackets before the offset count.

use super::describe::unit_of;
use super::enter::Session;
use crate::builtins;
use crate::library;
use crate::model::{Change, Model, Quantity, Scenario};
use crate::report;
use crate::syntax::ast::{ItemKind, KindEntry, LeverKind};
use crate::syntax::words::{self, Class, PREPOSITIONS, SCALES, WORDS, Word};

/// Units that every model has, and `%`.
const UNITS: [&str; 4] = ["pp", "years", "days", "%"];

/// A candidate for completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text to insert.
    pub text: String,
    /// Explanation of the candidate: meaning, unit or signature.
    pub about: String,
}

impl Candidate {
    fn new(text: impl Into<String>, about: impl Into<String>) -> Self {
        Self { text: text.into(), about: about.into() }
    }
}

/// The place of the current word, which decides the candidates.
enum Place<'a> {
    /// Within the brackets after a name, at the index with this position.
    Index(&'a str, usize),
    /// At the beginning of a line in the body of a lever of this kind.
    Field(&'a str),
    /// After `@`, where the key of a source is required.
    Source,
    /// After a number, where a unit may be.
    Unit,
    /// After `for`, where scenarios are required.
    Scenario,
    /// After `in` of a question, where years and units are possible.
    YearOrUnit,
    /// After `by` of a question, where a method, a set or `lever` is required.
    Division,
    /// After a preposition in the head of a lever.
    Element,
    /// At the start of a statement.
    Start,
    /// After the word of a query.
    Query(&'static Word),
    /// At any other place, where a value is required.
    Value,
}

impl Session {
    /// Returns the start of the word that ends at `offset`, and the candidates that may replace the word.
    pub fn complete(&self, text: &str, offset: usize) -> (usize, Vec<Candidate>) {
        let before = text.get(..offset).unwrap_or(text);
        let start = word_start(before);
        let (before, word) = before.split_at(start);
        let mut found = self.candidates(&self.place(before));
        found.retain(|candidate| candidate.text.starts_with(word) && candidate.text != word);
        if !word.contains('.') {
            // Fields are offered only after their lever is written.
            found.retain(|candidate| !candidate.text.contains('.'));
        }
        found.sort_by(|a, b| a.text.cmp(&b.text));
        found.dedup_by(|a, b| a.text == b.text);
        (start, found)
    }

    fn place<'a>(&self, before: &'a str) -> Place<'a> {
        let trimmed = before.trim_end_matches([' ', '\t']);
        let last = last_word(trimmed);
        let spaced = trimmed.len() < before.len();
        if trimmed.ends_with('@') {
            return Place::Source;
        }
        let scale = SCALES.iter().any(|(scale, _)| *scale == last);
        if spaced && (scale || last.starts_with(|c: char| c.is_ascii_digit())) {
            return Place::Unit;
        }
        if spaced && last == "for" {
            return Place::Scenario;
        }
        let (open, inside) = match innermost(before) {
            Some((open, at)) => (open, Some(at)),
            None => (' ', None),
        };
        let head = inside.and_then(|at| before.get(..at)).unwrap_or("");
        let body = inside.and_then(|at| before.get(at + 1..)).unwrap_or(before);
        let line = body.rsplit(['\n', '{']).next().unwrap_or("");
        match open {
            '[' => Place::Index(last_word(head), body.matches(',').count()),
            '{' if line.trim().is_empty() => {
                let line = head.trim_end().rsplit(['\n', '{']).next().unwrap_or("").trim_start();
                let kind = line.split_whitespace().next().unwrap_or("");
                if self.kind(kind).is_some() { Place::Field(kind) } else { Place::Start }
            }
            ' ' if line.trim().is_empty() => Place::Start,
            ' ' | '{' if self.kind(first_word(line)).is_some() => Place::Element,
            ' ' if spaced && last == "in" => Place::YearOrUnit,
            ' ' if spaced && last == "by" => Place::Division,
            ' ' => match words::find(first_word(line)) {
                Some(query) if query.class == Class::Query => Place::Query(query),
                _ => Place::Value,
            },
            _ => Place::Value,
        }
    }

    fn candidates(&self, place: &Place<'_>) -> Vec<Candidate> {
        let model = self.model();
        match place {
            Place::Index(name, nth) => {
                let quantity = quantity(model, name);
                let set = quantity.and_then(|quantity| quantity.axes.get(*nth));
                let members = set.and_then(|&id| model.sets.get(id).map(|set| (id, set)));
                members.map_or_else(
                    || self.values(),
                    |(id, set)| {
                        let names =
                            set.members.iter().map(|&member| model.element_name(id, member));
                        names.map(|name| Candidate::new(name, format!("in {}", set.name))).collect()
                    },
                )
            }
            Place::Field(name) => self.fields(name),
            Place::Source => {
                let sources = model.sources.iter();
                sources.map(|(key, source)| Candidate::new(key, &source.citation)).collect()
            }
            Place::Unit => self.unit_names(),
            Place::Scenario => self.scenario_names(),
            Place::YearOrUnit => {
                let (first, last) = model.years;
                let years = [first.to_string(), last.to_string(), format!("{first}..{last}")];
                let years = years.map(|year| Candidate::new(year, "years"));
                years.into_iter().chain(self.unit_names()).collect()
            }
            Place::Division => {
                let sets = model.sets.iter().map(|set| Candidate::new(&set.name, "set"));
                sets.chain([Candidate::new("lever", "the levers of the difference")]).collect()
            }
            Place::Element => {
                let words = PREPOSITIONS.map(|word| Candidate::new(word, ""));
                words.into_iter().chain(self.elements()).collect()
            }
            Place::Start => {
                let words = WORDS.iter().filter(|word| word.begins_statement());
                let words = words.map(|word| Candidate::new(word.name, word.about));
                let kinds = self.kinds().map(|kind| {
                    let about = kind.doc.as_ref().map_or("", |doc| &doc.text);
                    Candidate::new(&kind.name.text, format!("kind of lever: {about}"))
                });
                let entries = WORDS.iter().filter(|word| word.class == Class::Entry);
                let entries = entries.map(|word| Candidate::new(word.name, word.about));
                words.chain(kinds).chain(entries).chain(self.values()).collect()
            }
            Place::Query(query) => {
                let clauses = query.clauses.iter().filter_map(|clause| words::find(clause.word()));
                let clauses = clauses.map(|word| Candidate::new(word.name, word.about));
                clauses.chain(self.values()).collect()
            }
            Place::Value => self.values(),
        }
    }

    /// Returns candidates for an expression: names and words.
    fn values(&self) -> Vec<Candidate> {
        let model = self.model();
        let quantities = model
            .quantities
            .iter()
            .map(|quantity| Candidate::new(&quantity.name, signature(model, quantity)));
        let levers =
            model.levers.iter().map(|l| Candidate::new(&l.name, format!("{} lever", l.kind)));
        let functions = builtins::names()
            .chain(library::standard_names())
            .map(|name| Candidate::new(name, library::function_help(name).unwrap_or_default()));
        let own = self.now.program.files.iter().flat_map(|file| &file.items);
        let own = own.filter_map(|item| match &item.kind {
            ItemKind::Function { name, .. } => Some(Candidate::new(&name.text, "function")),
            _ => None,
        });
        let sets = model.sets.iter().map(|set| Candidate::new(&set.name, "set"));
        let inner = |word: &&Word| matches!(word.class, Class::Operator | Class::Clause);
        let words = WORDS.iter().filter(inner);
        let words = words.map(|word| Candidate::new(word.name, ""));
        let found = quantities.chain(levers).chain(functions).chain(own);
        let found = found.chain(sets).chain(words).chain(self.elements());
        found.chain(self.scenario_names()).collect()
    }

    fn elements(&self) -> Vec<Candidate> {
        let sets = self.model().sets.iter();
        let of = |set: &crate::model::Set| {
            let about = format!("in {}", set.name);
            set.elements.keys().map(|name| Candidate::new(name, &about)).collect::<Vec<_>>()
        };
        sets.flat_map(of).collect()
    }

    /// Returns the names of scenarios, with `baseline` and `all`.
    pub(crate) fn scenario_names(&self) -> Vec<Candidate> {
        let own = self.model().scenarios.iter().map(|s| Candidate::new(&s.name, &s.title));
        let fixed =
            [Candidate::new("baseline", "no scenario"), Candidate::new("all", "all scenarios")];
        own.chain(fixed).collect()
    }

    /// Returns the names that `:help` and `:info` explain.
    pub fn topics(&self) -> Vec<Candidate> {
        let kinds = self.kinds().map(|kind| Candidate::new(&kind.name.text, "kind of lever"));
        let mut found: Vec<Candidate> = kinds.chain(self.values()).collect();
        found.retain(|candidate| !candidate.about.is_empty());
        found
    }

    fn unit_names(&self) -> Vec<Candidate> {
        let model = self.model();
        let bases = model.bases.iter().map(String::as_str).chain([model.currency.as_str()]);
        let known = UNITS.into_iter().chain(SCALES.map(|(scale, _)| scale)).chain(bases);
        known.map(|name| Candidate::new(name, "unit")).collect()
    }

    fn kinds(&self) -> impl Iterator<Item = &LeverKind> {
        let items = self.now.program.files.iter().flat_map(|file| &file.items);
        items.filter_map(|item| match &item.kind {
            ItemKind::Kind(kind) => Some(kind),
            _ => None,
        })
    }

    pub(super) fn kind(&self, name: &str) -> Option<&LeverKind> {
        self.kinds().find(|kind| kind.name.text == name)
    }

    fn fields(&self, kind: &str) -> Vec<Candidate> {
        let entries = self.kind(kind).map_or(&[][..], |kind| kind.entries.as_slice());
        let field = |entry: &KindEntry| match entry {
            KindEntry::Field(field) => {
                let unit = self.now.program.sources.text(field.unit.span);
                let needed = if field.default.is_none() { ", required" } else { "" };
                let doc = field.doc.as_ref().map_or("", |doc| &doc.text);
                let text = format!("{}: ", field.name.text);
                Some(Candidate::new(text, format!("{unit}{needed}  {doc}")))
            }
            _ => None,
        };
        entries.iter().filter_map(field).collect()
    }

    /// Returns the hint after a line: the signature of a function, or the value of a name.
    pub fn hint(&self, text: &str) -> Option<String> {
        if let Some(('(', at)) = innermost(text) {
            return library::function_help(last_word(text.get(..at)?))
                .map(|help| format!("  {help}"));
        }
        let (name, indices) = match text.strip_suffix(']').and_then(|open| open.rsplit_once('[')) {
            Some((name, indices)) => (last_word(name), indices),
            None => (last_word(text), ""),
        };
        let model = self.model();
        let quantity = quantity(model, name)?;
        if quantity.axes.is_empty() != indices.is_empty() {
            let about = signature(model, quantity);
            return indices.is_empty().then(|| format!("  {about}"));
        }
        let id = model.quantities.iter().position(|other| other.name == quantity.name)?;
        let mut at: Vec<usize> = Vec::new();
        let given = indices.split(',').map(str::trim).filter(|index| !index.is_empty());
        for (index, &set) in given.clone().zip(&quantity.axes) {
            let root = model.sets.get(model.sets.get(set)?.root)?;
            at.push(root.elements.get_index_of(index)?);
        }
        if given.count() != quantity.axes.len() {
            return None;
        }
        at.push(model.horizon().checked_sub(1)?);
        let unit = crate::analysis::unit(model, quantity.kind);
        if self.simulation().is_some() {
            // The answer would be a median of draws, which no run at the medians tells.
            return Some(format!("  {}", signature(model, quantity)));
        }
        if let Some(elsewhere) = self.only_elsewhere(quantity) {
            return Some(format!("  {}, only in {elsewhere}", unit_of(model, quantity)));
        }
        let value = self.computed()?.array(id).get(at.as_slice()).copied();
        let scenario = self.scenario().map(|name| format!(" for {name}")).unwrap_or_default();
        Some(format!("  {} in {}{scenario}", report::quantity(&unit, value), model.years.1))
    }

    /// Lists the scenarios that have the lever of a field, if the scenario that is asked does not have it.
    fn only_elsewhere(&self, quantity: &Quantity) -> Option<String> {
        let model = self.model();
        let lever = quantity.lever?;
        let has = |scenario: &Scenario| {
            let mut own = model.levers.get(lever).is_some_and(|lever| lever.in_baseline);
            for change in scenario.changes.iter().filter_map(|&change| model.changes.get(change)) {
                match change.change {
                    Change::Add(added) if added == lever => own = true,
                    Change::Remove(removed) if removed == lever => own = false,
                    Change::Add(_) | Change::Remove(_) | Change::Replace { .. } => {}
                }
            }
            own
        };
        let asked = model.scenarios.iter().find(|s| Some(s.name.as_str()) == self.scenario());
        let there = match asked {
            Some(scenario) => has(scenario),
            None => model.levers.get(lever).is_some_and(|lever| lever.in_baseline),
        };
        let names = model.scenarios.iter().filter(|scenario| has(scenario)).map(|s| s.name.clone());
        (!there).then(|| names.collect::<Vec<_>>().join(", "))
    }
}

fn quantity<'a>(model: &'a Model, name: &str) -> Option<&'a Quantity> {
    model.quantities.iter().find(|quantity| quantity.name == name)
}

/// Returns sets and unit of a quantity: `[partner, sector]: mn USD`.
fn signature(model: &Model, quantity: &Quantity) -> String {
    let sets: Vec<&str> = quantity
        .axes
        .iter()
        .filter_map(|&set| model.sets.get(set))
        .map(|s| s.name.as_str())
        .collect();
    let indices = if sets.is_empty() { String::new() } else { format!("[{}]", sets.join(", ")) };
    format!("{indices}: {}", unit_of(model, quantity))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the start of the dotted name at the end of a text.
fn word_start(text: &str) -> usize {
    text.trim_end_matches(|c| is_word(c) || c == '.').len()
}

fn last_word(text: &str) -> &str {
    text.get(word_start(text)..).unwrap_or("")
}

fn first_word(text: &str) -> &str {
    text.trim_start().split(|c| !is_word(c)).next().unwrap_or("")
}

/// Returns the innermost open bracket at the end of a text, and its place.
fn innermost(text: &str) -> Option<(char, usize)> {
    let mut open = Vec::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '\n' => quoted = false,
            _ if quoted => {}
            '(' | '[' | '{' => open.push((c, at)),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}
