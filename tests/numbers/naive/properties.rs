//! Properties of every script, tested on random ones: units of money, the order of statements, unused
//! statements, and the years before a change.

use mizan::engine::run;
use mizan::model::{Kind, Model};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::cases;
use super::choices::tapes;
use super::interpreter::Run;
use super::script::{ALL, Features, Script, script};
use super::target::{bits, model};

/// Returns the exponent of money in the unit of every quantity.
fn powers(model: &Model) -> Vec<i32> {
    let power = |kind| match kind {
        Kind::Plain { dimension, .. } => dimension.money() as i32,
        _ => 0,
    };
    model.quantities.iter().map(|quantity| power(quantity.kind)).collect()
}

proptest! {
    #![proptest_config(cases(100))]

    /// Money is doubled ten times; a multiplication by a power of two is exact.
    #[test]
    fn twice_the_money_ten_times_over_multiplies_money_to_the_last_bit(tape in tapes()) {
        let features = Features { random: false, ..ALL };
        let texts = [1, 1 << 10].map(|money| script(&tape, Features { money, ..features }).text());
        let [plain, larger] = [&texts[0], &texts[1]].map(|text| model(text));
        let powers = powers(&plain);
        let runs = [&plain, &larger].map(|model| {
            let baseline = run(model, &[], None).ok()?;
            let scenario = |n: usize| run(model, &model.scenarios[n].changes, Some(&baseline)).ok();
            let mut all: Vec<_> = (0..model.scenarios.len()).map(scenario).collect();
            all.push(Some(baseline));
            Some(all)
        });
        let [before, after] = runs;
        prop_assert_eq!(before.is_some(), after.is_some());
        for (before, after) in before.into_iter().flatten().zip(after.into_iter().flatten()) {
            prop_assert_eq!(before.is_some(), after.is_some());
            let (Some(before), Some(after)) = (before, after) else { continue };
            for (id, &power) in powers.iter().enumerate() {
                for (a, b) in before.array(id).iter().zip(&after.array(id)) {
                    let wanted = a * 1024_f64.powi(power);
                    prop_assert!(wanted.to_bits() == b.to_bits(), "{}: {a} {b}\n{}", plain.quantities[id].name, texts[0]);
                }
            }
        }
    }

    #[test]
    fn a_thousand_times_the_money_multiplies_random_amounts_too(tape in tapes()) {
        let texts = [1, 1000].map(|money| script(&tape, Features { money, ..ALL }).text());
        let [plain, larger] = [&texts[0], &texts[1]].map(|text| model(text));
        let naive = Run::new(&plain, &[], None, None);
        let Ok(after) = run(&larger, &[], None) else { return Ok(()) };
        for (id, power) in powers(&plain).into_iter().enumerate() {
            let values: Vec<f64> = after.array(id).iter().copied().collect();
            for (n, cell) in super::agree::cells(&plain, id) {
                for (year, at) in (plain.years.0..=plain.years.1).zip(n * plain.horizon()..) {
                    let Ok(wanted) = naive.value(id, &cell, year) else { return Ok(()) };
                    let found = values[at] / 1000_f64.powi(power);
                    // Each of the two runs has its own rounding errors.
                    let agrees = (found - wanted.value).abs() <= (1e-12 * found.abs()).max(16.0 * wanted.slack);
                    prop_assert!(agrees, "{}: {found} {wanted:?}\n{}", plain.quantities[id].name, texts[0]);
                }
            }
        }
    }

    /// A line outside a scenario edits the baseline as a scenario would.
    #[test]
    fn an_edit_of_the_baseline_is_a_scenario_for_all(tape in tapes()) {
        let mut script = Script::opened(&tape, Features { baseline: false, ..ALL });
        script.declare();
        let text = script.text();
        script.late_scenario();
        let apart = script.text();
        let change = script.statements.pop().unwrap_or_default();
        let lines = change.lines().filter(|line| line.starts_with("  ")).map(|line| format!("{line}\n"));
        let edited = model(&(text + &lines.collect::<String>()));
        let apart = model(&apart);
        let Ok(baseline) = run(&apart, &[], None) else { return Ok(()) };
        let late = run(&apart, &apart.scenarios[0].changes, Some(&baseline)).map_err(|found| found.code.name());
        match (late, run(&edited, &[], None).map_err(|found| found.code.name())) {
            (Ok(late), Ok(edited)) => {
                for (id, quantity) in apart.quantities.iter().enumerate() {
                    for (a, b) in late.array(id).iter().zip(&edited.array(id)) {
                        prop_assert!(a.to_bits() == b.to_bits(), "{}: {a} {b}\n{}", quantity.name, script.text() + &change);
                    }
                }
            }
            (late, edited) => prop_assert_eq!(late.err(), edited.err()),
        }
    }

    #[test]
    fn the_order_of_statements_and_what_nothing_reads_change_no_bit(tape in tapes(), order in any::<u64>()) {
        let script = script(&tape, ALL);
        let unread = "unit barrels\nset zoo = lion, tiger\nparam aa_given[zoo] = normal(1, 2)\n\
                      factor zz_lift[zoo]\nvar aa_made[zoo] = aa_given[lion] * 2 + zz_lift[tiger]\n";
        let (text, other) = (script.text(), script.shuffled(order) + unread);
        let mut found = bits(&model(&other));
        let added = |name: &str| ["aa_given", "zz_lift", "aa_made"].iter().any(|own| name.starts_with(own));
        found.retain(|(name, _)| !added(name));
        prop_assert!(found == bits(&model(&text)), "{text}\n{other}");
    }
}

#[test]
fn a_change_leaves_the_years_before_it_as_they_are() {
    let moved = std::cell::Cell::new(0);
    let outcome = TestRunner::new(cases(200)).run(&tapes(), |tape| {
        let mut script = Script::opened(&tape, Features { future: false, ..ALL });
        script.declare();
        let Some(from) = script.late_scenario() else { return Ok(()) };
        let (text, before) = (script.text(), from - script.years.0);
        let model = model(&text);
        let Ok(baseline) = run(&model, &[], None) else { return Ok(()) };
        let late = model.scenarios.iter().find(|scenario| scenario.name == "late").expect("late");
        let Ok(changed) = run(&model, &late.changes, Some(&baseline)) else { return Ok(()) };
        let mut differs = false;
        for (id, quantity) in model.quantities.iter().enumerate() {
            for (n, (a, b)) in baseline.array(id).iter().zip(&changed.array(id)).enumerate() {
                let same = a.to_bits() == b.to_bits();
                differs |= !same;
                let early = n % model.horizon() < before;
                prop_assert!(same || !early, "{}: {a} {b}\n{text}", quantity.name);
            }
        }
        moved.set(moved.get() + usize::from(differs));
        Ok(())
    });
    if let Err(found) = outcome {
        panic!("{found}");
    }
    assert!(moved.get() > 180, "a change moves what it changes: {}", moved.get());
}
