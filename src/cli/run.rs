//! `mizan run`: answers the queries of a script.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::Target;
use super::draws::DrawOptions;
use super::exit::Exit;
use super::progress::Progress;
use super::{input, memory, terminal};
use crate::analysis::{answer_until, solutions};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::explain;
use crate::model::Model;
use crate::report::{self, DecimalSign, FORMATS, ReportFormat, Setting};
use crate::results::{Answer, Input, Report, RunOptions};
use crate::session::{self, Program};
use crate::source::{SourceMap, Span};

const EXAMPLES: &str = "\
Examples:
  mizan run trade.mizan
  mizan run trade.mizan --scenario corridor --years 2024..2030
  mizan run trade.mizan --set duty.rate=5% --set 'oil += 25 USD in 2025..2027'
  mizan run trade.mizan --draws 10_000 --seed 7
  mizan run trade.mizan --format csv --output trade.csv";

/// Run a script and answer its queries.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunArgs {
    /// The script; `-` is standard input.
    pub(super) file: PathBuf,
    /// Answer queries without `for` in this scenario; `for all` then means the baseline and the scenarios
    /// named here. May be repeated.
    #[arg(long, value_name = "NAME")]
    pub(super) scenario: Vec<String>,
    /// Replace a given value, as if the script's own line were edited: `duty.rate=5%`, `oil+=5 USD in 2026`.
    /// A scenario that replaces the value still does so. May be repeated.
    #[arg(long, value_name = "TARGET=VALUE", value_parser = edit)]
    pub(super) set: Vec<String>,
    /// Show these years only. All years are still computed and checked.
    #[arg(long, value_name = "A..B", value_parser = years)]
    pub(super) years: Option<(i32, i32)>,
    /// Output format. Without this option, the extension of the output file decides.
    #[arg(long, value_parser = format())]
    pub(super) format: Option<&'static ReportFormat>,
    /// Print a trace of this part of the run to standard error.
    #[arg(long, value_enum, value_name = "PART")]
    pub(super) trace: Option<Trace>,
    /// Width of the text in columns. Without this option, the width of the terminal, or 80.
    #[arg(long, value_name = "COLUMNS")]
    pub(super) width: Option<usize>,
    /// Show standard errors and all quantiles in the tables of a simulation.
    #[arg(long)]
    pub(super) errors: bool,
    /// Write CSV for Excel: a byte-order mark, and for the decimal sign `comma` semicolons between cells.
    #[arg(long, value_enum, value_name = "DECIMAL")]
    pub(super) excel: Option<DecimalOption>,
    #[command(flatten)]
    pub(super) draws: DrawOptions,
    #[command(flatten)]
    pub(super) target: Target,
}

/// The decimal sign of a reader's Excel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DecimalOption {
    /// 3.5, as in English.
    Point,
    /// 3,5, as in most of Europe.
    Comma,
}

/// A part of a run that can be traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Trace {
    /// The solver: its iterations in every block of simultaneous equations.
    Solve,
}

/// Parses the name of a format.
pub(super) fn format() -> impl clap::builder::TypedValueParser<Value = &'static ReportFormat> {
    let names = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(names)
        .try_map(|name| ReportFormat::named(&name).ok_or("there is no such format"))
}

/// Parses the value of `--set` with the parser of the language.
pub(super) fn edit(text: &str) -> Result<String, String> {
    let mut sources = SourceMap::default();
    let found = session::assignment(sources.add("--set", text), text);
    found.map(|_| text.to_owned()).map_err(|problems| {
        let lines = |problem: &Diagnostic| {
            std::iter::once(problem.message.clone()).chain(problem.help.clone()).collect::<Vec<_>>()
        };
        let lines: Vec<String> = problems.iter().flat_map(lines).collect();
        crate::diagnostic::sanitize(&lines.join("; "))
    })
}

/// Parses years: `2024..2030`, or one year.
pub(super) fn years(text: &str) -> Result<(i32, i32), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i32>().ok();
    match (year(from), year(to)) {
        (Some(from), Some(to)) if from <= to => Ok((from, to)),
        (Some(from), Some(to)) => Err(format!("the years do not rise; write {to}..{from}")),
        _ => Err("two years are required, as in 2024..2030".to_owned()),
    }
}

/// Runs `mizan run -`: a script from standard input.
pub(super) fn standard_input() -> Result<Exit, Exit> {
    let target = Target { output: None, force: false };
    let (scenario, set) = (Vec::new(), Vec::new());
    let (file, format, draws) = (PathBuf::from("-"), None, DrawOptions::none());
    let (years, width, trace) = (None, None, None);
    let (errors, excel) = (false, None);
    RunArgs { file, scenario, set, years, draws, errors, excel, format, width, target, trace }
        .execute()
}

