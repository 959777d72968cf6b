//! Quantities that depend on each other in a circle, ordered cell by cell and year by year.
//!
//! What still goes in a circle there becomes a block to be solved.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::reads::Reader;
use super::tearing::{Dependencies, tear};
use super::{Block, Layout, Place, Selection, Step};
use crate::model::QuantityId;

/// Adds the steps of quantities that depend on each other.
pub(super) fn points(
    selection: &Selection<'_>,
    layout: &Layout,
    members: &[QuantityId],
    has_baseline: bool,
    steps: &mut Vec<Step>,
) {
    let all: Vec<Place> = members.iter().flat_map(|&id| layout.range(id)).collect();
    let mut reader = Reader::new(selection, layout, has_baseline);
    let mut graph = DiGraph::<(), ()>::with_capacity(all.len(), all.len());
    for _ in &all {
        graph.add_node(());
    }
    let mut implicit = vec![false; all.len()];
    for (n, &place) in all.iter().enumerate() {
        let (reads, by_condition) = reader.reads(&layout.point(place));
        implicit[n] = by_condition;
        for read in reads {
            if let Ok(m) = all.binary_search(read) {
                graph.add_edge(NodeIndex::new(n), NodeIndex::new(m), ());
            }
        }
    }
    for group in kosaraju_scc(&graph) {
        let only = group[0];
        let alone = group.len() == 1 && graph.find_edge(only, only).is_none();
        if alone && !implicit[only.index()] {
            steps.push(Step::Point(all[only.index()]));
        } else {
            steps.push(Step::Block(block(layout, &all, &graph, &group, &implicit)));
        }
    }
}

/// Chooses what is solved for. Points that conditions define are; points that other years read are,
/// since to follow a lead or lag through explicit steps multiplies errors year by year; and of the
/// rest as few as cut every circle.
fn block(
    layout: &Layout,
    all: &[Place],
    graph: &DiGraph<(), ()>,
    group: &[NodeIndex],
    implicit: &[bool],
) -> Block {
    let mut nodes: Vec<usize> = group.iter().map(|node| node.index()).collect();
    nodes.sort_unstable();
    let year = |n: usize| layout.point(all[n]).year;
    let mut unknown: Vec<bool> = nodes.iter().map(|&n| implicit[n]).collect();
    let mut reads = vec![Vec::new(); nodes.len()];
    for (local, &n) in nodes.iter().enumerate() {
        for read in graph.neighbors(NodeIndex::new(n)) {
            let Ok(other) = nodes.binary_search(&read.index()) else { continue };
            reads[local].push(other);
            unknown[other] |= year(n) != year(read.index());
        }
        reads[local].sort_unstable();
        reads[local].dedup();
    }
    let dependencies = Dependencies { reads };
    tear(&dependencies, &mut unknown);
    let explicit = dependencies.order(&unknown).into_iter().map(|local| all[nodes[local]]);
    let unknowns = (0..nodes.len()).filter(|&local| unknown[local]);
    Block {
        unknowns: unknowns.map(|local| all[nodes[local]]).collect(),
        explicit: explicit.collect(),
    }
}
