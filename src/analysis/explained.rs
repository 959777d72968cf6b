//! Values of tables, traced through their equations, for the part of a page that unfolds below a table.

use std::collections::BTreeMap;

use crate::engine::Stop;
use crate::model::{Ask, Model, QueryYears, Question, Why};
use crate::results::{WhyNode, WhyTree};

use super::cells;
use super::runs::Runs;

/// Number of equations from a value to the last values shown; the second number is for a tree that would be too large
/// with the first.
const DEPTHS: [usize; 2] = [2, 1];
/// Maximum number of values of a tree.
const MOST_VALUES: usize = 80;
/// Maximum number of trees of one query.
const MOST_OF_QUERY: usize = 12;
/// Maximum number of trees of all queries together.
const MOST: usize = 24;

/// Traces the values of each `show` in its last year, with every distribution at its median. Returns the trees of each
/// query in the order of the script: none for another query, the first ones for a long table, and none for a
/// value that cannot be traced.
pub fn explained(model: &Model) -> Vec<Vec<WhyTree>> {
    let stop = Stop::default();
    let Ok(runs) = Runs::new(model, (&|_| {}, None), &stop) else { return Vec::new() };
    let mut left = MOST;
    let trees = model.queries.iter().map(|query| {
        let Ask::Show(shown) = &query.ask else { return Vec::new() };
        let of: Vec<Question> =
            shown.iter().filter(|one| !one.probability && !one.shown.is_total()).cloned().collect();
        let mut last = query.clone();
        last.years = QueryYears::span(query.years.last(), query.years.last());
        let at_depth = |depth: usize| {
            let why = Why { of: of.clone(), to: None, depth, above: 0.0 };
            runs.why(&last, &why).unwrap_or_default()
        };
        let [deep, flat] = DEPTHS.map(at_depth);
        let fits = |tree: &WhyTree| values(&tree.root) <= MOST_VALUES;
        let pairs = deep.into_iter().zip(flat);
        let chosen = pairs.filter_map(|(deep, flat)| [deep, flat].into_iter().find(fits));
        let trees: Vec<WhyTree> = chosen.take(MOST_OF_QUERY.min(left)).collect();
        left -= trees.len();
        trees
    });
    trees.collect()
}

/// Values of expressions by text, elements and year.
pub type ShownValues = BTreeMap<(String, Vec<u32>, i32), f64>;

/// Returns the values in the baseline that `show` and `chart` request, in every year, without missing ones.
pub fn shown_in_baseline(model: &Model) -> ShownValues {
    let (stop, mut found) = (Stop::default(), BTreeMap::new());
    let Ok(runs) = Runs::new(model, (&|_| {}, None), &stop) else { return found };
    let Ok(values) = runs.values(None) else { return found };
    for query in &model.queries {
        let (Ask::Show(of) | Ask::Chart(of)) = &query.ask else { continue };
        for question in of.iter().filter(|one| !one.probability) {
            for (cell, _) in cells(model, question) {
                for year in model.years.0..=model.years.1 {
                    let value = runs.value(&values, question, &question.expr, &cell, year);
                    if let Ok(value) = value {
                        found.insert((question.text.clone(), cell.clone(), year), value);
                    }
                }
            }
        }
    }
    found
}

/// Returns the number of values in a tree.
fn values(node: &WhyNode) -> usize {
    1 + node.parts.iter().map(values).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session;

    fn trees(shown: &str) -> Vec<Vec<WhyTree>> {
        let script = format!(
            "years 2024..2025\ncurrency USD\nset sector = food, metals\n\
             param price[sector] = {{ food: 2, metals: 3 }}\nparam sold[sector]: USD = 10 USD\n\
             var income[s: sector]: USD = price[s] * sold[s]\nvar all: USD = sum(income[*])\n\
             scenario dear {{ price[food] = 4 }}\n{shown}\n"
        );
        let program = session::load("a.mizan", &script);
        explained(&program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics)))
    }

    #[test]
    fn each_shown_value_is_traced_in_its_last_year() {
        let found = trees("show all, income[food] for all\ncheck all in 2024 == 50 USD\nchart all");
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [4, 0, 0]);
        // 2 x 10 + 3 x 10, and 4 x 10 + 3 x 10 in the scenario.
        let roots: Vec<f64> = found[0].iter().map(|tree| tree.root.value).collect();
        assert_eq!(roots, [50.0, 70.0, 20.0, 40.0]);
        assert!(found[0].iter().all(|tree| tree.year == 2025));
        assert_eq!(found[0][0].root.parts.len(), 2);
    }
}
