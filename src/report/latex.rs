//! A report in LaTeX: a document with the rules of `booktabs`.

use crate::results::{Answer, Background, Report};

use super::grid::{Grid, Row};
use super::page::{Page, clean};
use super::tables::tables;
use super::titled::Titled;
use super::{broken, check, sweep};

const HEAD: &str = "\
% Compile with lualatex or xelatex, which have all letters.
\\documentclass[11pt,a4paper]{article}
\\usepackage{booktabs}
\\usepackage{caption}
\\captionsetup{labelformat=empty,font=bf,justification=raggedright,singlelinecheck=false}
";

/// Writes a report in LaTeX; with `errors`, tables have standard errors and all quantiles.
pub(super) fn latex(report: &Report, background: &Background, errors: bool) -> String {
    let page = Page { width: usize::MAX, colour: false, errors };
    let levels = report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
    let mut parts = vec!["\\maketitle".to_owned()];
    if let Some((heading, lines)) = broken::mark(&report.broken_identities) {
        let items: Vec<String> =
            lines.iter().map(|line| format!("  \\item {}", escape(line))).collect();
        parts.extend(list(heading, &items));
    }
    if !background.question.is_empty() {
        parts.push(format!("\\noindent\\textbf{{{}}}", escape(&clean(&background.question))));
    }
    parts.extend(background.answer.iter().map(|paragraph| escape(&clean(paragraph))));
    let mut checks = Vec::new();
    for answer in &report.answers {
        parts.extend(tables(answer, levels, page).iter().map(table));
        match answer {
            Answer::Check(outcome) => {
                let verdict = if outcome.passed { "holds" } else { "\\textbf{fails}" };
                let (words, _) = check::words(outcome);
                let condition = escape(&clean(&outcome.condition));
                let words = escape(&words);
                checks.push(format!("  \\item {verdict}: \\texttt{{{condition}}} ({words})"));
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
    parts.extend(list("Checks", &checks));
    let note = |note: &crate::results::SourceNote| {
        format!("  \\item @{}: {}", escape(&clean(&note.key)), escape(&clean(&note.citation)))
    };
    parts.extend(list("Sources", &report.sources.iter().map(note).collect::<Vec<_>>()));
    let title = escape(&clean(&report.title));
    let body = parts.join("\n\n");
    format!(
        "{HEAD}\\title{{{title}}}\n\\date{{}}\n\\begin{{document}}\n{body}\n\n\\end{{document}}\n"
    )
}

fn list(heading: &str, items: &[String]) -> Option<String> {
    let items = (!items.is_empty()).then(|| items.join("\n"))?;
    Some(format!("\\section*{{{heading}}}\n\\begin{{itemize}}\n{items}\n\\end{{itemize}}"))
}

fn table(table: &Titled) -> String {
    let mut lines = vec!["\\begin{table}[htbp]".to_owned()];
    lines.push(format!("\\caption{{{}}}", escape(&table.title)));
    lines.extend(table.remarks.iter().map(|remark| format!("{}\\par", escape(remark))));
    if !table.grid.columns.is_empty() {
        lines.extend(grid(&table.grid));
    }
    lines.push("\\end{table}".to_owned());
    if !table.sentence.is_empty() {
        lines.push(format!("\n{}", escape(&table.sentence)));
    }
    lines.join("\n")
}

/// Renders a table. Numbers of a column have the same number of decimals, so that aligned ends align the points.
fn grid(grid: &Grid) -> Vec<String> {
    let mut lines = vec![format!("\\begin{{tabular}}{{l{}}}", "r".repeat(grid.columns.len()))];
    lines.push("\\toprule".to_owned());
    if grid.columns.iter().any(|column| !column.group.is_empty()) {
        let (mut cells, mut rules, mut at) = (String::new(), String::new(), 2);
        for run in grid.columns.chunk_by(|a, b| a.group == b.group) {
            let (count, name) = (run.len(), run.first().map_or("", |column| &column.group));
            cells.push_str(&format!(" & \\multicolumn{{{count}}}{{c}}{{{}}}", escape(name)));
            if !name.is_empty() {
                rules.push_str(&format!("\\cmidrule(lr){{{at}-{}}}", at + count - 1));
            }
            at += count;
        }
        lines.push(format!("{cells} \\\\"));
        lines.push(rules);
    }
    let headings = grid.columns.iter().map(|column| format!(" & {}", escape(&column.heading)));
    lines.push(format!("{} \\\\", headings.collect::<String>()));
    lines.push("\\midrule".to_owned());
    for row in &grid.rows {
        lines.push(match row {
            Row::Rule => "\\midrule".to_owned(),
            Row::Cells(label, cells) => {
                let indent = if label.starts_with(' ') { "\\quad " } else { "" };
                let cells = cells.iter().map(|cell| format!(" & {}", number(cell)));
                let label = escape(label.trim_start());
                format!("{indent}{label}{} \\\\", cells.collect::<String>())
            }
        });
    }
    lines.push("\\bottomrule".to_owned());
    lines.push("\\end{tabular}".to_owned());
    lines
}

/// Renders a number; a leading minus becomes `$-$`, the minus of math mode.
fn number(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("$-${rest}"),
        _ => escape(text),
    }
}

/// Escapes text for LaTeX, so that it contains no command.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            // Square brackets after a line break would be an option of it.
            '[' | ']' | '*' => out.push_str(&format!("{{{c}}}")),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::grid::Column;

    #[test]
    fn names_are_no_commands() {
        assert_eq!(
            escape("\\input{x} 5% & a_b [h]"),
            "\\textbackslash{}input\\{x\\} 5\\% \\& a\\_b {[}h{]}"
        );
    }

    #[test]
    fn groups_span_their_columns() {
        let column = |group: &str, heading: &str| Column {
            group: group.to_owned(),
            heading: heading.to_owned(),
        };
        let cells = vec!["-3.7".to_owned(), "1.0".to_owned()];
        let columns = vec![column("low", "5%"), column("low", "95%")];
        let text = grid(&Grid { columns, rows: vec![Row::Cells("2024".to_owned(), cells)] });
        assert_eq!(text[2..4], [" & \\multicolumn{2}{c}{low} \\\\", "\\cmidrule(lr){2-3}"]);
        assert_eq!(text[6], "2024 & $-$3.7 & 1.0 \\\\");
    }
}
