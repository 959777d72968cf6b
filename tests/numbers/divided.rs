//! `compare` beyond few levers and by the elements of a set: parts against closed forms, and against each other.

use std::fmt::Write as _;

use mizan::analysis::{answer, answer_with};
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::model::Model;
use mizan::report::json;
use mizan::results::{Answer, Comparison, Difference, Report};
use mizan::session::load;

fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{script}\n{:?}", program.diagnostics))
}

fn comparisons(report: &Report) -> Vec<Comparison> {
    let all = report.answers.iter().filter_map(|answer| match answer {
        Answer::Compare { comparisons, .. } => Some(comparisons.clone()),
        _ => None,
    });
    all.flatten().collect()
}

fn compared(script: &str) -> Vec<Comparison> {
    let report = answer(&model(script)).unwrap_or_else(|problem| panic!("{script}\n{problem:?}"));
    comparisons(&report)
}

/// A comparison without `for` is about every scenario but the one that it compares with.
#[test]
fn a_comparison_without_for_is_about_all_scenarios() {
    const SCRIPT: &str = "years 2024..2025\nparam g = 1\nvar x = g * 2\n\
        scenario fast { g = 3 }\nscenario slow { g = 0.5 }\n";
    let found = |ask: &str| {
        let one = compared(&format!("{SCRIPT}{ask}\n")).remove(0);
        let others = one.scenarios.iter().map(|other| (other.scenario.clone(), other.difference));
        others.collect::<Vec<_>>()
    };
    assert_eq!(found("compare x"), [("fast".to_owned(), 4.0), ("slow".to_owned(), -1.0)]);
    assert_eq!(
        found("compare x to slow"),
        [("baseline".to_owned(), 1.0), ("fast".to_owned(), 5.0)]
    );
}

/// The parts add up to the difference, or with draws to its mean.
fn assert_sum(other: &Difference) {
    let whole = other.spread.as_ref().map_or(other.difference, |spread| spread.mean);
    let sum: f64 = other.parts.iter().map(|part| part.value).sum();
    assert!((sum - whole).abs() <= 1e-9 * (1.0 + whole.abs()), "{sum} {whole} {other:?}");
}

/// Levers a0, a1, ... that a scenario raises from 1 to 1 + 0.02 (n + 1); a sum and a product of all.
fn many(levers: usize, ask: &str) -> String {
    let numbers = || 0..levers;
    let list =
        |term: &dyn Fn(usize) -> String, by: &str| numbers().map(term).collect::<Vec<_>>().join(by);
    let mut script = "years 2024..2025\n".to_owned();
    for n in numbers() {
        let _ = writeln!(script, "param a{n} = 1");
    }
    let sum = list(&|n| format!("{} * a{n}", n + 1), " + ");
    let product = list(&|n| format!("a{n}"), " * ");
    let changes = list(&|n| format!("a{n} = {}", 1.0 + 0.02 * (n + 1) as f64), "\n");
    let _ =
        writeln!(script, "var add = {sum}\nvar mul = {product}\nscenario many {{\n{changes}\n}}");
    script + ask
}

#[test]
fn sampled_parts_of_a_sum_have_no_error() {
    let found = compared(&many(30, "compare add for many by lever\n"));
    let other = &found[0].scenarios[0];
    assert_eq!(other.orders, Some(2 * (4_096 / (2 * 29))));
    assert_sum(other);
    for (n, part) in other.parts.iter().enumerate() {
        let wanted = 0.02 * (n + 1) as f64 * (n + 1) as f64;
        assert!((part.value - wanted).abs() < 1e-9, "{part:?} {wanted}");
        assert!(part.standard_error.is_some_and(|error| error < 1e-9), "{part:?}");
    }
}

