//! Systems that are hard to solve, or that have no one solution: open unknowns, bounds and signs, last resorts
//! of the search, leads over many years.

use std::fmt::Write as _;

use mizan::analysis::answer;
use mizan::diagnostic::Diagnostic;
use mizan::engine::run;
use mizan::model::Model;
use mizan::results::{Answer, Report};
use mizan::session::load;

fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{script}\n{:#?}", program.diagnostics))
}

fn report(script: &str) -> Result<Report, Diagnostic> {
    answer(&model(script))
}

/// Runs a script; every check in it must hold.
fn holds(script: &str) {
    let report = report(script).unwrap_or_else(|problem| panic!("{script}\n{problem:#?}"));
    let checks = report.answers.iter().filter_map(|answer| match answer {
        Answer::Check(check) => Some(check.passed),
        _ => None,
    });
    let checks: Vec<bool> = checks.collect();
    let text = mizan::report::text(&report, 100, false);
    assert!(!checks.is_empty() && checks.iter().all(|passed| *passed), "{text}");
}

/// Asserts that the equations of a script leave unknowns open, and that the message names them.
fn leaves_open(script: &str, names: &[&str], help: &str) {
    let found = report(script).expect_err(script);
    assert_eq!(found.code.name(), "open-unknown", "{found:#?}");
    let open = found.notes.iter().find(|note| note.starts_with("left open: ")).expect("a note");
    assert!(names.iter().all(|name| open.contains(name)), "{names:?} {open}");
    assert!(found.help.iter().any(|text| text.contains(help)), "{help}: {found:#?}");
}

#[test]
fn two_equations_that_say_the_same_leave_their_unknowns_open() {
    let head = "years 2024..2024\n";
    for (lines, names) in [
        ("var y\nvar c\ny = c + 20\nc = y - 20\nshow y, c\n", ["y in 2024", "c in 2024"]),
        ("var x\nvar y\nx = 2 * y\ny = x / 2\nshow x, y\n", ["x in 2024", "y in 2024"]),
        ("var x start 3\nvar y\nx = 0.3 * y\ny = x / 0.3\nshow x, y\n", ["x in 2024", "y in 2024"]),
        // The equations hold at the start.
        (
            "var x start 0.7\nvar y start 1.3\nsolve x so that x + y == 2\n\
             solve y so that 2 * x + 2 * y == 4\nshow x, y\n",
            ["x in 2024", "y in 2024"],
        ),
        // One unknown, whose value cancels.
        (
            "var x start 4\nvar z\nz = 3 * x / x\nsolve x so that z == 3\nshow x, z\n",
            ["x in 2024"; 2],
        ),
        // Not linear: only the product is determined.
        (
            "var x start 2\nvar y start 3\nsolve x so that x * y == 6\n\
             solve y so that (x * y) ^ 2 == 36\nshow x, y\n",
            ["x in 2024", "y in 2024"],
        ),
    ] {
        leaves_open(&format!("{head}{lines}"), &names, "one equation follows from the others");
    }
}

/// An exchange economy: the household owns goods and spends fixed shares of its income.
fn exchange(start: f64, more: &str) -> String {
    format!(
        "years 2024..2026\nset good = food, cars, cloth\n\
         param endowment[good] = {{ food: 10, cars: 6, cloth: 4 }}\n\
         param share[good] = {{ food: 50%, cars: 30%, cloth: 20% }}\n\
         var price[good] start {start}\nvar income\n\
         income = sum(g in good: price[g] * endowment[g])\n\
         var demand[good]\ndemand[g] = share[g] * income / price[g]\n\
         solve price[g] so that demand[g] == endowment[g]\n{more}\nshow price[*], income for all\n"
    )
}

#[test]
fn without_a_numeraire_the_prices_are_open_wherever_the_search_starts() {
    let names = ["price[food] in 2024", "price[cars] in 2024", "income in 2024"];
    // A start of 1 is a solution; 2 is another one; different starts are none.
    for start in ["1", "2", "0.001"] {
        let script = exchange(start.parse().expect("a number"), "");
        leaves_open(&script, &names, "numeraire, `price[food] = 1`");
    }
    let of_goods = "var price[g: good] start 1 + endowment[g]";
    let scattered = exchange(1.0, "").replace("var price[good] start 1", of_goods);
    leaves_open(&scattered, &names, "numeraire");
}

/// With endowments e and shares s the relative price of a good is (s / e) / (s_food / e_food).
#[test]
fn the_numeraire_of_the_message_closes_the_model() {
    holds(&exchange(
        1.0,
        "price[food] = 1\nscenario famine { endowment[food] = 8 in 2025..2026 }\n\
         check price[cars] in 2026 == (0.3 / 6) / (0.5 / 8) within 0.0000000001 for famine\n\
         check price[cloth] in 2024 == 1 within 0.0000000001 for all",
    ));
}

