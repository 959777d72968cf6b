//! `mizan-pdf`: the part of Mizan that writes and reads PDF.
//!
//! A filter from standard input to standard output: a Typst memo becomes a PDF, or with `--carried` a PDF becomes the JSON
//! object that it carries. `mizan` starts it. It opens no file and asks for no clock, so that the same memo gives the
//! same bytes.

mod attachment;
mod memo;

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

const HELP: &str = "\
Typesets a memo of Mizan as PDF. `mizan report SCRIPT -o memo.pdf` starts this program; by hand:

  mizan-pdf < memo.typ > memo.pdf
  mizan-pdf --carried < memo.pdf > mizan-memo.json
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => filter(written),
        ["--carried"] => filter(attachment::carried),
        ["--version"] => put(concat!("mizan-pdf ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()),
        ["--help"] => put(HELP.as_bytes()),
        _ => Err("--carried is the only option; --help says more".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Reads standard input to its end, converts it, and writes the result to standard output.
fn filter(make: fn(Vec<u8>) -> Result<Vec<u8>, String>) -> Result<(), String> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).map_err(|error| format!("cannot read: {error}"))?;
    put(&make(input)?)
}

fn put(bytes: &[u8]) -> Result<(), String> {
    let mut output = std::io::stdout().lock();
    let done = output.write_all(bytes).and_then(|()| output.flush());
    done.map_err(|error| format!("cannot write: {error}"))
}

/// Typesets a memo; writes on standard error why the PDF is not PDF/UA-1.
fn written(memo: Vec<u8>) -> Result<Vec<u8>, String> {
    let text = String::from_utf8(memo).map_err(|_| "the memo is not text".to_owned())?;
    let (pdf, remark) = memo::pdf(text)?;
    if let Some(remark) = remark {
        eprintln!("note: {remark}");
    }
    Ok(pdf)
}
