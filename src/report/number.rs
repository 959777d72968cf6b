//! The number format of a panel: its scale and decimals.
//!
//! In go a unit and the values; out comes a [`NumberFormat`]: one scale for all of them, so that the
//! unit appears once in a header (`bn USD`), and as many decimals as keep three significant digits of
//! the smallest value that matters, which is one of at least a hundredth of the largest. Rounding is
//! half away from zero on the shortest decimal form (see [`Decimal`]). Negative numbers have an
//! ASCII minus, thousands a comma, calendar years none, and a missing value is a dash. A number that
//! is not zero never reads as zero: it takes more decimals, or an exponent.

use crate::results::{UnitKind, UnitLabel};

use super::decimal::Decimal;
use super::page::clean;
use super::scale::Scale;

/// Text for a missing value.
pub(super) const MISSING: &str = "–";

/// Significant digits of the smallest value that matters.
const SIGNIFICANT: i32 = 3;
/// Powers of ten of numbers written in full; numbers outside are written as `1.23e18`.
const FIXED_MAGNITUDES: std::ops::Range<i32> = -6..15;
const MOST_DECIMALS: i32 = 8;
/// Rounding errors of sums are below this share of the largest number.
const NOISE: f64 = 1e-13;

/// Number format of a panel or column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberFormat {
    kind: UnitKind,
    name: String,
    scale: Scale,
    decimals: usize,
    scientific: bool,
    /// Absolute value in base units below which a number is a rounding error.
    noise: f64,
    /// True if the script asks for this number of decimals.
    fixed: bool,
}

impl NumberFormat {
    /// Chooses scale and decimals for some values.
    pub(super) fn fit(unit: &UnitLabel, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self::scaled(unit, None, values)
    }

    /// Fits scale and decimals to the values of several cells. Chooses the scale by the largest value. Takes
    /// the next smaller scale if a cell would otherwise show less than 0.1 and the largest value then has at
    /// most four digits before the point.
    pub(super) fn of_cells<Values: IntoIterator<Item = Option<f64>>>(
        unit: &UnitLabel,
        cells: impl IntoIterator<Item = Values>,
    ) -> Self {
        let cells: Vec<Vec<f64>> = cells.into_iter().map(magnitudes).collect();
        let largest = |cell: &Vec<f64>| cell.iter().copied().fold(0.0, f64::max);
        let sizes = || cells.iter().map(largest).filter_map(|size| Decimal::of(size).magnitude());
        let scale = Scale::fitting(sizes().max());
        let shown = |size: Option<i32>, scale: Scale| size.unwrap_or(0) - scale.exponent();
        let scale = match scale.lower().filter(|_| unit.scale.is_none()) {
            Some(lower) if shown(sizes().min(), scale) < -1 && shown(sizes().max(), lower) < 4 => {
                lower
            }
            _ => scale,
        };
        Self::scaled(unit, Some(scale), cells.iter().flatten().copied().map(Some))
    }

