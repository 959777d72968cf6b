//! `compare ... by lever`: which changes are one part, and the parts' values, worked out by hand.

use mizan::analysis::{answer, answer_with};
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::model::Model;
use mizan::results::{Answer, Part, Report};
use mizan::session::load;

fn model(script: &str) -> Model {
    let program = load("test.mizan", script);
    program.model.unwrap_or_else(|| panic!("{script}\n{:?}", program.diagnostics))
}

fn report(script: &str) -> Report {
    answer(&model(script)).unwrap_or_else(|problem| panic!("{script}\n{problem:?}"))
}

fn parts_of(report: &Report) -> Vec<Part> {
    for answer in &report.answers {
        if let Answer::Compare { comparisons, .. } = answer {
            return comparisons[0].scenarios[0].parts.clone();
        }
    }
    panic!("a comparison")
}

/// Returns the parts of the first comparison, each with its value.
fn parts(script: &str) -> Vec<(String, f64)> {
    parts_of(&report(script)).into_iter().map(|part| (part.lever, part.value)).collect()
}

fn assert_parts(script: &str, wanted: &[(&str, f64)]) {
    let found = parts(script);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let expected: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected, "{script}");
    for ((name, found), (_, wanted)) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-9, "{name}: {found} {wanted}\n{script}");
    }
}

#[test]
fn changes_of_one_target_are_one_part() {
    let head = "years 2024..2027\nset s = a, b\nparam aid[s] = 0\nparam rate = 1\nvar x\n\
        x = sum(i in s: aid[i, 2026] + aid[i, 2027]) * rate\n";
    let ask = "compare x for d by lever in 2027\n";
    let one = [
        "aid = 20 in 2026\naid = 40 in 2027",
        "aid[*] = 20 in 2026\naid = 40 in 2027",
        "aid = 20 in 2026\naid[s] = 40 in 2027",
        "aid = { a: 20, b: 20 } in 2026\naid = { else: 40 } in 2027",
        "aid = 20 in 2026\naid += 40 in 2027",
    ];
    for lines in one {
        let name = if lines.starts_with("aid[*]") { "aid[*]" } else { "aid" };
        let found = parts(&format!("{head}scenario d {{\n{lines}\n}}\n{ask}"));
        assert_eq!(found.len(), 1, "{lines}: {found:?}");
        assert!(found[0].0.starts_with(name) && found[0].1 == 120.0, "{lines}: {found:?}");
    }
    // Other elements are other targets. Both aids double with the rate: 40 alone is 20 + 20 / 2 each.
    let apart = "aid[a] = 20 in 2026\naid[b] = 20 in 2026\nrate = 2";
    assert_parts(
        &format!("{head}scenario d {{\n{apart}\n}}\n{ask}"),
        &[("aid[a]", 30.0), ("aid[b]", 30.0), ("rate", 20.0)],
    );
    // A target that both scenarios change is one part: from 20 to 40 twice over two elements.
    let both = "scenario r { aid = 10 in 2026 }\nscenario d { aid = 25 in 2026..2027 }\n";
    assert_parts(&format!("{head}{both}compare x for d to r by lever in 2027\n"), &[("aid", 80.0)]);
    // Parents bring changes of one target.
    let parents = "scenario l { aid += 1 }\nscenario r { aid += 2 }\nscenario d extends l, r { }\n";
    assert_parts(&format!("{head}{parents}{ask}show x for l, r\n"), &[("aid", 12.0)]);
}

const PLANT: &str = "years 2024..2025\nparam price = 1\ntotal output\n\
    block works { size: number path = 10\n output += size }\nvar x = output * price\n";

