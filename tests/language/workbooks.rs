//! Data in workbooks, and statistical tables: titles, years as columns, flags, notes.

use std::io::{Cursor, Write as _};

use mizan::data::MemoryFiles;
use mizan::diagnostic::{Style, render};
use mizan::report::{NotCarried, carried_in, seen_differences};
use mizan::results::Audit;
use mizan::session::{Program, load_with};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::data::{HEAD, codes, one, passes};

const READ: &str = "param x[partner] = data(\"t.xlsx\", partner: who, value: v";

fn load(script: &str, file: &[u8]) -> Program {
    let mut files = MemoryFiles::default();
    files.add("t.xlsx", file);
    load_with("test.mizan", &format!("{HEAD}{script}"), &files)
}

fn shown(program: &Program) -> String {
    render(&program.diagnostics, &program.sources, Style::Plain, 120)
}

/// Writes a cell that is no plain text or number.
type Write = fn(&mut Worksheet);

/// A cell of a test.
enum Cell<'c> {
    T(&'c str),
    N(f64),
}
use Cell::{N, T};

/// Writes rows from the first one on; a text "" leaves its cell empty.
fn fill(sheet: &mut Worksheet, rows: &[&[Cell<'_>]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            let written = match cell {
                T("") => continue,
                T(text) => sheet.write_string(row, column, *text),
                N(number) => sheet.write_number(row, column, *number),
            };
            written.expect("written");
        }
    }
}

/// A workbook of one sheet.
fn workbook(rows: &[&[Cell<'_>]]) -> Vec<u8> {
    with_sheet(|sheet| fill(sheet, rows))
}

fn with_sheet(write: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    write(book.add_worksheet());
    book.save_to_buffer().expect("a workbook")
}

/// A workbook whose only sheet has these rows as XML.
fn raw(rows: &str) -> Vec<u8> {
    archive(&parts("S", &format!("<sheetData>{rows}</sheetData>")))
}

/// A part of a workbook: its name and its text.
type Part = (&'static str, String);

/// The parts of a workbook whose only sheet has this name and content.
fn parts(name: &str, content: &str) -> Vec<Part> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    vec![
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"{name}\" \
                 sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\">{content}</worksheet>")),
    ]
}

fn archive(parts: &[Part]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(text.as_bytes()).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// The rows of a good sheet, for [`raw`]; the name of the second column is `value`, its cell B2 has `more` too.
fn good(value: &str, more: &str) -> String {
    format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}<c r=\"B2\">{more}<v>5</v></c></row>\
         <row r=\"3\">{}<c r=\"B3\"><v>2</v></c></row>",
        text("A1", "who"),
        text("B1", value),
        text("A2", "China"),
        text("A3", "Turkiye")
    )
}

/// A cell with a text, for [`raw`].
fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn a_sheet_is_read_as_a_file_of_separated_values_is() {
    let rows: &[&[Cell]] = &[
        &[T("who"), T("y"), T("flow"), T("v")],
        &[T("China"), N(2024.0), N(1.0), N(0.1 + 0.2)],
        &[T("Turkiye"), N(2024.0), N(1.0), N(-1e300)],
        &[T("Turkiye"), N(2023.0), N(2.0), T("text")],
    ];
    let checks = "check x[China] == 0.30000000000000004\ncheck x[Turkiye] == -1e300\n";
    let file = workbook(rows);
    assert_eq!(passes(load(&format!("{READ}, y: 2024, flow: 1)\n{checks}"), &file)), 2);
    let sheet = format!("{READ}, y: 2024, sheet: \"Sheet1\", flow: \"1\")\n{checks}");
    assert_eq!(passes(load(&sheet, &file)), 2);
    // The signs of a text say nothing about a number that is stored.
    let comma = format!("{READ}, y: 2024, decimal: \",\", thousands: \".\")\n{checks}");
    assert_eq!(passes(load(&comma, &file)), 2);
    let set = "set good = data(\"t.xlsx\", column: who)\nparam z[good] = { China: 1, Turkiye: 2 }\n\
        check sum(z[*]) == 3\n";
    assert_eq!(passes(load(set, &file)), 1);
    let sample = "param p = empirical(data(\"t.xlsx\", value: y))\ncheck p == 2024\n";
    assert_eq!(passes(load(sample, &file)), 1);
}

