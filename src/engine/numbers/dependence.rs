//! Dependence between random quantities: a Gaussian copula with given rank correlations.
//!
//! In: independent standard normal numbers, a lane for each quantity. Out: dependent standard
//! normal numbers with the wanted correlations. The caller then maps each of them through the
//! normal distribution function to a probability and to a quantile of the quantity's own
//! distribution.

use pulp::{Arch, Simd, WithSimd};

/// A correlation that contradicts earlier correlations of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Impossible {
    /// Indices of the two quantities, the later one last.
    pub pair: (usize, usize),
    /// The requested correlation.
    pub correlation: f64,
    /// Lowest and highest correlation that the earlier entries of the matrix allow: those in the rows above, and to the
    /// left in its row.
    pub possible: (f64, f64),
}

/// The Cholesky factor of a correlation matrix: the lower triangular L with L L' = the matrix, row
/// by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    rows: Vec<Vec<f64>>,
}

/// Largest excess over the possible range that is attributed to rounding.
const TOLERANCE: f64 = 1e-12;

/// Computes the correlation of two normal numbers with the rank correlation (Spearman's) `rank`: 2
/// sin(pi rank / 6), after K. Pearson (1907).
pub fn normal_correlation(rank: f64) -> f64 {
    2.0 * libm::sin(std::f64::consts::PI / 6.0 * rank)
}

/// Computes the rank correlation of two normal numbers with the given correlation: the inverse of
/// [`normal_correlation`].
pub fn rank_correlation(correlation: f64) -> f64 {
    6.0 / std::f64::consts::PI * libm::asin(correlation / 2.0)
}

impl Factor {
    /// Factorises the correlation matrix of `size` normal numbers. `correlation(later, earlier)`
    /// gives its entries. The matrix may be singular, as with a correlation of 1.
    ///
    /// # Errors
    /// The first entry, row by row, that is impossible given the entries before it.
    pub fn new(size: usize, correlation: impl Fn(usize, usize) -> f64) -> Result<Self, Impossible> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
        for i in 0..size {
            let mut row = Vec::with_capacity(i + 1);
            // The variance, 1, minus the part that earlier quantities explain.
            let mut unexplained = 1.0_f64;
            for (j, other) in rows.iter().enumerate() {
                let explained = product(&row, other);
                let pivot = other.last().copied().unwrap_or(0.0);
                let reach = pivot * unexplained.sqrt();
                let given = correlation(i, j);
                let excess = given - explained;
                if excess.is_nan() || excess.abs() > reach + TOLERANCE {
                    let possible = ((explained - reach).max(-1.0), (explained + reach).min(1.0));
                    return Err(Impossible { pair: (j, i), correlation: given, possible });
                }
                let entry = if pivot == 0.0 { 0.0 } else { excess.clamp(-reach, reach) / pivot };
                unexplained = (unexplained - entry * entry).max(0.0);
                row.push(entry);
            }
            // A tiny remainder is rounding, not an independent part of the quantity.
            row.push(if unexplained <= TOLERANCE { 0.0 } else { unexplained.sqrt() });
            rows.push(row);
        }
        Ok(Self { rows })
    }

    /// Returns the correlation of two of the numbers: an entry of the matrix.
    pub fn correlation(&self, a: usize, b: usize) -> f64 {
        match (self.rows.get(a), self.rows.get(b)) {
            (Some(a), Some(b)) => a.iter().zip(b).map(|(x, y)| x * y).sum(),
            _ => 0.0,
        }
    }

    /// Makes independent standard normal numbers dependent, in place. There is one lane of draws
    /// for each quantity.
    pub fn apply(&self, arch: Arch, lanes: &mut [&mut [f64]]) {
        arch.dispatch(Dependent { rows: &self.rows, lanes });
    }
}

