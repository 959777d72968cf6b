//! The commands of the prompt that read and write files: `:load`, `:reload`, `:watch` and `:save`.
//!
//! In: the name of a file. Out: a [`Reply`]. No file changes that has been changed by another program, or that another
//! model is in, unless the command says `--force`.

use std::path::{Path, PathBuf};

use super::talk::{Reply, Talk, Then, greeting};
use crate::diagnostic::{Code, Diagnostic, sanitize};
use crate::files::{self, Folder};
use crate::session::{LineOutcome, Reach};

/// Reads the name of a file as shells do: without the quotes around it, with `~` for the home folder.
fn file_name(text: &str) -> String {
    let text = text.trim();
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote).and_then(|inside| inside.strip_suffix(quote)));
    // `:save as plan.mizan`, `:load file plan.mizan`
    let plain = match text.split_once(' ') {
        Some(("as" | "to" | "into" | "from" | "file" | "the" | "under", _)) => {
            super::file_words::name_in(text)
        }
        _ => None,
    };
    let name = quoted.or(plain.as_deref()).unwrap_or(text);
    match (name.strip_prefix("~/"), std::env::var("HOME")) {
        (Some(rest), Ok(home)) if quoted.is_none() => {
            format!("{}/{rest}", home.trim_end_matches('/'))
        }
        _ => name.to_owned(),
    }
}

fn refused(talk: &Talk, problem: Diagnostic) -> Reply {
    talk.shown(&LineOutcome::impossible(problem))
}

pub(super) fn load(talk: &mut Talk, name: &str) -> Reply {
    let name = file_name(name);
    if name.is_empty() {
        let found = Diagnostic::error(Code::NoInput, "`:load` requires the name of a file");
        return refused(talk, found.help("write `:load FILE`, with the name of a script"));
    }
    let (before, lines) = (talk.session.file().map(str::to_owned), changed_lines(talk));
    let mut reply = read(talk, Path::new(&name), true);
    if !reply.failed && lines > 0 {
        let before = before.unwrap_or_else(|| "the model before".to_owned());
        let what = if lines == 1 { "1 changed line" } else { &format!("{lines} changed lines") };
        let isnt = if lines == 1 { "is" } else { "are" };
        reply.text +=
            &talk.wrapped(&format!("{what} of {before} {isnt} not saved; `:undo` goes back"));
    }
    reply
}

pub(super) fn reload(talk: &mut Talk, _: &str) -> Reply {
    match talk.path() {
        Some(path) => read(talk, &path, false),
        None => refused(talk, no_file(":reload")),
    }
}

/// Reads a model from a file as one change that can be undone; `other` is true for another model, which is described.
fn read(talk: &mut Talk, path: &Path, other: bool) -> Reply {
    let text = match files::read(path) {
        Ok(text) => text,
        Err(problem) => return refused(talk, problem),
    };
    let name = path.to_string_lossy();
    let mut outcome = talk.session.reload(&name, &text, Reach::new(Folder::of_script(path)));
    if other && !outcome.failed() {
        outcome.lines.insert(0, greeting(&talk.session, "", talk.page.width));
    }
    talk.shown(&outcome)
}

pub(super) fn watch(talk: &mut Talk, name: &str) -> Reply {
    let name = file_name(name);
    let path = match (name.as_str(), talk.path()) {
        ("", None) => return refused(talk, no_file(":watch FILE")),
        ("", Some(path)) => path,
        (name, _) => Path::new(name).to_owned(),
    };
    let other = talk.path().as_ref() != Some(&path);
    let mut reply = read(talk, &path, other);
    if reply.failed && !path.exists() {
        return reply;
    }
    let shown = sanitize(&path.to_string_lossy());
    reply.text.push_str(&format!("watching {shown}; Ctrl-C stops\n"));
    Reply { then: Then::Watch(path), ..reply }
}

