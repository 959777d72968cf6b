//! The commands of the prompt that inspect a model: the type of an expression, the equations behind a value,
//! lists of names.
//!
//! In: the text behind a command of the prompt. Out: an [`Outcome`] of lines. Nothing here changes the
//! session.

use super::complete::Candidate;
use super::describe::{holding, kind, unit_of};
use super::enter::Session;
use super::outcome::Outcome;
use super::state::Built;
use crate::analysis::unit;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Values, ask};
use crate::model::print::definition;
use crate::model::{
    Ask, Definition, Expr, Model, Quantity, QuantityId, Question, Role, Select, SetId, Time,
};
use crate::report;
use crate::results::Answer;
use crate::source::{SourceId, Span};
use crate::syntax::ast::ItemKind;

impl Session {
    /// Returns the type of an expression: `balance[China]: money (USD)`.
    pub fn type_of(&self, text: &str) -> Outcome {
        let Built { program, answers, asked, .. } = match self.ask(text) {
            Ok(built) => built,
            Err(failure) => return Outcome::refused(failure),
        };
        let mut lines = Vec::new();
        for (query, answer) in asked.iter().zip(&answers) {
            let (Ask::Show(of), Answer::Show { panels }) = (&query.ask, answer) else { continue };
            for (question, panel) in of.iter().zip(panels) {
                let over = question.loops.iter().filter_map(|(_, set)| {
                    program.model.as_ref().and_then(|model| model.sets.get(*set))
                });
                let over: Vec<&str> = over.map(|set| set.name.as_str()).collect();
                let over = match over.is_empty() {
                    true => String::new(),
                    false => format!(", for each {}", over.join(" and ")),
                };
                lines.push(format!("{}: {}{over}", question.text, kind(&panel.unit)));
            }
        }
        Outcome::said(lines)
    }

    /// Shows the equations of one value and the numbers that they read, one level deep.
    pub fn why(&self, text: &str) -> Outcome {
        let built = match self.ask(text) {
            Ok(built) => built,
            Err(failure) => return Outcome::refused(failure),
        };
        let (Some(model), Some(query)) = (&built.program.model, built.asked.first()) else {
            return Outcome::default();
        };
        let Ask::Show(of) = &query.ask else { return Outcome::impossible(not_a_value()) };
        let [Question { expr: Expr::Read { quantity, cells, time, .. }, loops, .. }] =
            of.as_slice()
        else {
            return Outcome::impossible(not_a_value());
        };
        let constant: Option<Vec<u32>> =
            cells.iter().map(|cell| cell.constant().map(|value| value as u32)).collect();
        let (Some(cell), true) = (constant, loops.is_empty()) else {
            return Outcome::impossible(not_a_value());
        };
        let Some(values) = self.baseline() else { return Outcome::impossible(not_a_value()) };
        let year = time.of(query.years.1);
        let numbers = CellNumbers { model, values, cell: &cell, year };
        let mut lines = Vec::new();
        if let Some(Answer::Show { panels }) = built.answers.first() {
            for (panel, series) in panels.iter().flat_map(|p| p.series.iter().map(move |s| (p, s)))
            {
                let value = series.values.last().copied().flatten();
                let value = report::quantity(&panel.unit, value);
                lines.push(format!("{} in {year} = {value}", series.label));
            }
        }
        for found in holding(model, *quantity, cells, (year, year), None) {
            lines.push(format!("  {}", definition(model, *quantity, found)));
            lines.extend(numbers.read(found));
        }
        Outcome::said(lines)
    }

    /// Lists the names of one sort, such as `variables` or `levers`, or all names.
    pub fn list(&self, what: &str) -> Outcome {
        let lists = self.lists();
        let chosen: Vec<&(&str, Vec<[String; 2]>)> = lists
            .iter()
            .filter(|(sort, rows)| if what.is_empty() { !rows.is_empty() } else { *sort == what })
            .collect();
        if chosen.is_empty() && what.is_empty() {
            return Outcome::said(vec!["nothing is declared yet".to_owned()]);
        }
        if chosen.is_empty() {
            let sorts: Vec<&str> = lists.iter().map(|(sort, _)| *sort).collect();
            let found =
                Diagnostic::error(Code::UnknownList, format!("there is no list of `{what}`"));
            let help = format!("write `:list` and one of {}", sorts.join(", "));
            return Outcome::impossible(found.help(help));
        }
        let mut lines = Vec::new();
        for (sort, rows) in chosen {
            lines.push(format!("{sort}:{}", if rows.is_empty() { " none" } else { "" }));
            let widest =
                rows.iter().map(|[name, _]| name.chars().count()).max().unwrap_or(0).min(40);
            lines.extend(
                rows.iter().map(|[name, about]| {
                    format!("  {name:widest$}  {about}").trim_end().to_owned()
                }),
            );
        }
        Outcome::said(lines)
    }

    /// Returns the sorts of names that can be listed.
    pub fn list_names(&self) -> Vec<Candidate> {
        let about = String::new;
        self.lists().map(|(sort, _)| Candidate { text: sort.to_owned(), about: about() }).into()
    }

