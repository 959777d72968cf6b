//! Instruction fusion: which operations become one instruction.
//!
//! In: a tape, a schedule and the number of uses of each node. Out: the [`Form`] of each node. An
//! operation absorbs operands that nothing else reads, so that their results stay in the
//! processor's registers instead of a lane in memory.
//!
//! Invariant: each operation still rounds by itself. There is no fused multiply-add, and no bit
//! changes.

use super::schedule::ScheduleStep;
use crate::engine::run::domain::Binary;
use crate::engine::solve::tape::{Instruction, Node, Tape};
use crate::operator::BinaryOp;

/// An operation that can be fused with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The result of fusion for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The node has a separate instruction.
    Single,
    /// The node is part of the instruction that reads it.
    Fused,
    /// Fused with its left operand: `(a . b) . c`.
    FuseLeft,
    /// Fused with its right operand: `a . (b . c)`.
    FuseRight,
    /// Fused with both operands: `(a . b) . (c . d)`.
    FuseBoth,
    /// A product fused with a power of a known base, and with the other factor if that is a product
    /// itself.
    TimesPower { power: Node },
    /// A sum fused with two products: `a b c + d e`.
    SumOfProducts,
    /// A sum of a number and of a sum of two products: `s + (a b c + d e)`.
    RunningSum,
}

/// The shape of a product that has absorbed one of its factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TripleKind {
    /// A product of three operands, `(a b) c`.
    Product,
    /// A sum times a factor, `(a + b) c`.
    OfSum,
    /// A difference times a factor, `(a - b) c`.
    OfDifference,
}

/// A product with its operands. For a product with an absorbed factor the operands of that factor
/// come first, and the last field is its node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Product {
    Pair([Node; 2]),
    Triple(TripleKind, [Node; 3], Node),
}

impl Product {
    /// Finds the product that a node computes; it absorbs one factor if `fusible` permits.
    pub(crate) fn of(tape: &Tape, node: Node, fusible: impl Fn(Node) -> bool) -> Option<Self> {
        let (Arithmetic::Multiply, a, b) = arithmetic(tape, node)? else { return None };
        let triple = |inner: Node, other: Node| {
            let (op, c, d) = arithmetic(tape, inner).filter(|_| fusible(inner))?;
            let triple = match op {
                Arithmetic::Multiply => TripleKind::Product,
                Arithmetic::Add => TripleKind::OfSum,
                Arithmetic::Subtract => TripleKind::OfDifference,
                Arithmetic::Divide => return None,
            };
            Some(Self::Triple(triple, [c, d, other], inner))
        };
        Some(triple(a, b).or_else(|| triple(b, a)).unwrap_or(Self::Pair([a, b])))
    }

    /// Returns the node of the absorbed factor.
    fn absorbed(self) -> Option<Node> {
        match self {
            Self::Pair(_) => None,
            Self::Triple(_, _, absorbed) => Some(absorbed),
        }
    }
}

/// Finds the two products that a node adds. The longer product comes last, which halves the number of instructions;
/// addition commutes exactly.
pub(crate) fn two_products(
    tape: &Tape,
    node: Node,
    fusible: impl Fn(Node) -> bool + Copy,
) -> Option<[Product; 2]> {
    let (Arithmetic::Add, a, b) = arithmetic(tape, node)? else { return None };
    let of = |side: Node| Product::of(tape, side, fusible).filter(|_| fusible(side));
    match (of(a)?, of(b)?) {
        (a @ Product::Triple(..), b @ Product::Pair(_)) => Some([b, a]),
        (a, b) => Some([a, b]),
    }
}

/// Finds the number and the sum, for a node that adds a number to a sum of two products.
pub(crate) fn running_sum(
    tape: &Tape,
    node: Node,
    fusible: impl Fn(Node) -> bool + Copy,
) -> Option<(Node, Node)> {
    let (Arithmetic::Add, a, b) = arithmetic(tape, node)? else { return None };
    let sum = |side: Node| fusible(side) && two_products(tape, side, fusible).is_some();
    if sum(b) { Some((a, b)) } else { sum(a).then_some((b, a)) }
}

/// Maximum number of steps between an operation and the one that absorbs it. Until then the
/// operands of the absorbed operation stay live, which costs registers.
const MAX_DISTANCE: usize = 32;

/// Returns the operation of a node and its operands, if the operation can be fused.
pub(crate) fn arithmetic(tape: &Tape, node: Node) -> Option<(Arithmetic, Node, Node)> {
    let Instruction::Binary(Binary::Operator(op), a, b) = tape.instruction(node) else {
        return None;
    };
    let op = match op {
        BinaryOp::Add => Arithmetic::Add,
        BinaryOp::Subtract => Arithmetic::Subtract,
        BinaryOp::Multiply => Arithmetic::Multiply,
        BinaryOp::Divide => Arithmetic::Divide,
        _ => return None,
    };
    Some((op, a, b))
}

