"""Embeddings. Codes are int64, and have no gradient; some occur more than once, and some never."""

import torch
from torch import nn

from cases import draw, golden, load, random_for


def embedding(name, categories, dimension, shape):
    random = random_for(name)
    initial = {"weight": draw(random, categories, dimension)}
    codes = torch.from_numpy(random.integers(0, categories - 1, shape))

    def build(dtype):
        module = nn.Embedding(categories, dimension).to(dtype)
        load(module, initial)

        def take_step(mode, input, output_gradient):
            module.zero_grad()
            output = module(input)
            output.backward(output_gradient)
            return {"output": output, "weight_gradient": module.weight.grad}

        return take_step, None

    step = {"input": codes, "output_gradient": draw(random, *shape, dimension)}
    golden(name, {"categories": categories, "dimension": dimension}, initial, build, [("train", step)])


def embeddings():
    embedding("embedding", 6, 5, (13,))
    embedding("embedding-sequence", 4, 7, (3, 2))
