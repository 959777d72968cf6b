//! `mizan find`, `sweep`, `calibrate`, `discover`, `robust`, `why` and `sensitivity`: answer one query given on
//! the command line, in place of the script's own.

use std::path::PathBuf;

use clap::Args;

use super::Target;
use super::answer::answer;
use super::draws::DrawOptions;
use super::exit::Exit;
use super::run;
use super::{input, output, terminal};
use crate::diagnostic::Diagnostic;
use crate::explain;
use crate::report::{ReportFormat, Setting};
use crate::results::{Report, RunOptions};
use crate::session::QUESTION;

const FIND_EXAMPLES: &str = "\
Examples:
  mizan find 'duty.rate in 0%..50%' --so-that 'balance[China] in 2035 >= 0 USD' trade.mizan
  mizan find 'plant.opens in 2026..2032' --so-that 'jobs in 2035 >= 500' --scenario park trade.mizan
  mizan find 'a in 0..1, b in 0..1' --minimise cost --so-that 'income >= 5' model.mizan";

const SWEEP_EXAMPLES: &str = "\
Examples:
  mizan sweep 'duty.rate over 0%..50% step 5%' --show 'balance[China]' --years 2035 trade.mizan
  mizan sweep 'a over 0..1, b over 0..1' --show income --output map.svg model.mizan";

const CALIBRATE_EXAMPLES: &str = "\
Examples:
  mizan calibrate 'growth in 0%..20%' --so-that 'imports fits observed' --years 2020..2024 trade.mizan
  mizan calibrate 'a in 0..9, b in 0..1' --so-that 'x[*] fits seen_x[*], y fits seen_y' model.mizan";

const DISCOVER_EXAMPLES: &str = "\
Examples:
  mizan discover 'balance[China] in 2035 < -8 bn USD' trade.mizan
  mizan discover 'jobs in 2030 < 500' --scenario park --draws 50_000 trade.mizan";

const ROBUST_EXAMPLES: &str = "\
Examples:
  mizan robust 'baseline, corridor' --by 'balance[China]' --year 2035 trade.mizan
  mizan robust all --by cost --least --so-that 'income in 2035 >= 5' model.mizan";

const WHY_EXAMPLES: &str = "\
Examples:
  mizan why 'imports[China, vehicles]' --in 2030 trade.mizan
  mizan why 'balance[China]' --scenario open --to baseline --depth 4 --above 5% trade.mizan";

const SENSITIVITY_EXAMPLES: &str = "\
Examples:
  mizan sensitivity 'balance[China]' trade.mizan
  mizan sensitivity 'balance[China]' --in 2030 --by tornado --output tornado.svg trade.mizan";

/// Search for values of inputs that make conditions hold.
#[derive(Debug, Args)]
#[command(after_help = FIND_EXAMPLES)]
pub(super) struct FindArgs {
    /// The inputs, each with its range: `duty.rate in 0%..50%`; a comma separates several inputs. Without a
    /// goal each input is searched by itself.
    #[arg(value_name = "INPUTS")]
    inputs: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
    /// The condition to reach: `balance in 2035 >= 0 USD`; a comma separates several conditions.
    #[arg(long, value_name = "CONDITION")]
    so_that: String,
    /// Search all inputs together for the smallest value of this expression.
    #[arg(long, value_name = "VALUE", conflicts_with = "maximise")]
    minimise: Option<String>,
    /// Search all inputs together for the greatest value of this expression.
    #[arg(long, value_name = "VALUE")]
    maximise: Option<String>,
}

/// Show values over a range of one input, or of two.
#[derive(Debug, Args)]
#[command(after_help = SWEEP_EXAMPLES)]
pub(super) struct SweepArgs {
    /// One input or two, each with its range and step: `duty.rate over 0%..50% step 5%`; a comma separates
    /// them.
    #[arg(value_name = "INPUTS")]
    inputs: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
    /// The values to show, as in `balance[China], jobs`.
    #[arg(long, value_name = "VALUES")]
    show: String,
    /// Show these years in place of the last year.
    #[arg(long, value_name = "A..B", value_parser = run::years)]
    years: Option<(i32, i32)>,
}

/// Search for values of inputs with which computed values fit observed ones.
#[derive(Debug, Args)]
#[command(after_help = CALIBRATE_EXAMPLES)]
pub(super) struct CalibrateArgs {
    /// The inputs, each with its range: `growth in 0%..20%`; a comma separates them.
    #[arg(value_name = "INPUTS")]
    inputs: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
    /// The computed and the observed values: `imports[*] fits observed[*]`; a comma separates several fits.
    #[arg(long, value_name = "FITS")]
    so_that: String,
    /// The years that are observed, in place of all years.
    #[arg(long, value_name = "A..B", value_parser = run::years)]
    years: Option<(i32, i32)>,
}

