//! A tape to a program of vector instructions: ordered, joined, and given registers.

pub(crate) mod fuse;
pub(crate) mod lanes;
pub(crate) mod powers;
pub(crate) mod program;
pub(crate) mod registers;
pub(crate) mod schedule;
pub(crate) mod sums;
