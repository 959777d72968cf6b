//! Data files beside the script, row by row.

use mizan::analysis::answer;
use mizan::data::MemoryFiles;
use mizan::diagnostic::{Diagnostic, Style, render};
use mizan::results::Answer;
use mizan::session::{Program, load_with};

pub(crate) const HEAD: &str = "years 2024..2027\ncurrency USD\n\
    set partner = China, Turkiye\nset sector = metals, food\n";
/// Four cells, in thousand USD, and a row of another year.
const TRADE: &str = "reporter,hs2,year,flow,usd\n\
    China,metals,2024,M,10\nChina,food,2024,M,20.5\n\
    Turkiye,metals,2024,M,30\nTurkiye,food,2024,M,1e2\nTurkiye,food,2023,M,7\n";
const BASE: &str = "param base[partner, sector]: money = \
    data(\"t.csv\", year: 2024, partner: reporter, sector: hs2, value: usd, unit: thousand USD)\n";

fn load_bytes(script: &str, file: &[u8]) -> Program {
    let mut files = MemoryFiles::default();
    files.add("t.csv", file);
    load_with("test.mizan", script, &files)
}

pub(crate) fn load(script: &str, file: &str) -> Program {
    load_bytes(&format!("{HEAD}{script}"), file.as_bytes())
}

pub(crate) fn codes(program: &Program) -> Vec<&'static str> {
    program.diagnostics.iter().map(|d| d.code.name()).collect()
}

/// Runs a script whose checks must all pass, and counts them.
pub(crate) fn passes(program: Program) -> usize {
    let shown = render(&program.diagnostics, &program.sources, Style::Plain, 100);
    let model = program.model.unwrap_or_else(|| panic!("{shown}"));
    let report = answer(&model).unwrap_or_else(|problem| panic!("{problem:?}"));
    let checks = report.answers.iter().filter_map(|answer| match answer {
        Answer::Check(check) => Some(check),
        _ => None,
    });
    checks.map(|check| assert!(check.passed, "{check:?}")).count()
}

/// The place of the first label in a data file: line, column and the text under it.
fn place(program: &Program, diagnostic: &Diagnostic) -> (usize, usize, String) {
    let span = diagnostic.span().expect("a place");
    let file = program.sources.file(span.source);
    assert_eq!(&*file.name, "t.csv", "{diagnostic:?}");
    let at = file.location(span.start as usize);
    (at.line, at.column, program.sources.text(span).to_owned())
}

pub(crate) fn one(program: &Program) -> &Diagnostic {
    assert_eq!(program.diagnostics.len(), 1, "{:?}", program.diagnostics);
    &program.diagnostics[0]
}

#[test]
fn rows_become_cells_in_the_unit_of_the_file() {
    let checks = "check base[China, metals] == 10 thousand USD\n\
        check base[China, food] in 2027 == 20_500 USD\n\
        check base[Turkiye, food] == 100 thousand USD\ncheck sum(base[*, *]) == 160_500 USD\n";
    assert_eq!(passes(load(&format!("{BASE}{checks}"), TRADE)), 4);
}

#[test]
fn a_column_of_years_gives_a_path() {
    let file = "year,usd\n2027,8\n2024.0,2\n2025,4\n2026,5\n2023,1\n2031,9\n2030,8.5\n";
    let script = "param x: money = data(\"t.csv\", year: year, value: usd, unit: mn USD)\n\
        check x in 2024 == 2 mn USD\ncheck x in 2025 == 4 mn USD\ncheck x in 2027 == 8 mn USD\n";
    assert_eq!(passes(load(script, file)), 3);
    let gap = file.replace("2026,5\n", "");
    let missing = load(script, &gap);
    assert_eq!(one(&missing).code.name(), "missing-key");
    assert!(one(&missing).notes[0].contains("2026"), "{:?}", one(&missing).notes);
    let filled = script.replace("mn USD)", "mn USD, missing: interpolate)");
    assert_eq!(passes(load(&format!("{filled}check x in 2026 == 6 mn USD\n"), &gap)), 4);
    let zero = script.replace("mn USD)", "mn USD, missing: 3)");
    assert_eq!(passes(load(&format!("{zero}check x in 2026 == 3 mn USD\n"), &gap)), 4);
    let outside = load(script, "year,usd\n2019,8\n2020,8\n");
    assert_eq!(codes(&outside), ["no-rows"]);
}

