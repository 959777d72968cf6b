//! The scripts of `examples/`: the same comparisons, and properties of every model of trade.

use std::path::{Path, PathBuf};

use mizan::engine::{Values, run};
use mizan::files::Folder;
use mizan::model::{Kind, Model};
use mizan::session::load_with;

use super::agree::{Tally, compare_all};
use super::draws::compare_draws;

/// An example: its path, its text, and its model.
struct Example {
    path: PathBuf,
    text: String,
    model: Model,
}

fn read(path: &Path, text: &str) -> Model {
    let program = load_with(&path.to_string_lossy(), text, &Folder::of_script(path));
    program.model.unwrap_or_else(|| panic!("{}: {:?}", path.display(), program.diagnostics))
}

/// Every script that is a model; other scripts run the libraries among them.
fn examples() -> Vec<Example> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut all = Vec::new();
    for folder in [root.clone(), root.join("models")] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "mizan") {
                let text = std::fs::read_to_string(&path).expect("a script");
                let model = read(&path, &text);
                all.push(Example { path, text, model });
            }
        }
    }
    assert!(all.len() > 15, "the examples were not found");
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// Returns the runs of the baseline and of every scenario, with their names.
fn runs(model: &Model) -> Vec<(&str, Values)> {
    let baseline = run(model, &[], None).expect("a baseline");
    let scenario = |n: usize| {
        let scenario = &model.scenarios[n];
        let values = run(model, &scenario.changes, Some(&baseline)).expect("a run");
        (scenario.name.as_str(), values)
    };
    let mut all: Vec<(&str, Values)> = (0..model.scenarios.len()).map(scenario).collect();
    all.push(("baseline", baseline));
    all
}

#[test]
fn examples_run_as_they_read_and_so_do_their_draws() {
    // The recursion is as deep as the equations and the years together.
    let deep = std::thread::Builder::new().stack_size(1 << 30).spawn(examples_run_as_they_read);
    deep.expect("a thread").join().expect("examples run as they read");
}

fn examples_run_as_they_read() {
    let (mut tally, mut simultaneous) = (Tally::default(), Vec::new());
    for Example { path, model, .. } in examples() {
        for compared in [compare_all(&model), compare_draws(&model)] {
            match compared {
                Ok(some) => tally.count(some),
                Err(problem) if problem.starts_with("a circle") => {
                    simultaneous
                        .push(path.file_stem().expect("a name").to_string_lossy().into_owned());
                    break;
                }
                Err(problem) => panic!("{}: {problem}", path.display()),
            }
        }
    }
    // Models of an equilibrium are solved, which this interpreter cannot; so are shadow prices of a route that fails.
    let solved = [
        "disruption",
        "import_structure",
        "armington",
        "gravity",
        "gsim",
        "openflex",
        "ramsey",
        "sim",
        "spatial",
    ];
    assert_eq!(simultaneous, solved);
    assert!(tally.refused == 0 && tally.close * 200 < tally.values, "{tally:?}");
    assert!(tally.values > 150_000, "{tally:?}");
}

/// Returns the values of a quantity over the years, in one cell.
fn years(model: &Model, values: &Values, name: &str, cell: &[usize]) -> Vec<f64> {
    let id = model.quantities.iter().position(|quantity| quantity.name == name);
    let array = values.array(id.expect("a quantity of the library"));
    let place = |year: usize| cell.iter().copied().chain([year]).collect::<Vec<_>>();
    (0..model.horizon()).map(|year| array[place(year).as_slice()]).collect()
}

#[test]
fn balance_and_turnover_are_exports_and_imports_in_every_cell_of_every_run() {
    let (mut compared, mut models) = (0, 0);
    for Example { path, text, model } in examples() {
        if !text.lines().any(|line| line == "use trade") {
            continue;
        }
        models += 1;
        let size = |name: &str| {
            model.sets.iter().find(|set| set.name == name).expect("a set").members.len()
        };
        let (partners, sectors) = (size("partner"), size("sector"));
        for (scenario, values) in runs(&model) {
            for partner in 0..partners {
                let [balance, turnover] =
                    ["balance", "turnover"].map(|name| years(&model, &values, name, &[partner]));
                let [exports, imports] = ["exports", "imports"].map(|name| {
                    let lines = |sector| years(&model, &values, name, &[partner, sector]);
                    (0..sectors).map(lines).collect::<Vec<_>>()
                });
                for year in 0..model.horizon() {
                    let sum = |lines: &[Vec<f64>]| lines.iter().map(|line| line[year]).sum::<f64>();
                    let (sold, bought) = (sum(&exports), sum(&imports));
                    let slack = 1e-14 * (sold.abs() + bought.abs());
                    let what = || format!("{} {scenario} {partner} {year}", path.display());
                    assert!((balance[year] - (sold - bought)).abs() <= slack, "{}", what());
                    assert!((turnover[year] - (sold + bought)).abs() <= slack, "{}", what());
                    compared += usize::from(sold + bought > 0.0);
                }
            }
        }
    }
    assert!(models >= 8 && compared > 1_000, "{models} {compared}");
}

/// The text with every amount of money a thousand times as large: `mn USD` is `bn USD`, and `USD` alone is
/// `thousand USD`. Quoted text is not changed.
fn a_thousand_times(text: &str) -> String {
    let larger = |part: &str| {
        let scales = [("bn", "tn"), ("mn", "bn"), ("thousand", "mn")];
        let scaled = scales.iter().fold(part.to_owned(), |part, (scale, larger)| {
            part.replace(&format!("{scale} USD"), &format!("{larger} U$D"))
        });
        scaled.replace("USD", "thousand USD").replace("U$D", "USD")
    };
    let line = |line: &str| {
        if line.starts_with("currency") {
            return line.to_owned();
        }
        let parts = line.split('"').enumerate();
        let parts = parts.map(|(n, part)| if n % 2 == 0 { larger(part) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("\"")
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn a_thousand_times_the_money_makes_results_in_money_a_thousand_times_as_large_and_no_other() {
    let mut moved = 0;
    for Example { path, text, model } in examples() {
        if !text.contains("USD") {
            continue;
        }
        let larger = read(&path, &a_thousand_times(&text));
        assert_eq!(larger.quantities.len(), model.quantities.len());
        for ((scenario, before), (_, after)) in runs(&model).iter().zip(runs(&larger)) {
            for (id, quantity) in model.quantities.iter().enumerate() {
                let Kind::Plain { dimension, .. } = quantity.kind else { continue };
                let factor = 1000_f64.powf(dimension.money());
                let (before, after) = (before.array(id), after.array(id));
                // A difference that cancels is compared with the largest value of its quantity.
                let size = before.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
                for (before, after) in before.iter().zip(&after) {
                    let wrong = (after / factor - before).abs();
                    let what = || {
                        format!("{} {} {scenario}: {before} {after}", path.display(), quantity.name)
                    };
                    assert!(wrong <= 1e-10 * size, "{}", what());
                    moved += usize::from(factor != 1.0 && *before != 0.0);
                }
            }
        }
    }
    assert!(moved > 10_000, "{moved}");
}
