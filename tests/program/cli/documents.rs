//! Documents: pages, workbooks, Markdown, LaTeX, CSV for Excel; what they carry, and whether it is verified.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use super::Folder;

const HOSTILE: &str = "\
# </script><script>alert(1)</script> Who asks?
model \"</title><script>alert(2)</script>\"
years 2024..2026
currency USD
set sector = food, metals
source office \"=cmd|' /C calc'!A0 <img src=x onerror=alert(3)>\"
param growth[sector]: percent = { food: 10%, metals: 20% } @office
var x[sector]: USD \"=1+1 </text></svg><script>alert(4)</script> \u{202e}evil\"
x[s, first] = 100 USD
x[s] = x[s, t-1] * (1 + growth[s])
scenario low \"+SUM(A1:A9) <b>bold</b>\" { growth[food] = 0% }
show x[food] for all
chart x[food] for all
chart x[*]
compare x[food] for all by lever
check x[food] in 2024 == 100 USD
";

/// A script with each kind of answer, an identity that fails, and hostile names.
const EVERY: &str = include_str!("../../readback/every.mizan");

/// Returns the markup of a page without its embedded JSON.
fn markup(page: &str) -> String {
    let (before, rest) = page.split_once("<script type=\"application/json\"").expect("the object");
    let (_, after) = rest.split_once("</script>").expect("its end");
    format!("{before}{after}")
}

