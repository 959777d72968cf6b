//! Which requests come from the page of this server.
//!
//! Any site that a browser shows can send requests to this computer. A request is answered only if its path begins
//! with the token, which other sites do not know; if its `Host` is this computer, so that no foreign name that leads
//! here is used; and if its `Origin`, where the browser names one, is this server.

use tiny_http::Request;

use crate::diagnostic::{Code, Diagnostic};

/// Number of random bytes in the token.
const BYTES: usize = 16;

/// The token and the port that a request to the server must have.
#[derive(Debug)]
pub(super) struct PageGuard {
    token: String,
    port: u16,
}

impl PageGuard {
    /// Makes a token.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(super) fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { token, port })
    }

    /// Returns the address of the page, with the token.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// Returns the path of a request after the token.
    ///
    /// # Errors
    /// `refused-request` for a request that does not come from the page.
    pub(super) fn path<'r>(&self, request: &'r Request) -> Result<&'r str, Diagnostic> {
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = header(request, "Host").unwrap_or("");
        if !hosts.iter().any(|own| own == host) {
            return Err(refused("it names another host"));
        }
        let is_own = |origin: &str| {
            hosts.iter().any(|own| origin.strip_prefix("http://") == Some(own.as_str()))
        };
        if header(request, "Origin").is_some_and(|origin| !is_own(origin)) {
            return Err(refused("it comes from another site"));
        }
        let path = request.url().split('?').next().unwrap_or("");
        let behind = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        match behind {
            Some((token, path)) if is_equal(token, &self.token) => Ok(path),
            _ => Err(refused("its address lacks the token")),
        }
    }
}

/// Compares two texts in a time that does not depend on their common beginning.
fn is_equal(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    one.len() == other.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// Returns the value of a request's header.
pub(super) fn header<'r>(request: &'r Request, name: &'static str) -> Option<&'r str> {
    let found = request.headers().iter().find(|header| header.field.equiv(name));
    found.map(|header| header.value.as_str())
}

fn refused(why: &str) -> Diagnostic {
    Diagnostic::error(Code::RefusedRequest, format!("the request is refused: {why}"))
        .help("open the address that `mizan serve` prints")
}
