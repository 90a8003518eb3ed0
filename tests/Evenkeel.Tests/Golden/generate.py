#!/usr/bin/python3
"""Writes the golden files: what PyTorch computes, for the tests to compare with.

Run:       /usr/bin/python3 generate.py        (writes *.json beside itself)
Made with: Debian 12: python3-torch 1.13.1+dfsg-4, python3-numpy 1.24.2, libblas3 3.11.0, Python 3.11
Seed:      SEED below, together with the name of the case's data, so that a new case changes no other.

The same packages on the same processor write the same bytes. Elsewhere the inputs stay what they are, and the results may
differ in their last digits.

A file is one case: {name, generator, options, initial, steps, final}.
  options   what to construct the subject with.
  initial   its parameters before the first step, by PyTorch's names.
  steps     what is fed in ("given") and what comes out, in order; gradients are those of the step alone.
            "train" normalizes by the batch, "eval" is inference, "frozen" is eval mode with gradients.
  final     the parameters after the last step, where a step changes them.
A tensor is {type, shape, values}, row by row. Everything given is float32 (decimals that mean the nearest float32). Every
result is computed twice from it: in float64 arithmetic, which is the reference and stands at the step itself, and in
float32 arithmetic, which stands under "float32" and shows how far PyTorch is from that reference. Numbers have as many
digits as identify them: up to 9 for float32, up to 17 for float64.
"""

import json
import pathlib
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional

SEED = 150203167
FOLDER = pathlib.Path(__file__).parent
GENERATOR = f"generate.py, PyTorch 1.13.1, seed {SEED}"


# What is given

def random_for(name):
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def draw(random, *shape, scale=1.0):
    """Normal numbers of three decimals, as float32: short to write, and every bit of the mantissa in use."""
    return torch.from_numpy(np.round(scale * random.normal(size=shape), 3).astype(np.float32))


def draw_channels(random, shape, centre=0.0, spread=1.0):
    """An input whose channels (axis 1) differ in mean and scale: centre ± spread, roughly."""
    per_channel = [1, shape[1]] + [1] * (len(shape) - 2)
    offset = random.uniform(-2, 2, per_channel)
    scale = random.uniform(0.5, 2, per_channel)
    values = centre + spread * (offset + scale * random.normal(size=shape))
    return torch.from_numpy(np.round(values, 4).astype(np.float32))


# Running a case. A step is (mode, given tensors, function from given tensors to computed ones).

def golden(name, options, initial, build, steps, keep_final=False):
    """`build(dtype)` makes the subject, and returns the function that takes a step and a dictionary of its state."""
    results = {}
    for dtype in (torch.float64, torch.float32):
        take_step, state = build(dtype)
        computed = [take_step(mode, **{k: as_type(v, dtype) for k, v in given.items()}) for mode, given in steps]
        results[dtype] = computed, state() if keep_final else None

    (reference, final), (single, final_single) = results[torch.float64], results[torch.float32]
    case = {
        "name": name,
        "generator": GENERATOR,
        "options": options,
        "initial": {k: encode(v) for k, v in initial.items()},
        "steps": [
            {"mode": mode} | {k: encode(v) for k, v in given.items()} | with_float32(exact, rounded)
            for (mode, given), exact, rounded in zip(steps, reference, single)
        ],
    }
    if keep_final:
        case["final"] = with_float32(final, final_single)
    (FOLDER / f"{name}.json").write_text(render(case) + "\n")


def as_type(tensor, dtype):
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def with_float32(reference, single):
    encoded = {k: encode(v) for k, v in reference.items()}
    rounded = {k: encode(v) for k, v in single.items() if v.is_floating_point()}
    return encoded | {"float32": rounded}


