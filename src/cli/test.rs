//! `mizan test`: runs the checks and identities of every script below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Target;
use super::answer::answer;
use super::exit::Exit;
use super::junit::junit;
use super::{input, output, terminal};
use crate::diagnostic::{Code, Diagnostic, sanitize};
use crate::files::{self, Folder};
use crate::report;
use crate::results::{Answer, CheckOutcome, Report};
use crate::session::{self, Program};
use crate::source::SourceId;
use crate::syntax::ast::ItemKind;
use crate::syntax::parse;

const EXAMPLES: &str = "\
Examples:
  mizan test models
  mizan test models --junit results.xml      for a build server
  mizan test trade.mizan";

/// File extension of scripts.
const EXTENSION: &str = "mizan";

/// Run the checks and identities of all scripts below a folder, in every scenario.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArgs {
    /// The folder, or one script. Scripts end in .mizan; a script without `years` is a library and is
    /// skipped. Hidden files and folders, whose names begin with a dot, are left out.
    #[arg(value_name = "FOLDER")]
    root: PathBuf,
    /// Write the results to this file as JUnit XML, the format that build servers read.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Replace the JUnit file if there is one.
    #[arg(long)]
    force: bool,
}

/// Indentation in columns of the lines below a script's line.
const INDENT: usize = 6;

/// A script and the outcome of its test.
pub(super) struct Tested {
    /// Path of the script for output: one line without control characters.
    pub(super) name: String,
    pub(super) outcome: ScriptOutcome,
}

/// An identity of a script that was run.
pub(super) struct IdentityTest {
    pub(super) name: String,
    /// Message about the first run and cell in which the identity fails; `None` if it holds everywhere.
    pub(super) problem: Option<Diagnostic>,
}

/// The outcome of the test of one script.
pub(super) enum ScriptOutcome {
    /// The script was run.
    Ran { checks: Vec<CheckOutcome>, identities: Vec<IdentityTest> },
    /// The script has mistakes, or its run failed.
    Failed { problems: Vec<Diagnostic> },
    /// The script was not run, for this reason.
    Skipped { reason: &'static str },
}

impl TestArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let target = Target { output: self.junit.clone(), force: self.force };
        target.check(&[])?;
        let mut scripts = Vec::new();
        find(&self.root, &mut scripts)?;
        let mut tested: Vec<Tested> = Vec::new();
        for script in scripts {
            let one = script.tested();
            self.say(&line(&one))?;
            tested.push(one);
        }
        self.say(&format!("\n{}\n", summary(&tested)))?;
        if self.junit.is_some() {
            let document = junit(&tested).map_err(|error| {
                input::complain(&format!("cannot write JUnit: {error}"));
                Exit::Internal
            })?;
            target.write(document.as_bytes(), &[])?;
        }
        if !tested.iter().any(|one| !matches!(one.outcome, ScriptOutcome::Skipped { .. })) {
            let shown = one_line(&self.root);
            input::complain(&format!("there is no script with `years` in {shown}"));
            return Err(Exit::NoInput);
        }
        Ok(if tested.iter().any(Tested::has_failed) { Exit::Failed } else { Exit::Fine })
    }

    /// Prints a text to standard output, or to standard error if the JUnit document goes to standard output.
    fn say(&self, text: &str) -> Result<(), Exit> {
        match &self.junit {
            Some(path) if input::is_standard(path) => {
                input::note(text);
                Ok(())
            }
            _ => output::print(text),
        }
    }
}

/// A `.mizan` file in the tested folder or a subfolder.
struct Script {
    path: PathBuf,
    /// True for a symbolic link. Links are not followed, because they may lead out of the folder or form a cycle.
    is_link: bool,
}

/// Finds the scripts in a folder and its subfolders, sorted by name in each folder.
fn find(path: &Path, found: &mut Vec<Script>) -> Result<(), Exit> {
    let unreadable = |error: &std::io::Error| {
        input::complain(&session::cannot_read(&one_line(path), error).message);
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Exit::NoPermission,
            _ => Exit::NoInput,
        }
    };
    let data = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !data.is_dir() {
        found.push(Script { path: path.to_owned(), is_link: false });
        return Ok(());
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(|error| unreadable(&error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type());
        let kind = kind.map_err(|error| unreadable(&error))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
            found.push(Script { path, is_link: kind.is_symlink() });
        }
    }
    Ok(())
}

impl Script {
    /// Loads and runs the script; prints its diagnostics.
    fn tested(&self) -> Tested {
        let outcome = if self.is_link {
            ScriptOutcome::Skipped { reason: "a link" }
        } else {
            match files::read(&self.path) {
                Ok(text) if is_library(&text) => {
                    ScriptOutcome::Skipped { reason: "a library: it has no `years`" }
                }
                Ok(text) => self.run(&text),
                Err(problem) => {
                    let problems = vec![problem];
                    input::report(&problems, &crate::source::SourceMap::default());
                    ScriptOutcome::Failed { problems }
                }
            }
        };
        Tested { name: one_line(&self.path), outcome }
    }

