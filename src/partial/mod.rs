//! Parts of a simulation that several processes share, as bytes that can be stored and sent.
//!
//! In: a checked script and a range of chunks. Out: a [`Partial`]. [`merge`] joins the parts of all chunks, in
//! any order, and refuses those that do not belong together. A front end moves the bytes: files, a queue, or
//! messages between the threads of a browser page.
//!
//! For very many draws there are two passes. The first counts the draws of the first chunks, and [`Counts::join`] joins
//! the counts. The second makes the parts; with the counts, they need few draws for exact quantiles.

mod counts;
mod file;
mod make;
mod merge;

pub use counts::Counts;
pub use file::{Partial, Unreadable};
pub use make::PartKind;
pub use merge::{Refused, Whole, merge};
