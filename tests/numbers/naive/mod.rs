//! The engine against a second interpreter of the core language, on thousands of random scripts.

mod agree;
mod choices;
mod declarations;
mod distribution;
mod draws;
mod expression;
mod expressions;
mod interpreter;
mod joint;
mod kinds;
mod levers;
mod number;
mod properties;
mod readings;
mod scenarios;
mod script;
mod scripts;
mod solve;
mod systems;
mod target;
mod uniform;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Sets the number of cases of a property; a failing case is printed and not stored. Each run has the same cases;
/// `PROPTEST_RNG_SEED=7 cargo test --test numbers` has others.
fn cases(count: u32) -> ProptestConfig {
    part(count, 1)
}

/// As [`cases`], other ones for each part of a property that is tried in parts.
fn part(count: u32, part: u64) -> ProptestConfig {
    let seed = match ProptestConfig::default().rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => 0,
    };
    ProptestConfig {
        rng_seed: RngSeed::Fixed(1_000 * seed + part),
        cases: count,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    }
}
