//! Reductions over sets: `sum(x[*])`, `mean(s in sector where x[s] > 0: x[s])`.

use super::errors;
use super::expr::{Env, MISTAKE, NUMBER, Typed, counted};
use super::{Checker, IndexMeaning, arguments};
use crate::builtins::Builtin;
use crate::model::{Expr, Kind, Reduction, ReductionId};
use crate::source::Span;
use crate::syntax::ast::{self, Over};

/// The binders of a reduction, and its `where`.
pub(super) type Binders<'a> = (&'a [ast::Binder], Option<&'a ast::Expr>);

impl Checker<'_> {
    /// Resolves a reduction after its arguments are bound.
    pub(super) fn reduction(
        &mut self,
        row: &'static Builtin,
        op: Reduction,
        call: &ast::Call,
        span: Span,
        env: &mut Env,
    ) -> Typed {
        let parameters = arguments::parameters(row);
        let given = self.bind_arguments(row.name, &parameters, &row.help(), call, span);
        let Some([argument]) = given.as_ref().and_then(|given| given.first()).map(Vec::as_slice)
        else {
            return MISTAKE;
        };
        if self.refuses_body(row.name, &argument.value, span) {
            return MISTAKE;
        }
        self.reduce(
            row.name,
            op,
            (&call.binders, call.filter.as_deref()),
            &argument.value,
            span,
            env,
        )
    }

    /// Reports ranges and lists in an index of the body: `sum(x[2025..2028])`, `sum(x[China, Iran])`.
    fn refuses_body(&mut self, name: &str, body: &ast::Expr, span: Span) -> bool {
        if let Some((at, edit)) = self.range_of_years(name, body) {
            self.error(errors::year_range(at, span, &edit));
            return true;
        }
        if let Some((at, edit)) = self.range_of_elements(name, body) {
            self.error(errors::element_range(at, span, &edit));
            return true;
        }
        let Some((at, sum)) = self.elements_in_reduction(body) else { return false };
        let edit = match name {
            "sum" => sum.join(" + "),
            "mean" => format!("({}) / {}", sum.join(" + "), sum.len()),
            "min" | "max" => format!("{name}({})", sum.join(", ")),
            _ => format!("{name}({})", self.sources.text(body.span)),
        };
        self.error(errors::elements_of_reading(at, span, &edit));
        true
    }

    /// Makes the sum of `body` over the sets of the `*` in it.
    pub(super) fn sum_of(&mut self, body: &ast::Expr, span: Span, env: &mut Env) -> Typed {
        self.reduce("sum", Reduction::Sum, (&[], None), body, span, env)
    }

    /// Resolves the reduction of `body`: over the sets of `binders` for which the filter holds, or
    /// over those of the `*` in `body`.
    pub(super) fn reduce(
        &mut self,
        name: &str,
        op: Reduction,
        (binders, filter): Binders<'_>,
        body: &ast::Expr,
        span: Span,
        env: &mut Env,
    ) -> Typed {
        if binders.iter().any(|binder| matches!(binder.over, Over::Range(_))) {
            return self.over_range((name, op), (binders, filter), body, span, env);
        }
        let depth = env.indices.len();
        let outer = env.wild.take();
        let mut loops = Vec::new();
        for ast::Binder { index, over } in binders {
            let Over::Set(set) = over else { continue };
            let Some(&id) = self.sets.get(&set.text) else {
                if matches!(set.text.as_str(), "years" | "year" | "time" | "t" | "periods") {
                    self.error(errors::years_over(set.span, &set.text));
                    env.wild = outer;
                    env.indices.truncate(depth);
                    return MISTAKE;
                }
                let near = self.nearest(&set.text, self.sets.keys().map(String::as_str));
                self.error(errors::unknown_set(set.span, &set.text, near.as_deref()));
                env.wild = outer;
                env.indices.truncate(depth);
                return MISTAKE;
            };
            let slot = env.slot();
            loops.push((slot, id));
            env.indices.push((index.text.clone(), IndexMeaning::Free(slot, id)));
        }
        // With binders a `*` would range over a second set that the reader does not see.
        env.wild = binders.is_empty().then(Vec::new);
        let filter = filter.map(|filter| Box::new(self.truth(filter, env)));
        let at = body.span;
        let body = self.expr(body, env, None);
        let (body, kind) = if op == Reduction::Any { body } else { counted(body) };
        // An identity may name an index first in here; the index keeps its meaning after the reduction.
        env.indices.drain(depth..depth + binders.len());
        let wild = std::mem::replace(&mut env.wild, outer).unwrap_or_default();
        loops.extend(wild.iter().map(|&(set, _, slot)| (slot, set)));
        self.model.slots = self.model.slots.max(env.next_slot);
        if loops.is_empty() {
            // A body that was reported may have lost its `*`: one message is enough.
            if kind == Kind::Unknown {
                return (body, kind);
            }
            let edit = self.whole_range(name, at, env);
            self.error(errors::nothing_to_reduce(span, name, edit));
            return MISTAKE;
        }
        // The unit of a product would depend on the number of its factors.
        if op == Reduction::Product {
            self.fits(&(Expr::Const(1.0), kind), at, NUMBER, "a product over a set");
        }
        // Squared shares have no unit.
        let kind = if op == Reduction::Hhi { NUMBER } else { kind };
        let (id, body) = (self.reduction_id(), Box::new(body));
        (Expr::Reduce { id, op, loops, filter, body, span }, kind)
    }

    /// Returns the number of a new reduction.
    pub(super) fn reduction_id(&mut self) -> ReductionId {
        self.model.reductions += 1;
        self.model.reductions - 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::model::{Definition, Expr, Op};

    #[test]
    fn the_reductions_of_a_definition_have_numbers_of_their_own() {
        let text = "years 2024..2026\nset s = a, b\nparam x[s] = 5\nparam z = sum(x[*])\nparam w = max(x[*])\n\
                    var y = if t > first then growth(sum(x[*])) + sum(i in s: x[i]) else mean(x[*])\nshow y, z, w\n";
        let mut model = crate::session::load("x", text).model.expect("a model");
        let id =
            |name| model.quantities.iter().position(|one| one.name == name).expect("a quantity");
        let (y, z, w) = (id("y"), id("z"), id("w"));
        // An edit makes a definition of two.
        let edit = Definition { op: Op::Add, ..model.quantities[w].definitions[0].clone() };
        model.edit(z, edit);
        for (quantity, count) in [(y, 4), (z, 2)] {
            let mut numbers = Vec::new();
            let definition = model.quantities[quantity].definitions.last().expect("a definition");
            definition.expr.walk(&mut |part| {
                if let Expr::Reduce { id, .. } = part {
                    numbers.push(*id);
                }
                true
            });
            let different: BTreeSet<usize> = numbers.iter().copied().collect();
            assert_eq!((numbers.len(), different.len()), (count, count), "{numbers:?}");
        }
    }
}