def encode(tensor):
    values = tensor.detach().contiguous().numpy().ravel()
    if tensor.is_floating_point():
        values = [float(str(value)) for value in values]
    else:
        values = values.tolist()
    return {"type": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": values}


def render(value, indent=""):
    """JSON with a line per tensor."""
    inner = indent + "  "
    if isinstance(value, dict) and value and "values" not in value:
        return ("{\n" + ",\n".join(f'{inner}"{k}": {render(v, inner)}' for k, v in value.items()) + f"\n{indent}}}")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + render(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


# Layers

def load(module, initial, dtype):
    module = module.to(dtype)
    with torch.no_grad():
        for name, value in initial.items():
            module.get_parameter(name).copy_(value)
    return module


def through(module, apply, input, output_gradient=None):
    """Forward, and backward when there is a gradient to send back."""
    module.zero_grad()
    input = input.clone().requires_grad_(output_gradient is not None)
    output = apply(input)
    computed = {"output": output}
    if output_gradient is not None:
        output.backward(output_gradient)
        computed["input_gradient"] = input.grad
        computed |= {f"{name}_gradient": parameter.grad.clone() for name, parameter in module.named_parameters()}
    return computed


def layer(name, make, initial, steps, options=None):
    def build(dtype):
        module = load(make(), initial, dtype)
        return lambda mode, **given: through(module, module, **given), None

    golden(name, options or {}, initial, build, [("train", given) for given in steps])


def batch_norm(name, channels, inner, steps, axis=1, epsilon=1e-5, momentum=0.1, affine=True, running=True,
               centre=0.0, spread=1.0, data=None):
    """`steps` are (mode, batch size); the shape is [batch, channels, *inner], or [batch, *inner, channels] for axis −1.
    Cases that name the same `data` are given the same numbers."""
    random = random_for(data or name)
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)} if affine else {}
    given = []
    for mode, batch in steps:
        shape = (batch, channels, *inner)
        tensors = {"input": draw_channels(random, shape, centre, spread)}
        if mode != "eval":
            tensors["output_gradient"] = draw(random, *shape)
        if axis == -1:
            tensors = {k: v.movedim(1, -1).contiguous() for k, v in tensors.items()}
        given.append((mode, tensors))

    def build(dtype):
        kind = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}[len(inner)]
        module = load(kind(channels, epsilon, momentum, affine, running), initial, dtype)

        def channel_first(x):
            return module(x.movedim(axis, 1)).movedim(1, axis)

        def take_step(mode, **given):
            module.train(mode == "train")
            computed = through(module, channel_first, **given)
            return computed | {k: v.clone() for k, v in module.named_buffers()}

        return take_step, None

    options = {"epsilon": epsilon, "axis": axis, "affine": affine, "track_running_stats": running,
               "momentum": momentum}
    golden(name, options, initial, build, given)


def batch_norms():
    batch_norm("batch-norm-1d", 5, (), [("train", 7), ("train", 4), ("train", 7)])
    batch_norm("batch-norm-1d-wide", 20, (), [("train", 32), ("eval", 2)])
    batch_norm("batch-norm-1d-long", 3, (9,), [("train", 4), ("train", 4), ("train", 3)])
    batch_norm("batch-norm-2d", 4, (5, 5), [("train", 3), ("train", 2)])
    batch_norm("batch-norm-2d-channel-last", 4, (5, 5), [("train", 3), ("train", 2)], axis=-1, data="batch-norm-2d")
    batch_norm("batch-norm-2d-plane", 3, (7, 7), [("train", 2), ("eval", 1)])
    batch_norm("batch-norm-2d-wide", 17, (3, 7), [("train", 2)])
    batch_norm("batch-norm-2d-wide-channel-last", 17, (3, 7), [("train", 2)], axis=-1, data="batch-norm-2d-wide")
    batch_norm("batch-norm-3d", 3, (3, 4, 2), [("train", 2), ("train", 2)])
    batch_norm("batch-norm-3d-channel-last", 3, (3, 4, 2), [("train", 2), ("train", 2)], axis=-1, data="batch-norm-3d")
    batch_norm("batch-norm-no-affine", 3, (4,), [("train", 5), ("eval", 2), ("train", 5)], affine=False)
    batch_norm("batch-norm-no-running-statistics", 3, (4,), [("train", 5), ("frozen", 5)], running=False)
    batch_norm("batch-norm-cumulative", 3, (4,), [("train", 5), ("train", 3), ("train", 4), ("eval", 2)], momentum=None)
    batch_norm("batch-norm-frozen", 3, (4,), [("frozen", 5), ("train", 5), ("frozen", 4), ("train", 3), ("frozen", 5)])
    batch_norm("batch-norm-train-then-eval", 4, (3,),
               [("train", 6), ("train", 4), ("train", 5), ("train", 6), ("eval", 3), ("eval", 1)])
    batch_norm("batch-norm-large-offset", 4, (3, 4), [("train", 5), ("train", 5), ("eval", 2)], centre=1e4, spread=0.01)
    batch_norm("batch-norm-keras-settings", 4, (3,), [("train", 6), ("train", 6), ("eval", 3)],
               epsilon=1e-3, momentum=0.01)


def linear(name, batch, inputs, outputs, bias=True):
    random = random_for(name)
    initial = {"weight": draw(random, outputs, inputs, scale=0.3)}
    if bias:
        initial["bias"] = draw(random, outputs)
    layer(name, lambda: nn.Linear(inputs, outputs, bias), initial,
          [{"input": draw(random, batch, inputs), "output_gradient": draw(random, batch, outputs)}],
          {"inputs": inputs, "outputs": outputs, "bias": bias})


