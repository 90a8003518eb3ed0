// Draws the report's charts from the data in the page, and fits them to the width.
"use strict";

const read = id => JSON.parse(document.getElementById(id).textContent);
const results = read("results");
const charts = read("charts");
const config = read("config");

// The data sets that charts name, each made for the element that a chart stands in; a study's script may add more.
const sources = { runs: () => structuredClone(results.runs) };

// What a study's script does to a chart before it is drawn.
const prepare = [];

// About the widths of a letter, of an axis, and of a legend's symbol with its space.
const letter = 7, axis = 60, symbol = 40;

// Vega-Lite sizes single charts to their container, but not charts of many panels: those get their width here.
function fitted(chart, width) {
  const spec = structuredClone(chart);
  const layout = spec.usermeta ?? {};
  delete spec.usermeta;
  let panel = width - axis;
  if (layout.columns) {
    const spacing = config.facet.spacing;
    const fits = Math.max(1, Math.floor((width - layout.margin + spacing) / (layout.narrowest + spacing)));
    spec.columns = fits >= layout.columns ? layout.columns : layout.columns % 2 === 0 ? Math.min(fits, layout.columns / 2) : fits;
    spec.spec.width = Math.floor((width - layout.margin - spacing * (spec.columns - 1)) / spec.columns);
    panel = spec.spec.width;
  }
  fitTexts(spec, panel, Math.max(1, Math.min(4, Math.floor((width - axis) / (layout.labels * letter + symbol)))));
  return spec;
}

// Breaks the titles of x axes into lines, and legends into columns.
function fitTexts(part, panel, columns) {
  if (typeof part?.x?.title === "string") part.x.title = lines(part.x.title, Math.max(14, panel / letter));
  if (part?.legend) part.legend.columns = columns;
  if (typeof part === "object") Object.values(part ?? {}).forEach(child => fitTexts(child, panel, columns));
}

function lines(text, longest) {
  return text.split(" ").reduce((all, word) => {
    const joined = `${all.at(-1)} ${word}`.trim();
    return joined.length > longest && all.at(-1) ? [...all, word] : [...all.slice(0, -1), joined];
  }, [""]);
}

const views = new Map();

async function draw(element) {
  const spec = fitted(charts[element.dataset.chart], element.clientWidth);
  const name = spec.data?.name;
  if (name) spec.datasets = { [name]: sources[name](element) };
  prepare.forEach(step => step(spec, element));
  views.get(element)?.finalize();
  const drawn = await vegaEmbed(element, spec, { config, actions: false, renderer: "svg", defaultStyle: false });
  views.set(element, drawn);
}

async function drawAll(elements) {
  for (const element of elements) {
    try {
      await draw(element);
    } catch (error) {
      element.innerHTML = "<p class=error>This chart could not be drawn. </p>";
      element.firstChild.append(String(error));
      document.documentElement.dataset.errors = String(error);
    }
  }
}

const all = [...document.querySelectorAll(".chart")];
let drawnWidth = document.documentElement.clientWidth;
let pending;
window.addEventListener("resize", () => {
  clearTimeout(pending);
  pending = setTimeout(() => {
    if (document.documentElement.clientWidth !== drawnWidth) {
      drawnWidth = document.documentElement.clientWidth;
      drawAll(all);
    }
  }, 150);
});

document.getElementById("libraries").textContent =
  `Vega ${vega.version}, Vega-Lite ${vegaLite.version}, Vega-Embed ${vegaEmbed.version}`;
// Once the study's script, which stands behind this one, has run.
document.addEventListener("DOMContentLoaded", () =>
  drawAll(all).then(() => { document.documentElement.dataset.drawn = all.length; }));
