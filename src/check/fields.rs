//! Fields of levers that a name without its lever, or with a misspelt field, means: `duty[machinery]` for
//! `duty.rate[machinery]`.
//!
//! In: a name that nothing has. Out: the fields that it may mean, with the indices that are written.

use super::{Checker, IndexMeaning};
use crate::model::{Kind, LeverId, Model, Role};
use crate::quantity::Dimension;
use crate::syntax::ast::{self, Suffix};

/// Fields that a change of a lever as a whole means, the first one that the lever has.
const MAIN: [&str; 4] = ["rate", "base", "capacity", "cost"];

impl Checker<'_> {
    /// Returns the fields that a name means: of a lever, of all levers of a kind, or of all levers that have a field of
    /// this name. `value` is the text behind the name, whose unit chooses among the fields of a lever.
    pub(super) fn fields_meant(&self, reference: &ast::Reference, value: &str) -> Vec<String> {
        let path: Vec<&str> = reference.path.iter().map(|name| name.text.as_str()).collect();
        let levers = || self.model.levers.iter().enumerate();
        let field_of = |id: LeverId, field: &str| {
            let name = format!("{}.{field}", self.model.levers[id].name);
            self.quantity_names.contains_key(&name).then_some(name)
        };
        let found: Vec<(LeverId, String)> = match path.as_slice() {
            [name] if levers().any(|(_, lever)| lever.name == *name || lever.kind == *name) => {
                let named =
                    levers().filter(|(_, lever)| lever.name == *name || lever.kind == *name);
                named.filter_map(|(id, _)| Some((id, self.field_for(id, value)?))).collect()
            }
            [field] => levers().filter_map(|(id, _)| Some((id, field_of(id, field)?))).collect(),
            [lever, field, element] if self.elements.contains_key(*element) => {
                let name = format!("{lever}.{field}");
                let known = self.quantity_names.contains_key(&name);
                return known.then(|| format!("{name}[{element}]")).into_iter().collect();
            }
            [head, field] => levers()
                .filter(|(_, lever)| lever.name == *head || lever.kind == *head)
                .filter_map(|(id, _)| {
                    let near = || self.nearest(field, fields(&self.model, id));
                    Some((id, field_of(id, field).or_else(|| field_of(id, &near()?))?))
                })
                .collect(),
            _ => Vec::new(),
        };
        let indices = self.index_texts(reference);
        let with_indices = |(id, name): (LeverId, String)| self.with_elements(id, name, &indices);
        found.into_iter().filter_map(with_indices).collect()
    }

    /// Returns the field that a change of a lever as a whole means; the unit of the value chooses among the fields.
    fn field_for(&self, lever: LeverId, value: &str) -> Option<String> {
        let name = &self.model.levers[lever].name;
        let kind = |field: &str| {
            let id = self.quantity_names.get(&format!("{name}.{field}"))?;
            Some(self.model.quantities[*id].kind)
        };
        let percent = |kind| matches!(kind, Kind::Plain { percent: true, .. });
        let money =
            |kind| matches!(kind, Kind::Plain { dimension, .. } if dimension == Dimension::MONEY);
        let set = value.trim_start().starts_with('=');
        let amount = self.model.bases.first().is_some_and(|currency| value.contains(currency));
        let fits = |field: &str| match kind(field) {
            Some(kind) if set && value.contains('%') => percent(kind),
            Some(kind) if set && amount => money(kind),
            found => found.is_some(),
        };
        let others = fields(&self.model, lever);
        let field = MAIN.into_iter().chain(["growth"]).chain(others).find(|field| fits(field))?;
        Some(format!("{name}.{field}"))
    }

    /// Returns the texts of the indices of a name.
    pub(super) fn index_texts(&self, reference: &ast::Reference) -> Vec<String> {
        let Suffix::Indices(indices) = &reference.suffix else { return Vec::new() };
        let span = |index: &ast::Index| match index {
            ast::Index::Expr(expr) => expr.span,
            ast::Index::All(span) | ast::Index::Range(ast::Range { span, .. }) => *span,
        };
        indices.iter().map(|index| self.sources.text(span(index)).trim().to_owned()).collect()
    }

    /// Adds the written indices to the name of a field. An element that the head of the lever names is left out; None
    /// if the field has no cell with these indices.
    fn with_elements(&self, lever: LeverId, name: String, indices: &[String]) -> Option<String> {
        let axes = &self.model.quantities[*self.quantity_names.get(&name)?].axes;
        let bound = |text: &str| {
            self.bindings.get(lever).is_some_and(|bindings| {
                bindings.values().any(|bound| match *bound {
                    IndexMeaning::Bound(element, set) => {
                        self.model.element_name(set, element) == text
                    }
                    IndexMeaning::Free(..) => false,
                })
            })
        };
        let kept: Vec<&String> = indices.iter().filter(|text| !bound(text)).collect();
        if kept.is_empty() {
            return Some(name);
        }
        // Each index in the place of its set; `*` in the places that are left.
        let mut places: Vec<&str> = vec!["*"; axes.len()];
        for text in kept {
            let own = |set: usize| {
                let root = &self.model.sets[self.model.sets[set].root];
                root.elements.contains_key(text) || !self.elements.contains_key(text)
            };
            let free = |&n: &usize| places.get(n) == Some(&"*") && own(axes[n]);
            let place = (0..axes.len()).find(free)?;
            places[place] = text;
        }
        Some(format!("{name}[{}]", places.join(", ")))
    }
}

/// Returns the names of the fields of a lever, in the order of its kind.
fn fields(model: &Model, lever: LeverId) -> impl Iterator<Item = &str> {
    let own = model
        .quantities
        .iter()
        .filter(move |quantity| quantity.lever == Some(lever) && quantity.role == Role::Field);
    own.filter_map(|quantity| Some(quantity.name.rsplit_once('.')?.1))
}
