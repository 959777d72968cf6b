//! The live page's engine: messages in, answers out. Its numbers are those of the native run.

use std::path::Path;

use mizan::analysis::{answer, answer_with, simulation};
use mizan::engine::Stop;
use mizan::files::Folder;
use mizan::page;
use mizan::report;
use mizan::results::RunOptions;
use mizan::session::{self, Reach};
use serde_json::{Value, json};

/// Two levers of growth, one of them uncertain, and a scenario.
const SCRIPT: &str = "\
# How fast does trade grow?
#
# By a tenth a year.
model \"Trade\"
years 2024..2026
currency USD
param growth: percent = 5% bounds -50%..50% \"Growth a year\"
param luck: percent = uniform(0%, 2%) \"What chance adds\"
param start: year = 2025 bounds 2024..2026
param free = 7
var trade: USD \"Trade\"
trade[first] = 100 USD
trade = trade[t-1] * (1 + if t >= start then growth + luck else 0)
scenario fast \"Faster\" { growth = 5% -> 20% over 2024..2026 }
chart trade for all
show free
";

fn ask(message: &Value) -> Value {
    serde_json::from_str(&page::answer(&message.to_string())).expect("JSON")
}

fn codes(reply: &Value) -> Vec<&str> {
    let all = reply["diagnostics"].as_array().expect("diagnostics");
    all.iter().map(|found| found["code"].as_str().expect("a code")).collect()
}

fn controls(text: &str) -> Vec<Value> {
    let reply = ask(&json!({ "ask": "controls", "script": { "text": text } }));
    assert_eq!(codes(&reply), [""; 0]);
    reply["controls"].as_array().expect("controls").clone()
}

/// The change that sets a control of a script, found by name and part, to a number.
fn change(text: &str, name: &str, part: &str, number: &str) -> Value {
    let all = controls(text);
    let control = all.iter().find(|one| one["name"] == name && one["part"] == part);
    let control = control.unwrap_or_else(|| panic!("no control {name} {part}: {all:#?}"));
    let suffix = control["suffix"].as_str().expect("a suffix");
    json!({ "from": control["from"], "to": control["to"], "text": format!("{number}{suffix}") })
}

#[test]
fn answers_are_those_of_the_native_run() {
    for name in ["growth", "two_partners", "own_lever", "from_csv", "models/smart", "models/ramsey"]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.mizan"));
        let text = std::fs::read_to_string(&path).expect("an example");
        let message =
            json!({ "ask": "run", "script": { "name": name, "text": text }, "json": true });
        let files = Reach::new(Folder::of_script(&path));
        let reply = page::answer_with(&message.to_string(), &files, &Stop::default());
        let reply: Value = serde_json::from_str(&reply).expect("JSON");
        let program = session::load_with(name, &text, &Folder::of_script(&path));
        let native = answer(&program.model.expect("a model")).expect("answers");
        assert_eq!(reply["json"].to_string(), report::json(&native).to_string(), "{name}");
        assert_eq!(reply["answers"].as_array().map(Vec::len), Some(native.answers.len()), "{name}");
    }
}

#[test]
fn draws_are_those_of_the_native_run() {
    let message = json!({ "ask": "run", "script": { "text": SCRIPT }, "draws": 500, "seed": 3, "json": true });
    let model = session::load("script.mizan", SCRIPT).model.expect("a model");
    let options =
        RunOptions { draws: 500, seed: 3, sampling: "plain".to_owned(), ..RunOptions::default() };
    let native = answer_with(&model, simulation(&options).as_ref(), &|_| {}).expect("answers");
    assert_eq!(ask(&message)["json"].to_string(), report::json(&native).to_string());
}

