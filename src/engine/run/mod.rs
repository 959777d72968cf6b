//! One value of a run: how it is evaluated, where it is stored, and when it is taken from another run.

pub(crate) mod domain;
pub(crate) mod driver;
pub(crate) mod eval;
mod given;
pub(crate) mod lanes;
mod lever;
pub(crate) mod reuse;
pub(crate) mod sizes;
pub(crate) mod solved;
pub(crate) mod stop;
pub(crate) mod store;