#[test]
fn a_page_is_one_file_that_runs_nothing_but_its_own_script() {
    let folder = Folder::new();
    folder.put("h.mizan", HOSTILE);
    let (code, out, err) = folder.run(&["report", "h.mizan", "-o", "h.html"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "wrote h.html\n", ""));
    let page = folder.text("h.html");
    let shown = markup(&page);
    assert_eq!(shown.matches("<script").count(), 1, "one script of the page");
    assert!(!shown.contains("<b>bold") && !shown.contains("<img") && !shown.contains('\u{202e}'));
    assert!(shown.contains("&lt;script&gt;alert(2)"));
    // Nothing in the carried object can end its element.
    let carried = page.split_once("id=\"mizan-memo\">").expect("the object").1;
    let carried = carried.split_once("</script>").expect("its end").0;
    assert!(!carried.contains('<') && carried.starts_with('{') && carried.ends_with('}'));
    // No address of a network but the name of the vector format's elements, which the script needs.
    for part in ["https://", "<img", "<link", "<iframe", "@import", "url("] {
        assert!(!shown.contains(part), "{part}");
    }
    assert_eq!(
        shown.matches("http://").count(),
        shown.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(shown.contains("default-src 'none'; style-src 'sha256-"));
}

#[test]
fn a_page_says_what_the_script_says() {
    let folder = Folder::new();
    let script = format!("# Does food grow?\n#\n# Yes, by a tenth.\n\n{}", super::SCRIPT);
    folder.put("b.mizan", script);
    assert_eq!(folder.run(&["report", "b.mizan", "-o", "b.html"]).0, 0);
    let page = markup(&folder.text("b.html"));
    for part in [
        "Does food grow?",
        "Yes, by a tenth.",
        "The check holds.",
        "Low growth",
        "growth[food] = 0%",
        "no source",
        "Statistical office",
        "data-s=\"1\"",
        "b.mizan, 18 lines",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The hash of the script, as any other program computes it.
    let sum = std::process::Command::new("sha256sum").arg(folder.path("b.mizan")).output();
    if let Ok(sum) = sum {
        let sum = String::from_utf8_lossy(&sum.stdout);
        let hash = sum.split(' ').next().expect("a hash");
        assert!(page.contains(hash), "{hash}");
    }
    assert!(page.len() < 500_000);
}

#[test]
fn a_report_needs_an_ending_of_a_document() {
    let folder = Folder::new();
    let known = ".html, .htm, .md, .tex, .typ or .xlsx";
    for (name, said) in [
        ("memo", known),
        ("memo.csv", known),
        ("memo.zip", known),
        ("memo.docx", "no .docx here; write .html"),
    ] {
        let (code, _, err) = folder.run(&["report", "a.mizan", "-o", name]);
        assert_eq!(code, 2, "{name}");
        assert!(err.contains(said), "{err}");
    }
    assert_eq!(folder.names(), ["a.mizan"]);
}

/// Copies `mizan` into a folder of its own, with a program `mizan-pdf` beside it if there is a script for one. Another
/// process copies: a program that this one writes could not run while another test starts a process.
#[cfg(unix)]
fn beside(folder: &Folder, script: Option<&str>) -> std::process::Command {
    let copy = "mkdir -p bin && cp -n \"$MIZAN\" bin/mizan && { test ! -e script || install script bin/mizan-pdf; }";
    if let Some(script) = script {
        folder.put("script", script);
    }
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", copy]).current_dir(folder.0.path()).env("MIZAN", env!("CARGO_BIN_EXE_mizan"));
    assert!(shell.status().expect("a shell").success());
    let mut command = std::process::Command::new(folder.path("bin/mizan"));
    command.current_dir(folder.0.path());
    command
}

/// PDF is made and read by the program beside `mizan`; without it the way to a PDF is said. The program here is a
/// script that keeps the memo between a head and an end; `tests/readback` has the real one.
#[cfg(unix)]
#[test]
fn pdf_is_made_and_read_by_the_program_beside() {
    let folder = Folder::new();
    folder.put("h.mizan", HOSTILE);
    let run = |mut command: std::process::Command, arguments: &[&str]| {
        let done = command.args(arguments).output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (done.status.code(), text(done.stdout), text(done.stderr))
    };
    let report = ["report", "h.mizan", "-o", "memo.pdf"];
    let (code, _, said) = run(beside(&folder, None), &report);
    assert_eq!(code, Some(2));
    assert!(said.contains("cargo install --path crates/mizan-pdf"), "{said}");
    assert!(said.contains("write .typ, of which `typst compile`"), "{said}");
    folder.put("memo.pdf", "%PDF-1.7\n");
    let (code, _, said) = run(beside(&folder, None), &["open", "memo.pdf", "-o", "again"]);
    assert_eq!(code, Some(66));
    assert!(said.contains("save the attachment mizan-memo.json"), "{said}");
    std::fs::remove_file(folder.path("memo.pdf")).expect("removed");

    assert_eq!(folder.run(&["report", "h.mizan", "-o", "memo.typ"]).0, 0);
    let typst = std::fs::read_to_string(folder.path("memo.typ")).expect("a memo");
    let start = "#!/bin/sh\nif [ $# = 0 ]; then\n echo '%PDF-1.7'\n cat\n echo ";
    let version = env!("CARGO_PKG_VERSION");
    let own = format!(
        "{start}'<creator>Mizan {version}</creator>'\n echo 'note: a note' >&2\nelse\n cat carried\nfi\n"
    );
    // What a memo carries is a string of Typst on a line of its own.
    let line =
        typst.lines().find_map(|line| line.strip_prefix("#let carried = ")).expect("a string");
    let carried: String = serde_json::from_str(line).expect("the same escapes as in JSON");
    folder.put("carried", &carried);
    let (code, output, said) = run(beside(&folder, Some(&own)), &report);
    assert_eq!(
        (code, output.as_str(), said.as_str()),
        (Some(0), "wrote memo.pdf\n", "note: a note\n")
    );
    let pdf = std::fs::read_to_string(folder.path("memo.pdf")).expect("a PDF");
    assert!(pdf.contains(&typst));
    let verified = |name: &str| run(beside(&folder, None), &["verify", name]);
    assert!(
        verified("memo.pdf").1.contains("and all that is shown agree"),
        "{:?}",
        verified("memo.pdf")
    );
    folder.put("changed.pdf", pdf.replacen("Checks", "Cheques", 1));
    let (code, _, said) = verified("changed.pdf");
    assert!(code == Some(1) && said.contains("the pages of the PDF are not those"), "{said}");
    // Another program made it of the memo: its numbers are compared.
    folder.put("other.pdf", pdf.replace("Mizan", "Typst"));
    let (code, output, said) = verified("other.pdf");
    assert!(code == Some(0) && output.contains("numbers agree"), "{output}{said}");
    assert!(said.contains("mizan-pdf of this version did not make other.pdf"), "{said}");
    // The attachment alone is read without the program.
    folder.put("mizan-memo.json", carried);
    assert!(folder.run(&["verify", "mizan-memo.json"]).1.contains("numbers agree"));
    assert_eq!(folder.run(&["open", "mizan-memo.json", "-o", "again"]).0, 0);
    assert_eq!(std::fs::read_to_string(folder.path("again/h.mizan")).expect("a script"), HOSTILE);
    // Its failure is a message.
    let fails = "#!/bin/sh\ncat > /dev/null\necho 'no letters' >&2\nexit 1\n";
    let report = ["report", "h.mizan", "-o", "b.pdf"];
    let (code, _, said) = run(beside(&folder, Some(fails)), &report);
    assert!(code == Some(1) && said.contains("cannot write PDF: no letters"), "{said}");
    assert!(!folder.path("b.pdf").exists());
}

fn workbook(folder: &Folder, name: &str) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = std::fs::read(folder.path(name)).expect("a file");
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn a_workbook_has_numbers_as_numbers_and_text_as_text() {
    let folder = Folder::new();
    folder.put("h.mizan", HOSTILE);
    assert_eq!(folder.run(&["report", "h.mizan", "-o", "h.xlsx"]).0, 0);
    let mut book = workbook(&folder, "h.xlsx");
    let names = book.sheet_names();
    for name in ["About", "1 show", "2 chart", "3 chart", "4 compare", "Checks", "Script"] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    // 100 USD that grow by a tenth, and that do not grow.
    let show = book.worksheet_range("1 show").expect("a sheet");
    let cell = |row, column| show.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(cell(4, 0), Data::Float(2024.0));
    assert_eq!(cell(5, 1), Data::Float(100.0 * (1.0 + 0.1)));
    assert_eq!(cell(5, 2), Data::Float(100.0));
    assert!(matches!(cell(0, 1), Data::String(text) if text.starts_with("=1+1")));
    // No cell is a formula.
    for name in names {
        let formulas = book.worksheet_formula(&name).expect("a sheet");
        assert_eq!(formulas.used_cells().count(), 0, "{name}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let folder = Folder::new();
    for name in ["memo.html", "memo.xlsx", "memo.typ"] {
        let read = || std::fs::read(folder.path(name)).expect("a file");
        assert_eq!(folder.run(&["report", "a.mizan", "-o", name, "--draws", "64"]).0, 0);
        let first = read();
        let again = ["report", "a.mizan", "-o", name, "--draws", "64", "--force"];
        assert_eq!(folder.run(&again).0, 0);
        assert!(first == read(), "{name}");
    }
}

#[test]
fn a_document_is_verified_and_one_digit_fails_it() {
    let folder = Folder::new();
    let options = ["--set", "oil=120 USD", "--years", "2025..2027", "--scenario", "low"];
    for name in ["memo.html", "memo.xlsx", "memo.typ"] {
        let report = [&["report", "a.mizan", "-o", name][..], &options].concat();
        assert_eq!(folder.run(&report).0, 0, "{name}");
        let (code, out, err) = folder.run(&["verify", name]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
        assert!(out.starts_with(&format!("{name}: all ")) && out.contains("a.mizan"), "{out}");
    }
    let page = folder.text("memo.html");
    // A number of the object: 110 USD in 2025.
    folder.put("number.html", page.replacen("110.00000000000001", "110.00000000000003", 1));
    let (code, _, err) = folder.run(&["verify", "number.html"]);
    assert_eq!(code, 1);
    assert!(err.contains("110.00000000000003 and 110.00000000000001"), "{err}");
    // A number of a table.
    assert!(page.contains(">110</td>"), "{page}");
    folder.put("table.html", page.replacen(">110</td>", ">111</td>", 1));
    assert_eq!(folder.run(&["verify", "table.html"]).0, 1);
    // A number of a table in Typst.
    let memo = folder.text("memo.typ");
    assert!(memo.contains("\\\"110\\\""), "{memo}");
    folder.put("table.typ", memo.replacen("\\\"110\\\"", "\\\"111\\\"", 1));
    assert_eq!(folder.run(&["verify", "table.typ"]).0, 1);
    folder.put(
        "cut.typ",
        memo.split_once("\n#let shown").expect("the texts").0.trim_end_matches('"'),
    );
    assert_eq!(folder.run(&["verify", "cut.typ"]).0, 65);
    // Draws that a run would not make unasked.
    assert!(page.contains("\"draws\":0"), "{page}");
    for (draws, message) in
        [("5000000", "--max-draws 5000000 allows them"), ("9000000000000", "limit")]
    {
        let more = page.replacen("\"draws\":0", &format!("\"draws\":{draws}"), 1);
        folder.put("draws.html", more);
        let (code, _, err) = folder.run(&["verify", "draws.html"]);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(message), "{err}");
    }
    // The script: it does not have the recorded hash.
    folder.put("script.html", page.replacen("food: 10%", "food: 11%", 2));
    let (code, _, err) = folder.run(&["verify", "script.html"]);
    assert_eq!(code, 65, "{err}");
    assert!(err.contains("does not have the recorded hash"), "{err}");
    assert_eq!(folder.run(&["verify", "a.mizan"]).0, 65);
    assert_eq!(folder.run(&["verify", "none.html"]).0, 66);
}

#[test]
fn a_document_gives_its_script_and_data_back() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("data")).expect("a folder");
    folder.put("data/base.csv", "sector,base\nfood,100\nmetals,50\n");
    let script = "\
years 2024..2025
currency USD
set sector = food, metals
param base[sector]: USD = data(\"data/base.csv\", sector: sector, value: base, unit: USD)
show base[food], base[metals]
";
    folder.put("c.mizan", script);
    for name in ["c.html", "c.xlsx", "c.typ"] {
        let (code, _, err) = folder.run(&["report", "c.mizan", "-o", name]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}");
        let target = format!("{name}.d");
        let (code, out, _) = folder.run(&["open", name, "-o", &target]);
        assert_eq!(code, 0, "{name}");
        assert!(out.contains("c.mizan") && out.contains("base.csv"), "{out}");
        assert_eq!(folder.text(&format!("{target}/c.mizan")), script);
        assert!(folder.text(&format!("{target}/data/base.csv")).starts_with("sector,base\n"));
        assert_eq!(folder.run(&["open", name, "-o", &target]).0, 73);
        assert_eq!(folder.run(&["verify", name]).0, 0, "{name}");
    }
    // A name that leads out of the folder is refused.
    let page = folder.text("c.html").replacen("\"data/base.csv\"", "\"../base.csv\"", 1);
    folder.put("evil.html", page);
    assert_eq!(folder.run(&["open", "evil.html", "-o", "evil"]).0, 65);
    // Of two files with one name, neither replaces the other.
    let page = folder.text("c.html").replacen("\"data/base.csv\"", "\"c.mizan\"", 1);
    folder.put("double.html", page);
    let (code, _, err) = folder.run(&["open", "double.html", "-o", "evil"]);
    assert!(code == 65 && err.contains("two of its files have the name c.mizan"), "{err}");
    assert!(!folder.names().contains(&"evil".to_owned()));
}

#[test]
fn a_question_is_verified_too() {
    let folder = Folder::new();
    let find = ["find", "oil in 50 USD..200 USD", "--so-that", "oil in 2028 >= 150 USD", "a.mizan"];
    let (code, _, err) = folder.run(&[&find[..], &["-o", "find.html"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(folder.text("find.html").contains("150 USD"));
    let (code, out, err) = folder.run(&["verify", "find.html"]);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn csv_goes_to_excel_with_either_decimal_sign() {
    let folder = Folder::new();
    let run = |more: &[&str]| {
        folder.run(&[&["run", "a.mizan", "--years", "2025..2026"], more].concat()).1
    };
    let tidy = run(&["--format", "csv"]);
    let wide = run(&["--format", "csv-wide"]);
    let mut lines = wide.lines();
    let head = "query,kind,expression,elements,scenario,measure,part,unit,2024,2025,2026";
    assert_eq!(lines.next(), Some(head));
    let low = lines.find(|line| line.contains(",low,")).expect("a scenario");
    assert_eq!(low, "1,show,x[food],,low,value,,USD,,100,100");
    // Every value of the tidy table is in the wide one.
    assert_eq!(
        tidy.lines().skip(1).count(),
        wide.lines()
            .skip(1)
            .flat_map(|line| line.split(',').skip(8))
            .filter(|v| !v.is_empty())
            .count()
    );
    let comma = run(&["--format", "csv-wide", "--excel", "comma"]);
    assert!(comma.starts_with("\u{feff}query;kind;"));
    assert!(comma.contains(";110,00000000000001;"), "{comma}");
    let point = run(&["--format", "csv", "--excel", "point"]);
    assert_eq!(point.strip_prefix('\u{feff}'), Some(tidy.as_str()));
}

#[test]
fn markdown_and_latex_have_the_tables() {
    let folder = Folder::new();
    for name in ["memo.md", "memo.tex"] {
        assert_eq!(folder.run(&["report", "a.mizan", "-o", name]).0, 0, "{name}");
    }
    let markdown = folder.text("memo.md");
    assert!(markdown.contains("|      | baseline | low | high |"), "{markdown}");
    assert!(markdown.contains("- holds: `x[food] in 2024 == 100 USD`"), "{markdown}");
    let latex = folder.text("memo.tex");
    for part in [
        "\\toprule",
        "\\midrule",
        "\\bottomrule",
        "\\texttt{x{[}food{]} in 2024",
        "\\end{document}",
    ] {
        assert!(latex.contains(part), "{part}: {latex}");
    }
    assert_eq!(latex.matches("\\begin{").count(), latex.matches("\\end{").count());
}

#[test]
fn hostile_texts_of_every_answer_are_inert_in_every_format() {
    let folder = Folder::new();
    folder.put("every.mizan", EVERY);
    let write = |name: &str| {
        let (code, _, err) = folder.run(&["run", "every.mizan", "--draws", "64", "-o", name]);
        // The identity fails; every format is written all the same.
        assert_eq!(code, 1, "{name}: {err}");
    };
    for name in ["e.html", "e.svg", "e.typ", "e.md", "e.tex", "e.csv", "e.json", "e.txt", "e.xlsx"]
    {
        write(name);
    }
    let page = markup(&folder.text("e.html"));
    assert_eq!(page.matches("<script").count(), 1, "one script of the page");
    let svg = folder.text("e.svg");
    assert!(!svg.contains("<script") && !svg.contains("<img") && svg.contains("&lt;script&gt;"));
    assert!(svg.matches("does not hold").count() >= 17, "each picture has the mark");
    // In LaTeX and Markdown no command and no element is left.
    let latex = folder.text("e.tex");
    assert!(!latex.contains("\\input{") && latex.contains("\\textbackslash{}input"));
    let markdown = folder.text("e.md");
    assert!(!markdown.contains("<script") || markdown.contains("\\<script"));
    for name in ["e.html", "e.svg", "e.typ", "e.md", "e.tex", "e.txt"] {
        let text = folder.text(name);
        assert!(!markup_or(&text).contains(['\u{202e}', '\u{2066}']), "{name}");
    }
}

/// Returns a page without its embedded data; any other text unchanged.
fn markup_or(text: &str) -> String {
    if text.contains("<script type=\"application/json\"") { markup(text) } else { text.to_owned() }
}

#[test]
fn texts_are_strings_of_a_typst_memo_and_never_its_markup() {
    let folder = Folder::new();
    folder.put("every.mizan", EVERY);
    folder.put("plain.mizan", "years 2024..2025\ncurrency USD\nparam x: USD = 1 USD\nshow x\n");
    assert_eq!(folder.run(&["run", "every.mizan", "--draws", "64", "-o", "every.typ"]).0, 1);
    assert_eq!(folder.run(&["run", "plain.mizan", "-o", "plain.typ"]).0, 0);
    let (every, plain) = (folder.text("every.typ"), folder.text("plain.typ"));
    let mut differ = Vec::new();
    for (one, other) in every.lines().zip(plain.lines()) {
        if one != other {
            // The string ends where the line ends: no quotation mark before is without a backslash.
            let text =
                one.split_once("= \"").expect("a string").1.strip_suffix('"').expect("its end");
            assert!(!text.replace("\\\\", "").replace("\\\"", "").contains('"'));
            differ.push(one.split(" = ").next().expect("a name"));
        }
    }
    assert_eq!(differ, ["#let carried", "#let shown"]);
    assert_eq!(every.lines().count(), plain.lines().count());
}

#[cfg(feature = "png")]
#[test]
fn pictures_are_png_files_too() {
    let folder = Folder::new();
    let (code, out, err) = folder.run(&["chart", "a.mizan", "-o", "pics", "--format", "png"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let name = out.lines().next().and_then(|line| line.strip_prefix("wrote ")).expect("a file");
    let bytes = std::fs::read(folder.path(name)).expect("a file");
    assert!(name.ends_with(".png") && bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(folder.run(&["run", "a.mizan", "-o", "all.png"]).0, 0);
    // Letters that the pictures lack are named.
    folder
        .put("c.mizan", super::SCRIPT.replace("var x[sector]: USD", "var x[sector]: USD \"出口\""));
    let (code, _, err) = folder.run(&["run", "c.mizan", "-o", "c.png"]);
    assert_eq!(code, 0);
    assert!(err.contains("lack `出`, `口`"), "{err}");
}

#[cfg(not(feature = "png"))]
#[test]
fn png_is_refused_with_what_to_do() {
    let folder = Folder::new();
    for command in [
        &["chart", "a.mizan", "-o", "pics", "--format", "png"][..],
        &["run", "a.mizan", "-o", "all.png"],
    ] {
        let (code, _, err) = folder.run(command);
        assert_eq!(code, 2);
        assert!(err.contains("--features png"), "{err}");
    }
}
