//! Explanations of names: kinds, variables, levers, sets, scenarios, sources, functions and the codes of
//! diagnostics.
//!
//! In: a loaded program and a name. Out: a page of text for each meaning of the name, or the nearest name.

mod background;
mod kind;
mod lever;
mod quantity;

pub use background::{background, head, scenarios};

use crate::builtins;
use crate::diagnostic::{Code, nearest, related, sanitize};
use crate::library;
use crate::session::Program;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::syntax::words;

/// Explains every meaning of `name` in a program.
///
/// # Errors
/// `name` is unknown; the nearest known name, if there is one.
pub fn explain(program: &Program, name: &str) -> Result<String, Option<String>> {
    let mut pages: Vec<Explanation> = Vec::new();
    for item in program.files.iter().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Kind(kind) if kind.name.text == name => {
                pages.push(kind::page(program, kind, &item.doc));
            }
            ItemKind::Function { name: own, .. } if own.text == name => {
                pages.push(written(program, "function", name, item.span, &item.doc));
            }
            _ => {}
        }
    }
    pages.extend(quantity::page(program, name));
    pages.extend(lever::page(program, name));
    pages.extend(lever::scenario(program, name));
    pages.extend(set(program, name));
    pages.extend(source(program, name));
    pages.extend(element(program, name));
    pages.extend(builtin(name));
    pages.extend(word(name));
    let mut texts: Vec<String> = pages.into_iter().map(Explanation::text).collect();
    texts.extend(Code::named(name).map(|code| without_fences(code.page())));
    if texts.is_empty() {
        let known = known(program);
        let codes = || Code::ALL.iter().map(|code| code.name());
        let code = || name.contains('-').then(|| nearest(name, codes())).flatten();
        // `unit_mismatch` for `unit-mismatch`, `rate` for `duty.rate`.
        let dashed = name.replace('_', "-");
        let code = || code().or_else(|| codes().find(|code| *code == dashed));
        let names = || known.iter().map(String::as_str);
        let field = || names().find(|known| known.rsplit_once('.').is_some_and(|(_, f)| f == name));
        let near = field()
            .or_else(|| related(name, true, names()).filter(|_| name.contains('_')))
            .or_else(|| nearest(name, names()))
            .or_else(code);
        return Err(near.map(str::to_owned));
    }
    Ok(texts.join("\n"))
}

