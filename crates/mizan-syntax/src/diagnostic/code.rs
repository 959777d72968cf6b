//! The codes of diagnostics: the one list of them.
//!
//! The list gives the type [`Code`], the pages that `mizan explain CODE` prints and the order of the
//! book's index of messages. Each code has a page in `docs/src/errors`; a code without one does not
//! compile.

use std::fmt;

macro_rules! codes {
    ($($group:literal { $($code:ident = $name:literal,)+ })+) => {
        /// Identifies one kind of mistake, whatever its wording.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = concat!("`", $name, "`")] $code,)+)+
        }

        impl Code {
            /// Every code, in the order of the book's index.
            pub const ALL: &[Self] = &[$($(Self::$code,)+)+];

            /// Headings of the error index in the book, each with the codes below it.
            pub const GROUPS: &[(&str, &[Self])] = &[$(($group, &[$(Self::$code,)+]),)+];

            /// Name of the code in messages and on the command line: `unit-mismatch`.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$code => $name,)+)+
                }
            }

            /// Page of the book about the code, in Markdown: what was found, a program with the mistake and the same
            /// program mended.
            pub const fn page(self) -> &'static str {
                match self {
                    $($(Self::$code => {
                        include_str!(concat!("../../../../docs/src/errors/", $name, ".md"))
                    })+)+
                }
            }
        }
    };
}

