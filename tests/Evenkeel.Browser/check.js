// Looks at pages in a browser, wide and narrow, light and dark, and prints what is wrong with them: a line per problem.
// node check.js BROWSER PAGE...
"use strict";

const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
const { pathToFileURL } = require("node:url");

const widths = [1280, 390];
const schemes = ["light", "dark"];
const leastContrast = 4.5;
const pagesAtOnce = 3;

// In the page: opens all that is folded, and tests it by axe's rules.
async function violations(leastContrast) {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  const { violations, passes } = await axe.run(document, { resultTypes: ["violations", "passes"] });
  const broken = violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`));
  const pale = passes.filter(rule => rule.id === "color-contrast").flatMap(rule => rule.nodes)
    .filter(node => node.any.some(check => check.data?.contrastRatio < leastContrast))
    .map(node => `contrast ${node.any[0].data.contrastRatio}: ${node.target}`);
  return [...broken, ...pale];
}

// In the page: the texts of charts, whose contrast axe does not measure, against the marks that are drawn below them.
function paleTexts(leastContrast) {
  const parts = color => (color.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, alpha = 1], opacity, below) => [r, g, b].map((c, i) => alpha * opacity * c + (1 - alpha * opacity) * below[i]);
  const luminance = color => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const c = color[i] / 255;
    return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const opacity = (element, root) => {
    let product = Number(getComputedStyle(element).fillOpacity);
    for (let e = element; e !== root; e = e.parentElement) product *= Number(getComputedStyle(e).opacity);
    return product;
  };
  const paper = parts(getComputedStyle(document.body).backgroundColor);
  const found = [];
  for (const svg of document.querySelectorAll(".chart svg")) {
    const filled = [...svg.querySelectorAll("path, rect")].filter(shape => parts(getComputedStyle(shape).fill).length >= 3);
    for (const text of svg.querySelectorAll("text")) {
      const shown = opacity(text, svg);
      if (!text.textContent.trim() || shown === 0) continue;
      const box = text.getBoundingClientRect();
      const center = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
      const below = filled
        .filter(shape => shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
        .filter(shape => shape.isPointInFill(center.matrixTransform(shape.getScreenCTM().inverse())))
        .reduce((color, shape) => over(parts(getComputedStyle(shape).fill), opacity(shape, svg), color), paper);
      const [dark, light] = [below, over(parts(getComputedStyle(text).fill), shown, below)].map(luminance).sort((a, b) => a - b);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < leastContrast) found.push(`contrast ${contrast.toFixed(2)}: "${text.textContent}" of ${svg.parentElement.dataset.chart}`);
    }
  }
  return found;
}

// In the page: charts that are empty, their texts that are cut, shortened or drawn over one another, and what is wider than the page.
function misdrawn() {
  const found = [];
  const root = document.documentElement;
  document.querySelectorAll(".error").forEach(error => found.push(error.textContent));
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} pixels wide`);
  for (const svg of document.querySelectorAll(".chart svg")) {
    const chart = svg.closest(".chart").dataset.chart;
    if (!svg.querySelector("path[aria-label][role=graphics-symbol][d^=M]")) found.push(`${chart} has no marks`);
    const frame = svg.getBoundingClientRect();
    const shown = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim() && Number(getComputedStyle(text).opacity) > 0);
    const texts = shown.map(text => ({ text: text.textContent, corners: corners(text) }));
    texts.forEach(({ text, corners }, i) => {
      if (text.includes("…")) found.push(`"${text}" of ${chart} is shortened`);
      if (corners.some(([x, y]) => x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1)) {
        found.push(`"${text}" of ${chart} is cut`);
      }
      texts.slice(0, i).filter(other => overlap(corners, other.corners))
        .forEach(other => found.push(`"${other.text}" and "${text}" of ${chart} overlap`));
    });
  }
  return found;

  // The corners of a text without what is above and below most letters.
  function corners(text) {
    const { x, y, width, height } = text.getBBox();
    return [[x, y + 0.2 * height], [x + width, y + 0.2 * height], [x + width, y + 0.8 * height], [x, y + 0.8 * height]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(text.getScreenCTM())).map(({ x, y }) => [x, y]);
  }

  // Two rectangles overlap unless a line along one of their sides separates them.
  function overlap(a, b) {
    return [a, b].every(sides => sides.every(([x, y], i) => {
      const [nextX, nextY] = sides[(i + 1) % 4];
      const along = ([px, py]) => px * (nextY - y) - py * (nextX - x);
      const [ofA, ofB] = [a.map(along), b.map(along)];
      return Math.max(...ofA) > Math.min(...ofB) && Math.max(...ofB) > Math.min(...ofA);
    }));
  }
}

async function check(browser, file) {
  const problems = [];
  for (const width of widths) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const report = (where, found) => problems.push(...found.map(problem => `${file}, ${where}: ${problem}`));
    page.on("console", message => report("console", [message.text()]));
    page.on("pageerror", error => report("script", [String(error)]));
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => !document.querySelector("script") || "drawn" in document.documentElement.dataset);
    report(width, await page.evaluate(misdrawn));
    await page.evaluate(axe);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      report(`${width}, ${colorScheme}`, await page.evaluate(violations, leastContrast));
      report(`${width}, ${colorScheme}`, await page.evaluate(paleTexts, leastContrast));
    }
    await page.close();
  }
  return problems;
}

async function main([executablePath, ...files]) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const waiting = [...files];
  const work = async () => {
    while (waiting.length > 0) (await check(browser, waiting.shift())).forEach(problem => console.log(problem));
  };
  await Promise.all(Array.from({ length: pagesAtOnce }, work));
  await browser.close();
}

main(process.argv.slice(2));
