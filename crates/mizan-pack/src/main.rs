//! Compresses a file with gzip, as small as the format allows: `mizan-pack FILE OUT`.
//!
//! Every live memo contains the engine, and every browser can unpack gzip. So `page/build` spends half a minute on a
//! shorter file. The same input gives the same bytes: the output has no name and no time.

use std::fs::File;
use std::io::{Error, Write as _};
use std::num::NonZeroU64;

use zopfli::{Format, Options};

/// Number of times that each block is encoded again with the code lengths of the last time. More gain less than a
/// thousandth.
const ROUNDS: NonZeroU64 = NonZeroU64::new(15).expect("above 0");

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err(Error::other("two arguments are required: the file and the output"));
    };
    let options = Options { iteration_count: ROUNDS, ..Options::default() };
    let mut packed = Vec::new();
    zopfli::compress(options, Format::Gzip, File::open(from)?, &mut packed)?;
    File::create(to)?.write_all(&packed)
}
