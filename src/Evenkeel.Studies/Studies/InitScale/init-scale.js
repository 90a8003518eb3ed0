// Draws the histograms of activations for the initial scale that the reader chooses.
const choice = document.getElementById("scale");
const binCount = 40;

const number = value =>
  value === 0 ? "0" : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4 ? value.toExponential(1) : String(+value.toPrecision(2));

// Redistributes a layer's histogram over bins that all layers share. Activations of exactly 0 are left out, since they would
// dwarf the rest; their fraction is a number above the chart. Heights are relative to the layer's highest bin.
function binned(layer, high) {
  const lines = [`layer ${layer.x}`];
  const total = layer.counts.reduce((sum, count) => sum + count, 0);
  if (layer.non_finite > 0) lines.push(total > 0 ? "partly not finite" : "not finite");
  if (total > 0) lines.push(`${Math.round(100 * layer.fraction_zero)} % are 0`, `sd ${number(layer.standard_deviation)}`);

  const counts = [...layer.counts];
  const width = (layer.high - layer.low) / counts.length;
  if (total > 0) {
    const zeroBin = width > 0 ? Math.min(Math.floor(-layer.low / width), counts.length - 1) : 0;
    if (counts[zeroBin] > 0) counts[zeroBin] = Math.max(0, counts[zeroBin] - layer.fraction_zero * total);
  }

  const low = Math.min(0, layer.low);
  const step = (high - low) / binCount || 1;
  const heights = new Array(binCount).fill(0);
  counts.forEach((count, i) => {
    if (count <= 0) return;
    const from = (layer.low + i * width - low) / step;
    const to = Math.max((layer.low + (i + 1) * width - low) / step, from + 1e-9);
    for (let bin = Math.floor(from); bin < Math.min(to, binCount); bin++) {
      heights[bin] += (count / total) * (Math.min(to, bin + 1) - Math.max(from, bin)) / (to - from);
    }
  });
  const peak = Math.max(...heights) || 1;
  return heights.map((height, bin) => ({
    panel: lines.join("|"), from: low + bin * step, to: low + (bin + 1) * step, height: height / peak,
  }));
}

function bins(normalization, time) {
  const chosen = run => run.conditions.normalization === normalization && run.conditions.scale === choice?.value && run.histograms;
  const layers = results.runs.find(chosen)?.histograms.filter(layer => layer.quantity === time) ?? [];
  const high = Math.max(0, ...layers.filter(layer => layer.counts.length > 0).map(layer => layer.high));
  return layers.flatMap(layer => binned(layer, high));
}

sources.bins = element => bins(element.dataset.normalization, element.dataset.time);
prepare.push(spec => spec.params?.filter(p => p.name === "chosenScale").forEach(p => { p.value = choice?.value; }));

// The heat map has a row per scale, not a column, where numbers in columns would overlap.
const narrow = 560, row = 24;
prepare.push((spec, element) => {
  if (!("turned" in element.dataset) || element.clientWidth >= narrow) return;
  const { x, y } = spec.encoding;
  spec.height = x.scale.domain.length * row;
  spec.encoding = { x: { ...y, axis: { ...y.axis, labelAngle: 0 } }, y: { ...x, axis: { ...x.axis, labelAngle: 0 } } };
});
choice?.addEventListener("change", () => drawAll(all.filter(element => "scaled" in element.dataset)));