#[test]
fn a_year_that_one_element_lacks_is_missing() {
    let file = "who,y,v\nChina,2024,1\nChina,2025,2\nTurkiye,2024,3\n";
    let script = "param x[partner] = data(\"t.csv\", partner: who, year: y, value: v)\n";
    let program = load(script, file);
    assert!(one(&program).notes[0].contains("Turkiye in 2025"), "{:?}", program.diagnostics);
}

#[test]
fn a_field_of_a_lever_and_a_map_take_data() {
    let file = "who,duty\nTurkiye,5\nChina,12.5\n";
    let kinds = "total paid[partner]: number\n\
        block duty on p: partner { rate: percent path\n paid[p] += rate }\n";
    let script = "duty d { rate: data(\"t.csv\", partner: who, value: duty, unit: percent) }\n\
        check paid[China] == 0.125\ncheck paid[Turkiye] in 2026 == 0.05\n";
    assert_eq!(passes(load(&format!("{kinds}{script}"), file)), 2);
    let map = "param x[partner, sector] = {\n\
        metals_of_both: 1\n}\n"
        .replace("metals_of_both: 1", "China: data(\"t.csv\", sector: s, value: v), Turkiye: 1");
    let checks = "check x[China, food] == 4\ncheck x[Turkiye, food] == 1\n";
    assert_eq!(passes(load(&format!("{map}{checks}"), "s,v\nmetals,3\nfood,4\n")), 2);
}

#[test]
fn a_scenario_takes_data() {
    let script = "param x[partner] = 1\nscenario other { x = data(\"t.csv\", partner: who, value: v) }\n\
        check x[China] == 3 for other\ncheck x[China] == 1\n";
    assert_eq!(passes(load(script, "who,v\nChina,3\nTurkiye,4\n")), 2);
}

#[test]
fn two_axes_over_one_set_are_told_apart_by_their_index_names() {
    let file = "from,to,v\nChina,China,0\nChina,Turkiye,2\nTurkiye,China,3\nTurkiye,Turkiye,0\n";
    let script = "param x[i: partner, j: partner] = data(\"t.csv\", j: to, i: from, value: v)\n\
        check x[China, Turkiye] == 2\n";
    assert_eq!(passes(load(script, file)), 1);
    let by_set = script.replace("j: to, i: from", "partner: to");
    assert_eq!(codes(&load(&by_set, file))[0], "data-argument");
}

#[test]
fn a_set_has_the_labels_of_a_column_in_their_order() {
    let file = "code,name,world\n2,Fuels,0\n1,\"Food, drink\",0\n2,Fuels,0\n9,All,1\n";
    let script = "years 2024..2025\n\
        set sector = data(\"t.csv\", column: name, world: 0)\n\
        param x[sector] = { Fuels: 1, \"Food, drink\": 2 }\n\
        check sum(x[*]) == 3\n";
    assert_eq!(passes(load_bytes(script, file.as_bytes())), 1);
    let model = load_bytes(script, file.as_bytes()).model.expect("checks");
    let names: Vec<&String> = model.sets[0].elements.keys().collect();
    assert_eq!(names, ["Fuels", "Food, drink"]);
    let none = script.replace("column: name", "columns: name");
    assert_eq!(codes(&load_bytes(&none, file.as_bytes())), ["data-argument"]);
    let empty = load_bytes(script, b"code,name,world\n1,,0\n");
    assert_eq!(place(&empty, one(&empty)), (2, 3, String::new()));
}

#[test]
fn mistakes_in_the_call_are_named() {
    let value = "value: usd, unit: USD";
    let cases = [
        ("partner: reporter, sector: hs2".to_owned(), "data-argument"),
        ("partner: reporter, sector: hs2, value: usd".to_owned(), "data-unit"),
        ("partner: reporter, sector: hs2, unit: USD".to_owned(), "data-argument"),
        (format!("partner: reporter, {value}"), "data-argument"),
        (format!("partner: reporter, sectr: hs2, {value}"), "data-argument"),
        (format!("partner: report, sector: hs2, {value}"), "unknown-column"),
        (format!("partner: reporter, sector: hs2, Year: 2024, {value}"), "unknown-column"),
        (format!("partner: reporter, sector: hs2, year: 2030, {value}"), "no-rows"),
        (format!("partner: reporter, sector: hs2, flow: M, {value}"), "data-argument"),
        (format!("partner: reporter, sector: hs2, flow: \"X\", {value}"), "no-rows"),
        (format!("partner: reporter, sector: hs2, delimiter: \";;\", {value}"), "data-argument"),
        (format!("partner: reporter, sector: hs2, encoding: \"x\", {value}"), "data-argument"),
        ("partner: reporter, sector: hs2, value: usd, unit: percent".to_owned(), "unit-mismatch"),
        ("partner: reporter, sector: hs2, value: usd, unit: EUR".to_owned(), "unknown-unit"),
        (format!("partner: reporter, sector: hs2, {value}"), "duplicate-key"),
    ];
    for (arguments, code) in cases {
        let script = format!("param x[partner, sector]: money = data(\"t.csv\", {arguments})\n");
        let program = load(&script, TRADE);
        assert_eq!(codes(&program).first(), Some(&code), "{arguments}");
        let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
        assert!(shown.contains("help"), "{shown}");
    }
}

