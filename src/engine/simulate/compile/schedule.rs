//! The order of a program: only what is asked for, each node after what it reads, and so that few
//! values have to be kept at a time.
//!
//! Visited output by output, a model of many elements has the values of all elements open from one
//! year to the next. Where sums over elements are asked for, they are also tried term by term: all
//! that the first terms need, then the second terms. The order with fewer open values is taken. The
//! order changes no value.

use crate::engine::run::domain::Binary;
use crate::engine::simulate::inputs::{Input, Inputs};
use crate::engine::solve::tape::{Instruction, Node, Symbolic, Tape};
use crate::operator::BinaryOp;

/// What is done at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Node(Node),
    Block(usize, Searched),
}

/// Where blocks are searched from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Searched {
    /// The solution at the medians alone: what the other starts are made of need not be known.
    FromMedians,
    /// Then the starts of a run by itself.
    FromAll,
}

impl Step {
    pub(crate) fn each_read(self, tape: &Tape, inputs: &Inputs, mut f: impl FnMut(Node)) {
        match self {
            Self::Block(number, from) => {
                let block = &inputs.blocks[number];
                block.reads.iter().for_each(|&read| f(read));
                if from == Searched::FromAll {
                    block.starts.values().filter_map(Symbolic::node).for_each(f);
                }
            }
            Self::Node(node) => match tape.instruction(node) {
                Instruction::Input(_) | Instruction::Constant(_) | Instruction::Table(_) => {}
                Instruction::Unary(_, a) => f(a),
                Instruction::Binary(_, a, b) => [a, b].into_iter().for_each(f),
                Instruction::Select(a, b, c) => [a, b, c].into_iter().for_each(f),
            },
        }
    }
}

/// The steps that the outputs need, in order.
pub(crate) fn schedule(
    tape: &Tape,
    inputs: &Inputs,
    from: Searched,
    outputs: &[Node],
) -> Vec<Step> {
    let straight = ordered(tape, inputs, from, outputs.iter().copied());
    let by_term = terms(tape, inputs, &straight, outputs);
    if by_term.is_empty() {
        return straight;
    }
    let across = ordered(tape, inputs, from, by_term.into_iter().chain(outputs.iter().copied()));
    let open = |order: &[Step]| most_open(tape, inputs, order);
    if open(&across) < open(&straight) { across } else { straight }
}

/// All steps that some nodes need, as late as one of them needs it.
fn ordered(
    tape: &Tape,
    inputs: &Inputs,
    from: Searched,
    wanted: impl Iterator<Item = Node>,
) -> Vec<Step> {
    enum Visit {
        Enter(Node),
        Leave(Step),
    }
    let mut seen = vec![false; tape.len()];
    let mut solved = vec![false; inputs.blocks.len()];
    let mut order = Vec::new();
    let mut pending = Vec::new();
    for node in wanted {
        pending.push(Visit::Enter(node));
        while let Some(visit) = pending.pop() {
            let step = match visit {
                Visit::Leave(step) => {
                    order.push(step);
                    continue;
                }
                Visit::Enter(node) if seen[node as usize] => continue,
                Visit::Enter(node) => {
                    seen[node as usize] = true;
                    match block_of(tape, inputs, node) {
                        Some(block) if solved[block] => continue,
                        Some(block) => {
                            solved[block] = true;
                            Step::Block(block, from)
                        }
                        None => Step::Node(node),
                    }
                }
            };
            pending.push(Visit::Leave(step));
            let first = pending.len();
            step.each_read(tape, inputs, |read| pending.push(Visit::Enter(read)));
            pending[first..].reverse();
        }
    }
    order
}

/// The block that a node is an unknown of.
fn block_of(tape: &Tape, inputs: &Inputs, node: Node) -> Option<usize> {
    let Instruction::Input(number) = tape.instruction(node) else { return None };
    match inputs.inputs[number] {
        Input::Solved(block, _) => Some(block),
        Input::Draw(_) | Input::Override(_) => None,
    }
}

/// How often each node is read or asked for.
pub(crate) fn uses(tape: &Tape, inputs: &Inputs, order: &[Step], outputs: &[Node]) -> Vec<u32> {
    let mut uses = vec![0; tape.len()];
    outputs.iter().for_each(|&node| uses[node as usize] += 1);
    for step in order {
        step.each_read(tape, inputs, |read| uses[read as usize] += 1);
    }
    uses
}

