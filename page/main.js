// The live page: reads the script, shows its controls and answers, and keeps them together.

import { Answers } from "./answers.js";
import { Controls, element, keyOf, replacement } from "./controls.js";
import { draggable } from "./drag.js";
import { createEditor } from "./editor.js";
import { Engine, serverTransport } from "./engine.js";
import { readState, writeState } from "./state.js";

const at = (id) => document.getElementById(id);
// A page with the engine in a worker sets this before the module runs.
const transport = window.mizanTransport ?? serverTransport();
const engine = new Engine(transport);

// The file as it was read or saved last, and what is shown of it.
let file = { name: "", text: "" };
let outline = null;
let editor = null;
const off = new Set();

const controls = new Controls(at("controls"), {
  onInput: () => run(true),
  onChange: () => {
    note = "";
    return changed();
  },
  onTake: (control) => answers.take(control),
});
const answers = new Answers({
  place: at("answers"),
  outcome: at("outcome"),
  checks: at("checks-part"),
  onAsk: ask,
});

const script = (changes = controls.changes()) => ({ name: file.name, text: editor.text(), changes });
const draws = () => (outline?.has_draws ? Number(at("draws").value) : 0);
// The width of the charts. It is read when the window has changed and not at each run: to read it, the browser has to lay
// the page out.
let room = null;
const width = () => Math.min(960, Math.max(300, (room ??= at("answers").clientWidth)));

// Asks the engine; a failure of the way to it is a problem of the page and not of the script.
async function send(slot, message, isLong) {
  try {
    return await engine.ask(slot, message, isLong);
  } catch {
    say("The engine does not answer. Is `mizan serve` still running?", true);
    return null;
  }
}

// What a search found; it stays until the reader changes something else.
let note = "";

function say(text, isProblem = false) {
  at("status").textContent = text;
  at("status").classList.toggle("problem", isProblem);
}

// ---- Running ----

let newest = 0;

async function run(isQuick) {
  const number = (newest += 1);
  const scenarios = off.size > 0 ? ["baseline", ...outline.scenarios.map(({ name }) => name)].filter((name) => !off.has(name)) : [];
  const message = {
    ask: "run", script: script(), scenarios, draws: isQuick ? 0 : draws(), quick: isQuick, width: width(),
    only: isQuick ? answers.inSight() : null,
  };
  const began = performance.now();
  const reply = await send("run", message, !isQuick);
  // Mistakes of a script that was edited meanwhile stay.
  if (!reply || message.script.text !== editor.text()) return;
  const isOver = showProblems(reply.diagnostics);
  if (reply.answers) {
    answers.show(reply, isQuick);
    hideScenarios();
    const count = controls.values.size;
    const what = count === 0 ? "As in the script" : count === 1 ? "1 number is changed" : `${count} numbers are changed`;
    const how = reply.sampling ? `, ${reply.sampling.draws.toLocaleString("en")} draws` : "";
    if (number === newest) say(`${what}${how}. ${note}`);
    document.body.dataset.took = Math.round(performance.now() - began);
  } else if (isOver) answers.age();
  document.body.dataset.shown = number === newest && !isQuick ? "all" : "some";
}

// A first run at the medians, so that charts move at once; then all queries with draws.
async function runAll() {
  if (draws() > 0) await run(true);
  await run(false);
}

function changed() {
  at("keep").disabled = controls.values.size === 0;
  at("reset").disabled = controls.values.size === 0;
  remember();
  return runAll();
}

function hideScenarios() {
  const hidden = new Set(answers.scenarios.map(({ name }, number) => (off.has(name) ? number : -1)));
  for (const mark of document.querySelectorAll("#results [data-s]")) {
    mark.classList.toggle("off", hidden.has(Number(mark.dataset.s)));
  }
}

// ---- The script ----

const place = ({ file: name, line }) => (name === file.name ? `line ${line}` : `${name}, line ${line}`);

