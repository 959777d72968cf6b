//! `mizan completions` and `mizan man`: shell completions and manual pages, made from the definitions of the
//! commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::exit::Exit;
use super::{Mizan, input, output};
use crate::diagnostic::nearest;

/// Print the completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mizan completions bash > ~/.local/share/bash-completion/completions/mizan
  mizan completions fish > ~/.config/fish/completions/mizan.fish")]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page of Mizan or of one command.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mizan man > mizan.1
  mizan man run | man -l -")]
pub(super) struct ManArgs {
    /// The command. Without one, the page of Mizan as a whole.
    command: Option<String>,
}

impl CompletionsArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut Mizan::command(), "mizan", &mut bytes);
        output::print(&String::from_utf8_lossy(&bytes))?;
        Ok(Exit::Fine)
    }
}

impl ManArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        let mut whole = Mizan::command();
        whole.build();
        let page = match &self.command {
            None => whole,
            Some(name) => match whole.find_subcommand(name) {
                Some(command) => {
                    let title = format!("mizan-{name}");
                    command.clone().name(title)
                }
                None => {
                    let known = whole.get_subcommands().map(clap::Command::get_name);
                    let near = nearest(name, known)
                        .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                    input::complain(&format!("there is no command `{name}`{near}"));
                    return Err(Exit::Usage);
                }
            },
        };
        let mut bytes = Vec::new();
        clap_mangen::Man::new(page).render(&mut bytes).map_err(|_| Exit::Internal)?;
        output::print(&String::from_utf8_lossy(&bytes))?;
        Ok(Exit::Fine)
    }
}