#[test]
fn a_statistical_table_is_read_as_the_script_says() {
    let rows: &[&[Cell]] = &[
        &[T("Trade balance, million US dollars")],
        &[],
        &[T("who"), T("unit"), N(2024.0), T("2025"), N(2026.0), N(2027.0), N(2030.0)],
        &[T("China"), T("mn"), N(10.0), T("11 e"), T("(12)"), T("(13.5) ep"), T("..")],
        &[],
        &[T("Turkiye"), T("mn"), N(1.0), N(2.0), N(3.0), T("4p"), T(".. e")],
        &[T("World"), T("mn"), N(9.0), N(9.0), N(9.0), N(9.0), N(9.0)],
        &[T("Source: offices")],
        &[T("e: estimate"), T(""), T("China")],
    ];
    let options = "header: 3, until: \"Source\", year: across, unit: mn USD, other: skip, na: \"..\", \
        flag: \"e\", flag: \"p\", brackets: negative";
    let script = format!(
        "param x[partner]: money = data(\"t.xlsx\", partner: who, {options})\n\
         check x[China] in 2024 == 10 mn USD\ncheck x[China] in 2025 == 11 mn USD\n\
         check x[China] in 2026 == -12 mn USD\ncheck x[China] in 2027 == -13.5 mn USD\n\
         check x[Turkiye] in 2027 == 4 mn USD\ncheck sum(x[*]) in 2026 == -9 mn USD\n"
    );
    let counted = "4 rows: 2 used, 1 skipped (World), 1 blank; 3 values have a flag; \
        2 above and 2 below the table";
    let audit = |program: &Program| {
        let audit = Audit::of(program.model.as_ref().expect("a model"), &program.sources);
        let text = mizan::report::audit_text(&audit, 200, false);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let sheet = workbook(rows);
    let program = load(&script, &sheet);
    // In a sheet a row without cells is no row: 3 rows, none of them blank.
    let without = counted.replace("4 rows", "3 rows").replace(", 1 blank", "");
    assert!(audit(&program).contains(&without), "{}", audit(&program));
    assert_eq!(passes(program), 6);
    // The same table as text gives the same values.
    let line = |row: &&[Cell]| {
        let cells = row.iter().map(|cell| match cell {
            T(text) => format!("\"{text}\""),
            N(number) => number.to_string(),
        });
        let mut cells: Vec<String> = cells.collect();
        cells.resize(7, String::new());
        cells.join(",") + "\n"
    };
    let file: String = rows.iter().map(line).collect();
    let program = load(&script, file.as_bytes());
    assert!(audit(&program).contains(counted), "{}", audit(&program));
    assert_eq!(passes(program), 6);
}

#[test]
fn lines_above_a_header_may_be_of_any_form() {
    for (above, header) in [("Imports\n\n", 3), ("a,b,c,d\r\n\"x\r\n", 3), ("x\ry\r", 3), ("", 1)] {
        let file = format!("{above}who,v\nChina,1\nTurkiye,2\n");
        let script = format!("{READ}, header: {header})\ncheck x[Turkiye] == 2\n");
        assert_eq!(passes(load(&script, file.as_bytes())), 1, "{above:?}");
        // A mistake below is shown at its own line.
        let wrong = load(&script, file.replace("China,1", "China,one").as_bytes());
        let span = one(&wrong).span().expect("a place");
        let at = wrong.sources.file(span.source).location(span.start as usize);
        assert_eq!((at.line, at.column), (header + 1, 7), "{above:?}");
        assert_eq!(wrong.sources.text(span), "one");
    }
}

#[test]
fn messages_lead_to_the_option_that_is_missing() {
    let cases: [(&str, &str, &str, &str); 13] = [
        ("", "Imports\nwho,v\nChina,1\nTurkiye,2\n", "unknown-column", "header: 2"),
        ("", "Imports, 2024\nwho,v\nChina,1\nTurkiye,2\n", "unknown-column", "header: 2"),
        ("", "who,v\nChina,1\nTurkiye,2\nSource: us\n", "csv-ragged", "until: \"Source:\""),
        ("", "who,v\nChina,1\nTurkiye,2\nSource: us,\n", "unknown-element", "until: \"Source:\""),
        ("", "who,v\nChina,1 p\nTurkiye,2\n", "csv-number", "flag: \"p\""),
        ("", "who,v\nChina,1*\nTurkiye,2\n", "csv-number", "flag: \"*\""),
        ("", "who,v\nChina,(1)\nTurkiye,2\n", "csv-number", "brackets: negative"),
        ("", "who,v\nChina,n/a\nTurkiye,2\n", "csv-number", "na: \"n/a\""),
        (", header: 9", "who,v\nChina,1\n", "csv-empty", "names of the columns"),
        (", header: 0", "who,v\nChina,1\n", "data-argument", "header: 4"),
        (", until: \"Quelle\"", "who,v\nChina,1\nTurkiye,2\n", "no-rows", "leave `until` out"),
        (", sheet: \"S\"", "who,v\nChina,1\n", "data-argument", "leave `sheet` out"),
        (", flag: \"1\"", "who,v\nChina,1\n", "data-argument", "flag: \"e\""),
    ];
    for (options, file, code, help) in cases {
        let program = load(&format!("{READ}{options})\nshow x[*]\n"), file.as_bytes());
        let found = &program.diagnostics[0];
        assert_eq!(found.code.name(), code, "{file}: {found:?}");
        assert!(found.help[0].contains(help), "{file}: {:?}", found.help);
    }
    let across = |options: &str, file: &str| {
        let script =
            format!("param x[partner] = data(\"t.xlsx\", partner: who{options})\nshow x[*]\n");
        codes(&load(&script, file.as_bytes())).first().copied()
    };
    let years = ", year: across";
    assert_eq!(across(years, "who,y2024,YR2025\nChina,1,2\n"), Some("unknown-column"));
    assert_eq!(across(years, "who,2024,2024\nChina,1,2\n"), Some("csv-header"));
    assert_eq!(across(years, "who,2024,2025\nChina,1,2\nTurkiye,1,2\n"), Some("missing-key"));
    let both = across(", year: across, value: v", "who,2024,v\nChina,1,2\n");
    assert_eq!(both, Some("data-argument"));
}

#[test]
fn cells_that_hold_no_number_are_refused_with_their_address() {
    let cases: [(&str, Write); 4] = [
        ("csv-number B2 2024-01-31", |sheet| {
            let date = ExcelDateTime::from_ymd(2024, 1, 31).expect("a date");
            let format = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_with_format(1, 1, &date, &format).expect("written");
        }),
        ("csv-number B2 TRUE", |sheet| {
            sheet.write_boolean(1, 1, true).expect("written");
        }),
        ("csv-missing-value B2 (empty)", |_| {}),
        ("csv-number B2 one", |sheet| {
            sheet.write_string(1, 1, "one").expect("written");
        }),
    ];
    for (expected, write) in cases {
        let file = with_sheet(|sheet| {
            fill(sheet, &[&[T("who"), T("v")], &[T("China")], &[T("Turkiye"), N(2.0)]]);
            write(sheet);
        });
        let program = load(&format!("{READ})\nshow x[*]\n"), &file);
        let found = one(&program);
        let span = found.span().expect("a place");
        let place = format!("{} {}", found.code.name(), program.sources.text(span));
        assert_eq!(place, expected, "{}", shown(&program));
        assert_eq!(&*program.sources.file(span.source).name, "t.xlsx, Sheet1");
    }
    // A percentage is stored as a share of 1.
    let percent = Format::new().set_num_format("0.0%");
    let file = with_sheet(|sheet| {
        fill(sheet, &[&[T("who"), T("v")], &[T("China")], &[T("Turkiye"), N(0.1)]]);
        sheet.write_with_format(1, 1, 0.05, &percent).expect("written");
    });
    let rate = |unit: &str| {
        let read = READ.replace("x[partner]", "x[partner]: percent");
        load(&format!("{read}, unit: {unit})\ncheck x[China] == 5%\n"), &file)
    };
    let refused = rate("percent");
    assert!(one(&refused).help[0].contains("unit: number"), "{}", shown(&refused));
    assert_eq!(passes(rate("number")), 1);
}

#[test]
fn odd_cells_of_a_sheet_are_refused() {
    let head = format!("<row r=\"1\">{}{}</row>", text("A1", "who"), text("B1", "v"));
    let rows = |cell: &str| {
        format!(
            "{head}<row r=\"2\">{}{cell}</row><row r=\"3\">{}<c r=\"B3\"><v>2</v></c></row>",
            text("A2", "China"),
            text("A3", "Turkiye")
        )
    };
    let cases = [
        ("<c r=\"B2\"><f>1+1</f></c>", "csv-missing-value"),
        ("<c r=\"B2\"><f>1+1</f><v></v></c>", "csv-missing-value"),
        ("<c r=\"B2\" t=\"e\"><v>#N/A</v></c>", "csv-number"),
        ("<c r=\"B2\" t=\"e\"><v>#DIV/0!</v></c>", "csv-number"),
        ("<c r=\"B2\"><v>1e999</v></c>", "csv-number"),
        ("<c r=\"B2\" t=\"s\"><v>7</v></c>", "csv-format"),
        ("<c r=\"A2\"><v>7</v></c>", "csv-format"),
        ("<c r=\"B99999999999\"><v>7</v></c>", "csv-format"),
        ("<c r=\"XFE2\"><v>7</v></c>", "limit-csv"),
        ("<c r=\"B2000000\"><v>7</v></c>", "csv-format"),
        ("<c r=\"B2\"><v>7</v>", "csv-format"),
    ];
    for (cell, code) in cases {
        let program = load(&format!("{READ})\nshow x[*]\n"), &raw(&rows(cell)));
        assert_eq!(codes(&program), [code], "{cell}: {}", shown(&program));
    }
    let fine = format!("{READ})\ncheck x[China] == 7\n");
    assert_eq!(passes(load(&fine, &raw(&rows("<c r=\"B2\"><f>3+4</f><v>7</v></c>")))), 1);
    // The error of a cell may be declared as a missing value.
    let declared = format!("{READ}, na: \"#N/A\", missing: 0)\ncheck x[China] == 0\n");
    let error = raw(&rows("<c r=\"B2\" t=\"e\"><v>#N/A</v></c>"));
    assert_eq!(passes(load(&declared, &error)), 1);
}

#[test]
fn merged_cells_have_their_text_in_the_first_alone() {
    let file = with_sheet(|sheet| {
        fill(sheet, &[&[T("who"), T("v")], &[], &[T(""), N(2.0)]]);
        sheet.merge_range(1, 0, 2, 0, "China", &Format::new()).expect("merged");
        sheet.write_number(1, 1, 1.0).expect("written");
    });
    let program = load(&format!("{READ})\nshow x[*]\n"), &file);
    assert_eq!(codes(&program), ["unknown-element"]);
    assert!(one(&program).help[0].contains("merged cells"), "{}", shown(&program));
}

#[test]
fn the_sheet_of_a_workbook_with_several_is_named() {
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name("Notes").expect("a name"), &[&[T("made up")]]);
    let rows: &[&[Cell]] = &[&[T("who"), T("v")], &[T("China"), N(1.0)], &[T("Turkiye"), N(2.0)]];
    fill(book.add_worksheet().set_name("Imports 2024").expect("a name"), rows);
    let file = book.save_to_buffer().expect("a workbook");
    let read = |options: &str| load(&format!("{READ}{options})\ncheck x[Turkiye] == 2\n"), &file);
    assert_eq!(passes(read(", sheet: \"Imports 2024\"")), 1);
    for (options, help) in
        [("", "sheet: \"Notes\""), (", sheet: \"Imports2024\"", "`Imports 2024`")]
    {
        let program = read(options);
        assert_eq!(codes(&program), ["unknown-sheet"]);
        assert!(one(&program).help[0].contains(help), "{}", shown(&program));
    }
    assert_eq!(codes(&read(", sheet: Notes")), ["unknown-column", "unknown-column"]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let whole = workbook(&[&[T("who"), T("v")], &[T("China"), N(1.0)], &[T("Turkiye"), N(2.0)]]);
    let script = format!("{READ})\ncheck x[Turkiye] == 2\n");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("content.xml", SimpleFileOptions::default()).expect("a part");
    let other = writer.finish().expect("an archive").into_inner();
    for bytes in [&b"PK\x03\x04"[..], b"PK\x03\x04abc", &whole[..whole.len() / 2], &other] {
        assert_eq!(codes(&load(&script, bytes)), ["csv-format"], "{}", bytes.len());
    }
    let empty = with_sheet(|_| {});
    assert_eq!(codes(&load(&script, &empty)), ["csv-empty"]);
    let only = workbook(&[&[T("who"), T("v")]]);
    assert_eq!(codes(&load(&script, &only)), ["no-rows"]);
    // Whatever byte is damaged, there is a value or a message.
    let mut read = 0;
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        let program = load(&script, &bytes);
        read += usize::from(program.diagnostics.is_empty());
        assert!(program.model.is_some() || !program.diagnostics.is_empty(), "byte {at}");
    }
    assert!(read > 0, "some bytes say nothing, as those of dates");
}

