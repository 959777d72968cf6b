//! Each command and its options.

use std::process::{Command, Output};

use super::{Folder, ended, root};

#[test]
fn set_edits_the_script_and_leaves_the_scenarios_theirs() {
    let folder = Folder::new();
    let rows = |set: &[&str]| {
        let mut arguments = vec!["run", "a.mizan", "--format", "csv", "--years", "2025..2027"];
        set.iter().for_each(|edit| arguments.extend(["--set", edit]));
        let (code, out, err) = folder.run(&arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{set:?}");
        out
    };
    let out = rows(&["growth[food]=50%", "oil += 25 USD in 2026", "oil *= 2 in 2026..2027"]);
    // 2024: 100. Food grows by half in the baseline; the scenario `low` still stops it.
    assert!(out.contains("x[food],,baseline,2026,value,,225,USD"), "{out}");
    assert!(out.contains("x[food],,low,2026,value,,100,USD"), "{out}");
    // (100 + 25) * 2, then 100 * 2, and `high` adds its 10 to that.
    assert!(out.contains("oil,,baseline,2026,value,,250,USD"), "{out}");
    assert!(out.contains("oil,,baseline,2027,value,,200,USD"), "{out}");
    assert!(out.contains("oil,,high,2027,value,,210,USD"), "{out}");
    // 10% by 5 by 0.5 is 25%, and 25 points more in one year.
    let out = rows(&["growth[s] *= 5", "growth *= 0.5", "growth[s] += 25 pp in 2025"]);
    assert!(out.contains("x[food],,baseline,2025,value,,150,USD"), "{out}");
}

#[test]
fn a_wrong_set_points_into_the_argument() {
    let folder = Folder::new();
    for (edit, code, wanted) in [
        ("grwoth=5%", "unknown-name", "`growth`"),
        ("growth[fod]=5%", "unknown-element", "`food`"),
        ("growth[q]=5%", "unknown-element", "`food`, `metals`"),
        ("oil=5%", "unit-mismatch", "money"),
        ("oil=5 USD in 2040", "year-outside", "2024"),
        ("x=5", "unit-mismatch", "money"),
    ] {
        let (exit, out, err) = folder.run(&["run", "a.mizan", "--set", edit]);
        assert_eq!((exit, out.as_str()), (65, ""), "{edit}: {err}");
        assert!(err.contains(code) && err.contains(wanted) && err.contains("--set:1:"), "{err}");
    }
}

#[test]
fn scenarios_named_answer_the_queries_that_name_none() {
    let folder = Folder::new();
    let (code, out, _) = folder.run(&["run", "a.mizan", "--format", "csv", "--scenario", "high"]);
    assert_eq!(code, 0);
    let scenarios = |query: &str| {
        let mut found: Vec<&str> = out
            .lines()
            .filter(|line| line.starts_with(query))
            .filter_map(|line| line.split(',').nth(4))
            .collect();
        found.dedup();
        found.join(" ")
    };
    assert_eq!(scenarios("1,show,oil"), "baseline high");
    assert_eq!(scenarios("2,show,oil"), "high");
    assert_eq!(scenarios("3,check"), "high");
    let (code, _, err) = folder.run(&["run", "a.mizan", "--scenario", "hihg"]);
    assert!(code == 65 && err.contains("did you mean `high`?"), "{err}");
}

#[test]
fn years_narrow_what_is_shown_and_nothing_else() {
    let folder = Folder::new();
    let years = |arguments: &[&str]| {
        let (_, out, err) =
            folder.run(&[&["run", "a.mizan", "--format", "csv"], arguments].concat());
        (out, err)
    };
    let (all, _) = years(&[]);
    let (some, err) = years(&["--years", "2026..2027"]);
    assert_eq!(err, "");
    let shown =
        |line: &&str| line.contains("check") || line.contains(",2026,") || line.contains(",2027,");
    let wanted: Vec<&str> = all.lines().skip(1).filter(shown).collect();
    assert_eq!(some.lines().skip(1).collect::<Vec<_>>(), wanted);
    let (code, _, err) = folder.run(&["run", "a.mizan", "--years", "2020..2026"]);
    assert!(code == 65 && err.contains("2024..2028"), "{err}");
    folder.put("b.mizan", format!("{SCRIPT}show oil in 2028\n", SCRIPT = super::SCRIPT));
    let (code, _, err) = folder.run(&["run", "b.mizan", "--years", "2024..2025"]);
    assert!(code == 0 && err.contains("not-shown"), "{err}");
}

#[test]
fn check_reports_and_runs_nothing() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["check", "a.mizan"]), (0, String::new(), String::new()));
    folder.put("bad.mizan", "years 2024..2025\nparam g: percent = 5\nshow h\n");
    let (code, out, err) = folder.run(&["check", "bad.mizan", "--format", "json"]);
    assert_eq!((code, err.as_str()), (65, ""));
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&found["errors"], &found["warnings"]), (&1.into(), &1.into()), "{out}");
    assert_eq!(found["diagnostics"][0]["labels"][0]["line"], 2);
    folder.put("warn.mizan", "years 2024..2025\nparam g: percent = 5\nshow g\n");
    assert_eq!(folder.run(&["check", "warn.mizan"]).0, 0);
    assert_eq!(folder.run(&["check", "warn.mizan", "--deny-warnings"]).0, 1);
}

