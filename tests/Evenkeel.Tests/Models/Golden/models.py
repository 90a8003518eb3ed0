#!/usr/bin/python3
"""Writes small PyTorch models as safetensors files, and what each makes of an input when evaluated.

Run:       /usr/bin/python3 models.py
Made with: Debian 12: python3-torch 1.13.1+dfsg-4, python3-numpy 1.24.2, Python 3.11

NAME.safetensors           the model's state_dict(), under PyTorch's names, after a few steps of training
NAME-expected.safetensors  input (F32), output (F64: computed in double from the values in NAME.safetensors), output_float32 (F32)

The models are mlp (all F32), cnn (parameters BF16), resnet20 (parameters F16) and normalizations (all F32).
Running statistics are F32 and num_batches_tracked is I64 in each. They are trained in double precision, so that the rounding to
the files' types hides most of what one processor's sums differ by from another's.
"""

import collections
import pathlib
import sys

import torch
from torch import nn

sys.dont_write_bytecode = True

from safetensors_numpy import read, write

FOLDER = pathlib.Path(__file__).parent
SEED = 150203167
STEPS = 20
TORCH_TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def mlp():
    return nn.Sequential(
        nn.Linear(20, 16), nn.BatchNorm1d(16), nn.ReLU(),
        nn.Linear(16, 16, bias=False), nn.BatchNorm1d(16, momentum=None), nn.Tanh(), nn.Dropout(0.3),
        nn.Linear(16, 12), nn.Sigmoid(),
        nn.Linear(12, 5))


def cnn():
    """[N, 3, 21, 27] -> [8, 21, 27] -> [8, 10, 13] -> [12, 4, 6] -> [12, 2, 3]: no map is square, so that the order of axes shows."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, stride=2, groups=2, bias=False), nn.BatchNorm2d(12), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(12 * 2 * 3, 5))


class Block(nn.Module):
    """Two convolutions and the input, or its projection where the width changes: under torchvision's names."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + (x if self.downsample is None else self.downsample(x)))


def stage(inputs, outputs, stride):
    return nn.Sequential(Block(inputs, outputs, stride), Block(outputs, outputs, 1), Block(outputs, outputs, 1))


def resnet20():
    return nn.Sequential(collections.OrderedDict(
        conv1=nn.Conv2d(3, 16, 3, padding=1, bias=False), bn1=nn.BatchNorm2d(16), relu=nn.ReLU(),
        layer1=stage(16, 16, 1), layer2=stage(16, 32, 2), layer3=stage(32, 64, 2),
        avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(64, 10)))


def normalizations():
    norms = [
        nn.BatchNorm2d(8),
        nn.BatchNorm2d(8, eps=1e-3, affine=False),
        nn.BatchNorm2d(8, track_running_stats=False),
        nn.GroupNorm(4, 8),
        nn.GroupNorm(1, 8),
        nn.InstanceNorm2d(8),
        nn.InstanceNorm2d(8, affine=True, track_running_stats=True),
        nn.LayerNorm([8, 6, 6]),
        nn.LayerNorm([6, 6], elementwise_affine=False)]
    layers = []
    for i, norm in enumerate(norms):
        layers += nn.Conv2d(8 if i else 3, 8, 3, padding=1), norm
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(8 * 6 * 6, 16), nn.BatchNorm1d(16), nn.LayerNorm(16), nn.Linear(16, 4))


def train(model, shape):
    """A few steps, each on another random batch and target, from gammas and betas that are not 1 and 0: some gammas are negative.

    They are enough for the running statistics to come near the batches', so that the input still shows in the output."""
    for module in model.modules():
        if "Norm" in type(module).__name__ and module.weight is not None:
            nn.init.normal_(module.weight, 1, 0.8)
            nn.init.normal_(module.bias, 0, 0.3)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)
    for _ in range(STEPS):
        output = model(draw(16, shape).double())
        loss = (output - 2 * torch.randn_like(output)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def draw(count, shape):
    return 0.5 + 1.5 * torch.randn(count, *shape)


def outputs(make, state, x):
    """What the model makes of x, in double and in single precision, when it has the state's values."""
    model = make().double().eval()
    model.load_state_dict(state)
    with torch.no_grad():
        return model(x.double()), model.float()(x)


def save(make, shape, count, parameter_type):
    torch.manual_seed(SEED)
    model = make().double()
    train(model, shape)
    types = {name: parameter_type for name, _ in model.named_parameters()}
    state = {name: t.to(types.get(name, torch.float32)) if t.is_floating_point() else t for name, t in model.state_dict().items()}
    x = draw(count, shape)
    output, output_float32 = outputs(make, state, x)

    paths = FOLDER / f"{make.__name__}.safetensors", FOLDER / f"{make.__name__}-expected.safetensors"
    write(paths[0], state, {"format": "pt"})
    write(paths[1], {"input": x, "output": output, "output_float32": output_float32})

    expected = load(paths[1])
    assert all(map(torch.equal, outputs(make, load(paths[0]), expected["input"]), (expected["output"], expected["output_float32"])))
    for path in paths:
        print(path.name)


def load(path):
    tensors, _ = read(path)
    return {name: torch.frombuffer(bytearray(data), dtype=TORCH_TYPES[dtype]).reshape(shape)
            for name, (dtype, shape, data) in tensors.items()}


torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
save(mlp, [20], 7, torch.float32)
save(cnn, [3, 21, 27], 3, torch.bfloat16)
save(resnet20, [3, 16, 16], 2, torch.float16)
save(normalizations, [3, 6, 6], 4, torch.float32)
