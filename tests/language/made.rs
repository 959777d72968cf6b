//! Mistakes that no wrong program can make: odd bytes, files that the system refuses, the command
//! line, the prompt, a simulation, a number that a caller gives.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use mizan::analysis::answer_with;
use mizan::data::{Files, MemoryFiles, Refusal};
use mizan::diagnostic::{Code, Diagnostic};
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::plan::{Override, OverrideEffect, RunSpec};
use mizan::repl::{ReplyPage, Talk};
use mizan::session::{self, Session};

const HEAD: &str = "years 2024..2027\n";
const READS: &str = "param x = data(\"t.csv\", value: v)\n";

/// Returns every such code with the codes that its test case reported.
pub(super) fn cases() -> Vec<(Code, Vec<Code>)> {
    [files(), simulated(), overridden(), at_the_prompt(), on_the_command_line(), on_the_page()]
        .concat()
}

/// The codes of a script with the given files.
fn loaded(script: &str, files: &dyn Files) -> Vec<Code> {
    let program = session::load_with("t.mizan", &format!("{HEAD}{script}"), files);
    program.diagnostics.iter().map(|found| found.code).collect()
}

/// The codes of a script that reads `bytes` as a data file.
fn read(bytes: &[u8]) -> Vec<Code> {
    let mut files = MemoryFiles::default();
    files.add("t.csv", bytes);
    loaded(READS, &files)
}

/// Files that the system refuses to open.
struct Refused(fn() -> Refusal);

impl Files for Refused {
    fn open(&self, _: &str) -> Result<Box<dyn Read + '_>, Refusal> {
        Err((self.0)())
    }
}

/// A stream that the system does not allow to be read.
struct Closed;

impl Read for Closed {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::PermissionDenied.into())
    }
}

fn files() -> Vec<(Code, Vec<Code>)> {
    let mut libraries = MemoryFiles::default();
    let mut uses = String::new();
    for n in 0..300 {
        libraries.add(&format!("n{n}.mizan"), "");
        uses.push_str(&format!("use \"n{n}.mizan\"\n"));
    }
    let script = |from: &mut dyn Read| match session::read_from(from, "t.mizan") {
        Err(found) => vec![found.code],
        Ok(_) => Vec::new(),
    };
    let edited = session::load_edited("t.mizan", HEAD, &mizan::data::NoFiles, &["show x".into()]);
    vec![
        (Code::CsvEncoding, read(b"v,c\n1,Cura\xe7ao\n")),
        (Code::CsvNul, read(b"v,c\n1,a\0b\n")),
        (Code::LimitCsv, read(format!("v,c\n1,{}\n", "1".repeat(1 << 20)).as_bytes())),
        (Code::FileDenied, loaded(READS, &Refused(|| Refusal::Denied))),
        (Code::FileUnreadable, loaded(READS, &Refused(|| Refusal::Unreadable("a pipe".into())))),
        (Code::NoFiles, loaded(READS, &mizan::data::NoFiles)),
        (Code::LimitLibraries, loaded(&uses, &libraries)),
        (Code::NotUtf8, script(&mut b"# caf\xe9\n".as_slice())),
        (Code::NoPermission, script(&mut Closed)),
        (Code::NotAnAssignment, edited.diagnostics.iter().map(|found| found.code).collect()),
        (Code::LimitFile, script(&mut vec![b'#'; (4 << 20) + 1].as_slice())),
    ]
}

