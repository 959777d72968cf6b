//! Several values of one quantity, evaluated at once.
//!
//! A plain run of a large model spends most of its time in stepping from one part of an expression to the next. These
//! steps are the same in all cells with the same rules, so this domain makes them once for up to [`MOST`] values: those of
//! neighbouring elements of the last axis in neighbouring years, which are neighbours in memory too. What differs between
//! these values is treated as what differs between draws is in a simulation: both branches of a condition are evaluated,
//! and each value takes its own. Every number is computed by the same operations as by itself, so the bits are the same. A
//! fault, or a value that is not finite, makes the values invalid. They are then computed one by one, which finds the cell,
//! the year and the fault.

mod loops;

use pulp::Arch;

use super::domain::{Binary, Domain, Extent, Unary, compensated_sum};
use crate::model::{QuantityId, Time};
use crate::plan::CellIndex;
use loops::{AddAll, AllFinite, ApplyBinary, ApplyUnary, LaneOperand, LaneRows};

pub(crate) use loops::LaneValue;

/// Maximum number of values that are evaluated at once. With 256 values an operation takes longer than the step to the
/// next operation, and the rows of an expression fit into the processor's cache.
pub(crate) const MOST: usize = 256;

/// The domain of several values at once, with the numbers of its rows.
#[derive(Debug)]
pub(crate) struct Lanes {
    arch: Arch,
    extent: Extent,
    valid: bool,
    quantity: Option<QuantityId>,
    /// The rows of the present evaluation.
    rows: Vec<f64>,
    /// The rows that later evaluations for the same quantity read.
    kept: Vec<f64>,
    /// The rounding errors of a sum in each lane.
    lost: Vec<f64>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self::new(Extent::ONE)
    }
}

impl Lanes {
    /// Makes the domain for `extent` values at once.
    pub(crate) fn new(extent: Extent) -> Self {
        let (rows, kept, lost) = (Vec::new(), Vec::new(), Vec::new());
        Self { arch: Arch::new(), extent, valid: true, quantity: None, rows, kept, lost }
    }

    /// Begins an evaluation for a quantity. Drops the rows that were kept for another quantity, and then returns false.
    pub(crate) fn begin(&mut self, quantity: QuantityId, extent: Extent) -> bool {
        self.rows.clear();
        (self.extent, self.valid) = (extent, true);
        let same = self.quantity.replace(quantity) == Some(quantity);
        if !same {
            self.kept.clear();
        }
        same
    }

    /// False if one of the values computed so far may be wrong.
    pub(crate) fn is_valid(&self) -> bool {
        self.valid
    }

    /// Returns the number of a value in each lane.
    pub(crate) fn numbers(&self, value: LaneValue) -> impl Iterator<Item = f64> {
        let operand = self.all().of(value);
        (0..self.extent.len()).map(move |n| match operand {
            LaneOperand::Same(number) => number,
            LaneOperand::Row(row) => row[n],
        })
    }

    /// Writes the numbers of a value to the years of each element.
    pub(crate) fn write<'a>(&self, value: LaneValue, cells: impl Iterator<Item = &'a mut [f64]>) {
        let (operand, years) = (self.all().of(value), self.extent.years);
        for (n, cell) in cells.enumerate() {
            match operand {
                LaneOperand::Same(number) => cell.fill(number),
                LaneOperand::Row(row) => cell.copy_from_slice(&row[n * years..][..years]),
            }
        }
    }

    fn all(&self) -> LaneRows<'_> {
        LaneRows { rows: &self.rows, kept: &self.kept, lanes: self.extent.len() }
    }

    /// Adds a row that `fill` computes from those before it.
    fn add(&mut self, fill: impl FnOnce(LaneRows<'_>, &mut [f64])) -> LaneValue {
        let (start, lanes) = (self.rows.len(), self.extent.len());
        self.rows.resize(start + lanes, 0.0);
        let (rows, row) = self.rows.split_at_mut(start);
        fill(LaneRows { rows, kept: &self.kept, lanes }, row);
        LaneValue::Row(start as u32)
    }

    /// Replaces a new row by its number if all lanes have the same number, so that a condition on it is known.
    fn settled(&mut self, value: LaneValue) -> LaneValue {
        let LaneValue::Row(start) = value else { return value };
        let row = &self.rows[start as usize..];
        let Some(&first) = row.first() else { return value };
        if row.iter().any(|number| number.to_bits() != first.to_bits()) {
            return value;
        }
        self.rows.truncate(start as usize);
        LaneValue::Same(first)
    }

    /// Adds a row with a number for each element and year, both counted from 0.
    fn numbered(&mut self, number: impl Fn(usize, usize) -> f64) -> LaneValue {
        let years = self.extent.years;
        self.add(|_, row| {
            for (element, row) in row.chunks_exact_mut(years).enumerate() {
                row.iter_mut().enumerate().for_each(|(year, out)| *out = number(element, year));
            }
        })
    }
}

