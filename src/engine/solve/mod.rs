//! Equations that depend on each other: recorded on a tape, differentiated exactly, solved by Newton's
//! method.

pub(crate) mod block;
pub(crate) mod failure;
mod gradient;
pub(crate) mod interval;
pub(crate) mod linear;
pub(crate) mod newton;
pub(crate) mod starts;
pub(crate) mod sweep;
pub(crate) mod system;
pub(crate) mod tape;
pub(crate) mod tracer;
