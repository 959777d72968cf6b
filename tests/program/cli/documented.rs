//! The chapters on the command line and on JSON show what the program prints. After a change that is
//! meant, `UPDATE=1 cargo test --test program` writes the outputs anew.

use super::{Folder, root};
use crate::docs::program::words;

/// Returns the text of the first code block in a language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let start = text.find(&format!("```{language}\n")).expect("a block") + language.len() + 4;
    let length = text[start..].find("```").expect("its end");
    &text[start..start + length]
}

fn compare(name: &str, documented: &str, printed: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(name), printed).expect("the chapter written");
    } else {
        assert!(documented == printed, "{name} differs; it should be:\n{printed}");
    }
}

#[test]
fn commands_print_what_the_chapter_shows() {
    let name = "docs/src/command-line.md";
    let text = std::fs::read_to_string(root().join(name)).expect("the chapter");
    let folder = Folder::new();
    folder.put("trade.mizan", block(&text, "mizan"));
    let (mut printed, mut inside) = (String::new(), false);
    for line in text.lines() {
        let fence = line.starts_with("```");
        if !inside || fence || line.starts_with("$ ") {
            printed.push_str(line);
            printed.push('\n');
        }
        if fence {
            inside = line == "```console";
        }
        if let (true, Some(command)) = (inside, line.strip_prefix("$ mizan ")) {
            let (_, out, err) = folder.run(&command.split(' ').collect::<Vec<_>>());
            for line in out.lines().chain(err.lines()) {
                printed.push_str(line.trim_end());
                printed.push('\n');
            }
        }
    }
    compare(name, &text, &printed);
}

/// The chapter shows some commands without their output. The tests of parts run those that make parts.
#[test]
fn commands_without_an_output_succeed() {
    let read = |page: &str| std::fs::read_to_string(root().join("docs/src").join(page));
    let text = read("command-line.md").expect("the chapter");
    let fitted = read("calibrate.md").expect("the chapter on calibrate");
    let folder = Folder::new();
    folder.put("trade.mizan", block(&text, "mizan"));
    folder.put("imports.mizan", block(&fitted, "mizan imports.mizan"));
    let mut count = 0;
    for command in text.lines().filter_map(|line| line.strip_prefix("mizan ")) {
        let elsewhere = ["--partial", "merge ", "examples/"];
        if elsewhere.iter().any(|part| command.contains(part)) {
            continue;
        }
        let arguments = words(command);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (code, out, err) = folder.run(&arguments);
        assert!(code == 0 && !out.is_empty() && err.is_empty(), "{command}: {code}\n{out}{err}");
        count += 1;
    }
    assert!(count >= 6, "only {count} commands were found");
}

#[test]
fn json_is_as_the_chapter_shows_and_names_every_field() {
    let name = "docs/src/json.md";
    let text = std::fs::read_to_string(root().join(name)).expect("the chapter");
    let folder = Folder::new();
    folder.put("b.mizan", block(&text, "mizan"));
    let (code, out, _) = folder.run(&["run", "b.mizan", "--format", "json"]);
    assert_eq!(code, 0);
    compare(name, &text, &text.replace(block(&text, "json"), &out));
    let prose = &text[..text.find("## An example").expect("the example")];
    let mut fields = Vec::new();
    names(&serde_json::from_str(&out).expect("JSON"), &mut fields);
    for field in fields {
        assert!(prose.contains(&format!("`{field}`")), "`{field}` is not described");
    }
}

fn names(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name.clone());
                names(value, found);
            }
        }
        _ => {}
    }
}
