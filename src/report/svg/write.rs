//! Elements of an SVG document: attributes and texts are escaped here and nowhere else.

use std::fmt::Write as _;

/// An XML document that is being written.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    /// Opens an element; [`Writer::close`] closes it.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push('>');
    }

    /// Closes an open element.
    pub(super) fn close(&mut self, name: &str) {
        let _ = writeln!(self.text, "</{name}>");
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push_str("/>\n");
    }

    /// Writes an element that contains a text.
    pub(super) fn with_text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        escape(text, &mut self.text);
        self.close(name);
    }

    /// Writes an element with a text that appears when the pointer is on it.
    pub(super) fn with_title(&mut self, name: &str, attributes: &[(&str, &str)], title: &str) {
        if title.is_empty() {
            return self.empty(name, attributes);
        }
        self.open(name, attributes);
        self.text.push_str("<title>");
        escape(title, &mut self.text);
        self.text.push_str("</title>");
        self.close(name);
    }

    /// Adds text without escaping it: our own style sheet, or a finished document.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Returns the text written so far.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.text, " {attribute}=\"");
            escape(value, &mut self.text);
            self.text.push('"');
        }
    }
}

/// Escapes markup, and omits characters that XML 1.0 does not allow.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// Formats a coordinate with one decimal.
pub(super) fn number(value: f64) -> String {
    let tenths = if value.is_finite() { (value * 10.0).round() } else { 0.0 };
    // Zero has no sign.
    format!("{}", tenths / 10.0 + 0.0)
}

/// Returns the path through points; a missing point interrupts it.
pub(super) fn path(points: &[Option<(f64, f64)>]) -> String {
    let mut text = String::new();
    let mut is_broken = true;
    for point in points {
        match point {
            Some((x, y)) => {
                let command = if is_broken { 'M' } else { 'L' };
                let _ = write!(text, "{command}{} {}", number(*x), number(*y));
                is_broken = false;
            }
            None => is_broken = true,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        let mut writer = Writer::default();
        writer.with_text("text", &[("class", "a\"><script>")], "</text><script>x</script>&\u{0}");
        let text = writer.finish();
        assert_eq!(text.matches('<').count(), 2, "{text}");
        assert!(text.contains("&lt;script&gt;") && text.contains('\u{fffd}'), "{text}");
    }

    #[test]
    fn coordinates_have_one_decimal_and_no_negative_zero() {
        assert_eq!([-0.04, 12.34, 7.0, f64::NAN].map(number), ["0", "12.3", "7", "0"]);
        let points = [Some((0.0, 1.0)), Some((2.0, 3.0)), None, Some((4.0, 5.0))];
        assert_eq!(path(&points), "M0 1L2 3M4 5");
    }
}
