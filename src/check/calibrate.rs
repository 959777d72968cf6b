//! `calibrate`: the inputs, and the observed values to which they are fitted.

use super::Checker;
use super::errors;
use super::expr::Env;
use crate::model::{Ask, Calibrate, Fit, InputRange, Kind, Question};
use crate::syntax::ast;

impl Checker<'_> {
    /// Resolves a `calibrate` query.
    pub(super) fn calibrate_query(
        &mut self,
        (unknowns, fits): (&[ast::InputRange], &[ast::Fit]),
        scenarios: &[Option<usize>],
    ) -> Option<Ask> {
        let inputs = self.input_ranges(unknowns, scenarios, "calibrate", "in");
        let fits: Vec<Option<Fit>> = fits.iter().map(|fit| self.fit(fit)).collect();
        let (inputs, fits) = (inputs?, fits.into_iter().collect::<Option<Vec<_>>>()?);
        for (input, tree) in inputs.iter().zip(unknowns) {
            if input.kind == Kind::Year {
                self.error(errors::calibrated_year(input.span, &input.text));
                return None;
            }
            if let Some(step) = &tree.step {
                self.error(errors::calibrated_step(step.span));
                return None;
            }
        }
        let repeated = |(n, input): &(usize, &InputRange)| {
            let same =
                |other: &InputRange| other.quantity == input.quantity && overlap(other, input);
            inputs.iter().take(*n).any(same)
        };
        if let Some((_, input)) = inputs.iter().enumerate().find(repeated) {
            self.error(errors::calibrated_twice(input.span, &input.text));
            return None;
        }
        Some(Ask::Calibrate(Box::new(Calibrate { unknowns: inputs, fits })))
    }

    /// Resolves both sides of `imports[*] fits observed[*]`: the same `*` of both sides runs together.
    fn fit(&mut self, fit: &ast::Fit) -> Option<Fit> {
        let before = self.errors;
        let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
        let value = self.question(&fit.value, &mut env);
        if value.probability || value.kind == Kind::Truth {
            self.error(errors::fitted_value(fit.value.span));
        }
        let (observed, kind) = self.expr(&fit.observed, &mut env, Some(value.kind));
        self.fits(&(observed.clone(), kind), fit.observed.span, value.kind, "the observed value");
        let wild = env.wild.clone().unwrap_or_default();
        let loops = wild.iter().map(|&(set, _, slot)| (slot, set)).collect();
        self.model.slots = self.model.slots.max(env.next_slot);
        let value = Question { loops, ..value };
        let observed_text = self.sources.text(fit.observed.span).to_owned();
        (self.errors == before).then_some(Fit { value, observed, observed_text })
    }
}

/// True if the two ranges are of the same quantity and share a cell and year.
fn overlap(a: &InputRange, b: &InputRange) -> bool {
    let cells = a.cell.iter().zip(&b.cell);
    let same_cell = |(a, b): (&Option<u32>, &Option<u32>)| a.is_none() || b.is_none() || a == b;
    cells.into_iter().all(same_cell) && a.years.0 <= b.years.1 && b.years.0 <= a.years.1
}
