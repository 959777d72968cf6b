//! Scenario discovery by a classification tree: cases of interest told from others by one input at a time.
//!
//! L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone, "Classification and Regression Trees", 1984 (CART):
//! each split is the one that lowers Gini's impurity most; the leaf with the largest gain is split next,
//! until there are enough leaves. A leaf is a box with limits on few inputs.

use ndarray::ArrayView2;

/// Limits on the growth of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Maximum number of leaves.
    pub leaves: usize,
    /// Minimum number of cases in a leaf.
    pub fewest: usize,
    /// Minimum gain of a split, as a share of the impurity at the root.
    pub gain: f64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { leaves: 8, fewest: 20, gain: 0.01 }
    }
}

/// A node of a decision tree.
#[derive(Debug, Clone, PartialEq)]
pub enum TreeNode {
    /// A leaf: the end of a branch.
    Leaf {
        /// Number of cases in the leaf.
        cases: usize,
        /// Number of cases of interest in the leaf.
        of_interest: usize,
    },
    /// A split: a comparison of an input with a limit.
    Split {
        /// Index of the input that is compared.
        input: usize,
        /// The limit: the midpoint of two neighbouring values of the input.
        at: f64,
        /// The node for values up to the limit.
        low: usize,
        /// The node for values above the limit.
        high: usize,
    },
}

/// A tree; the root is the first node.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionTree {
    /// The nodes of the tree, the root first.
    pub nodes: Vec<TreeNode>,
}

/// A leaf as a box: limits on inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The limits of the leaf: input, exclusive lower limit and inclusive upper limit.
    pub limits: Vec<(usize, f64, f64)>,
    /// Share of the cases of interest that the leaf contains.
    pub coverage: f64,
    /// Share of the cases in the leaf that are of interest.
    pub density: f64,
    /// Share of all cases that the leaf contains.
    pub mass: f64,
}

/// The best split of a leaf.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    input: usize,
    at: f64,
    gain: f64,
}

/// A leaf that may still be split.
struct OpenLeaf {
    node: usize,
    cases: Vec<usize>,
    candidate: Option<Candidate>,
}

/// Grows a tree. `inputs` has a row for each case; `interest` says which cases are of interest. `goes_on` is
/// asked for each input and leaf; once it answers false no leaf is split any more.
pub fn grow(
    inputs: ArrayView2<'_, f64>,
    interest: &[bool],
    growth: Growth,
    goes_on: &dyn Fn() -> bool,
) -> DecisionTree {
    let all: Vec<usize> = (0..interest.len().min(inputs.nrows())).collect();
    let leaf = |cases: &[usize]| TreeNode::Leaf {
        cases: cases.len(),
        of_interest: cases.iter().filter(|&&n| interest[n]).count(),
    };
    let least = growth.gain * impurity(all.len(), all.iter().filter(|&&n| interest[n]).count());
    let candidate = |cases: &[usize]| {
        let fewest = growth.fewest.max(1);
        best_split(inputs, interest, cases, fewest, goes_on).filter(|c| c.gain > least)
    };
    let mut nodes = vec![leaf(&all)];
    let mut open = vec![OpenLeaf { node: 0, candidate: candidate(&all), cases: all }];
    while open.len() < growth.leaves {
        // Of equal gains the older leaf.
        let gain = |open: &OpenLeaf| open.candidate.map_or(0.0, |candidate| candidate.gain);
        let Some(next) =
            (0..open.len()).reduce(|a, b| if gain(&open[b]) > gain(&open[a]) { b } else { a })
        else {
            break;
        };
        let Some(split) = open[next].candidate else { break };
        let OpenLeaf { node, cases, .. } = open.remove(next);
        let (low, high): (Vec<usize>, Vec<usize>) =
            cases.into_iter().partition(|&n| inputs[[n, split.input]] <= split.at);
        let count = nodes.len();
        nodes[node] =
            TreeNode::Split { input: split.input, at: split.at, low: count, high: count + 1 };
        for cases in [low, high] {
            nodes.push(leaf(&cases));
            let node = nodes.len() - 1;
            open.push(OpenLeaf { node, candidate: candidate(&cases), cases });
        }
    }
    DecisionTree { nodes }
}

/// Returns Gini's impurity of some cases, times their number n: 2 p (1 - p) n, where p is the share of interest.
fn impurity(cases: usize, of_interest: usize) -> f64 {
    let p = of_interest as f64 / cases.max(1) as f64;
    2.0 * p * (1.0 - p) * cases as f64
}

/// Returns the split with the largest gain; among equal gains the first input, and then the lowest limit, decides.
fn best_split(
    inputs: ArrayView2<'_, f64>,
    interest: &[bool],
    cases: &[usize],
    fewest: usize,
    goes_on: &dyn Fn() -> bool,
) -> Option<Candidate> {
    let hits = cases.iter().filter(|&&n| interest[n]).count();
    let whole = impurity(cases.len(), hits);
    let mut best: Option<Candidate> = None;
    for input in 0..inputs.ncols() {
        if !goes_on() {
            return None;
        }
        let mut sorted: Vec<(f64, bool)> =
            cases.iter().map(|&n| (inputs[[n, input]], interest[n])).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0;
        for (n, pair) in sorted.windows(2).enumerate() {
            let &[(x, own), (next, _)] = pair else { continue };
            below += usize::from(own);
            let count = n + 1;
            if x == next || count < fewest || cases.len() - count < fewest {
                continue;
            }
            let parts = impurity(count, below) + impurity(cases.len() - count, hits - below);
            let gain = whole - parts;
            if gain > 0.0 && best.is_none_or(|best| gain > best.gain * (1.0 + 1e-12)) {
                // Halves are added so that the middle does not overflow; it lies below the next value.
                let middle = x / 2.0 + next / 2.0;
                let at = if middle < next { middle } else { x };
                best = Some(Candidate { input, at, gain });
            }
        }
    }
    best
}

