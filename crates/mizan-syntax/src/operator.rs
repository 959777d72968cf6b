//! Operators of expressions and shapes of paths, which syntax trees and models share.

use serde::{Deserialize, Serialize};

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the operator of its name")]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    AtMost,
    AtLeast,
    Below,
    Above,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl BinaryOp {
    /// True for comparisons: `==`, `!=`, `<`, `<=`, `>` and `>=`.
    pub fn compares(self) -> bool {
        use BinaryOp::*;
        matches!(self, Equal | NotEqual | AtMost | AtLeast | Below | Above)
    }

    /// Returns the comparison with both sides exchanged: `b > a` for `a < b`. Returns any other operator unchanged.
    pub fn mirrored(self) -> Self {
        use BinaryOp::*;
        match self {
            AtMost => AtLeast,
            AtLeast => AtMost,
            Below => Above,
            Above => Below,
            Equal | NotEqual | And | Or | Add | Subtract | Multiply | Divide | Power => self,
        }
    }
}

/// The curve along which a path moves from one value to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// A straight line: the same amount each year.
    Linear,
    /// An S-curve that begins and ends exactly at the two values.
    SCurve,
    /// Geometric growth: the same factor each year.
    Geometric,
}
