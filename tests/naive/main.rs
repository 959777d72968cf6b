//! The engine against a second interpreter of the core language, on thousands of random scripts.

mod agree;
mod choices;
mod declarations;
mod distribution;
mod draws;
mod expression;
mod expressions;
mod interpreter;
mod kinds;
mod levers;
mod number;
mod properties;
mod readings;
mod scenarios;
mod script;
mod scripts;
mod target;

use proptest::prelude::*;

/// How many cases of a property are tried; a failing one is printed, not kept.
fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    }
}
