// Uses every panel of the lab in a browser, wide and narrow, light and dark, and prints what is wrong: a line per problem.
// node drive.js BROWSER ADDRESS [SCREENSHOTS]
"use strict";

const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
const path = require("node:path");

const [executablePath, address, screenshots] = process.argv.slice(2);
const problems = [];

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
    const where = `${width}, ${colorScheme}`;
    // The page's own policy would keep axe out.
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    page.on("console", message => { if (message.type() === "error") problems.push(`${where}: console: ${message.text()}`); });
    page.on("pageerror", error => problems.push(`${where}: script: ${error}`));
    page.setDefaultTimeout(15000);
    await page.goto(address);
    for (const [name, use] of Object.entries(panels)) {
      try {
        await page.locator(`#tab-${name}`).click();
        await use(page, text => problems.push(`${where}: ${name}: ${text}`));
        await check(page, `${where}: ${name}`);
        if (screenshots) await page.screenshot({ path: path.join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      } catch (error) {
        problems.push(`${where}: ${name}: ${error.message.split("\n")[0]}`);
      }
    }
    await context.close();
  }
  await keyboard(browser);
  await browser.close();
  problems.forEach(problem => console.log(problem));
}

const panels = {
  async example(page, complain) {
    await page.waitForSelector(".graph");
    const mean = () => page.locator(".current td.number").first().innerText();
    const before = await mean();
    await page.getByLabel("x n=0 c=0 h=0 w=0").fill("10");
    await page.getByLabel("x n=0 c=0 h=0 w=0").press("Enter");
    await page.waitForFunction(text => document.querySelector(".current td.number")?.innerText !== text, before);
    if (await mean() !== "11") complain(`the mean is ${await mean()} after a cell was edited`);
    for (let step = 0; step < 18; step++) await page.getByRole("button", { name: "next ▶" }).click();
    await page.getByText("sum the parts of dx").first().waitFor();
    await page.getByRole("button", { name: "next element" }).click();
    await page.locator(".facts .result").filter({ hasText: "dx =" }).waitFor();
    await page.getByLabel("method").selectOption("layer-norm");
    await page.waitForFunction(() => document.querySelector("figcaption strong")?.innerText === "layer normalization");
    if (!page.url().includes("method=layer-norm") || !page.url().includes("x=10")) complain("the state is not in the address");
    await page.getByRole("button", { name: "the default numbers" }).click();
  },

  async time(page, complain) {
    await page.waitForSelector(".line-chart");
    await page.getByLabel("once the data change").selectOption("recalibrate");
    await page.waitForFunction(() => location.hash.includes("after=recalibrate"));
    await page.getByRole("slider", { name: "momentum" }).press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("newWeight=0.2"));
    await page.getByText("Take it with you").click();
    await page.getByText("Recalibration.Recalibrate(layer").waitFor();
    if (await page.locator(".line-chart path").count() !== 9) complain("not three charts of three lines");
  },

  async training(page, complain) {
    const drawn = count => page.waitForFunction(least => Number(document.querySelector(".training")?.dataset.drawn) >= least, count);
    await drawn(20);
    if (await page.locator(".layers tbody tr").count() !== 8) complain("not four layers per run");
    await page.getByRole("button", { name: "pause" }).click();
    await page.getByRole("slider", { name: "moment shown" }).press("Home");
    await page.locator(".transport .hint").filter({ hasText: /^step/ }).waitFor();
    await page.getByRole("button", { name: "live" }).click();
    await page.getByRole("region", { name: "second run" }).getByLabel("normalization").selectOption("layer");
    await drawn(40);
    await page.getByRole("slider", { name: "learning rate" }).press("ArrowRight");
    await page.getByText("Take it with you").first().click();
    await page.getByText("new BatchNorm(64)").waitFor();
    if (await page.locator(".message").first().innerText()) complain(await page.locator(".message").first().innerText());
  },

  async studies(page, complain) {
    await page.locator("summary").filter({ hasText: "gradients vanish or explode" }).click();
    await page.getByText("evenkeel study gradient-flow").waitFor();
    if (await page.locator(".study-result").count() < 14) complain("studies are missing");
    await page.locator("#tab-time").click();
    await page.getByRole("link", { name: "recalibration" }).click();
    await page.getByText("evenkeel study recalibration").waitFor();
  },

  async valley(page, complain) {
    await page.waitForSelector(".plot .way");
    await page.getByLabel("optimizer").selectOption("adam");
    await page.getByLabel("standardize the features").check();
    await page.waitForFunction(() => location.hash.includes("scaled=true"));
    await page.getByText("On standardized features").waitFor();
    await page.getByText("Take it with you").click();
    await page.getByText("torch.optim.Adam").waitFor();
    await page.getByLabel("optimizer").selectOption("rmsprop");
    await page.getByText("torch.optim.RMSprop").waitFor();
    if (await page.locator(".plot .level").count() !== 6) complain("not six lines of equal loss");
  },

  async traps(page, complain) {
    const trap = page.locator(".trap").first();
    if (!await trap.getByRole("button").isDisabled()) complain("a trap is shown before it was guessed");
    await trap.getByRole("radio").nth(1).check();
    await trap.getByRole("button").click();
    await trap.getByText("Correct.").waitFor();
    await trap.getByText("Take it with you").click();
    await trap.getByText("evenkeel explain batch-norm --input x.json").waitFor();
  },
};

// axe's rules, and what is wider than the page.
async function check(page, where) {
  await page.evaluate(axe);
  const { found, wide } = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return {
      found: violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`)),
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
  });
  problems.push(...found.map(text => `${where}: ${text}`));
  if (wide > 0) problems.push(`${where}: the page is ${wide} pixels too wide`);
}

// Without a mouse: the tabs by arrow keys, the graph by its button, a trap by space and enter.
async function keyboard(browser) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address);
  await page.waitForSelector(".graph");
  const focused = () => page.evaluate(() => document.activeElement?.innerText ?? document.activeElement?.tagName);
  const tabTo = async text => {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      if ((await focused())?.startsWith(text)) return;
    }
    throw new Error(`the keyboard does not reach '${text}'`);
  };
  try {
    await tabTo("Every number");
    await tabTo("next ▶");
    await page.keyboard.press("Enter");
    await page.getByText("forward 2 of 9").waitFor();
    await page.reload();
    await page.getByText("forward 2 of 9").waitFor(); // the state is in the address
    await tabTo("Every number");
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
    await page.waitForSelector(".trap");
    await page.keyboard.press("Tab");
    for (let i = 0; i < 20 && await page.evaluate(() => document.activeElement?.getAttribute("type")) !== "radio"; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await tabTo("try it");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".trap .result");
  } catch (error) {
    problems.push(`keyboard: ${error.message.split("\n")[0]}`);
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
