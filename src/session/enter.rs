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
use super::outcome::{Failure, LineOutcome};
use super::state::{Built, RunSettings, State, UndoSteps, build};
use super::track;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::engine::simulate::Simulation;
use crate::engine::{Stop, Values, run_from};
use crate::model::{Model, Query};
use crate::plan::Scope;
use crate::results::{Answer, BrokenIdentity};
use crate::source::Span;
use crate::syntax::ast::{File, Item, ItemKind};
use crate::syntax::{Parsed, parse_entry};

/// The source name of typed input in diagnostics.
pub(super) const TYPED: &str = "<repl>";
/// Maximum length of an entry in bytes.
pub const LONGEST_ENTRY: usize = 64 << 10;
/// The model of a session without a file.
const EMPTY: &str = "years 2024..2035\ncurrency USD\n";

/// A model that is changed line by line, with the history for undo and redo. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Session {
    past: UndoSteps,
    pub(super) now: State,
    future: UndoSteps,
    /// Name and text of the loaded file.
    file: Option<(Arc<str>, Arc<str>)>,
    files: Reach,
    /// The scenario of queries without `for`.
    scenario: Option<String>,
    /// Text of the last query, which `keep` adds to the model.
    question: Option<String>,
    run: RunSettings,
}

impl Session {
    /// Begins a session with a model that has only years and a currency.
    ///
    /// # Panics
    /// Never: the empty model checks.
    pub fn empty() -> Self {
        let loaded = Self::load("<new>", EMPTY, Reach::default());
        let (session, _) = loaded.expect("the empty model checks");
        Self { file: None, ..session }
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
        let built = build(&document, &[], None, &run).map_err(LineOutcome::refused)?;
        let diagnostics = built.program.diagnostics.clone();
        let sources = built.program.sources.clone();
        let broken = built.broken.clone();
        let now = State::new(document, built, None);
        let file = Some((name.into(), text.into()));
        let (past, future) = (UndoSteps::default(), UndoSteps::default());
        let (scenario, question) = (None, None);
        let session = Self { past, now, future, file, files, scenario, question, run };
        Ok((session, LineOutcome { broken, diagnostics, sources, ..LineOutcome::default() }))
    }

    /// Enters a line: statements, queries, or an expression whose value is shown.
    pub fn enter(&mut self, text: &str) -> LineOutcome {
        self.try_enter(text).unwrap_or_else(|(mut found, sources)| {
            let is_typed = |span: &Span| *sources.file(span.source).text == *text;
            if let Some(typed) = found.iter().filter_map(Diagnostic::span).find(is_typed) {
                follow(&mut found, typed.source, text, |text| self.mistakes(text));
            }
            let known = &self.now.program.diagnostics;
            LineOutcome::refused((news(&found, known), sources))
        })
    }

    fn try_enter(&mut self, text: &str) -> Result<LineOutcome, Failure> {
        let (mut document, parsed) = self.read(text)?;
        let is_question = |item: &Item| matches!(item.kind, ItemKind::Query(_));
        let (questions, items): (Vec<Item>, Vec<Item>) =
            parsed.file.items.into_iter().partition(is_question);
        let changed = !items.is_empty();
        let typed = TypedLine::of(&items, &document.sources);
        if changed {
            let (file, comments, tokens) = (File { items }, parsed.comments, parsed.tokens);
            document.take_up(Parsed { file, comments, tokens, diagnostics: Vec::new() }, text);
        }
        let mut built = build(&document, &questions, self.scenario(), &self.run)?;
        if let Some(last) = questions.last() {
            let text = document.sources.text(last.span);
            let show = if is_bare(last) { "show " } else { "" };
            self.question = Some(format!("{show}{text}"));
        }
        let answers = std::mem::take(&mut built.answers);
        let sampling = built.sampling.take();
        let mut outcome = LineOutcome { changed, sampling, ..LineOutcome::default() };
        if let Some(model) = &built.program.model {
            for ((query, answer), question) in built.asked.iter().zip(answers).zip(&questions) {
                add(&mut outcome, model, query, answer, is_bare(question));
            }
        }
        outcome.diagnostics = news(&built.program.diagnostics, &self.now.program.diagnostics);
        outcome.sources = built.program.sources.clone();
        outcome.broken = unsaid(&built.broken, &self.now.broken);
        if changed {
            let scenario = self.scenario().unwrap_or(BASELINE);
            if track::is_same(&self.now.tracked, &built.tracked, scenario) {
                let advice = built.program.model.as_ref().and_then(|model| typed.advice(model));
                outcome.notes.extend(advice);
            }
            let line = track::change(&self.now.tracked, &built.tracked, scenario);
            outcome.lines.splice(0..0, line);
            self.step_to(document, built);
        }
        Ok(outcome)
    }

