#!/usr/bin/python3
"""Trains 784-5×100-10 with ReLU and batch normalization on all of MNIST with PyTorch: SGD 0.1, batches of 100, 5 epochs,
PyTorch's default initial weights, the training set shuffled anew every epoch. Prints a line per epoch."""

import argparse
import time

import environment

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a batch-normalized network on MNIST with PyTorch.")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights and batches (default 0)")
    parser.add_argument("--epochs", type=int, default=5, metavar="N", help="passes over the training set (default 5)")
    environment.add_options(parser)
    options = parser.parse_args()
    environment.prepare(options)

import torch
from torch import nn
from torch.nn import functional

import mnist

BATCH, LEARNING_RATE, HIDDEN = 100, 0.1, 5 * [100]


def make_network():
    widths = [784, *HIDDEN]
    blocks = [(nn.Linear(before, after), nn.BatchNorm1d(after), nn.ReLU()) for before, after in zip(widths, widths[1:])]
    return nn.Sequential(*(layer for block in blocks for layer in block), nn.Linear(widths[-1], 10))


def train_epoch(network, optimizer, images, labels):
    """The mean loss over the epoch's batches."""
    network.train()
    total = 0.0
    batches = torch.randperm(len(images)).split(BATCH)
    for batch in batches:
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(network(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)


def accuracy(network, images, labels):
    network.eval()
    with torch.no_grad():
        correct = sum((network(x).argmax(1) == y).sum().item()
                      for x, y in zip(images.split(1000), labels.split(1000)))
    return correct / len(labels)


def main():
    torch.manual_seed(options.seed)
    train, test = mnist.read("train"), mnist.read("t10k")
    network = make_network()
    optimizer = torch.optim.SGD(network.parameters(), LEARNING_RATE)
    print(environment.describe())
    print("epoch    loss   test accuracy   seconds (training + test)")
    total = 0.0
    for epoch in range(1, options.epochs + 1):
        start = time.perf_counter()
        loss = train_epoch(network, optimizer, *train)
        trained = time.perf_counter()
        test_accuracy = accuracy(network, *test)
        tested = time.perf_counter()
        total += tested - start
        seconds = f"{trained - start:.2f} + {tested - trained:.2f}"
        print(f"{epoch:5}  {loss:6.4f}          {test_accuracy:.4f}   {seconds}", flush=True)
    print(f"{total:.1f} s")


if __name__ == "__main__":
    main()
