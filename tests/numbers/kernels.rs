//! The engine's functions of numbers against references of 60 digits, against `libm`, and against
//! themselves on other instruction sets and in lanes of other lengths.

use mizan::engine::kernels::{
    Bases, exp, exp_lane, inverse_normal, inverse_normal_lane, ln, ln_lane, logarithm, pow,
    pow_lane, power_of, powers_of,
};
use pulp::Arch;

/// Values of a fixed sequence in 0..1.
fn sequence(count: u32) -> impl Iterator<Item = f64> {
    (1..=count).map(|i| (f64::from(i) * 0.618_033_988_749_894_9).fract())
}

/// Returns the distance from a positive number to the next one.
fn unit_in_last_place(x: f64) -> f64 {
    f64::from_bits(x.abs().to_bits() + 1) - x.abs()
}

/// Returns the baseline instruction set and the best one of the machine.
fn instruction_sets() -> Vec<Arch> {
    let mut all = vec![Arch::Scalar, Arch::new()];
    #[cfg(target_arch = "x86_64")]
    all.extend(pulp::x86::V3::try_new().map(Arch::V3));
    all
}

struct Reference {
    function: &'static str,
    x: f64,
    y: f64,
    high: f64,
    low: f64,
}

fn references() -> Vec<Reference> {
    let rows = include_str!("../reference/kernels.csv").lines().map(|row| {
        let mut fields = row.split(',');
        let function = fields.next().expect("a function");
        let mut number = || {
            let digits = fields.next().expect("a number");
            f64::from_bits(u64::from_str_radix(digits, 16).expect("hexadecimal digits"))
        };
        Reference { function, x: number(), y: number(), high: number(), low: number() }
    });
    rows.collect()
}

#[test]
fn the_functions_meet_references_of_60_digits() {
    let mut seen = [0; 4];
    for Reference { function, x, y, high, low } in references() {
        let off = |found: f64| ((found - high) - low).abs();
        let (place, error, bound) = match function {
            "exp" => (0, off(exp(x)) / unit_in_last_place(high), 1.0),
            "ln" => (1, off(ln(x)) / unit_in_last_place(high), 0.502),
            "pow" => (2, off(pow(x, y)) / unit_in_last_place(high), 1.0),
            _ => (3, off(inverse_normal(x)) / high.abs(), 1e-15),
        };
        seen[place] += 1;
        assert!(error <= bound, "{function}({x:e}, {y:e}) is off by {error}");
    }
    assert!(seen.iter().all(|&n| n > 300), "{seen:?}");
}

#[test]
fn the_functions_stay_within_2_units_of_libm() {
    let near = |name: &str, x: f64, y: f64, found: f64, wanted: f64| {
        let off = (found - wanted).abs() / unit_in_last_place(wanted);
        assert!(off <= 2.0, "{name}({x:e}, {y:e}) is {found:e}, not {wanted:e}");
    };
    for (u, v) in sequence(200_000).zip(sequence(200_000).skip(77).map(|v| (v * 997.0).fract())) {
        let x = -745.0 + 1454.7 * u;
        near("exp", x, 0.0, exp(x), libm::exp(x));
        let x = f64::from_bits((u * 9.218_868_437_227_405e18) as u64);
        near("ln", x, 0.0, ln(x), libm::log(x));
        let y = (-740.0 + 1449.0 * v) / libm::log(x);
        near("pow", x, y, pow(x, y), libm::pow(x, y));
        let (x, y) = (0.2 + 3.0 * u, 8.0 * v - 4.0);
        near("pow", x, y, pow(x, y), libm::pow(x, y));
    }
}

#[test]
fn special_values_of_exp_ln_and_the_inverse_normal() {
    let inf = f64::INFINITY;
    for (x, wanted) in [
        (0.0, 1.0),
        (-0.0, 1.0),
        (inf, inf),
        (-inf, 0.0),
        (709.79, inf),
        (1e308, inf),
        (-745.2, 0.0),
        (-1e308, 0.0),
        (-745.1, 5e-324),
        (1e-320, 1.0),
    ] {
        assert_eq!(exp(x).to_bits(), f64::to_bits(wanted), "exp({x})");
    }
    for (x, wanted) in [(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf)] {
        assert_eq!(ln(x).to_bits(), f64::to_bits(wanted), "ln({x})");
    }
    for (p, wanted) in [(0.0, -inf), (-0.0, -inf), (1.0, inf), (0.5, 0.0)] {
        assert_eq!(inverse_normal(p), wanted, "of {p}");
    }
    assert!(exp(f64::NAN).is_nan());
    assert!([f64::NAN, -1.0, -5e-324, -inf].iter().all(|&x| ln(x).is_nan()));
    assert!([f64::NAN, -0.1, 1.1, inf, -inf].iter().all(|&p| inverse_normal(p).is_nan()));
}

