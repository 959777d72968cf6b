//! Diagnostics as text and as JSON. miette is known in this file only.

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use serde_json::{Value, json};

use super::{Diagnostic, Severity};
use crate::source::{SourceMap, Span};

/// How a diagnostic is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Box-drawing characters, no colour.
    Plain,
    /// ASCII only.
    Ascii,
    /// Box-drawing characters and colour.
    Colour,
}

/// As many diagnostics are shown; the rest is counted.
const MOST: usize = 50;
/// Longer lines are cut around the place shown.
const LONGEST_LINE: usize = 160;

/// Every diagnostic with its excerpt, in the order of the text, and a line that counts them.
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

/// Lines of a text under their own numbers.
#[derive(Debug)]
struct Lines {
    name: String,
    text: String,
    first: usize,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            part.data(),
            *part.span(),
            part.line() + self.first - 1,
            part.column(),
            part.line_count(),
        )))
    }
}

/// An excerpt of one text, safe to print, with the labels that lie in it.
#[derive(Debug)]
struct Excerpt {
    message: String,
    severity: Severity,
    code: Option<&'static str>,
    help: Option<String>,
    source: Lines,
    labels: Vec<LabeledSpan>,
}

impl std::fmt::Display for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Excerpt {}

impl miette::Diagnostic for Excerpt {
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
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width.clamp(40, 120))
        .with_links(false)
        .with_context_lines(1);
    let mut out = String::new();
    let primary = diagnostic.span();
    let mut shown: Vec<u32> = Vec::new();
    for label in &diagnostic.labels {
        if shown.contains(&label.span.source.0) {
            continue;
        }
        shown.push(label.span.source.0);
        let main = primary.is_some_and(|span| span.source == label.span.source);
        let excerpt = excerpt(diagnostic, sources, label.span, main);
        let mut part = String::new();
        if handler.render_report(&mut part, &excerpt).is_err() {
            part = sanitize(&diagnostic.message);
        }
        out.push_str(&with_own_location(&part, &excerpt.source.name));
    }
    if diagnostic.labels.is_empty() {
        let word = if diagnostic.is_error() { "error" } else { "warning" };
        out.push_str(&format!("{word}[{}]: {}\n", diagnostic.code, sanitize(&diagnostic.message)));
        for help in &diagnostic.help {
            out.push_str(&format!("  help: {}\n", sanitize(help)));
        }
    }
    out
}

/// miette appends a location of its own, whose column counts bytes; ours stands in the name.
fn with_own_location(rendered: &str, name: &str) -> String {
    let Some((before, after)) = rendered.split_once(&format!("[{name}:")) else {
        return rendered.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before}[{name}{rest}")
}

/// The lines that the labels of one text touch, each cut to a readable length.
fn excerpt(diagnostic: &Diagnostic, sources: &SourceMap, first: Span, main: bool) -> Excerpt {
    let file = sources.file(first.source);
    let here = diagnostic.labels.iter().filter(|label| label.span.source == first.source);
    let mut labels = Vec::new();
    let (mut text, mut map) = (String::new(), Vec::new());
    for (at, c) in file.text.char_indices().chain([(file.text.len(), ' ')]) {
        map.push((at, text.len()));
        push_safe(&mut text, c);
    }
    let place = |offset: usize| {
        let found = map.partition_point(|&(at, _)| at < offset).min(map.len() - 1);
        map[found].1
    };
    let last = text.trim_end().len().max(1);
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut ordered: Vec<_> = here.collect();
    ordered.sort_by_key(|label| (!label.primary, label.span.end - label.span.start));
    for label in ordered {
        let start = place(label.span.start as usize).min(last - 1);
        let mut end = place(label.span.end as usize).min(last).max(start + 1);
        if let Some(line_end) = text[start..end.min(text.len())].find('\n') {
            end = (start + line_end).max(start + 1);
        }
        if taken.iter().any(|&(from, to)| start < to && from < end) {
            continue;
        }
        taken.push((start, end));
        labels.push(LabeledSpan::new_primary_with_span(
            Some(sanitize(&label.text)),
            (start, end - start),
        ));
    }
    let location = file.location(first.start as usize);
    let name = format!("{}:{}:{}", sanitize(&file.name), location.line, location.column);
    let whole = text.len();
    let text = cut_long_lines(text, &mut labels);
    let line = if text.len() < whole { location.line } else { file.first_line };
    let message = if main {
        let word = if diagnostic.is_error() { "error" } else { "warning" };
        format!("{word}: {}", sanitize(&diagnostic.message))
    } else {
        "the other place".to_owned()
    };
    let mut help: Vec<String> = diagnostic.help.iter().map(|help| sanitize(help)).collect();
    help.extend(diagnostic.notes.iter().map(|note| format!("note: {}", sanitize(note))));
    Excerpt {
        message,
        severity: diagnostic.severity,
        code: main.then_some(diagnostic.code),
        help: (main && !help.is_empty()).then(|| help.join("\n")),
        source: Lines { name, text, first: line },
        labels,
    }
}

/// Cuts the lines without a label away where the text is long, and long lines around the label.
fn cut_long_lines(text: String, labels: &mut [LabeledSpan]) -> String {
    let Some(first) = labels.iter().map(LabeledSpan::offset).min() else { return text };
    let line = text[..first.min(text.len())].rfind('\n').map_or(0, |n| n + 1);
    let end = text[first..].find('\n').map_or(text.len(), |n| first + n);
    let single = labels.iter().all(|label| (line..=end).contains(&label.offset()));
    if end - line <= LONGEST_LINE || !single {
        return text;
    }
    let mut from = first.saturating_sub(LONGEST_LINE / 4).max(line);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (from + LONGEST_LINE / 2).min(end);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    for label in labels {
        let start = label.offset().clamp(from, to) - from;
        let length = label.len().min((to - from).saturating_sub(start)).max(1);
        *label =
            LabeledSpan::new_primary_with_span(label.label().map(str::to_owned), (start, length));
    }
    text[from..to].to_owned()
}

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

/// The text with every control and direction character made visible; line ends and tabs stay.
pub fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_safe(&mut out, c));
    out
}

/// The diagnostics as a JSON array, each label with file, line and column (from 1, in characters).
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
                "code": d.code,
                "severity": if d.is_error() { "error" } else { "warning" },
                "message": d.message, "labels": labels, "help": d.help, "notes": d.notes, "fixes": fixes,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn the_location_stands_once_and_counts_characters() {
        let mut sources = SourceMap::default();
        let text = "x = 1\né日本 = yy\n";
        let id = sources.add("a.mizan", text, false);
        let start = text.find("yy").expect("in the text");
        let found = Diagnostic::error("unknown-name", "nothing is called `yy`")
            .at(Span::new(id, start, start + 2), "unknown name");
        let shown = render(&[found], &sources, Style::Plain, 80);
        assert!(shown.contains("[a.mizan:2:7]"), "{shown}");
        assert!(shown.contains("1 error\n"), "{shown}");
    }

    #[test]
    fn no_control_or_direction_character_is_printed() {
        let mut sources = SourceMap::default();
        let text = "x = \u{1b}[2J\u{202e}\u{9b}\u{7f}";
        let id = sources.add("\u{1b}]0;a", text, false);
        let found =
            Diagnostic::error("odd-character", text).at(Span::new(id, 4, 5), text).help(text);
        let shown = render(std::slice::from_ref(&found), &sources, Style::Plain, 80);
        let safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
        assert!(shown.chars().all(safe), "{shown:?}");
        let json = to_json(&[found], &sources).to_string();
        assert!(serde_json::from_str::<Value>(&json).is_ok());
    }
}
