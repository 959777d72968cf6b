//! Files that other languages read and write, estimates, options behind a comma, and lines without a meaning here.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::declare;
use crate::syntax::token::TokenKind;
use crate::syntax::words;

/// Commands that write a file.
const WRITE: &[&str] = &[
    "export",
    "save",
    "saveas",
    "write",
    "outsheet",
    "putexcel",
    "to_csv",
    "to_excel",
    "savefig",
    "ggsave",
    "wfsave",
    "pagesave",
    "execute_unload",
    "fwrite",
    "write_csv",
    "to_json",
    "saveRDS",
    "esttab",
    "outreg2",
    "put_excel",
    "dump",
    "xlswrite",
    "writetable",
    "csvwrite",
];
/// Commands that estimate coefficients.
const ESTIMATE: &[&str] = &[
    "reg",
    "regress",
    "ls",
    "ols",
    "lm",
    "glm",
    "xtreg",
    "ivregress",
    "estimate",
    "equation",
    "varest",
    "arima",
    "fit",
    "logit",
    "probit",
    "areg",
    "reghdfe",
    "newey",
    "feols",
    "nls",
    "tsls",
    "gmm",
];
/// Commands of statistics packages whose options follow a comma.
const OPTIONS: &[&str] = &[
    "summarize",
    "summarise",
    "sum",
    "su",
    "tabulate",
    "tab",
    "tabstat",
    "list",
    "graph",
    "twoway",
    "tsline",
    "line",
    "display",
    "describe",
    "histogram",
    "hist",
    "plot",
    "browse",
    "xtline",
    "kdensity",
    "scatter",
    "bar",
];

/// First words of statements in other languages that Mizan does not need.
const NEEDLESS: &[&str] = &[
    "library",
    "require",
    "clear",
    "cls",
    "rm",
    "option",
    "options",
    "workfile",
    "wfcreate",
    "exit",
    "quit",
    "end",
    "run",
    "begin",
    "pass",
    "return",
    "endif",
    "endfor",
    "next",
    "close",
    "simulate",
    "draws",
    "montecarlo",
    "replications",
    "iterations",
    "capture",
    "delete",
    "rename",
    "del",
    "clc",
    "create",
    "quietly",
    "estat",
    "predict",
    "outfile",
    "freeze",
    "group",
    "ungroup",
    "pacman",
    "install",
    "cd",
    "pwd",
    "log",
    "version",
    "timer",
    "preserve",
    "restore",
    "sort",
    "order",
    "gsort",
    "merge",
    "append",
    "reshape",
    "collapse",
    "mat",
    "xtdescribe",
    "putdocx",
    "sysuse",
    "compress",
    "format",
    "recast",
    "destring",
    "order",
    "rem",
    "pause",
    "done",
    "alias",
    "keep",
    "drop",
    "tsset",
    "xtset",
    "label",
];
/// Procedures of objects in EViews: `model1.solve`.
const PROCEDURES: &[&str] =
    &["solve", "ls", "makegraph", "label", "displayname", "sheet", "scenario", "freeze"];

/// Leaves out a command that writes a file, and shows its values instead: `export balance to "out.xlsx"`.
pub(crate) fn files(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let command = (0..end)
        .find(|&n| WRITE.contains(&draft.at(n)))
        .or_else(|| (draft.at(0) == "write" && draft.at(1) == ".").then_some(0))?;
    if command > 2 || context.declares(draft.at(command)) || words::find(draft.at(0)).is_some() {
        return None;
    }
    // The file is a quoted text or a name with an ending.
    let file = (0..end).find(|&n| draft.kind(n) == Some(TokenKind::Text));
    let file = file.map_or("out.xlsx".to_owned(), |n| draft.at(n).trim_matches('"').to_owned());
    let value = (0..end).find(|&n| draft.is_name(n) && context.declares(draft.at(n)));
    let text = match value {
        Some(n) => {
            let stop = if draft.at(n + 1) == "[" { draft.close(n + 1)? + 1 } else { n + 1 };
            format!("show {}", draft.show(n..stop))
        }
        None => String::new(),
    };
    draft.replace(0..end, &text);
    Some(format!(
        "a script writes no file; the command `mizan run SCRIPT --output {file}` writes its answers"
    ))
}

/// Leaves out a command that estimates coefficients: `regress y x`, `equation eq1.ls y c x`.
pub(crate) fn estimates(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let tilde = draft.find(&["~"], 1).is_some_and(|n| n < end);
    let word = draft.at(0).to_owned();
    let object = word != "equation" || draft.at(2) == ".";
    let plain = ESTIMATE.contains(&word.as_str())
        && !context.declares(&word)
        && draft.at(1) != "="
        && object;
    let called =
        (0..end).any(|n| ESTIMATE.contains(&draft.at(n)) && draft.at(n + 1) == "(") && tilde;
    if !plain && !called {
        return None;
    }
    draft.remove(0..end);
    Some(
        "coefficients are given, as `param b = 0.5`, not estimated; `calibrate` fits inputs to observed values"
            .to_owned(),
    )
}

