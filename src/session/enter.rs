//! A session at the prompt: each typed line is a transaction on the model.
//!
//! In: a line. Out: a [`LineOutcome`]. A line with a mistake, found at any stage, changes nothing. Nothing here
//! reads a file or writes to a terminal.

use std::sync::Arc;

use super::advice::TypedLine;
use super::describe;
use super::document::{Document, Reach};
use super::follow::follow;
use super::load::Program;
use super::open_file::{EMPTY, OpenFile, no_file};
use super::outcome::{Failure, LineOutcome};
use super::question::{LastQuestion, is_bare};
#[cfg(feature = "habits")]
use super::reword::reword;
use super::state::{Built, RunSettings, State, UndoSteps, asked_of, build, holds};
use super::track;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::engine::simulate::Simulation;
use crate::engine::{Stop, Values, run_from};
use crate::model::{Ask, Model, Query, Scenario};
use crate::plan::{RunSpec, Scope};
use crate::results::{Answer, BrokenIdentity};
use crate::source::Span;
use crate::syntax::ast::{File, Item, ItemKind};
use crate::syntax::{Parsed, parse_entry};

/// The source name of typed input in diagnostics.
pub const TYPED: &str = "<repl>";
/// Maximum length of an entry in bytes.
pub const LONGEST_ENTRY: usize = 64 << 10;

/// A model that is changed line by line, with the history for undo and redo. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) past: UndoSteps,
    pub(super) now: State,
    pub(super) future: UndoSteps,
    /// The files that the models of the session were read from or written to; never empty.
    pub(super) files: Vec<OpenFile>,
    /// The scenario of queries without `for`.
    pub(super) scenario: Option<String>,
    /// The last query.
    pub(super) question: Option<LastQuestion>,
    pub(super) run: RunSettings,
    /// True if the advice about the base year has been given.
    advised: bool,
}

impl Session {
    /// Begins a session with a model that has only years and a currency.
    ///
    /// # Panics
    /// Never: the empty model checks.
    pub fn empty() -> Self {
        let loaded = Self::load("<new>", EMPTY, Reach::default());
        let (session, _) = loaded.expect("the empty model checks");
        Self { files: vec![no_file()], ..session }
    }

    /// Starts a session with a script; also returns the script's diagnostics.
    ///
    /// # Errors
    /// The script has errors.
    pub fn load(
        name: &str,
        text: &str,
        files: Reach,
    ) -> Result<(Self, LineOutcome), Box<LineOutcome>> {
        let document = Document::read(name, text, files.clone()).map_err(LineOutcome::refused)?;
        let run = RunSettings::default();
        let built = build(&document, &[], &run).map_err(LineOutcome::refused)?;
        let diagnostics = built.program.diagnostics.clone();
        let sources = built.program.sources.clone();
        let broken = built.broken.clone();
        let session = Self {
            past: UndoSteps::default(),
            now: State::new(document, built, None, 0),
            future: UndoSteps::default(),
            files: vec![OpenFile::read(Some(name), text, files)],
            scenario: None,
            question: None,
            run,
            advised: false,
        };
        Ok((session, LineOutcome { broken, diagnostics, sources, ..LineOutcome::default() }))
    }

    /// Enters a line: statements, queries, or an expression whose value is shown.
    pub fn enter(&mut self, text: &str) -> LineOutcome {
        self.try_enter(text).unwrap_or_else(|(mut found, sources)| {
            let is_typed = |span: &Span| *sources.file(span.source).text == *text;
            if let Some(typed) = found.iter().filter_map(Diagnostic::span).find(is_typed) {
                let again = |text: &str| self.mistakes(text);
                follow(&mut found, typed.source, text, again);
                #[cfg(feature = "habits")]
                let now = &self.now.program;
                #[cfg(feature = "habits")]
                reword(&mut found, typed.source, text, (&now.files, &now.sources), again);
            }
            let known = &self.now.program.diagnostics;
            LineOutcome::refused((news(&found, known), sources))
        })
    }

    fn try_enter(&mut self, text: &str) -> Result<LineOutcome, Failure> {
        let (mut document, parsed) = self.read(text)?;
        let (questions, items) = divided(parsed.file.items);
        let changed = !items.is_empty();
        let typed = TypedLine::of(&items, &document.sources);
        let mut notes = Vec::new();
        if changed {
            let (file, comments, tokens) = (File { items }, parsed.comments, parsed.tokens);
            let taken = Parsed { file, comments, tokens, diagnostics: Vec::new() };
            notes = document.take_up(taken, text);
        }
        let questions = asked_of(questions, self.scenario());
        let mut built = build(&document, &questions, &self.run)?;
        if let Some(last) = questions.last() {
            self.question = Some(LastQuestion::of(last, document.sources.text(last.span)));
        }
        let answers = std::mem::take(&mut built.answers);
        let mut outcome = LineOutcome { changed, notes, ..LineOutcome::default() };
        if let Some(model) = &built.program.model {
            for (query, answer) in built.asked.iter().zip(answers) {
                let of = |item: &&Item| holds(item.span, query.span);
                add(
                    &mut outcome,
                    model,
                    query,
                    answer,
                    questions.iter().find(of).is_some_and(is_bare),
                );
            }
            outcome.sampling = built.sampling.take().filter(|_| built.asked.iter().any(is_drawn));
            if self.run.simulation.is_some() && built.asked.iter().any(is_at_medians) {
                outcome.notes.push(AT_MEDIANS.to_owned());
            }
        }
        outcome.diagnostics = news(&built.program.diagnostics, &self.now.program.diagnostics);
        outcome.sources = built.program.sources.clone();
        outcome.broken = unsaid(&built.broken, &self.now.broken);
        if changed {
            self.tell_effect(&typed, &built, &mut outcome);
            self.step_to(document, built);
        }
        Ok(outcome)
    }

