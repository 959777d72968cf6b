//! The order of evaluation, at three grains.
//!
//! What is out of scope is left out. Where runs are known, what their difference to this one does not
//! reach is kept as it is there. The rest is evaluated:
//! quantities that depend on no other in a circle are steps of their own. Those whose circles go
//! through last year's values only are evaluated year by year. The rest is ordered cell by cell and
//! year by year, so that fixed years, leads and single elements make no false circle.

use petgraph::algo::{has_path_connecting, kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use super::reads::{self, When};
use super::{Layout, Scope, Selection, Step, component};
use crate::model::{Op, QuantityId};

/// The steps of a run; `differences` to each known run, by quantity.
pub(super) fn steps(
    selection: &Selection<'_>,
    layout: &Layout,
    scope: &Scope,
    differences: &[Vec<bool>],
) -> Vec<Step> {
    let model = selection.model;
    let has_baseline = !differences.is_empty();
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<NodeIndex> = model.quantities.iter().map(|_| graph.add_node(())).collect();
    for id in (0..model.quantities.len()).filter(|&id| scope.has(id)) {
        for definition in selection.all(id) {
            if definition.op == Op::Solve {
                graph.add_edge(nodes[id], nodes[id], ());
            }
            reads::quantities(definition, has_baseline, &mut |read, _| {
                graph.add_edge(nodes[id], nodes[read], ());
            });
        }
    }
    // A search starts from what is known before it: not from what waits for its solution.
    for (id, quantity) in model.quantities.iter().enumerate() {
        for expr in quantity.start.iter().flat_map(reads::expressions) {
            reads::each(expr, &mut |read| {
                if !has_path_connecting(&graph, nodes[read], nodes[id], None) {
                    graph.update_edge(nodes[id], nodes[read], ());
                }
            });
        }
    }
    let mut steps = Vec::new();
    // For each known run, the quantities that its difference to this one reaches.
    let mut reached = differences.to_vec();
    for group in kosaraju_scc(&graph) {
        let mut members: Vec<QuantityId> = group.iter().map(|node| node.index()).collect();
        members.sort_unstable();
        if members.iter().all(|&member| !scope.has(member) || !selection.has(member)) {
            continue;
        }
        for reached in &mut reached {
            let reads = |&node: &NodeIndex| graph.neighbors(node).any(|read| reached[read.index()]);
            if group.iter().any(|node| reached[node.index()] || reads(node)) {
                members.iter().for_each(|&member| reached[member] = true);
            }
        }
        if let Some(run) = reached.iter().position(|reached| !reached[members[0]]) {
            steps.extend(members.into_iter().map(|member| Step::Keep(member, run)));
            continue;
        }
        if group.len() == 1 && graph.find_edge(group[0], group[0]).is_none() {
            steps.push(Step::Quantity(members[0]));
        } else if let Some(order) = recursion(selection, &members, has_baseline) {
            steps.push(Step::Recursion(order));
        } else {
            component::points(selection, layout, &members, has_baseline, &mut steps);
        }
    }
    steps
}

/// The order within a year of quantities that read each other; `None` where a year is no unit of
/// evaluation, since they read each other in a circle within it, in later years or in fixed years.
fn recursion(
    selection: &Selection<'_>,
    members: &[QuantityId],
    has_baseline: bool,
) -> Option<Vec<QuantityId>> {
    let mut graph = DiGraph::<QuantityId, ()>::new();
    let nodes: Vec<NodeIndex> = members.iter().map(|&id| graph.add_node(id)).collect();
    let node = |id: QuantityId| members.binary_search(&id).ok().map(|n| nodes[n]);
    let mut by_year = true;
    for &id in members {
        for definition in selection.all(id) {
            by_year &= definition.op != Op::Solve;
            reads::quantities(definition, has_baseline, &mut |read, when| match (
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
