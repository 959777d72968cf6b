//! Simulation: compares the engine, which computes lanes of draws, with this interpreter for single draws.
//!
//! A draw is a function of the seed, the name of the random quantity and the draw's number, so the numbers of
//! a draw are computed here without the engine's program (`uniform`).

use mizan::engine::Values;
use mizan::engine::run;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::{
    RecordedRun as Recorded, RecordedValue, Recording, Simulation, Statistics,
};
use mizan::model::{ChangeId, Expr, Model, QuantityId, Question, Shown, Time};

use super::agree::{Tally, cells, each_model};
use super::interpreter::{Fault, Found, Run};
use super::joint::{blocks, correlated};
use super::script::{ALL, script};
use super::uniform::{Draw, Sampling};

const DRAWS: u64 = 40;
const SEED: u64 = 11;
/// The draws that are compared.
const COMPARED: [usize; 3] = [0, 13, 39];

/// A wanted value: its run, cell and year.
struct Asked {
    /// Index of the run; 0 is the baseline.
    run: usize,
    quantity: QuantityId,
    cell: Vec<u32>,
    year: i32,
    wanted: RecordedValue,
}

/// The runs of a model, written down; none if one of them has no value.
fn record(model: &Model) -> Option<(Recording, Vec<Asked>)> {
    let mut recording = Recording::default();
    let plain = run(model, &[], None).ok()?;
    let base = recording.record(model, &[], &plain, None).ok()?;
    let mut asked = Vec::new();
    ask(model, &mut recording, 0, (&base, &plain), (&base, &plain), &mut asked)?;
    for (n, scenario) in model.scenarios.iter().enumerate() {
        let values = run(model, &scenario.changes, Some(&plain)).ok()?;
        let known = Some((&base, &plain));
        let recorded = recording.record(model, &scenario.changes, &values, known).ok()?;
        let own = (&recorded, &values);
        ask(model, &mut recording, n + 1, own, (&base, &plain), &mut asked)?;
    }
    recording.correlate(model).expect("correlations that can hold");
    Some((recording, asked))
}

/// Asks for every cell in the last year and in one before.
fn ask(
    model: &Model,
    recording: &mut Recording,
    number: usize,
    own: (&Recorded, &Values),
    base: (&Recorded, &Values),
    asked: &mut Vec<Asked>,
) -> Option<()> {
    let changes = number.checked_sub(1).map_or(&[][..], |n| &model.scenarios[n].changes);
    let naive = Run::new(model, changes, None, None);
    let (first, last) = model.years;
    for quantity in (0..model.quantities.len()).filter(|&id| naive.has(id)) {
        let span = model.quantities[quantity].span;
        for (_, cell) in cells(model, quantity) {
            for year in [first + (last - first) / 2, last] {
                let expr = Expr::Read {
                    quantity,
                    cells: cell.iter().map(|&element| Expr::Const(element.into())).collect(),
                    time: Time::Offset(0),
                    span,
                };
                let question = Question {
                    text: model.quantities[quantity].name.clone(),
                    expr: expr.clone(),
                    probability: false,
                    loops: Vec::new(),
                    kind: model.quantities[quantity].kind,
                    shown: Shown::default(),
                    span,
                };
                let wanted = recording.ask(model, own, base, &question, &expr, (&[], year)).ok()?;
                asked.push(Asked { run: number, quantity, cell: cell.clone(), year, wanted });
            }
        }
    }
    Some(())
}

/// Compares some plain draws of all values.
pub(super) fn compare_draws(model: &Model) -> Result<Tally, String> {
    compare_drawn(model, Method::Plain, false)
}

/// Compares some draws of every way of sampling; `solves` says whether cycles are solved.
fn compare_all_methods(model: &Model, solves: bool) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for method in [Method::Plain, Method::LatinHypercube { draws: DRAWS }, Method::Sobol] {
        let compared = compare_drawn(model, method, solves);
        tally.count(compared.map_err(|problem| format!("{method:?}: {problem}"))?);
    }
    Ok(tally)
}

