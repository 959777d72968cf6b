//! Output files, closed pipes, full devices, and environment variables that must not change the output.

use std::process::Stdio;

use super::{Folder, SCRIPT, ended};

#[test]
fn an_output_file_is_kept_unless_forced() {
    let folder = Folder::new();
    let run = |more: &[&str]| folder.run(&[&["run", "a.mizan"], more].concat());
    assert_eq!(run(&["--output", "out.txt"]), (0, String::new(), String::new()));
    let first = folder.text("out.txt");
    assert_eq!(first, run(&[]).1);
    folder.put("out.txt", "mine");
    assert_eq!(run(&["-o", "out.txt"]).0, 73);
    assert_eq!(folder.text("out.txt"), "mine");
    assert_eq!(run(&["-o", "out.txt", "--force"]).0, 0);
    assert_eq!(folder.text("out.txt"), first);
    assert_eq!(run(&["-o", "-"]).1, first);
    assert_eq!(run(&["-o", "./a.mizan", "--force"]).0, 73);
    assert_eq!(folder.text("a.mizan"), super::SCRIPT);
    assert_eq!(run(&["-o", "."]).0, 73);
    assert_eq!(run(&["-o", "none/out.txt"]).0, 73);
    assert_eq!(folder.names(), ["a.mizan", "out.txt"]);
}

#[test]
fn the_format_follows_the_ending_of_the_output() {
    let folder = Folder::new();
    for (name, format) in
        [("out.txt", "text"), ("out.json", "json"), ("OUT.CSV", "csv"), ("out.svg", "svg")]
    {
        let shown = folder.run(&["run", "a.mizan", "--format", format]).1;
        assert_eq!(folder.run(&["run", "a.mizan", "-o", name]).0, 0, "{name}");
        assert_eq!(folder.text(name), shown, "{name}");
    }
    let (code, out, err) = folder.run(&["run", "a.mizan", "-o", "memo.docx"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains(".docx") && err.contains("write .html"), "{err}");
    let (code, _, err) = folder.run(&["run", "a.mizan", "-o", "memo.abc"]);
    assert!(code == 2 && err.contains(".abc") && err.contains(".txt, .json"), "{err}");
    assert!(!folder.names().contains(&"memo.docx".to_owned()));
    // A format that is named holds whatever the file is called.
    assert_eq!(folder.run(&["run", "a.mizan", "--format", "csv", "-o", "a.tsv"]).0, 0);
    assert!(folder.text("a.tsv").starts_with("query,kind,"));
}

#[test]
fn charts_are_written_into_a_folder() {
    let folder = Folder::new();
    let (code, out, err) = folder.run(&["chart", "a.mizan", "-o", "charts"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let written: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("wrote ")).collect();
    assert!(!written.is_empty());
    let first = folder.text(written[0]);
    assert!(first.starts_with("<svg ") && first.ends_with("</svg>\n"), "{first}");
    // Nothing is replaced without --force, and no temporary folder is left.
    folder.put(written[0], "mine");
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "charts"]).0, 73);
    assert_eq!(folder.text(written[0]), "mine");
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "charts", "--force"]).0, 0);
    assert_eq!(folder.text(written[0]), first);
    assert_eq!(folder.names(), ["a.mizan", "charts"]);
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "a.mizan"]).0, 73);
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "none/charts"]).0, 73);
    // One picture of all charts has as many as the folder.
    let (code, all, _) = folder.run(&["run", "a.mizan", "--format", "svg"]);
    assert_eq!((code, all.matches("role=\"img\"").count()), (0, written.len()));
}

#[test]
fn a_run_that_fails_writes_nothing() {
    let folder = Folder::new();
    let (code, _, _) = folder.run(&["run", "a.mizan", "--set", "oil=5%", "-o", "out.txt"]);
    assert_eq!((code, folder.names()), (65, vec!["a.mizan".to_owned()]));
}

