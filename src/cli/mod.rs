//! The command line: one file per command. The commands only call the layers below.

mod answer;
mod audit;
mod chart;
mod check;
mod chunks;
mod document;
mod draws;
mod elsewhere;
mod exit;
mod explain;
mod fmt;
mod input;
mod junit;
mod leftover;
mod line;
mod line_years;
mod live;
pub(crate) mod memory;
mod merge;
mod new;
mod output;
mod part;
mod pdf;
pub(crate) mod progress;
mod question;
mod quoting;
mod repl;
mod report;
mod run;
mod serve;
mod shell;
pub(crate) mod signals;
mod terminal;
mod test;
pub(crate) mod threads;
mod tips;

use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

use exit::Exit;
use terminal::Colour;
use threads::on_all;

const EXAMPLES: &str = "\
Examples:
  mizan new my_scenario                 write a first script, my_scenario.mizan
  mizan run my_scenario.mizan           answer its queries
  mizan chart my_scenario.mizan -o pics  draw its charts as SVG files
  mizan report my_scenario.mizan -o memo.html  write a memo
  mizan verify memo.html                 repeat its run and compare every number
  mizan find 'growth in 0%..9%' --so-that 'balance >= 0 USD' my_scenario.mizan
  mizan check my_scenario.mizan         look for mistakes without running it
  mizan test models                     run the checks of all scripts in a folder
  mizan fmt my_scenario.mizan           align it
  mizan repl my_scenario.mizan          talk with it
  mizan serve my_scenario.mizan         move its levers in a browser
  mizan explain tariff                  what a kind of lever does, with its equations

Exit codes: 0 fine; 1 a check failed, or warnings with --deny-warnings; 2 wrong command line;
65 a mistake in the script; 66 no such input; 70 a fault in Mizan itself; 73 the output cannot
be created; 74 it cannot be written; 77 permission denied.";

/// Trade-balance scenarios, written as a policy memo.
#[derive(Debug, Parser)]
#[command(name = "mizan", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Mizan {
    #[command(subcommand)]
    command: Command,
    /// When to use colour.
    #[arg(long, value_enum, global = true, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::RunArgs),
    Merge(merge::MergeArgs),
    Chart(chart::ChartArgs),
    Report(report::ReportArgs),
    Verify(document::VerifyArgs),
    Open(document::OpenArgs),
    Find(question::FindArgs),
    Sweep(question::SweepArgs),
    Calibrate(question::CalibrateArgs),
    Discover(question::DiscoverArgs),
    Robust(question::RobustArgs),
    Why(question::WhyArgs),
    Sensitivity(question::SensitivityArgs),
    Check(check::CheckArgs),
    Test(test::TestArgs),
    Repl(repl::ReplArgs),
    Serve(serve::ServeArgs),
    Explain(explain::ExplainArgs),
    Fmt(fmt::FmtArgs),
    New(new::NewArgs),
    Audit(audit::AuditArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

impl Mizan {
    /// Returns the question of a command that answers one, and its script.
    fn asks(&self) -> Option<(String, &question::AskedScript)> {
        Some(match &self.command {
            Command::Find(command) => command.asks(),
            Command::Sweep(command) => command.asks(),
            Command::Calibrate(command) => command.asks(),
            Command::Discover(command) => command.asks(),
            Command::Robust(command) => command.asks(),
            Command::Why(command) => command.asks(),
            Command::Sensitivity(command) => command.asks(),
            _ => return None,
        })
    }

    /// False for a line whose question the script refuses.
    fn is_accepted(&self) -> bool {
        self.asks().is_none_or(|(question, script)| script.accepts(&question))
    }
}

/// The option that names the output file.
#[derive(Debug, Args)]
struct Target {
    /// Write to this file; `-` is standard output. A failure leaves no half-written file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
    /// Replace the output file if there is one.
    #[arg(long)]
    force: bool,
}

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    exit::end_without_memory();
    exit::outlive_full_files();
    exit::guard(dispatch).into()
}

fn dispatch() -> Exit {
    let given = std::env::args_os().skip(1);
    let given: Vec<String> = given.map(|word| word.to_string_lossy().into_owned()).collect();
    let parsed = match line::in_order(&given) {
        Some(words) => Mizan::try_parse_from(std::iter::once("mizan".to_owned()).chain(words)),
        None => Mizan::try_parse(),
    };
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(other) => {
            let told = tips::print(&other, &given);
            return if told { Exit::Usage } else { exit::usage(&other) };
        }
    };
    terminal::choose(arguments.color);
    if let Some((question, script)) = arguments.asks() {
        return on_all(|| script.ask(&question)).unwrap_or_else(|exit| exit);
    }
    let done = match arguments.command {
        Command::Run(command) => on_all(|| command.execute()),
        Command::Merge(command) => on_all(|| command.execute()),
        Command::Chart(command) => on_all(|| command.execute()),
        Command::Report(command) => on_all(|| command.execute()),
        Command::Verify(command) => on_all(|| command.execute()),
        Command::Open(command) => command.execute(),
        Command::Check(command) => on_all(|| command.execute()),
        Command::Test(command) => on_all(|| command.execute()),
        Command::Repl(command) => command.execute(),
        Command::Serve(command) => command.execute(),
        Command::Explain(command) => command.execute(),
        Command::Fmt(command) => command.execute(),
        Command::New(command) => command.execute(),
        Command::Audit(command) => on_all(|| command.execute()),
        Command::Completions(command) => command.execute(),
        Command::Man(command) => command.execute(),
        // Answered above.
        Command::Find(_)
        | Command::Sweep(_)
        | Command::Calibrate(_)
        | Command::Discover(_)
        | Command::Robust(_)
        | Command::Why(_)
        | Command::Sensitivity(_) => Err(Exit::Internal),
    };
    done.unwrap_or_else(|exit| exit)
}
