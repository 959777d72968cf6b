//! Replicates: the draws are divided into 16 independent sets, so that the differences between
//! their means measure the error of the overall mean.
//!
//! Draws from Latin hypercubes and Sobol sequences are not independent of each other, so their
//! standard deviation does not give the error of their mean. Each replicate is an unbiased sample,
//! and the replicates are independent: P. L'Ecuyer and C. Lemieux, "Recent advances in randomized
//! quasi-Monte Carlo methods", in Modeling Uncertainty, 2002, 419-474.
//!
//! Consecutive draws belong to consecutive replicates, so that a longer simulation begins with the
//! draws of a shorter one.

use super::summary::LARGER;

/// Number of replicates.
pub const REPLICATES: usize = 16;

/// Returns the replicate of a draw, and the index of the draw within this replicate.
pub fn turn(draw: u64) -> (usize, u64) {
    ((draw % REPLICATES as u64) as usize, draw / REPLICATES as u64)
}

/// Returns the number of draws of a replicate, if there are `draws` in total.
pub fn size(draws: u64, replicate: usize) -> u64 {
    (draws + (REPLICATES - 1 - replicate) as u64) / REPLICATES as u64
}

/// Computes the standard error of the mean from the sums of the replicates; `draws` must be all
/// draws, in order. It is 0 for one draw.
pub fn standard_error(draws: &[f64], mean: f64) -> f64 {
    // Huge draws are divided by a power of 2, so that the squares of their sums can be represented.
    let largest = draws.iter().fold(mean.abs(), |largest, draw| largest.max(draw.abs()));
    let unit = if largest > 1e140 { LARGER } else { 1.0 };
    let mut deviations = [0.0; REPLICATES];
    for round in draws.chunks(REPLICATES) {
        let add = |(sum, draw): (&mut f64, &f64)| *sum += draw / unit - mean / unit;
        deviations.iter_mut().zip(round).for_each(add);
    }
    let count = REPLICATES.min(draws.len()) as f64;
    if count < 2.0 {
        return 0.0;
    }
    // The sums of deviations weight each replicate by its size; sizes differ by at most one draw.
    let squares: f64 = deviations.iter().map(|deviations| deviations * deviations).sum();
    (squares * count / (count - 1.0)).sqrt() / draws.len() as f64 * unit
}

#[cfg(test)]
mod tests {
    use pulp::Arch;

    use super::super::random::key;
    use super::super::sampling::{Method, Uniforms};
    use super::super::summary::Moments;
    use super::*;

    const DIMENSIONS: usize = 4;

    /// Name, function of independent uniform numbers, and its exact mean.
    type Integrand = (&'static str, fn(&[f64; DIMENSIONS]) -> f64, f64);

    /// A function that is nearly a sum, one of interactions alone, a discontinuous one and a skewed
    /// one. Their means are elementary integrals.
    fn integrands() -> [Integrand; 4] {
        [
            ("smooth", |u| u.iter().map(|x| 1.0 + (x - 0.5) / 4.0).product(), 1.0),
            ("product", |u| u.iter().map(|x| 12_f64.sqrt() * (x - 0.5)).product(), 0.0),
            // The volume of the unit cube in four dimensions in which the coordinates sum to less
            // than 1.
            ("jump", |u| f64::from(u8::from(u.iter().sum::<f64>() < 1.0)), 1.0 / 24.0),
            ("skewed", |u| u.iter().map(|x| 2.0 * x).product(), 1.0),
        ]
    }

    /// Returns the errors of the mean and the standard errors, for many seeds.
    fn errors(method: Method, draws: usize, (_, f, mean): Integrand) -> Vec<(f64, f64)> {
        let seeds = 0..400_u64;
        let one = |seed| {
            let mut all = vec![vec![0.0; draws]; DIMENSIONS];
            for (n, column) in all.iter_mut().enumerate() {
                let uniforms = Uniforms::new(method, seed, key(&format!("p{n}")), 0, n as u32);
                uniforms.fill(Arch::new(), 0, column);
            }
            let value = |i: usize| f(&std::array::from_fn(|n| all[n][i]));
            let values: Vec<f64> = (0..draws).map(value).collect();
            let moments = Moments::of(&values);
            (moments.mean - mean, method.standard_error(&values, &moments))
        };
        seeds.map(one).collect()
    }

    /// A confidence interval of 95% contains the mean for 380 of 400 seeds, with a standard
    /// deviation of 4.4. Over the seeds, the mean squares of standard errors and of errors agree;
    /// their ratio is known to 4%.
    #[test]
    fn confidence_intervals_have_the_nominal_coverage() {
        // The 97.5% quantiles of the normal distribution and of Student's with 15 degrees of
        // freedom.
        const NORMAL: f64 = 1.959_963_984_540_054;
        const STUDENT: f64 = 2.131_449_545_559_323;
        for draws in [256, 1000] {
            let latin = Method::LatinHypercube { draws: draws as u64 };
            for (method, width) in
                [(Method::Plain, NORMAL), (latin, STUDENT), (Method::Sobol, STUDENT)]
            {
                for integrand in integrands() {
                    let found = errors(method, draws, integrand);
                    let inside = found.iter().filter(|(off, error)| off.abs() <= width * error);
                    let inside = inside.count();
                    let square = |of: fn(&(f64, f64)) -> f64| {
                        found.iter().map(|pair| of(pair) * of(pair)).sum::<f64>().sqrt()
                    };
                    let ratio = square(|pair| pair.1) / square(|pair| pair.0);
                    let fine = inside >= 364 && (0.86..1.16).contains(&ratio);
                    assert!(fine, "{method:?} {draws} {}: {inside} {ratio}", integrand.0);
                }
            }
        }
    }

    /// With replicates the error is still far below that of independent draws.
    #[test]
    fn replicates_keep_most_of_the_variance_reduction() {
        let latin = Method::LatinHypercube { draws: 1024 };
        let [smooth, .., skewed] = integrands();
        for (integrand, latin_gain, sobol_gain) in [(smooth, 7.0, 40.0), (skewed, 1.5, 4.0)] {
            let error = |method| {
                let found = errors(method, 1024, integrand);
                found.iter().map(|(off, _)| off * off).sum::<f64>().sqrt()
            };
            let plain = error(Method::Plain);
            let gains = (plain / error(latin), plain / error(Method::Sobol));
            assert!(gains.0 > latin_gain && gains.1 > sobol_gain, "{}: {gains:?}", integrand.0);
        }
    }

    #[test]
    fn sizes_add_up_and_fewer_draws_than_replicates_are_independent() {
        for draws in [0, 1, 15, 16, 17, 1000] {
            let sizes: Vec<u64> = (0..REPLICATES).map(|r| size(draws, r)).collect();
            assert_eq!(sizes.iter().sum::<u64>(), draws);
            let turns = |r| (0..draws).filter(|&draw| turn(draw).0 == r).count() as u64;
            assert!((0..REPLICATES).all(|r| turns(r) == sizes[r]));
        }
        // Nine draws are one replicate each, which gives the usual standard error.
        let few: Vec<f64> = (0..9).map(|i| f64::from(i * i)).collect();
        let moments = Moments::of(&few);
        let error = standard_error(&few, moments.mean);
        assert!((error / moments.standard_error() - 1.0).abs() < 1e-14);
        assert_eq!((standard_error(&[3.0], 3.0), standard_error(&[], 0.0)), (0.0, 0.0));
    }
}