#[test]
fn an_area_that_ends_before_it_begins_is_refused() {
    let script = format!("{READ})\ncheck x[China] == 5\n");
    // A cell without a value makes the reader look at the formulas.
    let empty = "<row r=\"4\"><c r=\"A4\"><f>1</f></c></row>";
    for (area, code) in
        [("A1:B3", None), ("B2:A3", Some("csv-format")), ("A3:B1", Some("csv-format"))]
    {
        let rows = good("v", "");
        let content = format!("<dimension ref=\"{area}\"/><sheetData>{rows}</sheetData>");
        let program = load(&script, &archive(&parts("S", &content)));
        assert_eq!(codes(&program).first().copied(), code, "{area}: {}", shown(&program));
        let says = shown(&program).contains("an area in it ends before it begins");
        assert_eq!(says, code.is_some(), "{area}: {}", shown(&program));
        let formula = format!("<f t=\"shared\" ref=\"{area}\" si=\"0\">1</f>");
        let program = load(&script, &raw(&(good("v", &formula) + empty)));
        let refused = codes(&program).contains(&"csv-format");
        assert_eq!(refused, code.is_some(), "{area}: {}", shown(&program));
    }
}

#[test]
fn a_workbook_from_anywhere_takes_bounded_memory() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let cell = format!("<row r=\"1\">{}</row>", text("A1", "{}"));
    let memo = parts("mizan-memo", &format!("<sheetData>{cell}{far}</sheetData>"));
    assert!(matches!(carried_in(&archive(&memo)), Err(NotCarried::Damaged(_))));
    let found = seen_differences(&raw(&format!("{cell}{far}")), &raw(&cell));
    let expected = "S, row 1048576, column 16384: the workbook has `1`, a new run ``";
    assert_eq!(found, Ok(vec![expected.to_owned()]));
    let lacks = seen_differences(&raw(""), &raw(&cell)).expect("two workbooks");
    assert_eq!(lacks, ["S, row 1, column 1: the workbook has ``, a new run `{}`"]);
    // A part that describes and a cell have limits of their own.
    let script = format!("{READ})\ncheck x[China] == 5\n");
    let styled = |count: usize| {
        let mut all = parts("S", &format!("<sheetData>{}</sheetData>", good("v", "")));
        let formats = "<xf/>".repeat(count);
        all.push((
            "xl/styles.xml",
            format!("<styleSheet><cellXfs>{formats}</cellXfs></styleSheet>"),
        ));
        load(&script, &archive(&all))
    };
    assert_eq!(passes(styled(1_000)), 1);
    assert_eq!(codes(&styled(250_001)), ["limit-csv"]);
    for (length, code) in [(64 << 10, "unknown-column"), ((64 << 10) + 1, "limit-csv")] {
        let program = load(&script, &raw(&good(&"v".repeat(length), "")));
        assert_eq!(codes(&program).first(), Some(&code), "{length}");
        assert!(shown(&program).len() < 2_000, "{length}: {}", shown(&program).len());
    }
}

