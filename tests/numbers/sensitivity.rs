//! `sensitivity` against closed forms and published numbers.

use mizan::analysis::answer_with;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::results::{Answer, Effects, Sensitivity, ShapleyEffect, SobolEffect, TornadoEffect};
use mizan::session::load;

fn tables(script: &str, draws: u64) -> Result<Vec<Sensitivity>, String> {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    let simulation = Simulation { draws, seed: 1, method: Method::Plain };
    let report = answer_with(&model, Some(&simulation), &|_| {});
    let report =
        report.map_err(|problem| format!("{}: {}", problem.code.name(), problem.message))?;
    let mut all = Vec::new();
    for answer in report.answers {
        if let Answer::Sensitivity { tables } = answer {
            all.extend(tables);
        }
    }
    Ok(all)
}

fn only(script: &str, draws: u64) -> Sensitivity {
    let tables = tables(script, draws).expect("an answer");
    let [only] = tables.as_slice() else { panic!("one table") };
    only.clone()
}

fn bars(table: &Sensitivity) -> &[TornadoEffect] {
    let Effects::Tornado { inputs } = &table.effects else { panic!("{:?}", table.effects) };
    inputs
}

fn bar<'a>(table: &'a Sensitivity, name: &str) -> &'a TornadoEffect {
    bars(table).iter().find(|one| one.note.input == name).unwrap_or_else(|| panic!("no {name}"))
}

const ISHIGAMI: &str = "years 2024..2024\nparam x1 = uniform(-3.141592653589793, 3.141592653589793)\n\
    param x2 = uniform(-3.141592653589793, 3.141592653589793)\n\
    param x3 = uniform(-3.141592653589793, 3.141592653589793)\nparam idle = normal(0, 1)\n\
    var other = 2 * idle\nvar y = sin(x1) + 7 * sin(x2) ^ 2 + 0.1 * x3 ^ 4 * sin(x1)\n";

fn sobol(table: &Sensitivity, name: &str) -> SobolEffect {
    let Effects::Sobol { inputs, .. } = &table.effects else { panic!("{:?}", table.effects) };
    inputs.iter().find(|one| one.note.input == name).expect("an input").clone()
}

/// The closed form for a = 7, b = 0.1; T. Ishigami and T. Homma (1990).
#[test]
fn the_shares_of_the_function_of_ishigami() {
    let table = only(&format!("{ISHIGAMI}sensitivity of y\n"), 1 << 14);
    let wanted = [("x1", 0.313905, 0.557589), ("x2", 0.442411, 0.442411), ("x3", 0.0, 0.243684)];
    for (name, first, total) in wanted {
        let found = sobol(&table, name);
        assert!((found.first.value - first).abs() < 0.004, "{found:?}");
        assert!((found.total.value - total).abs() < 0.004, "{found:?}");
        assert!((found.first.value - first).abs() < 2.0 * found.first.margin, "{found:?}");
    }
    assert_eq!(table.without_effect, 1, "`idle` does not move it");
    let Effects::Sobol { sample, dummy, inputs } = &table.effects else { panic!("shares") };
    assert_eq!((sample.points, sample.certain, inputs.len()), (1 << 14, 3, 3));
    assert!(dummy.value.abs() < dummy.margin && dummy.margin < 0.02);
    // Var = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 = 13.844588
    assert!((sample.sd - 13.844588_f64.sqrt()).abs() < 0.02, "{}", sample.sd);
    let names: Vec<&str> = inputs.iter().map(|one| one.note.input.as_str()).collect();
    assert_eq!(names, ["x1", "x2", "x3"], "by their total shares");
}

/// I. M. Sobol's G with a = 0, 1, 4.5, 9, 99, 99, 99, 99.
#[test]
fn the_shares_of_the_g_function() {
    let script = "years 2024..2024\nset i = a, b, c, d, e, f, g, h\n\
        param a[i] = { a: 0, b: 1, c: 4.5, d: 9, else: 99 }\nparam u[i] = uniform(0, 1)\n\
        var y = product(k in i: (abs(4 * u[k] - 2) + a[k]) / (1 + a[k]))\nsensitivity of y\n";
    let table = only(script, 1 << 13);
    let wanted = [
        ("u[a]", 0.716192, 0.787144),
        ("u[b]", 0.179048, 0.242198),
        ("u[c]", 0.0236758, 0.0343169),
        ("u[d]", 0.00716192, 0.0104604),
    ];
    for (name, first, total) in wanted {
        let found = sobol(&table, name);
        assert!((found.first.value - first).abs() < 0.006, "{found:?}");
        assert!((found.total.value - total).abs() < 0.006, "{found:?}");
    }
}