impl Domain for &mut Lanes {
    type Value = LaneValue;

    fn constant(&mut self, value: f64) -> LaneValue {
        LaneValue::Same(value)
    }

    fn known(&self, value: LaneValue) -> Option<f64> {
        match value {
            LaneValue::Same(number) => Some(number),
            LaneValue::Row(_) | LaneValue::Kept(_) => None,
        }
    }

    fn overflows(&self, value: LaneValue) -> bool {
        match self.all().of(value) {
            LaneOperand::Same(number) => !number.is_finite(),
            LaneOperand::Row(row) => !self.arch.dispatch(AllFinite(row)),
        }
    }

    fn extent(&self) -> Extent {
        self.extent
    }

    fn year(&mut self, time: Time, year: i32) -> LaneValue {
        match time {
            Time::Offset(_) if self.extent.years > 1 => {
                self.numbered(|_, n| f64::from(time.of(year).saturating_add(n as i32)))
            }
            Time::Offset(_) | Time::Fixed(_) => LaneValue::Same(f64::from(time.of(year))),
        }
    }

    fn elements(&mut self, _: usize, first: u32) -> LaneValue {
        match self.extent.elements[0] {
            1 => LaneValue::Same(f64::from(first)),
            _ => self.numbered(|n, _| f64::from(first + n as u32)),
        }
    }

    fn leave_unchecked(&mut self) {
        self.valid = false;
    }

    fn read(&mut self, _: CellIndex, value: f64) -> LaneValue {
        LaneValue::Same(value)
    }

    fn read_all(&mut self, index: CellIndex, values: &[f64], steps: [usize; 3]) -> LaneValue {
        let (Extent { elements: [elements, _], years }, [step, _, year_step]) =
            (self.extent, steps);
        let ends = [(elements - 1) * step, (years - 1) * year_step];
        let Some(read) = values.get(..=ends[0] + ends[1]) else {
            return self.read(index, values.first().copied().unwrap_or_default());
        };
        if ends == [0, 0] {
            return self.read(index, read[0]);
        }
        let row = self.add(|_, row| {
            for (n, row) in row.chunks_exact_mut(years).enumerate() {
                match (year_step, &read[n * step..]) {
                    (0, from) => row.fill(from[0]),
                    (_, from) => row.copy_from_slice(&from[..years]),
                }
            }
        });
        self.settled(row)
    }

    fn unary(&mut self, op: Unary, a: LaneValue) -> LaneValue {
        let arch = self.arch;
        let value = match a {
            LaneValue::Same(a) => return LaneValue::Same(op.apply(a)),
            LaneValue::Row(_) | LaneValue::Kept(_) => self.add(|rows, out| {
                if let LaneOperand::Row(a) = rows.of(a) {
                    arch.dispatch(ApplyUnary { op, a, out });
                }
            }),
        };
        if op == Unary::Not { self.settled(value) } else { value }
    }

    fn binary(&mut self, op: Binary, a: LaneValue, b: LaneValue) -> LaneValue {
        if let (LaneValue::Same(a), LaneValue::Same(b)) = (a, b) {
            return LaneValue::Same(op.apply(a, b));
        }
        let arch = self.arch;
        let value = self.add(|rows, out| {
            arch.dispatch(ApplyBinary { op, a: rows.of(a), b: rows.of(b), out });
        });
        if op.is_condition() { self.settled(value) } else { value }
    }