#[test]
fn special_values_of_pow_are_those_of_ieee_754() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let numbers = [
        0.0,
        0.5,
        1.0,
        2.0,
        3.0,
        2.5,
        1e-310,
        1e300,
        inf,
        nan,
        9007199254740991.0,
        9007199254740992.0,
        4503599627370497.0,
        5e-324,
        1.7e308,
    ];
    let signed = || numbers.iter().flat_map(|&x| [x, -x]);
    for x in signed() {
        for y in signed() {
            let (found, wanted) = (pow(x, y), libm::pow(x, y));
            let same = if wanted.is_nan() {
                found.is_nan()
            } else if wanted.is_finite() && wanted != 0.0 {
                let off = (found - wanted).abs() / unit_in_last_place(wanted);
                off <= 1.0 && found.signum() == wanted.signum()
            } else {
                found.to_bits() == wanted.to_bits()
            };
            assert!(same, "pow({x:e}, {y:e}) is {found:e}, not {wanted:e}");
        }
    }
}

/// Values of every kind: common ones, all sizes, and the special ones.
fn mixture(count: u32) -> Vec<f64> {
    let special =
        [0.0, -0.0, 1.0, -1.0, f64::INFINITY, -f64::INFINITY, 5e-324, f64::MAX, 800.0, -800.0];
    let numbers = sequence(count).enumerate().map(|(i, u)| match i % 8 {
        0 => special[i / 8 % special.len()],
        1 => f64::from_bits((u * 1.8e19) as u64),
        2 | 3 => (u - 0.5) * 1500.0,
        _ => u * 4.0 - 1.0,
    });
    numbers.map(|x| if x.is_nan() { 3.0 } else { x }).collect()
}

#[test]
fn one_value_and_lanes_of_any_length_have_the_same_bits() {
    let (x, p) = (mixture(1000), sequence(1000).collect::<Vec<f64>>());
    let y: Vec<f64> = x.iter().rev().map(|y| if y.abs() > 1e9 { *y } else { y / 7.0 }).collect();
    let same = |name: &str, lane: &[f64], one: &dyn Fn(usize) -> f64| {
        for (i, &found) in lane.iter().enumerate() {
            let wanted = one(i);
            let same = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
            assert!(same, "{name} at {i} of {}: {found:e}, {wanted:e}", lane.len());
        }
    };
    for arch in instruction_sets() {
        for n in [1, 7, 256, 1000] {
            let mut out = vec![0.0; n];
            exp_lane(arch, &x, &mut out);
            same("exp", &out, &|i| exp(x[i]));
            ln_lane(arch, &x, &mut out);
            same("ln", &out, &|i| ln(x[i]));
            pow_lane(arch, &x, &y, &mut out);
            same("pow", &out, &|i| pow(x[i], y[i]));
            // Tiles of small or moderate numbers alone, and tiles with others among them.
            let within = |most: f64| y.iter().map(|y| y.clamp(-most, most)).collect();
            let (moderate, small): (Vec<f64>, Vec<f64>) = (within(700.0), within(0.1));
            exp_lane(arch, &moderate, &mut out);
            same("exp of moderate numbers", &out, &|i| exp(moderate[i]));
            let plain: Vec<f64> = x
                .iter()
                .map(|x| if x.is_nan() { 1.0 } else { x.abs().clamp(1e-300, 1e300) })
                .collect();
            ln_lane(arch, &plain, &mut out);
            same("ln of plain numbers", &out, &|i| ln(plain[i]));
            // Powers at and next to where the shortest way ends, and beyond.
            const ENDS: [f64; 4] =
                [0.15625, -0.156_249_999_999_999_9, 0.156_250_000_000_000_1, -0.157];
            let each = |i: usize| (ENDS[i * 4 / n] * (1.0 - 0.01 * (i % 2) as f64)) / ln(plain[i]);
            let ends: Vec<f64> = (0..n).map(each).collect();
            for y in [&y, &moderate, &small, &ends] {
                pow_lane(arch, &plain, y, &mut out);
                same("pow of plain numbers", &out, &|i| pow(plain[i], y[i]));
            }
            let positions: Vec<f64> = (0..n).map(|i| (i * 7 % 4) as f64).collect();
            let numbers = [0.0, 1e-310, 0.3, 1.0, 1.07, 1e300, f64::INFINITY].map(|x| vec![x; 4]);
            let chosen = [[0.7, 1.0, 1.3, 2.9], [0.9, 0.9, 0.9, 1.1], [1.1, 1.0, 1.0, 1.1]];
            for bases in numbers.into_iter().chain(chosen.map(Vec::from)) {
                let widest = bases.iter().fold(0.0_f64, |most, base| most.max(ln(*base).abs()));
                let ends: Vec<f64> = (0..n).map(|i| ENDS[i * 4 / n] / widest).collect();
                for y in [&y, &moderate, &small, &ends] {
                    powers_of(arch, &Bases::new(&bases), &positions, y, &mut out);
                    same("power of known bases", &out, &|i| pow(bases[i * 7 % 4], y[i]));
                }
            }
            inverse_normal_lane(arch, &p, &mut out);
            same("inverse normal", &out, &|i| inverse_normal(p[i]));
            inverse_normal_lane(arch, &x, &mut out);
            same("inverse normal", &out, &|i| inverse_normal(x[i]));
        }
    }
    for (&x, &y) in x.iter().zip(&y).filter(|(x, _)| **x >= 0.0) {
        same("power of", &[power_of(logarithm(x), y)], &|_| pow(x, y));
    }
}
