//! Draws of distributions: the loops around them and the names of draws.
//!
//! Equal names are equal draws in every run, so a name depends on the quantity, its elements and the author of a
//! change, never on the form in which the script writes the value.

use super::{Expr, Model, Quantity, Random, SetId};

impl Model {
    /// Returns the name of the draw of a distribution in a cell of its quantity. `slots` has the elements of the loops
    /// around the distribution; `by` is the lever or scenario that adds it to the value.
    pub fn drawn_name(
        &self,
        quantity: &Quantity,
        cell: &[u32],
        random: &Random,
        slots: &[u32],
        by: Option<&str>,
    ) -> String {
        let mut name = quantity.name.clone();
        if !random.axes.is_empty() {
            let axes = quantity.axes.iter().zip(cell).enumerate();
            let element = |(n, (&axis, &element)): (usize, (&SetId, &u32))| {
                if random.axes.contains(&n) { self.element_name(axis, element) } else { "*" }
            };
            let elements: Vec<&str> = axes.map(element).collect();
            name.push_str(&format!("[{}]", elements.join(", ")));
        }
        if let Some(by) = by {
            name.push_str(&format!(" by {by}"));
        }
        name.push_str(&self.loop_elements(random, slots));
        format!("{name}#{}", random.number)
    }

    /// Returns the part of a draw's name for the loops around the distribution: ` each food, east`.
    pub fn loop_elements(&self, random: &Random, slots: &[u32]) -> String {
        if random.loops.is_empty() {
            return String::new();
        }
        let element = |&(slot, set): &(usize, SetId)| {
            self.element_name(set, slots.get(slot).copied().unwrap_or_default())
        };
        let elements: Vec<&str> = random.loops.iter().map(element).collect();
        format!(" each {}", elements.join(", "))
    }
}

impl Expr {
    /// Calls `visit` for each distribution with the slots and sets of the loops around it, outer ones first.
    pub(crate) fn distributions_mut(
        &mut self,
        loops: &mut Vec<(usize, SetId)>,
        visit: &mut impl FnMut(&mut Random, &[(usize, SetId)]),
    ) {
        let around = loops.len();
        match self {
            Self::Random(random) => visit(random, loops),
            Self::Reduce { loops: own, .. } => loops.extend_from_slice(own),
            _ => {}
        }
        self.parts_mut().into_iter().for_each(|part| part.distributions_mut(loops, visit));
        loops.truncate(around);
    }

    /// Returns the distributions in an expression, in the order of the text.
    pub fn distributions(&self) -> Vec<&Random> {
        let mut found = Vec::new();
        self.walk(&mut |part| {
            if let Self::Random(random) = part {
                found.push(random.as_ref());
            }
            true
        });
        found
    }
}
