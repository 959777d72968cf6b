//! Scripts and data files on disk, for front ends that have a disk.
//!
//! The core reads files through the trait [`Files`](crate::data::Files) alone, so that it also runs where
//! there is no disk, such as a browser. The feature `files` adds this module.

mod container;
mod folder;
mod kept;
mod same;
mod script;
mod unchanged;

pub use container::container_memory;
pub use folder::Folder;
pub use kept::Kept;
pub use same::is_same;
pub use script::read;
pub use unchanged::Unchanged;
