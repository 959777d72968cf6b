//! Lanes of 256 values through the engine's functions, on the baseline and on the best instruction
//! set of the machine; the middle column over 256 is the time of a value.

use divan::{Bencher, black_box};
use mizan::builtins::Function;
use mizan::engine::distribution::Distribution;
use mizan::engine::kernels::{Bases, exp_lane, inverse_normal_lane, ln_lane, pow_lane, powers_of};
use mizan::engine::random::key;
use mizan::engine::sampling::{Method, Uniforms};
use mizan::engine::summary::{Moments, quantiles};
use pulp::Arch;

const LANE: usize = 256;

fn main() {
    divan::main();
}

#[derive(Debug)]
enum On {
    Baseline,
    Best,
}

impl On {
    fn arch(&self) -> Arch {
        match self {
            Self::Baseline => Arch::Scalar,
            Self::Best => Arch::new(),
        }
    }
}

const SETS: [On; 2] = [On::Baseline, On::Best];

fn uniforms(method: Method, name: &str, count: usize) -> Vec<f64> {
    let mut u = vec![0.0; count];
    Uniforms::new(method, 1, key(name), 0, 3).fill(Arch::new(), 0, &mut u);
    u
}

fn lane(bencher: Bencher, f: impl Fn(&[f64], &[f64], &mut [f64])) {
    let (u, v) = (uniforms(Method::Plain, "u", LANE), uniforms(Method::Plain, "v", LANE));
    let mut out = [0.0; LANE];
    bencher.bench_local(|| f(black_box(&u), black_box(&v), &mut out));
}

#[divan::bench(args = SETS)]
fn exp(bencher: Bencher, on: &On) {
    lane(bencher, |u, _, out| exp_lane(on.arch(), u, out));
}

#[divan::bench]
fn exp_of_the_platform(bencher: Bencher) {
    lane(bencher, |u, _, out| out.iter_mut().zip(u).for_each(|(out, u)| *out = u.exp()));
}

#[divan::bench(args = SETS)]
fn ln(bencher: Bencher, on: &On) {
    lane(bencher, |u, _, out| ln_lane(on.arch(), u, out));
}

#[divan::bench(args = SETS)]
fn pow(bencher: Bencher, on: &On) {
    lane(bencher, |u, v, out| pow_lane(on.arch(), u, v, out));
}

#[divan::bench]
fn pow_of_the_platform(bencher: Bencher) {
    lane(bencher, |u, v, out| {
        out.iter_mut().zip(u.iter().zip(v)).for_each(|(out, (u, v))| *out = u.powf(*v));
    });
}

#[divan::bench(args = SETS)]
fn powers_of_one_base(bencher: Bencher, on: &On) {
    let base = Bases::new(&[1.07]);
    lane(bencher, |u, v, out| powers_of(on.arch(), &base, u, v, out));
}

#[divan::bench(args = SETS)]
fn powers_of_chosen_bases(bencher: Bencher, on: &On) {
    let bases = Bases::new(&[0.99, 0.93, 0.99]);
    let positions: Vec<f64> = (0..LANE).map(|n| (n % 3) as f64).collect();
    lane(bencher, |u, _, out| powers_of(on.arch(), &bases, &positions, u, out));
}

#[divan::bench(args = SETS)]
fn inverse_normal(bencher: Bencher, on: &On) {
    lane(bencher, |u, _, out| inverse_normal_lane(on.arch(), u, out));
}

#[divan::bench(args = SETS)]
fn random_plain(bencher: Bencher, on: &On) {
    let numbers = Uniforms::new(Method::Plain, 1, 2, 3, 4);
    lane(bencher, |_, _, out| numbers.fill(on.arch(), 1 << 20, out));
}

#[divan::bench]
fn random_latin_hypercube(bencher: Bencher) {
    let numbers = Uniforms::new(Method::LatinHypercube { draws: 10_000 }, 1, 2, 3, 4);
    lane(bencher, |_, _, out| numbers.fill(Arch::new(), 1024, out));
}

#[divan::bench]
fn random_sobol(bencher: Bencher) {
    let numbers = Uniforms::new(Method::Sobol, 1, 2, 3, 4);
    lane(bencher, |_, _, out| numbers.fill(Arch::new(), 1024, out));
}

const CALLS: [(Function, &[f64]); 6] = [
    (Function::Normal, &[0.03, 0.02]),
    (Function::Lognormal, &[2.0, 1.5]),
    (Function::Triangular, &[-2.0, -1.2, -0.4]),
    (Function::Discrete, &[2.0, 0.1, 3.0, 0.25, 4.0, 0.3, 5.0, 0.2, 6.0, 0.15]),
    (Function::Pert, &[1.0, 2.0, 6.0]),
    (Function::StudentT, &[5.0]),
];

#[divan::bench(args = CALLS)]
fn quantile_function(bencher: Bencher, call: &(Function, &[f64])) {
    let distribution = Distribution::new(call.0, call.1).expect("a distribution");
    lane(bencher, |u, _, out| distribution.fill(Arch::new(), u, out));
}

#[divan::bench]
fn moments_of_a_million(bencher: Bencher) {
    let draws = uniforms(Method::Plain, "u", 1_000_000);
    bencher.bench_local(|| Moments::of(black_box(&draws)));
}

#[divan::bench]
fn five_quantiles_of_a_million(bencher: Bencher) {
    let draws = uniforms(Method::Plain, "u", 1_000_000);
    bencher
        .with_inputs(|| draws.clone())
        .bench_local_values(|mut draws| quantiles(&mut draws, &[0.05, 0.25, 0.5, 0.75, 0.95]));
}
