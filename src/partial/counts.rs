//! Counts of draws around quantiles: the first pass of a simulation that would keep too many draws in one pass.

use super::file::{PartContent, PartOrigin, Partial};
use super::merge::{Refused, difference, joined};
use crate::analysis::DrawPart;
use crate::report::sha256;
use crate::results::{Input, RunOptions};

/// The joined counts of the first chunks of a simulation.
#[derive(Debug, Clone)]
pub struct Counts(pub(super) Partial);

impl Counts {
    /// Joins the counts of some chunks, each part with the name that a message has for it. They must be the first
    /// chunks without a gap; the more there are, the smaller the parts become that are made with the counts.
    ///
    /// # Errors
    /// [`Refused`] as for [`super::merge`], except that later chunks may be missing.
    pub fn join(parts: Vec<(String, Partial)>) -> Result<Self, Refused> {
        if let Some((name, _)) = parts.iter().find(|(_, part)| !part.is_counts()) {
            return Err(Refused::new(format!(
                "{name} has draws and no counts; --counts makes a part with counts"
            )));
        }
        let carried = parts.iter().find(|(_, part)| part.part.chunks.start == 0);
        let carried = carried.map(|(_, part)| part.carried.clone()).unwrap_or_default();
        let (origin, _, part) = joined(parts, DrawPart::join_first)?;
        Ok(Self(Partial { origin, carried, part }))
    }

    /// Checks that the counts are of a run with these inputs and options. `name` is what a message calls them.
    ///
    /// # Errors
    /// [`Refused`] with the difference.
    pub fn check(&self, name: &str, inputs: &[Input], options: &RunOptions) -> Result<(), Refused> {
        let own = PartOrigin::of(inputs, options.clone(), PartContent::Counts);
        match difference(&own, &self.0.origin) {
            None => Ok(()),
            Some(difference) => Err(Refused::new(format!(
                "{name} belongs to another run than this one: {difference}"
            ))),
        }
    }

    /// Writes the counts as [`Partial::to_bytes`] does.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// The SHA-256 of the bytes.
    pub(super) fn sha256(&self) -> String {
        sha256(&self.to_bytes())
    }
}
