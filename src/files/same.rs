//! Comparison of two paths: whether they name the same file.

use std::path::Path;

/// True if both paths exist and name the same file, also through links of any kind.
#[cfg(unix)]
pub fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (std::fs::metadata(a), std::fs::metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

/// True if both paths exist and name the same file, also through symbolic links.
#[cfg(not(unix))]
pub fn is_same(a: &Path, b: &Path) -> bool {
    match (std::fs::canonicalize(a), std::fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
