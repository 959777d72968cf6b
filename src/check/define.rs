//! Definitions: equations, contributions, starting values and `solve`.
//!
//! In: statements outside scenarios, and those of kinds. Out: a [`Definition`] for each, with the
//! cells, years and operation of its left side.

use indexmap::{IndexMap, IndexSet};

use super::cycles::order;
use super::errors;
use super::expr::{Env, NUMBER};
use super::functions::each;
use super::given::keys;
use super::how_often::Cover;
use super::{Checker, IndexMeaning};
use crate::model::{BinaryOp, Definition, Expr, LeverId, Op, QuantityId, Role, Select};
use crate::syntax::ast::{self, AssignOp, ExprKind, ItemKind};

impl<'a> Checker<'a> {
    /// Adds the definitions of all statements outside kinds, levers and scenarios.
    pub(super) fn definitions(&mut self, items: &[&'a ast::Item]) {
        for quantity in self.after_what_they_read(items) {
            let Some(&id) = self.quantity_names.get(&quantity.name.text) else { continue };
            // A second declaration of the name was reported; only the first defines it.
            if self.model.quantities[id].span != quantity.name.span {
                continue;
            }
            let mut env = Env::default();
            let axes = self.free_axes(id, quantity.axes.as_deref().unwrap_or(&[]), &mut env);
            if let Some(start) = &quantity.start {
                self.start(id, axes.clone(), start, &mut env.clone(), None);
            }
            if let Some(value) = &quantity.value {
                let computed = self.model.quantities[id].role == Role::Variable;
                if computed && self.reads_itself(id, None, value) {
                    continue;
                }
                self.define(id, axes, value, &[], &mut env, None);
                self.warn_of_percent(id, value);
            }
            if let (Some(range), None) = (&quantity.bounds, &quantity.unit) {
                self.bounds(range, self.model.quantities[id].kind);
            }
        }
        // From here on the kinds of all parameters are known.
        self.rate_definitions();
        for item in items {
            match &item.kind {
                ItemKind::Assign(assign) if !self.is_edit(assign) => {
                    self.equation(assign, &mut Env::default(), None);
                }
                ItemKind::Solve(solve) => self.solve(solve, &Env::default(), None),
                _ => {}
            }
        }
    }

    /// Orders the declared quantities: a parameter without a declared unit has the unit of its value, so it follows the
    /// parameters that the value reads.
    fn after_what_they_read(&self, items: &[&'a ast::Item]) -> Vec<&'a ast::Quantity> {
        let declared: Vec<&'a ast::Quantity> = (items.iter())
            .filter_map(|item| match &item.kind {
                ItemKind::Quantity(quantity) => Some(quantity),
                _ => None,
            })
            .collect();
        let positions: IndexMap<&str, usize> =
            declared.iter().enumerate().map(|(n, one)| (one.name.text.as_str(), n)).collect();
        let reads = |quantity: &&'a ast::Quantity| -> Vec<usize> {
            let (None, Some(value)) = (&quantity.unit, &quantity.value) else { return Vec::new() };
            let names = self.names_read(value);
            names.iter().filter_map(|name| positions.get(name.as_str())).copied().collect()
        };
        let (order, _) = order(&declared.iter().map(reads).collect::<Vec<_>>());
        order.into_iter().filter_map(|n| declared.get(n)).copied().collect()
    }

    /// Returns the names that a value reads, including the names in the bodies of the functions that it calls.
    fn names_read(&self, value: &ast::Expr) -> IndexSet<String> {
        let (mut names, mut values) = (IndexSet::new(), vec![value]);
        while let Some(value) = values.pop() {
            match &value.kind {
                ExprKind::Number(_) => {}
                ExprKind::Map(entries) => values.extend(entries.iter().map(|(_, value)| value)),
                ExprKind::Table(table) => {
                    let cells = table.rows.iter().flat_map(|row| row.cells.iter().flatten());
                    values.extend(cells.map(|(value, _)| value));
                }
                _ => each(&mut value.clone(), &mut |part| {
                    if let ExprKind::Reference(reference) = &part.kind {
                        let name = reference.dotted();
                        if let (true, Some((_, _, body))) =
                            (names.insert(name.clone()), self.functions.get(&name))
                        {
                            values.push(body);
                        }
                    }
                }),
            }
        }
        names
    }

    /// Sets the starting value from which the solver searches for a variable.
    pub(super) fn start(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        env: &mut Env,
        lever: Option<LeverId>,
    ) {
        let quantity = &self.model.quantities[id];
        let (kind, name) = (quantity.kind, quantity.name.clone());
        let mut expr = self.expect(value, env, kind, &format!("the start of `{name}`"));
        self.settle(&mut expr, &Cover { quantity: Some(id), axes: &axes, loops: &[] }, env);
        self.model.slots = self.model.slots.max(env.next_slot);
        let definition =
            Definition { lever, ..Definition::value(axes, self.model.years, expr, value.span) };
        self.count_slots(&definition);
        self.model.quantities[id].start = Some(Box::new(definition));
    }

    /// Adds a definition for each unknown of `solve`, paired with the condition at the same position.
    pub(super) fn solve(&mut self, solve: &ast::Solve, env: &Env, lever: Option<LeverId>) {
        if let Some(found) = self.wrong_unknowns(solve) {
            self.error(found);
            return;
        }
        let (unknowns, conditions) = (solve.unknowns.len(), solve.conditions.len());
        if unknowns != conditions {
            self.error(errors::solve_count(solve.span, unknowns, conditions));
            return;
        }
        for ((unknown, bound), condition) in solve.unknowns.iter().zip(&solve.conditions) {
            let mut env = env.clone();
            let Some(target) = self.target(unknown, &mut env, None) else { continue };
            let quantity = &self.model.quantities[target.quantity];
            let (role, kind, name) = (quantity.role, quantity.kind, quantity.name.clone());
            if role != Role::Variable {
                let declared = quantity.span;
                let text = self.sources.text(solve.span).trim().to_owned();
                let edit = text.strip_prefix("solve").map(|rest| format!("find{rest}"));
                let edit = edit.filter(|_| unknowns == 1 && bound.is_none());
                let edit = edit.as_deref().map(|edit| (solve.span, edit));
                self.error(errors::solve_given(unknown.span, &name, declared, edit));
                continue;
            }
            let before = self.errors;
            let mut expr = self.truth(condition, &mut env);
            if self.errors > before {
                continue;
            }
            let cover = Cover { quantity: Some(target.quantity), axes: &target.axes, loops: &[] };
            self.settle(&mut expr, &cover, &env);
            // An inequality needs a bound: at the bound it need not hold as an equality.
            let comparison = matches!(&expr, Expr::Binary { op, .. } if op.compares());
            let equality = matches!(&expr, Expr::Binary { op: BinaryOp::Equal, .. });
            if !comparison || (bound.is_none() && !equality) {
                self.error(errors::solve_condition(condition.span, &name, comparison));
            }
            if bound.is_some() && equality {
                self.diagnostics.push(errors::equality_at_bound(condition.span, &name));
            }
            let bound = bound.as_ref().and_then(|bound| {
                let value = self.expect(bound, &mut env, kind, "the lower bound");
                if value.constant().is_none() {
                    self.error(errors::not_constant(bound.span, "the lower bound"));
                }
                value.constant()
            });
            self.model.slots = self.model.slots.max(env.next_slot);
            let definition = Definition {
                op: Op::Solve,
                year_form: target.year_form,
                bound,
                lever,
                ..Definition::value(target.axes, target.years, expr, condition.span)
            };
            self.push(target.quantity, definition);
        }
    }

    /// Makes a free index of every axis and adds the index names of the declaration to `env`.
    fn free_axes(
        &mut self,
        id: QuantityId,
        declared: &[ast::AxisDecl],
        env: &mut Env,
    ) -> Vec<Select> {
        let axes = self.model.quantities[id].axes.clone();
        let free = axes.iter().enumerate().map(|(n, &set)| {
            let slot = env.slot();
            match declared.get(n).and_then(|axis| axis.index.as_ref()) {
                Some(index) => {
                    env.indices.push((index.text.clone(), IndexMeaning::Free(slot, set)))
                }
                None => env.unnamed.push(IndexMeaning::Free(slot, set)),
            }
            Select::Each(slot, set)
        });
        free.collect()
    }

    /// Returns the operator with which equations of a quantity contribute to it; reports another operator in `assign`,
    /// and an equation of a given value.
    fn operator(&mut self, assign: &ast::Assign, id: QuantityId) -> Option<Op> {
        let quantity = &self.model.quantities[id];
        let (role, name) = (quantity.role, quantity.name.clone());
        let required = match role {
            Role::Factor => Some((Op::Multiply, AssignOp::Multiply, "*=")),
            Role::Total => Some((Op::Add, AssignOp::Add, "+=")),
            Role::Variable => Some((Op::Set, AssignOp::Set, "=")),
            Role::Param | Role::Field => None,
        };
        let Some((op, operator, written)) = required else {
            self.error(errors::given_and_computed(
                assign.span,
                &name,
                self.model.quantities[id].span,
                self.as_scenario(assign),
            ));
            return None;
        };
        if assign.op != operator {
            // A line that names elements or years and sets a total replaces it there; `+=` would add to it.
            let replaces = assign.op == AssignOp::Set && self.named_parts(assign) > 0;
            let edit = self.as_scenario(assign).filter(|_| replaces || written == "=");
            self.error(errors::wrong_operator(assign.target.span, &name, written, edit));
        }
        Some(op)
    }

    /// Adds an equation or contribution, of the script or of a kind.
    pub(super) fn equation(&mut self, assign: &ast::Assign, env: &mut Env, lever: Option<LeverId>) {
        // A lever with a free index contributes once for each element of the index's set, even if the left side does
        // not name the index.
        let own: Vec<(usize, usize)> = env
            .indices
            .iter()
            .filter_map(|(_, bound)| match bound {
                IndexMeaning::Free(slot, set) => Some((*slot, *set)),
                IndexMeaning::Bound(..) => None,
            })
            .collect();
        let Some(target) = self.target(&assign.target, env, assign.window.as_deref()) else {
            return;
        };
        let quantity = &self.model.quantities[target.quantity];
        let (role, kind, name) = (quantity.role, quantity.kind, quantity.name.clone());
        let Some(op) = self.operator(assign, target.quantity) else { return };
        if op == Op::Set
            && lever.is_none()
            && self.reads_itself(target.quantity, Some(assign), &assign.value)
        {
            return;
        }
        // `x *= 1.05` of a variable belongs in a scenario, and its factor is a number there too.
        let multiplies = op == Op::Multiply || assign.op == AssignOp::Multiply;
        let required = if multiplies { NUMBER } else { kind };
        let found = self.expr(&assign.value, env, Some(required));
        let fits = self.fits(&found, assign.value.span, required, &format!("`{name}`"));
        if !fits && role == Role::Variable && required == NUMBER && !multiplies {
            self.declare_unit(target.quantity, found.1);
        }
        let mut expr = found.0;
        self.model.slots = self.model.slots.max(env.next_slot);
        let used: Vec<usize> = target
            .axes
            .iter()
            .filter_map(|axis| match axis {
                Select::Each(slot, _) => Some(*slot),
                _ => None,
            })
            .collect();
        let extra: Vec<(usize, usize)> =
            own.into_iter().filter(|(slot, _)| !used.contains(slot) && op != Op::Set).collect();
        let cover = Cover { quantity: Some(target.quantity), axes: &target.axes, loops: &extra };
        self.settle(&mut expr, &cover, env);
        self.push(
            target.quantity,
            Definition {
                extra,
                year_form: target.year_form,
                op,
                lever,
                sources: keys(&assign.cites),
                ..Definition::value(target.axes, target.years, expr, assign.span)
            },
        );
    }

    /// Adds a definition to a quantity.
    pub(super) fn push(&mut self, id: QuantityId, definition: Definition) {
        self.count_slots(&definition);
        let definitions = &mut self.model.quantities[id].definitions;
        if definitions.is_empty() {
            // Most quantities have one definition; `push` alone makes room for four.
            definitions.reserve_exact(1);
        }
        definitions.push(definition);
    }

    /// Raises the model's number of slots to the number that the axes of a definition need; expressions count their
    /// slots when they are resolved.
    pub(super) fn count_slots(&mut self, definition: &Definition) {
        let axes = definition.axes.iter().filter_map(|axis| match axis {
            Select::Each(slot, _) => Some(*slot + 1),
            _ => None,
        });
        self.model.slots = axes.fold(self.model.slots, usize::max);
    }
}
