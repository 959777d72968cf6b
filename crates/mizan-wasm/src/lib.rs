//! The engine as one WebAssembly module: a text goes in, a text comes out.
//!
//! The module imports nothing. A page calls [`request`] for room, writes the request there as UTF-8, calls [`answer`],
//! and reads as many bytes as it returns from [`output`]. Requests and answers are those of [`mizan::page::answer`].
//! Memory of the module may grow in any call, so a page must get its buffer again after each call.

#![expect(
    unsafe_code,
    reason = "an exported function must have a name of its own, which might clash"
)]

use std::sync::{Mutex, PoisonError};

use mizan::engine::Stop;
use mizan::session::Reach;

/// Memory in bytes for values, tapes and answers. The module can address 4 GiB, and a browser may give it less.
const MEMORY: u64 = 1 << 30;

/// Bytes of the request, which the page writes before it calls `answer`.
static REQUEST: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// Bytes of the latest answer.
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Reserves memory for a request of `bytes` bytes and returns its address.
#[unsafe(no_mangle)]
pub extern "C" fn request(bytes: usize) -> *mut u8 {
    let mut request = REQUEST.lock().unwrap_or_else(PoisonError::into_inner);
    request.clear();
    request.resize(bytes, 0);
    request.as_mut_ptr()
}

/// Answers the request; returns the length of the answer in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let request = std::mem::take(&mut *REQUEST.lock().unwrap_or_else(PoisonError::into_inner));
    let text = String::from_utf8_lossy(&request);
    let stop = Stop::default().with_memory(MEMORY);
    let answered = mizan::page::answer_with(&text, &Reach::default(), &stop).into_bytes();
    let mut answer = ANSWER.lock().unwrap_or_else(PoisonError::into_inner);
    *answer = answered;
    answer.len()
}

/// Returns the address of the newest answer, valid until [`answer`] is called again.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    ANSWER.lock().unwrap_or_else(PoisonError::into_inner).as_ptr()
}