    fn lists(&self) -> [(&'static str, Vec<[String; 2]>); 6] {
        let model = self.model();
        let of = |roles: &[Role]| {
            let own =
                model.quantities.iter().filter(|q| q.lever.is_none() && roles.contains(&q.role));
            let about =
                |q: &Quantity| [signature(model, q), q.doc.lines().next().unwrap_or("").to_owned()];
            own.map(about).collect::<Vec<_>>()
        };
        let levers = model.levers.iter().map(|lever| {
            let place = lever.scenario.map_or(String::new(), |scenario| {
                format!(", in {}", model.scenario_name(Some(scenario)))
            });
            [
                lever.name.clone(),
                format!("{} {}{place}", lever.kind, quoted(&lever.title))
                    .replace("  ", " ")
                    .replace(" ,", ","),
            ]
        });
        let scenarios = model.scenarios.iter().map(|s| [s.name.clone(), s.title.clone()]);
        let sources = model.sources.iter().map(|(key, s)| [format!("@{key}"), s.citation.clone()]);
        let sets = model.sets.iter().enumerate().map(|(id, set)| {
            let names: Vec<&str> =
                set.members.iter().map(|&member| model.element_name(id, member)).collect();
            [set.name.clone(), names.join(", ")]
        });
        [
            ("sets", sets.collect()),
            ("parameters", of(&[Role::Param])),
            ("variables", of(&[Role::Variable, Role::Factor, Role::Total])),
            ("levers", levers.collect()),
            ("scenarios", scenarios.collect()),
            ("sources", sources.collect()),
        ]
    }

    /// Lists the units that numbers may have in this model.
    pub fn units(&self) -> Outcome {
        let program = &self.now.program;
        let mut lines = vec![
            format!("money: {} (the model's currency)", self.model().currency),
            "scale words: thousand, mn, bn, tn".to_owned(),
            "shares: %, and pp, which only adds to percentages".to_owned(),
            "time: years, days".to_owned(),
        ];
        for item in program.files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ItemKind::Unit { .. } | ItemKind::Currency { rate: Some(_), .. } => {
                    lines.push(program.sources.text(item.span).to_owned());
                }
                _ => {}
            }
        }
        Outcome::said(lines)
    }
}

/// The numbers of a run in one cell and year.
struct CellNumbers<'a> {
    model: &'a Model,
    values: &'a Values,
    cell: &'a [u32],
    year: i32,
}

impl CellNumbers<'_> {
    /// Returns a line for each value that a definition reads: `exports[China, machinery] = 0.5 mn USD`. A
    /// reduction is shown as a whole.
    fn read(&self, found: &Definition) -> Vec<String> {
        let mut parts: Vec<&Expr> = Vec::new();
        found.expr.walk(&mut |part| {
            let whole = matches!(part, Expr::Read { .. } | Expr::Reduce { .. });
            if whole && !parts.contains(&part) {
                parts.push(part);
            }
            !whole
        });
        parts.into_iter().filter_map(|part| self.number(found, part)).collect()
    }

    fn number(&self, found: &Definition, part: &Expr) -> Option<String> {
        let (mut loops, mut elements): (Vec<(usize, SetId)>, Vec<u32>) = (Vec::new(), Vec::new());
        for (select, &element) in found.axes.iter().zip(self.cell) {
            if let Select::Each(slot, set) = select {
                loops.push((*slot, *set));
                elements.push(element);
            }
        }
        let kind = match part {
            Expr::Read { quantity, .. } => self.model.quantities.get(*quantity)?.kind,
            _ => first_read(part).and_then(|id| self.model.quantities.get(id))?.kind,
        };
        let (text, span) = (String::new(), found.span);
        let question = Question { text, expr: part.clone(), loops, kind, probability: false, span };
        let value =
            ask(self.model, self.values, self.values, &question, part, &elements, self.year)
                .ok()?;
        let shown_in = unit(self.model, kind);
        let name = self.named(part, &found.axes)?;
        Some(format!("    {name} = {}", report::quantity(&shown_in, Some(value))))
    }

    /// Prints a part of an equation with the elements and the year of the current cell in place of its
    /// indices.
    fn named(&self, part: &Expr, axes: &[Select]) -> Option<String> {
        let Expr::Read { quantity, cells, time, .. } = part else {
            // A reduction keeps the notation of its equation.
            let first = first_read(part)?;
            let number = Definition::value(
                axes.to_vec(),
                self.model.years,
                part.clone(),
                Span::new(SourceId(0), 0, 0),
            );
            let text = definition(self.model, first, &number);
            return text.split_once(" = ").map(|(_, right)| right.to_owned());
        };
        let found = self.model.quantities.get(*quantity)?;
        let mut names = Vec::new();
        for (cell, &axis) in cells.iter().zip(&found.axes) {
            let element = match cell {
                Expr::Const(value) => *value as u32,
                Expr::Slot(slot) => {
                    let own =
                        |select: &Select| matches!(select, Select::Each(each, _) if each == slot);
                    *self.cell.get(axes.iter().position(own)?)?
                }
                _ => return None,
            };
            names.push(self.model.element_name(axis, element).to_owned());
        }
        let year = time.of(self.year);
        if *time != Time::Offset(0) {
            names.push(year.to_string());
        }
        let indices =
            if names.is_empty() { String::new() } else { format!("[{}]", names.join(", ")) };
        Some(format!("{}{indices}", found.name))
    }
}

fn first_read(part: &Expr) -> Option<QuantityId> {
    let mut first = None;
    part.walk(&mut |inner| {
        if let Expr::Read { quantity, .. } = inner {
            first.get_or_insert(*quantity);
        }
        first.is_none()
    });
    first
}

fn not_a_value() -> Diagnostic {
    Diagnostic::error(Code::NotAValue, "one value of a variable or parameter is required here")
        .help("name its elements: `:why imports[China, vehicles] in 2030`")
}

/// Returns the signature of a quantity: `demand[partner, sector]: USD`.
fn signature(model: &Model, quantity: &Quantity) -> String {
    let sets: Vec<&str> = quantity.axes.iter().map(|&set| model.sets[set].name.as_str()).collect();
    let indices = if sets.is_empty() { String::new() } else { format!("[{}]", sets.join(", ")) };
    format!("{}{indices}: {}", quantity.name, unit_of(model, quantity))
}

fn quoted(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!("\"{title}\"") }
}
