//! Simulation: statistics against closed forms, draws against runs of one draw, and the same bits
//! for any number of threads.

use mizan::analysis::{answer, answer_with};
use mizan::diagnostic::Diagnostic;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::{Recording, Simulation, Statistics};
use mizan::engine::{ask, run, run_drawn};
use mizan::model::{Ask, Model};
use mizan::results::{Answer, Report, Spread};
use mizan::session::load;

pub(crate) fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics))
}

pub(crate) const PLAIN: Simulation = Simulation { draws: 20_000, seed: 7, method: Method::Plain };

pub(crate) fn simulate(script: &str, simulation: &Simulation) -> Result<Report, Diagnostic> {
    answer_with(&model(script), Some(simulation), &|_| {})
}

/// The spread of the first query's only series in its last year.
pub(crate) fn spread(script: &str) -> Spread {
    let report = simulate(script, &PLAIN).unwrap_or_else(|problem| panic!("{problem:#?}"));
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    panels[0].series[0].spread.last().cloned().flatten().expect("a spread")
}

pub(crate) fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack, "{found} for {wanted}");
}

const HEAD: &str = "years 2024..2027\nset s = a, b, c, d\n";

#[test]
fn a_normal_parameter_has_its_moments_and_quantiles() {
    let found = spread(&format!("{HEAD}param x = normal(10, 2)\nshow x\n"));
    near(found.mean, 10.0, 5.0 * found.error);
    near(found.sd, 2.0, 0.05);
    near(found.error, 2.0 / 20_000_f64.sqrt(), 0.001);
    for (quantile, z) in
        found.quantiles.iter().zip([-1.644_854, -0.674_490, 0.0, 0.674_490, 1.644_854])
    {
        near(*quantile, 10.0 + 2.0 * z, 0.08);
    }
}

#[test]
fn what_is_one_quantity_is_drawn_once() {
    let zero = spread(&format!(
        "{HEAD}param x = normal(10, 2)\nvar y\ny = x - x[t-1]\ny[first] = 0\nshow y\n"
    ));
    assert_eq!((zero.mean, zero.sd), (0.0, 0.0));
    // Four elements have four draws: the variance of the sum is four times as large.
    let sum = spread(&format!("{HEAD}param x[s] = normal(10, 2)\nshow sum(x[*])\n"));
    near(sum.sd, 4.0, 0.1);
    // A value that is written once for a lever is one quantity in all elements.
    let kind = "total y[s]\nblock k on i: s { r: number\n y[i] += r }\n";
    let lever = spread(&format!("{HEAD}{kind}k one {{ r: normal(10, 2) }}\nshow sum(y[*])\n"));
    near(lever.sd, 8.0, 0.2);
    let rows = "k one {\n | s | r |\n | a | normal(10, 2) |\n | b | normal(10, 2) |\n | c | normal(10, 2) |\n | d | normal(10, 2) |\n}\n";
    near(spread(&format!("{HEAD}{kind}{rows}show sum(y[*])\n")).sd, 4.0, 0.1);
    // A random walk: a new draw each year.
    let walk =
        spread(&format!("{HEAD}var x\nx[first] = 0\nx = x[t-1] + normal(0, 1) per year\nshow x\n"));
    near(walk.sd, 3.0_f64.sqrt(), 0.05);
}

#[test]
fn correlations_are_those_asked_for() {
    let script = |rank: &str| {
        format!(
            "{HEAD}param x[s] = normal(0, 1)\nparam y[s] = normal(0, 1)\n{rank}show x[a] + y[a]\n"
        )
    };
    near(spread(&script("")).sd, 2.0_f64.sqrt(), 0.03);
    // The variance of the sum is 2 (1 + rho), rho = 2 sin(pi / 6 * rank).
    let rho = 2.0 * (std::f64::consts::PI / 6.0 * 0.6).sin();
    let joint = spread(&script("correlate x[*], y[*] = 0.6\n")).sd;
    near(joint, (2.0 * (1.0 + rho)).sqrt(), 0.03);
    let broken =
        "correlate x[a], x[b] = 0.9\ncorrelate x[b], x[c] = 0.9\ncorrelate x[a], x[c] = -0.9\n";
    let problem = simulate(&script(broken), &PLAIN).expect_err("cannot hold");
    assert_eq!(problem.code.name(), "correlate");
}

