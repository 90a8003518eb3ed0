#!/usr/bin/python3
"""The init-scale sweep with PyTorch: at which scales of the initial weights does a network learn, with and without
batch normalization? After "Deep Learning from Scratch" (K. Saito), chapter 6.

The first 1000 MNIST training images; 784-5×100-10 with ReLU; every weight scale · randn, every bias 0; SGD 0.01; updates
on random batches of 100 for 20 epochs of 10 updates. Train accuracy is taken over all 1000 images in eval mode after
update 0 and then after every tenth, 20 times and 191 updates in all. Within a seed all networks start from the same
random numbers, times their scale, and see the same batches.
"""

import argparse
import json
import time

import environment

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The init-scale sweep with PyTorch.")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="average over seeds 0 to N−1 (default 3)")
    environment.add_options(parser)
    parser.add_argument("--json", action="store_true", help="print the accuracies of all runs as JSON, and nothing else")
    options = parser.parse_args()
    environment.prepare(options)

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import mnist

IMAGES, BATCH, EPOCHS, LEARNING_RATE, HIDDEN = 1000, 100, 20, 0.01, 5 * [100]
SCALES = np.logspace(0, -4, 16)


def make_network(scale, with_batch_norm, seed):
    torch.manual_seed(seed)
    layers, width = [], 784
    for hidden in HIDDEN:
        layers.append(nn.Linear(width, hidden))
        if with_batch_norm:
            layers.append(nn.BatchNorm1d(hidden))
        layers.append(nn.ReLU())
        width = hidden
    layers.append(nn.Linear(width, 10))

    # Linear draws its default weights when it is made: start the numbers again, the same with and without BatchNorm1d.
    torch.manual_seed(seed)
    with torch.no_grad():
        for layer in layers:
            if isinstance(layer, nn.Linear):
                layer.weight.normal_().mul_(scale)
                layer.bias.zero_()
    return nn.Sequential(*layers)


def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        correct = (network(images).argmax(1) == labels).sum().item()
    network.train()
    return correct / len(labels)


def train(network, images, labels, seed):
    """Train accuracy at every epoch's boundary."""
    random = np.random.RandomState(seed)
    optimizer = torch.optim.SGD(network.parameters(), LEARNING_RATE)
    updates_per_epoch = IMAGES // BATCH
    accuracies, update = [], 0
    while True:
        batch = torch.from_numpy(random.choice(IMAGES, BATCH, replace=False))
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(network(images[batch]), labels[batch]).backward()
        optimizer.step()
        if update % updates_per_epoch == 0:
            accuracies.append(accuracy(network, images, labels))
            if len(accuracies) == EPOCHS:
                return accuracies
        update += 1


def main():
    images, labels = (tensor[:IMAGES] for tensor in mnist.read("train"))
    description = environment.describe()
    start = time.perf_counter()
    runs = [{"scale": scale, "normalization": "batch" if with_batch_norm else "none", "seed": seed,
             "train_accuracy": train(make_network(scale, with_batch_norm, seed), images, labels, seed)}
            for seed in range(options.seeds) for scale in SCALES for with_batch_norm in (True, False)]
    seconds = time.perf_counter() - start

    if options.json:
        print(json.dumps({"environment": description, "seconds": seconds, "runs": runs}))
        return

    final = {}
    for run in runs:
        final.setdefault((run["normalization"], run["scale"]), []).append(run["train_accuracy"][-1])
    mean = {key: np.mean(values) for key, values in final.items()}
    print(description)
    print(f"train accuracy after {EPOCHS} epochs, mean of {options.seeds} seeds")
    print("   scale   with BN   without")
    for scale in SCALES:
        print(f"{scale:8.5f}   {mean['batch', scale]:7.3f}   {mean['none', scale]:7.3f}")
    for normalization in ("batch", "none"):
        values = np.array([mean[normalization, scale] for scale in SCALES])
        print(f"normalization {normalization:5}: ≥ 0.6 at {(values >= 0.6).sum()} of {len(SCALES)}, "
              f"≥ 0.5 at {(values >= 0.5).sum()}, best {values.max():.3f}")
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    main()
