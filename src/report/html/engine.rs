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

/// Number of letters: those from `#` to `~`, without `<`.
const LETTERS: u32 = 91;
/// Number of bits that two letters contain: 91 * 91 is more than 2^13.
const BITS: u32 = 13;

/// Encodes 13 bits as two letters, so that 16 letters contain 13 bytes. With base64, 16 letters contain 12. Bits of 0
/// fill up the last two letters.
fn letters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(13) * 16);
    let letter = |digit: u32| {
        let letter = b'#' + digit as u8;
        char::from(if letter < b'<' { letter } else { letter + 1 })
    };
    let mut write = |bits: u32| text.extend([letter(bits / LETTERS), letter(bits % LETTERS)]);
    // The lowest `count` bits of `held` are not written yet.
    let (mut held, mut count) = (0, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        count += 8;
        if count >= BITS {
            count -= BITS;
            write(held >> count);
            held &= (1 << count) - 1;
        }
    }
    if count > 0 {
        write(held << (BITS - count));
    }
    text
}

/// Decodes text from [`letters`]; None for any other text. There may be a byte of 0 more at the end.
fn from_letters(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| {
        let digit = letter.checked_sub(b'#').filter(|_| letter != b'<')?;
        let digit = u32::from(if letter > b'<' { digit - 1 } else { digit });
        (digit < LETTERS).then_some(digit)
    };
    let mut bytes = Vec::with_capacity(text.len() / 16 * 13 + 13);
    let (mut held, mut count) = (0, 0);
    for two in text.as_bytes().chunks(2) {
        let [first, second] = two else { return None };
        let bits = digit(*first)? * LETTERS + digit(*second)?;
        if bits >> BITS > 0 {
            return None;
        }
        held = held << BITS | bits;
        count += BITS;
        while count >= 8 {
            count -= 8;
            bytes.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
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
    fn thirteen_bits_are_two_digits_of_base_91() {
        let digits = |text: &str| -> Vec<u8> {
            text.bytes().map(|b| if b > b'<' { b - b'#' - 1 } else { b - b'#' }).collect()
        };
        // 2^13 - 1 = 90 * 91 + 1, and 2^13 - 2^10 = 78 * 91 + 70: of 16 bits of 1, the last 3 begin the second pair.
        assert_eq!(digits(&letters(&[255; 2])), [90, 1, 78, 70]);
        assert_eq!(letters(&[0; 13]), "#".repeat(16));
        for length in 0..=40 {
            let all: Vec<u8> = (0..length).map(|n: u8| n.wrapping_mul(101)).collect();
            let mut found = from_letters(&letters(&all)).expect("own letters");
            assert!(found.len() - all.len() <= 1, "{length}");
            found.truncate(all.len());
            assert_eq!(found, all);
        }
        let all: Vec<u8> = (0..=255).collect();
        assert!(letters(&all).bytes().all(|letter| letter.is_ascii_graphic() && letter != b'<'));
        for wrong in ["<#", "#", "~~", "#\u{7f}", "é"] {
            assert_eq!(from_letters(wrong), None, "{wrong}");
        }
    }
}
