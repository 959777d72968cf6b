//! Orders quantities that depend on each other in a cycle, cell by cell and year by year.
//!
//! Cells that still form a cycle become a block to be solved.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::planned::{Planned, RulesOf};
use super::reads::Reader;
use super::tearing::{Dependencies, tear};
use super::{Block, CellIndex, Layout, Step, Variant};
use crate::model::QuantityId;

/// Finds the steps of quantities that depend on each other; takes them from `planned` if a run with the same rules has
/// them.
pub(super) fn steps(
    variant: &Variant<'_>,
    layout: &Layout,
    members: &[QuantityId],
    has_baseline: bool,
    planned: &Planned,
) -> Vec<Step> {
    let rules = RulesOf::new(variant, members, has_baseline);
    if let Some(known) = rules.as_ref().and_then(|rules| planned.get(rules)) {
        return known;
    }
    let (steps, read_given) = points(variant, layout, members, has_baseline);
    if let Some(rules) = rules.filter(|_| !read_given) {
        planned.keep(rules, &steps);
    }
    steps
}

/// Orders quantities that depend on each other, cell by cell. Also returns whether the order rests on values that are
/// given elsewhere, such as an element that a parameter names.
fn points(
    variant: &Variant<'_>,
    layout: &Layout,
    members: &[QuantityId],
    has_baseline: bool,
) -> (Vec<Step>, bool) {
    let mut steps = Vec::new();
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
    let (mut implicit, mut last_reader) = (vec![false; all.len()], vec![None; all.len()]);
    for (n, &place) in all.iter().enumerate() {
        let (reads, by_condition) = reader.reads(&layout.point(place));
        implicit[n] = by_condition;
        let number = |&read: &CellIndex| {
            let id = layout.quantity(read);
            starts[id].map(|start| start + (read - layout.first(id)))
        };
        // A sum may read a value in each of its terms: one edge is enough. Its place is that of the last reading.
        let mut is_new = |&m: &usize| last_reader[m].replace(n) != Some(n);
        let read: Vec<usize> =
            reads.iter().rev().filter_map(number).filter(|m| is_new(m)).collect();
        for &m in read.iter().rev() {
            graph.add_edge(NodeIndex::new(n), NodeIndex::new(m), ());
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
    (steps, reader.read_given())
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
    let readings = reads.iter().map(Vec::len).sum();
    let dependencies = Dependencies { reads };
    let started: Vec<bool> = nodes.iter().map(|&n| quantity(n).start.is_some()).collect();
    tear(&dependencies, &started, &mut unknown);
    let order = dependencies.order(&unknown);
    let explicit: Vec<CellIndex> = order.iter().map(|&local| all[nodes[local]]).collect();
    let groups = groups(layout, &explicit, &order, &dependencies);
    let unknowns = (0..nodes.len()).filter(|&local| unknown[local]);
    Block {
        unknowns: unknowns.map(|local| all[nodes[local]]).collect(),
        explicit,
        groups,
        readings,
    }
}

/// Divides values that are computed one after another into groups that may be computed at once; returns their lengths.
/// `order` has the numbers of the values in the graph of dependencies.
fn groups(
    layout: &Layout,
    explicit: &[CellIndex],
    order: &[usize],
    dependencies: &Dependencies,
) -> Vec<usize> {
    let mut place = vec![None; dependencies.reads.len()];
    let mut groups: Vec<usize> = Vec::new();
    let mut start = 0;
    for (n, &local) in order.iter().enumerate() {
        place[local] = Some(n);
        let in_group = |&read: &usize| place[read].is_some_and(|place| place >= start);
        let joins = n > start
            && layout.is_next(explicit[n - 1], explicit[n])
            && !dependencies.reads[local].iter().any(in_group);
        match groups.last_mut().filter(|_| joins) {
            Some(length) => *length += 1,
            None => {
                groups.push(1);
                start = n;
            }
        }
    }
    groups
}
