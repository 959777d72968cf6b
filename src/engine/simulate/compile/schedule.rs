//! Instruction scheduling: the order of a program's steps.
//!
//! In: the tape and the nodes to output. Out: the steps that the outputs need, each once and after
//! its operands, in an order with few live values, so that they fit the processor's cache. The
//! order does not change any value.
//!
//! Two orders are tried. Depth-first from output to output keeps the values of all elements live
//! from one year to the next. If outputs are sums over elements, a second order goes term by term:
//! everything for the first terms of all sums, then for the second terms. The order with fewer live
//! values wins.

use crate::engine::run::domain::Binary;
use crate::engine::simulate::inputs::{LaneInput, LaneInputs};
use crate::engine::solve::tape::{Instruction, Node, Symbolic, Tape};
use crate::operator::BinaryOp;

/// A step of a schedule: a node to compute, or a block to solve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ScheduleStep {
    /// Computes a node.
    Node(Node),
    /// Solves a block, by index, from the given starting points.
    Block(usize, SolverStarts),
}

/// The starting points from which blocks are solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum SolverStarts {
    /// The solution at the medians alone. The values that the other starting points need are not
    /// computed.
    MediansOnly,
    /// The solution at the medians, then all starting points of a plain run.
    All,
}

impl ScheduleStep {
    /// Calls `f` for each node that the step reads.
    pub(crate) fn for_each_operand(
        self,
        tape: &Tape,
        inputs: &LaneInputs,
        mut f: impl FnMut(Node),
    ) {
        match self {
            Self::Block(number, from) => {
                let block = &inputs.blocks[number];
                block.reads.iter().for_each(|&read| f(read));
                if from == SolverStarts::All {
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

/// Sorts the steps that the outputs need in the order of evaluation.
pub(crate) fn schedule(
    tape: &Tape,
    inputs: &LaneInputs,
    from: SolverStarts,
    outputs: &[Node],
) -> Vec<ScheduleStep> {
    let by_output = depth_first(tape, inputs, from, outputs.iter().copied());
    let term_nodes = partial_sums(tape, inputs, &by_output, outputs);
    if term_nodes.is_empty() {
        return by_output;
    }
    let by_term =
        depth_first(tape, inputs, from, term_nodes.into_iter().chain(outputs.iter().copied()));
    let live = |order: &[ScheduleStep]| max_live(tape, inputs, order);
    if live(&by_term) < live(&by_output) { by_term } else { by_output }
}

/// Orders the steps that the wanted nodes need, depth first: each step comes just before the first
/// step that reads it. The stack is explicit, since a tape may be deeper than the call stack.
fn depth_first(
    tape: &Tape,
    inputs: &LaneInputs,
    from: SolverStarts,
    wanted: impl Iterator<Item = Node>,
) -> Vec<ScheduleStep> {
    /// A node to visit, or a step whose operands have been visited.
    enum Visit {
        Enter(Node),
        Leave(ScheduleStep),
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
                            ScheduleStep::Block(block, from)
                        }
                        None => ScheduleStep::Node(node),
                    }
                }
            };
            pending.push(Visit::Leave(step));
            let first = pending.len();
            step.for_each_operand(tape, inputs, |read| pending.push(Visit::Enter(read)));
            pending[first..].reverse();
        }
    }
    order
}

/// Returns the block of which a node is an unknown; None for other nodes.
fn block_of(tape: &Tape, inputs: &LaneInputs, node: Node) -> Option<usize> {
    let Instruction::Input(number) = tape.instruction(node) else { return None };
    match inputs.inputs[number] {
        LaneInput::Solved(block, _) => Some(block),
        LaneInput::Draw(_) | LaneInput::Override(_) => None,
    }
}

/// Counts how often each node is read by a step or output.
pub(crate) fn uses(
    tape: &Tape,
    inputs: &LaneInputs,
    order: &[ScheduleStep],
    outputs: &[Node],
) -> Vec<u32> {
    let mut uses = vec![0; tape.len()];
    outputs.iter().for_each(|&node| uses[node as usize] += 1);
    for step in order {
        step.for_each_operand(tape, inputs, |read| uses[read as usize] += 1);
    }
    uses
}