fn simulated() -> Vec<(Code, Vec<Code>)> {
    let script = format!(
        "{HEAD}param x = normal(0, 1)\nparam k = 1\nvar y\ny = if x > 0 then k * 1.7e308 else 0\n\
         scenario other {{ k = -1 }}\ncompare y for other to baseline in 2027\n"
    );
    let model = session::load("t.mizan", &script).model.expect("a model");
    let simulation = Simulation { draws: 100, seed: 1, method: Method::Plain };
    let found =
        answer_with(&model, Some(&simulation), &|_| {}).expect_err("an infinite difference");
    let stop = mizan::engine::Stop::new();
    let mut session = Session::load("t.mizan", &script, session::Reach::default())
        .unwrap_or_else(|outcome| panic!("{outcome:?}"))
        .0;
    session.until(stop.clone());
    stop.raise();
    let stopped = session.enter("y[2025]").diagnostics.iter().map(|found| found.code).collect();
    let little = mizan::engine::Stop::default().with_memory(100);
    let full = mizan::analysis::answer_until(&model, None, &|_| {}, &little).expect_err("no room");
    vec![
        (Code::DrawFails, vec![found.code]),
        (Code::Interrupted, stopped),
        (Code::LimitMemory, vec![full.code]),
    ]
}

/// A number relative to an unknown, which only a caller of the library can give.
fn overridden() -> Vec<(Code, Vec<Code>)> {
    let script = format!("{HEAD}var p start 1\nsolve p so that p ^ 2 == 4\nshow p\n");
    let model = session::load("t.mizan", &script).model.expect("a model");
    let mut given = Override::whole(0, 0, 2.0);
    given.target.effect = OverrideEffect::Multiply;
    let spec = RunSpec { changes: Vec::new(), overrides: vec![given] };
    let found =
        mizan::engine::run(&model, spec, None).expect_err("a number relative to an unknown");
    vec![(Code::NotAvailable, vec![found.code])]
}

/// Returns the codes in brackets in the output of a command or the prompt.
fn printed(text: &str) -> Vec<Code> {
    let inside = |part: &str| Code::named(part.split_once(']')?.0);
    let boxed = |line: &str| Code::named(line.trim());
    text.split('[').filter_map(inside).chain(text.lines().filter_map(boxed)).collect()
}

fn at_the_prompt() -> Vec<(Code, Vec<Code>)> {
    fn refuse(_: &Path, _: &str, _: bool) -> Result<(), Diagnostic> {
        Err(Diagnostic::error(Code::NotSaved, "nothing is saved in a test"))
    }
    let long = "1 + ".repeat(20_000);
    let lines = [
        (Code::LimitLine, long.as_str()),
        (Code::NoName, ":info"),
        (Code::NotAQuestion, ":type param a = 1"),
        (Code::NotSaved, ":save new.mizan"),
        (Code::NothingAsked, ":keep"),
        (Code::NothingToUndo, ":undo"),
        (Code::UnknownCommand, ":lits"),
        (Code::UnknownList, ":list fruit"),
        (Code::Draws, ":draws many"),
    ];
    let mut talk =
        Talk::new(Session::empty(), None, ReplyPage { width: 80, colour: false }, refuse);
    lines.into_iter().map(|(code, line)| (code, printed(&talk.answer(line).text))).collect()
}

fn on_the_command_line() -> Vec<(Code, Vec<Code>)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = format!("{HEAD}param oil = 1\nshow oil in 2027\n");
    std::fs::write(folder.path().join("a.mizan"), script).expect("a script");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
        let done = command.arg("run").args(arguments).current_dir(folder.path()).output();
        printed(&String::from_utf8_lossy(&done.expect("the program runs").stderr))
    };
    vec![
        (Code::NoInput, run(&["none.mizan"])),
        (Code::NotShown, run(&["a.mizan", "--years", "2024..2025"])),
    ]
}

/// Messages that the live page's engine and its server refuse; `tests/program/serve.rs` sends the last two.
fn on_the_page() -> Vec<(Code, Vec<Code>)> {
    let reply: serde_json::Value =
        serde_json::from_str(&mizan::page::answer("{\"ask\":\"dance\"}")).expect("JSON");
    let code = reply["diagnostics"][0]["code"].as_str().and_then(Code::named);
    vec![(Code::BadRequest, code.into_iter().collect())]
}
