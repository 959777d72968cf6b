//! The lever of the script behind a failure in a library: the user can change the lever, not the library.

use crate::diagnostic::{Code, Diagnostic, Label};
use crate::model::{Expr, LeverId, Role};
use crate::plan::{Plan, Point, Rule};
use crate::source::Span;

/// Names the lever first in the diagnostic of a value that failed, if the value's rule comes from a lever whose
/// kind is in another file.
pub(super) fn lever_first(plan: &Plan<'_>, point: &Point, mut found: Diagnostic) -> Diagnostic {
    let Some(place) = found.span() else { return found };
    let model = plan.variant.model;
    let Some(lever) = lever(plan, point, place).map(|lever| &model.levers[lever]) else {
        return found;
    };
    if lever.span.source == place.source {
        return found;
    }
    found.labels.iter_mut().for_each(|label| label.primary = false);
    let text = format!("this `{}`", lever.kind);
    found.labels.insert(0, Label { span: lever.span, text, primary: true });
    let bound = found.code == Code::OutOfBounds;
    let fields = if bound { fields_read(plan, point) } else { Vec::new() };
    match fields.split_last() {
        Some((last, others)) => {
            let quoted = |name: &String| format!("`{name}`");
            let others = others.iter().map(quoted).collect::<Vec<_>>().join(", ");
            let or = if others.is_empty() { "" } else { " or " };
            found.help = vec![format!(
                "change {others}{or}`{last}` of `{}`, or leave the lever out",
                lever.name
            )];
        }
        None => {
            found.help.insert(0, format!("change a field of `{}`, or leave it out", lever.name));
        }
    }
    found
}

/// Returns the fields of a lever that the equation of one of its variables reads, also through its other variables.
fn fields_read(plan: &Plan<'_>, point: &Point) -> Vec<String> {
    let model = plan.variant.model;
    let (mut fields, mut seen, mut open) = (Vec::new(), Vec::new(), vec![point.quantity]);
    let Some(lever) = model.quantities[point.quantity].lever else { return fields };
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let mut reads = Vec::new();
        for definition in &model.quantities[id].definitions {
            definition.expr.walk(&mut |part| {
                if let Expr::Read { quantity, .. } = part {
                    reads.push(*quantity);
                }
                true
            });
        }
        for id in reads {
            let quantity = &model.quantities[id];
            let name = quantity.name.rsplit('.').next().unwrap_or_default().to_owned();
            match quantity.role {
                _ if quantity.lever != Some(lever) => {}
                Role::Field if !fields.contains(&name) => fields.push(name),
                Role::Variable => open.push(id),
                _ => {}
            }
        }
    }
    fields
}

/// Finds the lever of the rule that contains a place; of a place in a function, the only lever among the rules of
/// the point, or the lever that its quantity belongs to.
fn lever(plan: &Plan<'_>, point: &Point, place: Span) -> Option<LeverId> {
    let mut rules = Vec::new();
    plan.variant.rules(point, &mut rules);
    let definitions = || rules.iter().filter_map(Rule::definition);
    let contains = |span: Span| {
        span.source == place.source && span.start <= place.start && place.end <= span.end
    };
    let of_rule = definitions().find(|one| one.lever.is_some() && contains(one.span));
    if let Some(definition) = of_rule {
        return definition.lever;
    }
    let mut levers: Vec<LeverId> = definitions().filter_map(|one| one.lever).collect();
    levers.dedup();
    match levers.as_slice() {
        [only] => Some(*only),
        _ => plan.variant.model.quantities[point.quantity].lever,
    }
}
