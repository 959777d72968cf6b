//! Tests of `least_squares` against closed forms and published numbers.

use std::convert::Infallible;

use ndarray::ArrayView2;

use super::*;

/// Makes a batch that evaluates a model at the x of all observations.
fn model<'a>(
    x: &'a [f64],
    f: fn(&[f64], f64) -> f64,
) -> impl FnMut(ArrayView2<'_, f64>) -> Result<Array2<f64>, Infallible> + 'a {
    move |points: ArrayView2<'_, f64>| {
        let shape = (points.nrows(), x.len());
        Ok(Array2::from_shape_fn(shape, |(row, n)| f(&points.row(row).to_vec(), x[n])))
    }
}

fn bounds<const N: usize>(bounds: [(f64, f64); N]) -> Vec<Bounds> {
    bounds.map(|(low, high)| Bounds::new(low, high)).to_vec()
}

/// A data set of NIST's Statistical Reference Datasets (nonlinear regression): the model, the bounds used here, both
/// starts, the certified parameters with standard errors, and the sum of squares.
struct Certified<'a> {
    name: &'a str,
    f: fn(&[f64], f64) -> f64,
    x: &'a [f64],
    y: &'a [f64],
    bounds: Vec<Bounds>,
    starts: [&'a [f64]; 2],
    parameters: &'a [(f64, f64)],
    squares: f64,
}

fn certified() -> [Certified<'static>; 4] {
    const UP_TO_15: [f64; 15] = [1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.];
    [
        Certified {
            name: "Misra1a",
            f: |b, x| b[0] * (1.0 - libm::exp(-b[1] * x)),
            x: &[
                77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1,
                689.1, 760.0,
            ],
            y: &[
                10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40,
                75.47, 81.78,
            ],
            bounds: bounds([(1.0, 1e4), (1e-7, 1.0)]),
            starts: [&[500.0, 0.0001], &[250.0, 0.0005]],
            parameters: &[
                (2.389_421_291_8e2, 2.707_007_524_1),
                (5.501_564_318_1e-4, 7.266_868_843_6e-6),
            ],
            squares: 1.245_513_889_4e-1,
        },
        Certified {
            name: "DanWood",
            f: |b, x| b[0] * libm::pow(x, b[1]),
            x: &[1.309, 1.471, 1.490, 1.565, 1.611, 1.680],
            y: &[2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
            bounds: bounds([(0.0, 100.0), (0.0, 20.0)]),
            starts: [&[1.0, 5.0], &[0.7, 4.0]],
            parameters: &[
                (7.688_622_617_6e-1, 1.828_197_386_0e-2),
                (3.860_405_587_1, 5.172_661_091_3e-2),
            ],
            squares: 4.317_308_408_3e-3,
        },
        Certified {
            name: "BoxBOD",
            f: |b, x| b[0] * (1.0 - libm::exp(-b[1] * x)),
            x: &[1.0, 2.0, 3.0, 5.0, 7.0, 10.0],
            y: &[109.0, 149.0, 149.0, 191.0, 213.0, 224.0],
            bounds: bounds([(0.0, 1e4), (0.0, 100.0)]),
            starts: [&[1.0, 1.0], &[100.0, 0.75]],
            parameters: &[
                (2.138_094_088_9e2, 1.235_451_517_6e1),
                (5.472_374_854_2e-1, 1.045_599_323_7e-1),
            ],
            squares: 1.168_008_876_6e3,
        },
        Certified {
            name: "Rat43",
            f: |b, x| b[0] * libm::pow(1.0 + libm::exp(b[1] - b[2] * x), -1.0 / b[3]),
            x: &UP_TO_15,
            y: &[
                16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93,
                699.56, 689.96, 637.56, 717.41,
            ],
            bounds: bounds([(1.0, 1e4), (-50.0, 50.0), (0.0, 20.0), (0.01, 50.0)]),
            starts: [&[100.0, 10.0, 1.0, 1.0], &[700.0, 5.0, 0.75, 1.3]],
            parameters: &[
                (6.996_415_127_0e2, 1.630_229_781_7e1),
                (5.277_125_302_5, 2.082_873_582_9),
                (7.596_293_832_9e-1, 1.956_612_345_1e-1),
                (1.279_248_385_9, 6.876_193_638_5e-1),
            ],
            squares: 8.786_404_908_0e3,
        },
    ]
}

#[test]
fn certified_values_of_nist_from_both_starts() {
    let digits = |found: f64, wanted: f64| -((found - wanted) / wanted).abs().max(1e-16).log10();
    for set in certified() {
        for start in set.starts {
            let mut f = model(set.x, set.f);
            let Ok(found) = least_squares(&mut f, set.y, &set.bounds, &[start.to_vec()]);
            let Fitting::Fitted(fit) = found else { panic!("{} {found:?}", set.name) };
            let squares = digits(fit.sum_of_squares, set.squares);
            assert!(squares > 9.0, "{} {squares} {fit:?}", set.name);
            for (n, &(parameter, error)) in set.parameters.iter().enumerate() {
                let (a, b) =
                    (digits(fit.parameters[n], parameter), digits(fit.standard_errors[n], error));
                assert!(a > 9.0 && b > 8.0, "{} {start:?} {n}: {a} {b}", set.name);
            }
        }
    }
}

/// A straight line: the textbook's formulas, s / sqrt(Sxx) and the like.
#[test]
fn a_line_has_the_errors_of_linear_regression() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.1, 1.9, 3.2, 3.8]);
    let mut f = model(&x, |b, x| b[0] + b[1] * x);
    let bounds = bounds([(-10.0, 10.0), (-10.0, 10.0)]);
    let Ok(found) = least_squares(&mut f, &y, &bounds, &[vec![0.0, 0.0]]);
    let Fitting::Fitted(fit) = found else { panic!("{found:?}") };
    // Sxx 5, Sxy 4.7, mean y 2.5: slope 0.94, intercept 0.15, residual squares 0.082.
    assert!((fit.parameters[1] - 0.94).abs() < 1e-11, "{fit:?}");
    assert!((fit.parameters[0] - 0.15).abs() < 1e-11, "{fit:?}");
    assert!((fit.sum_of_squares - 0.082).abs() < 1e-11, "{fit:?}");
    assert!((fit.standard_errors[1] - (0.041_f64 / 5.0).sqrt()).abs() < 1e-10);
    // -mean x / sqrt(mean of x^2).
    assert!((fit.correlations[[0, 1]] + 2.5 / 7.5_f64.sqrt()).abs() < 1e-9, "{fit:?}");
}

