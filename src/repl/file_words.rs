//! Names of files in the words around them: `save as plan.mizan`, `open the file x.mizan`, `export to out.xlsx`.
//!
//! In: a line without a colon, or the argument of a command. Out: the help with the command that is meant, or the name alone.

/// Words that write the model to a file.
const WRITE: [&str; 8] =
    ["save", "saveas", "save_as", "savefile", "store", "write", "export", "dump"];
/// Words that read a model.
const READ: [&str; 8] = ["load", "open", "read", "run", "do", "source", "import", "include"];
/// Words around the name of a file.
const AROUND: [&str; 34] = [
    "as",
    "to",
    "into",
    "in",
    "from",
    "under",
    "with",
    "the",
    "this",
    "that",
    "it",
    "my",
    "a",
    "an",
    "new",
    "file",
    "files",
    "script",
    "model",
    "scenario",
    "scenarios",
    "work",
    "session",
    "project",
    "name",
    "named",
    "called",
    "current",
    "everything",
    "all",
    "results",
    "result",
    "data",
    "folder",
];
/// Endings of files that hold results or data, not a model.
const TABLES: [&str; 7] = ["csv", "xlsx", "xls", "html", "json", "dta", "pdf"];

/// Returns the help with a line that names a file in words; `None` for a line about something else.
pub(super) fn help(line: &str) -> Option<String> {
    let (word, rest) = parts(line)?;
    let lower = word.to_lowercase();
    let (writes, reads) = (WRITE.contains(&lower.as_str()), READ.contains(&lower.as_str()));
    let name = name_in(rest).filter(|_| writes || reads)?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let command = |command: String| format!("commands begin with a colon: `{command}`");
    match (TABLES.contains(&ending.as_str()), writes) {
        (false, true) => Some(command(format!(":save {name}"))),
        (false, false) => Some(command(format!(":load {name}"))),
        (true, true) => {
            let ending = match ending.as_str() {
                "csv" => format!("--format csv --output {name}"),
                "xls" | "dta" | "pdf" => {
                    format!("--output {}.xlsx", name.trim_end_matches(&format!(".{ending}")))
                }
                _ => format!("--output {name}"),
            };
            Some(format!(
                "the prompt saves the model: `:save plan.mizan`; then `mizan run plan.mizan {ending}` writes its answers"
            ))
        }
        (true, false) if !matches!(lower.as_str(), "load" | "open") => None,
        (true, false) => Some(format!(
            "a parameter reads a file of data: `param NAME[SET] = data(\"{name}\")`; `:load FILE` opens another model"
        )),
    }
}

/// Divides a line into its command and the text after it, also a call: `save("plan.mizan")`.
fn parts(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_end_matches(';');
    let at = line.find(|c: char| c.is_whitespace() || c == '(')?;
    let (word, rest) = line.split_at(at);
    let rest = rest.trim();
    let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    Some((word, inside.unwrap_or(rest).trim()))
}

/// Returns the name of a file without the words around it; `None` if the name is not clear.
pub(super) fn name_in(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((before, rest)) = text.split_once('"').or_else(|| text.split_once('\'')) {
        let name = rest.split(['"', '\'']).next().filter(|name| !name.is_empty())?;
        let quoted = if name.contains(' ') { format!("\"{name}\"") } else { name.to_owned() };
        return before.split_whitespace().all(is_around).then_some(quoted);
    }
    let text = text.trim_end_matches(['.', '!', '?', ',']);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut names = words.iter().filter(|word| !is_around(word));
    match (names.next(), names.next()) {
        // `save`, `save the model`
        (None, _) => None,
        (Some(name), None) => Some((*name).to_owned()),
        (Some(_), Some(_)) => None,
    }
}

fn is_around(word: &str) -> bool {
    AROUND.contains(&word.to_lowercase().trim_matches([':', ',']))
}

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn words_around_a_file_are_left_out() {
        for (line, command) in [
            ("save as plan.mizan", ":save plan.mizan"),
            ("save to plan.mizan", ":save plan.mizan"),
            ("Save As plan.mizan", ":save plan.mizan"),
            ("save the model as \"my plan.mizan\"", ":save \"my plan.mizan\""),
            ("save(\"plan.mizan\")", ":save plan.mizan"),
            ("write this to results/plan.mizan", ":save results/plan.mizan"),
            ("export to plan.mizan", ":save plan.mizan"),
            ("save model under the name plan", ":save plan"),
            ("open file x.mizan", ":load x.mizan"),
            ("open x", ":load x"),
            ("load x.mizan", ":load x.mizan"),
            ("read the model from x.mizan", ":load x.mizan"),
            ("do \"x.mizan\"", ":load x.mizan"),
        ] {
            let expected = format!("commands begin with a colon: `{command}`");
            assert_eq!(help(line).as_deref(), Some(expected.as_str()), "{line}");
        }
        for line in ["save", "save everything", "open economy", "saves x.mizan", "load x y"] {
            let command = help(line).is_some_and(|text| text.contains("file"));
            assert!(!command, "{line}");
        }
        let csv = help("export to out.csv").unwrap_or_default();
        assert!(csv.contains("mizan run plan.mizan --format csv --output out.csv"), "{csv}");
        let data = help("load data.csv").unwrap_or_default();
        assert!(data.contains("data(\"data.csv\")"), "{data}");
    }
}
