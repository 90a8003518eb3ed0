"""Batch normalization, and what is batch normalization over other parts of the data: sync, accumulated and ghost."""

import torch
from torch import nn

from cases import channel_first, channel_steps, draw, module_case, random_for


def batch_norm(name, channels, inner, steps, axis=1, epsilon=1e-5, momentum=0.1, affine=True, running=True,
               centre=0.0, spread=1.0, data=None, more_options=None, apply=None):
    """Cases that name the same `data` are given the same numbers."""
    random = random_for(data or name)
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)} if affine else {}
    options = {"epsilon": epsilon, "axis": axis, "affine": affine, "track_running_stats": running,
               "momentum": momentum}
    kind = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}[len(inner)]
    module_case(name, options | (more_options or {}), initial,
                lambda: kind(channels, epsilon, momentum, affine, running),
                channel_steps(random, steps, channels, inner, axis, centre, spread),
                apply or channel_first(axis))


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


def sync_batch_norms():
    """The reference is batch normalization of the whole batch, which the replicas hold in `shares`."""
    uneven = {"shares": [3, 5, 1]}
    batch_norm("sync-batch-norm-1d", 5, (), [("train", 9), ("train", 9), ("eval", 2)], more_options=uneven)
    batch_norm("sync-batch-norm-1d-long", 3, (4,), [("train", 9)], more_options=uneven)
    batch_norm("sync-batch-norm-1d-long-channel-last", 3, (4,), [("train", 9)], axis=-1,
               data="sync-batch-norm-1d-long", more_options=uneven)


def accumulated_batch_norms():
    """The reference is batch normalization of the whole batch, which arrives in `micro_batches`."""
    uneven = {"micro_batches": [4, 2, 4, 1]}
    batch_norm("accumulated-batch-norm-1d", 5, (), [("train", 11), ("train", 11), ("eval", 2)], more_options=uneven)
    batch_norm("accumulated-batch-norm-2d", 3, (3, 2), [("train", 11)], more_options=uneven)
    batch_norm("accumulated-batch-norm-large-offset", 3, (), [("train", 11), ("train", 11)], centre=1e4, spread=0.01,
               more_options=uneven)


def ghost_batch_norm(name, channels, inner, steps, ghost, axis=1, **others):
    """Chunks of `ghost` samples in a row, the last with what is left, one after another through one module: the running
    statistics take in every chunk, and num_batches_tracked counts chunks."""
    def chunk_by_chunk(module, x):
        return torch.cat([channel_first(axis)(module, chunk) for chunk in x.split(ghost)])

    batch_norm(name, channels, inner, steps, axis, more_options={"ghost_batch_size": ghost}, apply=chunk_by_chunk,
               **others)


def ghost_batch_norms():
    steps = [("train", 11), ("train", 8), ("train", 3), ("eval", 5)]
    ghost_batch_norm("ghost-batch-norm-1d", 5, (), steps, 4)
    ghost_batch_norm("ghost-batch-norm-1d-cumulative", 5, (), steps, 4, momentum=None)
    ghost_batch_norm("ghost-batch-norm-1d-no-affine", 3, (), [("train", 8)], 4, affine=False)
    ghost_batch_norm("ghost-batch-norm-2d", 3, (2, 3), [("train", 5), ("train", 6)], 2)
    ghost_batch_norm("ghost-batch-norm-2d-channel-last", 3, (2, 3), [("train", 5), ("train", 6)], 2, axis=-1,
                     data="ghost-batch-norm-2d")
    ghost_batch_norm("ghost-batch-norm-frozen", 3, (), [("train", 8), ("frozen", 7), ("train", 8)], 3)
