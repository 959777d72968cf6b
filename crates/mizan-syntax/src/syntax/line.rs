//! Words in a text: the characters that a word contains, and whether a statement continues on the next line.
//!
//! In: a character or the text of a line. Out: yes or no; the table of words decides which words join lines.

use super::words::{self, Word};

/// True if a name may begin with `c`.
pub(super) fn is_word_start(c: char) -> bool {
    c == '_' || pest::unicode::XID_START(c)
}

/// True if a name may contain `c` after its first character; combining marks and digits are allowed.
pub(super) fn is_word_char(c: char) -> bool {
    pest::unicode::XID_CONTINUE(c)
}

/// True if a line that ends with `word` continues on the next line.
pub(super) fn joins_next(word: &str) -> bool {
    words::find(word).is_some_and(Word::joins_line_after)
}

/// True if a line cannot begin a statement, and so continues the previous line.
pub(super) fn goes_on(line: &str) -> bool {
    // A formula of a spreadsheet is a statement of its own.
    if line.strip_prefix('=').is_some_and(|rest| rest.starts_with(is_word_start)) {
        return false;
    }
    // A comment of Fortran and Stata.
    if line.starts_with("! ") {
        return false;
    }
    if line.starts_with(['+', '*', '/', '^', '-', '=', '<', '>', '@', '{', '!']) {
        return true;
    }
    let (word, after) = first_word(line);
    (words::find(word).is_some_and(Word::joins_line_before) && !after.starts_with(':'))
        || (word == "so" && after.starts_with("that"))
}

/// True if a line begins with the word of a statement, followed by a name or a text.
pub(super) fn begins_statement(line: &str) -> bool {
    let (word, after) = first_word(line);
    let joined = words::find(first_word(after).0).is_some_and(Word::joins_line_before);
    words::find(word).is_some_and(Word::begins_statement)
        && after.starts_with(|c: char| c.is_alphabetic() || c == '"')
        && !joined
}

/// True if a line begins with a digit, and so completes the range of the previous line, `2026..`.
pub(super) fn begins_with_digit(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit())
}

/// Splits a line into its first word and the text after it, without leading blanks.
pub(super) fn first_word(line: &str) -> (&str, &str) {
    let (word, after) = line.split_at(line.find(|c| !is_word_char(c)).unwrap_or(line.len()));
    (word, after.trim_start_matches([' ', '\t']))
}
