"""Normalization with a mask: the elements it leaves out (0) count for nothing.

They are given as garbage, in the input and in the output gradient alike, and come out as 0, in the output and in the input
gradient alike. JSON has no NaN, but NaN there must change nothing either. Statistics and gradients are those of the
elements left, so that the running variance is their sample's. A group with no element left has nothing to normalize."""

import torch
from torch import nn

from cases import channel_steps, draw, module_case, random_for

GARBAGE = 1e6


class MaskedGroupNorm(nn.Module):
    """Group normalization of [N, C, L], written out group by group over the positions left."""

    def __init__(self, groups, channels, epsilon):
        super().__init__()
        self.groups = groups
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x, mask):
        output = torch.zeros_like(x)
        for n in torch.nonzero(mask.any(1)).ravel():
            left = x[n][:, mask[n]]
            normalized = torch.cat([normalize(group, self.epsilon) for group in left.chunk(self.groups)])
            output[n, :, mask[n]] = normalized * self.weight[:, None] + self.bias[:, None]
        return output


class MaskedLayerNorm(nn.Module):
    """Layer normalization of [N, L, D] over [L, D], written out sample by sample over the positions left."""

    def __init__(self, shape, epsilon):
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(shape))
        self.bias = nn.Parameter(torch.zeros(shape))

    def forward(self, x, mask):
        output = torch.zeros_like(x)
        for n in torch.nonzero(mask.any(1)).ravel():
            left = mask[n]
            output[n, left] = normalize(x[n, left], self.epsilon) * self.weight[left] + self.bias[left]
        return output


def normalize(x, epsilon):
    centred = x - x.mean()
    return centred / torch.sqrt(centred.square().mean() + epsilon)


def of_what_is_left(axis):
    """For a PyTorch module that treats every position alike: it sees those left, as [positions, features]."""
    def apply(module, x, mask):
        x, left = x.movedim(axis, -1), mask.bool()
        output = torch.zeros_like(x)
        output[left] = module(x[left])
        return output.movedim(-1, axis)

    return apply


def written_out(axis):
    return lambda module, x, mask: module(x.movedim(axis, 1), mask.bool()).movedim(1, axis)


# Masks [N, L]

def padding(lengths, longest):
    return (torch.arange(longest) < torch.tensor(lengths)[:, None]).long()


def scattered(random, samples, positions):
    """The first sample keeps one position, the last none, the others some."""
    mask = torch.from_numpy(random.random((samples, positions)) < 0.6).long()
    mask[0] = 0
    mask[0, positions // 2] = 1
    mask[-1] = 0
    return mask


def masked(name, options, initial, make, random, channels, masks, axis, apply, own_formula=False):
    """`masks` are (mode, mask) of each step."""
    steps = []
    for mode, mask in masks:
        samples, positions = mask.shape
        (_, given), = channel_steps(random, [(mode, samples)], channels, (positions,), axis)
        left = mask.bool().unsqueeze(axis)
        given = {k: torch.where(left, v, draw(random, *v.shape, scale=GARBAGE)) for k, v in given.items()}
        steps.append((mode, {"mask": mask} | given))
    module_case(name, options | {"axis": axis, "epsilon": 1e-5}, initial, make, steps, apply, own_formula)


def masked_batch_norm(name, axis=1, data=None):
    random = random_for(data or name)
    channels, positions = 4, 6
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)}
    masks = [("train", padding([6, 2, 4], positions)), ("train", scattered(random, 4, positions)),
             ("eval", padding([3, 5], positions)), ("frozen", padding([1, 4, 6], positions))]
    masked(name, {"affine": True, "momentum": 0.1, "track_running_stats": True}, initial,
           lambda: nn.BatchNorm1d(channels), random, channels, masks, axis, of_what_is_left(axis))


def masked_layer_norm(name, trailing, axis=-1):
    random = random_for(name)
    features, positions = 7, 5
    normalized = [positions, features][-trailing:]
    initial = {"weight": draw(random, *normalized), "bias": draw(random, *normalized)}
    masks = [("train", padding([5, 2, 4], positions)), ("train", scattered(random, 4, positions))]
    options = {"normalized_shape": normalized, "affine": True}
    if trailing == 1:
        masked(name, options, initial, lambda: nn.LayerNorm(normalized), random, features, masks, axis,
               of_what_is_left(axis))
    else:
        masked(name, options, initial, lambda: MaskedLayerNorm(normalized, 1e-5), random, features, masks, axis,
               lambda module, x, mask: module(x, mask.bool()), own_formula=True)


def masked_group_norm(name, groups, axis=1, data=None):
    random = random_for(data or name)
    channels, positions = 6, 5
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)}
    masks = [("train", padding([5, 2, 4], positions)), ("train", scattered(random, 4, positions))]
    masked(name, {"groups": groups, "affine": True}, initial, lambda: MaskedGroupNorm(groups, channels, 1e-5), random,
           channels, masks, axis, written_out(axis), own_formula=True)


def masked_norms():
    masked_batch_norm("masked-batch-norm")
    masked_batch_norm("masked-batch-norm-channel-last", axis=-1, data="masked-batch-norm")
    masked_layer_norm("masked-layer-norm", trailing=1)
    masked_layer_norm("masked-layer-norm-two-dimensions", trailing=2)
    for groups in (1, 3, 6):
        masked_group_norm(f"masked-group-norm-{groups}-of-6", groups, data="masked-group-norm")
    masked_group_norm("masked-group-norm-channel-last", 3, axis=-1, data="masked-group-norm")