/// Returns base and exponent of a power whose base is known before any draw, or is a table of known numbers. The base
/// must not be negative, so that every exponent has a power.
pub(crate) fn power_of_known_base(tape: &Tape, node: Node) -> Option<(Node, Node)> {
    let Instruction::Binary(Binary::Operator(BinaryOp::Power), base, exponent) =
        tape.instruction(node)
    else {
        return None;
    };
    let known = match tape.instruction(base) {
        Instruction::Constant(value) => value >= 0.0,
        _ => tape.table_of(base)?.values.iter().all(|&value| value >= 0.0),
    };
    let drawn = !matches!(tape.instruction(exponent), Instruction::Constant(_));
    (known && drawn).then_some((base, exponent))
}

/// Decides the form of each node for a program with this order.
pub(crate) fn forms(tape: &Tape, order: &[ScheduleStep], uses: &[u32]) -> Vec<Form> {
    let mut forms = vec![Form::Single; tape.len()];
    let mut position = vec![0; tape.len()];
    for (n, step) in order.iter().enumerate() {
        if let ScheduleStep::Node(node) = *step {
            position[node as usize] = n;
        }
    }
    // From the last step back, so that a node claims its operands before they claim their own.
    for (n, step) in order.iter().enumerate().rev() {
        let ScheduleStep::Node(node) = *step else { continue };
        let Some((op, a, b)) = arithmetic(tape, node) else { continue };
        if forms[node as usize] == Form::Fused {
            continue;
        }
        let fusible =
            |side: Node| uses[side as usize] == 1 && n - position[side as usize] <= MAX_DISTANCE;
        let fusible_arithmetic = |side: Node| fusible(side) && arithmetic(tape, side).is_some();
        let fusible_power = |side: Node| fusible(side) && power_of_known_base(tape, side).is_some();
        // Powers come first: their instruction takes up to two factors, and no other one takes a power.
        if op == Arithmetic::Multiply && (fusible_power(a) || fusible_power(b)) {
            let (power, other) = if fusible_power(b) { (b, a) } else { (a, b) };
            forms[node as usize] = Form::TimesPower { power };
            forms[power as usize] = Form::Fused;
            let product =
                arithmetic(tape, other).is_some_and(|(op, ..)| op == Arithmetic::Multiply);
            if product && fusible(other) {
                forms[other as usize] = Form::Fused;
            }
            continue;
        }
        if let Some(form) = sum_of_products(tape, node, fusible_arithmetic, &mut forms) {
            forms[node as usize] = form;
            continue;
        }
        forms[node as usize] = match (fusible_arithmetic(a), fusible_arithmetic(b)) {
            (true, true) => Form::FuseBoth,
            (true, false) => Form::FuseLeft,
            (false, true) => Form::FuseRight,
            (false, false) => Form::Single,
        };
        for side in [a, b].into_iter().filter(|&side| fusible_arithmetic(side)) {
            forms[side as usize] = Form::Fused;
        }
    }
    forms
}

