//! Typographic characters that are typed or pasted in place of those of the language.
//!
//! In: a character and its place. Out: the characters to write instead.

/// Returns the characters to write in place of a typographic or full-width character.
pub(super) fn meant(text: &str, at: usize, c: char) -> Option<&'static str> {
    if matches!(c, '\u{2013}' | '\u{2014}') && is_between_years(text, at, at + c.len_utf8()) {
        return Some("..");
    }
    const SIGNS: &[(char, &str)] = &[
        ('\u{2212}', "-"),
        ('\u{2013}', "-"),
        ('\u{2014}', "-"),
        ('\u{a0}', " "),
        ('\u{2007}', " "),
        ('\u{2009}', " "),
        ('\u{202f}', " "),
        ('\u{3000}', " "),
        ('\u{d7}', "*"),
        ('→', "->"),
        ('⇒', "->"),
        ('⟶', "->"),
        ('≤', "<="),
        ('≥', ">="),
        ('≠', "!="),
        ('÷', "/"),
        ('·', "*"),
        ('⋅', "*"),
        ('∗', "*"),
        ('…', ".."),
        ('²', "^2"),
        ('³', "^3"),
        ('，', ","),
        ('；', ";"),
        ('：', ":"),
        ('（', "("),
        ('）', ")"),
        ('＝', "="),
        ('％', "%"),
        ('＋', "+"),
        ('－', "-"),
        ('＊', "*"),
        ('、', ","),
    ];
    SIGNS.iter().find(|(sign, _)| *sign == c).map(|(_, meant)| *meant)
}

/// Returns the closing quotes that match a curly opening quote.
pub(super) fn closing_quotes(open: char) -> &'static [char] {
    match open {
        '\u{2018}' | '\u{2019}' | '\u{201a}' => &['\u{2018}', '\u{2019}', '\''],
        _ => &['\u{201c}', '\u{201d}', '\u{201e}', '\u{bb}', '"'],
    }
}

/// True if four digits come before and after the part of `text` from `start` to `end`.
fn is_between_years(text: &str, start: usize, end: usize) -> bool {
    let year = |text: &[u8]| text.len() == 4 && text.iter().all(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    let before = start.checked_sub(4).and_then(|from| bytes.get(from..start));
    before.is_some_and(year) && bytes.get(end..end + 4).is_some_and(year)
}

/// True if a curly quote opens a text. An apostrophe inside a word opens none.
pub(super) fn opens_text(text: &str, at: usize, c: char) -> bool {
    match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => true,
        '\u{2018}' | '\u{2019}' | '\u{201a}' => {
            !text.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric)
        }
        _ => false,
    }
}