#[test]
fn a_failed_check_fails_the_run() {
    let folder = Folder::new();
    folder.put("no.mizan", "years 2024..2025\nparam g = 5\ncheck g == 6\n");
    let (code, out, _) = folder.run(&["run", "no.mizan"]);
    assert!(code == 1 && out.contains("g == 6"), "{out}");
}

#[test]
fn names_are_explained() {
    let folder = Folder::new();
    let explain = |arguments: &[&str]| {
        let (code, out, err) = folder.run(&[&["explain"], arguments].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        out
    };
    let kind = explain(&["tariff"]);
    assert!(kind.contains("pass_through") && kind.contains("100%") && kind.contains("required"));
    assert!(kind.contains("duty_rate[p, s] += "), "{kind}");
    assert!(explain(&["market_price"]).contains("sum(p in partner: weight[p, s])"));
    assert!(explain(&["hhi"]).contains("squared shares"));
    let variable = explain(&["x", "a.mizan"]);
    assert!(variable.contains("x[s] = x[s, t-1] * (1 + growth[s])"), "{variable}");
    assert!(variable.contains("x[s, 2024] = 100 USD"), "{variable}");
    let param = explain(&["growth", "a.mizan"]);
    assert!(param.contains("growth[metals] = 20%") && param.contains("@office"), "{param}");
    assert!(explain(&["low", "a.mizan"]).contains("growth[food] = 0%"));
    let target = root().join("examples/azerbaijan_china.mizan");
    let plant = explain(&["bus_plant", target.to_str().expect("a path")]);
    assert!(plant.contains("25% -> 60% over 2026..2032 s_curve"), "{plant}");
    assert!(plant.contains("imports[China, vehicles] += bus_plant.kits"), "{plant}");
    let code = explain(&["unit-mismatch"]);
    assert!(code.starts_with("# `unit-mismatch`\n") && code.contains("Mended:"), "{code}");
    let (code, _, err) = folder.run(&["explain", "unit-mismatsh"]);
    assert!(code == 65 && err.contains("did you mean `unit-mismatch`?"), "{err}");
    let (code, _, err) = folder.run(&["explain", "tarif"]);
    assert!(code == 65 && err.contains("did you mean `tariff`?"), "{err}");
}

#[test]
fn equations_are_explained_with_the_names_of_elements() {
    let folder = Folder::new();
    folder.put(
        "b.mizan",
        "years 2024..2025\nset good = fuel, food\nset way = rail, road\nparam best: way = road\n\
         var x[good]\nx[g] = if g == fuel then 2 else if fuel == g then 3 else sum(w in way where \
         w != rail: 1)\nvar y\ny = if best == road then 1 else 2\nshow x[fuel], y\n",
    );
    let (code, out, err) = folder.run(&["explain", "x", "b.mizan"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for part in ["g == fuel", "fuel == g", "w != rail"] {
        assert!(out.lines().any(|line| line.contains("if g") && line.contains(part)), "{out}");
    }
    let (_, out, _) = folder.run(&["explain", "y", "b.mizan"]);
    assert!(out.contains("best == road"), "{out}");
}

#[test]
fn the_first_script_runs_and_is_formatted() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["new", "first"]).0, 0);
    assert_eq!(folder.run(&["run", "first.mizan"]).0, 0);
    assert_eq!(folder.run(&["check", "first.mizan", "--deny-warnings"]).0, 0);
    assert_eq!(folder.run(&["fmt", "--check", "first.mizan"]), (0, String::new(), String::new()));
    let (code, out, _) = folder.run(&["audit", "first.mizan"]);
    assert!(code == 0 && out.contains("8 figures, 8 with a source, 0 without"), "{out}");
    folder.put("first.mizan", "mine");
    let (code, _, err) = folder.run(&["new", "first.mizan"]);
    assert!(code == 73 && err.contains("--force"), "{err}");
    assert_eq!(folder.text("first.mizan"), "mine");
    assert_eq!(folder.run(&["new", "first", "--force"]).0, 0);
    assert!(folder.text("first.mizan").contains("model \"first\""));
}

