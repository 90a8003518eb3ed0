#!/usr/bin/python3
"""Writes the golden files: networks that PyTorch exports to ONNX, and what they give.

Run:       /usr/bin/python3 export.py        (writes *.onnx and *.json beside itself)
Made with: Debian 12: python3-torch 1.13.1+dfsg-4, Python 3.11

A network is exported with its batch normalizations as nodes ("live"), and, where PyTorch can, folded into the convolutions before
them ("folded"), for several versions of ONNX's operators. The file NAME.json has {sample, input, output}: float32, row by row.
"""

import io
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional

FOLDER = pathlib.Path(__file__).parent


class Plain(nn.Module):
    """Convolutions, pooling with padding and ceil mode, a view by sizes."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=(1, 2), stride=(1, 2), bias=False)
        self.norm1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 8, (2, 3), dilation=(2, 1), groups=2)
        self.norm2 = nn.BatchNorm2d(8)
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(64, 5)

    def forward(self, x):
        x = functional.max_pool2d(torch.relu(self.norm1(self.conv1(x))), 3, 2, 1)
        x = functional.avg_pool2d(functional.leaky_relu(self.norm2(self.conv2(x)), 0.1), 2, 1, 1, count_include_pad=False)
        return torch.softmax(self.linear(self.dropout(x.view(x.size(0), -1))), 1)


class Residual(nn.Module):
    """A block with a projection, a mean of images, an affine map by constants."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
                                  nn.Conv2d(8, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8))
        self.projection = nn.Sequential(nn.Conv2d(3, 8, 1, 2, bias=False), nn.BatchNorm2d(8))
        self.linear = nn.Linear(8, 4)

    def forward(self, x):
        x = x * 2 - torch.tensor([0.4, 0.5, 0.6]).view(3, 1, 1)
        x = torch.relu(self.body(x) + self.projection(x))
        return torch.softmax(self.linear(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1)), 1)


class Mobile(nn.Module):
    """Depthwise convolutions, squeeze and excitation, hard activations, SiLU, a concatenation."""

    def __init__(self):
        super().__init__()
        self.expand = nn.Sequential(nn.Conv2d(3, 8, 1, bias=False), nn.BatchNorm2d(8), nn.Hardswish())
        self.depthwise = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.SiLU())
        self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 4, 1), nn.ReLU6(), nn.Conv2d(4, 8, 1), nn.Hardsigmoid())
        self.project = nn.Conv2d(16, 4, 1)

    def forward(self, x):
        x = self.expand(x)
        y = self.depthwise(x)
        y = y * self.squeeze(y)
        return self.project(torch.cat([x, y], 1)).mean((2, 3))


class Sequence(nn.Module):
    """Linear layers on sequences, layer normalization and GELU, a transposition."""

    def __init__(self):
        super().__init__()
        self.linear1 = nn.Linear(6, 12)
        self.norm = nn.LayerNorm(12)
        self.linear2 = nn.Linear(12, 5, bias=False)

    def forward(self, x):
        x = functional.gelu(self.norm(self.linear1(x)))
        return torch.sigmoid(self.linear2(x).transpose(1, 2)).tanh()


class Norms(nn.Module):
    """Group and instance normalization, one-dimensional convolution."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 8, 3, padding=1)
        self.group = nn.GroupNorm(4, 8)
        self.instance = nn.InstanceNorm1d(8, affine=True)
        self.linear = nn.Linear(8 * 9, 4)

    def forward(self, x):
        x = torch.relu(self.group(self.conv(x)))
        return self.linear(torch.flatten(self.instance(x), 1))


def export(name, make, sample, opsets, folds=True):
    torch.manual_seed(1)
    network = make()
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn(parameter.shape))
        for _ in range(5):
            network.train()(torch.randn(16, *sample))
    network.eval()
    x = torch.randn(3, *sample)
    y = network(x)
    for opset in opsets:
        for folded in (False, True) if folds else (False,):
            file = FOLDER / f"{name}-{opset}-{'folded' if folded else 'live'}"
            buffer = io.BytesIO()
            mode = torch.onnx.TrainingMode.EVAL if folded else torch.onnx.TrainingMode.PRESERVE
            torch.onnx.export(network, x, buffer, opset_version=opset, training=mode, do_constant_folding=folded,
                              input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}})
            file.with_suffix(".onnx").write_bytes(buffer.getvalue())
            case = {"sample": list(sample), "input": x.flatten().tolist(), "output": y.flatten().tolist()}
            file.with_suffix(".json").write_text(json.dumps(case) + "\n")


def main():
    torch.set_num_threads(1)
    export("plain", Plain, (3, 9, 8), (9, 11, 13, 16))
    export("residual", Residual, (3, 8, 8), (9, 13, 16))
    export("mobile", Mobile, (3, 6, 7), (13, 16))
    export("sequence", Sequence, (4, 6), (11, 16), folds=False)
    export("norms", Norms, (3, 9), (9, 16), folds=False)


if __name__ == "__main__":
    main()
