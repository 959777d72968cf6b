//! Sobol sequences in base 2, randomised by a linear scramble of the digits and a digital shift.
//!
//! A dimension is given by the columns of its generator matrix: a point is the exclusive or of the
//! columns that the Gray code of its index selects. Random draws are divided among replicates,
//! which share the matrix and have independent shifts.

use super::random::{Stream, unit};
use super::replicates::{REPLICATES, turn};

/// Parameters of the generator matrices, one dimension per line. The head of the file gives source,
/// columns and licence.
const DIRECTION_NUMBERS: &str = include_str!("direction_numbers.txt");

/// Number of dimensions for which there are direction numbers.
pub const DIMENSIONS: u32 = 1_111;

/// Number of columns of a generator matrix; the sequence has 2^52 points.
const COLUMNS: usize = 52;

/// One dimension of a Sobol sequence.
#[derive(Debug, Clone)]
pub struct Sobol {
    columns: [u64; COLUMNS],
    /// The generator matrix: bit 63 of a column is the first binary digit.
    /// The digital shift of each replicate.
    shifts: [u64; REPLICATES],
}

impl Sobol {
    /// Computes a dimension, counted from 0, without randomisation. `None` from [`DIMENSIONS`] on.
    ///
    /// The direction numbers are those of S. Joe and F. Y. Kuo (2008), the recurrence that of P.
    /// Bratley and B. L. Fox, "Algorithm 659", ACM Trans. Math. Softw. 14 (1988), 88-100.
    pub fn unscrambled(dimension: u32) -> Option<Self> {
        let mut columns = [0; COLUMNS];
        if dimension == 0 {
            columns.iter_mut().zip((0..64).rev()).for_each(|(column, bit)| *column = 1 << bit);
            return Some(Self { columns, shifts: [0; REPLICATES] });
        }
        let mut lines = DIRECTION_NUMBERS.lines().filter(|line| !line.starts_with('#'));
        let mut fields = lines.nth(dimension as usize - 1)?.split(' ').skip(1);
        let mut next = || fields.next()?.parse::<u64>().ok();
        let (degree, coefficients) = (next()? as usize, next()?);
        for i in 0..COLUMNS {
            columns[i] = match i.checked_sub(degree) {
                None => next()? << (63 - i),
                Some(oldest) => (1..degree)
                    .filter(|k| coefficients >> (degree - 1 - k) & 1 == 1)
                    .fold(columns[oldest] ^ columns[oldest] >> degree, |v, k| v ^ columns[i - k]),
            };
        }
        Some(Self { columns, shifts: [0; REPLICATES] })
    }

    /// Randomises a dimension with numbers of the stream: by a lower triangular
    /// matrix over the digits and a shift, after J. Matousek, "On the L2-discrepancy for anchored
    /// boxes", J. Complexity 14 (1998), 527-556.
    ///
    /// Each point is then uniform between 0 and 1, and the points stay as evenly distributed as
    /// those of the published sequence. Replicates are independent given the matrix, because each
    /// has its own shift.
    pub fn scrambled(&self, stream: Stream) -> Self {
        let bits: [u64; 64 + REPLICATES] = stream.first();
        let (rows, shifts) = bits.split_at(64);
        // Row `bit` of a lower triangular matrix has 1 on the diagonal and random digits to its left. A product with
        // the matrix is the sum of its columns that the digits of a vector choose, so it is stored by columns.
        let mut matrix = [0_u64; 64];
        for (bit, row) in rows.iter().enumerate() {
            let above = (u64::MAX << bit) << 1;
            for chosen in ones(row & above | 1 << bit) {
                matrix[chosen] |= 1 << bit;
            }
        }
        let product = |column: u64| ones(column).fold(0, |sum, bit| sum ^ matrix[bit]);
        let shifts = std::array::from_fn(|replicate| shifts[replicate]);
        Self { columns: self.columns.map(product), shifts }
    }

    /// Computes the 64 binary digits of a point of the first replicate, in the Gray code order of
    /// the published sequence.
    pub fn digits(&self, index: u64) -> u64 {
        self.unshifted(index) ^ self.shifts[0]
    }

