//! The axes of a chart: values on the vertical axis, years on the horizontal one.
//!
//! Ticks are whole multiples of 1, 2 or 5 times a power of ten, held as integers, so that their
//! labels are exact. Any finite values can be covered, equal ones and extreme ones too.

use crate::report::decimal::Decimal;

/// Absolute value below which a number counts as zero.
const SMALLEST: f64 = 1e-300;
/// Relative difference up to which two values count as equal.
const EQUAL: f64 = 1e-9;
/// Rounding error of a value, in steps between ticks.
const SLACK: f64 = 1e-9;

/// An axis of values: ticks at `n * digit * 10^exponent` for `n` in `from..=to`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct ValueAxis {
    from: i64,
    to: i64,
    digit: i64,
    exponent: i32,
    /// Divisor of all values during the computation, so that nothing overflows.
    unit: f64,
    /// Step between ticks, in units of `unit`.
    step: f64,
}

impl ValueAxis {
    /// Returns the finest axis that covers `low..=high` with at most `most_intervals`. Covers zero too if the
    /// distance of the values from zero is at most the share `near` of their range.
    pub(in crate::report) fn around(low: f64, high: f64, most_intervals: usize, near: f64) -> Self {
        let largest = low.abs().max(high.abs());
        let (low, high, largest) =
            if largest < SMALLEST { (0.0, 1.0, 1.0) } else { (low, high, largest) };
        let magnitude = Decimal::of(largest).magnitude().unwrap_or(0);
        let unit = power_of_ten(magnitude);
        let (low, high) = with_zero(low / unit, high / unit, near);
        let most = i64::try_from(most_intervals.max(2)).unwrap_or(i64::MAX);
        let finest = Decimal::of(high - low).magnitude().unwrap_or(0) - 2;
        let steps = (finest..finest + 6).flat_map(|power| [1, 2, 5].map(|digit| (digit, power)));
        let axes = steps.map(|(digit, power)| {
            let step = digit as f64 * power_of_ten(power);
            let from = (low / step + SLACK).floor() as i64;
            let to = ((high / step - SLACK).ceil() as i64).max(from + 1);
            Self { from, to, digit, exponent: power + magnitude, unit, step }
        });
        let widest = Self { from: -1, to: 1, digit: 2, exponent: magnitude + 1, unit, step: 20.0 };
        axes.into_iter().find(|axis| axis.to - axis.from <= most).unwrap_or(widest)
    }

    /// Returns the values at the lowest and the highest tick.
    pub(in crate::report) fn ends(&self) -> (f64, f64) {
        let value = |tick: i64| tick as f64 * self.step * self.unit;
        (value(self.from), value(self.to))
    }

    /// Returns the number of intervals between ticks, at least one.
    pub(in crate::report) fn intervals(&self) -> usize {
        usize::try_from(self.to - self.from).unwrap_or(1).max(1)
    }

    /// Returns the tick that is `number` ticks below the highest, as mantissa and exponent.
    pub(in crate::report) fn tick_from_top(&self, number: usize) -> (i64, i32) {
        let n = self.to - i64::try_from(number).unwrap_or(0);
        (n * self.digit, self.exponent)
    }

    /// Returns the relative position of a value: 0 at the lowest tick, 1 at the highest.
    pub(in crate::report) fn position(&self, value: f64) -> f64 {
        let steps = value / self.unit / self.step - self.from as f64;
        (steps / self.intervals() as f64).clamp(0.0, 1.0)
    }

    /// True if zero is one of the ticks.
    pub(in crate::report) fn covers_zero(&self) -> bool {
        self.from <= 0 && self.to >= 0
    }

    /// Returns the relative position of zero if it is strictly between the ends.
    pub(in crate::report) fn zero_inside(&self) -> Option<f64> {
        (self.from < 0 && self.to > 0).then(|| self.position(0.0))
    }
}

