"use strict";
// Shows the values at the pointer, and goes from year to year with the arrow keys, in every chart below `root`.
function mizanCharts(root) {
  const svgNode = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const isShown = (mark) => mark.getClientRects().length > 0;
  // A hollow marker has the colour of its line as stroke.
  const colour = (mark) => {
    const style = getComputedStyle(mark);
    return style.stroke === "none" ? style.fill : style.stroke;
  };

  for (const figure of root.querySelectorAll(".chart")) {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    tip.setAttribute("role", "status");
    figure.append(tip);
    for (const svg of figure.querySelectorAll("svg")) chart(figure, svg, tip);
  }

  function chart(figure, svg, tip) {
    // The browser's own tooltips would cover this one.
    for (const title of svg.querySelectorAll("path>title,rect>title")) {
      title.parentNode.dataset.tip = title.textContent;
      title.remove();
    }
    const plots = [...svg.querySelectorAll(".mz-plot")];
    const cross = svgNode("path");
    cross.setAttribute("class", "mz-cross");
    const point = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY);
      return at.matrixTransform(svg.getScreenCTM().inverse());
    };
    const hide = () => {
      tip.hidden = true;
      cross.remove();
    };

    // All lines at one year: their names and values, from the highest line to the lowest.
    function showYear(plot, x) {
      const marks = [...plot.querySelectorAll(`[data-x="${x}"]`)].filter(isShown);
      if (marks.length === 0) return hide();
      marks.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
      cross.setAttribute("d", `M${x} ${plot.dataset.top}V${plot.dataset.bottom}`);
      plot.append(cross);
      const head = document.createElement("b");
      head.textContent = marks[0].dataset.k;
      tip.replaceChildren(head, ...marks.map((mark) => {
        const row = document.createElement("div");
        const ink = document.createElement("i");
        ink.style.background = colour(mark);
        const name = document.createElement("span");
        name.textContent = mark.dataset.n;
        const value = document.createElement("span");
        value.textContent = mark.dataset.v;
        row.append(ink, name, value);
        return row;
      }));
      const box = marks[0].getBoundingClientRect();
      place((box.left + box.right) / 2, marks[0].getBoundingClientRect().top);
    }

    function showMark(mark, event) {
      cross.remove();
      tip.textContent = mark.dataset.tip;
      place(event.clientX, event.clientY);
    }

    function place(x, y) {
      tip.hidden = false;
      const frame = figure.getBoundingClientRect();
      const right = x - frame.left + 14;
      const fits = right + tip.offsetWidth <= frame.width;
      tip.style.left = (fits ? right : Math.max(0, x - frame.left - tip.offsetWidth - 14)) + "px";
      tip.style.top = Math.max(0, y - frame.top - tip.offsetHeight / 2) + "px";
    }

    const columns = (plot) => {
      const marks = [...plot.querySelectorAll("[data-x]")].filter(isShown);
      return [...new Set(marks.map((mark) => mark.dataset.x))].sort((a, b) => a - b);
    };

    const onPointer = (event) => {
      const mark = event.target.closest("[data-tip]");
      if (mark && !mark.dataset.x) return showMark(mark, event);
      const at = point(event);
      const plot = plots.find((plot) => {
        const box = plot.getBBox();
        return at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height;
      });
      const all = plot ? columns(plot) : [];
      if (all.length === 0) return hide();
      const distance = (x) => Math.abs(x - at.x);
      showYear(plot, all.reduce((best, x) => (distance(x) < distance(best) ? x : best)));
    };
    svg.addEventListener("pointermove", onPointer);
    svg.addEventListener("pointerdown", onPointer);
    svg.addEventListener("pointerleave", hide);

    // The arrow keys go from year to year.
    if (!svg.querySelector("[data-x]")) return;
    svg.tabIndex = 0;
    let plotAt = 0;
    let column = -1;
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") return hide();
      if (!step) return;
      event.preventDefault();
      const all = columns(plots[plotAt]);
      column += step;
      if (column >= all.length || column < 0) {
        plotAt = (plotAt + step + plots.length) % plots.length;
        column = step > 0 ? 0 : columns(plots[plotAt]).length - 1;
      }
      const next = columns(plots[plotAt])[column];
      if (next === undefined) hide();
      else showYear(plots[plotAt], next);
    });
    svg.addEventListener("blur", hide);
  }
}
