// Measures the live memo of the motivating example in Chromium, and prints a table: `node tests/browser/measure.mjs`.
// It is no test: times depend on the machine.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { launch, memo, open } from "./chromium.mjs";
import { packed, root } from "./engine.mjs";

const script = join(root, "examples/azerbaijan_china.mizan");
const browser = await launch();
const rows = [];
const size = (path) => `${(statSync(path).size / 1e6).toFixed(2)} MB`;
rows.push(["module", size(join(root, "target/page/mizan.wasm"))], ["module with gzip", size(packed())]);

const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.ceil(share * times.length) - 1];
const shown = (times) => `${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`;

// From the address to the first answer that a slider gives.
const cold = [];
const plain = memo(script, "plain.html");
rows.push(["memo", size(plain)]);
for (let n = 0; n < 5; n++) {
  const start = performance.now();
  const { page } = await open(browser, plain);
  await page.locator("#live").waitFor();
  cold.push(performance.now() - start);
  await page.context().close();
}
rows.push(["from cold to the sliders, median", `${quantile(cold, 0.5).toFixed(0)} ms`]);

// From the event of a slider to the frame that shows the charts in sight redrawn.
async function redrawn(path, kind, count) {
  const { page } = await open(browser, path);
  await page.locator("#live").waitFor();
  const times = await page.evaluate(async ([kind, count]) => {
    const input = document.querySelector('.slider[data-name="trend"] input');
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    // Charts in sight are drawn first; see live.js.
    document.querySelector(".chart").scrollIntoView();
    await frame();
    await frame();
    const times = [];
    for (let n = 0; n < count; n++) {
      const start = performance.now();
      const changed = new Promise((done) => {
        const watch = new MutationObserver(() => { watch.disconnect(); done(); });
        // The last thing that a redraw writes.
        watch.observe(document.querySelector("#live-state"), { childList: true });
      });
      input.value = Number(input.min) + ((n % 40) + 1) / 42 * (Number(input.max) - Number(input.min));
      input.dispatchEvent(new Event(kind === "input" ? "input" : "change", { bubbles: true }));
      await changed;
      await frame();
      times.push(performance.now() - start);
    }
    return times;
  }, [kind, count]);
  await page.context().close();
  return times;
}
rows.push(["slider to redrawn, plain", shown(await redrawn(plain, "input", 100))]);
const drawn = memo(script, "drawn.html", ["--draws", "10_000"]);
rows.push(["slider to redrawn, 10,000 draws", shown(await redrawn(drawn, "change", 40))]);
await browser.close();
for (const [name, value] of rows) console.log(`${name.padEnd(36)}${value}`);
