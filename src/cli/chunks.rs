//! The options of a run that makes a part of a simulation, and the files of parts.

use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::input::{self, complain};
use crate::engine::simulate::Simulation;
use crate::partial::{Counts, Partial, Refused};

/// The options of a part of a simulation.
#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct ChunkOptions {
    /// Make these chunks only, both ends included. A chunk is 65,536 draws; the first is chunk 0. `A..` goes to
    /// the last chunk.
    #[arg(long, value_name = "A..B", value_parser = range, requires = "part")]
    chunks: Option<(u64, Option<u64>)>,
    /// Write what the answers need of the chunks to this file, in place of answers; `mizan merge` gives the
    /// answers from the files of all chunks.
    #[arg(long, value_name = "FILE", group = "part", conflicts_with_all = ANSWERING)]
    partial: Option<PathBuf>,
    /// Only count the draws around each quantile, and write the counts to this file: the first of two passes,
    /// for very many draws. Some of the first chunks are enough; `mizan merge` joins the files.
    #[arg(long, value_name = "FILE", group = "part", conflicts_with_all = ANSWERING)]
    counts: Option<PathBuf>,
    /// Keep few draws, by the counts in this file: the second pass. The answers have the same bits, and the
    /// files of --partial are much smaller.
    #[arg(long, value_name = "FILE", requires = "partial", conflicts_with = "counts")]
    near: Option<PathBuf>,
}

/// The options of a run that answers.
const ANSWERING: [&str; 6] = ["output", "format", "trace", "width", "errors", "excel"];

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
        Self { chunks: None, partial: None, counts: None, near: None }
    }

    /// Returns the file for the part; None for a run that computes answers.
    pub(super) fn part(&self) -> Option<&Path> {
        self.partial.as_deref().or(self.counts.as_deref())
    }

    /// True if the part is to have counts.
    pub(super) fn is_counts(&self) -> bool {
        self.counts.is_some()
    }

    /// The file that --near names.
    pub(super) fn near_file(&self) -> Option<&PathBuf> {
        self.near.as_ref()
    }

    /// Reads the counts that --near names; reports why if it cannot.
    pub(super) fn near(&self) -> Result<Option<NamedCounts>, Exit> {
        let Some(path) = &self.near else { return Ok(None) };
        let (name, part) = read(path)?;
        let counts = Counts::join(vec![(name.clone(), part)]).map_err(refused)?;
        Ok(Some((name, counts)))
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

/// Counts, and the name of their file.
pub(super) type NamedCounts = (String, Counts);

/// Bytes in which the mark of a part is.
const HEAD: u64 = 64;

/// Reads a part; reports why if it cannot be read.
pub(super) fn read(path: &Path) -> Result<(String, Partial), Exit> {
    let shown = path.to_string_lossy().into_owned();
    let mut file = input::open(path)?;
    let mut bytes = Vec::new();
    // The mark at the beginning is checked first: a part may be long, and any other file longer.
    let head = (&mut file).take(HEAD).read_to_end(&mut bytes);
    let whole = match head.is_ok() && Partial::has_mark(&bytes) {
        true => head.and_then(|_| file.read_to_end(&mut bytes)),
        false => head,
    };
    whole.map_err(|error| {
        complain(&format!("cannot read {shown}: {error}"));
        Exit::NoInput
    })?;
    match Partial::read(&bytes) {
        Ok(part) => Ok((shown, part)),
        Err(why) => {
            complain(&format!("{shown} {why}"));
            Err(Exit::Data)
        }
    }
}

/// Reports parts that do not belong together.
pub(super) fn refused(why: Refused) -> Exit {
    complain(&why.to_string());
    Exit::Data
}
