//! Input and arguments that mean harm, or only look like it.

use mizan::data::NoFiles;
use mizan::session;

use super::{Folder, SCRIPT};

#[test]
fn wrong_command_lines_end_with_2() {
    let folder = Folder::new();
    for arguments in [
        &[][..],
        &["rnu"],
        &["run"],
        &["run", "a.mizan", "--nothing"],
        &["run", "a.mizan", "--set"],
        &["run", "a.mizan", "--set", "a"],
        &["run", "a.mizan", "--set", "a=1=2"],
        &["run", "a.mizan", "--set", "\u{1b}[2J"],
        &["run", "a.mizan", "--format", "\u{1b}]0;x\u{7}"],
        &["fmt", "--\u{1b}[2J"],
        &["\u{9b}31m"],
        &["run", "a.mizan", "--years", "2026..2025"],
        &["run", "a.mizan", "--years", "x"],
        &["run", "a.mizan", "--years=-99999999999"],
        &["run", "a.mizan", "--width=-1"],
        &["completions", "csh"],
    ] {
        let (code, out, err) = folder.run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{err:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_script_that_may_not_be_read_ends_with_77() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let closed = std::fs::Permissions::from_mode(0o0);
    std::fs::set_permissions(folder.path("a.mizan"), closed).expect("permissions set");
    if std::fs::read(folder.path("a.mizan")).is_ok() {
        return; // The superuser reads everything.
    }
    let (code, out, err) = folder.run(&["run", "a.mizan"]);
    assert!(code == 77 && out.is_empty() && err.contains("no-permission"), "{err}");
}

#[test]
fn an_edit_is_one_assignment() {
    let folder = Folder::new();
    for edit in ["show x", "oil = 5 USD\noil = 6 USD", ""] {
        let (code, out, err) = folder.run(&["run", "a.mizan", "--set", edit]);
        assert_eq!((code, out.as_str()), (2, ""), "{edit}");
        assert!(edit.is_empty() || err.contains("one assignment is required"), "{err}");
    }
    let edits = ["show x".to_owned()];
    let program = session::load_edited("a.mizan", SCRIPT, &NoFiles, &edits);
    let codes: Vec<&str> = program.diagnostics.iter().map(|found| found.code.name()).collect();
    assert_eq!(codes, ["not-an-assignment"]);
}

#[test]
fn deep_arguments_are_refused_in_good_order() {
    let folder = Folder::new();
    let deep = format!("oil={}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(folder.run(&["run", "a.mizan", "--set", &deep]).0, 2);
    assert_eq!(folder.run(&["run", "a.mizan", "--set", "oil=1e999 USD"]).0 & !67, 0);
    assert_eq!(folder.run(&["run", "a.mizan", "--set", "oil=nan"]).0, 65);
    assert_eq!(folder.run(&["run", "a.mizan", "--set", "oil=inf"]).0, 65);
}

#[test]
fn inputs_that_cannot_be_read_say_why() {
    let folder = Folder::new();
    folder.put("latin.mizan", b"years 2024..2025\n# caf\xe9\n");
    folder.put("wide.mizan", b"\xff\xfey\0e\0a\0r\0s\0");
    folder.put("bare.mizan", b"y\0e\0a\0r\0s\0 \0");
    folder.put("nul.mizan", vec![0; 1 << 14]);
    folder.put("large.mizan", vec![b'#'; (4 << 20) + 1]);
    for (name, exit, code, wanted) in [
        ("latin.mizan", 65, "not-utf8", "0xE9 on line 2 (at offset 22)"),
        ("wide.mizan", 65, "not-utf8", "UTF-16"),
        ("bare.mizan", 65, "not-utf8", "UTF-16"),
        ("nul.mizan", 65, "control-character", "control"),
        ("large.mizan", 65, "limit-file", "4 MiB"),
        ("none.mizan", 66, "no-input", "no such file"),
        (".", 66, "no-input", "folder"),
    ] {
        for command in ["run", "check", "fmt", "audit"] {
            let (found, out, err) = folder.run(&[command, name]);
            assert_eq!((found, out.as_str()), (exit, ""), "{command} {name}: {err}");
            assert!(err.contains(code) && err.contains(wanted), "{name}: {err}");
        }
    }
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_do_not_hang() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.expect("mkfifo runs").success());
    for name in ["pipe", "/dev/zero", "/dev/random"] {
        assert_eq!(folder.run(&["run", name]).0, 66, "{name}");
    }
    for command in [
        &["verify"][..],
        &["open", "-o", "opened"],
        &["merge"],
        &["report", "a.mizan", "--live", "-o", "live.html", "--engine"],
    ] {
        for name in ["pipe", "/dev/zero"] {
            let (code, out, err) = folder.run(&[command, &[name]].concat());
            assert_eq!((code, out.as_str()), (66, ""), "{command:?} {name}: {err}");
            assert!(err.contains("it is not a file"), "{err}");
        }
    }
    std::os::unix::fs::symlink("nowhere", folder.path("broken")).expect("a link");
    assert_eq!(folder.run(&["run", "broken"]).0, 66);
    let flood = vec![b'#'; 5 << 20];
    assert_eq!(folder.run_with_input(&["run", "-"], &flood).0, 65);
}

#[cfg(unix)]
#[test]
fn file_names_of_every_kind_work_and_are_printed_safely() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    let long = "n".repeat(255);
    let names: [&[u8]; 5] =
        [b"new\nline", b"esc\x1b[2J", b"-dash", b"\xff\xfe.mizan", long.as_bytes()];
    for name in names {
        let name = std::ffi::OsStr::from_bytes(name);
        std::fs::write(folder.0.path().join(name), "show nothing\n").expect("a file");
        let done = folder.command(&["check", "--"]).arg(name).output().expect("runs");
        let (code, _, err) = super::ended(done);
        assert_eq!(code, 65, "{name:?}");
        assert!(err.chars().all(|c| c == '\n' || !c.is_control()), "{err:?}");
    }
    let not_text = std::ffi::OsStr::from_bytes(b"oil=\xff");
    let done = folder.command(&["run", "a.mizan", "--set"]).arg(not_text).output().expect("runs");
    assert_eq!(done.status.code(), Some(2));
}

#[test]
fn any_width_is_served() {
    let folder = Folder::new();
    let target = super::root().join("examples/azerbaijan_china.mizan");
    let target = target.to_str().expect("a path");
    for width in ["0", "1", "20", "1000000"] {
        let (code, out, _) = folder.run(&["run", target, "--width", width]);
        assert!(code == 0 && out.contains("2035"), "{width}");
        assert!(out.len() < 1 << 22, "{width}: {} bytes", out.len());
    }
}

#[test]
fn no_text_becomes_a_formula_or_a_control_character() {
    let folder = Folder::new();
    folder.put(
        "odd.mizan",
        "model \"<script>alert(1)</script> \u{202e}\"\nyears 2024..2025\n\
         set s = \"=1+1\", \"@x\", \"-2\", \"＝3\"\n\
         param p[s] = { else: -12.5 }\nshow p for all\n",
    );
    let (code, out, err) = folder.run(&["run", "odd.mizan", "--format", "csv"]);
    assert_eq!(code, 0, "{err}");
    for line in out.lines() {
        let starts = |cell: &str| cell.trim_matches('"').starts_with(['=', '+', '@', '＝', '\t']);
        assert!(!line.split(',').any(starts), "{line}");
    }
    assert!(out.contains(",-12.5,"), "{out}");
    let (_, out, _) = folder.run(&["run", "odd.mizan", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert!(found["title"].as_str().expect("a title").contains("<script>"));
    let (_, out, _) = folder.run(&["run", "odd.mizan"]);
    assert!(out.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{out:?}");
}

#[test]
fn a_script_may_come_from_a_pipe() {
    let folder = Folder::new();
    let piped = folder.run_with_input(&["run", "-"], SCRIPT.as_bytes());
    assert_eq!(piped, folder.run(&["run", "a.mizan"]));
}

/// Writes a list of `count` elements: `e0, e1, ...`.
fn elements(count: usize) -> String {
    (0..count).map(|n| format!("e{n}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn long_sums_are_refused_before_the_run() {
    let folder = Folder::new();
    for (sum, count) in [
        ("var x = sum(a in s, b in s, c in s: 1)", "1,000,000,000"),
        ("var x[s]\nx[i] = sum(a in s, b in s: sum(c in s: 1))", "1,001,000,000"),
        ("param p = 1\nvar x[s]\nx[i] = sum(a in s, b in s: p)", "7,000,000,000"),
        ("var x = max(a in s, b in s: sum(c in s where c == a: 1))", "1,001,000,000"),
    ] {
        let show = if sum.contains("x[s]") { "show x[e1]" } else { "show x" };
        let script = format!("years 2024..2030\nset s = {}\n{sum}\n{show}\n", elements(1000));
        std::fs::write(folder.path("sum.mizan"), script).expect("a file");
        for command in ["check", "run"] {
            let (code, out, err) = folder.run(&[command, "sum.mizan"]);
            assert_eq!((code, out.as_str()), (65, ""), "{err}");
            assert!(err.contains("limit-terms") && err.contains(count), "{sum}: {err}");
        }
    }
}

/// Whatever the limit on memory, a large run ends with its answer, a message or the exit code of a failed write,
/// and never by a signal.
#[cfg(unix)]
#[test]
fn too_little_memory_is_no_abort() {
    let folder = Folder::new();
    let set = format!("years 1..1000\nset s = {}\n", elements(3000));
    let scenarios: String = (0..9).map(|n| format!("scenario s{n} {{ p = {n} }}\n")).collect();
    let body = "var x[s]\nx[i] = p * 2\n";
    let scripts = [
        format!("{set}param p = 1\n{body}show x[*]\n"),
        format!("{set}param p = 1\n{body}{scenarios}show x[e1] for all in 1000\n"),
        format!("{set}param p = normal(0, 1)\n{body}show sum(x[*]) in 1000\n"),
    ];
    let mut refused = 0;
    for (n, script) in scripts.iter().enumerate() {
        std::fs::write(folder.path("large.mizan"), script).expect("a file");
        // The program itself takes 55 MB in a debug build.
        let least = if cfg!(debug_assertions) { 75_000 } else { 60_000 };
        for kilobytes in [least, 100_000, 150_000, 300_000] {
            let line = format!("ulimit -v {kilobytes}; exec \"$0\" run large.mizan");
            let mut command = std::process::Command::new("sh");
            command.current_dir(folder.path("")).args(["-c", &line]);
            let output = command.arg(env!("CARGO_BIN_EXE_mizan")).output().expect("a shell");
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 65 | 74)), "{n}, {kilobytes}: {code:?} {err}");
            assert_eq!(code == Some(65), err.contains("limit-memory"), "{n}, {kilobytes}: {err}");
            refused += usize::from(code == Some(65));
        }
    }
    assert!(refused >= 3, "a message is the rule: {refused}");
    // The tests of scripts have the same limit.
    let script = format!("{set}param p = 1\n{body}{scenarios}check x[*] >= 0 for all in 1000\n");
    std::fs::write(folder.path("large.mizan"), script).expect("a file");
    let mut command = std::process::Command::new("sh");
    let line = "ulimit -v 300000; exec \"$0\" test large.mizan";
    command.current_dir(folder.path("")).args(["-c", line]);
    let output = command.arg(env!("CARGO_BIN_EXE_mizan")).output().expect("a shell");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && err.contains("limit-memory"), "{err}");
}
