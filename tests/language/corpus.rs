//! The fuzzing corpus, replayed: every seed of `fuzz/` as it is and damaged, the same way in each run.

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a library of its own for the fuzzers")]
mod fuzz;

use std::path::{Path, PathBuf};

/// The files below some folders that have an extension; all files for "".
fn files(folders: &[&str], extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        // `fuzz/found` holds only the targets that ever failed.
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if extension.is_empty() || path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extension, &mut found);
    }
    found.sort();
    found
}

/// The file with one byte flipped, a piece left out and a piece doubled, at places that `seed` decides.
fn damaged(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |limit: usize| {
        // A linear congruential generator with Knuth's constants for MMIX.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit.max(1)
    };
    let mut out = bytes.to_vec();
    if out.is_empty() {
        return out;
    }
    let at = below(out.len());
    out[at] ^= 1 << below(7);
    let (start, length) = (below(out.len()), below(40));
    out.drain(start..(start + length).min(out.len()));
    let (start, length) = (below(out.len()), below(40));
    let piece: Vec<u8> = out[start..(start + length).min(out.len())].to_vec();
    let at = below(out.len());
    out.splice(at..at, piece);
    out
}

fn replay(target: fn(&[u8]), seeds: &[PathBuf], least: usize) {
    assert!(seeds.len() >= least, "{} seeds", seeds.len());
    for (n, path) in seeds.iter().enumerate() {
        let bytes = std::fs::read(path).expect("a seed");
        for text in
            [bytes.clone(), damaged(&bytes, 2 * n as u64), damaged(&bytes, 2 * n as u64 + 1)]
        {
            let done = std::panic::catch_unwind(|| target(&text));
            assert!(done.is_ok(), "{}:\n{}", path.display(), String::from_utf8_lossy(&text));
        }
    }
}

#[test]
fn scripts_end() {
    let mut seeds = files(&["tests/errors", "tests/format"], "mizan");
    seeds.extend(files(&["fuzz/seeds/script", "fuzz/found/script"], ""));
    replay(fuzz::script, &seeds, 100);
}

#[test]
fn formatting_twice_changes_nothing() {
    let mut seeds = files(&["examples", "tests/errors", "tests/format", "src/library"], "mizan");
    seeds.extend(files(&["fuzz/seeds/script", "fuzz/found/format"], ""));
    replay(fuzz::format, &seeds, 100);
}

#[test]
fn data_files_end() {
    let mut seeds = files(&["examples", "docs/src/files", "tests/errors"], "csv");
    seeds.extend(files(&["fuzz/found/data"], ""));
    replay(fuzz::data, &seeds, 10);
}

/// Each transcript of the tests is one conversation; the other seeds have nothing but lines.
#[test]
fn lines_at_the_prompt_end() {
    replay(fuzz::prompt, &files(&["fuzz/seeds/prompt", "fuzz/found/prompt"], ""), 1);
    let seeds = files(&["tests/repl"], "transcript");
    let typed = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().filter_map(|line| line.strip_prefix("> "));
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with(':')).collect();
        for few in lines.chunks(8) {
            fuzz::prompt(few.join("\n").as_bytes());
        }
    };
    replay(typed, &seeds, 5);
}

/// A small script with a random quantity, its folder, and the arguments that make a file of it.
fn written(name: &str, arguments: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus").join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = "years 2024..2026\ncurrency USD\nset s = a, b\nparam g: percent = normal(5%, 2%) \"Growth\"\n\
        var x[s]: mn USD \"Trade\"\nx[i, first] = 1 mn USD\nx[i] = x[i, t-1] * (1 + g)\nscenario fast { g = 9% }\n\
        show x[*] for all\nchart x[a] for all\ncheck x[a] in 2026 > 0 mn USD\n";
    std::fs::write(folder.join("a.mizan"), script).expect("a script");
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_mizan"));
    let done = run.current_dir(&folder).args(arguments).output().expect("it starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder.join(name)
}

#[test]
fn documents_end() {
    let mut seeds: Vec<PathBuf> = ["a.html", "a.typ", "a.xlsx"]
        .map(|name| written(name, &["report", "a.mizan", "--draws", "64", "--force", "-o", name]))
        .into();
    seeds.extend(files(&["fuzz/found/document"], ""));
    // A single byte of a document decides little, so each is damaged many times.
    let again: Vec<PathBuf> = seeds.iter().cycle().take(8 * seeds.len()).cloned().collect();
    replay(fuzz::document, &again, 3);
}

#[test]
fn parts_of_a_simulation_end() {
    let draws = ["run", "a.mizan", "--draws", "70000", "--force"];
    let part = |name, chunks| {
        written(name, &[&draws[..], &["--chunks", chunks, "--partial", name]].concat())
    };
    let mut seeds =
        vec![part("all.part", "0..1"), part("first.part", "0..0"), part("second.part", "1..1")];
    let many = ["run", "a.mizan", "--draws", "131073", "--force", "--chunks", "0..0"];
    seeds.push(written("some.counts", &[&many[..], &["--counts", "some.counts"]].concat()));
    seeds.extend(files(&["fuzz/found/part"], ""));
    let again: Vec<PathBuf> = seeds.iter().cycle().take(8 * seeds.len()).cloned().collect();
    replay(fuzz::part, &again, 3);
}

#[test]
fn messages_of_the_page_end() {
    let mut seeds = files(&["fuzz/seeds/page", "fuzz/found/page"], "");
    seeds.sort();
    replay(fuzz::page, &seeds, 4);
}
