//! A stored library: the syntax tree of each statement, and the statements on which it depends.
//!
//! `build.rs` stores the statements when Mizan is built (`write.rs`). A script can use only statements whose
//! names it contains, directly or through other statements. The trees of all others are not decoded, which is
//! most of a large library.

mod write;

pub use write::write;

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::syntax::ast::{File, Item};

/// A statement of a library: its names, and its encoded syntax tree.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Statement<'a> {
    /// Index of the library file that contains the statement.
    pub(super) file: u32,
    /// The name that the statement defines; `None` for a statement that every script requires.
    pub(super) name: Option<&'a str>,
    /// Indices of the statements that define the names in this statement.
    pub(super) leads_to: Vec<u32>,
    /// Byte range of the statement's tree in [`Statements::trees`].
    pub(super) tree: Range<u32>,
}

/// All statements of a library.
#[derive(Debug)]
pub struct Statements<'a> {
    list: Vec<Statement<'a>>,
    /// The encoded trees of all statements, one after another.
    trees: &'a [u8],
}

impl<'a> Statements<'a> {
    /// Decodes the table of statements that `write.rs` encoded.
    ///
    /// # Errors
    /// The bytes are not such a table.
    pub fn read(written: &'a [u8]) -> postcard::Result<Self> {
        let (list, trees) = postcard::take_from_bytes(written)?;
        Ok(Self { list, trees })
    }

    /// Returns the syntax tree of each file with all its statements.
    ///
    /// # Errors
    /// As [`Statements::read`].
    pub fn whole(&self) -> postcard::Result<Vec<File>> {
        self.trees(|_| true)
    }

    /// Returns the syntax tree of each file with only the statements whose names occur in `texts`, directly or through
    /// other statements.
    ///
    /// # Errors
    /// As [`Statements::read`].
    pub fn used<'t>(&self, texts: impl Iterator<Item = &'t str>) -> postcard::Result<Vec<File>> {
        let met: FxHashSet<&str> = texts.flat_map(words).collect();
        let named = |n: &u32| self.list[*n as usize].name.is_none_or(|name| met.contains(name));
        let mut pending: Vec<u32> = (0..self.list.len() as u32).filter(named).collect();
        let mut used = vec![false; self.list.len()];
        while let Some(n) = pending.pop() {
            if !std::mem::replace(&mut used[n as usize], true) {
                pending.extend(&self.list[n as usize].leads_to);
            }
        }
        self.trees(|n| used[n])
    }

    fn trees(&self, kept: impl Fn(usize) -> bool) -> postcard::Result<Vec<File>> {
        let mut files: Vec<File> = Vec::new();
        for (n, statement) in self.list.iter().enumerate() {
            let file = statement.file as usize;
            files.resize_with(files.len().max(file + 1), File::default);
            if kept(n) {
                let tree = statement.tree.start as usize..statement.tree.end as usize;
                let written = self.trees.get(tree).unwrap_or_default();
                files[file].items.push(postcard::from_bytes::<Item>(written)?);
            }
        }
        Ok(files)
    }
}

/// Returns the names in a text. Words in comments and quoted texts count too; they only load more statements
/// than needed.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    // A unit may follow its number without a blank: `500TEU`.
    runs.map(|run| run.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'))
        .filter(|word| !word.is_empty())
}
