"use strict";
(() => {
  // Scenarios on and off: a class on the body hides the lines and columns of a scenario.
  const data = JSON.parse(document.getElementById("mizan-memo").textContent);
  const scenarios = data.report.scenarios;
  const switches = document.getElementById("switches");
  if (switches && scenarios.length > 1) {
    scenarios.forEach((scenario, n) => {
      if (!document.querySelector(`[data-s="${n}"]`)) return;
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.addEventListener("change", () => document.body.classList.toggle("off" + n, !box.checked));
      const label = document.createElement("label");
      label.append(box, scenario.name);
      if (scenario.title) label.title = scenario.title;
      switches.append(label);
    });
  }

  mizanCharts(document);
})();
