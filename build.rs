//! Parses the built-in libraries while the program is built, so that a run only reads their trees.

use std::error::Error;
use std::path::Path;

#[path = "src/library/texts.rs"]
#[expect(dead_code, reason = "only the trade library is stored")]
mod texts;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var("OUT_DIR")?;
    let statements = mizan_syntax::statements::write(texts::TRADE)?;
    std::fs::write(Path::new(&folder).join("trade.statements"), statements)?;
    // Cargo knows the texts, which `texts.rs` includes, and the grammar, which `mizan-syntax` includes.
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
