//! Habits of other programs: statistics packages, modelling languages, Python, R and MATLAB.

pub(crate) mod blocks;
pub(crate) mod dynare;
pub(crate) mod elsewhere;
pub(crate) mod eviews;
pub(crate) mod fields;
pub(crate) mod frames;
pub(crate) mod gams;
pub(crate) mod gempack;
pub(crate) mod given_if;
pub(crate) mod grouped;
pub(crate) mod leads;
pub(crate) mod loops;
pub(crate) mod matlab;
pub(crate) mod operators;
pub(crate) mod output;
pub(crate) mod positions;
pub(crate) mod python;
pub(crate) mod running;
pub(crate) mod sample;
pub(crate) mod scripts;
pub(crate) mod stata;
pub(crate) mod stella;
pub(crate) mod summary;
pub(crate) mod tabulated;
pub(crate) mod tries;
