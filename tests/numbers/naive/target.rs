//! The order of statements and the years before a change, on the target script.

use mizan::diagnostic::Diagnostic;
use mizan::engine::run;
use mizan::model::Model;
use mizan::session;
use proptest::prelude::*;

const TARGET: &str = include_str!("../../../examples/azerbaijan_china.mizan");

/// Loads the model of a text without mistakes.
pub(super) fn model(text: &str) -> Model {
    let program = session::load("a.mizan", text);
    program.model.unwrap_or_else(|| panic!("{:?}\n{text}", program.diagnostics.first()))
}

/// Every value by name and scenario, as bits; the years are the last axis. A run without a value is its
/// code.
pub(super) fn bits(model: &Model) -> Vec<(String, Vec<u64>)> {
    let refused = |found: Diagnostic| vec![(found.code.name().to_owned(), Vec::new())];
    let baseline = match run(model, &[], None) {
        Ok(baseline) => baseline,
        Err(found) => return refused(found),
    };
    let mut all = Vec::new();
    for scenario in &model.scenarios {
        let values = match run(model, &scenario.changes, Some(&baseline)) {
            Ok(values) => values,
            Err(found) => {
                all.extend(refused(found));
                continue;
            }
        };
        for (id, quantity) in model.quantities.iter().enumerate() {
            let name = format!("{} in {}", quantity.name, scenario.name);
            all.push((name, values.array(id).iter().map(|value| value.to_bits()).collect()));
        }
    }
    all.sort();
    all
}

/// Returns the statements of the target script, each with its lines.
fn statements() -> Vec<String> {
    let (mut found, mut open) = (vec![String::new()], false);
    for line in TARGET.lines() {
        let last = found.last_mut().expect("one");
        last.push_str(line);
        last.push('\n');
        open = (open || line.ends_with('{')) && !line.starts_with('}');
        if !open {
            found.push(String::new());
        }
    }
    found
}

proptest! {
    #![proptest_config(super::cases(12))]

    #[test]
    fn the_order_of_the_script_changes_no_bit(
        order in Just((0..statements().len()).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let statements = statements();
        let text: String = order.iter().map(|&n| statements[n].as_str()).collect();
        prop_assert_eq!(bits(&model(&text)), bits(&model(TARGET)));
    }

    #[test]
    fn a_change_leaves_the_years_before_it_as_they_are(
        year in 2025_i32..2036, rate in 0..60, growth in 1..40
    ) {
        let change = format!(
            "scenario later {{\n  duty.rate[machinery] = {rate}% in {year}..2035\n  \
             domestic.growth[fuels] = {growth}% in {year}..2035\n}}\n"
        );
        let model = model(&format!("{TARGET}{change}"));
        let later = model.scenarios.iter().find(|s| s.name == "later").expect("the scenario");
        let baseline = run(&model, &[], None).expect("a baseline");
        let changed = run(&model, &later.changes, Some(&baseline)).expect("a run");
        let (years, before) = (model.horizon(), (year - model.years.0) as usize);
        let mut differs = false;
        for id in 0..model.quantities.len() {
            let pairs = baseline.array(id).into_iter().zip(changed.array(id)).enumerate();
            for (n, (a, b)) in pairs.map(|(n, (a, b))| (n, (a.to_bits(), b.to_bits()))) {
                differs |= a != b;
                prop_assert!(a == b || n % years >= before, "{}", model.quantities[id].name);
            }
        }
        prop_assert!(differs);
    }
}

#[test]
fn an_unused_declaration_changes_no_bit() {
    let more = "param aaa = 7\nset zoo = lion, tiger\nparam zzz[zoo] = 1\nvar mmm = 2 * aaa\n";
    let mut with = bits(&model(&format!("{more}{TARGET}")));
    with.retain(|(name, _)| !["aaa", "zzz", "mmm"].iter().any(|own| name.starts_with(own)));
    assert_eq!(with, bits(&model(TARGET)));
}
