// Sliders and switches. Names and descriptions of a script are set as text, never as markup.

// The name of a control in the address and between two versions of a script.
export const keyOf = (control) => [control.scenario, control.name, control.part].filter(Boolean).join(" | ");

// Makes an element; a property that is an object sets attributes.
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "attributes") for (const [name, text] of Object.entries(value)) made.setAttribute(name, text);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

// A number as the control writes it, without exponent and trailing zeros.
export function written(control, value) {
  const number = Number(value.toFixed(Math.min(control.decimals + 6, 12)));
  const text = (Object.is(number, -0) ? 0 : number).toFixed(12).replace(/\.?0+$/, "");
  return text;
}

// The text that replaces the control's figure in the script.
export function replacement(control, value) {
  const text = written(control, value) + control.suffix;
  return control.in_sum && value < 0 ? `(${text})` : text;
}

// Groups are open until so many controls are shown.
const MOST_OPEN = 7;

export class Controls {
  #place;
  #onInput;
  #onChange;
  #onTake;
  #rows = new Map();
  // Values of changed controls by key.
  values = new Map();
  all = [];
  // The control that the reader touched last.
  inHand = null;

  constructor(place, { onInput, onChange, onTake }) {
    this.#place = place;
    this.#onInput = onInput;
    this.#onChange = onChange;
    this.#onTake = onTake;
  }

