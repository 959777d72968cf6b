//! A block solved: where the search starts, and what its solution says of the block.

use super::newton::{self, Failure};
use super::system::{Surroundings, System};
use super::{Machine, Solved};
use crate::diagnostic::Diagnostic;
use crate::model::Kind;
use crate::plan::{Block, Place};

/// Values that are tried for all unknowns without a start of their own.
const STARTS: [f64; 6] = [1.0, 0.0, 100.0, 0.01, 1e6, 1e9];

impl Machine<'_> {
    /// Solves a block and computes what follows from its unknowns.
    pub(super) fn solve(&mut self, block: &Block) -> Result<(), Diagnostic> {
        let mut surroundings = Surroundings {
            plan: self.plan,
            values: &self.values,
            baseline: self.known.first().copied(),
            slots: &mut self.slots,
        };
        let (system, _) = System::trace(&mut surroundings, block, None)
            .map_err(|(fault, place)| self.report(&fault, &self.plan.layout.point(place)))?;
        let settings = self.plan.selection.model.solver;
        let mut failed: Option<Failure> = None;
        for start in self.starts(block)? {
            self.stop.check()?;
            match newton::solve(&system, &start, &settings) {
                Ok((unknowns, iterations)) => {
                    self.note(block, iterations);
                    return self.settle(block, &unknowns);
                }
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        match failed {
            Some(failure) => Err(self.unsolved(block, &failure)),
            None => Ok(()),
        }
    }

    fn note(&mut self, block: &Block, iterations: Vec<newton::Iteration>) {
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

    /// Keeps the solution, and computes and checks all that depends on it.
    fn settle(&mut self, block: &Block, unknowns: &[f64]) -> Result<(), Diagnostic> {
        for (&place, &value) in block.unknowns.iter().zip(unknowns) {
            self.values[place] = value;
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
                self.within_bounds(&point, self.values[place], last)?;
            }
        }
        Ok(())
    }

    /// The points to search from, the most promising first: last year's values, then those that the
    /// script gives, then the baseline's, then plain guesses.
    fn starts(&mut self, block: &Block) -> Result<Vec<Vec<f64>>, Diagnostic> {
        let given: Vec<Option<f64>> =
            block.unknowns.iter().map(|&place| self.given(place)).collect::<Result<_, _>>()?;
        let outside =
            |place: Place| !block.unknowns.contains(&place) && !block.explicit.contains(&place);
        let before = |&place: &Place| {
            let year_before = self.plan.layout.year_before(place).filter(|&before| outside(before));
            year_before.map(|before| self.values[before])
        };
        let last: Vec<Option<f64>> = block.unknowns.iter().map(before).collect();
        let known = self.known.first();
        let baseline = |n: usize| known.map(|values| values[block.unknowns[n]]);
        let guess = |n: usize, guess: f64| {
            let quantity = self.plan.layout.quantity(block.unknowns[n]);
            match self.plan.selection.model.quantities[quantity].kind {
                Kind::Plain { percent: true, .. } if guess == 1.0 => 0.0,
                _ => guess,
            }
        };
        let all = 0..block.unknowns.len();
        let first = STARTS[0];
        let mut starts: Vec<Vec<f64>> = vec![
            all.clone()
                .map(|n| last[n].or(given[n]).or(baseline(n)).unwrap_or(guess(n, first)))
                .collect(),
            all.clone()
                .map(|n| given[n].or(baseline(n)).or(last[n]).unwrap_or(guess(n, first)))
                .collect(),
        ];
        for value in STARTS {
            starts.push(all.clone().map(|n| given[n].unwrap_or(guess(n, value))).collect());
        }
        starts.dedup();
        Ok(starts)
    }

    /// The value that the script gives an unknown to start from.
    fn given(&mut self, place: Place) -> Result<Option<f64>, Diagnostic> {
        let point = self.plan.layout.point(place);
        let Some(start) = &self.plan.selection.model.quantities[point.quantity].start else {
            return Ok(None);
        };
        let mut evaluator = self.evaluator(self.numbers);
        let value = evaluator.define(start, &point, 0.0);
        value.map(Some).map_err(|fault| self.report(&fault, &point))
    }
}
