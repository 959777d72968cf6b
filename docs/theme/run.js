// Gives every block of Mizan, and every example that a page names, the buttons "run" and "change it". `page/book` adds
// this file to a book beside which the engine lies; the engine is loaded when a reader first runs a block.

(function () {
  "use strict";
  // The lines before a part of a script, as the first page of the book says.
  const head =
    "years 2024..2035\ncurrency USD\nuse trade\n" +
    "set partner = China, Turkiye\nset sector = machinery, vehicles, fuels\n";

  // A block has its script; an example of the gallery has the name of a file, which comes with the engine.
  const written = [...document.querySelectorAll("pre > code.language-mizan")].map(function (code) {
    return { code: code, text: code.textContent };
  });
  const examples = [...document.querySelectorAll("code.mizan-example")].map(function (code) {
    return { code: code, example: code.textContent, text: "" };
  });

  // The engine, once it is loaded. It lies beside the book as a script, because a page that was opened from a disk
  // cannot load other files.
  let loaded;
  function engine() {
    loaded ??= new Promise(function (done, failed) {
      const script = document.createElement("script");
      script.src = path_to_root + "mizan-engine.js";
      script.onload = function () {
        const letters = atob(mizanBook.engine);
        done(mizanEngine(Uint8Array.from(letters, function (letter) { return letter.charCodeAt(0); })));
      };
      script.onerror = function () { failed(new Error("the engine does not lie beside the book")); };
      document.head.append(script);
    });
    return loaded;
  }

  // A block that is a file, `mizan trade.mizan` or `csv trade.csv`, can be used by the scripts of its page.
  function name(code) {
    return [...code.classList].find(function (word) { return /\.(mizan|csv)$/.test(word); });
  }
  const tables = [...document.querySelectorAll("pre > code.language-csv")].filter(name);

  // An example reads the files of its folder.
  function exampleRequest(block) {
    const folder = block.example.slice(0, block.example.lastIndexOf("/") + 1);
    const inside = Object.entries(mizanBook.files).filter(function (file) { return file[0].startsWith(folder); });
    const files = Object.fromEntries(inside.map(function (file) { return [file[0].slice(folder.length), file[1]]; }));
    const script = { name: block.example.slice(folder.length), text: current(block), files: files };
    return { ask: "document", script: script, format: "fragment" };
  }

  function request(block) {
    if (block.example) return exampleRequest(block);
    const files = Object.assign({}, mizanBook.files);
    // Of two tables with one name a script reads the one before it, or else the first.
    for (const table of [...tables].reverse()) files[name(table)] = table.textContent;
    for (const table of tables) {
      const isBefore = table.compareDocumentPosition(place(block)) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isBefore) files[name(table)] = table.textContent;
    }
    for (const other of written) {
      if (other !== block && name(other.code)) files[name(other.code)] = current(other);
    }
    const text = (block.code.classList.contains("fragment") ? head : "") + current(block);
    const script = { name: name(block.code) || "script.mizan", text: text, files: files };
    return { ask: "document", script: script, format: "fragment" };
  }

  // The element of the block that is in the page.
  function place(block) {
    return block.editor || block.code;
  }

  function current(block) {
    return block.editor ? block.editor.value : block.text;
  }

  function element(tag, kind, text) {
    const made = document.createElement(tag);
    made.className = kind;
    made.textContent = text || "";
    return made;
  }

  // The engine, with the text of an example.
  async function loadedFor(block) {
    const ready = await engine();
    if (block.example && !block.text) block.text = mizanBook.files[block.example];
    return ready;
  }

  async function run(block) {
    block.output.replaceChildren(element("p", "mizan-wait", "Running …"));
    try {
      const ready = await loadedFor(block);
      const answer = await ready.ask(request(block));
      const parts = [];
      if (answer.messages) parts.push(element("pre", "mizan-messages", answer.messages));
      if (answer.output) {
        const answers = element("div", "mizan-answers");
        // The engine escapes every text of the script.
        answers.innerHTML = answer.output;
        // Without answers there is a style sheet only.
        if (answers.querySelector(".mizan > :not(style)")) parts.push(answers);
      }
      if (parts.length === 0) parts.push(element("p", "mizan-wait", "No mistake, and nothing to show."));
      block.output.replaceChildren(...parts);
    } catch (failure) {
      block.output.replaceChildren(element("pre", "mizan-messages", failure.message));
    }
  }

  // Puts a field to type in at the place of the block, or the block back. The name of an example stays above its field.
  async function change(block, button) {
    if (block.editor) {
      if (block.example) block.editor.remove();
      else block.editor.replaceWith(block.code);
      block.editor = null;
      button.textContent = "change it";
      block.output.replaceChildren();
      return;
    }
    if (block.example) {
      button.disabled = true;
      try {
        await loadedFor(block);
      } catch (failure) {
        block.output.replaceChildren(element("pre", "mizan-messages", failure.message));
        return;
      } finally {
        button.disabled = false;
      }
    }
    const editor = element("textarea", "mizan-editor");
    editor.value = block.text;
    editor.rows = block.text.split("\n").length + 1;
    editor.spellcheck = false;
    editor.setAttribute("aria-label", "The script");
    editor.addEventListener("keydown", function (event) {
      // The book turns pages with the arrow keys.
      event.stopPropagation();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(block);
    });
    if (block.example) block.code.parentElement.after(editor);
    else block.code.replaceWith(editor);
    block.editor = editor;
    button.textContent = "back";
    editor.focus();
  }

  for (const block of [...written, ...examples]) {
    const bar = element("div", "mizan-bar");
    const runs = element("button", "", "run");
    const changes = element("button", "", "change it");
    runs.addEventListener("click", function () { run(block); });
    changes.addEventListener("click", function () { change(block, changes); });
    block.output = element("div", "mizan-output");
    block.output.setAttribute("aria-live", "polite");
    bar.append(runs, changes);
    block.code.parentElement.after(bar, block.output);
  }
})();
