//! Elements in the place of fields and of sets: `tariff duty { China: 10% }`, `param growth[food] = 2%`.
//!
//! In: a lever or a declaration with the name of an element. Out: the text with a map of the elements.

use indexmap::IndexSet;

use super::{Checker, IndexMeaning};
use crate::diagnostic::Fix;
use crate::source::Span;
use crate::syntax::ast::{self, BodyEntry, KindEntry};
use crate::syntax::token::{TokenKind, tokens};

impl Checker<'_> {
    /// Returns the lever with a map in one field in place of fields that are elements, true for the first of them, and the
    /// name of that field. A lever with some elements of a set is bound to these.
    pub(super) fn map_of_fields<'k>(
        &self,
        tree: &ast::Lever,
        kind: &'k ast::LeverKind,
        name: &ast::Name,
    ) -> Option<(bool, &'k str, String)> {
        let of_binding = |binding: &'k ast::KindBinding| {
            let set = *self.sets.get(&binding.set.text)?;
            Some((binding, &self.model.sets[self.model.sets[set].root].elements))
        };
        let mut sets = kind.bindings.iter().filter_map(of_binding);
        let (binding, elements) = sets.find(|(_, elements)| elements.contains_key(&name.text))?;
        let (mut named, mut keys, mut others, mut first) =
            (Vec::new(), Vec::new(), Vec::new(), None);
        let mut given = Vec::new();
        for entry in &tree.body {
            let BodyEntry::Field { name: field, value, cites } = entry else { return None };
            let end = cites.last().map_or(value.span, |cite| cite.span);
            let text = self.sources.text(field.span.to(end));
            if elements.contains_key(&field.text) {
                first.get_or_insert(field.span);
                named.push(field.text.as_str());
                keys.push(text);
            } else {
                given.push(field.text.as_str());
                others.push(text);
            }
        }
        // The field that is missing: the first one that is required, or else the first one of the kind.
        let free = kind.entries.iter().filter_map(|entry| match entry {
            KindEntry::Field(field) if !given.contains(&field.name.text.as_str()) => Some(field),
            _ => None,
        });
        let free: Vec<&ast::FieldDecl> = free.collect();
        let meant = free.iter().find(|field| field.default.is_none()).or(free.first())?;
        let mut head = self.sources.text(tree.span).split('{').next()?.trim_end().to_owned();
        if named.len() < elements.len() {
            head = format!("{head} {} {}", binding.preposition.text, named.join(", "));
        }
        let map = format!("{}: {{ {} }}", meant.name.text, keys.join(", "));
        let fields: Vec<&str> = std::iter::once(map.as_str()).chain(others).collect();
        let edit = format!("{head} {{ {} }}", fields.join(", "));
        Some((first == Some(name.span), &meant.name.text, edit))
    }

    /// Returns the index of a field for the elements in the head of a lever that is declared again: `[food]` for `tariff
    /// duty on food` beside `tariff duty`. It is empty if the head names no further element; `None` for other elements
    /// than those of the first lever.
    pub(super) fn index_of_head(
        &self,
        first: usize,
        kind: &ast::LeverKind,
        tree: &ast::Lever,
    ) -> Option<String> {
        let mut indices = Vec::new();
        for binding in &kind.bindings {
            let word = &binding.preposition.text;
            let given = tree.bindings.iter().find(|given| given.preposition.text == *word);
            let named = match given.map(|given| given.elements.as_slice()) {
                None => None,
                Some([one]) if self.sets.contains_key(&one.text) => None,
                Some([one]) => Some(one.text.as_str()),
                Some(_) => return None,
            };
            match (self.bindings[first].get(&binding.index.text)?, named) {
                (IndexMeaning::Free(..), None) => indices.push("*".to_owned()),
                (IndexMeaning::Free(..), Some(name)) => indices.push(as_key(name)),
                (IndexMeaning::Bound(element, set), Some(name)) => {
                    (self.model.element_name(*set, *element) == name).then_some(())?;
                }
                (IndexMeaning::Bound(..), None) => {}
            }
        }
        let further = indices.iter().any(|index| index != "*");
        Some(if further { format!("[{}]", indices.join(", ")) } else { String::new() })
    }

    /// Returns the declarations of single elements as one declaration over their set, with the place of each line, and
    /// the set: `param growth[food] = 2%` and `param growth[cars] = 5%` are one map. `at` is the element of one of them; for
    /// all but the first there are no edits.
    pub(super) fn map_of_lines(&self, at: &ast::Name) -> Option<(Vec<(Span, String)>, String)> {
        let &set = self.elements.get(&at.text)?;
        let set = &self.model.sets[set];
        let line = self.line_of(at.span)?;
        let own = declaration(self.sources.text(line))?;
        let text = &self.sources.file(at.span.source).text;
        let (mut lines, mut start) = (Vec::new(), 0);
        for part in text.split_inclusive('\n') {
            let written = part.trim_end();
            let place = Span::new(at.span.source, start, start + written.len());
            start += part.len();
            let Some(found) = declaration(written) else { continue };
            if (found.word, found.name) == (own.word, own.name) {
                set.elements.contains_key(found.element).then_some(())?;
                lines.push((place, found));
            }
        }
        let first = lines.first()?.0;
        let mut edits: Vec<(Span, String)> = Vec::new();
        if first.start != line.start {
            return Some((edits, set.name.clone()));
        }
        for (place, found) in &lines {
            let equation = format!("{}[{}] = {}", found.name, found.element, found.value);
            let edit = match (found.word, *place == first) {
                ("var", true) => format!("var {}[{}]{}\n{equation}", own.name, set.name, own.unit),
                ("var", false) => equation,
                (_, true) => {
                    let entry =
                        |(_, one): &(Span, Declared<'_>)| format!("{}: {}", one.element, one.value);
                    let entries: Vec<String> = lines.iter().map(entry).collect();
                    let map = entries.join(", ");
                    format!("param {}[{}]{} = {{ {map} }}", own.name, set.name, own.unit)
                }
                (_, false) => String::new(),
            };
            // A line without text goes with the line end before it.
            let whole = place.range();
            let from = whole.start - usize::from(edit.is_empty() && whole.start > 0);
            edits.push((Span::new(place.source, from, whole.end), edit));
        }
        Some((edits, set.name.clone()))
    }

    /// Returns the set that the keys of a declaration's map mean: `param w[lag] = { 0: 0.5, 1: 0.5 }`. None if the keys
    /// are years, or elements of several sets.
    pub(super) fn set_of_map(&self, name: &ast::Name, quantity: &ast::Quantity) -> Option<MapSet> {
        let Some(ast::Expr { kind: ast::ExprKind::Map(entries), .. }) = &quantity.value else {
            return None;
        };
        let flat = !entries.iter().any(|(_, value)| matches!(value.kind, ast::ExprKind::Map(_)));
        let keys: IndexSet<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
        let one = quantity.axes.as_ref().is_some_and(|axes| axes.len() == 1);
        (one && flat && keys.len() == entries.len()).then_some(())?;
        let sets: IndexSet<Option<&usize>> =
            keys.iter().filter(|key| **key != "else").map(|key| self.elements.get(*key)).collect();
        match sets.iter().copied().collect::<Vec<_>>().as_slice() {
            [Some(set)] => return Some(MapSet::Known(self.model.sets[**set].name.clone())),
            [None] if !keys.contains("else") => {}
            _ => return None,
        }
        let (first, last) = self.model.years;
        let year = |key: &&str| key.parse().is_ok_and(|key: i32| (first..=last).contains(&key));
        let time = |key: &&str| matches!(*key, "t" | "first" | "last");
        (!keys.iter().all(year) && !keys.iter().any(time)).then_some(())?;
        let keys: Vec<String> = keys.iter().map(|key| as_key(key)).collect();
        let edit = format!("set {} = {}", name.text, keys.join(", "));
        let known = |fix: &Fix| fix.replacement.starts_with(&format!("set {} = ", name.text));
        if self.diagnostics.iter().any(|found| found.fixes.iter().any(known)) {
            return Some(MapSet::Declared);
        }
        let mut start = self.line_of(name.span)?.range().start;
        let text = &self.sources.file(name.span.source).text;
        // The comment above belongs to the declaration.
        while let Some(above) = text.get(..start)?.strip_suffix('\n')
            && let line = above.rsplit('\n').next().unwrap_or_default()
            && line.starts_with("##")
        {
            start = above.len() - line.len();
        }
        Some(MapSet::New(edit, Span::new(name.span.source, start, start)))
    }
}