codes! {
    "The text" {
        Syntax = "syntax",
        EmptyScript = "empty-script",
        UnclosedBracket = "unclosed-bracket",
        StrayBracket = "stray-bracket",
        UnclosedString = "unclosed-string",
        ControlCharacter = "control-character",
        LookalikeCharacter = "lookalike-character",
        OddCharacter = "odd-character",
        SingleEquals = "single-equals",
        DoubleEquals = "double-equals",
        EqualsForColon = "equals-for-colon",
        ColonForEquals = "colon-for-equals",
        UnknownClause = "unknown-clause",
        PowerStars = "power-stars",
        NumberRange = "number-range",
    }
    "Names" {
        UnknownName = "unknown-name",
        UnknownElement = "unknown-element",
        UnknownSet = "unknown-set",
        UnknownUnit = "unknown-unit",
        UnknownFunction = "unknown-function",
        UnknownKind = "unknown-kind",
        UnknownField = "unknown-field",
        UnknownBinding = "unknown-binding",
        UnknownLever = "unknown-lever",
        UnknownScenario = "unknown-scenario",
        UnknownSource = "unknown-source",
        UnknownLibrary = "unknown-library",
        NeedsSet = "needs-set",
        Duplicate = "duplicate",
        SecondCurrency = "second-currency",
        ShadowsBuiltin = "shadows-builtin",
        ReservedName = "reserved-name",
        BaselineName = "baseline-name",
        MissingField = "missing-field",
    }
    "Units and values" {
        UnitMismatch = "unit-mismatch",
        OutOfBounds = "out-of-bounds",
        Correlate = "correlate",
        PerYear = "per-year",
        Each = "each",
        Probability = "probability",
        Distribution = "distribution",
        WrongArguments = "wrong-arguments",
        NothingToReduce = "nothing-to-reduce",
        ReductionRange = "reduction-range",
        Recursion = "recursion",
        NotConstant = "not-constant",
    }
    "Tables and maps" {
        RaggedRow = "ragged-row",
        WrongSet = "wrong-set",
        TableWithoutIndex = "table-without-index",
        TableInExpression = "table-in-expression",
    }
    "Years" {
        NoYears = "no-years",
        ReversedYears = "reversed-years",
        NotAYear = "not-a-year",
        YearOutside = "year-outside",
        StepWithoutYear = "step-without-year",
        PathWithoutYears = "path-without-years",
        PathInConstant = "path-in-constant",
    }
    "Equations" {
        NoEquation = "no-equation",
        Gap = "gap",
        DefinedTwice = "defined-twice",
        LagBeforeStart = "lag-before-start",
        LeadAfterEnd = "lead-after-end",
        WrongSign = "wrong-sign",
        MissingIndex = "missing-index",
        WrongIndices = "wrong-indices",
        StarOutside = "star-outside",
        RangeIndex = "range-index",
        SolveCount = "solve-count",
        SolveGiven = "solve-given",
        SolveCondition = "solve-condition",
        SolverSetting = "solver-setting",
    }
    "Scenarios" {
        ScenarioConflict = "scenario-conflict",
        SetCycle = "set-cycle",
        GivenCycle = "given-cycle",
        ExtendsCycle = "extends-cycle",
        Computed = "computed",
        NotInBaseline = "not-in-baseline",
    }
    "Questions" {
        SearchRange = "search-range",
        SearchCondition = "search-condition",
        ClauseValue = "clause-value",
        NotAValue = "not-a-value",
    }
    "Data files" {
        CsvDecimal = "csv-decimal",
        CsvDelimiter = "csv-delimiter",
        CsvEmpty = "csv-empty",
        CsvFormat = "csv-format",
        CsvHeader = "csv-header",
        CsvMissingValue = "csv-missing-value",
        CsvNumber = "csv-number",
        CsvQuote = "csv-quote",
        CsvRagged = "csv-ragged",
        CsvUnterminatedQuote = "csv-unterminated-quote",
        CsvYear = "csv-year",
        DataArgument = "data-argument",
        DataUnit = "data-unit",
        DataUnmatched = "data-unmatched",
        DuplicateKey = "duplicate-key",
        MissingKey = "missing-key",
        NoRows = "no-rows",
        UnknownColumn = "unknown-column",
        UnknownSheet = "unknown-sheet",
        FileMissing = "file-missing",
        OutsideFolder = "outside-folder",
        CsvEncoding = "csv-encoding",
        CsvNul = "csv-nul",
        LimitCsv = "limit-csv",
        FileDenied = "file-denied",
        FileUnreadable = "file-unreadable",
        NoFiles = "no-files",
    }
    "Libraries of a script's own" {
        NotInLibrary = "not-in-library",
        UseCycle = "use-cycle",
        LimitLibraries = "limit-libraries",
    }
    "The command line" {
        NoInput = "no-input",
        NoPermission = "no-permission",
        NotUtf8 = "not-utf8",
        LimitFile = "limit-file",
        NotAnAssignment = "not-an-assignment",
        NotShown = "not-shown",
    }
    "The prompt" {
        Draws = "draws",
        Interrupted = "interrupted",
        LimitLine = "limit-line",
        NoName = "no-name",
        NotAQuestion = "not-a-question",
        NotSaved = "not-saved",
        NothingAsked = "nothing-asked",
        NothingToUndo = "nothing-to-undo",
        UnknownCommand = "unknown-command",
        UnknownList = "unknown-list",
    }
    "Warnings" {
        PercentMissing = "percent-missing",
        PercentExtreme = "percent-extreme",
        UnlikelyValue = "unlikely-value",
        EachOrShared = "each-or-shared",
        YearUnused = "year-unused",
        NoChange = "no-change",
        HeldEnds = "held-ends",
        UnusedInput = "unused-input",
        UnusedFunction = "unused-function",
        UnusedScenario = "unused-scenario",
        UnusedSource = "unused-source",
        SimilarNames = "similar-names",
        ConstantCondition = "constant-condition",
    }
    "In the run" {
        NoConvergence = "no-convergence",
        OpenUnknown = "open-unknown",
        IdentityFails = "identity-fails",
        Filter = "filter",
        Index = "index",
        DrawFails = "draw-fails",
        DivisionByZero = "division-by-zero",
        Domain = "domain",
        Overflow = "overflow",
        EmptyReduction = "empty-reduction",
        OutsideHorizon = "outside-horizon",
    }
    "The live page" {
        BadRequest = "bad-request",
        RefusedRequest = "refused-request",
        FileChanged = "file-changed",
    }
    "Limits" {
        LimitDepth = "limit-depth",
        LimitName = "limit-name",
        LimitHorizon = "limit-horizon",
        LimitCells = "limit-cells",
        LimitTerms = "limit-terms",
        LimitMemory = "limit-memory",
        LimitUnits = "limit-units",
        LimitExpansion = "limit-expansion",
        LimitLevers = "limit-levers",
        NotAvailable = "not-available",
    }
}

impl Code {
    /// Finds a code by its name, such as `unit-mismatch`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// First sentence of the code's page, which says what was found; without its full stop.
    pub fn summary(self) -> &'static str {
        let text = self.page().lines().nth(2).unwrap_or("");
        text.split_once(". ").map_or_else(|| text.trim_end_matches('.'), |(first, _)| first)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn each_page_is_headed_by_its_code_and_says_what_was_found() {
        for &code in Code::ALL {
            assert!(code.page().starts_with(&format!("# `{code}`\n\n")), "{code}");
            let summary = code.summary();
            assert!(summary.split(' ').count() >= 3, "{code}: {summary}");
            assert!(code.page().contains(&format!("{summary}.")), "{code}: one line: {summary}");
            assert_eq!(Code::named(code.name()), Some(code));
        }
        assert_eq!(Code::named("no-such-code"), None);
    }
}
