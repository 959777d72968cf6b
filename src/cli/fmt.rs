//! `mizan fmt`: lays out scripts in the standard format.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::{input, output};
use crate::diagnostic::{Code, Fix};
use crate::files::Folder;
use crate::session;
use crate::source::SourceMap;
use crate::syntax::format;

const EXAMPLES: &str = "\
Examples:
  mizan fmt trade.mizan                 rewrite the file in place
  mizan fmt --check *.mizan             name the files that are not formatted
  mizan fmt - < trade.mizan             standard input to standard output";

/// Lay out scripts in the standard format. Comments are kept and tables aligned.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FmtArgs {
    /// The scripts. `-` reads standard input and writes to standard output.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write nothing. Name the files that are not formatted; exit with code 1 if there are any.
    #[arg(long)]
    check: bool,
}

impl FmtArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        // A file that cannot be formatted does not stop the formatting of the other files.
        let mut exit = Exit::Fine;
        for file in &self.files {
            match self.one(file) {
                Ok(Exit::Fine) | Err(Exit::Fine) => {}
                Ok(other) | Err(other) => {
                    exit = if exit == Exit::Fine || exit == Exit::Failed { other } else { exit };
                }
            }
        }
        Ok(exit)
    }

    fn one(&self, path: &Path) -> Result<Exit, Exit> {
        let text = input::read(path)?;
        let mut sources = SourceMap::default();
        let id = sources.add(&input::name(path), &text);
        let worded = with_words(path, &text);
        let formatted = format(id, &worded).map_err(|problems| {
            input::report(&problems, &sources);
            Exit::Data
        })?;
        if self.check {
            if formatted == text {
                return Ok(Exit::Fine);
            }
            let name = crate::diagnostic::sanitize(&input::name(path));
            output::print(&format!("{name} is not formatted\n"))?;
            return Ok(Exit::Failed);
        }
        if input::is_standard(path) {
            output::print(&formatted)?;
        } else if formatted != text {
            output::write(path, formatted.as_bytes(), true, &[])?;
        }
        Ok(Exit::Fine)
    }
}

/// Adds to an old script the words that say how often its distributions are drawn, which keep its meaning.
/// That takes the sets and the libraries of the script: a script that cannot be checked stays as it is.
fn with_words(path: &Path, text: &str) -> String {
    let program = session::load_used(&input::name(path), text, &Folder::of_script(path), &[]);
    let unsaid = program.diagnostics.iter().filter(|found| found.code == Code::EachOrShared);
    let mut fixes: Vec<&Fix> = unsaid.flat_map(|found| &found.fixes).collect();
    let script = program.files.first().and_then(|file| file.items.first());
    fixes.retain(|fix| script.is_some_and(|item| item.span.source == fix.span.source));
    // The last fix first, so that the spans of the earlier fixes stay valid.
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    fixes.dedup_by_key(|fix| fix.span);
    let mut text = text.to_owned();
    for fix in fixes {
        let (from, to) = (fix.span.start as usize, fix.span.end as usize);
        text.replace_range(from..to, &fix.replacement);
    }
    text
}
