"""Pooling of images [N, C, H, W]: overlapping windows, padding, and, with numbers of one decimal, ties."""

from torch import nn

from cases import draw, module_case, random_for


def pooling(name, make, shape, **options):
    random = random_for(name)
    module = make(**options)
    input = draw(random, *shape).mul(10).round().div(10)
    step = {"input": input, "output_gradient": draw(random, *module(input).shape)}
    module_case(name, options, {}, lambda: make(**options), [("train", step)])


def poolings():
    pooling("max-pool", nn.MaxPool2d, (2, 3, 7, 6), kernel_size=[3, 3], stride=[2, 2], padding=[1, 1])
    pooling("max-pool-oblong", nn.MaxPool2d, (1, 2, 5, 9), kernel_size=[2, 3], stride=[1, 2], padding=[0, 1])
    pooling("average-pool", nn.AvgPool2d, (2, 3, 7, 6), kernel_size=[3, 3], stride=[2, 2], padding=[1, 1])
    pooling("average-pool-oblong", nn.AvgPool2d, (1, 2, 5, 9), kernel_size=[2, 3], stride=[3, 2], padding=[1, 0])
    pooling("global-average-pool", global_average, (2, 5, 3, 4))


def global_average():
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
