//! A variant of the model: the levers and the rules that one run uses.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::{
    Change, ChangeId, Definition, Expr, LeverId, Model, QuantityId, Role, Select, SetId,
};

use super::{Override, Point, Rule, RunSpec, Scope, Stage};

/// The levers and rules of a run.
#[derive(Debug)]
pub struct Variant<'a> {
    /// The model of the run.
    pub model: &'a Model,
    /// The changes and overrides of the run.
    pub spec: &'a RunSpec,
    levers: Vec<bool>,
    replaced: Vec<Vec<(ChangeId, &'a Definition)>>,
    /// The active contributions to each factor and total, sorted by name of lever, so that the order of the script
    /// changes no number.
    contributions: Vec<Vec<Rule<'a>>>,
    /// The overrides of each quantity; empty if the run has none.
    overrides: Vec<Vec<(u32, &'a Override)>>,
}

/// The parts of a quantity in which the same rules cover all cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Elements of the last axis, as positions in its root set; one element if the quantity has no axis.
    pub elements: Vec<Range<usize>>,
    /// Years, counted from 0.
    pub years: Vec<Range<usize>>,
}

/// The reason why the rules of a quantity may give different values in two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleDifference {
    /// There is no difference: the rules are the same, and so is the baseline that they read.
    None,
    /// The two runs have different rules.
    Rules,
    /// The rules read the baseline, and the runs have different baselines.
    Baseline,
}

/// Differences between two runs, by quantity.
#[derive(Debug)]
pub(super) struct Differences {
    pub(super) by_quantity: Vec<RuleDifference>,
    pub(super) same_overrides: bool,
    /// True if the runs have different baselines.
    pub(super) other_baseline: bool,
}

impl<'a> Variant<'a> {
    /// Collects the rules of a run: the model's baseline, then changes and overrides in their order.
    pub fn new(model: &'a Model, spec: &'a RunSpec) -> Self {
        let levers = levers(model, &spec.changes);
        let mut replaced = vec![Vec::new(); model.quantities.len()];
        for (quantity, change, definition) in replacements(model, &spec.changes) {
            replaced[quantity].push((change, definition));
        }
        let contributions = model.quantities.iter().map(|quantity| {
            let mut all: Vec<(Option<&str>, Rule<'a>)> = Vec::new();
            if matches!(quantity.role, Role::Factor | Role::Total) {
                for (number, definition) in quantity.definitions.iter().enumerate() {
                    let name = definition.lever.map(|lever| model.levers[lever].name.as_str());
                    if definition.lever.is_none_or(|lever| levers[lever]) {
                        all.push((name, Rule::of_model(number, definition)));
                    }
                }
                all.sort_by_key(|(name, _)| *name);
            }
            all.into_iter().map(|(_, rule)| rule).collect()
        });
        let contributions = contributions.collect();
        let mut overrides = Vec::new();
        for (number, given) in spec.overrides.iter().enumerate() {
            overrides.resize(model.quantities.len(), Vec::new());
            if let Some(of_quantity) = overrides.get_mut(given.target.quantity) {
                of_quantity.push((number as u32, given));
            }
        }
        Self { model, spec, levers, replaced, contributions, overrides }
    }

    /// Returns all rules that this run may apply to a quantity.
    pub fn all(&self, quantity: QuantityId) -> impl Iterator<Item = Rule<'a>> {
        let own = self.model.quantities[quantity].definitions.iter().enumerate();
        let active = |(_, definition): &(usize, &Definition)| {
            definition.lever.is_none_or(|lever| self.levers[lever])
        };
        let own = own.filter(active).map(|(number, definition)| Rule::of_model(number, definition));
        let replaced = self.replaced[quantity].iter();
        let replaced = replaced.map(|&(change, definition)| Rule::of_change(change, definition));
        let overrides = self.overrides_of(quantity).iter();
        own.chain(replaced).chain(overrides.map(|&(number, given)| Rule::Override(number, given)))
    }

