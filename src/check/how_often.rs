//! Frequency of draws: decides from the words after a distribution, its place, and the cells and loops around it, how
//! often it is drawn.
//!
//! The rule: a distribution that is written once is one random quantity for each element that its line names. Where the
//! line covers several elements without naming them, `each INDEX` gives each element a draw of its own, and `shared`
//! gives all elements one draw. Without either word the elements of a parameter or an equation have separate draws, the
//! elements of a lever's field or a sum share one draw, and the script gets a warning.

use std::collections::BTreeMap;

use super::draws::{Else, KnownDistribution, Words};
use super::expr::{Env, Typed};
use super::{Checker, IndexMeaning, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Kind, QuantityId, Random, Role, Select, SetId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, HowOften, Name};

/// The cells and loops that a definition covers.
pub(super) struct Cover<'a> {
    /// The quantity that the definition belongs to; None for a query.
    pub(super) quantity: Option<QuantityId>,
    pub(super) axes: &'a [Select],
    /// Slots and sets of the loops around the whole expression.
    pub(super) loops: &'a [(usize, SetId)],
}

impl Env {
    /// Returns the number of the distribution at a place; numbers follow the order in which places are first resolved.
    pub(super) fn number_of(&mut self, span: Span) -> u32 {
        let place = (span, self.site_of(span));
        let known = self.draws.known.iter().position(|known| known.place == place);
        let number = known.unwrap_or_else(|| {
            let Words { each, shared, .. } = &self.draws.words;
            let explicit = *shared || !each.is_empty();
            let sets = each.iter().filter(|name| !self.names_index(name)).cloned().collect();
            self.draws.known.push(KnownDistribution { place, explicit, sets });
            self.draws.known.len() - 1
        });
        number as u32
    }

    /// Returns the innermost call whose function body contains a text; an argument belongs to the caller. None for the
    /// text of the definition itself.
    pub(super) fn site_of(&self, span: Span) -> Option<usize> {
        let contains = |body: &Span| {
            body.source == span.source && body.start <= span.start && span.end <= body.end
        };
        self.draws.inside.iter().rev().find(|(body, _)| contains(body)).map(|&(_, call)| call)
    }

    /// Enters the body of a function; `call` is the call that it belongs to.
    pub(super) fn enter(&mut self, body: Span, call: (Span, Option<usize>)) {
        let (number, _) = self.draws.calls.insert_full(call);
        self.draws.inside.push((body, number));
    }

    /// Leaves the body of the innermost function.
    pub(super) fn leave(&mut self) {
        self.draws.inside.pop();
    }

    /// Forgets the distributions found so far, because the next value belongs to other cells.
    pub(super) fn begin_cell(&mut self) {
        self.draws.known.clear();
        self.draws.calls.clear();
    }

    /// Enters the `else` of a map over an axis, which covers `count` elements.
    pub(super) fn enter_else(&mut self, axis: usize, slot: usize, count: usize) {
        let is_its = |(_, bound): &&(String, IndexMeaning)| matches!(bound, IndexMeaning::Free(open, _) if *open == slot);
        let index = self.indices.iter().find(is_its).map(|(name, _)| name.clone());
        self.draws.elses.push(Else { axis, index, several: count > 1 });
    }

    /// Leaves the innermost `else`.
    pub(super) fn leave_else(&mut self) {
        self.draws.elses.pop();
    }

    fn names_index(&self, name: &Name) -> bool {
        self.indices.iter().any(|(index, _)| *index == name.text)
    }

    /// Returns the indices that the words after a distribution name, as far as they are known: axes that an `else`
    /// covers, and free indices of the left side and of loops.
    pub(super) fn named_indices(&self) -> (Vec<usize>, Vec<(usize, SetId)>) {
        let (mut axes, mut loops) = (Vec::new(), Vec::new());
        for name in &self.draws.words.each {
            let elses = self.draws.elses.iter();
            let its = elses.filter(|one| one.index.as_ref() == Some(&name.text));
            axes.extend(its.map(|one| one.axis));
            let index = self.indices.iter().rev().find(|(index, _)| *index == name.text);
            if let Some(&(_, IndexMeaning::Free(slot, set))) = index {
                loops.push((slot, set));
            }
        }
        (axes, loops)
    }
}

