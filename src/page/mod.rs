//! The live page's engine: messages in, answers out.
//!
//! In: a message in JSON with a script, its data files and the numbers that a reader changed. Out: a message in JSON
//! with diagnostics, controls, charts and tables. Nothing here opens a file, starts a thread or keeps a state, so that
//! the same function answers behind `mizan serve` and in a browser's worker.
//!
//! The files in reading order; each uses earlier ones only:
//!
//! - `offsets`: places as a browser counts them, in UTF-16 units
//! - `message`: what the page asks
//! - `changes`: a script with some of its numbers changed
//! - `problems`: diagnostics as the page shows them
//! - `highlight`: the classes of the words of a script
//! - `figures`: the numbers and distributions of a script, each with its place
//! - `randoms`: the distributions of a model, by their place
//! - `controls`: sliders for the figures
//! - `write`: changed numbers as a scenario
//! - `check`, `run`, `question`, `search`, `document`: the answers

mod changes;
mod check;
mod controls;
mod document;
mod figures;
mod highlight;
mod message;
mod offsets;
mod problems;
mod question;
mod randoms;
mod run;
mod search;
mod write;

use crate::engine::Stop;
use crate::session::Reach;

use message::{Request, unreadable};
pub use problems::refusal;

/// Answers one message of the page; the script can read the files that the message carries and no others.
///
/// The answer is a JSON object. It always has `diagnostics`; a message that cannot be read has the code `bad-request`.
pub fn answer(request: &str) -> String {
    answer_with(request, &Reach::default(), &Stop::default())
}

/// Answers a message as [`answer`] does. The script can also read `files`; `stop` limits the memory of a run, and
/// ends it when the flag is raised.
pub fn answer_with(request: &str, files: &Reach, stop: &Stop) -> String {
    let answer = match serde_json::from_str::<Request>(request) {
        Ok(Request::Check(ask)) => check::check(&ask, files),
        Ok(Request::Controls(ask)) => controls::controls(&ask, files),
        Ok(Request::Run(ask)) => run::run(&ask, files, stop),
        Ok(Request::Why(ask)) => question::why(&ask, files, stop),
        Ok(Request::Compare(ask)) => question::compare(&ask, files, stop),
        Ok(Request::Find(ask)) => search::find(&ask, files, stop),
        Ok(Request::Write(ask)) => write::write(&ask, files),
        Ok(Request::Document(ask)) => document::document(&ask, files, stop),
        Ok(Request::Verify(ask)) => document::verify(&ask, stop),
        Ok(Request::Seen(ask)) => document::seen(&ask),
        Err(problem) => refusal(&unreadable(&problem.to_string())),
    };
    answer.to_string()
}
