//! Parts of a simulation: the files of `mizan run --partial`, and `mizan merge`.

use std::process::Stdio;

use super::Folder;

/// A script with every use of draws: a table, a chart, a distribution, a probability, a comparison by lever.
const DRAWN: &str = "\
years 2024..2026
currency USD
set good = food, metals
param growth[good] = normal(5%, 2%) each good
param shock = triangular(-1, 0, 2) per year
var income[good]: USD
income[g, first] = 100 USD
income[g] = income[g, t-1] * (1 + growth[g]) + shock * 1 USD
scenario low { growth[food] = 0% }
show income[*] for all
chart income[food] for all
chart distribution of income[metals] in 2026
compare income[food] for low by lever
check probability(income[food] > 90 USD) >= 0.9
";

/// Three chunks: 65,536 draws each, and one draw.
const DRAWS: &str = "131_073";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("drawn.mizan", DRAWN);
    folder
}

fn part(folder: &Folder, chunks: &str, file: &str, more: &[&str]) -> (i32, String, String) {
    let own = ["run", "drawn.mizan", "--draws", DRAWS, "--chunks", chunks, "--partial", file];
    folder.run(&[&own[..], more].concat())
}

fn makes(folder: &Folder, chunks: &str, file: &str, more: &[&str]) {
    let done = part(folder, chunks, file, more);
    assert_eq!(done, (0, String::new(), String::new()), "{chunks} {file}");
}

/// Parts in any order, made by one thread or two, give every byte of the run that makes all draws.
#[test]
fn merged_parts_are_the_answers_of_one_run() {
    let folder = folder();
    for more in [&[][..], &["--sampling", "latin", "--seed", "7"], &["--scenario", "low"]] {
        let run = ["run", "drawn.mizan", "--draws", DRAWS, "--format", "json"];
        let (code, whole, _) = folder.run(&[&run[..], more].concat());
        assert_eq!(code, 0);
        let force = [more, &["--force"]].concat();
        makes(&folder, "0", "a", &force);
        makes(&folder, "1", "b", &force);
        makes(&folder, "2..", "c", &force);
        makes(&folder, "1..2", "bc", &force);
        for files in [&["c", "a", "b"][..], &["bc", "a"]] {
            let arguments = [&["merge", "--format", "json"], files].concat();
            let (code, merged, errors) = folder.run(&arguments);
            assert_eq!((code, errors.as_str()), (0, ""));
            assert!(merged == whole, "{files:?} {more:?}");
        }
    }
}

