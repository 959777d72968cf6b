//! `mizan serve`: the live page of a script, on this computer only.
//!
//! - `guard`: which requests come from the page
//! - `assets`: the files of the page
//! - `newest`: a newer request of a page ends its older one; how many runs are made at once
//! - `reply`: the answers to requests
//!
//! The engine is [`page::answer_with`](crate::page::answer_with), the same as in a browser's worker.

mod assets;
mod guard;
mod newest;
mod reply;

use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tiny_http::Server;

use super::exit::Exit;
use super::{input, output};
use crate::files::Folder;
use crate::session::Reach;

use guard::PageGuard;
use newest::Newest;
use reply::Site;

const EXAMPLES: &str = "\
Examples:
  mizan serve trade.mizan
  mizan serve trade.mizan --port 8321";

/// Number of threads that answer requests. The runs among them wait for each other; see `newest`.
const THREADS: usize = 12;

/// The longest time that a new connection of a browser can wait for a thread.
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// Opens and closes a connection again and again. Of connections that come in the same moment, tiny_http 0.12 may leave
/// one without a thread until another connection begins or ends; a browser opens six, and keeps them open.
fn wake(port: u16) {
    loop {
        std::thread::sleep(LONGEST_WAIT);
        drop(TcpStream::connect(("127.0.0.1", port)));
    }
}

/// Open a script as a live page: sliders, charts and tables in a browser on this computer.
///
/// Prints the address of the page, which has a random token. Ctrl-C ends the server.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// The script.
    file: PathBuf,
    /// The port on this computer; without this option, one that is free.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    port: u16,
}

impl ServeArgs {
    pub(super) fn execute(self) -> Result<Exit, Exit> {
        if input::is_standard(&self.file) {
            input::complain("the page needs a script in a file, not standard input");
            return Err(Exit::Usage);
        }
        // A script that cannot be read is reported here and not in the browser. One with mistakes is served.
        input::read(&self.file)?;
        let server = Server::http(("127.0.0.1", self.port)).map_err(|problem| {
            input::complain(&format!("cannot listen on port {}: {problem}", self.port));
            Exit::CannotCreate
        })?;
        let port = server.server_addr().to_ip().map_or(self.port, |address| address.port());
        let guard = PageGuard::new(port).map_err(|problem| {
            input::complain(&format!("the system gives no random numbers: {problem}"));
            Exit::Internal
        })?;
        let shown = crate::diagnostic::sanitize(&self.file.to_string_lossy());
        let address = guard.address();
        output::print(&format!("{shown} is at {address}\nCtrl-C ends the server.\n"))?;
        let site = Site {
            files: Reach::new(Folder::of_script(&self.file)),
            script: self.file,
            guard,
            newest: Newest::default(),
        };
        let (server, site) = (Arc::new(server), Arc::new(site));
        let serve = || {
            let (server, site) = (Arc::clone(&server), Arc::clone(&site));
            std::thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    site.serve(request);
                }
            })
        };
        std::thread::spawn(move || wake(port));
        let threads: Vec<_> = (0..THREADS).map(|_| serve()).collect();
        for thread in threads {
            let _ = thread.join();
        }
        // The server listens until a signal ends the process.
        Err(Exit::InputOutput)
    }
}
