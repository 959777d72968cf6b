//! Scripts and data files on disk, for front ends that have a disk.
//!
//! The core reads files through the trait [`Files`](crate::data::Files) alone, so that it also runs where
//! there is no disk, such as a browser. The feature `files` adds this module.

mod folder;
mod kept;
mod script;

pub use folder::Folder;
pub use kept::Kept;
pub use script::read;