/// Excess demand vanishes for infinite prices as well; the solution is the finite price: in an economy with one
/// household, p = (0.6 / 1.68) * (0.81 / 0.46) to the power 1 / e from the first-order conditions.
#[test]
fn equations_that_hold_at_infinity_are_solved_elsewhere() {
    let wanted = ((0.6 / 1.68) * (0.81 / 0.46_f64)).powf(1.0 / 0.3);
    holds(&format!(
        "years 2024..2024\nset good = a, b\nparam e = 0.3\nparam owned[good] = {{ a: 0.81, b: 0.46 }}\n\
         param weight[good] = {{ a: 1.68, b: 0.6 }}\nvar p[good] start 5\nvar income\n\
         income = sum(g in good: p[g] * owned[g])\nvar index\n\
         index = sum(g in good: weight[g] * p[g] ^ (1 - e))\n\
         solve p[g] so that weight[g] * p[g] ^ (-e) * income / index == owned[g]\np[a] = 1\n\
         check p[b] == {wanted} within 0.0000000001\n"
    ));
}

/// An unknown that is open only in a scenario is found there.
#[test]
fn a_scenario_that_opens_an_unknown_is_refused() {
    let script = "years 2024..2024\nparam slope = 3\nvar x start 1\nvar y start 1\n\
        solve x so that x + y == 2\nsolve y so that slope * x + 2 * y == slope + 2\n\
        scenario parallel { slope = 2 }\nshow x, y for all\n";
    leaves_open(script, &["x in 2024", "y in 2024"], "follows");
}

/// A double root is alone, a variable of 0 is determined, and a tiny one too: no false alarm.
#[test]
fn a_solution_that_is_alone_is_no_open_one() {
    holds(
        "years 2024..2024\nvar x start 0\nsolve x so that x ^ 2 == 0\ncheck x == 0\n\
         var y start 3\nsolve y so that y ^ 2 - 2 * y + 1 == 0\ncheck y == 1 within 0.0001\n\
         var a start 1\nvar b\na = b / 3 + 0 * a\nb = a / 3\ncheck a == 0 within 0.000000000001\n\
         var p start 1e-9\nvar q start 1e9\nsolve p so that p * q == 1\nsolve q so that q == 1e12\n\
         check p * 1e12 == 1 within 0.000000001\n",
    );
}

#[test]
fn bounds_steer_the_search() {
    // Each equation has a root inside the bounds and one outside, nearer to the start.
    holds(
        "years 2024..2024\n\
         var w start 1 in 0..1000\nsolve w so that w ^ 2 + 3 * w == 10\ncheck w == 2 within 0.0000000001\n\
         var z start -1 in -10..0\nsolve z so that (z - 1) * (z + 7) == 0\ncheck z == -7 within 0.0000000001\n\
         var v start 2.9 in 3..10\nsolve v so that (v - 2) * (v - 5) == 0\ncheck v == 5 within 0.0000000001\n\
         var u in 0..1\nu = 1 - 0.5 * s\nvar s in 0..1\ns = u ^ 3\ncheck u + 0.5 * u ^ 3 == 1 within 0.0000000001\n",
    );
    // A solution at the bound itself.
    holds(
        "years 2024..2024\nvar share start 0.5 in 0..1\nvar rest\nrest = 1 - share\n\
         solve share so that share * 3 + rest == 3\ncheck share == 1 within 0.0000000001\n",
    );
    let outside = "years 2024..2024\nvar w start 1 in 0..1\nsolve w so that 2 * w == 10\nshow w\n";
    assert_eq!(report(outside).expect_err("5").code.name(), "out-of-bounds");
}

/// A random number generator for test data: the fractions of a linear congruential sequence.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A gravity model in exact hat algebra.
struct Gravity {
    trade: Vec<Vec<f64>>,
    /// The change of trade costs, as the logarithm of their effect on trade.
    costs: Vec<Vec<f64>>,
    /// Deficits keep their size, or move with income.
    moving: bool,
}

const THETA: f64 = 4.0;

