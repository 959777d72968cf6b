//! Values that registers keep from lane to lane, so that a lane computes only what depends on a changed input.
//!
//! Most lanes of a sensitivity analysis differ from the lane before in one or two inputs of many. An instruction is
//! due if one of its operands has changed. The bits are those of a program that computes everything.

use super::compile::code::{LaneProgram, VectorCode};
use super::inputs::InputColumn;

/// What is known of the lane before.
#[derive(Default)]
pub(super) struct KeptValues {
    /// For each register, whether its value in this lane differs from the one in the lane before.
    changed: Vec<bool>,
    /// For each register that an input fills, the numbers of the input in the lane before.
    numbers: Vec<Vec<f64>>,
    /// True if all registers hold the values of the lane before.
    complete: bool,
}

impl KeptValues {
    /// Prepares for a program; needs no memory for one that does not keep its values.
    pub(super) fn of(program: &LaneProgram) -> Self {
        let count = if program.keeps_values { program.registers } else { 0 };
        Self { changed: vec![false; count], numbers: vec![Vec::new(); count], complete: false }
    }

    /// Notes that a lane was computed to its end.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// Notes that a lane was given up: the next one computes everything.
    pub(super) fn forget(&mut self) {
        self.complete = false;
    }

    /// True if an instruction has to be executed for the lane that begins with the point `first`. `column` has the
    /// numbers of an instruction that reads an input.
    pub(super) fn is_due<'c>(
        &mut self,
        code: &VectorCode,
        column: impl FnOnce(&VectorCode) -> Option<InputColumn<'c>>,
        first: u64,
    ) -> bool {
        let Some(out) = code.out() else {
            // A block is solved in each lane, because the draws without a solution are found by solving.
            if let VectorCode::Solve { outs, .. } = code {
                outs.iter().flatten().for_each(|out| self.changed[*out as usize] = true);
            }
            return true;
        };
        let out = out as usize;
        let changed = match code {
            VectorCode::Draw { .. } | VectorCode::Override { .. } => {
                let numbers = column(code).map_or(&[][..], |column| column.lane(first));
                let known = &mut self.numbers[out];
                let differs = known.as_slice() != numbers;
                if differs {
                    numbers.clone_into(known);
                }
                differs
            }
            _ => code.reads_any(|register| self.changed[register as usize]),
        };
        self.changed[out] = changed || !self.complete;
        self.changed[out]
    }
}
