//! Tearing: the choice of a block's unknowns, so that all other points can be computed from them one after
//! another.
//!
//! Finds a small feedback vertex set of the dependency graph by contraction: Levy and Low, "A contraction
//! algorithm for finding small cycle cutsets", Journal of Algorithms 9 (1988).

use std::collections::BTreeSet;

/// The dependency graph of a block: its points, numbered from 0, and the points that each point reads.
pub(super) struct Dependencies {
    pub(super) reads: Vec<Vec<usize>>,
}

impl Dependencies {
    /// Orders the points that are not unknowns, each after the points that it reads. Every cycle must contain
    /// an unknown.
    pub(super) fn order(&self, unknown: &[bool]) -> Vec<usize> {
        let mut done: Vec<bool> = unknown.to_vec();
        let mut order = Vec::new();
        for start in 0..self.reads.len() {
            let mut path = vec![(start, 0)];
            while let Some((node, next)) = path.pop() {
                if done[node] {
                    continue;
                }
                match self.reads[node].get(next) {
                    Some(&read) => {
                        path.push((node, next + 1));
                        path.push((read, 0));
                    }
                    None => {
                        done[node] = true;
                        order.push(node);
                    }
                }
            }
        }
        order
    }
}

/// The remaining graph during contraction.
struct Remaining<'s> {
    reads: Vec<BTreeSet<usize>>,
    readers: Vec<BTreeSet<usize>>,
    /// Points to visit; points without a starting value come first, so that those with one remain.
    pending: BTreeSet<(bool, usize)>,
    started: &'s [bool],
}

/// Marks further points as unknowns until every cycle contains one. Where the choice is free, points are
/// preferred that have a starting value, as `started` tells.
pub(super) fn tear(dependencies: &Dependencies, started: &[bool], unknown: &mut [bool]) {
    let count = unknown.len();
    let mut graph = Remaining {
        reads: vec![BTreeSet::new(); count],
        readers: vec![BTreeSet::new(); count],
        pending: BTreeSet::new(),
        started,
    };
    for (node, reads) in dependencies.reads.iter().enumerate().filter(|(node, _)| !unknown[*node]) {
        graph.pending.insert((started[node], node));
        for &read in reads.iter().filter(|&&read| !unknown[read]) {
            graph.reads[node].insert(read);
            graph.readers[read].insert(node);
        }
    }
    let mut left: BTreeSet<usize> = graph.pending.iter().map(|&(_, node)| node).collect();
    loop {
        while let Some((_, node)) = graph.pending.pop_first() {
            if !left.contains(&node) {
                continue;
            }
            let itself = graph.reads[node].contains(&node);
            if itself {
                unknown[node] = true;
                graph.remove(node);
            } else if graph.reads[node].len() <= 1 || graph.readers[node].len() <= 1 {
                graph.bypass(node);
            } else {
                continue;
            }
            left.remove(&node);
        }
        let busiest = |&node: &usize| {
            let edges = graph.reads[node].len() * graph.readers[node].len();
            (edges, started[node], std::cmp::Reverse(node))
        };
        let Some(node) = left.iter().copied().max_by_key(busiest) else { return };
        unknown[node] = true;
        graph.remove(node);
        left.remove(&node);
    }
}

impl Remaining<'_> {
    fn remove(&mut self, node: usize) {
        for read in std::mem::take(&mut self.reads[node]) {
            self.readers[read].remove(&node);
            self.pending.insert((self.started[read], read));
        }
        for reader in std::mem::take(&mut self.readers[node]) {
            self.reads[reader].remove(&node);
            self.pending.insert((self.started[reader], reader));
        }
    }

    /// Removes a node with at most one edge in or at most one edge out, and connects its predecessors with
    /// its successors.
    fn bypass(&mut self, node: usize) {
        let (reads, readers) = (self.reads[node].clone(), self.readers[node].clone());
        self.remove(node);
        for &reader in &readers {
            for &read in &reads {
                self.reads[reader].insert(read);
                self.readers[read].insert(reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unknowns(reads: Vec<Vec<usize>>) -> (Vec<bool>, Vec<usize>) {
        let graph = Dependencies { reads };
        let mut unknown = vec![false; graph.reads.len()];
        tear(&graph, &vec![false; graph.reads.len()], &mut unknown);
        let order = graph.order(&unknown);
        (unknown, order)
    }

    #[test]
    fn one_point_cuts_a_ring_and_a_chain_needs_none() {
        let (unknown, order) = unknowns(vec![vec![1], vec![2], vec![0]]);
        assert_eq!(unknown.iter().filter(|&&u| u).count(), 1);
        assert_eq!(order.len(), 2);
        assert_eq!(unknowns(vec![vec![1], vec![2], vec![]]).1, [2, 1, 0]);
    }

    #[test]
    fn a_point_with_a_starting_value_cuts_a_ring() {
        let graph = Dependencies { reads: vec![vec![1], vec![2], vec![0]] };
        for chosen in 0..3 {
            let started: Vec<bool> = (0..3).map(|n| n == chosen).collect();
            let mut unknown = vec![false; 3];
            tear(&graph, &started, &mut unknown);
            assert_eq!(unknown, started);
        }
    }

    #[test]
    fn a_hub_of_many_rings_is_found() {
        let mut reads: Vec<Vec<usize>> = vec![(1..=20).collect()];
        reads.extend((1..=20).map(|_| vec![0]));
        let (unknown, _) = unknowns(reads);
        assert!(unknown[0] && unknown.iter().filter(|&&u| u).count() == 1);
    }

    proptest! {
        /// In random graphs every explicit point comes after all points that it reads.
        #[test]
        fn what_is_left_has_no_cycle(edges in prop::collection::vec((0..12_usize, 0..12_usize), 0..60)) {
            let mut reads = vec![Vec::new(); 12];
            edges.into_iter().for_each(|(from, to)| reads[from].push(to));
            let (unknown, order) = unknowns(reads.clone());
            let mut done = unknown.clone();
            for node in order {
                prop_assert!(reads[node].iter().all(|&read| done[read]), "{node} of {reads:?}");
                done[node] = true;
            }
            prop_assert!(done.into_iter().all(|d| d));
        }
    }
}
