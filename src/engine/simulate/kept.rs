//! Values that registers keep from lane to lane, so that a lane computes only what depends on a changed input.
//!
//! Most lanes of a sensitivity analysis differ from the lane before in one or two inputs of many. An instruction is
//! executed again if one of its operands has changed. The results have the same bits as without this reuse.

use super::compile::code::{LaneProgram, VectorCode};
use super::inputs::InputColumn;

/// Knowledge about the previous lane.
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

#[cfg(test)]
mod tests {
    use super::super::compile::code::InstructionCall;
    use super::super::compile::lanes::unary;
    use super::super::compile::registers::{LANE, Operand};
    use super::*;
    use crate::engine::run::domain::Unary;

    /// Two inputs, a function of each, and an output.
    fn program() -> LaneProgram {
        let function = |of, out| {
            let operands = [Operand::Register(of)];
            VectorCode::Call1(InstructionCall { f: unary(Unary::Negate), operands, out })
        };
        let code = vec![
            VectorCode::Override { number: 0, out: 0 },
            VectorCode::Override { number: 1, out: 1 },
            function(0, 2),
            function(1, 3),
            VectorCode::Output { number: 0, from: Operand::Register(3) },
        ];
        LaneProgram { code, registers: 4, keeps_values: true, ..LaneProgram::default() }
    }

    #[test]
    fn an_instruction_is_due_if_its_input_has_changed() {
        let program = program();
        let mut kept = KeptValues::of(&program);
        // The second input is the same in the first two lanes; the first one differs in the second lane alone.
        let first: Vec<f64> = [1.0, 2.0, 1.0].into_iter().flat_map(|n| [n; LANE]).collect();
        let second: Vec<f64> = [5.0, 5.0, 6.0].into_iter().flat_map(|n| [n; LANE]).collect();
        let mut due = |lane: usize| -> Vec<bool> {
            let column = |code: &VectorCode| match code {
                VectorCode::Override { number: 0, .. } => Some(InputColumn::Each(&first)),
                _ => Some(InputColumn::Each(&second)),
            };
            let first = (lane * LANE) as u64;
            let due = program.code.iter().map(|code| kept.is_due(code, column, first)).collect();
            kept.complete();
            due
        };
        assert_eq!(due(0), [true; 5]);
        assert_eq!(due(1), [true, false, true, false, true]);
        assert_eq!(due(2), [true; 5]);
        assert_eq!(due(2), [false, false, false, false, true]);
        kept.forget();
        let none = |_: &VectorCode| None;
        assert!(program.code.iter().all(|code| kept.is_due(code, none, 0)));
    }
}