/// Returns a page of the book for the terminal: its scripts are indented and have no fences.
fn without_fences(page: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for line in page.lines() {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        if inside && !line.is_empty() {
            text.push_str("    ");
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// A page: a heading and sections.
struct Explanation {
    heading: String,
    sections: Vec<(&'static str, Vec<String>)>,
}

impl Explanation {
    fn new(heading: String) -> Self {
        Self { heading, sections: Vec::new() }
    }

    /// Adds a section unless it is empty; a section without a title is printed right below the heading.
    fn section(&mut self, title: &'static str, lines: Vec<String>) {
        if lines.iter().any(|line| !line.is_empty()) {
            self.sections.push((title, lines));
        }
    }

    fn text(self) -> String {
        let mut text = format!("{}\n", self.heading);
        for (title, lines) in self.sections {
            text.push('\n');
            if !title.is_empty() {
                text.push_str(&format!("{title}\n"));
            }
            for line in lines {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
        }
        sanitize(&text)
    }
}

/// Returns file and line of a span: `trade/flows.mizan:97`.
fn place(program: &Program, span: Span) -> String {
    let file = program.sources.file(span.source);
    format!("{}:{}", file.name, file.location(span.start as usize).line)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Joins the cells of rows to lines with aligned columns.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let width = |n: usize| {
        let cells = rows.iter().filter(|row| n + 1 < row.len()).filter_map(|row| row.get(n));
        cells.map(|cell| unicode_width::UnicodeWidthStr::width(cell.as_str())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0)).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| {
            let own = unicode_width::UnicodeWidthStr::width(cell.as_str());
            format!("{cell}{}", " ".repeat(width.saturating_sub(own)))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Builds the lines `@key  citation`, one per key.
fn citations(program: &Program, keys: &[String]) -> Vec<String> {
    let Some(model) = &program.model else { return Vec::new() };
    let mut seen: Vec<&String> = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    let row = |key: &String| {
        let source = model.sources.get(key).map_or("", |source| &source.citation);
        vec![format!("@{key}"), source.to_owned()]
    };
    columns(&seen.into_iter().map(row).collect::<Vec<_>>())
}

fn written(program: &Program, what: &str, name: &str, span: Span, doc: &str) -> Explanation {
    let mut page = Explanation::new(format!("{name}: {what}, {}", place(program, span)));
    page.section("", lines(doc));
    page.section("Written as", lines(program.sources.text(span)));
    page
}

fn set(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let item =
        program.files.iter().flat_map(|file| &file.items).find(
            |item| matches!(&item.kind, ItemKind::Set { name: own, .. } if own.text == name),
        )?;
    let (id, set) = model.sets.iter().enumerate().find(|(_, set)| set.name == name)?;
    let mut page = Explanation::new(format!("{name}: set, {}", place(program, set.span)));
    let doc = match &item.kind {
        ItemKind::Set { doc: Some(text), .. } if item.doc.is_empty() => &text.text,
        _ => &item.doc,
    };
    page.section("", lines(doc));
    let elements = set.members.iter().map(|&element| model.element_name(id, element).to_owned());
    page.section("Elements", elements.collect());
    Some(page)
}

/// Builds the page of an element: its set, and the variables that have a value for the element.
fn element(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let set = model.sets.iter().find(|set| set.elements.contains_key(name))?;
    let mut page =
        Explanation::new(format!("{name}: element of {}, {}", set.name, place(program, set.span)));
    let of_set = |axis: &usize| model.sets[*axis].root == set.root;
    let read = |quantity: &crate::model::Quantity| {
        let axes: Vec<&str> =
            quantity.axes.iter().map(|axis| if of_set(axis) { name } else { "*" }).collect();
        let shown = quantity.own && quantity.axes.iter().filter(|axis| of_set(axis)).count() == 1;
        shown.then(|| format!("{}[{}]", quantity.name, axes.join(", ")))
    };
    page.section("Values of it", model.quantities.iter().filter_map(read).collect());
    Some(page)
}

/// Builds the page of a word of the language.
fn word(name: &str) -> Option<Explanation> {
    let word = words::find(name)?;
    let mut page = Explanation::new(format!("{name}: word of the language"));
    let form = format!("{name} {}", word.follows);
    page.section("", vec![form.trim_end().to_owned(), word.about.to_owned()]);
    page.section("Example", vec![word.example.to_owned()]);
    Some(page)
}

/// Lists the names that can be explained: kinds of levers, functions and words.
pub fn overview(program: &Program) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for item in program.files.iter().flat_map(|file| &file.items) {
        if let ItemKind::Kind(kind) = &item.kind {
            kinds.push(&kind.name.text);
        }
    }
    let functions: Vec<&str> = builtins::names().chain(library::standard_names()).collect();
    let words: Vec<&str> = words::WORDS.iter().map(|word| word.name).collect();
    let mut page = Explanation::new("Names that `mizan explain NAME` explains".to_owned());
    for (title, names) in [("Kinds of levers", kinds), ("Functions", functions), ("Words", words)] {
        page.section(title, names.chunks(8).map(|names| names.join(", ")).collect());
    }
    page.section("", vec![
        "With a script, `mizan explain NAME FILE`, also its variables, levers, sets and scenarios.".to_owned(),
    ]);
    page.text()
}

fn source(program: &Program, name: &str) -> Option<Explanation> {
    let model = program.model.as_ref()?;
    let key = name.trim_start_matches('@');
    let source = model.sources.get(key)?;
    let mut page = Explanation::new(format!("@{key}: source, {}", place(program, source.span)));
    page.section("", lines(&source.citation));
    let figures =
        model.figures().into_iter().filter(|figure| figure.sources.iter().any(|k| k == key));
    let row = |figure: crate::model::SourcedFigure| vec![place(program, figure.span), figure.name];
    page.section("Figures from it", columns(&figures.map(row).collect::<Vec<_>>()));
    Some(page)
}

/// Builds the page of a function of the language or of the standard library.
fn builtin(name: &str) -> Option<Explanation> {
    let mut page = Explanation::new(format!("{name}: function of the language"));
    for row in builtins::named(name) {
        page.section("", vec![row.help(), format!("Example: {}", row.example)]);
    }
    if let Some(function) = library::standard(name) {
        page.section("", lines(&function.help()));
    }
    (!page.sections.is_empty()).then_some(page)
}

fn known(program: &Program) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for item in program.files.iter().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Kind(ast::LeverKind { name, .. })
            | ItemKind::Function { name, .. }
            | ItemKind::Set { name, .. } => known.push(name.text.clone()),
            _ => {}
        }
    }
    if let Some(model) = &program.model {
        known.extend(model.quantities.iter().map(|quantity| quantity.name.clone()));
        known.extend(model.levers.iter().map(|lever| lever.name.clone()));
        known.extend(model.scenarios.iter().map(|scenario| scenario.name.clone()));
        known.extend(model.sources.keys().cloned());
    }
    known.extend(builtins::names().chain(library::standard_names()).map(str::to_owned));
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_the_language_is_explained() {
        for name in builtins::names().chain(library::standard_names()) {
            assert!(builtin(name).is_some(), "{name}");
        }
        let both = builtin("min").expect("a page").text();
        assert!(both.contains("min(value, ...): ") && both.contains("min(x): "), "{both}");
    }
}
