(() => {
  // The memo as it came, before anything on the page changes it.
  const delivered = [...document.querySelectorAll("body>header,body>main")].map((part) => part.cloneNode(true));
  const carried = document.getElementById("mizan-memo").textContent;
  const memo = JSON.parse(carried);
  const [panel, sliders, state, back, verify, found] =
    ["live", "sliders", "live-state", "live-back", "live-verify", "live-found"].map((id) => document.getElementById(id));
  const whole = memo.inputs.every((input) => input.text !== undefined);
  const [script, ...files] = memo.inputs;
  const source = { name: script.name, text: script.text, files: Object.fromEntries(files.map((file) => [file.name, file.text])) };
  const engine = mizanEngine(packed(document.getElementById("mizan-engine")));
  // More draws would take longer than a reader waits at a slider.
  const draws = Math.min(memo.options.draws, 10_000);

  // The bytes of the engine, which the page has in base 91: 13 bits are two letters from `#` on, without `<`.
  function packed({ textContent: text, dataset }) {
    const digit = (at) => {
      const letter = text.charCodeAt(at);
      return letter - (letter > 60 ? 36 : 35);
    };
    const bytes = new Uint8Array(Number(dataset.bytes));
    for (let at = 0, to = 0, held = 0, count = 0; at < text.length; at += 2) {
      held = (held << 13) | (digit(at) * 91 + digit(at + 1));
      // An array of bytes keeps the lowest 8 bits of a number.
      for (count += 13; count >= 8; to++) bytes[to] = held >> (count -= 8);
    }
    return bytes;
  }

  const element = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = kind;
    return made;
  };

  // The numbers that differ from the script, as pieces of text that take the place of its own.
  const controls = [];
  const moved = () => controls.filter(({ control, input }) => Number(input.value) !== control.value);
  const written = ({ control, input }) => {
    const text = Number(input.value).toFixed(control.decimals) + control.suffix;
    return control.in_sum && text.startsWith("-") ? `(${text})` : text;
  };
  const changes = () =>
    moved().map((one) => ({ from: one.control.from, to: one.control.to, text: written(one) }));

  // A slider with its name and its number.
  function slider(control) {
    const label = element("label", "", "slider");
    // The name of the lever is above its sliders.
    const own = control.lever ? control.name.slice(control.lever.length + 1) : control.name;
    const name = element("span", control.part ? `${own}, ${control.part}` : own);
    const input = element("input");
    const output = element("output");
    label.title = control.about ? `${control.name}: ${control.about}` : control.name;
    label.dataset.name = control.name;
    Object.assign(input, { type: "range", min: control.least, max: control.most, step: "any", value: control.value });
    const one = { control, input };
    const say = () => {
      const same = Number(input.value) === control.value;
      output.textContent = same ? control.written : written(one);
      label.classList.toggle("moved", !same);
    };
    input.addEventListener("input", () => {
      // A slider without steps reaches the value of the script; from there it moves in steps.
      if (Number(input.value) !== control.value) input.value = stepped(control, Number(input.value));
      say();
      redraw(false);
    });
    input.addEventListener("change", () => redraw(true));
    input.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      input.value = stepped(control, Number(input.value) + step * control.step);
      say();
      redraw(true);
    });
    controls.push({ ...one, say });
    label.append(name, output, input);
    say();
    return label;
  }

  const stepped = (control, value) =>
    Math.min(control.most, Math.max(control.least, Number((Math.round(value / control.step) * control.step).toFixed(control.decimals))));

  // The sliders, below the lever and the scenario that they belong to.
  function fill(all) {
    const groups = new Map();
    for (const control of all) {
      const scenario = control.scenario && `in ${control.scenario}`;
      const title = [control.lever, control.lever_title, scenario].filter(Boolean).join(", ");
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(control);
    }
    for (const [title, of] of groups) {
      const group = element("fieldset");
      group.append(element("legend", title), ...of.map(slider));
      sliders.append(group);
    }
  }

  // The places of the answers, with what the memo has there.
  const places = [...document.querySelectorAll("#outcome,[data-answer],#checks")];
  const kept = new Map();
  function put(place, markup) {
    if (!kept.has(place)) kept.set(place, { own: [...place.childNodes], markup: null });
    const before = kept.get(place);
    if (before.markup === markup) return;
    before.markup = markup;
    // The engine escapes every text of the script.
    place.innerHTML = markup;
    if (place.id === "checks") place.replaceChildren(...place.firstElementChild.childNodes);
    mizanCharts(place);
  }

  function show({ outcome, checks, answers }) {
    const markup = new Map(answers.map(({ number, html }) => [String(number), html]));
    for (const place of places) {
      if (place.id === "outcome") put(place, outcome);
      else if (place.id === "checks") put(place, checks);
      // A quick run leaves out queries that take long.
      else if (markup.has(place.dataset.answer)) put(place, markup.get(place.dataset.answer));
    }
    document.body.classList.add("changed");
  }

  function restore() {
    for (const [place, { own }] of kept) place.replaceChildren(...own);
    kept.clear();
    document.body.classList.remove("changed");
  }

  const width = () => {
    const chart = document.querySelector("#results .chart svg:not([hidden])");
    const room = (chart ? chart.closest("figure") : document.querySelector("main")).clientWidth;
    return Math.max(350, Math.min(960, room));
  };

  // The newest numbers win: while a run is under way, later ones wait, and of these the last is run.
  let running = null, wanted = null;
  async function redraw(full) {
    wanted = { full };
    // A simulation is given up for a slider that moves on.
    if (running?.full && !full && draws > 0) engine.stop();
    if (running) return;
    while (wanted) {
      running = wanted;
      wanted = null;
      await run(running.full).catch((failure) => {
        if (failure.message !== "given up") say(failure.message);
      });
    }
    running = null;
  }

  async function run(full) {
    if (moved().length === 0) {
      restore();
      say();
      return;
    }
    const options = { ...memo.options, draws: full ? draws : 0 };
    const script = { ...source, changes: changes() };
    const answer = await engine.ask({ ask: "run", script, options, quick: !full, width: width() });
    if (answer.answers) show(answer);
    say(answer.answers ? "" : answer.diagnostics[0].message, answer.sampling);
  }

  function say(problem, sampling) {
    const number = moved().length;
    const changed = `${number} ${number === 1 ? "value is" : "values are"} changed`;
    const drawn = sampling ? `, ${sampling.draws.toLocaleString("en")} draws` : "";
    state.textContent = problem || (number === 0 ? "The values of the memo" : changed + drawn);
    state.classList.toggle("bad", Boolean(problem));
    back.hidden = number === 0;
    found.hidden = true;
  }

  back.addEventListener("click", () => {
    for (const { control, input, say } of controls) {
      input.value = control.value;
      say();
    }
    redraw(true);
  });

  verify.addEventListener("click", async () => {
    state.textContent = "A new run …";
    verify.disabled = true;
    try {
      await compare();
    } catch (failure) {
      say(failure.message);
    }
    verify.disabled = false;
  });

  // Compares the memo as it came with a new run: the engine compares the numbers, then what is shown.
  async function compare() {
    const answer = await engine.ask({ ask: "verify", carried });
    if (answer.numbers === undefined) return say(answer.diagnostics[0].message);
    // The head has a style sheet, which this page does not allow.
    const body = answer.page.slice(answer.page.indexOf("<body>"));
    const anew = new DOMParser().parseFromString(body, "text/html");
    const both = delivered.map((part) => [part, anew.querySelector(`body>${part.localName}`)]);
    const differing = both.filter(([part, other]) => !part.isEqualNode(other));
    const differences = answer.found;
    if (answer.is_own) {
      for (const [part, other] of differing) {
        const seen = await engine.ask({ ask: "seen", document: part.outerHTML, anew: other.outerHTML });
        differences.push(...seen.found);
      }
    }
    const all = answer.is_own ? " and all that the memo shows" : "";
    const numbers = answer.numbers.toLocaleString("en");
    say(differences.length ? `The memo differs from a new run in ${differences.length} places` : "");
    if (differences.length === 0) state.textContent = `All ${numbers} numbers${all} agree with a new run in this browser`;
    found.hidden = differences.length === 0;
    found.replaceChildren(...differences.slice(0, 20).map((line) => element("li", line)));
  }

  (async () => {
    if (!whole) {
      say("The data are too large to be in the page: `mizan verify` reads them from its folder");
      verify.disabled = true;
    } else {
      const answer = await engine.ask({ ask: "controls", script: source });
      fill(answer.controls ?? []);
      say();
    }
    const unfolded = sliders.closest("details");
    unfolded.hidden = controls.length === 0;
    unfolded.open = innerWidth > 600;
    panel.hidden = false;
  })();
})();
