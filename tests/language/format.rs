//! The formatter: its layout, and that it changes nothing but the layout.

use mizan::source::SourceId;
use mizan::syntax::{format, parse};
use proptest::prelude::*;

const SCRIPTS: [(&str, &str); 3] = [
    ("azerbaijan_china", include_str!("../../examples/azerbaijan_china.mizan")),
    ("growth", include_str!("../../examples/growth.mizan")),
    ("forms", include_str!("../format/forms.mizan")),
];

fn library() -> Vec<(&'static str, &'static str)> {
    mizan::library::library("trade").map(|files| files.to_vec()).unwrap_or_default()
}

fn laid_out(text: &str) -> String {
    format(SourceId(0), text).unwrap_or_else(|found| panic!("does not parse: {found:?}\n{text}"))
}

/// Returns the tree without spans, and the comments.
fn meaning(text: &str) -> (String, Vec<(String, bool, bool)>) {
    let parsed = parse(SourceId(0), text);
    let tree = format!("{:?}", parsed.file);
    let mut pieces = tree.split("Span {");
    let mut bare = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        bare.push_str(piece.split_once('}').map_or("", |(_, rest)| rest));
    }
    let comments = parsed.comments.iter().map(|comment| {
        (text[comment.span.range()].trim_end().to_owned(), comment.doc, comment.own_line)
    });
    (bare, comments.collect())
}

/// Asserts the properties of every text that parses.
fn holds(text: &str) {
    let Ok(once) = format(SourceId(0), text) else { return };
    assert_eq!(meaning(text), meaning(&once), "another meaning:\n{text}\n---\n{once}");
    assert_eq!(format(SourceId(0), &once).as_deref(), Ok(once.as_str()), "not settled:\n{text}");
    assert!(!once.contains(['\r', '\u{feff}']), "{once:?}");
    assert!(once.is_empty() || (once.ends_with('\n') && !once.ends_with("\n\n")), "{once:?}");
    assert!(!once.contains("\n\n\n") && !once.starts_with('\n'), "{once:?}");
    assert!(once.lines().all(|line| line.trim_end() == line), "{once:?}");
}

#[test]
fn the_examples_and_the_library_are_laid_out_as_the_rules_say() {
    for (name, text) in SCRIPTS.into_iter().chain(library()) {
        assert_eq!(laid_out(text), text, "{name}");
    }
}

#[test]
fn layout_is_restored_from_any_blanks() {
    for (name, text) in SCRIPTS.into_iter().chain(library()) {
        assert_eq!(laid_out(&squeezed(text)), text, "{name}");
        assert_eq!(laid_out(&text.replace('\n', "\r\n")), text, "{name}");
        assert_eq!(laid_out(&text.replace('\n', "\r")), text, "{name}");
        assert_eq!(laid_out(&format!("\u{feff}\n\n{text}\n \t\n")), text, "{name}");
    }
}

/// The text without indentation and with one blank wherever there were several.
fn squeezed(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut before = ' ';
        let (code, comment) = match line.find('#') {
            Some(at) if line[..at].matches('"').count() % 2 == 0 => line.split_at(at),
            _ => (line, ""),
        };
        for c in code.chars() {
            quoted ^= c == '"';
            if quoted || c != ' ' || before != ' ' {
                out.push(c);
            }
            before = c;
        }
        out.push_str(comment);
        out.push('\n');
    }
    out
}

#[test]
fn blanks_in_a_number_that_is_a_key_mean_nothing() {
    for text in ["x = f(a, 1lse: 0)", "x = f(5 %: 1, 2024: 2)", "x = f(2mn  USD: 3, 7 TEU : 4)"] {
        holds(text);
        assert!(format(SourceId(0), text).is_ok(), "{text}");
    }
}