/// The partial sums of the long sums of a program: the first term of each sum, then the sum of the first
/// two of each.
fn terms(tape: &Tape, inputs: &Inputs, order: &[Step], outputs: &[Node]) -> Vec<Node> {
    let uses = uses(tape, inputs, order, outputs);
    let sides = |node: Node| match tape.instruction(node) {
        Instruction::Binary(Binary::Operator(BinaryOp::Add), a, b) => Some((a, b)),
        _ => None,
    };
    // The sum that a sum continues: on its left, and read by nothing else.
    let continued = |node: Node| {
        sides(node).map(|(sum, _)| sum).filter(|&a| sides(a).is_some() && uses[a as usize] == 1)
    };
    let sums: Vec<Node> = order
        .iter()
        .filter_map(|step| match *step {
            Step::Node(node) if sides(node).is_some() => Some(node),
            _ => None,
        })
        .collect();
    let mut inner = vec![false; tape.len()];
    sums.iter().filter_map(|&node| continued(node)).for_each(|node| inner[node as usize] = true);
    let whole = sums.into_iter().filter(|&node| !inner[node as usize]);
    let chains: Vec<Vec<Node>> = whole
        .map(|node| {
            let mut chain: Vec<Node> =
                std::iter::successors(Some(node), |&node| continued(node)).collect();
            chain.extend(chain.last().and_then(|&first| sides(first)).map(|(term, _)| term));
            chain.reverse();
            chain
        })
        .collect();
    let longest = chains.iter().map(Vec::len).max().unwrap_or(0);
    let long = |chain: &&Vec<Node>| chain.len() > 2 && 2 * chain.len() >= longest;
    let chains: Vec<&Vec<Node>> = chains.iter().filter(long).collect();
    // Counted from the end: a first term may be a sum itself, and look like two.
    let from_end = |n: usize| {
        chains.iter().filter_map(move |chain| chain.get(chain.len().checked_sub(n)?).copied())
    };
    (1..=longest).rev().flat_map(from_end).collect()
}

/// The most values that are open at once.
fn most_open(tape: &Tape, inputs: &Inputs, order: &[Step]) -> usize {
    let mut left = uses(tape, inputs, order, &[]);
    let (mut open, mut most) = (0_usize, 0);
    for step in order {
        if let Step::Node(node) = *step
            && !matches!(tape.instruction(node), Instruction::Constant(_))
            && left[node as usize] > 0
        {
            open += 1;
        }
        most = most.max(open);
        step.each_read(tape, inputs, |read| {
            let uses = &mut left[read as usize];
            *uses -= 1;
            let kept = !matches!(tape.instruction(read), Instruction::Constant(_));
            if *uses == 0 && kept {
                open = open.saturating_sub(1);
            }
        });
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::run::domain::RandomId;

    /// Walks of some elements, and their sums year by year.
    fn walks(elements: usize, years: usize) -> (Tape, Inputs, Vec<Node>) {
        let (mut tape, mut inputs) = (Tape::default(), Inputs::default());
        let times = Binary::Operator(BinaryOp::Multiply);
        let spread = Distribution::new(crate::builtins::Function::Uniform, &[1.0, 2.0]);
        let spread = spread.expect("a distribution");
        let mut at: Vec<(Symbolic, Symbolic)> = Vec::new();
        for n in 0..elements {
            let id = RandomId { name: format!("growth{n}"), part: 0 };
            let growth = Symbolic::Node(tape.input(inputs.draw(id, &spread)));
            at.push((growth, growth));
        }
        let mut sums = Vec::new();
        for _ in 0..years {
            at.iter_mut().for_each(|(value, growth)| *value = tape.binary(times, *value, *growth));
            let values: Vec<Symbolic> = at.iter().map(|(value, _)| *value).collect();
            let sum = tape.sum(&values);
            sums.push(tape.node(sum));
        }
        (tape, inputs, sums)
    }

    #[test]
    fn sums_over_many_elements_are_made_element_by_element() {
        let (tape, inputs, sums) = walks(40, 5);
        let straight = ordered(&tape, &inputs, Searched::FromMedians, sums.iter().copied());
        let chosen = schedule(&tape, &inputs, Searched::FromMedians, &sums);
        assert!(most_open(&tape, &inputs, &straight) > 80);
        assert!(most_open(&tape, &inputs, &chosen) < 20);
        // Few elements over many years have fewer values open year by year.
        let (tape, inputs, sums) = walks(3, 50);
        let straight = ordered(&tape, &inputs, Searched::FromMedians, sums.iter().copied());
        assert_eq!(schedule(&tape, &inputs, Searched::FromMedians, &sums), straight);
    }

    #[test]
    fn each_step_comes_once_and_after_what_it_reads() {
        for (elements, years) in [(1, 1), (2, 3), (40, 5), (7, 7)] {
            let (tape, inputs, sums) = walks(elements, years);
            let order = schedule(&tape, &inputs, Searched::FromMedians, &sums);
            let mut done = vec![false; tape.len()];
            for step in order {
                step.each_read(&tape, &inputs, |read| assert!(done[read as usize]));
                let Step::Node(node) = step else { panic!("nothing is solved") };
                assert!(!std::mem::replace(&mut done[node as usize], true));
            }
            assert!(sums.iter().all(|&sum| done[sum as usize]));
        }
    }
}
