//! Starting points of a simulation's draws: first the solution at the medians, then the starts of a single run.

use mizan::analysis::answer_with;
use mizan::diagnostic::Diagnostic;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::{RecordedValue, Recording, Simulation, Statistics};
use mizan::engine::{ask, run, run_drawn};
use mizan::model::{Ask, ChangeId, Model, Question};
use mizan::session::load;

fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics))
}

fn plain(draws: u64) -> Simulation {
    Simulation { draws, seed: 7, method: Method::Plain }
}

/// A model and a recording of its first query's values in the last year.
struct Study {
    model: Model,
    recording: Recording,
    wanted: Vec<(RecordedValue, Statistics)>,
}

impl Study {
    fn new(script: &str) -> Self {
        let (model, mut recording) = (model(script), Recording::default());
        let baseline = run(&model, &[], None).expect("a run");
        let values = run(&model, changes(&model), Some(&baseline)).expect("a run");
        let base = recording.record(&model, &[], &baseline, None).expect("a recording");
        let known = Some((&base, &baseline));
        let own = recording.record(&model, changes(&model), &values, known).expect("a recording");
        let (own, base) = ((&own, &values), (&base, &baseline));
        let (questions, year) = asked(&model);
        let mut value = |question: &Question| {
            let value = recording.ask(&model, own, base, question, &question.expr, (&[], year));
            (value.expect("a value"), Statistics::Draws)
        };
        let wanted = questions.iter().map(&mut value).collect();
        Self { model, recording, wanted }
    }

    /// Returns the draws of each value.
    fn simulate(&self, simulation: &Simulation) -> Vec<Vec<f64>> {
        let solver = &self.model.solver;
        let found = self.recording.simulate(&self.wanted, simulation, solver, &[], &|_| {});
        let found = found.unwrap_or_else(|bad| panic!("{bad:?}"));
        found.into_iter().map(|found| found.draws).collect()
    }

    /// Returns the values in a single run with the numbers of one draw.
    fn by_itself(&self, simulation: &Simulation, draw: usize) -> Result<Vec<f64>, Diagnostic> {
        let (model, (questions, year)) = (&self.model, asked(&self.model));
        let drawn = self.recording.drawn(simulation, draw as u64);
        let baseline = run_drawn(model, &[], None, &drawn)?;
        let values = run_drawn(model, changes(model), Some(&baseline), &drawn)?;
        let value = |question: &Question| {
            ask(model, &values, &baseline, question, &question.expr, &[], year)
        };
        questions.iter().map(value).collect()
    }

    /// Compares the first draws with single runs; returns how many of these fail.
    fn agrees(&self, draws: usize) -> usize {
        let simulation = plain(1_000);
        let (found, mut fail) = (self.simulate(&simulation), 0);
        for draw in 0..draws {
            let Ok(wanted) = self.by_itself(&simulation, draw) else {
                fail += 1;
                continue;
            };
            for (found, wanted) in found.iter().zip(wanted) {
                let off = (found[draw] - wanted).abs();
                assert!(off <= 1e-8 * wanted.abs(), "{draw}: {} {wanted}", found[draw]);
            }
        }
        fail
    }
}

fn asked(model: &Model) -> (&[Question], i32) {
    let Ask::Show(questions) = &model.queries[0].ask else { panic!("a table") };
    (questions, model.queries[0].years.last())
}

fn changes(model: &Model) -> &[ChangeId] {
    model.queries[0].scenarios[0].map_or(&[], |scenario| &model.scenarios[scenario].changes)
}

/// Three regions that trade where the price difference pays for transport, with random demand: in some
/// draws the search from the medians' flows fails.
fn spatial() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/models/spatial.mizan");
    let mut script = std::fs::read_to_string(path).expect("the example");
    let asked = "price[one], price[two], price[three], supply[one]";
    for (known, random) in [
        ("two: 54, three: 51 }", "two: normal(54, 5), three: normal(51, 5) }"),
        ("price[*], supply[*], demand[*], flow[*, *]", asked),
    ] {
        assert!(script.contains(known), "{known}");
        script = script.replace(known, random);
    }
    script
}