/// Removes options behind a comma: `summarize balance, detail`.
pub(crate) fn options(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let declares = matches!(draft.at(0), "egen" | "gen" | "generate");
    if !OPTIONS.contains(&draft.at(0)) && !declares {
        return None;
    }
    let end = draft.line_end(0);
    let comma = draft.outside(",", 1).filter(|&n| n < end)?;
    // `display gdp.l, duty.rate` of GAMS lists a field of a lever too.
    let value = |n: usize| {
        context.declares(draft.at(n)) || draft.at(n + 1) == "." && context.is_lever(draft.at(n))
    };
    if (comma + 1..end).any(value)
        || declares && !matches!(draft.at(comma + 1), "by" | "replace" | "after" | "before")
    {
        return None;
    }
    let option = draft.show(comma + 1..end);
    draft.remove(comma..end);
    if declares {
        return Some("a line with an index holds for every element, without options".to_owned());
    }
    Some(format!("the option `{option}` is left out; a query takes its values and clauses only"))
}

/// Replaces commands that read data: `import "flows.csv"`, `read_csv("flows.csv")`, `insheet using flows.csv`.
pub(crate) fn data(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    const ENDS: &[&str] = &["csv", "xlsx", "xls", "dta", "wf1", "gdx", "txt"];
    let text = (0..draft.len()).find(|&n| {
        draft.kind(n) == Some(TokenKind::Text)
            && ENDS
                .iter()
                .any(|end| draft.at(n).trim_end_matches('"').ends_with(&format!(".{end}")))
    });
    let bare = (1..draft.len()).find(|&n| draft.at(n) == "." && ENDS.contains(&draft.at(n + 1)));
    let file = match (text, bare) {
        (Some(n), _) => draft.at(n).to_owned(),
        (None, Some(n)) => format!("\"{}\"", draft.show(n - 1..n + 2)),
        (None, None) => return None,
    };
    let in_body = draft.find(&["{"], 0).is_some_and(|n| n < draft.line_end(0));
    if in_body || matches!(draft.at(0), "param" | "set" | "source" | "model" | "scenario") {
        return None;
    }
    let named = draft.at(1) == "=" || draft.at(1) == "<";
    let name = if named { draft.at(0) } else { "values" };
    let named = |n: &usize| {
        matches!(draft.at(*n), "sheet_name" | "sheet")
            && matches!(draft.at(n + 1), "=" | "(" | ":")
            && draft.kind(n + 2) == Some(TokenKind::Text)
    };
    let sheet = (0..draft.len()).find(named).map(|n| format!(", sheet: {}", draft.at(n + 2)));
    let sheet = sheet.unwrap_or_default();
    // The checker, which may read the file, names its columns.
    let text = format!("{name} = data({file}{sheet})");
    let end = draft.line_end(0);
    draft.replace(0..end, &text);
    Some("a `param` reads its values from a file with `data(...)`".to_owned())
}

/// Removes lines that other languages need: `import pandas as pd`, `clear`.
pub(crate) fn needless(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = draft.at(0).to_owned();
    let lower = word.to_lowercase();
    let end = draft.line_end(0);
    // `:draws 1000`, `help`, `help exports`
    let asks = lower == "help" && end < 3 && !context.declares(&word);
    if asks || word == ":" && draft.is_word(1) && draft.touches(1) {
        let command = draft.show(0..if asks { 1 } else { 2 });
        draft.remove(0..end);
        return Some(match asks {
            true => {
                "`help` belongs to the prompt; `mizan explain NAME` describes a name".to_owned()
            }
            false => format!("`{command}` is a command of the prompt, and not of a script"),
        });
    }
    // `import ban on food` is no module.
    let name = |n: usize| {
        !draft.is_word(n) || draft.at(n) == "as" || matches!(draft.before(n, 1), "as" | "." | ",")
    };
    let module = lower == "import" && draft.is_word(1) && (2..end).all(name)
        || lower == "from" && draft.find(&["import"], 0).is_some()
        || declare::is_setting(draft)
        || lower == "set" && draft.at(1) == "."
        || matches!(lower.as_str(), "smpl" | "sample")
        || draft.at(1) == "." && PROCEDURES.contains(&draft.at(2));
    if !module && !NEEDLESS.contains(&lower.as_str()) {
        return None;
    }
    draft.remove(0..end);
    Some(match lower.as_str() {
        "smpl" | "sample" => {
            "the script has its `years`; a query takes some of them with `in 2026..2030`".to_owned()
        }
        "simulate" | "draws" | "montecarlo" | "replications" | "iterations" => {
            "the number of draws is an option of the command, `mizan run SCRIPT --draws 1000`"
                .to_owned()
        }
        "label" => {
            "a description in quotes follows the declaration: `var x = ... \"TITLE\"`".to_owned()
        }
        _ => format!("`{word}` is not needed here"),
    })
}
