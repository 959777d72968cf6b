//! Command lines as text: words quoted as a shell reads them.

use std::path::Path;

/// True for the name of a script: it ends as scripts do, or a file has this name.
pub(super) fn is_script(word: &str) -> bool {
    !word.starts_with('-') && (word.ends_with(".mizan") || Path::new(word).is_file())
}

/// Returns the tip to write a line of these words.
pub(super) fn written(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    format!("write {}", quoted(&words.join(" ")))
}

/// Returns a line between backquotes.
pub(super) fn quoted(line: &str) -> String {
    format!("`{line}`")
}

/// Writes a word so that a shell reads it as one word.
pub(super) fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./=%,:+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}
