#!/usr/bin/python3
"""Trains a convolutional network with batch normalization on MNIST, and exports it to ONNX.

Run:   /usr/bin/python3 digits.py FOLDER [--epochs N]
Makes: FOLDER/live.onnx, with its batch normalizations as nodes, and FOLDER/folded.onnx, as PyTorch exports by default
"""

import argparse
import pathlib
import time

import environment


def network(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def train(torch, model, images, labels, epochs, batch=64):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    model.train()
    for _ in range(epochs):
        for index in torch.randperm(len(images)).split(batch):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[index]), labels[index]).backward()
            optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=3)
    environment.add_options(parser)
    options = parser.parse_args()
    environment.prepare(options)
    import torch

    import mnist

    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    model = network(torch)
    images, labels = (part.view(-1, 1, 28, 28) if part.dim() > 1 else part for part in mnist.read("train"))
    start = time.time()
    train(torch, model, images, labels, options.epochs)
    model.eval()
    tests, answers = mnist.read("t10k")
    with torch.no_grad():
        accuracy = (model(tests.view(-1, 1, 28, 28)).argmax(1) == answers).float().mean().item()
    print(f"{environment.describe()}: test accuracy {accuracy:.4f} after {time.time() - start:.0f} s")
    for name, mode, folds in (("live", torch.onnx.TrainingMode.PRESERVE, False), ("folded", torch.onnx.TrainingMode.EVAL, True)):
        torch.onnx.export(model, tests[:1].view(1, 1, 28, 28), str(options.folder / f"{name}.onnx"), training=mode,
                          do_constant_folding=folds, opset_version=16, input_names=["images"], output_names=["scores"],
                          dynamic_axes={"images": {0: "batch"}, "scores": {0: "batch"}})


if __name__ == "__main__":
    main()