    /// Divides a quantity's last axis and its years into parts in which the same rules cover all cells. Among its own
    /// definitions those cells may still differ: see [`Variant::same_choice`].
    pub fn alike(&self, quantity: QuantityId) -> Alike {
        let (model, of) = (self.model, &self.model.quantities[quantity]);
        let all = |&axis: &SetId| model.sets[model.sets[axis].root].elements.len();
        let (size, horizon) = (of.axes.last().map_or(1, all), model.horizon());
        let number = |year: i64| {
            let number = year - i64::from(model.years.0);
            usize::try_from(number).unwrap_or(0).min(horizon)
        };
        let (mut elements, mut years) = (BTreeSet::from([0, size]), BTreeSet::from([0, horizon]));
        for rule in self.all(quantity) {
            let (from, to) = match rule {
                Rule::Definition(_, one) => one.years,
                Rule::Override(_, given) => given.target.years,
            };
            years.extend([number(i64::from(from)), number(i64::from(to) + 1)]);
            let one = match rule {
                Rule::Override(_, given) => given.target.cell.last().copied().flatten(),
                Rule::Definition(_, definition) => match definition.axes.last() {
                    Some(Select::One(element)) => Some(*element),
                    Some(Select::Each(_, set)) if model.sets[*set].members.len() < size => {
                        let has = |n: &usize| model.sets[*set].has(*n as u32);
                        elements.extend((1..size).filter(|n| has(&(n - 1)) != has(n)));
                        None
                    }
                    Some(Select::Each(..) | Select::Computed(_)) | None => None,
                },
            };
            elements.extend(one.iter().flat_map(|&one| [one as usize, one as usize + 1]));
        }
        let parts = |cuts: BTreeSet<usize>| {
            let cuts: Vec<usize> = cuts.into_iter().collect();
            cuts.windows(2).map(|ends| ends[0]..ends[1]).collect()
        };
        Alike { elements: parts(elements), years: parts(years) }
    }

    /// True if the quantity's own choice among its definitions is the same in neighbouring elements of the last axis and
    /// neighbouring years from a point on.
    pub fn same_choice(&self, point: &Point, elements: usize, years: usize) -> bool {
        let (model, quantity) = (self.model, &self.model.quantities[point.quantity]);
        let from = model.position(quantity, &point.cell, point.year);
        let Some(first) = quantity.choice.get(from) else { return quantity.choice.is_empty() };
        let cells = (0..elements).map(|n| from + n * model.horizon());
        cells.map(|at| quantity.choice.get(at..at + years)).all(|choices| {
            choices.is_some_and(|choices| choices.iter().all(|choice| choice == first))
        })
    }

    /// True if a rule of a quantity finds its cells by computing an element.
    pub fn has_computed_cells(&self, quantity: QuantityId) -> bool {
        let is_computed = |axis: &Select| matches!(axis, Select::Computed(_));
        self.all(quantity)
            .filter_map(|rule| rule.definition())
            .any(|one| one.axes.iter().any(is_computed))
    }

    fn overrides_of(&self, quantity: QuantityId) -> &[(u32, &'a Override)] {
        self.overrides.get(quantity).map_or(&[], Vec::as_slice)
    }

    /// True if the lever exists in the run.
    pub fn has_lever(&self, lever: LeverId) -> bool {
        self.levers[lever]
    }

    /// Compares the rules of each quantity with those of another run.
    pub(super) fn differences(&self, other: &RunSpec, scope: &Scope) -> Differences {
        let mut differs = vec![false; self.model.quantities.len()];
        let theirs = levers(self.model, &other.changes);
        let moved = (0..theirs.len()).filter(|&lever| self.levers[lever] != theirs[lever]);
        for &quantity in moved.flat_map(|lever| scope.of_lever(lever)) {
            differs[quantity] = true;
        }
        let mut theirs = vec![Vec::new(); self.model.quantities.len()];
        for (quantity, change, _) in replacements(self.model, &other.changes) {
            theirs[quantity].push(change);
        }
        for (quantity, own) in self.replaced.iter().enumerate() {
            differs[quantity] |= !own.iter().map(|(change, _)| change).eq(&theirs[quantity]);
        }
        let same_overrides = self.spec.overrides == other.overrides;
        if !same_overrides {
            let both = self.spec.overrides.iter().chain(&other.overrides);
            let of = |spec: &'_ RunSpec, quantity: QuantityId| -> Vec<Override> {
                let own = spec.overrides.iter();
                own.filter(|given| given.target.quantity == quantity).cloned().collect()
            };
            for quantity in both.map(|given| given.target.quantity) {
                if let Some(differs) = differs.get_mut(quantity) {
                    *differs |= of(self.spec, quantity) != of(other, quantity);
                }
            }
        }
        // Only a run with changes has a baseline other than itself.
        let both_are_baselines = self.spec.is_baseline() && other.is_baseline();
        let other_baseline = !same_overrides && !both_are_baselines;
        let difference = |(quantity, differs): (QuantityId, bool)| match differs {
            true => RuleDifference::Rules,
            false if other_baseline && self.reads_baseline(quantity) => RuleDifference::Baseline,
            false => RuleDifference::None,
        };
        let by_quantity = differs.into_iter().enumerate().map(difference).collect();
        Differences { by_quantity, same_overrides, other_baseline }
    }

