//! Trees of `why`: a waterfall of the parts of a difference, bars for the effects on a value.

use crate::results::{Comparison, Difference, Panel, Part, Series, WhyTree};

use super::{Figure, bars};

/// Makes the figure of the first level of a tree.
pub(super) fn why(tree: &WhyTree) -> Option<Figure> {
    match (&tree.reference, tree.root.before) {
        (Some(reference), Some(before)) => waterfall(tree, reference, before),
        _ => effects(tree),
    }
}

fn waterfall(tree: &WhyTree, reference: &str, before: f64) -> Option<Figure> {
    let root = &tree.root;
    let part = |name: &str, value| {
        let (lever, title, parts) = (name.to_owned(), String::new(), Vec::new());
        Part { lever, title, value, standard_error: None, spread: None, parts }
    };
    let shown = root.parts.iter().filter_map(|one| one.share.map(|share| part(&one.name, share)));
    let others = root.others.and_then(|others| others.share.map(|share| part("others", share)));
    let parts: Vec<Part> = shown.chain(others).collect();
    if parts.is_empty() {
        return None;
    }
    let difference = Difference {
        scenario: tree.scenario.clone(),
        value: root.value,
        difference: root.value - before,
        spread: None,
        parts,
        orders: None,
    };
    let comparison = Comparison {
        expression: tree.expression.clone(),
        title: tree.title.clone(),
        year: tree.year,
        unit: root.unit.clone(),
        reference: reference.to_owned(),
        reference_value: before,
        set: String::new(),
        scenarios: Vec::new(),
    };
    bars::waterfall(&comparison, &difference)
}

fn effects(tree: &WhyTree) -> Option<Figure> {
    let effect = |(name, share): (&str, f64)| Series {
        label: name.to_owned(),
        elements: vec![name.to_owned()],
        scenario: tree.scenario.clone(),
        values: vec![Some(share)],
        ..Series::default()
    };
    let parts = tree.root.parts.iter();
    let series: Vec<Series> =
        parts.filter_map(|one| one.share.map(|share| effect((&one.name, share)))).collect();
    if series.is_empty() {
        return None;
    }
    let title = if tree.title.is_empty() { &tree.expression } else { &tree.title };
    bars::by_element(&Panel {
        expression: tree.expression.clone(),
        title: format!("{title}, effect of 1% more"),
        unit: tree.root.unit.clone(),
        years: vec![tree.year],
        series,
        ..Panel::default()
    })
}
