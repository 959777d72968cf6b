//! The page of each code: what it means, a program that has the mistake and one that has it mended.
//!
//! The pages are files of the book; `mizan explain CODE` prints them.

macro_rules! pages {
    ($($code:literal)*) => {
        /// Code and page, in alphabetical order.
        const PAGES: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("../../../../docs/src/errors/", $code, ".md")))),*
        ];
    };
}

pages! {
    "baseline-name"
    "colon-for-equals"
    "computed"
    "constant-condition"
    "control-character"
    "correlate"
    "csv-delimiter"
    "csv-empty"
    "csv-encoding"
    "csv-format"
    "csv-header"
    "csv-missing-value"
    "csv-nul"
    "csv-number"
    "csv-quote"
    "csv-ragged"
    "csv-unterminated-quote"
    "csv-year"
    "data-argument"
    "data-unit"
    "defined-twice"
    "distribution"
    "division-by-zero"
    "domain"
    "double-equals"
    "draw-fails"
    "draws"
    "duplicate"
    "duplicate-key"
    "empty-reduction"
    "empty-script"
    "equals-for-colon"
    "extends-cycle"
    "file-denied"
    "file-missing"
    "file-unreadable"
    "filter"
    "gap"
    "identity-fails"
    "index"
    "interrupted"
    "lag-before-start"
    "lead-after-end"
    "limit-cells"
    "limit-csv"
    "limit-depth"
    "limit-expansion"
    "limit-file"
    "limit-horizon"
    "limit-levers"
    "limit-libraries"
    "limit-line"
    "limit-name"
    "limit-units"
    "lookalike-character"
    "missing-field"
    "missing-index"
    "missing-key"
    "needs-set"
    "no-change"
    "no-convergence"
    "no-equation"
    "no-files"
    "no-input"
    "no-name"
    "no-permission"
    "no-rows"
    "no-years"
    "not-a-question"
    "not-a-value"
    "not-a-year"
    "not-an-assignment"
    "not-available"
    "not-constant"
    "not-in-baseline"
    "not-in-library"
    "not-saved"
    "not-shown"
    "not-utf8"
    "nothing-asked"
    "nothing-to-reduce"
    "nothing-to-undo"
    "number-range"
    "odd-character"
    "out-of-bounds"
    "outside-folder"
    "outside-horizon"
    "overflow"
    "path-in-constant"
    "path-without-years"
    "per-year"
    "percent-extreme"
    "percent-missing"
    "power-stars"
    "ragged-row"
    "range-index"
    "recursion"
    "reserved-name"
    "reversed-years"
    "scenario-conflict"
    "second-currency"
    "set-cycle"
    "shadows-builtin"
    "similar-names"
    "single-equals"
    "solve-condition"
    "solve-count"
    "solve-given"
    "solver-setting"
    "star-outside"
    "step-without-year"
    "stray-bracket"
    "syntax"
    "table-in-expression"
    "table-without-index"
    "unclosed-bracket"
    "unclosed-string"
    "unit-mismatch"
    "unknown-binding"
    "unknown-clause"
    "unknown-column"
    "unknown-command"
    "unknown-element"
    "unknown-field"
    "unknown-function"
    "unknown-kind"
    "unknown-lever"
    "unknown-library"
    "unknown-list"
    "unknown-name"
    "unknown-scenario"
    "unknown-set"
    "unknown-source"
    "unknown-unit"
    "unused-function"
    "unused-input"
    "unused-scenario"
    "unused-source"
    "use-cycle"
    "wrong-arguments"
    "wrong-indices"
    "wrong-set"
    "wrong-sign"
    "year-outside"
    "year-unused"
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static str> {
    let found = PAGES.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
    PAGES.get(found).map(|(_, page)| *page)
}

/// Every code with its page, in alphabetical order.
pub fn pages() -> &'static [(&'static str, &'static str)] {
    PAGES
}

#[cfg(test)]
mod tests {
    #[test]
    fn pages_are_sorted_and_each_names_its_code() {
        assert!(super::PAGES.is_sorted_by(|a, b| a.0 < b.0));
        for (code, page) in super::PAGES {
            assert!(page.starts_with(&format!("# `{code}`\n")), "{code}");
            assert_eq!(super::page(code), Some(*page));
        }
        assert_eq!(super::page("no-such-code"), None);
    }
}
