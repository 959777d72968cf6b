//! Diagnostics for the page, with places in its text.

use serde_json::{Value, json};

use super::changes::Changed;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, SourceMap, Span};

/// Identifier of the script's text among the sources of a program.
pub(super) const SCRIPT: SourceId = SourceId(0);

/// Returns the answer to a refused request.
pub fn refusal(problem: &Diagnostic) -> Value {
    json!({ "diagnostics": shown(std::slice::from_ref(problem), &SourceMap::default(), None) })
}

/// Converts diagnostics to JSON. `text` is the script's text; without it, or for another file, a place has only file
/// and line.
pub(super) fn shown(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    text: Option<&Changed>,
) -> Value {
    let place = |span: Span| -> Value {
        let file = sources.file(span.source);
        let location = file.location(span.start as usize);
        let mut place =
            json!({ "file": &*file.name, "line": location.line, "column": location.column });
        if let Some(text) = text.filter(|_| span.source == SCRIPT) {
            place["from"] = json!(text.units(span.start as usize));
            place["to"] = json!(text.units(span.end as usize));
        }
        place
    };
    let with = |mut place: Value, key: &str, value: Value| {
        place[key] = value;
        place
    };
    let one = |found: &Diagnostic| {
        let labels = found.labels.iter().map(|label| {
            let place = with(place(label.span), "text", json!(label.text));
            with(place, "primary", json!(label.primary))
        });
        let fixes = found.fixes.iter();
        let fixes = fixes.map(|fix| with(place(fix.span), "replacement", json!(fix.replacement)));
        json!({
            "code": found.code.name(),
            "severity": if found.is_error() { "error" } else { "warning" },
            "message": found.message,
            "help": found.help,
            "notes": found.notes,
            "labels": labels.collect::<Vec<_>>(),
            "fixes": fixes.collect::<Vec<_>>(),
        })
    };
    diagnostics.iter().map(one).collect()
}
