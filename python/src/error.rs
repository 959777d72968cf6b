//! Diagnostics as Python's exceptions and dictionaries.

use mizan::diagnostic::{Diagnostic, Style, render, to_json};
use mizan::source::SourceMap;
use pyo3::prelude::*;

/// Width of a message in columns.
const WIDTH: usize = 80;

/// Renders diagnostics as the terminal does, without colour.
pub(crate) fn text(found: &[Diagnostic], sources: &SourceMap) -> String {
    if found.is_empty() { String::new() } else { render(found, sources, Style::Plain, WIDTH) }
}

/// Returns diagnostics as a JSON array.
pub(crate) fn data(found: &[Diagnostic], sources: &SourceMap) -> String {
    to_json(found, sources).to_string()
}

/// Makes a `MizanError` of diagnostics.
pub(crate) fn raised(py: Python<'_>, found: &[Diagnostic], sources: &SourceMap) -> PyErr {
    error(py, &text(found, sources), &data(found, sources))
}

/// Makes a `MizanError` of a sentence, for what no script is to blame for.
pub(crate) fn refused(py: Python<'_>, sentence: &str) -> PyErr {
    error(py, sentence, "[]")
}

fn error(py: Python<'_>, text: &str, data: &str) -> PyErr {
    let made =
        py.import("mizan._errors").and_then(|module| module.getattr("error")?.call1((text, data)));
    made.map_or_else(|problem| problem, PyErr::from_value)
}
