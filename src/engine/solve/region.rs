//! The ranges in which a search keeps the unknowns.
//!
//! In: the limits of each unknown, from its declaration and from its equations, and a starting point. Out:
//! for each step the point that it leads to, with every unknown inside its range. A step towards the end of
//! an open range goes nine tenths of the way at most: at the end itself an equation may have no value, or
//! hold only because nothing is left.

/// The limits of one unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    /// Bounds of the declaration, infinite without any.
    pub(crate) bounds: (f64, f64),
    /// True if the declaration has a `start`, whose sign a search keeps if it can.
    pub(crate) started: bool,
    /// True if an equation has a pole or no values on the other side of 0: the unknown is the base of a
    /// negative or fractional power, or in a logarithm or a root.
    pub(crate) pole: bool,
    /// True if a complementarity condition defines the unknown, which may end at its bound.
    pub(crate) complementary: bool,
}

/// The limits that an attempt respects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Bounds, and the signs of unknowns with a `start` or a pole at 0.
    Signs,
    /// Bounds, and the signs of unknowns with a pole at 0.
    Bounds,
    /// The signs of unknowns with a pole at 0.
    Poles,
}

/// The ranges of all unknowns in one attempt; empty if none is limited.
#[derive(Debug, Clone, Default)]
pub(crate) struct Region(Vec<Range>);

#[derive(Debug, Clone, Copy)]
struct Range {
    low: f64,
    high: f64,
    /// True if steps may lead to the ends.
    closed: bool,
    /// The distance of the starting point from the nearest end.
    slack: f64,
}

impl Limits {
    /// True if nothing limits the unknown.
    fn is_empty(&self) -> bool {
        self.bounds == (f64::NEG_INFINITY, f64::INFINITY) && !self.started && !self.pole
    }

    /// Returns the range of the unknown around a starting value.
    fn range(&self, keeps: Keeps, start: f64) -> (f64, f64) {
        let (mut low, mut high) = match keeps {
            Keeps::Signs | Keeps::Bounds => self.bounds,
            Keeps::Poles => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let signed = self.pole || (self.started && keeps == Keeps::Signs);
        if signed && !self.complementary && low < 0.0 && start > 0.0 {
            low = 0.0;
        }
        if signed && !self.complementary && high > 0.0 && start < 0.0 {
            high = 0.0;
        }
        (low, high)
    }
}

impl Region {
    /// Makes the ranges around a starting point, and moves the point inside them.
    pub(crate) fn around(limits: &[Limits], keeps: Keeps, point: &mut [f64]) -> Self {
        if limits.iter().all(Limits::is_empty) {
            return Self::default();
        }
        let range = |(limits, value): (&Limits, &mut f64)| {
            let (low, high) = limits.range(keeps, *value);
            *value = match limits.complementary {
                true if *value < low => low,
                true if *value > high => high,
                true => *value,
                false => start_inside(*value, low, high),
            };
            let slack = (*value - low).min(high - *value);
            Range { low, high, closed: limits.complementary, slack }
        };
        Self(limits.iter().zip(point).map(range).collect())
    }

    /// Returns the value of unknown `n` after a step from `from` towards `to`, inside its range. A step may end at a
    /// bound if the range is closed or if `polishes`, which marks the last step.
    pub(crate) fn inside(&self, n: usize, from: f64, to: f64, polishes: bool) -> f64 {
        /// The share of the distance to the end that a step leaves.
        const LEFT: f64 = 0.1;
        let Some(&Range { low, high, closed, .. }) = self.0.get(n) else { return to };
        let left = if closed || polishes { 0.0 } else { LEFT };
        // An infinite end is no limit; a target that is not a number stays one and is refused.
        let (least, most) = (low + left * (from - low), high - left * (high - from));
        if low.is_finite() && to < least {
            least
        } else if high.is_finite() && to > most {
            most
        } else {
            to
        }
    }

    /// True if an unknown is so close to the end of an open range that it would approach the end for ever.
    pub(crate) fn is_left(&self, unknowns: &[f64]) -> bool {
        self.0.iter().zip(unknowns).any(|(range, &value)| range.is_left(value))
    }

    /// Returns the unknowns at the end of an open range.
    pub(crate) fn held(&self, unknowns: &[f64]) -> Vec<usize> {
        let ranges = self.0.iter().zip(unknowns).enumerate();
        ranges.filter(|(_, (range, value))| range.is_left(**value)).map(|(n, _)| n).collect()
    }
}

impl Range {
    fn is_left(&self, value: f64) -> bool {
        /// The distance from the end, as a share of the distance at the start.
        const NEXT_TO_END: f64 = 1e-13;
        let distance = (value - self.low).min(self.high - value);
        !self.closed && distance.is_finite() && distance <= NEXT_TO_END * self.slack
    }
}

/// Returns a starting value inside a range: the value itself if it is inside.
fn start_inside(value: f64, low: f64, high: f64) -> f64 {
    /// Distance from the nearer end at which a value outside the range starts, as a share of the range.
    const IN: f64 = 0.1;
    if !(value <= low || value >= high) || low >= high {
        return value;
    }
    let length =
        if low.is_finite() && high.is_finite() { high - low } else { 1.0_f64.max(value.abs()) };
    if value <= low { low + IN * length } else { high - IN * length }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Limits = Limits {
        bounds: (f64::NEG_INFINITY, f64::INFINITY),
        started: false,
        pole: false,
        complementary: false,
    };

    #[test]
    fn a_step_goes_nine_tenths_of_the_way_to_an_end() {
        let limits =
            [Limits { bounds: (0.0, 10.0), ..FREE }, Limits { started: true, ..FREE }, FREE];
        let mut point = [4.0, -2.0, 3.0];
        let region = Region::around(&limits, Keeps::Signs, &mut point);
        assert_eq!(point, [4.0, -2.0, 3.0]);
        let to = |n, from, to| region.inside(n, from, to, false);
        assert_eq!([to(0, 4.0, -1.0), to(0, 4.0, 99.0), to(0, 4.0, 5.0)], [0.4, 9.4, 5.0]);
        assert_eq!([to(1, -2.0, 7.0), to(1, -2.0, -9.0), to(2, 3.0, -1e9)], [-0.2, -9.0, -1e9]);
        assert_eq!(region.inside(0, 4.0, -1.0, true), 0.0);
        assert!(to(0, 4.0, f64::NAN).is_nan());
        assert_eq!(region.held(&[1e-16, -1.0, 0.0]), [0]);
        let signs_free = Region::around(&limits, Keeps::Bounds, &mut point);
        assert_eq!(signs_free.inside(1, -2.0, 7.0, false), 7.0);
    }

    #[test]
    fn a_start_outside_its_range_is_moved_inside() {
        let limits = [
            Limits { bounds: (5.0, 15.0), ..FREE },
            Limits { bounds: (0.0, f64::INFINITY), ..FREE },
        ];
        let mut point = [1.0, -4.0];
        Region::around(&limits, Keeps::Bounds, &mut point);
        assert_eq!(point, [6.0, 0.4]);
    }
}
