//! From draws to the statistics of each value: moments, quantiles, all draws.

pub(crate) mod brackets;
pub(crate) mod collect;
pub(crate) mod columns;
pub(crate) mod inside;
pub(crate) mod marks;
pub(crate) mod part;
pub(crate) mod passes;
pub(crate) mod requests;
