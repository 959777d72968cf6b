// Keeps the characters of charts in their columns.
//
// Charts are drawn with Braille patterns, blocks and marks. The book's font lacks many of them, so the browser takes
// them from another font with another width. Each gets a box that is as wide as a digit.

(function () {
  "use strict";
  const drawn = /[\u2190-\u28FF]/;

  function boxed(text) {
    const fragment = document.createDocumentFragment();
    let plain = "";
    for (const character of text) {
      if (drawn.test(character)) {
        fragment.append(plain);
        plain = "";
        const box = document.createElement("span");
        box.className = "column";
        box.textContent = character;
        fragment.append(box);
      } else {
        plain += character;
      }
    }
    fragment.append(plain);
    return fragment;
  }

  document.querySelectorAll("code.language-text, code.language-console").forEach(function (block) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      if (drawn.test(walker.currentNode.data)) {
        found.push(walker.currentNode);
      }
    }
    found.forEach(function (node) {
      node.replaceWith(boxed(node.data));
    });
  });
})();