#[test]
fn parameters_that_cannot_be_told_apart_are_named() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0], [2.1, 3.9, 6.2, 7.8, 10.1]);
    let bounds = bounds([(0.1, 10.0), (0.1, 10.0), (-5.0, 5.0)]);
    let starts = [vec![1.0, 1.0, 0.0]];
    let mut f = model(&x, |b, x| b[0] * b[1] * x + b[2]);
    let Ok(found) = least_squares(&mut f, &y, &bounds, &starts);
    let Fitting::NotDistinguishable { parameters, .. } = found else { panic!("{found:?}") };
    assert_eq!(parameters, [0, 1]);
    let mut f = model(&x, |b, x| b[0] * x + b[1]);
    let Ok(found) = least_squares(&mut f, &y, &bounds, &starts);
    let Fitting::NotDistinguishable { parameters, .. } = found else { panic!("{found:?}") };
    assert_eq!(parameters, [2]);
}

#[test]
fn a_fit_beyond_a_bound_and_other_failures_are_refused() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0], [2.1, 3.9, 6.2, 7.8]);
    let bounds = bounds([(0.0, 1.5), (-5.0, 5.0)]);
    let mut f = model(&x, |b, x| b[0] * x + b[1]);
    let Ok(found) = least_squares(&mut f, &y, &bounds, &[vec![1.0, 0.0]]);
    let Fitting::AtBounds { parameters, at } = found else { panic!("{found:?}") };
    // With a slope of 1.5 the intercept is 5 - 1.5 * 2.5.
    assert!(parameters == [0] && at[0] == 1.5 && (at[1] - 1.25).abs() < 1e-9, "{at:?}");
    let Ok(found) = least_squares(&mut f, &y[..2], &bounds, &[vec![1.0, 0.0]]);
    assert_eq!(found, Fitting::TooFewObservations);
    let mut nan = model(&x, |_, _| f64::NAN);
    let Ok(found) = least_squares(&mut nan, &y, &bounds, &[vec![1.0, 0.0]]);
    assert_eq!(found, Fitting::Undefined);
    // The best weight of the decay is below its bound.
    let mut f = model(&x, |b, x| b[0] + b[1] * libm::exp(-x));
    let Ok(found) = least_squares(&mut f, &y, &bounds, &[vec![1.0, 0.0]]);
    assert!(matches!(found, Fitting::AtBounds { .. }), "{found:?}");
}

/// Two valleys: the better one is found if a start lies in it.
#[test]
fn several_starts_find_the_better_valley() {
    let x: Vec<f64> = (0..20).map(|n| f64::from(n) / 4.0).collect();
    let y: Vec<f64> = x.iter().map(|x| libm::sin(3.0 * x)).collect();
    let mut f = model(&x, |b, x| libm::sin(b[0] * x));
    let bounds = bounds([(0.1, 8.0)]);
    let starts = [vec![7.0], vec![3.2]];
    let Ok(found) = least_squares(&mut f, &y, &bounds, &starts);
    let Fitting::Fitted(fit) = found else { panic!("{found:?}") };
    assert!((fit.parameters[0] - 3.0).abs() < 1e-9, "{fit:?}");
}
