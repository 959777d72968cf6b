//! Identities that do not hold: the results are there and marked, and the exit code is that of a failure.

use super::Folder;

const SCRIPT: &str = "\
years 2024..2025
param a = 1
var x = a + 1
identity same: x == a
scenario d { a = 5 }
show x for all
check x == 2
chart x
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("broken.mizan", SCRIPT);
    folder
}

#[test]
fn a_run_shows_its_tables_below_a_mark_and_fails() {
    let folder = folder();
    let (code, out, err) = folder.run(&["run", "broken.mizan"]);
    assert_eq!(code, 1, "{out}{err}");
    let (mark, table) = (out.find("Identities do not hold"), out.find("baseline  d"));
    assert!(mark.is_some() && mark < table, "{out}");
    assert!(out.contains("same  baseline, 2024: 2 against 1, the first of 2 cells"), "{out}");
    assert!(err.starts_with("identity-fails\n") && err.matches("error:").count() == 1, "{err}");
    let (code, out, _) = folder.run(&["run", "broken.mizan", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, 1);
    let scenarios: Vec<&str> = found["broken_identities"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["scenario"].as_str())
        .collect();
    assert_eq!(scenarios, ["baseline", "d"]);
    assert_eq!(found["answers"][0]["panels"][0]["series"][1]["values"][0], 6.0);
    let (code, out, _) = folder.run(&["run", "broken.mizan", "--format", "csv"]);
    assert_eq!(code, 1);
    assert!(out.contains("0,identity,x == a,,baseline,2024,passed,same,0,truth"), "{out}");
    assert!(out.contains("1,show,x,,d,2025,value,,6,"), "{out}");
    // The same for a simulation, a folder of charts, and a question on the command line.
    let drawn = "param luck = uniform(0, 1)\nshow x * luck\n";
    folder.put("drawn.mizan", format!("{SCRIPT}{drawn}"));
    let (code, out, _) = folder.run(&["run", "drawn.mizan", "--draws", "100"]);
    assert!(
        code == 1 && out.contains("Identities do not hold") && out.contains("x * luck"),
        "{out}"
    );
    assert_eq!(folder.run(&["chart", "broken.mizan", "-o", "pictures"]).0, 1);
    assert!(folder.path("pictures").is_dir());
    let sweep = ["sweep", "a over 1..3 step 1", "--show", "x", "broken.mizan"];
    let (code, out, _) = folder.run(&sweep);
    assert!(code == 1 && out.contains("Identities do not hold"), "{code} {out}");
}

#[test]
fn documents_have_the_mark_at_their_head() {
    let folder = folder();
    for ending in ["html", "md", "tex", "xlsx"] {
        let name = format!("memo.{ending}");
        let (code, out, err) = folder.run(&["report", "broken.mizan", "-o", &name]);
        assert_eq!(code, 1, "{out}{err}");
        let text = match ending {
            "xlsx" => first_sheet(&folder.path(&name)),
            _ => folder.text(&name),
        };
        let mark = text.find("Identities do not hold, so the results contradict the script");
        let line = text.find("same: baseline, 2024: 2 against 1, the first of 2 cells");
        assert!(mark.is_some() && mark < line, "{text}");
    }
    // A document with the mark can be verified.
    let (code, out, err) = folder.run(&["verify", "memo.html"]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = folder.run(&["run", "broken.mizan", "--format", "csv-wide"]);
    assert!(code == 1 && out.contains("identity,x == a"), "{out}{err}");
}

fn first_sheet(path: &std::path::Path) -> String {
    use calamine::{Reader as _, Xlsx, open_workbook};
    let mut workbook: Xlsx<_> = open_workbook(path).expect("a workbook");
    let sheet = workbook.worksheet_range_at(0).expect("a sheet").expect("cells");
    let rows = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>());
    rows.map(|row| row.join(" ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_prompt_opens_and_answers() {
    let folder = folder();
    let (code, out, err) = folder.run_with_input(&["repl", "broken.mizan"], b"show x for d");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("Identities do not hold") && out.contains('6'), "{out}");
    assert!(err.contains("identity-fails"), "{err}");
    // A line that mends the script is accepted.
    let (code, out, err) =
        folder.run_with_input(&["repl", "broken.mizan"], b"var x = a\nshow x for d");
    assert_eq!(code, 0, "{out}{err}");
    assert!(!out.contains("Identit"), "{out}");
}
