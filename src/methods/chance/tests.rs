//! Tests of `chance` against closed forms and published numbers.

use super::super::tests::each;
use super::*;
use crate::engine::numbers::kernels::inverse_normal;
use crate::engine::numbers::random::Stream;

const DRAWS: usize = 20_000;

/// Returns one standard normal number for each draw, at the middles of equally probable intervals.
fn even() -> Vec<f64> {
    (0..DRAWS).map(|draw| inverse_normal((draw as f64 + 0.5) / DRAWS as f64)).collect()
}

fn found(outcome: Result<ChanceSearch, std::convert::Infallible>) -> Chance {
    let Ok(ChanceSearch::Found(found)) = outcome else { panic!("{outcome:?}") };
    found
}

/// y = x + Z: P(y >= 0) >= 90% from x = 1.2815516 on.
#[test]
fn a_normal_number_and_a_shift() {
    let even = even();
    let mut f = each(|x| x[0] + even[x[1] as usize]);
    let above = found(chance(&mut f, Bounds::new(-5.0, 5.0), DRAWS, 0.9));
    // The middles of the parts are off by half a part: 2.5e-5 / 0.1755.
    assert!((above.at - 1.281_551_565_545).abs() < 2e-4, "{above:?}");
    assert_eq!((above.side, above.share), (ThresholdSide::Above, 0.9));
    let (low, high) = above.interval;
    // 1.96 sqrt(0.9 * 0.1 / n) / density = 0.0237.
    assert!((above.at - low.expect("low") - 0.0237).abs() < 1e-3, "{above:?}");
    assert!((high.expect("high") - above.at - 0.0237).abs() < 1e-3, "{above:?}");
    // Mirrored, and steep and curved: (-x)^3 + Z, down to minus the cube root.
    let mut f = each(|x| even[x[1] as usize] - x[0] * x[0] * x[0]);
    let below = found(chance(&mut f, Bounds::new(-5.0, 5.0), DRAWS, 0.9));
    assert!((below.at + libm::cbrt(1.281_551_565_545)).abs() < 2e-4, "{below:?}");
    assert!(below.side == ThresholdSide::Below && below.interval.0 < Some(below.at));
}

/// The interval holds the value in 95% of samples: 380 of 400 but for chance, whose standard
/// deviation is 4.4.
#[test]
fn the_interval_covers_as_often_as_it_says() {
    let (mut inside, draws) = (0, 200);
    for seed in 0..400 {
        let stream = Stream::new(seed, 1, 1);
        let normal = |draw| inverse_normal(stream.uniform(draw));
        let normals: Vec<f64> = (0..draws as u64).map(normal).collect();
        let mut f = each(|x| x[0] + normals[x[1] as usize]);
        let found = found(chance(&mut f, Bounds::new(-5.0, 5.0), draws, 0.9));
        let (low, high) = (found.interval.0.expect("low"), found.interval.1.expect("high"));
        inside += usize::from((low..=high).contains(&1.281_551_565_545));
    }
    // Ranks are whole numbers, so that the interval is a little wide.
    assert!((364..=396).contains(&inside), "{inside}");
}

#[test]
fn jumps_have_a_threshold_where_the_condition_holds() {
    let mut f = each(|x| if x[0] >= x[1] { 1.0 } else { -1.0 });
    let found = found(chance(&mut f, Bounds::new(-0.5, 20.0), 10, 0.9));
    assert!(found.at >= 8.0 && found.at < 8.0 + 1e-13, "{found:?}");
    assert_eq!((found.share, found.interval.1), (0.9, None));
}

#[test]
fn what_cannot_be_is_said() {
    let bounds = Bounds::new(0.0, 1.0);
    let run = |f: fn(&[f64]) -> f64, p| {
        let Ok(found) = chance(&mut each(f), bounds, 10, p);
        found
    };
    // Draw n holds from n / 5 on: six of ten draws at 1.
    let steps = |x: &[f64]| x[0] - x[1] / 5.0;
    assert_eq!(run(steps, 0.9), ChanceSearch::Nowhere { best: 1.0, share: 0.6 });
    assert_eq!(run(steps, 0.1), ChanceSearch::Everywhere { share: 0.1 });
    assert!(matches!(run(steps, 0.6), ChanceSearch::Found(Chance { at: 1.0, .. })));
    let bent = |x: &[f64]| (x[0] - 0.5) * (x[0] - 0.5) - 0.1;
    assert_eq!(run(bent, 0.5), ChanceSearch::NotMonotone { draw: 0 });
    let crossed = |x: &[f64]| if x[1] < 3.0 { x[0] } else { -x[0] };
    assert_eq!(run(crossed, 0.5), ChanceSearch::NotMonotone { draw: 3 });
    assert_eq!(
        run(|x| if x[1] == 7.0 { f64::NAN } else { 1.0 }, 0.5),
        ChanceSearch::Undefined { draw: 7 }
    );
}