/// Y = X1 + X2 + X3 with standard deviations 1, 1, 2 and a correlation of 0.9 of the last two: E. Song et
/// al. (2016). A rank correlation of 6 / pi asin(0.45) makes a normal correlation of 0.9.
#[test]
fn shapley_shares_of_correlated_inputs() {
    let rank = 6.0 / std::f64::consts::PI * 0.45_f64.asin();
    let script = format!(
        "years 2024..2024\nparam x1 = normal(0, 1)\nparam x2 = normal(0, 1)\nparam x3 = normal(0, 2)\n\
         correlate x2, x3 = {rank}\nvar y = x1 + x2 + x3\n"
    );
    let table = only(&format!("{script}sensitivity of y\n"), 1 << 14);
    let Effects::Shapley { inputs, correlated: true, .. } = &table.effects else {
        panic!("{:?}", table.effects)
    };
    for (name, wanted) in [("x1", 0.104167), ("x2", 0.418229), ("x3", 0.477604)] {
        let is = |one: &&ShapleyEffect| one.note.input == name;
        let found = inputs.iter().find(is).expect("an input");
        assert!((found.share.value - wanted).abs() < 0.006, "{found:?}");
    }
    let refused =
        tables(&format!("{script}sensitivity of y by sobol\n"), 256).expect_err("refused");
    assert!(refused.starts_with("correlate: "), "{refused}");
    // Without a correlation of its inputs a value has Sobol's shares.
    let table = only(&format!("{script}var z = x1 + 2 * x2\nsensitivity of z\n"), 1 << 12);
    assert!((sobol(&table, "x2").first.value - 0.8).abs() < 0.01);
    // Shapley's shares of Ishigami's function: half of the interaction goes to each of its inputs.
    let table = only(&format!("{ISHIGAMI}sensitivity of y by shapley\n"), 1 << 14);
    let Effects::Shapley { inputs, correlated: false, .. } = &table.effects else {
        panic!("{:?}", table.effects)
    };
    for (name, wanted) in [("x1", 0.435747), ("x2", 0.442411), ("x3", 0.121842)] {
        let found = inputs.iter().find(|one| one.note.input == name).expect("an input");
        assert!((found.share.value - wanted).abs() < 0.01, "{found:?}");
    }
}

/// The numbers of an independent program for 4 levels.
#[test]
fn a_screening_of_the_function_of_ishigami() {
    let script = "years 2024..2024\nparam x1 = 1 in -3.141592653589793..3.141592653589793\n\
        param x2 = 1 in -3.141592653589793..3.141592653589793\n\
        param x3 = 1 in -3.141592653589793..3.141592653589793\nparam idle = 3 in 0..9\n\
        var y = sin(x1) + 7 * sin(x2) ^ 2 + 0.1 * x3 ^ 4 * sin(x1)\nvar z = idle\n\
        sensitivity of y by morris\n";
    let table = only(script, 256);
    let Effects::Morris { inputs, random: false, .. } = &table.effects else {
        panic!("{:?}", table.effects)
    };
    let wanted = [("x1", 7.704054, 6.248796), ("x2", 7.875, 7.875), ("x3", 6.248796, 8.837132)];
    for (name, mean_size, sd) in wanted {
        let found = inputs.iter().find(|one| one.note.input == name).expect("an input");
        assert!((found.mean_size.value - mean_size).abs() < 0.05 * mean_size, "{found:?}");
        assert!((found.sd - sd).abs() < 0.05 * sd, "{found:?}");
    }
    assert_eq!((inputs.len(), table.without_effect), (3, 1));
}

/// A sum of two uniform numbers with the first fixed at c is uniform on c..c + 1: its distribution function differs
/// from the triangular one by max(c^2, (1 - c)^2) / 2. Of c = 0.05, 0.15, ..., 0.95 the median distance is at 0.25.
#[test]
fn the_distribution_of_a_sum_moves_as_in_closed_form() {
    let script = "years 2024..2024\nparam a = uniform(0, 1)\nparam b = uniform(0, 1)\n\
        param idle = normal(0, 1)\nvar y = 5 - a - b\nvar z = idle\nsensitivity of y by pawn\n";
    let table = only(script, 8_192);
    let Effects::Pawn { inputs, dummy, points, fixed_at } = &table.effects else {
        panic!("{:?}", table.effects)
    };
    assert_eq!((*points, *fixed_at, inputs.len(), table.without_effect), (8_192, 10, 2, 1));
    for one in inputs {
        assert!((one.median - 0.75 * 0.75 / 2.0).abs() < 0.01, "{one:?}");
        assert!((one.largest - 0.95 * 0.95 / 2.0).abs() < 0.01, "{one:?}");
    }
    assert!(*dummy < 0.02, "{dummy}");
    let joined = script.replace("var y", "correlate a, b = 0.5\nvar y");
    let refused = tables(&joined, 256).expect_err("correlated inputs");
    assert!(refused.starts_with("correlate: PAWN's distances"), "{refused}");
}

