//! A page of Markdown: its blocks, its links, and outputs put in place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A block of a page.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The line of its opening, from 1.
    pub(crate) line: usize,
    /// The line of its end.
    pub(crate) end: usize,
    /// The words after the backquotes.
    pub(crate) info: String,
    /// The text of the block.
    pub(crate) text: String,
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    path: PathBuf,
    text: String,
    replaced: BTreeMap<usize, String>,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a page");
        Self { path: path.to_owned(), text, replaced: BTreeMap::new() }
    }

    /// Returns the path of the page below the project's folder.
    pub(crate) fn name(&self) -> String {
        self.path.strip_prefix(super::root()).unwrap_or(&self.path).display().to_string()
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut found: Vec<Block> = Vec::new();
        let mut open: Option<Block> = None;
        for (n, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), open.take()) {
                (Some(info), None) => {
                    let (info, text) = (info.to_owned(), String::new());
                    open = Some(Block { line: n + 1, end: 0, info, text });
                }
                (Some(_), Some(block)) => found.push(Block { end: n + 1, ..block }),
                (None, Some(mut block)) => {
                    block.text += line;
                    block.text.push('\n');
                    open = Some(block);
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name());
        found
    }

    /// True if there is no text between the end of one block and the opening of the next.
    pub(crate) fn blank_between(&self, end: usize, line: usize) -> bool {
        let between = self.text.lines().skip(end).take(line - end - 1);
        between.into_iter().all(|line| line.trim().is_empty())
    }

    /// Puts another text into the block that opens at a line.
    pub(crate) fn replace(&mut self, line: usize, text: String) {
        self.replaced.insert(line, text);
    }

    /// Writes the page with what was put in place.
    pub(crate) fn write(&self) {
        let mut written = String::new();
        let mut skip = false;
        for (n, line) in self.text.lines().enumerate() {
            skip &= !line.starts_with("```");
            if skip {
                continue;
            }
            written += line;
            written.push('\n');
            if let Some(text) = self.replaced.get(&(n + 1)) {
                written += text;
                skip = true;
            }
        }
        if written != self.text {
            std::fs::write(&self.path, written).expect("the page written");
        }
    }

    /// Returns the lines outside code blocks.
    fn prose(&self) -> impl Iterator<Item = &str> {
        let mut inside = false;
        self.text.lines().filter(move |line| {
            let fence = line.starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
    }

    /// Returns the targets of the links: `TARGET` of `[...](TARGET)`.
    pub(crate) fn links(&self) -> Vec<String> {
        let parts = self.prose().flat_map(|line| line.split("](").skip(1));
        parts.filter_map(|part| part.split_once(')').map(|(link, _)| link.to_owned())).collect()
    }

    /// The anchors that mdBook and GitHub give to the headings: small letters, digits, `-` and `_`; a heading that
    /// comes again gets `-1`, `-2` and so on.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let headings = self.prose().filter(|line| line.starts_with('#'));
        let ids = headings.map(|line| {
            let title = line.trim_start_matches('#').trim();
            let kept = title.chars().filter_map(|letter| match letter {
                ' ' => Some('-'),
                '-' | '_' => Some(letter),
                _ => letter.is_alphanumeric().then_some(letter),
            });
            kept.collect::<String>().to_lowercase()
        });
        ids.map(|id| {
            let count = seen.entry(id.clone()).or_insert(0);
            *count += 1;
            if *count == 1 { id } else { format!("{id}-{}", *count - 1) }
        })
        .collect()
    }
}
