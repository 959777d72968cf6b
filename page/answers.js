// Charts, tables and checks of a run, with questions about their values. The markup is the engine's, which escapes
// every name of the script.

import { element } from "./controls.js";

// The values that a part shows: expressions, scenarios and years, from the marks of its charts.
function valuesOf(part, scenarios) {
  const expressions = new Set();
  const names = new Set();
  const years = new Set();
  for (const line of part.querySelectorAll("svg [data-q]")) {
    expressions.add(line.dataset.q);
    if (line.dataset.s !== undefined) names.add(scenarios[Number(line.dataset.s)]?.name);
  }
  for (const mark of part.querySelectorAll("svg [data-q] [data-k]")) years.add(mark.dataset.k);
  return { expressions: [...expressions], scenarios: [...names].filter(Boolean), years: [...years].sort() };
}

function select(label, values, chosen) {
  const options = values.map((value) => element("option", { value, textContent: value, selected: value === chosen }));
  return element("select", { attributes: { "aria-label": label } }, ...options);
}

export class Answers {
  #place;
  #outcome;
  #checks;
  #onAsk;
  #parts = new Map();
  // Numbers of the parts in sight; the others wait while a slider moves.
  #near = new Set();
  #sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#near.add(Number(target.dataset.number));
      else this.#near.delete(Number(target.dataset.number));
    }
  });
  #lever = null;
  scenarios = [];

  // `onAsk` gets the kind of question and the value, and returns the markup of the answer or a text.
  constructor({ place, outcome, checks, onAsk }) {
    this.#place = place;
    this.#outcome = outcome;
    this.#checks = checks;
    this.#onAsk = onAsk;
  }

  // Shows the answers of a run; those that a quick run leaves out stay, marked as old.
  show(reply, isQuick) {
    this.scenarios = reply.scenarios;
    const answered = new Set(reply.answers.map((answer) => answer.number));
    for (const [number, part] of this.#parts) {
      if (answered.has(number)) continue;
      if (isQuick) part.body.classList.add("old");
      else {
        this.#sight.unobserve(part.whole);
        this.#near.delete(number);
        part.whole.remove();
        this.#parts.delete(number);
      }
    }
    let before = null;
    // Charts come first: they move with the levers.
    const rank = ({ query }) => (query === "chart" ? 0 : 1);
    for (const { number, query, html } of reply.answers.toSorted((a, b) => rank(a) - rank(b))) {
      if (query === "check") continue;
      const part = this.#part(number, before);
      part.body.classList.remove("old");
      before = part.whole;
      if (part.html === html) continue;
      part.html = html;
      part.body.innerHTML = html;
      window.mizanCharts(part.body);
      this.#questions(part);
    }
    this.#outcome.innerHTML = reply.outcome;
    if (!isQuick || reply.checks) this.#checks.innerHTML = reply.checks;
  }

  // The queries whose answers are in sight; null before the first run.
  inSight() {
    return this.#parts.size > 0 ? [...this.#near] : null;
  }

  #part(number, before) {
    const known = this.#parts.get(number);
    if (known) return known;
    const body = element("div", { className: "part-body" });
    const bar = element("div", { className: "asks", hidden: true, attributes: { role: "group", "aria-label": "Questions about these values" } });
    const asked = element("div", { className: "asked", hidden: true, tabIndex: -1 });
    const whole = element("section", { className: "part" }, body, bar, asked);
    whole.dataset.number = number;
    if (before) before.after(whole);
    else this.#place.prepend(whole);
    const part = { whole, body, bar, asked, html: null, known: "" };
    this.#parts.set(number, part);
    this.#near.add(number);
    this.#sight.observe(whole);
    return part;
  }

  // The bar with which one asks about a value of a part.
  #questions(part) {
    const values = valuesOf(part.body, this.scenarios);
    part.bar.hidden = values.expressions.length === 0;
    const known = JSON.stringify(values);
    if (part.bar.hidden || known === part.known) return;
    part.known = known;
    const chosen = (at) => part.bar.querySelectorAll("select")[at]?.value;
    const of = select("Value", values.expressions, chosen(0));
    const scenario = select("Scenario", values.scenarios, chosen(1) ?? values.scenarios.at(-1));
    const year = select("Year", values.years, chosen(2) ?? values.years.at(-1));
    const goal = element("input", { type: "text", size: 11, placeholder: "-5 bn USD", autocomplete: "off", attributes: { "aria-label": "Value to reach" } });
    const value = () => ({ of: of.value, scenario: scenario.value, year: Number(year.value) });
    const button = (text, kind, more = () => ({})) => {
      const made = element("button", { type: "button", textContent: text });
      made.addEventListener("click", () => this.ask(part, kind, { ...value(), ...more() }));
      return made;
    };
    const reach = button("Reach", "reach", () => ({ goal: goal.value.trim() }));
    part.reach = reach;
    this.#name(reach);
    goal.addEventListener("keydown", (event) => event.key === "Enter" && reach.click());
    part.bar.replaceChildren(of, scenario, year, button("Why?", "why"), button("Compare", "compare"),
      element("span", { className: "reach" }, goal, reach));
  }

  // Names the lever that `Reach` moves.
  take(control) {
    this.#lever = control;
    for (const { reach } of this.#parts.values()) if (reach) this.#name(reach);
  }

  #name(reach) {
    reach.textContent = this.#lever ? `Reach with ${this.#lever.name}` : "Reach";
  }

  // Asks a question and shows the answer below the part.
  async ask(part, kind, value) {
    const { asked } = part;
    asked.hidden = false;
    asked.replaceChildren(element("p", { className: "remark", textContent: "…" }));
    const answer = await this.#onAsk(kind, value);
    const close = element("button", { type: "button", className: "close", textContent: "Close" });
    close.addEventListener("click", () => {
      asked.hidden = true;
      part.bar.querySelector("button").focus();
    });
    const body = element("div");
    if (answer.html) body.innerHTML = answer.html;
    else body.append(element("p", { textContent: answer.text }));
    asked.replaceChildren(close, body);
    window.mizanCharts(body);
    asked.focus({ preventScroll: true });
  }

  // The part that contains a node.
  partOf(node) {
    const whole = node.closest(".part");
    return whole ? this.#parts.get(Number(whole.dataset.number)) : undefined;
  }

  // Marks all answers as those of an older script.
  age() {
    for (const { body } of this.#parts.values()) body.classList.add("old");
  }
}