#[test]
fn rows_that_cannot_be_right_are_shown_with_line_and_column() {
    let cases = [
        ("China,food", "Chima,food", "unknown-element", (3, 1, "Chima")),
        ("China,food", "China,metals", "duplicate-key", (3, 21, "20.5")),
        ("20.5", "\"20,5\"", "csv-number", (3, 19, "\"20,5\"")),
        ("20.5", "", "csv-missing-value", (3, 19, "")),
        ("M,20.5", "20.5", "csv-ragged", (3, 17, "20.5")),
        ("M,20.5", "M,20,5", "csv-ragged", (3, 19, "20")),
        ("China,food", "\"China\"x,food", "csv-quote", (3, 1, "\"China\"x")),
        ("China,food", "Chi\0na,food", "csv-nul", (3, 1, "Chi\0na")),
    ];
    for (old, new, code, (line, column, text)) in cases {
        let program = load(BASE, &TRADE.replacen(old, new, 1));
        let found = &program.diagnostics[0];
        assert_eq!(found.code.name(), code, "{new}: {found:?}");
        assert_eq!(place(&program, found), (line, column, text.to_owned()), "{new}");
    }
}

#[test]
fn a_doubled_key_shows_both_rows_and_a_missing_one_is_named() {
    let doubled = load(BASE, &TRADE.replace("2023", "2024"));
    let lines: Vec<usize> = one(&doubled)
        .labels
        .iter()
        .map(|label| {
            doubled.sources.file(label.span.source).location(label.span.start as usize).line
        })
        .collect();
    assert_eq!(lines, [6, 5, 5], "both rows of the file, then the script's line");
    let shown = render(&doubled.diagnostics, &doubled.sources, Style::Plain, 80);
    assert!(shown.contains("6 │ Turkiye,food,2024,M,7"), "{shown}");
    let missing = load(BASE, &TRADE.replace("China,food,2024,M,20.5\n", ""));
    assert_eq!(one(&missing).code.name(), "missing-key");
    assert_eq!(one(&missing).notes, ["missing: `China, food`"]);
    let zero = BASE.replace("unit:", "missing: 0, unit:");
    let file = TRADE.replace("China,food,2024,M,20.5\n", "");
    assert_eq!(passes(load(&format!("{zero}check base[China, food] == 0 USD\n"), &file)), 1);
}

#[test]
fn other_labels_are_skipped_only_if_the_script_says_so() {
    let file = format!("{TRADE}World,metals,2024,M,99\nWorld,food,2024,M,99\n");
    let program = load(BASE, &file);
    assert_eq!(codes(&program), ["unknown-element"], "one label is reported once");
    assert_eq!(place(&program, one(&program)), (7, 1, "World".to_owned()));
    let skip = BASE.replace("unit:", "other: skip, unit:");
    assert_eq!(passes(load(&format!("{skip}check sum(base[*, *]) == 160_500 USD\n"), &file)), 1);
}