  // Shows the controls of a script; values that were changed stay changed.
  show(controls) {
    this.all = controls;
    this.#rows.clear();
    const keys = new Set(controls.map(keyOf));
    for (const key of [...this.values.keys()]) if (!keys.has(key)) this.values.delete(key);
    if (!keys.has(this.inHand)) this.inHand = null;
    const open = new Set([...this.#place.querySelectorAll("details[open]")].map((group) => group.dataset.group));
    const groups = new Map();
    for (const control of controls) {
      const key = `${control.scenario}|${control.lever}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(control);
    }
    // Parameters first, then the levers of the baseline, then those of scenarios.
    const rank = ([, [{ lever, scenario }]]) => (scenario ? 2 : lever ? 1 : 0);
    let shown = 0;
    const parts = [...groups].sort((a, b) => rank(a) - rank(b)).map(([key, group]) => {
      const isOpen = open.size > 0 ? open.has(key) : shown < MOST_OPEN && group.length <= MOST_OPEN;
      if (isOpen) shown += group.length;
      return this.#group(key, group, isOpen);
    });
    if (parts.length === 0) {
      parts.push(element("p", { className: "remark", textContent: "The script has no number with bounds and no distribution." }));
    }
    this.#place.replaceChildren(...parts);
  }

  #group(key, group, isOpen) {
    const [{ lever, lever_title: title, scenario }] = group;
    const head = element("summary", {}, element("b", { textContent: lever ? title : scenario || "Parameters" }));
    const remark = [title.includes(lever) ? "" : lever, scenario && lever ? `in ${scenario}` : ""].filter(Boolean).join(", ");
    if (remark) head.append(" ", element("span", { className: "kind", textContent: remark }));
    const details = element("details", { className: "group", open: isOpen }, head);
    details.dataset.group = key;
    details.append(...group.map((control) => this.#row(control)));
    return details;
  }

  #row(control) {
    const key = keyOf(control);
    const id = `control-${this.#rows.size}`;
    const field = control.lever ? control.name.slice(control.lever.length + 1) : control.name;
    const name = control.part ? `${field}, ${control.part}` : field;
    const label = element("label", { htmlFor: id, className: "about" });
    const part = control.part ? `: ${control.part}` : "";
    if (control.about) label.append(element("span", { textContent: control.about + part }), " ");
    label.append(element("code", { textContent: control.about ? field : name }));
    const range = element("input", { id, type: "range", min: control.least, max: control.most, step: "any" });
    const [low, high] = control.bounds ?? [null, null];
    const number = element("input", { type: "number", step: "any", attributes: { "aria-label": `${name}, number` } });
    if (low !== null) Object.assign(number, { min: low, max: high });
    const reset = element("button", { type: "button", className: "undo", attributes: { "aria-label": `Undo the change of ${name}`, title: `As in the script: ${control.written}` } }, "↺");
    const note = element("span", { className: "written" });
    const row = element("div", { className: "control" }, label, range,
      element("span", { className: "number" }, number, element("span", { className: "unit", textContent: control.suffix.trim() })), reset, note);
    const snapped = (value) => {
      const steps = Math.round(value / control.step) * control.step;
      return Number(Math.min(control.most, Math.max(control.least, steps)).toFixed(control.decimals));
    };
    range.addEventListener("input", () => this.#set(key, snapped(Number(range.value)), this.#onInput));
    range.addEventListener("change", () => this.#onChange());
    // With step "any" a browser moves by a hundredth of the range; one step is what the number shows.
    range.addEventListener("keydown", (event) => {
      const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!direction) return;
      event.preventDefault();
      this.#set(key, snapped(this.value(control) + direction * control.step), this.#onChange);
    });
    number.addEventListener("change", () => {
      const value = number.valueAsNumber;
      if (Number.isFinite(value) && number.checkValidity()) this.#set(key, control.is_whole ? Math.round(value) : value, this.#onChange);
      else this.#update(key);
    });
    row.addEventListener("focusin", () => this.take(key));
    row.addEventListener("pointerdown", () => this.take(key));
    reset.addEventListener("click", () => {
      this.values.delete(key);
      this.#update(key);
      range.focus();
      this.#onChange();
    });
    this.#rows.set(key, { control, row, range, number, reset, note });
    this.#update(key);
    return row;
  }

  // Takes a control in hand: dragging a point of a chart moves it.
  take(key) {
    this.inHand = key;
    for (const [other, { row }] of this.#rows) row.classList.toggle("in-hand", other === key);
    this.#onTake(this.hand());
  }

  #set(key, value, then) {
    const { control } = this.#rows.get(key);
    if (value === control.value) this.values.delete(key);
    else this.values.set(key, value);
    this.#update(key);
    then();
  }

  #update(key) {
    const { control, row, range, number, reset, note } = this.#rows.get(key);
    const value = this.values.get(key) ?? control.value;
    const isChanged = this.values.has(key);
    range.value = value;
    const text = written(control, value);
    number.value = text;
    range.setAttribute("aria-valuetext", text + control.suffix);
    row.classList.toggle("changed", isChanged);
    reset.hidden = !isChanged;
    if (control.is_random) note.textContent = isChanged ? `fixed; in the script ${control.written}` : control.written;
    else note.textContent = isChanged ? `in the script ${control.written}` : "";
  }

  value(control) {
    return this.values.get(keyOf(control)) ?? control.value;
  }

  // The control in hand; undefined before the reader takes one.
  hand() {
    return this.all.find((control) => keyOf(control) === this.inHand);
  }

  // Moves a control from elsewhere; `isDone` at the end of the movement.
  move(control, value, isDone) {
    const key = keyOf(control);
    this.take(key);
    this.#set(key, value, isDone ? this.#onChange : this.#onInput);
    this.#rows.get(key).row.closest("details").open = true;
  }

  reset() {
    this.values.clear();
    for (const key of this.#rows.keys()) this.#update(key);
    this.#onChange();
  }

  // The changes of the script's text, in its order.
  changes() {
    const changed = this.all.filter((control) => this.values.has(keyOf(control)));
    const change = (control) => ({ from: control.from, to: control.to, text: replacement(control, this.value(control)) });
    return changed.map(change).sort((a, b) => a.from - b.from);
  }

  // Shows the controls whose name or description has the words.
  search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of this.#place.querySelectorAll("details")) {
      let any = false;
      for (const row of group.querySelectorAll(".control")) {
        const own = `${group.firstElementChild.textContent} ${row.textContent}`.toLowerCase();
        row.hidden = !words.every((word) => own.includes(word));
        any ||= !row.hidden;
      }
      group.hidden = !any;
      if (words.length > 0 && any) group.open = true;
    }
  }
}
