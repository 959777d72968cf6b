use pulp::Arch;

use super::Distribution;
use crate::builtins::Function;
use crate::engine::numbers::random::{Stream, key};

fn distribution_of(function: Function, args: &[f64]) -> Distribution {
    Distribution::new(function, args).expect("a distribution")
}

/// Returns one distribution of each continuous family, some of them truncated.
fn continuous() -> Vec<(&'static str, Distribution)> {
    let of = |name, function, args: &[f64]| (name, distribution_of(function, args));
    let cut = |d: Distribution, min, max| d.truncated(min, max).expect("a part");
    vec![
        of("normal", Function::Normal, &[0.05, 0.02]),
        of("between", Function::Between, &[3.0, 6.0]),
        of("lognormal", Function::Lognormal, &[2.0, 1.5]),
        of("uniform", Function::Uniform, &[0.2, 0.6]),
        of("triangular", Function::Triangular, &[-2.0, -1.2, -0.4]),
        of("pert", Function::Pert, &[1.0, 2.0, 6.0]),
        of("beta", Function::Beta, &[0.7, 2.5]),
        of("student_t", Function::StudentT, &[5.0, 1.0, 2.0]),
        ("truncated normal", cut(distribution_of(Function::Normal, &[0.05, 0.02]), 0.06, 0.1)),
        ("far normal", cut(distribution_of(Function::Normal, &[0.0, 1.0]), 12.0, f64::INFINITY)),
        ("truncated t", cut(distribution_of(Function::StudentT, &[5.0]), 3.0, f64::INFINITY)),
        ("truncated pert", cut(distribution_of(Function::Pert, &[1.0, 2.0, 6.0]), 1.5, 3.0)),
        (
            "truncated triangular",
            cut(distribution_of(Function::Triangular, &[0.0, 1.0, 4.0]), 0.5, 3.9),
        ),
    ]
}

fn discrete() -> Vec<(&'static str, Distribution)> {
    let discrete = distribution_of(Function::Discrete, &[3.0, 0.25, 2.0, 0.1, 5.0, 0.35, 4.0, 0.3]);
    let sample: Vec<f64> = (0..50).map(|i| f64::from(i * i % 37)).collect();
    vec![
        ("discrete", discrete.clone()),
        ("bernoulli", distribution_of(Function::Bernoulli, &[0.3])),
        ("empirical", Distribution::empirical(&sample).expect("a distribution")),
        (
            "truncated empirical",
            Distribution::empirical(&sample)
                .and_then(|whole| whole.truncated(4.0, 30.0))
                .expect("a part"),
        ),
        ("truncated discrete", discrete.truncated(2.5, 4.0).expect("a part")),
    ]
}

fn draws(name: &str, distribution: &Distribution, count: usize) -> Vec<f64> {
    let (mut u, mut x) = (vec![0.0; count], vec![0.0; count]);
    Stream::new(11, key(name), 0).fill(Arch::new(), 0, &mut u);
    distribution.fill(Arch::new(), &u, &mut x);
    x
}

fn mean_and_sd(x: &[f64]) -> (f64, f64) {
    let count = x.len() as f64;
    let mean = x.iter().sum::<f64>() / count;
    (mean, (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count).sqrt())
}

#[test]
fn draws_pass_the_kolmogorov_smirnov_test() {
    for (name, distribution) in continuous() {
        let count = 20_000;
        let mut x = draws(name, &distribution, count);
        x.sort_by(f64::total_cmp);
        let n = count as f64;
        let far = x.iter().enumerate().fold(0.0_f64, |far, (i, &x)| {
            let below = distribution.cdf(x);
            far.max((below - i as f64 / n).abs()).max((below - (i + 1) as f64 / n).abs())
        });
        assert!(far < 1.95 / n.sqrt(), "{name}: {far}");
    }
    for (name, distribution) in discrete() {
        let x = draws(name, &distribution, 20_000);
        for &value in &x[..200] {
            let share = x.iter().filter(|x| **x <= value).count() as f64 / 20_000.0;
            assert!((share - distribution.cdf(value)).abs() < 1.95 / 20_000_f64.sqrt(), "{name}");
        }
    }
}

