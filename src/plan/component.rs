//! Orders quantities that depend on each other in a cycle, cell by cell and year by year.
//!
//! Cells that still form a cycle become a block to be solved.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::reads::Reader;
use super::tearing::{Dependencies, tear};
use super::{Block, CellIndex, Layout, Step, Variant};
use crate::model::QuantityId;

/// Adds the steps of quantities that depend on each other, cell by cell.
pub(super) fn points(
    variant: &Variant<'_>,
    layout: &Layout,
    members: &[QuantityId],
    has_baseline: bool,
    steps: &mut Vec<Step>,
) {
    let all: Vec<CellIndex> = members.iter().flat_map(|&id| layout.range(id)).collect();
    let mut reader = Reader::new(variant, layout, has_baseline).only(members);
    let mut starts = vec![None; layout.quantities()];
    let mut start = 0;
    for &id in members {
        starts[id] = Some(start);
        start += layout.range(id).len();
    }
    let mut graph = DiGraph::<(), ()>::with_capacity(all.len(), all.len());
    for _ in &all {
        graph.add_node(());
    }
    let mut implicit = vec![false; all.len()];
    for (n, &place) in all.iter().enumerate() {
        let (reads, by_condition) = reader.reads(&layout.point(place));
        implicit[n] = by_condition;
        for &read in reads {
            let id = layout.quantity(read);
            if let Some(start) = starts[id] {
                let m = start + (read - layout.first(id));
                graph.add_edge(NodeIndex::new(n), NodeIndex::new(m), ());
            }
        }
    }
    for group in in_order_of_years(layout, &all, &graph) {
        let only = group[0];
        let alone = group.len() == 1 && graph.find_edge(only, only).is_none();
        if alone && !implicit[only.index()] {
            steps.push(Step::Point(all[only.index()]));
        } else {
            steps.push(Step::Block(block(variant, layout, &all, &graph, &group, &implicit)));
        }
    }
}

/// Orders the strongly connected components, each after those that it reads. Earlier years come first where
/// the order is free, so that last year's values are known when a block is solved.
fn in_order_of_years(
    layout: &Layout,
    all: &[CellIndex],
    graph: &DiGraph<(), ()>,
) -> Vec<Vec<NodeIndex>> {
    let groups = kosaraju_scc(graph);
    let mut group_of = vec![0; all.len()];
    for (n, group) in groups.iter().enumerate() {
        group.iter().for_each(|node| group_of[node.index()] = n);
    }
    let mut readers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); groups.len()];
    let mut waits = vec![0_usize; groups.len()];
    for edge in graph.raw_edges() {
        let (reader, read) = (group_of[edge.source().index()], group_of[edge.target().index()]);
        if reader != read && readers[read].insert(reader) {
            waits[reader] += 1;
        }
    }
    let rank = |n: usize| {
        let years = groups[n].iter().map(|node| layout.point(all[node.index()]).year);
        (years.min(), n)
    };
    let mut ready: BTreeSet<_> = (0..groups.len()).filter(|&n| waits[n] == 0).map(rank).collect();
    let mut order = Vec::with_capacity(groups.len());
    while let Some((_, n)) = ready.pop_first() {
        order.push(n);
        for &reader in &readers[n] {
            waits[reader] -= 1;
            if waits[reader] == 0 {
                ready.insert(rank(reader));
            }
        }
    }
    order.into_iter().map(|n| groups[n].clone()).collect()
}

/// Chooses the unknowns of a block: the points that conditions define, the points that other years read,
/// points with bounds, and a few further points, so that every cycle has an unknown. Points that other years
/// read are unknowns because explicit steps through many years would multiply errors; points with bounds,
/// because the search keeps only unknowns inside bounds.
fn block(
    variant: &Variant<'_>,
    layout: &Layout,
    all: &[CellIndex],
    graph: &DiGraph<(), ()>,
    group: &[NodeIndex],
    implicit: &[bool],
) -> Block {
    let mut nodes: Vec<usize> = group.iter().map(|node| node.index()).collect();
    nodes.sort_unstable();
    let year = |n: usize| layout.point(all[n]).year;
    let quantity = |n: usize| &variant.model.quantities[layout.quantity(all[n])];
    let mut unknown: Vec<bool> =
        nodes.iter().map(|&n| implicit[n] || quantity(n).bounds.is_some()).collect();
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
    let started: Vec<bool> = nodes.iter().map(|&n| quantity(n).start.is_some()).collect();
    tear(&dependencies, &started, &mut unknown);
    let explicit = dependencies.order(&unknown).into_iter().map(|local| all[nodes[local]]);
    let unknowns = (0..nodes.len()).filter(|&local| unknown[local]);
    Block {
        unknowns: unknowns.map(|local| all[nodes[local]]).collect(),
        explicit: explicit.collect(),
    }
}