    /// Computes the digits of a point before the shift.
    fn unshifted(&self, index: u64) -> u64 {
        let gray = index ^ index >> 1;
        let chosen = self.columns.iter().enumerate().filter(|(bit, _)| gray >> bit & 1 == 1);
        chosen.fold(0, |sum, (_, column)| sum ^ column)
    }

    /// Fills `out` with the draws from `first` on, numbers between 0 and 1 but never 0 or 1.
    /// Consecutive draws belong to consecutive replicates.
    pub fn fill(&self, first: u64, out: &mut [f64]) {
        let (mut replicate, mut index) = turn(first);
        let mut digits = self.unshifted(index);
        for out in out {
            *out = unit(digits ^ self.shifts[replicate]);
            replicate = (replicate + 1) % REPLICATES;
            if replicate == 0 {
                index = index.wrapping_add(1);
                // Consecutive Gray codes differ in one bit: bit n, if the new index has n trailing
                // zeros.
                digits ^= self.columns.get(index.trailing_zeros() as usize).copied().unwrap_or(0);
            }
        }
    }
}

/// The positions of the digits 1 of a number, the lowest first.
fn ones(mut digits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = digits.trailing_zeros();
        digits &= digits.wrapping_sub(1);
        (lowest < 64).then_some(lowest as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first points of a dimension as fractions.
    fn points(sobol: &Sobol, count: u64) -> Vec<f64> {
        (0..count).map(|i| (sobol.digits(i) >> 11) as f64 * f64::EPSILON / 2.0).collect()
    }

    /// The first ten points in three dimensions, from the web page of Joe and Kuo's generator.
    #[test]
    fn unscrambled_points_are_the_published_ones() {
        let wanted = [
            [0.0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125, 0.1875, 0.6875],
            [0.0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625, 0.3125, 0.8125],
            [0.0, 0.5, 0.25, 0.75, 0.625, 0.125, 0.875, 0.375, 0.9375, 0.4375],
        ];
        for (dimension, wanted) in (0..).zip(wanted) {
            let sobol = Sobol::unscrambled(dimension).expect("a dimension");
            assert_eq!(points(&sobol, 10), wanted, "{dimension}");
        }
    }

    #[test]
    fn a_block_of_points_has_one_point_in_each_elementary_interval() {
        for dimension in (0..DIMENSIONS).step_by(37) {
            let stream = Stream::new(1, 2, u64::from(dimension));
            for sobol in [
                Sobol::unscrambled(dimension),
                Sobol::unscrambled(dimension).map(|one| one.scrambled(stream)),
            ] {
                let sobol = sobol.expect("a dimension");
                let mut seen = [0; 1024];
                (2048..3072).for_each(|i| seen[(sobol.digits(i) >> 54) as usize] += 1);
                assert!(seen.iter().all(|&n| n == 1), "{dimension}");
            }
        }
        assert!(Sobol::unscrambled(DIMENSIONS).is_none());
    }

    /// In the first two dimensions, 1,024 points put one point into each of 32 by 32 boxes.
    #[test]
    fn scrambling_keeps_one_point_per_box_in_two_dimensions() {
        let unscrambled = |d| Sobol::unscrambled(d).expect("one");
        let scrambled = |d| unscrambled(d).scrambled(Stream::new(9, 9, u64::from(d)));
        let (a, b) = (scrambled(0), scrambled(1));
        let mut seen = [0; 1024];
        for i in 0..1024 {
            seen[((a.digits(i) >> 59) << 5 | b.digits(i) >> 59) as usize] += 1;
        }
        assert!(seen.iter().all(|&n| n == 1));
    }

    #[test]
    fn consecutive_draws_belong_to_consecutive_replicates() {
        let sobol = Sobol::unscrambled(77).expect("a dimension").scrambled(Stream::new(3, 1, 4));
        for first in [0, 1, 255, 4096, (1 << 40) - 3] {
            let mut lane = [0.0; 300];
            sobol.fill(first, &mut lane);
            for (draw, &found) in (first..).zip(&lane) {
                let (replicate, index) = turn(draw);
                let digits = sobol.unshifted(index) ^ sobol.shifts[replicate];
                assert_eq!(found.to_bits(), unit(digits).to_bits());
            }
        }
    }
}
