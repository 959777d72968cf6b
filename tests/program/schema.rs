//! Results as JSON against their published schema.

use jsonschema::Validator;
use mizan::analysis::answer_with;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::files::Folder;
use mizan::{report, session};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../docs/src/schema/results-1.json");

/// The published schema, with every object closed: a field that the schema lacks is a mistake here, while a
/// reader must accept it.
fn strict() -> Validator {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(fields) => {
                fields.values_mut().for_each(close);
                if fields.contains_key("properties") && fields.get("type") == Some(&"object".into())
                {
                    fields.insert("additionalProperties".to_owned(), false.into());
                }
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn results(path: &std::path::Path, draws: u64) -> Option<Value> {
    let text = std::fs::read_to_string(path).expect("a script");
    let program = session::load_with(&path.to_string_lossy(), &text, &Folder::of_script(path));
    // A library has no years and is no script of its own.
    let model = program.model.filter(|_| text.contains("\nyears "))?;
    let simulation = Simulation { draws, seed: 1, method: Method::Plain };
    let answers = answer_with(&model, Some(&simulation).filter(|_| draws > 0), &|_| {});
    Some(report::json(&answers.expect("the example runs")))
}

fn agree(validator: &Validator, name: &str, value: &Value) {
    let wrong: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error:.300}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
}

#[test]
fn every_example_agrees_with_the_schema() {
    let validator = strict();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for folder in [folder.clone(), folder.join("models")] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "mizan")
                && let Some(value) = results(&path, 0)
            {
                seen += 1;
                agree(&validator, &path.to_string_lossy(), &value);
            }
        }
    }
    assert!(seen > 15, "{seen} examples");
}

#[test]
fn each_kind_of_answer_agrees_with_the_schema() {
    const SCRIPT: &str = "\
years 2024..2026
currency USD
set sector = food, metals
source office \"Statistical office\"
param growth: percent = normal(5%, 1%) @office
var x[sector]: USD \"Trade\"
x[s, first] = 100 USD
x[s] = x[s, t-1] * (1 + growth)
total made: USD
block works {
  size: USD path = 1 USD
  made += size
}
identity up: growth >= 0%
scenario slump \"A slump\" {
  growth = -5%
  works plant {}
  plant.size = 2 USD
}
show x[*], growth for all
chart x[food] for all
show x[*] as \"Trade by sector\" in mn USD digits 2 across years with total, errors
show x[*] for all in 2024, 2026.. across sector
chart distribution of x[food]
compare x[food], made for all by lever
compare x[food] for all
check x[food] in 2024 == 100 USD @office
find growth in 0%..50% so that x[food] in 2026 >= 120 USD
find growth in 0%..50% so that x[food] in 2026 >= 1_000 USD
sweep growth over 0%..10% step 5% show x[food], probability(x[food] > 110 USD)
param seen: USD = [2024: 100 USD, 2026: 118 USD]
calibrate growth in 0%..50% so that x[food] fits seen
discover when x[food] in 2026 > 111 USD
robust among baseline, slump by x[food] so that x[food] > 90 USD
why x[food] depth 9
why x[food] for slump to baseline above 50%
sensitivity of x[food]
sensitivity of x[food] by tornado
sensitivity of x[food] by shapley
sensitivity of x[food] by morris
sensitivity of x[food] by pawn
";
    let program = session::load("all.mizan", SCRIPT);
    let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
    let simulation =
        Simulation { draws: 64, seed: 1, method: Method::LatinHypercube { draws: 64 } };
    let answers = answer_with(&model, Some(&simulation), &|_| {}).expect("it runs");
    let value = report::json(&answers);
    assert_eq!(value["broken_identities"][0]["scenario"], "slump");
    assert!(value.to_string().contains("plant.size"), "a part inside that of its lever");
    let validator = strict();
    agree(&validator, "all.mizan", &value);
    // The schema can fail: without a field, and with one that it does not know.
    let mut short = value.clone();
    short.as_object_mut().expect("an object").remove("currency");
    assert!(!validator.is_valid(&short));
    let mut more = value;
    more["answers"][0]["panels"][0]["colour"] = "red".into();
    assert!(!validator.is_valid(&more));
}