/// Returns the partial sums of all long sums, term by term: the first term of every sum, then the sum of the first two
/// terms of every sum, and so on.
fn partial_sums(
    tape: &Tape,
    inputs: &LaneInputs,
    order: &[ScheduleStep],
    outputs: &[Node],
) -> Vec<Node> {
    let uses = uses(tape, inputs, order, outputs);
    let summands = |node: Node| match tape.instruction(node) {
        Instruction::Binary(Binary::Operator(BinaryOp::Add), a, b) => Some((a, b)),
        _ => None,
    };
    // The partial sum that a sum extends: its left operand, if nothing else reads it.
    let extended = |node: Node| {
        summands(node)
            .map(|(sum, _)| sum)
            .filter(|&a| summands(a).is_some() && uses[a as usize] == 1)
    };
    let sums: Vec<Node> = order
        .iter()
        .filter_map(|step| match *step {
            ScheduleStep::Node(node) if summands(node).is_some() => Some(node),
            _ => None,
        })
        .collect();
    // Whole sums are those that no other sum extends.
    let mut inner = vec![false; tape.len()];
    sums.iter().filter_map(|&node| extended(node)).for_each(|node| inner[node as usize] = true);
    let whole = sums.into_iter().filter(|&node| !inner[node as usize]);
    // For each whole sum its first term, then its partial sums from the shortest to the whole.
    let all_partials: Vec<Vec<Node>> = whole
        .map(|node| {
            let mut partials: Vec<Node> =
                std::iter::successors(Some(node), |&node| extended(node)).collect();
            partials
                .extend(partials.last().and_then(|&first| summands(first)).map(|(term, _)| term));
            partials.reverse();
            partials
        })
        .collect();
    let longest = all_partials.iter().map(Vec::len).max().unwrap_or(0);
    // Short sums keep the order of their readers: term by term they would only mix with long ones.
    let long = |partials: &&Vec<Node>| partials.len() > 2 && 2 * partials.len() >= longest;
    let all_partials: Vec<&Vec<Node>> = all_partials.iter().filter(long).collect();
    // Counted from the end, because a first term that is itself a sum looks like two terms.
    let from_end = |n: usize| {
        all_partials
            .iter()
            .filter_map(move |partials| partials.get(partials.len().checked_sub(n)?).copied())
    };
    (1..=longest).rev().flat_map(from_end).collect()
}

/// Returns the maximum number of live values, which are computed and will still be read. Constants do not count,
/// because instructions contain them.
fn max_live(tape: &Tape, inputs: &LaneInputs, order: &[ScheduleStep]) -> usize {
    let mut remaining = uses(tape, inputs, order, &[]);
    let (mut live, mut max) = (0_usize, 0);
    for step in order {
        if let ScheduleStep::Node(node) = *step
            && !matches!(tape.instruction(node), Instruction::Constant(_))
            && remaining[node as usize] > 0
        {
            live += 1;
        }
        max = max.max(live);
        step.for_each_operand(tape, inputs, |read| {
            let uses = &mut remaining[read as usize];
            *uses -= 1;
            let is_register = !matches!(tape.instruction(read), Instruction::Constant(_));
            if *uses == 0 && is_register {
                live = live.saturating_sub(1);
            }
        });
    }
    max
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::run::domain::RandomId;

    /// Makes multiplicative walks of some elements, and for each year the sum over elements.
    fn walks(elements: usize, years: usize) -> (Tape, LaneInputs, Vec<Node>) {
        let (mut tape, mut inputs) = (Tape::default(), LaneInputs::default());
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
    fn sums_over_many_elements_are_scheduled_element_by_element() {
        let (tape, inputs, sums) = walks(40, 5);
        let by_output =
            depth_first(&tape, &inputs, SolverStarts::MediansOnly, sums.iter().copied());
        let chosen = schedule(&tape, &inputs, SolverStarts::MediansOnly, &sums);
        assert!(max_live(&tape, &inputs, &by_output) > 80);
        assert!(max_live(&tape, &inputs, &chosen) < 20);
        // With few elements and many years, the order by output has fewer live values.
        let (tape, inputs, sums) = walks(3, 50);
        let by_output =
            depth_first(&tape, &inputs, SolverStarts::MediansOnly, sums.iter().copied());
        assert_eq!(schedule(&tape, &inputs, SolverStarts::MediansOnly, &sums), by_output);
    }

    #[test]
    fn each_step_comes_once_and_after_its_operands() {
        for (elements, years) in [(1, 1), (2, 3), (40, 5), (7, 7)] {
            let (tape, inputs, sums) = walks(elements, years);
            let order = schedule(&tape, &inputs, SolverStarts::MediansOnly, &sums);
            let mut done = vec![false; tape.len()];
            for step in order {
                step.for_each_operand(&tape, &inputs, |read| assert!(done[read as usize]));
                let ScheduleStep::Node(node) = step else { panic!("nothing is solved") };
                assert!(!std::mem::replace(&mut done[node as usize], true));
            }
            assert!(sums.iter().all(|&sum| done[sum as usize]));
        }
    }
}
