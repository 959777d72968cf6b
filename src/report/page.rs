//! The page of a text report: its width, its colours and the layout of text.
//!
//! Widths count columns of a terminal, not characters: `日` has two. Text from a script or from data passes through
//! [`clean`] first. With colour off, no escape sequence is written.

use anstyle::{AnsiColor, Style};
use textwrap::core::Word;
use textwrap::{WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostic::sanitize;

/// Maximum width of prose in columns, also on a wider terminal.
const WIDEST_PROSE: usize = 100;
/// Minimum width of prose in columns, so that a word fits.
const NARROWEST_PROSE: usize = 16;

const SERIES: [AnsiColor; 6] = [
    AnsiColor::Blue,
    AnsiColor::Red,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Cyan,
    AnsiColor::Yellow,
];

/// The settings of the page: width, colour and detail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) colour: bool,
    /// True if tables of a simulation show standard errors and all quantiles.
    pub(super) errors: bool,
}

impl Page {
    /// Returns a heading in its style.
    pub(super) fn title(self, text: &str) -> String {
        self.styled(Style::new().bold(), text)
    }

    /// Styles rules and axes, fainter than numbers.
    pub(super) fn faint(self, text: &str) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    /// Returns the word of a check that holds, in its style.
    pub(super) fn pass(self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    /// Returns the word of a check that fails, in its style.
    pub(super) fn fail(self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    /// Styles a text in the colour of the chart line of index `number`.
    pub(super) fn series(self, number: usize, text: &str) -> String {
        let colour = SERIES.get(number % SERIES.len()).copied().unwrap_or(AnsiColor::Blue);
        self.styled(colour.on_default(), text)
    }

    /// Breaks `text` into lines; indents all but the first by `indent` blanks.
    pub(super) fn wrapped(self, text: &str, indent: usize) -> Vec<String> {
        wrap(text, self.width.clamp(NARROWEST_PROSE, WIDEST_PROSE), indent)
    }

    fn styled(self, style: Style, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

/// Makes text safe for one line: each run of white space becomes one blank, control characters become
/// visible.
pub(super) fn clean(text: &str) -> String {
    sanitize(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the width of `text` in columns.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Pads `text` on the left to a width of `columns`.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Pads `text` on the right to a width of `columns`.
pub(super) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Truncates `text` with an ellipsis if it is wider than `columns`.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns.max(1)
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Breaks `text` into lines of at most `columns`; indents all but the first by `indent` blanks.
pub(super) fn wrap(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent.min(columns / 2));
    // A word that is wider than a line is broken behind its brackets, not inside a name.
    let room = columns.saturating_sub(blanks.len());
    let separator = match text.split(' ').any(|word| width(word) > room) {
        true => WordSeparator::Custom(words),
        false => WordSeparator::AsciiSpace,
    };
    let options = textwrap::Options::new(columns.max(1))
        .word_separator(separator)
        .subsequent_indent(&blanks)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Divides a line behind blanks and opening brackets: `baseline(`, `price[China, `.
fn words<'a>(line: &'a str) -> Box<dyn Iterator<Item = Word<'a>> + 'a> {
    let parts = line.split_inclusive('(');
    Box::new(parts.flat_map(|part| WordSeparator::AsciiSpace.find_words(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_columns() {
        assert_eq!(right("出口", 6), "  出口");
        assert_eq!(left("é", 3), "é  ");
        assert_eq!(cut("liberalisation", 6), "liber…");
        assert_eq!(cut("出口額", 4), "出…");
        assert_eq!(cut("ixrac", 5), "ixrac");
        assert_eq!(cut("abc", 0), "…");
    }

    #[test]
    fn text_is_one_safe_line() {
        assert_eq!(clean(" a\n\tb  c "), "a b c");
        assert!(!clean("a\u{1b}[31mb").contains('\u{1b}'));
    }

    #[test]
    fn wrapping_takes_any_width() {
        let page = |width| Page { width, colour: false, errors: false };
        for width in [0, 1, 7, 80, usize::MAX] {
            assert!(!page(width).wrapped("Trade between Azerbaijan and China", 40).is_empty());
        }
        assert_eq!(page(20).wrapped("World Bank WITS, Azerbaijan", 4)[1], "    Azerbaijan");
        let lines = super::wrap("  baseline(cif_price[China, food])", 20, 4);
        assert_eq!(lines, ["  baseline(", "    cif_price[China,", "    food])"]);
    }

    #[test]
    fn without_colour_nothing_is_added() {
        let plain = Page { width: 80, colour: false, errors: false };
        assert_eq!(plain.title("x") + &plain.fail("y") + &plain.series(99, "z"), "xyz");
        assert!(Page { colour: true, ..plain }.title("x").starts_with('\u{1b}'));
    }
}
