//! The words of the language, in one table.
//!
//! Made from it: the grammar's rules for words (`grammar/words.pest`), where a statement continues over a line end
//! (`prescan`), help with mistakes (`hints`), blanks (`format/fit`), the clauses of each query (`query`), completion
//! (`session/complete`) and the book's list of words (`docs/src/language/words.md`). A word has its meaning only where
//! a rule of the grammar asks for it; anywhere else it is a name, except for the operators, which no name may have
//! ([`is_reserved`]).

/// The class of a word in the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The word begins a statement.
    Statement,
    /// The word begins the declaration of a quantity.
    Quantity,
    /// The word begins a query.
    Query,
    /// The word begins an entry of a scenario.
    Entry,
    /// The word begins a clause or a part of a statement; a value or a name follows.
    Clause,
    /// The word joins or begins expressions.
    Operator,
    /// The word names a binding in the head of a lever, such as `from` in `from China`.
    Preposition,
    /// The word names the shape of a path.
    Shape,
    /// The word has a meaning only after another word, as `lever` after `by`.
    Second,
}

/// The position of a word in a line that makes the statement continue on another line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// The word never continues a statement over a line end.
    Never,
    /// The statement continues if the word is the last of its line.
    Last,
    /// The statement continues if the word is the first of its line.
    First,
    /// The statement continues if the word is the last or the first of its line.
    Both,
}

/// A clause of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clause {
    /// `for SCENARIOS`.
    For,
    /// `in YEARS`.
    In,
    /// `to SCENARIO`: the scenario to compare with.
    To,
    /// `by lever`, the parts of a difference, or `by morris`, a method.
    By,
    /// `within TOLERANCE`: the deviation that a condition allows.
    Within,
    /// `depth NUMBER`: the number of equations from a value to its inputs.
    Depth,
    /// `above SHARE`: the smallest share that is shown.
    Above,
    /// `in UNIT`: the unit in which values are shown.
    Unit,
    /// `digits NUMBER`: the number of decimals.
    Digits,
    /// `with total`: further rows or columns of a table.
    With,
    /// `across years`: the columns of a table.
    Across,
}

impl Clause {
    /// Returns the word that begins the clause.
    pub fn word(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::In | Self::Unit => "in",
            Self::To => "to",
            Self::By => "by",
            Self::Within => "within",
            Self::Depth => "depth",
            Self::Above => "above",
            Self::Digits => "digits",
            Self::With => "with",
            Self::Across => "across",
        }
    }

    /// Returns the form of the clause for messages: `in YEARS`.
    pub fn form(self) -> &'static str {
        match self {
            Self::For => "for SCENARIOS",
            Self::In => "in YEARS",
            Self::To => "to SCENARIO",
            Self::By => "by NAME",
            Self::Within => "within TOLERANCE",
            Self::Depth => "depth NUMBER",
            Self::Above => "above PERCENTAGE",
            Self::Unit => "in UNIT",
            Self::Digits => "digits NUMBER",
            Self::With => "with total or errors",
            Self::Across => "across years, scenarios or SET",
        }
    }
}

/// A word of the language, with its class and its help.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// The word as written in scripts.
    pub name: &'static str,
    /// The class of the word in the grammar.
    pub class: Class,
    /// Whether the word makes a statement continue over a line end.
    pub join: Join,
    /// The clauses that a query takes; empty for other words.
    pub clauses: &'static [Clause],
    /// The form of the text after the word, for help.
    pub follows: &'static str,
    /// The meaning of the word, in one sentence.
    pub about: &'static str,
    /// A whole statement with the word.
    pub example: &'static str,
}

