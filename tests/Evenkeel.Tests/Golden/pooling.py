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
    uneven = {"kernel_size": [3, 2], "stride": [2, 3], "padding": [1, 1]}
    pooling("max-pool-ceil", nn.MaxPool2d, (2, 3, 8, 6), **uneven, ceil_mode=True)
    pooling("average-pool-ceil", nn.AvgPool2d, (2, 3, 8, 6), **uneven, ceil_mode=True)
    pooling("average-pool-inside", nn.AvgPool2d, (2, 3, 8, 6), **uneven, count_include_pad=False)
    pooling("average-pool-inside-ceil", nn.AvgPool2d, (2, 3, 8, 6), **uneven, ceil_mode=True, count_include_pad=False)
    pooling("adaptive-average-pool", nn.AdaptiveAvgPool2d, (2, 3, 7, 6), output_size=[3, 4])
    pooling("adaptive-average-pool-even", nn.AdaptiveAvgPool2d, (2, 3, 6, 8), output_size=[3, 2])
    pooling("adaptive-average-pool-larger", nn.AdaptiveAvgPool2d, (1, 2, 3, 2), output_size=[5, 2])
    pooling("global-average-pool", global_average, (2, 5, 3, 4))


def global_average():
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
