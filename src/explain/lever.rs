//! The pages of a lever (fields and equations) and of a scenario (changes).

use super::{Explanation, citations, columns, place};
use crate::model::print::definition;
use crate::model::{Change, Definition, LeverId, Model, Role, Select};
use crate::session::Program;

pub(super) fn page(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let (id, lever) = model.levers.iter().enumerate().find(|(_, lever)| lever.name == name)?;
    let mut page =
        Explanation::new(format!("{name}: {}, {}", lever.kind, place(program, lever.span)));
    let mut about = vec![lever.title.clone()];
    about.push(match lever.scenario {
        Some(scenario) => format!("In the scenario {}.", model.scenario_name(Some(scenario))),
        None => "In the baseline.".to_owned(),
    });
    page.section("", about.into_iter().filter(|line| !line.is_empty()).collect());
    let (mut fields, mut equations, mut keys) = (Vec::new(), Vec::new(), lever.sources.clone());
    for (quantity_id, quantity) in model.quantities.iter().enumerate() {
        // A value given for all cells hides the default, so the default is not printed.
        let whole = |d: &Definition| d.axes.iter().all(|axis| matches!(axis, Select::Each(..)));
        let given = quantity.definitions.iter().any(|d| !d.default && whole(d));
        let own = quantity.definitions.iter().filter(|found| found.lever == Some(id));
        for found in own.filter(|found| !(given && found.default)) {
            keys.extend(found.sources.iter().cloned());
            let mut row = vec![definition(model, quantity_id, found)];
            match quantity.role {
                Role::Field => {
                    row.push(if found.default { "default".to_owned() } else { String::new() });
                    row.push(quantity.doc.clone());
                    fields.push(row);
                }
                _ => equations.push(row),
            }
        }
    }
    page.section("Fields", columns(&fields));
    page.section("Equations", columns(&equations));
    page.section("Sources", citations(program, &keys));
    page.section("Its kind", vec![format!("mizan explain {}", lever.kind)]);
    Some(page)
}

/// Formats the name of a lever with its kind and scenario: `bus_plant (joint_venture, in localisation)`.
pub(super) fn called(model: &Model, id: LeverId) -> String {
    let Some(lever) = model.levers.get(id) else { return String::new() };
    match lever.scenario {
        Some(scenario) => {
            format!("{} ({}, in {})", lever.name, lever.kind, model.scenario_name(Some(scenario)))
        }
        None => format!("{} ({})", lever.name, lever.kind),
    }
}

pub(super) fn scenario(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let (id, scenario) =
        model.scenarios.iter().enumerate().find(|(_, scenario)| scenario.name == name)?;
    let mut page = Explanation::new(format!("{name}: scenario"));
    page.section("", vec![scenario.title.clone()]);
    let mut rows = Vec::new();
    for &change in &scenario.changes {
        let change = &model.changes[change];
        let what = match &change.change {
            Change::Add(lever) => called(model, *lever),
            Change::Remove(_) => change.name.clone(),
            Change::Replace { quantity, definition: found, fixed } => {
                let text = definition(model, *quantity, found);
                if *fixed { format!("fix {text}") } else { text }
            }
        };
        let from = match change.scenario {
            own if own == id => String::new(),
            other => format!("from {}", model.scenario_name(Some(other))),
        };
        rows.push(vec![place(program, change.span), what, from]);
    }
    page.section("Changes", columns(&rows));
    page.section("Sources", citations(program, &scenario.sources));
    Some(page)
}