#[test]
fn rows_that_an_element_lacks_are_told() {
    let head = "param x[partner] = data(\"t.csv\", partner: who, value: v, other: skip";
    let warned = |options: &str, file: &str| {
        let program = load(&format!("{head}{options})\nshow x[*]\n"), file);
        let codes = codes(&program);
        let shown = render(&program.diagnostics, &program.sources, Style::Plain, 100);
        (codes.join(" "), shown)
    };
    let file = "who,v\nChina,1\nTurkey,20\nWorld,99\nWorld,9\n";
    let (found, shown) = warned(", missing: 0", file);
    assert_eq!(found, "data-unmatched");
    assert!(shown.contains("`Turkiye` of `partner`"), "{shown}");
    assert!(shown.contains("4 rows: 1 used, 3 skipped (Turkey, World)"), "{shown}");
    // Without a value for missing rows the file lacks a value; the rows are counted all the same.
    let (found, shown) = warned("", file);
    assert_eq!(found, "missing-key");
    assert!(shown.contains("4 rows: 1 used, 3 skipped (Turkey, World)"), "{shown}");
    // One spelling of an element is used, another one is skipped.
    let (found, shown) = warned("", "who,v\nChina,1\nTurkiye,2\nTÜRKİYE,20\nchina ,3\n");
    assert_eq!(found, "data-unmatched data-unmatched");
    assert!(shown.contains("the rows of `TÜRKİYE` are skipped; the set has `Turkiye`"), "{shown}");
    assert_eq!(warned(", missing: 0", "who,v\nChina,1\nTurkiye,2\nWorld,99\n").0, "");
    assert_eq!(warned(", missing: 0", "who,v\nChina,1\n").0, "", "no row is skipped");
    // A year of an element may be missing; a whole element is not.
    let years = "param x[partner] = data(\"t.csv\", partner: who, year: y, value: v, other: skip, \
        missing: 0)\nshow x[*]\n";
    let file = "who,y,v\nChina,2024,1\nTurkiye,2025,2\nWorld,2024,3\n";
    assert_eq!(codes(&load(years, file)), [""; 0]);
}

#[test]
fn an_audit_counts_the_rows_of_files() {
    use mizan::results::Audit;
    let skip = BASE.replace("unit:", "flow: \"M\", other: skip, unit:");
    let file = format!("{TRADE}World,metals,2024,M,99\nChina,food,2024,X,99\n");
    let program = load(&format!("{skip}show base[*, *]\n"), &file);
    let audit = Audit::of(program.model.as_ref().expect("a model"), &program.sources);
    let text = mizan::report::audit_text(&audit, 100, false);
    let line = "line 5  base: t.csv, 7 rows: 4 used, 1 skipped (World), 2 filtered out";
    assert!(text.contains(line), "{text}");
}

#[test]
fn equal_signs_of_decimals_and_thousands_are_refused() {
    let x = |options: &str| {
        format!("param x[partner] = data(\"t.csv\", partner: who, value: v{options})\nshow x[*]\n")
    };
    let file = "who,v\nChina,1.234\nTurkiye,950\n";
    for options in [
        ", thousands: \".\"",
        ", decimal: \".\", thousands: \".\"",
        ", thousands: \",\", decimal: \",\"",
    ] {
        assert_eq!(codes(&load(&x(options), file)), ["data-argument"], "{options}");
    }
    let both = x(", thousands: \".\", decimal: \",\"");
    assert_eq!(passes(load(&format!("{both}check x[China] == 1_234\n"), file)), 1);
    let zero = "who,v\nChina,\"0,500\"\nTurkiye,950\n";
    let program = load(&x(", thousands: \",\""), zero);
    assert_eq!(codes(&program), ["csv-number"]);
    assert!(one(&program).help[0].contains("decimal"), "{:?}", one(&program).help);
    // A set and a sample have no other rule.
    let sample = "param p = empirical(data(\"t.csv\", value: v, thousands: \".\"))\nshow p\n";
    assert_eq!(codes(&load(sample, file)), ["data-argument"]);
}

