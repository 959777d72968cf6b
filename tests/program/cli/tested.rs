//! `mizan test`: every script below a folder, and the results as JUnit.

use super::Folder;

const HOLDS: &str =
    "years 2024..2025\nparam x = 2\nvar y = 2 * x\nidentity doubled: y == x + x\ncheck y == 4\n";

fn scripts() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("m/b")).expect("a folder");
    folder.put("m/a.mizan", HOLDS);
    folder.put("m/b/fails.mizan", "years 2024..2025\nparam x = 2\ncheck x == 3\ncheck x < 3\n");
    folder.put("m/b/library.mizan", "function twice(x) = 2 * x\n");
    folder.put("m/c.mizan", "years 2024..2025\nparam x = 2\nidentity odd: x == 3\nshow x\n");
    folder.put("m/d.mizan", "years 2024..2025\nshow nothing\n");
    folder.put("m/notes.txt", "no script");
    folder.put("m/.hidden.mizan", "show");
    folder
}

#[test]
fn a_line_for_each_script_in_order_and_a_summary() {
    let folder = scripts();
    let (code, out, err) = folder.run(&["test", "m"]);
    assert_eq!(code, 1, "{out}{err}");
    let starts = [
        "ok    m/a.mizan: 1 check, 1 identity",
        "FAIL  m/b/fails.mizan: 1 of 2 checks fails",
        "skip  m/b/library.mizan: a library: it has no `years`",
        "FAIL  m/c.mizan: 0 checks, 1 of 1 identity fails",
        "FAIL  m/d.mizan: nothing is called `nothing`",
        "5 scripts: 1 passed, 3 failed, 1 skipped; 3 checks",
    ];
    let lines: Vec<&str> =
        out.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
    assert_eq!(lines.len(), starts.len(), "{out}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\nin place of\n{start}");
    }
    assert!(out.contains("FAIL  x == 3"), "{out}");
    assert!(out.contains("FAIL  the identity `odd` does not hold"), "{out}");
    assert!(err.contains("identity-fails") && err.contains("unknown-name"), "{err}");
    assert_eq!(folder.run(&["test", "m"]).1, out);
    let (code, out, err) = folder.run(&["test", "m/a.mizan"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

#[test]
fn junit_has_a_suite_for_each_script() {
    let folder = scripts();
    let (code, ..) = folder.run(&["test", "m", "--junit", "results.xml"]);
    assert_eq!(code, 1);
    let xml = folder.text("results.xml");
    for part in [
        "<testsuites name=\"mizan test\" tests=\"10\" skipped=\"1\" failures=\"2\" errors=\"1\"",
        "<testsuite name=\"m/a.mizan\" tests=\"3\"",
        "<testcase name=\"check y == 4\" classname=\"m/a.mizan\"",
        "<skipped message=\"a library: it has no `years`\"",
        "type=\"identity\"",
        "<error message=",
        "<failure message=\"does not hold in 2 of 2 cells\" type=\"check\">",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    // A file that exists is kept unless it may be replaced; standard output gets the document alone.
    assert_eq!(folder.run(&["test", "m", "--junit", "results.xml"]).0, 73);
    assert_eq!(folder.run(&["test", "m", "--junit", "results.xml", "--force"]).0, 1);
    let (_, out, err) = folder.run(&["test", "m", "--junit", "-"]);
    assert_eq!(out, xml);
    assert!(err.contains("5 scripts"), "{err}");
}

#[test]
fn nothing_to_test_is_no_success() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("empty")).expect("a folder");
    folder.put("empty/library.mizan", "function twice(x) = 2 * x\n");
    for name in ["empty", "missing"] {
        let (code, _, err) = folder.run(&["test", name]);
        assert_eq!(code, 66, "{err}");
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_and_links_do_no_harm() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("m/deep")).expect("a folder");
    folder.put("m/\u{1b}[2J<&\"\n.mizan", HOLDS);
    folder.put("m/-rf.mizan", HOLDS);
    std::os::unix::fs::symlink("..", folder.path("m/deep/circle")).expect("a link");
    std::os::unix::fs::symlink("/etc/passwd", folder.path("m/deep/x.mizan")).expect("a link");
    let (code, out, err) = folder.run(&["test", "m", "--junit", "out.xml"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("skip  m/deep/x.mizan: a link"), "{out}");
    assert_eq!(out.lines().count(), 5, "{out}");
    let xml = folder.text("out.xml");
    assert!(!out.contains('\u{1b}') && !xml.contains('\u{1b}'), "{out}{xml}");
    assert!(xml.contains("&lt;&amp;&quot;"), "{xml}");
}
