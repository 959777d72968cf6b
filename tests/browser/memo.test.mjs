// A memo that carries the engine, in Chromium: sliders, the way back, verification, keys, two widths.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { folder, launch, memo, move, open, skip } from "./chromium.mjs";
import { examples, native, packed, root, script } from "./engine.mjs";

const motivating = join(root, "examples/azerbaijan_china.mizan");

test("live memos", { skip }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const path = memo(motivating, "memo.html");

  /** Opens a memo and waits for its sliders. */
  const opened = async (path, settings) => {
    const { page, messages } = await open(browser, path, settings);
    await page.locator("#live").waitFor();
    return { page, messages };
  };
  const state = (page) => page.locator("#live-state").innerText();

  await t.test("the file is below 3 MB", () => assert.ok(statSync(path).size < 3e6));

  await t.test("a slider redraws charts, tables and checks, and the way back leads to the memo as it was", async () => {
    const { page, messages } = await opened(path);
    const results = () => page.locator("#results").innerText();
    const before = await results();
    assert.equal(await state(page), "The values of the memo");
    const slider = page.locator('.slider[data-name="trend"]');
    await move(page, slider.locator("input"), 1);
    // What is in sight follows at once, and then all else.
    await page.waitForFunction((before) => document.querySelector("#results").innerText !== before, before);
    assert.equal(await page.locator(".chart svg:visible").count(), 7);
    assert.match(await page.locator("#outcome").innerText(), /checks? fail/);
    // The native program with the same value.
    const value = (await slider.locator("output").innerText()).trim();
    const table = native(motivating, ["--set", `trend=${value}`, "--format", "json"]);
    const { answers } = JSON.parse(table);
    const failing = answers.filter((one) => one.query === "check" && !one.passed).length;
    assert.match(await page.locator("#outcome").innerText(), new RegExp(`${failing} of 11 checks`));
    await page.getByRole("button", { name: "Back to the memo" }).click();
    await page.locator("body:not(.changed)").waitFor();
    assert.equal(await results(), before);
    assert.deepEqual(messages, []);
  });

  await t.test("the page verifies itself, and finds a digit that was changed", async () => {
    const { page, messages } = await opened(path);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/All [\d,]+ numbers and all that the memo shows agree/).waitFor();
    const text = readFileSync(path, "utf8");
    const shown = /<td data-s="0">(−?\d+\.\d\d)<\/td>/.exec(text);
    assert.ok(shown, "a number of a table");
    const changed = join(folder, "changed.html");
    writeFileSync(changed, text.replace(shown[0], shown[0].replace(/\d<\/td>/, (end) => `${(Number(end[0]) + 1) % 10}</td>`)));
    const other = await opened(changed);
    await other.page.getByRole("button", { name: "Verify" }).click();
    await other.page.getByText("The memo differs from a new run in 1 places").waitFor();
    assert.match(await other.page.locator("#live-found").innerText(), /the document has/);
    assert.deepEqual([...messages, ...other.messages], []);
  });

  await t.test("keys alone reach and move a slider", async () => {
    const { page, messages } = await opened(path);
    const slider = page.locator(".slider input").first();
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.locator("body.changed").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.type), "range");
    assert.deepEqual(messages, []);
  });

  await t.test("a simulation is shown when the reader lets go", async () => {
    const drawn = memo(join(root, "examples/energy_transition.mizan"), "drawn.html", ["--draws", "500"]);
    const { page, messages } = await opened(drawn);
    const fans = () => page.locator("#results").innerText();
    assert.match(await fans(), /500 draws/);
    const slider = page.locator(".slider input").first();
    await move(page, slider, 0.9, false);
    await page.locator("body.changed").waitFor();
    await move(page, slider, 0.9);
    await page.getByText("1 value is changed, 500 draws").waitFor();
    assert.deepEqual(messages, []);
  });

  await t.test("a data file in another encoding than UTF-8 is in the page", async () => {
    const head = "years 2024..2025\nset sector = çay\nparam rate: percent = 5% bounds 0%..10%\nvar x[sector]\n";
    const data = 'param base[sector] = data("own.csv", encoding: "windows-1254", sector: sector, value: value)\n';
    writeFileSync(join(folder, "encoded.mizan"), `${head}${data}x[s] = base[s] * (1 + rate)\nshow x[çay]\n`);
    // The letter ç is the byte 0xe7.
    writeFileSync(join(folder, "own.csv"), Buffer.from("sector,value\nçay,100\n", "latin1"));
    const { page, messages } = await opened(memo(join(folder, "encoded.mizan"), "encoded.html"));
    await move(page, page.locator(".slider input").first(), 1);
    await page.locator("td", { hasText: "110" }).first().waitFor();
    assert.deepEqual(messages, []);
  });

  for (const width of [400, 1280]) {
    for (const scheme of ["light", "dark"]) {
      await t.test(`${width} pixels, ${scheme}`, async () => {
        const { page, messages } = await opened(path, { width, scheme });
        await move(page, page.locator(".slider input").first(), 0.7);
        await page.locator("body.changed").waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
        assert.deepEqual(messages, []);
      });
    }
  }

  await t.test("every example gives the native bytes in a worker", async () => {
    const blank = join(folder, "blank.html");
    writeFileSync(blank, "<!DOCTYPE html><title>Engine</title>");
    const { page, messages } = await open(browser, blank);
    await page.addScriptTag({ path: join(root, "src/report/html/engine.js") });
    const letters = readFileSync(packed()).toString("base64");
    await page.evaluate((letters) => {
      window.engine = mizanEngine(Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)));
    }, letters);
    for (const path of examples) {
      const request = { ask: "document", script: script(path), format: "json" };
      const found = await page.evaluate((request) => window.engine.ask(request), request);
      assert.equal(found.output, native(path, ["--format", "json"]), path);
    }
    assert.deepEqual(messages, []);
  });
});
