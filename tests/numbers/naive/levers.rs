//! `compare ... by lever` against Shapley values by their definition: the mean, over all orders in which the
//! changes could be made, of what each change adds when it is made.

use mizan::analysis::answer;
use mizan::model::{ChangeId, Model};
use mizan::results::{Answer, Part};
use proptest::prelude::*;

use super::choices::tapes;
use super::interpreter::Run;
use super::script::{ALL, Class, Role, Script};
use super::{cases, target::model};

/// Maximum number of changes; 5 changes have 120 orders.
const MOST: usize = 5;

/// Returns every order of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    (0..count).fold(vec![Vec::new()], |shorter, new| {
        let insert = |order: &Vec<usize>| -> Vec<Vec<usize>> {
            let at = |n: usize| [&order[..n], &[new], &order[n..]].concat();
            (0..=order.len()).map(at).collect()
        };
        shorter.iter().flat_map(insert).collect()
    })
}

/// Computes the part of each change, and the largest absolute value of a run; None if a run has no value.
fn parts(model: &Model, changes: &[ChangeId], name: &str, year: i32) -> Option<(Vec<f64>, f64)> {
    let id = model.quantities.iter().position(|quantity| quantity.name == name)?;
    let base = Run::new(model, &[], None, None);
    let mut known = vec![None; 1 << changes.len()];
    let mut worth = |made: usize| {
        *known[made].get_or_insert_with(|| {
            let some: Vec<ChangeId> =
                (0..changes.len()).filter(|n| made >> n & 1 == 1).map(|n| changes[n]).collect();
            Run::new(model, &some, Some(&base), None).value(id, &[], year).ok().map(|v| v.value)
        })
    };
    let (mut sums, mut size) = (vec![0.0; changes.len()], 0.0_f64);
    let orders = orders(changes.len());
    for order in &orders {
        let mut made = 0;
        for &next in order {
            let before = worth(made)?;
            made |= 1 << next;
            let after = worth(made)?;
            sums[next] += after - before;
            size = size.max(after.abs()).max(before.abs());
        }
    }
    Some((sums.iter().map(|sum| sum / orders.len() as f64).collect(), size))
}

/// Returns the only difference of a comparison, and its parts.
fn compared(text: &str) -> Option<(f64, Vec<Part>)> {
    let report = answer(&model(text)).ok()?;
    let Some(Answer::Compare { comparisons, .. }) = report.answers.into_iter().next() else {
        return None;
    };
    let difference = comparisons.into_iter().next()?.scenarios.into_iter().next()?;
    Some((difference.difference, difference.parts))
}

fn sorted(parts: &[Part]) -> Vec<(String, f64)> {
    let mut all: Vec<_> = parts.iter().map(|part| (part.lever.clone(), part.value)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    all
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn parts_are_shapley_values_add_up_and_know_no_order(tape in tapes(), order in any::<u64>()) {
        let mut script = Script::opened(&tape, ALL);
        script.declare();
        let whole = |script: &Script| {
            let scalar = |k: &&super::script::Known| {
                k.axes.is_empty() && matches!(k.role, Role::Variable | Role::Total) && k.class != Class::Rate
            };
            script.known.iter().rev().find(scalar).map(|known| known.name.clone())
        };
        let Some(name) = whole(&script) else { return Ok(()) };
        script.scenario();
        let (scene, year) = (script.scenarios[0].clone(), script.years.1);
        script.statements.push(format!("compare {name} for {scene} by lever in {year}"));
        let text = script.text();
        let model = model(&text);
        let changes = &model.scenarios[0].changes;
        if changes.is_empty() || changes.len() > MOST {
            return Ok(());
        }
        let wanted = parts(&model, changes, &name, year as i32);
        let (Some((wanted, size)), Some((difference, found))) = (wanted, compared(&text)) else { return Ok(()) };
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * size;
        prop_assert_eq!(found.len(), wanted.len());
        for (part, &wanted) in found.iter().zip(&wanted) {
            prop_assert!(near(part.value, wanted), "{part:?} {wanted}\n{text}");
        }
        let sum: f64 = found.iter().map(|part| part.value).sum();
        prop_assert!(near(sum, difference), "{sum} {difference}\n{text}");
        // The same changes in another order, in a script in another order.
        let Some((_, other)) = compared(&script.shuffled(order)) else { return Err(TestCaseError::fail(text)) };
        for (a, b) in sorted(&found).iter().zip(sorted(&other)) {
            prop_assert!(a.0 == b.0 && near(a.1, b.1), "{a:?} {b:?}\n{text}");
        }
    }
}