// Shows the mistakes above the results; returns true if the script cannot run.
function showProblems(diagnostics) {
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  const lines = wrong.slice(0, 3).map((problem) => {
    const label = problem.labels.find(({ primary }) => primary) ?? problem.labels[0];
    const line = element("p", {}, element("b", { textContent: problem.message }));
    if (problem.help[0]) line.append(element("span", { className: "help", textContent: `; ${problem.help[0]}` }));
    if (label?.from !== undefined) {
      const go = element("button", { type: "button", textContent: `Show ${place(label)}` });
      go.addEventListener("click", () => {
        openScript(true);
        editor.select(label.from, label.to);
      });
      line.append(" ", go);
    }
    return line;
  });
  if (wrong.length > 3) lines.push(element("p", { textContent: `and ${wrong.length - 3} more` }));
  at("problems").replaceChildren(...lines);
  return wrong.length > 0;
}

let edits = 0;

// Checks the script after an edit and, if it has no mistake, shows its controls and runs it.
async function read() {
  const number = (edits += 1);
  const check = await send("check", { ask: "check", script: script([]) });
  if (!check || number !== edits) return;
  editor.show(check.tokens, check.diagnostics);
  if (showProblems(check.diagnostics)) {
    answers.age();
    say("The answers are those of the script before the mistake.");
    return;
  }
  const found = await send("controls", { ask: "controls", script: script([]) });
  if (!found?.controls || number !== edits) return;
  outline = found;
  at("title").textContent = found.title || file.name;
  document.title = `${found.title || file.name} – Mizan`;
  at("question").textContent = found.question;
  at("eyebrow").textContent = `${file.name}, ${found.years[0]}–${found.years[1]}, ${found.currency}`;
  at("draws-row").hidden = !found.has_draws;
  controls.show(found.controls);
  controls.search(at("search").value);
  showScenarios(found.scenarios);
  at("save").disabled = editor.text() === file.text;
  await changed();
}

function showScenarios(scenarios) {
  const all = [{ name: "baseline", title: "", changes: [] }, ...scenarios];
  for (const name of [...off]) if (!all.some((scenario) => scenario.name === name)) off.delete(name);
  at("scenarios").hidden = scenarios.length === 0;
  const rows = all.map(({ name, title, changes }) => {
    const box = element("input", { type: "checkbox", checked: !off.has(name) });
    box.addEventListener("change", () => {
      if (box.checked) off.delete(name);
      else off.add(name);
      remember();
      runAll();
    });
    const label = element("label", {}, box, element("span", {}, element("b", { textContent: name }), title ? ` ${title}` : ""));
    label.title = changes.join("\n");
    return label;
  });
  at("scenarios").replaceChildren(at("scenarios").firstElementChild, ...rows);
}

function openScript(isOpen) {
  at("script").hidden = !isOpen;
  at("open-script").setAttribute("aria-expanded", String(isOpen));
  document.body.classList.toggle("with-script", isOpen);
  if (isOpen) editor.measure();
}

// ---- Questions ----

const failure = (reply) => reply?.diagnostics.map(({ message, help }) => [message, ...help].join("; ")).join(" ") || "No answer.";

// Answers a question about a value with markup of the engine, or with a text.
async function ask(kind, { of, scenario, year, goal }) {
  if (kind === "reach") return reach({ of, scenario, year }, controls.hand(), goal);
  const value = { script: script(), of, year, width: width() };
  const message = kind === "compare"
    ? { ask: "compare", ...value }
    : { ask: "why", ...value, scenario, to: scenario === "baseline" ? null : "baseline" };
  const reply = await send("question", message, true);
  return reply?.html ? { html: reply.html } : { text: failure(reply) };
}

const leverOf = (control) => ({
  from: control.from, to: control.to, least: control.least, most: control.most, suffix: control.suffix,
  is_whole: control.is_whole, is_year: control.is_year,
});

function find(value, control, target) {
  const { of, scenario } = value;
  return send("find", { ask: "find", script: script(), lever: leverOf(control), of, scenario, target }, true);
}

// Moves a lever until a value is reached; says what came of it.
async function reach(value, control, goal) {
  if (!control) return { text: "Choose a lever first: move it, or click it." };
  const reply = await find(value, control, { year: value.year, value: goal });
  const name = control.part ? `${control.name}, ${control.part}` : control.name;
  if (!reply || reply.at === undefined || reply.at === null) return { text: failure(reply) };
  const number = Number(reply.at.toPrecision(12));
  const sentences = {
    found: `${name} reaches it at`,
    everywhere: `Every value of ${name} reaches it; nearest is`,
    nowhere: `${name} cannot reach it within its range; nearest is`,
    no_effect: `${name} has no effect on it; it stays at`,
    not_converged: `${name} comes near it at`,
  };
  if (reply.verdict !== "no_effect") controls.move(control, number, true);
  note = `${sentences[reply.verdict] ?? `${name}:`} ${replacement({ ...control, in_sum: false }, number)}.`;
  return { text: note };
}

