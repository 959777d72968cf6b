//! `mizan run`: answers the queries of a script.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::Target;
use super::answer::answer;
use super::chunks::ChunkOptions;
use super::draws::DrawOptions;
use super::exit::Exit;
use super::output::OutputFormat;
use super::progress;
use super::{input, memory, output, terminal};
use crate::analysis::solutions;
use crate::diagnostic::Diagnostic;
use crate::explain;
use crate::files::Folder;
use crate::report::{self, DecimalSign, FORMATS, ReportFormat, Setting};
use crate::results::{Answer, Input, Report, RunOptions};
use crate::session::{self, Program};
use crate::source::SourceMap;

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
    #[command(flatten)]
    pub(super) chosen: Chosen,
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
    pub(super) chunks: ChunkOptions,
    #[command(flatten)]
    pub(super) target: Target,
}

/// The options that choose what is answered.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Chosen {
    /// Answer queries without `for` in this scenario; `for all` then means the baseline and the scenarios
    /// named here. May be repeated, or name several: `--scenario open,closed`.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) scenario: Vec<String>,
    /// Replace a given value, as if the script's own line were edited: `duty.rate=5%`, `oil+=5 USD in 2026`.
    /// A scenario that replaces the value still does so. May be repeated.
    #[arg(long, value_name = "TARGET=VALUE", value_parser = edit)]
    pub(super) set: Vec<String>,
    /// Show these years only. All years are still computed and checked.
    #[arg(long, value_name = "A..B", value_parser = years)]
    pub(super) years: Option<(i32, i32)>,
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

/// Makes the parser of a format's name for the command line.
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
        crate::diagnostic::sanitize(&edit_meant(text).unwrap_or_else(|| lines.join("; ")))
    })
}

/// Returns the form of `--set` that is meant by a value that is no assignment.
fn edit_meant(text: &str) -> Option<String> {
    let is_edit =
        |text: &str| session::assignment(SourceMap::default().add("--set", text), text).is_ok();
    let parts: Vec<&str> = text.split([',', ';']).map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_edit(part)) {
        let options: Vec<String> = parts.iter().map(|part| format!("--set '{part}'")).collect();
        return Some(format!("one option changes one value; write {}", options.join(" ")));
    }
    if let Some((name, value)) = text.split_once("=+") {
        let (name, value) = (name.trim(), value.trim());
        let points =
            value.strip_suffix('%').map_or(value.to_owned(), |number| format!("{number} pp"));
        return Some(format!("write '{name}+={points}' to add, '{name}={value}' to set"));
    }
    if !text.contains('=') {
        let words = text.replacen(':', " ", 1);
        let (name, value) = words.trim().split_once(' ').unwrap_or((words.trim(), ""));
        let (name, value) = (name.trim(), value.trim());
        // `show x` is a query, not a value without its `=`.
        if value.starts_with(char::is_alphabetic) {
            return None;
        }
        let assigned = format!("{name}={value}");
        return Some(match is_edit(&assigned) {
            true => format!("write '{assigned}'"),
            false => format!("a name and its value are required; write '{name}=VALUE'"),
        });
    }
    None
}

/// Parses years from the command line: `2024..2030`, or one year.
pub(super) fn years(text: &str) -> Result<(i32, i32), String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i32>().ok();
    match (year(from), year(to)) {
        (Some(from), Some(to)) if from <= to => Ok((from, to)),
        (Some(from), Some(to)) => Err(format!("the years do not rise; write {to}..{from}")),
        _ => Err(match text.split(['-', ':', ',']).map(year).collect::<Vec<_>>().as_slice() {
            [Some(from), Some(to)] => format!("write {from}..{to}"),
            _ => "two years are required, as in 2024..2030".to_owned(),
        }),
    }
}