#[test]
fn controls_are_the_numbers_with_bounds_and_the_distributions() {
    let found: Vec<Value> = controls(SCRIPT)
        .iter()
        .map(|one| {
            json!([
                one["name"],
                one["part"],
                one["written"],
                one["value"],
                one["least"],
                one["most"],
                one["suffix"],
                one["scenario"]
            ])
        })
        .collect();
    let expected = json!([
        ["growth", "", "5%", 5.0, -5.0, 15.0, "%", ""],
        ["luck", "", "uniform(0%, 2%)", 1.0, 0.0, 2.0, "%", ""],
        ["start", "", "2025", 2025.0, 2024.0, 2026.0, "", ""],
        ["growth", "at first", "5%", 5.0, -5.0, 15.0, "%", "fast"],
        ["growth", "over 2024..2026", "20%", 20.0, -50.0, 50.0, "%", "fast"],
    ]);
    assert_eq!(json!(found), expected);
    let all = controls(SCRIPT);
    assert_eq!(all[0]["bounds"], json!([-50.0, 50.0]));
    assert_eq!((&all[0]["about"], &all[1]["is_random"]), (&json!("Growth a year"), &json!(true)));
    // 99% of a normal distribution are within 2.5758 standard deviations.
    let normal = SCRIPT.replace("uniform(0%, 2%)", "normal(3%, 1%)");
    let luck = &controls(&normal)[1];
    assert_eq!(luck["value"], 3.0);
    let end = |key: &str| luck[key].as_f64().expect("a number");
    assert!((end("least") - 0.42).abs() < 0.06 && (end("most") - 5.58).abs() < 0.06, "{luck}");
}

#[test]
fn a_moved_slider_is_the_run_of_the_edited_script() {
    let moved = json!([change(SCRIPT, "growth", "", "10")]);
    let reply =
        ask(&json!({ "ask": "run", "script": { "text": SCRIPT, "changes": moved }, "json": true }));
    let values = &reply["json"]["answers"][0]["panels"][0]["series"][0]["values"];
    // 100 (1 + 10% + 1%)^n, with the median of the distribution.
    let expected = [100.0, 111.0, 111.0 * 1.11];
    for (at, wanted) in expected.iter().enumerate() {
        let value = values[at].as_f64().expect("a value");
        assert!((value - wanted).abs() < 1e-9, "{value} {wanted}");
    }
    let set = ["growth = 10%".to_owned()];
    let program = session::load_edited("script.mizan", SCRIPT, &mizan::data::NoFiles, &set);
    let native = answer(&program.model.expect("a model")).expect("answers");
    assert_eq!(reply["json"].to_string(), report::json(&native).to_string());
}

#[test]
fn changes_become_a_scenario_in_the_words_of_the_script() {
    let changes = json!([
        change(SCRIPT, "growth", "", "10"),
        change(SCRIPT, "luck", "", "0.5"),
        change(SCRIPT, "growth", "over 2024..2026", "30"),
    ]);
    let write = |changes: &Value| {
        ask(&json!({
            "ask": "write", "script": { "text": SCRIPT, "changes": changes }, "name": "mine", "title": "My \"own\""
        }))
    };
    let reply = write(&json!([changes[0], changes[1]]));
    assert_eq!(codes(&reply), [""; 0]);
    let statement = "scenario mine \"My \\\"own\\\"\" {\n  growth = 10%\n  luck = 0.5%\n}\n";
    assert_eq!(reply["statement"], statement);
    let text = reply["text"].as_str().expect("a script");
    assert_eq!(text, SCRIPT.replace("chart trade", &format!("\n{statement}chart trade")));
    let program = session::load("script.mizan", text);
    let answers = answer(&program.model.expect("a model")).expect("answers");
    let series = report::json(&answers)["answers"][0]["panels"][0]["series"].clone();
    assert_eq!(series[2]["scenario"], "mine");
    let last = series[2]["values"][2].as_f64().expect("a value");
    assert!((last - 100.0 * 1.105 * 1.105).abs() < 1e-9, "{last}");
    // A figure of a scenario: the new one extends it, with the whole path.
    let reply = write(&json!([changes[2]]));
    let statement = reply["statement"].as_str().expect("a statement");
    assert!(statement.starts_with("scenario mine extends fast "), "{statement}");
    assert!(statement.contains("  growth = 5% -> 30% over 2024..2026\n"), "{statement}");
    assert_eq!(codes(&reply), [""; 0]);
}

