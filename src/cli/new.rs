//! `mizan new`: writes a first script that runs.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::{input, output};

const EXAMPLES: &str = "\
Examples:
  mizan new my_scenario
  mizan run my_scenario.mizan";

/// Write a first script, NAME.mizan, for you to change and run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct NewArgs {
    /// The script's name, with or without `.mizan` and a folder.
    name: PathBuf,
    /// Replace the file if there is one.
    #[arg(long)]
    force: bool,
}

/// Text of the new script; `{name}` is a placeholder for the title.
const SCRIPT: &str = include_str!("first_script.mizan");

impl NewArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let Some(stem) = self.name.file_stem() else {
            input::complain("a name is required, as in `mizan new my_scenario`");
            return Err(Exit::Usage);
        };
        let title = stem.to_string_lossy().replace(['\\', '"'], "").replace(char::is_control, " ");
        let path = if self.name.extension().is_some_and(|extension| extension == "mizan") {
            self.name.clone()
        } else {
            let mut name = self.name.clone().into_os_string();
            name.push(".mizan");
            PathBuf::from(name)
        };
        output::write(&path, SCRIPT.replace("{name}", &title).as_bytes(), self.force, &[])?;
        let shown = crate::diagnostic::sanitize(&path.to_string_lossy());
        let typed = if shown.contains(' ') { format!("\"{shown}\"") } else { shown.clone() };
        output::print(&format!("wrote {shown}\nrun it: mizan run {typed}\n"))?;
        Ok(Exit::Fine)
    }
}
