//! A topological order of a graph, and its cycles.
//!
//! The depth-first search has a stack of its own: recursion would overflow the thread's on long chains.

use crate::diagnostic::MOST_LISTED;

/// A cycle in a graph of declarations.
#[derive(Debug, PartialEq)]
pub(super) struct Cycle {
    /// The nodes in order, with the first again at the end; empty for all cycles after the first [`MOST_LISTED`].
    pub(super) nodes: Vec<usize>,
    /// The edge that closes the cycle: its node, and its index among the edges of the node.
    pub(super) edge: (usize, usize),
}

/// Returns the nodes in topological order, each after all nodes that its edges lead to, and the cycles.
/// The order ignores the edges that close cycles.
pub(super) fn order(edges: &[Vec<usize>]) -> (Vec<usize>, Vec<Cycle>) {
    let mut order = Vec::with_capacity(edges.len());
    let mut cycles = Vec::new();
    let mut reached = vec![false; edges.len()];
    let mut finished = vec![false; edges.len()];
    for start in 0..edges.len() {
        // The current path: each node with the number of its edges followed so far.
        let mut path: Vec<(usize, usize)> = Vec::new();
        if !std::mem::replace(&mut reached[start], true) {
            path.push((start, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let (at, edge) = (*at, *next);
            *next += 1;
            match edges[at].get(edge) {
                None => {
                    finished[at] = true;
                    order.push(at);
                    path.pop();
                }
                Some(&to) if !reached[to] => {
                    reached[to] = true;
                    path.push((to, 0));
                }
                Some(&to) if !finished[to] => {
                    let mut nodes = Vec::new();
                    if cycles.len() < MOST_LISTED {
                        let round = path.iter().map(|&(at, _)| at).skip_while(|&at| at != to);
                        nodes = round.chain([to]).collect();
                    }
                    cycles.push(Cycle { nodes, edge: (at, edge) });
                }
                Some(_) => {}
            }
        }
    }
    (order, cycles)
}

#[cfg(test)]
mod tests {
    use super::{Cycle, order};

    #[test]
    fn targets_come_first_and_cycles_are_found() {
        let edges = [vec![2, 1], vec![2], vec![], vec![3], vec![0, 5], vec![4]];
        let (order, cycles) = order(&edges);
        assert_eq!(order, [2, 1, 0, 3, 5, 4]);
        let own = Cycle { nodes: vec![3, 3], edge: (3, 0) };
        assert_eq!(cycles, [own, Cycle { nodes: vec![4, 5, 4], edge: (5, 0) }]);
    }

    #[test]
    fn a_long_path_is_followed_without_recursion() {
        let n = 1_000_000;
        let edges: Vec<Vec<usize>> = (0..n).map(|at| vec![(at + 1) % n]).collect();
        let (order, cycles) = order(&edges);
        assert_eq!((order.len(), order[0], cycles.len()), (n, n - 1, 1));
    }
}
