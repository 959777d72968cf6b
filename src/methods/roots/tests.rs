//! Tests of `roots` against closed forms and published numbers.

use std::f64::consts::PI;

use super::super::tests::each;
use super::*;

fn find(f: impl Fn(f64) -> f64, low: f64, high: f64) -> Roots {
    let Ok(found) = roots(&mut each(|x| f(x[0])), Bounds::new(low, high));
    found
}

fn near(found: &Roots, wanted: &[f64]) {
    assert_eq!(found.roots.len(), wanted.len(), "{found:?}");
    for (root, wanted) in found.roots.iter().zip(wanted) {
        let off = (root.at - wanted).abs();
        assert!(off <= 1e-12 * wanted.abs().max(1e-9), "{root:?} for {wanted}");
    }
}

#[test]
fn crossings_in_closed_form() {
    near(&find(|x| x * x - 4.0, 0.0, 10.0), &[2.0]);
    near(&find(|x| x * x - 4.0, -7.0, 10.0), &[-2.0, 2.0]);
    near(&find(|x| libm::exp(x) - 10.0, 0.0, 5.0), &[10_f64.ln()]);
    near(&find(libm::sin, 1.0, 20.0), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|n| n * PI));
    // Dottie's number.
    near(&find(|x| libm::cos(x) - x, -3.0, 3.3), &[0.739_085_133_215_160_6]);
    // Wilkinson's polynomial of degree 5, and a root of size 1e-9 in wide bounds.
    let product = |x: f64| (1..6).map(|n| x - f64::from(n)).product();
    near(&find(product, 0.3, 5.9), &[1.0, 2.0, 3.0, 4.0, 5.0]);
    near(&find(|x| x - 1e-9, -1.0, 2.0), &[1e-9]);
    // Flat at its root of order 9: no method sees it better than the function's own rounding.
    near(&find(|x| (0..9).fold(1.0, |p, _| p * (x - 0.7)), 0.0, 1.0), &[0.7]);
}

#[test]
fn crossings_at_the_ends_and_between_grid_values() {
    near(&find(|x| x - 3.0, 3.0, 7.0), &[3.0]);
    near(&find(|x| x - 7.0, 3.0, 7.0), &[7.0]);
    // Two roots within one cell of the grid, which a dip betrays.
    near(&find(|x| (x - 0.51) * (x - 0.52), 0.0, 1.0), &[0.51, 0.52]);
}

#[test]
fn touching_roots() {
    for (at, low, high) in [(0.0, -1.0, 2.7), (0.0, -1.0, 1.0), (1.25, -3.0, 1.9)] {
        let found = find(|x| (x - at) * (x - at), low, high);
        assert_eq!(found.roots.len(), 1, "{found:?}");
        assert_eq!(found.roots[0].kind, RootKind::Touching);
        assert!((found.roots[0].at - at).abs() < 1e-12, "{found:?}");
    }
    // At the end of the bounds, and with a value that is rounded.
    let found = find(|x| (x - 2.0) * (x - 2.0), 2.0, 3.0);
    assert_eq!(found.roots[0].at, 2.0);
    let found = find(|x| 1.0 - libm::sin(x), 0.0, 5.0);
    assert!((found.roots[0].at - PI / 2.0).abs() < 3e-8, "{found:?}");
}

#[test]
fn without_a_root_the_closest_value_is_known() {
    let found = find(|x| (x - 1.3) * (x - 1.3) + 0.25, -4.0, 9.0);
    assert!(found.roots.is_empty());
    let (at, value) = found.closest.expect("a value");
    assert!((at - 1.3).abs() < 1e-7 && (value - 0.25).abs() < 1e-14, "{at} {value}");
    // The closest is at an end.
    assert_eq!(find(|x| 1.0 + x, 0.0, 9.0).closest, Some((0.0, 1.0)));
}

#[test]
fn jumps_and_poles_are_no_crossings() {
    let found = find(|x| if x < 0.3 { -2.0 } else { 5.0 }, 0.0, 1.0);
    assert_eq!(found.roots.len(), 1);
    assert_eq!(found.roots[0].kind, RootKind::Jump { before: -2.0, after: 5.0 });
    assert!((found.roots[0].at - 0.3).abs() < 1e-15);
    let found = find(|x| 1.0 / (x - 0.3), 0.0, 1.0);
    assert!(matches!(found.roots[..], [Root { kind: RootKind::Jump { .. }, .. }]), "{found:?}");
    let steep = find(|x| libm::cbrt(x - 0.3), 0.0, 1.0);
    assert_eq!(steep.roots[0].kind, RootKind::Crossing);
}

#[test]
fn a_range_of_zeros_is_one_flat_root() {
    let found = find(|x| (x - 0.2).min(0.0) + (x - 0.7).max(0.0), 0.0, 1.0);
    assert_eq!(found.roots.len(), 1, "{found:?}");
    let RootKind::Flat { to } = found.roots[0].kind else { panic!("{found:?}") };
    assert!((found.roots[0].at - 0.2).abs() < 1e-15 && (to - 0.7).abs() < 1e-15);
    assert_eq!(find(|_| 0.0, 0.0, 1.0).roots[0].kind, RootKind::Flat { to: 1.0 });
}

#[test]
fn values_without_a_result_are_listed() {
    let found = find(|x| if x < 0.0 { f64::NAN } else { x.sqrt() - 1.0 }, -1.0, 3.0);
    near(&found, &[1.0]);
    assert_eq!(found.undefined.len(), 8);
    assert_eq!(find(|_| f64::NAN, 0.0, 1.0).closest, None);
}

#[test]
fn whole_numbers_are_enumerated() {
    let run = |f: fn(f64) -> f64, low, high| {
        let Ok(found) = whole_roots(&mut each(|x| f(x[0])), Bounds::new(low, high));
        found
    };
    let found = run(|x| (x - 2031.0) * (x - 2034.5), 2025.5, 2040.0);
    let places: Vec<f64> = found.roots.iter().map(|root| root.at).collect();
    assert_eq!(places, [2031.0, 2035.0]);
    assert_eq!(found.roots[1].kind, RootKind::Jump { before: -1.5, after: 2.0 });
    assert_eq!(run(|x| x + 0.5, 0.0, 9.0).closest, Some((0.0, 0.5)));
    assert_eq!(run(|x| x - 9000.0, 0.0, 10_000.0).roots[0].at, 9000.0);
}

#[test]
fn an_error_of_the_function_ends_the_search() {
    let mut given_up = |_: ArrayView2<'_, f64>| Err::<Array2<f64>, _>("given up");
    assert_eq!(roots(&mut given_up, Bounds::new(0.0, 1.0)), Err("given up"));
}