/// Extends a range to zero if its ends are equal, or if its distance from zero is at most the share `near` of
/// its width.
fn with_zero(low: f64, high: f64, near: f64) -> (f64, f64) {
    let range = high - low;
    let nearest = low.abs().min(high.abs());
    if range <= EQUAL * low.abs().max(high.abs()) || nearest <= range * near {
        return (low.min(0.0), high.max(0.0));
    }
    (low, high)
}

/// Computes a power of ten by parsing text, which rounds correctly; repeated multiplication does not.
fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// An axis of years; positions are columns of the terminal.
#[derive(Debug, Clone)]
pub(in crate::report) struct YearAxis {
    first: i32,
    last: i32,
    columns: usize,
}

/// Maximum number of columns between one year and the next.
const WIDEST_YEAR: usize = 12;
/// Width in columns of an axis with a single year, which is in the middle.
const SINGLE_YEAR: usize = 9;

impl YearAxis {
    /// Lays out the years `first..=last` in at most `room` columns, with equal spacing if possible.
    pub(in crate::report) fn fitting(first: i32, last: i32, room: usize) -> Self {
        let last = last.max(first);
        let room = room.max(SINGLE_YEAR);
        let columns = match usize::try_from(i64::from(last) - i64::from(first)).unwrap_or(0) {
            0 => SINGLE_YEAR,
            span if span < room => ((room - 1) / span).min(WIDEST_YEAR) * span + 1,
            _ => room,
        };
        Self { first, last, columns }
    }

    /// Returns the width of the axis in columns.
    pub(in crate::report) fn columns(&self) -> usize {
        self.columns
    }

    /// Returns the number of columns between one year and the next; for a single year the whole width.
    pub(in crate::report) fn spacing(&self) -> usize {
        let span = usize::try_from(i64::from(self.last) - i64::from(self.first)).unwrap_or(0);
        (self.columns - 1).checked_div(span).unwrap_or(self.columns)
    }

    /// Returns the column of a year.
    pub(in crate::report) fn column(&self, year: i32) -> usize {
        let span = i64::from(self.last) - i64::from(self.first);
        if span == 0 {
            return self.columns / 2;
        }
        let since = (i64::from(year) - i64::from(self.first)).clamp(0, span);
        let columns = i64::try_from(self.columns - 1).unwrap_or(0);
        usize::try_from((since * columns + span / 2) / span).unwrap_or(0)
    }

    /// Returns the years to label, each with its column: the first, the last, and as many round years between
    /// them as fit.
    pub(in crate::report) fn labels(&self) -> Vec<(usize, i32)> {
        let label = |year: i32| (self.column(year), year);
        let mut labels = vec![label(self.first)];
        let last = label(self.last);
        let step = self.step(length(last.1));
        let after_first = match i32::try_from(step) {
            Ok(step @ 5..) => (self.first.div_euclid(step) + 1).saturating_mul(step),
            _ => self.first.saturating_add(i32::try_from(step).unwrap_or(i32::MAX)),
        };
        let between = (after_first..self.last).step_by(step);
        for next in between.map(label) {
            if labels.last().is_some_and(|before| apart(before, &next)) && apart(&next, &last) {
                labels.push(next);
            }
        }
        if labels.last().is_some_and(|before| apart(before, &last)) {
            labels.push(last);
        }
        labels
    }

    /// Returns the smallest distance of 1, 2, 5, 10, ... years at which labels of this width fit: with one
    /// blank between adjacent years, two blanks otherwise.
    fn step(&self, label: usize) -> usize {
        let span = usize::try_from(i64::from(self.last) - i64::from(self.first)).unwrap_or(0);
        let columns = self.columns - 1;
        let powers = (0..10).map(|power| 10_usize.pow(power));
        let mut steps = powers.flat_map(|power| [1, 2, 5].map(|digit| digit * power));
        let room = |step: usize| if step == 1 { label + 1 } else { label + 2 };
        steps.find(|&step| step * columns >= span * room(step)).unwrap_or(span.max(1))
    }
}

