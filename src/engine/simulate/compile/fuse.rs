//! Which operations become one instruction: an operation takes those that it alone reads into itself,
//! so that their results stay in the processor's registers.
//!
//! Each operation rounds as it does by itself: there is no fused multiply-add, and no bit changes.

use super::schedule::Step;
use crate::engine::run::domain::Binary;
use crate::engine::solve::tape::{Instruction, Node, Tape};
use crate::operator::BinaryOp;

/// The operations that are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What becomes of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// An instruction of its own.
    Alone,
    /// Part of the instruction that reads it.
    Taken,
    /// With its left operation: `(a . b) . c`.
    WithLeft,
    /// With its right operation: `a . (b . c)`.
    WithRight,
    /// With both: `(a . b) . (c . d)`.
    WithBoth,
    /// With a power of a known base, and with the product that is multiplied by it if that is taken.
    TimesPower { power: Node },
    /// With two products: `a b c + d e`.
    OfProducts,
    /// With a sum of two products: `s + (a b c + d e)`.
    Running,
}

/// A product of three sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Long {
    /// `(a b) c`
    Product,
    /// `(a + b) c`
    OfSum,
    /// `(a - b) c`
    OfDifference,
}

/// The sides of a product: those of the operation that it takes come first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Product {
    Short([Node; 2]),
    Long(Long, [Node; 3], Node),
}

impl Product {
    /// What a node multiplies, with one of the operations that `taken` says may be taken.
    pub(crate) fn of(tape: &Tape, node: Node, taken: impl Fn(Node) -> bool) -> Option<Self> {
        let (Arithmetic::Multiply, a, b) = arithmetic(tape, node)? else { return None };
        let long = |inner: Node, other: Node| {
            let (op, c, d) = arithmetic(tape, inner).filter(|_| taken(inner))?;
            let long = match op {
                Arithmetic::Multiply => Long::Product,
                Arithmetic::Add => Long::OfSum,
                Arithmetic::Subtract => Long::OfDifference,
                Arithmetic::Divide => return None,
            };
            Some(Self::Long(long, [c, d, other], inner))
        };
        Some(long(a, b).or_else(|| long(b, a)).unwrap_or(Self::Short([a, b])))
    }

    /// The operation that it takes.
    fn inner(self) -> Option<Node> {
        match self {
            Self::Short(_) => None,
            Self::Long(_, _, inner) => Some(inner),
        }
    }
}

/// The two products that a node adds, the longer one last: in which order does not matter to a sum.
pub(crate) fn products(
    tape: &Tape,
    node: Node,
    taken: impl Fn(Node) -> bool + Copy,
) -> Option<[Product; 2]> {
    let (Arithmetic::Add, a, b) = arithmetic(tape, node)? else { return None };
    let of = |side: Node| Product::of(tape, side, taken).filter(|_| taken(side));
    match (of(a)?, of(b)?) {
        (a @ Product::Long(..), b @ Product::Short(_)) => Some([b, a]),
        (a, b) => Some([a, b]),
    }
}

/// What a node adds to a sum of two products, and that sum.
pub(crate) fn running(
    tape: &Tape,
    node: Node,
    taken: impl Fn(Node) -> bool + Copy,
) -> Option<(Node, Node)> {
    let (Arithmetic::Add, a, b) = arithmetic(tape, node)? else { return None };
    let sum = |side: Node| taken(side) && products(tape, side, taken).is_some();
    if sum(b) { Some((a, b)) } else { sum(a).then_some((b, a)) }
}

/// How many steps may lie between an operation and one that takes it: what it reads is kept until
/// then.
const NEAR: usize = 32;

/// A node's operation and what it is of, if it is one that is joined.
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