/// Divides the arguments of `:save` into the name and the option `--force`, in any order.
fn forced(arguments: &str) -> (&str, bool) {
    let apart = |rest: &str| rest.is_empty() || rest.starts_with(' ') || rest.ends_with(' ');
    let option = "--force";
    let rest = arguments.strip_prefix(option).or_else(|| arguments.strip_suffix(option));
    rest.filter(|rest| apart(rest)).map_or((arguments, false), |rest| (rest.trim(), true))
}

pub(super) fn save(talk: &mut Talk, arguments: &str) -> Reply {
    let (typed, force) = forced(arguments);
    let name = file_name(typed);
    let own = talk.path();
    let path = match (typed, own.clone()) {
        ("", None) => return refused(talk, no_file(":save new.mizan")),
        ("", Some(path)) => path,
        (_, _) if name.is_empty() => return refused(talk, no_file(":save new.mizan")),
        (_, _) => PathBuf::from(&name),
    };
    let is_own = own.is_some_and(|own| own == path);
    if let Some(problem) = cannot_save(talk, &path, is_own, force) {
        return refused(talk, problem);
    }
    let text = talk.session.text();
    if let Err(problem) = (talk.write)(&path, &text, force || is_own) {
        return refused(talk, problem);
    }
    let shown = path.to_string_lossy();
    talk.session.saved(&shown);
    talk.said(vec![format!("saved as {shown}")])
}

/// Returns the reason why a file must not be replaced by the model.
fn cannot_save(talk: &Talk, path: &Path, is_own: bool, force: bool) -> Option<Diagnostic> {
    let shown = path.display();
    if talk.session.program().files_read.iter().any(|read| files::is_same(read, path)) {
        let message = format!("{shown} is read by this model and is not overwritten");
        let found = Diagnostic::error(Code::NotSaved, message);
        return Some(found.help("choose another name: `:save new.mizan`"));
    }
    if force || !path.exists() {
        return None;
    }
    if !is_own {
        let found = Diagnostic::error(Code::NotSaved, format!("{shown} exists"));
        return Some(found.help(format!("to replace it, write `:save {shown} --force`")));
    }
    let same = files::read(path).is_ok_and(|text| text == talk.session.file_text());
    if same {
        return None;
    }
    let message = format!("{shown} has changed since it was read");
    let found = Diagnostic::error(Code::FileChanged, message);
    Some(
        found
            .help("`:reload` reads it; what was typed is then gone, and `:undo` brings it back")
            .help("`:save --force` replaces it")
            .help("`:save OTHER.mizan` keeps both"),
    )
}

/// Returns the number of lines that were changed, added or removed; a changed line counts once.
pub(super) fn changed_lines(talk: &Talk) -> usize {
    let lines = talk.session.diff();
    let added = lines.iter().filter(|line| line.starts_with('+')).count();
    added.max(lines.len() - added)
}

fn no_file(write: &str) -> Diagnostic {
    Diagnostic::error(Code::NoInput, "this model has no file yet").help(format!("write `{write}`"))
}

#[cfg(test)]
mod tests {
    use super::{file_name, forced};

    #[test]
    fn names_of_files_are_read_as_shells_do() {
        assert_eq!(file_name("\"a b.mizan\""), "a b.mizan");
        assert_eq!(file_name("'a.mizan'"), "a.mizan");
        assert_eq!(file_name("\"\""), "");
        assert_eq!(file_name("a~b.mizan"), "a~b.mizan");
        assert_eq!(file_name("as plan.mizan"), "plan.mizan");
        assert_eq!(file_name("file plan.mizan"), "plan.mizan");
        assert_eq!(file_name("my plan.mizan"), "my plan.mizan");
        assert_eq!(file_name("\"as plan.mizan\""), "as plan.mizan");
        if let Ok(home) = std::env::var("HOME") {
            assert_eq!(file_name("~/a.mizan"), format!("{}/a.mizan", home.trim_end_matches('/')));
        }
        assert_eq!(forced("--force a.mizan"), ("a.mizan", true));
        assert_eq!(forced("a.mizan --force"), ("a.mizan", true));
        assert_eq!(forced("--force"), ("", true));
        assert_eq!(forced("a--force"), ("a--force", false));
    }
}
