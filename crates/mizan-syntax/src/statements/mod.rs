//! A library as its statements: the tree of each, and the others that it leads to.
//!
//! `build.rs` has them written down (`write.rs`) when the program is built. A script that never writes a
//! name cannot mean what it stands for, so the trees of other names are not read: most of a large library
//! is never looked at.

mod write;

pub use write::write;

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::syntax::ast::{File, Item};

/// A statement of a library.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Statement<'a> {
    /// The number of its text.
    pub(super) file: u32,
    /// The name that it defines; none for what always holds.
    pub(super) name: Option<&'a str>,
    /// The statements that define the names in it, by their numbers.
    pub(super) leads_to: Vec<u32>,
    /// Where its tree is among the trees.
    pub(super) tree: Range<u32>,
}

/// All statements of a library.
#[derive(Debug)]
pub struct Statements<'a> {
    list: Vec<Statement<'a>>,
    /// The trees, one behind the other.
    trees: &'a [u8],
}

impl<'a> Statements<'a> {
    /// Reads what `write.rs` wrote.
    ///
    /// # Errors
    /// Something else was written.
    pub fn read(written: &'a [u8]) -> postcard::Result<Self> {
        let (list, trees) = postcard::take_from_bytes(written)?;
        Ok(Self { list, trees })
    }

    /// The tree of each text, with all its statements.
    ///
    /// # Errors
    /// As [`Statements::read`].
    pub fn whole(&self) -> postcard::Result<Vec<File>> {
        self.trees(|_| true)
    }

    /// The tree of each text, with the statements that a name in `texts` leads to, directly or through
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

/// The names in a text; those in comments and quoted texts too, which does no harm.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    // A unit may touch its number, `500TEU`.
    runs.map(|run| run.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'))
        .filter(|word| !word.is_empty())
}