    /// Takes each lane's own branch. A branch without a value is NaN, which a later minimum could hide.
    fn select(&mut self, condition: LaneValue, then: LaneValue, other: LaneValue) -> LaneValue {
        let chosen = match condition {
            LaneValue::Same(0.0) => other,
            LaneValue::Same(_) => then,
            LaneValue::Row(_) | LaneValue::Kept(_) => self.add(|rows, out| {
                let all = [condition, then, other].map(|value| rows.of(value));
                for (n, out) in out.iter_mut().enumerate() {
                    let [condition, then, other] = all.map(|operand| match operand {
                        LaneOperand::Same(number) => number,
                        LaneOperand::Row(row) => row[n],
                    });
                    *out = if condition == 0.0 { other } else { then };
                }
            }),
        };
        self.valid &= !self.overflows(chosen);
        chosen
    }

    /// Computes in each lane the bits of [`compensated_sum`].
    fn sum(&mut self, values: &[LaneValue]) -> LaneValue {
        let numbers: Option<Vec<f64>> = values.iter().map(|&value| self.known(value)).collect();
        if let Some(numbers) = numbers {
            return LaneValue::Same(compensated_sum(&numbers));
        }
        let (arch, mut lost) = (self.arch, std::mem::take(&mut self.lost));
        lost.clear();
        lost.resize(self.extent.len(), 0.0);
        let sum = self.add(|rows, sum| {
            arch.dispatch(AddAll { rows, values, sum, lost: &mut lost });
        });
        self.lost = lost;
        sum
    }

    fn mark(&self) -> usize {
        self.rows.len()
    }

    fn release(&mut self, mark: usize, value: LaneValue) -> LaneValue {
        let lanes = self.extent.len();
        match value {
            LaneValue::Row(start) if start as usize >= mark => {
                self.rows.copy_within(start as usize..start as usize + lanes, mark);
                self.rows.truncate(mark + lanes);
                LaneValue::Row(mark as u32)
            }
            LaneValue::Row(_) | LaneValue::Same(_) | LaneValue::Kept(_) => {
                self.rows.truncate(mark);
                value
            }
        }
    }

