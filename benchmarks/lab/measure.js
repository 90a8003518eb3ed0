// The lab's speed: training without a page and with one, in turn, and the frames that the server sends and the page draws.
// node measure.js BROWSER ADDRESS [ROUNDS] [SECONDS], with the address that 'evenkeel lab --no-browser' printed, and NODE_PATH at the
// packages of tests/Evenkeel.Browser.
"use strict";

const { chromium } = require("playwright-core");

const [executablePath, address, rounds = "7", seconds = "8"] = process.argv.slice(2);
const url = new URL(address), token = url.searchParams.get("token");
const headers = { "X-Lab-Token": token, "Content-Type": "application/json" };
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

async function call(operation, request) {
  const response = await fetch(`${url.origin}/api/${operation}`, { method: "POST", headers, body: JSON.stringify(request) });
  if (!response.ok) throw new Error(await response.text());
}

// The first event of the stream: the steps of both runs, and the time.
async function steps() {
  const end = new AbortController();
  const response = await fetch(`${url.origin}/api/frames`, { headers, signal: end.signal });
  const reader = response.body.getReader();
  let text = "";
  while (!text.includes("\n\n")) text += new TextDecoder().decode((await reader.read()).value);
  end.abort();
  return { steps: JSON.parse(text.split("\n\n")[0].slice(6)).map(run => run.step), time: performance.now() };
}

const sent = async () => (await (await fetch(`${url.origin}/api/sent`, { headers })).json()).sent;

async function speed(work = async () => {}) {
  await pause(2000);
  const a = await steps();
  await work();
  const b = await steps();
  return (b.steps[0] - a.steps[0] + b.steps[1] - a.steps[1]) / (b.time - a.time) * 1000;
}

const settings = normalizer => ({
  normalizer, place: "before", activation: "sigmoid", depth: 4, width: 64, scale: 0, learningRate: 0.32, batchSize: 64, seed: 0,
});

const median = values => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)];

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const ratios = [], sentRates = [], drawnRates = [];
  for (let round = 0; round < Number(rounds); round++) {
    await call("train", { first: settings("batch"), second: settings("none") });
    const alone = await speed(() => pause(Number(seconds) * 1000));

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${address}#training`);
    await page.waitForFunction(() => Number(document.querySelector(".training")?.dataset.drawn) > 5);
    const drawn = () => page.evaluate(() => Number(document.querySelector(".training").dataset.drawn));
    let sentRate, drawnRate;
    const shown = await speed(async () => {
      const start = performance.now(), sentBefore = await sent(), drawnBefore = await drawn();
      await pause(Number(seconds) * 1000);
      const elapsed = (performance.now() - start) / 1000;
      sentRate = (await sent() - sentBefore) / elapsed;
      drawnRate = (await drawn() - drawnBefore) / elapsed;
    });
    await page.close();
    ratios.push(shown / alone);
    sentRates.push(sentRate);
    drawnRates.push(drawnRate);
    console.log(`round ${round + 1}: ${alone.toFixed(0)} steps/s without a page, ${shown.toFixed(0)} with one (${(shown / alone).toFixed(2)}); `
      + `${sentRate.toFixed(1)} frames/s sent, ${drawnRate.toFixed(1)} drawn`);
  }
  await browser.close();
  await call("stop", {});
  console.log(`median: ${median(ratios).toFixed(2)} of the speed (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), `
    + `${median(sentRates).toFixed(1)} frames/s sent, ${median(drawnRates).toFixed(1)} drawn`);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
