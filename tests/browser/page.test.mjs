// The live page of `mizan serve`, in Chromium: sliders, a point that is dragged, mistakes, questions, a scenario that is
// kept, the address, keys, two widths, light and dark, hostile names. Nothing may reach the console, and no other server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { launch, move, skip } from "./chromium.mjs";
import { mizan, native, root } from "./engine.mjs";

const motivating = join(root, "examples/azerbaijan_china.mizan");

const SMALL = `# How fast?
model "Small"
years 2024..2028
param growth: percent = 5% bounds -20%..20% "Growth a year"
param luck: percent = uniform(0%, 2%) "What chance adds"
var trade "Trade"
trade[first] = 100
trade = trade[t-1] * (1 + growth + luck)
scenario fast "Faster" { growth = 10% }
chart trade for all
show trade for all
check trade in 2024 == 100
`;

/** Serves a script from a folder of its own; returns the address, the path and the end. */
async function serve(text) {
  const folder = mkdtempSync(join(tmpdir(), "mizan-served-"));
  const path = join(folder, "script.mizan");
  if (text === null) copyFileSync(motivating, path);
  else writeFileSync(path, text);
  const child = spawn(mizan, ["serve", path], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next().then(({ value }) => [value]);
  return { address: /http:\S+/.exec(line)[0], path, end: () => child.kill("SIGINT") };
}

test("the live page", { skip, timeout: 600_000 }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const small = await serve(SMALL);
  const large = await serve(null);
  t.after(() => [small, large].forEach(({ end }) => end()));

  const whole = (page) => page.waitForFunction(() => document.body.dataset.shown === "all", null, { timeout: 120_000 });

  /** Opens a page and waits for all answers. */
  const open = async ({ address }, { width = 1280, scheme = "light", state = "draws=0" } = {}) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
    const page = await context.newPage();
    const messages = [];
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(String(error)));
    page.on("dialog", (dialog) => messages.push(dialog.message()));
    page.on("request", (request) => request.url().startsWith(address) || messages.push(request.url()));
    await page.goto(`${address}#${state}`);
    await whole(page);
    return { page, messages, close: () => context.close() };
  };

  /** Waits for the answers after a change. */
  const after = async (page, change) => {
    await page.evaluate(() => { document.body.dataset.shown = "waiting"; });
    await change();
    await whole(page);
  };
  const slider = (page, name) => page.locator(".control", { hasText: name }).first().locator("input[type=range]");
  const last = (page, scenario) => page.locator(`.part .sheet:visible tbody tr:last-child td[data-s="${scenario}"]`).last().innerText();
  const number = (text) => Number(text.replace("−", "-").replace(",", ""));
  /** Asserts that the last value of a scenario is this number, as far as the table shows it. */
  const shows = async (page, scenario, wanted) => {
    const text = await last(page, scenario);
    const decimals = (text.split(".")[1] ?? "").length;
    assert.equal(number(text), Number(wanted.toFixed(decimals)));
  };

  await t.test("shows the numbers of the native program", async () => {
    const { page, messages, close } = await open(small);
    const { answers } = JSON.parse(native(small.path, ["--format", "json"]));
    for (const [n, series] of answers[1].panels[0].series.entries()) {
      await shows(page, n, series.values.at(-1));
    }
    assert.equal(await page.locator("h1").innerText(), "Small");
    assert.match(await page.locator("#outcome").innerText(), /The check holds/);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("a slider moves chart and table, and the address keeps it", async () => {
    const { page, messages, close } = await open(small);
    const chart = await page.locator(".chart svg").first().innerHTML();
    await after(page, () => move(page, slider(page, "growth"), 1));
    // 100 (1 + 20% + 1%)^4
    await shows(page, 0, 100 * 1.21 ** 4);
    assert.notEqual(await page.locator(".chart svg").first().innerHTML(), chart);
    assert.match(decodeURIComponent(page.url()), /set=growth=20/);
    await page.reload();
    await whole(page);
    await shows(page, 0, 100 * 1.21 ** 4);
    await after(page, () => page.getByRole("button", { name: "Undo all changes" }).click());
    await shows(page, 0, 100 * 1.06 ** 4);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("the newest of many movements wins", async () => {
    const { page, messages, close } = await open(small);
    await after(page, async () => {
      for (let at = 0; at <= 20; at += 1) await move(page, slider(page, "growth"), at / 20, false);
      await move(page, slider(page, "growth"), 0.75);
    });
    // 100 (1 + 10% + 1%)^4
    await shows(page, 0, 100 * 1.11 ** 4);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("draws are shown as fans when one lets go", async () => {
    const { page, messages, close } = await open(small, { state: "draws=1000" });
    const fans = () => page.locator(".chart svg path[fill-opacity]").count();
    assert.ok((await fans()) > 0);
    await move(page, slider(page, "growth"), 0.9, false);
    await page.waitForFunction(() => !document.querySelector(".chart svg path[fill-opacity]"));
    await after(page, () => slider(page, "growth").dispatchEvent("change"));
    assert.ok((await fans()) > 0);
    assert.match(await page.locator("#status").innerText(), /1,000 draws/);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("a point that is dragged moves the lever in hand, and what is out of reach is grey", async () => {
    const { page, messages, close } = await open(small);
    await page.locator(".control", { hasText: "growth" }).first().click({ position: { x: 4, y: 4 } });
    const mark = page.locator('svg [data-s="0"] [data-k="2028"]').first();
    await mark.scrollIntoViewIfNeeded();
    const box = await mark.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 10);
    await page.locator(".mz-overlay .mz-handle").waitFor();
    await page.waitForFunction(() => document.querySelector(".control.changed"));
    await page.mouse.move(x, y - 40);
    await after(page, () => page.mouse.up());
    await page.getByText("growth reaches it at").waitFor();
    assert.ok(number(await last(page, 0)) > 100 * 1.06 ** 4);
    // Far above what another lever can reach: that lever goes to its end.
    await page.getByRole("button", { name: "Undo all changes" }).click();
    await whole(page);
    await page.locator(".control", { hasText: "luck" }).click({ position: { x: 4, y: 4 } });
    const again = await page.locator('svg [data-s="0"] [data-k="2028"]').first().boundingBox();
    await page.mouse.move(again.x + again.width / 2, again.y + again.height / 2);
    await page.mouse.down();
    await page.mouse.move(again.x, again.y - 60, { steps: 3 });
    await page.locator(".mz-overlay .mz-out").first().waitFor();
    await after(page, () => page.mouse.up());
    // 100 (1 + 5% + 2%)^4
    await shows(page, 0, 100 * 1.07 ** 4);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("a value is reached by keys, too", async () => {
    const { page, messages, close } = await open(small);
    await slider(page, "growth").focus();
    await page.getByLabel("Scenario", { exact: true }).first().selectOption("baseline");
    await page.getByLabel("Value to reach").first().fill("146.41");
    await after(page, () => page.keyboard.press("Enter"));
    await page.getByText(/growth reaches it at/).first().waitFor();
    // (1 + g + 1%)^4 = 1.4641
    assert.equal(await page.locator(".control.changed input[type=number]").inputValue(), "9");
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("why and compare are a click away", async () => {
    const { page, messages, close } = await open(small);
    await page.getByRole("button", { name: "Why?" }).first().click();
    await page.locator(".asked figure").first().waitFor();
    assert.match(await page.locator(".asked:visible").innerText(), /trade in 2028 is .* higher in fast/);
    await after(page, () => move(page, slider(page, "growth"), 1));
    await page.getByRole("button", { name: "Compare" }).first().click();
    await page.getByText(/higher in changed/).first().waitFor();
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("a mistake is shown under its line, and the answers are marked as old", async () => {
    const { page, messages, close } = await open(small);
    await page.getByRole("button", { name: "Script" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("show trad\n");
    await page.getByRole("alert").getByText("trad").first().waitFor();
    await page.locator(".cm-lintRange-error").first().waitFor();
    assert.ok((await page.locator(".part-body.old").count()) > 0);
    await page.getByRole("button", { name: "Show line 13" }).click();
    await after(page, () => page.keyboard.type("trade"));
    assert.equal(await page.locator("#problems p").count(), 0);
    assert.match(page.url(), /script=/);
    await page.reload();
    await whole(page);
    await page.getByRole("button", { name: "Script" }).click();
    assert.match(await page.locator(".cm-content").innerText(), /show trade\s*$/);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("words are offered while one writes", async () => {
    const { page, messages, close } = await open(small);
    await page.getByRole("button", { name: "Script" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("show tra");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "trade" }).waitFor();
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("changes are kept as a scenario, and the script is saved", async () => {
    const { page, messages, close } = await open(small);
    await after(page, () => move(page, slider(page, "growth"), 1));
    await page.getByRole("button", { name: "Keep as a scenario" }).click();
    await page.getByLabel("Name").fill("mine");
    await page.getByLabel("Title").fill('Our "own"');
    await after(page, () => page.getByRole("button", { name: "Keep", exact: true }).click());
    await page.locator("#scenarios").getByLabel(/mine/).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    assert.match(readFileSync(small.path, "utf8"), /scenario mine "Our \\"own\\"" \{\n  growth = 20%\n\}/);
    await shows(page, 2, 100 * 1.21 ** 4);
    writeFileSync(small.path, SMALL);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("the page follows a file that is changed elsewhere, and keeps its own edits", async () => {
    const { page, messages, close } = await open(small);
    await after(page, () => move(page, slider(page, "luck"), 0));
    // The slider stays at 0%: 100 (1 + 7%)^4
    await after(page, async () => writeFileSync(small.path, SMALL.replace("5% bounds", "7% bounds")));
    await shows(page, 0, 100 * 1.07 ** 4);
    await page.getByRole("button", { name: "Script" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await after(page, () => page.keyboard.type("show growth\n"));
    writeFileSync(small.path, SMALL);
    const notice = page.getByText("The file was changed elsewhere");
    await notice.waitFor();
    // The notice stays while the script is edited further, and goes once the edits are undone and the page follows.
    await after(page, () => page.keyboard.type("show luck\n"));
    assert.match(await page.locator(".cm-content").innerText(), /show growth/);
    assert.ok(await notice.isVisible());
    for (let undone = 0; undone < 12; undone += 1) await page.keyboard.press("Control+z");
    await notice.waitFor({ state: "hidden" });
    assert.ok(!/show growth/.test(await page.locator(".cm-content").innerText()));
    assert.match(await page.locator(".cm-content").innerText(), /5% bounds/);
    assert.deepEqual(messages, []);
    await close();
  });

  await t.test("the Tab key reaches every control", async () => {
    const { page, messages, close } = await open(small);
    const reachable = "a[href],button:not(:disabled),input:not([type=hidden]),select,summary,svg[tabindex]";
    const count = await page.evaluate((reachable) => {
      const all = [...document.querySelectorAll(reachable)].filter((one) => one.checkVisibility() && !one.closest("details:not([open]) > :not(summary)"));
      all.forEach((one, n) => { one.dataset.wanted = n; });
      return all.length;
    }, reachable);
    const reached = new Set();
    await page.evaluate(() => document.body.focus());
    for (let at = 0; at < count + 30; at += 1) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement?.dataset?.wanted));
    }
    reached.delete(undefined);
    assert.equal(reached.size, count);
    assert.deepEqual(messages, []);
    await close();
  });

  for (const width of [400, 1280]) {
    for (const scheme of ["light", "dark"]) {
      await t.test(`the motivating script fits ${width} pixels, ${scheme}`, async () => {
        const { page, messages, close } = await open(large, { width, scheme });
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
        assert.match(await page.locator("#outcome").innerText(), /All 11 checks hold/);
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(background, scheme === "light" ? "rgb(255, 255, 255)" : "rgb(21, 24, 28)");
        assert.deepEqual(messages, []);
        await close();
      });
    }
  }

  await t.test("hostile names stay text", async () => {
    const evil = "</script><img src=x onerror=alert(1)>";
    const hostile = await serve(SMALL.replace('"Small"', `"${evil}"`).replace('"Trade"', `"${evil}"`).replace('"Growth a year"', `"${evil}"`).replace('"Faster"', `"${evil}"`));
    const { page, messages, close } = await open(hostile);
    await page.getByRole("button", { name: "Compare" }).first().click();
    await page.locator(".asked figure").first().waitFor();
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("h1").innerText(), evil);
    assert.deepEqual(messages, []);
    await close();
    hostile.end();
  });
});
