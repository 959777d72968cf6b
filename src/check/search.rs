//! `find` and `sweep`: the inputs that vary, and the conditions of a search.

use super::errors;
use super::expr::{Env, NUMBER};
use super::{Checker, IndexMeaning};
use crate::model::{
    Aim, Ask, BinaryOp, Change, Expr, Find, Goal, InputRange, Kind, QuantityId, QueryYears,
    Question, Role, Select,
};
use crate::source::Span;
use crate::syntax::ast::{self, Index, Suffix};

/// Maximum number of values in the answer to a sweep.
pub(super) const MOST_SWEPT: f64 = 1e7;
/// Maximum number of combinations that a search over stepped inputs may try.
const MOST_COMBINATIONS: f64 = 1e4;
/// Number of intervals of a swept range without a step.
const INTERVALS: f64 = 10.0;

/// The quantity that a query varies, an element for each axis (`None` for all), and the years.
type Varied = (QuantityId, Vec<Option<u32>>, (i32, i32));

impl Checker<'_> {
    /// Resolves a `find` query.
    pub(super) fn find_query(
        &mut self,
        (unknowns, goal, so_that): (&[ast::InputRange], Option<&ast::Goal>, &[ast::Aim]),
        scenarios: &[Option<usize>],
    ) -> Option<Ask> {
        let unknowns = self.input_ranges(unknowns, scenarios, "find", "in");
        let goal = goal.map(|goal| self.goal(goal));
        let so_that: Vec<Option<Aim>> = so_that.iter().map(|aim| self.aim(aim)).collect();
        let (unknowns, so_that) = (unknowns?, so_that.into_iter().collect::<Option<Vec<_>>>()?);
        let goal = match goal {
            Some(goal) => Some(goal?),
            None => None,
        };
        self.searchable(&unknowns, goal.as_ref(), &so_that)?;
        Some(Ask::Find(Box::new(Find { unknowns, goal, so_that })))
    }

    /// Reports searches that no numerical method can do.
    fn searchable(
        &mut self,
        unknowns: &[InputRange],
        goal: Option<&Goal>,
        so_that: &[Aim],
    ) -> Option<()> {
        let in_steps: Vec<f64> = unknowns.iter().filter_map(InputRange::count).collect();
        let combinations = match goal {
            Some(_) => in_steps.iter().product::<f64>(),
            None => in_steps.iter().copied().fold(0.0, f64::max),
        };
        let first = unknowns.first()?;
        let found = if combinations > MOST_COMBINATIONS {
            errors::combinations(first.span, combinations, MOST_COMBINATIONS)
        } else if goal.is_some() && !in_steps.is_empty() && in_steps.len() < unknowns.len() {
            let without = unknowns.iter().find(|input| input.step.is_none()).unwrap_or(first);
            errors::mixed_steps(without.span, &without.text)
        } else if let Some(aim) = so_that
            .iter()
            .find(|aim| aim.condition.left.probability && (goal.is_some() || so_that.len() > 1))
        {
            errors::probability_alone(aim.condition.left.span)
        } else {
            return Some(());
        };
        self.error(found);
        None
    }

    /// Resolves a `sweep` query. Two inputs make a map for each value, scenario and year.
    pub(super) fn sweep_query(
        &mut self,
        (over, show): (&[ast::InputRange], &[ast::ShownValue]),
        scenarios: &[Option<usize>],
        years: &QueryYears,
        span: Span,
    ) -> Option<Ask> {
        let over = self.input_ranges(over, scenarios, "sweep", "over");
        let of = self.questions(show);
        let (mut over, of) = (over?, of?);
        if let Some(third) = over.get(2) {
            self.error(errors::third_input(third.span));
            return None;
        }
        for input in over.iter_mut().filter(|input| input.step.is_none()) {
            input.step = Some((input.high - input.low) / INTERVALS);
        }
        let points: f64 = over.iter().filter_map(InputRange::count).product();
        let cells = |question: &Question| -> f64 {
            question
                .loops
                .iter()
                .map(|(_, set)| self.model.sets[*set].members.len() as f64)
                .product()
        };
        let shown = of.iter().map(cells).sum::<f64>() * scenarios.len() as f64;
        let values = points * shown * years.count() as f64;
        if values > MOST_SWEPT {
            self.error(errors::swept_values(span, values, MOST_SWEPT));
            return None;
        }
        Some(Ask::Sweep { over, of })
    }

    pub(super) fn input_ranges(
        &mut self,
        inputs: &[ast::InputRange],
        scenarios: &[Option<usize>],
        word: &str,
        clause: &str,
    ) -> Option<Vec<InputRange>> {
        let found: Vec<Option<InputRange>> =
            inputs.iter().map(|input| self.input_range(input, scenarios, (word, clause))).collect();
        found.into_iter().collect()
    }

    /// Resolves an input and its range. `word` begins the query, and `clause` introduces the range.
    fn input_range(
        &mut self,
        tree: &ast::InputRange,
        scenarios: &[Option<usize>],
        (word, clause): (&str, &str),
    ) -> Option<InputRange> {
        let before = self.errors;
        let (id, cell, years) = self.varied(&tree.input, scenarios, word)?;
        let quantity = &self.model.quantities[id];
        let (name, kind, declared) = (quantity.name.clone(), quantity.kind, quantity.bounds);
        let declared = declared.filter(|(low, high)| low.is_finite() && high.is_finite());
        let mut text = self.sources.text(tree.input.span).to_owned();
        if years.0 > self.model.years.0 && years != (years.1, years.1) && !text.contains("..") {
            text.push_str(&format!(" from {}", years.0));
        }
        let (low, high) = match &tree.range {
            Some(range) => self.range_of(range, kind, &name)?,
            None => match declared {
                Some(bounds) => bounds,
                None => {
                    let example = self.example_range(kind);
                    let text = self.sources.text(tree.input.span).trim();
                    let found = errors::no_range(tree.span, text, clause, &example);
                    self.error(found);
                    return None;
                }
            },
        };
        let at = tree.range.as_ref().map_or(tree.span, |range| range.span);
        if low >= high {
            self.error(errors::empty_range(at));
            return None;
        }
        if let Some((least, greatest)) = self.model.quantities[id].bounds
            && (low < least || high > greatest)
        {
            let shown = |value: f64| self.shown(kind, value);
            self.error(errors::range_outside(at, &name, &shown(least), &shown(greatest)));
            return None;
        }
        let mut step = match &tree.step {
            Some(step) => Some(self.step_of(step, kind, high - low)?),
            None => None,
        };
        if kind == Kind::Year {
            step = Some(step.unwrap_or(1.0));
        }
        let span = tree.span;
        let input = InputRange { text, quantity: id, cell, years, low, high, step, kind, span };
        let found = (self.errors == before).then_some(input)?;
        if let Some(range) = &tree.range {
            [&range.from, &range.to].into_iter().for_each(|end| self.warn_of_percent(id, end));
        }
        Some(found)
    }

    /// Resolves the given value that a query varies.
    fn varied(
        &mut self,
        reference: &ast::Reference,
        scenarios: &[Option<usize>],
        word: &str,
    ) -> Option<Varied> {
        let before = self.errors;
        let mut env = Env::default();
        // The input may be one of a lever that only a scenario has, and may leave out its indices.
        let in_scenario = std::mem::replace(&mut self.in_scenario, true);
        let target = self.target(reference, &mut env, None);
        self.in_scenario = in_scenario;
        let target = target?;
        if self.errors > before {
            return None;
        }
        if let Some(problem) = self.lag_length_changed(target.quantity, reference.span) {
            self.error(problem);
        }
        let quantity = &self.model.quantities[target.quantity];
        let name = quantity.name.clone();
        if !matches!(quantity.role, Role::Param | Role::Field) {
            let (inputs, alike) = self.inputs_of(target.quantity, reference);
            let found = errors::varied_computed(reference.span, &name, word, &inputs, alike);
            self.error(found);
        } else if matches!(quantity.kind, Kind::Element(_) | Kind::Truth) {
            let kind = self.kind_name(quantity.kind);
            self.error(errors::varied_kind(reference.span, &name, &kind));
        } else if quantity.role == Role::Field && !quantity.path && target.years != self.model.years
        {
            self.error(errors::varied_year(reference.span, &name));
        }
        if let Suffix::Indices(indices) = &reference.suffix {
            for index in indices.iter().take(target.axes.len()) {
                if let Index::Range(range) = index {
                    self.error(errors::range_index(range.span));
                }
            }
        }
        for (index, bound) in env.indices.clone() {
            if let IndexMeaning::Free(_, set) = bound
                && !self.model.sets[set].name.starts_with(&index)
            {
                self.unknown_element(&index, reference.span, set);
            }
        }
        self.in_every_scenario(target.quantity, reference.span, scenarios);
        let quantity = &self.model.quantities[target.quantity];
        let (first, last) = self.model.years;
        let mut years = target.years;
        if quantity.role == Role::Field && quantity.path && years == (first, last) && first < last {
            // The base year is data, so a field that may differ between years is varied after the base year only.
            years.0 += 1;
        }
        let cell = target.axes.iter().map(|axis| match axis {
            Select::One(element) => Some(*element),
            Select::Each(..) | Select::Computed(_) => None,
        });
        let found = (target.quantity, cell.collect(), years);
        (self.errors == before).then_some(found)
    }

    /// Reports an input that belongs to a lever which one of the scenarios lacks.
    fn in_every_scenario(&mut self, id: QuantityId, span: Span, scenarios: &[Option<usize>]) {
        let Some(lever) = self.model.quantities[id].lever else { return };
        let has = |scenario: &Option<usize>| {
            let changes = scenario.map_or(&[][..], |n| self.model.scenarios[n].changes.as_slice());
            changes.iter().fold(self.model.levers[lever].in_baseline, |has, &change| {
                match self.model.changes[change].change {
                    Change::Add(added) if added == lever => true,
                    Change::Remove(removed) if removed == lever => false,
                    Change::Add(_) | Change::Remove(_) | Change::Replace { .. } => has,
                }
            })
        };
        let Some(&without) = scenarios.iter().find(|scenario| !has(scenario)) else { return };
        let some = (0..self.model.scenarios.len()).find(|&n| has(&Some(n)));
        let some = some.map(|n| self.model.scenarios[n].name.clone());
        let (name, lever) = (&self.model.quantities[id].name, &self.model.levers[lever].name);
        let without = self.model.scenario_name(without);
        let found = errors::not_in_scenario(span, name, lever, without, some.as_deref());
        self.error(found);
    }

    /// Evaluates the ends of a range in the unit of an input.
    fn range_of(&mut self, range: &ast::Range, kind: Kind, name: &str) -> Option<(f64, f64)> {
        let before = self.errors;
        let mut end = |expr: &ast::Expr| {
            let found = self.expr(expr, &mut Env::default(), Some(kind));
            self.fits(&found, expr.span, kind, &format!("`{name}`"));
            found.0.constant()
        };
        let (low, high) = (end(&range.from), end(&range.to));
        if self.errors > before {
            return None;
        }
        if low.is_none() || high.is_none() {
            self.error(errors::not_constant(range.span, "a range"));
        }
        low.zip(high)
    }

    /// Evaluates the step of a range; `width` is the width of the range.
    fn step_of(&mut self, step: &ast::Expr, kind: Kind, width: f64) -> Option<f64> {
        let before = self.errors;
        let (value, found) = self.expr(step, &mut Env::default(), None);
        let fine = kind == Kind::Year && matches!(found, Kind::Plain { .. })
            || found == Kind::Points && matches!(kind, Kind::Plain { percent: true, .. });
        if !fine {
            self.fits(&(value.clone(), found), step.span, kind, "`step`");
        }
        if self.errors > before {
            return None;
        }
        let Some(size) = value.constant() else {
            self.error(errors::not_constant(step.span, "a step"));
            return None;
        };
        let whole = kind != Kind::Year || size.fract() == 0.0;
        if !(size > 0.0 && size <= width && whole) {
            let text = self.sources.text(step.span).trim().trim_start_matches('-');
            let percent = matches!(kind, Kind::Plain { percent: true, .. });
            let sized = |size: f64| size.abs() > 0.0 && size.abs() <= width;
            let edit = match kind {
                Kind::Year => Some("1".to_owned()),
                _ if percent && !text.ends_with('%') && sized(size / 100.0) => {
                    Some(format!("{text}%"))
                }
                _ if size < 0.0 && sized(size) => Some(text.to_owned()),
                _ => None,
            };
            let found = errors::step_size(step.span, kind == Kind::Year, edit.as_deref());
            self.error(found);
            return None;
        }
        Some(size)
    }

    /// Returns an example of a range for values of a kind, for messages.
    fn example_range(&self, kind: Kind) -> String {
        match kind {
            Kind::Plain { percent: true, .. } | Kind::Points => "0%..50%".to_owned(),
            Kind::Year => format!("{}..{}", self.model.years.0, self.model.years.1),
            Kind::Plain { dimension, .. } if dimension.money() == 1.0 => {
                let unit = dimension.name(&self.model.bases);
                format!("0 {unit}..500 mn {unit}")
            }
            Kind::Plain { dimension, .. } if kind != NUMBER => {
                let unit = dimension.name(&self.model.bases);
                format!("0 {unit}..10 {unit}")
            }
            Kind::Plain { .. } | Kind::Element(_) | Kind::Truth | Kind::Unknown => {
                "0..10".to_owned()
            }
        }
    }

    fn shown(&self, kind: Kind, value: f64) -> String {
        match kind {
            Kind::Plain { percent: true, .. } | Kind::Points => format!("{}%", value * 100.0),
            Kind::Plain { .. } | Kind::Year | Kind::Element(_) | Kind::Truth | Kind::Unknown => {
                value.to_string()
            }
        }
    }

    fn goal(&mut self, goal: &ast::Goal) -> Option<Goal> {
        let before = self.errors;
        let last = self.model.years.1;
        let (from, to) = match &goal.window {
            Some(window) => self.window(window)?,
            None => (last, last),
        };
        let value =
            self.question(&goal.value, &mut Env { wild: Some(Vec::new()), ..Env::default() });
        if value.probability || value.kind == Kind::Truth || !value.loops.is_empty() || from != to {
            self.error(errors::goal_value(goal.value.span));
        }
        let found = Goal { value, year: to, maximise: goal.maximise };
        (self.errors == before).then_some(found)
    }

    fn aim(&mut self, aim: &ast::Aim) -> Option<Aim> {
        let span = aim.condition.span;
        let years = match &aim.window {
            Some(window) => self.window(window)?,
            None => self.model.years,
        };
        let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
        let mut condition = self.condition(&aim.condition, &mut env, span, &[])?;
        let Some((op, _)) = &condition.comparison else {
            let both = matches!(condition.left.expr, Expr::Binary { op: BinaryOp::And, .. });
            self.error(errors::aim_comparison(span, both));
            return None;
        };
        let one = condition.left.loops.is_empty() && years.0 == years.1;
        let equal = matches!(op, BinaryOp::Equal) && condition.tolerance.is_none();
        if *op == BinaryOp::NotEqual {
            self.error(errors::aim_unequal(span));
            return None;
        }
        if (equal || condition.left.probability) && !one {
            self.error(errors::aim_one_value(span, self.model.years.1, years.0 == years.1));
            return None;
        }
        if condition.left.probability && *op == BinaryOp::Equal {
            self.error(errors::aim_probability(span));
            return None;
        }
        // A year after the scenarios belongs to the condition too.
        if let Some(window) = &aim.window
            && !(span.start <= window.span.start && window.span.end <= span.end)
        {
            condition.text.push_str(&format!(" in {}", self.sources.text(window.span)));
        }
        Some(Aim { condition, years })
    }
}
