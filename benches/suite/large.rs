//! Large and solved models: Mizan and other programs, each from start to exit.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::models;
use crate::peers::python;
use crate::timing::{Times, in_turn, timed};

/// One model in one size.
struct Row {
    name: String,
    /// The number that grows from row to row of a series, with the name of the series; rows of one series are
    /// compared by exponents.
    series: Option<(&'static str, f64)>,
    script: PathBuf,
    draws: Option<u32>,
    /// The function of `peers/large.py` and its sizes, and the methods that take part.
    model: &'static str,
    sizes: Vec<String>,
    methods: &'static [&'static str],
}

/// A program that computes a row: Mizan, or a method of `peers/large.py`.
struct Entry<'a> {
    row: &'a Row,
    method: Option<&'static str>,
}

/// The largest difference between two programs, relative to the value.
const AGREEMENT: f64 = 1e-8;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = folder().join(name);
    std::fs::write(&path, text).unwrap_or_else(|found| panic!("{}: {found}", path.display()));
    path
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |name: &str, series, text: &str, model, sizes: &[&dyn ToString], methods| {
        let script = written(&format!("large-{}.mizan", rows.len()), text);
        let sizes = sizes.iter().map(|size| (**size).to_string()).collect();
        rows.push(Row {
            name: name.to_owned(),
            series,
            script,
            draws: None,
            model,
            sizes,
            methods,
        });
    };
    for n in [44, 100, 200, 400] {
        let methods: &[_] = &["numpy", "casadi", "scipy"];
        let (name, series) =
            (format!("hat algebra, {n} countries"), Some(("countries", f64::from(n))));
        add(&name, series, &models::gravity(n, "4"), "gravity", &[&n], methods);
    }
    for years in [1, 11] {
        let (name, series) = (format!("100 countries, 10 sectors, {years} years"), None);
        let text = models::sectors(100, 10, years);
        add(&name, series, &text, "sectors", &[&100, &10, &years], &["numpy", "casadi", "scipy"]);
    }
    let random = models::gravity(44, "normal(4, 0.3)").replace("wage[*], price[*]", "wage[c0]");
    add("44 countries, 1,000 draws", None, &random, "draws", &[&44, &1000], &["numpy", "casadi"]);
    add(
        "computable general equilibrium, 60 goods",
        None,
        &models::economy(60),
        "economy",
        &[&60],
        &["casadi", "scipy"],
    );
    add(
        "optimal growth, 1,000 years at once",
        None,
        &models::growth(1000),
        "growth",
        &[&1000],
        &["scipy", "casadi"],
    );
    for n in [100, 200, 300] {
        let (name, series) =
            (format!("sum in a share, {n} by {n}, 10 years"), Some(("elements", f64::from(n))));
        add(&name, series, &models::inner_sum(n, 10), "inner", &[&n, &10], &["numpy", "pandas"]);
    }
    for n in [25, 50, 100] {
        let file = written(&format!("large-{n}.csv"), &models::schedule(n, n));
        let name = format!("trade library, {n} partners, {n} sectors, 30 years, 10 scenarios");
        let base = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (text, series) =
            (models::tariffs(n, n, 30, 10, &base), Some(("lines", f64::from(n * n))));
        add(&name, series, &text, "tariffs", &[&file.display(), &30, &10], &["numpy", "pandas"]);
    }
    for row in rows.iter_mut().filter(|row| row.model == "draws") {
        row.draws = row.sizes.last().and_then(|draws| draws.parse().ok());
    }
    rows
}

impl Entry<'_> {
    fn command(&self) -> Command {
        let Row { script, draws, model, sizes, .. } = self.row;
        let Some(method) = self.method else {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
            command.arg("run").arg(script).args(["--format", "json"]);
            draws.iter().for_each(|draws| _ = command.args(["--draws", &draws.to_string()]));
            return command;
        };
        let mut command = python();
        command.args(["large.py", model, method]).args(sizes);
        command
    }

    /// The values that the program shows.
    fn values(&self) -> Vec<f64> {
        let output = self.command().output().expect("it starts");
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}, {:?}: {problem}", self.row.name, self.method);
        let answer: Value = serde_json::from_slice(&output.stdout).expect("it answers in JSON");
        if self.method.is_some() {
            return serde_json::from_value(answer).expect("a list of numbers");
        }
        let mut found = Vec::new();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        for series in list(&answer["answers"])
            .iter()
            .flat_map(|one| list(&one["panels"]))
            .flat_map(|panel| list(&panel["series"]))
        {
            if self.row.draws.is_some() {
                let spread = &series["spread"][0];
                found.extend(
                    [&spread["mean"], &spread["sd"]]
                        .map(|value| value.as_f64().unwrap_or(f64::NAN)),
                );
            } else {
                found.extend(
                    list(&series["values"]).iter().map(|value| value.as_f64().unwrap_or(f64::NAN)),
                );
            }
        }
        found
    }

    fn time(&self) -> f64 {
        timed(|| {
            let status = self.command().stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(status.is_ok_and(|status| status.success()));
        })
    }

    /// The most memory that the program had, in megabytes, read from the system while it runs.
    fn memory(&self) -> f64 {
        let mut child =
            self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let (status, mut most) = (format!("/proc/{}/status", child.id()), 0.0_f64);
        while child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let size =
                line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
            most = most.max(size.unwrap_or(0.0) / 1000.0);
            std::thread::sleep(Duration::from_millis(1));
        }
        most
    }
}

