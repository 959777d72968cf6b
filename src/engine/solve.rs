//! The solve step of a run: one block is solved, and its solution is stored and checked.

use super::newton;
use super::starts::Starts;
use super::system::{Surroundings, System};
use super::{Machine, Solved, evaluator};
use crate::diagnostic::Diagnostic;
use crate::plan::{Block, Place};

impl Machine<'_> {
    /// Solves a block, and computes everything in the block that follows from its unknowns.
    pub(super) fn solve(&mut self, block: &Block) -> Result<(), Diagnostic> {
        let mut surroundings = Surroundings {
            plan: self.plan,
            values: &self.values,
            baseline: self.known.first().map(|baseline| &baseline.values),
            slots: &mut self.slots,
        };
        let (system, _) = System::trace(&mut surroundings, block, None)
            .map_err(|(fault, place)| self.report(&fault, &self.plan.layout.point(place)))?;
        let settings = self.plan.selection.model.solver;
        let starts = self.starts(block)?.points();
        match newton::solve(&system, &starts, &settings, self.stop) {
            Some(Ok((unknowns, iterations))) => {
                self.record_iterations(block, iterations);
                self.store_solution(block, &unknowns)
            }
            Some(Err(failure)) => Err(self.unsolved(block, &failure)),
            None => self.stop.check(),
        }
    }

    /// Records the iterations of a block for `--trace solve`.
    fn record_iterations(&mut self, block: &Block, iterations: Vec<newton::Iteration>) {
        let (model, layout) = (self.plan.selection.model, &self.plan.layout);
        let years = block.unknowns.iter().map(|&place| layout.point(place).year);
        let first = block.unknowns.first().map(|&place| layout.point(place));
        let name = |point: &crate::plan::Point| {
            model.cell_name(&model.quantities[point.quantity], &point.cell)
        };
        self.solved.push(Solved {
            years: (years.clone().min().unwrap_or(0), years.max().unwrap_or(0)),
            first: first.as_ref().map_or(String::new(), name),
            unknowns: block.unknowns.len(),
            explicit: block.explicit.len(),
            iterations,
        });
    }

    /// Stores the solution, computes the explicit values of the block, and checks the bounds of its
    /// unknowns.
    fn store_solution(&mut self, block: &Block, unknowns: &[f64]) -> Result<(), Diagnostic> {
        for (&place, &value) in block.unknowns.iter().zip(unknowns) {
            self.values.set(self.plan.layout.quantity(place), place, value);
        }
        for &place in &block.explicit {
            self.compute(place)?;
        }
        for &place in &block.unknowns {
            let point = self.plan.layout.point(place);
            let mut definitions = std::mem::take(&mut self.definitions);
            self.plan.selection.definitions(&point, &mut definitions);
            let last = definitions.last().copied();
            self.definitions = definitions;
            if let Some(last) = last {
                self.within_bounds(&point, self.values.get(place), last)?;
            }
        }
        Ok(())
    }

    /// The candidate starting values of a block.
    fn starts(&mut self, block: &Block) -> Result<Starts<f64>, Diagnostic> {
        let given: Result<_, _> =
            block.unknowns.iter().map(|&place| self.start_value(place)).collect();
        let baseline = self.known.first().map(|baseline| &baseline.values);
        let known = (&self.values, baseline);
        Ok(Starts::new(self.plan, block, given?, known))
    }

    /// Evaluates the `start` that the script gives an unknown, if any.
    fn start_value(&mut self, place: Place) -> Result<Option<f64>, Diagnostic> {
        let point = self.plan.layout.point(place);
        let Some(start) = &self.plan.selection.model.quantities[point.quantity].start else {
            return Ok(None);
        };
        let runs = (&self.values, &self.known[..]);
        let mut evaluator = evaluator(self.plan, runs, &mut self.slots, self.numbers);
        let value = evaluator.define(start, &point, 0.0);
        value.map(Some).map_err(|fault| self.report(&fault, &point))
    }
}
