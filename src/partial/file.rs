//! A part of a simulation, and its bytes.
//!
//! The bytes are a magic number, the version of the format, the part in the encoding of `postcard`, and the SHA-256
//! of all bytes before it.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::analysis::DrawPart;
use crate::report::sha256;
use crate::results::{Input, RunOptions};

/// The first bytes of a part file.
const MARK: &[u8] = b"mizan part\n";
/// Version of the file format; raised by each change of the bytes.
const VERSION: u8 = 2;
/// Length of a SHA-256 in bytes.
const HASH: usize = 32;

/// Script, files and options that all parts of a simulation share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PartOrigin {
    /// The version of Mizan that made the part.
    pub(super) mizan: String,
    pub(super) options: RunOptions,
    /// Name and SHA-256 of the script and of its files; the script is first.
    pub(super) inputs: Vec<(String, String)>,
    pub(super) content: PartContent,
}

/// The data of a part file about the draws near quantiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PartContent {
    /// The draws, between ends that chunk 0 gives.
    Draws,
    /// Counts of the draws.
    Counts,
    /// The draws, between ends that counts give; the SHA-256 of the counts.
    DrawsNear(String),
}

/// The statistics of some chunks of a simulation, with everything that a merger needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Partial {
    pub(super) origin: PartOrigin,
    /// Contents of the inputs, in the part that contains chunk 0; empty in others.
    pub(super) carried: Vec<Vec<u8>>,
    pub(super) part: DrawPart,
}

/// The reason why bytes cannot be read as a part. Displayed after a file name, it completes the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The bytes are not a part file.
    NoPart,
    /// The part file is incomplete or damaged.
    Damaged,
    /// The part file has another format version.
    Version(u8),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPart => {
                f.write_str("is not a part of a simulation; `mizan run --partial FILE` writes one")
            }
            Self::Damaged => {
                f.write_str("is damaged: its SHA-256 does not agree; make this part again")
            }
            Self::Version(version) => write!(
                f,
                "has version {version} of the format, and this Mizan reads version {VERSION}; \
                 merge with the Mizan that made the parts"
            ),
        }
    }
}

impl PartOrigin {
    /// The origin of a part that this program makes.
    pub(super) fn of(inputs: &[Input], options: RunOptions, content: PartContent) -> Self {
        let named = inputs.iter().map(|input| (input.name.clone(), sha256(&input.bytes)));
        let mizan = env!("CARGO_PKG_VERSION").to_owned();
        Self { mizan, options, inputs: named.collect(), content }
    }
}

impl Partial {
    /// True if the part has counts in place of draws.
    pub fn is_counts(&self) -> bool {
        self.origin.content == PartContent::Counts
    }

    /// Returns the range of chunks in the part.
    pub fn chunks(&self) -> Range<u64> {
        self.part.chunks.clone()
    }

    /// Writes the part. Equal draws give equal bytes, on every machine and with any number of threads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        bytes.push(VERSION);
        // Writing to memory does not fail.
        bytes.extend(postcard::to_allocvec(self).unwrap_or_default());
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    }

    /// True if the bytes begin as those of a part do.
    pub fn has_mark(bytes: &[u8]) -> bool {
        bytes.starts_with(MARK)
    }

    /// Reads the bytes of a part.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Some((&version, _)) = bytes.strip_prefix(MARK).and_then(<[u8]>::split_first) else {
            return Err(match MARK.starts_with(bytes) {
                true => Unreadable::Damaged,
                false => Unreadable::NoPart,
            });
        };
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        let end = bytes.len().checked_sub(HASH).ok_or(Unreadable::Damaged)?;
        let (whole, hash) = bytes.split_at(end);
        let body = whole.get(MARK.len() + 1..).ok_or(Unreadable::Damaged)?;
        if Sha256::digest(whole).as_slice() != hash {
            return Err(Unreadable::Damaged);
        }
        postcard::from_bytes(body).map_err(|_| Unreadable::Damaged)
    }
}