/// Base and exponent of a power whose base is known before anything is drawn or is chosen among such,
/// and has powers of all kinds.
pub(crate) fn power_of_known(tape: &Tape, node: Node) -> Option<(Node, Node)> {
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

/// The form of each node of a tape, for a program with this order.
pub(crate) fn forms(tape: &Tape, order: &[Step], uses: &[u32]) -> Vec<Form> {
    let mut forms = vec![Form::Alone; tape.len()];
    let mut place = vec![0; tape.len()];
    for (n, step) in order.iter().enumerate() {
        if let Step::Node(node) = *step {
            place[node as usize] = n;
        }
    }
    for (n, step) in order.iter().enumerate().rev() {
        let Step::Node(node) = *step else { continue };
        let Some((op, a, b)) = arithmetic(tape, node) else { continue };
        if forms[node as usize] == Form::Taken {
            continue;
        }
        let near = |side: Node| uses[side as usize] == 1 && n - place[side as usize] <= NEAR;
        let free = |side: Node| near(side) && arithmetic(tape, side).is_some();
        let power = |side: Node| near(side) && power_of_known(tape, side).is_some();
        if op == Arithmetic::Multiply && (power(a) || power(b)) {
            let (power, other) = if power(b) { (b, a) } else { (a, b) };
            forms[node as usize] = Form::TimesPower { power };
            forms[power as usize] = Form::Taken;
            let product =
                arithmetic(tape, other).is_some_and(|(op, ..)| op == Arithmetic::Multiply);
            if product && near(other) {
                forms[other as usize] = Form::Taken;
            }
            continue;
        }
        if let Some(form) = of_products(tape, node, free, &mut forms) {
            forms[node as usize] = form;
            continue;
        }
        forms[node as usize] = match (free(a), free(b)) {
            (true, true) => Form::WithBoth,
            (true, false) => Form::WithLeft,
            (false, true) => Form::WithRight,
            (false, false) => Form::Alone,
        };
        for side in [a, b].into_iter().filter(|&side| free(side)) {
            forms[side as usize] = Form::Taken;
        }
    }
    forms
}

/// The form of a sum of products, which are taken into it.
fn of_products(
    tape: &Tape,
    node: Node,
    free: impl Fn(Node) -> bool + Copy,
    forms: &mut [Form],
) -> Option<Form> {
    let (form, sum) = match running(tape, node, free) {
        Some((_, sum)) => (Form::Running, sum),
        None => (Form::OfProducts, node),
    };
    let products = products(tape, sum, free)?;
    let long = products.iter().any(|product| product.inner().is_some());
    if form == Form::OfProducts && !long {
        return None;
    }
    let (_, a, b) = arithmetic(tape, sum)?;
    let inner = products.into_iter().filter_map(Product::inner);
    for taken in [a, b].into_iter().chain(inner).chain((sum != node).then_some(sum)) {
        forms[taken as usize] = Form::Taken;
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::solve::tape::Symbolic;

    /// The forms of a tape's nodes, all in their order, of which the last is asked for.
    fn forms_of(tape: &Tape) -> Vec<Form> {
        let order: Vec<Step> = (0..tape.len() as Node).map(Step::Node).collect();
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
    fn operations_that_one_other_reads_are_taken_into_it() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let (left, right) = (tape.binary(TIMES, a, b), tape.binary(TIMES, c, d));
        tape.binary(ADD, left, right);
        assert_eq!(forms_of(&tape)[4..], [Form::Taken, Form::Taken, Form::WithBoth]);
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let inner = tape.binary(ADD, b, c);
        let middle = tape.binary(TIMES, a, inner);
        tape.binary(ADD, middle, d);
        // The middle one is taken, so the inner one is left to itself.
        assert_eq!(forms_of(&tape)[4..], [Form::Alone, Form::Taken, Form::WithLeft]);
    }

    #[test]
    fn a_sum_takes_two_products_and_what_they_multiply() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let less = tape.binary(Binary::Operator(BinaryOp::Subtract), a, b);
        let (left, right) = (tape.binary(TIMES, d, less), tape.binary(TIMES, b, c));
        let sum = tape.binary(ADD, left, right);
        let node = tape.node(sum) as usize;
        let taken = [Form::Taken; 3];
        assert_eq!(forms_of(&tape)[node - 3..], [&taken[..], &[Form::OfProducts]].concat());
        let all = |_| true;
        let [Product::Short(_), Product::Long(Long::OfDifference, [first, _, last], _)] =
            products(&tape, node as Node, all).expect("it adds two products")
        else {
            panic!("the longer product is last");
        };
        assert_eq!((first, last), (tape.node(a), tape.node(d)));
        // What is added to it takes it too; what it takes may have no other reader.
        tape.binary(ADD, c, sum);
        let taken = [Form::Taken; 4];
        assert_eq!(forms_of(&tape)[node - 3..], [&taken[..], &[Form::Running]].concat());
        tape.binary(ADD, sum, sum);
        assert_eq!(forms_of(&tape)[node..node + 2], [Form::OfProducts, Form::Alone]);
    }

    #[test]
    fn a_power_of_a_known_base_is_taken_into_what_multiplies_it() {
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
            [Form::Taken, Form::Taken, Form::TimesPower { power: node }]
        );
        // A sum is no product, and a negative base has no power of every kind.
        for (outer, base) in [(ADD, 1.07), (TIMES, -1.07)] {
            let mut tape = Tape::default();
            let [a, _, c, _] = inputs(&mut tape);
            let power = tape.binary(POWER, Symbolic::Known(base), c);
            tape.binary(outer, power, a);
            assert_eq!(forms_of(&tape)[tape.len() - 2..], [Form::Alone, Form::Alone]);
        }
    }

    #[test]
    fn what_is_read_twice_is_not_taken() {
        let mut tape = Tape::default();
        let [a, b, c, d] = inputs(&mut tape);
        let shared = tape.binary(TIMES, a, b);
        let left = tape.binary(ADD, shared, c);
        let right = tape.binary(ADD, shared, d);
        tape.binary(TIMES, left, right);
        let found = forms_of(&tape);
        assert_eq!(found[4..], [Form::Alone, Form::Taken, Form::Taken, Form::WithBoth]);
    }

    #[test]
    fn what_was_done_long_before_is_not_taken() {
        let mut tape = Tape::default();
        let [a, b, mut c, _] = inputs(&mut tape);
        let early = tape.binary(TIMES, a, b);
        for _ in 0..=NEAR {
            c = tape.binary(Binary::Maximum, c, a);
            c = tape.binary(Binary::Minimum, c, b);
        }
        tape.binary(ADD, c, early);
        let found = forms_of(&tape);
        assert_eq!((found[4], found[tape.len() - 1]), (Form::Alone, Form::Alone));
    }
}
