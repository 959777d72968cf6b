//! Numbers: runs, solved blocks, simulations and the trade library, against figures from elsewhere.

mod calibrate;
mod changes;
mod discover;
mod divided;
mod draws;
mod forms;
mod kernels;
mod naive;
mod outcome;
mod over_range;
mod overrides;
mod partial;
mod parts;
mod run;
mod search;
mod sensitivity;
mod shortcuts;
mod simulate;
mod solve;
mod solver;
mod starts;
mod trade;
mod units;
mod walras;
mod why;
mod years;
