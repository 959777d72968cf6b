//! Readings: names and indices resolved to a cell of a quantity in a year.

use super::errors;
use super::{Checker, IndexMeaning};
use crate::model::{Expr, Kind, QuantityId, SetId, Time};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Index, Suffix};
use crate::syntax::words;

use super::expr::{Env, MISTAKE, Typed, is_time};
use super::texts::{is_amount, year_of_date};

impl Checker<'_> {
    /// Resolves an element by name: in the expected set, or otherwise in the first set that contains it.
    pub(super) fn element(&mut self, text: &str, span: Span, expected: Option<Kind>) -> Typed {
        let set = match expected {
            Some(Kind::Element(set)) => Some(self.model.sets[set].root),
            _ => self.elements.get(text).copied(),
        };
        if let Some(root) = set
            && let Some(position) = self.model.sets[root].elements.get_index_of(text)
        {
            return (Expr::Const(position as f64), Kind::Element(root));
        }
        let year = if expected == Some(Kind::Year) { year_of_date(text) } else { None };
        self.error(match year {
            // `opens: "2026"`, `opens: "Q3 2026"`
            Some(year) => errors::foreign_name(span, text, year),
            // `rate: "5%"`
            None if is_amount(text) => errors::quoted_amount(span, text),
            None => errors::unknown_name(span, (text, true), None),
        });
        MISTAKE
    }

    /// Resolves a number in a place that may require a kind. This is not part of `typed`, because each local
    /// variable there takes stack at every level of an expression.
    pub(super) fn required_number(
        &mut self,
        number: &ast::Number,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let time = number.unit.as_ref().zip(self.as_time(number, expected));
        let Some((unit, edit)) = time else { return self.number(number, span, env) };
        self.error(errors::foreign_unit(unit.span, &unit.text, &edit, span));
        MISTAKE
    }

    /// Resolves a name with the call or the indices after it.
    pub(super) fn reference(
        &mut self,
        reference: &ast::Reference,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        match &reference.suffix {
            Suffix::Call(call) => self.call(reference, call, env, expected),
            Suffix::Indices(indices) => match self.find(reference, env) {
                Some(id) => self.read(id, indices, reference.span, env),
                None => self.unknown(reference, env),
            },
            Suffix::None => self.bare(reference, env, expected),
        }
    }

    /// Finds the quantity with a name. Inside a kind, the kind's own fields and variables take precedence.
    pub(super) fn find(&self, reference: &ast::Reference, env: &Env) -> Option<QuantityId> {
        let name = reference.dotted();
        let member = env.lever.map(|lever| format!("{}.{name}", self.model.levers[lever].name));
        let found = member.and_then(|member| self.quantity_names.get(&member));
        found.or_else(|| self.quantity_names.get(&name)).copied()
    }

    /// Resolves a name without indices. The order of precedence: index, element of the expected set,
    /// quantity, year, unit, element of any set. An element comes before a quantity only where one is
    /// expected, so that a sector may have the name of a variable.
    pub(super) fn bare(
        &mut self,
        reference: &ast::Reference,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let name = reference.dotted();
        if let Some((_, bound)) = env.indices.iter().rev().find(|(index, _)| *index == name) {
            return match *bound {
                IndexMeaning::Free(slot, set) => {
                    (Expr::Slot(slot), Kind::Element(self.model.sets[set].root))
                }
                IndexMeaning::Bound(element, set) => {
                    (Expr::Const(f64::from(element)), Kind::Element(self.model.sets[set].root))
                }
            };
        }
        if let Some(Kind::Element(set)) = expected {
            let root = self.model.sets[set].root;
            if let Some(position) = self.model.sets[root].elements.get_index_of(&name) {
                return (Expr::Const(position as f64), Kind::Element(root));
            }
        }
        if let Some(id) = self.find(reference, env) {
            return self.read(id, &[], reference.span, env);
        }
        match name.as_str() {
            "t" => return (Expr::Year(env.time(0)), Kind::Year),
            "first" => return (Expr::Const(f64::from(self.model.years.0)), Kind::Year),
            "last" => return (Expr::Const(f64::from(self.model.years.1)), Kind::Year),
            _ => {}
        }
        if let Some(&(dimension, factor)) = self.units.get(&name) {
            let value = self.at_rate(&name, factor, reference.span, env);
            return (value, Kind::Plain { dimension, percent: false });
        }
        if self.elements.contains_key(&name) && !matches!(expected, Some(Kind::Element(_))) {
            return self.element(&name, reference.span, None);
        }
        self.unknown(reference, env)
    }

    /// Reports an unknown name, with the nearest of all names that are allowed here.
    pub(super) fn unknown(&mut self, reference: &ast::Reference, env: &Env) -> Typed {
        let name = reference.dotted();
        if self.is_poisoned(&name) || self.full() {
            return MISTAKE;
        }
        if let Some(whole) = self.not_available(&name, reference.span) {
            if whole.start == reference.span.start {
                let line = self.line_of(whole).map_or("", |line| self.sources.text(line));
                let of_lever = env.lever.is_none() && line.trim_start().starts_with('|');
                self.error(errors::not_available(whole, of_lever));
            }
            return MISTAKE;
        }
        let mut known: Vec<&str> = self.quantity_names.keys().map(String::as_str).collect();
        let prefix = env.lever.map(|lever| format!("{}.", self.model.levers[lever].name));
        if let Some(prefix) = &prefix {
            known.extend(
                self.quantity_names.keys().filter_map(|name| name.strip_prefix(prefix.as_str())),
            );
        }
        known.extend(env.indices.iter().map(|(name, _)| name.as_str()));
        known
            .extend(self.model.sets.iter().flat_map(|set| set.elements.keys().map(String::as_str)));
        let near = self.nearest(&name, known);
        // A misspelt field: the nearest name of the same lever.
        let near = match (reference.path.len(), self.fields_meant(reference, "").as_slice()) {
            (2.., [field, ..]) => Some(field.clone()),
            _ => near,
        };
        let habit = self.habit_of_path(reference).or_else(|| self.habit_of_name(&name));
        let habit = habit.or_else(|| self.habit_of_column(reference));
        let line = self
            .sets
            .contains_key(&name)
            .then(|| self.with_bound_index(reference.span, &name, &name))
            .flatten();
        let found = match habit {
            None if line.is_some() => {
                errors::unbound_index(reference.span, (&name, false), &name, &[] as &[&str], line)
            }
            Some(edit) => errors::foreign_name(reference.span, &name, &edit),
            None if super::readings::is_cell(&name)
                && near.as_ref().is_none_or(|near| super::readings::is_cell(near)) =>
            {
                errors::sheet_cell(reference.span, &name)
            }
            None => match self.not_a_value(reference) {
                Some(found) => found,
                None => {
                    let known = (&*name, !self.is_in_query(reference.span));
                    errors::unknown_name(reference.span, known, near.as_deref())
                }
            },
        };
        self.error(found);
        MISTAKE
    }

    /// True for a place in a line that begins with the word of a query.
    fn is_in_query(&self, span: Span) -> bool {
        let line = self.line_of(span).map_or("", |line| self.sources.text(line));
        let word = line.split_whitespace().next().and_then(words::find);
        word.is_some_and(|word| word.class == words::Class::Query)
    }

    /// Returns the place of `n/a` if the name is a part of it.
    fn not_available(&self, name: &str, span: Span) -> Option<Span> {
        let range = span.range();
        let (from, to) = match name {
            "n" | "N" => (range.start, range.end + 2),
            "a" | "A" => (range.start.checked_sub(2)?, range.end),
            _ => return None,
        };
        let whole = Span::new(span.source, from, to);
        self.sources.text(whole).eq_ignore_ascii_case("n/a").then_some(whole)
    }

    /// Resolves a reading of a quantity: one index for each axis, and optionally a year at the end.
    pub(super) fn read(
        &mut self,
        id: QuantityId,
        indices: &[Index],
        span: Span,
        env: &mut Env,
    ) -> Typed {
        let quantity = &self.model.quantities[id];
        let (axes, kind, name) = (quantity.axes.clone(), quantity.kind, quantity.name.clone());
        // A kind's text reads its own quantities without the kind's indices.
        let own = quantity.lever.is_some() && quantity.lever == env.lever;
        if let (None, Some(lever)) = (env.lever, quantity.lever)
            && !self.model.levers[lever].in_baseline
            && !self.in_scenario
        {
            let lever = &self.model.levers[lever];
            let owner = lever.scenario.and_then(|n| self.model.scenarios.get(n));
            let owner = owner.map_or("that scenario", |owner| &owner.name);
            let found = errors::not_in_baseline(span, &name, &lever.name, owner);
            self.error(found);
            return MISTAKE;
        }
        if let Some(found) = self.bound_by_head(id, indices, (span, env)) {
            self.error(found);
            return MISTAKE;
        }
        if let Some(edit) = self.other_indices(id, indices, (env, env.wild.is_some())) {
            let sets = self.set_names(&axes);
            self.error(errors::indices_in_order(span, &name, &sets, &edit));
            return MISTAKE;
        }
        let timed = |index: &Index| matches!(index, Index::Expr(expr) if is_time(expr));
        let (mut given, mut time) = (indices, env.time(0));
        let count = indices.len();
        let takes_time = count == axes.len() + 1 || (own && count == 1 && timed(&indices[0]));
        if takes_time {
            given = &indices[..count - 1];
            if let Some(found) = self.element_as_year(&name, &indices[count - 1], given, span) {
                self.error(found);
                return MISTAKE;
            }
            match self.time_index(&indices[count - 1], env) {
                Some(found) => time = found,
                None => return MISTAKE,
            }
        }
        let Some(cells) = self.cells(id, (indices, given), span, own, env) else { return MISTAKE };
        if let Time::Fixed(year) = time
            && !(self.model.years.0..=self.model.years.1).contains(&year)
        {
            let edit = self.lag_meant(span, year);
            let found = match edit {
                None => self.year_outside(span, year),
                edit => errors::year_outside(span, year, self.model.years, edit),
            };
            self.error(found);
            return MISTAKE;
        }
        (Expr::Read { quantity: id, cells, time, span }, kind)
    }

    /// Reports a reading without its indices.
    fn missing_index(&mut self, id: QuantityId, span: Span) {
        let quantity = &self.model.quantities[id];
        let (name, sets) = (quantity.name.clone(), self.set_names(&quantity.axes));
        self.error(match self.divides_by_total(span, &name) {
            true => errors::divided_by_all(span, &name),
            false => errors::missing_index(span, &name, &sets, self.with_indices(span, id)),
        });
    }

    /// Resolves the indices of a reading of a quantity, one for each axis. `given` are those of `indices` that are not a
    /// year; `own` is true in the text of the kind that the quantity belongs to.
    fn cells(
        &mut self,
        id: QuantityId,
        (indices, given): (&[Index], &[Index]),
        span: Span,
        own: bool,
        env: &mut Env,
    ) -> Option<Vec<Expr>> {
        let quantity = &self.model.quantities[id];
        let (axes, name) = (quantity.axes.clone(), quantity.name.clone());
        // The number of axes before `n` over the same set.
        let nth = |n: usize| axes[..n].iter().filter(|&&other| other == axes[n]).count();
        let mut cells = Vec::new();
        if given.is_empty() && !axes.is_empty() {
            for (n, &axis) in axes.iter().enumerate() {
                let Some(cell) = self.implied(axis, (n, nth(n)), own, env) else {
                    self.missing_index(id, span);
                    return None;
                };
                cells.push(cell);
            }
        } else if given.len() != axes.len() {
            let sets = self.set_names(&axes);
            self.error(match self.left_out(id, indices, env).filter(|_| !own) {
                Some(edit) => errors::sets_left_out(span, &name, &sets, &edit),
                None => errors::wrong_indices(span, &name, &sets, indices.len()),
            });
            return None;
        } else {
            if let Some(found) = self.year_for_element(&name, given, (id, env.wild.is_some())) {
                self.error(found);
                return None;
            }
            // `exports[t-1]` lacks the index before the year.
            let lag = matches!(given, [only] if self.is_lag(only));
            if lag && let Some(edit) = self.with_indices(span, id) {
                let sets = self.set_names(&axes[..1]);
                self.error(errors::missing_index(span, &name, &sets, Some(edit)));
                return None;
            }
            // `exports[China, t-1]` lacks one too.
            let lag = given.len() > 1 && given.last().is_some_and(|index| self.is_lag(index));
            if lag
                && !own
                && let Some(edit) = self.left_out(id, indices, env)
            {
                let sets = self.set_names(&axes);
                self.error(errors::sets_left_out(span, &name, &sets, &edit));
                return None;
            }
            for (n, (index, &axis)) in given.iter().zip(&axes).enumerate() {
                cells.push(self.cell(index, axis, nth(n), env));
            }
        }
        Some(cells)
    }

    /// Returns the names of sets.
    pub(super) fn set_names(&self, sets: &[SetId]) -> Vec<String> {
        sets.iter().map(|&set| self.model.sets[set].name.clone()).collect()
    }

    /// Returns the index of a reading without indices for axis `n`, which is the `nth` over its set: the index of the
    /// lever, or `*` in a query. None if neither is there.
    fn implied(
        &mut self,
        axis: SetId,
        (n, nth): (usize, usize),
        own: bool,
        env: &mut Env,
    ) -> Option<Expr> {
        let bound = match env.field_of {
            Some(lever) => self.bound_of_set(lever, axis),
            None if own => self.bound_of_axis(env, n),
            None => None,
        };
        match bound {
            Some(bound) => Some(bound.expr()),
            None => env.wild.is_some().then(|| self.wildcard(axis, nth, env)),
        }
    }

    /// Returns the reading with a lag for `x[-1]`, whose index is read as the year -1.
    fn lag_meant(&self, span: Span, year: i32) -> Option<String> {
        let text = self.sources.text(span);
        let written = format!("{year}]");
        let head = text.strip_suffix(&written).filter(|_| (-20..0).contains(&year))?;
        Some(format!("{head}t{written}"))
    }

    /// Returns the meaning of the index for axis `n` of a quantity that belongs to the current lever.
    pub(super) fn bound_of_axis(&self, env: &Env, n: usize) -> Option<IndexMeaning> {
        let lever = env.lever?;
        let free = self.bindings[lever]
            .iter()
            .filter(|(_, bound)| matches!(bound, IndexMeaning::Free(..)));
        let (name, _) = free.clone().nth(n)?;
        env.indices.iter().find(|(index, _)| index == name).map(|(_, bound)| *bound)
    }

    /// Returns the index of a lever that ranges over the set `axis` or over a part of this set.
    fn bound_of_set(&self, lever: usize, axis: SetId) -> Option<IndexMeaning> {
        let whole = &self.model.sets[axis];
        let fits = |bound: &IndexMeaning| {
            let set = &self.model.sets[bound.set()];
            set.root == whole.root
                && match *bound {
                    IndexMeaning::Bound(element, _) => whole.has(element),
                    IndexMeaning::Free(..) => set.members.iter().all(|&member| whole.has(member)),
                }
        };
        self.bindings.get(lever)?.values().copied().find(fits)
    }

    /// Returns the slot of a `*` over `axis`. Within a reduction the `nth` star of each variable shares a slot, so
    /// `sum(a[*] * b[*])` is an inner product and `sum(x[*, *])` runs over both axes.
    pub(super) fn wildcard(&mut self, axis: SetId, nth: usize, env: &mut Env) -> Expr {
        let known =
            env.wild.as_ref().and_then(|wild| wild.iter().find(|w| w.0 == axis && w.1 == nth));
        if let Some(&(_, _, slot)) = known {
            return Expr::Slot(slot);
        }
        let slot = env.slot();
        if let Some(wild) = &mut env.wild {
            wild.push((axis, nth, slot));
        }
        Expr::Slot(slot)
    }

    /// Resolves one index of a reading of a quantity.
    pub(super) fn cell(&mut self, index: &Index, axis: SetId, nth: usize, env: &mut Env) -> Expr {
        match index {
            Index::All(span) if env.wild.is_none() => {
                self.error(errors::star_outside(*span));
                Expr::Const(0.0)
            }
            Index::All(_) => self.wildcard(axis, nth, env),
            Index::Range(range) => {
                self.error(errors::range_index(range.span));
                Expr::Const(0.0)
            }
            Index::Expr(expr) => self.element_index(expr, axis, env),
        }
    }

    /// Resolves an index to an element of the set `axis`: a name, a number, an index name, or an expression
    /// whose value is an element.
    pub(super) fn element_index(&mut self, expr: &ast::Expr, axis: SetId, env: &mut Env) -> Expr {
        let (root, set_name) = (self.model.sets[axis].root, self.model.sets[axis].name.clone());
        let label = match &expr.kind {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Number(number)
                if number.unit.is_none() && !number.percent && number.scale == 1.0 =>
            {
                Some(number.written.clone())
            }
            ExprKind::Reference(r) if matches!(r.suffix, Suffix::None) => {
                let bound = env.indices.iter().rev().find(|(index, _)| *index == r.dotted());
                match bound {
                    Some(&(_, bound)) => {
                        let set = bound.set();
                        let (whole, own) = (&self.model.sets[axis], &self.model.sets[set]);
                        let inside = set == axis
                            || own.root == root
                                && match bound {
                                    IndexMeaning::Bound(element, _) => whole.has(element),
                                    IndexMeaning::Free(..) => {
                                        own.members.iter().all(|&m| whole.has(m))
                                    }
                                };
                        if !inside {
                            let other = self.model.sets[set].name.clone();
                            self.error(errors::index_of_other_set(
                                expr.span,
                                &r.dotted(),
                                &other,
                                &set_name,
                            ));
                        }
                        return bound.expr();
                    }
                    None => (self.model.sets[root].elements.contains_key(&r.dotted())
                        || self.find(r, env).is_none())
                    .then(|| r.dotted()),
                }
            }
            _ => None,
        };
        let Some(label) = label else {
            if let Some(found) = self.element_arithmetic(expr, root, env) {
                self.error(found);
                return Expr::Const(0.0);
            }
            return self.expect(expr, env, Kind::Element(root), "an index");
        };
        let position = self.model.sets[root].elements.get_index_of(&label).map(|p| p as u32);
        // An identity declares its indices by using them; a misspelt element must not become one.
        if position.is_none() && env.binds_indices && !self.nearly_an_element(&label, root) {
            let slot = env.slot();
            env.indices.push((label, IndexMeaning::Free(slot, axis)));
            return Expr::Slot(slot);
        }
        match position.filter(|&p| self.model.sets[axis].has(p)) {
            Some(position) => Expr::Const(f64::from(position)),
            None => {
                self.unknown_element(&label, expr.span, axis);
                Expr::Const(0.0)
            }
        }
    }
}