#[cfg(unix)]
#[test]
fn links_devices_and_modes_are_respected() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    folder.put("real.txt", "old");
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(folder.path("real.txt"), mode).expect("a mode");
    symlink("real.txt", folder.path("link.txt")).expect("a link");
    symlink("a.mizan", folder.path("script.txt")).expect("a link");
    assert_eq!(folder.run(&["run", "a.mizan", "-o", "link.txt", "--force"]).0, 0);
    assert!(folder.text("real.txt").contains("2024"));
    let data = std::fs::symlink_metadata(folder.path("link.txt")).expect("the link");
    assert!(data.is_symlink());
    let data = std::fs::metadata(folder.path("real.txt")).expect("the file");
    assert_eq!(data.permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.run(&["run", "a.mizan", "-o", "script.txt", "--force"]).0, 73);
    assert_eq!(folder.run(&["run", "a.mizan", "-o", "/dev/null"]).0, 0);
    if cfg!(target_os = "linux") {
        assert_eq!(folder.run(&["run", "a.mizan", "-o", "/dev/full"]).0, 74);
        let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
        let done = folder.command(&["run", "a.mizan"]).stdout(full).output().expect("runs");
        assert_eq!(ended(done).0, 74);
    }
}

#[cfg(unix)]
#[test]
fn what_a_killed_process_left_is_swept_when_it_is_old() {
    let folder = Folder::new();
    folder.put(".mizan-old.tmp", "x");
    folder.put(".mizan-new.tmp", "x");
    folder.put(".mizan-old.txt", "x");
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(7_200);
    for name in [".mizan-old.tmp", ".mizan-old.txt"] {
        let file = std::fs::File::options().write(true).open(folder.path(name)).expect("a file");
        file.set_modified(past).expect("a time");
    }
    assert_eq!(folder.run(&["run", "a.mizan", "-o", "out.txt"]).0, 0);
    assert_eq!(folder.names(), [".mizan-new.tmp", ".mizan-old.txt", "a.mizan", "out.txt"]);
}

#[cfg(unix)]
#[test]
fn a_killed_writer_leaves_the_old_file_or_the_new_one() {
    let folder = Folder::new();
    folder.put("out.csv", "old\n");
    let arguments = ["run", "a.mizan", "--format", "csv", "-o", "out.csv", "--force"];
    let whole = folder.run(&arguments[..4]).1;
    for delay in (0..60).map(|n| n * 300) {
        let mut child = folder.command(&arguments).spawn().expect("runs");
        std::thread::sleep(std::time::Duration::from_micros(delay));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let text = folder.text("out.csv");
        assert!(text == "old\n" || text == whole, "{} bytes after {delay} µs", text.len());
    }
}

/// Ctrl-C and termination end the program by the signal, and no temporary file stays.
#[cfg(unix)]
#[test]
fn a_signal_leaves_no_temporary_file() {
    let folder = Folder::new();
    let arguments = ["run", "a.mizan", "--format", "json", "-o", "out.json", "--force"];
    for (signal, number) in [("INT", 2), ("TERM", 15)] {
        let mut ended_by_signal = 0;
        for delay in (0..40).map(|n| n * 400) {
            let mut child = folder.command(&arguments).spawn().expect("runs");
            std::thread::sleep(std::time::Duration::from_micros(delay));
            let send = format!("kill -{signal} {}", child.id());
            std::process::Command::new("sh").args(["-c", &send]).output().expect("sent");
            let status = child.wait().expect("ended");
            let by = std::os::unix::process::ExitStatusExt::signal(&status);
            assert!(by == Some(number) || status.code() == Some(0), "{status:?}");
            ended_by_signal += usize::from(by.is_some());
            let left: Vec<String> =
                folder.names().into_iter().filter(|name| name.starts_with('.')).collect();
            assert!(left.is_empty(), "{left:?} after {delay} µs");
        }
        assert!(ended_by_signal > 0, "no signal came in time");
    }
}

