//! Data files that may not be read: names that lead out of the script's folder, links, files without permission.

use mizan::diagnostic::{Style, render};
use mizan::session::load_with;

use crate::data::{HEAD, codes, load, one, passes};

#[test]
fn names_that_lead_out_of_the_folder_are_refused() {
    let outside = [
        "../t.csv",
        "/etc/passwd",
        "a/../../t.csv",
        "~/t.csv",
        "file:///etc/passwd",
        "C:\\\\t.csv",
        "C:/t.csv",
        "\\\\\\\\host\\\\share\\\\t.csv",
        "CON",
        "nul.csv",
        "data/com1.csv",
        "t.csv.",
        "dir /t.csv",
        "%2e%2e/t.csv",
        "https://example.org/t.csv",
        "",
        ".",
    ];
    for name in outside {
        let script = format!("param x = data(\"{name}\", value: v)\nuse \"{name}\"\n");
        assert_eq!(codes(&load(&script, "v\n1\n")), ["outside-folder"], "{name}");
        let script = format!("param x = data(\"{name}\", value: v)\n");
        assert_eq!(codes(&load(&script, "v\n1\n")), ["outside-folder"], "{name}");
    }
    let script = "param x = data(\"./t.csv\", value: v)\ncheck x == 1\n";
    assert_eq!(passes(load(script, "v\n1\n")), 1);
    assert_eq!(codes(&load("param x = data(\"T.csv\", value: v)\n", "v\n1\n")), ["file-missing"]);
    let alone =
        mizan::session::load("t.mizan", &format!("{HEAD}param x = data(\"t.csv\", value: v)\n"));
    assert_eq!(codes(&alone), ["no-files"]);
}

/// A folder whose files the system allows no one to read.
struct Locked;

impl mizan::data::Files for Locked {
    fn open(&self, _: &str) -> Result<Box<dyn std::io::Read + '_>, mizan::data::Refusal> {
        Err(mizan::data::Refusal::Denied)
    }
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let script = format!("{HEAD}param x = data(\"t.csv\", value: v)\nuse \"l.mizan\"\n");
    let program = load_with("test.mizan", &script, &Locked);
    assert_eq!(codes(&program), ["file-denied"]);
    assert!(one(&program).message.contains("`l.mizan`"));
    let alone = script.replace("use \"l.mizan\"\n", "");
    let program = load_with("test.mizan", &alone, &Locked);
    assert_eq!(codes(&program), ["file-denied"]);
}

#[cfg(unix)]
#[test]
fn links_folders_and_pipes_on_disk_are_refused() {
    use mizan::files::Folder;
    let root = std::env::temp_dir().join(format!("mizan-data-{}", std::process::id()));
    let inside = root.join("project");
    std::fs::create_dir_all(inside.join("sub")).expect("a folder");
    std::fs::write(root.join("secret.csv"), "v\n1\n").expect("a file");
    std::fs::write(inside.join("sub/fine.csv"), "v\n1\n").expect("a file");
    std::os::unix::fs::symlink("../secret.csv", inside.join("out.csv")).expect("a link");
    std::os::unix::fs::symlink(&root, inside.join("up")).expect("a link");
    std::os::unix::fs::symlink("sub/fine.csv", inside.join("in.csv")).expect("a link");
    let pipe = std::process::Command::new("mkfifo").arg(inside.join("pipe.csv")).status();
    assert!(pipe.is_ok_and(|status| status.success()));
    let folder = Folder::of_script(&inside.join("s.mizan"));
    let code = |name: &str| {
        let script = format!("{HEAD}param x = data(\"{name}\", value: v)\n");
        let program = load_with("s.mizan", &script, &folder);
        let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
        program.diagnostics.first().map_or("read", |found| {
            assert!(!shown.contains("1 │ v"), "nothing of the file is shown: {shown}");
            found.code.name()
        })
    };
    let cases = [
        ("sub/fine.csv", "read"),
        ("in.csv", "read"),
        ("out.csv", "outside-folder"),
        ("up/secret.csv", "outside-folder"),
        ("none.csv", "file-missing"),
        ("sub", "file-unreadable"),
        ("pipe.csv", "file-unreadable"),
        ("sub/fine.csv/x", "file-missing"),
    ];
    for (name, expected) in cases {
        assert_eq!(code(name), expected, "{name}");
    }
    let nowhere = Folder::of_script(&root.join("none/s.mizan"));
    let program =
        load_with("s.mizan", &format!("{HEAD}param x = data(\"a.csv\", value: v)\n"), &nowhere);
    assert_eq!(codes(&program), ["file-missing"]);
    std::fs::remove_dir_all(&root).expect("removed");
}