    /// Adds the effect of a change to the outcome; without an effect the advice about the base year, once in a session.
    fn tell_effect(&mut self, typed: &TypedLine, built: &Built, outcome: &mut LineOutcome) {
        let scenario = self.asked_of().to_owned();
        let (before, after) = (&self.now.tracked, &built.tracked);
        if !self.advised && track::is_same(before, after, &scenario) {
            let advice = built.program.model.as_ref().and_then(|model| typed.advice(model));
            self.advised |= advice.is_some();
            outcome.notes.extend(advice);
        }
        // The script owns an equation after it was replaced, so that the model before the line is asked.
        if let Some(model) = &self.now.program.model {
            let search = |value: &str, amount: &str, year| self.search_for(value, amount, year);
            outcome.notes.extend(typed.replaced(model, search));
        }
        outcome.lines.splice(0..0, track::change(before, after, &scenario));
    }

    /// Returns the mistakes of a line, without taking it up and without a run.
    fn mistakes(&self, text: &str) -> Vec<Diagnostic> {
        self.checked(text).err().unwrap_or_default()
    }

    /// True if the checker accepts a line.
    pub fn accepts(&self, text: &str) -> bool {
        self.checked(text).is_ok()
    }

    fn checked(&self, text: &str) -> Result<(), Vec<Diagnostic>> {
        let (mut document, parsed) = self.read(text).map_err(|(found, _)| found)?;
        let (questions, items) = divided(parsed.file.items);
        if !items.is_empty() {
            let (file, comments, tokens) = (File { items }, parsed.comments, parsed.tokens);
            document.take_up(Parsed { file, comments, tokens, diagnostics: Vec::new() }, text);
        }
        let program = document.check(&asked_of(questions, self.scenario()));
        if program.model.is_some() { Ok(()) } else { Err(program.diagnostics) }
    }

    /// Reads a line as a part of the document.
    pub(super) fn read(&self, text: &str) -> Result<(Document, Parsed), Failure> {
        let mut document = self.now.document.clone();
        if text.len() > LONGEST_ENTRY {
            let found =
                Diagnostic::error(Code::LimitLine, "the entry is longer than 64 KiB, the limit");
            return Err((vec![found.help("put it into a file, and `:load` it")], document.sources));
        }
        let parsed = parse_entry(document.sources.add(TYPED, text), text);
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Err((parsed.diagnostics, document.sources));
        }
        if let Some(other) = self.other_meaning(&parsed.file.items, text) {
            return Err((vec![other], document.sources));
        }
        Ok((document, parsed))
    }

    /// Answers queries and expressions at the medians; does not change the session.
    pub(super) fn ask(&self, text: &str) -> Result<Built, Failure> {
        let (document, parsed) = self.read(text)?;
        let other = parsed.file.items.iter().find(|item| !matches!(item.kind, ItemKind::Query(_)));
        if let Some(other) = other {
            let found = Diagnostic::error(Code::NotAQuestion, "an expression is required here");
            let found = found.at(other.span, "a statement").help("write an expression");
            return Err((vec![found], document.sources));
        }
        let run = RunSettings { simulation: None, stop: self.run.stop.clone() };
        build(&document, &asked_of(parsed.file.items, self.scenario()), &run)
    }

    /// Returns the scenario of queries without `for`; `None` for the baseline.
    pub fn scenario(&self) -> Option<&str> {
        let name = self.scenario.as_deref()?;
        let model = self.model();
        model.scenarios.iter().any(|scenario| scenario.name == name).then_some(name)
    }

    /// Makes a scenario the default for queries without `for`.
    pub fn look_at(&mut self, name: &str) -> LineOutcome {
        let model = self.model();
        let names = || model.scenarios.iter().map(|s| s.name.as_str()).chain([BASELINE]);
        if !names().any(|known| known == name) {
            let message = format!("there is no scenario `{name}`");
            let found = Diagnostic::error(Code::UnknownScenario, message);
            return LineOutcome::impossible(match nearest(name, names()) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => {
                    found.help(format!("there are: {}", names().collect::<Vec<_>>().join(", ")))
                }
            });
        }
        self.scenario = (name != BASELINE).then(|| name.to_owned());
        self.now.values = Arc::default();
        LineOutcome::said(vec![format!("questions without `for` now ask {}", scenario_named(name))])
    }

    /// Sets the simulation for further answers; `None` puts every distribution at its median.
    pub fn simulate(&mut self, simulation: Option<Simulation>) -> LineOutcome {
        let run = RunSettings { simulation, stop: self.run.stop.clone() };
        if let Err(failure) = self.now.follow(&run) {
            return LineOutcome::refused(failure);
        }
        self.run = run;
        LineOutcome::default()
    }

    /// Returns the settings of the simulation; `None` at the medians.
    pub fn simulation(&self) -> Option<Simulation> {
        self.run.simulation
    }

    /// Sets the flag that stops further runs when it is raised.
    pub fn until(&mut self, stop: Stop) {
        self.run.stop = stop;
    }

    /// Returns the loaded program behind the model.
    pub fn program(&self) -> &Program {
        &self.now.program
    }

    /// Returns the current model.
    ///
    /// # Panics
    /// Never: a session has a model that checks.
    pub fn model(&self) -> &Model {
        self.now.program.model.as_ref().expect("a session's model checks")
    }

    /// Returns the values of the scenario that questions without `for` ask; `None` if its run fails.
    pub(super) fn computed(&self) -> Option<&Values> {
        let run = || {
            let model = self.model();
            let is_asked = |scenario: &&Scenario| Some(scenario.name.as_str()) == self.scenario();
            let changes = model.scenarios.iter().find(is_asked).map(|found| &found.changes);
            let spec = changes.map_or_else(RunSpec::default, RunSpec::from);
            run_from(model, spec, &Scope::whole(model), &[], &self.run.stop).ok()
        };
        self.now.values.get_or_init(run).as_ref()
    }
}

