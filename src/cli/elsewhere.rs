//! Tips for command lines whose parts belong to another command: documents, the prompt, exports.
//!
//! In: the words of a wrong line. Out: the tip, or the line with what was typed in it.

use std::path::Path;

use clap::error::ErrorKind;

use super::quoting::{is_script, quoted, shell_word, written};

/// Returns the tip for a document that another command writes.
pub(super) fn document(first: &str, rest: &[&str]) -> Option<String> {
    let wanted = |word: &&&str| matches!(**word, "pdf" | "docx" | "doc" | "word" | "pptx");
    let after =
        |word: &str| rest.iter().position(|own| *own == word).and_then(|at| rest.get(at + 1));
    let joined = rest.iter().find_map(|word| word.strip_prefix("--format="));
    let option = ["pdf", "docx"].into_iter().find(|name| rest.contains(&&*format!("--{name}")));
    let format = after("--format").filter(wanted).copied();
    let format = format.or(joined.filter(|format| wanted(&format))).or(option)?;
    let file =
        rest.iter().find(|word| is_script(word)).filter(|_| matches!(first, "run" | "report"))?;
    let stem = Path::new(file).file_stem()?.to_string_lossy();
    let ending = if format == "pdf" { "pdf" } else { "html" };
    Some(written(&["mizan", "report", file, "--output", &format!("{stem}.{ending}")]))
}

/// Returns the tip for options of `mizan run` on the line of the prompt, which has commands for them.
pub(super) fn at_prompt(kind: ErrorKind, first: &str, rest: &[&str]) -> Option<String> {
    (first == "repl" && kind == ErrorKind::UnknownArgument).then_some(())?;
    let mut lines = Vec::new();
    let mut words = rest.iter().copied().peekable();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word, None), |(a, b)| (a, Some(b)));
        let mut value = || value.or_else(|| words.next_if(|next| !next.starts_with('-')));
        match name {
            "--draws" => lines.push(format!("`:draws {}`", value()?)),
            "--scenario" | "-s" => lines.push(format!("`:scenario {}`", value()?)),
            "--set" => lines.push(format!("`{}`", value()?.replacen('=', " = ", 1))),
            "--no-history" => {}
            name if name.starts_with('-') => return None,
            _ => {}
        }
    }
    let file = rest.iter().find(|word| is_script(word));
    let line =
        file.map_or("mizan repl".to_owned(), |file| format!("mizan repl {}", shell_word(file)));
    (!lines.is_empty())
        .then(|| format!("write {}, then at the prompt {}", quoted(&line), lines.join(" and ")))
}

/// Keeps what was typed in the command that a word means: the number of draws, the file for the output.
pub(super) fn kept(first: &str, rest: &[&str], line: String) -> String {
    let mut words = rest.iter().copied();
    match first {
        "simulate" => {
            let number = |word: &&str| word.replace(['_', ','], "").parse::<u64>().is_ok();
            words.find(number).map_or(line.clone(), |draws| line.replace("10_000", draws))
        }
        "export" | "convert" | "save" => {
            let endings = [".xlsx", ".csv", ".json", ".md", ".tex", ".txt"];
            let file = words.find(|word| endings.iter().any(|ending| word.ends_with(ending)));
            file.map_or(line.clone(), |file| line.replace("out.xlsx", &shell_word(file)))
        }
        _ => line,
    }
}