#[cfg(unix)]
#[test]
fn an_output_follows_a_link_whose_target_does_not_exist_yet() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("results")).expect("a folder");
    std::os::unix::fs::symlink("results/out.json", folder.path("link")).expect("a link");
    let arguments = ["run", "a.mizan", "--format", "json", "-o", "link"];
    assert_eq!(folder.run(&arguments).0, 0);
    assert!(folder.text("results/out.json").starts_with('{'));
    assert!(folder.path("link").is_symlink());
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = Folder::new();
    for arguments in
        [&["run", "a.mizan"][..], &["--help"], &["--version"], &["completions", "bash"]]
    {
        let mut command = folder.command(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
        drop(child.stdout.take());
        let (code, _, err) = ended(child.wait_with_output().expect("ends"));
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn closed_streams_make_no_panic() {
    let folder = Folder::new();
    for (closed, arguments) in [(">&-", "run a.mizan"), ("2>&-", "run none"), (">&-", "--help")] {
        let program = env!("CARGO_BIN_EXE_mizan");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("exec {program} {arguments} {closed}")]);
        let done = shell.current_dir(folder.path("")).output().expect("runs");
        assert!([0, 66, 74].contains(&ended(done).0), "{closed} {arguments}");
    }
}

#[test]
fn locale_time_zone_and_home_change_nothing() {
    let folder = Folder::new();
    for format in ["text", "json", "csv", "svg"] {
        let arguments = ["run", "a.mizan", "--format", format];
        let usual = folder.run(&arguments);
        for locale in ["C", "de_DE.UTF-8", "ar_EG.UTF-8", "tr_TR.UTF-8"] {
            let mut command = folder.command(&arguments);
            command.env_clear().env("LC_ALL", locale).env("LANG", locale).env("TZ", "Asia/Kolkata");
            assert_eq!(ended(command.output().expect("runs")), usual, "{locale}");
        }
    }
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let folder = Folder::new();
    assert!(!folder.run(&["run", "a.mizan"]).1.contains('\u{1b}'));
    assert!(folder.run(&["run", "a.mizan", "--color", "always"]).1.contains('\u{1b}'));
    assert!(!folder.run(&["run", "a.mizan", "--color", "never"]).1.contains('\u{1b}'));
    folder.run(&["run", "a.mizan", "--color", "always", "-o", "out.txt"]);
    assert!(!folder.text("out.txt").contains('\u{1b}'));
}

/// Runs a command in a shell that limits the size of files to `blocks` of 512 bytes.
#[cfg(target_os = "linux")]
fn limited(folder: &Folder, blocks: usize, arguments: &str) -> (i32, String, String) {
    let program = env!("CARGO_BIN_EXE_mizan");
    let mut shell = std::process::Command::new("sh");
    let script = format!("ulimit -f {blocks}; exec {program} {arguments}");
    shell.args(["-c", &script]).current_dir(folder.path(""));
    ended(shell.output().expect("runs"))
}

/// The write fails after more and more bytes, until there is room for all.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_midway_leaves_the_old_file_and_nothing_else() {
    let folder = Folder::new();
    let target = super::root().join("examples/azerbaijan_china.mizan");
    let text = std::fs::read_to_string(target).expect("the script");
    folder.put("b.mizan", text);
    let whole = folder.run(&["run", "b.mizan", "--format", "json"]).1;
    let enough = whole.len() / 512 + 1;
    assert!(enough > 20, "{} bytes", whole.len());
    folder.put("old.json", "old");
    for blocks in (0..enough).step_by(enough / 8) {
        for output in ["old.json", "new.json"] {
            let arguments = format!("run b.mizan --format json --force -o {output}");
            let (code, out, err) = limited(&folder, blocks, &arguments);
            assert_eq!((code, out.as_str()), (74, ""), "{blocks}: {err}");
            assert!(err.contains("cannot write") && err.contains(output), "{err}");
        }
        assert_eq!(folder.text("old.json"), "old");
        assert_eq!(folder.names(), ["a.mizan", "b.mizan", "old.json"], "{blocks}");
    }
    let arguments = "run b.mizan --format json --force -o old.json";
    assert_eq!(limited(&folder, enough, arguments).0, 0);
    assert_eq!(folder.text("old.json"), whole);
}

