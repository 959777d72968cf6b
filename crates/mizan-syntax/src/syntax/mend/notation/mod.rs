//! Numbers, years, names, signs and statements in another notation than Mizan's.

pub(crate) mod amounts;
pub(crate) mod arithmetic;
pub(crate) mod bodies;
pub(crate) mod comments;
pub(crate) mod conditions;
pub(crate) mod dates;
pub(crate) mod declare;
pub(crate) mod heads;
pub(crate) mod keys;
pub(crate) mod levers;
pub(crate) mod missing;
pub(crate) mod numbers;
pub(crate) mod opening;
pub(crate) mod ranges;
pub(crate) mod scenario_heads;
pub(crate) mod signs;
pub(crate) mod titles;
pub(crate) mod variables;
pub(crate) mod years;
