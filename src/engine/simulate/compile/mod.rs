//! The compiler from a tape to a program of vector instructions: scheduling, fusion, register allocation.

pub(crate) mod code;
pub(crate) mod fuse;
pub(crate) mod lanes;
pub(crate) mod powers;
pub(crate) mod program;
pub(crate) mod registers;
pub(crate) mod schedule;
pub(crate) mod sums;
