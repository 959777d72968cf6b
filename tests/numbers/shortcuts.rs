//! Shortcuts change no number: partial loading of libraries, quantities left out, values shared between runs.

use std::fs;
use std::path::PathBuf;

use mizan::analysis::answer;
use mizan::data::MemoryFiles;
use mizan::engine::{Known, Stop, Values, run, run_from};
use mizan::files::Folder;
use mizan::model::{ChangeId, Model};
use mizan::plan::{Cursor, Layout, RunSpec, Scope};
use mizan::report::json;
use mizan::session::{Program, load_used, load_with};

/// Returns every script of the examples.
fn scripts() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folders = vec![root];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "mizan") {
                let text = fs::read_to_string(&path).expect("a text");
                if text.lines().any(|line| line.starts_with("years ")) {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    assert!(found.len() > 10);
    found
}

fn load(path: &PathBuf, used: bool) -> Program {
    let text = fs::read_to_string(path).expect("a text");
    let folder = Folder::of_script(path);
    if used { load_used("x", &text, &folder, &[]) } else { load_with("x", &text, &folder) }
}

#[test]
fn a_library_read_in_part_gives_the_same_report() {
    let mut fewer = 0;
    for path in scripts() {
        let (whole, part) = (load(&path, false), load(&path, true));
        let (whole, part) = (whole.model.expect("a model"), part.model.expect("a model"));
        fewer += usize::from(part.quantities.len() < whole.quantities.len());
        let report = |model: &Model| json(&answer(model).expect("answers"));
        assert_eq!(report(&whole), report(&part), "{}", path.display());
    }
    assert!(fewer > 5, "{fewer} scripts use less than the whole library");
}

/// A library file beside the script may use names that the script itself does not contain.
#[test]
fn what_a_file_reads_of_the_library_is_read_too() {
    let script = "years 2024..2026\ncurrency USD\nset partner = a\nset sector = b\nuse trade\nuse \"own.mizan\"\n\
        imports goods from a {\n  base: 3 mn USD\n}\nshow doubled[a]\n";
    let own = "var doubled[partner]: USD\ndoubled[p] = 2 * turnover[p]\n";
    let mut files = MemoryFiles::default();
    files.add("own.mizan", own);
    let used = load_used("x", script, &files, &[]).model.expect("a model");
    let whole = load_with("x", script, &files).model.expect("a model");
    assert!(used.quantities.len() < whole.quantities.len());
    let report = |model: &Model| json(&answer(model).expect("answers"));
    assert_eq!(report(&used), report(&whole));
}

/// A name that only the library has is still proposed for a slip.
#[test]
fn a_mistake_is_explained_by_the_whole_library() {
    let script = "years 2024..2026\ncurrency USD\nset partner = a\nset sector = b\nuse trade\n\
        tarif duty from a {\n  rate: 5%\n}\nshow turnovr[a]\n";
    let (used, whole) =
        (load_used("x", script, &mizan::data::NoFiles, &[]), mizan::session::load("x", script));
    assert!(used.model.is_none());
    assert_eq!(used.diagnostics, whole.diagnostics);
    let help: Vec<&String> = used.diagnostics.iter().flat_map(|found| &found.help).collect();
    assert!(help.iter().any(|help| help.contains("tariff")), "{help:?}");
}

/// Returns all subsets of a scenario's changes, for a few changes.
fn subsets(changes: &[ChangeId]) -> Vec<Vec<ChangeId>> {
    let n = changes.len().min(5);
    let plays = |mask: usize| (0..n).filter(|i| mask >> i & 1 == 1).map(|i| changes[i]).collect();
    (1..1_usize << n).map(plays).collect()
}

#[test]
fn a_run_that_keeps_what_others_found_has_the_same_bits() {
    let mut kept = 0;
    for path in scripts() {
        let model = load(&path, true).model.expect("a model");
        let scope = Scope::of_script(&model);
        let baseline = run_from(&model, &[], &scope, &[], &Stop::default()).expect("a run");
        // Without the record of how they were made, no single cell is taken over.
        let whole_baseline = run(&model, &[], None).expect("a run").without_record();
        let mut runs: Vec<(RunSpec, Values)> = vec![(RunSpec::default(), baseline)];
        for scenario in &model.scenarios {
            for changes in subsets(&scenario.changes) {
                // A part of a scenario may have no solution.
                let Ok(alone) = run(&model, &changes, Some(&whole_baseline)) else { continue };
                let near = runs.iter().filter(|(other, _)| {
                    other.changes.iter().all(|change| changes.contains(change))
                });
                let known: Vec<Known<'_, Values>> =
                    near.map(|(spec, values)| Known { spec, values }).collect();
                kept += usize::from(known.len() > 1);
                let shared = run_from(&model, &changes, &scope, &known, &Stop::default());
                let shared = shared.expect("a run");
                for id in (0..model.quantities.len()).filter(|&id| scope.has(id)) {
                    let (a, b) = (alone.array(id), shared.array(id));
                    let same = a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits());
                    assert!(same, "{}: {}", path.display(), model.quantities[id].name);
                }
                runs.push((RunSpec::from(&changes), shared));
            }
        }
    }
    assert!(kept > 20, "{kept} runs share with others than the baseline");
}

