//! The value that a sentence changes: `the duty on cars`, `exports to China`, `duty.rate`.
//!
//! In: the words and elements of a sentence. Out: the left side of a change, and what is known of its value.

use super::vocabulary::{NamedQuantity, Vocabulary};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{BodyEntry, ExprKind, KindEntry, Lever, LeverKind};

/// A value that a sentence changes.
pub(super) struct ChangedValue<'a> {
    /// The left sides, one for each of several elements of a set.
    pub(super) names: Vec<String>,
    /// The amount that the script gives, if it is one number.
    pub(super) now: Option<String>,
    pub(super) percent: bool,
    pub(super) money: bool,
    /// The lever, if the sentence names all of it.
    pub(super) whole: Option<&'a str>,
    /// True for an amount of money of several elements.
    pub(super) spread: bool,
    /// True for a value that equations compute.
    pub(super) computed: bool,
}

impl ChangedValue<'_> {
    /// True for a rate of a lever, which changes trade only against its own value in the base year.
    pub(super) fn moves_with_base_year(&self) -> bool {
        self.percent && self.names.iter().all(|name| is_rate(name))
    }
}

/// True for the name of a rate of a lever, `duty.rate[cars]`.
pub(super) fn is_rate(name: &str) -> bool {
    let field = name.split('[').next().and_then(|name| name.rsplit_once('.'));
    field.is_some_and(|(_, field)| matches!(field, "rate" | "margin" | "equivalent"))
}

/// Finds the values that words and elements name; several for all levers of a kind. `yearly` is true for a growth rate.
pub(super) fn targets<'a>(
    words: &[String],
    elements: &[&str],
    yearly: bool,
    names: &Vocabulary<'a>,
    sources: &SourceMap,
) -> Option<Vec<ChangedValue<'a>>> {
    // `export growth`
    let (words, yearly): (&[String], bool) = match words {
        [rest @ .., last] if last == "growth" && !rest.is_empty() => (rest, true),
        [first, rest @ ..] if first == "growth" && !rest.is_empty() => (rest, true),
        _ => (words, yearly),
    };
    let joined = words.join(" ");
    let field_of =
        |lever: &'a Lever, field: Option<&str>| of_lever(lever, field, elements, names, sources);
    let one = |found: Option<ChangedValue<'a>>| found.map(|found| vec![found]);
    if let Some((lever, field)) = joined.split_once('.') {
        return one(field_of(names.lever(lever)?, Some(field)));
    }
    // `duty`, `capacity of plant`, `tariff duty`
    let lever = words.iter().enumerate().find_map(|(at, word)| Some((at, names.lever(word)?)));
    if let Some((at, lever)) = lever {
        let kind = lever.kind.text.replace('_', " ");
        let kept = |(n, word): &(usize, &String)| *n != at && !names.means(word, &kind);
        let field: Vec<&str> =
            words.iter().enumerate().filter(kept).map(|(_, word)| word.as_str()).collect();
        let field = if yearly && field.is_empty() { "growth".to_owned() } else { field.join("_") };
        let found = field_of(lever, Some(&*field).filter(|field| !field.is_empty()));
        if found.is_some() {
            return one(found);
        }
    }
    let named = names.quantity(words);
    let begins = |name: &str| words.len() == 1 && name.starts_with(&joined);
    let exact = named.filter(|named| named.own || named.name == joined || begins(named.name));
    if let Some(named) = exact.filter(|named| named.money || named.own) {
        // Trade that grows each year is the growth of the levers that make it.
        let makes =
            |lever: &&&Lever| lever.kind.text == named.name && covers(lever, elements, names);
        let levers: Vec<&Lever> = names.levers.iter().filter(makes).copied().collect();
        if yearly && !levers.is_empty() && levers.len() <= 4 {
            return levers.iter().map(|lever| field_of(lever, Some("growth"))).collect();
        }
        return one(of_quantity(named, elements, names, sources));
    }
    // `the duty on cars` is the only lever of its kind that covers cars; `tariffs` are all of them.
    let kind = |lever: &&&Lever| names.means(&joined, &lever.kind.text.replace('_', " "));
    let levers: Vec<&Lever> = names
        .levers
        .iter()
        .filter(kind)
        .filter(|lever| covers(lever, elements, names))
        .copied()
        .collect();
    match levers.as_slice() {
        // A price of the library follows from others: a change of it may be read by nothing.
        [] => one(of_quantity(named.filter(|named| named.given)?, elements, names, sources)),
        [only] => one(field_of(only, None)),
        all => {
            joined.ends_with('s').then_some(())?;
            all.iter().map(|lever| field_of(lever, None)).collect()
        }
    }
}