/// v(f) = 10, v(f, size) = 30, v(price) = 0, v(f, price) = 20, v(all) = 60. The union of the plant and its size
/// gets (30 + 60) / 2 = 45, the price (0 + 30) / 2 = 15. Inside, over both orders and with or without the
/// price: the plant (10 + 30) / 2 and (20 + 60) / 2, the size 20 / 2 and 40 / 2.
#[test]
fn edits_of_a_lever_that_the_scenario_adds_are_inside_its_part() {
    for lines in [
        "works f \"Plant\" { }\nf.size = 30\nprice = 2",
        "price = 2\nf.size = 30\nworks f \"Plant\" { }",
    ] {
        let script = format!("{PLANT}scenario d {{\n{lines}\n}}\ncompare x for d by lever\n");
        let mut found = parts_of(&report(&script));
        found.sort_by(|a, b| a.lever.cmp(&b.lever));
        let names: Vec<&str> = found.iter().map(|part| part.lever.as_str()).collect();
        assert_eq!(names, ["f", "price"], "{lines}");
        assert_eq!((found[0].value, found[1].value), (45.0, 15.0), "{lines}");
        assert_eq!(found[0].title, "Plant");
        let inner: Vec<(&str, f64)> =
            found[0].parts.iter().map(|part| (part.lever.as_str(), part.value)).collect();
        assert_eq!(inner, [("f", 30.0), ("f.size", 15.0)], "{lines}");
        assert!(found[1].parts.is_empty());
    }
    // A size that is edited by a scenario on top of the one that adds the plant.
    let on_top = format!(
        "{PLANT}scenario base {{ works f {{ }} }}\nscenario d extends base {{ f.size = 30 }}\n"
    );
    assert_parts(&format!("{on_top}compare x for d by lever\n"), &[("f", 30.0)]);
    // Both scenarios have the plant, so its size is a separate part.
    assert_parts(&format!("{on_top}compare x for d to base by lever\n"), &[("f.size", 20.0)]);
    let removed = format!(
        "{PLANT}works f {{ }}\nscenario big {{ f.size = 30 }}\nscenario d {{ without f }}\n\
         compare x for d to big by lever\n"
    );
    assert_parts(&removed, &[("without f", -30.0)]);
}

#[test]
fn draws_divide_a_difference_in_the_same_way() {
    let script = format!(
        "{PLANT}param luck = discrete(0: 50%, 2: 50%)\nvar y = x * luck\n\
         scenario d {{ works f {{ }}\nf.size = 30\nprice = 2 }}\ncompare y for d by lever\n"
    );
    let simulation = Simulation { draws: 1_000, seed: 3, method: Method::Plain };
    let drawn = answer_with(&model(&script), Some(&simulation), &|_| {}).expect("answers");
    let Some(Answer::Compare { comparisons, .. }) = drawn.answers.first() else {
        panic!("compare")
    };
    let difference = &comparisons[0].scenarios[0];
    let mean = difference.spread.as_ref().expect("draws").mean;
    // Every part is proportional to the mean of the luck, which is the mean of y over 60.
    for (part, wanted) in difference.parts.iter().zip([45.0, 15.0]) {
        assert!((part.value - wanted * mean / 60.0).abs() < 1e-9, "{part:?}");
    }
    let inner: Vec<f64> = difference.parts[0].parts.iter().map(|part| part.value).collect();
    assert!((inner[0] - 30.0 * mean / 60.0).abs() < 1e-9 && inner.len() == 2, "{inner:?}");
}

const SHARES: &str = "years 2024..2025\nset s = a, b\nparam share[s]: percent = { a: 60%, b: 40% }\n\
    param size = 100\nidentity whole: sum(share[*]) == 100%\nvar x = share[a] * size\n";

#[test]
fn a_map_and_a_together_block_are_one_part() {
    let map = "scenario d { share = { a: 50%, b: 50% } }\n";
    let block = "scenario d { together \"Equal shares\" { share[a] = 50%, share[b] = 50% } }\n";
    for (scenario, name) in [(map, "share"), (block, "share[a], share[b]")] {
        let found = report(&format!("{SHARES}{scenario}compare x for d by lever\n"));
        assert!(found.broken_identities.is_empty(), "{scenario}");
        let part = &parts_of(&found)[0];
        assert_eq!((part.lever.as_str(), part.parts.len()), (name, 0));
        assert!((part.value + 10.0).abs() < 1e-9);
        assert_eq!(part.title, if scenario == block { "Equal shares" } else { "" });
    }
    let with_size = "scenario d { size = 200\ntogether { share[a] = 50%\nshare[b] = 50% } }\n";
    // v(size) = 60, v(shares) = -10, v(both) = 40: the size 55, the shares -15.
    assert_parts(
        &format!("{SHARES}{with_size}compare x for d by lever\n"),
        &[("size", 55.0), ("share[a], share[b]", -15.0)],
    );
    // More than 12 changes in one block are one part.
    let names: Vec<String> = (0..14).map(|n| format!("e{n}")).collect();
    let lines: Vec<String> = names.iter().map(|name| format!("v[{name}] = 2")).collect();
    let many = format!(
        "years 2024..2025\nset s = {}\nparam v[s] = 1\nvar x = sum(v[*])\n\
         scenario d {{ together {{ {} }} }}\ncompare x for d by lever\n",
        names.join(", "),
        lines.join("\n")
    );
    assert_eq!(parts(&many).len(), 1);
}

