//! Numerical methods that know no model.
//!
//! Elementary functions with the same bits on every machine, distributions, random and quasi-random
//! numbers, correlation, sums and quantiles.

pub mod dependence;
pub mod distribution;
pub mod kernels;
pub(crate) mod order;
pub mod random;
pub mod replicates;
pub mod sampling;
pub mod sobol;
pub mod summary;