    /// True if a rule of a quantity reads the baseline.
    pub(super) fn reads_baseline(&self, quantity: QuantityId) -> bool {
        let mut found = false;
        for expr in self.all(quantity).flat_map(Rule::expressions) {
            expr.walk(&mut |part| {
                found |= matches!(part, Expr::Baseline(_));
                !found
            });
        }
        found
    }

    /// True if the lever that a quantity belongs to is part of the run.
    pub fn has(&self, quantity: QuantityId) -> bool {
        self.model.quantities[quantity].lever.is_none_or(|lever| self.levers[lever])
    }

    /// Returns the value of a point without any rule: 1 for a factor, NaN for a variable without an equation in that
    /// year, and 0 for all others.
    pub fn neutral(&self, point: &Point) -> f64 {
        match self.model.quantities[point.quantity].role {
            Role::Factor => 1.0,
            Role::Variable if self.model.is_undefined(point.quantity, (point.year, point.year)) => {
                f64::NAN
            }
            Role::Variable | Role::Total | Role::Param | Role::Field => 0.0,
        }
    }

    /// Finds the rules that compute the value at a point, in the order of their application.
    pub fn rules(&self, point: &Point, found: &mut Vec<Rule<'a>>) {
        found.clear();
        if !self.has(point.quantity) {
            return;
        }
        let quantity = &self.model.quantities[point.quantity];
        if matches!(quantity.role, Role::Factor | Role::Total) {
            let contributions = self.contributions[point.quantity].iter().copied();
            found.extend(contributions.filter(|rule| rule.covers(self.model, point)));
        } else {
            let chosen = if quantity.choice.is_empty() {
                0
            } else {
                let at = self.model.position(quantity, &point.cell, point.year);
                quantity.choice.get(at).map_or(0, |&n| n as usize)
            };
            let chosen = quantity.definitions.get(chosen).map(|one| Rule::of_model(chosen, one));
            found.extend(chosen);
        }
        self.apply_overrides(Stage::Script, point, found);
        for &(change, definition) in &self.replaced[point.quantity] {
            self.apply(Rule::of_change(change, definition), point, found);
        }
        self.apply_overrides(Stage::Scenario, point, found);
    }

    fn apply_overrides(&self, stage: Stage, point: &Point, found: &mut Vec<Rule<'a>>) {
        for &(number, given) in self.overrides_of(point.quantity) {
            if given.target.stage == stage {
                self.apply(Rule::Override(number, given), point, found);
            }
        }
    }

    fn apply(&self, rule: Rule<'a>, point: &Point, found: &mut Vec<Rule<'a>>) {
        if rule.covers(self.model, point) {
            if rule.replaces() {
                found.clear();
            }
            found.push(rule);
        }
    }
}

/// Returns for each lever whether a run with these changes contains it.
fn levers(model: &Model, changes: &[ChangeId]) -> Vec<bool> {
    let mut levers: Vec<bool> = model.levers.iter().map(|lever| lever.in_baseline).collect();
    for &change in changes {
        match model.changes[change].change {
            Change::Add(lever) => levers[lever] = true,
            Change::Remove(lever) => levers[lever] = false,
            Change::Replace { .. } => {}
        }
    }
    levers
}

/// Returns the definitions among some changes, in the order of the changes.
fn replacements<'a>(
    model: &'a Model,
    changes: &[ChangeId],
) -> impl Iterator<Item = (QuantityId, ChangeId, &'a Definition)> {
    changes.iter().filter_map(|&change| match &model.changes[change].change {
        Change::Replace { quantity, definition, .. } => Some((*quantity, change, definition)),
        Change::Add(_) | Change::Remove(_) => None,
    })
}
