//! What an expression is joined by and how a path moves: the same in a tree and in a model.

use serde::{Deserialize, Serialize};

/// Binary operators.
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
    /// True for `==`, `<=` and their like.
    pub fn compares(self) -> bool {
        use BinaryOp::*;
        matches!(self, Equal | NotEqual | AtMost | AtLeast | Below | Above)
    }

    /// The comparison with both sides exchanged: `a < b` is `b > a`. Any other operator is returned unchanged.
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

/// How a leg moves from one value to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// In a straight line.
    Linear,
    /// Along an S-curve that hits both ends.
    SCurve,
    /// By the same factor each year.
    Geometric,
}