draggable(at("answers"), {
  lever: () => {
    if (!controls.hand()) say("Choose a lever first: move it, or click it. A point of a chart then moves that lever.");
    return controls.hand();
  },
  scenario: (number) => answers.scenarios[number]?.name ?? "baseline",
  find,
  move: (control, number, isDone) => controls.move(control, number, isDone),
  reach: async (value, control, goal) => say((await reach(value, control, goal)).text),
});

// ---- Keeping ----

function remember() {
  const text = editor.text() === file.text ? null : editor.text();
  const isDefault = Number(at("draws").value) === 10000;
  writeState({ values: controls.values, off, draws: isDefault ? null : Number(at("draws").value), text });
}

async function keep() {
  const name = at("keep-name").value.trim();
  const message = { ask: "write", script: script(), name, title: at("keep-text").value };
  const reply = await send("write", message);
  const wrong = reply?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
  if (!reply?.text || wrong.length > 0) {
    at("keep-problem").textContent = failure({ diagnostics: wrong });
    return;
  }
  at("keep-dialog").close();
  controls.values.clear();
  openScript(true);
  const start = reply.text.indexOf(reply.statement);
  editor.replace(reply.text);
  editor.select(start, start + reply.statement.trimEnd().length);
  say(`The scenario ${name} is in the script.`);
}

async function save() {
  const text = editor.text();
  const reply = await transport.save(text, file.text).catch(() => null);
  if (!reply || reply.diagnostics.length > 0) {
    say(failure(reply), true);
    return;
  }
  file = { ...file, text };
  at("save").disabled = true;
  remember();
  say("Saved.");
}

// Milliseconds between two looks at the file.
const LOOK = 1000;

// Follows the file, which somebody may change in another editor. Edits of the page stay; the file then waits, and a notice
// stands above the answers until the edits are undone. It has a place of its own, since each run writes the status.
async function follow() {
  const found = document.hidden ? null : await transport.script().catch(() => null);
  const text = found?.text;
  if (text !== undefined) {
    const isEdited = editor.text() !== file.text && editor.text() !== text;
    if (text !== file.text && !isEdited) {
      file = { ...file, text };
      editor.replace(text);
    }
    at("elsewhere").hidden = !isEdited || text === file.text;
  }
  setTimeout(follow, LOOK);
}

function listen() {
  at("open-script").addEventListener("click", () => openScript(at("script").hidden));
  at("reset").addEventListener("click", () => controls.reset());
  at("search").addEventListener("input", () => controls.search(at("search").value));
  at("draws").addEventListener("change", () => {
    remember();
    runAll();
  });
  at("keep").addEventListener("click", () => {
    at("keep-problem").textContent = "";
    at("keep-dialog").showModal();
    at("keep-name").select();
  });
  at("keep-cancel").addEventListener("click", () => at("keep-dialog").close());
  at("keep-dialog").querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  at("save").hidden = !transport.save;
  at("save").addEventListener("click", save);
  let timer = null;
  let wide = width();
  new ResizeObserver(() => {
    room = null;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (outline && Math.abs(width() - wide) > 8) {
        wide = width();
        run(false);
      }
    }, 200);
  }).observe(at("results"));
}

async function start() {
  const [found, state] = await Promise.all([transport.script().catch(() => null), readState()]);
  if (!found?.text) {
    say(found ? failure(found) : "The engine does not answer.", true);
    return;
  }
  file = { name: found.name, text: found.text };
  for (const [key, value] of state.values) controls.values.set(key, value);
  for (const name of state.off) off.add(name);
  if (state.draws !== null) at("draws").value = String(state.draws);
  let timer = null;
  editor = createEditor(at("editor"), {
    text: state.text ?? file.text,
    onEdit: () => {
      clearTimeout(timer);
      timer = setTimeout(read, 200);
    },
    complete: async (offset) => {
      const reply = await send("complete", { ask: "check", script: script([]), at: offset });
      return reply?.completion ?? null;
    },
  });
  listen();
  await read();
  if (transport.save) follow();
}

start();