/// Two passes: counts of the first chunks, then parts made with them. Every byte is that of the run that makes all
/// draws.
#[test]
fn parts_made_with_counts_are_the_answers_of_one_run() {
    let folder = folder();
    let count = |chunks: &str, file: &str| {
        let own = ["run", "drawn.mizan", "--draws", DRAWS, "--chunks", chunks, "--counts", file];
        assert_eq!(folder.run(&own), (0, String::new(), String::new()));
    };
    count("0", "a.counts");
    count("1..2", "b.counts");
    let joined = folder.run(&["merge", "b.counts", "a.counts", "--output", "all.counts"]);
    assert_eq!(joined, (0, String::new(), String::new()));
    makes(&folder, "0..1", "a", &["--near", "all.counts"]);
    makes(&folder, "2", "b", &["--near", "all.counts"]);
    let (_, whole, _) = folder.run(&["run", "drawn.mizan", "--draws", DRAWS, "--format", "json"]);
    let (code, merged, errors) = folder.run(&["merge", "b", "a", "--format", "json"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(merged == whole);
    // Counts, parts made without them, and counts of other runs are refused by name.
    makes(&folder, "2", "plain", &[]);
    count("0..2", "again.counts");
    makes(&folder, "2", "again", &["--near", "again.counts"]);
    assert!(std::fs::read(folder.path("again")).ok() == std::fs::read(folder.path("b")).ok());
    makes(&folder, "2", "fewer", &["--near", "a.counts"]);
    let run = ["run", "drawn.mizan", "--draws", DRAWS, "--chunks", "0", "--force"];
    let near = |file: &'static str, more: &[&'static str]| {
        [&run[..], &["--partial", "no", "--near", file], more].concat()
    };
    for (arguments, code, wanted) in [
        (
            vec!["merge", "a", "plain"],
            65,
            "plain belongs to another run than a: its draws were kept without counts",
        ),
        (
            vec!["merge", "plain", "a"],
            65,
            "a belongs to another run than plain: only its draws were kept by counts",
        ),
        (
            vec!["merge", "a", "fewer"],
            65,
            "fewer belongs to another run than a: its draws are near",
        ),
        (vec!["merge", "a", "all.counts"], 65, "all.counts has counts and no draws"),
        (vec!["merge", "all.counts"], 2, "--output FILE joins them"),
        (
            vec!["merge", "b.counts", "-o", "x"],
            65,
            "chunk 0 of 0..2 is missing; `--chunks 0..0 --counts FILE`",
        ),
        (near("b", &[]), 65, "b has draws and no counts"),
        (near("b.counts", &[]), 65, "chunk 0 of 0..2 is missing"),
        (
            near("all.counts", &["--seed", "2"]),
            65,
            "all.counts belongs to another run than this one: --seed is 1, not 2",
        ),
        (near("missing", &[]), 66, "cannot read missing"),
        ([&run[..], &["--near", "a.counts"]].concat(), 2, "--partial <FILE>"),
        (
            [&run[..], &["--counts", "no", "--sampling", "latin"]].concat(),
            2,
            "counts are for more than 131,072 draws",
        ),
    ] {
        let (found, output, errors) = folder.run(&arguments);
        assert_eq!((found, output.as_str()), (code, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(wanted), "{arguments:?}: {errors}");
    }
}

#[test]
fn a_part_has_the_same_bytes_with_any_number_of_threads() {
    let folder = folder();
    for threads in ["1", "3"] {
        let arguments = ["run", "drawn.mizan", "--draws", DRAWS, "--chunks", "1", "--partial"];
        let mut command = folder.command(&[&arguments[..], &[threads]].concat());
        let done = command.env("RAYON_NUM_THREADS", threads).output().expect("the program runs");
        assert!(done.status.success());
    }
    let bytes = |name| std::fs::read(folder.path(name)).expect("a part");
    assert!(bytes("1") == bytes("3"));
}

/// A part carries the script and its data: a merger needs the files alone.
#[test]
fn parts_are_merged_without_the_script() {
    let folder = folder();
    folder.put("rates.csv", "good,value\nfood,3\nmetals,4\n");
    let data = "set good = food, metals\nparam base[good] = data(\"rates.csv\", good: good, value: value)\n";
    let script = DRAWN.replace("set good = food, metals\n", data);
    folder.put("drawn.mizan", script + "show base[*]\n");
    let (_, whole, _) = folder.run(&["run", "drawn.mizan", "--draws", DRAWS]);
    makes(&folder, "0..1", "a", &[]);
    makes(&folder, "2", "b", &[]);
    std::fs::remove_file(folder.path("drawn.mizan")).expect("removed");
    std::fs::remove_file(folder.path("rates.csv")).expect("removed");
    let (code, merged, errors) = folder.run(&["merge", "a", "b"]);
    assert_eq!((code, errors.as_str(), merged), (0, "", whole));
}

#[test]
fn parts_that_do_not_belong_together_are_refused_by_name() {
    let folder = folder();
    makes(&folder, "0", "a", &[]);
    makes(&folder, "1", "b", &[]);
    makes(&folder, "1..2", "bc", &[]);
    makes(&folder, "2", "seed", &["--seed", "2"]);
    makes(&folder, "2", "low", &["--scenario", "low"]);
    makes(&folder, "2", "set", &["--set", "growth[food]=1%"]);
    folder.put("drawn.mizan", DRAWN.replace("90 USD", "91 USD"));
    makes(&folder, "2", "other", &[]);
    let bytes = std::fs::read(folder.path("bc")).expect("a part");
    folder.put("short", &bytes[..bytes.len() - 1]);
    folder.put("begun", &bytes[..5]);
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    folder.put("flipped", flipped);
    let mut newer = bytes;
    newer[b"mizan part\n".len()] = 9;
    folder.put("newer", newer);
    for (files, wanted) in [
        (
            &["a", "b"][..],
            "chunk 2 of 0..2 is missing; `--chunks 2..2 --partial FILE` makes a part",
        ),
        (&["b"], "chunk 0 of 0..2 is missing"),
        (&["bc", "a", "b"], "bc and b both have chunk 1"),
        (&["a", "bc", "a"], "a and a both have chunk 0"),
        (&["a", "b", "seed"], "seed belongs to another run than a: --seed is 2, not 1"),
        (
            &["a", "b", "low"],
            "low belongs to another run than a: --scenario is low; it was not given",
        ),
        (&["a", "b", "set"], "set belongs to another run than a: --set is growth[food]=1%"),
        (
            &["a", "b", "other"],
            "other belongs to another run than a: the contents of drawn.mizan differ",
        ),
        (&["a", "short"], "short is damaged"),
        (&["a", "begun"], "begun is damaged"),
        (&["a", "flipped"], "flipped is damaged"),
        (&["a", "newer"], "newer has version 9 of the format"),
        (&["a", "drawn.mizan"], "drawn.mizan is not a part of a simulation"),
    ] {
        let (code, output, errors) = folder.run(&[&["merge"], files].concat());
        assert_eq!((code, output.as_str()), (65, ""), "{files:?} {errors}");
        assert!(errors.contains(wanted), "{files:?}: {errors}");
    }
    let (code, _, errors) = folder.run(&["merge", "a", "nothing"]);
    assert_eq!(code, 66, "{errors}");
    assert!(errors.contains("cannot read nothing"), "{errors}");
}

#[test]
fn a_part_that_cannot_be_made_is_refused() {
    let folder = folder();
    for (arguments, code, wanted) in [
        (
            &["--draws", DRAWS, "--chunks", "3", "--partial", "a"][..],
            2,
            "there is no chunk 3: 131073 draws are the chunks 0..2",
        ),
        (&["--draws", DRAWS, "--chunks", "1..5", "--partial", "a"], 2, "there is no chunk 5"),
        (
            &["--draws", DRAWS, "--chunks", "2..1", "--partial", "a"],
            2,
            "the chunks do not rise; write 1..2",
        ),
        (
            &["--draws", DRAWS, "--chunks", "x", "--partial", "a"],
            2,
            "two numbers of chunks are required",
        ),
        (&["--draws", DRAWS, "--chunks", "0"], 2, "--partial <FILE>"),
        (&["--chunks", "0", "--partial", "a"], 2, "--draws N makes one"),
        (&["--draws", DRAWS, "--partial", "a", "--output", "b.csv"], 2, "cannot be used with"),
        (&["--draws", DRAWS, "--partial", "a.mizan"], 73, "a.mizan exists; --force replaces it"),
        (&["--draws", DRAWS, "--partial", "drawn.mizan", "--force"], 73, "it is not overwritten"),
        (&["--draws", DRAWS, "--partial", "a", "--set", "growth=x"], 65, "x"),
    ] {
        let (found, output, errors) = folder.run(&[&["run", "drawn.mizan"], arguments].concat());
        assert_eq!((found, output.as_str()), (code, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(wanted), "{arguments:?}: {errors}");
    }
    assert_eq!(folder.names(), ["a.mizan", "drawn.mizan"]);
}

/// The recipe of the chapter "On a cluster", both passes, with three tasks and fewer draws.
#[cfg(unix)]
#[test]
fn the_recipe_for_slurm_makes_all_parts() {
    let page = std::fs::read_to_string(super::root().join("docs/src/cluster.md")).expect("a page");
    let start = page.find("#!/bin/bash").expect("a script");
    let script = &page[start..start + page[start..].find("```").expect("its end")];
    let folder = folder();
    let script = script.replace("draws=1000000000", "draws=400000").replace("stress", "drawn");
    let script = script.replace("chunks / 16", "chunks / 2");
    folder.put("parts.sh", script);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_mizan")).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let pass = |argument: &str| {
        for task in ["0", "1", "2"] {
            let mut bash = std::process::Command::new("bash");
            bash.args(["parts.sh", argument]).current_dir(folder.0.path());
            bash.env("PATH", format!("{}:{path}", program.display()));
            bash.env("SLURM_CPUS_PER_TASK", "1");
            bash.env("SLURM_ARRAY_TASK_ID", task).env("SLURM_ARRAY_TASK_COUNT", "3");
            assert!(bash.status().expect("bash runs").success());
        }
    };
    pass("first");
    let files = ["0.counts", "1.counts", "2.counts"];
    let joined = folder.run(&[&["merge"], &files[..], &["--output", "counts"]].concat());
    assert_eq!(joined, (0, String::new(), String::new()));
    pass("");
    let (_, whole, _) = folder.run(&["run", "drawn.mizan", "--draws", "400_000"]);
    let (code, merged, errors) = folder.run(&["merge", "0.part", "1.part", "2.part"]);
    assert_eq!((code, errors.as_str(), merged), (0, "", whole));
}

/// A run that is killed leaves no part under the name that was asked for.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_no_part() {
    let folder = folder();
    let arguments = ["run", "drawn.mizan", "--draws", "900_000_000_000", "--chunks", "0..9999"];
    let mut command = folder.command(&[&arguments[..], &["--partial", "a"]].concat());
    let mut child = command.stderr(Stdio::null()).spawn().expect("the program runs");
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.kill().expect("killed");
    assert!(!child.wait().expect("an end").success());
    assert!(!folder.path("a").exists());
}