#[test]
fn a_point_that_is_dragged_finds_its_number() {
    let growth = change(SCRIPT, "growth", "", "0");
    let lever = json!({
        "from": growth["from"], "to": growth["to"], "least": -5.0, "most": 15.0, "suffix": "%"
    });
    let find = |target: Value| {
        ask(&json!({
            "ask": "find", "script": { "text": SCRIPT }, "lever": lever, "of": "trade",
            "scenario": "baseline", "target": target
        }))
    };
    let reply = find(json!({ "year": 2026, "value": 121.0 }));
    assert_eq!((codes(&reply), &reply["verdict"]), (vec![], &json!("found")));
    // (1 + g + 1%)^2 = 1.21
    let at = reply["at"].as_f64().expect("a number");
    assert!((at - 9.0).abs() < 1e-8, "{at}");
    let ends = &reply["reach"][2]["ends"];
    for (end, growth) in [(0, -0.04_f64), (1, 0.16)] {
        let (found, wanted) =
            (ends[end].as_f64().expect("a number"), 100.0 * (1.0 + growth) * (1.0 + growth));
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }
    // The base year does not move, and 200 is out of reach: the nearest number is the end.
    assert_eq!(reply["reach"][0]["ends"], json!([100.0, 100.0]));
    let reply = find(json!({ "year": 2026, "value": "200 USD" }));
    assert_eq!((&reply["verdict"], &reply["at"]), (&json!("nowhere"), &json!(15.0)));
}

#[test]
fn a_question_about_a_value_is_answered_with_the_changes() {
    let changes = json!([change(SCRIPT, "growth", "", "10")]);
    let script = json!({ "text": SCRIPT, "changes": changes });
    let reply = ask(&json!({ "ask": "compare", "script": script, "of": "trade", "year": 2026 }));
    assert_eq!(codes(&reply), [""; 0]);
    let html = reply["html"].as_str().expect("markup");
    // From 100 (1.06)^2 = 112.36 to 100 (1.11)^2 = 123.21, by growth alone.
    assert!(html.contains("changed") && html.contains("+10.9 USD"), "{html}");
    let reply = ask(&json!({
        "ask": "why", "script": script, "of": "trade", "scenario": "fast", "to": "baseline", "year": 2026
    }));
    assert_eq!(codes(&reply), [""; 0]);
    assert!(reply["html"].as_str().expect("markup").contains("growth"));
}

#[test]
fn places_of_mistakes_are_places_in_the_text_of_the_page() {
    let text = format!("# 出口 \u{1f600}\n{}show trad\n", SCRIPT.replace("Growth a year", "é"));
    let reply = ask(&json!({ "ask": "check", "script": { "text": text } }));
    assert_eq!(codes(&reply), ["unknown-name"]);
    let label = &reply["diagnostics"][0]["labels"][0];
    let units: Vec<u16> = text.encode_utf16().collect();
    let place = |key: &str| label[key].as_u64().expect("a place") as usize;
    assert_eq!(String::from_utf16_lossy(&units[place("from")..place("to")]), "trad");
    let classes: Vec<Value> = reply["tokens"].as_array().expect("tokens").clone();
    let last = classes.last().expect("a token");
    assert_eq!(last[2], "statement");
}

#[test]
fn completion_works_while_the_line_is_not_complete() {
    let text = format!("{SCRIPT}show tr");
    let reply = ask(&json!({ "ask": "check", "script": { "text": text }, "at": text.len() }));
    let candidates = &reply["completion"]["candidates"];
    assert_eq!(candidates[0]["text"], "trade", "{candidates}");
    assert_eq!(reply["completion"]["from"], text.len() - 2);
}

#[test]
fn a_quick_run_leaves_out_what_takes_long() {
    let text =
        format!("{SCRIPT}find growth in 0%..20% so that trade in 2026 == 121 USD\nshow trade\n");
    let run =
        |quick: bool| ask(&json!({ "ask": "run", "script": { "text": text }, "quick": quick }));
    let numbers = |reply: &Value| -> Vec<u64> {
        let all = reply["answers"].as_array().expect("answers");
        all.iter().map(|one| one["number"].as_u64().expect("a number")).collect()
    };
    assert_eq!(numbers(&run(true)), [0, 1, 3]);
    assert_eq!(numbers(&run(false)), [0, 1, 2, 3]);
}