impl DecisionTree {
    /// Returns the leaves as boxes, the densest first.
    pub fn leaves(&self) -> Vec<Leaf> {
        let count = |node: &TreeNode| match node {
            TreeNode::Leaf { cases, of_interest } => (*cases, *of_interest),
            TreeNode::Split { .. } => (0, 0),
        };
        let (all, interest) =
            self.nodes.iter().map(count).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let mut found = Vec::new();
        // Each node, with the limits on the path to it.
        let mut open = vec![(0, Vec::<(usize, f64, f64)>::new())];
        while let Some((node, limits)) = open.pop() {
            match self.nodes.get(node) {
                Some(&TreeNode::Split { input, at, low, high }) => {
                    open.push((high, narrowed(&limits, input, at, f64::INFINITY)));
                    open.push((low, narrowed(&limits, input, f64::NEG_INFINITY, at)));
                }
                Some(&TreeNode::Leaf { cases, of_interest }) => found.push(Leaf {
                    limits,
                    coverage: of_interest as f64 / interest.max(1) as f64,
                    density: of_interest as f64 / cases.max(1) as f64,
                    mass: cases as f64 / all.max(1) as f64,
                }),
                None => {}
            }
        }
        found.sort_by(|a, b| b.density.total_cmp(&a.density).then(b.mass.total_cmp(&a.mass)));
        found
    }
}

/// Returns the limits with one more, ordered by input.
fn narrowed(
    limits: &[(usize, f64, f64)],
    input: usize,
    low: f64,
    high: f64,
) -> Vec<(usize, f64, f64)> {
    let mut limits = limits.to_vec();
    match limits.iter_mut().find(|limit| limit.0 == input) {
        Some(limit) => *limit = (input, limit.1.max(low), limit.2.min(high)),
        None => limits.push((input, low, high)),
    }
    limits.sort_by_key(|limit| limit.0);
    limits
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::super::unit_points::UnitPoints;
    use super::*;

    /// Ten cases by hand. Splitting the first input at 3.5 leaves 3 cases without interest and 7 with 5
    /// of interest: the impurity falls from 5 to 2 * 5/7 * 2/7 * 7 = 20/7. No other split gains as much.
    #[test]
    fn the_first_split_by_hand() {
        let inputs = array![
            [1.0, 5.0],
            [2.0, 1.0],
            [3.0, 4.0],
            [4.0, 2.0],
            [5.0, 9.0],
            [6.0, 3.0],
            [7.0, 8.0],
            [8.0, 0.0],
            [9.0, 7.0],
            [10.0, 6.0]
        ];
        let interest = [false, false, false, true, false, true, true, true, false, true];
        let growth = Growth { leaves: 2, fewest: 1, gain: 0.0 };
        let tree = grow(inputs.view(), &interest, growth, &|| true);
        assert_eq!(tree.nodes[0], TreeNode::Split { input: 0, at: 3.5, low: 1, high: 2 });
        assert_eq!(tree.nodes[1], TreeNode::Leaf { cases: 3, of_interest: 0 });
        let leaves = tree.leaves();
        assert_eq!(leaves[0].limits, [(0, 3.5, f64::INFINITY)]);
        assert_eq!((leaves[0].coverage, leaves[0].density, leaves[0].mass), (1.0, 5.0 / 7.0, 0.7));
        let found = best_split(inputs.view(), &interest, &(0..10).collect::<Vec<_>>(), 1, &|| true);
        assert!((found.expect("a split").gain - (5.0 - 20.0 / 7.0)).abs() < 1e-12);
    }

    #[test]
    fn a_box_becomes_one_dense_leaf() {
        let inputs = UnitPoints::new(4, 1, "test").rows(0, 2000);
        let interest: Vec<bool> =
            inputs.rows().into_iter().map(|x| x[1] < 0.4 && x[3] > 0.7).collect();
        let best = &grow(inputs.view(), &interest, Growth::default(), &|| true).leaves()[0];
        let [(1, _, high), (3, low, _)] = best.limits[..] else { panic!("{best:?}") };
        assert!((high - 0.4).abs() < 0.01 && (low - 0.7).abs() < 0.01, "{best:?}");
        assert!(best.coverage > 0.98 && best.density > 0.98, "{best:?}");
    }

    #[test]
    fn nothing_to_tell_apart_is_one_leaf() {
        let inputs = Array2::from_shape_fn((50, 2), |(row, _)| row as f64);
        let one = |interest: &[bool]| {
            grow(inputs.view(), interest, Growth::default(), &|| true).nodes.len()
        };
        assert_eq!(one(&[true; 50]), 1);
        let equal = Array2::ones((50, 2));
        let mixed: Vec<bool> = (0..50).map(|n| n % 2 == 0).collect();
        assert_eq!(grow(equal.view(), &mixed, Growth::default(), &|| true).nodes.len(), 1);
        assert_eq!(grow(equal.view(), &[], Growth::default(), &|| true).leaves()[0].mass, 0.0);
    }
}
