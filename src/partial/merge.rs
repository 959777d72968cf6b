//! Joins the parts of all chunks, and answers the queries.

use std::fmt;
use std::ops::Range;

use super::file::{PartContent, PartOrigin, Partial};
use crate::analysis::{DrawPart, PartProblem, answer_parts, simulation};
use crate::data::MemoryFiles;
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::engine::simulate::Simulation;
use crate::model::Model;
use crate::report::sha256;
use crate::results::{Input, Report, RunOptions};
use crate::session::{Program, load_used, narrow};

/// The reason why parts cannot be merged; its text names the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl Refused {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }
}

/// A merged simulation: all draws, with the script and its options.
#[derive(Debug)]
pub struct Whole {
    options: RunOptions,
    simulation: Simulation,
    /// The script and its files; the script is first.
    inputs: Vec<Input>,
    part: DrawPart,
}

/// Joins the parts of a simulation, each with a name for messages.
///
/// # Errors
/// [`Refused`] if chunks are missing or doubled, if a part is damaged, if parts are of different scripts, data,
/// options, seeds or versions, or if they have counts and no draws.
pub fn merge(mut parts: Vec<(String, Partial)>) -> Result<Whole, Refused> {
    if let Some((name, _)) = parts.iter().find(|(_, part)| part.is_counts()) {
        return Err(Refused(format!(
            "{name} has counts and no draws; `mizan run --near FILE --partial PART` makes parts with draws from joined counts"
        )));
    }
    let first = parts.iter_mut().find(|(_, part)| part.part.chunks.start == 0);
    let carrying = first.map(|(name, part)| (name.clone(), std::mem::take(&mut part.carried)));
    let (origin, simulation, part) = joined(parts, DrawPart::join)?;
    let (name, bytes) = carrying.unwrap_or_default();
    let inputs = carried(&origin, bytes).ok_or_else(|| damaged(&name))?;
    Ok(Whole { options: origin.options, simulation, inputs, part })
}

/// Joins parts of one origin by `join`, and names the part that cannot be joined.
pub(super) fn joined(
    parts: Vec<(String, Partial)>,
    join: fn(Vec<DrawPart>, &Simulation) -> Result<DrawPart, PartProblem>,
) -> Result<(PartOrigin, Simulation, DrawPart), Refused> {
    let Some((first, Partial { origin, .. })) = parts.first() else {
        return Err(Refused("there is no part to merge".to_owned()));
    };
    let own = env!("CARGO_PKG_VERSION");
    if origin.mizan != own {
        let made = &origin.mizan;
        return Err(Refused(format!(
            "Mizan {made} made {first}, and this is {own}; merge with the version that made the parts"
        )));
    }
    let (origin, first) = (origin.clone(), first.clone());
    for (name, part) in &parts {
        if let Some(difference) = difference(&origin, &part.origin) {
            return Err(Refused(format!(
                "{name} belongs to another run than {first}: {difference}"
            )));
        }
    }
    let Some(simulation) = simulation(&origin.options) else { return Err(damaged(&first)) };
    let (names, drawn): (Vec<String>, Vec<DrawPart>) =
        parts.into_iter().map(|(name, part)| (name, part.part)).unzip();
    let is_counts = origin.content == PartContent::Counts;
    let part = join(drawn, &simulation).map_err(|problem| match problem {
        PartProblem::Missing(chunks) => missing(&chunks, &simulation, is_counts),
        PartProblem::Doubled(a, b, chunks) => {
            Refused(format!("{} and {} both have {}", names[a], names[b], shown(&chunks)))
        }
        PartProblem::Damaged(number) => damaged(&names[number]),
    })?;
    Ok((origin, simulation, part))
}

fn damaged(name: &str) -> Refused {
    Refused(format!("{name} is damaged; make this part again"))
}

/// Returns the inputs embedded in a part; None if they do not have the hashes that the part names.
fn carried(origin: &PartOrigin, carried: Vec<Vec<u8>>) -> Option<Vec<Input>> {
    if origin.inputs.is_empty() || carried.len() != origin.inputs.len() {
        return None;
    }
    let pairs = origin.inputs.iter().zip(carried);
    let input = |((name, hash), bytes): (&(String, String), Vec<u8>)| {
        (sha256(&bytes) == *hash).then(|| Input { name: name.clone(), bytes })
    };
    pairs.map(input).collect()
}

