//! The options of a run that makes a part of a simulation.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::input::complain;
use crate::engine::simulate::Simulation;

/// The options of a part of a simulation.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct ChunkOptions {
    /// Make these chunks only, both ends included. A chunk is 65,536 draws; the first is chunk 0. `A..` goes to
    /// the last chunk.
    #[arg(long, value_name = "A..B", value_parser = range, requires = "partial")]
    chunks: Option<(u64, Option<u64>)>,
    /// Write what the answers need of the chunks to this file, in place of answers; `mizan merge` gives the
    /// answers from the files of all chunks.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["output", "format", "trace", "width", "errors", "excel"]
    )]
    partial: Option<PathBuf>,
}

/// Parses a range of chunks: `0..15`, `16..`, or one chunk.
fn range(text: &str) -> Result<(u64, Option<u64>), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(from), number(to)) {
        (Some(from), None) if to.trim().is_empty() => Ok((from, None)),
        (Some(from), Some(to)) if from <= to => Ok((from, Some(to))),
        (Some(from), Some(to)) => Err(format!("the chunks do not rise; write {to}..{from}")),
        _ => Err("two numbers of chunks are required, as in 0..15".to_owned()),
    }
}

impl ChunkOptions {
    /// Returns the options of a run that makes all draws.
    pub(super) fn none() -> Self {
        Self { chunks: None, partial: None }
    }

    /// Returns the file for the part; None for a run that computes answers.
    pub(super) fn partial(&self) -> Option<&Path> {
        self.partial.as_deref()
    }

    /// Returns the chunks to make; reports chunks that the simulation does not have.
    pub(super) fn of(&self, simulation: &Simulation) -> Result<Range<u64>, Exit> {
        let count = simulation.chunks();
        let Some((from, to)) = self.chunks else { return Ok(0..count) };
        let last = count.saturating_sub(1);
        let to = to.unwrap_or(last);
        if from > last || to > last {
            let draws = simulation.draws;
            let chunk = if from > last { from } else { to };
            complain(&format!("there is no chunk {chunk}: {draws} draws are the chunks 0..{last}"));
            return Err(Exit::Usage);
        }
        Ok(from..to + 1)
    }
}