/// Runs a script that standard input gave, as `mizan run -` does.
pub(super) fn typed(text: &str) -> Result<Exit, Exit> {
    let (path, run) = (PathBuf::from("-"), RunArgs::of(PathBuf::from("-")));
    let format = run.target.format(None)?;
    let folder = Folder::of_script(&path);
    let (program, report) =
        run.answered(session::load_used(&input::name(&path), text, &folder, &[]))?;
    run.write(format, program, report, Vec::new())
}

impl RunArgs {
    /// Returns the arguments of `mizan run FILE` without options.
    pub(super) fn of(file: PathBuf) -> Self {
        Self {
            file,
            chosen: Chosen::default(),
            format: None,
            trace: None,
            width: None,
            errors: false,
            excel: None,
            draws: DrawOptions::none(),
            chunks: ChunkOptions::none(),
            target: Target { output: None, force: false },
        }
    }

    pub(super) fn execute(self) -> Result<Exit, Exit> {
        if let Some(path) = self.chunks.part() {
            return self.make_part(path);
        }
        self.target.check(std::slice::from_ref(&self.file))?;
        let format = self.target.format(self.format)?;
        let (program, report, inputs) = self.report(format.is_document())?;
        self.write(format, program, report, inputs)
    }

    /// Writes a report; the exit code says whether its checks hold.
    fn write(
        &self,
        format: OutputFormat,
        program: Program,
        report: Report,
        inputs: Vec<Input>,
    ) -> Result<Exit, Exit> {
        let background = || explain::background(&program, inputs, self.options());
        let bytes = output::in_format(format, &report, background, self.setting())?;
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
        let (program, inputs) = match keeps {
            true => input::load_kept(&self.file, &self.chosen.set, None)?,
            false => (input::load(&self.file, &self.chosen.set)?, Vec::new()),
        };
        let (program, report) = self.answered(program)?;
        Ok((program, report, inputs))
    }

    /// Answers the queries of a loaded script and prints its diagnostics.
    fn answered(&self, mut program: Program) -> Result<(Program, Report), Exit> {
        let report = self.answer(&mut program);
        input::report(&program.diagnostics, &program.sources);
        match report {
            Some(report) => Ok((program, report)),
            None => Err(Exit::of(&program.diagnostics)),
        }
    }

    /// Answers the queries of a loaded script; adds the mistakes found to the script's diagnostics.
    pub(super) fn answer(&self, program: &mut Program) -> Option<Report> {
        if !session::narrow(program, &self.chosen.scenario, self.chosen.years) {
            return None;
        }
        let report = answer(program, self.draws.simulation().as_ref());
        if let (Some(Trace::Solve), Some(model)) = (self.trace, &program.model) {
            let stop = memory::stop().with_clock(progress::seconds);
            input::note(&report::trace(&solutions(model, &stop)));
        }
        report
    }

    /// Returns the options that affect the answers.
    pub(super) fn options(&self) -> RunOptions {
        let Chosen { scenario: scenarios, set, years } = self.chosen.clone();
        RunOptions { scenarios, set, years, errors: self.errors, ..self.draws.options() }
    }

    fn setting(&self) -> Setting {
        setting(&self.target, self.width, self.errors, self.excel)
    }
}

/// Chooses the layout of the text of an answer: width, colour and decimal sign.
pub(super) fn setting(
    target: &Target,
    width: Option<usize>,
    errors: bool,
    excel: Option<DecimalOption>,
) -> Setting {
    let to_terminal = target.file().is_none();
    let width = width.unwrap_or_else(terminal::width);
    let colour = to_terminal && terminal::colour();
    let excel = excel.map(|sign| match sign {
        DecimalOption::Point => DecimalSign::Point,
        DecimalOption::Comma => DecimalSign::Comma,
    });
    Setting { width, colour, errors, excel }
}

/// Chooses the exit code after the report is written: `Failed` if a check or an identity failed.
pub(super) fn outcome(report: &Report) -> Exit {
    let failed = report.answers.iter().filter_map(Answer::check).any(|check| !check.passed);
    if !report.broken_identities.is_empty() || failed { Exit::Failed } else { Exit::Fine }
}