impl Gravity {
    fn random(numbers: &mut Numbers, moving: bool) -> Self {
        let count = numbers.between(3.0, 6.0) as usize;
        let matrix = |of: &mut dyn FnMut(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..count).map(|i| (0..count).map(|j| of(i, j)).collect()).collect()
        };
        let trade = matrix(&mut |i, j| {
            numbers.between(10.0, 300.0) + if i == j { numbers.between(200.0, 900.0) } else { 0.0 }
        });
        let costs = matrix(&mut |i, j| if i == j { 0.0 } else { numbers.between(-6.0, -3.0) });
        Self { trade, costs, moving }
    }

    /// The model as `examples/models/gravity.mizan` has it; the change is in the baseline or a scenario.
    fn script(&self, in_scenario: bool) -> String {
        let text = std::fs::read_to_string("examples/models/gravity.mizan").expect("the example");
        let names: Vec<String> = (0..self.trade.len()).map(|n| format!("C{n}")).collect();
        let mut table = format!("  | country | {} |\n", names.join(" | "));
        for (name, row) in names.iter().zip(&self.trade) {
            let row: Vec<String> = row.iter().map(|value| format!("{value:.6}")).collect();
            let _ = writeln!(table, "  | {name} | {} |", row.join(" | "));
        }
        let mut changes = String::new();
        for (i, row) in self.costs.iter().enumerate() {
            for (j, cost) in row.iter().enumerate().filter(|(j, _)| *j != i) {
                let _ = writeln!(changes, "agreement[C{i}, C{j}] = {cost:.6}");
            }
        }
        let scenario =
            if in_scenario { format!("scenario costs {{\n{changes}}}\n") } else { changes };
        let agreement = text.find("## Effect").expect("agreement");
        let pact = text.find("scenario pact \"").expect("scenarios");
        let output = text.find("var output").expect("output");
        let queries = text.find("show ").expect("a query");
        let text = format!(
            "years 2020..2020\nset country = {}\n\
             param trade[exporter: country, importer: country] = {{\n{table}}}\n{}{scenario}{}",
            names.join(", "),
            &text[agreement..pact],
            &text[output..queries],
        );
        let deficits =
            if self.moving { "param multiplicative = 1" } else { "param multiplicative = 0" };
        text.replace("param multiplicative = 0", deficits) + "show wage[*]\n"
    }

    /// Returns the excess demand of each country's market at some wages, as a share of its income. Wages are relative
    /// to world output, which is the numeraire.
    fn excess(&self, wages: &[f64]) -> f64 {
        let count = wages.len();
        let all = || 0..count;
        let round = |value: f64| format!("{value:.6}").parse::<f64>().expect("a number");
        let trade = |i: usize, j: usize| round(self.trade[i][j]);
        let output: Vec<f64> = all().map(|i| all().map(|j| trade(i, j)).sum()).collect();
        let spending: Vec<f64> = all().map(|j| all().map(|i| trade(i, j)).sum()).collect();
        let weight = |i: usize, j: usize| {
            trade(i, j) / spending[j] * round(self.costs[i][j]).exp() * wages[i].powf(-THETA)
        };
        let sales = |i: usize| -> f64 {
            let part = |j: usize| {
                let access: f64 = all().map(|k| weight(k, j)).sum();
                let spends = match self.moving {
                    true => spending[j] * wages[j],
                    false => output[j] * wages[j] + spending[j] - output[j],
                };
                weight(i, j) / access * spends
            };
            all().map(part).sum()
        };
        // One factor may scale all incomes, as `scale` does in the script.
        let ratios: Vec<f64> = all().map(|i| sales(i) / (output[i] * wages[i])).collect();
        let world: f64 =
            all().map(|i| output[i] * wages[i]).sum::<f64>() / output.iter().sum::<f64>();
        let spread = ratios.iter().map(|ratio| (ratio / ratios[0] - 1.0).abs()).fold(0.0, f64::max);
        spread.max((world - 1.0).abs())
    }
}

/// Costs of -3 to -6 for all pairs of countries: wages that clear all markets and are above 0.
#[test]
fn wages_of_gravity_models_are_positive_and_clear_the_markets() {
    let mut numbers = Numbers(11);
    for trial in 0..60 {
        let gravity = Gravity::random(&mut numbers, trial % 2 == 0);
        let in_scenario = trial % 3 == 0;
        let model = model(&gravity.script(in_scenario));
        let baseline = run(&model, &[], None).expect("the baseline has a solution");
        let values = match in_scenario {
            true => run(&model, &model.scenarios[0].changes, Some(&baseline)).expect("a solution"),
            false => baseline,
        };
        let wage = model.quantities.iter().position(|quantity| quantity.name == "wage");
        let wages: Vec<f64> = values.array(wage.expect("wages")).iter().copied().collect();
        assert!(wages.iter().all(|&wage| wage > 0.0), "{trial}: {wages:?}");
        let excess = gravity.excess(&wages);
        assert!(excess < 1e-8, "{trial}: {excess:e} at {wages:?}");
    }
}

