#!/usr/bin/python3
"""Writes the golden files: what PyTorch computes in float64 for each explanation, for the tests to compare with.

Run:       dotnet build ../../../src/Evenkeel.Cli -c Release && /usr/bin/python3 generate.py        (writes Cases/*.json)
Made with: Debian 12: python3-torch 1.13.1+dfsg-4, python3-numpy 1.24.2, Python 3.11
Seed:      SEED below, for the numbers of the second case of each explanation.

A file is one case: {name, generator, input, quantities}.
  input       what the explanation starts from, in float32 (decimals that mean the nearest float32).
  quantities  every number that the explanation has, by section and symbol (in TeX), and in order where a section has a
              symbol more than once. A number must agree to 1e-12·max(|number|, scale), or to the quantity's own tolerance.
The cases are an explanation's own example (-default) and random numbers of shape [3, 2, 2, 3] (-random).

The formulas are those of the methods, differentiated by autograd; the outputs, gradients and running statistics are those
of PyTorch's modules where it has them. The only number taken from Evenkeel is dropout's mask: `evenkeel explain dropout`
draws it.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
import torch

import normalizers
import others
from recorder import Case

SEED = 150203167
CLI = pathlib.Path(__file__).parents[3] / "src/Evenkeel.Cli"
VALUES = [2, 8, 8, 10, 1, 5, 6, 6, 16, 12, 10, 14, 11, 9, 10, 8]
OUTPUT_GRADIENT = [1, 0, -1, 2, 0, 1, 1, -1, 0, 1, 2, -1, -1, 2, 0, 1]
IMAGES = {"shape": [2, 2, 2, 2], "values": VALUES, "gamma": [2, 5], "beta": [3, 8], "dy": OUTPUT_GRADIENT}
FOUR_CHANNELS = IMAGES | {"shape": [2, 4, 2, 1], "gamma": [2, 5, 1, 3], "beta": [3, 8, 0, -1], "groups": 2}
DENSE = {"shape": [4, 3], "values": [2, 1, 100, 8, 5, 300, 12, 6, 200, 14, 10, 400], "gamma": [2, 5, 1], "beta": [3, 8, 0],
         "dy": OUTPUT_GRADIENT[:12]}
EXPLANATIONS = [
    ("batch-norm", IMAGES, normalizers.batch_norm), ("layer-norm", IMAGES, normalizers.layer_norm),
    ("instance-norm", IMAGES, normalizers.instance_norm), ("group-norm", FOUR_CHANNELS, normalizers.group_norm),
    ("rms-norm", IMAGES, normalizers.rms_norm), ("batch-renorm", IMAGES, normalizers.batch_renorm),
    ("cross-iteration", IMAGES, normalizers.cross_iteration), ("dropout", IMAGES, others.dropout),
    ("scaling", DENSE, others.scaling), ("folding", IMAGES, others.folding),
    ("gradient-chain", IMAGES, others.gradient_chain)]


def random_input():
    """Normal numbers of three decimals, as float32: channels that differ in mean and scale."""
    random = np.random.default_rng(SEED)

    def draw(*shape):
        return [float(value) for value in np.round(random.normal(size=shape), 3).ravel()]

    values = np.round(np.array(draw(36)).reshape(3, 2, 6) * [[[0.7], [2]]] + [[[1.5], [-0.5]]], 3)
    return {"shape": [3, 2, 2, 3], "values": values.ravel().tolist(), "gamma": draw(2), "beta": draw(2), "dy": draw(36)}


def main():
    torch.set_num_threads(1)
    for name, example, write in EXPLANATIONS:
        for kind, given in (("default", example), ("random", random_input())):
            given = {"epsilon": 1e-5, "groups": 1, "probability": 0.5, "seed": 0} | given
            case = Case(f"{name}-{kind}", given)
            numbers = tensors(given)
            if name == "dropout":
                numbers["mask"] = mask(given)
            write(case, **numbers)
            if name == "batch-norm":
                normalizers.dense_batch_norm(case, **{key: tensors(DENSE)[key] for key in ("x", "gamma", "beta", "dy")}, epsilon=1e-5)
            case.write()


def tensors(given):
    def widened(values):
        return torch.tensor(values, dtype=torch.float32).double()

    return {"x": widened(given["values"]).reshape(given["shape"]), "dy": widened(given["dy"]).reshape(given["shape"]),
            "gamma": widened(given["gamma"]), "beta": widened(given["beta"])} | {
                key: given[key] for key in ("epsilon", "groups", "probability", "seed") if key in given}


def mask(given):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "input.json"
        path.write_text(json.dumps(torch.tensor(given["values"]).reshape(given["shape"]).tolist()))
        command = ["dotnet", "run", "--no-build", "--project", CLI, "-c", "Release", "--", "explain", "dropout", "--json", "--input", path,
                   "--probability", str(given["probability"]), "--seed", str(given["seed"])]
        explanation = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return next(torch.tensor(quantity["values"], dtype=torch.float64).reshape(given["shape"])
                for section in explanation["sections"] for step in section["steps"] for quantity in step["quantities"]
                if quantity["symbol"]["tex"] == r"\mathrm{mask}")


if __name__ == "__main__":
    main()
