// What the tests in Chromium share.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { mizan, packed } from "./engine.mjs";

const executable = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
export const skip = executable ? false : "Chromium is not installed";
export const folder = mkdtempSync(join(tmpdir(), "mizan-browser-"));

export const launch = () =>
  chromium.launch({
    executablePath: executable,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });

/** Writes a memo with the engine; returns its path. */
export function memo(script, name, options = []) {
  const path = join(folder, name);
  const asked = ["report", script, "--live", "--engine", packed(), "-o", path, "--force", ...options];
  execFileSync(mizan, asked, { stdio: ["ignore", "ignore", "inherit"] });
  return path;
}

/** Opens a file; `messages` gets what the console says, and each address that is asked for after the file itself. */
export async function open(browser, path, { width = 1280, scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  const page = await context.newPage();
  const messages = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|blob):/.test(request.url())) messages.push(request.url());
  });
  await page.goto(pathToFileURL(path).href);
  return { page, messages };
}

/** Moves a slider to a share of its range, as a reader who lets go of it. */
export async function move(page, slider, share, letGo = true) {
  await slider.evaluate(
    (input, [share, letGo]) => {
      input.value = Number(input.min) + share * (Number(input.max) - Number(input.min));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      if (letGo) input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [share, letGo],
  );
}
