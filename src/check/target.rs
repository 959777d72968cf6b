//! Resolves the left side of an assignment: the cells and years that it names.

use super::errors;
use super::expr::{Env, is_time};
use super::{Checker, IndexMeaning};
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, Kind, QuantityId, Select, SetId, Time, YearForm};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Suffix};

/// A resolved left side: its cells, and its first and last year.
pub(super) struct ResolvedTarget {
    pub(super) quantity: QuantityId,
    pub(super) axes: Vec<Select>,
    pub(super) years: (i32, i32),
    pub(super) year_form: YearForm,
}

impl Checker<'_> {
    /// Resolves the left side of an assignment; reports it and returns None if it has no cells.
    pub(super) fn target(
        &mut self,
        reference: &ast::Reference,
        env: &mut Env,
        window: Option<&ast::Window>,
    ) -> Option<ResolvedTarget> {
        let Some(id) = self.find(reference, env) else {
            self.report_unknown(reference);
            return None;
        };
        let quantity = &self.model.quantities[id];
        let sets = quantity.axes.len();
        let own = env.lever.is_some() && quantity.lever == env.lever;
        if let Suffix::Call(call) = &reference.suffix {
            let inside: Vec<&str> =
                call.args.iter().map(|arg| self.sources.text(arg.value.span).trim()).collect();
            let name = quantity.name.clone();
            let edit = self.index_in_brackets(&name, call, None);
            let edit = edit.unwrap_or_else(|| format!("{name}[{}]", inside.join(", ")));
            self.error(errors::call_of_quantity(reference.span, &name, &edit));
            return None;
        }
        let indices: &[ast::Index] = match &reference.suffix {
            Suffix::Indices(indices) => indices,
            _ => &[],
        };
        let (mut years, mut year_form) = match window {
            Some(window) => (self.window(window)?, form_of(window)),
            None => (self.model.years, YearForm::All),
        };
        if let Some(found) = self.bound_by_head(id, indices, (reference.span, env)) {
            self.error(found);
            return None;
        }
        let stars = self.in_scenario || window.is_some();
        if let Some(edit) = self.other_indices(id, indices, (env, stars && !own)) {
            let (name, axes) =
                (self.model.quantities[id].name.clone(), self.model.quantities[id].axes.clone());
            let sets = self.set_names(&axes);
            self.error(errors::indices_in_order(reference.span, &name, &sets, &edit));
            return None;
        }
        let mut given = indices;
        // Inside its own kind a variable is written without the kind's indices, so one index is a year.
        let timed =
            own && sets > 0 && matches!(indices, [ast::Index::Expr(index)] if is_time(index));
        if indices.len() == sets + 1 || timed {
            given = &indices[..indices.len() - 1];
            let (named, form) = self.year_range(&indices[indices.len() - 1])?;
            // `x[t] = 5 in 2026..2028`: `t` names no year, so that the years after `in` hold.
            if let Some(window) = window
                && form != YearForm::All
                && named != years
            {
                let index = &indices[indices.len() - 1];
                let problem = self.two_years(reference, index, window);
                self.error(problem);
                return None;
            }
            if form != YearForm::All || window.is_none() {
                (years, year_form) = (named, form);
            }
        }
        let axes = self.target_axes(reference, (id, own), given, window.is_some(), env)?;
        Some(ResolvedTarget { quantity: id, axes, years, year_form })
    }

    /// Makes the message about a left side with other years than those after `in`: `x[2026] = 5 in 2027`.
    fn two_years(
        &self,
        reference: &ast::Reference,
        index: &ast::Index,
        window: &ast::Window,
    ) -> Diagnostic {
        let (left, year) = (self.sources.text(reference.span), self.sources.text(span_of(index)));
        let line = self.sources.rest_of_line(reference.span);
        let value = line.strip_prefix(left).unwrap_or(line);
        let years = self.sources.text(window.span).trim_start_matches("in").trim();
        let value = value.split_once(" in ").map_or(value, |(value, _)| value).trim();
        let without = left.rfind(year).and_then(|at| left.get(..at)).unwrap_or(left);
        let without = without.trim_end_matches([',', ' ', '[']);
        let close = if without.contains('[') { "]" } else { "" };
        let lines = (format!("{left} {value}"), format!("{without}{close} {value} in {years}"));
        errors::two_years((span_of(index), year), (window.span, years), lines)
    }

    /// Resolves the cells of a left side: the selected elements of each axis. `given` are the indices without the year;
    /// `own` is true inside the quantity's own kind, and `is_in_years` if the assignment names years after its value.
    fn target_axes(
        &mut self,
        reference: &ast::Reference,
        (id, own): (QuantityId, bool),
        given: &[ast::Index],
        is_in_years: bool,
        env: &mut Env,
    ) -> Option<Vec<Select>> {
        let quantity = &self.model.quantities[id];
        let (sets, name) = (quantity.axes.clone(), quantity.name.clone());
        let count = match &reference.suffix {
            Suffix::Indices(indices) => indices.len(),
            _ => 0,
        };
        let mut axes = Vec::new();
        // Without indices, the left side means the kind's indices inside a kind, and every element in a scenario.
        if given.is_empty() && own {
            for (n, &set) in sets.iter().enumerate() {
                let open: Vec<IndexMeaning> = env
                    .indices
                    .iter()
                    .map(|(_, b)| *b)
                    .filter(|b| matches!(b, IndexMeaning::Free(..)))
                    .collect();
                let Some(IndexMeaning::Free(slot, _)) = open.get(n).copied() else { return None };
                axes.push(Select::Each(slot, set));
            }
        } else if given.is_empty() && (self.in_scenario || is_in_years) {
            axes = sets.iter().map(|&set| Select::Each(env.slot(), set)).collect();
        } else if given.len() != sets.len() {
            let names = self.set_names(&sets);
            let line = self.sources.rest_of_line(reference.span).to_owned();
            self.error(match given.is_empty() && env.lever.is_none() && !line.is_empty() {
                true => errors::changed_outside(reference.span, &name, &line),
                false => errors::wrong_indices(reference.span, &name, &names, count),
            });
            return None;
        } else {
            for (index, &set) in given.iter().zip(&sets) {
                let select = self.select(index, set, env);
                axes.push(select);
            }
        }
        Some(axes)
    }

    /// Reports a name on the left side that no quantity has, with the declaration that is missing or the nearest name.
    fn report_unknown(&mut self, reference: &ast::Reference) {
        let name = reference.dotted();
        if self.is_poisoned(&name) || self.full() {
            return;
        }
        // A longer name, such as `growth_rate`, is a new name and no misspelt one.
        let near = self
            .nearest(&name, self.quantity_names.keys().map(String::as_str))
            .filter(|near| !name.starts_with(near.as_str()) || reference.path.len() > 1)
            // The field of a lever is no misspelt name without a point.
            .filter(|near| near.contains('.') || reference.path.len() == 1);
        let rest = self.sources.rest_of_line(reference.span);
        let value = rest.get(reference.span.range().len()..).unwrap_or_default();
        // The values of a file are new ones.
        let read = value.trim_start_matches(['=', ' ']).starts_with("data(");
        let near = near.filter(|_| !read);
        let fields = self.fields_meant(reference, value);
        let whole = reference.path.len() == 1
            && self.model.levers.iter().any(|lever| lever.name == name || lever.kind == name);
        if let (Some(first), true) = (fields.first(), whole || self.in_scenario) {
            self.error(match fields.len() {
                1 if whole => errors::lever_as_value(reference.span, &name, first),
                _ => errors::fields_of_levers(reference.span, &name, &fields),
            });
            return;
        }
        let found = match self.declaration(reference).filter(|_| near.is_none()) {
            _ if self.is_gams_suffix(reference) => {
                let line = self.sources.rest_of_line(reference.span).to_owned();
                let left = self.sources.text(reference.span).trim().to_owned();
                errors::gams_suffix(reference.span, (&name, &left), &line, self.in_scenario)
            }
            None if super::readings::is_cell(&name) => errors::sheet_row(reference.span, &name),
            Some(edit) => {
                let line = self.sources.rest_of_line(reference.span).len();
                let start = reference.span.start as usize;
                let line = Span::new(reference.span.source, start, start + line);
                errors::undeclared(reference.span, line, &name, &edit)
            }
            None => errors::unknown_name(reference.span, (&name, true), near.as_deref()),
        };
        self.error(found);
    }

    /// Resolves one index of a left side. A name that is neither known nor close to an element becomes a
    /// free index of the equation.
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
                    IndexMeaning::Free(slot, of) => Select::Each(slot, of),
                    IndexMeaning::Bound(element, _) => Select::One(element),
                };
            }
            // An index of a built-in library is no element or parameter of the script that has the same name.
            let builtin = expr.span.source.is_builtin();
            let element = !builtin && self.model.sets[root].elements.contains_key(&name);
            let found = self.find(reference, env).filter(|_| env.lever.is_some());
            let quantity = found
                .is_some_and(|id| !builtin || self.model.quantities[id].span.source.is_builtin());
            if !element
                && !quantity
                && matches!(reference.suffix, Suffix::None)
                && reference.path.len() == 1
            {
                // The name of a subset stands for its elements.
                let whole = &self.model.sets[set];
                let within = |&id: &usize| {
                    let part = &self.model.sets[id];
                    part.root == root && part.members.iter().all(|&member| whole.has(member))
                };
                let subset = self.sets.get(&name).copied().filter(within);
                if subset.is_none() && self.nearly_an_element(&name, root) {
                    self.unknown_element(&name, expr.span, set);
                } else if subset.is_none() && self.is_unread_word(&name, expr.span, set) {
                    let of = self.model.sets[set].name.clone();
                    self.error(errors::word_as_index(expr.span, &name, &of));
                }
                let (slot, over) = (env.slot(), subset.unwrap_or(set));
                env.indices.push((name, IndexMeaning::Free(slot, over)));
                return Select::Each(slot, over);
            }
        }
        match self.element_index(expr, set, env) {
            Expr::Const(element) => Select::One(element as u32),
            computed => Select::Computed(computed),
        }
    }

    /// Resolves the year of a left side: `2024`, `first`, `t`, `2025..2027`.
    fn year_range(&mut self, index: &ast::Index) -> Option<((i32, i32), YearForm)> {
        let all = (self.model.years, YearForm::All);
        match index {
            ast::Index::All(_) => Some(all),
            ast::Index::Range(range) => {
                let window = ast::Window {
                    from: Some(range.from.clone()),
                    to: Some(range.to.clone()),
                    is_range: true,
                    span: range.span,
                };
                Some((self.window(&window)?, YearForm::Range))
            }
            ast::Index::Expr(expr) => {
                let (value, _) = self.expr(expr, &mut Env::default(), Some(Kind::Year));
                if value == Expr::Year(Time::Offset(0)) {
                    return Some(all);
                }
                let year = match value.constant() {
                    Some(year) if year.fract() != 0.0 => {
                        self.error(errors::not_a_year(expr.span, year, self.model.years));
                        return None;
                    }
                    year => year.map(|year| year as i32),
                };
                match year {
                    Some(year) if (self.model.years.0..=self.model.years.1).contains(&year) => {
                        Some(((year, year), YearForm::One))
                    }
                    Some(year) => {
                        let found = self.year_outside(expr.span, year);
                        self.error(found);
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

    /// Resolves the years after `in`; reports years outside the horizon.
    pub(super) fn window(&mut self, window: &ast::Window) -> Option<(i32, i32)> {
        let (first, last) = self.model.years;
        let from = match &window.from {
            Some(from) => self.constant_year(from)?,
            None => first,
        };
        let to = match &window.to {
            Some(to) => self.constant_year(to)?,
            None if window.is_range => last,
            None => from,
        };
        if from > to {
            self.error(errors::reversed_years(window.span, from.into(), to.into()));
            return None;
        }
        for year in [from, to] {
            if !(self.model.years.0..=self.model.years.1).contains(&year) {
                let found = self.year_outside(window.span, year);
                self.error(found);
                return None;
            }
        }
        Some((from, to))
    }
}

/// Returns the form of the years after `in`: one year or a range.
fn form_of(window: &ast::Window) -> YearForm {
    if window.is_range { YearForm::Range } else { YearForm::One }
}

fn span_of(index: &ast::Index) -> Span {
    match index {
        ast::Index::All(span) => *span,
        ast::Index::Expr(expr) => expr.span,
        ast::Index::Range(range) => range.span,
    }
}

impl Checker<'_> {
    /// True for an index of a left side that looks like an element: a word that is not the beginning of the set's name,
    /// and that the right side does not read. `output[east, 2027] = 5` may mean an element that the set does not have.
    fn is_unread_word(&self, name: &str, span: Span, set: SetId) -> bool {
        let of = &self.model.sets[set].name;
        if span.source.is_builtin() || name.chars().count() < 4 || of.starts_with(name) {
            return false;
        }
        let line = self.line_of(span).map_or("", |line| self.sources.text(line));
        let Some((left, right)) = line.split_once('=') else { return false };
        // The field of a lever takes elements only, which another message says.
        if left.split('[').next().is_some_and(|name| name.contains('.')) {
            return false;
        }
        let reads = |word: &str| word == name;
        let word = |c: char| !(c.is_alphanumeric() || c == '_');
        let goes_on = right.trim_end().ends_with(['+', '-', '*', '/', '(', '=', ',', '{']);
        !goes_on && !right.trim().is_empty() && !right.split(word).any(reads)
    }
}
