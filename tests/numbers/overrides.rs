//! Runs with numbers that are not in the model: they equal runs of a script with the numbers written in it,
//! and a matrix of points equals one run for each point.

use mizan::diagnostic::Code;
use mizan::engine::simulate::{
    Evaluated, PointInput, RecordedRun, RecordedValue, Recording, ReplacementDesign,
};
use mizan::engine::{Drawn, Known, Stop, Values, ask, run, run_drawn, run_from};
use mizan::model::{Ask, Model, QuantityId, Question};
use mizan::plan::{Override, OverrideEffect, RunSpec, Scope, Stage};
use mizan::session::load;
use ndarray::Array2;

fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics))
}

fn quantity(model: &Model, name: &str) -> QuantityId {
    let found = model.quantities.iter().position(|quantity| quantity.name == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// Makes an override for all cells and years of a quantity.
fn whole(model: &Model, name: &str, value: f64) -> Override {
    let id = quantity(model, name);
    Override::whole(id, model.quantities[id].axes.len(), value)
}

fn with(model: &Model, scenario: Option<usize>, overrides: &[Override]) -> RunSpec {
    let changes = scenario.map_or_else(Vec::new, |n| model.scenarios[n].changes.clone());
    RunSpec { changes, overrides: overrides.to_vec() }
}

/// Returns the baseline and every scenario.
fn scenarios(model: &Model) -> impl Iterator<Item = Option<usize>> + use<> {
    std::iter::once(None).chain((0..model.scenarios.len()).map(Some))
}

fn assert_same(model: &Model, a: &Values, b: &Values, case: &str) {
    for (id, quantity) in model.quantities.iter().enumerate() {
        let (a, b) = (a.array(id), b.array(id));
        let same = a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits());
        assert!(same && a.len() == b.len(), "{case}: {}\n{a}\n{b}", quantity.name);
    }
}

/// Asserts that runs with overrides have the same bits as the runs of another script, alone and after known
/// runs.
fn assert_written(script: &str, written: &str, overrides: impl Fn(&Model) -> Vec<Override>) {
    let (own, other) = (model(script), model(written));
    let overrides = overrides(&own);
    let scope = Scope::whole(&own);
    let (none, given) = (RunSpec::default(), with(&own, None, &overrides));
    let plain = run(&own, &none, None).expect("a run");
    let base = run(&own, &given, None).expect("a run");
    let other_base = run(&other, &[], None).expect("a run");
    assert_same(&own, &base, &other_base, "baseline");
    let known = [Known { spec: &none, values: &plain }];
    let after = run_from(&own, &given, &scope, &known, &Stop::default()).expect("a run");
    assert_same(&own, &after, &other_base, "baseline after the model's");
    for n in 0..own.scenarios.len() {
        let (spec, case) = (with(&own, Some(n), &overrides), &own.scenarios[n].name);
        let without = with(&own, Some(n), &[]);
        let changes = &other.scenarios[n].changes;
        let wanted = run(&other, changes, Some(&other_base)).expect("a run");
        let alone = run(&own, &spec, Some(&base)).expect("a run");
        assert_same(&own, &alone, &wanted, case);
        let plain_scenario = run(&own, &without, Some(&plain)).expect("a run");
        let known = [
            Known { spec: &given, values: &base },
            Known { spec: &none, values: &plain },
            Known { spec: &without, values: &plain_scenario },
        ];
        let after = run_from(&own, spec, &scope, &known, &Stop::default()).expect("a run");
        assert_same(&own, &after, &wanted, &format!("{case} after known runs"));
    }
}

/// Growth with lags, a reading of the baseline, and scenarios that add to a number and replace one.
const GROWTH: &str = "years 2024..2030\nset s = a, b\nparam g[s] = 5%\nparam k = 2\nparam free = 7\n\
    var x[s]\nx[i, first] = 100\nx[i] = x[i, t-1] * (1 + g[i])\n\
    var total\ntotal = k * sum(x[*])\nvar gain\ngain = total - baseline(total)\n\
    var other\nother = free ^ 0.5 + max(x[*]) / 3\n\
    scenario faster {\n  g[a] += 1%\n}\nscenario larger {\n  k = 3\n}\n\
    show total, gain, other for all\n";

#[test]
fn a_number_is_as_if_written() {
    let written = GROWTH.replace("g[s] = 5%", "g[s] = 7%").replace("k = 2\n", "k = 2.5\n");
    assert_written(GROWTH, &written, |model| vec![whole(model, "g", 0.07), whole(model, "k", 2.5)]);
}

#[test]
fn a_number_may_be_for_one_cell_in_some_years() {
    let written = GROWTH
        .replace("x[i, first] = 100", "x[i, first] = 100\nx[b, 2027] = 500")
        .replace("g[s] = 5%", "g[s] = { a: 5%, b: 6% }");
    assert_written(GROWTH, &written, |model| {
        let (mut level, mut growth) = (whole(model, "x", 500.0), whole(model, "g", 0.06));
        level.target.cell = vec![Some(1)];
        level.target.years = (2027, 2027);
        growth.target.cell = vec![Some(1)];
        vec![level, growth]
    });
}

#[test]
fn a_relative_number_changes_the_scripts_own() {
    let written = GROWTH.replace("g[s] = 5%", "g[s] = 5% + 1%").replace("k = 2\n", "k = 2 * 1.1\n");
    assert_written(GROWTH, &written, |model| {
        let (mut growth, mut factor) = (whole(model, "g", 0.01), whole(model, "k", 1.1));
        growth.target.effect = OverrideEffect::Add;
        factor.target.effect = OverrideEffect::Multiply;
        vec![growth, factor]
    });
}

#[test]
fn a_number_after_the_changes_is_the_scenarios() {
    let model = model(GROWTH);
    let (mut factor, k) = (whole(&model, "k", 4.0), quantity(&model, "k"));
    let value = |given: &Override| {
        let spec = with(&model, Some(1), std::slice::from_ref(given));
        run(&model, spec, None).expect("a run").array(k)[0]
    };
    assert_eq!(value(&factor), 3.0);
    factor.target.stage = Stage::Scenario;
    assert_eq!(value(&factor), 4.0);
}

/// Prices that are solved for in each year, with a lag, a scenario on top of a number and one in its place.
const SOLVED: &str = "years 2024..2027\nset s = a, b\nparam supply[s] = 3\nparam elasticity = 1.5\n\
    var before[s]\nbefore[i, first] = 1\nbefore[i] = p[i, t-1]\nvar p[s] start 1\n\
    solve p[i] so that p[i] ^ elasticity == (supply[i] + before[i]) / sum(p[*])\n\
    var apart start 2\nsolve apart so that apart ^ 3 == 11\n\
    var ratio\nratio = p[a] / baseline(p[b])\n\
    scenario more {\n  supply[a] += 1\n}\nscenario other {\n  elasticity = 2\n}\n\
    show p[a], p[b], ratio for all\n";

#[test]
fn a_number_in_solved_equations_is_as_if_written() {
    let written = SOLVED.replace("supply[s] = 3", "supply[s] = 3.7");
    assert_written(SOLVED, &written, |model| vec![whole(model, "supply", 3.7)]);
    // A number in place of an unknown: its equation no longer holds.
    let written = SOLVED.replace(
        "solve p[i] so that p[i] ^ elasticity == (supply[i] + before[i]) / sum(p[*])",
        "p[i] = 1.25",
    );
    assert_written(SOLVED, &written.replace("var p[s] start 1", "var p[s]"), |model| {
        vec![whole(model, "p", 1.25)]
    });
}

#[test]
fn a_number_relative_to_an_unknown_is_refused() {
    let model = model(SOLVED);
    let mut given = whole(&model, "p", 2.0);
    given.target.effect = OverrideEffect::Multiply;
    let found = run(&model, with(&model, None, &[given]), None).expect_err("a diagnostic");
    assert_eq!(found.code, Code::NotAvailable);
}

#[test]
fn quantities_that_a_number_does_not_reach_are_shared() {
    let model = model(GROWTH);
    let (none, given) = (RunSpec::default(), with(&model, None, &[whole(&model, "free", 8.0)]));
    let plain = run(&model, &none, None).expect("a run");
    let known = [Known { spec: &none, values: &plain }];
    let after = run_from(&model, given, &Scope::whole(&model), &known, &Stop::default());
    let after = after.expect("a run");
    let shared = |name: &str| {
        let id = quantity(&model, name);
        std::ptr::eq(plain.array(id).as_ptr(), after.array(id).as_ptr())
    };
    assert!(["g", "k", "x", "total", "gain"].into_iter().all(shared));
    assert!(!["free", "other"].into_iter().any(shared));
}

/// Random quantities of a continuous and of a discrete distribution beside numbers.
const DRAWN: &str = "years 2024..2027\nset s = a, b\nparam g[s] = normal(5%, 2%)\nparam k = 2\n\
    param step = uniform(1, 3)\nparam jump = discrete(1: 30%, 2: 50%, 4: 20%)\n\
    var x[s]\nx[i, first] = 100\nx[i] = x[i, t-1] * (1 + g[i]) ^ step / k\n\
    var total\ntotal = sum(x[*]) * jump + k\nvar gain\ngain = total - baseline(total)\n\
    scenario faster {\n  g[a] += 1%\n}\nscenario larger {\n  k += 1\n}\n\
    show total, x[b], gain, 3 for all\n";

/// A recording of the baseline and the scenarios of a model with some overrides.
struct Study {
    model: Model,
    recording: Recording,
    wanted: Vec<RecordedValue>,
    /// For each value asked for: the scenario, the question and the year.
    asked: Vec<(Option<usize>, usize, i32)>,
}

fn questions(model: &Model) -> &[Question] {
    let Ask::Show(questions) = &model.queries[0].ask else { panic!("a table") };
    questions
}

impl Study {
    fn new(script: &str, overrides: impl Fn(&Model) -> Vec<Override>, stop: &Stop) -> Self {
        let (model, mut recording) = (model(script), Recording::until(stop));
        let overrides = overrides(&model);
        let base_spec = with(&model, None, &overrides);
        let base = run(&model, &base_spec, None).expect("a run");
        let recorded = recording.record(&model, &base_spec, &base, None).expect("a recording");
        let (mut wanted, mut asked) = (Vec::new(), Vec::new());
        for scenario in scenarios(&model) {
            let spec = with(&model, scenario, &overrides);
            let values = run(&model, &spec, Some(&base)).expect("a run");
            let known = Some((&recorded, &base));
            let own: RecordedRun =
                recording.record(&model, spec, &values, known).expect("a recording");
            for (n, question) in questions(&model).iter().enumerate() {
                for year in model.years.0..=model.years.1 {
                    let (runs, cell) = ((&own, &values), (&[][..], year));
                    let expr = &question.expr;
                    let value =
                        recording.ask(&model, runs, (&recorded, &base), question, expr, cell);
                    wanted.push(value.expect("a value"));
                    asked.push((scenario, n, year));
                }
            }
        }
        Self { model, recording, wanted, asked }
    }

    fn evaluate(&self, points: &[(PointInput, &[f64])]) -> Evaluated {
        let solver = &self.model.solver;
        let found = self.recording.evaluate_points(&self.wanted, points, solver, &|_| {});
        found.expect("values")
    }

    /// Returns the values in single runs with the numbers of one point.
    fn by_itself(&self, overrides: &[Override], drawn: &Drawn) -> Vec<f64> {
        let model = &self.model;
        let base = run_drawn(model, with(model, None, overrides), None, drawn).expect("a run");
        let runs: Vec<(Option<usize>, Values)> = scenarios(model)
            .map(|scenario| {
                let spec = with(model, scenario, overrides);
                let values = run_drawn(model, spec, Some(&base), drawn).expect("a run");
                (scenario, values)
            })
            .collect();
        let value = |&(scenario, n, year): &(Option<usize>, usize, i32)| {
            let (_, values) = runs.iter().find(|(own, _)| *own == scenario).expect("a run");
            let question = &questions(model)[n];
            ask(model, values, &base, question, &question.expr, &[], year).expect("a value")
        };
        self.asked.iter().map(value).collect()
    }
}

/// Numbers from 0 to 1 that look scattered.
fn scattered(n: usize, count: usize) -> Vec<f64> {
    (1..=count).map(|i| (i as f64 * [0.618_034, 0.414_214, 0.732_051][n]).fract()).collect()
}

#[test]
fn a_matrix_of_points_is_one_run_for_each_point() {
    const COUNT: usize = 601;
    let study = Study::new(DRAWN, |model| vec![whole(model, "k", 2.0)], &Stop::default());
    let given = whole(&study.model, "k", 2.0);
    let k: Vec<f64> = scattered(0, COUNT).iter().map(|u| 1.0 + 2.0 * u).collect();
    let (growth, jump) = (scattered(1, COUNT), scattered(2, COUNT));
    let uniform = |name| study.recording.uniform_input(name, 0).expect("an input");
    let points = [
        (study.recording.override_input(&given).expect("an input"), &k[..]),
        (uniform("g[a]#0"), &growth[..]),
        (uniform("jump#0"), &jump[..]),
    ];
    let found = study.evaluate(&points);
    assert_eq!(found.values.dim(), (COUNT, study.wanted.len()));
    assert!(found.failed.is_empty());
    for point in [0, 1, 255, 256, 300, COUNT - 1] {
        let mut own = given.clone();
        own.value = k[point];
        let drawn = [("g[a]#0", growth[point]), ("jump#0", jump[point])];
        let drawn = Drawn::of(drawn.map(|(name, u)| (name.to_owned(), 0, u)));
        let wanted = study.by_itself(&[own], &drawn);
        for (n, wanted) in wanted.into_iter().enumerate() {
            let found = found.values[(point, n)];
            assert_eq!(found.to_bits(), wanted.to_bits(), "{point} {n}: {found} {wanted}");
        }
    }
}

#[test]
fn a_matrix_of_points_solves_each_of_them() {
    const COUNT: usize = 300;
    let overrides = |model: &Model| {
        let mut supply = whole(model, "supply", 3.0);
        supply.target.cell = vec![Some(0)];
        vec![supply, whole(model, "elasticity", 1.5)]
    };
    let study = Study::new(SOLVED, overrides, &Stop::default());
    let given = overrides(&study.model);
    let supply: Vec<f64> = scattered(0, COUNT).iter().map(|u| 1.0 + 5.0 * u).collect();
    let elasticity: Vec<f64> = scattered(1, COUNT).iter().map(|u| 0.5 + 2.0 * u).collect();
    let column = |n: usize| study.recording.override_input(&given[n]).expect("an input");
    let points = [(column(0), &supply[..]), (column(1), &elasticity[..])];
    let found = study.evaluate(&points);
    assert!(found.failed.is_empty(), "{:?}", found.failed);
    for point in [0, 17, 255, 256, COUNT - 1] {
        let mut own = given.clone();
        (own[0].value, own[1].value) = (supply[point], elasticity[point]);
        let wanted = study.by_itself(&own, &Drawn::of([]));
        let alone = [(column(0), &supply[point..=point]), (column(1), &elasticity[point..=point])];
        let alone = study.evaluate(&alone);
        for (n, wanted) in wanted.into_iter().enumerate() {
            let (found, alone) = (found.values[(point, n)], alone.values[(0, n)]);
            assert_eq!(found.to_bits(), alone.to_bits());
            // A run by itself searches from other starts: the same solution, but for its last bits.
            assert!(
                (found - wanted).abs() <= 1e-12 * wanted.abs(),
                "{point} {n}: {found} {wanted}"
            );
        }
    }
}

#[test]
fn points_without_a_value_are_named_and_leave_the_others() {
    let script = "years 2024..2025\nparam a = 4\nvar p start 1\nsolve p so that p ^ 2 == a\n\
        var share: in 0..10\nshare = 6 / (a - 2)\nshow p, share in 2025\n";
    let script = script.replace("var share: in 0..10", "var share");
    let study = Study::new(&script, |model| vec![whole(model, "a", 4.0)], &Stop::default());
    let column = study.recording.override_input(&whole(&study.model, "a", 4.0)).expect("an input");
    let mut numbers = vec![9.0; 700];
    (numbers[3], numbers[5], numbers[300]) = (-1.0, 2.0, -4.0);
    let found = study.evaluate(&[(column, &numbers)]);
    let failed: Vec<(u64, bool)> =
        found.failed.iter().map(|bad| (bad.draw, bad.unsolved)).collect();
    assert_eq!(failed, [(3, true), (5, false), (300, true)]);
    for (point, row) in found.values.rows().into_iter().enumerate() {
        if [3, 5, 300].contains(&point) {
            assert!(row.iter().all(|value| value.is_nan()));
        } else {
            assert!(
                (row[0].abs() - 3.0).abs() < 1e-12 && (row[2] - 6.0 / 7.0).abs() < 1e-15,
                "{row}"
            );
        }
    }
}

/// Evaluates a design, and each of its points as a point of a matrix; asserts that the bits are equal.
fn assert_replaced(
    study: &Study,
    inputs: &[PointInput],
    bounds: [f64; 2],
    base: usize,
) -> Evaluated {
    let [low, high] = bounds;
    let numbers = |offset: f64| {
        Array2::from_shape_fn((base, inputs.len()), |(row, input)| {
            let place = (row + 1) as f64 * [0.618_034, 0.414_214, 0.732_051][input] + offset;
            low + (high - low) * place.fract()
        })
    };
    let (a, b) = (numbers(0.0), numbers(0.37));
    let lanes = inputs.len() + 2;
    let columns: Vec<Vec<f64>> = (0..inputs.len())
        .map(|input| {
            let number = |row: usize| {
                let from_b = row % lanes == 1 || row % lanes == input + 2;
                (if from_b { &b } else { &a })[(row / lanes, input)]
            };
            (0..base * lanes).map(number).collect()
        })
        .collect();
    let points: Vec<(PointInput, &[f64])> =
        inputs.iter().copied().zip(columns.iter().map(Vec::as_slice)).collect();
    let wanted = study.evaluate(&points);
    let design = ReplacementDesign { inputs, a: a.view(), b: b.view() };
    let program = study.recording.compile_for_replacements(&study.wanted);
    let solver = &study.model.solver;
    let found = study.recording.execute_replacements(&program, design, solver, &|_| {});
    let found = found.expect("values");
    assert_eq!(found.values.dim(), wanted.values.dim());
    for ((at, found), wanted) in found.values.indexed_iter().zip(&wanted.values) {
        assert_eq!(found.to_bits(), wanted.to_bits(), "{at:?}: {found} {wanted}");
    }
    let failed = |of: &Evaluated| -> Vec<u64> { of.failed.iter().map(|bad| bad.draw).collect() };
    assert_eq!(failed(&found), failed(&wanted));
    found
}

/// Base points that fill lanes, and others that do not; values of earlier years that no input changes; blocks.
#[test]
fn a_design_with_one_input_replaced_is_the_matrix_of_its_points() {
    let study = Study::new(DRAWN, |model| vec![whole(model, "k", 2.0)], &Stop::default());
    let uniform = |name| study.recording.uniform_input(name, 0).expect("an input");
    let inputs = [uniform("g[a]#0"), uniform("jump#0"), uniform("step#0")];
    for base in [1, 256, 601, 1_024] {
        let found = assert_replaced(&study, &inputs, [0.0, 1.0], base);
        assert!(found.failed.is_empty());
    }
    let supply = |model: &Model| vec![whole(model, "elasticity", 1.5)];
    let study = Study::new(SOLVED, supply, &Stop::default());
    let given = &supply(&study.model)[0];
    let column = study.recording.override_input(given).expect("an input");
    assert_replaced(&study, &[column], [0.5, 2.5], 300);
}

#[test]
fn a_design_names_its_points_without_a_value() {
    let script = "years 2024..2025\nparam a = 4\nparam c = 1\nvar p start 1\nsolve p so that p ^ 2 == a\n\
        var share\nshare = 6 * c / (if c < 0.2 then 0 else 1)\nshow p, share in 2025\n";
    let given = |model: &Model| vec![whole(model, "a", 4.0), whole(model, "c", 1.0)];
    let study = Study::new(script, given, &Stop::default());
    let inputs: Vec<PointInput> = given(&study.model)
        .iter()
        .map(|given| study.recording.override_input(given).expect("an input"))
        .collect();
    let found = assert_replaced(&study, &inputs, [-0.2, 1.0], 300);
    assert!(found.failed.len() > 100 && found.failed.len() < 1_100, "{}", found.failed.len());
}

#[test]
fn threads_change_no_point_and_the_flag_ends_them() {
    let stop = Stop::new();
    let study = Study::new(DRAWN, |model| vec![whole(model, "k", 2.0)], &stop);
    let column = study.recording.override_input(&whole(&study.model, "k", 2.0)).expect("an input");
    let numbers: Vec<f64> = scattered(0, 20_001).iter().map(|u| 1.0 + u).collect();
    let points = [(column, &numbers[..])];
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| study.evaluate(&points)).values
    };
    let one = on(1);
    for threads in [2, 5] {
        let other = on(threads);
        assert!(one.iter().zip(&other).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
    stop.raise();
    let solver = &study.model.solver;
    let found = study.recording.evaluate_points(&study.wanted, &points, solver, &|_| {});
    assert_eq!(found.expect_err("a diagnostic").code, Code::Interrupted);
}
