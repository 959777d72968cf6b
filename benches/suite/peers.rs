//! Programs in other languages: processes that simulate the workload when they are asked to.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::{Sample, Statistics};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");

/// Returns the command of the Python in the peers' environment.
pub(crate) fn python() -> Command {
    let mut command = Command::new(format!("{FOLDER}/.venv/bin/python"));
    // Settings for old versions of OpenBLAS slow down a current numpy.
    command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE").current_dir(FOLDER);
    command
}

pub(crate) struct Peer {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// `numpy 2.4.6`, one for each package.
    pub(crate) versions: Vec<String>,
}

impl Peer {
    /// Starts a script and waits until it is ready.
    pub(crate) fn start(script: &str, argument: Option<&str>) -> Self {
        let mut child = python()
            .arg(script)
            .args(argument)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`just bench-peers` sets up the peers");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut peer = Self { child, requests, answers, versions: Vec::new() };
        let first = peer.line();
        let versions = first["versions"].as_object().expect("a peer says its versions first");
        let named = |(name, version): (&String, &Value)| {
            format!("{name} {}", version.as_str().unwrap_or_default())
        };
        peer.versions = versions.iter().map(named).collect();
        peer
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("a peer answers");
        serde_json::from_str(&line).expect("a peer answers in JSON")
    }

    pub(crate) fn simulate(&mut self, draws: usize) -> Sample {
        let requests = self.requests.as_mut().expect("it is open until the end");
        writeln!(requests, "{draws}").expect("a peer listens");
        let answer = self.line();
        let statistics: Statistics =
            serde_json::from_value(answer["statistics"].clone()).expect("four numbers a year");
        let seconds = answer["seconds"].as_f64().expect("a peer times itself");
        Sample { seconds, statistics }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A peer ends with its input.
        self.requests = None;
        _ = self.child.wait();
    }
}
