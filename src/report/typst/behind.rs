//! The second part of a Typst memo: levers, assumptions, sources, the script, and the origin of the memo.

use serde_json::{Value, json};

use crate::diagnostic::sanitize;
use crate::report::carried::sha256;
use crate::report::page::clean;
use crate::results::{Assumption, Background, LeverText, Report};

use super::cleaned;

pub(super) fn levers(background: &Background) -> Vec<Value> {
    let lever = |one: &LeverText| {
        let field = |(field, meaning): &(String, String)| [clean(field), clean(meaning)];
        json!({
            "name": clean(&one.name),
            "title": clean(&one.title),
            "kind": clean(&one.kind),
            "about": clean(&one.about),
            "scenario": clean(&one.scenario),
            "fields": one.fields.iter().map(field).collect::<Vec<_>>(),
            "equations": cleaned(&one.equations),
        })
    };
    background.levers.iter().map(lever).collect()
}

pub(super) fn assumptions(background: &Background) -> Vec<Value> {
    let figure = |one: &Assumption| {
        json!({
            "name": clean(&one.name),
            "value": clean(&one.value),
            "owner": clean(&one.owner),
            "sources": cleaned(&one.sources),
            "line": one.line,
        })
    };
    background.assumptions.iter().map(figure).collect()
}

pub(super) fn sources(report: &Report) -> Vec<[String; 2]> {
    report.sources.iter().map(|note| [clean(&note.key), clean(&note.citation)]).collect()
}

/// Returns version, draws and options, each as a name and a text.
pub(super) fn made(report: &Report, background: &Background) -> Vec<[String; 2]> {
    let options = &background.options;
    let draws = match &report.sampling {
        Some(one) => format!("{}, {}, seed {}", one.draws, clean(&one.method), one.seed),
        None => "none: every distribution has its median".to_owned(),
    };
    let mut made = vec![
        ["Program".to_owned(), format!("Mizan {}", env!("CARGO_PKG_VERSION"))],
        ["Draws".to_owned(), draws],
    ];
    let mut add = |name: &str, text: String| made.push([name.to_owned(), text]);
    if !options.scenarios.is_empty() {
        add("Scenarios chosen", clean(&options.scenarios.join(", ")));
    }
    if let Some((from, to)) = options.years {
        add("Years chosen", format!("{from}..{to}"));
    }
    options.set.iter().for_each(|edit| add("Value replaced", clean(edit)));
    if !options.question.is_empty() {
        add("Question", clean(&options.question));
    }
    made
}

/// Returns name, hash and size in bytes of each input.
pub(super) fn inputs(background: &Background) -> Vec<Value> {
    let input = |one: &crate::results::Input| json!({ "name": clean(&one.name), "sha256": sha256(&one.bytes), "bytes": one.bytes.len() });
    background.inputs.iter().map(input).collect()
}

/// Returns the lines of the script, without characters that change the display of others.
pub(super) fn script(background: &Background) -> Value {
    let Some(script) = background.inputs.first() else { return Value::Null };
    let text = String::from_utf8_lossy(&script.bytes);
    let lines: Vec<String> = text.lines().map(sanitize).collect();
    json!({ "name": clean(&script.name), "lines": lines })
}
