//! Every script under `examples/` runs, and every check in it holds.

use std::path::{Path, PathBuf};

use mizan::analysis::answer;
use mizan::files::Folder;
use mizan::results::Answer;
use mizan::session::load_with;

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "mizan") {
            found.push(path);
        }
    }
}

#[test]
fn every_example_runs_and_its_checks_hold() {
    let mut found = Vec::new();
    scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &mut found);
    assert!(found.len() >= 9, "{found:?}");
    for path in found {
        let name = path.to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("a script");
        if !text.lines().any(|line| line.starts_with("years ")) {
            continue; // A library: other scripts run it.
        }
        let program = load_with(&name, &text, &Folder::of_script(&path));
        assert_eq!(program.diagnostics, [], "{name}");
        let report = answer(&program.model.expect("a model"))
            .unwrap_or_else(|problem| panic!("{name}: {problem:#?}"));
        for answer in &report.answers {
            if let Answer::Check(check) = answer {
                assert!(check.passed, "{name}: {check:?}");
            }
        }
        assert!(!report.answers.is_empty(), "{name} asks nothing");
    }
}
