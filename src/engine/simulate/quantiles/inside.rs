//! The draws strictly inside a bracket: kept, or only counted.

use serde::{Deserialize, Serialize};

/// Number of bins of a bracket that only counts its draws.
pub(super) const BINS: usize = 4_096;
/// Number of draws in a block of a list.
const BLOCK: usize = 1_024;

/// The draws inside a bracket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Inside {
    /// The draws themselves.
    Kept(DrawList),
    /// The number of draws in each of [`BINS`] intervals of equal width.
    Counted(Vec<u64>),
}

/// A list of draws in blocks. To append a draw or a whole list moves no draw, unlike growing a
/// `Vec`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct DrawList {
    full: Vec<Vec<f64>>,
    last: Vec<f64>,
}

impl Default for Inside {
    fn default() -> Self {
        Self::Kept(DrawList::default())
    }
}

impl Inside {
    /// Makes bins without draws.
    pub(super) fn counted() -> Self {
        Self::Counted(vec![0; BINS])
    }

    /// Makes a list or bins, as `self` is, without draws.
    pub(super) fn empty(&self) -> Self {
        match self {
            Self::Kept(_) => Self::default(),
            Self::Counted(_) => Self::counted(),
        }
    }

    /// True if the draws of both brackets are kept, or those of both are counted.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kept(_), Self::Kept(_)) => true,
            (Self::Counted(own), Self::Counted(other)) => (own.len(), other.len()) == (BINS, BINS),
            (Self::Kept(_) | Self::Counted(_), _) => false,
        }
    }

    /// Adds a draw between the ends `low` and `high` of the bracket.
    pub(super) fn push(&mut self, draw: f64, (low, high): (f64, f64)) {
        match self {
            Self::Kept(draws) => draws.push(draw),
            Self::Counted(bins) => {
                // Rounding keeps the order: of two draws, the lower one never has the higher bin.
                let bin = ((draw - low) / (high - low) * BINS as f64) as usize;
                if let Some(count) = bins.get_mut(bin.min(BINS - 1)) {
                    *count += 1;
                }
            }
        }
    }

    /// Adds the draws of a bracket with the same ends.
    pub(super) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Kept(draws), Self::Kept(other)) => draws.append(other),
            (Self::Counted(bins), Self::Counted(other)) => {
                bins.iter_mut()
                    .zip(other)
                    .for_each(|(own, other)| *own = own.saturating_add(other));
            }
            // `is_like` refuses these.
            (Self::Kept(_) | Self::Counted(_), _) => {}
        }
    }

    /// Moves all draws into one `Vec`; none if they were only counted.
    pub(super) fn take_all(&mut self) -> Vec<f64> {
        match self {
            Self::Kept(draws) => draws.take_all(),
            Self::Counted(_) => Vec::new(),
        }
    }

    /// Sorts the draws, so that equal draws give equal bytes in any order.
    pub(super) fn sort(&mut self) {
        if let Self::Kept(list) = self {
            let mut draws = list.take_all();
            draws.sort_unstable_by(f64::total_cmp);
            *list = DrawList { full: Vec::new(), last: draws };
        }
    }

    /// Finds the bin of a rank among the draws inside; None for a rank above all, and for draws that are not in bins.
    pub(super) fn bin_of(&self, rank: u64) -> Option<usize> {
        let Self::Counted(bins) = self else { return None };
        let mut below = 0_u64;
        bins.iter().position(|count| {
            below = below.saturating_add(*count);
            rank < below
        })
    }
}

impl DrawList {
    /// Adds a draw.
    fn push(&mut self, draw: f64) {
        if self.last.len() == self.last.capacity() {
            let full = std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK));
            self.full.push(full);
        }
        self.last.push(draw);
    }

    /// Adds all draws of another list.
    fn append(&mut self, other: Self) {
        self.full.extend(other.full);
        self.full.push(other.last);
    }

    /// Moves all draws into one `Vec`.
    fn take_all(&mut self) -> Vec<f64> {
        let all = std::mem::take(self);
        let count = all.full.iter().map(Vec::len).sum::<usize>() + all.last.len();
        let mut draws = Vec::with_capacity(count);
        all.full.into_iter().chain([all.last]).for_each(|block| draws.extend(block));
        draws
    }
}
