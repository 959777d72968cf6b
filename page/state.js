// The state of the page in its address: changed controls, scenarios that are off, draws, and the script if it was
// edited. The part after `#` is never sent to a server.

const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

async function through(bytes, stream) {
  const response = new Response(new Blob([bytes]).stream().pipeThrough(stream));
  return new Uint8Array(await response.arrayBuffer());
}

async function packed(text) {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  let out = "";
  // In parts: a call has a limited number of arguments. Each part is a multiple of 3 bytes.
  for (let at = 0; at < bytes.length; at += 6000) out += toText(bytes.subarray(at, at + 6000));
  return out;
}

async function unpacked(text) {
  const bytes = await through(toBytes(text), new DecompressionStream("deflate-raw"));
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

// Reads the state; what cannot be read is left out.
export async function readState() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const state = { values: new Map(), off: new Set(fields.getAll("off")), draws: null, text: null };
  for (const field of fields.getAll("set")) {
    const at = field.lastIndexOf("=");
    const value = Number(field.slice(at + 1));
    if (at > 0 && Number.isFinite(value)) state.values.set(field.slice(0, at), value);
  }
  if (/^[0-9]{1,6}$/.test(fields.get("draws") ?? "")) state.draws = Number(fields.get("draws"));
  if (fields.has("script")) state.text = await unpacked(fields.get("script")).catch(() => null);
  return state;
}

// Writes the state; `text` is the script if it is not the file's.
export async function writeState({ values, off, draws, text }) {
  const fields = new URLSearchParams();
  for (const [key, value] of values) fields.append("set", `${key}=${value}`);
  for (const name of off) fields.append("off", name);
  if (draws !== null) fields.set("draws", draws);
  if (text !== null) fields.set("script", await packed(text));
  const hash = fields.toString();
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}