#[test]
fn a_cursor_finds_what_is_kept_wherever_it_moves() {
    let text = "years 2020..2023\nset a = x, y, z\nset b = p, q\n\
        param one = 1\nparam two[a, b] = 2\nparam three[b, a, b] = 3\n";
    let program = mizan::session::load("x", text);
    let layout = Layout::new(&program.model.expect("a model"));
    let mut cursor = Cursor::default();
    for step in [1, 3, 4, 5, layout.len() - 1] {
        for place in (0..layout.len()).step_by(step).chain((0..layout.len()).rev()) {
            layout.move_to(place, &mut cursor);
            assert_eq!(layout.place(&cursor.point), place);
            assert_eq!(cursor.point, layout.point(place));
        }
    }
}

/// A scenario without effect on the baseline. A run of a model with scenarios records what each value reads, and so
/// computes each value by itself.
const OTHER: &str = "param unrelated = 1\nscenario other { unrelated = 2 }\n";

/// Without scenarios a run evaluates several years at once, and a reduction once for all cells that have it in common.
#[test]
fn values_that_are_computed_together_have_the_same_bits() {
    let script = "years 2000..2044\nset good = a, b, c, d\nparam size[good] = { a: 1, b: 2, c: 3, d: 4 }\n\
        param growth = 2% -> 5% over 2010..2030 s_curve\nparam tariff = 5% then 10% from 2020\n\
        param known: number = [2004: 1, 2013: 3, 2040: 2]\nparam opens = 2017\nparam spread = normal(3, 1)\n\
        var since\nsince = (t - 2000) / 1 year\n\
        var level[good]\nlevel[g] = size[g] * (1 + growth) ^ since * known\n\
        var share[g: good, h: good]\nshare[g, h] = level[g] * size[h] / sum(k in good: level[k] * size[h] ^ 2)\n\
        var spare[g: good, h: good]\n\
        spare[g, h] = mean(k in good where k != h: level[k]) + baseline(sum(k in good: level[k, first] * size[h]))\n\
        var ratio[good]\nratio[g] = div(level[g], max(0, since - 5 * size[g]), else: 7)\n\
        var after\nafter = if t < 2015 then level[a] else level[b] / (if t > 2030 then 3 else 1 + tariff)\n\
        var least\nleast = min(if t >= opens then 4 else 8, after, sqrt(level[c]), if since > 3 then 1 / (since - 3) else 9)\n\
        var lagged\nlagged[first] = 1\nlagged = level[a, t-1] + level[b, 2003] + spread\n\
        var both\nboth = if since > 5 and 1 / since < 0.15 then level[d] else lagged\n\
        var stock[good]\nstock[g, first] = size[g]\nstock[g] = stock[g, t-1] * (1 + growth) + level[g]\n\
        var kept[g: good, h: good]\nkept[g, h] = if size[h] > 2 then level[g] / (size[h] - 2) else size[h]\n\
        kept[g, b] = level[g]\nkept[c, d, 2030..2035] = level[d] / 3\n\
        var order[g: good, h: good]\norder[g, h] = if g == h then 1 else sum(k in good where k == h: level[k])\n\
        show both\n";
    let [together, alone] = [script.to_owned(), format!("{script}{OTHER}")].map(|text| {
        let model = mizan::session::load("x", &text).model.expect("a model");
        let values = run(&model, &[], None).expect("a run");
        let of = |(id, quantity): (usize, &mizan::model::Quantity)| {
            let bits = values.array(id).iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            (quantity.name.clone(), bits)
        };
        model.quantities.iter().enumerate().map(of).collect::<Vec<_>>()
    });
    assert!(together.len() > 15);
    for (together, alone) in together.iter().zip(&alone) {
        assert_eq!(together, alone);
    }
}

