//! The commands of the prompt that inspect a model: the type of an expression, lists of names.
//!
//! In: the text after a command of the prompt. Out: a [`LineOutcome`] of lines. Nothing here changes the
//! session.

use super::complete::Candidate;
use super::describe::{kind, unit_of};
use super::enter::Session;
use super::outcome::LineOutcome;
use super::state::Built;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::model::{Ask, Model, Quantity, Role};
use crate::results::Answer;
use crate::syntax::ast::ItemKind;

impl Session {
    /// Returns the type of an expression: `balance[China]: money (USD)`.
    pub fn type_of(&self, text: &str) -> LineOutcome {
        let Built { program, answers, asked, .. } = match self.ask(text) {
            Ok(built) => built,
            Err(failure) => return LineOutcome::refused(failure),
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
        LineOutcome::said(lines)
    }

    /// Lists the names of one category, such as `variables` or `levers`, or all names.
    pub fn list(&self, what: &str) -> LineOutcome {
        let lists = self.lists(what.is_empty());
        let chosen: Vec<&(&str, Vec<[String; 2]>)> = lists
            .iter()
            .filter(|(sort, rows)| match what {
                "" => !rows.is_empty(),
                // `lever` is the list of levers.
                what => *sort == what || sort.strip_suffix('s') == Some(what),
            })
            .collect();
        if chosen.is_empty() && what.is_empty() {
            return LineOutcome::said(vec!["nothing is declared yet".to_owned()]);
        }
        if chosen.is_empty() {
            let sorts: Vec<&str> = lists.iter().map(|(sort, _)| *sort).collect();
            let found =
                Diagnostic::error(Code::UnknownList, format!("there is no list of `{what}`"));
            let names = || lists.iter().flat_map(|(_, rows)| rows).map(|[name, _]| name.as_str());
            let owns = |name: &str| {
                name.strip_prefix(what)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ' ']))
            };
            let help = match nearest(what, sorts.iter().copied()) {
                _ if names().any(owns) => format!("write `:info {what}`"),
                Some(sort) => format!("write `:list {sort}`"),
                None => format!("write `:list` and one of {}", sorts.join(", ")),
            };
            return LineOutcome::impossible(found.help(help));
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
        LineOutcome::said(lines)
    }

    /// Returns the categories of names that can be listed.
    pub fn list_names(&self) -> Vec<Candidate> {
        let about = String::new;
        self.lists(false)
            .map(|(sort, _)| Candidate { text: sort.to_owned(), about: about() })
            .into()
    }

    /// Returns the categories with their names; with `own`, the quantities of the library are counted and not listed.
    fn lists(&self, own: bool) -> [(&'static str, Vec<[String; 2]>); 6] {
        let model = self.model();
        let of = |roles: &[Role], sort: &str| {
            let of_role = |q: &&Quantity| q.lever.is_none() && roles.contains(&q.role);
            let (shown, left): (Vec<&Quantity>, Vec<&Quantity>) =
                model.quantities.iter().filter(of_role).partition(|q| q.own || !own);
            let about = |q: &&Quantity| [signature(model, q), first_sentence(&q.doc)];
            let mut rows: Vec<[String; 2]> = shown.iter().map(about).collect();
            if !left.is_empty() {
                let more = format!("and {} of the library: `:list {sort}`", left.len());
                rows.push([more, String::new()]);
            }
            rows
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
            ("parameters", of(&[Role::Param], "parameters")),
            ("variables", of(&[Role::Variable, Role::Factor, Role::Total], "variables")),
            ("levers", levers.collect()),
            ("scenarios", scenarios.collect()),
            ("sources", sources.collect()),
        ]
    }

    /// Lists the units that numbers may have in this model.
    pub fn units(&self) -> LineOutcome {
        let program = &self.now.program;
        let mut lines = vec![
            format!("money: {} (the model's currency)", self.model().currency),
            "scale words: thousand, mn, bn, tn".to_owned(),
            "shares: %, and pp, which only adds to percentages".to_owned(),
            "time: years, days".to_owned(),
        ];
        for item in program.files.iter().flat_map(|file| &file.items) {
            match &item.kind {
                ItemKind::Unit { .. }
                | ItemKind::ReportUnit { .. }
                | ItemKind::Currency { rate: Some(_), .. } => {
                    lines.push(program.sources.text(item.span).to_owned());
                }
                _ => {}
            }
        }
        LineOutcome::said(lines)
    }
}

/// Returns the signature of a quantity: `demand[partner, sector]: USD`.
fn signature(model: &Model, quantity: &Quantity) -> String {
    let sets: Vec<&str> = quantity.axes.iter().map(|&set| model.sets[set].name.as_str()).collect();
    let indices = if sets.is_empty() { String::new() } else { format!("[{}]", sets.join(", ")) };
    format!("{}{indices}: {}", quantity.name, unit_of(model, quantity))
}

/// Returns the first sentence of a comment, which may take several lines.
fn first_sentence(doc: &str) -> String {
    let paragraph: Vec<&str> = doc.lines().take_while(|line| !line.trim().is_empty()).collect();
    let text = paragraph.join(" ");
    text.split_once(". ").map_or(text.clone(), |(first, _)| format!("{first}."))
}

fn quoted(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!("\"{title}\"") }
}
