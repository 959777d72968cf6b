//! Diagnostics as text and as JSON. Only this file uses miette.

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use serde_json::{Value, json};

use super::excerpt::{Excerpt, Mark, Piece, excerpt};
use super::{Code, Diagnostic, Severity, sanitize};
use crate::source::{SourceId, SourceMap, Span};

/// Style of a rendered diagnostic: characters and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Box-drawing characters, no colour.
    Plain,
    /// Draws boxes and arrows with ASCII characters only.
    Ascii,
    /// Box-drawing characters and colour.
    Colour,
}

/// Maximum number of diagnostics that are printed; the number of further ones is stated.
const MOST: usize = 50;

/// Renders diagnostics with their excerpts, in the order of the text, and a line with their number.
pub fn render(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    style: Style,
    width: usize,
) -> String {
    let mut sorted: Vec<&Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        if !sorted.contains(&diagnostic) {
            sorted.push(diagnostic);
        }
        if sorted.len() > 10 * MOST {
            break;
        }
    }
    sorted.sort_by_key(|d| d.span().map(|span| (span.source, span.start)));
    let mut out = String::new();
    for diagnostic in sorted.iter().take(MOST) {
        out.push_str(&one(diagnostic, sources, style, width));
        out.push('\n');
    }
    if diagnostics.len() > MOST && sorted.len() > MOST {
        out.push_str(&format!("... and {} more\n", diagnostics.len() - MOST));
    }
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let summary: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|&(n, _)| n > 0)
        .map(|(n, what)| count(n, what))
        .collect();
    out.push_str(&summary.join(", "));
    out.push('\n');
    out
}

/// Pieces of a text with their original line numbers, each with the location in its heading.
#[derive(Debug)]
struct Lines {
    pieces: Vec<(String, Piece)>,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let piece = self.pieces.iter().rfind(|(_, piece)| piece.start <= span.offset());
        let (name, piece) = piece.ok_or(MietteError::OutOfBounds)?;
        let within = (span.offset() - piece.start, span.len()).into();
        let part = piece.text.read_span(&within, before, after)?;
        let place = (part.span().offset() + piece.start, part.span().len()).into();
        Ok(Box::new(MietteSpanContents::new_named(
            name.clone(),
            part.data(),
            place,
            part.line() + piece.line - 1,
            part.column(),
            part.line_count() + piece.line - 1,
        )))
    }
}

/// The message of a diagnostic with the excerpt of one source text, as miette requires it.
#[derive(Debug)]
struct Report {
    message: String,
    severity: Severity,
    code: Option<Code>,
    help: Option<String>,
    source: Lines,
    labels: Vec<LabeledSpan>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

fn one(diagnostic: &Diagnostic, sources: &SourceMap, style: Style, width: usize) -> String {
    let theme = match style {
        Style::Plain => GraphicalTheme::unicode_nocolor(),
        Style::Ascii => {
            GraphicalTheme { characters: ThemeCharacters::ascii(), styles: ThemeStyles::none() }
        }
        Style::Colour => GraphicalTheme::unicode(),
    };
    let corners = [theme.characters.ltop, theme.characters.lbot];
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width.clamp(40, 120))
        .with_links(false)
        .with_context_lines(1);
    // The text with the mistake first, then the texts of the places that it conflicts with.
    let mut texts: Vec<SourceId> = Vec::new();
    let labels = diagnostic.labels.iter().map(|label| label.span);
    for span in diagnostic.span().into_iter().chain(labels) {
        if !texts.contains(&span.source) {
            texts.push(span.source);
        }
    }
    let mut parts = Vec::new();
    for (n, &source) in texts.iter().enumerate() {
        let report = report(diagnostic, sources, source, (n == 0, n + 1 == texts.len()));
        let mut part = String::new();
        if handler.render_report(&mut part, &report).is_err() {
            part = sanitize(&diagnostic.message);
        }
        if n > 0 {
            // The part has no message, so its first line is only miette's marker.
            part = part.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned());
        }
        for (name, _) in &report.source.pieces {
            part = with_own_location(&part, name);
        }
        parts.push(part);
    }
    let mut out = aligned(&parts, corners);
    if diagnostic.labels.is_empty() {
        let word = if diagnostic.is_error() { "error" } else { "warning" };
        out.push_str(&format!("{word}[{}]: {}\n", diagnostic.code, sanitize(&diagnostic.message)));
        for help in &diagnostic.help {
            out.push_str(&format!("  help: {}\n", sanitize(help)));
        }
    }
    out
}

/// Removes the location that miette appends; its column counts bytes, and `name` already contains the correct location.
/// In colour an escape sequence is before the name and another one after it.
fn with_own_location(rendered: &str, name: &str) -> String {
    let is_own = |&(at, _): &(usize, &str)| {
        let before = rendered.get(..at).unwrap_or("");
        before.ends_with('[') || before.ends_with('m')
    };
    let Some((at, _)) = rendered.match_indices(name).find(is_own) else {
        return rendered.to_owned();
    };
    let (before, after) = rendered.split_at(at + name.len());
    let colour = after.strip_prefix("\u{1b}[").and_then(|rest| rest.find('m')).map_or(0, |n| n + 3);
    let (colour, after) = after.split_at(colour);
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before}{colour}{rest}")
}