    /// Returns the mistakes of a line, without taking it up.
    fn mistakes(&self, text: &str) -> Vec<Diagnostic> {
        let run = RunSettings { simulation: None, stop: self.run.stop.clone() };
        let mut other = Self { run, ..self.clone() };
        other.try_enter(text).err().map(|(found, _)| found).unwrap_or_default()
    }

    /// Reads a line as a part of the document.
    fn read(&self, text: &str) -> Result<(Document, Parsed), Failure> {
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
        build(&document, &parsed.file.items, self.scenario(), &run)
    }

    /// Returns the value of the last question, with its clauses; `None` before any question, and for a question of
    /// another form.
    pub fn last_value(&self) -> Option<String> {
        let question = self.question.as_deref()?;
        let words = ["show ", "chart ", "why "];
        words.iter().find_map(|word| question.strip_prefix(word)).map(str::to_owned)
    }

    /// Adds the last query to the model.
    pub fn keep(&mut self) -> LineOutcome {
        match self.question.clone() {
            None => LineOutcome::impossible(
                Diagnostic::error(Code::NothingAsked, "nothing has been asked yet")
                    .help("ask something first: `show balance[China]`"),
            ),
            Some(question) => self.try_keep(&question).unwrap_or_else(LineOutcome::refused),
        }
    }

    fn try_keep(&mut self, question: &str) -> Result<LineOutcome, Failure> {
        let (mut document, parsed) = self.read(question)?;
        document.take_up(parsed, question);
        let built = build(&document, &[], self.scenario(), &self.run)?;
        self.step_to(document, built);
        Ok(LineOutcome { changed: true, ..LineOutcome::said(vec![format!("kept: {question}")]) })
    }

    fn step_to(&mut self, document: Document, built: Built) {
        self.go_to(State::new(document, built, self.run.simulation));
    }

    fn go_to(&mut self, state: State) {
        self.past.push(std::mem::replace(&mut self.now, state));
        self.future.clear();
    }

    /// Undoes the last change.
    pub fn undo(&mut self) -> LineOutcome {
        self.back_or_forth(true)
    }

    /// Redoes the last undone change.
    pub fn redo(&mut self) -> LineOutcome {
        self.back_or_forth(false)
    }

    fn back_or_forth(&mut self, back: bool) -> LineOutcome {
        let from = if back { &mut self.past } else { &mut self.future };
        let Some(step) = from.last() else {
            let what = if back { "to take back" } else { "to make again" };
            let (code, message) = (Code::NothingToUndo, format!("there is no change {what}"));
            return LineOutcome::impossible(Diagnostic::error(code, message));
        };
        let state = match step.state(&self.run) {
            Ok(state) => state,
            Err(failure) => return LineOutcome::refused(failure),
        };
        from.pop();
        let before = std::mem::replace(&mut self.now, state);
        let mut lines = difference(&before.document.text(), &self.now.document.text());
        let scenario = self.scenario().unwrap_or(BASELINE);
        lines.extend(track::change(&before.tracked, &self.now.tracked, scenario));
        if back { &mut self.future } else { &mut self.past }.push(before);
        LineOutcome { changed: true, ..LineOutcome::said(lines) }
    }

    /// Returns to the loaded text of the file, as one change.
    pub fn reset(&mut self) -> LineOutcome {
        let (name, text) = self.file.clone().unwrap_or((TYPED.into(), EMPTY.into()));
        self.reload(&name, &text, self.files.clone())
    }

    /// Replaces the model by the new text of the file, as one change; typed changes are lost.
    pub fn reload(&mut self, name: &str, text: &str, files: Reach) -> LineOutcome {
        let (mut fresh, outcome) = match Self::load(name, text, files) {
            Ok(loaded) => loaded,
            Err(outcome) => return *outcome,
        };
        let scenario = self.scenario().unwrap_or(BASELINE).to_owned();
        if let Err(failure) = fresh.now.follow(&self.run) {
            return LineOutcome::refused(failure);
        }
        let line = track::change(&self.now.tracked, &fresh.now.tracked, &scenario);
        if name != TYPED {
            self.file = fresh.file;
            self.files = fresh.files;
        }
        self.go_to(fresh.now);
        LineOutcome { changed: true, lines: line.into_iter().collect(), ..outcome }
    }

    /// Returns the lines in which the model's text differs from the text of the file.
    pub fn diff(&self) -> Vec<String> {
        let file = self.file.as_ref().map_or(EMPTY, |(_, text)| text);
        difference(file, &self.now.document.text())
    }

    /// Returns the model's text in the standard format: a script with the same results.
    pub fn text(&self) -> String {
        self.now.document.formatted()
    }

    /// True if the model's text equals the text of the file.
    pub fn is_saved(&self) -> bool {
        self.diff().is_empty()
    }

