//! `mizan explain`: prints the meaning of a name.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::{input, output};
use crate::diagnostic::Code;
use crate::session::load_library;

const EXAMPLES: &str = "\
Examples:
  mizan explain tariff                        a kind of lever: fields, equations
  mizan explain imports trade.mizan           a variable: its equations, lever by lever
  mizan explain bus_plant trade.mizan         a lever of the script
  mizan explain China trade.mizan             an element of a set
  mizan explain solve                         a word of the language
  mizan explain unit-mismatch                 the code of a diagnostic";

/// Explain a name: a kind of lever, a variable, a lever, a function, the code of a diagnostic.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// The name; without one, the names that can be explained are listed.
    name: Option<String>,
    /// The script that uses the name; without one, the name is looked up in the trade library.
    file: Option<PathBuf>,
}

impl ExplainArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        // `mizan explain unit mismatch`
        if let (Some(name), Some(more)) = (&self.name, &self.file)
            && !more.exists()
            && let Some(code) = joined(&format!("{name} {}", more.to_string_lossy()))
        {
            return Self { name: Some(code), file: None }.execute();
        }
        // `mizan explain trade.mizan` lists the names of the script.
        if let (Some(name), None) = (&self.name, &self.file)
            && name.ends_with(".mizan")
        {
            return Self { name: None, file: Some(PathBuf::from(name)) }.execute();
        }
        let program = match &self.file {
            Some(file) => {
                let program = input::load_whole(file)?;
                input::report(&program.diagnostics, &program.sources);
                program
            }
            None => load_library(),
        };
        let Some(name) = &self.name else {
            output::print(&crate::explain::overview(&program))?;
            return Ok(Exit::Fine);
        };
        let code = joined(name).filter(|_| name.contains(' '));
        match crate::explain::explain(&program, code.as_deref().unwrap_or(name)) {
            Ok(text) => {
                output::print(&text)?;
                Ok(Exit::Fine)
            }
            Err(near) => {
                let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                let place = match self.file.is_some() {
                    true => "in the script",
                    false => "in the library",
                };
                let plain = name.chars().all(|c| c.is_alphanumeric() || "_.[], ".contains(c));
                let own = match self.file {
                    None if plain => {
                        format!(" (a name of a script: `mizan explain {name} FILE.mizan`)")
                    }
                    _ => String::new(),
                };
                input::complain(&format!("nothing is called `{name}` {place}{near}{own}"));
                Err(Exit::Data)
            }
        }
    }
}

/// Returns the code of a diagnostic whose words are written with blanks between them.
fn joined(words: &str) -> Option<String> {
    let code = words.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
    Code::named(&code).map(|_| code)
}