fn compare_drawn(model: &Model, method: Method, solves: bool) -> Result<Tally, String> {
    let Some((recording, asked)) = record(model) else {
        return Ok(Tally { refused: 1, ..Tally::default() });
    };
    if recording.is_certain() {
        return Ok(Tally::default());
    }
    let wanted: Vec<(RecordedValue, Statistics)> =
        asked.iter().map(|asked| (asked.wanted, Statistics::Draws)).collect();
    let simulation = Simulation { draws: DRAWS, seed: SEED, method };
    let sampling = Sampling::new(model, &recording, simulation);
    let values_of =
        |number: u64| values_of(model, &asked, Draw { sampling: &sampling, number }, solves);
    let drawn = match recording.simulate(&wanted, &simulation, &model.solver, &[], &|_| {}) {
        Ok(drawn) => drawn,
        Err(bad) => return compare_bad(&values_of(bad.draw), bad.draw),
    };
    let mut tally = Tally::default();
    for number in COMPARED {
        for (values, wanted) in drawn.iter().zip(values_of(number as u64)) {
            match wanted {
                (name, Ok(wanted)) => {
                    let found = values.draws[number];
                    if !wanted.agrees(found) {
                        return Err(format!("{name} in draw {number}: {found:e}, not {wanted:?}"));
                    }
                    tally.values += 1;
                    tally.blunt += usize::from(!wanted.is_sharp());
                }
                (_, Err(Fault::Close)) => tally.close += 1,
                (name, Err(fault)) => {
                    return Err(format!(
                        "{name} in draw {number}: {fault:?}, but {}",
                        values.draws[number]
                    ));
                }
            }
        }
    }
    Ok(tally)
}

/// A draw that the engine refuses has no value here either, or one out of bounds.
fn compare_bad(values: &[(String, Found)], draw: u64) -> Result<Tally, String> {
    match values.iter().any(|(_, value)| value.is_err()) {
        true => Ok(Tally { refused: 1, ..Tally::default() }),
        false => Err(format!("draw {draw} is refused, but all values are known")),
    }
}

/// Returns the requested values in one draw, with their names.
fn values_of(model: &Model, asked: &[Asked], draw: Draw<'_>, solves: bool) -> Vec<(String, Found)> {
    let run = |changes: &[ChangeId], baseline| {
        Run::new(model, changes, baseline, Some(draw)).solving(solves)
    };
    let base = run(&[], None);
    let others: Vec<Run<'_>> =
        model.scenarios.iter().map(|s| run(&s.changes, Some(&base))).collect();
    let value = |asked: &Asked| {
        let run = asked.run.checked_sub(1).map_or(&base, |n| &others[n]);
        let name = model.cell_name(&model.quantities[asked.quantity], &asked.cell);
        let scenario = model.scenario_name(asked.run.checked_sub(1));
        let name = format!("{name} in {} for {scenario}", asked.year);
        (name, run.value(asked.quantity, &asked.cell, asked.year))
    };
    asked.iter().map(value).collect()
}

#[test]
fn each_draw_of_a_random_script_is_a_run_with_its_numbers() {
    let tally = each_model(super::cases(300), |tape| script(tape, ALL).text(), compare_draws);
    assert!(tally.models > 290, "{tally:?}");
    assert!(tally.values > 50_000, "{tally:?}");
    assert!(tally.blunt * 50 < tally.values, "rounding explains little: {tally:?}");
    assert!(tally.refused < 80 && tally.close * 10 < tally.values, "{tally:?}");
}

#[test]
fn correlated_draws_of_a_random_script_are_runs_with_their_numbers() {
    let text = |tape: &[u16]| correlated(tape).text();
    let tally = each_model(super::cases(24), text, |model| compare_all_methods(model, false));
    assert!(tally.models > 20, "{tally:?}");
    assert!(tally.values > 25_000, "{tally:?}");
    assert!(tally.blunt * 20 < tally.values, "rounding explains little: {tally:?}");
    assert!(tally.refused < 20 && tally.close * 10 < tally.values, "{tally:?}");
}

/// Values must agree to a relative 1e-9, because of the solver's tolerance.
#[test]
fn draws_of_random_blocks_are_solved_as_an_interval_is_halved() {
    let text = |tape: &[u16]| blocks(tape).text();
    let tally = each_model(super::cases(25), text, |model| compare_all_methods(model, true));
    assert!(tally.models > 20, "{tally:?}");
    assert!(tally.values > 10_000, "{tally:?}");
    assert!(tally.refused < 20 && tally.close * 10 < tally.values, "{tally:?}");
}
