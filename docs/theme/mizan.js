// Highlights Mizan code: a language definition for highlight.js, the highlighter that mdBook brings along.
//
// mdBook highlights a page before this file is loaded, so the blocks of Mizan are highlighted here again.
// Words of the language are keywords only in their place: a statement's word at the beginning of its line.

(function () {
  "use strict";
  if (typeof hljs === "undefined") {
    return;
  }

  const statements =
    "years|model|currency|unit|use|source|needs|set|param|var|factor|total|function|identity|correlate|" +
    "solver|solve|block|scenario|without|fix|together|show|chart|compare|check|find|sweep|sensitivity|calibrate|discover|robust|why";
  const prepositions = "on|in|from|to|with|via|at";
  const functions =
    "sum|mean|product|min|max|hhi|any|abs|exp|ln|sqrt|div|growth|cagr|share|coverage|baseline|probability|data|" +
    "normal|lognormal|uniform|between|triangular|pert|beta|student_t|bernoulli|discrete|empirical";
  const word = "[A-Za-z_\u00C0-\uFFFF][A-Za-z0-9_\u00C0-\uFFFF]*";

  hljs.registerLanguage("mizan", function (hljs) {
    return {
      name: "Mizan",
      keywords: {
        keyword:
          "over then from if else and or not in on for all within where with via at so that by lever extends without fix together bounds " +
          "start per each shared year to step depth above s_curve geometric linear minimise maximise fits when among least as digits across",
        literal: "t first last",
        type: "money percent number",
      },
      contains: [
        hljs.COMMENT("#", "$", { relevance: 0 }),
        { className: "string", begin: '"', end: '"', illegal: "\\n" },
        // A figure with its unit: `3_725 mn USD`, `9.4%`, `18 months`.
        {
          className: "number",
          begin:
            "\\b\\d[\\d_]*(\\.\\d+)?([eE][-+]?\\d+)?(\\s*%|\\s+(thousand|mn|bn|tn)\\b(\\s+[A-Z]{3}\\b)?|" +
            "\\s+(pp|years?|months?|weeks?|days?|hours?|[A-Z]{3})\\b)?",
          relevance: 0,
        },
        { className: "symbol", begin: "@" + word },
        // The head of a lever: kind, name, and a preposition or the bracket.
        {
          begin: "^\\s*(?!(?:" + statements + ")\\b)" + word + "(?=\\s+" + word + "(?:\\s+(?:" + prepositions + ")\\b|\\s*[{\"@]))",
          className: "title",
        },
        { className: "keyword", begin: "^\\s*chart\\s+distribution\\s+of\\b" },
        { className: "keyword", begin: "^\\s*(?:" + statements + ")\\b(?=\\s)" },
        // A field that may change over the years.
        { className: "type", begin: "\\b(?:money|percent|number|year)\\s+path\\b" },
        // A function is one only where it is called; a field may have the same name.
        { className: "built_in", begin: "\\b(?:" + functions + ")(?=\\()", relevance: 0 },
        // The name of a field or of an index, before its colon, is no keyword.
        { className: "attr", begin: "\\b" + word + "(?=:)", relevance: 0 },
        // A name with a dot, `duty.rate`, is no keyword either.
        { begin: "\\b" + word + "(?:\\." + word + ")+", relevance: 0 },
      ],
    };
  });

  document.querySelectorAll("code.language-mizan").forEach(function (block) {
    hljs.highlightBlock(block);
  });
})();