impl RunArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        self.target.check(std::slice::from_ref(&self.file))?;
        let format = self.target.format(self.format)?;
        let (program, report, inputs) = self.report(format.is_document())?;
        let background = || explain::background(&program, inputs, self.options());
        let bytes =
            format.write(&report, background, self.setting()).map_err(|_| Exit::Internal)?;
        self.target.write(&bytes, &input::files_of(&self.file, &program))?;
        let exit = outcome(&report);
        // The process ends here, so freeing its memory piece by piece would only take time.
        std::mem::forget((program, report));
        Ok(exit)
    }

    /// Loads the script, answers its queries and prints its diagnostics. Keeps the script and the files that
    /// it names if `keeps`.
    pub(super) fn report(&self, keeps: bool) -> Result<(Program, Report, Vec<Input>), Exit> {
        self.draws.check()?;
        let (mut program, inputs) = match keeps {
            true => input::load_kept(&self.file, &self.set, None)?,
            false => (input::load(&self.file, &self.set)?, Vec::new()),
        };
        let report = self.answer(&mut program);
        input::report(&program.diagnostics, &program.sources);
        match report {
            Some(report) => Ok((program, report, inputs)),
            None => Err(Exit::of(&program.diagnostics)),
        }
    }

    /// Answers the queries of a loaded script; adds the mistakes that are found to its diagnostics.
    pub(super) fn answer(&self, program: &mut Program) -> Option<Report> {
        let model = program.model.as_mut()?;
        let mut found = narrow_scenarios(model, &self.scenario, &mut program.sources);
        found.extend(
            self.years.map_or(Vec::new(), |years| narrow_years(model, years, &mut program.sources)),
        );
        let wrong = found.iter().any(Diagnostic::is_error);
        program.diagnostics.append(&mut found);
        if wrong {
            return None;
        }
        let progress = Progress::start();
        let report = answer_until(
            model,
            self.draws.simulation().as_ref(),
            &|done| progress.show(done),
            &memory::stop(),
        );
        drop(progress);
        if self.trace == Some(Trace::Solve) {
            input::note(&report::trace(&solutions(model)));
        }
        match report {
            Ok(report) => {
                program.diagnostics.extend(report.problems().cloned());
                Some(report)
            }
            Err(problem) => {
                program.diagnostics.push(problem);
                None
            }
        }
    }

    /// The options that change the answers.
    fn options(&self) -> RunOptions {
        let (scenarios, set, years) = (self.scenario.clone(), self.set.clone(), self.years);
        RunOptions { scenarios, set, years, errors: self.errors, ..self.draws.options() }
    }

    fn setting(&self) -> Setting {
        let to_terminal = self.target.file().is_none();
        let width = self.width.unwrap_or_else(terminal::width);
        let colour = to_terminal && terminal::colour();
        let excel = self.excel.map(|sign| match sign {
            DecimalOption::Point => DecimalSign::Point,
            DecimalOption::Comma => DecimalSign::Comma,
        });
        Setting { width, colour, errors: self.errors, excel }
    }
}

/// Chooses the exit code after the report was written: `Failed` if a check or an identity failed.
pub(super) fn outcome(report: &Report) -> Exit {
    let failed = |answer: &Answer| matches!(answer, Answer::Check(outcome) if !outcome.passed);
    if !report.broken_identities.is_empty() || report.answers.iter().any(failed) {
        Exit::Failed
    } else {
        Exit::Fine
    }
}

/// Applies `--scenario` to the queries; returns the mistakes of the option.
fn narrow_scenarios(
    model: &mut Model,
    names: &[String],
    sources: &mut SourceMap,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut named = Vec::new();
    for name in names {
        let found = model.scenarios.iter().position(|scenario| scenario.name == *name);
        if found.is_some() || name == "baseline" {
            named.push(found);
            continue;
        }
        let known = model.scenarios.iter().map(|s| s.name.as_str()).chain(["baseline"]);
        let near = nearest(name, known);
        let span = Span::new(sources.add("--scenario", name), 0, name.len());
        let message = format!("there is no scenario `{name}`");
        let problem =
            Diagnostic::error(Code::UnknownScenario, message).at(span, "unknown scenario");
        problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
    if !names.is_empty() && problems.is_empty() {
        model.narrow_scenarios(&named);
    }
    problems
}

/// Applies `--years`; returns the mistakes of the option, and a warning for each query without a year left.
fn narrow_years(model: &mut Model, years: (i32, i32), sources: &mut SourceMap) -> Vec<Diagnostic> {
    let (from, to) = years;
    let (first, last) = model.years;
    if from < first || to > last {
        let text = format!("{from}..{to}");
        let span = Span::new(sources.add("--years", &text), 0, text.len());
        let message = format!("{text} reaches outside the horizon, {first}..{last}");
        let problem = Diagnostic::error(Code::YearOutside, message).at(span, "outside the horizon");
        return vec![problem.help(format!("write years within {first}..{last}"))];
    }
    let left_out = model.narrow_years(years).into_iter().map(|span| {
        let message = format!("this query has no year in {from}..{to} and is left out");
        Diagnostic::warning(Code::NotShown, message)
            .at(span, "left out")
            .help("leave `--years` out, or name years that the query asks for")
    });
    left_out.collect()
}