/// Declares the table of words in three parts: queries about values, which also become [`ValueQuery`], other queries,
/// and all other words.
macro_rules! table {
    (
        values { $($variant:ident $value:literal [$($of_value:ident)*] $value_follows:literal $value_about:literal $value_example:literal;)* }
        queries { $($query:literal [$($of_query:ident)*] $query_follows:literal $query_about:literal $query_example:literal;)* }
        words { $($class:ident $name:literal $join:ident $follows:literal $about:literal $example:literal;)* }
    ) => {
        /// A query that consists of a word, a list of values and clauses.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum ValueQuery {
            $(#[doc = $value_about] $variant,)*
        }

        impl ValueQuery {
            /// Finds the query that a word begins.
            pub fn of(word: &str) -> Option<Self> {
                match word {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Returns the word that begins the query.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }

        /// Every word of the language.
        pub const WORDS: &[Word] = &[
            $(Word {
                name: $name, class: Class::$class, join: Join::$join, clauses: &[],
                follows: $follows, about: $about, example: $example,
            },)*
            $(Word {
                name: $value, class: Class::Query, join: Join::Never,
                clauses: &[$(Clause::$of_value),*],
                follows: $value_follows, about: $value_about, example: $value_example,
            },)*
            $(Word {
                name: $query, class: Class::Query, join: Join::Never,
                clauses: &[$(Clause::$of_query),*],
                follows: $query_follows, about: $query_about, example: $query_example,
            },)*
        ];
    };
}

table! {
    values {
        Show "show" [For In Unit Digits With Across] "VALUE as \"TITLE\", ..." "Shows values as tables." "show balance, growth(exports) for all in 2024..2030";
        Chart "chart" [For In Unit Digits With] "VALUE as \"TITLE\", ... or distribution of VALUE, ..." "Draws values over the years, or the distribution of their draws." "chart balance for all";
        Compare "compare" [For In To By Unit Digits] "VALUE, ..." "Shows how values differ between scenarios." "compare balance for open to baseline by lever in 2035";
        Why "why" [For In To Depth Above Digits] "VALUE, ..." "Traces values, or differences between scenarios, to the numbers behind them." "why imports[China, vehicles] for open to baseline in 2030 depth 3";
    }
    queries {
        "check" [For In Within] "CONDITION" "Tests a condition; the run fails if the condition does not hold." "check balance == -2 bn USD within 1% in 2024";
        "find" [For In Within] "INPUT in LOW..HIGH, ... so that CONDITION, ..." "Searches for the values of inputs for which conditions hold." "find growth in 0%..50% so that balance in 2035 >= 0 USD";
        "sweep" [For In Unit Digits] "INPUT over RANGE step SIZE, ... show VALUE, ..." "Shows values for a range of an input." "sweep growth over 0%..10% step 1% show balance in 2035";
        "calibrate" [For In] "INPUT in LOW..HIGH, ... so that VALUE fits VALUE, ..." "Searches for the values of inputs with which computed values fit observed ones." "calibrate growth in 0%..20% so that imports fits observed in 2020..2024";
        "discover" [For In Within] "when CONDITION" "Names the uncertain inputs that lead to a condition." "discover when balance in 2035 < -8 bn USD";
        "robust" [In Unit Digits] "among SCENARIO, ... by VALUE so that CONDITION" "Compares scenarios over all draws: worst case, regret, share of draws." "robust among baseline, open by balance in 2035";
        "sensitivity" [For In By Unit Digits] "of VALUE, ..." "Ranks the inputs by their effect on values." "sensitivity of balance in 2035";
    }
    words {
        Statement "model" Never "\"TITLE\"" "Gives the report its title." "model \"Trade with China\"";
        Statement "years" Never "FIRST..LAST" "Gives the first and the last year; every script needs it." "years 2024..2035";
        Statement "currency" Never "NAME or NAME = RATE" "Gives the model's currency, or the rate of another one." "currency EUR = 1.1 USD";
        Statement "unit" Never "NAME or NAME = VALUE or SCALE NAME" "Declares a unit, or the scale in which all tables show it, as in `unit mn USD`." "unit TEU";
        Statement "use" Never "LIBRARY or \"FILE\"" "Adds the declarations of a library." "use trade";
        Statement "source" Never "KEY \"CITATION\"" "Declares a source of figures, cited as `@KEY`." "source wits \"World Bank WITS\"";
        Statement "needs" Never "SET, ..." "Names the sets that a library takes from the script." "needs partner, sector";
        Statement "set" Never "NAME = ELEMENT, ..." "Declares a set and its elements." "set partner = China, Turkey";
        Quantity "param" Never "NAME[SET, ...]: UNIT = VALUE" "Declares a given quantity." "param growth: percent = 5%";
        Quantity "var" Never "NAME[SET, ...]: UNIT = EXPRESSION" "Declares a quantity that equations compute." "var balance: USD = exports - imports";
        Quantity "factor" Never "NAME[SET, ...]" "Declares a product of contributions, 1 without any." "factor price_effect[partner]";
        Quantity "total" Never "NAME[SET, ...]: UNIT" "Declares a sum of contributions, 0 without any." "total imports[partner]: USD";
        Statement "function" Never "NAME(ARGUMENT, ...) = EXPRESSION" "Declares a function." "function share(part, whole) = part / whole";
        Statement "identity" Never "NAME: CONDITION" "Declares a condition that every run must satisfy." "identity adds_up: balance == exports - imports";
        Statement "correlate" Never "INPUT, INPUT = NUMBER" "Gives the rank correlation of random inputs." "correlate growth, elasticity = 0.4";
        Statement "solve" Never "UNKNOWN, ... so that CONDITION, ..." "Solves conditions for the same number of unknowns." "solve price so that supply == demand";
        Statement "solver" Never "SETTING: NUMBER, ..." "Sets the precision of the solver and its limit of iterations." "solver tolerance: 1e-9, iterations: 50";
        Statement "block" Never "NAME { FIELDS AND EQUATIONS }" "Declares a kind of lever." "block grant { amount: USD }";
        Statement "scenario" Never "NAME { CHANGES }" "Declares a scenario and its changes." "scenario open { duty.rate = 0% }";
        Entry "without" Never "LEVER, ..." "Removes levers from a scenario, or elements from a set." "scenario open { without duty }";
        Entry "fix" Never "VARIABLE = VALUE" "Gives a variable another equation; the line without the word does the same." "scenario flat { fix imports[China] = 2 bn USD }";
        Entry "together" Never "{ CHANGES }" "Makes several changes one part of a comparison by lever." "scenario even { together \"Equal shares\" { share[a] = 50%, share[b] = 50% } }";
        Clause "for" Both "SCENARIO, ... or all" "Names the scenarios of a query." "show balance for open, closed";
        Clause "in" Both "YEAR, FIRST..LAST, FIRST.., SET or UNIT" "Names years, the set of an index, or the unit in which a query shows values." "growth = 3% in 2025..2027";
        Clause "bounds" Never "LOW..HIGH" "Names the lowest and the highest value that a quantity may have." "param share: percent = 30% bounds 0%..100%";
        Clause "to" Both "SCENARIO" "Names the scenario that others are compared to." "compare balance for open to baseline";
        Clause "by" Both "lever, SET or METHOD" "Divides a difference among its causes or the elements of a set, or names the method of a sensitivity analysis." "compare balance for open by lever";
        Clause "within" Both "PERCENTAGE or AMOUNT" "Names the deviation that a condition allows." "check balance == 0 USD within 1 mn USD";
        Clause "depth" Never "NUMBER" "Names how many equations a `why` follows from a value to its inputs." "why balance in 2035 depth 3";
        Clause "above" Never "PERCENTAGE" "Names the smallest share of a change that a `why` shows." "why balance for open to baseline above 5%";
        Clause "as" Never "\"TITLE\"" "Gives a value of a query a title." "show exports as \"Exports of goods\"";
        Clause "digits" Never "NUMBER" "Names the number of digits after the decimal point." "show balance in bn USD digits 1";
        Clause "with" Never "total or errors, or ELEMENT" "Adds the total over the elements, or the errors of a simulation, to a table; in the head of a lever, binds it to a second side." "show imports[China, *] in 2030 with total";
        Clause "across" Never "years, scenarios or SET" "Names the columns of a table." "show imports[China, *] across years";
        Clause "over" Both "FIRST..LAST" "Names the years of a path, or the range of a sweep." "param duty = 10% -> 0% over 2026..2030";
        Clause "from" Both "YEAR" "Names the first year of a step in a path." "param duty = 10% then 5% from 2027";
        Clause "extends" Both "SCENARIO, ..." "Names the scenarios whose changes a scenario inherits." "scenario both extends open, growth { }";
        Clause "where" First "CONDITION" "Leaves elements out of a sum or another reduction." "x = sum(s in sector where share[s] > 0: imports[s])";
        Clause "so" First "that CONDITION" "Names the conditions that are solved." "solve price so that supply == demand";
        Clause "fits" Last "VALUE" "Names the observed values that a value is fitted to." "calibrate growth in 0%..20% so that imports fits observed";
        Clause "step" Never "SIZE" "Names the distance between the values of an input that are tried." "sweep growth over 0%..10% step 1% show balance";
        Clause "start" Never "VALUE" "Names the value at which the solver starts." "var price start 1";
        Clause "of" Never "VALUE, ..." "Names the values that a query is about." "chart distribution of balance in 2035";
        Clause "each" Never "INDEX or year" "Gives each element or year a draw of its own." "param growth[sector] = normal(4%, 1%) each sector";
        Clause "per" Never "year" "An older word for `each year`; the formatter replaces it." "param growth = normal(4%, 1%) per year";
        Operator "and" Both "CONDITION" "True if both conditions are true." "x = if a > 0 and b > 0 then 1 else 0";
        Operator "or" Both "CONDITION" "True if at least one of the conditions is true." "x = if a > 0 or b > 0 then 1 else 0";
        Operator "not" Last "CONDITION" "True if the condition is false." "x = if not a > 0 then 1 else 0";
        Operator "if" Last "CONDITION then VALUE else VALUE" "Chooses between two values." "x = if a > 0 then 1 else 0";
        Operator "then" Both "VALUE" "Names the value if the condition is true, or the next step of a path." "x = if a > 0 then 1 else 0";
        Operator "else" Both "VALUE" "Names the value if the condition is false." "x = if a > 0 then 1 else 0";
        Preposition "on" Never "ELEMENT" "Binds a lever to what it acts on." "levy fee on China { rate: 5% }";
        Preposition "via" Never "ELEMENT" "Binds a lever to a route." "freight rail via corridor { cost: 5% }";
        Preposition "at" Never "ELEMENT" "Binds a lever to a place." "works plant at Alat { cost: 5% }";
        Shape "s_curve" Never "" "Shapes a path: slow at both ends." "param duty = 10% -> 0% over 2026..2030 s_curve";
        Shape "geometric" Never "" "Shapes a path: the same percentage each year." "param level = 1 -> 2 over 2026..2030 geometric";
        Shape "linear" Never "" "Shapes a path: the same amount each year, as in a path without a word." "param duty = 10% -> 0% over 2026..2030 linear";
        Second "among" Never "SCENARIO, ... or all" "With `robust`: the scenarios that are compared." "robust among all by balance in 2035";
        Second "least" Never "VALUE" "With `robust ... by`: less of the value is better." "robust among all by least deficit in 2035";
        Second "when" Never "CONDITION" "With `discover`: the condition that is explained." "discover when balance in 2035 < -8 bn USD";
        Second "all" Never "" "With `for`: the baseline and every scenario." "show balance for all";
        Second "data" Never "(\"FILE\", ...)" "With `set`: the labels in a column of a data file." "set partner = data(\"imports.csv\", column: \"partner\")";
        Second "distribution" Never "of VALUE, ..." "With `chart`: a histogram of the draws." "chart distribution of balance in 2035";
        Second "lever" Never "" "With `by`: a part for each lever and each replaced value." "compare balance for open by lever";
        Second "maximise" Never "VALUE" "With `find ... to`: the value that is to be as great as possible." "find duty in 0%..50% to maximise revenue so that price <= 2";
        Second "minimise" Never "VALUE" "With `find ... to`: the value that is to be as small as possible." "find duty in 0%..50% to minimise cost so that balance >= 0 USD";
        Second "path" Never "" "In a `block`: the field may differ from year to year." "block grant { rate: percent path = 0% }";
        Second "shared" Never "" "After a distribution: one draw for all elements." "param growth[sector] = normal(4%, 1%) shared";
        Second "that" Last "CONDITION, ..." "With `so`: the conditions that are solved." "solve price so that supply == demand";
        Second "year" Never "" "With `each`: a draw of its own for each year." "param growth = normal(4%, 1%) each year";
    }
}

/// The scale words and their factors.
pub const SCALES: [(&str, f64); 4] = [("thousand", 1e3), ("mn", 1e6), ("bn", 1e9), ("tn", 1e12)];

/// Phrases of economists for kinds of levers, each with the name of the kind.
pub const KIND_PHRASES: [(&str, &str); 12] = [
    ("free trade agreement", "trade_agreement"),
    ("free trade area", "trade_agreement"),
    ("preferential trade agreement", "trade_agreement"),
    ("fta", "trade_agreement"),
    ("foreign direct investment", "direct_investment"),
    ("fdi", "direct_investment"),
    ("transport corridor", "corridor"),
    ("jv", "joint_venture"),
    ("industrial zone", "industrial_park"),
    ("special economic zone", "industrial_park"),
    ("import quota", "quota"),
    ("oil and gas", "hydrocarbons"),
];

/// Words that name a binding in the head of a lever.
pub const PREPOSITIONS: [&str; 7] = ["on", "in", "from", "to", "with", "via", "at"];

impl Word {
    /// True for a word that a statement begins with.
    pub fn begins_statement(&self) -> bool {
        matches!(self.class, Class::Statement | Class::Quantity | Class::Query)
    }

    /// True if a line that begins with the word continues the previous line.
    pub fn joins_line_before(&self) -> bool {
        matches!(self.join, Join::First | Join::Both)
    }

    /// True if a line that ends with the word continues on the next line.
    pub fn joins_line_after(&self) -> bool {
        matches!(self.join, Join::Last | Join::Both)
    }

    /// True if an expression may follow the word, so that a sign or bracket after the word begins an expression.
    pub fn leads_to_value(&self) -> bool {
        matches!(self.class, Class::Query | Class::Clause | Class::Operator)
            || matches!(self.name, "that" | "minimise" | "maximise" | "least" | "when")
    }

    /// True if the word may follow a number, and so cannot be the name of a unit.
    pub fn ends_number(&self) -> bool {
        match self.class {
            Class::Query | Class::Clause | Class::Operator | Class::Preposition | Class::Shape => {
                true
            }
            Class::Statement | Class::Quantity | Class::Entry | Class::Second => false,
        }
    }
}

/// Finds a word of the language by name.
pub fn find(name: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.name == name)
}

/// True for the operator words, such as `if`, which cannot be names, because an expression would read them as
/// operators.
pub fn is_reserved(name: &str) -> bool {
    find(name).is_some_and(|word| word.class == Class::Operator)
}

/// Returns the words of the queries that take a clause.
pub fn queries_with(clause: Clause) -> impl Iterator<Item = &'static Word> {
    WORDS.iter().filter(move |word| word.clauses.contains(&clause))
}

