//! Parses the built-in libraries while the program is built, so that no run does it.

#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    unreachable_pub,
    unused_imports,
    reason = "the modules are those of the program, of which this needs a part"
)]

use std::error::Error;
use std::path::Path;

#[path = "src/diagnostic/mod.rs"]
mod diagnostic;
#[path = "src/operator.rs"]
mod operator;
#[path = "src/source.rs"]
mod source;
#[path = "src/library/statements.rs"]
mod statements;
#[path = "src/syntax/mod.rs"]
mod syntax;
#[path = "src/library/texts.rs"]
mod texts;
#[path = "src/library/write.rs"]
mod write;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var("OUT_DIR")?;
    let written = write::write(texts::TRADE)?;
    std::fs::write(Path::new(&folder).join("trade.statements"), written)?;
    // The texts and the grammar are parts of this program, which runs again where they change.
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
