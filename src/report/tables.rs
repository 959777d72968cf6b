//! The tables of an answer.

use crate::results::Answer;

use super::page::Page;
use super::titled::Titled;
use super::{
    calibrate, compare_years, discover, find, histogram, robust, sensitivity, sweep, table, why,
};

/// Builds the tables of an answer; a check has none. `levels` are those of a simulation's quantiles.
pub(super) fn tables(answer: &Answer, levels: &[f64], page: Page) -> Vec<Titled> {
    match answer {
        Answer::Show { panels } | Answer::Chart { panels } => table::tables(panels, levels, page),
        Answer::Distribution { histograms } => {
            histograms.iter().map(|one| histogram::table(one, levels)).collect()
        }
        Answer::Check(_) => Vec::new(),
        Answer::Compare { comparisons, .. } => compare_years::tables(comparisons, levels, page),
        Answer::Find(found) => vec![find::table(found)],
        Answer::Sweep { axes, tables } => sweep::tables(axes, tables),
        Answer::Calibrate(found) => calibrate::tables(found),
        Answer::Discover(found) => discover::tables(found),
        Answer::Robust(found) => vec![robust::table(found)],
        Answer::Why { trees } => trees.iter().map(why::table).collect(),
        Answer::Sensitivity { tables } => tables.iter().map(sensitivity::table).collect(),
    }
}
