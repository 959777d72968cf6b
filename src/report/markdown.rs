//! A report in Markdown: tables whose columns are aligned in the source too.

use crate::results::{Answer, Background, Report};

use super::grid::{Column, Grid, Row};
use super::page::{Page, clean, left, right, width};
use super::tables::tables;
use super::titled::Titled;
use super::{broken, check, sweep};

/// Writes a report in Markdown; with `errors`, tables have standard errors and all quantiles.
pub(super) fn markdown(report: &Report, background: &Background, errors: bool) -> String {
    let page = Page { width: usize::MAX, colour: false, errors };
    let levels = report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
    let mut parts: Vec<String> = Vec::new();
    let title = clean(&report.title);
    if !title.is_empty() {
        parts.push(format!("# {}", escape(&title)));
    }
    if let Some((heading, lines)) = broken::mark(&report.broken_identities) {
        let lines: Vec<String> = lines.iter().map(|line| format!("- {}", escape(line))).collect();
        parts.push(format!("**{heading}**\n\n{}", lines.join("\n")));
    }
    if !background.question.is_empty() {
        parts.push(format!("**{}**", escape(&clean(&background.question))));
    }
    parts.extend(background.answer.iter().map(|paragraph| escape(&clean(paragraph))));
    parts.extend(
        background
            .scenarios
            .iter()
            .map(|one| scenario(&clean(&one.name), &clean(&one.title), &one.changes)),
    );
    let mut checks = Vec::new();
    for answer in &report.answers {
        parts.extend(tables(answer, levels, page).iter().map(table));
        match answer {
            Answer::Check(outcome) => {
                let verdict = if outcome.passed { "holds" } else { "**fails**" };
                let (words, _) = check::words(outcome);
                let condition = code(&clean(&outcome.condition));
                checks.push(format!("- {verdict}: {condition} ({})", escape(&words)));
            }
            Answer::Sweep { axes, tables } => parts.push(escape(&sweep::sentence(axes, tables))),
            Answer::Show { .. }
            | Answer::Chart { .. }
            | Answer::Distribution { .. }
            | Answer::Compare { .. }
            | Answer::Find(_)
            | Answer::Calibrate(_)
            | Answer::Discover(_)
            | Answer::Robust(_)
            | Answer::Why { .. }
            | Answer::Sensitivity { .. } => {}
        }
    }
    if !checks.is_empty() {
        parts.push("## Checks".to_owned());
        parts.push(checks.join("\n"));
    }
    if !report.sources.is_empty() {
        parts.push("## Sources".to_owned());
        let note = |note: &crate::results::SourceNote| {
            format!("- @{}: {}", escape(&clean(&note.key)), escape(&clean(&note.citation)))
        };
        parts.push(report.sources.iter().map(note).collect::<Vec<_>>().join("\n"));
    }
    parts.join("\n\n") + "\n"
}

fn table(table: &Titled) -> String {
    let mut parts = vec![format!("**{}**", escape(&table.title))];
    parts.extend(table.remarks.iter().map(|remark| escape(remark)));
    if !table.grid.columns.is_empty() {
        parts.push(grid(&table.grid));
    }
    if !table.sentence.is_empty() {
        parts.push(escape(&table.sentence));
    }
    parts.join("\n\n")
}

/// Renders a table: labels to the left, numbers to the right, every column as wide as its widest cell. Markdown has one
/// line of headings, so each column of a group names the group; and it has no rules within a table.
fn grid(grid: &Grid) -> String {
    let heading = |column: &Column| match column.group.as_str() {
        "" => escape(&column.heading),
        group => escape(&format!("{group}, {}", column.heading)),
    };
    let mut rows: Vec<Vec<String>> =
        vec![std::iter::once(String::new()).chain(grid.columns.iter().map(heading)).collect()];
    rows.extend(grid.rows.iter().filter_map(|row| match row {
        Row::Cells(label, cells) => {
            let cells = cells.iter().map(|cell| escape(cell));
            Some(std::iter::once(escape(label.trim_start())).chain(cells).collect())
        }
        Row::Rule => None,
    }));
    let widths: Vec<usize> = (0..=grid.columns.len())
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max())
        .map(|widest| widest.unwrap_or(0).max(3))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, &width))| match at {
            0 => left(cell, width),
            _ => right(cell, width),
        });
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    let rules = widths.iter().enumerate().map(|(at, &width)| match at {
        0 => "-".repeat(width),
        _ => format!("{}:", "-".repeat(width - 1)),
    });
    lines.insert(1, format!("| {} |", rules.collect::<Vec<_>>().join(" | ")));
    lines.join("\n")
}

/// Writes the name and title of a scenario with a list of its changes.
fn scenario(name: &str, title: &str, changes: &[String]) -> String {
    let mut part = format!("**{}** {}", escape(name), escape(title)).trim().to_owned();
    part.push('\n');
    for change in changes {
        part.push_str(&format!("\n- {}", code(&clean(change))));
    }
    part.trim_end().to_owned()
}

/// Escapes text for Markdown, so that it contains no markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let starts_list = text.starts_with(['-', '+', '#', '='])
        && !text.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if starts_list {
        out.push('\\');
    }
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Encloses a formula in more backquotes than it contains.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    if longest == 0 { format!("{ticks}{text}{ticks}") } else { format!("{ticks} {text} {ticks}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        assert_eq!(escape("a|b <i> *x*"), "a\\|b \\<i\\> \\*x\\*");
        assert_eq!(escape("- item"), "\\- item");
        assert_eq!(escape("-3.7"), "-3.7");
        assert_eq!(code("a ` b"), "`` a ` b ``");
    }

    #[test]
    fn columns_are_aligned() {
        let column = |heading: &str| Column { group: String::new(), heading: heading.to_owned() };
        let cells = |label: &str, value: &str| Row::Cells(label.to_owned(), vec![value.to_owned()]);
        let rows = vec![cells("2024", "-3.71"), Row::Rule, cells("2025", "10")];
        let text = grid(&Grid { columns: vec![column("trade")], rows });
        let expected = "|      | trade |\n| ---- | ----: |\n| 2024 | -3.71 |\n| 2025 |    10 |";
        assert_eq!(text, expected);
    }
}
