//! Instructions for powers of known bases, with the factors that multiply them.
//!
//! A base is known before any draw, or one of a table of known bases that a drawn position selects.
//! So its logarithm is computed when the program is compiled.

use pulp::Arch;

use super::code::PowerFactors;
use super::registers::{Operand, Register, Registers};
use crate::engine::numbers::kernels::{Bases, NearPowers, TILE, Tile, TileFunction};

/// A power times a factor. Operands: position of the base, exponent, factor.
#[derive(Clone, Copy)]
struct Scaled<P>(P);

impl<P: TileFunction<2>> TileFunction<3> for Scaled<P> {
    #[inline(always)]
    fn tile(self, [positions, exponents, factors]: [&Tile; 3]) -> Tile {
        let mut values = self.0.tile([positions, exponents]);
        for i in 0..TILE {
            values[i] *= factors[i];
        }
        values
    }
}

/// A power times `a b`. Operands: position of the base, exponent, and both factors.
#[derive(Clone, Copy)]
struct ScaledTwice<P>(P);

impl<P: TileFunction<2>> TileFunction<4> for ScaledTwice<P> {
    #[inline(always)]
    fn tile(self, [positions, exponents, a, b]: [&Tile; 4]) -> Tile {
        let mut values = self.0.tile([positions, exponents]);
        for i in 0..TILE {
            values[i] *= a[i] * b[i];
        }
        values
    }
}

/// Fills a register with powers, times their factors. If all powers of the lane are near 1, a loop
/// without any choice between methods computes them, whose values stay in the processor's
/// registers.
pub(crate) fn power(
    registers: &mut Registers,
    arch: Arch,
    bases: &Bases,
    [positions, exponent]: [Operand; 2],
    factors: PowerFactors,
    out: Register,
) {
    let near = bases.near();
    let mut to = PowerInstruction { registers, arch, positions, exponent, factors, out };
    if !near.always_near && !to.registers.within_magnitude(arch, exponent, near.max_exponent) {
        return to.fill(bases);
    }
    match near.steps[..] {
        [a] => to.fill(NearPowers([a])),
        [a, b] => to.fill(NearPowers([a, b])),
        [a, b, c] => to.fill(NearPowers([a, b, c])),
        [a, b, c, d] => to.fill(NearPowers([a, b, c, d])),
        [a, b, c, d, e] => to.fill(NearPowers([a, b, c, d, e])),
        [a, b, c, d, e, f] => to.fill(NearPowers([a, b, c, d, e, f])),
        _ => to.fill(bases),
    }
}

/// A power instruction with its operands, before the method of computation is chosen.
struct PowerInstruction<'a> {
    registers: &'a mut Registers,
    arch: Arch,
    positions: Operand,
    exponent: Operand,
    factors: PowerFactors,
    out: Register,
}

impl PowerInstruction<'_> {
    /// Executes the instruction by one method of computing powers.
    fn fill(&mut self, powers: impl TileFunction<2>) {
        let Self { registers, arch, positions, exponent, factors, out } = self;
        let base_and_exponent = [*positions, *exponent];
        let [positions, exponent] = base_and_exponent;
        match *factors {
            PowerFactors::None => registers.fill(*arch, powers, &base_and_exponent, *out),
            PowerFactors::One(a) => {
                registers.fill(*arch, Scaled(powers), &[positions, exponent, a], *out);
            }
            PowerFactors::Two(a, b) => {
                registers.fill(*arch, ScaledTwice(powers), &[positions, exponent, a, b], *out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::tests::{OUT, instruction_sets, operands, test_registers};
    use super::*;
    use crate::engine::numbers::kernels::pow;

    /// Lanes in which all powers are near 1, or all but one, or few.
    #[test]
    fn power_instructions_have_the_bits_of_scalar_powers() {
        let [positions, exponent, a, b] = operands(0);
        const BASES: [&[f64]; 6] = [
            &[0.7],
            &[1.0],
            &[0.0, 1.3],
            &[0.9, 1.1, 1.0],
            &[0.7, 1.0, 1.3, 2.9],
            &[0.97, 1.0, 1.02, 1.1, 0.99, 1.07],
        ];
        let cases = BASES
            .into_iter()
            .flat_map(|b| instruction_sets().into_iter().map(move |arch| (b, arch)));
        for ((values, arch), far) in
            cases.flat_map(|case| [None, Some(0), Some(255)].map(|f| (case, f)))
        {
            let bases = Bases::new(values);
            let mut wide = test_registers();
            let mut narrow = test_registers();
            let most = bases.near().max_exponent.clamp(0.0, 1e300);
            for (n, y) in narrow.lane_mut(1).iter_mut().enumerate() {
                *y = most * (1.0 - n as f64 / 128.0);
            }
            if let Some(far) = far {
                narrow.lane_mut(1)[far] = 3.0;
            }
            for registers in [&mut wide, &mut narrow] {
                for (n, position) in registers.lane_mut(0).iter_mut().enumerate() {
                    *position = (n * 7 % values.len()) as f64;
                }
                for factors in [PowerFactors::None, PowerFactors::One(a), PowerFactors::Two(a, b)] {
                    power(registers, arch, &bases, [positions, exponent], factors, OUT);
                    for (n, found) in registers.lane(OUT).iter().enumerate() {
                        let value = pow(values[n * 7 % values.len()], registers.lane(1)[n]);
                        let (a, b) = (registers.lane(3)[n], registers.lane(4)[n]);
                        let wanted = match factors {
                            PowerFactors::None => value,
                            PowerFactors::One(_) => value * a,
                            PowerFactors::Two(..) => value * (a * b),
                        };
                        let same = found.to_bits() == wanted.to_bits();
                        let same = same || found.is_nan() && wanted.is_nan();
                        assert!(same, "{n} of {values:?}, {arch:?}: {found} {wanted}");
                    }
                }
            }
        }
    }
}
