//! A script with some of its numbers changed, and the conversion of its offsets to those of the reader's text.

use super::message::{Script, TextChange, unreadable};
use super::offsets::Offsets;
use crate::data::{Files, MemoryFiles, Refusal};
use crate::diagnostic::Diagnostic;
use crate::session::Reach;

/// The script with the reader's changes, and the offsets that connect it with the script on the page.
#[derive(Debug)]
pub(super) struct Changed {
    /// Text of the changed script.
    pub(super) text: String,
    /// Offsets of the text without the changes.
    offsets: Offsets,
    /// For each change, in order: its byte range in the text without changes, and the length of the new text.
    edits: Vec<(std::ops::Range<usize>, usize)>,
}

impl Changed {
    /// Applies the changes to a script.
    ///
    /// # Errors
    /// `bad-request` if changes overlap, are not in order or reach beyond the text.
    pub(super) fn of(script: &Script) -> Result<Self, Diagnostic> {
        Self::with(&script.text, &script.changes)
    }

    pub(super) fn with(text: &str, changes: &[TextChange]) -> Result<Self, Diagnostic> {
        let offsets = Offsets::of(text);
        let (mut new, mut edits, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
        for change in changes {
            let range = offsets.bytes(change.from)..offsets.bytes(change.to);
            let kept = text.get(at..range.start).filter(|_| range.start <= range.end);
            let (Some(kept), Some(_)) = (kept, text.get(range.clone())) else {
                return Err(unreadable("changes overlap or are outside the text"));
            };
            new.push_str(kept);
            new.push_str(&change.text);
            at = range.end;
            edits.push((range, change.text.len()));
        }
        new.push_str(text.get(at..).unwrap_or(""));
        Ok(Self { text: new, offsets, edits })
    }

    /// Converts a byte offset in the changed text to UTF-16 units in the text of the page. An offset inside a change
    /// becomes the end of the replaced text.
    pub(super) fn units(&self, byte: usize) -> usize {
        let (mut old, mut new) = (0, 0);
        for (range, length) in &self.edits {
            let starts = new + (range.start - old);
            if byte <= starts {
                break;
            }
            if byte < starts + length {
                return self.offsets.units(range.end);
            }
            (old, new) = (range.end, starts + length);
        }
        self.offsets.units(old + (byte - new))
    }
}

/// File access in two layers: first the files in a request, then those of the program below.
struct Layered {
    own: MemoryFiles,
    below: Reach,
}

impl Files for Layered {
    fn open(&self, name: &str) -> Result<Box<dyn std::io::Read + '_>, Refusal> {
        match self.own.open(name) {
            Err(Refusal::Missing) => self.below.open(name).map_err(|refusal| match refusal {
                // The request has files, but not this one.
                Refusal::NoFiles => Refusal::Missing,
                refusal => refusal,
            }),
            found => found,
        }
    }

    fn path(&self, name: &str) -> Option<std::path::PathBuf> {
        self.below.path(name)
    }
}

/// Returns the file access of a script: its own files, and below them those in `below`.
pub(super) fn files(script: &Script, below: &Reach) -> Reach {
    if script.files.is_empty() {
        return below.clone();
    }
    let mut own = MemoryFiles::default();
    for (name, contents) in &script.files {
        own.add(name, contents.bytes());
    }
    Reach::new(Layered { own, below: below.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: usize, to: usize, text: &str) -> TextChange {
        TextChange { from, to, text: text.to_owned() }
    }

    #[test]
    fn places_lead_back_to_the_text_of_the_page() {
        // "é" has two bytes and one unit.
        let text = "é = 5%, b = 10%, c";
        let changed = Changed::with(text, &[change(4, 6, "12.5%"), change(12, 15, "1%")]);
        let changed = changed.expect("changes in order");
        assert_eq!(changed.text, "é = 12.5%, b = 1%, c");
        for (new, unit) in [("é", 0), ("= 12", 2), (", b", 6), ("b = 1", 8), ("c", 17)] {
            let byte = changed.text.find(new).expect("in the text");
            assert_eq!(changed.units(byte), unit, "{new}");
        }
        // Inside the new number.
        assert_eq!(changed.units(changed.text.find("2.5").expect("in the text")), 6);
    }

    #[test]
    fn changes_that_do_not_fit_are_refused() {
        let wrong: [&[TextChange]; 3] =
            [&[change(3, 2, "")], &[change(2, 4, ""), change(3, 5, "")], &[change(0, 1, "")]];
        for changes in &wrong[..2] {
            assert!(Changed::with("abcdef", changes).is_err(), "{changes:?}");
        }
        assert!(Changed::with("abcdef", wrong[2]).is_ok());
    }
}
