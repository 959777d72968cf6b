//! `discover`: the uncertain inputs that lead to a condition.
//!
//! Boxes and trees are searched in the uniform numbers behind the random quantities, so that the shape of a
//! distribution makes no difference; a choice among few values is searched by its values.

use ndarray::Array2;

use super::runs::Runs;
use super::sample::{DrawnCondition, Sample};
use super::written::{Written, written};
use crate::diagnostic::Diagnostic;
use crate::engine::simulate::{Simulation, Uncertain};
use crate::methods::prim::{self, PEEL, prim};
use crate::methods::tree::{Growth, Leaf, grow};
use crate::model::{Discover, Query};
use crate::results::{DiscoverAnswer, Discovery, DrawBox, InputLimits, UnitKind, UnitLabel};

/// Maximum number of draws that are searched; more would only take time.
const MOST_DRAWS: u64 = 100_000;
/// Smallest share of all draws that a box may contain.
const LEAST_MASS: f64 = 0.01;
/// Maximum number of leaves that are shown.
const MOST_LEAVES: usize = 4;

/// A random quantity as a column of the search.
struct Column {
    uncertain: Uncertain,
    /// Values and probabilities of a discrete distribution with few values.
    choices: Option<Vec<(f64, f64)>>,
    written: Written,
}

impl Runs<'_> {
    pub(super) fn discover(
        &self,
        query: &Query,
        discover: &Discover,
        simulation: &Simulation,
    ) -> Result<DiscoverAnswer, Diagnostic> {
        let draws = simulation.draws.min(MOST_DRAWS);
        let simulation = Simulation { draws, ..*simulation };
        let mut discoveries = Vec::new();
        for &scenario in &query.scenarios {
            discoveries.push(self.discovery(query, discover, scenario, &simulation)?);
        }
        let condition = discover.condition.text.clone();
        Ok(DiscoverAnswer { condition, draws, discoveries })
    }

    fn discovery(
        &self,
        query: &Query,
        discover: &Discover,
        scenario: Option<usize>,
        simulation: &Simulation,
    ) -> Result<Discovery, Diagnostic> {
        let mut sample = Sample::new(self);
        let condition =
            DrawnCondition::want(&mut sample, scenario, &discover.condition, &query.years)?;
        // The table of cases with its columns, and the orders by which boxes and trees are searched.
        let drawn = sample.draw(simulation, |quantities| 5 * quantities + 4)?;
        let count = simulation.draws as usize;
        let interest: Vec<bool> =
            (0..count).map(|draw| condition.holds(&drawn.columns, draw)).collect();
        let share = interest.iter().filter(|holds| **holds).count() as f64 / count as f64;
        let (mut columns, mut cases) = (Vec::new(), Vec::new());
        for (uncertain, uniforms) in drawn.inputs {
            let written = written(self.model, &uncertain, &discover.written);
            let choices = uncertain.choices();
            let place = |&u: &f64| match choices {
                Some(_) => uncertain.value(u).unwrap_or(u),
                None => u,
            };
            cases.push(uniforms.iter().map(place).collect::<Vec<f64>>());
            columns.push(Column { uncertain, choices, written });
        }
        let inputs = Array2::from_shape_fn((count, columns.len()), |(draw, n)| cases[n][draw]);
        let goes_on = || !self.stop.is_raised();
        let found = prim(inputs.view(), &interest, PEEL, LEAST_MASS, &goes_on);
        let (mut recommended, mut trade_off) = (None, Vec::new());
        if let Some(found) = found {
            recommended = Some(of_region(&columns, &found.recommended));
            trade_off = found.trade_off.iter().map(|one| of_region(&columns, one)).collect();
        }
        let leaves = grow(inputs.view(), &interest, Growth::default(), &goes_on).leaves();
        self.stop.check()?;
        let leaves = leaves.iter().filter(|leaf| leaf.density > share && !leaf.limits.is_empty());
        Ok(Discovery {
            scenario: self.model.scenario_name(scenario).to_owned(),
            share,
            uncertain: columns.len(),
            recommended: recommended.filter(|found: &DrawBox| !found.limits.is_empty()),
            trade_off,
            leaves: leaves.take(MOST_LEAVES).map(|leaf| of_leaf(&columns, leaf)).collect(),
            name: self.free_name(),
        })
    }

    /// Returns a name for a scenario that no scenario of the script has.
    fn free_name(&self) -> String {
        let is_taken = |name: &str| self.model.scenarios.iter().any(|one| one.name == *name);
        let others = (2..).map(|n| format!("discovered_{n}"));
        let mut names = std::iter::once("discovered".to_owned()).chain(others);
        names.find(|name| !is_taken(name)).unwrap_or_default()
    }
}

