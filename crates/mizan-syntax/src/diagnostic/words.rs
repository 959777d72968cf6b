//! Edits in words, for the help of messages.

/// Returns the lines in which `now` differs from `was`, for the help of a message.
pub fn edit_in_words(was: &str, now: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (was.lines().collect(), now.lines().collect());
    let same = |a: &[&str], b: &[&str]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let head = same(&old, &new);
    let ends = old.iter().skip(head).rev().zip(new.iter().skip(head).rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let lines: Vec<&str> = new.get(head..new.len() - tail).unwrap_or_default().to_vec();
    match lines.as_slice() {
        [] => "remove the line".to_owned(),
        [line] if line.trim().is_empty() => "remove the line".to_owned(),
        [line] => format!("write `{}`", line.trim()),
        lines => format!("write\n{}", lines.join("\n")),
    }
}

/// Formats a whole number with commas between groups of three digits: `1,000,000`.
pub fn grouped(number: usize) -> String {
    let (thousands, rest) = (number / 1_000, number % 1_000);
    if thousands == 0 { rest.to_string() } else { format!("{},{rest:03}", grouped(thousands)) }
}
