//! Diagnostics, classes of words and completion while a reader writes.

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::highlight::highlight;
use super::message::{CheckAsk, Script};
use super::offsets::Offsets;
use super::problems::{refusal, shown};
use crate::session::{Reach, Session, load_used};

/// Maximum number of candidates of a completion.
const MOST_CANDIDATES: usize = 200;

/// Answers a request to check a script without running it.
pub(super) fn check(ask: &CheckAsk, below: &Reach) -> Value {
    let script = &ask.script;
    let changed = match Changed::of(script) {
        Ok(changed) => changed,
        Err(problem) => return refusal(&problem),
    };
    let reach = files(script, below);
    let program = load_used(&script.name, &changed.text, &reach, &[]);
    let completion = ask.at.map(|at| completion(script, at, reach));
    json!({
        "diagnostics": shown(&program.diagnostics, &program.sources, Some(&changed)),
        "tokens": highlight(&script.text),
        "completion": completion,
    })
}

/// Returns the completion candidates at the cursor, and the start of the word that they replace.
fn completion(script: &Script, at: usize, reach: Reach) -> Value {
    let offsets = Offsets::of(&script.text);
    let offset = offsets.bytes(at);
    let (start, found) = session(script, offset, reach).complete(&script.text, offset);
    let first = found.iter().take(MOST_CANDIDATES);
    let first = first.map(|one| json!({ "text": one.text, "about": one.about }));
    json!({ "from": offsets.units(start), "candidates": first.collect::<Vec<_>>() })
}

/// Makes a session with the names of the script. Leaves out the line of the cursor if it causes a mistake, because the
/// user is typing it.
fn session(script: &Script, offset: usize, reach: Reach) -> Session {
    if let Ok((session, _)) = Session::load(&script.name, &script.text, reach.clone()) {
        return session;
    }
    let before = script.text.get(..offset).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = script.text.get(offset..).unwrap_or("");
    let end = offset + rest.find('\n').unwrap_or(rest.len());
    let without = [script.text.get(..start), script.text.get(end..)];
    let without: String = without.into_iter().flatten().collect();
    Session::load(&script.name, &without, reach)
        .map_or_else(|_| Session::empty(), |loaded| loaded.0)
}