#[test]
fn each_rule() {
    let cases = [
        ("x=1+2*3^-y", "x = 1 + 2 * 3 ^ -y\n"),
        ("x = a [ s , t - 1 ] - b[*,2024]", "x = a[s, t-1] - b[*, 2024]\n"),
        ("x = if(a>1)then(b)else-c", "x = if (a > 1) then (b) else -c\n"),
        ("x = 5 %->0%over 2026 .. 2029 s_curve@k", "x = 5% -> 0% over 2026..2029 s_curve @k\n"),
        ("param p :USD/ TEU=1", "param p: USD/TEU = 1\n"),
        ("param a = 1 USD/2 TEU", "param a = 1 USD / 2 TEU\n"),
        (
            "block k on i :q{r:mn USD /year^2=1/ 2}",
            "block k on i: q { r: mn USD/year^2 = 1 / 2 }\n",
        ),
        ("x = f(\n1,\n  2\n)", "x = f(\n  1,\n  2\n)\n"),
        ("x = 1 +\n2\n+ 3\ny = 2", "x = 1 +\n  2\n  + 3\ny = 2\n"),
        ("x = 1\n\n\n\n# c\n\n", "x = 1\n\n# c\n"),
        ("# only\n", "# only\n"),
        ("", ""),
        ("k a{}", "k a {}\n"),
        ("k a {出口 : 1\nb:2 }", "k a { 出口: 1\n  b: 2 }\n"),
        ("x = over[s] + f (1)", "x = over[s] + f(1)\n"),
        ("set a = b\nset long = c", "set a    = b\nset long = c\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(laid_out(text), expected, "{text}");
        holds(text);
    }
}

#[test]
fn fields_and_tables_are_aligned_by_width() {
    let fields = "k a {\nrate:1\n# note\nlonger : 2 # why\n出口: 3\n\nb: 4\n}\n";
    let expected = "k a {\n  rate:   1\n  # note\n  longer: 2  # why\n  出口:   3\n\n  b: 4\n}\n";
    assert_eq!(laid_out(fields), expected);
    let table = "k a {\n|s|base:mn USD/year|\n|-|:-:|\n|出口| |\n|b|1@k|# last\n}\n";
    let expected = "k a {\n  | s    | base: mn USD/year |\n  | ---- | :---------------: |\n  \
        | 出口 |                   |\n  | b    | 1 @k              |  # last\n}\n";
    assert_eq!(laid_out(table), expected);
}

#[test]
fn rows_pasted_from_a_spreadsheet_become_rows_between_bars() {
    const HEAD: &str = "years 2024..2026\nset s = food, fuels\nparam base[s] = {\n";
    let pasted =
        format!("{HEAD}sector\tvalue\t2024\nfood\t12.5\t\n  fuels\t1_250\t3 # \"a\tb\"\t\n}}\n");
    let expected = format!(
        "{HEAD}  | sector | value | 2024 |\n  | food   | 12.5  |      |\n  | fuels  | 1_250 | 3    |  # \"a\tb\"\n}}\n"
    );
    assert_eq!(laid_out(&pasted), expected);
    holds(&pasted);
    holds(&format!("{HEAD}food\t12.5\r\nfuels\t1_250}}"));
}

#[test]
fn a_rule_of_a_table_may_be_as_wide_as_its_column() {
    let wide = "k a {\n| s | a |\n|---|---|\n| b | \"".to_owned() + &"x".repeat(100) + "\" |\n}\n";
    let once = laid_out(&wide);
    assert!(once.contains(&"-".repeat(102)));
    assert_eq!(laid_out(&once), once);
}

#[test]
fn what_does_not_parse_is_reported() {
    for text in ["x = 2 ** 3", "x = (1", "x = \u{201c}a\u{201d}", "x = \"a", "x = 1,5", "a -> 1"] {
        let found = format(SourceId(0), text);
        assert!(found.is_err_and(|found| found.iter().any(|d| d.is_error())), "{text}");
    }
}

#[test]
fn odd_texts_keep_their_meaning() {
    let texts = [
        "\u{feff}## doc\r## more\r\rx = 1\r",
        "## doc\r\nx = 1 # a\r\n\r\n## far\r\n\r\ny = 2",
        "model \"# no comment \\\" | -> \u{202e}\"\n",
        "scenario s\n{\na = 1 in 2024..2025 @k\nwithout b ,c\n}",
        "param p[s: sector] = {\n\n| s | p: a/ b |\n\n# c\n| a | {\nb: 1\n} |\n| c | f(1,\n2) |\n}",
        "re\u{301}sume\u{301} = 1\nمؤسسة = résumé\nक्षेत्र = 2\n",
        "x = 1 # a\n  \n  # b\n\n\n## c\n\n## d\ny = a\n  then 2% from 2026 # e\n\n  -> 3%\n",
        "x = - - 1 -(-2) - not not y\n",
        "x = a.b . c[1 .. 2, *] + sum ( s in t , u in v where s == u : 1 )\n",
        "show a , b for all in first + 1 .. last - 1\n",
    ];
    for text in texts {
        let _ = laid_out(text);
        holds(text);
    }
}

#[test]
fn long_texts_stay_their_size() {
    let lines = "k a {\n".to_owned() + &"| b | 1 |\n".repeat(3_000) + "}\n";
    let cell = format!("k a {{\n| b | \"{}\" |\n", "x".repeat(30_000));
    let table = cell + &"| b | 1 |\n".repeat(2_000) + "}\n";
    let sum = format!("x = 1{}\n", " +\n 1".repeat(399));
    let blank = "\n".repeat(30_000) + "x = 1";
    for text in [lines, table, sum, blank] {
        let once = laid_out(&text);
        assert!(once.len() < 2 * text.len() + 1000);
    }
}

/// A name, a number or a string, and expressions of them with odd blanks.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("ixrac".to_owned()),
        Just("出口".to_owned()),
        Just("over".to_owned()),
        Just("12".to_owned()),
        Just("3_725 mn USD".to_owned()),
        Just("5 %".to_owned()),
        Just("1e-3".to_owned()),
        Just("4 years".to_owned()),
        Just("[2024:5%,2027 : -3%]".to_owned()),
        Just("imports[China,*]".to_owned()),
        Just("x . y[s,t- 1]".to_owned()),
    ];
    let sign = prop::sample::select(vec![
        "+", "-", "*", "/", "^", " - ", " -", "- ", "==", " and ", " or ", "<=", " != ", " \t+ ",
        "+\n", "\n  * ", "- -", ">-",
    ]);
    leaf.prop_recursive(5, 40, 3, move |inner| {
        prop_oneof![
            (inner.clone(), sign.clone(), inner.clone()).prop_map(|(a, s, b)| format!("{a}{s}{b}")),
            inner.clone().prop_map(|a| format!("( {a})")),
            inner.clone().prop_map(|a| format!("-{a}")),
            inner.clone().prop_map(|a| format!("f ({a} ,\n{a})")),
            inner.clone().prop_map(|a| format!("sum(s in q:{a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
        ]
    })
}

/// Makes one of the scripts with a few pieces removed, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<&str> = SCRIPTS.iter().chain(&library()).map(|&(_, text)| text).collect();
    let piece = prop::sample::select(vec![
        "", " ", "\n", "\r", "\r\n", "\t", "#", "##", "\"", "|", "-", "*", "{", "}", "(", ")", "[",
        "]", ":", ",", "..", "@k", "%", "=", "^", "->", " then 1", "é", "1", "not ", "\n\n\n",
    ]);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, piece), 1..6);
    (prop::sample::select(texts), edits, any::<prop::sample::Index>()).prop_map(
        |(text, edits, from)| {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let from = from.index(lines.len());
            let mut chars: Vec<char> =
                lines[from..(from + 12).min(lines.len())].concat().chars().collect();
            for (at, cut, piece) in edits {
                let at = at.index(chars.len().max(1)).min(chars.len());
                let end = (at + cut).min(chars.len());
                chars.splice(at..end, piece.chars());
            }
            chars.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn expressions_keep_their_meaning(a in expression(), b in expression()) {
        holds(&format!("x={a}\nk l{{\nfield:{b}\n|s|v : USD|\n|u|{a} |\n}}\ncheck {a}"));
        holds(&format!("x={a}\ncheck {b}"));
    }

    #[test]
    fn mutated_scripts_keep_their_meaning(text in mutated()) {
        holds(&text);
    }
}

/// `in` is the older word for bounds; other uses of it are left alone.
#[test]
fn bounds_have_a_word_of_their_own() {
    let old = "years 2024..2030\nset s = a, b\nparam x: percent = 5% in 0%..100%\n\
        var y[s]: percent in 0%..(50% + 1%)  # in here\nvar z start 1 = sum(i in s: y[i]) in -1..1 \"in z\"\n\
        block k in i: s { rate: percent path = 0% in -1%..1%, size: number in first..9\n  var v in 0..1\n\
        v = sum(j in s: y[j])\n  y[s] += 1 in 2025..2026\n}\nscenario d { x = 7% in 2025..2026 }\n\
        show z in 2025\nfind x in 0%..9% so that z in 2026 >= 0\nparam w = 5\n  in 0..9\n";
    let new = laid_out(old);
    let bounds: Vec<&str> = new.lines().filter(|line| line.contains("bounds")).collect();
    assert_eq!(bounds.len(), 5, "{new}");
    assert_eq!(new.matches(" bounds ").count(), 6, "{new}");
    for kept in
        ["# in here", "\"in z\"", "sum(i in s", "block k in i: s", "in 2025..2026", "find x in 0%"]
    {
        assert!(new.contains(kept), "{kept}: {new}");
    }
    // A line that begins with `in` goes on with the line before, and one that begins with `bounds` does not.
    assert!(new.ends_with("param w = 5\n  in 0..9\n"), "{new}");
    holds(old);
    assert!(parse(SourceId(0), old).diagnostics.is_empty());
    // A quantity may be called `bounds`.
    assert!(parse(SourceId(0), "param bounds = 3\nvar y\ny = 2 * bounds\n").diagnostics.is_empty());
}