fn missing(chunks: &Range<u64>, simulation: &Simulation, is_counts: bool) -> Refused {
    let option = if is_counts { "counts" } else { "partial" };
    let (last, text) = (simulation.chunks().saturating_sub(1), shown(chunks));
    let verb = if chunks.end - chunks.start == 1 { "is" } else { "are" };
    let (from, to) = (chunks.start, chunks.end - 1);
    Refused(format!(
        "{text} of 0..{last} {verb} missing; `--chunks {from}..{to} --{option} FILE` makes a part for them"
    ))
}

/// Formats a range of chunks, both ends included: `chunk 3`, `chunks 3..5`.
fn shown(chunks: &Range<u64>) -> String {
    let (from, to) = (chunks.start, chunks.end.saturating_sub(1));
    if from == to { format!("chunk {from}") } else { format!("chunks {from}..{to}") }
}

/// Describes the first difference between the origins of two parts.
pub(super) fn difference(first: &PartOrigin, other: &PartOrigin) -> Option<String> {
    if first.mizan != other.mizan {
        return Some(format!("Mizan {} made it, not {}", other.mizan, first.mizan));
    }
    let (a, b) = (&first.options, &other.options);
    let numbers = [("draws", a.draws, b.draws), ("seed", a.seed, b.seed)];
    if let Some((name, a, b)) = numbers.into_iter().find(|(_, a, b)| a != b) {
        return Some(format!("--{name} is {b}, not {a}"));
    }
    if a.sampling != b.sampling {
        return Some(format!("--sampling is {}, not {}", b.sampling, a.sampling));
    }
    let listed = |texts: &[String]| match texts.is_empty() {
        true => "not given".to_owned(),
        false => texts.join(", "),
    };
    let years =
        |years: Option<(i32, i32)>| years.map(|(from, to)| format!("{from}..{to}")).into_iter();
    let lists = [
        ("set", listed(&a.set), listed(&b.set)),
        ("scenario", listed(&a.scenarios), listed(&b.scenarios)),
        (
            "years",
            listed(&years(a.years).collect::<Vec<_>>()),
            listed(&years(b.years).collect::<Vec<_>>()),
        ),
    ];
    if let Some((name, a, b)) = lists.into_iter().find(|(_, a, b)| a != b) {
        return Some(format!("--{name} is {b}; it was {a}"));
    }
    let files = first.inputs.iter().zip(&other.inputs).find(|(a, b)| a != b);
    match files {
        Some((a, b)) if a.0 == b.0 => Some(format!("the contents of {} differ", a.0)),
        Some((a, b)) => Some(format!("it read {}, not {}", b.0, a.0)),
        None if (&first.inputs, &first.options) != (&other.inputs, &other.options) => {
            Some("it read other files".to_owned())
        }
        None => contents(&first.content, &other.content),
    }
}

/// Describes the difference between the contents of two parts of one run.
fn contents(first: &PartContent, other: &PartContent) -> Option<String> {
    match (first, other) {
        (a, b) if a == b => None,
        (PartContent::Counts, _) => Some("it has draws, not counts".to_owned()),
        (_, PartContent::Counts) => Some("it has counts, not draws".to_owned()),
        (PartContent::DrawsNear(_), PartContent::DrawsNear(_)) => {
            Some("its draws are near the quantiles of other counts".to_owned())
        }
        (PartContent::Draws, _) => Some("only its draws were kept by counts (--near)".to_owned()),
        (_, PartContent::Draws) => Some("its draws were kept without counts (--near)".to_owned()),
    }
}

impl Whole {
    /// Loads the script with its options; returns the program, and the inputs and options for documents.
    pub fn load(&self) -> (Program, Vec<Input>, RunOptions) {
        let mut memory = MemoryFiles::default();
        let (name, text) = match self.inputs.split_first() {
            Some((script, files)) => {
                for file in files {
                    memory.add(&file.name, file.bytes.clone());
                }
                (script.name.as_str(), String::from_utf8_lossy(&script.bytes))
            }
            None => ("", "".into()),
        };
        let mut program = load_used(name, &text, &memory, &self.options.set);
        if !narrow(&mut program, &self.options.scenarios, self.options.years) {
            program.model = None;
        }
        (program, self.inputs.clone(), self.options.clone())
    }

    /// Answers the queries of the loaded script with the draws of the parts.
    ///
    /// # Errors
    /// As [`answer_parts`].
    pub fn answer(
        self,
        model: &Model,
        progress: &(dyn Fn(f64) + Sync),
        stop: &Stop,
    ) -> Result<Report, Diagnostic> {
        answer_parts(model, &self.simulation, self.part, progress, stop)
    }
}
