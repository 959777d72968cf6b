//! The answers to requests.

use std::io::{Cursor, Read as _};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response};

use super::assets::{Asset, POLICY, asset};
use super::guard::{PageGuard, header};
use super::newest::Newest;
use crate::cli::output;
use crate::cli::threads::on_all;
use crate::diagnostic::{Code, Diagnostic};
use crate::files;
use crate::page::{answer_with, refusal};
use crate::session::{MOST_BYTES, Reach};

/// Maximum size of a message in bytes: a script, the changes, and the JSON around them.
const LARGEST: u64 = 4 * MOST_BYTES;
/// Request header that identifies a page and the type of its request.
const SLOT: &str = "Mizan-Slot";

/// State of a server: the script, the access to its files, the guard of requests and the runs.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) script: PathBuf,
    pub(super) files: Reach,
    pub(super) guard: PageGuard,
    pub(super) newest: Newest,
}

/// A request that saves the script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Save {
    /// The new text of the script.
    text: String,
    /// The text of the script that the page loaded or saved last.
    was: String,
}

/// An answer of the server, without headers.
struct Reply {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

impl Reply {
    fn json(status: u16, value: &Value) -> Self {
        Self { status, kind: "application/json", body: value.to_string().into_bytes() }
    }

    fn refused(status: u16, problem: &Diagnostic) -> Self {
        Self::json(status, &refusal(problem))
    }
}

impl Site {
    /// Answers a request. A client that has gone away is no error.
    pub(super) fn serve(&self, mut request: Request) {
        let found = std::panic::catch_unwind(AssertUnwindSafe(|| self.reply(&mut request)));
        let Reply { status, kind, body } = found.unwrap_or_else(|_| {
            let problem = Diagnostic::error(Code::BadRequest, "the request failed in Mizan itself");
            Reply::refused(500, &problem.help("report it, with the script that led to it"))
        });
        let headers = [
            ("Content-Type", kind),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            // The address contains the token, so it must not be passed on or stored.
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ];
        let headers = headers
            .into_iter()
            .filter_map(|(name, value)| Header::from_bytes(name.as_bytes(), value.as_bytes()).ok());
        let length = body.len();
        let response =
            Response::new(status.into(), headers.collect(), Cursor::new(body), Some(length), None);
        let _ = request.respond(response);
    }

    fn reply(&self, request: &mut Request) -> Reply {
        let path = match self.guard.path(request) {
            Ok(path) => path.to_owned(),
            Err(problem) => return Reply::refused(403, &problem),
        };
        match (request.method(), path.as_str()) {
            (Method::Get, "script") => self.script(),
            (Method::Post, "answer") => self.answer(request),
            (Method::Post, "save") => self.save(request),
            (Method::Get | Method::Head, path) => match asset(path) {
                Some(Asset { kind, body }) => Reply { status: 200, kind, body },
                None => not_there(),
            },
            _ => not_there(),
        }
    }

    /// Returns the current text of the script on disk.
    fn script(&self) -> Reply {
        let name = self.script.file_name().unwrap_or_default().to_string_lossy();
        match files::read(&self.script) {
            Ok(text) => Reply::json(200, &json!({ "name": name, "text": text, "diagnostics": [] })),
            Err(problem) => Reply::refused(404, &problem),
        }
    }

    fn answer(&self, request: &mut Request) -> Reply {
        let slot = header(request, SLOT).map(str::to_owned);
        let message = match body(request) {
            Ok(message) => message,
            Err(problem) => return Reply::refused(400, &problem),
        };
        let done = self.newest.run(slot.as_deref(), |stop| {
            // On a thread whose stack is large enough for any expression.
            on_all(|| answer_with(&message, &self.files, stop))
        });
        match done {
            Some(answer) => {
                Reply { status: 200, kind: "application/json", body: answer.into_bytes() }
            }
            None => {
                Reply::refused(409, &Diagnostic::error(Code::Interrupted, "a newer request came"))
            }
        }
    }

    /// Writes the script, unless the file has changed since the page read it.
    fn save(&self, request: &mut Request) -> Reply {
        let message = body(request).and_then(|text| {
            serde_json::from_str::<Save>(&text).map_err(|problem| unreadable(&problem.to_string()))
        });
        let Save { text, was } = match message {
            Ok(message) => message,
            Err(problem) => return Reply::refused(400, &problem),
        };
        if files::read(&self.script).is_ok_and(|now| now != was) {
            let message = "the script on disk has changed since the page loaded it";
            let problem = Diagnostic::error(Code::FileChanged, message);
            return Reply::refused(409, &problem.help("copy your changes, and reload the page"));
        }
        match output::write(&self.script, text.as_bytes(), true, &[]) {
            Ok(()) => Reply::json(200, &json!({ "diagnostics": [] })),
            Err(_) => {
                let message = "the script cannot be written; the terminal says why";
                Reply::refused(500, &Diagnostic::error(Code::NoPermission, message))
            }
        }
    }
}

fn not_there() -> Reply {
    let problem = Diagnostic::error(Code::RefusedRequest, "the page has no such part");
    Reply::refused(404, &problem.help("open the address that `mizan serve` prints"))
}

/// Reads the text of a request's body.
fn body(request: &mut Request) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let read = request.as_reader().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|problem| unreadable(&problem.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable("it is too large"));
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))
}

fn unreadable(why: &str) -> Diagnostic {
    Diagnostic::error(Code::BadRequest, format!("the message of the page cannot be read: {why}"))
        .help("reload the page")
}
