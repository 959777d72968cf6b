//! Tests values and derivatives of a tape against closed forms, and each point against a sweep of
//! that point alone.

use super::*;
use crate::engine::solve::gradient::Gradient;
use crate::engine::solve::tape::Symbolic;

/// x^y * exp(-x) / (1 + sqrt(y)) + |x - y| at (1.3, 2.1), with derivatives worked out by hand.
#[test]
fn derivatives_agree_with_the_closed_form() {
    let mut tape = Tape::default();
    let on = &mut tape;
    let (x, y) = (on.input(0), on.input(1));
    let (x, y) = (Symbolic::Node(x), Symbolic::Node(y));
    let op = Binary::Operator;
    let power = on.binary(op(BinaryOp::Power), x, y);
    let minus = on.unary(Unary::Negate, x);
    let decay = on.unary(Unary::Exp, minus);
    let above = on.binary(op(BinaryOp::Multiply), power, decay);
    let root = on.unary(Unary::Sqrt, y);
    let below = on.binary(op(BinaryOp::Add), Symbolic::Known(1.0), root);
    let first = on.binary(op(BinaryOp::Divide), above, below);
    let gap = on.binary(op(BinaryOp::Subtract), x, y);
    let gap = on.unary(Unary::Abs, gap);
    let total = on.binary(op(BinaryOp::Add), first, gap);
    let total = on.node(total);
    let (x, y) = (1.3_f64, 2.1_f64);
    let (values, found) = swept(Arch::new(), &tape, total, &[[x], [y]]);
    let f = x.powf(y) * (-x).exp() / (1.0 + y.sqrt());
    assert!((values[0] - (f + 0.8)).abs() < 1e-15);
    assert!((found[0][0] - (f * (y / x - 1.0) - 1.0)).abs() < 1e-14);
    let by_y = f * (x.ln() - 0.5 / y.sqrt() / (1.0 + y.sqrt())) + 1.0;
    assert!((found[1][0] - by_y).abs() < 1e-14);
}

fn add<const W: usize>(sum: &mut Lane<W>, by: &Lane<W>) {
    sum.iter_mut().zip(by).for_each(|(sum, by)| *sum += by);
}

/// Computes the value of a node and its derivatives with respect to two inputs.
fn swept<const W: usize>(
    arch: Arch,
    tape: &Tape,
    node: Node,
    inputs: &[Lane<W>; 2],
) -> (Lane<W>, [Lane<W>; 2]) {
    let (mut values, mut found) = (Vec::new(), [[0.0; W]; 2]);
    tape.forward(arch, inputs, &mut values);
    let mut adjoints = vec![[0.0; W]; tape.len()];
    let (gradient, sides) = Gradient::new(tape, 2, &[node], u64::MAX).expect("no limit");
    let mut rows: Vec<Lane<W>> = Vec::new();
    for shared in &gradient.shared {
        let mut row = [[0.0; W]; 2];
        let seed = (gradient.cone(shared), [1.0; W], true);
        tape.backward(arch, seed, (&gradient.roles, &values), &mut adjoints, |end, adjoint| {
            gradient
                .each_unknown(&rows, end, &adjoint, &mut |unknown, by| add(&mut row[unknown], by));
        });
        rows.extend(gradient.columns(shared).iter().map(|&unknown| row[unknown as usize]));
    }
    let seed = (sides[0].0.as_slice(), [1.0; W], false);
    tape.backward(arch, seed, (&gradient.roles, &values), &mut adjoints, |end, adjoint| {
        gradient
            .each_unknown(&rows, end, &adjoint, &mut |unknown, by| add(&mut found[unknown], by));
    });
    assert!(adjoints.iter().flatten().all(|&adjoint| adjoint.to_bits() == 0));
    (values[node as usize], found)
}

/// Combines every operation on two numbers with every operation on one number, at arguments without
/// a value, without a derivative or with several one-sided derivatives.
#[test]
fn a_point_has_the_same_bits_alone_and_among_others() {
    use BinaryOp::{Above, Add, AtMost, Divide, Multiply, Power, Subtract};
    const ARGUMENTS: [f64; 8] = [0.0, -0.0, 1.0, -2.0, 0.3, 1e200, -1e-310, 2.5];
    let mut sets = vec![Arch::Scalar, Arch::new()];
    #[cfg(target_arch = "x86_64")]
    sets.extend(pulp::x86::V3::try_new().map(Arch::V3));
    let operators = [Add, Subtract, Multiply, Divide, Power, AtMost, Above];
    let mut all: Vec<Binary> = operators.into_iter().map(Binary::Operator).collect();
    all.extend([Binary::Minimum, Binary::Maximum]);
    let pairs = |op| Unary::all().into_iter().map(move |one| (op, one));
    for (op, one) in all.into_iter().flat_map(pairs) {
        let mut tape = Tape::default();
        let (x, y) = (Symbolic::Node(tape.input(0)), Symbolic::Node(tape.input(1)));
        let inner = tape.unary(one, x);
        let outer = tape.binary(op, inner, y);
        let again = tape.binary(Binary::Operator(Power), y, Symbolic::Known(2.0));
        let chosen = tape.select(x, outer, again);
        let sum = tape.binary(Binary::Operator(Add), chosen, outer);
        let node = tape.node(sum);
        let xs = std::array::from_fn::<_, 64, _>(|n| ARGUMENTS[n / 8]);
        let ys = std::array::from_fn::<_, 64, _>(|n| ARGUMENTS[n % 8]);
        for &arch in &sets {
            let (values, [by_x, by_y]) = swept(arch, &tape, node, &[xs, ys]);
            for n in 0..64 {
                let alone = swept(Arch::Scalar, &tape, node, &[[xs[n]], [ys[n]]]);
                let found = (values[n], by_x[n], by_y[n]);
                let wanted = (alone.0[0], alone.1[0][0], alone.1[1][0]);
                let same =
                    same(found.0, wanted.0) && same(found.1, wanted.1) && same(found.2, wanted.2);
                assert!(same, "{op:?} {one:?} {} {}: {found:?} {wanted:?}", xs[n], ys[n]);
            }
        }
    }
}

fn same(found: f64, wanted: f64) -> bool {
    found.to_bits() == wanted.to_bits() || (found.is_nan() && wanted.is_nan())
}
