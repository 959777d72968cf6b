// The editor of the script: CodeMirror with the engine's classes of words, mistakes and completion.

import {
  Decoration, EditorView, EditorState, StateEffect, StateField, autocompletion, closeBrackets, defaultKeymap, drawSelection,
  highlightActiveLine, history, historyKeymap, keymap, lineNumbers, lintGutter, lintKeymap, searchKeymap,
  setDiagnostics,
} from "./codemirror.js";

const setTokens = StateEffect.define();

// The classes of words; they move with the text until the next check.
const tokenField = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setTokens)) continue;
      const length = transaction.newDoc.length;
      const inside = effect.value.filter(([from, to]) => from < to && to <= length);
      next = Decoration.set(inside.map(([from, to, kind]) => Decoration.mark({ class: `tok-${kind}` }).range(from, to)));
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// A mistake as CodeMirror shows it; `length` is that of the text.
function shown(problem, length) {
  const label = problem.labels.find(({ primary }) => primary) ?? problem.labels[0];
  if (label?.from === undefined) return [];
  const text = [problem.message, ...problem.help.map((help) => `help: ${help}`), ...problem.notes.map((note) => `note: ${note}`)];
  const actions = problem.fixes.filter(({ from }) => from !== undefined).map((fix) => ({
    name: fix.replacement ? `Write ${fix.replacement}` : "Remove",
    apply: (view) => view.dispatch({ changes: { from: fix.from, to: fix.to, insert: fix.replacement } }),
  }));
  const from = Math.min(label.from, length);
  return [{
    from, to: Math.min(Math.max(label.to, from), length), severity: problem.severity, message: text.join("\n"),
    source: problem.code, actions,
  }];
}

// Makes the editor in a shadow tree, whose style sheets a strict policy allows.
export function createEditor(place, { text, onEdit, complete }) {
  const root = place.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  let isOwn = false;
  const completion = async (context) => {
    const word = context.matchBefore(/[\p{L}\p{N}_.@]+/u);
    if (!context.explicit && (!word || word.to - word.from < 2)) return null;
    const found = await complete(context.pos);
    if (!found || context.aborted) return null;
    const options = found.candidates.map(({ text, about }) => ({ label: text, info: about || undefined, type: "text" }));
    return { from: found.from, options, validFor: /^[\p{L}\p{N}_.]*$/u };
  };
  const extensions = [
    lineNumbers(), history(), drawSelection(), highlightActiveLine(), closeBrackets(), lintGutter(), tokenField,
    autocompletion({ override: [completion], icons: false }),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Script", spellcheck: "false", autocapitalize: "off" }),
    EditorView.updateListener.of((update) => update.docChanged && !isOwn && onEdit()),
  ];
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions }), parent: root, root });
  return {
    text: () => view.state.doc.toString(),
    // Replaces the text by as small a change as an undo should see.
    replace(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    show(tokens, problems) {
      isOwn = true;
      const { length } = view.state.doc;
      view.dispatch({ effects: setTokens.of(tokens) });
      view.dispatch(setDiagnostics(view.state, problems.flatMap((problem) => shown(problem, length))));
      isOwn = false;
    },
    select(from, to) {
      const { length } = view.state.doc;
      const [anchor, head] = [Math.min(from, length), Math.min(to, length)];
      view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    measure: () => view.requestMeasure(),
  };
}

// The doubled class takes precedence over CodeMirror's own themes.
const STYLE = `
:host{display:block;height:100%;min-height:0}
.cm-editor.cm-editor{height:100%;background:var(--paper);color:var(--ink);font-size:.82rem}
.cm-editor.cm-editor.cm-focused{outline:2px solid var(--accent);outline-offset:-2px}
.cm-editor.cm-editor .cm-scroller{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;line-height:1.5;overflow:auto}
.cm-editor.cm-editor .cm-content{caret-color:var(--ink)}
.cm-editor.cm-editor .cm-gutters{background:var(--tint);color:var(--faint);border-right:1px solid var(--line)}
.cm-editor.cm-editor .cm-activeLine{background:color-mix(in srgb,var(--accent) 8%,transparent)}
.cm-editor.cm-editor .cm-cursor{border-left-color:var(--ink)}
.cm-editor.cm-editor .cm-selectionBackground{background:color-mix(in srgb,var(--accent) 28%,transparent)!important}
.cm-editor.cm-editor .cm-tooltip{background:var(--paper);color:var(--ink);border:1px solid var(--line);max-width:32rem}
.cm-editor.cm-editor .cm-tooltip-autocomplete>ul>li[aria-selected]{background:var(--accent);color:var(--paper)}
.cm-editor.cm-editor .cm-completionInfo{font-family:system-ui,sans-serif;max-width:20rem}
.cm-editor.cm-editor .cm-diagnostic{white-space:pre-wrap;font-family:system-ui,sans-serif}
.cm-editor.cm-editor .cm-diagnosticAction{background:var(--accent);color:var(--paper);border:0;border-radius:4px;padding:.1rem .5rem;font:inherit;cursor:pointer}
.cm-editor.cm-editor .cm-panels{background:var(--tint);color:var(--ink)}
.cm-editor.cm-editor .tok-comment{color:var(--faint);font-style:italic}
.cm-editor.cm-editor .tok-text{color:var(--text-token)}
.cm-editor.cm-editor .tok-number{color:var(--number-token)}
.cm-editor.cm-editor .tok-statement{color:var(--accent);font-weight:600}
.cm-editor.cm-editor .tok-kind{color:var(--kind-token);font-weight:600}
.cm-editor.cm-editor .tok-clause{color:var(--accent)}
.cm-editor.cm-editor .tok-function{color:var(--function-token)}
.cm-editor.cm-editor .tok-source{color:var(--faint)}
`;