#[test]
fn means_and_standard_deviations_of_draws_agree_with_closed_forms() {
    for (name, distribution) in continuous().into_iter().chain(discrete()) {
        let Some((mean, sd)) = distribution.moments() else { continue };
        let (found, spread) = mean_and_sd(&draws(name, &distribution, 40_000));
        assert!((found - mean).abs() < 3.5 * sd / 200.0, "{name}: mean {found}, {mean}");
        assert!((spread / sd - 1.0).abs() < 0.05, "{name}: sd {spread}, {sd}");
    }
    let moments =
        |function, args: &[f64]| distribution_of(function, args).moments().expect("moments");
    assert_eq!(moments(Function::Beta, &[2.0, 2.0]).0, 0.5);
    assert!((moments(Function::Beta, &[2.0, 2.0]).1 - 0.05_f64.sqrt()).abs() < 1e-15);
    assert!((moments(Function::Triangular, &[0.0, 0.0, 3.0]).0 - 1.0).abs() < 1e-15);
    assert!((moments(Function::Triangular, &[0.0, 0.0, 3.0]).1 - 0.5_f64.sqrt()).abs() < 1e-15);
    assert!(distribution_of(Function::StudentT, &[2.0]).moments().is_none());
    // The mean of a standard normal number above 0 is sqrt(2 / pi).
    let half = distribution_of(Function::Normal, &[0.0, 1.0])
        .truncated(0.0, f64::INFINITY)
        .expect("a part");
    let (mean, sd) = half.moments().expect("moments");
    let wanted = 2.0 / std::f64::consts::PI;
    assert!((mean - wanted.sqrt()).abs() < 1e-14 && (sd - (1.0 - wanted).sqrt()).abs() < 1e-14);
}

#[test]
fn quantiles_of_beta_and_student_agree_with_references_of_40_digits() {
    for row in include_str!("../../../../tests/reference/quantiles.csv").lines() {
        let (name, numbers) = row.split_once(',').expect("a name");
        let numbers: Vec<f64> = numbers.split(',').map(|x| x.parse().expect("a number")).collect();
        let [a, b, p, wanted] = numbers[..] else { panic!("{row}") };
        let found = match name {
            "beta" => distribution_of(Function::Beta, &[a, b]).quantile(p),
            _ => distribution_of(Function::StudentT, &[a]).quantile(p),
        };
        assert!((found - wanted).abs() <= 1e-12 * wanted.abs(), "{row}: {found}");
    }
}

#[test]
fn quantiles_agree_with_closed_forms() {
    let near = |found: f64, wanted: f64| {
        assert!((found - wanted).abs() <= 2e-15 * wanted.abs(), "{found}, {wanted}");
    };
    near(distribution_of(Function::Between, &[3.0, 6.0]).quantile(0.05), 3.0);
    near(distribution_of(Function::Between, &[3.0, 6.0]).quantile(0.95), 6.0);
    near(distribution_of(Function::Uniform, &[2.0, 4.0]).quantile(0.3), 2.6);
    near(distribution_of(Function::Triangular, &[0.0, 1.0, 4.0]).quantile(0.0625), 0.5);
    near(distribution_of(Function::Triangular, &[0.0, 1.0, 4.0]).quantile(1.0 - 0.1875), 2.5);
    let lognormal = distribution_of(Function::Lognormal, &[2.0, 1.5]);
    near(lognormal.quantile(0.5), 2.0 / 1.25);
    // At a million degrees of freedom the two methods of computation agree.
    let t = |degrees| distribution_of(Function::StudentT, &[degrees]).quantile(1e-9);
    assert!((t(999_999.0) / t(1_000_001.0) - 1.0).abs() < 3e-11);
}