/// The local minimum of x^3 - 2x + 2 at 0.82 holds every search that only goes down; Newton's steps from 0
/// and 1 go round in a circle. Its root by Cardano's formula: -1.7692923542386314.
#[test]
fn last_resorts_find_a_root_behind_a_local_minimum() {
    holds(
        "years 2024..2024\nvar x start 2\nsolve x so that x ^ 3 + 2 == 2 * x\n\
         check x == -1.7692923542386314 within 0.0000000001\n",
    );
}

/// A start that no search can use does not end the search.
#[test]
fn a_start_without_a_value_is_given_up() {
    holds(
        "years 2024..2024\nvar x start -5\nsolve x so that ln(x) == 1\n\
         check x == 2.718281828459045 within 0.0000000001\n",
    );
}

/// b = 100 ln(b / 2) has the roots 2.04 and 563.9; from 600 the second one is found. At 1, or at any other
/// guess for `a`, there is no value.
#[test]
fn an_unknown_without_a_start_begins_where_its_equation_says() {
    let (mut low, mut high) = (500.0_f64, 700.0_f64);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        (low, high) =
            if middle < 100.0 * (middle / 2.0).ln() { (middle, high) } else { (low, middle) };
    }
    for bounds in ["", " in 0..100_000_000_000"] {
        holds(&format!(
            "years 2024..2024\nvar b start 600\nvar a{bounds}\nb = 100 * ln(a - 10_000_000_000)\n\
             a = 10_000_000_000 + b / 2\ncheck b == {low} within 0.001\n"
        ));
    }
}

/// Optimal growth with logarithmic utility and full depreciation: a constant share of output is consumed
/// (Brock and Mirman 1972).
fn growth(years: u32, more: &str) -> String {
    format!(
        "years 1..{years}\nparam alpha = 0.36\nparam beta = 0.96\nparam productivity = 1\n\
         var capital\ncapital = output[t-1] - consumption[t-1]\n\
         capital[first] = (alpha * beta) ^ (1 / (1 - alpha))\n\
         var output\noutput = productivity * capital ^ alpha\nvar consumption\n\
         solve consumption so that consumption[t+1] == beta * consumption * alpha * output[t+1] / capital[t+1]\n\
         consumption[last] = (1 - alpha * beta) * output\n{more}\n\
         check consumption == (1 - alpha * beta) * output within 0.0000001% for all\n"
    )
}

#[test]
fn a_model_at_rest_with_leads_needs_no_start_for_a_thousand_years() {
    holds(&growth(1000, "check capital == (alpha * beta) ^ (1 / (1 - alpha)) within 0.0000001%"));
}

#[test]
fn scenarios_with_leads_start_from_the_baseline() {
    holds(&growth(
        400,
        "scenario boom { productivity = 1.5 in 20..400 }\nscenario crash { productivity = 0.2 in 20..400 }",
    ));
}

/// The logistic map, step by step: a recursion over the elements of a set is ordered, not solved.
#[test]
fn a_recursion_through_a_constant_map_is_ordered() {
    const STEPS: usize = 60;
    let names: Vec<String> = (1..=STEPS).map(|n| format!("s{n}")).collect();
    let before: Vec<String> = (1..=STEPS).map(|n| format!("s{n}: s{}", (n - 1).max(1))).collect();
    let script = format!(
        "years 2024..2024\nset step = {}\nparam before[step]: step = {{ {} }}\n\
         var x[step]\nx[s] = 3.9 * x[before[s]] * (1 - x[before[s]])\nx[s1] = 0.3\nshow x[*]\n",
        names.join(", "),
        before.join(", ")
    );
    let model = model(&script);
    let values = run(&model, &[], None).expect("values");
    assert!(values.solved.is_empty(), "nothing is solved for");
    let id = model.quantities.iter().position(|quantity| quantity.name == "x").expect("x");
    let mut wanted = 0.3;
    for (n, &found) in values.array(id).iter().enumerate() {
        assert_eq!(found.to_bits(), f64::to_bits(wanted), "step {n}");
        wanted = 3.9 * wanted * (1.0 - wanted);
    }
}

/// The message about a failed search names what to do about the equation with the largest residual.
#[test]
fn a_failure_names_an_unknown_and_the_next_step() {
    let script = "years 2024..2024\nvar price\nsolve price so that price ^ 2 + 4 == 3.9 * price\nshow price\n";
    let found = report(script).expect_err("no root");
    assert_eq!(found.code.name(), "no-convergence");
    assert!(found.help.iter().any(|help| help.contains("`var price start 1`")), "{found:#?}");
}
