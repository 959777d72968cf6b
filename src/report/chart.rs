//! A line chart for a terminal: a letter for each scenario, legible without colour.

/// Rows of the plot.
const ROWS: usize = 14;
/// Characters a year.
const STEP: usize = 5;

/// Draws one value a year for each named line; `title` has the unit.
pub(super) fn chart(title: &str, first: i32, lines: &[(String, Vec<f64>)]) -> String {
    let all = || lines.iter().flat_map(|(_, values)| values.iter().copied());
    let (low, high) =
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let years = lines.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    if years == 0 || !low.is_finite() {
        return format!("{title}\n(no values)\n\n");
    }
    let spread = if high > low { high - low } else { high.abs().max(1.0) };
    let mut grid = vec![vec![' '; years * STEP]; ROWS];
    for (n, (_, values)) in lines.iter().enumerate() {
        let mark = char::from(b'a' + (n % 26) as u8);
        for (year, value) in values.iter().enumerate() {
            let row = ((high - value) / spread * (ROWS - 1) as f64).round() as usize;
            // Where lines meet, the later letters stand beside the first.
            let start = year * STEP;
            let cells = &mut grid[row.min(ROWS - 1)][start..start + STEP];
            if let Some(free) = cells.iter_mut().find(|cell| **cell == ' ') {
                *free = mark;
            }
        }
    }
    let mut out = format!("{title}\n");
    for (n, row) in grid.iter().enumerate() {
        let value = high - spread * n as f64 / (ROWS - 1) as f64;
        let label =
            if n % 3 == 0 || n == ROWS - 1 { format!("{value:10.2}") } else { " ".repeat(10) };
        let line: String = row.iter().collect();
        out.push_str(format!("{label} |{line}").trim_end());
        out.push('\n');
    }
    let axis: String = (0..years).map(|n| format!("{:<STEP$}", first + n as i32)).collect();
    out.push_str(&format!(
        "{} +{}\n{} {}\n",
        " ".repeat(10),
        "-".repeat(years * STEP),
        " ".repeat(11),
        axis.trim_end()
    ));
    for (n, (name, _)) in lines.iter().enumerate() {
        out.push_str(&format!("{:>12} {name}\n", char::from(b'a' + (n % 26) as u8)));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_highest_value_stands_in_the_top_row() {
        let shown = super::chart(
            "x",
            2024,
            &[("one".into(), vec![1.0, 3.0]), ("two".into(), vec![1.0, 2.0])],
        );
        let rows: Vec<&str> = shown.lines().collect();
        assert_eq!(rows[1], "      3.00 |     a");
        assert_eq!(rows[14], "      1.00 |ab");
        assert!(super::chart("x", 2024, &[]).contains("no values"));
    }
}