/// Name the uncertain inputs that lead to a condition.
#[derive(Debug, Args)]
#[command(after_help = DISCOVER_EXAMPLES)]
pub(super) struct DiscoverArgs {
    /// The condition: `balance in 2035 < -8 bn USD`.
    #[arg(value_name = "CONDITION", allow_hyphen_values = true)]
    condition: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
}

/// Compare scenarios over all draws: worst case, regret, share of draws that satisfies a condition.
#[derive(Debug, Args)]
#[command(after_help = ROBUST_EXAMPLES)]
pub(super) struct RobustArgs {
    /// The scenarios, with commas between them: `baseline, corridor`, or `all`.
    #[arg(value_name = "SCENARIOS")]
    among: String,
    #[command(flatten)]
    of: AskedScript,
    /// The value by which they are compared; more of it is better.
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    by: String,
    /// Less of the value is better.
    #[arg(long)]
    least: bool,
    /// The year of the value, in place of the last.
    #[arg(long, value_name = "YEAR", value_parser = run::years)]
    year: Option<(i32, i32)>,
    /// Also show the share of draws in which this condition holds.
    #[arg(long, value_name = "CONDITION")]
    so_that: Option<String>,
}

/// Trace a value, or a difference between scenarios, through its equations to inputs.
#[derive(Debug, Args)]
#[command(after_help = WHY_EXAMPLES)]
pub(super) struct WhyArgs {
    /// The values: `imports[China, vehicles]`; a comma separates several values.
    #[arg(value_name = "VALUES")]
    values: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
    /// Trace the value of this year, or of each of several years, in place of the last year.
    #[arg(long = "in", value_name = "YEARS", value_parser = run::years)]
    years: Option<(i32, i32)>,
    /// Trace the difference to this scenario in place of the value.
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Number of equations to follow from a value; 2 without this option.
    #[arg(long, value_name = "NUMBER")]
    depth: Option<String>,
    /// Least share to show; 1% without this option.
    #[arg(long, value_name = "PERCENTAGE")]
    above: Option<String>,
}

/// Rank the inputs by their effect on values.
#[derive(Debug, Args)]
#[command(after_help = SENSITIVITY_EXAMPLES)]
pub(super) struct SensitivityArgs {
    /// The values: `balance[China]`; a comma separates several values.
    #[arg(value_name = "VALUES")]
    values: String,
    #[command(flatten)]
    scenarios: Scenarios,
    #[command(flatten)]
    of: AskedScript,
    /// Ask about this year, or about each of several years, in place of the last year.
    #[arg(long = "in", value_name = "YEARS", value_parser = run::years)]
    years: Option<(i32, i32)>,
    /// The method: tornado, sobol, shapley, morris or pawn. Without this option, shares of the variance if there
    /// are distributions, else a tornado.
    #[arg(long, value_name = "METHOD")]
    by: Option<String>,
}

/// The scenarios that a query is about.
#[derive(Debug, Args)]
struct Scenarios {
    /// Ask about this scenario in place of the baseline. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    scenario: Vec<String>,
}

/// The options that all these commands share: script and output.
#[derive(Debug, Args)]
pub(super) struct AskedScript {
    /// The script; `-` is standard input.
    file: PathBuf,
    /// Replace a given value, as in `mizan run`. May be repeated.
    #[arg(long, value_name = "TARGET=VALUE", value_parser = run::edit)]
    set: Vec<String>,
    /// Output format. Without this option, the extension of the output file decides.
    #[arg(long, value_parser = run::format())]
    format: Option<&'static ReportFormat>,
    /// Width of the text in columns. Without this option, the width of the terminal, or 80.
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    #[command(flatten)]
    draws: DrawOptions,
    #[command(flatten)]
    target: Target,
}

impl FindArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let goal = match (&self.minimise, &self.maximise) {
            (Some(value), _) => format!(" to minimise {value}"),
            (None, Some(value)) => format!(" to maximise {value}"),
            (None, None) => String::new(),
        };
        let scenarios = self.scenarios.clause();
        let question = format!("find {}{goal}{scenarios} so that {}", self.inputs, self.so_that);
        (question, &self.of)
    }
}

