"use strict";
(() => {
  const holder = document.getElementById("wheelbase-data");
  if (!holder) return;
  const figures = JSON.parse(holder.textContent).figures;
  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const theme = (figure) => {
    const ink = css("--ink"), line = css("--line");
    const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, tickfont: { color: css("--soft") } };
    const layout = structuredClone(figure.layout);
    Object.assign(layout, {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink, family: "system-ui, Segoe UI, Roboto, DejaVu Sans, sans-serif", size: 12.5 },
      hoverlabel: { font: { size: 13 } }
    });
    layout.xaxis = { ...axis, ...layout.xaxis };
    layout.yaxis = { ...axis, ...layout.yaxis };
    if (root.clientWidth < 640 && layout.margin.l > 140) {
      layout.margin = { ...layout.margin, l: 110 };
      layout.yaxis = { ...layout.yaxis, tickfont: { ...axis.tickfont, size: 9 } };
    }
    return layout;
  };

  const drawn = new Map();
  const draw = (place) => {
    const figure = figures[place.dataset.figure];
    if (!figure) return;
    drawn.set(place, figure);
    Plotly.react(place, figure.data, theme(figure), { displayModeBar: false, responsive: true });
  };

  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = /^[=+\-@]/.test(text) && isNaN(Number(text)) ? "'" + text : text;
    return '"' + safe.replaceAll('"', '""') + '"';
  };

  const rows = (figure) => {
    const x = figure.layout.xaxis.title.text || "x", y = figure.layout.yaxis.title.text || "y";
    const out = [["series", x, y]];
    for (const trace of figure.data) {
      if (trace.z) trace.z.forEach((line, r) => line.forEach((v, c) => out.push([v, trace.x[c], trace.y[r]])));
      else (trace.x || []).forEach((v, i) => out.push([trace.name || "", v, trace.y[i]]));
    }
    return out;
  };

  const download = (name, figure) => {
    const text = rows(figure).map((row) => row.map(cell).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv" }));
    link.download = name + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const table = (place, figure) => {
    const old = place.parentElement.querySelector(".astable");
    if (old) { old.remove(); return; }
    const box = document.createElement("div");
    box.className = "scroll astable";
    const body = document.createElement("table");
    rows(figure).slice(0, 400).forEach((row, i) => {
      const line = body.insertRow();
      row.forEach((value) => {
        const item = document.createElement(i ? "td" : "th");
        item.textContent = value;
        line.append(item);
      });
    });
    box.append(body);
    place.after(box);
  };

  for (const place of document.querySelectorAll("[data-figure]")) {
    const figure = figures[place.dataset.figure];
    if (!figure) continue;
    place.textContent = "";
    place.style.minHeight = figure.layout.height + "px";
    const tools = place.parentElement.querySelector(".tools");
    const add = (label, action) => {
      const button = document.createElement("button");
      button.textContent = label;
      button.addEventListener("click", action);
      tools.append(button);
    };
    add("as table", () => table(place, figure));
    add("CSV", () => download(place.dataset.figure, figure));
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      try { draw(entry.target); } catch (error) { entry.target.textContent = "not drawn: " + error.message; }
    }
  }, { rootMargin: "600px" });
  document.querySelectorAll("[data-figure]").forEach((place) => seen.observe(place));
  const rest = [...document.querySelectorAll("[data-figure]")];
  const next = () => {
    const place = rest.shift();
    if (!place) return;
    if (!drawn.has(place)) { seen.unobserve(place); draw(place); }
    setTimeout(next, 40);
  };
  addEventListener("load", () => setTimeout(next, 600));
  addEventListener("beforeprint", () => document.querySelectorAll("[data-figure]").forEach((p) => drawn.has(p) || draw(p)));

  const again = () => drawn.forEach((figure, place) => Plotly.react(place, figure.data, theme(figure)));
  document.getElementById("theme")?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    again();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
})();
