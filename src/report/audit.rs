//! An [`Audit`] as text and JSON.

use serde_json::{Value, json};

use super::page::{Page, clean};
use crate::results::{Audit, Group};

/// Maximum number of names of numbers per source and owner; the number of further ones is stated.
const MOST: usize = 3;

/// Formats an audit as text: first the numbers without a source, then each source with the numbers that cite it.
pub fn audit_text(audit: &Audit, width: usize, colour: bool) -> String {
    let page = Page { width, colour, errors: false };
    let without = audit.figures - audit.with_source;
    let mut lines = page.wrapped(
        &format!(
            "{}: {}, {} with a source, {without} without",
            clean(&audit.file),
            counted(audit.figures, "figure"),
            audit.with_source,
        ),
        2,
    );
    if without > 0 {
        lines.extend([String::new(), page.title("Without a source")]);
    }
    for group in &audit.without_source {
        lines.extend(page.wrapped(&format!("  {}: {}", heading(group), group.figures.len()), 4));
        for figure in &group.figures {
            lines.extend(
                page.wrapped(&format!("    line {}  {}", figure.line, clean(&figure.name)), 6),
            );
        }
    }
    let (used, unused): (Vec<_>, Vec<_>) =
        audit.sources.iter().partition(|source| !source.supports.is_empty());
    if !used.is_empty() {
        lines.extend([String::new(), page.title("Sources and the figures that cite them")]);
    }
    for source in used {
        lines.extend(
            page.wrapped(&format!("  @{}  {}", clean(&source.key), clean(&source.citation)), 4),
        );
        for group in &source.supports {
            lines.extend(page.wrapped(&format!("    {}: {}", heading(group), names(group)), 6));
        }
    }
    if !unused.is_empty() {
        lines.extend([String::new(), page.title("Declared and never used")]);
    }
    for source in unused {
        lines.extend(page.wrapped(&format!("  line {}  @{}", source.line, clean(&source.key)), 4));
    }
    if !audit.data.is_empty() {
        lines.extend([String::new(), page.title("Data files")]);
    }
    for data in &audit.data {
        let (name, file, text) = (clean(&data.name), clean(&data.file), clean(&data.text));
        lines.extend(page.wrapped(&format!("  line {}  {name}: {file}, {text}", data.line), 4));
    }
    let mut text: String = lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

/// Converts an audit to one JSON object with the fields of [`Audit`], a `schema` and Mizan's version.
pub fn audit_json(audit: &Audit) -> Value {
    let mut document = json!({ "schema": 1, "mizan": env!("CARGO_PKG_VERSION") });
    if let (Ok(Value::Object(fields)), Some(all)) =
        (serde_json::to_value(audit), document.as_object_mut())
    {
        all.extend(fields);
    }
    document
}

fn heading(group: &Group) -> String {
    match (clean(&group.owner).as_str(), clean(&group.title).as_str()) {
        ("", _) => "outside levers".to_owned(),
        (owner, "") => owner.to_owned(),
        (owner, title) => format!("{owner}, {title}"),
    }
}

fn names(group: &Group) -> String {
    let all = &group.figures;
    let shown: Vec<String> = all.iter().take(MOST).map(|figure| clean(&figure.name)).collect();
    let more =
        if all.len() > MOST { format!(" and {} more", all.len() - MOST) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
