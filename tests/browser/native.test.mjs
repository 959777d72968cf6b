// The engine for pages gives the bytes of the native program, and no script makes it stop.
import assert from "node:assert/strict";
import { relative, join } from "node:path";
import test from "node:test";
import { examples, module, native, root, script, start } from "./engine.mjs";

const answer = start();

test("the module imports nothing", () => {
  assert.deepEqual(WebAssembly.Module.imports(module()), []);
  assert.ok(examples.length > 20, `${examples.length} examples`);
});

for (const path of examples) {
  test(`${relative(root, path)}, plain`, () => {
    const found = answer({ ask: "document", script: script(path), format: "json" });
    assert.equal(found.output, native(path, ["--format", "json"]), found.messages);
  });
}

const drawn = ["azerbaijan_china", "digital", "disruption", "energy_transition", "middle_corridor", "own_lever", "growth"];
for (const name of drawn) {
  for (const sampling of name === "digital" ? ["plain", "latin", "sobol"] : ["plain"]) {
    test(`${name}, 2,000 draws, ${sampling}`, () => {
      const path = join(root, "examples", `${name}.mizan`);
      const options = { draws: 2000, seed: 7, sampling };
      const found = answer({ ask: "document", script: script(path), options, format: "json" });
      const asked = ["--draws", "2000", "--seed", "7", "--sampling", sampling, "--format", "json"];
      assert.equal(found.output, native(path, asked), found.messages);
    });
  }
}

test("a script with each kind of answer", () => {
  const path = join(root, "tests/readback/every.mizan");
  const one = { ...script(path), files: {} };
  for (const [options, asked] of [[{}, []], [{ draws: 64, seed: 1, sampling: "plain" }, ["--draws", "64"]]]) {
    const found = answer({ ask: "document", script: one, options, format: "json" });
    assert.equal(found.output, native(path, ["--format", "json", ...asked]), found.messages);
  }
});

test("texts, pictures and tables are the same too", () => {
  const path = join(root, "examples/azerbaijan_china.mizan");
  for (const format of ["text", "svg", "csv"]) {
    const found = answer({ ask: "document", script: script(path), format, width: 80 });
    assert.equal(found.output, native(path, ["--format", format, "--width", "80"]), format);
  }
});

test("a request that cannot be read is answered", () => {
  for (const request of [{}, { ask: "nothing" }, { ask: "document" }, "text", null]) {
    assert.match(JSON.stringify(answer(request)), /bad-request/);
  }
});

// The deepest scripts that the language takes, and deeper ones, which it refuses: neither may end the engine.
const head = "years 2024..2035\ncurrency USD\nset s = only\nfunction f(v) = 1 * (v + 0)\nparam a = 1\n";
const nested = (n) => [
  `${"(".repeat(n)}a${")".repeat(n)}`,
  `${"sqrt(".repeat(n)}a${")".repeat(n)}`,
  `${"-".repeat(n)}a`,
  `${"1 / (1 + ".repeat(n)}a${")".repeat(n)}`,
  `${"if a > 2 then 1 else ".repeat(n)}a`,
  `a${" ^ 1".repeat(n)}`,
  `a${" + a".repeat(8 * n)}`,
  `${"sum(e in s: ".repeat(n)}a${")".repeat(n)}`,
];
for (const depth of [60, 64, 400, 20_000]) {
  test(`expressions ${depth} deep`, () => {
    for (const expression of nested(depth)) {
      const text = `${head}var y = f(1) + sum(e in s: 1)\nvar x\nx = ${expression}\nshow x, y\n`;
      const found = answer({ ask: "document", script: { name: "deep.mizan", text }, format: "json" });
      const codes = found.diagnostics.map((one) => one.code);
      assert.ok(found.output || codes.length > 0, expression.slice(0, 40));
      if (depth === 20_000) assert.equal(found.output, undefined);
    }
  });
}

test("long chains of functions, variables and scenarios", () => {
  const lines = (n, line) => Array.from({ length: n }, (_, at) => line(at)).join("");
  const functions = `function f0(x) = x + 1\n${lines(2_999, (n) => `function f${n + 1}(x) = 1 + (f${n}(x))\n`)}`;
  const variables = `var v0\nv0 = 1\n${lines(5_999, (n) => `var v${n + 1}\nv${n + 1} = v${n} + 1\n`)}`;
  const scenarios = `param a = 1\nscenario s0 { a = 2 }\n${lines(2_999, (n) => `scenario s${n + 1} extends s${n} { a = ${n} }\n`)}`;
  for (const [text, query] of [
    [functions, "var y\ny = f2999(1)\nshow y\n"],
    [variables, "check v5999 == 6000\n"],
    [scenarios, "show a for s2999\n"],
  ]) {
    const whole = `years 2024..2035\ncurrency USD\n${text}${query}`;
    const found = answer({ ask: "document", script: { name: "long.mizan", text: whole }, format: "json" });
    assert.ok(found.output || found.diagnostics.length > 0, query);
  }
});

test("memory that is too little is a message", () => {
  const text =
    "years 2024..2035\ncurrency USD\nset s = " +
    Array.from({ length: 1500 }, (_, n) => `e${n}`).join(", ") +
    "\nparam a = normal(1, 1)\nvar x[s, s]\nx[i, j] = a\nshow x[*, *]\n";
  const options = { draws: 100_000, seed: 1, sampling: "plain" };
  const found = answer({ ask: "document", script: { name: "large.mizan", text }, options, format: "json" });
  assert.equal(found.output, undefined);
  assert.ok(found.diagnostics.some((one) => one.code.startsWith("limit-")), JSON.stringify(found.diagnostics).slice(0, 300));
});
