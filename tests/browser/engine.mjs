// What the tests share: the engine in Node, the examples, and the native program.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const mizan = process.env.MIZAN ?? join(root, "target/debug/mizan");
const folder = join(root, "target/page");
export const module = () => new WebAssembly.Module(readFileSync(join(folder, "mizan.wasm")));
/** The engine as a live memo and the book take it. */
export const packed = () => join(folder, readdirSync(folder).find((name) => name.endsWith(".wasm.gz")));

/** Starts an engine; returns the function that answers a request. */
export function start() {
  const engine = new WebAssembly.Instance(module()).exports;
  return (request) => {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const room = engine.request(bytes.length);
    new Uint8Array(engine.memory.buffer, room, bytes.length).set(bytes);
    const length = engine.answer();
    return JSON.parse(new TextDecoder().decode(new Uint8Array(engine.memory.buffer, engine.output(), length)));
  };
}

/** All files below a folder, but for hidden ones, such as an environment of Python. */
function files(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

/** The examples. A file without `years` is a library, which other scripts use. */
export const examples = files(join(root, "examples"))
  .filter((path) => path.endsWith(".mizan") && /^years /m.test(readFileSync(path, "utf8")))
  .sort();

/** A script with the other files of its folder, as the engine takes them. */
export function script(path) {
  const others = files(dirname(path)).filter((other) => other !== path);
  const text = (path) => readFileSync(path, "utf8");
  const named = others.map((other) => [relative(dirname(path), other), text(other)]);
  return { name: basename(path), text: text(path), files: Object.fromEntries(named) };
}

/** What `mizan run` prints for a script. A check that fails ends it with code 1, after its answers. */
export function native(path, options) {
  const settings = { cwd: dirname(path), maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };
  try {
    return execFileSync(mizan, ["run", basename(path), ...options], settings).toString();
  } catch (failure) {
    if (failure.status !== 1) throw failure;
    return failure.stdout.toString();
  }
}