#[test]
fn scripts_are_formatted_in_place() {
    let folder = Folder::new();
    let rough = "years   2024..2025\nparam  g=5%   # kept\n";
    folder.put("rough.mizan", rough);
    let (code, out, _) = folder.run(&["fmt", "--check", "rough.mizan"]);
    assert!(code == 1 && out.contains("rough.mizan"), "{out}");
    assert_eq!(folder.text("rough.mizan"), rough);
    let (_, piped, _) = folder.run_with_input(&["fmt", "-"], rough.as_bytes());
    assert_eq!(folder.run(&["fmt", "rough.mizan"]).0, 0);
    assert_eq!(folder.text("rough.mizan"), piped);
    assert!(piped.contains("# kept") && piped != rough, "{piped}");
    folder.put("bad.mizan", "param = =\n");
    assert_eq!(folder.run(&["fmt", "bad.mizan"]).0, 65);
    assert_eq!(folder.text("bad.mizan"), "param = =\n");
}

#[test]
fn the_audit_follows_marks_on_values_cells_levers_and_scenarios() {
    let folder = Folder::new();
    folder.put(
        "b.mizan",
        "years 2024..2025\nset s = a, b\nsource one \"1\"\nsource two \"2\"\nsource idle \"3\"\n\
         factor f[s]\nblock k on i: s { r: number\n q: number\n f[i] *= r * q }\n\
         k lever {\n  | s | r |\n  | a | 2 @one |\n  | b | 3 |\n  q: 4 @two\n}\n\
         param p = 5\nscenario up @one { p = 6 }\nshow f[a], p for all\n",
    );
    let (code, out, err) = folder.run(&["audit", "b.mizan", "--format", "json"]);
    assert!(code == 0 && err.contains("unused-source") && err.contains("1 warning"), "{err}");
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&found["figures"], &found["with_source"]), (&5.into(), &3.into()), "{out}");
    assert_eq!(found["without_source"][0]["figures"][0]["name"], "lever.r[b]");
    assert_eq!(found["without_source"][0]["figures"][0]["line"], 13);
    assert_eq!(found["without_source"][1]["figures"][0]["name"], "p");
    assert_eq!(found["sources"][0]["supports"][1]["owner"], "scenario up");
    assert_eq!(found["sources"][2]["supports"], serde_json::json!([]));
    // A value's own source takes the place of its lever's.
    folder.put(
        "d.mizan",
        "years 2024..2025\nset s = a\nsource one \"1\"\nsource two \"2\"\nfactor f[s]\n\
         block k on i: s { r: number\n q: number\n f[i] *= r * q }\nk lever @one { r: 3, q: 4 @two }\nshow f[a]\n",
    );
    let (_, out, _) = folder.run(&["audit", "d.mizan", "--format", "json"]);
    let own: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    for (source, wanted) in [(0, "lever.r"), (1, "lever.q")] {
        let figures = &own["sources"][source]["supports"][0]["figures"];
        assert_eq!(figures.as_array().map(Vec::len), Some(1), "{out}");
        assert_eq!(figures[0]["name"], wanted);
    }
    let (_, out, _) = folder.run(&["run", "b.mizan"]);
    assert!(out.contains("@one") && out.contains("@two") && !out.contains("@idle"), "{out}");
    folder.put("c.mizan", "years 2024..2025\nsource office \"x\"\nparam p = 5 @ofice\nshow p\n");
    let (code, _, err) = folder.run(&["check", "c.mizan"]);
    assert!(code == 65 && err.contains("unknown-source") && err.contains("@office"), "{err}");
}

