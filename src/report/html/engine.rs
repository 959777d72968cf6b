//! The engine that a live page carries, and the panel with its sliders.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};

/// Opening tag of the element that carries the engine.
const CARRIED: &str = "<script type=\"text/plain\" id=\"mizan-engine\">";
const END: &str = "</script>";
/// The first bytes of data that is compressed with gzip (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The engine as a page carries it: a WebAssembly module, compressed with gzip, in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedEngine(String);

impl PackedEngine {
    /// Takes the bytes of a module that is compressed with gzip; None for other bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.starts_with(&GZIP).then(|| Self(STANDARD.encode(bytes)))
    }

    /// Finds the engine of a live page; None in another document.
    pub fn in_page(page: &[u8]) -> Option<Self> {
        let page = std::str::from_utf8(page).ok()?;
        let (_, rest) = page.rsplit_once(CARRIED)?;
        let (text, _) = rest.split_once(END)?;
        Self::new(&STANDARD.decode(text).ok()?)
    }

    /// The element of the page. The letters of base64 are no markup.
    pub(super) fn element(&self) -> String {
        format!("{CARRIED}{}{END}", self.0)
    }
}

/// The panel below the page: a slider for each value, and the buttons. The script of the page fills and shows it.
pub(super) fn panel() -> Markup {
    html! {
        aside id="live" aria-label="Other values" hidden {
            details open {
                summary { "Try other values" }
                div id="sliders" {}
            }
            p {
                output id="live-state" {}
                button id="live-back" type="button" hidden { "Back to the memo" }
                button id="live-verify" type="button" { "Verify" }
            }
            ul id="live-found" hidden {}
        }
    }
}
