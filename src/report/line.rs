//! Single values within a line of text.

use super::number::NumberFormat;
use crate::results::UnitLabel;

/// Maximum number of digits of a typed sum.
const MOST_EXACT: i32 = 10;
/// Share of a value below which a difference is a rounding error of the sum.
const ROUNDING: f64 = 1e-14;

/// Formats a value with its unit: `-8.91 bn USD`.
pub fn quantity(unit: &UnitLabel, value: Option<f64>) -> String {
    NumberFormat::fit(unit, [value]).quantity(value)
}

/// Formats a value before and after a change: `-8.91 bn USD -> -9.32 bn USD (-0.41)`; a single value if it is
/// unchanged.
pub fn change(unit: &UnitLabel, before: Option<f64>, after: Option<f64>) -> String {
    let mut format = NumberFormat::fit(unit, [before, after]);
    let (Some(from), Some(to)) = (before, after) else {
        return format!("{} -> {}", format.quantity(before), format.quantity(after));
    };
    if from.to_bits() == to.to_bits() {
        return format.quantity(after);
    }
    let difference = Some(to - from);
    if format.number(before) == format.number(after) {
        format = format.at_least(2, [difference]);
    }
    let sign = if to > from { "+" } else { "" };
    // Of the numbers as they are shown, so that a reader's subtraction agrees.
    let difference = Some(format.rounded(to) - format.rounded(from));
    let shown = format.of_differences().number(difference);
    format!("{} -> {} ({sign}{shown})", format.quantity(before), format.quantity(after))
}

/// Formats the difference of two values with a sign and without the unit: `-0.41`.
pub fn difference(unit: &UnitLabel, before: Option<f64>, after: Option<f64>) -> String {
    let format = NumberFormat::fit(unit, [before, after]);
    let (Some(from), Some(to)) = (before, after) else { return format.number(None) };
    let format = format.at_least(2, [Some(to - from)]);
    let sign = if to > from { "+" } else { "" };
    let difference = Some(format.rounded(to) - format.rounded(from));
    format!("{sign}{}", format.of_differences().quantity(difference))
}

/// Formats the middle and the ends of a range in one unit: `-0.884 bn USD` and `-1.001 .. -0.780 bn USD`.
pub fn range(unit: &UnitLabel, middle: f64, (low, high): (f64, f64)) -> [String; 2] {
    let all = [low, middle, high].map(Some);
    let format = NumberFormat::fit(unit, all);
    [
        format.quantity(Some(middle)),
        format!("{} .. {}", format.number(Some(low)), format.quantity(Some(high))),
    ]
}

/// Formats a value with all its digits if they are few, else as [`quantity`] does: `1.003 bn USD`,
/// and `0.333` for a third.
pub fn exact(unit: &UnitLabel, value: f64) -> String {
    let usual = NumberFormat::fit(unit, [Some(value)]);
    let is_exact =
        |format: &NumberFormat| (format.rounded(value) - value).abs() <= ROUNDING * value.abs();
    let more = (1..=MOST_EXACT).map(|digits| usual.at_least(digits, [Some(value)]));
    let found = std::iter::once(usual.clone()).chain(more).find(is_exact);
    found.unwrap_or(usual).quantity(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::UnitKind;

    #[test]
    fn a_change_shows_both_values_and_the_difference() {
        let money = UnitLabel::new(UnitKind::Money, "USD");
        let shown = change(&money, Some(-8.912e9), Some(-9.322e9));
        assert_eq!(shown, "-8.91 bn USD -> -9.32 bn USD (-0.41)");
        let shown = change(&money, Some(-6.905e9), Some(-7.8449e9));
        assert_eq!(shown, "-6.91 bn USD -> -7.84 bn USD (-0.93)");
        assert_eq!(change(&money, Some(5e6), Some(5e6)), "5 mn USD");
        let shown = change(&money, Some(8.91e9), Some(8.910_000_2e9));
        assert_eq!(shown, "8.9100000 bn USD -> 8.9100002 bn USD (+0.0000002)");
        let both = range(&money, -0.884e9, (-1.001e9, -0.78e9));
        assert_eq!(both, ["-0.884 bn USD", "-1.001 .. -0.780 bn USD"]);
        assert_eq!(exact(&money, 1.003e9), "1.003 bn USD");
        assert_eq!(exact(&money, 100.4e6), "100.4 mn USD");
        assert_eq!(exact(&money, 1.5e9), quantity(&money, Some(1.5e9)));
        assert_eq!(exact(&UnitLabel::new(UnitKind::Number, ""), 1.0 / 3.0), "0.333");
        assert_eq!(exact(&UnitLabel::new(UnitKind::Number, ""), 12345.5), "12,345.5");
        let share = UnitLabel::new(UnitKind::Percent, "%");
        assert_eq!(change(&share, Some(0.094), Some(0.0)), "9.4% -> 0.0% (-9.4)");
    }
}
