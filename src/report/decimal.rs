//! Decimal numbers, for rounding and scaling without surprises.
//!
//! A [`Decimal`] comes from the shortest decimal text that reads back as the same `f64`, so `2.675`
//! is 2.675 and not 2.67499999999999982. Rounding is half away from zero on these digits: 2.675 is
//! 2.68, 0.125 is 0.13, -0.125 is -0.13. A shift by a power of ten is exact, at any size. What
//! rounds to zero has no sign. Infinities and NaN count as zero; callers take them out before.

use std::iter::repeat_n;

/// A decimal number `0.d1 d2 d3 ... * 10^point`, with first and last digit other than 0; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// The digits, in ASCII.
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// Converts to the shortest decimal number that reads back as `value`.
    pub(super) fn of(value: f64) -> Self {
        let mut buffer = ryu::Buffer::new();
        let text = if value.is_finite() { buffer.format_finite(value.abs()) } else { "0" };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let point = exponent.parse::<i32>().unwrap_or(0) + i32::try_from(whole.len()).unwrap_or(0);
        let digits = [whole.as_bytes(), fraction.as_bytes()].concat();
        Self { negative: value < 0.0, digits, point }.trimmed()
    }

    /// Makes the number `mantissa * 10^exponent`.
    pub(super) fn integer(mantissa: i64, exponent: i32) -> Self {
        let digits = mantissa.unsigned_abs().to_string().into_bytes();
        let point = i32::try_from(digits.len()).unwrap_or(0) + exponent;
        Self { negative: mantissa < 0, digits, point }.trimmed()
    }

    /// Returns the number times `10^places`.
    pub(super) fn shifted(mut self, places: i32) -> Self {
        self.point = self.point.saturating_add(places);
        self.trimmed()
    }

    /// Returns the exponent of the first digit: 0 for 1 to 9.9, -1 for 0.1 to 0.99; None for zero.
    pub(super) fn magnitude(&self) -> Option<i32> {
        (!self.digits.is_empty()).then_some(self.point - 1)
    }

    /// True if rounding to `decimals` decimals leaves no digit.
    pub(super) fn rounds_to_zero(&self, decimals: usize) -> bool {
        self.rounded(i32::try_from(decimals).unwrap_or(i32::MAX)).digits.is_empty()
    }

    /// Returns the number of decimals that the exact number has.
    pub(super) fn decimals(&self) -> usize {
        let digits = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        usize::try_from(digits.saturating_sub(self.point)).unwrap_or(0)
    }

    /// Formats the number with `decimals` decimals; with a comma between thousands if `separated`.
    pub(super) fn fixed(&self, decimals: usize, separated: bool) -> String {
        let rounded = self.rounded(i32::try_from(decimals).unwrap_or(i32::MAX));
        let split = usize::try_from(rounded.point).unwrap_or(0);
        let leading_zeros = usize::try_from(-i64::from(rounded.point)).unwrap_or(0);
        let digits = rounded.digits.iter().map(|&digit| char::from(digit));
        let whole: Vec<char> = digits.clone().chain(repeat_n('0', split)).take(split).collect();
        let mut text = if rounded.negative { "-".to_owned() } else { String::new() };
        for (at, &digit) in whole.iter().enumerate() {
            if separated && at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if whole.is_empty() {
            text.push('0');
        }
        if decimals > 0 {
            text.push('.');
            let fraction = repeat_n('0', leading_zeros).chain(digits.skip(split));
            text.extend(fraction.chain(repeat_n('0', decimals)).take(decimals));
        }
        text
    }

    /// Formats the number as `1.23e18`, with `significant` digits in total.
    pub(super) fn scientific(&self, significant: usize) -> String {
        let Some(magnitude) = self.magnitude() else { return "0".to_owned() };
        let kept = i32::try_from(significant.max(1)).unwrap_or(1);
        let rounded = self.rounded((kept - 1).saturating_sub(magnitude));
        let exponent = rounded.magnitude().unwrap_or(magnitude);
        let mantissa = rounded.shifted(exponent.saturating_neg());
        format!("{}e{exponent}", mantissa.fixed(significant.max(1) - 1, false))
    }

    /// Rounds half away from zero, to `places` digits after the point (before the point if negative).
    fn rounded(&self, places: i32) -> Self {
        let mut rounded = self.clone();
        let kept = i64::from(self.point) + i64::from(places);
        let Ok(kept) = usize::try_from(kept) else {
            rounded.digits.clear();
            return rounded.trimmed();
        };
        let up = self.digits.get(kept).is_some_and(|&digit| digit >= b'5');
        rounded.digits.truncate(kept);
        if up {
            rounded.increment();
        }
        rounded.trimmed()
    }

    /// Adds one to the last digit, to round up.
    fn increment(&mut self) {
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(b'1');
            self.point += 1;
        }
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|&&digit| digit == b'0').count();
        self.digits.drain(..zeros);
        self.point = self.point.saturating_sub(i32::try_from(zeros).unwrap_or(0));
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.negative = false;
            self.point = 0;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fixed(value: f64, decimals: usize) -> String {
        Decimal::of(value).fixed(decimals, true)
    }

    #[test]
    fn ties_go_away_from_zero_as_they_are_written() {
        for (value, decimals, expected) in [
            (0.005, 2, "0.01"),
            (0.125, 2, "0.13"),
            (-0.125, 2, "-0.13"),
            (2.675, 2, "2.68"),
            (1.005, 2, "1.01"),
            (0.375, 2, "0.38"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (0.4999, 0, "0"),
            (9.995, 2, "10.00"),
            (0.05, 0, "0"),
            (0.95, 0, "1"),
            (99.5, 0, "100"),
        ] {
            assert_eq!(fixed(value, decimals), expected, "{value} with {decimals} decimals");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for value in [0.0, -0.0, -0.004, 0.004, -5e-324] {
            assert_eq!(fixed(value, 2), "0.00");
        }
        assert_eq!(fixed(-0.0, 0), "0");
        assert_eq!(fixed(-0.005, 2), "-0.01");
    }

    #[test]
    fn thousands_have_commas() {
        assert_eq!(fixed(1234.5, 1), "1,234.5");
        assert_eq!(fixed(999.0, 0), "999");
        assert_eq!(fixed(999.5, 0), "1,000");
        assert_eq!(fixed(-1_234_567.0, 0), "-1,234,567");
        assert_eq!(fixed(1e21, 0), "1,000,000,000,000,000,000,000");
        assert_eq!(Decimal::of(2035.0).fixed(0, false), "2035");
    }

    #[test]
    fn shifts_are_exact() {
        assert_eq!(Decimal::of(2_675_000_000.0).shifted(-9).fixed(2, true), "2.68");
        assert_eq!(Decimal::of(0.07).shifted(2), Decimal::of(7.0));
        assert_eq!(Decimal::of(0.0).shifted(9), Decimal::of(-0.0));
        assert_eq!(Decimal::integer(-25, -1), Decimal::of(-2.5));
        assert_eq!(Decimal::integer(5, 2), Decimal::of(500.0));
        assert_eq!(Decimal::integer(0, 7), Decimal::of(0.0));
    }

    #[test]
    fn scientific_form_carries() {
        assert_eq!(Decimal::of(1.234e18).scientific(3), "1.23e18");
        assert_eq!(Decimal::of(-9.999e-12).scientific(3), "-1.00e-11");
        assert_eq!(Decimal::of(0.0).scientific(3), "0");
        assert_eq!(Decimal::of(5e-324).scientific(3), "5.00e-324");
        assert_eq!(Decimal::of(f64::MAX).scientific(3), "1.80e308");
    }

    #[test]
    fn magnitude_and_decimals_are_those_of_the_text() {
        assert_eq!(Decimal::of(8.9).magnitude(), Some(0));
        assert_eq!(Decimal::of(0.52).magnitude(), Some(-1));
        assert_eq!(Decimal::of(0.0).magnitude(), None);
        assert_eq!(Decimal::of(19.7).decimals(), 1);
        assert_eq!(Decimal::of(0.001).decimals(), 3);
        assert_eq!(Decimal::of(3725.0).decimals(), 0);
    }

    proptest! {
        /// All decimals written out read back as the number itself.
        #[test]
        fn written_in_full_it_reads_back(value in -1e15..1e15_f64) {
            let decimal = Decimal::of(value);
            let text = decimal.fixed(decimal.decimals(), false);
            prop_assert_eq!(text.parse::<f64>().ok(), Some(value));
        }

        /// Integer arithmetic on thousandths says the same as rounding by digits.
        #[test]
        fn agrees_with_integer_arithmetic(thousandths in -10_000_000_i64..10_000_000) {
            let away = (thousandths.abs() + 5) / 10;
            let sign = if thousandths < 0 && away > 0 { "-" } else { "" };
            let expected = format!("{sign}{}.{:02}", away / 100, away % 100);
            let text = Decimal::of(thousandths as f64 / 1000.0).fixed(2, false);
            prop_assert_eq!(text, expected);
        }

        #[test]
        fn nothing_panics(bits: u64, decimals in 0..20_usize) {
            let decimal = Decimal::of(f64::from_bits(bits));
            decimal.fixed(decimals, true);
            decimal.scientific(decimals);
        }
    }
}
