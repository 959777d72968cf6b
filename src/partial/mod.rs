//! Parts of a simulation that several processes share, as bytes that can be stored and sent.
//!
//! In: a checked script and a range of chunks. Out: a [`Partial`]. [`merge`] joins the parts of all chunks, in
//! any order, and refuses those that do not belong together. A front end moves the bytes: files, a queue, or
//! messages between the threads of a browser page.

mod file;
mod merge;

pub use file::{Partial, Unreadable};
pub use merge::{Refused, Whole, merge};
