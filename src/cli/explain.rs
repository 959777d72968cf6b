//! `mizan explain`: prints the meaning of a name.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::{input, output};
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
        match crate::explain::explain(&program, name) {
            Ok(text) => {
                output::print(&text)?;
                Ok(Exit::Fine)
            }
            Err(near) => {
                let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                let place = if self.file.is_some() { "in the script" } else { "in the library" };
                input::complain(&format!("nothing is called `{name}` {place}{near}"));
                Err(Exit::Data)
            }
        }
    }
}
