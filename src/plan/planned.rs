//! The steps of quantities that depend on each other, kept for other runs with the same rules.
//!
//! The order of such quantities is found cell by cell, which takes long in a large model. It follows from their rules, so
//! the scenarios of a model nearly always have it in common.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::{DefinitionId, Step, Variant};
use crate::model::QuantityId;

/// The rules of some quantities: for each its number, whether the run has it, and its rules; and whether the rules read
/// another run as baseline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RulesOf(Vec<(QuantityId, bool, Vec<DefinitionId>)>, bool);

impl RulesOf {
    /// The rules of quantities in a run; `None` if there is an override, which another run may have in another place.
    pub(super) fn new(
        variant: &Variant<'_>,
        quantities: &[QuantityId],
        has_baseline: bool,
    ) -> Option<Self> {
        let of = |&id: &QuantityId| {
            let rules: Vec<DefinitionId> = variant.all(id).map(|rule| rule.id()).collect();
            let known = |rule: &DefinitionId| !matches!(rule, DefinitionId::Override(_));
            rules.iter().all(known).then(|| (id, variant.has(id), rules))
        };
        let reads_baseline = quantities.iter().any(|&id| variant.reads_baseline(id));
        Some(Self(
            quantities.iter().map(of).collect::<Option<_>>()?,
            has_baseline && reads_baseline,
        ))
    }
}

/// Steps by the rules from which they follow. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Planned(Arc<Mutex<BTreeMap<RulesOf, Vec<Step>>>>);

impl Planned {
    /// The steps that follow from some rules, if they were found before.
    pub(super) fn get(&self, rules: &RulesOf) -> Option<Vec<Step>> {
        self.0.lock().ok()?.get(rules).cloned()
    }

    /// Keeps steps that follow from some rules and from nothing else.
    pub(super) fn keep(&self, rules: RulesOf, steps: &[Step]) {
        if let Ok(mut known) = self.0.lock() {
            known.insert(rules, steps.to_vec());
        }
    }
}
