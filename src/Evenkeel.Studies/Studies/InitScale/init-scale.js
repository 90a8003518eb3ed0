// The histograms of activations, and the choice of the initial scale to look into.
const choice = document.getElementById("scale");
const binCount = 40;

const number = value =>
  value === 0 ? "0" : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e4 ? value.toExponential(1) : String(+value.toPrecision(2));

// A layer's histogram spread over bins that all layers share. The units that are off are left out: they are a number of
// their own, and would dwarf the rest. The heights are relative to the layer's highest bin.
function binned(layer, high) {
  const lines = [`layer ${layer.layer}`];
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
  const shares = new Array(binCount).fill(0);
  counts.forEach((count, i) => {
    if (count <= 0) return;
    const from = (layer.low + i * width - low) / step;
    const to = Math.max((layer.low + (i + 1) * width - low) / step, from + 1e-9);
    for (let bin = Math.floor(from); bin < Math.min(to, binCount); bin++) {
      shares[bin] += (count / total) * (Math.min(to, bin + 1) - Math.max(from, bin)) / (to - from);
    }
  });
  const peak = Math.max(...shares) || 1;
  return shares.map((share, bin) => ({
    panel: lines.join("|"), from: low + bin * step, to: low + (bin + 1) * step, height: share / peak,
  }));
}

function bins(normalization, time) {
  const scale = Number(choice?.value);
  const run = results.runs.find(r => r.normalization === normalization && r.scale === scale && r[time].length > 0);
  const layers = run ? run[time] : [];
  const high = Math.max(0, ...layers.filter(layer => layer.counts.length > 0).map(layer => layer.high));
  return layers.flatMap(layer => binned(layer, high));
}

sources.bins = element => bins(element.dataset.normalization, element.dataset.time);
prepare.push(spec => spec.params?.filter(p => p.name === "chosenScale").forEach(p => { p.value = Number(choice?.value); }));
choice?.addEventListener("change", () => drawAll(all.filter(element => "scaled" in element.dataset)));