/// Returns the factor of a scale word; 1 for any other word.
pub fn scale(word: &str) -> f64 {
    SCALES.iter().find(|(name, _)| *name == word).map_or(1.0, |(_, factor)| *factor)
}

/// Returns the text of the book's page `docs/src/language/words.md`.
pub fn page() -> String {
    let mut out = String::from(
        "# The words of the language\n\n<!-- Made from the table in src/syntax/words.rs; \
         tests/language/syntax.rs says how to make it anew. -->\n\nA word has its meaning only in the \
         statements and clauses that this page shows. Elsewhere the same word can be a name, except for \
         the operators, such as `and`.\n",
    );
    for (title, classes) in CHAPTERS {
        out.push_str(&format!(
            "\n## {title}\n\n| word | what it does | example |\n|---|---|---|\n"
        ));
        for word in WORDS.iter().filter(|word| classes.contains(&word.class)) {
            let form = format!("{} {}", word.name, word.follows).replace('|', "\\|");
            let clauses: Vec<String> =
                word.clauses.iter().map(|clause| format!("`{}`", clause.form())).collect();
            let takes = match clauses.as_slice() {
                [] => String::new(),
                clauses => format!(" Takes {}.", clauses.join(", ")),
            };
            let (form, about, example) = (form.trim_end(), word.about, word.example);
            out.push_str(&format!("| `{form}` | {about}{takes} | `{example}` |\n"));
        }
    }
    out
}

