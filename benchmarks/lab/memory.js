// The lab's memory over time: of the server, and of the page while two runs train.
// node memory.js BROWSER ADDRESS SERVER_PID [MINUTES], with NODE_PATH at the packages of tests/Evenkeel.Browser.
"use strict";

const { chromium } = require("playwright-core");
const { readFileSync } = require("node:fs");

const [executablePath, address, pid, minutes = "30"] = process.argv.slice(2);

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${address}#training`);
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  for (let minute = 0; minute <= Number(minutes); minute++) {
    await page.waitForTimeout(minute === 0 ? 10_000 : 60_000);
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.getMetrics");
    const metric = name => metrics.find(other => other.name === name).value;
    const resident = Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;
    const drawn = await page.evaluate(() => document.querySelector(".training").dataset.drawn);
    console.log(`minute ${minute}: server ${resident.toFixed(0)} MiB, page ${(metric("JSHeapUsedSize") / 2 ** 20).toFixed(1)} MiB, `
      + `${metric("Nodes")} nodes, ${metric("JSEventListeners")} listeners, ${drawn} frames drawn`);
  }
  await browser.close();
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