/// Returns the number of columns by which a centred label extends to the left of its year's column.
pub(in crate::report) fn overhang(year: i32) -> usize {
    length(year) / 2
}

fn length(year: i32) -> usize {
    year.to_string().len()
}

/// True if at least one blank separates two labels.
fn apart(before: &(usize, i32), after: &(usize, i32)) -> bool {
    let end = before.0 + length(before.1) - overhang(before.1);
    end + overhang(after.1) < after.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticks(low: f64, high: f64, most: usize) -> Vec<(i64, i32)> {
        let axis = ValueAxis::around(low, high, most, 0.5);
        (0..=axis.intervals()).rev().map(|n| axis.tick_from_top(n)).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(-8.9e9, 0.4e9, 5), [-10, -5, 0, 5].map(|n| (n, 9)));
        assert_eq!(ticks(-8.9e9, 0.4e9, 6), [-10, -8, -6, -4, -2, 0, 2].map(|n| (n, 9)));
        assert_eq!(ticks(-8.9e9, -3.7e9, 7), [-9, -8, -7, -6, -5, -4, -3].map(|n| (n, 9)));
        assert_eq!(ticks(0.05, 0.3, 5), [0, 1, 2, 3].map(|n| (n, -1)));
        assert_eq!(ticks(1e308, 1.7e308, 4), [10, 12, 14, 16, 18].map(|n| (n, 307)));
    }

    #[test]
    fn equal_values_stand_against_zero() {
        assert_eq!(ticks(0.094, 0.094, 5), [0, 2, 4, 6, 8, 10].map(|n| (n, -2)));
        assert_eq!(ticks(0.0, 0.0, 5), [0, 2, 4, 6, 8, 10].map(|n| (n, -1)));
        assert_eq!(ticks(-5.0, -5.0, 5), [-5, -4, -3, -2, -1, 0].map(|n| (n, 0)));
    }

    #[test]
    fn years_are_equally_far_apart_and_both_ends_are_written() {
        let axis = YearAxis::fitting(2024, 2035, 60);
        let columns: Vec<_> = (2024..=2035).map(|year| axis.column(year)).collect();
        assert!(columns.windows(2).all(|pair| pair[1] - pair[0] == 5));
        assert_eq!(axis.labels().len(), 12);
        let years = |first, last, room| -> Vec<String> {
            let labels = YearAxis::fitting(first, last, room).labels();
            labels.into_iter().map(|(_, year)| year.to_string()).collect()
        };
        assert_eq!(years(2024, 2035, 40), ["2024", "2026", "2028", "2030", "2032", "2035"]);
        assert_eq!(years(2024, 2060, 40), ["2024", "2030", "2040", "2050", "2060"]);
        assert_eq!(years(2024, 2024, 40), ["2024"]);
        assert_eq!(years(2024, 2035, 10), ["2024", "2035"]);
        assert_eq!(years(i32::MIN, i32::MAX, 40), ["-2147483648", "0", "2147483647"]);
    }

    proptest! {
        #[test]
        fn every_finite_range_is_covered(a: f64, b: f64, most in 0..9_usize) {
            prop_assume!(a.is_finite() && b.is_finite());
            let (low, high) = (a.min(b), a.max(b));
            let axis = ValueAxis::around(low, high, most, 0.5);
            prop_assert!(axis.intervals() <= most.max(2));
            for value in [low, high] {
                let position = axis.position(value);
                prop_assert!((0.0..=1.0).contains(&position), "{position}");
            }
            prop_assert!(axis.position(low) <= axis.position(high));
        }

        #[test]
        fn years_stay_on_the_axis(first: i32, span in 0..5000_i32, room in 0..120_usize) {
            let last = first.saturating_add(span);
            let axis = YearAxis::fitting(first, last, room);
            prop_assert!(axis.column(last) < axis.columns());
            prop_assert!(axis.columns() <= room.max(SINGLE_YEAR));
            let labels = axis.labels();
            prop_assert!(labels.windows(2).all(|pair| apart(&pair[0], &pair[1])));
        }
    }
}
