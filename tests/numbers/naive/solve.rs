//! Solves equations that depend on each other: tries values for one unknown and recomputes everything that
//! depends on it. An unknown inside the cycle of another one is solved within each trial of the outer one.
//!
//! All unknowns must be positive, and their equations must have exactly one positive solution, as the scripts
//! of `blocks` have.

use mizan::model::{BinaryOp, Expr, Op, QuantityId};

use super::interpreter::{Fault, Found, Place, Run};
use super::number::{Num, exact};

/// Relative distance of a solution of the engine from the true one, divided by the factor eight that a comparison
/// allows: the engine's solver stops at a residual of 1e-10 of the terms.
const TOLERANCE: f64 = 1e-9 / 8.0;

impl Run<'_> {
    /// Finds the value of a cell that satisfies its equation.
    pub(super) fn solve(&self, (id, at): (QuantityId, usize), cell: &[u32], year: i32) -> Found {
        let own = 1 << self.tried.get();
        self.tried.set(self.tried.get() + 1);
        let found = root(|trial| {
            self.forget(own);
            self.know(id, at, Some((Ok(exact(trial)), own)));
            self.missed(id, cell, year, trial)
        });
        self.forget(own);
        self.tried.set(self.tried.get() - 1);
        self.rests.set(self.rests.get() & !own);
        // A trial may lie outside the bounds; the solution must not.
        self.within_bounds(id, found.map(|value| Num { value, slack: TOLERANCE * value })?)
    }

    /// Drops an unknown's trial value and all cached values that depend on it.
    fn forget(&self, unknown: u64) {
        for known in self.known.borrow_mut().iter_mut().flatten() {
            *known = known.filter(|(_, rests)| rests & unknown == 0);
        }
    }

    /// Returns the residual of a cell's equation at a trial value of the cell.
    fn missed(&self, id: QuantityId, cell: &[u32], year: i32, trial: f64) -> Result<f64, Fault> {
        let quantity = &self.model.quantities[id];
        let solved = self.closest(quantity, cell, year).filter(|found| found.op == Op::Solve);
        let Some(definition) = solved else {
            return Ok(self.combined(id, cell, year)?.0.value - trial);
        };
        let Expr::Binary { op: BinaryOp::Equal, left, right, .. } = &definition.expr else {
            return Err(Fault::Circle);
        };
        let mut slots = self.slots(definition, cell);
        let place = Place { definition, quantity, cell };
        let left = self.eval(left, year, &mut slots, &place)?;
        Ok(left.value - self.eval(right, year, &mut slots, &place)?.value)
    }
}

/// Finds the positive root of a function by the Illinois method (M. Dowell and P. Jarratt, BIT 11 (1971),
/// 168-174).
fn root(mut of: impl FnMut(f64) -> Result<f64, Fault>) -> Result<f64, Fault> {
    let (mut a, mut at_a) = (1.0, of(1.0)?);
    let (mut b, mut at_b) = (a, at_a);
    let mut reach = 2.0;
    while at_a * at_b > 0.0 && reach < 1e12 {
        for end in [1.0 / reach, reach] {
            if at_a * at_b > 0.0 {
                (a, at_a) = (b, at_b);
                (b, at_b) = (end, of(end)?);
            }
        }
        reach *= 2.0;
    }
    for _ in 0..200 {
        if at_b == 0.0 || (a - b).abs() <= 2.0 * f64::EPSILON * b.abs() {
            break;
        }
        let next = b - at_b * (b - a) / (at_b - at_a);
        let at_next = of(next)?;
        if at_next * at_b < 0.0 {
            (a, at_a) = (b, at_b);
        } else {
            at_a /= 2.0;
        }
        (b, at_b) = (next, at_next);
    }
    if at_a * at_b > 0.0 { Err(Fault::NoValue("no-convergence")) } else { Ok(b) }
}

#[test]
fn roots_are_found() {
    for power in [0.3, 1.0, 3.0, -2.0] {
        for wanted in [1e-4, 0.7, 1.0, 5.0, 3e5_f64] {
            let found = root(|x| Ok(x.powf(power) - wanted.powf(power))).expect("a root");
            assert!((found / wanted - 1.0).abs() < 1e-14, "{power} {wanted}: {found}");
        }
    }
}
