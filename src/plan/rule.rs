//! The rules that compute the value of a cell in a run: definitions of the model and overrides.

use super::{Override, OverrideEffect, Point};
use crate::model::{ChangeId, Definition, Expr, Model, Op, QuantityId, Select};
use crate::source::Span;

/// Identifies a rule among those of a quantity. [`DefinitionId::Model`], [`DefinitionId::Start`] and
/// [`DefinitionId::Change`] mean the same definition in every run of a model; [`DefinitionId::Override`] counts within
/// one list of overrides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionId {
    /// A definition of the quantity, by its index.
    Model(u32),
    /// The starting value of the quantity for the solver.
    Start,
    /// The definition of a scenario's change, by the index of the change.
    Change(u32),
    /// An override, by its index in the run's list of overrides.
    Override(u32),
}

/// A rule that sets or changes the value of a cell.
#[derive(Debug, Clone, Copy)]
pub enum Rule<'a> {
    /// A definition of the model or of a scenario's change.
    Definition(DefinitionId, &'a Definition),
    /// An override, with its index in the run's list of overrides.
    Override(u32, &'a Override),
}

impl<'a> Rule<'a> {
    pub(super) fn of_model(number: usize, definition: &'a Definition) -> Self {
        Self::Definition(DefinitionId::Model(number as u32), definition)
    }

    pub(super) fn of_change(change: ChangeId, definition: &'a Definition) -> Self {
        Self::Definition(DefinitionId::Change(change as u32), definition)
    }

    /// Returns the identifier of the rule.
    pub fn id(&self) -> DefinitionId {
        match self {
            Self::Definition(id, _) => *id,
            Self::Override(number, _) => DefinitionId::Override(*number),
        }
    }

    /// Returns the definition, or None for an override.
    pub fn definition(&self) -> Option<&'a Definition> {
        match self {
            Self::Definition(_, definition) => Some(definition),
            Self::Override(..) => None,
        }
    }

    /// Returns all expressions in the rule; an override has none.
    pub(super) fn expressions(self) -> impl Iterator<Item = &'a Expr> {
        self.definition().into_iter().flat_map(expressions)
    }

    /// True if the rule replaces all rules before it.
    pub(super) fn replaces(&self) -> bool {
        match self {
            Self::Definition(_, definition) => definition.op == Op::Set,
            Self::Override(_, given) => given.target.effect == OverrideEffect::Set,
        }
    }

    /// True if the rule is a condition that determines the value.
    pub fn is_condition(&self) -> bool {
        self.definition().is_some_and(|definition| definition.op == Op::Solve)
    }

    /// True if the rule applies to the point, which belongs to the rule's quantity.
    pub fn covers(&self, model: &Model, point: &Point) -> bool {
        match self {
            Self::Definition(_, definition) => definition.covers(model, &point.cell, point.year),
            Self::Override(_, given) => given.target.covers(point),
        }
    }

    /// Returns the span to show for the rule; for an override that of the quantity's declaration.
    pub fn span(&self, model: &Model) -> Span {
        match self {
            Self::Definition(_, definition) => definition.span,
            Self::Override(_, given) => model.quantities[given.target.quantity].span,
        }
    }
}

/// Returns all expressions in a definition: its computed indices and its right side.
pub(super) fn expressions(definition: &Definition) -> impl Iterator<Item = &Expr> {
    let computed = definition.axes.iter().filter_map(|axis| match axis {
        Select::Computed(expr) => Some(expr),
        Select::Each(..) | Select::One(_) => None,
    });
    computed.chain([&definition.expr])
}

/// Calls `visit` for each quantity that an expression reads, in the baseline too.
pub(super) fn each_read(expr: &Expr, visit: &mut impl FnMut(QuantityId)) {
    expr.walk(&mut |part| {
        if let Expr::Read { quantity, .. } = part {
            visit(*quantity);
        }
        true
    });
}
