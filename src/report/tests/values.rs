//! JSON and CSV contain the values of the report, to the last bit.

use super::example::*;
use crate::report::{csv, json};
use crate::results::*;

fn records(report: &Report) -> Vec<Vec<String>> {
    let text = csv(report).expect("memory can be written to");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.expect("every line has all cells"));
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

#[test]
fn csv_is_tidy() {
    let answers = vec![
        Answer::Show { panels: vec![balance()] },
        Answer::Compare { comparisons: vec![comparison()], by_lever: true },
        Answer::Check(short()),
    ];
    let records = records(&report(answers));
    assert_eq!(
        records[0].join(","),
        "query,kind,expression,elements,scenario,year,measure,part,value,unit"
    );
    assert_eq!(records[1].join("|"), "1|show|balance[China]||baseline|2024|value||-3705300000|USD");
    let found =
        |start: &str| records.iter().filter(|record| record.join("|").starts_with(start)).count();
    assert_eq!(found("1|show|balance[China]||corridor|"), 12);
    assert_eq!(found("2|compare|balance[China]||baseline|2035|reference||-8905100000|USD"), 1);
    assert_eq!(found("2|compare|balance[China]||corridor|2035|part|"), 4);
    assert_eq!(
        found("2|compare|balance[China]||localisation|2035|part|bus_plant|412700000|USD"),
        1
    );
    assert_eq!(
        found("3|check|coverage[China] in 2025 >= 1%||baseline|2024|left||0.01864|fraction"),
        1
    );
    assert_eq!(found("3|check|coverage[China] in 2025 >= 1%||baseline|2024|passed||1|truth"), 1);
}

#[test]
fn csv_numbers_read_back_as_the_same_bits() {
    let values =
        [0.1 + 0.2, -12.5, 1e300, -5e-324, 1.0 / 3.0, 1e-7, 123_456_789_012_345_680.0, f64::MAX];
    let panel = panel("x", unit(UnitKind::Number, ""), 2024, vec![line("baseline", values)]);
    let records = records(&report(vec![Answer::Chart { panels: vec![panel] }]));
    let read: Vec<f64> =
        records[1..].iter().map(|record| record[8].parse().expect("a number")).collect();
    assert_eq!(read, values);
}

#[test]
fn csv_text_is_no_formula_and_numbers_are_untouched() {
    for start in ["=", "+", "-", "@", "\t", "\r", "＝"] {
        let nasty = format!("{start}cmd|' /C calc'!A0");
        let mut series = cell(&nasty, &nasty, &[-12.5, -0.0]);
        series.values.push(None);
        let panel = panel(&nasty, unit(UnitKind::Money, &nasty), 2024, vec![series]);
        let records = records(&report(vec![Answer::Show { panels: vec![panel] }]));
        let harmless = format!("'{nasty}");
        for column in [2, 3, 4, 9] {
            assert_eq!(records[1][column], harmless);
        }
        let values: Vec<&str> = records[1..].iter().map(|record| record[8].as_str()).collect();
        assert_eq!(values, ["-12.5", "0", ""]);
    }
}

#[test]
fn json_has_its_schema_and_every_value() {
    let document = json(&memo());
    assert_eq!(document["schema"], 1);
    assert_eq!(document["mizan"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["years"], serde_json::json!([2024, 2035]));
    assert_eq!(document["scenarios"][1]["name"], "localisation");
    let answers = &document["answers"];
    assert_eq!(answers[0]["query"], "show");
    assert_eq!(answers[0]["panels"][0]["unit"]["kind"], "money");
    assert_eq!(answers[0]["panels"][0]["series"][0]["values"][11], -8.9051e9);
    assert_eq!(answers[1]["query"], "chart");
    assert_eq!(answers[2]["comparisons"][0]["scenarios"][0]["parts"][0]["lever"], "bus_plant");
    assert_eq!(answers[3]["query"], "check");
    assert_eq!(answers[3]["passed"], true);
    assert_eq!(document["sources"][1]["key"], "wits");
}

#[test]
fn json_has_null_for_gaps_and_no_negative_zero() {
    let mut panel = panel("x", usd(), 2024, vec![line("baseline", [-0.0, -1.5])]);
    panel.series[0].values.push(None);
    let document = json(&report(vec![Answer::Show { panels: vec![panel] }]));
    let values = document["answers"][0]["panels"][0]["series"][0]["values"].to_string();
    assert_eq!(values, "[0.0,-1.5,null]");
}
