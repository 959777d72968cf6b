//! What points to what: an order in which what is pointed to comes first, and the circles in the way of
//! one. Nothing recurses, so that no chain is too long.

use crate::diagnostic::MOST_LISTED;

/// A way that comes back to where it began.
#[derive(Debug, PartialEq)]
pub(super) struct Circle {
    /// The nodes in turn, the first once more at the end; empty where too many circles were found.
    pub(super) nodes: Vec<usize>,
    /// The last step: from this node over its edge of this number.
    pub(super) edge: (usize, usize),
}

/// Every node once, after those that its edges lead to, and the edges that close circles, which that
/// order does not respect.
pub(super) fn order(edges: &[Vec<usize>]) -> (Vec<usize>, Vec<Circle>) {
    let mut order = Vec::with_capacity(edges.len());
    let mut circles = Vec::new();
    let mut reached = vec![false; edges.len()];
    let mut finished = vec![false; edges.len()];
    for start in 0..edges.len() {
        // The nodes on the way, and how many edges of each were followed.
        let mut way: Vec<(usize, usize)> = Vec::new();
        if !std::mem::replace(&mut reached[start], true) {
            way.push((start, 0));
        }
        while let Some((at, next)) = way.last_mut() {
            let (at, edge) = (*at, *next);
            *next += 1;
            match edges[at].get(edge) {
                None => {
                    finished[at] = true;
                    order.push(at);
                    way.pop();
                }
                Some(&to) if !reached[to] => {
                    reached[to] = true;
                    way.push((to, 0));
                }
                Some(&to) if !finished[to] => {
                    let mut nodes = Vec::new();
                    if circles.len() < MOST_LISTED {
                        let round = way.iter().map(|&(at, _)| at).skip_while(|&at| at != to);
                        nodes = round.chain([to]).collect();
                    }
                    circles.push(Circle { nodes, edge: (at, edge) });
                }
                Some(_) => {}
            }
        }
    }
    (order, circles)
}

#[cfg(test)]
mod tests {
    use super::{Circle, order};

    #[test]
    fn what_is_pointed_to_comes_first_and_circles_are_found() {
        let edges = [vec![2, 1], vec![2], vec![], vec![3], vec![0, 5], vec![4]];
        let (order, circles) = order(&edges);
        assert_eq!(order, [2, 1, 0, 3, 5, 4]);
        let own = Circle { nodes: vec![3, 3], edge: (3, 0) };
        assert_eq!(circles, [own, Circle { nodes: vec![4, 5, 4], edge: (5, 0) }]);
    }

    #[test]
    fn a_long_way_is_walked_without_recursion() {
        let n = 1_000_000;
        let edges: Vec<Vec<usize>> = (0..n).map(|at| vec![(at + 1) % n]).collect();
        let (order, circles) = order(&edges);
        assert_eq!((order.len(), order[0], circles.len()), (n, n - 1, 1));
    }
}
