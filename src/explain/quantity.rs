//! The page of a parameter, variable, factor, total or field: declaration, and equations by lever.

use super::{Explanation, citations, columns, lines, place};
use crate::model::print::definition;
use crate::model::{Change, Definition, Expr, Model, Quantity, QuantityId, Role};
use crate::session::Program;

pub(super) fn page(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let (id, quantity) =
        model.quantities.iter().enumerate().find(|(_, quantity)| quantity.name == name)?;
    let mut page = Explanation::new(format!(
        "{name}: {}, {}",
        declared(model, quantity),
        place(program, quantity.span)
    ));
    page.section("", lines(&quantity.doc));
    let own = quantity.lever.and_then(|lever| model.levers.get(lever));
    let (mut direct, mut by_lever) = (Vec::new(), Vec::new());
    for found in &quantity.definitions {
        let text = vec![place(program, found.span), definition(model, id, found)];
        match found.lever.filter(|_| own.is_none()) {
            Some(lever) => by_lever.push((lever, text)),
            None => direct.push(text),
        }
    }
    page.section(
        if own.is_some() { "Given or computed as" } else { "Equations" },
        columns(&direct),
    );
    let mut rows = Vec::new();
    for (lever, text) in by_lever {
        rows.push([vec![super::lever::called(model, lever)], text].concat());
    }
    page.section("By lever", columns(&rows));
    page.section("Replaced in scenarios", columns(&replaced(program, model, id)));
    let files = model.data.iter().filter(|data| data.quantity == id);
    let files: Vec<Vec<String>> = files
        .map(|data| {
            vec![place(program, data.span), format!("{}, {}", data.file, data.tally.text())]
        })
        .collect();
    page.section("Data files", columns(&files));
    page.section("Read by", readers(model, id));
    page.section("Sources", citations(program, &keys(quantity)));
    Some(page)
}

/// Describes role, sets and unit of a quantity: `total over partner, sector (money)`.
fn declared(model: &Model, quantity: &Quantity) -> String {
    let role = match quantity.role {
        Role::Param => "parameter",
        Role::Variable => "variable",
        Role::Factor => "factor",
        Role::Total => "total",
        Role::Field => "field",
    };
    let sets: Vec<&str> = quantity.axes.iter().map(|&set| model.sets[set].name.as_str()).collect();
    let over = if sets.is_empty() { String::new() } else { format!(" over {}", sets.join(", ")) };
    let unit = if quantity.unit.is_empty() { "number" } else { &quantity.unit };
    format!("{role}{over} ({unit})")
}

fn replaced(program: &Program, model: &Model, id: QuantityId) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for change in &model.changes {
        if let Change::Replace { quantity, definition: found, .. } = &change.change
            && *quantity == id
        {
            let scenario = model.scenario_name(Some(change.scenario)).to_owned();
            rows.push(vec![scenario, place(program, change.span), definition(model, id, found)]);
        }
    }
    rows
}

/// Returns the names of the quantities whose equations read this quantity.
fn readers(model: &Model, id: QuantityId) -> Vec<String> {
    const MOST: usize = 12;
    let reads = |definition: &Definition| {
        let mut found = false;
        definition.expr.walk(&mut |part| {
            found |= matches!(part, Expr::Read { quantity, .. } if *quantity == id);
            !found
        });
        found
    };
    let readers = model.quantities.iter().filter(|quantity| quantity.definitions.iter().any(reads));
    let mut names: Vec<String> = readers.map(|quantity| quantity.name.clone()).collect();
    if names.len() > MOST {
        let more = names.len() - MOST;
        names.truncate(MOST);
        names.push(format!("and {more} more"));
    }
    if names.is_empty() { names } else { vec![names.join(", ")] }
}

fn keys(quantity: &Quantity) -> Vec<String> {
    let own = quantity.definitions.iter().flat_map(|definition| &definition.sources);
    quantity.sources.iter().chain(own).cloned().collect()
}