/// F01, F03 to F09, F12: odd formats of files, and the messages about them.
#[test]
fn messy_files_are_read_as_declared_or_refused() {
    let x = |options: &str| {
        format!("param x[partner] = data(\"t.csv\", partner: who, value: v{options})\n")
    };
    let read = |options: &str, bytes: &[u8]| {
        let mut program =
            load_bytes(&format!("{HEAD}{}check x[China] == 1234.5\n", x(options)), bytes);
        if program.diagnostics.is_empty() {
            program.diagnostics.clear();
            passes(program);
            return "read".to_owned();
        }
        program.diagnostics[0].code.name().to_owned()
    };
    let utf16: Vec<u8> =
        "who,v\nChina,1234.5\nTurkiye,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_bom = [&b"\xff\xfe"[..], &utf16].concat();
    let long_quote = format!("who,v\n\"China,1234.5\n{}", "Turkiye,1\n".repeat(200));
    let many_columns = format!("who,v{}\n", ",x".repeat(5000));
    let cases: Vec<(&str, &[u8], &str)> = vec![
        ("", b"who,v\nChina,1234.5\nTurkiye,1\n", "read"),
        ("", b"\xef\xbb\xbfwho,v\r\nChina,1234.5\r\n\r\nTurkiye,1\r\n\r\n", "read"),
        ("", b"who,v\rChina,1234.5\rTurkiye,1", "read"),
        ("", b"who,v,\nChina,1234.5,\nTurkiye,1,\n", "read"),
        ("", b"who,v\nChina,1234.5,\nTurkiye,1\n", "read"),
        ("", b" who ,\"v\"\n China, 1234.5 \nTurkiye,1\n", "read"),
        ("", b",who,v\n0,China,1234.5\n1,Turkiye,1\n", "read"),
        ("", b"who,v,v\nChina,1234.5,1\nTurkiye,1,1\n", "csv-header"),
        ("", b"v,note,note\n1,2,3\n", "unknown-column"),
        ("", b"", "csv-empty"),
        ("", b"\n\n", "csv-empty"),
        ("", b"who,v\n", "no-rows"),
        ("", b"who;v\nChina;1234.5\nTurkiye;1\n", "csv-delimiter"),
        ("", b"who\tv\nChina\t1234.5\n", "csv-delimiter"),
        ("", b"who|v\nChina|1234.5\n", "csv-delimiter"),
        (", delimiter: \"|\"", b"who|v\nChina|1234.5\nTurkiye|1\n", "read"),
        (", delimiter: \"tab\"", b"who\tv\nChina\t1234.5\nTurkiye\t1\n", "read"),
        (
            ", delimiter: \";\", decimal: \",\", thousands: \".\"",
            b"who;v\nChina;1.234,5\nTurkiye;1\n",
            "read",
        ),
        (", thousands: \",\"", b"who,v\nChina,\"1,234.5\"\nTurkiye,1\n", "read"),
        (", thousands: \" \", decimal: \",\"", b"who,v\nChina,\"1 234,5\"\nTurkiye,1\n", "read"),
        ("", b"who,v\nChina,\"1,234\"\nTurkiye,1\n", "csv-number"),
        ("", b"who,v\nChina,nan\nTurkiye,1\n", "csv-number"),
        ("", b"who,v\nChina,inf\nTurkiye,1\n", "csv-number"),
        ("", b"who,v\nChina,1e400\nTurkiye,1\n", "csv-number"),
        ("", b"who,v\nChina,12%\nTurkiye,1\n", "csv-number"),
        ("", b"who,v\nChina,..\nTurkiye,1\n", "csv-number"),
        (", na: \"..\"", b"who,v\nChina,1234.5\nTurkiye,..\n", "missing-key"),
        (", na: \"..\", na: \"\", missing: 0", b"who,v\nChina,1234.5\nTurkiye,\n", "read"),
        ("", b"who,v,c\nChina,1234.5,Cura\xe7ao\nTurkiye,1,x\n", "csv-encoding"),
        (", encoding: \"latin1\"", b"who,v,c\nChina,1234.5,Cura\xe7ao\nTurkiye,1,x\n", "read"),
        ("", &utf16_bom, "csv-format"),
        ("", &utf16, "csv-format"),
        (", encoding: \"utf-16\"", &utf16_bom, "read"),
        ("", b"PK\x03\x04abc", "csv-format"),
        ("", b"\x1f\x8b\x08abc", "csv-format"),
        ("", b"%PDF-1.7", "csv-format"),
        ("", b"\n<!DOCTYPE html><html></html>", "csv-format"),
        ("", b"\xd0\xcf\x11\xe0", "csv-format"),
        ("", b"who,v\nChina,1234.5\nTurkiye,\"1\n", "csv-unterminated-quote"),
        ("", long_quote.as_bytes(), "csv-unterminated-quote"),
        ("", many_columns.as_bytes(), "limit-csv"),
        ("", b"who,v,=cmd|'/c calc'!A1\nChina,1234.5,@SUM\nTurkiye,1,-1+1\n", "read"),
    ];
    for (options, bytes, expected) in cases {
        assert_eq!(
            read(options, bytes),
            expected,
            "{options} {:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
        );
    }
}

