//! Dimensions of quantities: money, years, days, and the units that a script declares.

/// Number of base dimensions: money, years, days, and up to 29 of the script.
pub const BASES: usize = 32;
/// Maximum exponent of a unit, positive or negative.
pub const MOST_EXPONENT: i64 = 100;
/// Maximum denominator of an exponent.
const MOST_DENOMINATOR: i64 = 100;

/// A fraction of small whole numbers: the exponent of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i64,
    denominator: i64,
}

impl Fraction {
    /// Returns the fraction with the smallest denominator that equals a number up to rounding errors; None if the
    /// number is too large or there is no such fraction.
    pub fn of(number: f64) -> Option<Self> {
        let found = (1..=MOST_DENOMINATOR).find_map(|denominator| {
            let numerator = (number * denominator as f64).round();
            let fits = (numerator / denominator as f64 - number).abs() <= 1e-12;
            fits.then_some(Self { numerator: numerator as i64, denominator })
        });
        found.filter(|found| found.numerator.abs() <= MOST_EXPONENT * found.denominator)
    }

    /// Returns the exponent in the form of a unit: nothing for 1, otherwise `^2`, `^0.5`, `^(1/3)`.
    fn written(self) -> String {
        let Self { numerator, denominator } = self;
        match (numerator, denominator) {
            (1, 1) => String::new(),
            (whole, 1) => format!("^{whole}"),
            (_, denominator) if 100 % denominator == 0 => {
                format!("^{}", numerator as f64 / denominator as f64)
            }
            (numerator, denominator) => format!("^({numerator}/{denominator})"),
        }
    }
}

/// The dimension of a quantity: the exponent of each base dimension.
///
/// Exponents are fractions with one denominator, in lowest terms, so that equal dimensions are equal values. Bytes
/// keep the value small: the check holds many of them on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    numerators: [i8; BASES],
    denominator: i8,
}

impl Dimension {
    /// Dimension of a plain number.
    pub const NUMBER: Self = Self { numerators: [0; BASES], denominator: 1 };
    /// Money, in units of the model's currency.
    pub const MONEY: Self = Self::base(0);
    /// Dimension of a span of calendar years.
    pub const YEARS: Self = Self::base(1);
    /// Dimension of a span of days.
    pub const DAYS: Self = Self::base(2);

    /// Returns the base dimension with index `n`.
    pub const fn base(n: usize) -> Self {
        let mut numerators = [0; BASES];
        numerators[n] = 1;
        Self { numerators, denominator: 1 }
    }

    /// Returns the exponent of money: 1 for `USD/TEU`.
    pub fn money(self) -> f64 {
        f64::from(self.numerators[0]) / f64::from(self.denominator)
    }

