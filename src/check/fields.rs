//! Fields of levers that a name without its lever, or with a misspelt field, means: `duty[machinery]` for
//! `duty.rate[machinery]`.
//!
//! In: a name that nothing has. Out: the fields that it may mean, with the indices that are written.

use super::expr::Env;
use super::{Checker, IndexMeaning, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{Kind, LeverId, Model, QuantityId, Role};
use crate::quantity::Dimension;
use crate::source::Span;
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
            // `duty["rate"]`
            [name]
                if levers().any(|(_, lever)| lever.name == *name)
                    && let [text] = self.index_texts(reference).as_slice()
                    && let field = format!("{name}.{}", text.trim_matches('"'))
                    && self.quantity_names.contains_key(&field) =>
            {
                return vec![field];
            }
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

    /// Returns the message for an index that names an element which the head of the field's lever binds,
    /// `duty.rate[China, cars]` with a duty `from China`, or another element of its set.
    pub(super) fn bound_by_head(
        &self,
        id: QuantityId,
        indices: &[ast::Index],
        (span, env): (Span, &Env),
    ) -> Option<Diagnostic> {
        let quantity = self.model.quantities.get(id)?;
        let lever = quantity.lever.filter(|lever| env.lever != Some(*lever))?;
        let mut texts: Vec<String> = indices.iter().map(|index| self.index_text(index)).collect();
        let root = |set: usize| &self.model.sets[self.model.sets[set].root];
        let bindings = self.bindings.get(lever)?;
        let bound = bindings.values().find_map(|binding| match *binding {
            IndexMeaning::Bound(element, set) => {
                let of_free = quantity.axes.iter().any(|&axis| root(axis).name == root(set).name);
                let named = texts.iter().find(|text| root(set).elements.contains_key(*text))?;
                (!of_free).then(|| (self.model.element_name(set, element), set, named.clone()))
            }
            IndexMeaning::Free(..) => None,
        });
        let (own, set, named) = bound?;
        let name = &self.model.levers[lever].name;
        if named != own {
            let tree = self.lever_trees.get(lever)?;
            let field = quantity.name.rsplit('.').next()?;
            let heads = tree.bindings.iter().map(|given| {
                let names = given.elements.iter().map(|element| match element.text == own {
                    true => named.as_str(),
                    false => &element.text,
                });
                format!("{} {}", given.preposition.text, names.collect::<Vec<_>>().join(", "))
            });
            let word =
                tree.bindings.iter().find(|given| given.elements.iter().any(|e| e.text == own));
            let value = self.sources.rest_of_line(span).split_once('=').map(|(_, value)| value);
            let value =
                value.and_then(|value| value.split([' ', ',', '}']).find(|v| !v.is_empty()));
            let lever = format!(
                "{} {} {} {{ {field}: {} }}",
                tree.kind.text,
                lever_name(name, &named),
                heads.collect::<Vec<_>>().join(" "),
                value.filter(|_| texts.len() == 1).unwrap_or("...")
            );
            let both = format!("{} {own}, {named}", word?.preposition.text);
            return Some(errors::other_partner(span, (name, own), &named, &both, &lever));
        }
        let year = texts.pop_if(|text| super::places::is_year(text));
        let edit = self.with_elements(lever, quantity.name.clone(), &texts)?;
        let edit = match (year, edit.strip_suffix(']')) {
            (Some(year), Some(head)) => format!("{head}, {year}]"),
            (Some(year), None) => format!("{edit}[{year}]"),
            (None, _) => edit,
        };
        let sets = self.set_names(&quantity.axes);
        Some(errors::bound_index(span, (name, own), &self.model.sets[set].name, &sets, &edit))
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
        indices.iter().map(|index| self.index_text(index)).collect()
    }

    pub(super) fn index_text(&self, index: &ast::Index) -> String {
        let span = match index {
            ast::Index::Expr(expr) => expr.span,
            ast::Index::All(span) | ast::Index::Range(ast::Range { span, .. }) => *span,
        };
        self.sources.text(span).trim().to_owned()
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

/// Returns the name of a lever for one more element: `duty_turkiye`.
pub(super) fn lever_name(name: &str, element: &str) -> String {
    let element = element.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "_");
    format!("{name}_{element}")
}

/// Returns the names of the fields of a lever, in the order of its kind.
fn fields(model: &Model, lever: LeverId) -> impl Iterator<Item = &str> {
    let own = model
        .quantities
        .iter()
        .filter(move |quantity| quantity.lever == Some(lever) && quantity.role == Role::Field);
    own.filter_map(|quantity| Some(quantity.name.rsplit_once('.')?.1))
}