impl SweepArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let years = in_years(self.years);
        let scenarios = self.scenarios.clause();
        let question = format!("sweep {} show {}{years}{scenarios}", self.inputs, self.show);
        (question, &self.of)
    }
}

impl CalibrateArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let (years, scenarios) = (in_years(self.years), self.scenarios.clause());
        let Self { inputs, so_that, of, .. } = self;
        (format!("calibrate {inputs}{scenarios} so that {so_that}{years}"), of)
    }
}

impl DiscoverArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let scenarios = self.scenarios.clause();
        (format!("discover when {}{scenarios}", self.condition), &self.of)
    }
}

impl RobustArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let Self { among, of, by, least, year, so_that } = self;
        let (least, year) = (if *least { "least " } else { "" }, in_years(*year));
        let target =
            so_that.as_ref().map_or(String::new(), |condition| format!(" so that {condition}"));
        (format!("robust among {among} by {least}{by}{year}{target}"), of)
    }
}

impl WhyArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let clause = |word: &str, value: Option<&String>| {
            value.map_or(String::new(), |value| format!(" {word} {value}"))
        };
        let years = in_years(self.years);
        let question = [
            format!("why {}", self.values),
            self.scenarios.clause(),
            clause("to", self.to.as_ref()),
            years,
            clause("depth", self.depth.as_ref()),
            clause("above", self.above.as_ref()),
        ];
        (question.concat(), &self.of)
    }
}

impl SensitivityArgs {
    pub(super) fn asks(&self) -> (String, &AskedScript) {
        let years = in_years(self.years);
        let by = self.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let scenarios = self.scenarios.clause();
        let question = format!("sensitivity of {}{scenarios}{years}{by}", self.values);
        (question, &self.of)
    }
}

/// Builds the `in` clause that names the years.
fn in_years(years: Option<(i32, i32)>) -> String {
    years.map_or(String::new(), |(from, to)| format!(" in {from}..{to}"))
}

impl Scenarios {
    /// Builds the `for` clause that names the scenarios.
    fn clause(&self) -> String {
        if self.scenario.is_empty() {
            return String::new();
        }
        format!(" for {}", self.scenario.join(", "))
    }
}

impl AskedScript {
    /// False if the script refuses the question; a script that cannot be read refuses nothing.
    pub(super) fn accepts(&self, question: &str) -> bool {
        if !self.file.is_file() {
            return true;
        }
        let Ok(program) = input::load_asking(&self.file, &self.set, question) else { return true };
        let wrong = |found: &Diagnostic| {
            let place = found.span().map(|span| program.sources.file(span.source));
            found.is_error() && place.is_some_and(|place| *place.name == *QUESTION)
        };
        !program.diagnostics.iter().any(wrong)
    }

    /// Answers a query on the script and prints the diagnostics.
    pub(super) fn ask(&self, question: &str) -> Result<Exit, Exit> {
        self.draws.check()?;
        let format = self.target.format(self.format)?;
        self.target.check(std::slice::from_ref(&self.file))?;
        let (mut program, inputs) = match format.is_document() {
            true => input::load_kept(&self.file, &self.set, Some(question))?,
            false => (input::load_asking(&self.file, &self.set, question)?, Vec::new()),
        };
        // Drops the script's warnings: without its own queries, much of a script is unused.
        let asked = |found: &Diagnostic| {
            let place = found.span().map(|span| program.sources.file(span.source));
            place.is_some_and(|place| *place.name == *QUESTION)
        };
        program.diagnostics.retain(|found| found.is_error() || asked(found));
        let report = answer(&mut program, self.draws.simulation().as_ref());
        input::report(&program.diagnostics, &program.sources);
        let Some(mut report) = report else { return Err(Exit::of(&program.diagnostics)) };
        if !format.is_document() {
            shorten(&mut report);
        }
        let to_terminal = self.target.file().is_none();
        let width = self.width.unwrap_or_else(terminal::width);
        let colour = to_terminal && terminal::colour();
        let setting = Setting { width, colour, errors: false, excel: None };
        let options = RunOptions {
            set: self.set.clone(),
            question: question.to_owned(),
            ..self.draws.options()
        };
        let background = || explain::background(&program, inputs, options);
        let bytes = output::in_format(format, &report, background, setting)?;
        self.target.write(&bytes, &input::files_of(&self.file, &program))?;
        Ok(run::outcome(&report))
    }
}

/// Removes from the report what the answer itself contains: the list of scenarios and the draws of a search; also the
/// sources.
fn shorten(report: &mut Report) {
    report.scenarios.clear();
    report.sources.clear();
    report.sampling = None;
}