#[test]
fn an_unterminated_quote_is_shown_where_it_opens_and_takes_no_memory() {
    let mut file = "who,v\nTurkiye,1\n\"China,2\n".to_owned();
    file.push_str(&"x".repeat(32 << 20));
    let script = "param x[partner] = data(\"t.csv\", partner: who, value: v)\n";
    let program = load(script, &file);
    let found = one(&program);
    assert_eq!(found.code.name(), "csv-unterminated-quote");
    assert_eq!(place(&program, found), (3, 1, "\"China,2".to_owned()));
    let wide = load(script, &format!("who,v\nChina,{}\n", "1".repeat(1 << 20)));
    assert_eq!(one(&wide).code.name(), "limit-csv");
}

/// F09: a cell that is not a calendar year is refused, not rounded.
#[test]
fn years_are_whole_calendar_years() {
    let script = "param x = data(\"t.csv\", year: y, value: v)\n";
    for year in ["FY2024", "2024/25", "20240101", "43831", "2024.5", "2024-01", "24 "] {
        let program = load(script, &format!("y,v\n{year},1\n"));
        let expected = if year == "24 " { "no-rows" } else { "csv-year" };
        assert_eq!(codes(&program), [expected], "{year}");
    }
}

#[test]
fn many_cells_are_read_in_reasonable_time() {
    let (mut file, mut script) = ("who,what,v\n".to_owned(), "years 2024..2033\n".to_owned());
    let names = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
    let (who, what) = (names("p", 100), names("s", 50));
    script.push_str(&format!(
        "set partner = {}\nset sector = {}\n",
        who.join(", "),
        what.join(", ")
    ));
    for (n, (p, s)) in who.iter().flat_map(|p| what.iter().map(move |s| (p, s))).enumerate() {
        file.push_str(&format!("{p},{s},{n}\n"));
    }
    script.push_str(
        "param x[partner, sector] = data(\"t.csv\", partner: who, sector: what, value: v)\n",
    );
    script.push_str("check x[p99, s49] == 4999\n");
    assert_eq!(passes(load_bytes(&script, file.as_bytes())), 1);
}

#[test]
fn years_head_columns_as_the_world_bank_writes_them() {
    let script = "param base[partner]: money = \
        data(\"t.csv\", partner: Country, year: across, unit: mn USD)\n\
        check base[China] == 2 mn USD in 2025\ncheck base[Turkiye] == 7 mn USD in 2027\n";
    let file = "Country,Code,2024 [YR2024],2025 [YR2025],2026 [YR2026],2027 [YR2027]\n\
        China,CHN,1,2,3,4\nTurkiye,TUR,4,5,6,7\n";
    assert_eq!(passes(load(script, file)), 2);
    let other = file.replace("[YR", "[XX");
    assert!(!codes(&load(script, &other)).is_empty());
}

/// The call that a message offers reads the file: 60, 62 on the line to 64, and 64 after the last year of the file.
#[test]
fn a_file_with_gaps_gets_the_call_that_fills_them() {
    let file = "sector,2024,2025,2026\nmetals,60,:,64\nfood,40,44 p,48\n";
    let call = "data(\"t.csv\", sector: sector, year: across)";
    let script = |call: &str| format!("param base[sector]: number = {call}\n");
    let refused = load(&script(call), file);
    let help = refused.diagnostics[0].help.first().expect("a help");
    let offered =
        help.strip_prefix("write `").and_then(|rest| rest.split('`').next()).expect("a call");
    let checks = "check base[metals] in 2025 == 62\ncheck base[metals] in 2027 == 64\ncheck base[food] in 2025 == 44\n";
    assert_eq!(passes(load(&format!("{}{checks}", script(offered)), file)), 3, "{offered}");
}

#[test]
fn two_indices_over_one_set_get_their_columns() {
    let file = "seller,buyer,usd\nChina,Turkiye,50\nTurkiye,China,80\n";
    let script = |call: &str| format!("param flow[from: partner, into: partner] = {call}\n");
    for columns in ["partner: seller, partner: buyer", "partner: seller", "s: seller, b: buyer", ""]
    {
        let comma = if columns.is_empty() { "" } else { ", " };
        let call = format!("data(\"t.csv\"{comma}{columns}, value: usd, missing: 0)");
        let refused = load(&script(&call), file);
        let fix = one(&refused).fixes.first().expect("an edit");
        let checks = "check flow[China, Turkiye] == 50\ncheck flow[Turkiye, China] == 80\n";
        let mended = load(&format!("{}{checks}", script(&fix.replacement)), file);
        assert_eq!(passes(mended), 2, "{columns}: {}", fix.replacement);
    }
}