/// Determines the form of a sum of products, and marks its products and factors as fused. `None` if the node is not
/// such a sum.
fn sum_of_products(
    tape: &Tape,
    node: Node,
    fusible_arithmetic: impl Fn(Node) -> bool + Copy,
    forms: &mut [Form],
) -> Option<Form> {
    let (form, sum) = match running_sum(tape, node, fusible_arithmetic) {
        Some((_, sum)) => (Form::RunningSum, sum),
        None => (Form::SumOfProducts, node),
    };
    let products = two_products(tape, sum, fusible_arithmetic)?;
    let has_triple = products.iter().any(|product| product.absorbed().is_some());
    // Two pairs without a running sum are left to `FuseBoth`, which is the same instruction.
    if form == Form::SumOfProducts && !has_triple {
        return None;
    }
    let (_, a, b) = arithmetic(tape, sum)?;
    let absorbed = products.into_iter().filter_map(Product::absorbed);
    for taken in [a, b].into_iter().chain(absorbed).chain((sum != node).then_some(sum)) {
        forms[taken as usize] = Form::Fused;
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::solve::tape::Symbolic;

    /// Returns the forms of the nodes of a tape that is computed in order and whose last node is output.
    fn forms_of(tape: &Tape) -> Vec<Form> {
        let order: Vec<ScheduleStep> = (0..tape.len() as Node).map(ScheduleStep::Node).collect();
        let mut uses = vec![0; tape.len()];
        for node in 0..tape.len() as Node {
            if let Instruction::Binary(_, a, b) = tape.instruction(node) {
                uses[a as usize] += 1;
                uses[b as usize] += 1;
            }
        }
        uses[tape.len() - 1] += 1;
        forms(tape, &order, &uses)
    }

    fn inputs(tape: &mut Tape) -> [Symbolic; 4] {
        [0, 1, 2, 3].map(|n| Symbolic::Node(tape.input(n)))
    }

    const ADD: Binary = Binary::Operator(BinaryOp::Add);
    const TIMES: Binary = Binary::Operator(BinaryOp::Multiply);

    #[test]
    fn operations_with_one_reader_are_fused_into_it() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let (left, right) = (tape.binary(TIMES, a, b), tape.binary(TIMES, c, d));
        tape.binary(ADD, left, right);
        assert_eq!(forms_of(&tape)[4..], [Form::Fused, Form::Fused, Form::FuseBoth]);
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let inner = tape.binary(ADD, b, c);
        let middle = tape.binary(TIMES, a, inner);
        tape.binary(ADD, middle, d);
        // The middle operation is absorbed, so the inner one cannot be.
        assert_eq!(forms_of(&tape)[4..], [Form::Single, Form::Fused, Form::FuseLeft]);
    }

    #[test]
    fn a_sum_absorbs_two_products_and_their_factors() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let difference = tape.binary(Binary::Operator(BinaryOp::Subtract), a, b);
        let (left, right) = (tape.binary(TIMES, d, difference), tape.binary(TIMES, b, c));
        let sum = tape.binary(ADD, left, right);
        let node = tape.node(sum) as usize;
        let fused = [Form::Fused; 3];
        assert_eq!(forms_of(&tape)[node - 3..], [&fused[..], &[Form::SumOfProducts]].concat());
        let all = |_| true;
        let [Product::Pair(_), Product::Triple(TripleKind::OfDifference, [first, _, last], _)] =
            two_products(&tape, node as Node, all).expect("it adds two products")
        else {
            panic!("the longer product is last");
        };
        assert_eq!((first, last), (tape.node(a), tape.node(d)));
        // A sum with it absorbs it too. A node with a second reader is not absorbed.
        tape.binary(ADD, c, sum);
        let fused = [Form::Fused; 4];
        assert_eq!(forms_of(&tape)[node - 3..], [&fused[..], &[Form::RunningSum]].concat());
        tape.binary(ADD, sum, sum);
        assert_eq!(forms_of(&tape)[node..node + 2], [Form::SumOfProducts, Form::Single]);
    }

    #[test]
    fn a_power_of_a_known_base_is_fused_into_its_product() {
        const POWER: Binary = Binary::Operator(BinaryOp::Power);
        let mut tape = Tape::default();
        let [a, b, c, _] = inputs(&mut tape);
        let base = Symbolic::Known(1.07);
        let power = tape.binary(POWER, base, c);
        let product = tape.binary(TIMES, a, b);
        tape.binary(TIMES, power, product);
        let node = tape.node(power);
        assert_eq!(
            forms_of(&tape)[node as usize..],
            [Form::Fused, Form::Fused, Form::TimesPower { power: node }]
        );
        // A sum is not a product, and a negative base does not have every power.
        for (outer, base) in [(ADD, 1.07), (TIMES, -1.07)] {
            let mut tape = Tape::default();
            let [a, _, c, _] = inputs(&mut tape);
            let power = tape.binary(POWER, Symbolic::Known(base), c);
            tape.binary(outer, power, a);
            assert_eq!(forms_of(&tape)[tape.len() - 2..], [Form::Single, Form::Single]);
        }
    }

    #[test]
    fn an_operation_with_two_readers_is_not_fused() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let shared = tape.binary(TIMES, a, b);
        let left = tape.binary(ADD, shared, c);
        let right = tape.binary(ADD, shared, d);
        tape.binary(TIMES, left, right);
        let found = forms_of(&tape);
        assert_eq!(found[4..], [Form::Single, Form::Fused, Form::Fused, Form::FuseBoth]);
    }

    #[test]
    fn an_operation_far_before_its_reader_is_not_fused() {
        let mut tape = Tape::default();
        let [a, b, mut c, _] = inputs(&mut tape);
        let early = tape.binary(TIMES, a, b);
        for _ in 0..=MAX_DISTANCE {
            c = tape.binary(Binary::Maximum, c, a);
            c = tape.binary(Binary::Minimum, c, b);
        }
        tape.binary(ADD, c, early);
        let found = forms_of(&tape);
        assert_eq!((found[4], found[tape.len() - 1]), (Form::Single, Form::Single));
    }
}
