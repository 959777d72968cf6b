//! Scripts cut and changed at every byte, and characters that steer a terminal (A09, A18, A19).

use super::*;

/// A script with a bit of everything, short enough to be cut at every byte.
const SMALL: &str = "years 2024..2026\ncurrency USD\nset s = a, b\nparam p[s] = { | s | value: USD |\n | a | 1 |\n | b | 2 | }\n\
    param g = 5% -> 2% over 2024..2026\ntotal x[s]: USD\nblock k on e: s {\n r: percent path = 3%\n x[e] += p[e] * r\n}\n\
    k l on a { r: 4% }\nvar y: USD = sum(e in s where p[e] > 1 USD: x[e]) * (1 + g)\nscenario z \"Z é\" { l.r = 6% }\n\
    show y for all\ncompare y for z to baseline by lever in 2026\ncheck y >= -1 USD\n";

/// Loads, runs and renders a script: mistakes must be reported, without a panic or a hang.
fn survives(text: &str) {
    let program = session::load("a.mizan", text);
    let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
    assert!(!shown.contains('\u{1b}'));
    let wrong = program.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(wrong, program.model.is_none(), "{text}");
    if let Some(model) = &program.model
        && let Ok(report) = mizan::analysis::answer(model)
    {
        let _ = mizan::report::text(&report, 80, false);
    }
}

#[test]
fn a18_a19_cut_flipped_removed_or_doubled_at_every_byte() {
    assert!(run(SMALL).is_empty(), "{:?}", run(SMALL));
    for (at, c) in SMALL.char_indices() {
        let (before, after) = (&SMALL[..at], &SMALL[at + c.len_utf8()..]);
        survives(before);
        survives(&format!("{before}{after}"));
        survives(&format!("{before}{c}{c}{after}"));
        let flipped = char::from_u32(u32::from(c) ^ 0x11).unwrap_or('\u{fffd}');
        survives(&format!("{before}{flipped}{after}"));
    }
}

#[test]
fn no_message_hides_a_control_character() {
    let text = "param \u{202e}a\u{1b}[2J = \u{7}1\nmodel \"\u{9b}31m\"\nshow b\u{200b}\n";
    let program = session::load("\u{1b}]0;title\u{7}.mizan", text);
    let shown = render(&program.diagnostics, &program.sources, Style::Plain, 80);
    let safe = |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
    assert!(!program.diagnostics.is_empty() && shown.chars().all(safe), "{shown:?}");
}

#[test]
fn a03_a04_line_ends_and_a_byte_order_mark_change_nothing() {
    let answers = |text: &str| {
        let model = session::load("a.mizan", text).model.expect("a model");
        mizan::report::text(&mizan::analysis::answer(&model).expect("answers"), 80, false)
    };
    let usual = answers(SMALL);
    for other in
        [SMALL.replace('\n', "\r\n"), SMALL.replace('\n', "\r"), format!("\u{feff}{SMALL}")]
    {
        assert_eq!(answers(&other), usual);
        let place = |text: &str| {
            let program = session::load("a.mizan", &text.replace("show y", "show yy"));
            let span = program.diagnostics[0].span().expect("a place");
            let place = program.sources.file(span.source).location(span.start as usize);
            (place.line, place.column)
        };
        assert_eq!(place(&other), place(SMALL));
    }
}

#[test]
fn a12_places_stand_below_wide_letters() {
    let text = format!("{YEARS}param 出口 = 1\nshow 出口, \"مرحبا\", yy\n");
    let shown = {
        let program = session::load("a.mizan", &text);
        render(&program.diagnostics, &program.sources, Style::Plain, 80)
    };
    let wide = |text: &str| text.chars().map(|c| 1 + usize::from(c >= '\u{2e80}')).sum::<usize>();
    let lines: Vec<&str> = shown.lines().collect();
    let at = lines.iter().position(|line| line.contains("show")).expect("the line");
    let column = |line: &str, part: &str| line.find(part).map(|at| wide(&line[..at]));
    assert!(column(lines[at], "yy").is_some() || column(lines[at], "\"").is_some(), "{shown}");
    let marked = ["yy", "\"مرحبا\""].iter().any(|part| {
        column(lines[at], part) == lines[at + 1].find('─').map(|at| wide(&lines[at + 1][..at]))
    });
    assert!(marked, "{shown}");
}

#[test]
fn b07_an_unclosed_text_is_shown_where_it_opens() {
    let text = format!("{YEARS}model \"{}", "x\n".repeat(1 << 15));
    let found = said(&text);
    assert_eq!(
        (found[0].code.name(), found[0].span().map(|span| span.start)),
        ("unclosed-string", Some(36))
    );
}