/// A new folder with files is written as a whole, or a failure midway leaves nothing of it.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_midway_leaves_no_folder() {
    let folder = Folder::new();
    let (code, out, err) = limited(&folder, 1, "chart a.mizan -o charts");
    assert_eq!((code, out.as_str()), (74, ""), "{err}");
    assert!(err.contains("cannot write charts"), "{err}");
    assert_eq!(folder.names(), ["a.mizan"]);
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "none/charts"]).0, 73);
    assert_eq!(folder.run(&["chart", "a.mizan", "-o", "charts"]).0, 0);
}

/// Too few open files: the message says so, and what allows more.
#[cfg(target_os = "linux")]
#[test]
fn too_few_open_files_are_named() {
    let folder = Folder::new();
    folder.put("d.csv", "sector,value\nfood,1\nmetals,2\n");
    let script =
        format!("{SCRIPT}param d[sector] = data(\"d.csv\", sector: sector, value: value)\n");
    folder.put("d.mizan", script);
    let program = env!("CARGO_BIN_EXE_mizan");
    let mut refused = 0;
    for most in 3..24 {
        let line = format!("ulimit -n {most}; exec {program} run d.mizan --force -o d.html");
        let mut shell = std::process::Command::new("sh");
        let done = shell.args(["-c", &line]).current_dir(folder.path("")).output().expect("runs");
        let (code, _, err) = ended(done);
        if code == 0 || code == 127 {
            continue; // Enough, or too few to start a program at all.
        }
        assert!([66, 73, 74].contains(&code), "{most}: {code} {err}");
        assert!(err.contains("too many open files"), "{most}: {err}");
        refused += 1;
    }
    assert!(refused > 0);
}

#[test]
fn two_writers_of_one_file_leave_the_work_of_one() {
    let folder = Folder::new();
    let written = [["csv", "low"], ["json", "high"]].map(|[format, scenario]| {
        let arguments = ["run", "a.mizan", "--format", format, "--scenario", scenario];
        (arguments, folder.run(&arguments).1)
    });
    let start = |more: &'static [&str]| {
        written.each_ref().map(|(arguments, _)| {
            let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
            folder.command(&arguments).stderr(Stdio::piped()).spawn().expect("runs")
        })
    };
    let end = |child: std::process::Child| ended(child.wait_with_output().expect("ends")).0;
    for _ in 0..20 {
        let codes = start(&["--force", "-o", "out.txt"]).map(end);
        assert_eq!(codes, [0, 0]);
        let text = folder.text("out.txt");
        assert!(written.iter().any(|(_, whole)| *whole == text), "{text}");
        // Without --force the second finds the file of the first.
        let mut codes = start(&["-o", "new.txt"]).map(end);
        codes.sort_unstable();
        assert_eq!(codes, [0, 73]);
        let text = folder.text("new.txt");
        assert!(written.iter().any(|(_, whole)| *whole == text), "{text}");
        assert_eq!(folder.names(), ["a.mizan", "new.txt", "out.txt"]);
        std::fs::remove_file(folder.path("new.txt")).expect("removed");
    }
}