#[test]
fn truncation_discrete_and_empirical_quantities() {
    let cut = spread(&format!("{HEAD}param x = normal(0, 1, min: 0)\nshow x\n"));
    near(cut.mean, (2.0 / std::f64::consts::PI).sqrt(), 0.02);
    let coin = spread(&format!("{HEAD}param x = discrete(1: 25%, 5: 75%)\nshow x\n"));
    near(coin.mean, 4.0, 0.05);
    let sample = spread(&format!("{HEAD}param x = empirical(1, 2, 3, 6)\nshow x\n"));
    near(sample.mean, 3.0, 0.05);
}

#[test]
fn probabilities_and_histograms_are_simulated_unasked() {
    let script = format!(
        "{HEAD}param x = normal(10, 2)\nshow probability(x >= 12) in 2027\nchart distribution of x in 2027\n"
    );
    let report = answer(&model(&script)).expect("an answer");
    assert_eq!(report.sampling.as_ref().map(|s| s.draws), Some(10_000));
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    let found = panels[0].series[0].spread[0].clone().expect("a spread");
    near(found.mean, 0.158_655, 5.0 * found.error);
    let Answer::Distribution { histograms } = &report.answers[1] else { panic!("a histogram") };
    assert_eq!(histograms[0].series[0].counts.iter().sum::<u64>(), 10_000);
    let edges = &histograms[0].edges;
    assert!(edges.windows(2).all(|ends| ends[0] < ends[1]));
    // Of 10 with a standard deviation of 2, from 4.8 to 15.2, which 0.5 would make 22 bins of.
    assert_eq!(edges[1..edges.len() - 1], (4..=16).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn scenarios_share_their_draws() {
    let script = format!(
        "{HEAD}param x = normal(10, 2)\nparam k = 1\nvar y\ny = k * x\nscenario more {{ k = 1.1 }}\ncompare y for more to baseline by lever in 2027\n"
    );
    let report = simulate(&script, &PLAIN).expect("an answer");
    let Answer::Compare { comparisons, .. } = &report.answers[0] else { panic!("a comparison") };
    let difference = &comparisons[0].scenarios[0];
    let spread = difference.spread.clone().expect("a spread");
    near(spread.mean, 1.0, 5.0 * spread.error);
    near(spread.sd, 0.2, 0.01);
    near(difference.parts.iter().map(|part| part.value).sum(), spread.mean, 1e-9);
}

const MIXED: &str = "years 2024..2029\nset s = a, b, c\n\
    param g[s] = { a: normal(5%, 2%), b: triangular(0%, 2%, 9%), else: between(-1%, 4%) }\n\
    param e[s] = uniform(-2, -0.5)\nparam opens = discrete(2026: 30%, 2027: 50%, 2029: 20%)\n\
    param cut = 10% -> 0% over 2025..2028 s_curve\nparam shock = student_t(5, 0%, 1%) per year\n\
    var x[s]\nx[i, first] = 100\n\
    x[i] = x[i, t-1] * (1 + g[i] + shock) * ((1 + cut) / (1 + cut[first])) ^ e[i] * (if t >= opens then 1.1 else 1)\n\
    var p start 1\nsolve p so that p ^ 1.5 == sum(x[*]) / (100 * p)\n\
    scenario high { g[a] = lognormal(9%, 3%) }\n\
    show sum(x[*]), p, max(x[*]) for all\n";

/// Production starts where the price pays for it: `q = max(0, 10 - cost)`. With costs evenly between 5 and
/// 15 that is 0 in half of the draws and 1.25 in the mean.
#[test]
fn a_complementarity_holds_in_each_draw() {
    let script = format!(
        "{HEAD}param cost = uniform(5, 15)\nvar q start 1\nvar loss\n\
         solve q >= 0 so that cost + q >= 10\nloss = abs(q - max(10 - cost, 0))\n"
    );
    let loss = spread(&format!("{script}show loss\n"));
    assert!(loss.mean < 1e-12 && loss.sd < 1e-12, "{loss:?}");
    let q = spread(&format!("{script}show q\n"));
    near(q.mean, 1.25, 5.0 * q.error);
    near(q.quantiles[1], 0.0, 1e-12);
    near(q.quantiles[3], 2.5, 0.1);
}

/// Every draw of every value is the run with that draw's numbers in place of the distributions.
#[test]
fn a_draw_is_a_run_with_its_numbers() {
    let model = model(MIXED);
    let (plain, mut recording) = (run(&model, &[], None).expect("a run"), Recording::default());
    let base = recording.record(&model, &[], &plain, None).expect("a recording");
    let changes = &model.scenarios[0].changes;
    let high_plain = run(&model, changes, Some(&plain)).expect("a run");
    let high =
        recording.record(&model, changes, &high_plain, Some((&base, &plain))).expect("a recording");
    let Ask::Show(questions) = &model.queries[0].ask else { panic!("a table") };
    let mut wanted = Vec::new();
    for question in questions {
        for year in 2024..=2029 {
            for (recorded, values) in [(&base, &plain), (&high, &high_plain)] {
                let asked = recording.ask(
                    &model,
                    (recorded, values),
                    (&base, &plain),
                    question,
                    &question.expr,
                    (&[], year),
                );
                wanted.push((
                    question,
                    year,
                    std::ptr::eq(recorded, &high),
                    asked.expect("a value"),
                ));
            }
        }
    }
    for method in [Method::Plain, Method::LatinHypercube { draws: 700 }, Method::Sobol] {
        let simulation = Simulation { draws: 700, seed: 3, method };
        let values: Vec<_> = wanted.iter().map(|w| (w.3, Statistics::Draws)).collect();
        let all =
            recording.simulate(&values, &simulation, &model.solver, &[], &|_| {}).expect("draws");
        for draw in [0_usize, 1, 255, 256, 699] {
            let drawn = recording.drawn(&simulation, draw as u64);
            let base = run_drawn(&model, &[], None, &drawn).expect("a run");
            let high = run_drawn(&model, changes, Some(&base), &drawn).expect("a run");
            for ((question, year, is_high, _), found) in wanted.iter().zip(&all) {
                let draws = &found.draws;
                let values = if *is_high { &high } else { &base };
                let one = ask(&model, values, &base, question, &question.expr, &[], *year)
                    .expect("a value");
                assert!(
                    (one - draws[draw]).abs() <= 1e-12 * one.abs(),
                    "{} {year} {draw}: {one} {}",
                    question.text,
                    draws[draw]
                );
            }
        }
    }
}

#[test]
fn threads_change_no_bit_of_a_report() {
    let script = format!("{MIXED}correlate g[*], e[*] = 0.5\nchart distribution of x[a] in 2029\n");
    let model = model(&script.replace("2024..2029", "2027..2029"));
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let simulation = Simulation { draws: 9_000, seed, method: Method::Plain };
        let report = pool.install(|| answer_with(&model, Some(&simulation), &|_| {}));
        // The shortest decimal numbers that are read as the same bits.
        format!("{:?}", report.expect("an answer"))
    };
    let one = with(1, 7);
    assert!(one == with(3, 7) && one == with(16, 7));
    assert!(one != with(2, 8));
}

#[test]
fn another_input_moves_no_draw_and_neither_does_the_order() {
    let lines = [
        "param x = normal(10, 2)\n",
        "param y[s] = uniform(0, 1)\n",
        "var z\n",
        "z = x * sum(y[*])\n",
    ];
    let script = |lines: &[&str]| format!("{HEAD}{}show z\n", lines.concat());
    let backward: Vec<&str> = lines.iter().rev().copied().collect();
    let first = spread(&script(&lines));
    assert_eq!(first, spread(&script(&backward)));
    assert_eq!(
        first,
        spread(&format!("{}show x + w\n", script(&["param w = normal(0, 1)\n", &lines.concat()])))
    );
}

#[test]
fn a_draw_that_fails_is_named_with_its_reason() {
    let script = format!("{HEAD}param x = normal(1, 1)\nvar y\ny = ln(x)\nshow y\n");
    let problem = simulate(&script, &PLAIN).expect_err("a negative draw");
    assert_eq!(problem.code.name(), "domain");
    assert!(problem.message.contains("in draw "), "{problem:?}");
    // Older scripts write `in` before bounds.
    for word in ["bounds", "in"] {
        let script =
            format!("{HEAD}param share: percent = normal(95%, 5%) {word} 0%..100%\nshow share\n");
        let problem = simulate(&script, &PLAIN).expect_err("above 100%");
        assert_eq!(problem.code.name(), "out-of-bounds");
        assert!(problem.help[0].contains("`min: 0%, max: 100%`"), "{problem:?}");
        let limited = script.replace("5%)", "5%, min: 0%, max: 100%)");
        assert!(simulate(&limited, &PLAIN).is_ok(), "{limited}");
    }
}

#[test]
fn spread_out_draws_have_a_mean_nearer_the_truth() {
    let script = format!("{HEAD}param x[s] = uniform(0, 1)\nshow sum(x[*])\n");
    let error = |method| {
        let simulation = Simulation { draws: 4_096, seed: 5, method };
        let report = simulate(&script, &simulation).expect("an answer");
        let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
        let spread = panels[0].series[0].spread[0].clone().expect("a spread");
        let off = (spread.mean - 2.0).abs();
        // Of the sum of four uniform numbers the variance is 1/3.
        let plain = (1.0_f64 / 3.0 / 4_096.0).sqrt();
        assert!(off < 4.0 * spread.error && spread.error < 1.1 * plain, "{method:?}: {spread:?}");
        assert!(method == Method::Plain || spread.error < plain / 20.0, "{method:?}: {spread:?}");
        off
    };
    let plain = error(Method::Plain);
    assert!(error(Method::LatinHypercube { draws: 4_096 }) < plain / 20.0);
    assert!(error(Method::Sobol) < plain / 20.0);
}

#[test]
fn a_difference_that_only_a_draw_makes_too_large_is_reported() {
    let script = format!(
        "{HEAD}param x = normal(0, 1)\nparam k = 1\nvar y\ny = if x > 0 then k * 1.7e308 else 0\n\
         scenario other {{ k = -1 }}\ncompare y for other to baseline in 2027\n"
    );
    let problem = simulate(&script, &PLAIN).expect_err("an infinite difference");
    assert_eq!(problem.code.name(), "draw-fails");
}

#[test]
fn what_several_levers_contribute_and_a_scenario_adds_is_drawn_apart() {
    let kinds = "total y\nblock k { y += normal(0, 2) }\nblock l { y += normal(0, 2) }\n";
    let levers = "k one { }\nk two { }\nl three { }\nl four { }\n";
    near(spread(&format!("{HEAD}{kinds}{levers}show y\n")).sd, 4.0, 0.1);
    let added = "param x = normal(10, 3)\nscenario more { x += normal(0, 4) }\n\
                 scenario most extends more { x += normal(0, 12) }\n";
    near(spread(&format!("{HEAD}{added}show x for more\n")).sd, 5.0, 0.15);
    near(spread(&format!("{HEAD}{added}show x for most\n")).sd, 13.0, 0.35);
}

/// Supply `s p` equals demand `12 - d p` at `p = 12 / (s + d)`; a draw differs from this only by rounding.
#[test]
fn a_market_with_random_slopes_clears_in_each_draw() {
    let script = format!(
        "{HEAD}param s = uniform(0.5, 8)\nparam d = lognormal(1, 0.5)\nvar p start 1\nvar q\n\
         q = s * p\nsolve p so that q == 12 - d * p\nvar off\n\
         off = max(abs(p * (s + d) / 12 - 1), abs(q * (s + d) / (12 * s) - 1))\n"
    );
    let off = spread(&format!("{script}show off\n"));
    assert!(off.mean < 1e-13 && off.sd < 1e-13, "{off:?}");
    assert!(spread(&format!("{script}show p\n")).sd > 0.5);
}
