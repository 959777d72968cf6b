//! The options of a simulation: number of draws, seed and sampling method.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::input::complain;
use crate::analysis;
use crate::engine::simulate::Simulation;
use crate::results::RunOptions;

/// Maximum number of draws of a run.
const MOST_DRAWS: u64 = 1_000_000_000_000;

/// The options of a simulation.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct DrawOptions {
    /// Number of draws of every distribution, such as 10_000; with 0 each has its median.
    #[arg(long, value_name = "N", default_value = "0", value_parser = count)]
    draws: u64,
    /// Seed of the random numbers: the same seed gives the same draws on any machine.
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = seed)]
    seed: u64,
    /// How the draws are spread over the distributions.
    #[arg(long, value_enum, default_value_t = SamplingOption::Plain)]
    sampling: SamplingOption,
    /// Refuse a larger number of draws; at most 1_000_000_000_000. Not looked at with --partial.
    #[arg(long, value_name = "N", default_value = MOST_UNASKED, value_parser = count)]
    max_draws: u64,
}

/// Sampling method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SamplingOption {
    /// Independent random draws.
    Plain,
    /// Spread evenly over each distribution: Latin hypercube.
    Latin,
    /// Spread evenly over all distributions together: scrambled Sobol sequence.
    Sobol,
}

/// Maximum number of draws without the option `--max-draws`.
pub(super) const MOST_UNASKED: &str = "1_000_000";

/// Parses a seed.
fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number is required, as in `--seed 7`".to_owned())
}

/// Parses a number of draws; `_` may separate digits, as in a script.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let digits: String = text.split('_').collect();
    match digits.parse() {
        Ok(number) if number <= MOST_DRAWS => Ok(number),
        Ok(_) => Err(format!("the limit is {MOST_DRAWS} draws")),
        Err(_) => Err("a whole number is required, as in 10_000".to_owned()),
    }
}

impl DrawOptions {
    /// Returns the options of a run without a simulation.
    pub(super) fn none() -> Self {
        Self { draws: 0, seed: 1, sampling: SamplingOption::Plain, max_draws: 0 }
    }

    /// Returns the simulation that the options ask for; None for 0 draws.
    pub(super) fn simulation(&self) -> Option<Simulation> {
        analysis::simulation(&self.options())
    }

    /// Converts to the options that a document stores.
    pub(super) fn options(&self) -> RunOptions {
        let sampling = self.sampling.to_possible_value();
        let sampling = sampling.map_or(String::new(), |value| value.get_name().to_owned());
        RunOptions { draws: self.draws, seed: self.seed, sampling, ..RunOptions::default() }
    }

    /// Reports a number of draws that is probably a slip.
    pub(super) fn check(&self) -> Result<(), Exit> {
        check(self.draws, self.max_draws)
    }
}

/// Reports more draws than `most`.
pub(super) fn check(draws: u64, most: u64) -> Result<(), Exit> {
    if draws <= most {
        return Ok(());
    }
    complain(&match draws <= MOST_DRAWS {
        true => format!("{draws} draws are more than {most}; --max-draws {draws} allows them"),
        false => format!("{draws} draws are more than the limit of {MOST_DRAWS}"),
    });
    Err(Exit::Usage)
}
