//! Dimensions of quantities: money, years, days, and the units that a script declares.

/// Number of base dimensions: money, years, days, and up to 29 of the script.
pub const BASES: usize = 32;

/// The dimension of a quantity: the exponent of each base dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension(pub [i8; BASES]);

impl Dimension {
    /// A plain number.
    pub const NUMBER: Self = Self([0; BASES]);
    /// Money, in units of the model's currency.
    pub const MONEY: Self = Self::base(0);
    /// A span of calendar years.
    pub const YEARS: Self = Self::base(1);
    /// A span of days.
    pub const DAYS: Self = Self::base(2);

    /// Returns the base dimension of index `n`.
    pub const fn base(n: usize) -> Self {
        let mut powers = [0; BASES];
        powers[n] = 1;
        Self(powers)
    }

    /// Returns `self` times `other` to the power `sign`: 1 for a product, -1 for a quotient.
    #[must_use]
    pub fn times(self, other: Self, sign: i8) -> Self {
        let mut powers = self.0;
        for (power, more) in powers.iter_mut().zip(other.0) {
            *power = power.saturating_add(more.saturating_mul(sign));
        }
        Self(powers)
    }

    /// Builds the name of the dimension from the names of the base dimensions: `USD/TEU`; `number` if it has
    /// none.
    pub fn name(self, bases: &[String]) -> String {
        let part = |sign: i8| -> Vec<String> {
            let with_power = |(n, &power): (usize, &i8)| {
                let name = bases.get(n).map_or("?", String::as_str);
                match (power * sign).cmp(&1) {
                    std::cmp::Ordering::Less => None,
                    std::cmp::Ordering::Equal => Some(name.to_owned()),
                    std::cmp::Ordering::Greater => Some(format!("{name}^{}", power * sign)),
                }
            };
            self.0.iter().enumerate().filter_map(with_power).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_multiply_and_are_named() {
        let names = ["USD", "years", "days", "TEU"].map(str::to_owned);
        let fee = Dimension::MONEY.times(Dimension::base(3), -1);
        assert_eq!(fee.name(&names), "USD/TEU");
        assert_eq!(fee.times(Dimension::base(3), 1), Dimension::MONEY);
        assert_eq!(Dimension::NUMBER.name(&names), "number");
    }
}