#[test]
fn a_combination_that_fails_is_named_and_together_is_offered() {
    let lines = "scenario d { share[a] = 50%\nshare[b] = 50% }\n";
    let found = report(&format!("{SHARES}{lines}compare x for d by lever\n"));
    assert_eq!(parts_of(&found).len(), 2);
    let broken = &found.broken_identities[0];
    assert_eq!(found.broken_identities.len(), 1);
    assert_eq!(broken.combination, "with `share[a]` and without `share[b]`");
    let told = found.problems().next().expect("a message");
    assert!(told.message.contains("with `share[a]` and without `share[b]`"), "{told:?}");
    assert!(told.help.iter().any(|help| help.contains("together { ... }")), "{told:?}");

    let script = "years 2024..2025\nparam a = 2\nparam b = 1\nvar x = 1 / (a - b)\n\
        scenario d { a = 3, b = 2 }\ncompare x for d by lever\n";
    let told = answer(&model(script)).expect_err("a division by 0");
    assert_eq!(told.code.name(), "division-by-zero");
    assert!(told.message.contains("with `b` and without `a`"), "{told:?}");
    assert!(told.help.iter().any(|help| help.contains("together { ... }")), "{told:?}");
    let together = script.replace("{ a = 3, b = 2 }", "{ together { a = 3, b = 2 } }");
    assert_parts(&together, &[("a, b", 0.0)]);
    // A failure in the scenario itself is not that of a combination.
    let own = script.replace("a = 3, b = 2", "a = 1");
    let told = answer(&model(&own)).expect_err("a division by 0");
    assert!(!told.message.contains("without"), "{told:?}");
}

/// Half of the draws divide by 0 if `b` changes without `a`.
#[test]
fn a_draw_that_fails_in_a_combination_names_it() {
    let script = "years 2024..2025\nparam luck = discrete(0: 50%, 1: 50%)\nparam a = 3\nparam b = 1\n\
        var x = 1 / (a - b - luck)\nscenario d { a = 4, b = 2 }\ncompare x for d by lever\n";
    let simulation = Simulation { draws: 100, seed: 3, method: Method::Plain };
    let told =
        answer_with(&model(script), Some(&simulation), &|_| {}).expect_err("a division by 0");
    assert!(told.message.contains("with `b` and without `a`, in draw"), "{told:?}");
}

/// The identity fails in one run of three; the answers of all three are there.
#[test]
fn a_failed_identity_blocks_no_answer() {
    let script = format!(
        "{SHARES}scenario d {{ share[a] = 80% }}\nscenario e {{ size = 5 }}\n\
         show x for all\ncompare x for d, e by lever\ncheck x >= 0 for all\n"
    );
    let found = report(&script);
    assert_eq!(found.answers.len(), 3);
    let [broken] = found.broken_identities.as_slice() else { panic!("{found:?}") };
    assert_eq!((broken.identity.as_str(), broken.scenario.as_str()), ("whole", "d"));
    assert_eq!((broken.year, broken.failing, broken.combination.as_str()), (2024, 2, ""));
    assert!((broken.left - 1.2).abs() < 1e-12 && broken.right == Some(1.0));
    let told: Vec<_> = found.problems().collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].message.contains("in scenario `d`"), "{told:?}");
    let json = mizan::report::json(&found);
    assert_eq!(json["broken_identities"][0]["scenario"], "d");
    let csv = mizan::report::csv(&found).expect("CSV");
    assert!(
        csv.contains("0,identity,sum(share[*]) == 100%,,d,2024,left,whole,1.2000000000000002,"),
        "{csv}"
    );
    let text = mizan::report::text(&found, 80, false);
    assert!(
        text.contains("An identity does not hold") && text.contains("whole  d, 2024:"),
        "{text}"
    );
}

/// 5, 3 and 8 lie 5, 3 and 8 above 0; 103 lies 3% from 100 where 5% is allowed, 99 1%.
#[test]
fn a_check_that_holds_shows_its_tightest_cell() {
    let tightest = |check: &str| {
        let script = format!(
            "years 2024..2026\nset s = a, b\nparam x[s] = {{ a: [2024: 5, 2025: 3, 2026: 8], b: 9 }}\n\
             param y = [2024: 99, 2025: 103, 2026: 100]\n{check}\nshow x[*], y\n"
        );
        let found = report(&script);
        let Some(Answer::Check(check)) = found.answers.first() else { panic!("a check") };
        assert!(check.passed, "{check:?}");
        assert_eq!(check.cells.len(), 1);
        (check.cells[0].year, check.cells[0].left)
    };
    assert_eq!(tightest("check x[*] >= 0"), (2025, 3.0));
    assert_eq!(tightest("check x[*] <= 10"), (2024, 9.0));
    assert_eq!(tightest("check x[*] != 4"), (2024, 5.0));
    assert_eq!(tightest("check y == 100 within 5%"), (2025, 103.0));
    assert_eq!(tightest("check y < 200 and y > 0"), (2024, 1.0));
}
