//! Runs at the medians: every cell and year, in the baseline and every scenario.

use mizan::engine::{Values, ask, run};
use mizan::model::{Ask, Definition, Model, QuantityId};
use mizan::session::load;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::choices::tapes;
use super::interpreter::{Fault, Place, Run};
use super::script::{ALL, script};

/// Counts of the outcomes of comparisons.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    /// Scripts without a mistake.
    pub(super) models: usize,
    /// Scripts in which the checker found one.
    pub(super) mistaken: usize,
    /// Values that agree.
    pub(super) values: usize,
    /// Of the values that agree, those with a rounding bound above 1e-12.
    pub(super) blunt: usize,
    /// Runs that both interpreters refuse.
    pub(super) refused: usize,
    /// Values that depend on a comparison which rounding decides.
    pub(super) close: usize,
}

impl Tally {
    pub(super) fn count(&mut self, other: Tally) {
        self.models += other.models;
        self.mistaken += other.mistaken;
        self.values += other.values;
        self.blunt += other.blunt;
        self.refused += other.refused;
        self.close += other.close;
    }
}

/// Returns the cells of a quantity within its index sets.
pub(super) fn cells(model: &Model, id: QuantityId) -> Vec<(usize, Vec<u32>)> {
    let axes = &model.quantities[id].axes;
    let inside = |(_, cell): &(usize, Vec<u32>)| {
        axes.iter().zip(cell).all(|(&set, element)| model.sets[set].members.contains(element))
    };
    model.cells_of(id).into_iter().enumerate().filter(inside).collect()
}

/// Compares a run of the engine with one of this interpreter.
pub(super) fn compare(
    model: &Model,
    found: Result<&Values, &'static str>,
    naive: &Run<'_>,
    what: &str,
) -> Result<Tally, String> {
    let (mut faults, mut tally) = (Vec::new(), Tally::default());
    for id in (0..model.quantities.len()).filter(|&id| naive.has(id)) {
        let values: Option<Vec<f64>> =
            found.ok().map(|values| values.array(id).iter().copied().collect());
        for (n, cell) in cells(model, id) {
            for year in model.years.0..=model.years.1 {
                let name = || {
                    format!("{} in {year}, {what}", model.cell_name(&model.quantities[id], &cell))
                };
                let wanted = match naive.value(id, &cell, year) {
                    Ok(wanted) => wanted,
                    Err(Fault::Close) => {
                        tally.close += 1;
                        continue;
                    }
                    Err(Fault::Circle) => return Err(format!("a circle: {}", name())),
                    Err(Fault::NoValue(code)) => {
                        faults.push((code, name()));
                        continue;
                    }
                };
                let at = n * model.horizon() + (year - model.years.0) as usize;
                let Some(&found) = values.as_ref().and_then(|values| values.get(at)) else {
                    continue;
                };
                if !wanted.agrees(found) {
                    return Err(format!("{}: {found:e}, not {wanted:?}", name()));
                }
                tally.values += 1;
                tally.blunt += usize::from(!wanted.is_sharp());
            }
        }
    }
    match found {
        Ok(_) if faults.is_empty() => Ok(tally),
        Err(code) if tally.close > 0 || faults.iter().any(|(other, _)| *other == code) => {
            Ok(Tally { refused: 1, ..tally })
        }
        found => Err(format!("{:?}, but {:?}, {what}", found.map(|_| "a run"), faults.first())),
    }
}