/// A product of factors x has the multilinear extension Π (1 + t (x_j - 1)), and the part of lever i is the
/// integral of its derivative over t (G. Owen, 1972); by Simpson's rule on a fine grid here.
#[test]
fn sampled_parts_of_a_product_are_near_its_closed_form() {
    let found = compared(&many(20, "compare mul for many by lever\n"));
    let other = &found[0].scenarios[0];
    assert_sum(other);
    let gain = |n: usize| 0.02 * (n + 1) as f64;
    for (own, part) in other.parts.iter().enumerate() {
        let at = |t: f64| {
            let others = (0..20).filter(|&n| n != own).map(|n| 1.0 + t * gain(n));
            gain(own) * others.product::<f64>()
        };
        let steps = 2_000;
        let weight = |k: usize| match k {
            0 | 2_000 => 1.0,
            k if k % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let sum: f64 = (0..=steps).map(|k| weight(k) * at(k as f64 / steps as f64)).sum();
        let wanted = sum / (3.0 * steps as f64);
        let error = part.standard_error.expect("an estimate");
        assert!((part.value - wanted).abs() < 4.5 * error, "{part:?} {wanted}");
        assert!(error < 0.1 * wanted, "{part:?}");
    }
}

/// The same difference with two changes in one `together` block, so that the parts are exact.
#[test]
fn sampled_parts_are_near_exact_ones() {
    let sampled = compared(&many(13, "compare mul for many by lever\n"));
    let exact = many(13, "compare mul for many by lever\n")
        .replace("a11 = 1.24\na12 = 1.26", "together { a11 = 1.24\na12 = 1.26 }");
    let exact = compared(&exact);
    let (sampled, exact) = (&sampled[0].scenarios[0], &exact[0].scenarios[0]);
    assert_eq!((sampled.orders.is_some(), exact.orders, exact.parts.len()), (true, None, 12));
    for (one, other) in sampled.parts.iter().zip(&exact.parts).take(11) {
        // A pair as one player changes the values of the others a little.
        let error = one.standard_error.expect("an estimate");
        assert!((one.value - other.value).abs() < 4.5 * error + 0.01 * other.value, "{one:?}");
    }
}

#[test]
fn sampled_parts_have_the_same_bits_with_any_number_of_threads() {
    let model = model(&many(16, "compare mul, add for many by lever\n"));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| json(&answer(&model).expect("answers")))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn sampled_parts_of_draws_add_up_to_the_mean() {
    let script = many(14, "var y = mul * luck\ncompare y for many by lever\n")
        .replace("param a0 ", "param luck = normal(1, 0.1)\nparam a0 ");
    let simulation = Simulation { draws: 500, seed: 3, method: Method::Plain };
    let drawn = answer_with(&model(&script), Some(&simulation), &|_| {}).expect("answers");
    let found = comparisons(&drawn);
    let other = &found[0].scenarios[0];
    assert_sum(other);
    let whole = other.spread.as_ref().expect("draws");
    for part in &other.parts {
        let spread = part.spread.as_ref().expect("draws");
        assert!((spread.mean - part.value).abs() < 1e-9);
        // Every part is proportional to the luck, as the difference is.
        let (one, all) = (spread.quantiles[4] / spread.mean, whole.quantiles[4] / whole.mean);
        assert!((one - all).abs() < 1e-9, "{one} {all}");
    }
}

const TRADE: &str = "years 2024..2026\nset partner = East, West\nset sector = cars, food, fuel\n\
    set goods = sector without fuel\n\
    param price[sector] = { cars: 2, else: 1 }\nparam bought[partner, sector] = 10\nparam rate = 3\n\
    param fees = 7\n\
    var sales[partner, sector]\nsales[p, s] = bought[p, s] * price[s]\n\
    var total_of[partner]\ntotal_of[p] = sum(s in sector: sales[p, s])\n\
    var account = rate * (total_of[East] - 0.5 * total_of[West]) + fees\n\
    var stock\nstock[first] = 0\nstock = stock[t-1] + account\n\
    scenario d { price[cars] = 5\nbought[West, food] = 30\nrate = 4\nfees = 9 }\n";

/// By hand: `account` is rate * (East - West / 2) + fees. Cars: 3 * (20 - 10) = 30 before, 4 * (50 - 25) = 100
/// now. Food: 3 * (10 - 5) = 15 before, 4 * (10 - 15) = -20 now. Fuel: 15 and 20. Fees: 7 and 9.
#[test]
fn a_difference_is_divided_by_sector_through_equations() {
    let parts = |ask: &str| -> Vec<(String, f64)> {
        let found = compared(&format!("{TRADE}{ask}\n"));
        assert_sum(&found[0].scenarios[0]);
        let parts = found[0].scenarios[0].parts.iter();
        parts.map(|part| (part.lever.clone(), part.value)).collect()
    };
    let named = |parts: &[(&str, f64)]| -> Vec<(String, f64)> {
        parts.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    };
    assert_eq!(
        parts("compare account for d by sector"),
        named(&[("cars", 70.0), ("food", -35.0), ("fuel", 5.0), ("not by sector", 2.0)])
    );
    assert_eq!(
        parts("compare account for d by goods"),
        named(&[("cars", 70.0), ("food", -35.0), ("not by goods", 7.0)])
    );
    // East 3 * 40 and 4 * 70; West -1.5 * 40 and -2 * 90.
    assert_eq!(
        parts("compare account for d by partner"),
        named(&[("East", 160.0), ("West", -120.0), ("not by partner", 2.0)])
    );
    // A stock of two years' accounts.
    assert_eq!(
        parts("compare stock for d by sector in 2026"),
        named(&[("cars", 140.0), ("food", -70.0), ("fuel", 10.0), ("not by sector", 4.0)])
    );
    assert_eq!(
        parts("compare sum(sales[East, *]) for d by sector"),
        named(&[("cars", 30.0), ("food", 0.0), ("fuel", 0.0)])
    );
}

#[test]
fn draws_are_divided_by_sector() {
    let script = format!("{TRADE}compare account for d by sector\n")
        .replace("param fees = 7", "param fees = 7\nparam luck = discrete(0: 50%, 2: 50%)")
        .replace("bought[p, s] * price[s]", "bought[p, s] * price[s] * luck");
    let simulation = Simulation { draws: 1_000, seed: 3, method: Method::Plain };
    let drawn = answer_with(&model(&script), Some(&simulation), &|_| {}).expect("answers");
    let found = comparisons(&drawn);
    let other = &found[0].scenarios[0];
    assert_sum(other);
    let mean = (other.spread.as_ref().expect("draws").mean - 2.0) / 40.0;
    for (part, wanted) in other.parts.iter().zip([70.0, -35.0, 5.0]) {
        assert!((part.value - wanted * mean).abs() < 1e-9, "{part:?}");
        let quantiles = &part.spread.as_ref().expect("draws").quantiles;
        let ends = [0.0, 2.0 * wanted];
        let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        assert!((quantiles[0] - low).abs() < 1e-9 && (quantiles[4] - high).abs() < 1e-9);
    }
}

#[test]
fn a_value_that_is_no_sum_over_the_set_is_refused() {
    let refused = |ask: &str| {
        let program = load("test.mizan", &format!("{TRADE}{ask}\n"));
        let problem = match program.model {
            Some(model) => answer(&model).expect_err("a refusal"),
            None => program.diagnostics[0].clone(),
        };
        problem.message
    };
    for (ask, wanted) in [
        ("compare fees for d by sector", "`fees` is not a sum over the elements of `sector`"),
        (
            "compare account ^ 2 for d by sector",
            "`account ^ 2` is not a sum over the elements of `sector`",
        ),
        ("compare account for d by secter", "`by` takes `lever` or a set; `secter` is neither"),
        (
            "compare sales[East, *] for d by sector",
            "`by sector` divides a total; `sales[East, *]` has a value for each element",
        ),
    ] {
        assert_eq!(refused(ask), wanted);
    }
}
