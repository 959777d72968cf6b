//! The options of a simulation: how many draws, from which seed, spread how.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::input::complain;
use crate::engine::sampling::Method;
use crate::engine::simulate::Simulation;

/// No run draws more.
const MOST_DRAWS: u64 = 100_000_000;

/// How distributions are drawn.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct Draws {
    /// Draw every distribution so many times, as in 10_000; 0 leaves each at its median.
    #[arg(long, value_name = "N", default_value = "0", value_parser = count)]
    draws: u64,
    /// Which draws: the same seed gives the same numbers on any machine.
    #[arg(long, value_name = "K", default_value_t = 1)]
    seed: u64,
    /// How the draws are spread over each distribution.
    #[arg(long, value_enum, default_value_t = Sampling::Plain)]
    sampling: Sampling,
    /// Refuse more draws than this; at most 100_000_000.
    #[arg(long, value_name = "N", default_value = "1_000_000", value_parser = count)]
    max_draws: u64,
}

/// How draws are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sampling {
    /// Independently of each other.
    Plain,
    /// Evenly for each distribution by itself: a Latin hypercube.
    Latin,
    /// Evenly for all distributions together: a scrambled Sobol sequence.
    Sobol,
}

/// A whole number, with `_` between digits as in a script.
fn count(text: &str) -> Result<u64, String> {
    let digits: String = text.split('_').collect();
    match digits.parse() {
        Ok(number) if number <= MOST_DRAWS => Ok(number),
        Ok(_) => Err(format!("the limit is {MOST_DRAWS} draws")),
        Err(_) => Err("a whole number is required, as in 10_000".to_owned()),
    }
}

impl Draws {
    /// No simulation.
    pub(super) fn none() -> Self {
        Self { draws: 0, seed: 1, sampling: Sampling::Plain, max_draws: 0 }
    }

    /// The simulation asked for, if any.
    pub(super) fn simulation(&self) -> Option<Simulation> {
        let (draws, seed) = (self.draws, self.seed);
        let method = match self.sampling {
            Sampling::Plain => Method::Plain,
            Sampling::Latin => Method::LatinHypercube { draws },
            Sampling::Sobol => Method::Sobol,
        };
        (draws > 0).then_some(Simulation { draws, seed, method })
    }

    /// Reports a number of draws that is probably a slip.
    pub(super) fn check(&self) -> Result<(), Exit> {
        if self.draws <= self.max_draws {
            return Ok(());
        }
        let (draws, most) = (self.draws, self.max_draws);
        complain(&format!("{draws} draws are more than {most}; --max-draws {draws} allows them"));
        Err(Exit::Usage)
    }
}
