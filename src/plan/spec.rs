//! Description of a run: its changes and overrides.

use crate::model::{ChangeId, QuantityId};

use super::Point;

/// A run: the model's baseline with the changes of scenarios and with overrides.
///
/// Two runs of a model with equal specifications have the same values to the bit.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunSpec {
    /// Changes of the run, in the order of their application.
    pub changes: Vec<ChangeId>,
    /// Overrides of the run, in the order of their application.
    pub overrides: Vec<Override>,
}

/// A number that replaces a quantity's values in some cells and years, or is combined with them. [`Target::stage`] says
/// whether it is applied before or after the changes of scenarios.
#[derive(Debug, Clone)]
pub struct Override {
    /// The values that the override changes, and the operation.
    pub target: Target,
    /// The number, in the quantity's base unit: 0.05 for 5%.
    pub value: f64,
}

/// The values that an override changes, and the operation that it applies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The quantity of the values.
    pub quantity: QuantityId,
    /// The element of each axis, as its position in the axis' root set; `None` for all elements.
    pub cell: Vec<Option<u32>>,
    /// First and last year of the values.
    pub years: (i32, i32),
    /// The operation that combines the number with the value.
    pub effect: OverrideEffect,
    /// Whether the number is applied before or after the changes of scenarios.
    pub stage: Stage,
}

/// The operation that combines the number of an override with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverrideEffect {
    /// The number replaces the value, and also the equations and conditions of the cell.
    Set,
    /// The number is added to the value.
    Add,
    /// The value is multiplied by the number.
    Multiply,
}

/// The time at which an override is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The override is applied before the changes of scenarios, as a number in the script would be.
    Script,
    /// The override is applied after the changes of scenarios.
    Scenario,
}

impl RunSpec {
    /// Returns the run without changes and with the same overrides, which `baseline(x)` reads.
    pub fn baseline(&self) -> Self {
        self.with_changes(Vec::new())
    }

    /// Returns a run with other changes and the same overrides.
    pub fn with_changes(&self, changes: Vec<ChangeId>) -> Self {
        Self { changes, overrides: self.overrides.clone() }
    }

    /// True if the run has no changes of scenarios.
    pub fn is_baseline(&self) -> bool {
        self.changes.is_empty()
    }

    /// True if `other` is the baseline that this run reads.
    pub fn has_baseline(&self, other: &Self) -> bool {
        other.is_baseline() && self.overrides == other.overrides
    }
}

impl From<&[ChangeId]> for RunSpec {
    fn from(changes: &[ChangeId]) -> Self {
        Self { changes: changes.to_vec(), overrides: Vec::new() }
    }
}

impl From<&Vec<ChangeId>> for RunSpec {
    fn from(changes: &Vec<ChangeId>) -> Self {
        Self::from(changes.as_slice())
    }
}

impl<const N: usize> From<&[ChangeId; N]> for RunSpec {
    fn from(changes: &[ChangeId; N]) -> Self {
        Self::from(changes.as_slice())
    }
}

impl From<&Self> for RunSpec {
    fn from(spec: &Self) -> Self {
        spec.clone()
    }
}

impl Override {
    /// Makes an override that replaces all cells of a quantity in all years by `value`.
    pub fn whole(quantity: QuantityId, axes: usize, value: f64) -> Self {
        let target = Target {
            quantity,
            cell: vec![None; axes],
            years: (i32::MIN, i32::MAX),
            effect: OverrideEffect::Set,
            stage: Stage::Script,
        };
        Self { target, value }
    }
}

impl Target {
    /// True if the override applies to the point, which belongs to the override's quantity.
    pub fn covers(&self, point: &Point) -> bool {
        let mut axes = self.cell.iter().zip(&point.cell);
        (self.years.0..=self.years.1).contains(&point.year)
            && axes.all(|(wanted, element)| wanted.is_none_or(|wanted| wanted == *element))
    }
}

// Numbers are compared by their bits: runs that differ in one bit are different runs.
impl Override {
    fn key(&self) -> (&Target, u64) {
        (&self.target, self.value.to_bits())
    }
}

impl PartialEq for Override {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Override {}

impl PartialOrd for Override {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Override {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}
