(() => {
  // The memo as it came, before anything on the page changes it.
  const delivered = [...document.querySelectorAll("body>header,body>main")].map((part) => part.cloneNode(true));
  const carried = document.getElementById("mizan-memo").textContent;
  const memo = JSON.parse(carried);
  const [panel, sliders, state, back, verify, found] =
    ["live", "sliders", "live-state", "live-back", "live-verify", "live-found"].map((id) => document.getElementById(id));
  const [script, ...files] = memo.inputs;
  const whole = script.text !== undefined && files.every(({ text, base64 }) => text !== undefined || base64 !== undefined);
  // A data file in another encoding than UTF-8 is bytes.
  const contents = ({ text, base64 }) => text ?? { base64 };
  const source = { name: script.name, text: script.text, files: Object.fromEntries(files.map((file) => [file.name, contents(file)])) };
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
      redraw(false);
    });
    input.addEventListener("keyup", ({ key }) => key.startsWith("Arrow") && redraw(true));
    controls.push({ ...one, say });
    label.append(name, output, input);
    say();
    return label;
  }

  const stepped = (control, value) =>
    Math.min(control.most, Math.max(control.least, Number((Math.round(value / control.step) * control.step).toFixed(control.decimals))));

  // The sliders, below the lever and the scenario that they belong to.
  const groups = new Map();
  function fill(all) {
    for (const control of all) {
      const scenario = control.scenario && `in ${control.scenario}`;
      const lever = control.lever_title.includes(control.lever) ? "" : control.lever;
      const title = [lever, control.lever_title, scenario].filter(Boolean).join(", ");
      if (!groups.has(title)) groups.set(title, []);
      groups.get(title).push(slider(control));
    }
  }

  // Puts the sliders in columns of about equal height. Columns of a style sheet would be balanced anew at each move of a
  // slider, which takes as long as a run.
  function arrange() {
    const count = Math.max(1, Math.floor(sliders.clientWidth / 290));
    if (count === sliders.children.length) return;
    const columns = Array.from({ length: count }, () => element("div"));
    const rows = [...groups.values()].reduce((sum, of) => sum + of.length + 1, 0);
    let filled = 0;
    for (const [title, of] of groups) {
      let group = null;
      for (const row of of) {
        const column = columns[Math.floor((filled * count) / rows)];
        if (group?.parentNode !== column) {
          group = element("fieldset");
          group.append(element("legend", title));
          column.append(group);
        }
        group.append(row);
        filled += 1;
      }
      filled += 1;
    }
    sliders.replaceChildren(...columns);
  }

  // The places of the answers, with what the memo has there.
  const places = [...document.querySelectorAll("#outcome,[data-answer],#checks")];
  const kept = new Map();
  // New markup of places that are out of sight; those in sight are drawn first.
  const later = new Map();
  const near = new Set(places);
  const seen = (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
      if (isIntersecting && later.has(target)) put(target, later.get(target));
      else if (isIntersecting && isPartial && !running) redraw(false);
    }
  };
  let sight = null;
  // Observes which places are in sight above the panel.
  function observe() {
    sight?.disconnect();
    sight = new IntersectionObserver(seen, { rootMargin: `0px 0px -${panel.offsetHeight}px 0px` });
    for (const place of places) sight.observe(place);
  }
  // True if the newest run answered the queries in sight alone.
  let isPartial = false;

  function put(place, markup) {
    later.delete(place);
    if (!kept.has(place)) kept.set(place, { own: [...place.childNodes], markup: null });
    const before = kept.get(place);
    if (before.markup === markup) return;
    before.markup = markup;
    // The engine escapes every text of the script.
    place.innerHTML = markup;
    if (place.id === "checks") place.replaceChildren(...place.firstElementChild.childNodes);
    mizanCharts(place);
  }

  // Draws the places out of sight, after the others are shown.
  const drawLater = () => {
    for (const [place, markup] of later) put(place, markup);
  };
  addEventListener("beforeprint", drawLater);
  let resting;

  function show({ outcome, checks, answers }) {
    const markup = new Map(answers.map(({ number, html }) => [String(number), html]));
    for (const place of places) {
      if (place.id === "outcome") later.set(place, outcome);
      else if (place.id === "checks") later.set(place, checks);
      // A quick run leaves out queries that take long or are out of sight.
      else if (markup.has(place.dataset.answer)) later.set(place, markup.get(place.dataset.answer));
    }
    for (const [place, markup] of later) if (near.has(place)) put(place, markup);
    clearTimeout(resting);
    resting = setTimeout(drawLater, 50);
    document.body.classList.add("changed");
  }

  function restore() {
    for (const [place, { own }] of kept) place.replaceChildren(...own);
    kept.clear();
    later.clear();
    document.body.classList.remove("changed");
  }

  // The width of the charts. It is read when the window has changed and not at each run: to read it, the browser has to lay
  // the page out.
  let room = null;
  addEventListener("resize", () => {
    room = null;
    arrange();
  });
  const width = () => {
    room ??= (document.querySelector("#results figure.chart") ?? document.querySelector("main")).clientWidth;
    return Math.max(350, Math.min(960, room));
  };

  // The newest numbers win: while a run is under way, later ones wait, and of these the last is run.
  let running = null, wanted = null;
  // Ends the wait between the answers in sight and all others.
  let wake = () => {};
  // Milliseconds of this wait: a reader who moves on is not kept waiting for what is out of sight.
  const REST = 250;
  async function redraw(full) {
    wanted = { full };
    wake();
    // A simulation is given up for a slider that moves on.
    if (running?.full && draws > 0 && running.isAsking) engine.stop();
    if (running) return;
    while (wanted) {
      running = wanted;
      wanted = null;
      await run(running).catch((failure) => {
        if (failure.message !== "given up") say(failure.message);
      });
    }
    running = null;
  }

  // The answers in sight first, then all: a simulation of everything takes longer than a reader may have to wait.
  async function run(job) {
    if (moved().length === 0) {
      restore();
      say();
      return;
    }
    const inSight = [...near].filter(({ dataset }) => dataset.answer).map(({ dataset }) => Number(dataset.answer));
    await ask(job, inSight);
    if (!job.full || wanted) return;
    await new Promise((done) => {
      wake = done;
      setTimeout(done, REST);
    });
    if (!wanted) await ask(job, null);
  }

  async function ask(job, only) {
    const options = { ...memo.options, draws: job.full ? draws : 0 };
    const script = { ...source, changes: changes() };
    job.isAsking = true;
    const answer = await engine.ask({ ask: "run", script, options, quick: !job.full, only, width: width() });
    job.isAsking = false;
    isPartial = only !== null;
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
    const unfold = () => {
      arrange();
      observe();
    };
    unfolded.addEventListener("toggle", unfold);
    unfold();
  })();
})();
