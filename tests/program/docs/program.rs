//! The program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed at the end, with the files that pages speak of.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

/// Codes of what a check finds.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) errors: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("mizan-docs-{}-{n}", std::process::id()));
        copy(&super::root().join("docs/src/files"), &path);
        copy(&super::root().join("examples"), &path.join("examples"));
        Self(path)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file written");
    }

    /// Runs a command; returns exit code, standard output and standard error.
    pub(crate) fn mizan<S: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: &[S],
    ) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
        command.args(arguments).current_dir(&self.0).env_remove("COLUMNS");
        let output = command.output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// Returns the findings of the check in a script.
    pub(crate) fn check(&self, name: &str) -> Found {
        let (_, out, _) = self.mizan(&["check", "--format", "json", name]);
        let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let codes = |severity: &str| {
            let all = found["diagnostics"].as_array().into_iter().flatten();
            let these = all.filter(|found| found["severity"] == severity);
            these.map(|found| found["code"].as_str().unwrap_or("").to_owned()).collect()
        };
        Found { errors: codes("error"), warnings: codes("warning") }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Splits a command into words as a shell does; text in quotes is one word.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in command.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Without blanks at the ends of lines, and without empty lines at the end.
pub(crate) fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}