/// The name of the model without any scenario.
pub(super) const BASELINE: &str = "baseline";
/// The note below answers that do not use the draws.
const AT_MEDIANS: &str =
    "computed with every distribution at its median; the draws are not used here";

/// Returns a scenario as the end of a sentence: `the scenario road`, `the baseline`.
fn scenario_named(name: &str) -> String {
    if name == BASELINE { "the baseline".to_owned() } else { format!("the scenario {name}") }
}

/// Divides the items of a line into questions and statements.
fn divided(items: Vec<Item>) -> (Vec<Item>, Vec<Item>) {
    items.into_iter().partition(|item| matches!(item.kind, ItemKind::Query(_)))
}

/// True for a query that shows values of draws.
fn is_drawn(query: &Query) -> bool {
    match &query.ask {
        Ask::Show(_) | Ask::Chart(_) | Ask::Compare { .. } | Ask::Distribution(_) => true,
        other => other.questions().iter().any(|question| question.probability),
    }
}

/// True for a query that is answered with every distribution at its median.
fn is_at_medians(query: &Query) -> bool {
    matches!(query.ask, Ask::Why(_) | Ask::Find(_) | Ask::Check(_)) && !is_drawn(query)
}

/// Adds an answer to an outcome. An expression alone that has one value becomes a line of text, with the
/// equations behind it.
fn add(outcome: &mut LineOutcome, model: &Model, query: &Query, answer: Answer, bare: bool) {
    if !bare {
        outcome.answers.push(answer);
        return;
    }
    // Standard errors are columns of a table.
    match describe::value(model, query, &answer).filter(|_| !query.layout.errors) {
        Some(lines) => outcome.lines.extend(lines),
        None => outcome.answers.push(answer),
    }
    let is_said = |line: &String| outcome.lines.iter().any(|said| said.trim() == line.trim());
    let equations = describe::equations(model, query);
    let equations: Vec<String> = equations.into_iter().filter(|line| !is_said(line)).collect();
    outcome.notes.extend(equations);
}

/// Returns the diagnostics that are new. Omits warnings of unused inputs, because at the prompt an input is declared
/// before anything reads it.
fn news(found: &[Diagnostic], known: &[Diagnostic]) -> Vec<Diagnostic> {
    let new = |found: &&Diagnostic| {
        found.code != Code::UnusedInput && !known.iter().any(|old| old.message == found.message)
    };
    found.iter().filter(new).cloned().collect()
}

/// Returns the identities that do not hold, without those already reported.
fn unsaid(found: &[BrokenIdentity], known: &[BrokenIdentity]) -> Vec<BrokenIdentity> {
    let message = |broken: &BrokenIdentity| broken.problem.as_ref().map(|one| one.message.clone());
    let known: Vec<String> = known.iter().filter_map(message).collect();
    let mut found = found.to_vec();
    for broken in &mut found {
        if message(broken).is_some_and(|message| known.contains(&message)) {
            broken.problem = None;
        }
    }
    found
}