/// Converts a box of the search to ranges of draws.
fn of_region(columns: &[Column], region: &prim::InputBox) -> DrawBox {
    let limits = region.limits.chunk_by(|a, b| a.input == b.input).filter_map(|sides| {
        let column = columns.get(sides.first()?.input)?;
        let side = |upper: bool| sides.iter().find(|side| side.upper == upper);
        let at = |upper| side(upper).map(|side| side.at);
        let mut limits = column.limits(at(false), at(true));
        limits.quasi_p_low = side(false).map(|side| side.quasi_p);
        limits.quasi_p_high = side(true).map(|side| side.quasi_p);
        Some(limits)
    });
    DrawBox {
        limits: limits.collect(),
        coverage: region.coverage,
        density: region.density,
        mass: region.mass,
    }
}

/// Converts a leaf of the tree to ranges of draws.
fn of_leaf(columns: &[Column], leaf: &Leaf) -> DrawBox {
    let limits = leaf.limits.iter().filter_map(|&(input, low, high)| {
        let finite = |limit: f64| limit.is_finite().then_some(limit);
        Some(columns.get(input)?.limits(finite(low), finite(high)))
    });
    let (coverage, density, mass) = (leaf.coverage, leaf.density, leaf.mass);
    DrawBox { limits: limits.collect(), coverage, density, mass }
}

impl Column {
    /// Describes limits of the search as limits on the quantity's values.
    fn limits(&self, low: Option<f64>, high: Option<f64>) -> InputLimits {
        let known = self.written.unit.is_some();
        let mut limits = InputLimits {
            input: self.uncertain.owner.clone(),
            distribution: self.written.position,
            year: self.uncertain.year,
            unit: self.written.unit.clone().unwrap_or(UnitLabel::new(UnitKind::Number, "")),
            low: None,
            high: None,
            below: low.unwrap_or(0.0),
            above: high.map_or(0.0, |high| 1.0 - high),
            quasi_p_low: None,
            quasi_p_high: None,
            choices: None,
            written: self.written.written.clone(),
        };
        let Some(choices) = &self.choices else {
            let value = |at: Option<f64>| at.and_then(|u| self.uncertain.value(u));
            if known {
                (limits.low, limits.high) = (value(low), value(high));
            }
            return limits;
        };
        let low = low.unwrap_or(f64::NEG_INFINITY);
        let high = high.unwrap_or(f64::INFINITY);
        let probability = |inside: &dyn Fn(f64) -> bool| -> f64 {
            choices.iter().filter(|choice| inside(choice.0)).map(|choice| choice.1).sum()
        };
        limits.below = probability(&|value| value < low);
        limits.above = probability(&|value| value > high);
        let inside = choices.iter().filter(|choice| (low..=high).contains(&choice.0));
        let inside: Vec<(f64, f64)> = inside.copied().collect();
        if known {
            limits.low = inside.first().map(|first| first.0).filter(|_| limits.below > 0.0);
            limits.high = inside.last().map(|last| last.0).filter(|_| limits.above > 0.0);
        }
        let all = 1.0 - limits.below - limits.above;
        limits.choices = Some(inside.into_iter().map(|(value, p)| (value, p / all)).collect());
        limits
    }
}
