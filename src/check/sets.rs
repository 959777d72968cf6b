//! Sets, and subsets in any order of declaration.

use indexmap::{IndexMap, IndexSet};

use super::declare::MOST_CELLS;
use super::{Checker, errors};
use crate::model::{Set, SetId};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, SetElements};

/// A subset, `set goods = sector without services`: its name, the parent set, and the removed elements.
type Subset<'a> = (&'a ast::Name, &'a ast::Name, &'a [ast::Name]);

impl<'a> Checker<'a> {
    /// Declares all sets: first sets with listed elements, then subsets.
    pub(super) fn sets(&mut self, items: &[&'a ast::Item]) {
        let mut given = IndexMap::new();
        let mut subsets: IndexMap<&str, Subset<'a>> = IndexMap::new();
        for item in items {
            let ItemKind::Set { name, elements, .. } = &item.kind else { continue };
            if self.given_twice(&mut given, name) {
                continue;
            }
            let own = match elements {
                SetElements::Without { of, removed } => {
                    subsets.insert(&name.text, (name, of, removed));
                    continue;
                }
                SetElements::Listed(names) => Some(self.listed(names)),
                SetElements::Data(args, span) => self.data_set(args, *span),
            };
            match own {
                Some(own) => {
                    let members = (0..own.len() as u32).collect();
                    self.add_set(name, self.model.sets.len(), members, own);
                }
                None => {
                    self.poisoned.insert(name.text.clone());
                }
            }
        }
        for name in subsets.keys() {
            self.subset_after_parents(name, &subsets);
        }
    }

    /// Returns the elements in a list; reports repeated elements and words that mean years.
    fn listed(&mut self, names: &[ast::Name]) -> IndexMap<String, Span> {
        let mut own: IndexMap<String, Span> = IndexMap::new();
        for element in names {
            if matches!(element.text.as_str(), "t" | "first" | "last") {
                self.error(errors::reserved(element.span, &element.text));
            }
            if let Some(first) = own.insert(element.text.clone(), element.span) {
                self.error(errors::changed_twice(element.span, &element.text, first));
            }
        }
        own
    }

    /// Adds a subset after adding all subsets from which it is made.
    fn subset_after_parents(&mut self, name: &'a str, subsets: &IndexMap<&'a str, Subset<'a>>) {
        let mut path: IndexSet<&str> = IndexSet::new();
        let mut at = name;
        while !self.sets.contains_key(at) && !self.poisoned.contains(at) {
            let Some(&(subset, of, _)) = subsets.get(at) else { break };
            if let Some(start) = path.get_index_of(at) {
                let cycle: Vec<&str> = path.iter().skip(start).copied().chain([at]).collect();
                self.error(errors::set_cycle(subset.span, &cycle));
                break;
            }
            path.insert(at);
            at = &of.text;
        }
        for &(name, of, removed) in path.iter().rev().filter_map(|name| subsets.get(name)) {
            match self.sets.get(&of.text) {
                Some(&parent) => self.subset(name, parent, removed),
                None => {
                    if !self.poisoned.contains(&of.text) && !subsets.contains_key(of.text.as_str())
                    {
                        let known = self.sets.keys().map(String::as_str);
                        let near = self.nearest(&of.text, known);
                        self.error(errors::unknown_set(of.span, &of.text, near.as_deref()));
                    }
                    self.poisoned.insert(name.text.clone());
                }
            }
        }
    }

    fn subset(&mut self, name: &ast::Name, parent: SetId, removed: &[ast::Name]) {
        let root = self.model.sets[parent].root;
        if let Some(&element) = self.model.sets[root].elements.get(&name.text) {
            self.diagnostics.push(errors::part_and_element(name.span, &name.text, element));
        }
        let mut taken = IndexSet::new();
        for name in removed {
            match self.model.sets[root].elements.get_index_of(&name.text) {
                Some(position) => {
                    taken.insert(position as u32);
                }
                None => self.unknown_element(&name.text, name.span, parent),
            }
        }
        let members = self.model.sets[parent].members.iter().copied();
        let members = members.filter(|member| !taken.contains(member)).collect();
        self.add_set(name, root, members, IndexMap::new());
    }

    /// Adds a set. Members of subsets count as cells: a short text could otherwise declare any number of
    /// large subsets.
    fn add_set(
        &mut self,
        name: &ast::Name,
        root: SetId,
        members: Vec<u32>,
        elements: IndexMap<String, Span>,
    ) {
        if root != self.model.sets.len() {
            self.cells = self.cells.saturating_add(members.len() as u128);
        }
        if self.cells > MOST_CELLS {
            self.error(errors::cells(name.span, self.cells, MOST_CELLS));
            self.poisoned.insert(name.text.clone());
            return;
        }
        let id = self.model.sets.len();
        self.sets.insert(name.text.clone(), id);
        for element in elements.keys() {
            self.elements.entry(element.clone()).or_insert(id);
        }
        let (name, span) = (name.text.clone(), name.span);
        self.model.sets.push(Set { name, root, members, elements, span });
    }
}
