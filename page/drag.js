// Dragging a point of a chart moves the lever in hand until the value is where the pointer is.
//
// At the start the engine tells which values the lever can reach in each year; what is out of reach is greyed. While one
// drags, the lever follows by interpolation between those values. At the end `find` searches for the exact number.

const NEAR = 16;
const svgNode = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);

// The number of the lever for a value, by linear interpolation; the nearest end if no interval has it.
export function interpolated(numbers, values, wanted) {
  let nearest = null;
  for (let at = 0; at < numbers.length; at += 1) {
    const [a, b] = [values[at], values[at + 1]];
    if (a === null) continue;
    if (b !== null && b !== undefined && (a - wanted) * (b - wanted) <= 0 && a !== b) {
      return numbers[at] + ((wanted - a) / (b - a)) * (numbers[at + 1] - numbers[at]);
    }
    const distance = Math.abs(a - wanted);
    if (nearest === null || distance < nearest.distance) nearest = { distance, number: numbers[at] };
  }
  return nearest?.number ?? null;
}

// Makes the points of the charts below `place` draggable. `hooks` has `lever()`, the control in hand; `find(value,
// target)`, the engine's answer; `move(control, number, isDone)`; `scenario(number)`, its name; `say(text)`.
export function draggable(place, hooks) {
  place.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest?.(".part-body svg");
    const mark = svg && nearestMark(svg, event);
    const lever = mark && hooks.lever();
    if (lever && event.button === 0) begin(event, svg, mark, lever, hooks);
  });
  place.addEventListener("pointermove", (event) => {
    const svg = event.target.closest?.(".part-body svg");
    if (svg) svg.classList.toggle("grab", Boolean(nearestMark(svg, event)));
  });
}

function nearestMark(svg, event) {
  let best = null;
  for (const mark of svg.querySelectorAll("[data-low] [data-q] [data-k]")) {
    const box = mark.getBoundingClientRect();
    const distance = Math.hypot((box.left + box.right) / 2 - event.clientX, (box.top + box.bottom) / 2 - event.clientY);
    if (distance <= NEAR && (!best || distance < best.distance)) best = { mark, distance };
  }
  return best?.mark;
}

function begin(event, svg, mark, lever, hooks) {
  event.preventDefault();
  const plot = mark.closest(".mz-plot");
  const line = mark.closest("[data-q]");
  const { low, high, top, bottom } = Object.fromEntries(Object.entries(plot.dataset).map(([key, text]) => [key, Number(text)]));
  const value = { of: line.dataset.q, scenario: hooks.scenario(Number(line.dataset.s ?? 0)), year: Number(mark.dataset.k) };
  const x = Number(mark.dataset.x);
  // The chart is drawn anew while one drags; the frame on the page and the axis of the start stay.
  const matrix = svg.getScreenCTM().inverse();
  const heightOf = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const valueAt = (event) => {
    const { y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return low + ((bottom - y) / (bottom - top)) * (high - low);
  };
  const overlay = cover(svg);
  let reach = null;
  let wanted = null;
  const draw = () => {
    const shapes = [];
    for (const { year, ends } of reach?.reach ?? []) {
      if (year !== value.year) continue;
      // Grey from each end of the axis to what can be reached.
      const [from, to] = ends ? [heightOf(ends[1]), heightOf(ends[0])] : [bottom, bottom];
      for (const [a, b] of [[top, from], [to, bottom]]) {
        if (b - a < 0.5) continue;
        const rect = svgNode("rect");
        const size = { x: x - 14, y: a, width: 28, height: b - a, class: "mz-out" };
        for (const [name, number] of Object.entries(size)) rect.setAttribute(name, number);
        shapes.push(rect);
      }
    }
    if (wanted !== null) {
      const handle = svgNode("circle");
      const at = { cx: x, cy: heightOf(wanted), r: 7, class: "mz-handle" };
      for (const [name, number] of Object.entries(at)) handle.setAttribute(name, number);
      shapes.push(handle);
    }
    overlay.replaceChildren(...shapes);
  };
  const follow = () => {
    const found = reach?.reach.find(({ year }) => year === value.year);
    if (wanted === null || !found) return;
    if (found.ends) wanted = Math.min(found.ends[1], Math.max(found.ends[0], wanted));
    const number = interpolated(reach.values, found.values, wanted);
    if (number !== null) hooks.move(lever, rounded(lever, number), false);
  };
  hooks.find(value, lever, null).then((answer) => {
    reach = answer;
    follow();
    draw();
  });
  const onMove = (event) => {
    wanted = valueAt(event);
    follow();
    draw();
  };
  const end = (isDone) => {
    removeEventListener("pointermove", onMove);
    removeEventListener("pointerup", onUp);
    removeEventListener("pointercancel", onCancel);
    overlay.remove();
    if (isDone && wanted !== null) hooks.reach(value, lever, wanted);
  };
  const onUp = () => end(true);
  const onCancel = () => end(false);
  addEventListener("pointermove", onMove);
  addEventListener("pointerup", onUp);
  addEventListener("pointercancel", onCancel);
}

// A number of the lever as its slider could show it.
function rounded(lever, number) {
  const value = lever.is_whole ? Math.round(number) : number;
  return Number(Math.min(lever.most, Math.max(lever.least, value)).toFixed(lever.decimals + 2));
}

// A picture of the same size above a chart, which stays while the chart is drawn anew.
function cover(svg) {
  const overlay = svgNode("svg");
  overlay.setAttribute("viewBox", svg.getAttribute("viewBox"));
  overlay.setAttribute("class", "mz-overlay");
  overlay.setAttribute("aria-hidden", "true");
  const box = svg.getBoundingClientRect();
  Object.assign(overlay.style, {
    left: `${box.left + scrollX}px`, top: `${box.top + scrollY}px`, width: `${box.width}px`, height: `${box.height}px`,
  });
  document.body.append(overlay);
  return overlay;
}
