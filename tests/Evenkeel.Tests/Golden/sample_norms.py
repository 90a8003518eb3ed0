"""Normalization within each sample: layer, RMS, instance and group."""

import torch
from torch import nn

from cases import channel_first, channel_steps, draw, module_case, random_for


# Over a trailing shape

class RmsNorm(nn.Module):
    """x / √(mean x² + ε) · weight over the trailing dimensions. PyTorch 1.13 has no module for it."""

    def __init__(self, shape, epsilon, affine):
        super().__init__()
        self.epsilon = epsilon
        self.dimensions = tuple(range(-len(shape), 0))
        self.weight = nn.Parameter(torch.ones(shape)) if affine else None

    def forward(self, x):
        root = torch.sqrt(x.square().mean(self.dimensions, keepdim=True) + self.epsilon)
        return x / root if self.weight is None else x / root * self.weight


def layer_norm_module(shape, epsilon, affine, bias):
    module = nn.LayerNorm(shape, epsilon, affine)
    if not bias:
        module.bias = None
    return module


def trailing_steps(random, shape, count, centre, spread):
    return [("train", {"input": centre + draw(random, *shape, scale=spread), "output_gradient": draw(random, *shape)})
            for _ in range(count)]


def layer_norm(name, shape, trailing=1, epsilon=1e-5, affine=True, bias=True, centre=0.5, spread=2.0, count=1):
    random = random_for(name)
    normalized = shape[-trailing:]
    initial = {"weight": draw(random, *normalized)} if affine else {}
    if affine and bias:
        initial["bias"] = draw(random, *normalized)
    options = {"normalized_shape": normalized, "epsilon": epsilon, "affine": affine, "bias": affine and bias}
    module_case(name, options, initial, lambda: layer_norm_module(normalized, epsilon, affine, affine and bias),
                trailing_steps(random, shape, count, centre, spread))


def layer_norms():
    layer_norm("layer-norm", [7, 5], count=2)
    layer_norm("layer-norm-wide", [4, 33])
    layer_norm("layer-norm-two-dimensions", [3, 4, 5], trailing=2, count=2)
    layer_norm("layer-norm-sequence", [2, 3, 17])
    layer_norm("layer-norm-no-affine", [5, 7], affine=False)
    layer_norm("layer-norm-no-bias", [5, 7], bias=False)
    layer_norm("layer-norm-large-offset", [4, 33], centre=100, spread=0.01)
    layer_norm("layer-norm-epsilon", [7, 5], epsilon=1e-3, spread=0.05)


def rms_norm(name, shape, trailing=1, epsilon=1e-6, affine=True, spread=2.0, count=1):
    random = random_for(name)
    normalized = shape[-trailing:]
    initial = {"weight": draw(random, *normalized)} if affine else {}
    options = {"normalized_shape": normalized, "epsilon": epsilon, "affine": affine}
    module_case(name, options, initial, lambda: RmsNorm(normalized, epsilon, affine),
                trailing_steps(random, shape, count, 0.5, spread), own_formula=True)


def rms_norms():
    rms_norm("rms-norm", [7, 5], count=2)
    rms_norm("rms-norm-wide", [4, 33], epsilon=1e-5)
    rms_norm("rms-norm-two-dimensions", [3, 4, 5], trailing=2, epsilon=1e-5)
    rms_norm("rms-norm-sequence", [2, 3, 17])
    rms_norm("rms-norm-no-affine", [5, 7], affine=False)


# Over the positions of a channel, or of a group of channels

def channel_affine(random, channels, affine):
    return {"weight": draw(random, channels), "bias": draw(random, channels)} if affine else {}


def instance_norm(name, channels, inner, steps, axis=1, epsilon=1e-5, momentum=0.1, affine=True, running=False,
                  data=None):
    random = random_for(data or name)
    initial = channel_affine(random, channels, affine)

    def make():
        kind = {1: nn.InstanceNorm1d, 2: nn.InstanceNorm2d}[len(inner)]
        module = kind(channels, epsilon, momentum, affine, running)
        # PyTorch keeps a count here and never counts.
        module.num_batches_tracked = None
        return module

    options = {"epsilon": epsilon, "axis": axis, "affine": affine, "track_running_stats": running,
               "momentum": momentum}
    module_case(name, options, initial, make, channel_steps(random, steps, channels, inner, axis), channel_first(axis))


def instance_norms():
    instance_norm("instance-norm-1d", 4, (9,), [("train", 3), ("eval", 2)])
    instance_norm("instance-norm-1d-channel-last", 4, (9,), [("train", 3), ("eval", 2)], axis=-1,
                  data="instance-norm-1d")
    instance_norm("instance-norm-2d", 3, (5, 7), [("train", 2)])
    instance_norm("instance-norm-2d-channel-last", 3, (5, 7), [("train", 2)], axis=-1, data="instance-norm-2d")
    instance_norm("instance-norm-wide-channel-last", 17, (2, 3), [("train", 2)], axis=-1)
    instance_norm("instance-norm-no-affine", 3, (7,), [("train", 3)], affine=False)
    instance_norm("instance-norm-running-statistics", 3, (7,),
                  [("train", 3), ("train", 1), ("eval", 2), ("frozen", 2), ("train", 2), ("eval", 1)], running=True)
    instance_norm("instance-norm-running-statistics-2d", 2, (5, 3), [("train", 2), ("train", 3), ("eval", 2)],
                  affine=False, running=True, momentum=0.25)


def group_norm(name, groups, channels, inner, batches, axis=1, epsilon=1e-5, affine=True, data=None):
    random = random_for(data or name)
    initial = channel_affine(random, channels, affine)
    options = {"groups": groups, "epsilon": epsilon, "axis": axis, "affine": affine}
    steps = channel_steps(random, [("train", batch) for batch in batches], channels, inner, axis)
    module_case(name, options, initial, lambda: nn.GroupNorm(groups, channels, epsilon, affine), steps,
                channel_first(axis))


def group_norms():
    """Cases of the same `data` differ in nothing but the number of groups, or the place of the channels."""
    for groups in (1, 3, 6):
        group_norm(f"group-norm-{groups}-of-6", groups, 6, (), [5], data="group-norm")
        group_norm(f"group-norm-1d-{groups}-of-6", groups, 6, (5,), [3], data="group-norm-1d")
        group_norm(f"group-norm-2d-{groups}-of-6", groups, 6, (3, 5), [2], data="group-norm-2d")
    group_norm("group-norm-channel-last", 3, 6, (), [5], axis=-1, data="group-norm")
    group_norm("group-norm-1d-channel-last", 3, 6, (5,), [3], axis=-1, data="group-norm-1d")
    group_norm("group-norm-2d-channel-last", 3, 6, (3, 5), [2], axis=-1, data="group-norm-2d")
    group_norm("group-norm-wide", 2, 34, (3,), [2])
    group_norm("group-norm-no-affine", 2, 4, (7,), [3, 2], affine=False)
    group_norm("group-norm-epsilon", 2, 4, (7,), [3], epsilon=1e-3)
