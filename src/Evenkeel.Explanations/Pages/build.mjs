// Bundles the script and the styles of a page, with the fonts of formulas inside: node build.mjs ENTRY OUTPUT.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";

// Of KaTeX's fonts, those that the formulas use; without the others the page is a third as long.
const fonts = /KaTeX_(Main-Regular|Math-Italic|Size[1-4]-Regular)\.woff2/;

const katexStyles = {
    name: "katex-styles",
    setup(bundle) {
        bundle.onLoad({ filter: /katex\.css$/ }, async ({ path }) => {
            const styles = await readFile(path, "utf8");
            const contents = styles.replace(/@font-face\s*\{[^}]*\}/g, rule => {
                const font = rule.match(/url\([^)]*\.woff2\)/)?.[0];
                return font && fonts.test(font) ? rule.replace(/src:[^;}]*/, `src: ${font} format("woff2")`) : "";
            });
            return { contents, loader: "css" };
        });
    },
};

const [entry, output] = process.argv.slice(2);
await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    minify: true,
    target: "es2022",
    format: "iife",
    charset: "utf8",
    legalComments: "inline",
    loader: { ".woff2": "dataurl" },
    plugins: [katexStyles],
    logLevel: "warning",
});