impl Checker<'_> {
    /// Resolves a distribution that is followed by `each`, `each year` or `shared`.
    pub(super) fn drawn(
        &mut self,
        inner: &ast::Expr,
        how: &HowOften,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        if !is_distribution(inner) {
            self.error(errors::not_drawn(inner.span, span, how));
        }
        let outer = env.draws.words.clone();
        let words = &mut env.draws.words;
        let twice = match how {
            HowOften::Each(name) => {
                let twice = words.each.iter().any(|other| other.text == name.text);
                words.each.push(name.clone());
                twice
            }
            HowOften::EachYear => std::mem::replace(&mut words.each_year, true),
            HowOften::Shared => std::mem::replace(&mut words.shared, true),
        };
        if twice {
            self.error(errors::word_twice(span));
        } else if words.shared && !words.each.is_empty() {
            self.error(errors::each_and_shared(span));
        }
        let found = self.expr(inner, env, expected);
        env.draws.words = outer;
        found
    }

    /// Completes the distributions of a definition: for each, the axes and loops for whose elements it is
    /// drawn apart. Reports words that name no index of the definition; warns of distributions over several
    /// elements that have no word.
    pub(super) fn settle(&mut self, expr: &mut Expr, cover: &Cover<'_>, env: &Env) {
        if env.draws.known.is_empty() {
            return;
        }
        let mut found = Vec::new();
        expr.distributions_mut(&mut cover.loops.to_vec(), &mut |random, loops| {
            found.extend(self.settle_one(random, loops, cover, env));
        });
        found.into_iter().for_each(|problem| self.error(problem));
    }

    fn settle_one(
        &self,
        random: &mut Random,
        loops: &[(usize, SetId)],
        cover: &Cover<'_>,
        env: &Env,
    ) -> Vec<Diagnostic> {
        let Some(known) = env.draws.known.get(random.number as usize) else { return Vec::new() };
        let explicit = known.explicit;
        let model = &self.model;
        let quantity = cover.quantity.and_then(|id| model.quantities.get(id));
        let sets = quantity.map_or(&[][..], |quantity| &quantity.axes);
        let by_set = |set: SetId| known.sets.iter().any(|name| name.text == model.sets[set].name);
        let named = std::mem::take(&mut random.loops);
        let by_name = |slot: usize, set: SetId| named.contains(&(slot, set)) || by_set(set);
        // Without a word the elements of a field share a draw, because a field's value is written once for all.
        let apart = quantity.is_some_and(|quantity| quantity.role != Role::Field);
        let open = self.open_axes(cover, sets, env);
        let is_own = |n: usize| match open.get(&n) {
            None => true,
            // A single element counts as named.
            Some(open) if !open.several => true,
            Some(_) if !explicit => apart,
            Some(Open { slot: Some(slot), set: of, .. }) => by_name(*slot, *of),
            Some(open) => random.axes.contains(&n) || by_set(open.set),
        };
        let axes = (0..sets.len().min(cover.axes.len())).filter(|&n| is_own(n)).collect();
        let open: Vec<Open> = open.into_values().collect();
        let unsaid = !explicit && !random.span.source.is_builtin();
        let in_cells = open.iter().any(|open| open.several);
        let in_loops = loops.iter().any(|&(_, set)| model.sets[set].members.len() > 1);
        let mut found = Vec::new();
        if unsaid && (in_cells || in_loops) {
            let words = match apart && in_cells {
                true => self.words_for(&open, loops, env),
                false => " shared".to_owned(),
            };
            found.push(errors::each_or_shared(random.span, self.sources.text(random.span), &words));
        }
        for name in &known.sets {
            if !self.is_set_of(name, sets, cover, loops, env) {
                let names = open.iter().map(|open| self.name_of(open, env));
                let loops =
                    loops.iter().map(|&(slot, set)| self.name_of(&self.open(slot, set), env));
                let names: Vec<String> = names.chain(loops).collect();
                found.push(errors::no_such_index(name, &names));
            }
        }
        random.loops = loops.iter().copied().filter(|&(slot, set)| by_name(slot, set)).collect();
        random.axes = axes;
        found
    }

    /// Returns the axes, by their positions, whose elements a definition covers without naming them; `sets` are those of
    /// the axes.
    fn open_axes(&self, cover: &Cover<'_>, sets: &[SetId], env: &Env) -> BTreeMap<usize, Open> {
        let mut open = BTreeMap::new();
        for (n, (axis, &set)) in cover.axes.iter().zip(sets).enumerate() {
            let rest = env.draws.elses.iter().find(|one| one.axis == n);
            let whole = match (axis, rest) {
                // A divided `else` covers single elements without naming them.
                (Select::One(_), Some(rest)) => Open { slot: None, set, several: rest.several },
                (Select::One(_) | Select::Computed(_), _) => continue,
                (&Select::Each(slot, of), rest) => {
                    let whole = self.open(slot, of);
                    Open { several: rest.map_or(whole.several, |rest| rest.several), ..whole }
                }
            };
            open.insert(n, whole);
        }
        open
    }

    fn open(&self, slot: usize, set: SetId) -> Open {
        Open { slot: Some(slot), set, several: self.model.sets[set].members.len() > 1 }
    }

    /// True if a name is that of a set of the definition's axes and loops, or of an index that a lever or a map
    /// binds to one element.
    fn is_set_of(
        &self,
        name: &Name,
        sets: &[SetId],
        cover: &Cover<'_>,
        loops: &[(usize, SetId)],
        env: &Env,
    ) -> bool {
        let called = |set: SetId| self.model.sets[set].name == name.text;
        let open = cover.axes.iter().filter_map(|axis| match axis {
            Select::Each(_, of) => Some(*of),
            Select::One(_) | Select::Computed(_) => None,
        });
        let bound = env.indices.iter().map(|(_, bound)| bound).chain(&env.unnamed);
        let bound = bound.filter_map(|bound| match bound {
            IndexMeaning::Bound(_, set) => Some(*set),
            IndexMeaning::Free(..) => None,
        });
        let loops = loops.iter().map(|&(_, set)| set);
        sets.iter().copied().chain(open).chain(bound).chain(loops).any(called)
    }

    /// Returns the words that give each open cell a separate draw: ` each sector each partner`.
    fn words_for(&self, open: &[Open], loops: &[(usize, SetId)], env: &Env) -> String {
        let several = |set: SetId| {
            let other = open.iter().map(|open| open.set).chain(loops.iter().map(|&(_, set)| set));
            other.filter(|&other| self.model.sets[other].name == self.model.sets[set].name).count()
                > 1
        };
        let mut names: Vec<String> = Vec::new();
        for open in open.iter().filter(|open| open.several) {
            let name = match several(open.set) {
                true => self.name_of(open, env),
                false => self.model.sets[open.set].name.clone(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.iter().map(|name| format!(" each {name}")).collect()
    }

    /// Returns the name of an index; the name of its set if the index has none.
    fn name_of(&self, open: &Open, env: &Env) -> String {
        let its = |(_, bound): &&(String, IndexMeaning)| matches!(bound, IndexMeaning::Free(slot, _) if Some(*slot) == open.slot);
        let index = env.indices.iter().find(its).map(|(name, _)| name.clone());
        index.unwrap_or_else(|| self.model.sets[open.set].name.clone())
    }
}

/// An axis or loop whose elements a definition covers without naming them.
struct Open {
    slot: Option<usize>,
    set: SetId,
    /// True if the index's set has more than one element.
    several: bool,
}

/// True for the call of a distribution, also with `each` or `shared` after it.
fn is_distribution(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Group(inner) | ExprKind::Drawn(inner, _) => is_distribution(inner),
        ExprKind::Reference(r) => {
            matches!(r.suffix, ast::Suffix::Call(_))
                && crate::builtins::function(&r.dotted())
                    .is_some_and(|(_, function)| function.is_random())
        }
        _ => false,
    }
}
