//! The draws of some chunks become a part.

use std::ops::Range;

use super::counts::Counts;
use super::file::{PartContent, PartOrigin, Partial};
use crate::analysis::{DrawPart, draw_part, simulation};
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::engine::simulate::QuantileDraws;
use crate::model::Model;
use crate::results::{Input, RunOptions};

/// The purpose of a part.
#[derive(Debug, Clone, Copy)]
pub enum PartKind<'a> {
    /// For the answers.
    Draws,
    /// For [`Counts`], which make the parts for the answers small.
    Counts,
    /// For the answers, with counts of the first chunks.
    DrawsNear(&'a Counts),
}

impl Partial {
    /// Makes the draws of a range of chunks. `model` is that of the inputs with the options, the script first.
    ///
    /// # Errors
    /// As [`draw_part`]; `inputs` and `options` are not looked at.
    pub fn make(
        model: &Model,
        inputs: &[Input],
        options: RunOptions,
        chunks: Range<u64>,
        kind: PartKind<'_>,
        progress: &(dyn Fn(f64) + Sync),
        stop: &Stop,
    ) -> Result<Self, Diagnostic> {
        let (content, near) = match kind {
            PartKind::Draws => (PartContent::Draws, QuantileDraws::NearFirstChunk),
            PartKind::Counts => (PartContent::Counts, QuantileDraws::Counts),
            PartKind::DrawsNear(counts) => {
                (PartContent::DrawsNear(counts.sha256()), counts.0.part.near())
            }
        };
        let part = match simulation(&options) {
            Some(simulation) => draw_part(model, &simulation, chunks, near, progress, stop)?,
            None => DrawPart::empty(),
        };
        let origin = PartOrigin::of(inputs, options, content);
        // One part carries the script and its files, so that a merger needs nothing else.
        let first = part.chunks.start == 0;
        let carried = inputs.iter().filter(|_| first).map(|input| input.bytes.clone()).collect();
        Ok(Self { origin, carried, part })
    }
}