/// Joins the printed excerpts of several texts and aligns their boxes, whatever the widths of the line numbers.
fn aligned(parts: &[String], corners: [char; 2]) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let at = |line: &str, corner| line.trim_start_matches(' ').starts_with(corner);
    let left = |part: &String| part.lines().find(|line| at(line, corners[0])).map_or(0, indent);
    let widest = parts.iter().map(left).max().unwrap_or(0);
    let mut out = String::new();
    for part in parts {
        let more = " ".repeat(widest - left(part));
        let mut inside = false;
        for line in part.lines() {
            inside |= at(line, corners[0]);
            if inside {
                out.push_str(&more);
            }
            out.push_str(line);
            out.push('\n');
            inside &= !at(line, corners[1]);
        }
    }
    out
}

/// Makes the report of one source text. The first report of a diagnostic has the message, the last one the help.
fn report(
    diagnostic: &Diagnostic,
    sources: &SourceMap,
    source: SourceId,
    (first, last): (bool, bool),
) -> Report {
    let file = sources.file(source);
    let Excerpt { pieces, marks } = excerpt(diagnostic, file, source);
    let word = if diagnostic.is_error() { "error" } else { "warning" };
    let mut help: Vec<String> = diagnostic.help.iter().map(|help| sanitize(help)).collect();
    help.extend(diagnostic.notes.iter().map(|note| format!("note: {}", sanitize(note))));
    let named = |piece: Piece| {
        let inside =
            |mark: &&Mark| (piece.start..piece.start + piece.text.len()).contains(&mark.start);
        let place = marks.iter().filter(inside).min_by_key(|mark| !mark.primary);
        let location = file.location(place.map_or(0, |mark| mark.at));
        let name = format!("{}:{}:{}", sanitize(&file.name), location.line, location.column);
        (name, piece)
    };
    let pieces = pieces.into_iter().map(named).collect();
    let label =
        |mark: Mark| LabeledSpan::new_primary_with_span(Some(mark.text), (mark.start, mark.length));
    Report {
        message: match first {
            true => format!("{word}: {}", sanitize(&diagnostic.message)),
            false => String::new(),
        },
        severity: diagnostic.severity,
        code: first.then_some(diagnostic.code),
        help: (last && !help.is_empty()).then(|| help.join("\n")),
        source: Lines { pieces },
        labels: marks.into_iter().map(label).collect(),
    }
}

/// Converts diagnostics to a JSON array; each label has file, line and column (from 1, in characters).
pub fn to_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let place = |span: Span| {
        let file = sources.file(span.source);
        let (from, to) = (file.location(span.start as usize), file.location(span.end as usize));
        json!({
            "file": &*file.name, "line": from.line, "column": from.column,
            "end_line": to.line, "end_column": to.column,
            "offset": span.start, "length": span.end - span.start,
        })
    };
    let with = |mut object: Value, key: &str, value: Value| {
        object[key] = value;
        object
    };
    diagnostics
        .iter()
        .map(|d| {
            let labels: Vec<Value> = d
                .labels
                .iter()
                .map(|l| with(with(place(l.span), "text", json!(l.text)), "primary", json!(l.primary)))
                .collect();
            let fixes: Vec<Value> =
                d.fixes.iter().map(|f| with(place(f.span), "replacement", json!(f.replacement))).collect();
            json!({
                "code": d.code.name(),
                "severity": if d.is_error() { "error" } else { "warning" },
                "message": d.message, "labels": labels, "help": d.help, "notes": d.notes, "fixes": fixes,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_location_stands_once_and_counts_characters() {
        let mut sources = SourceMap::default();
        let text = "x = 1\né日本 = yy\n";
        let id = sources.add("a.mizan", text);
        let start = text.find("yy").expect("in the text");
        let found = Diagnostic::error(Code::UnknownName, "nothing is called `yy`")
            .at(Span::new(id, start, start + 2), "unknown name");
        let shown = render(std::slice::from_ref(&found), &sources, Style::Plain, 80);
        assert!(shown.contains("[a.mizan:2:7]"), "{shown}");
        let coloured = render(std::slice::from_ref(&found), &sources, Style::Colour, 80);
        assert!(coloured.contains("a.mizan:2:7") && !coloured.contains(":1:"), "{coloured:?}");
        assert!(shown.contains("1 error\n"), "{shown}");
    }

    #[test]
    fn no_control_or_direction_character_is_printed() {
        let mut sources = SourceMap::default();
        let text = "x = \u{1b}[2J\u{202e}\u{9b}\u{7f}";
        let id = sources.add("\u{1b}]0;a", text);
        let found =
            Diagnostic::error(Code::OddCharacter, text).at(Span::new(id, 4, 5), text).help(text);
        let shown = render(std::slice::from_ref(&found), &sources, Style::Plain, 80);
        let safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
        assert!(shown.chars().all(safe), "{shown:?}");
        let json = to_json(&[found], &sources).to_string();
        assert!(serde_json::from_str::<Value>(&json).is_ok());
    }
}
