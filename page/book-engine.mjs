// Prints the script beside the book: the code that starts the engine, the engine, and the files that scripts of the book
// name, with the examples: `node page/book-engine.mjs target/page/mizan-VERSION.wasm.gz`.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = {};
for (const [folder, prefix] of [["docs/src/files", ""], ["examples", "examples/"]]) {
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    if (/\.(csv|mizan)$/.test(name)) files[prefix + name] = readFileSync(join(root, folder, name), "utf8");
  }
}
const engine = readFileSync(process.argv[2]).toString("base64");
console.log(readFileSync(join(root, "src/report/html/engine.js"), "utf8"));
console.log(`const mizanBook = ${JSON.stringify({ engine, files })};`);
