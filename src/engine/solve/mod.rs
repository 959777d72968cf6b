//! Equations that depend on each other: recorded on a tape, differentiated exactly, solved by Newton's
//! method.

pub(crate) mod block;
mod continuation;
mod dense;
pub(crate) mod failure;
mod filling;
mod gradient;
pub(crate) mod interval;
mod levenberg;
pub(crate) mod linear;
pub(crate) mod newton;
pub(crate) mod on_tape;
mod rank;
pub(crate) mod region;
mod repeat;
pub(crate) mod starts;
pub(crate) mod sweep;
pub(crate) mod system;
pub(crate) mod tape;
mod terms;
pub(crate) mod trace;
pub(crate) mod tracer;
