//! `find` and `sweep` against closed forms and published optima.

use mizan::analysis::{answer, answer_with};
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::results::{Answer, FindAnswer, Reason, Report, Search, SweepTable, ValueRange, Verdict};
use mizan::session::load;

fn report(script: &str) -> Report {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn found(report: &Report) -> &FindAnswer {
    let found = report.answers.iter().find_map(|answer| match answer {
        Answer::Find(found) => Some(found),
        _ => None,
    });
    found.expect("an answer to find")
}

/// Returns the only search of a script that ends with a `find`.
fn search(script: &str) -> Search {
    let report = report(script);
    let [only] = found(&report).searches.as_slice() else { panic!("one search") };
    only.clone()
}

fn near(ranges: &[ValueRange], wanted: &[(f64, f64)], error: f64) {
    assert_eq!(ranges.len(), wanted.len(), "{ranges:?}");
    for (range, (from, to)) in ranges.iter().zip(wanted) {
        let close = |a: f64, b: f64| (a - b).abs() <= error;
        assert!(close(range.from, *from) && close(range.to, *to), "{ranges:?} {wanted:?}");
    }
}

const SQUARE: &str = "years 2024..2024\nparam x = 1\nvar y = x ^ 2\n";

#[test]
fn an_equation_has_all_its_roots() {
    let square = |query: &str| search(&format!("{SQUARE}{query}\n"));
    let one = square("find x in 0..10 so that y == 4");
    near(&one.ranges, &[(2.0, 2.0)], 2e-12);
    assert!((one.at[0] - 2.0).abs() <= 2e-12 && one.verdict == Verdict::Found);
    let two = square("find x in -10..10 so that y == 4");
    near(&two.ranges, &[(-2.0, -2.0), (2.0, 2.0)], 2e-12);
    // The root that is nearest to the value now, which is 1.
    assert!((two.at[0] - 2.0).abs() <= 2e-12);
    assert_eq!(two.unknowns[0].now, (1.0, 1.0));
    let turned = square("find x in -10..10 so that 4 - y >= 0, x >= 0.5");
    near(&turned.ranges, &[(0.5, 2.0)], 2e-12);
}

#[test]
fn an_inequality_holds_in_ranges() {
    let square = |query: &str| search(&format!("{SQUARE}{query}\n"));
    let outside = square("find x in -10..10 so that y >= 4");
    near(&outside.ranges, &[(-10.0, -2.0), (2.0, 10.0)], 2e-12);
    assert!(outside.at[0] >= 2.0 && outside.at[0] < 2.0 + 1e-8, "{:?}", outside.at);
    assert_eq!(outside.sides[0].missing, 0.0);
    let everywhere = square("find x in -10..10 so that y >= 0");
    assert_eq!(everywhere.verdict, Verdict::Everywhere);
    assert_eq!(everywhere.at, [1.0]);
    let within = square("find x in 0..10 so that y == 4 within 10%");
    near(&within.ranges, &[(3.6_f64.sqrt(), 4.4_f64.sqrt())], 1e-11);
}

#[test]
fn without_a_value_the_closest_is_named_and_why() {
    let square = |query: &str| search(&format!("{SQUARE}param other = 1\n{query}\nshow other\n"));
    let bound = square("find x in 0..1.5 so that y >= 4");
    assert_eq!((bound.verdict, bound.reason), (Verdict::Nowhere, Some(Reason::AtBound)));
    assert_eq!((bound.at[0], bound.sides[0].left, bound.sides[0].missing), (1.5, 2.25, 1.75));
    let turns = square("find x in -3..4 so that y <= -1");
    assert_eq!((turns.verdict, turns.reason), (Verdict::Nowhere, Some(Reason::Turns)));
    assert!(turns.at[0].abs() < 1e-6 && (turns.sides[0].missing - 1.0).abs() < 1e-12);
    let none = square("find other in 0..1 so that y >= 4");
    assert_eq!((none.verdict, none.reason), (Verdict::NoEffect, None));
    let jumps = search(
        "years 2024..2024\nparam x = 1\nvar y = if x > 3 then 10 else 0\n\
         find x in 0..10 so that y == 5\n",
    );
    assert_eq!((jumps.verdict, jumps.reason), (Verdict::Nowhere, Some(Reason::Jumps)));
    let undefined =
        search("years 2024..2024\nparam x = 4\nvar y = x ^ 0.5\nfind x in 1..9 so that y >= 2.5\n");
    near(&undefined.ranges, &[(6.25, 9.0)], 1e-11);
}

#[test]
fn a_jump_is_found_on_the_side_that_holds() {
    let found = search(
        "years 2024..2024\nparam x = 1\nvar y = if x > 3 then 10 else 0\n\
         find x in 0..10 so that y >= 5\n",
    );
    near(&found.ranges, &[(3.0, 10.0)], 1e-12);
    assert!(found.at[0] > 3.0 && found.at[0] < 3.0 + 1e-4, "{:?}", found.at);
    assert_eq!(found.sides[0].left, 10.0);
}

/// Growth of a cell from a year on: 100 * 1.1^2 * (1 + g)^4 in 2030.
#[test]
fn an_element_and_some_years_of_an_input() {
    let found = search(
        "years 2024..2030\nset s = a, b\nparam g[s] = 10%\nvar x[s]\nx[i, first] = 100\n\
         x[i] = x[i, t-1] * (1 + g[i])\n\
         find g[a, 2027..2030] in 0%..100% so that x[a] in 2030 >= 300\n",
    );
    let growth = (300.0 / 121.0_f64).powf(0.25) - 1.0;
    near(&found.ranges, &[(growth, 1.0)], 1e-12);
    assert!((found.at[0] - growth).abs() < 1e-9);
}

/// The market clears at p = 100 / (1 + a).
#[test]
fn a_solved_block_inside() {
    let found = search(
        "years 2024..2024\nparam a = 1\nvar p start 10\nsolve p so that 100 - p == a * p\n\
         find a in 0..10 so that p == 20\n",
    );
    near(&found.ranges, &[(4.0, 4.0)], 1e-10);
    assert!((found.sides[0].left - 20.0).abs() < 1e-9);
}

/// A scenario that replaces the input: the search's number takes its place.
#[test]
fn in_a_scenario_the_input_is_the_scenarios() {
    let report = report(
        "years 2024..2024\nparam x = 1\nparam k = 1\nvar y = k * x ^ 2\n\
         scenario more { x = 5\n k = 4 }\n\
         find x in 0..10 for baseline, more so that y == 4\n",
    );
    let searches = &found(&report).searches;
    near(&searches[0].ranges, &[(2.0, 2.0)], 2e-12);
    near(&searches[1].ranges, &[(1.0, 1.0)], 2e-12);
    assert_eq!(searches[1].unknowns[0].now, (5.0, 5.0));
    assert_eq!(searches[1].scenario, "more");
}

#[test]
fn years_and_steps_are_tried_one_by_one() {
    let years = search(
        "years 2024..2035\nblock plant { opens: year\n amount: percent }\n\
         var output\noutput = 100\nplant works { opens: 2026\n amount: 10% }\n\
         var stock\nstock[2024] = 0\nstock[t] = stock[t-1] + (if t >= works.opens then 1 else 0)\n\
         find works.opens in 2025..2034 so that stock in 2035 >= 5\n",
    );
    // Open from 2031 to 2035 are five years.
    near(&years.ranges, &[(2025.0, 2031.0)], 0.0);
    assert_eq!((years.at[0], years.unknowns[0].step), (2026.0, Some(1.0)));
    let steps = search(&format!("{SQUARE}find x in 0..10 step 0.3 so that y >= 4, y <= 8\n"));
    near(&steps.ranges, &[(2.1, 2.7)], 1e-12);
    assert!((steps.at[0] - 2.1).abs() < 1e-12);
}

/// W. Hock and K. Schittkowski, "Test Examples for Nonlinear Programming Codes" (1981), problem 71.
#[test]
fn hock_and_schittkowski_71() {
    let best = search(
        "years 2024..2024\nparam x1 = 1\nparam x2 = 5\nparam x3 = 5\nparam x4 = 1\n\
         find x1 in 1..5, x2 in 1..5, x3 in 1..5, x4 in 1..5 \
         to minimise x1 * x4 * (x1 + x2 + x3) + x3 \
         so that x1 * x2 * x3 * x4 >= 25, x1 ^ 2 + x2 ^ 2 + x3 ^ 2 + x4 ^ 2 == 40\n",
    );
    assert_eq!(best.verdict, Verdict::Found);
    assert!((best.goal.expect("a goal") - 17.014_017_3).abs() < 1e-6, "{best:?}");
    for (at, wanted) in best.at.iter().zip([1.0, 4.742_999_7, 3.821_150_0, 1.379_408_3]) {
        assert!((at - wanted).abs() < 1e-5, "{best:?}");
    }
}

/// Problems 21, 24, 35, 36, 44, 63, 65, 66, 100 and 113 of the same collection: start, ranges, goal, conditions
/// and the least value of the goal.
#[test]
fn more_problems_of_hock_and_schittkowski() {
    let least = |starts: &[f64], ranges: &[&str], goal: &str, conditions: &str, wanted: f64| {
        let mut script = "years 2024..2024\n".to_owned();
        for (n, start) in starts.iter().enumerate() {
            script.push_str(&format!("param x{} = {start}\n", n + 1));
        }
        let ranges =
            (0..starts.len()).map(|n| format!("x{} in {}", n + 1, ranges[n % ranges.len()]));
        let ranges = ranges.collect::<Vec<_>>().join(", ");
        script.push_str(&format!("find {ranges} to minimise {goal} so that {conditions}\n"));
        let best = search(&script);
        assert_eq!(best.verdict, Verdict::Found, "{script}");
        let found = best.goal.expect("a goal");
        assert!((found - wanted).abs() < 1e-7 * (1.0 + wanted.abs()), "{found} {wanted}\n{script}");
    };
    least(
        &[2.0, -1.0],
        &["2..50", "-50..50"],
        "0.01 * x1 ^ 2 + x2 ^ 2 - 100",
        "10 * x1 - x2 >= 10",
        -99.96,
    );
    least(
        &[1.0, 0.5],
        &["0..10"],
        "((x1 - 3) ^ 2 - 9) * x2 ^ 3 / (27 * 3 ^ 0.5)",
        "x1 / 3 ^ 0.5 - x2 >= 0, x1 + 3 ^ 0.5 * x2 >= 0, 6 - x1 - 3 ^ 0.5 * x2 >= 0",
        -1.0,
    );
    least(
        &[0.5; 3],
        &["0..10"],
        "9 - 8 * x1 - 6 * x2 - 4 * x3 + 2 * x1 ^ 2 + 2 * x2 ^ 2 + x3 ^ 2 + 2 * x1 * x2 + 2 * x1 * x3",
        "x1 + x2 + 2 * x3 <= 3",
        1.0 / 9.0,
    );
    least(
        &[10.0; 3],
        &["0..20", "0..11", "0..42"],
        "-x1 * x2 * x3",
        "72 - x1 - 2 * x2 - 2 * x3 >= 0",
        -3300.0,
    );
    least(
        &[0.0; 4],
        &["0..10"],
        "x1 - x2 - x3 - x1 * x3 + x1 * x4 + x2 * x3 - x2 * x4",
        "8 - x1 - 2 * x2 >= 0, 12 - 4 * x1 - x2 >= 0, 12 - 3 * x1 - 4 * x2 >= 0, \
         8 - 2 * x3 - x4 >= 0, 8 - x3 - 2 * x4 >= 0, 5 - x3 - x4 >= 0",
        -15.0,
    );
    least(
        &[2.0; 3],
        &["0..10"],
        "1000 - x1 ^ 2 - 2 * x2 ^ 2 - x3 ^ 2 - x1 * x2 - x1 * x3",
        "8 * x1 + 14 * x2 + 7 * x3 == 56, x1 ^ 2 + x2 ^ 2 + x3 ^ 2 == 25",
        961.715_172_1,
    );
    least(
        &[-4.5, 4.5, 0.0],
        &["-4.5..4.5", "-4.5..4.5", "-5..5"],
        "(x1 - x2) ^ 2 + (x1 + x2 - 10) ^ 2 / 9 + (x3 - 5) ^ 2",
        "48 - x1 ^ 2 - x2 ^ 2 - x3 ^ 2 >= 0",
        0.953_528_856_7,
    );
    least(
        &[0.0, 1.05, 2.9],
        &["0..100", "0..100", "0..10"],
        "0.2 * x3 - 0.8 * x1",
        "x2 - exp(x1) >= 0, x3 - exp(x2) >= 0",
        0.518_163_274_1,
    );
    least(
        &[1.0, 2.0, 0.0, 4.0, 0.0, 1.0, 1.0],
        &["-10..10"],
        "(x1 - 10) ^ 2 + 5 * (x2 - 12) ^ 2 + x3 ^ 4 + 3 * (x4 - 11) ^ 2 + 10 * x5 ^ 6 + 7 * x6 ^ 2 \
         + x7 ^ 4 - 4 * x6 * x7 - 10 * x6 - 8 * x7",
        "127 - 2 * x1 ^ 2 - 3 * x2 ^ 4 - x3 - 4 * x4 ^ 2 - 5 * x5 >= 0, \
         282 - 7 * x1 - 3 * x2 - 10 * x3 ^ 2 - x4 + x5 >= 0, \
         196 - 23 * x1 - x2 ^ 2 - 6 * x6 ^ 2 + 8 * x7 >= 0, \
         -4 * x1 ^ 2 - x2 ^ 2 + 3 * x1 * x2 - 2 * x3 ^ 2 - 5 * x6 + 11 * x7 >= 0",
        680.630_057_3,
    );
    least(
        &[2.0, 3.0, 5.0, 5.0, 1.0, 2.0, 7.0, 3.0, 6.0, 10.0],
        &["-10..20"],
        "x1 ^ 2 + x2 ^ 2 + x1 * x2 - 14 * x1 - 16 * x2 + (x3 - 10) ^ 2 + 4 * (x4 - 5) ^ 2 + (x5 - 3) ^ 2 \
         + 2 * (x6 - 1) ^ 2 + 5 * x7 ^ 2 + 7 * (x8 - 11) ^ 2 + 2 * (x9 - 10) ^ 2 + (x10 - 7) ^ 2 + 45",
        "105 - 4 * x1 - 5 * x2 + 3 * x7 - 9 * x8 >= 0, -10 * x1 + 8 * x2 + 17 * x7 - 2 * x8 >= 0, \
         8 * x1 - 2 * x2 - 5 * x9 + 2 * x10 + 12 >= 0, \
         -3 * (x1 - 2) ^ 2 - 4 * (x2 - 3) ^ 2 - 2 * x3 ^ 2 + 7 * x4 + 120 >= 0, \
         -5 * x1 ^ 2 - 8 * x2 - (x3 - 6) ^ 2 + 2 * x4 + 40 >= 0, \
         -0.5 * (x1 - 8) ^ 2 - 2 * (x2 - 4) ^ 2 - 3 * x5 ^ 2 + x6 + 30 >= 0, \
         -x1 ^ 2 - 2 * (x2 - 2) ^ 2 + 2 * x1 * x2 - 14 * x5 + 6 * x6 >= 0, \
         3 * x1 - 6 * x2 - 12 * (x9 - 8) ^ 2 + 7 * x10 >= 0",
        24.306_209_1,
    );
}

/// The maximum of 3a + 2b with a + b <= 4 and a <= 2.5, in halves, is at 2.5 and 1.5.
#[test]
fn steps_with_a_goal_are_enumerated() {
    let best = search(
        "years 2024..2024\nparam a = 0\nparam b = 0\n\
         find a in 0..5 step 0.5, b in 0..5 step 0.5 to maximise 3 * a + 2 * b \
         so that a + b <= 4, a <= 2.5\n",
    );
    assert_eq!((best.at.as_slice(), best.goal), (&[2.5, 1.5][..], Some(10.5)));
    let none = search(
        "years 2024..2024\nparam a = 0\nparam b = 0\n\
         find a in 0..5 step 1, b in 0..5 step 1 to minimise a + b so that a * b >= 100\n",
    );
    assert_eq!((none.verdict, none.at.as_slice()), (Verdict::Nowhere, &[5.0, 5.0][..]));
}

const SHIFTED: &str = "years 2024..2024\nparam x = 0\nparam z = normal(0, 1)\nvar y = x + z\n";

fn drawn(script: &str, simulation: Simulation) -> Search {
    let model = load("test.mizan", script).model.expect("a model");
    let report = answer_with(&model, Some(&simulation), &|_| {}).expect("answers");
    found(&report).searches[0].clone()
}

/// P(x + Z >= 0) >= 90% from x = 1.2815516 on, the quantile of the normal distribution.
#[test]
fn a_probability() {
    let script = format!("{SHIFTED}find x in -5..5 so that probability(y >= 0) >= 90%\n");
    let simulation = Simulation { draws: 65_536, seed: 1, method: Method::Sobol };
    let sobol = drawn(&script, simulation);
    assert!((sobol.at[0] - 1.281_551_565_5).abs() < 2e-4, "{:?}", sobol.at);
    near(&sobol.ranges, &[(1.281_551_565_5, 5.0)], 2e-4);
    assert!(sobol.sides[0].left >= 0.9 && sobol.sides[0].left < 0.900_1, "{:?}", sobol.sides);
    // Plain draws: the interval covers the quantile.
    let plain = search(&script);
    let [low, high] = plain.interval.expect("an interval");
    let (low, high) = (low.expect("low"), high.expect("high"));
    assert!(low < 1.281_551_565_5 && 1.281_551_565_5 < high && high - low < 0.08);
    assert_eq!(plain.draws, Some(10_000));
    // At most 10% is the same from the other side.
    let other = format!("{SHIFTED}find x in -5..5 so that probability(y < 0) <= 10%\n");
    assert!((drawn(&other, simulation).at[0] - sobol.at[0]).abs() < 1e-9);
    let never = search(&format!("{SHIFTED}find x in -5..0 so that probability(y >= 0) >= 90%\n"));
    assert_eq!((never.verdict, never.at[0]), (Verdict::Nowhere, 0.0));
}

/// P(-2 <= x + Z <= 2) >= 95% from -a to a, where F(2 - a) - F(-2 - a) = 0.95 has the root a = 0.2038.
#[test]
fn a_probability_that_rises_and_falls() {
    let script =
        format!("{SHIFTED}find x in -1..1 so that probability(y >= -2 and y <= 2) >= 95%\n");
    let simulation = Simulation { draws: 65_536, seed: 1, method: Method::Sobol };
    let found = drawn(&script, simulation);
    let [range] = found.ranges.as_slice() else { panic!("{found:?}") };
    assert!((range.from + range.to).abs() < 0.02, "{range:?}");
    assert!((range.to - 0.2038).abs() < 0.01, "{range:?}");
}

fn tables(report: &Report) -> &[SweepTable] {
    let found = report.answers.iter().find_map(|answer| match answer {
        Answer::Sweep { tables, .. } => Some(tables),
        _ => None,
    });
    found.expect("an answer to sweep")
}

#[test]
fn a_sweep_is_a_run_for_each_value() {
    let swept = report(&format!("{SQUARE}sweep x over 0..2 step 0.5 show y, 10 / x\n"));
    let tables = tables(&swept);
    let squares: Vec<Option<f64>> = vec![Some(0.0), Some(0.25), Some(1.0), Some(2.25), Some(4.0)];
    assert_eq!(tables[0].values, squares);
    assert_eq!(tables[1].values[4], Some(5.0));
    let Answer::Sweep { axes, .. } = &swept.answers[0] else { panic!("a sweep") };
    assert_eq!(axes[0].values, [0.0, 0.5, 1.0, 1.5, 2.0]);
}

#[test]
fn a_sweep_over_two_inputs_is_a_map() {
    let swept = report(
        "years 2024..2026\nset s = a, b\nparam g = 10%\nparam k[s] = 1\nvar x[s]\nx[i, first] = k[i]\n\
         x[i] = x[i, t-1] * (1 + g)\nscenario twice { k = 2 }\n\
         sweep g over 0%..100% step 50%, k[a] over 1..3 step 2 show x[*] for all\n",
    );
    let tables = tables(&swept);
    assert_eq!(tables.len(), 4);
    let a = &tables[0];
    assert_eq!((a.elements[0].as_str(), a.scenario.as_str(), a.year), ("a", "baseline", 2026));
    let wanted = [1.0, 3.0, 2.25, 6.75, 4.0, 12.0];
    for (value, wanted) in a.values.iter().zip(wanted) {
        assert!((value.expect("a value") - wanted).abs() < 1e-12, "{a:?}");
    }
    // The scenario's own number is replaced in `a`, not in `b`.
    let of = |element: &str, scenario: &str| {
        let is = |table: &&SweepTable| table.elements[0] == element && table.scenario == scenario;
        tables.iter().find(is).expect("a table").values[0]
    };
    assert_eq!(
        (of("a", "twice"), of("b", "twice"), of("b", "baseline")),
        (Some(1.0), Some(2.0), Some(1.0))
    );
}

/// P(x + Z >= 0) is the normal distribution function of x.
#[test]
fn a_probability_over_an_input() {
    let program = load(
        "test.mizan",
        &format!("{SHIFTED}sweep x over -1..1 step 1 show probability(y >= 0), y\n"),
    );
    let model = program.model.expect("a model");
    let simulation = Simulation { draws: 16_384, seed: 1, method: Method::Sobol };
    let report = answer_with(&model, Some(&simulation), &|_| {}).expect("answers");
    let tables = tables(&report);
    for (value, wanted) in tables[0].values.iter().zip([0.158_655_3, 0.5, 0.841_344_7]) {
        assert!((value.expect("a value") - wanted).abs() < 1e-3, "{tables:?}");
    }
    assert_eq!((tables[0].draws, tables[1].draws), (Some(16_384), None));
    assert_eq!(tables[1].values, [Some(-1.0), Some(0.0), Some(1.0)]);
}

/// Interval arithmetic knows that x (2 - x), at most 1, does not reach 1.1, and that a product of rising factors
/// does not; a maximum between the values tried would otherwise be missed.
#[test]
fn no_value_is_proved() {
    let found = search(
        "years 2024..2024\nparam x = 1\nvar y = x * (2 - x)\nfind x in 0..3 so that y >= 1.1\n",
    );
    assert!(found.verdict == Verdict::Nowhere && found.proved, "{found:?}");
    let found = search(
        "years 2024..2030\nparam g: percent = 5%\nvar y\ny[first] = 100\ny[t] = y[t-1] * (1 + g)\n\
         find g in 0%..10% so that y in 2030 >= 180\n",
    );
    // 100 * 1.1^6 = 177.2
    assert!(found.verdict == Verdict::Nowhere && found.proved, "{found:?}");
    // A narrow peak that reaches the target between the 33 values tried: no root is seen, and nothing proved.
    let found = search(
        "years 2024..2024\nparam x = 0\nvar y = 1 - 1000 * abs(x - 0.5123456)\n\
         find x in 0..1 so that y >= 0.999\n",
    );
    assert!(!(found.verdict == Verdict::Nowhere && found.proved), "{found:?}");
}
