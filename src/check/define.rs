//! Values, equations and contributions: what defines each quantity.

use indexmap::IndexMap;

use super::data::{data_call, is_sample};
use super::errors;
use super::expr::{Env, NUMBER};
use super::{Bound, Checker};
use crate::model::{BinaryOp, Definition, Expr, Kind, LeverId, Op, QuantityId, Role, Select, Time};
use crate::source::Span;
use crate::syntax::ast::{self, AssignOp, ExprKind, ItemKind, Suffix};

/// A given value and the cells that it is given for.
pub(super) struct Given {
    pub(super) axes: Vec<Select>,
    pub(super) expr: Expr,
    pub(super) span: Span,
    /// Keys of the sources named beside it.
    pub(super) sources: Vec<String>,
}

/// The left side of an assignment.
pub(super) struct Target {
    pub(super) quantity: QuantityId,
    pub(super) axes: Vec<Select>,
    pub(super) years: (i32, i32),
}

impl<'a> Checker<'a> {
    /// The definitions of everything outside blocks and scenarios.
    pub(super) fn definitions(&mut self, items: &[&'a ast::Item]) {
        for item in items {
            if let ItemKind::Quantity(quantity) = &item.kind {
                let Some(&id) = self.quantity_names.get(&quantity.name.text) else { continue };
                if self.model.quantities[id].span != quantity.name.span {
                    continue;
                }
                let mut env = Env::default();
                let axes = self.each_axis(id, quantity.axes.as_deref().unwrap_or(&[]), &mut env);
                if let Some(start) = &quantity.start {
                    self.start(id, axes.clone(), start, &mut env.clone(), None);
                }
                if let Some(value) = &quantity.value {
                    self.define(id, axes, value, &[], &mut env, None);
                    self.warn_of_percent(id, value);
                }
            }
        }
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

    /// The value that solving a variable begins from.
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
        let expr = self.expect(value, env, kind, &format!("the start of `{name}`"));
        self.model.slots = self.model.slots.max(env.next_slot);
        let definition =
            Definition { lever, ..Definition::value(axes, self.model.years, expr, value.span) };
        self.count_slots(&definition);
        self.model.quantities[id].start = Some(definition);
    }

    /// Unknowns and the conditions that they are solved for, paired in their order.
    pub(super) fn solve(&mut self, solve: &ast::Solve, env: &Env, lever: Option<LeverId>) {
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
                self.error(errors::solve_given(unknown.span, &name, quantity.span));
                continue;
            }
            let before = self.diagnostics.len();
            let expr = self.truth(condition, &mut env);
            if self.diagnostics.len() > before {
                continue;
            }
            let comparison = matches!(&expr, Expr::Binary { op, .. } if op.compares());
            let equality = matches!(&expr, Expr::Binary { op: BinaryOp::Equal, .. });
            if !comparison || (bound.is_none() && !equality) {
                self.error(errors::solve_condition(condition.span, &name, comparison));
            }
            let bound = bound.as_ref().and_then(|bound| {
                let value = self.expect(bound, &mut env, kind, "the least value");
                if value.constant().is_none() {
                    self.error(errors::not_constant(bound.span, "a least value"));
                }
                value.constant()
            });
            self.model.slots = self.model.slots.max(env.next_slot);
            let definition = Definition {
                op: Op::Solve,
                bound,
                lever,
                ..Definition::value(target.axes, target.years, expr, condition.span)
            };
            self.push(target.quantity, definition);
        }
    }

    /// A value in all cells; an index name of the declaration may stand in it.
    fn each_axis(
        &mut self,
        id: QuantityId,
        declared: &[ast::AxisDecl],
        env: &mut Env,
    ) -> Vec<Select> {
        let axes = self.model.quantities[id].axes.clone();
        let each = axes.iter().enumerate().map(|(n, &set)| {
            let slot = env.slot();
            match declared.get(n).and_then(|axis| axis.index.as_ref()) {
                Some(index) => env.indices.push((index.text.clone(), Bound::Open(slot, set))),
                None => env.unnamed.push(Bound::Open(slot, set)),
            }
            Select::Each(slot, set)
        });
        each.collect()
    }

    /// An equation or contribution, of the top level or of a kind.
    pub(super) fn equation(&mut self, assign: &ast::Assign, env: &mut Env, lever: Option<LeverId>) {
        let own: Vec<(usize, usize)> = env
            .indices
            .iter()
            .filter_map(|(_, bound)| match bound {
                Bound::Open(slot, set) => Some((*slot, *set)),
                Bound::One(..) => None,
            })
            .collect();
        let Some(target) = self.target(&assign.target, env, assign.window.as_ref()) else { return };
        let quantity = &self.model.quantities[target.quantity];
        let (role, kind, name) = (quantity.role, quantity.kind, quantity.name.clone());
        let required = match role {
            Role::Factor => Some((Op::Multiply, AssignOp::Multiply, "*=")),
            Role::Total => Some((Op::Add, AssignOp::Add, "+=")),
            Role::Variable => Some((Op::Set, AssignOp::Set, "=")),
            Role::Param | Role::Field => None,
        };
        let Some((op, sign, written)) = required else {
            self.error(errors::given_twice(
                assign.span,
                &name,
                self.model.quantities[target.quantity].span,
            ));
            return;
        };
        if assign.op != sign {
            self.error(errors::wrong_sign(assign.target.span, &name, written));
        }
        let required = if op == Op::Multiply { NUMBER } else { kind };
        let expr = self.expect(&assign.value, env, required, &format!("`{name}`"));
        self.model.slots = self.model.slots.max(env.next_slot);
        let used: Vec<usize> = target
            .axes
            .iter()
            .filter_map(|axis| match axis {
                Select::Each(slot, _) => Some(*slot),
                _ => None,
            })
            .collect();
        let extra =
            own.into_iter().filter(|(slot, _)| !used.contains(slot) && op != Op::Set).collect();
        self.push(
            target.quantity,
            Definition {
                extra,
                op,
                lever,
                sources: keys(&assign.cites),
                ..Definition::value(target.axes, target.years, expr, assign.span)
            },
        );
    }

    pub(super) fn push(&mut self, id: QuantityId, definition: Definition) {
        self.count_slots(&definition);
        self.model.quantities[id].definitions.push(definition);
    }

    /// Keeps count of the slots that evaluation needs; expressions count their own.
    pub(super) fn count_slots(&mut self, definition: &Definition) {
        let axes = definition.axes.iter().filter_map(|axis| match axis {
            Select::Each(slot, _) => Some(*slot + 1),
            _ => None,
        });
        self.model.slots = axes.fold(self.model.slots, usize::max);
    }

    /// The cells that the left side of an assignment names.
    pub(super) fn target(
        &mut self,
        reference: &ast::Reference,
        env: &mut Env,
        window: Option<&ast::Window>,
    ) -> Option<Target> {
        let Some(id) = self.find(reference, env) else {
            if self.is_poisoned(&reference.dotted()) || self.full() {
                return None;
            }
            let known = self.quantity_names.keys().map(String::as_str);
            let near = self.nearest(&reference.dotted(), known);
            self.error(errors::unknown_name(reference.span, &reference.dotted(), near.as_deref()));
            return None;
        };
        let quantity = &self.model.quantities[id];
        let (sets, name) = (quantity.axes.clone(), quantity.name.clone());
        let own = env.lever.is_some() && quantity.lever == env.lever;
        let indices: &[ast::Index] = match &reference.suffix {
            Suffix::Indices(indices) => indices,
            _ => &[],
        };
        let mut years = match window {
            Some(window) => self.window(window)?,
            None => self.model.years,
        };
        let mut given = indices;
        let timed = own
            && !sets.is_empty()
            && matches!(indices, [ast::Index::Expr(index)] if super::expr::is_time(index));
        if indices.len() == sets.len() + 1 || timed {
            given = &indices[..indices.len() - 1];
            years = self.year_range(&indices[indices.len() - 1])?;
        }
        let mut axes = Vec::new();
        if given.is_empty() && own {
            for (n, &set) in sets.iter().enumerate() {
                let open: Vec<Bound> = env
                    .indices
                    .iter()
                    .map(|(_, b)| *b)
                    .filter(|b| matches!(b, Bound::Open(..)))
                    .collect();
                let Some(Bound::Open(slot, _)) = open.get(n).copied() else { return None };
                axes.push(Select::Each(slot, set));
            }
        } else if given.is_empty() && (self.in_scenario || window.is_some()) {
            axes = sets.iter().map(|&set| Select::Each(env.slot(), set)).collect();
        } else if given.len() != sets.len() {
            let names: Vec<String> =
                sets.iter().map(|&set| self.model.sets[set].name.clone()).collect();
            self.error(errors::wrong_indices(reference.span, &name, &names, indices.len()));
            return None;
        } else {
            for (index, &set) in given.iter().zip(&sets) {
                let select = self.select(index, set, env);
                axes.push(select);
            }
        }
        Some(Target { quantity: id, axes, years })
    }

    fn select(&mut self, index: &ast::Index, set: usize, env: &mut Env) -> Select {
        let ast::Index::Expr(expr) = index else { return Select::Each(env.slot(), set) };
        if let ExprKind::Reference(reference) = &expr.kind {
            let name = reference.dotted();
            let root = self.model.sets[set].root;
            let bound = env.indices.iter().rev().find(|(index, _)| *index == name).map(|(_, b)| *b);
            if let Some(bound) = bound {
                // Reports an index that ranges over another set.
                self.element_index(expr, set, env);
                return match bound {
                    Bound::Open(slot, of) => Select::Each(slot, of),
                    Bound::One(element, _) => Select::One(element),
                };
            }
            let element = self.model.sets[root].elements.contains_key(&name);
            let quantity = env.lever.is_some() && self.find(reference, env).is_some();
            if !element
                && !quantity
                && matches!(reference.suffix, Suffix::None)
                && reference.path.len() == 1
            {
                if self.nearly_an_element(&name, root) {
                    self.unknown_element(&name, expr.span, set);
                }
                let slot = env.slot();
                env.indices.push((name, Bound::Open(slot, set)));
                return Select::Each(slot, set);
            }
        }
        match self.element_index(expr, set, env) {
            Expr::Const(element) => Select::One(element as u32),
            computed => Select::Computed(computed),
        }
    }

    /// `2024`, `first`, `t`, `2025..2027` on the left side.
    fn year_range(&mut self, index: &ast::Index) -> Option<(i32, i32)> {
        match index {
            ast::Index::All(_) => Some(self.model.years),
            ast::Index::Range(range) => {
                let window = ast::Window {
                    from: range.from.clone(),
                    to: Some(range.to.clone()),
                    span: range.span,
                };
                self.window(&window)
            }
            ast::Index::Expr(expr) => {
                let (value, _) = self.expr(expr, &mut Env::default(), Some(Kind::Year));
                if value == Expr::Year(Time::Offset(0)) {
                    return Some(self.model.years);
                }
                let year = value.constant().map(|year| year as i32);
                match year {
                    Some(year) if (self.model.years.0..=self.model.years.1).contains(&year) => {
                        Some((year, year))
                    }
                    Some(year) => {
                        self.error(errors::year_outside(expr.span, year, self.model.years));
                        None
                    }
                    None => {
                        self.error(errors::not_constant(expr.span, "a year"));
                        None
                    }
                }
            }
        }
    }

    /// The years of `in ...`, within the horizon.
    pub(super) fn window(&mut self, window: &ast::Window) -> Option<(i32, i32)> {
        let from = self.constant_year(&window.from)?;
        let to = match &window.to {
            Some(to) => self.constant_year(to)?,
            None => from,
        };
        if from > to {
            self.error(errors::reversed_years(window.span, from.into(), to.into()));
            return None;
        }
        for year in [from, to] {
            if !(self.model.years.0..=self.model.years.1).contains(&year) {
                self.error(errors::year_outside(window.span, year, self.model.years));
                return None;
            }
        }
        Some((from, to))
    }

    /// A given value: one for all cells, or a map or table that picks cells.
    pub(super) fn define(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        cites: &[ast::Name],
        env: &mut Env,
        lever: Option<LeverId>,
    ) {
        let years = self.model.years;
        for Given { axes, expr, span, mut sources } in self.given(id, axes, value, env) {
            sources.extend(keys(cites));
            let definition =
                Definition { lever, sources, ..Definition::value(axes, years, expr, span) };
            self.push(id, definition);
        }
    }

    /// The cells and expressions of a given value.
    pub(super) fn given(
        &mut self,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        env: &mut Env,
    ) -> Vec<Given> {
        self.given_from(0, id, axes, value, env)
    }

    /// The cells of a map's `else` that holds a map itself: an element of its own each, since one that is
    /// named there is as close as one that is named beside it. So too of one that draws from a file, which
    /// need not have rows for those that are named.
    fn unnamed(
        &self,
        axes: &[Select],
        n: usize,
        set: usize,
        entries: &[(ast::Name, ast::Expr)],
    ) -> Vec<Vec<Select>> {
        let named = |element: &u32| {
            let name = self.model.element_name(set, *element);
            entries.iter().any(|(key, _)| key.text == name)
        };
        let left = self.model.sets[set].members.iter().filter(|element| !named(element));
        let one = |&element: &u32| {
            let mut picked = axes.to_vec();
            picked[n] = Select::One(element);
            picked
        };
        left.map(one).collect()
    }

    /// The same for the cells that an entry picks: the names of its indices mean its elements.
    pub(super) fn given_at(
        &mut self,
        from: usize,
        id: QuantityId,
        (axes, picked): (&[Select], Vec<Select>),
        value: &ast::Expr,
        env: &mut Env,
    ) -> Vec<Given> {
        let outer = (env.indices.clone(), env.unnamed.clone());
        for (before, now) in axes.iter().zip(&picked) {
            let (Select::Each(slot, set), Select::One(element)) = (before, now) else { continue };
            let named = env.indices.iter_mut().map(|(_, bound)| bound);
            for bound in named.chain(&mut env.unnamed) {
                if matches!(bound, Bound::Open(open, _) if open == slot) {
                    *bound = Bound::One(*element, *set);
                }
            }
        }
        let given = self.given_from(from, id, picked, value, env);
        (env.indices, env.unnamed) = outer;
        given
    }

    /// The same inside maps and tables: the indices before `from` are theirs.
    pub(super) fn given_from(
        &mut self,
        from: usize,
        id: QuantityId,
        axes: Vec<Select>,
        value: &ast::Expr,
        env: &mut Env,
    ) -> Vec<Given> {
        let open = |n: &usize| matches!(axes[*n], Select::Each(..));
        let next = (from..axes.len()).find(open);
        match (&value.kind, next) {
            (ExprKind::Map(entries), Some(n)) => {
                let Select::Each(_, set) = axes[n] else { return Vec::new() };
                let mut all = Vec::new();
                let mut seen = IndexMap::new();
                for (key, value) in entries {
                    self.given_twice(&mut seen, key);

                    let mut cells = vec![axes.clone()];
                    if key.text != "else" {
                        let index = reference_to(key);
                        match self.element_index(&index, set, env) {
                            Expr::Const(element) => cells[0][n] = Select::One(element as u32),
                            _ => continue,
                        }
                    } else if matches!(value.kind, ExprKind::Map(_) | ExprKind::Table(_))
                        || is_sample(value)
                    {
                        cells = self.unnamed(&axes, n, set, entries);
                    }
                    for picked in cells {
                        all.extend(self.given_at(n + 1, id, (&axes, picked), value, env));
                    }
                }
                all
            }
            (ExprKind::Table(table), Some(n)) => self.table(id, &axes, n, table, env),
            (ExprKind::Map(_) | ExprKind::Table(_), None) => {
                let name = self.model.quantities[id].name.clone();
                self.error(errors::no_index_for_table(value.span, &name));
                Vec::new()
            }
            _ => {
                if let Some(call) = data_call(value) {
                    let given = self.data(id, &axes, call, value.span, env);
                    let span = value.span;
                    let spanned = |(axes, expr)| Given { axes, expr, span, sources: Vec::new() };
                    return given.into_iter().map(spanned).collect();
                }
                let quantity = &self.model.quantities[id];
                let (kind, name, path) = (quantity.kind, quantity.name.clone(), quantity.path);
                let expected = (kind != Kind::Unknown).then_some(kind);
                let found = self.expr(value, env, expected);
                if kind == Kind::Unknown {
                    self.model.quantities[id].kind = found.1;
                } else {
                    self.fits(&found, value.span, kind, &format!("`{name}`"));
                }
                if !path && matches!(found.0, Expr::Path { .. } | Expr::Knots(_)) {
                    self.error(errors::path_in_constant(value.span, &name));
                }
                self.model.slots = self.model.slots.max(env.next_slot);
                vec![Given { axes, expr: found.0, span: value.span, sources: Vec::new() }]
            }
        }
    }

    /// Warns of a rate of 5 where 5% was likely.
    pub(super) fn warn_of_percent(&mut self, id: QuantityId, value: &ast::Expr) {
        let Kind::Plain { percent: true, .. } = self.model.quantities[id].kind else { return };
        let numbers: Vec<&ast::Expr> = match &value.kind {
            ExprKind::Path { first, legs } => {
                let mut all: Vec<&ast::Expr> = vec![first];
                all.extend(legs.iter().map(|leg| match leg {
                    ast::Leg::Move { to, .. } | ast::Leg::Step { to, .. } => to,
                }));
                all
            }
            ExprKind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            _ => vec![value],
        };
        for expr in numbers {
            if let ExprKind::Number(number) = &expr.kind
                && !number.percent
                && number.unit.is_none()
                && number.value.abs() > 1.0
            {
                let name = self.model.quantities[id].name.clone();
                self.error(errors::percent_missing(expr.span, &name, number.value));
            }
        }
    }
}

/// The keys of `@key` marks.
pub(super) fn keys(cites: &[ast::Name]) -> Vec<String> {
    cites.iter().map(|cite| cite.text.clone()).collect()
}

/// A bare name as an expression.
pub(super) fn reference_to(name: &ast::Name) -> ast::Expr {
    ast::Expr { kind: ExprKind::Text(name.text.clone()), span: name.span }
}