    /// Returns the dimension of a product. None if an exponent is too large or is no fraction of small numbers.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        self.combined(other, Fraction { numerator: 1, denominator: 1 })
    }

    /// Returns the dimension of a quotient. None as for [`Dimension::times`].
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        self.combined(other, Fraction { numerator: -1, denominator: 1 })
    }

    /// Returns the dimension of a power. None as for [`Dimension::times`].
    #[must_use]
    pub fn power(self, exponent: Fraction) -> Option<Self> {
        Self::NUMBER.combined(self, exponent)
    }

    /// Returns the dimension of a square root. None as for [`Dimension::times`].
    #[must_use]
    pub fn root(self) -> Option<Self> {
        self.power(Fraction { numerator: 1, denominator: 2 })
    }

    /// Returns the dimension of `self * other ^ exponent`.
    fn combined(self, other: Self, exponent: Fraction) -> Option<Self> {
        let (a, b) = (i64::from(self.denominator), i64::from(other.denominator));
        let denominator = a * b * exponent.denominator;
        let (x, y) = (b * exponent.denominator, a * exponent.numerator);
        let mut sums = [0_i64; BASES];
        let mut common = denominator;
        for ((sum, &mine), &its) in sums.iter_mut().zip(&self.numerators).zip(&other.numerators) {
            *sum = i64::from(mine) * x + i64::from(its) * y;
            common = greatest_divisor(common, *sum);
        }
        let denominator = denominator / common;
        let mut numerators = [0_i8; BASES];
        for (numerator, sum) in numerators.iter_mut().zip(sums) {
            let reduced = sum / common;
            if denominator > MOST_DENOMINATOR || reduced.abs() > MOST_EXPONENT * denominator {
                return None;
            }
            *numerator = i8::try_from(reduced).ok()?;
        }
        Some(Self { numerators, denominator: i8::try_from(denominator).ok()? })
    }

    /// Formats the dimension with the names of the base dimensions: `USD/TEU`, `USD^0.5`; `number` for a plain number.
    pub fn name(self, bases: &[String]) -> String {
        let part = |sign: i8| -> Vec<String> {
            let with_power = |(n, &numerator): (usize, &i8)| {
                let numerator = i64::from(numerator) * i64::from(sign);
                let common = greatest_divisor(numerator, i64::from(self.denominator));
                let exponent = Fraction {
                    numerator: numerator / common,
                    denominator: i64::from(self.denominator) / common,
                };
                let name = bases.get(n).map_or("?", String::as_str);
                (numerator > 0).then(|| format!("{name}{}", exponent.written()))
            };
            self.numerators.iter().enumerate().filter_map(with_power).collect()
        };
        let (above, below) = (part(1).join("*"), part(-1).join("/"));
        match (above.is_empty(), below.is_empty()) {
            (true, true) => "number".to_owned(),
            (false, true) => above,
            (true, false) => format!("1/{below}"),
            (false, false) => format!("{above}/{below}"),
        }
    }
}

/// Returns the greatest common divisor (Euclid's algorithm); the other number if one is 0.
fn greatest_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Multiplies a decimal number by 100 exactly: 159.539 for 1.59539, without the rounding error of a product.
pub(crate) fn hundredfold(value: f64) -> f64 {
    let product = value * 100.0;
    format!("{product:.13e}").parse().unwrap_or(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> [String; 4] {
        ["USD", "years", "days", "TEU"].map(str::to_owned)
    }

    fn power(dimension: Dimension, exponent: f64) -> Option<Dimension> {
        dimension.power(Fraction::of(exponent)?)
    }

    #[test]
    fn dimensions_multiply_and_are_named() {
        let fee = Dimension::MONEY.over(Dimension::base(3)).expect("a dimension");
        assert_eq!(fee.name(&names()), "USD/TEU");
        assert_eq!(fee.times(Dimension::base(3)), Some(Dimension::MONEY));
        assert_eq!(Dimension::NUMBER.name(&names()), "number");
    }

    #[test]
    fn fractional_powers_multiply_to_whole_ones() {
        let share = power(Dimension::MONEY, 0.3).expect("a dimension");
        assert_eq!(share.name(&names()), "USD^0.3");
        // 1 - 0.3 is not the double nearest to 0.7.
        let rest = power(Dimension::MONEY, 1.0 - 0.3).expect("a dimension");
        assert_eq!(share.times(rest), Some(Dimension::MONEY));
        let third = power(Dimension::base(3), -1.0 / 3.0).expect("a dimension");
        assert_eq!(third.name(&names()), "1/TEU^(1/3)");
        assert_eq!(power(third, -3.0), Some(Dimension::base(3)));
        assert_eq!(power(Dimension::MONEY, 2.0).and_then(Dimension::root), Some(Dimension::MONEY));
    }

    #[test]
    fn exponents_are_small_fractions_or_none() {
        assert_eq!(Fraction::of(std::f64::consts::PI), None);
        assert_eq!(Fraction::of(101.0), None);
        assert_eq!(Fraction::of(f64::NAN), None);
        let most = power(Dimension::MONEY, 100.0).expect("a dimension");
        assert_eq!(most.name(&names()), "USD^100");
        assert_eq!(most.times(Dimension::MONEY), None);
        assert_eq!(most.over(Dimension::MONEY), power(Dimension::MONEY, 99.0));
    }
}
