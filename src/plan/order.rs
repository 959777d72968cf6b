//! The order of evaluation: whole quantities, years, or single cells.
//!
//! Quantities out of scope are left out. A quantity that no difference to a known run affects keeps the
//! values of that run. Every other quantity is evaluated. A quantity outside all cycles is one step.
//! Quantities whose cycles go only through values of earlier years are evaluated year by year. All remaining
//! quantities are ordered cell by cell and year by year, so that fixed years, leads and single elements cause
//! no false cycle.

use petgraph::algo::{has_path_connecting, kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use super::reads::{self, When};
use super::variant::{Differences, RuleDifference};
use super::{Layout, Scope, Step, Variant, component, rule};
use crate::model::QuantityId;

/// Sorts the steps of a run in topological order, given its differences from each known run.
pub(super) fn steps(
    variant: &Variant<'_>,
    layout: &Layout,
    scope: &Scope,
    has_baseline: bool,
    differences: &[Differences],
) -> Vec<Step> {
    let graph = reads_graph(variant, scope, has_baseline);
    let mut steps = Vec::new();
    // For each known run, the quantities that a difference affects.
    let differs = |run: &Differences| -> Vec<bool> {
        run.by_quantity.iter().map(|&difference| difference != RuleDifference::None).collect()
    };
    let mut reached: Vec<Vec<bool>> = differences.iter().map(differs).collect();
    for group in kosaraju_scc(&graph) {
        let mut members: Vec<QuantityId> = group.iter().map(|node| node.index()).collect();
        members.sort_unstable();
        if members.iter().all(|&member| !scope.has(member) || !variant.has(member)) {
            continue;
        }
        for reached in &mut reached {
            let reads = |&node: &NodeIndex| graph.neighbors(node).any(|read| reached[read.index()]);
            if group.iter().any(|node| reached[node.index()] || reads(node)) {
                members.iter().for_each(|&member| reached[member] = true);
            }
        }
        let alone = group.len() == 1 && graph.find_edge(group[0], group[0]).is_none();
        // The solver starts from the baseline's solution, so another baseline may change the last bits of a
        // result.
        let keeps = |run: &usize| {
            !reached[*run][members[0]] && (alone || !differences[*run].other_baseline)
        };
        if let Some(run) = (0..differences.len()).find(keeps) {
            steps.extend(members.into_iter().map(|member| Step::Keep(member, run)));
            continue;
        }
        if alone {
            steps.push(Step::Quantity(members[0]));
        } else if let Some(order) = recursion(variant, &members, has_baseline) {
            steps.push(Step::Recursion(order));
        } else {
            let planned = &scope.planned;
            steps.extend(component::steps(variant, layout, &members, has_baseline, planned));
        }
    }
    steps
}

/// Returns the graph of quantities in which each has an edge to all quantities that it reads. Node and quantity have the same
/// number.
fn reads_graph(variant: &Variant<'_>, scope: &Scope, has_baseline: bool) -> DiGraph<(), ()> {
    let model = variant.model;
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<NodeIndex> = model.quantities.iter().map(|_| graph.add_node(())).collect();
    for id in (0..model.quantities.len()).filter(|&id| scope.has(id)) {
        for rule in variant.all(id) {
            if rule.is_condition() {
                graph.add_edge(nodes[id], nodes[id], ());
            }
            reads::quantities(rule, has_baseline, &mut |read, _| {
                graph.add_edge(nodes[id], nodes[read], ());
            });
        }
    }
    // The starting values of a solver must not depend on its solution.
    for (id, quantity) in model.quantities.iter().enumerate() {
        for expr in quantity.start.as_deref().into_iter().flat_map(rule::expressions) {
            rule::each_read(expr, &mut |read| {
                if !has_path_connecting(&graph, nodes[read], nodes[id], None) {
                    graph.update_edge(nodes[id], nodes[read], ());
                }
            });
        }
    }
    graph
}

/// Returns the order, within a year, of quantities that read each other. `None` if they read each other in a
/// cycle within a year, in later years or in fixed years, and so cannot be evaluated year by year.
fn recursion(
    variant: &Variant<'_>,
    members: &[QuantityId],
    has_baseline: bool,
) -> Option<Vec<QuantityId>> {
    let mut graph = DiGraph::<QuantityId, ()>::new();
    let nodes: Vec<NodeIndex> = members.iter().map(|&id| graph.add_node(id)).collect();
    let node = |id: QuantityId| members.binary_search(&id).ok().map(|n| nodes[n]);
    let mut by_year = true;
    for &id in members {
        for rule in variant.all(id) {
            by_year &= !rule.is_condition();
            reads::quantities(rule, has_baseline, &mut |read, when| match (
                node(id),
                node(read),
                when,
            ) {
                (Some(from), Some(to), When::Now) => {
                    graph.update_edge(to, from, ());
                }
                (_, Some(_), When::Elsewhere) => by_year = false,
                _ => {}
            });
        }
    }
    let order = toposort(&graph, None).ok().filter(|_| by_year)?;
    Some(order.into_iter().map(|node| graph[node]).collect())
}