/// True if the head of a lever has these elements; a head without elements of a set covers the whole set.
fn covers(lever: &Lever, elements: &[&str], names: &Vocabulary<'_>) -> bool {
    elements.iter().all(|element| {
        let mut same = lever
            .bindings
            .iter()
            .filter(|own| own.elements.iter().any(|own| names.together(&own.text, element)));
        same.next().is_none_or(|own| own.elements.iter().any(|own| own.text == **element))
    })
}

fn of_lever<'a>(
    lever: &'a Lever,
    field: Option<&str>,
    elements: &[&str],
    names: &Vocabulary<'a>,
    sources: &SourceMap,
) -> Option<ChangedValue<'a>> {
    let kind: &LeverKind = names.kinds.iter().find(|kind| kind.name.text == lever.kind.text)?;
    let fields: Vec<_> = kind
        .entries
        .iter()
        .filter_map(|entry| match entry {
            KindEntry::Field(field) => Some(field),
            _ => None,
        })
        .collect();
    let given = |name: &str| {
        lever.body.iter().find_map(|entry| match entry {
            BodyEntry::Field { name: own, value, .. } => (own.text == name).then_some(value),
            BodyEntry::Table(_) => None,
        })
    };
    let found = match field {
        Some(name) => fields.iter().find(|field| field.name.text == name)?,
        None => fields
            .iter()
            .find(|field| field.path && given(&field.name.text).is_some())
            .or_else(|| fields.first())?,
    };
    let name = &found.name.text;
    let axes: Vec<&str> = kind.bindings.iter().filter(|binding| {
        let own = lever.bindings.iter().find(|own| own.preposition.text == binding.preposition.text);
        own.is_none_or(|own| !matches!(own.elements.as_slice(), [only] if names.element(&only.text).is_some()))
    }).map(|binding| binding.set.text.as_str()).collect();
    let head = |element: &&str| {
        lever
            .bindings
            .iter()
            .any(|own| matches!(own.elements.as_slice(), [only] if only.text == **element))
    };
    let asked: Vec<&str> = elements.iter().filter(|element| !head(element)).copied().collect();
    let unit = found.unit.terms.as_slice();
    let now = given(name)
        .filter(|value| matches!(value.kind, ExprKind::Number(_)))
        .map(|value| value.span);
    let money = matches!(unit, [only] if only.name.text == "money");
    Some(ChangedValue {
        names: indexed(&format!("{}.{name}", lever.name.text), &axes, &asked, names)?,
        now: amount(now, sources),
        percent: matches!(unit, [only] if only.name.text == "percent"),
        money,
        spread: money && axes.len() > asked.len(),
        whole: field.is_none().then_some(lever.name.text.as_str()).filter(|_| asked.is_empty()),
        computed: false,
    })
}

fn of_quantity<'a>(
    named: &NamedQuantity<'a>,
    elements: &[&str],
    names: &Vocabulary<'a>,
    sources: &SourceMap,
) -> Option<ChangedValue<'a>> {
    let now =
        amount(named.value, sources).filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));
    Some(ChangedValue {
        names: indexed(named.name, &named.axes, elements, names)?,
        percent: named.percent || now.as_ref().is_some_and(|now| now.ends_with('%')),
        now: now.filter(|now| now.split(' ').count() < 4 && !now.contains(['*', '(', '>', '+'])),
        money: named.money,
        spread: named.money && named.axes.len() > elements.len(),
        whole: None,
        computed: named.function || !named.given,
    })
}

fn amount(span: Option<Span>, sources: &SourceMap) -> Option<String> {
    Some(sources.text(span?).trim().to_owned())
}

/// Writes a name with its indices, one for each of several elements of a set; a name alone if no element is asked.
fn indexed(
    name: &str,
    axes: &[&str],
    elements: &[&str],
    names: &Vocabulary<'_>,
) -> Option<Vec<String>> {
    let known = |element: &&str| axes.iter().any(|set| names.elements(set).contains(element));
    elements.iter().all(known).then_some(())?;
    if elements.is_empty() {
        return Some(vec![name.to_owned()]);
    }
    let mut rows: Vec<Vec<&str>> = vec![Vec::new()];
    for set in axes {
        let own: Vec<&str> = elements
            .iter()
            .filter(|element| names.elements(set).contains(element))
            .copied()
            .collect();
        let own = if own.is_empty() { vec!["*"] } else { own };
        rows = rows
            .iter()
            .flat_map(|row| own.iter().map(|one| [row.as_slice(), &[*one]].concat()))
            .collect();
    }
    (rows.len() <= 12)
        .then(|| rows.iter().map(|row| format!("{name}[{}]", row.join(", "))).collect())
}
