"use strict";
// Starts the engine in a worker, so that the page stays free while it computes. `packed` is the module, compressed
// with gzip, in base64. Requests and answers are JSON texts; requests are answered in turn.
function mizanEngine(packed) {
  // What the worker runs.
  function work() {
    let compiled, started;
    const compile = (packed) => {
      const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
      const module = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      const headers = { "Content-Type": "application/wasm" };
      return WebAssembly.compileStreaming(new Response(module, { headers }));
    };
    const start = async () => (await WebAssembly.instantiate(await compiled)).exports;
    const answer = (engine, request) => {
      const bytes = new TextEncoder().encode(request);
      const room = engine.request(bytes.length);
      new Uint8Array(engine.memory.buffer, room, bytes.length).set(bytes);
      const length = engine.answer();
      return new TextDecoder().decode(new Uint8Array(engine.memory.buffer, engine.output(), length));
    };
    self.onmessage = async ({ data: { id, request, packed, module } }) => {
      if (request === undefined) {
        compiled = packed ? compile(packed) : module;
        started = start();
        if (packed) compiled.then((module) => self.postMessage({ module }), () => {});
        return;
      }
      try {
        self.postMessage({ id, answer: answer(await started, request) });
      } catch (failure) {
        // Memory that ran out or a stack that was too small: the next request gets a new instance.
        started = start();
        self.postMessage({ id, failure: String(failure) });
      }
    };
  }

  const address = URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" }));
  const waiting = new Map();
  let worker, module, last = 0;

  function start() {
    worker = new Worker(address);
    worker.postMessage(module ? { module } : { packed });
    worker.onmessage = ({ data }) => {
      if (data.module) {
        module = data.module;
        return;
      }
      const { done, failed } = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.failure === undefined) done(JSON.parse(data.answer));
      else failed(new Error(data.failure));
    };
  }

  start();
  return {
    // Returns a promise of the answer to a request.
    ask(request) {
      return new Promise((done, failed) => {
        last += 1;
        waiting.set(last, { done, failed });
        worker.postMessage({ id: last, request: JSON.stringify(request) });
      });
    },
    // Gives up all requests.
    stop() {
      worker.terminate();
      for (const { failed } of waiting.values()) failed(new Error("given up"));
      waiting.clear();
      start();
    },
  };
}
