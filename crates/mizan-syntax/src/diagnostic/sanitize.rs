//! Makes control characters visible, because they could control the terminal or hide text.

/// Adds a character; adds a visible substitute for a control or direction character.
fn push_safe(out: &mut String, c: char) {
    match c {
        '\n' | '\t' => out.push(c),
        '\u{7f}' => out.push('\u{2421}'),
        c if c < ' ' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{80}'..='\u{9f}' => out.push('\u{fffd}'),
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        }
        _ => out.push(c),
    }
}

/// Returns the text with control and direction characters made visible; line ends and tabs are kept.
pub fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_safe(&mut out, c));
    out
}