#[test]
fn a_run_for_the_queries_in_sight_answers_the_checks_too() {
    let text = format!("{SCRIPT}check trade in 2024 == 100 USD\n");
    for (quick, draws) in [(false, 0), (true, 0), (false, 50)] {
        let run = |only: Value| {
            let script = json!({ "text": text });
            ask(
                &json!({ "ask": "run", "script": script, "quick": quick, "draws": draws, "only": only }),
            )
        };
        let (whole, part) = (run(Value::Null), run(json!([0])));
        assert_eq!(whole["answers"].as_array().map(Vec::len), Some(3));
        assert_eq!(part["answers"], json!([whole["answers"][0], whole["answers"][2]]));
        assert_eq!(part["outcome"], whole["outcome"]);
    }
}

#[test]
fn a_data_file_in_another_encoding_comes_as_bytes() {
    let text = "years 2024..2025\nset sector = çay\n\
        param base[sector] = data(\"own.csv\", encoding: \"windows-1254\", sector: sector, value: value)\n\
        check base[çay] == 10\n";
    let run = |bytes: &str| {
        let files = json!({ "own.csv": { "base64": bytes } });
        ask(&json!({ "ask": "run", "script": { "text": text, "files": files } }))
    };
    // In windows-1254 the letter ç is the byte 0xe7: `printf 'sector,value\n\347ay,10\n' | base64`.
    let reply = run("c2VjdG9yLHZhbHVlCudheSwxMAo=");
    assert_eq!(codes(&reply), Vec::<&str>::new());
    assert!(reply["outcome"].as_str().is_some_and(|text| text.contains("The check holds.")));
    assert_eq!(codes(&run("no base64")), ["bad-request"]);
}

#[test]
fn names_of_a_script_never_become_markup() {
    let evil = "</script><img src=x onerror=alert(1)>";
    let text = SCRIPT
        .replace("\"Trade\"", &format!("\"{evil}\""))
        .replace("\"Faster\"", &format!("\"{evil}\""))
        .replace("\"Growth a year\"", &format!("\"{evil}\""));
    let changes = json!([change(&text, "growth", "", "10")]);
    let script = json!({ "text": text, "changes": changes });
    let run = ask(&json!({ "ask": "run", "script": script }));
    let compare = ask(&json!({ "ask": "compare", "script": script, "of": "trade", "year": 2026 }));
    assert_eq!((codes(&run), codes(&compare)), (vec![], vec![]));
    let parts = run["answers"].as_array().expect("answers").iter().map(|one| &one["html"]);
    for html in parts.chain([&run["outcome"], &run["checks"], &compare["html"]]) {
        let html = html.as_str().expect("markup");
        assert!(
            !html.contains("<img") && !html.contains("<script") && !html.contains("</script"),
            "{html}"
        );
    }
}

#[test]
fn a_message_that_cannot_be_read_is_refused() {
    let text = SCRIPT;
    let wrong = [
        json!({ "ask": "dance" }),
        json!({ "ask": "run" }),
        json!({ "ask": "run", "script": { "text": text, "more": 1 } }),
        json!({ "ask": "run", "script": { "text": text, "changes": [{ "from": 9, "to": 3, "text": "" }] } }),
        json!({ "ask": "run", "script": { "text": text }, "draws": 1_000_000_000 }),
        json!({ "ask": "write", "script": { "text": text }, "name": "a" }),
        json!({ "ask": "write", "script": { "text": text, "changes": [{ "from": 0, "to": 1, "text": "" }] }, "name": "a" }),
    ];
    for message in wrong {
        assert_eq!(codes(&ask(&message)), ["bad-request"], "{message}");
    }
    assert!(page::answer("[").contains("bad-request"));
}