    /// Chooses decimals for some values; also the scale unless it is given. Only money has a scale.
    pub(super) fn scaled(
        unit: &UnitLabel,
        scale: Option<Scale>,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Self {
        let values = magnitudes(values);
        let largest = values.iter().copied().fold(0.0, f64::max);
        let asked = unit.scale.as_deref().map(Scale::called);
        let scale = match unit.kind {
            UnitKind::Percent | UnitKind::Year | UnitKind::Truth => Scale::Plain,
            UnitKind::Money | UnitKind::Number if asked.is_some() => asked.unwrap_or(Scale::Plain),
            UnitKind::Money => scale.unwrap_or(Scale::fitting(Decimal::of(largest).magnitude())),
            UnitKind::Number => Scale::Plain,
        };
        let mut format = Self {
            kind: unit.kind,
            name: clean(&unit.name),
            scale,
            decimals: 0,
            scientific: false,
            noise: largest * NOISE,
            fixed: false,
        };
        let magnitude = format.decimal(largest).magnitude();
        format.scientific = magnitude.is_some_and(|size| !FIXED_MAGNITUDES.contains(&size));
        format.decimals = format.decimals_for(&values, SIGNIFICANT);
        if let Some(digits) = unit.digits {
            (format.decimals, format.fixed, format.scientific) = (digits, true, false);
        }
        format
    }

    /// Returns a format of the same scale, with decimals that fit the values of one column: at most two more
    /// than `self` has.
    pub(super) fn for_column(&self, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let decimals = self.decimals_for(&magnitudes(values), SIGNIFICANT);
        Self { decimals: decimals.min(self.decimals + 2), ..self.clone() }
    }

    /// Returns a format of the same scale, with enough decimals to show `values` with `significant` digits.
    pub(super) fn at_least(
        &self,
        significant: i32,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Self {
        let decimals = self.decimals_for(&magnitudes(values), significant);
        Self { decimals: decimals.max(self.decimals), ..self.clone() }
    }

    /// Makes the format of counts.
    pub(super) fn count() -> Self {
        let (kind, name) = (UnitKind::Number, String::new());
        let scale = Scale::Plain;
        Self { kind, name, scale, decimals: 0, scientific: false, noise: 0.0, fixed: false }
    }

    /// Returns a format of the same scale, with just enough decimals for a number of this size to show
    /// `significant` digits.
    pub(super) fn resolving(&self, size: f64, significant: i32) -> Self {
        if self.fixed || matches!(self.kind, UnitKind::Year | UnitKind::Truth) {
            return self.clone();
        }
        let magnitude = self.decimal(size).magnitude().unwrap_or(0);
        let decimals = significant.saturating_sub(1).saturating_sub(magnitude);
        let decimals = usize::try_from(decimals.clamp(0, MOST_DECIMALS)).unwrap_or(0);
        Self { decimals, ..self.clone() }
    }

    /// Returns the format without the trailing decimals that are 0 in all of `values`.
    pub(super) fn without_idle_zeros(&self, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        if self.fixed {
            return self.clone();
        }
        let decimals = magnitudes(values).into_iter().map(|value| self.decimal(value).decimals());
        Self { decimals: decimals.max().unwrap_or(0).min(self.decimals), ..self.clone() }
    }

    /// Returns the format for differences of values: percentage points for percentages, plain numbers for calendar
    /// years and truth values.
    pub(super) fn of_differences(&self) -> Self {
        let mut format = self.clone();
        match self.kind {
            UnitKind::Percent => "pp".clone_into(&mut format.name),
            UnitKind::Year | UnitKind::Truth => {
                format.kind = UnitKind::Number;
                format.name.clear();
            }
            UnitKind::Money | UnitKind::Number => {}
        }
        format
    }

    /// Returns a format that fits the given differences: in the scale of the values, or in a smaller scale if
    /// the largest difference would show less than 0.1.
    pub(super) fn for_differences(
        &self,
        differences: impl IntoIterator<Item = Option<f64>>,
    ) -> Self {
        let same = self.of_differences();
        let sizes = magnitudes(differences);
        let largest = sizes.iter().copied().fold(0.0, f64::max);
        let shown = same.decimal(largest).magnitude();
        if self.fixed || self.kind != UnitKind::Money || shown.is_none_or(|size| size >= -1) {
            return same;
        }
        let scale = Scale::fitting(Decimal::of(largest).magnitude());
        let mut own = Self { scale, ..same };
        own.decimals = own.decimals_for(&sizes, SIGNIFICANT);
        own
    }

    /// Returns the kind of quantity that the format is for.
    pub(super) fn kind(&self) -> UnitKind {
        self.kind
    }

    /// Returns the unit with its scale for a header: `bn USD`, `%`; empty without a unit.
    pub(super) fn unit(&self) -> String {
        match (self.scale.word(), self.name.as_str()) {
            ("", "") if self.kind == UnitKind::Percent => "%".to_owned(),
            ("", name) => name.to_owned(),
            (scale, "") => scale.to_owned(),
            (scale, name) => format!("{scale} {name}"),
        }
    }

    /// Returns the number format of a spreadsheet that shows numbers in base units in this scale.
    #[cfg(feature = "xlsx")]
    pub(super) fn spreadsheet(&self) -> String {
        let point = if self.decimals > 0 { "." } else { "" };
        let number = format!("#,##0{point}{}", "0".repeat(self.decimals));
        match self.kind {
            UnitKind::Truth => "\"yes\";\"yes\";\"no\"".to_owned(),
            UnitKind::Year => "0".to_owned(),
            _ if self.scientific => "0.00E+00".to_owned(),
            UnitKind::Percent => format!("{number}%"),
            UnitKind::Money | UnitKind::Number => {
                // Each comma after the last digit divides by a thousand.
                let thousands = usize::try_from(self.scale.exponent() / 3).unwrap_or(0);
                format!("{number}{}", ",".repeat(thousands))
            }
        }
    }

    /// Formats a number without its unit.
    pub(super) fn number(&self, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            return MISSING.to_owned();
        };
        if self.kind == UnitKind::Truth {
            return if value == 0.0 { "no" } else { "yes" }.to_owned();
        }
        let decimal = self.decimal(value);
        self.write(&decimal, self.decimals.max(self.decimals_of_small(value, &decimal)))
    }

    /// Returns the decimals that a small number needs in order not to read as zero; 0 if the usual decimals
    /// suffice.
    fn decimals_of_small(&self, value: f64, decimal: &Decimal) -> usize {
        if self.fixed {
            return 0;
        }
        let Some(magnitude) = decimal.magnitude().filter(|_| value.abs() >= self.noise) else {
            return 0;
        };
        let first_digit = usize::try_from(-i64::from(magnitude)).unwrap_or(0);
        // 0.05 is 0.1 with one decimal, and 0.04 is 0.0.
        let reads_as_zero = first_digit > self.decimals && decimal.rounds_to_zero(self.decimals);
        if reads_as_zero { first_digit } else { 0 }
    }

    /// Formats a number with its unit: `3,725 mn USD`, `12.3%`.
    pub(super) fn quantity(&self, value: Option<f64>) -> String {
        let number = self.number(value);
        match self.unit().as_str() {
            unit if unit.is_empty() || self.is_label(value) => number,
            "%" => format!("{number}%"),
            unit => format!("{number} {unit}"),
        }
    }

    /// Rounds a value to its shown decimals; returns it in base units.
    pub(super) fn rounded(&self, value: f64) -> f64 {
        let shown = self.decimal(value).fixed(self.decimals, false).parse::<f64>();
        let scale = libm::pow(10.0, f64::from(self.shift()));
        shown.map_or(value, |shown| if self.scientific { value } else { shown / scale })
    }

    /// Formats the label of an axis tick: the number `mantissa * 10^exponent` in base units, with no more
    /// decimals than `exponent` needs.
    pub(super) fn tick(&self, mantissa: i64, exponent: i32) -> String {
        let decimal = Decimal::integer(mantissa, exponent);
        if self.kind == UnitKind::Truth {
            let words = [(0, "no"), (1, "yes")];
            let word = words.into_iter().find(|(n, _)| decimal == Decimal::integer(*n, 0));
            return word.map_or("", |(_, word)| word).to_owned();
        }
        let decimals = usize::try_from(-(exponent + self.shift())).unwrap_or(0);
        self.write(&decimal.shifted(self.shift()), decimals)
    }

    /// True for a text without a unit: a word, a dash or a calendar year.
    fn is_label(&self, value: Option<f64>) -> bool {
        matches!(self.kind, UnitKind::Year | UnitKind::Truth) || !value.is_some_and(f64::is_finite)
    }

    fn write(&self, decimal: &Decimal, decimals: usize) -> String {
        if self.scientific {
            return decimal.scientific(SIGNIFICANT as usize);
        }
        if i32::try_from(decimals).is_ok_and(|decimals| decimals > MOST_DECIMALS) {
            return decimal.scientific(1);
        }
        decimal.fixed(decimals, self.kind != UnitKind::Year)
    }

    fn decimal(&self, value: f64) -> Decimal {
        Decimal::of(value).shifted(self.shift())
    }

    /// Returns the power of ten that converts base units to shown units.
    fn shift(&self) -> i32 {
        if self.kind == UnitKind::Percent { 2 } else { -self.scale.exponent() }
    }

    fn decimals_for(&self, values: &[f64], significant: i32) -> usize {
        if self.fixed {
            return self.decimals;
        }
        if matches!(self.kind, UnitKind::Year | UnitKind::Truth) {
            return 0;
        }
        let largest = values.iter().copied().fold(0.0, f64::max);
        let relevant = values.iter().copied().filter(|&value| value >= largest / 100.0);
        let smallest = relevant.fold(largest, f64::min);
        let (Some(smallest), Some(largest)) =
            (self.decimal(smallest).magnitude(), self.decimal(largest).magnitude())
        else {
            return 0;
        };
        let wanted = match self.kind {
            // One decimal; two below 1%; more only for percentages that two decimals would round to almost
            // nothing.
            UnitKind::Percent if smallest >= 0 => significant - 2,
            UnitKind::Percent => (significant - 1).max(1 - largest),
            _ => significant - 1 - smallest,
        };
        let wanted = usize::try_from(wanted.clamp(0, MOST_DECIMALS)).unwrap_or(0);
        // Zeros that no value needs are left out: 240, not 240.0.
        let mut needed = 0;
        for &value in values {
            needed = self.decimal(value).decimals().max(needed);
            if needed >= wanted {
                return wanted;
            }
        }
        needed
    }
}

/// Returns the absolute values of all numbers that are neither missing nor zero.
fn magnitudes(values: impl IntoIterator<Item = Option<f64>>) -> Vec<f64> {
    let present = values.into_iter().flatten();
    present.filter(|value| value.is_finite() && *value != 0.0).map(f64::abs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(kind: UnitKind, name: &str) -> UnitLabel {
        UnitLabel::new(kind, name)
    }

    fn column(kind: UnitKind, name: &str, values: &[f64]) -> (String, Vec<String>) {
        let values: Vec<_> = values.iter().copied().map(Some).collect();
        let format = NumberFormat::fit(&unit(kind, name), values.clone());
        (format.unit(), values.into_iter().map(|value| format.number(value)).collect())
    }

    #[test]
    fn money_takes_the_scale_of_the_largest() {
        for (largest, shown) in [
            (850.0, "USD"),
            (99_999.0, "USD"),
            (250_000.0, "thousand USD"),
            (-19.7e6, "mn USD"),
            (999.9e6, "mn USD"),
            (-8.905e9, "bn USD"),
            (1.5e12, "tn USD"),
        ] {
            assert_eq!(column(UnitKind::Money, "USD", &[1.0, largest]).0, shown, "{largest}");
        }
        assert_eq!(column(UnitKind::Money, "USD/TEU", &[2.5e6]).0, "mn USD/TEU");
        assert_eq!(column(UnitKind::Number, "TEU", &[2.5e6]).0, "TEU");
    }

    #[test]
    fn a_script_fixes_scale_and_decimals() {
        let fixed = |scale: &str, digits| UnitLabel {
            scale: Some(scale.to_owned()),
            digits: Some(digits),
            ..unit(UnitKind::Money, "USD")
        };
        let values = [Some(-3.70534e9), Some(46.0e6), Some(1e3)];
        let texts = |unit: &UnitLabel| {
            let format = NumberFormat::of_cells(unit, values.map(|value| [value]));
            let texts = values.map(|value| format.for_column([value]).number(value));
            (format.unit(), texts)
        };
        let (unit, texts_in_bn) = texts(&fixed("bn", 1));
        assert_eq!(
            (unit.as_str(), texts_in_bn),
            ("bn USD", ["-3.7", "0.0", "0.0"].map(str::to_owned))
        );
        let (unit, plain) = texts(&fixed("", 0));
        assert_eq!(unit, "USD");
        assert_eq!(plain, ["-3,705,340,000", "46,000,000", "1,000"].map(str::to_owned));
    }

    #[test]
    fn columns_keep_three_digits_of_the_smallest_that_matters() {
        let money = |values: &[f64]| column(UnitKind::Money, "USD", values).1;
        assert_eq!(money(&[-3.7053e9, -8.9051e9]), ["-3.71", "-8.91"]);
        assert_eq!(money(&[19.71e6, 933.333e6]), ["19.7", "933.3"]);
        assert_eq!(money(&[3_725.4e6, 4_507.25e6]), ["3.73", "4.51"]);
        assert_eq!(money(&[1_708.73e6, 354.91e6, 0.62e6]), ["1.709", "0.355", "0.001"]);
        assert_eq!(money(&[1_234.5]), ["1,235"]);
        assert_eq!(money(&[240e6, 400e6]), ["240", "400"]);
        assert_eq!(money(&[0.0, -0.0]), ["0", "0"]);
    }

    #[test]
    fn percentages_have_one_decimal_and_two_below_one() {
        let percent = |values: &[f64]| column(UnitKind::Percent, "%", values).1;
        assert_eq!(percent(&[0.094, 0.0705, 0.0]), ["9.4", "7.1", "0.0"]);
        assert_eq!(percent(&[0.005_289, 0.018_42]), ["0.53", "1.84"]);
        assert_eq!(percent(&[0.000_512_3]), ["0.051"]);
        assert_eq!(percent(&[0.000_051_2]), ["0.0051"]);
        assert_eq!(percent(&[0.07, 1.0]), ["7", "100"]);
    }

    #[test]
    fn years_truth_values_and_gaps() {
        assert_eq!(column(UnitKind::Year, "", &[2027.0]).1, ["2027"]);
        assert_eq!(column(UnitKind::Truth, "", &[1.0, 0.0]).1, ["yes", "no"]);
        let format = NumberFormat::fit(&unit(UnitKind::Percent, "%"), [Some(0.05), None]);
        assert_eq!(format.number(None), "–");
        assert_eq!(format.number(Some(f64::NAN)), "–");
        assert_eq!(format.quantity(Some(0.05)), "5%");
        assert_eq!(format.of_differences().quantity(Some(0.02)), "2 pp");
    }

    #[test]
    fn the_huge_and_the_tiny_are_written_with_exponents() {
        assert_eq!(column(UnitKind::Number, "", &[1.234e20, 5.0]).1, ["1.23e20", "5.00e0"]);
        assert_eq!(column(UnitKind::Number, "", &[1.5e-9]).1, ["1.50e-9"]);
        let (name, numbers) = column(UnitKind::Money, "USD", &[f64::MAX]);
        assert_eq!((name.as_str(), numbers), ("tn USD", vec!["1.80e296".to_owned()]));
    }

    #[test]
    fn a_column_may_have_more_decimals_than_its_panel() {
        let panel = NumberFormat::fit(&unit(UnitKind::Money, "USD"), [Some(1_708.7e6), Some(9e6)]);
        let small = panel.for_column([Some(9.123e6), Some(13e6)]);
        assert_eq!(small.number(Some(9.123e6)), "0.0091");
    }

    #[test]
    fn what_is_not_zero_never_reads_as_zero() {
        let money = |values: &[f64]| column(UnitKind::Money, "USD", values);
        let shown = money(&[640e9, 310e6, 0.4e6, 0.0]);
        assert_eq!(
            shown,
            ("bn USD".to_owned(), ["640", "0.3", "0.0004", "0"].map(str::to_owned).to_vec())
        );
        assert_eq!(column(UnitKind::Percent, "%", &[0.45, 0.000_004]).1, ["45.0", "0.0004"]);
        assert_eq!(column(UnitKind::Number, "", &[5e9, 2e-3, -2e-3]).1[1..], ["0.002", "-0.002"]);
        // 1e-5 beside 640e9 is the rounding error of a sum whose terms cancel.
        assert_eq!(money(&[640e9, 1e-5]).1[1], "0");
    }

    #[test]
    fn small_differences_have_a_scale_of_their_own() {
        let values = NumberFormat::fit(&unit(UnitKind::Money, "USD"), [Some(640e9)]);
        let differences = values.for_differences([Some(0.5e6)]);
        assert_eq!(differences.quantity(Some(0.5e6)), "500 thousand USD");
        let differences = values.for_differences([Some(12e9), Some(0.5e6)]);
        assert_eq!(differences.unit(), "bn USD");
        let shares = NumberFormat::fit(&unit(UnitKind::Percent, "%"), [Some(0.45)]);
        assert_eq!(shares.for_differences([Some(0.000_01)]).quantity(Some(0.000_01)), "0.001 pp");
    }

    #[test]
    fn small_cells_lower_the_scale_by_one() {
        let shown = |cells: &[f64]| {
            let unit = unit(UnitKind::Money, "USD");
            NumberFormat::of_cells(&unit, cells.iter().map(|&value| [Some(value)])).unit()
        };
        assert_eq!(shown(&[1_708.7e6, 469.3e6, 0.6e6]), "mn USD");
        assert_eq!(shown(&[1_708.7e6, 469.3e6]), "bn USD");
        assert_eq!(shown(&[17_087e6, 0.6e6]), "bn USD");
        assert_eq!(shown(&[250_000.0, 900.0]), "thousand USD");
        assert_eq!(shown(&[0.0, 900.0]), "USD");
    }

    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        let format = NumberFormat::fit(&unit(UnitKind::Money, "USD"), [Some(-8.9e9)]);
        assert_eq!(format.tick(-8, 9), "-8");
        assert_eq!(format.tick(-75, 8), "-7.5");
        assert_eq!(format.tick(0, 9), "0");
        let share = NumberFormat::fit(&unit(UnitKind::Percent, "%"), [Some(0.018)]);
        assert_eq!(share.tick(5, -3), "0.5");
        assert_eq!(share.tick(2, -2), "2");
    }
}