/// Compares the values of a script's queries in every cell and year.
fn compare_questions(
    model: &Model,
    values: &Values,
    baseline: &Values,
    naive: &Run<'_>,
) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for query in &model.queries {
        let Ask::Show(questions) = &query.ask else { continue };
        for question in questions {
            let definition =
                Definition::value(Vec::new(), model.years, question.expr.clone(), question.span);
            let place =
                Place { definition: &definition, quantity: &model.quantities[0], cell: &[] };
            for elements in naive.combinations(&question.loops) {
                let mut slots = vec![0; model.slots];
                for (&(slot, _), &element) in question.loops.iter().zip(&elements) {
                    slots[slot] = element;
                }
                for year in query.years.iter() {
                    let found =
                        ask(model, values, baseline, question, &question.expr, &elements, year);
                    let wanted = naive.eval(&question.expr, year, &mut slots, &place);
                    match (found.map_err(|found| found.code.name()), wanted) {
                        (_, Err(Fault::Close)) => {}
                        (Err(code), Err(Fault::NoValue(other))) if code == other => {}
                        (Ok(found), Ok(wanted)) if wanted.agrees(found) => tally.values += 1,
                        (found, wanted) => {
                            let text = &question.text;
                            return Err(format!("{text} in {year}: {found:?}, not {wanted:?}"));
                        }
                    }
                }
            }
        }
    }
    Ok(tally)
}

/// Compares the baseline and every scenario of a model.
pub(super) fn compare_all(model: &Model) -> Result<Tally, String> {
    compare_runs(model, false)
}

/// Compares the baseline and every scenario of a model; `solves` says whether this interpreter solves equations
/// that depend on each other.
pub(super) fn compare_runs(model: &Model, solves: bool) -> Result<Tally, String> {
    let naive = Run::new(model, &[], None, None).solving(solves);
    let baseline = run(model, &[], None).map_err(|found| found.code.name());
    let mut tally = compare(model, baseline.as_ref().map_err(|code| *code), &naive, "baseline")?;
    let Ok(baseline) = baseline else { return Ok(tally) };
    tally.count(compare_questions(model, &baseline, &baseline, &naive)?);
    for scenario in &model.scenarios {
        let found =
            run(model, &scenario.changes, Some(&baseline)).map_err(|found| found.code.name());
        let naive = Run::new(model, &scenario.changes, Some(&naive), None).solving(solves);
        tally.count(compare(model, found.as_ref().map_err(|code| *code), &naive, &scenario.name)?);
        if let Ok(values) = &found {
            tally.count(compare_questions(model, values, &baseline, &naive)?);
        }
    }
    Ok(tally)
}

/// Reads and compares random scripts; a failure shows the simplest script that fails.
pub(super) fn each_model(
    cases: ProptestConfig,
    text: impl Fn(&[u16]) -> String,
    compare: impl Fn(&Model) -> Result<Tally, String>,
) -> Tally {
    let all = std::cell::RefCell::new(Tally::default());
    let outcome = TestRunner::new(cases).run(&tapes(), |tape| {
        let text = text(&tape);
        let program = load("random.mizan", &text);
        let tally = match program.model {
            Some(model) => {
                let tally = compare(&model);
                tally.map_err(|problem| TestCaseError::fail(format!("{problem}\n{text}")))?
            }
            None => Tally { mistaken: 1, ..Tally::default() },
        };
        let models = 1 - tally.mistaken;
        all.borrow_mut().count(Tally { models, ..tally });
        Ok(())
    });
    if let Err(found) = outcome {
        panic!("{found}");
    }
    all.into_inner()
}

/// A quarter of 2,000 random scripts: four tests run at once.
fn random_scripts_run_as_they_read(part: u64) {
    let tally = each_model(super::part(500, part), |tape| script(tape, ALL).text(), compare_all);
    assert!(tally.models >= 490, "random scripts are to be without mistakes: {tally:?}");
    assert!(tally.values > 100_000, "{tally:?}");
    assert!(tally.blunt * 50 < tally.values, "rounding explains little: {tally:?}");
    assert!(tally.close * 50 < tally.values && tally.refused < 100, "most is compared: {tally:?}");
}

#[test]
fn random_scripts_run_as_they_read_1() {
    random_scripts_run_as_they_read(1);
}

#[test]
fn random_scripts_run_as_they_read_2() {
    random_scripts_run_as_they_read(2);
}

#[test]
fn random_scripts_run_as_they_read_3() {
    random_scripts_run_as_they_read(3);
}

#[test]
fn random_scripts_run_as_they_read_4() {
    random_scripts_run_as_they_read(4);
}