#[test]
fn a_tornado_shows_both_ends_and_elasticities() {
    let table = only(
        "years 2024..2024\nparam a = 3\nparam b = 5 in 4..10\nparam c = 0\nparam unread = 2\n\
         var other = unread\nvar y = a ^ 2 * b + c\nsensitivity of y\n",
        256,
    );
    assert_eq!(table.value, 45.0);
    let b = bar(&table, "b");
    assert_eq!((b.low, b.high, b.relative, b.now), (4.0, 10.0, false, Some(5.0)));
    assert_eq!((b.at_low, b.at_high), (Some(36.0), Some(90.0)));
    let a = bar(&table, "a");
    assert!(a.relative && (a.low + 0.1).abs() < 1e-15 && (a.high - 0.1).abs() < 1e-15);
    assert!((a.at_low.expect("a value") - 0.81 * 45.0).abs() < 1e-12);
    assert!((a.at_high.expect("a value") - 1.21 * 45.0).abs() < 1e-12);
    for (input, wanted) in [(a, 2.0), (b, 1.0)] {
        assert!((input.elasticity.expect("an elasticity") - wanted).abs() < 1e-9);
    }
    assert_eq!(bars(&table)[0].note.input, "b", "the longest bar first");
    assert_eq!(
        table.without_effect, 1,
        "a percentage of `c` is 0: it is no input; `unread` is one"
    );
}

#[test]
fn each_figure_of_the_script_is_an_input() {
    let table = only(
        "years 2024..2026\nset s = p, q, r\nparam x[s] = { p: 1, else: 10 }\nparam when: year = 2025\n\
         param rate: percent = 5% then 10% from 2025\n\
         var y = sum(x[*]) * (1 + rate) + (if t >= when then 7 else 0)\n\
         scenario other { x[q] = 20 in 2025..2026 }\nsensitivity of y for other in 2025\n",
        256,
    );
    let names: Vec<&str> = bars(&table).iter().map(|one| one.note.input.as_str()).collect();
    for name in ["x[p]", "x[q and 1 more]", "x[q] in 2025..2026", "when", "rate"] {
        assert!(names.iter().any(|found| found.starts_with(name)), "{name} in {names:?}");
    }
    let when = bar(&table, "when");
    assert_eq!((when.low, when.high, when.elasticity), (2024.0, 2026.0, None));
    // The year moves the value in one direction only.
    assert_eq!(when.at_low, Some(table.value));
    assert_eq!(when.at_high, Some(table.value - 7.0));
    let rate = bar(&table, "rate");
    assert!((rate.at_high.expect("a value") - 31.0 * 1.11 - 7.0).abs() < 1e-9, "{rate:?}");
}

/// The base year of a field is data: with it, a rate that is the same in all years would move nothing.
#[test]
fn a_field_of_several_years_moves_after_the_base_year() {
    let head = "years 2024..2026\ntotal traded\ntotal growing\n\
        block levy { rate: percent path, pace: percent path = 2%, size: number = 10\n\
          traded += size * (1 + rate) / (1 + rate[first])\n\
          growing += if t == first then 0 else pace }\n\
        levy one { rate: 10%, pace: 4%, size: 100 }\nvar y = traded + growing\n";
    for method in ["", " by tornado"] {
        let table = only(&format!("{head}sensitivity of y{method}\n"), 256);
        assert!((table.value - 100.04).abs() < 1e-12);
        let rate = bar(&table, "one.rate from 2025");
        assert_eq!(rate.now, Some(0.1));
        assert!((rate.at_low.expect("a value") - 100.04 + 100.0 - 109.0 / 1.1).abs() < 1e-9);
        assert!((rate.at_high.expect("a value") - 100.04 + 100.0 - 111.0 / 1.1).abs() < 1e-9);
        // Nothing reads the pace of the base year: it is named without years.
        let pace = bar(&table, "one.pace");
        assert_eq!(pace.note.input, "one.pace");
        assert!((pace.at_high.expect("a value") - 100.044).abs() < 1e-12);
        assert_eq!(bar(&table, "one.size").note.input, "one.size");
        assert_eq!(table.without_effect, 0);
    }
    // A value of the base year alone is an input of that year.
    let table = only(&format!("{head}one.rate = 20% in 2024\nsensitivity of y\n"), 256);
    let names: Vec<&str> = bars(&table).iter().map(|one| one.note.input.as_str()).collect();
    assert!(names.contains(&"one.rate in 2024"), "{names:?}");
    assert!(names.contains(&"one.rate in 2025..2026"), "{names:?}");
}

#[test]
fn a_method_without_its_inputs_is_refused() {
    let given = "years 2024..2024\nparam a = 3\nvar y = a\n";
    for method in ["sobol", "shapley"] {
        let refused = tables(&format!("{given}sensitivity of y by {method}\n"), 256);
        assert!(refused.expect_err("refused").starts_with("clause-value: "));
    }
    // With distributions a tornado uses their medians.
    let table = only(
        "years 2024..2024\nparam a = normal(3, 1)\nparam b = 2\nvar y = a * b\nsensitivity of y by tornado\n",
        256,
    );
    assert!((bar(&table, "b").at_high.expect("a value") - 6.6).abs() < 1e-12);
}