/// Returns an element as a set, a map or an index names it: in quotes if it has blanks or signs.
pub(super) fn as_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

/// The set that a map means whose set is not declared.
pub(super) enum MapSet {
    /// A declared set that has all keys.
    Known(String),
    /// A new set: its line, and the place where it begins.
    New(String, Span),
    /// A new set that an earlier message declares.
    Declared,
}

/// A declaration with one element as its index.
struct Declared<'t> {
    word: &'t str,
    name: &'t str,
    element: &'t str,
    /// The unit with its colon, or an empty text.
    unit: &'t str,
    value: &'t str,
}

/// Reads a line such as `param growth[food]: percent = 2%`.
fn declaration(line: &str) -> Option<Declared<'_>> {
    let all = tokens(line);
    let [word, name, open, element, close, ..] = all.as_slice() else { return None };
    let known = matches!(word.text, "param" | "var")
        && (open.text, close.text) == ("[", "]")
        && matches!(element.kind, TokenKind::Word | TokenKind::Text);
    let (head, value) = line.split_once('=').filter(|_| known)?;
    let unit = head.get(close.end()..)?.trim();
    let value = value.trim();
    (!value.is_empty() && !value.contains('#')).then_some(Declared {
        word: word.text,
        name: name.text,
        element: element.text.trim_matches('"'),
        unit,
        value,
    })
}
