//! The command line as a user meets it: each command, its exit code, its files.

mod documented;
mod documents;
mod hostile;
mod identities;
mod live;
mod options;
mod output;
mod partial;
mod tested;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A script with a lever, a scenario, a set and figures with and without a source.
const SCRIPT: &str = "\
years 2024..2028
currency USD
set sector = food, metals
source office \"Statistical office\"
param growth[sector]: percent = { food: 10%, metals: 20% } @office
param oil: USD = 100 USD
var x[sector]: USD
x[s, first] = 100 USD
x[s] = x[s, t-1] * (1 + growth[s])
scenario low \"Low growth\" { growth[food] = 0% }
scenario high { oil += 10 USD in 2027 }
show x[food], oil for all
show oil
check x[food] in 2024 == 100 USD
";

/// A folder of its own for a test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        folder.put("a.mizan", SCRIPT);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).expect("a file written");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file read")
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
        command.args(arguments).current_dir(self.0.path()).env_remove("NO_COLOR");
        command
    }

    /// Runs to the end; exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        ended(self.command(arguments).output().expect("the program runs"))
    }

    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("its input");
        // A program that refuses its input closes it.
        let _ = stdin.write_all(input);
        drop(stdin);
        ended(child.wait_with_output().expect("it ends"))
    }
}

fn ended(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 text");
    let code = output.status.code().expect("an exit code, no signal");
    (code, text(output.stdout), text(output.stderr))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
