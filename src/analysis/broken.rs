//! Identities that do not hold, as a section of the report.

use std::collections::BTreeSet;

use super::identity::Broken;
use super::runs::Runs;
use super::unit;
use crate::diagnostic::Diagnostic;
use crate::model::{Ask, Division};
use crate::results::BrokenIdentity;

/// Lists the identities that do not hold: in the baseline, in each scenario, and in combinations of changes
/// that `by lever` runs.
pub(super) fn identities(runs: &Runs<'_>) -> Result<Vec<BrokenIdentity>, Diagnostic> {
    let model = runs.model;
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |scenario: Option<usize>, broken: Broken, problem: Diagnostic, combination| {
        let name = model.scenario_name(scenario).to_owned();
        found.push(described(runs, (name, combination), &broken));
        if told.insert(broken.identity)
            && let Some(last) = found.last_mut()
        {
            last.problem = Some(problem);
        }
    };
    for scenario in std::iter::once(None).chain((0..model.scenarios.len()).map(Some)) {
        for broken in runs.broken_in(&runs.spec(scenario)) {
            let mut problem = broken.diagnostic(model);
            if scenario.is_some() {
                let name = model.scenario_name(scenario);
                problem.message = format!("{}, in scenario `{name}`", problem.message);
            }
            add(scenario, broken, problem, String::new());
        }
    }
    for query in &model.queries {
        let Ask::Compare { to, by: Some(Division::Levers), .. } = &query.ask else { continue };
        for &scenario in &query.scenarios {
            let game = runs.game(query, scenario, *to)?;
            let Some((run, broken)) = game.broken(runs) else { continue };
            let problem = game.explain(model, run, broken.diagnostic(model));
            add(scenario, broken, problem, game.combination(run).unwrap_or_default());
        }
    }
    found.dedup_by(|a, b| a == b);
    Ok(found)
}

/// Describes a broken identity; `run` has the scenario and the combination of changes.
fn described(runs: &Runs<'_>, run: (String, String), broken: &Broken) -> BrokenIdentity {
    let identity = &runs.model.identities[broken.identity];
    let (scenario, combination) = run;
    // The text of an identity begins with its name.
    let text = identity.condition.text.as_str();
    let named = text.strip_prefix("identity ").and_then(|text| text.split_once(':'));
    BrokenIdentity {
        identity: identity.name.clone(),
        condition: named.map_or(text, |(_, condition)| condition.trim()).to_owned(),
        scenario,
        combination,
        year: broken.year,
        elements: broken.elements.clone(),
        left: broken.left,
        right: broken.right,
        unit: unit(runs.model, identity.condition.left.kind),
        failing: broken.failing,
        problem: None,
    }
}