    fn keep(&mut self, value: LaneValue) -> LaneValue {
        let LaneValue::Row(start) = value else { return value };
        let kept = self.kept.len();
        self.kept.extend_from_slice(&self.rows[start as usize..][..self.extent.len()]);
        LaneValue::Kept(kept as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BinaryOp;

    fn lanes(elements: usize, years: usize) -> Lanes {
        let mut lanes = Lanes::default();
        lanes.begin(0, Extent::of(elements, years));
        lanes
    }

    fn numbers(lanes: &Lanes, value: LaneValue) -> Vec<f64> {
        lanes.numbers(value).collect()
    }

    #[test]
    fn a_sum_has_the_bits_of_the_sum_of_each_lane() {
        let number =
            |n: usize, lane: usize| ((n * 7 + lane * 3) as f64).sin() * 10_f64.powi(n as i32 % 30);
        let mut lanes = lanes(5, 13);
        let row = |lanes: &mut Lanes, n: usize| match n % 4 {
            0 => LaneValue::Same(number(n, 0)),
            _ => lanes.numbered(|element, year| number(n, element * 13 + year)),
        };
        let values: Vec<LaneValue> = (0..100).map(|n| row(&mut lanes, n)).collect();
        let sum = (&mut lanes).sum(&values);
        for (lane, sum) in numbers(&lanes, sum).into_iter().enumerate() {
            let own = |n: usize| number(n, if n.is_multiple_of(4) { 0 } else { lane });
            let own: Vec<f64> = (0..100).map(own).collect();
            assert_eq!(sum.to_bits(), compensated_sum(&own).to_bits());
        }
    }

    #[test]
    fn every_operation_has_the_bits_of_the_number_by_itself() {
        let a = |n: usize| [-2.5, -0.0, 0.0, 0.3, 1.0, 7.5, 1e200][n % 7];
        let b = |n: usize| [3.0, 0.5, -1.0, 0.0, 2.25][n % 5];
        let mut lanes = lanes(5, 7);
        let rows = [lanes.numbered(|e, y| a(e * 7 + y)), lanes.numbered(|e, y| b(e * 7 + y))];
        // A result that is no number has no sign.
        let bit = |number: f64| if number.is_nan() { u64::MAX } else { number.to_bits() };
        let bits = |all: Vec<f64>| all.into_iter().map(bit).collect::<Vec<_>>();
        for op in Unary::all() {
            let found = (&mut lanes).unary(op, rows[0]);
            let wanted = (0..35).map(|n| op.apply(a(n))).collect();
            assert_eq!(bits(numbers(&lanes, found)), bits(wanted), "{op:?}");
        }
        for op in Binary::all() {
            for (x, y) in [(0, 1), (0, 2), (2, 1)] {
                let value = |n: usize| [rows[0], rows[1], LaneValue::Same(1.5)][n];
                let found = (&mut lanes).binary(op, value(x), value(y));
                let number = |which: usize, n: usize| [a(n), b(n), 1.5][which];
                let wanted = (0..35).map(|n| op.apply(number(x, n), number(y, n))).collect();
                assert_eq!(bits(numbers(&lanes, found)), bits(wanted), "{op:?}");
            }
        }
    }

    #[test]
    fn values_are_read_by_element_and_year_and_a_common_one_is_known() {
        let stored: Vec<f64> = (0..40).map(f64::from).collect();
        let mut lanes = lanes(3, 2);
        let mut read = |values: &[f64], steps| {
            let value = (&mut lanes).read_all(0, values, steps);
            numbers(&lanes, value)
        };
        assert_eq!(read(&stored[1..], [10, 0, 1]), [1.0, 2.0, 11.0, 12.0, 21.0, 22.0]);
        assert_eq!(read(&stored[1..], [0, 0, 1]), [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
        assert_eq!(read(&stored[1..], [4, 0, 0]), [1.0, 1.0, 5.0, 5.0, 9.0, 9.0]);
        let domain = &mut &mut lanes;
        let same = domain.read_all(0, &[4.0; 9], [3, 0, 1]);
        assert_eq!(domain.known(same), Some(4.0));
        let first = domain.elements(0, 5);
        assert_eq!(domain.known(first), None);
        let far = domain.binary(Binary::Operator(BinaryOp::Above), first, same);
        assert_eq!(domain.known(far), Some(1.0));
        assert_eq!(numbers(domain, first), [5.0, 5.0, 6.0, 6.0, 7.0, 7.0]);
        let years = domain.year(Time::Offset(-1), 2020);
        assert_eq!(numbers(domain, years), [2019.0, 2020.0, 2019.0, 2020.0, 2019.0, 2020.0]);
    }

    #[test]
    fn rows_that_are_released_make_room_and_kept_ones_stay() {
        let mut lanes = lanes(2, 2);
        let domain = &mut &mut lanes;
        let mark = domain.mark();
        let first = domain.year(Time::Offset(0), 2020);
        let second = domain.unary(Unary::Negate, first);
        let second = domain.release(mark, second);
        assert_eq!(domain.mark(), mark + 4);
        let kept = domain.keep(second);
        assert!(lanes.begin(0, Extent::of(2, 2)));
        assert_eq!(numbers(&lanes, kept), [-2020.0, -2021.0, -2020.0, -2021.0]);
        assert!(!lanes.begin(1, Extent::ONE));
    }

    #[test]
    fn a_value_is_too_large_if_one_lane_is() {
        let mut lanes = lanes(3, 5);
        let domain = &mut &mut lanes;
        let row = domain.numbered(|element, year| (element * 5 + year) as f64);
        let zero = domain.constant(0.0);
        let ratio = domain.binary(Binary::Operator(BinaryOp::Divide), row, zero);
        assert!(domain.overflows(ratio) && !domain.overflows(row));
        let chosen = domain.select(zero, row, ratio);
        assert!(domain.overflows(chosen) && !domain.is_valid());
    }
}
