//! Single values within a line of text.

use super::number::NumberFormat;
use crate::results::UnitLabel;

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
        let share = UnitLabel::new(UnitKind::Percent, "%");
        assert_eq!(change(&share, Some(0.094), Some(0.0)), "9.4% -> 0.0% (-9.4)");
    }
}
