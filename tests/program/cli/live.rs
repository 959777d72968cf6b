//! Live documents: a page that carries the engine, and a workbook. `tests/browser` runs the page itself.

use std::process::Command;

use super::{Folder, ended};

/// Data compressed with gzip, as far as the page looks at it.
const ENGINE: &[u8] = b"\x1f\x8b\x08\x00 not run here";

const REPORT: [&str; 6] = ["report", "a.mizan", "--live", "--engine", "e.wasm.gz", "-o"];

fn with_engine() -> Folder {
    let folder = Folder::new();
    folder.put("e.wasm.gz", ENGINE);
    folder
}

#[test]
fn a_live_page_carries_the_engine_and_allows_it_and_no_more() {
    let folder = with_engine();
    let (code, out, err) = folder.run(&[&REPORT[..], &["memo.html"]].concat());
    assert_eq!((code, out.as_str(), err.as_str()), (0, "wrote memo.html\n", ""));
    let page = folder.text("memo.html");
    let engine = page.split_once("id=\"mizan-engine\" data-bytes=\"17\">").expect("the engine").1;
    let engine = engine.split_once("</script>").expect("its end").0;
    // 17 bytes are 11 times 13 bits, of which each is two letters.
    assert!(ENGINE.len() == 17 && engine.len() == 22 && !engine.contains('<'), "{engine}");
    let policy = page.split_once("Content-Security-Policy\" content=\"").expect("a policy").1;
    let policy = policy.split_once('"').expect("its end").0;
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains("'wasm-unsafe-eval'; worker-src blob:; "), "{policy}");
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("http"), "{policy}");
    // A page without the engine allows neither.
    folder.run(&["report", "a.mizan", "-o", "plain.html"]);
    let plain = folder.text("plain.html");
    assert!(!plain.contains("wasm") && !plain.contains("worker-src"));
}

#[test]
fn a_live_page_is_verified_and_opened_as_any_other() {
    let folder = with_engine();
    folder.run(&[&REPORT[..], &["memo.html"]].concat());
    let (code, out, err) = folder.run(&["verify", "memo.html"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("numbers and all that is shown agree"), "{out}");
    assert_eq!(err, "note: the engine in the page was not compared\n");
    let page = folder.text("memo.html");
    // The sliders' script is compared too.
    folder.put("forged.html", page.replacen("The values of the memo", "The values of nobody", 1));
    let (code, _, err) = folder.run(&["verify", "forged.html"]);
    assert_eq!(code, 1);
    assert!(err.contains("forged.html differs from a new run"), "{err}");
    let (code, out, _) = folder.run(&["open", "memo.html", "-o", "from"]);
    assert_eq!((code, out.as_str()), (0, "wrote from/a.mizan\n"));
}

#[test]
fn what_makes_no_live_document_is_refused_with_the_way_that_works() {
    let folder = with_engine();
    // A program of its own, beside which no engine is.
    let alone = folder.path("mizan");
    std::fs::copy(env!("CARGO_BIN_EXE_mizan"), &alone).expect("the program copied");
    let mut command = Command::new(&alone);
    command.args(["report", "a.mizan", "--live", "-o", "memo.html"]).current_dir(folder.path(""));
    let (code, _, err) = ended(command.output().expect("the program runs"));
    assert_eq!(code, 66);
    assert!(err.contains("`page/build`") && err.contains("--engine FILE"), "{err}");
    folder.put("plain.wasm", b"\0asm");
    let wrong = ["report", "a.mizan", "--live", "--engine", "plain.wasm", "-o", "memo.html"];
    let (code, _, err) = folder.run(&wrong);
    assert_eq!(code, 65, "{err}");
    assert!(err.contains("as `page/build` writes it"), "{err}");
    let (code, _, err) = folder.run(&[&REPORT[..], &["memo.typ"]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("must have the ending .html or .xlsx"), "{err}");
    for option in [&["--draws", "9"][..], &["--years", "2024"], &["--errors"]] {
        let asked = [&["report", "a.mizan", "--live", "-o", "a.xlsx"], option].concat();
        let (code, _, err) = folder.run(&asked);
        assert_eq!(code, 2);
        assert!(err.contains(&format!("leave {} out", option[0])), "{err}");
    }
    let (code, _, err) =
        folder.run(&["report", "a.mizan", "--engine", "e.wasm.gz", "-o", "memo.html"]);
    assert_eq!(code, 2);
    assert!(err.contains("--live"), "{err}");
    assert!(!folder.names().iter().any(|name| name.starts_with("memo")));
}
