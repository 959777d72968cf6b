//! The sizes of the terms of an expression, against which its rounding errors are measured.

use super::domain::{Binary, Domain, Unary, compensated_sum};
use crate::model::BinaryOp;
use crate::plan::CellIndex;

/// The domain of numbers with sizes, for rounding tolerances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes;

/// A number, and the sum of the absolute values of the terms that it adds up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sized {
    pub(crate) value: f64,
    pub(crate) size: f64,
}

impl Domain for Sizes {
    type Value = Sized;

    fn constant(&mut self, value: f64) -> Sized {
        Sized { value, size: value.abs() }
    }

    fn known(&self, value: Sized) -> Option<f64> {
        Some(value.value)
    }

    fn read(&mut self, _: CellIndex, value: f64) -> Sized {
        self.constant(value)
    }

    fn unary(&mut self, op: Unary, a: Sized) -> Sized {
        let value = op.apply(a.value);
        let size = if op == Unary::Negate { a.size } else { value.abs() };
        Sized { value, size }
    }

    fn binary(&mut self, op: Binary, a: Sized, b: Sized) -> Sized {
        let value = op.apply(a.value, b.value);
        let size = match op {
            Binary::Operator(BinaryOp::Add | BinaryOp::Subtract) => a.size + b.size,
            Binary::Operator(BinaryOp::Multiply) => a.size * b.size,
            Binary::Operator(BinaryOp::Divide) => a.size / b.value.abs(),
            _ => value.abs(),
        };
        Sized { value, size }
    }

    fn select(&mut self, condition: Sized, then: Sized, other: Sized) -> Sized {
        if condition.value == 0.0 { other } else { then }
    }

    fn sum(&mut self, values: &[Sized]) -> Sized {
        let parts: Vec<f64> = values.iter().map(|v| v.value).collect();
        Sized { value: compensated_sum(&parts), size: values.iter().map(|v| v.size).sum() }
    }
}
