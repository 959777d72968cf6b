//! Heads of levers whose words are not the elements of their prepositions: `on China`, `from China, cars`, `on imports`.
//!
//! In: a binding of a lever's head. Out: the bindings that it means, for the help of a message.

use indexmap::IndexMap;

use super::Checker;
use crate::source::Span;
use crate::syntax::ast;

/// Words for all goods, which are not the name of a sector.
const GOODS: [&str; 7] =
    ["goods", "products", "commodities", "merchandise", "items", "trade", "sectors"];

impl Checker<'_> {
    /// Returns a binding with elements of several sets, `from China, cars`, as several bindings, and its place.
    pub(super) fn divided_binding(
        &self,
        kind: &ast::LeverKind,
        tree: &ast::Lever,
        given: &ast::Binding,
    ) -> Option<(Span, String)> {
        let mut parts: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for element in &given.elements {
            let has = |binding: &&ast::KindBinding| {
                let set = self.sets.get(&binding.set.text).map(|&set| &self.model.sets[set]);
                set.is_some_and(|set| {
                    self.model.sets[set.root].elements.contains_key(&element.text)
                })
            };
            let own =
                |binding: &&ast::KindBinding| binding.preposition.text == given.preposition.text;
            let bindings = || kind.bindings.iter().filter(has);
            let binding = bindings().find(own).or_else(|| bindings().next())?;
            parts.entry(&binding.preposition.text).or_default().push(&element.text);
        }
        let text =
            |(word, elements): (&&str, &Vec<&str>)| format!("{word} {}", elements.join(", "));
        let edit: Vec<String> = parts.iter().map(text).collect();
        let span = given.preposition.span.to(given.elements.last()?.span);
        let bound = |word: &&str| tree.bindings.iter().any(|other| other.preposition.text == *word);
        let bound = parts.keys().filter(|word| bound(word)).count();
        (parts.len() > 1 && bound < 2).then(|| (span, edit.join(" ")))
    }

    /// Returns the corrected binding for the help of a message: the preposition whose set has the given elements.
    pub(super) fn binding_of(&self, kind: &ast::LeverKind, given: &ast::Binding) -> Option<String> {
        let element = &given.elements.first()?.text;
        let fits = |binding: &&ast::KindBinding| {
            let set = self.sets.get(&binding.set.text).map(|&set| &self.model.sets[set]);
            set.is_some_and(|set| self.model.sets[set.root].elements.contains_key(element))
        };
        let binding = kind.bindings.iter().find(fits)?;
        Some(format!("{} {element}", binding.preposition.text))
    }

    /// Returns the bindings that a lever has in common with another, whose name stands for an element: `on bought`.
    pub(super) fn bindings_of_lever(
        &self,
        kind: &ast::LeverKind,
        name: &ast::Name,
    ) -> Option<String> {
        let other = self.lever_trees.get(*self.lever_names.get(&name.text)?)?;
        let known = other.bindings.iter().filter_map(|binding| self.binding_of(kind, binding));
        Some(known.collect::<Vec<_>>().join(" "))
    }

    /// Returns the head of a lever without a binding, and the place of the head, if the binding's word means all elements:
    /// `tariff third from China` for `tariff third on imports from China`.
    pub(super) fn head_without(
        &self,
        kind: &ast::LeverKind,
        tree: &ast::Lever,
        given: &ast::Binding,
        set: usize,
    ) -> Option<(Span, String)> {
        let [only] = given.elements.as_slice() else { return None };
        let word = only.text.as_str();
        let elements = &self.model.sets[self.model.sets[set].root].elements;
        if elements.contains_key(word) {
            return None;
        }
        let known = || elements.keys().map(String::as_str);
        let takes = |word: &str| kind.bindings.iter().any(|one| one.preposition.text == word);
        let services = known().any(|name| name.to_lowercase().contains("service"));
        let means_all = match word {
            "imports" | "import" => takes("from"),
            "exports" | "export" => takes("to"),
            _ => GOODS.contains(&word) && !services,
        };
        (means_all && self.nearest(word, known()).is_none()).then_some(())?;
        let (mut head, mut end) = (format!("{} {}", tree.kind.text, tree.name.text), only.span);
        for binding in &tree.bindings {
            let last = binding.elements.last()?;
            end = last.span;
            if binding.preposition.span != given.preposition.span {
                let text = self.sources.text(binding.preposition.span.to(last.span));
                head = format!("{head} {text}");
            }
        }
        Some((tree.kind.span.to(end), head))
    }
}
