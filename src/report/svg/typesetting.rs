//! Widths of texts in pixels, without a font at hand: lines broken and cut to fit.
//!
//! A picture names the generic family `sans-serif`, so the reader's system chooses the font. Widths
//! are those of Helvetica (Adobe, Core 14 font metrics) and a seventh more, which DejaVu Sans and
//! Verdana, the widest of the usual fonts, need.

use unicode_width::UnicodeWidthChar;

/// Allowance for fonts wider than Helvetica.
const WIDER: f64 = 1.14;
/// Width of a Latin or Cyrillic letter that the table lacks, in thousandths of the font size.
const OTHER: u32 = 600;
/// Width of an East Asian character, in thousandths of the font size.
const WIDE: u32 = 1000;

/// Widths of the characters from the blank to `~`, in thousandths of the font size.
const HELVETICA: [u32; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Returns the width of a text at a font size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text.chars().map(of_character).sum();
    f64::from(thousandths) / 1000.0 * size * WIDER
}

fn of_character(c: char) -> u32 {
    let index = (c as usize).checked_sub(' ' as usize);
    match index.and_then(|index| HELVETICA.get(index)) {
        Some(width) => *width,
        None if c.width() == Some(2) => WIDE,
        None => OTHER,
    }
}

/// Truncates a text with an ellipsis if it is wider than `room` pixels.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept, size) + width(&format!("{c}…"), size) > room {
            break;
        }
        kept.push(c);
    }
    kept.trim_end().to_owned() + "…"
}

/// Wraps a text between words into at most `most` lines; truncates the last line if text remains.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if has_room(line, word, size, room) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most.max(1) {
        let rest = lines.split_off(most.max(1) - 1);
        lines.push(rest.join(" "));
    }
    lines.iter().map(|line| cut(line, size, room)).collect()
}

/// True if a word fits after a line.
fn has_room(line: &str, word: &str, size: f64, room: f64) -> bool {
    width(line, size) + width(" ", size) + width(word, size) <= room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_broken_and_cut_to_their_room() {
        assert!(
            (width("Mizan", 10.0) - 1.14 * (833.0 + 222.0 + 500.0 + 556.0 + 556.0) / 100.0).abs()
                < 1e-9
        );
        assert_eq!(wrap("exports less imports of goods", 10.0, 100.0, 3).len(), 2);
        let cut = wrap("exports less imports of goods and of services", 10.0, 80.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(
            cut[1].ends_with('…') && cut.iter().all(|line| width(line, 10.0) <= 80.0),
            "{cut:?}"
        );
        assert_eq!(super::cut("出口", 10.0, 12.0), "…");
        assert!(wrap("", 10.0, 80.0, 2).is_empty());
    }
}
