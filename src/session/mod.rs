//! Loading a script, and a conversation about a model that grows: the one way in for every front end.
//!
//! The files in reading order; each uses earlier ones only:
//!
//! - `input`: a script's text from a file or a stream
//! - `follow`: the edits of messages, followed until their lines have no mistake
//! - `line_tokens`, `vocabulary`, `asked`, `verbs`, `target`, `new_lever`, `described`, `sentence`,
//!   `scenario_lines`, `vary`, `search`, `effect`, `indicator`, `inquire`, `cases`, `offered`, `reword`: lines in plain words, offered as lines of Mizan
//! - `hidden`: mistakes that those of other lines hide
//! - `libraries`, `load`: a text and the files that it names, parsed and checked, as a [`Program`]
//! - `narrow`: a program narrowed to some scenarios and years
//! - `document`: the text of a model as a list of statements that can be replaced
//! - `outcome`: what came of a line; `open_file`, `question`: the files and the last question of a session
//! - `track`, `state`: the results that are followed; the model between two lines
//! - `describe`: values, equations and units as text
//! - `enter`: a [`Session`], in which each line is a transaction; `meant` refuses lines with another meaning than the
//!   user's; `steps` undoes changes and knows the files; `keep` is about the last question
//! - `habits`: lines of other programs, read as lines of Mizan
//! - `complete`, `inspect`, `example`: what a session says of its names, values and kinds

mod advice;
#[cfg(feature = "habits")]
mod asked;
#[cfg(feature = "habits")]
mod cases;
mod complete;
mod describe;
#[cfg(feature = "habits")]
mod described;
mod document;
#[cfg(feature = "habits")]
mod effect;
mod enter;
mod example;
mod follow;
mod habits;
#[cfg(feature = "habits")]
mod hidden;
#[cfg(feature = "habits")]
mod indicator;
mod input;
#[cfg(feature = "habits")]
mod inquire;
mod inspect;
mod keep;
mod libraries;
#[cfg(feature = "habits")]
mod line_tokens;
mod load;
mod meant;
mod narrow;
#[cfg(feature = "habits")]
mod new_lever;
#[cfg(feature = "habits")]
mod offered;
mod open_file;
mod outcome;
mod question;
#[cfg(feature = "habits")]
mod reword;
#[cfg(feature = "habits")]
mod scenario_lines;
#[cfg(feature = "habits")]
mod search;
#[cfg(feature = "habits")]
mod sentence;
mod state;
mod steps;
#[cfg(feature = "habits")]
mod target;
#[cfg(test)]
mod tests;
mod track;
#[cfg(feature = "habits")]
mod unasked;
#[cfg(feature = "habits")]
mod vary;
#[cfg(feature = "habits")]
mod verbs;
#[cfg(feature = "habits")]
mod vocabulary;
#[cfg(feature = "habits")]
mod what_if;

pub use complete::Candidate;
pub use document::Reach;
pub use enter::{LONGEST_ENTRY, Session, TYPED};
pub use input::{MOST_BYTES, read_from};
#[cfg(feature = "files")]
pub(crate) use input::{cannot_read, reason};
pub use load::{
    Program, QUESTION, assignment, load, load_asking, load_edited, load_library, load_used,
    load_with,
};
pub use narrow::narrow;
pub use outcome::LineOutcome;