#[test]
fn the_cdf_inverts_the_quantile_function() {
    for (name, distribution) in continuous() {
        for i in 1..200 {
            let u = f64::from(i) / 200.0;
            let back = distribution.cdf(distribution.quantile(u));
            assert!((back - u).abs() < 1e-11, "{name}: {back}, {u}");
        }
    }
}

#[test]
fn lanes_have_the_bits_of_single_values_on_every_instruction_set() {
    for (name, distribution) in continuous().into_iter().chain(discrete()) {
        for arch in [Arch::Scalar, Arch::new()] {
            let u: Vec<f64> = (0..600).map(|i| (f64::from(i) + 0.5) / 600.0).collect();
            let mut out = vec![0.0; 600];
            distribution.fill(arch, &u, &mut out);
            for (&u, &found) in u.iter().zip(&out) {
                assert_eq!(found.to_bits(), distribution.quantile(u).to_bits(), "{name} at {u}");
            }
        }
    }
}

#[test]
fn medians_agree_with_closed_forms() {
    let close = |function, args: &[f64], wanted: f64| {
        let found = distribution_of(function, args).median();
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    };
    // Triangular distribution: the median m halves the area, (b - m)^2 / ((b - a)(b - c)) = 1/2.
    close(Function::Triangular, &[-2.0, -1.6, -1.0], -1.0 - libm::sqrt(0.3));
    close(Function::Discrete, &[2027.0, 0.3, 2028.0, 0.5, 2030.0, 0.2], 2028.0);
    close(Function::Discrete, &[1.0, 0.1, 2.0, 0.2, 3.0, 0.2, 4.0, 0.5], 3.0);
    close(Function::Pert, &[0.0, 5.0, 10.0], 5.0);
    close(Function::Beta, &[1.0, 1.0], 0.5);
    close(Function::Lognormal, &[2.0, 1.5], 1.6);
    close(Function::Normal, &[3.0, 0.0], 3.0);
    close(Function::StudentT, &[4.0, 7.0], 7.0);
    close(Function::Bernoulli, &[0.5], 0.0);
    close(Function::Bernoulli, &[0.51], 1.0);
}

#[test]
fn impossible_parameters_are_reported_by_name() {
    let problem =
        |function, args: &[f64]| Distribution::new(function, args).expect_err("a problem");
    let rows = [
        (Function::Triangular, &[1.0, 5.0, 4.0][..], "low 1, mode 5 and high 4"),
        (Function::Pert, &[1.0, 1.0, 1.0], "not in rising order"),
        (Function::Normal, &[1.0, -2.0], "standard deviation -2 is negative"),
        (Function::Lognormal, &[-1.0, 2.0], "mean -1 is not above 0"),
        (Function::Uniform, &[2.0, 1.0], "low end 2 is above the high end 1"),
        (Function::Beta, &[0.0, 1.0], "0 and 1 are not both above 0"),
        (Function::StudentT, &[0.0], "0 degrees of freedom"),
        (Function::Bernoulli, &[1.5], "1.5 is not a probability"),
        (Function::Discrete, &[1.0, 0.5, 2.0, 0.4], "sum to 90%"),
        (Function::Discrete, &[1.0, 1.5, 2.0, -0.5], "-0.5 is negative"),
        (Function::Normal, &[f64::NAN, 1.0], "not finite"),
        (Function::Abs, &[1.0], "not a distribution"),
    ];
    for (function, args, wanted) in rows {
        let found = problem(function, args);
        assert!(found.contains(wanted), "{found}");
    }
    let normal = || distribution_of(Function::Normal, &[0.0, 1.0]);
    assert!(normal().truncated(1.0, 0.0).expect_err("a problem").contains("above the greatest 0"));
    assert!(normal().truncated(60.0, 70.0).expect_err("a problem").contains("from 60 to 70"));
    assert!(Distribution::empirical(&[]).is_err());
}
