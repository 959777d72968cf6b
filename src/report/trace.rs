//! The trace of the solver: one line per block and one per step.

use crate::engine::{PhaseSeconds, Solved};

/// Formats the iterations of each block, scenario by scenario.
pub fn trace(solutions: &[(String, Vec<Solved>)]) -> String {
    let mut lines = Vec::new();
    for (scenario, blocks) in solutions {
        for block in blocks {
            lines.push(head(scenario, block));
            lines.extend(block.seconds.and_then(time));
            lines.push("  step   largest residual   damping".to_owned());
            for (n, iteration) in block.iterations.iter().enumerate() {
                lines.push(format!(
                    "  {n:>4}   {:>16.3e}   {:>7}",
                    iteration.residual, iteration.damping
                ));
            }
        }
    }
    if lines.is_empty() {
        lines.push("no equations depend on each other: nothing was solved".to_owned());
    }
    lines.join("\n") + "\n"
}

/// Formats the time of each phase of a slow solution: `
///
/// 1.42 s: equations recorded 0.31 s, ...`.
fn time([record, values, derivatives, steps]: PhaseSeconds) -> Option<String> {
    /// Minimum duration in seconds of a solution whose phases are printed.
    const LONG: f64 = 0.5;
    let whole = record + values + derivatives + steps;
    (whole >= LONG).then(|| {
        format!(
            "  {whole:.2} s: equations recorded {record:.2} s, values {values:.2} s, derivatives {derivatives:.2} s, \
             steps {steps:.2} s"
        )
    })
}

fn head(scenario: &str, block: &Solved) -> String {
    let (first, last) = block.years;
    let years = if first == last { first.to_string() } else { format!("{first}..{last}") };
    let unknowns = match block.unknowns {
        1 => crate::diagnostic::sanitize(&block.first),
        n => format!("{} and {} more", crate::diagnostic::sanitize(&block.first), n - 1),
    };
    let scenario = crate::diagnostic::sanitize(scenario);
    match block.is_solution {
        true => {
            format!("{scenario}, {years}: {unknowns} solved for; {} values follow", block.explicit)
        }
        false => format!("{scenario}, {years}: {unknowns} not solved for; the first attempt"),
    }
}
