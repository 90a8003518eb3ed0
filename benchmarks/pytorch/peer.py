#!/usr/bin/python3
"""PyTorch (or OpenBLAS alone), one call at a time: what matrix-product-peers, normalization and training-step are timed against.

Run by the benchmarks, which write lines to the standard input, each a number of calls and what to call; it is answered with
the seconds that a call took:
    N mm M N K                       torch.mm of two matrices
    N blas M N K                     the product of OpenBLAS alone, through NumPy
    N train NET [channels-last]      a training step: forward, backward, SGD
    N eval NET [channels-last]       a forward pass in eval mode, without gradients
    N memory NET [channels-last]     training steps; answered with the process's peak memory in bytes
    N normalization KIND PASS SIZES  one pass of a normalization on tensors that are kept, without autograd
NET is mlp-5x100, mlp-3x1024, cnn or resnet20. KIND is batch, batch-channels-last, batch-onednn (oneDNN's own layout, blocked by
channels) or layer; PASS is forward, backward, inference, forward-relu, backward-relu or inference-relu; SIZES are N C or N C H W.
"""

import argparse
import functools
import os
import sys

import environment

LIBRARIES = "/usr/lib/x86_64-linux-gnu/openblas-"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time single calls of PyTorch.")
    parser.add_argument("--blas", choices=["openmp", "pthread"], default="openmp",
                        help="which build of OpenBLAS; openmp shares its threads with PyTorch (default)")
    environment.add_options(parser)
    options = parser.parse_args()
    environment.prepare(options, {"LD_LIBRARY_PATH": LIBRARIES + options.blas})

import resource
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

torch.manual_seed(0)


def mlp(widths):
    blocks = [(nn.Linear(before, after, bias=False), nn.BatchNorm1d(after), nn.ReLU())
              for before, after in zip(widths, widths[1:-1])]
    return nn.Sequential(*(layer for block in blocks for layer in block), nn.Linear(*widths[-2:]))


def conv(before, after, kernel, stride=1):
    return nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False)


def cnn():
    return nn.Sequential(conv(1, 32, 3), nn.BatchNorm2d(32), nn.ReLU(inplace=True), nn.MaxPool2d(2),
                         conv(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(7 * 7 * 64, 10))


class Block(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        self.body = nn.Sequential(conv(before, after, 3, stride), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
                                  conv(after, after, 3), nn.BatchNorm2d(after))
        self.shortcut = (nn.Sequential(conv(before, after, 1, stride), nn.BatchNorm2d(after))
                         if stride > 1 else nn.Identity())

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x), inplace=True)


def resnet20():
    blocks = [Block(max(16, width // 2) if first and width > 16 else width, width, 2 if first and width > 16 else 1)
              for width in (16, 32, 64) for first in (True, False, False)]
    return nn.Sequential(conv(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True), *blocks,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


NETWORKS = {
    "mlp-5x100": (lambda: mlp([784, *5 * [100], 10]), (100, 784)),
    "mlp-3x1024": (lambda: mlp([784, *3 * [1024], 10]), (256, 784)),
    "cnn": (cnn, (128, 1, 28, 28)),
    "resnet20": (resnet20, (128, 3, 32, 32)),
}


class Network:
    def __init__(self, name, layout=None):
        make, shape = NETWORKS[name]
        memory = torch.channels_last if layout else torch.contiguous_format
        self.network, self.inputs = make().to(memory_format=memory), torch.randn(shape).to(memory_format=memory)
        self.labels = torch.randint(10, shape[:1])
        self.optimizer = torch.optim.SGD(self.network.parameters(), 0.01)

    def train(self):
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(self.network(self.inputs), self.labels).backward()
        self.optimizer.step()

    def eval(self):
        self.network.eval()
        with torch.no_grad():
            self.network(self.inputs)


class BatchNorm:
    def __init__(self, layout, sizes):
        channels = sizes[1]
        self.x, self.dy = (self.place(torch.randn(sizes), layout) for _ in range(2))
        self.weight, self.bias = torch.ones(channels), torch.zeros(channels)
        self.running = torch.zeros(channels), torch.ones(channels)
        y, *self.saved = torch.native_batch_norm(self.x, self.weight, self.bias, *self.running, True, 0.1, 1e-5)
        self.rectified = functional.relu(y)

    @staticmethod
    def place(x, layout):
        if layout == "onednn":
            # A convolution that changes nothing gives its output in the layout that oneDNN likes best.
            return functional.conv2d(x.to_mkldnn(), torch.eye(x.shape[1])[:, :, None, None].to_mkldnn())
        return x.to(memory_format=torch.channels_last) if layout else x

    def forward(self):
        return functional.batch_norm(self.x, *self.running, self.weight, self.bias, training=True)

    def inference(self):
        return functional.batch_norm(self.x, *self.running, self.weight, self.bias)

    def forward_relu(self):
        functional.relu_(self.forward())

    def inference_relu(self):
        functional.relu_(self.inference())

    def backward(self):
        self.backward_from(self.dy)

    def backward_relu(self):
        self.backward_from(torch.ops.aten.threshold_backward(self.dy, self.rectified, 0))

    def backward_from(self, dy):
        torch.ops.aten.native_batch_norm_backward(
            dy, self.x, self.weight, *self.running, *self.saved, True, 1e-5, [True, True, True])


class LayerNorm:
    def __init__(self, _, sizes):
        self.x, self.dy, self.shape = torch.randn(sizes), torch.randn(sizes), sizes[1:]
        self.weight, self.bias = torch.ones(self.shape), torch.zeros(self.shape)
        _, *self.saved = torch.native_layer_norm(self.x, self.shape, self.weight, self.bias, 1e-5)

    def forward(self):
        functional.layer_norm(self.x, self.shape, self.weight, self.bias)

    def backward(self):
        torch.ops.aten.native_layer_norm_backward(
            self.dy, self.x, self.shape, *self.saved, self.weight, self.bias, [True, True, True])


@functools.lru_cache(maxsize=2)
def normalization(kind, *sizes):
    name, _, layout = kind.partition("-")
    return {"batch": BatchNorm, "layer": LayerNorm}[name](layout, sizes)


def product(library, *sizes):
    m, n, k = map(int, sizes)
    a, b = torch.randn(m, k), torch.randn(k, n)
    if library == "mm":
        c = torch.empty(m, n)
        return lambda: torch.mm(a, b, out=c)
    a, b, c = a.numpy(), b.numpy(), np.empty((m, n), np.float32)
    return lambda: np.matmul(a, b, out=c)


def call_of(action, *what):
    if action in ("mm", "blas"):
        return product(action, *what)
    if action == "normalization":
        kind, name, *sizes = what
        return getattr(normalization(kind, *map(int, sizes)), name.replace("-", "_"))
    network = Network(*what)
    return network.eval if action == "eval" else network.train


def main():
    calls = {}
    print(environment.describe(), flush=True)
    for line in sys.stdin:
        count, what = line.strip().split(maxsplit=1)
        with torch.set_grad_enabled(not what.startswith("normalization")):
            call = calls.get(what) or calls.setdefault(what, call_of(*what.split()))
            start = time.perf_counter()
            for _ in range(int(count)):
                call()
            seconds = (time.perf_counter() - start) / int(count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(peak if what.startswith("memory") else seconds, flush=True)


if __name__ == "__main__":
    main()
