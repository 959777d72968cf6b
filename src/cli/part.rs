//! `mizan run --partial` and `--counts`: a part of a simulation in place of answers.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Target;
use super::chunks::{NamedCounts, refused};
use super::exit::Exit;
use super::input::{self, complain};
use super::memory;
use super::progress::Progress;
use super::run::RunArgs;
use crate::analysis::simulation;
use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::partial::{PartKind, Partial};
use crate::results::Input;
use crate::session;

impl RunArgs {
    /// Makes the draws of some chunks and writes what their answers need to a file, or counts of the draws.
    pub(super) fn make_part(&self, path: &Path) -> Result<Exit, Exit> {
        let Some(simulation) = simulation(&self.options()) else {
            complain("a part is one of a simulation; --draws N makes one");
            return Err(Exit::Usage);
        };
        if self.chunks.is_counts() && !simulation.has_brackets() {
            complain(
                "counts are for more than 131,072 draws of plain sampling; --partial alone keeps all draws",
            );
            return Err(Exit::Usage);
        }
        let chunks = self.chunks.of(&simulation)?;
        let target = Target { output: Some(path.to_owned()), force: self.target.force };
        let named: Vec<PathBuf> =
            std::iter::once(&self.file).chain(self.chunks.near_file()).cloned().collect();
        target.check(&named)?;
        let near = self.chunks.near()?;
        let (mut program, inputs) = input::load_kept(&self.file, &self.chosen.set, None)?;
        let made = match session::narrow(&mut program, &self.chosen.scenario, self.chosen.years) {
            true => {
                program.model.as_ref().map(|model| self.part(model, &inputs, chunks, near.as_ref()))
            }
            false => None,
        };
        let part = match made.transpose()? {
            Some(Ok(part)) => Some(part),
            Some(Err(problem)) => {
                program.diagnostics.push(problem);
                None
            }
            None => None,
        };
        input::report(&program.diagnostics, &program.sources);
        let Some(part) = part else { return Err(Exit::of(&program.diagnostics)) };
        target.write(&part.to_bytes(), &input::files_of(&self.file, &program))?;
        Ok(Exit::Fine)
    }

    /// Makes a part; reports counts of another run.
    fn part(
        &self,
        model: &Model,
        inputs: &[Input],
        chunks: Range<u64>,
        near: Option<&NamedCounts>,
    ) -> Result<Result<Partial, Diagnostic>, Exit> {
        let options = self.options();
        let kind = match near {
            Some((name, counts)) => {
                counts.check(name, inputs, &options).map_err(refused)?;
                PartKind::DrawsNear(counts)
            }
            None if self.chunks.is_counts() => PartKind::Counts,
            None => PartKind::Draws,
        };
        let progress = Progress::start();
        let done = |share| progress.show(share);
        Ok(Partial::make(model, inputs, options, chunks, kind, &done, &memory::stop()))
    }
}