/// Chapters of the book's page about words, each with its classes of words.
const CHAPTERS: [(&str, &[Class]); 6] = [
    ("Statements", &[Class::Statement, Class::Quantity]),
    ("Queries", &[Class::Query]),
    ("Entries of a scenario", &[Class::Entry]),
    ("Clauses", &[Class::Clause]),
    ("Operators", &[Class::Operator]),
    ("Other words", &[Class::Preposition, Class::Shape, Class::Second]),
];

/// Returns the text of `grammar/words.pest`.
///
/// Each keyword has two rules: the atomic `w_` rule ends a word where no letter follows, and the silent `kw_` rule
/// leaves nothing in the tree. The words for quantities and shapes remain in the tree.
pub fn grammar() -> String {
    let mut out = String::from(
        "// The rules for words. Made from the table in src/syntax/words.rs; tests/language/syntax.rs says how to\n\
         // make this file anew.\n\n",
    );
    let names =
        |of: &dyn Fn(&&Word) -> bool| WORDS.iter().filter(of).map(|word| word.name).collect();
    let mut either = |rule: &str, mut names: Vec<&str>| {
        // pest takes the first alternative that matches, so `solver` must come before `solve`.
        names.sort_unstable_by(|a, b| b.cmp(a));
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        out.push_str(&format!("{rule} = @{{ ({}) ~ !word_char }}\n", names.join(" | ")));
    };
    either("first_word", names(&|word| word.begins_statement()));
    either("values_word", names(&|word| ValueQuery::of(word.name).is_some()));
    either("stop_word", names(&|word| word.ends_number()));
    either("preposition", PREPOSITIONS.to_vec());
    either("scale", SCALES.map(|(name, _)| name).to_vec());
    out.push('\n');
    for Word { name, class, .. } in WORDS {
        out.push_str(&match class {
            Class::Preposition => continue,
            Class::Quantity | Class::Shape => {
                format!("kw_{name} = @{{ \"{name}\" ~ !word_char }}\n")
            }
            _ => format!(
                "kw_{name} = _{{ &w_{name} ~ \"{name}\" }}\nw_{name} = @{{ \"{name}\" ~ !word_char }}\n"
            ),
        });
    }
    out
}
