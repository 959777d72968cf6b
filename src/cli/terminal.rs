//! Width and colour of the terminal.

use std::io::IsTerminal;
use std::sync::OnceLock;

use clap::ValueEnum;

use crate::diagnostic::Style;

/// Width in columns of output that does not go to a terminal.
const WIDTH: usize = 80;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

static CHOICE: OnceLock<Colour> = OnceLock::new();

/// Stores the value of `--color` for the whole process.
pub(super) fn choose(colour: Colour) {
    let _ = CHOICE.set(colour);
}

fn coloured(stream: &impl IsTerminal) -> bool {
    match CHOICE.get() {
        Some(Colour::Always) => true,
        Some(Colour::Never) => false,
        Some(Colour::Auto) | None => {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            stream.is_terminal() && !plain
        }
    }
}

/// True if standard output is written in colour.
pub(super) fn colour() -> bool {
    coloured(&std::io::stdout())
}

/// Returns the style of diagnostics on standard error: colour and character set.
pub(super) fn style() -> Style {
    if coloured(&std::io::stderr()) { Style::Colour } else { Style::Plain }
}

/// Returns the width of standard output in columns.
pub(super) fn width() -> usize {
    columns(terminal_size::terminal_size_of(std::io::stdout()))
}

/// Returns the width of standard error in columns.
pub(super) fn error_width() -> usize {
    columns(terminal_size::terminal_size_of(std::io::stderr()))
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(WIDTH, |(width, _)| usize::from(width.0).max(1))
}