/// Returns the scalar product of two rows, up to the length of the shorter one; uses four partial sums, which is faster
/// than one.
fn product(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let (parts, rest) = a[..length].as_chunks::<4>();
    let (others, last) = b[..length].as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (part, other) in parts.iter().zip(others) {
        sums.iter_mut().zip(part.iter().zip(other)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    let rest: f64 = rest.iter().zip(last).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The vectorised loop of [`Factor::apply`].
struct Dependent<'a, 'l> {
    rows: &'a [Vec<f64>],
    lanes: &'a mut [&'l mut [f64]],
}

impl WithSimd for Dependent<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        /// Number of draws that are processed together, so that the numbers of all quantities fit into a cache.
        const TILE: usize = 16;
        let count = self.lanes.iter().map(|lane| lane.len()).min().unwrap_or(0);
        for from in (0..count).step_by(TILE) {
            let tile = from..count.min(from + TILE);
            // From the last row up, since a row reads the independent numbers of the rows above it.
            for (i, row) in self.rows.iter().enumerate().rev() {
                let Some((earlier, [lane, ..])) = self.lanes.split_at_mut_checked(i) else {
                    continue;
                };
                let Some((diagonal, weights)) = row.split_last() else { continue };
                let (lane, mut sums) = (&mut lane[tile.clone()], [0.0; TILE]);
                sums.iter_mut().zip(&*lane).for_each(|(sum, z)| *sum = diagonal * z);
                for (weight, other) in weights.iter().zip(&*earlier).filter(|(w, _)| **w != 0.0) {
                    let other = &other[tile.clone()];
                    sums.iter_mut().zip(other).for_each(|(sum, x)| *sum += weight * x);
                }
                lane.copy_from_slice(&sums[..lane.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernels::inverse_normal_lane;
    use super::super::random::Stream;
    use super::*;

    fn factor(matrix: &[&[f64]]) -> Result<Factor, Impossible> {
        Factor::new(matrix.len(), |i, j| matrix[i][j])
    }

    #[test]
    fn the_factor_times_its_transpose_is_the_matrix() {
        let matrix: [&[f64]; 4] = [&[], &[0.4], &[-0.3, 0.2], &[0.1, 0.5, -0.6]];
        let rows = factor(&matrix).expect("a factor").rows;
        for i in 0..4 {
            for j in 0..=i {
                let product: f64 = rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum();
                let wanted = if i == j { 1.0 } else { matrix[i][j] };
                assert!((product - wanted).abs() < 1e-15, "{i} {j}");
            }
        }
    }

    #[test]
    fn an_impossible_correlation_is_reported_with_the_possible_range() {
        let found = factor(&[&[], &[0.9], &[0.9, -0.5]]).expect_err("a problem");
        assert_eq!((found.pair, found.correlation), ((1, 2), -0.5));
        // 0.9 * 0.9 = 0.81, plus or minus (1 - 0.81) = 0.19.
        assert!((found.possible.0 - 0.62).abs() < 1e-15 && found.possible.1 == 1.0, "{found:?}");
        // Of four quantities, the third is impossible with the second; the fourth does not matter.
        let found = factor(&[&[], &[0.0], &[0.8, 0.8], &[0.0, 0.0, 0.0]]).expect_err("a problem");
        assert_eq!(found.pair, (1, 2));
        assert!((found.possible.1 - 0.6).abs() < 1e-15);
        assert_eq!(factor(&[&[], &[1.5]]).expect_err("a problem").pair, (0, 1));
        assert!(factor(&[&[], &[f64::NAN]]).is_err());
    }

    #[test]
    fn a_singular_matrix_is_valid_and_restricts_later_correlations() {
        let perfect = factor(&[&[], &[1.0], &[0.3, 0.3]]).expect("a factor");
        let mut lanes = [vec![0.7, -0.2], vec![9.0, 9.0], vec![0.0, 0.0]];
        let mut views: Vec<&mut [f64]> = lanes.iter_mut().map(Vec::as_mut_slice).collect();
        perfect.apply(Arch::new(), &mut views);
        assert_eq!(lanes[0], lanes[1]);
        assert_eq!(factor(&[&[], &[1.0], &[0.3, 0.4]]).expect_err("a problem").pair, (1, 2));
    }

    #[test]
    fn draws_have_the_wanted_rank_correlations() {
        const N: usize = 4000;
        let wanted = [(1, 0, 0.4), (2, 0, -0.7), (2, 1, 0.0)];
        let rank = |i, j| wanted.iter().find(|w| (w.0, w.1) == (i, j)).map_or(0.0, |w| w.2);
        let factor = Factor::new(3, |i, j| normal_correlation(rank(i, j))).expect("a factor");
        let mut lanes: Vec<Vec<f64>> = (0..3)
            .map(|part| {
                let (mut u, mut z) = (vec![0.0; N], vec![0.0; N]);
                Stream::new(3, 1, part).fill(Arch::new(), 0, &mut u);
                inverse_normal_lane(Arch::new(), &u, &mut z);
                z
            })
            .collect();
        factor.apply(Arch::new(), &mut lanes.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        let ranks: Vec<Vec<f64>> = lanes
            .iter()
            .map(|lane| {
                let mut order: Vec<usize> = (0..N).collect();
                order.sort_by(|&a, &b| lane[a].total_cmp(&lane[b]));
                let mut ranks = vec![0.0; N];
                order.iter().enumerate().for_each(|(rank, &i)| ranks[i] = rank as f64);
                ranks
            })
            .collect();
        let middle = (N as f64 - 1.0) / 2.0;
        for (i, j, wanted) in wanted {
            let product: f64 =
                ranks[i].iter().zip(&ranks[j]).map(|(a, b)| (a - middle) * (b - middle)).sum();
            let found = 12.0 * product / (N as f64).powi(3);
            assert!((found - wanted).abs() < 0.05, "{i} {j}: {found}");
        }
        assert!((rank_correlation(normal_correlation(0.37)) - 0.37).abs() < 1e-15);
    }
}