/// The year of a fault is found, and a branch that no year takes causes none.
#[test]
fn a_fault_among_years_that_are_computed_together_is_that_of_its_year() {
    for line in
        ["1 / (since - 21)", "ln(21 - since)", "if since > 20 then sqrt(20.5 - since) else 1"]
    {
        let script = format!(
            "years 2000..2044\nvar since\nsince = (t - 2000) / 1 year\nvar x\nx = {line}\nshow x\n"
        );
        let [together, alone] = [script.clone(), format!("{script}{OTHER}")].map(|text| {
            let model = mizan::session::load("x", &text).model.expect("a model");
            run(&model, &[], None).expect_err("a fault").message
        });
        assert_eq!(together, alone);
        assert!(together.contains("2021"), "{together}");
    }
}

/// Many terms of a sum are recorded at once, unless a condition may leave some out.
#[test]
fn equations_of_many_terms_have_the_solution_of_those_recorded_term_by_term() {
    let names = |letter: char, count: usize| {
        (0..count).map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(", ")
    };
    let (places, kinds) = (names('p', 12), names('k', 5));
    let [at_once, by_term] = ["", " where size[k] > 0"].map(|condition| {
        let script = format!(
            "years 2020..2023\nset place = {places}\nset kind = {kinds}\n\
             param size[kind]: number = {{ k0: 1, k1: 2, k2: 3, k3: 4, k4: 5 }}\nparam growth = 3%\n\
             var since\nsince = (t - 2020) / 1 year\n\
             var weight[i: place, k: kind]\nweight[i, k] = (1 + size[k]) * (1 + growth) ^ since\n\
             var price[place] start 1\n\
             solve price[i] so that price[i] ^ 2 == 1 + sum(j in place, k in kind{condition}: \
             weight[i, k] * (if j == i then 2 else ratio[j]) ^ (0.1 * size[k]) / size[k]) / 600\n\
             var total\ntotal = sum(j in place, k in kind{condition}: price[j] * (if size[k] == 1 then 1 else size[k] / size[k] / (size[k] - 1) * (size[k] - 1))) / 60\n\
             var ratio[place]\nratio[j] = total / price[j]\n\
             show price[*], ratio[*]\n"
        );
        let model = mizan::session::load("x", &script).model.expect("a model");
        let price = model.quantities.iter().position(|quantity| quantity.name == "price");
        let values = run(&model, &[], None).expect("a run");
        values.array(price.expect("the price")).iter().copied().collect::<Vec<f64>>()
    });
    for (at_once, by_term) in at_once.iter().zip(&by_term) {
        assert!((at_once / by_term - 1.0).abs() < 1e-14, "{at_once}, not {by_term}");
    }
    // All places are alike, so that `total` is the price.
    for (year, price) in at_once[..4].iter().enumerate() {
        let grown = 1.03_f64.powi(year as i32);
        let kind = |k: u32| {
            let size = f64::from(k);
            (1.0 + size) * grown / size * (2.0_f64.powf(0.1 * size) + 11.0)
        };
        let wanted = (1.0 + (1..6).map(kind).sum::<f64>() / 600.0).sqrt();
        assert!((price / wanted - 1.0).abs() < 1e-12, "{price}, not {wanted}");
    }
}

/// A query that explains values needs those of all quantities after a run; one that shows values needs its own.
#[test]
fn values_that_no_query_reads_are_given_up_and_change_no_answer() {
    let names =
        |letter: char| (0..200).map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(", ");
    let script = format!(
        "years 2000..2029\nset a = {}\nset b = {}\nparam growth = 2%\nparam level = 1\n\
         var index\nindex = (1 + growth) ^ ((t - 2000) / 1 year)\n\
         var x[a, b]\nx[i, j] = level * index\nvar total\ntotal = sum(x[*, *])\n\
         scenario fast {{ growth = 3% }}\nscenario twice {{ growth = 3%, level = 2 }}\nshow total for all\n",
        names('a'),
        names('b')
    );
    let shown = |more: &str| {
        let program = mizan::session::load("x", &format!("{script}{more}"));
        let report = answer(&program.model.expect("a model")).expect("answers");
        format!("{:?}", report.answers[0])
    };
    let few = shown("");
    assert!(few.contains("40000.0"), "{few}");
    assert_eq!(few, shown("compare total for fast to baseline\n"));
}
