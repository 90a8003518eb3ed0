"""Batch Renormalization (Ioffe 2017), written out: PyTorch has no module for it."""

import torch
from torch import nn

from cases import channel_steps, draw, module_case, random_for


class BatchRenorm(nn.Module):
    """x̂ = (x − μ_B)/σ_B · r + d with σ_B = √(ε + population variance); no gradient through r and d, which compare the batch
    with the running values of before the step. running_std is a standard deviation, ε inside; it begins at 1, and
    running_mean at 0. Both take in `new_weight` of the batch's own. Inference: x̂ = (x − running_mean)/running_std."""

    def __init__(self, channels, epsilon, new_weight, affine):
        super().__init__()
        self.epsilon = epsilon
        self.new_weight = new_weight
        self.weight = nn.Parameter(torch.ones(channels)) if affine else None
        self.bias = nn.Parameter(torch.zeros(channels)) if affine else None
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_std", torch.ones(channels))

    def forward(self, x, r_max=None, d_max=None):
        """Channels come last here."""
        self.observed = {}
        if self.training:
            others = tuple(range(x.dim() - 1))
            mean = x.mean(others)
            std = torch.sqrt(self.epsilon + (x - mean).square().mean(others))
            r = torch.clamp(std.detach() / self.running_std, 1 / r_max.item(), r_max.item())
            d = torch.clamp((mean.detach() - self.running_mean) / self.running_std, -d_max.item(), d_max.item())
            self.observed = {"r": r, "d": d}
            normalized = (x - mean) / std * r + d
            self.running_mean += self.new_weight * (mean.detach() - self.running_mean)
            self.running_std += self.new_weight * (std.detach() - self.running_std)
        else:
            normalized = (x - self.running_mean) / self.running_std
        return normalized if self.weight is None else normalized * self.weight + self.bias


def batch_renorm(name, channels, inner, steps, limits, axis=1, epsilon=1e-5, new_weight=0.1, affine=True, data=None):
    """`limits` are (r_max, d_max) of each training step, in order; the step gives them to its data."""
    random = random_for(data or name)
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)} if affine else {}
    initial |= {"running_mean": torch.zeros(channels), "running_std": torch.ones(channels)}
    given = channel_steps(random, steps, channels, inner, axis)
    for (_, tensors), (r_max, d_max) in zip([step for step in given if step[0] == "train"], limits, strict=True):
        tensors |= {"r_max": torch.tensor(r_max), "d_max": torch.tensor(d_max)}

    def channel_last(module, x, **limits):
        return module(x.movedim(axis, -1), **limits).movedim(-1, axis)

    options = {"epsilon": epsilon, "axis": axis, "affine": affine, "new_weight": new_weight}
    module_case(name, options, initial, lambda: BatchRenorm(channels, epsilon, new_weight, affine), given, channel_last,
                own_formula=True)


def batch_renorms():
    plain, paper = (1.0, 0.0), (3.0, 5.0)
    schedule = [plain, (1.25, 0.5), (1.5, 1.0), (2.0, 2.5), paper]
    batch_renorm("batch-renorm-schedule", 5, (), [("train", 7)] * 5 + [("eval", 3), ("frozen", 4)], schedule)
    # The data of batch-norm-1d, and the results of batch normalization.
    batch_renorm("batch-renorm-plain", 5, (), [("train", 7), ("train", 4), ("train", 7)], [plain] * 3,
                 data="batch-norm-1d")
    # r and d reach their limits at some channels and stay within at others.
    batch_renorm("batch-renorm-clipped", 9, (), [("train", 6), ("train", 6)], [(1.5, 0.75), (1.25, 0.5)])
    steps, limits = [("train", 3), ("train", 2), ("eval", 1)], [paper, (1.5, 1.0)]
    batch_renorm("batch-renorm-2d", 4, (3, 5), steps, limits, new_weight=0.01)
    batch_renorm("batch-renorm-2d-channel-last", 4, (3, 5), steps, limits, axis=-1, new_weight=0.01,
                 data="batch-renorm-2d")
    batch_renorm("batch-renorm-frozen", 3, (4,), [("frozen", 5), ("train", 5), ("frozen", 4), ("train", 3), ("eval", 2)],
                 [paper, (2.0, 1.0)])
    batch_renorm("batch-renorm-no-affine", 3, (4,), [("train", 5), ("train", 5)], [plain, paper], affine=False,
                 epsilon=1e-3)
