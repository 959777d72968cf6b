//! The engine that is embedded in a live page, and the panel with its sliders.

use maud::{Markup, html};

/// Opening tag of the element with the engine, up to the number of its bytes.
const CARRIED: &str = "<script type=\"text/plain\" id=\"mizan-engine\" data-bytes=\"";
const END: &str = "</script>";
/// The first bytes of gzip data (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The engine in the form that a page embeds: a WebAssembly module, compressed with gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedEngine(Vec<u8>);

impl PackedEngine {
    /// Wraps the bytes of a module that is compressed with gzip; None for other bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.starts_with(&GZIP).then(|| Self(bytes.to_vec()))
    }

    /// Finds the engine of a live memo; None in another document.
    pub fn in_page(page: &[u8]) -> Option<Self> {
        let page = std::str::from_utf8(page).ok()?;
        let (_, rest) = page.rsplit_once(CARRIED)?;
        let (length, rest) = rest.split_once("\">")?;
        let (text, _) = rest.split_once(END)?;
        let mut bytes = from_letters(text)?;
        bytes.truncate(length.parse().ok()?);
        Self::new(&bytes)
    }

    /// Returns the HTML element with the engine; its text contains no character of markup.
    pub(super) fn element(&self) -> String {
        format!("{CARRIED}{}\">{}{END}", self.0.len(), letters(&self.0))
    }
}

/// Encodes four bytes as five letters, so that the page is shorter than with base64, which encodes three bytes as four.
/// The letters are the 85 from `#` on, without `<`. Bytes of 0 fill up the last four.
fn letters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for four in bytes.chunks(4) {
        let mut filled = [0; 4];
        filled.iter_mut().zip(four).for_each(|(to, from)| *to = *from);
        let number = u32::from_be_bytes(filled);
        for power in (0..5).rev() {
            let digit = (number / 85_u32.pow(power) % 85) as u8;
            let letter = b'#' + digit;
            text.push(char::from(if letter < b'<' { letter } else { letter + 1 }));
        }
    }
    text
}

/// Decodes text from [`letters`]; None for any other text.
fn from_letters(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4);
    for five in text.as_bytes().chunks(5) {
        let mut number: u64 = 0;
        for letter in five {
            let digit = letter.checked_sub(b'#').filter(|_| *letter != b'<')?;
            let digit = if *letter > b'<' { digit - 1 } else { digit };
            number = number * 85 + u64::from(digit);
        }
        bytes.extend(u32::try_from(number).ok()?.to_be_bytes());
    }
    Some(bytes)
}

/// Renders the panel of the live page: a slider for each value, and the buttons. The script of the page fills and shows
/// the panel.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bytes_are_five_digits_of_base_85() {
        // 2^32 - 1 = 82 * 85^4 + 23 * 85^3 + 54 * 85^2 + 12 * 85 + 0.
        let digits = |text: &str| -> Vec<u8> {
            text.bytes().map(|b| if b > b'<' { b - b'#' - 1 } else { b - b'#' }).collect()
        };
        assert_eq!(digits(&letters(&[255; 4])), [82, 23, 54, 12, 0]);
        assert_eq!(letters(&[0, 0, 0, 0, 0, 0, 0, 85]), "########$#");
        let all: Vec<u8> = (0..=255).chain([7]).collect();
        let text = letters(&all);
        assert!(!text.contains('<') && text.len() == 65 * 5);
        assert_eq!(from_letters(&text).map(|mut bytes| bytes.drain(..257).collect()), Some(all));
        assert_eq!(from_letters("<####"), None);
    }
}
