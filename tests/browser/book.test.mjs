// The scripts of the book in Chromium: run, changed, with a mistake, a part of a script.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { folder, launch, open, skip } from "./chromium.mjs";
import { packed, root } from "./engine.mjs";

const trade = "years 2024..2026\nvar trade\ntrade[first] = 100\ntrade = trade[t-1] * (1 + 5%)\nshow trade\n";

test("scripts of the book", { skip }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const block = (kind, text) => `<pre><code class="language-mizan ${kind}">${text}</code></pre>`;
  const page = join(folder, "page.html");
  writeFileSync(
    page,
    `<!DOCTYPE html><title>Page</title><script>const path_to_root = "";</script>
    ${block("trade.mizan", trade)}${block("error no-years", "param a = 1\n")}
    ${block("fragment", "tariff duty { rate: 5% }\n")}
    ${block("", 'years 2024..2026\nset sector = metals, food\nparam base[sector] = data("own.csv", sector: sector, value: value)\nshow base[*]\n')}
    <pre><code class="language-csv own.csv">sector,value\nmetals,10\nfood,20\n</code></pre>
    <script src="run.js"></script>`,
  );
  copyFileSync(join(root, "docs/theme/run.js"), join(folder, "run.js"));
  const beside = execFileSync(process.execPath, [join(root, "page/book-engine.mjs"), packed()], { maxBuffer: 1 << 28 });
  writeFileSync(join(folder, "mizan-engine.js"), beside);
  const opened = await open(browser, page);
  const output = (n) => opened.page.locator(".mizan-output").nth(n);
  const run = (n) => opened.page.getByRole("button", { name: "run" }).nth(n).click();

  await t.test("a script runs where it stands", async () => {
    await run(0);
    await output(0).locator("table").waitFor();
    assert.match(await output(0).innerText(), /2026\s+110/);
  });
  await t.test("a mistake is shown with its place and help", async () => {
    await run(1);
    await output(1).locator(".mizan-messages").waitFor();
    assert.match(await output(1).innerText(), /no-years/);
  });
  await t.test("a part of a script runs after the five lines of the book", async () => {
    await run(2);
    await output(2).getByText("No mistake, and nothing to show.").waitFor();
  });
  await t.test("a script reads the tables of its page", async () => {
    await run(3);
    await output(3).locator("table").first().waitFor();
    assert.match(await output(3).innerText(), /20/);
  });
  await t.test("a changed script runs, and the way back leads to the book's", async () => {
    await opened.page.getByRole("button", { name: "change it" }).first().click();
    await opened.page.locator("textarea").fill(trade.replace("5%", "50%"));
    await opened.page.keyboard.press("Control+Enter");
    await output(0).locator("td", { hasText: "225" }).waitFor();
    await opened.page.getByRole("button", { name: "back" }).click();
    assert.equal(await opened.page.locator("code.language-mizan").first().textContent(), trade);
  });
  assert.deepEqual(opened.messages, []);

  await t.test("each script of the gallery runs and can be changed", async () => {
    // The lines of the page about the scripts, as mdbook leaves them.
    const lines = readFileSync(join(root, "docs/src/gallery.md"), "utf8").split("\n");
    const scripts = lines.filter((line) => line.includes("mizan-example"));
    assert.ok(scripts.length > 15, `${scripts.length} scripts`);
    const gallery = join(folder, "gallery.html");
    const text = scripts.map((line) => `<p>${line}</p>`).join("\n");
    writeFileSync(gallery, `<!DOCTYPE html><title>Gallery</title><script>const path_to_root = "";</script>${text}<script src="run.js"></script>`);
    const { page, messages } = await open(browser, gallery);
    const output = (n) => page.locator(".mizan-output").nth(n);
    for (let n = 0; n < scripts.length; n += 1) {
      await page.getByRole("button", { name: "run" }).nth(n).click();
      await output(n).locator(".mizan-answers").waitFor();
      assert.equal(await output(n).locator(".mizan-messages").count(), 0, scripts[n]);
    }
    const growth = scripts.findIndex((line) => line.includes("examples/asymmetry.mizan"));
    const before = await output(growth).innerText();
    await page.getByRole("button", { name: "change it" }).nth(growth).click();
    const own = await page.locator("textarea").inputValue();
    assert.equal(own, readFileSync(join(root, "examples/asymmetry.mizan"), "utf8"));
    await page.locator("textarea").fill(`${own}\nshow 6 * 7\n`);
    await page.keyboard.press("Control+Enter");
    await output(growth).locator("td", { hasText: /^42$/ }).first().waitFor();
    assert.notEqual(await output(growth).innerText(), before);
    await page.getByRole("button", { name: "back" }).click();
    assert.equal(await page.locator("textarea").count(), 0);
    assert.deepEqual(messages, []);
  });
});