#[test]
fn parts_and_sheets_of_equal_names_are_refused() {
    let script = format!("{READ}, sheet: \"S\")\ncheck x[China] == 5\n");
    let all = parts("S", &format!("<sheetData>{}</sheetData>", good("v", "")));
    assert_eq!(passes(load(&script, &archive(&all))), 1);
    let mut twice = all.clone();
    twice.push(("xl/worksheets/sheetX.xml", "<worksheet><sheetData/></worksheet>".to_owned()));
    let mut bytes = archive(&twice);
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(b"sheetX.xml") {
            bytes[at + 5] = b'1';
        }
    }
    let mut cased = all.clone();
    cased.push(("xl/worksheets/SHEET1.xml", "<worksheet><sheetData/></worksheet>".to_owned()));
    let mut sheets = all;
    let second = "<sheet name=\"s\" sheetId=\"2\" r:id=\"rId1\"/></sheets>";
    sheets[1].1 = sheets[1].1.replace("</sheets>", second);
    for (file, says) in [
        (bytes, "two of its parts have the same name"),
        (archive(&cased), "two of its parts have the same name"),
        (archive(&sheets), "two of its sheets have the name `s`"),
    ] {
        let program = load(&script, &file);
        assert_eq!(codes(&program), ["csv-format"], "{says}: {}", shown(&program));
        assert!(one(&program).message.contains(says), "{}", shown(&program));
    }
}
