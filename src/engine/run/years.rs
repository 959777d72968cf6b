//! Several years of one cell, evaluated at once.
//!
//! A plain run of a large model spends most of its time in stepping from one part of an expression to the next. These
//! steps are the same in every year, so this domain makes them once for up to [`MOST`] years. What differs between years
//! is treated as what differs between draws is in a simulation: both branches of a condition are evaluated, and each year
//! takes its own. Every number is computed by the same operations as in a year by itself, so the bits are the same. A
//! fault, or a value that is not finite, makes the values invalid; its years are then computed one by one, which finds
//! the year and the fault.

use pulp::{Arch, Simd, WithSimd};

use super::domain::{Binary, Domain, Unary};
use crate::engine::numbers::kernels;
use crate::model::{BinaryOp, Time};
use crate::plan::CellIndex;

/// Maximum number of years evaluated at once; with 16 an operation takes about as long as the step to the next one.
pub(crate) const MOST: usize = 16;

/// A value in each year. Positions after the last year repeat it, so that they cause no fault of their own.
pub(crate) type YearValues = [f64; MOST];

/// The domain of values in several years.
pub(crate) struct Years {
    arch: Arch,
    count: usize,
    valid: bool,
}

impl Years {
    /// Makes the domain for `count` years, at most [`MOST`].
    pub(crate) fn new(count: usize) -> Self {
        Self { arch: Arch::new(), count: count.min(MOST), valid: true }
    }

    /// False if a computed value may be wrong, so that the years must be evaluated one by one.
    pub(crate) fn is_valid(&self) -> bool {
        self.valid
    }
}

#[inline(always)]
fn each(a: &YearValues, f: impl Fn(f64) -> f64) -> YearValues {
    std::array::from_fn(|n| f(a[n]))
}

#[inline(always)]
fn both(a: &YearValues, b: &YearValues, f: impl Fn(f64, f64) -> f64) -> YearValues {
    std::array::from_fn(|n| f(a[n], b[n]))
}

/// Powers of the values of all years, as a vector loop.
struct Powers<'a>(&'a YearValues, &'a YearValues);

impl WithSimd for Powers<'_> {
    type Output = YearValues;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> YearValues {
        let mut out = [0.0; MOST];
        for (out, (&a, &b)) in out.iter_mut().zip(self.0.iter().zip(self.1)) {
            *out = kernels::pow(a, b);
        }
        out
    }
}

impl Domain for Years {
    type Value = YearValues;

    fn constant(&mut self, value: f64) -> YearValues {
        [value; MOST]
    }

    /// Returns the number if it is the same in all years.
    fn known(&self, value: YearValues) -> Option<f64> {
        let first = value[0].to_bits();
        let differs = value.iter().fold(0, |differs, year| differs | (year.to_bits() ^ first));
        (differs == 0).then_some(value[0])
    }

    fn overflows(&self, value: YearValues) -> bool {
        !value.iter().all(|year| year.is_finite())
    }

    fn years(&self) -> usize {
        self.count
    }

    fn year(&mut self, time: Time, year: i32) -> YearValues {
        let count = self.count;
        match time {
            Time::Fixed(year) => [f64::from(year); MOST],
            Time::Offset(_) => std::array::from_fn(|n| {
                f64::from(time.of(year).saturating_add(n.min(count - 1) as i32))
            }),
        }
    }

    fn leave_unchecked(&mut self) {
        self.valid = false;
    }

    fn read(&mut self, _: CellIndex, value: f64) -> YearValues {
        [value; MOST]
    }

    fn read_years(&mut self, index: CellIndex, values: &[f64], time: Time) -> YearValues {
        match (time, values.get(..self.count)) {
            (Time::Offset(_), Some(values)) => {
                let mut row = [values[self.count - 1]; MOST];
                row[..self.count].copy_from_slice(values);
                row
            }
            (Time::Fixed(_), _) | (Time::Offset(_), None) => {
                self.read(index, values.first().copied().unwrap_or_default())
            }
        }
    }

    fn unary(&mut self, op: Unary, a: YearValues) -> YearValues {
        each(&a, |a| op.apply(a))
    }

    fn binary(&mut self, op: Binary, a: YearValues, b: YearValues) -> YearValues {
        match op {
            Binary::Operator(BinaryOp::Add) => both(&a, &b, |a, b| a + b),
            Binary::Operator(BinaryOp::Subtract) => both(&a, &b, |a, b| a - b),
            Binary::Operator(BinaryOp::Multiply) => both(&a, &b, |a, b| a * b),
            Binary::Operator(BinaryOp::Divide) => both(&a, &b, |a, b| a / b),
            Binary::Operator(BinaryOp::Power) => self.arch.dispatch(Powers(&a, &b)),
            Binary::Operator(_) | Binary::Minimum | Binary::Maximum => {
                both(&a, &b, |a, b| op.apply(a, b))
            }
        }
    }

    /// Chooses the branch of each year. A branch without a value is NaN, which a later minimum could hide.
    fn select(&mut self, condition: YearValues, then: YearValues, other: YearValues) -> YearValues {
        let chosen = std::array::from_fn(|n| if condition[n] == 0.0 { other[n] } else { then[n] });
        self.valid &= !self.overflows(chosen);
        chosen
    }

    /// Adds up values with their rounding errors added back, as `compensated_sum` does in each year.
    fn sum(&mut self, values: &[YearValues]) -> YearValues {
        let (mut sum, mut lost) = ([0.0_f64; MOST], [0.0; MOST]);
        for value in values {
            for n in 0..MOST {
                let (before, value) = (sum[n], value[n]);
                let next = before + value;
                let (larger, smaller) =
                    if before.abs() >= value.abs() { (before, value) } else { (value, before) };
                lost[n] += (larger - next) + smaller;
                sum[n] = next;
            }
        }
        both(&sum, &lost, |sum, lost| if sum.is_finite() { sum + lost } else { sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run::domain::compensated_sum;

    #[test]
    fn a_sum_has_the_bits_of_the_sum_of_each_year() {
        let value =
            |n: usize, year: usize| ((n * 7 + year * 3) as f64).sin() * 10_f64.powi(n as i32 % 30);
        let values: Vec<YearValues> =
            (0..100).map(|n| std::array::from_fn(|year| value(n, year))).collect();
        let sum = Years::new(MOST).sum(&values);
        for (year, sum) in sum.into_iter().enumerate() {
            let own: Vec<f64> = values.iter().map(|row| row[year]).collect();
            assert_eq!(sum.to_bits(), compensated_sum(&own).to_bits());
        }
    }

    #[test]
    fn a_value_is_known_if_all_years_have_it_and_too_large_if_one_is() {
        let mut years = Years::new(3);
        let row = years.read_years(0, &[1.0, 2.0, 3.0, 9.0], Time::Offset(0));
        assert_eq!((row[2], row[3], row[MOST - 1]), (3.0, 3.0, 3.0));
        assert_eq!(years.known(row), None);
        let fixed = years.read_years(0, &[1.0, 2.0, 3.0], Time::Fixed(2020));
        assert_eq!(years.known(fixed), Some(1.0));
        assert_eq!(years.year(Time::Offset(-1), 2020)[..3], [2019.0, 2020.0, 2021.0]);
        let zero = years.constant(0.0);
        let ratio = years.binary(Binary::Operator(BinaryOp::Divide), row, zero);
        assert!(years.overflows(ratio) && !years.overflows(row));
        let chosen = years.select(zero, row, ratio);
        assert!(years.overflows(chosen) && !years.is_valid());
    }
}