/// Asserts that all programs of a row give the same values; those of draws agree within their standard errors.
fn check(row: &Row) {
    let wanted = Entry { row, method: None }.values();
    for &method in row.methods {
        let found = Entry { row, method: Some(method) }.values();
        assert_eq!(found.len(), wanted.len(), "{}, {method}", row.name);
        for (found, wanted) in found.iter().zip(&wanted) {
            let most = match row.draws {
                Some(draws) => 5.0 / f64::from(draws).sqrt(),
                None => AGREEMENT,
            };
            assert!(
                (found / wanted - 1.0).abs() < most,
                "{}, {method}: {found}, not {wanted}",
                row.name
            );
        }
        eprintln!("{}: {method} agrees", row.name);
    }
}

/// The table of all models whose names hold `only`.
pub(crate) fn run(rounds: usize, only: &str) -> String {
    let mut rows = rows();
    rows.retain(|row| row.name.contains(only));
    rows.iter().for_each(check);
    let entries = |row: &'static Row| {
        let methods = row.methods.iter().map(|&method| Some(method));
        [None].into_iter().chain(methods).map(move |method| Entry { row, method })
    };
    // The rows live as long as the program: the entries point to them.
    let rows: &'static [Row] = Vec::leak(rows);
    let mut all: Vec<Entry<'static>> = rows.iter().flat_map(entries).collect();
    let times = in_turn(rounds, &mut all, |entry| {
        let seconds = entry.time();
        eprintln!("{}, {}: {seconds:.3} s", entry.row.name, entry.method.unwrap_or("Mizan"));
        seconds
    });
    table(rows, &all, &times)
}

fn table(rows: &[Row], all: &[Entry<'_>], times: &[Times]) -> String {
    let mut out = String::from(
        "## Large and solved models\n\nSeconds from start to exit, medians of programs in turn; memory in MB. A ratio is Mizan's \
         time over the peer's: below 1 Mizan is faster. Mizan solves the baseline and the scenario, the peers the scenario \
         alone. An exponent is that of the growth since the row before: time as size to the power of it.\n\n\
         | model | s | MB | exponent of time | of memory | numpy | CasADi | scipy | pandas |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    let mut before: Option<(&Row, f64, f64)> = None;
    for row in rows {
        let of = |method: Option<&str>| {
            let mut found = all.iter().zip(times).filter(|(entry, _)| std::ptr::eq(entry.row, row));
            found.find(|(entry, _)| entry.method == method).map(|(_, times)| times.median())
        };
        let seconds = of(None).unwrap_or(f64::NAN);
        let memory = Entry { row, method: None }.memory();
        _ = write!(out, "| {} | {seconds:.3} | {memory:.0} ", row.name);
        let exponent = |now: f64, then: f64, size: f64, old: f64| {
            format!("{:.1}", (now / then).ln() / (size / old).ln())
        };
        match (row.series, before) {
            (Some((series, size)), Some((last, time, memories)))
                if last.series.is_some_and(|last| last.0 == series) =>
            {
                let old = last.series.map_or(f64::NAN, |last| last.1);
                _ = write!(
                    out,
                    "| {} | {} ",
                    exponent(seconds, time, size, old),
                    exponent(memory, memories, size, old)
                );
            }
            _ => out.push_str("| | "),
        }
        for method in ["numpy", "casadi", "scipy", "pandas"] {
            match of(Some(method)) {
                Some(peer) => _ = write!(out, "| {:.2} ", seconds / peer),
                None => out.push_str("| "),
            }
        }
        out.push_str("|\n");
        before = Some((row, seconds, memory));
    }
    out.push('\n');
    out
}