/// Data and libraries are read by the run as the script is, whatever a path to them is called.
#[cfg(unix)]
#[test]
fn no_file_that_the_run_reads_is_overwritten() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let (data, library) = ("partner,value\nChina,4\n", "param rate = 2\n");
    let script = "years 2024..2025\nset partner = China\nuse \"own.mizan\"\n\
        param x[partner] = data(\"d.csv\", partner: partner, value: value)\nshow x[China] * rate\nchart x[China]\n";
    std::fs::create_dir(folder.path("sub")).expect("a folder");
    let put = || {
        folder.put("reads.mizan", script);
        folder.put("own.mizan", library);
        folder.put("d.csv", data);
    };
    put();
    assert_eq!(folder.run(&["run", "reads.mizan"]).0, 0);
    std::fs::hard_link(folder.path("d.csv"), folder.path("hard.csv")).expect("a link");
    symlink(folder.path("d.csv"), folder.path("soft.csv")).expect("a link");
    symlink("soft.csv", folder.path("twice.csv")).expect("a link");
    symlink("own.mizan", folder.path("library.txt")).expect("a link");
    symlink("reads.mizan", folder.path("script.txt")).expect("a link");
    let absolute = folder.path("d.csv").to_string_lossy().into_owned();
    let outputs = [
        "d.csv",
        "./d.csv",
        "sub/../d.csv",
        &absolute,
        "hard.csv",
        "soft.csv",
        "twice.csv",
        "own.mizan",
        "library.txt",
        "reads.mizan",
        "script.txt",
    ];
    for output in outputs {
        let arguments = ["run", "reads.mizan", "--format", "csv", "--force", "-o", output];
        let (code, out, err) = folder.run(&arguments);
        assert_eq!((code, out.as_str()), (73, ""), "{output}: {err}");
        assert!(err.contains("is read by this run"), "{output}: {err}");
        let sweep = ["sweep", "rate over 1..2 step 1", "--show", "x[China]", "reads.mizan"];
        let (code, ..) =
            folder.run(&[&sweep[..], &["--format", "csv", "--force", "-o", output]].concat());
        assert_eq!(code, 73, "{output}");
        assert_eq!(folder.text("d.csv"), data, "{output}");
        assert_eq!(folder.text("own.mizan"), library, "{output}");
        assert_eq!(folder.text("reads.mizan"), script, "{output}");
    }
    // A file that the run does not read may be replaced, and a link to nothing is followed.
    folder.put("other.csv", "mine");
    let run = |output: &str| {
        folder.run(&["run", "reads.mizan", "--format", "csv", "--force", "-o", output]).0
    };
    assert_eq!(run("other.csv"), 0);
    symlink("sub/new.csv", folder.path("dangling.csv")).expect("a link");
    assert_eq!(run("dangling.csv"), 0);
    assert!(folder.path("dangling.csv").is_symlink());
    assert_eq!(folder.text("sub/new.csv"), folder.text("other.csv"));
    // A link in a circle leads nowhere.
    symlink("two.csv", folder.path("one.csv")).expect("a link");
    symlink("one.csv", folder.path("two.csv")).expect("a link");
    assert_eq!(run("one.csv"), 73);
    // A chart has a name of its own, which may be that of a data file.
    let name = folder.run(&["chart", "reads.mizan", "-o", "."]).1;
    let name = name.trim().trim_start_matches("wrote ").to_owned();
    folder.put("reads.mizan", script.replace("d.csv", name.trim_start_matches("./")));
    folder.put(&name, data);
    assert_eq!(folder.run(&["chart", "reads.mizan", "-o", ".", "--force"]).0, 73);
    assert_eq!(folder.text(&name), data);
}

/// The trace of a failed search is the one that a reader needs.
#[test]
fn the_trace_of_the_solver_is_printed_when_a_block_has_no_solution() {
    let folder = Folder::new();
    folder.put(
        "root.mizan",
        "years 2024..2024\nvar y start 1\nsolve y so that y ^ 3 == 8\n\
         var x start 2\nsolve x so that x ^ 2 == y - 10\nshow x\n",
    );
    let (exit, _, errors) = folder.run(&["run", "root.mizan", "--trace", "solve"]);
    assert_ne!(exit, 0);
    assert!(errors.contains("baseline, 2024: y solved for; 0 values follow"), "{errors}");
    let failed =
        errors.find("baseline, 2024: x not solved for; the first attempt").expect("a block");
    let table = errors[failed..].lines().skip(2).take_while(|line| line.starts_with("  "));
    assert!(table.count() >= 2, "{errors}");
    assert!(errors.contains("no-convergence"), "{errors}");
}
