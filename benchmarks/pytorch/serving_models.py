#!/usr/bin/python3
"""Exports networks with batch normalization folded to ONNX: what the benchmark serving gives ONNX Runtime.

For each NAME.safetensors in the folder, with the tensors of Evenkeel's network of that name (mlp…, cnn or resnet20), builds the
network in PyTorch, folds batch normalization in double precision, and writes NAME.onnx in float32 with a dynamic batch size.
Images are channels first in the ONNX files.
"""

import argparse
import json
import pathlib
import warnings
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import fusion

TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        first, last = (start + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(data[first:last]), dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def sequential(*layers):
    return nn.Sequential(OrderedDict(layers))


def convolution(suffix, before, after, kernel, stride=1):
    return [(f"conv{suffix}", nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False)),
            (f"norm{suffix}", nn.BatchNorm2d(after))]


def mlp(tensors):
    shapes = [tensors[name].shape for name in sorted(tensors) if name.startswith("linear") and name.endswith("weight")]
    hidden = [layer for i, (after, before) in enumerate(shapes[:-1], 1) for layer in (
        (f"linear{i}", nn.Linear(before, after, bias=False)), (f"norm{i}", nn.BatchNorm1d(after)), (f"activation{i}", nn.ReLU()))]
    after, before = shapes[-1]
    return sequential(*hidden, (f"linear{len(shapes)}", nn.Linear(before, after))), shapes[0][1:]


def cnn(tensors):
    # Ours flattens images with the channels last.
    tensors["linear.weight"] = tensors["linear.weight"].reshape(10, 7, 7, 64).permute(0, 3, 1, 2).reshape(10, -1)
    return sequential(*convolution(1, 1, 32, 3), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
                      *convolution(2, 32, 64, 3), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
                      ("flatten", nn.Flatten()), ("linear", nn.Linear(7 * 7 * 64, 10))), (1, 28, 28)


class Block(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        stride = 1 if before == after else 2
        self.body = sequential(*convolution(1, before, after, 3, stride), ("relu", nn.ReLU()), *convolution(2, after, after, 3))
        self.shortcut = nn.Identity() if stride == 1 else sequential(*convolution("", before, after, 1, stride))

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x))


def resnet20(_):
    widths = [16, 16, 32, 64]
    blocks = [(f"stage{stage}_block{i}", Block(widths[stage - 1] if i == 1 else widths[stage], widths[stage]))
              for stage in (1, 2, 3) for i in (1, 2, 3)]
    return sequential(*convolution("", 3, 16, 3), ("relu", nn.ReLU()), *blocks,
                      ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("linear", nn.Linear(64, 10))), (3, 32, 32)


def fold(module):
    """Folds each batch normalization into the layer before it."""
    folded = OrderedDict()
    for name, layer in module.named_children():
        fold(layer)
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            before = next(reversed(folded))
            fuse = fusion.fuse_linear_bn_eval if isinstance(layer, nn.BatchNorm1d) else fusion.fuse_conv_bn_eval
            folded[before] = fuse(folded[before], layer)
        else:
            folded[name] = layer
    module._modules = folded


def export(path):
    tensors = read_safetensors(path)
    make = mlp if path.stem.startswith("mlp") else {"cnn": cnn, "resnet20": resnet20}[path.stem]
    network, shape = make(tensors)
    network.double().load_state_dict(tensors)
    network.eval()
    fold(network)
    batch = {0: "batch"}
    torch.onnx.export(network.float(), torch.zeros(2, *shape), str(path.with_suffix(".onnx")), opset_version=16,
                      input_names=["input"], output_names=["output"], dynamic_axes={"input": batch, "output": batch})


def main():
    parser = argparse.ArgumentParser(description="Export networks with batch normalization folded to ONNX.")
    parser.add_argument("folder", type=pathlib.Path, help="holds the safetensors files and receives the ONNX files")
    warnings.filterwarnings("ignore", category=UserWarning)
    print(f"Models exported by PyTorch {torch.__version__}", flush=True)
    for path in sorted(parser.parse_args().folder.glob("*.safetensors")):
        export(path)


if __name__ == "__main__":
    main()