def activation(name, make):
    random = random_for("activation")
    edges = torch.tensor([0, 1e-6, -1e-6, 0.5, -0.5, 5, -5, 9.5, -9.5, 20, -20, 88, -88, 100, -100, 1e4, -1e4])
    input = torch.cat([draw(random, 47, scale=3), edges]).reshape(4, 16)
    layer(name, make, {}, [{"input": input, "output_gradient": draw(random, 4, 16)}])


# Losses

def loss(name, function, steps):
    def build(dtype):
        def take_step(mode, input, target):
            input = input.clone().requires_grad_()
            value = function(input, target)
            value.backward()
            return {"loss": value, "input_gradient": input.grad}

        return take_step, None

    golden(name, {"reduction": "mean"}, {}, build, [("train", given) for given in steps])


def losses():
    random = random_for("softmax-cross-entropy")

    def labels(batch, classes):
        return torch.from_numpy(random.integers(0, classes, batch))

    signs = torch.from_numpy(random.choice([-1, 0, 1], (6, 5)).astype(np.float32))
    loss("softmax-cross-entropy", functional.cross_entropy, [
        {"input": draw(random, 8, 10, scale=2), "target": labels(8, 10)},
        {"input": draw(random, 1, 3), "target": labels(1, 3)},
        {"input": 100 * signs, "target": labels(6, 5)},
        {"input": 1e4 * signs, "target": labels(6, 5)},
        {"input": 1e4 + draw(random, 4, 7), "target": labels(4, 7)},
    ])

    random = random_for("mean-squared-error")
    loss("mean-squared-error", functional.mse_loss, [
        {"input": draw(random, 8, 3), "target": draw(random, 8, 3)},
        {"input": draw(random, 1, 1, scale=1000), "target": draw(random, 1, 1)},
    ])


# Optimizers: five steps, every optimizer on the same gradients

def optimizer(name, make, options):
    random = random_for("optimizer")
    initial = {"weight": draw(random, 3, 7)}
    steps = [("train", {"gradient": draw(random, 3, 7)}) for _ in range(5)]

    def build(dtype):
        weight = nn.Parameter(initial["weight"].to(dtype, copy=True))
        subject = make([weight], **options)

        def take_step(mode, gradient):
            weight.grad = gradient.clone()
            subject.step()
            return {"weight": weight.detach().clone()}

        return take_step, None

    golden(name, {k.replace("lr", "learning_rate"): v for k, v in options.items()}, initial, build, steps)


def optimizers():
    sgd, adam = torch.optim.SGD, torch.optim.Adam
    plain = {"lr": 0.1, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0}
    optimizer("sgd", sgd, plain)
    optimizer("sgd-momentum", sgd, plain | {"momentum": 0.9})
    optimizer("sgd-nesterov", sgd, plain | {"momentum": 0.9, "nesterov": True})
    optimizer("sgd-weight-decay", sgd, plain | {"weight_decay": 0.01})
    optimizer("sgd-momentum-weight-decay", sgd, plain | {"momentum": 0.9, "weight_decay": 0.01})
    defaults = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
    optimizer("adam", adam, defaults)
    optimizer("adam-weight-decay", adam, defaults | {"lr": 0.01, "weight_decay": 0.1})


# A network

def network():
    name, inputs, classes, batch = "mlp", 10, 3, 12
    random = random_for(name)

    def make():
        return nn.Sequential(
            nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.ReLU(),
            nn.Linear(8, 6), nn.BatchNorm1d(6), nn.Sigmoid(),
            nn.Linear(6, classes))

    initial = {k: draw(random, *parameter.shape, scale=0.5) for k, parameter in make().named_parameters()}
    steps = [("train", {"input": draw(random, batch, inputs),
                        "target": torch.from_numpy(random.integers(0, classes, batch))}) for _ in range(5)]

    def build(dtype):
        module = load(make(), initial, dtype)
        subject = torch.optim.SGD(module.parameters(), lr=0.1)

        def take_step(mode, input, target):
            subject.zero_grad()
            value = functional.cross_entropy(module(input), target)
            value.backward()
            subject.step()
            return {"loss": value}

        return take_step, module.state_dict

    options = {"layers": "Linear-BatchNorm-ReLU-Linear-BatchNorm-Sigmoid-Linear", "loss": "softmax cross-entropy, mean",
               "optimizer": "SGD", "learning_rate": 0.1}
    golden(name, options, initial, build, steps, keep_final=True)


def main():
    torch.set_num_threads(1)
    batch_norms()
    linear("linear", 9, 33, 17)
    linear("linear-no-bias", 3, 5, 2, bias=False)
    activation("relu", nn.ReLU)
    activation("sigmoid", nn.Sigmoid)
    activation("tanh", nn.Tanh)
    losses()
    optimizers()
    network()


if __name__ == "__main__":
    main()