    fn run(&self, text: &str) -> ScriptOutcome {
        let folder = Folder::of_script(&self.path);
        let mut program = session::load_used(&input::name(&self.path), text, &folder, &[]);
        let report = answers(&mut program);
        program.diagnostics.retain(Diagnostic::is_error);
        input::report(&program.diagnostics, &program.sources);
        match (report, &program.model) {
            (Some(report), Some(model)) => {
                let broken = report.broken_identities;
                let problem = |name: &str| {
                    let mut named = broken.iter().filter(|one| one.identity == name);
                    named.find_map(|one| one.problem.clone())
                };
                let identity =
                    |name: &String| IdentityTest { name: name.clone(), problem: problem(name) };
                ScriptOutcome::Ran {
                    checks: report.answers.iter().filter_map(Answer::check).cloned().collect(),
                    identities: model.identities.iter().map(|one| identity(&one.name)).collect(),
                }
            }
            _ => ScriptOutcome::Failed { problems: program.diagnostics },
        }
    }
}

/// Runs every scenario and answers the checks. A failure and the identities that do not hold join the
/// diagnostics.
fn answers(program: &mut Program) -> Option<Report> {
    let model = program.model.as_mut()?;
    model.queries.retain(|query| query.ask.condition().is_some());
    answer(program, None)
}

/// True for a text without mistakes of syntax that has no `years`. An empty text is a script with a mistake.
fn is_library(text: &str) -> bool {
    let parsed = parse(SourceId(0), text);
    let mut mistakes = parsed.diagnostics.iter().filter(|found| found.is_error());
    let has_years = |kind: &ItemKind| matches!(kind, ItemKind::Years(_));
    mistakes.all(|found| found.code == Code::NoYears)
        && !parsed.file.items.is_empty()
        && !parsed.file.items.iter().any(|item| has_years(&item.kind))
}

impl Tested {
    /// True if a check failed or the script could not be run.
    pub(super) fn has_failed(&self) -> bool {
        match &self.outcome {
            ScriptOutcome::Ran { checks, identities } => {
                checks.iter().any(|check| !check.passed)
                    || identities.iter().any(|identity| identity.problem.is_some())
            }
            ScriptOutcome::Failed { .. } => true,
            ScriptOutcome::Skipped { .. } => false,
        }
    }
}

/// Formats the line of a script, and below it the failed checks.
fn line(tested: &Tested) -> String {
    let name = &tested.name;
    match &tested.outcome {
        ScriptOutcome::Skipped { reason } => format!("skip  {name}: {reason}\n"),
        ScriptOutcome::Failed { problems } => {
            let first = problems.iter().find(|problem| problem.is_error());
            let message = first.map_or("it cannot be run", |problem| &problem.message);
            format!("FAIL  {name}: {}\n", sanitize(message).replace('\n', " "))
        }
        ScriptOutcome::Ran { checks, identities } => {
            let failed: Vec<&CheckOutcome> = checks.iter().filter(|check| !check.passed).collect();
            let broken: Vec<_> = identities.iter().filter_map(|one| one.problem.as_ref()).collect();
            let mut counts = vec![share(failed.len(), checks.len(), "check", "checks")];
            if !identities.is_empty() {
                counts.push(share(broken.len(), identities.len(), "identity", "identities"));
            }
            let word = if tested.has_failed() { "FAIL" } else { "ok  " };
            let mut text = format!("{word}  {name}: {}\n", counts.join(", "));
            failed.into_iter().for_each(|check| text.push_str(&details(check)));
            for problem in broken {
                text.push_str(&format!(
                    "{:INDENT$}FAIL  {}\n",
                    "",
                    sanitize(&problem.message).replace('\n', " ")
                ));
            }
            text
        }
    }
}

/// Formats a number of results: `3 checks`, or `1 of 3 checks fails`.
fn share(failed: usize, all: usize, one: &str, several: &str) -> String {
    match failed {
        0 => counted(all, one, several),
        1 => format!("1 of {} fails", counted(all, one, several)),
        _ => format!("{failed} of {} fail", counted(all, one, several)),
    }
}

/// Formats a check as a report shows it, indented below the line of its script.
fn details(check: &CheckOutcome) -> String {
    let width = terminal::width().saturating_sub(INDENT);
    let answer = [Answer::Check(check.clone())];
    let text = report::answers(&answer, None, width, terminal::colour());
    text.lines().map(|line| format!("{:INDENT$}{line}\n", "")).collect()
}

/// Formats the last line: `7 scripts: 5 passed, 1 failed, 1 skipped; 34 checks`.
fn summary(tested: &[Tested]) -> String {
    let failed = tested.iter().filter(|one| one.has_failed()).count();
    let skipped =
        tested.iter().filter(|one| matches!(one.outcome, ScriptOutcome::Skipped { .. })).count();
    let passed = tested.len() - failed - skipped;
    let checks = tested.iter().map(|one| match &one.outcome {
        ScriptOutcome::Ran { checks, .. } => checks.len(),
        ScriptOutcome::Failed { .. } | ScriptOutcome::Skipped { .. } => 0,
    });
    format!(
        "{}: {passed} passed, {failed} failed, {skipped} skipped; {}",
        counted(tested.len(), "script", "scripts"),
        counted(checks.sum(), "check", "checks")
    )
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Converts a path to one line in which control characters are visible.
fn one_line(path: &Path) -> String {
    let text = sanitize(&path.to_string_lossy());
    text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}
