//! Proof that a condition fails for every value in a range, including those that were not tried.
//!
//! Interval arithmetic bounds both sides of a condition over a part of the range. Parts without a decision are halved
//! until all parts are decided or there are too many.

use super::aims::Margins;
use super::study::Study;
use crate::model::InputRange;

/// Maximum number of parts into which the proof divides the range.
const MOST_PARTS: usize = 4096;

/// True if the conditions of a search provably fail together over the whole range of its only unknown.
pub(super) fn nowhere(study: &Study<'_, '_>, margins: &Margins, input: &InputRange) -> bool {
    let mut open = vec![(input.low, input.high)];
    for _ in 0..MOST_PARTS {
        let Some((low, high)) = open.pop() else { return true };
        let bounds = study.bounds(low, high);
        if margins.0.iter().any(|margin| margin.fails_within(&bounds)) {
            continue;
        }
        let middle = low + (high - low) / 2.0;
        if !(low < middle && middle < high) {
            return false;
        }
        open.extend([(middle, high), (low, middle)]);
    }
    false
}
