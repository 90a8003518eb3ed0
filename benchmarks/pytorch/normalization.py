#!/usr/bin/python3
"""PyTorch's normalizations of given numbers: what the benchmark normalization-accuracy is compared with.

Run by the benchmark with the name of a folder. It writes lines to the standard input, each a normalizer, a layout and the lengths
of the input:
    batch | instance | group-GROUPS | layer    first | last    N C H W (or N H W C, or N C)
The folder then holds, as raw float32, X, Gradient (that of the output), Gamma and Beta. The answer is 0, when the results are
there too, each named as in Quantity.cs. Running statistics start from one batch that counts wholly.
"""

import argparse
import pathlib
import sys

import environment

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Normalize numbers of a folder with PyTorch.")
    parser.add_argument("folder", type=pathlib.Path)
    environment.add_options(parser)
    options = parser.parse_args()
    environment.prepare(options)

import numpy as np
import torch
from torch.nn import functional

EPSILON = 1e-5


def read(name, shape=(-1,)):
    return torch.from_numpy(np.fromfile(options.folder / name, np.float32)).reshape(shape)


def write(name, tensor):
    tensor.detach().contiguous().numpy().tofile(options.folder / name)


def normalize(normalizer, x, gamma, beta, running, training):
    if normalizer == "layer":
        return functional.layer_norm(x, gamma.shape, gamma, beta, EPSILON)
    if normalizer.startswith("group-"):
        return functional.group_norm(x, int(normalizer.split("-")[1]), gamma, beta, EPSILON)
    function = functional.batch_norm if normalizer == "batch" else functional.instance_norm
    return function(x, *running, gamma, beta, training, 1.0, EPSILON)


def answer(normalizer, layout, *lengths):
    shape = tuple(map(int, lengths))
    # A tensor that is channel last in memory has its channels second in PyTorch.
    inward, outward = ((0, 3, 1, 2), (0, 2, 3, 1)) if layout == "last" else (2 * (tuple(range(len(shape))),))
    x, dy = (read(name, shape).permute(inward) for name in ("X", "Gradient"))
    gamma, beta = read("Gamma"), read("Beta")
    for tensor in (x, gamma, beta):
        tensor.requires_grad_()
    running = torch.zeros(len(gamma)), torch.ones(len(gamma))
    y = normalize(normalizer, x, gamma, beta, running, True)
    y.backward(dy)
    write("Output", y.permute(outward))
    write("InputGradient", x.grad.permute(outward))
    write("WeightGradient", gamma.grad)
    write("BiasGradient", beta.grad)
    if normalizer in ("batch", "instance"):
        write("RunningMean", running[0])
        write("RunningVariance", running[1])
        write("Inference", normalize(normalizer, x, gamma, beta, running, False).permute(outward))


def main():
    print(f"PyTorch {torch.__version__}", flush=True)
    for line in sys.stdin:
        answer(*line.split())
        print(0, flush=True)


if __name__ == "__main__":
    main()