    /// Records that the current text has been saved under this name.
    pub fn saved(&mut self, name: &str) {
        self.file = Some((name.into(), self.now.document.text().into()));
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
        LineOutcome::said(vec![format!("questions without `for` are asked of {name}")])
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

    /// Returns the values of the baseline; `None` if its run fails.
    pub(super) fn baseline(&self) -> Option<&Values> {
        self.now
            .baseline
            .get_or_init(|| {
                let model = self.model();
                run_from(model, &[], &Scope::whole(model), &[], &self.run.stop).ok()
            })
            .as_ref()
    }
}

/// The name of the model without any scenario.
const BASELINE: &str = "baseline";

/// Adds an answer to an outcome. An expression alone that has one value becomes a line of text, with the
/// equations behind it.
fn add(outcome: &mut LineOutcome, model: &Model, query: &Query, answer: Answer, bare: bool) {
    if !bare {
        outcome.answers.push(answer);
        return;
    }
    match describe::value(model, query, &answer) {
        Some(lines) => outcome.lines.extend(lines),
        None => outcome.answers.push(answer),
    }
    outcome.notes.extend(describe::equations(model, query));
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

/// True for an entry that is only an expression, without a query word.
fn is_bare(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Query(query) if query.bare)
}

/// Returns the lines in which two texts differ, marked `- ` for old and `+ ` for new.
fn difference(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let shown = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            similar::ChangeTag::Equal => return None,
            similar::ChangeTag::Delete => '-',
            similar::ChangeTag::Insert => '+',
        };
        let line = change.value().trim_end();
        (!line.is_empty()).then(|| format!("{sign} {line}"))
    };
    diff.iter_all_changes().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "years 2024..2026\ncurrency USD\nparam growth = 5%\n\
        var level\nlevel = (1 + growth) ^ 2\nscenario fast { growth = 10% }\nshow level\n";

    fn session() -> Session {
        let loaded = Session::load("a.mizan", SCRIPT, Reach::default());
        loaded.map_err(|outcome| outcome.diagnostics).expect("a script").0
    }

    #[test]
    fn a_line_with_a_mistake_changes_nothing() {
        let mut session = session();
        for line in
            ["growth = 5 USD", "growth = ", "param x = y", "show nothing", "growth = 1%\nx y"]
        {
            let outcome = session.enter(line);
            assert!(outcome.failed() && !outcome.changed, "{line}");
            assert!(session.is_saved(), "{line}: {:?}", session.diff());
        }
    }

    #[test]
    fn changes_are_taken_back_and_made_again() {
        let mut session = session();
        assert!(session.undo().failed());
        // 1.02 ^ 2 = 1.0404 in place of 1.05 ^ 2 = 1.1025.
        let outcome = session.enter("growth = 2%");
        assert_eq!(outcome.lines, ["level 2026: 1.10 -> 1.04 (-0.06)"]);
        assert_eq!(session.diff(), ["- param growth = 5%", "+ param growth = 2%"]);
        assert!(session.undo().changed && session.is_saved());
        assert!(session.redo().changed && !session.is_saved());
        assert!(session.redo().failed());
        assert!(session.reset().changed && session.is_saved());
    }

    #[test]
    fn the_oldest_of_many_changes_are_forgotten() {
        let mut session = session();
        for n in 0..230 {
            assert!(session.enter(&format!("growth = {n}%")).changed);
        }
        let undone = (0..230).take_while(|_| session.undo().changed).count();
        assert_eq!(undone, 200);
        assert_eq!(session.enter("growth").lines, ["growth = 29%"]);
        assert_eq!((0..230).take_while(|_| session.redo().changed).count(), 200);
        assert_eq!(session.enter("growth").lines, ["growth = 229%"]);
    }

    #[test]
    fn an_expression_alone_is_a_line_and_a_query_an_answer() {
        let mut session = session();
        let bare = session.enter("growth + 1 pp");
        assert_eq!((bare.lines, bare.answers.len()), (vec!["growth + 1 pp = 6.0%".to_owned()], 0));
        let asked = session.enter("show growth");
        assert_eq!((asked.lines.len(), asked.answers.len()), (0, 1));
        // A quantity may have the name of a query; the grammar decides, not the first word.
        session.enter("param show = 3");
        assert_eq!(session.enter("show + 1").lines, ["show + 1 = 4"]);
    }

    #[test]
    fn questions_are_asked_of_the_scenario_looked_at() {
        let mut session = session();
        assert!(session.look_at("nowhere").failed());
        assert!(!session.look_at("fast").failed());
        assert_eq!(session.enter("growth").lines, ["growth for fast = 10%"]);
        assert!(!session.look_at("baseline").failed());
        assert_eq!(session.enter("growth").lines, ["growth = 5%"]);
    }

    #[test]
    fn the_last_question_is_kept_in_the_model() {
        let mut session = session();
        assert!(session.keep().failed());
        session.enter("growth");
        assert_eq!(session.keep().lines, ["kept: show growth"]);
        assert!(session.text().ends_with("show level\n\nshow growth\n"), "{}", session.text());
    }
}