#[test]
fn flows_that_another_draw_has_at_0_are_found() {
    let found = answer_with(&model(&spatial()), Some(&plain(3_000)), &|_| {});
    assert!(found.is_ok(), "{found:#?}");
    // Where goods may take two routes at the same cost, a single run may end between them.
    let failing = Study::new(&spatial()).agrees(1_000);
    assert!(failing < 50, "{failing}");
}

/// A draw that is solved from a further start has the same bits with any other draws and any number of
/// threads.
#[test]
fn neighbours_change_no_bit_of_a_draw() {
    let study = Study::new(&spatial());
    let all = study.simulate(&plain(2_500));
    for (draws, threads) in [(1, 1), (7, 1), (300, 2), (2_500, 1), (2_500, 3)] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let some = pool.install(|| study.simulate(&plain(draws)));
        for (some, all) in some.iter().zip(&all) {
            let bits = |draws: &[f64]| draws.iter().map(|draw| draw.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(some), bits(&all[..draws as usize]), "{draws} {threads}");
        }
    }
}

/// `x` within `w` of a number has one solution, `w * tanh(k / 2)` above it; further off no equation has a
/// value.
fn near(number: &str, w: &str, k: &str) -> String {
    format!("solve x so that ln(x - {number} + {w}) - ln({number} + {w} - x) == {k}\n")
}

#[test]
fn a_draw_is_searched_from_what_the_script_gives_and_from_its_last_year() {
    let number = "(a + 0.2 * (t - 2024) / 1 year)";
    let script = format!(
        "years 2024..2028\nparam a = uniform(10, 60)\nvar x start a\n{}show x - a in 2028\n",
        near(number, "0.5", "1")
    );
    let study = Study::new(&script);
    for (draw, x) in study.simulate(&plain(1_000))[0].iter().enumerate() {
        assert!((x - 0.8 - 0.5 * 0.5_f64.tanh()).abs() < 1e-9, "{draw}: {x}");
    }
    assert_eq!(study.agrees(20), 0);
}

#[test]
fn a_draw_is_searched_from_its_baseline() {
    let script = format!(
        "years 2024..2024\nparam a = uniform(10, 60)\nparam w = 1000\nvar x\n{}\
         scenario narrow {{ w = 0.5 }}\nshow x - a for narrow\n",
        near("a", "w", "0.0001")
    );
    let study = Study::new(&script);
    for (draw, x) in study.simulate(&plain(1_000))[0].iter().enumerate() {
        assert!((x - 0.5 * 0.00005_f64.tanh()).abs() < 1e-9, "{draw}: {x}");
    }
    assert_eq!(study.agrees(20), 0);
}

fn problem(script: &str) -> Diagnostic {
    answer_with(&model(script), Some(&plain(1_000)), &|_| {}).expect_err("no solution")
}

#[test]
fn a_draw_without_a_solution_says_which_equations_have_none() {
    let found = problem(
        "years 2024..2025\nparam a = normal(1, 1)\nvar x start 1\nsolve x so that x ^ 2 == a\nshow x\n",
    );
    assert_eq!(found.code.name(), "no-convergence");
    assert!(found.message.contains("the equation of `x` in 2024"), "{found:#?}");
    assert!(found.message.contains(", in draw "), "{found:#?}");
    assert!(found.help.iter().any(|help| help.contains("limits")), "{found:#?}");
}

/// From the solution at the medians `x` is 2, and `y` has no solution where `c` is 2; from a negative start it is -2.
#[test]
fn a_draw_that_only_a_run_by_itself_solves_says_so() {
    let found = problem(
        "years 2024..2024\nparam s = uniform(-1, 3)\nvar c\nc = if s < 0 then 2 else 1\n\
         var x start s\nvar y start 1\nsolve x so that x ^ 2 == 4 + 0 * s\n\
         solve y so that y ^ 2 == 3 - c * x\nshow y\n",
    );
    assert_eq!(found.code.name(), "no-convergence");
    assert!(
        found.message.contains("in draw ") && found.message.contains("by itself"),
        "{found:#?}"
    );
    assert!(!found.help.iter().any(|help| help.contains("limits")), "{found:#?}");
}