#[test]
fn shells_and_manuals_are_served() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, out, _) = folder.run(&["completions", shell]);
        assert!(code == 0 && out.contains("audit"), "{shell}");
    }
    let (code, out, _) = folder.run(&["man"]);
    assert!(code == 0 && out.contains(".TH") && out.contains("explain"), "{out}");
    assert!(folder.run(&["man", "run"]).1.contains("scenario"));
    assert_eq!(folder.run(&["man", "rnu"]).0, 2);
    for command in ["run", "check", "explain", "fmt", "new", "audit", "completions", "man"] {
        let (code, out, _) = folder.run(&[command, "--help"]);
        assert!(code == 0 && out.contains("Examples:"), "{command}");
    }
}

#[test]
fn draws_are_those_of_the_seed_and_too_many_are_refused() {
    let folder = Folder::new();
    folder.put("r.mizan", "years 2024..2024\nparam x = normal(10, 2)\nshow x\n");
    let run =
        |options: &[&str]| folder.run(&[&["run", "r.mizan", "--format", "csv"], options].concat());
    let (code, one, err) = run(&["--draws", "1_000", "--seed", "3"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(one.contains(",baseline,2024,q05,") && one.contains(",baseline,2024,error,"), "{one}");
    assert_eq!(run(&["--draws", "1000", "--seed", "3"]).1, one);
    assert_ne!(run(&["--draws", "1000", "--seed", "4"]).1, one);
    assert_ne!(run(&["--draws", "1000", "--seed", "3", "--sampling", "sobol"]).1, one);
    assert!(!run(&["--draws", "0"]).1.contains("q05"));
    for (draws, wanted) in [
        ("2_000_000", "--max-draws 2000000 allows them"),
        ("1_000_000_000_001", "the limit is 1000000000000 draws"),
        ("many", "a whole number is required"),
        ("-5", "unexpected argument"),
    ] {
        let (code, out, err) = run(&["--draws", draws]);
        assert_eq!((code, out.as_str()), (2, ""), "{draws}");
        assert!(err.contains(wanted), "{err}");
    }
}

/// The target script with its distributions, and an equilibrium that is solved in every draw.
#[test]
fn the_number_of_threads_changes_no_byte() {
    let examples = root().join("examples");
    let cases: [&[&str]; 2] = [
        &["azerbaijan_china.mizan", "--draws", "8300"],
        &["models/armington.mizan", "--draws", "8300", "--set", "substitution=uniform(3,5)"],
    ];
    for case in cases {
        let run = |threads: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
            command.current_dir(&examples).env("RAYON_NUM_THREADS", threads);
            command.args(["run", "--format", "json"]).args(case);
            let (code, out, problems) = ended(command.output().expect("the program runs"));
            assert_eq!(code, 0, "{case:?}: {problems}");
            out
        };
        let one = run("1");
        assert!(one.contains("\"quantiles\""), "{case:?} draws nothing");
        for threads in ["2", "5", "16"] {
            assert!(one == run(threads), "{case:?} with {threads} threads");
        }
    }
}

/// Without threads the calling thread does the work; the stacks of threads would need eight times the memory that the
/// shell allows.
#[cfg(unix)]
#[test]
fn where_no_thread_is_to_be_had_one_does_the_work() {
    let script = root().join("examples/azerbaijan_china.mizan");
    let run = |limit: &str, threads: &str| {
        let line = format!("{limit} exec \"$0\" run \"$1\" --draws 2100 --format json");
        let mut command = Command::new("sh");
        command.env("RAYON_NUM_THREADS", threads).args(["-c", &line]);
        command.arg(env!("CARGO_BIN_EXE_mizan")).arg(&script);
        // A thread that has its stack, but finds no memory when it begins, is the end of a program: the
        // standard library has it so. Which threads come that far is a matter of chance.
        let chance = |output: &Output| {
            output.status.code() == Some(74)
                && String::from_utf8_lossy(&output.stderr).contains("alternative stack")
        };
        let mut outputs = (0..20).map(|_| command.output().expect("a shell"));
        ended(outputs.find(|output| !chance(output)).expect("a run among twenty"))
    };
    let (code, out, problems) = run("ulimit -v 1000000;", "1000");
    assert_eq!((code, problems.as_str()), (0, ""));
    assert!(out == run("", "2").1);
}

#[test]
fn a_wrong_command_line_gets_a_line_that_works() {
    let folder = Folder::new();
    for (arguments, tip) in [
        (&["a.mizan"][..], "`mizan run a.mizan`"),
        (&["plot", "a.mizan"], "`mizan chart a.mizan --output charts`"),
        (&["run", "a.mizan", "low"], "`mizan run a.mizan --scenario low`"),
        (&["run", "a.mizan", "-f", "json"], "--format json`"),
        (&["run", "a.mizan", "--set", "oil", "90 USD"], "--set 'oil=90 USD'"),
        (&["run", "a.mizan", "--set", "oil: 90 USD"], "write 'oil=90 USD'"),
        (&["run", "a.mizan", "--set", "growth[food]=+1%"], "'growth[food]+=1 pp'"),
        (
            &["run", "a.mizan", "--set", "growth[food]=1%, oil=90 USD"],
            "--set 'growth[food]=1%' --set 'oil=90 USD'",
        ),
        (&["run", "a.mizan", "--years", "2024-2026"], "write 2024..2026"),
        (&["chart", "a.mizan", "-o", "pic.svg"], "`mizan run a.mizan --output pic.svg`"),
        (&["chart", "a.mizan", "-o", "pic.png"], "--format png"),
    ] {
        let (code, out, err) = folder.run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(tip), "{arguments:?}: {err}");
    }
    let (code, _, err) = folder.run(&["run", "b.mizan"]);
    assert!(code == 66 && err.contains("did you mean `a.mizan`?"), "{err}");
    assert_eq!(folder.names(), ["a.mizan"]);
}

#[test]
fn piped_questions_are_answered_one_after_the_other() {
    let folder = Folder::new();
    let input = b"oil = 90 USD\noil in 2026\n> x[food] in 2024\noil +\n";
    let (code, out, err) = folder.run_with_input(&["repl", "a.mizan"], input);
    assert!(out.contains("oil in 2026 = 90 USD"), "{out}{err}");
    assert!(out.contains("x[food] in 2024 = 100 USD"), "{out}{err}");
    assert_eq!(code, 65, "the last line has a mistake: {err}");
}
