"""Linear layers, activations, losses, optimizers, a whole network of them, and folding."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_linear_bn_weights

from cases import draw, golden, load, module_case, random_for


def linear(name, batch, inputs, outputs, bias=True):
    random = random_for(name)
    initial = {"weight": draw(random, outputs, inputs, scale=0.3)}
    if bias:
        initial["bias"] = draw(random, outputs)
    step = {"input": draw(random, batch, inputs), "output_gradient": draw(random, batch, outputs)}
    module_case(name, {"inputs": inputs, "outputs": outputs, "bias": bias}, initial,
                lambda: nn.Linear(inputs, outputs, bias), [("train", step)])


def convolution(name, batch, inputs, outputs, size, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, bias=True):
    random = random_for(name)

    def make():
        return nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias)

    initial = {"weight": draw(random, outputs, inputs // groups, *kernel, scale=0.3)}
    if bias:
        initial["bias"] = draw(random, outputs)
    images = draw(random, batch, inputs, *size)
    step = {"input": images, "output_gradient": draw(random, *make()(images).shape)}
    options = {"inputs": inputs, "outputs": outputs, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation,
               "groups": groups, "bias": bias}
    module_case(name, options, initial, make, [("train", step)])


def sequence_convolution(name, batch, inputs, outputs, length, kernel, stride=1, padding=0, dilation=1, groups=1):
    random = random_for(name)

    def make():
        return nn.Conv1d(inputs, outputs, kernel, stride, padding, dilation, groups)

    initial = {"weight": draw(random, outputs, inputs // groups, kernel, scale=0.3), "bias": draw(random, outputs)}
    sequences = draw(random, batch, inputs, length)
    step = {"input": sequences, "output_gradient": draw(random, *make()(sequences).shape)}
    options = {"inputs": inputs, "outputs": outputs, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation,
               "groups": groups}
    module_case(name, options, initial, make, [("train", step)])


def convolutions():
    sequence_convolution("convolution-1d", 2, 3, 5, 11, 3, padding=1)
    sequence_convolution("convolution-1d-groups", 2, 6, 4, 13, 4, stride=2, padding=3, dilation=2, groups=2)
    convolution("convolution", 1, 3, 17, (5, 6), (3, 3), padding=(1, 1))
    convolution("convolution-plain", 2, 2, 3, (4, 5), (1, 1), bias=False)
    convolution("convolution-strided", 2, 3, 5, (9, 8), (3, 3), stride=(2, 2), padding=(1, 1))
    convolution("convolution-uneven", 1, 2, 4, (8, 11), (2, 5), stride=(1, 3), padding=(0, 2), dilation=(3, 1))
    convolution("convolution-dilated", 1, 3, 4, (9, 9), (3, 3), padding=(2, 2), dilation=(2, 2), stride=(2, 2))
    convolution("convolution-groups", 2, 6, 4, (5, 4), (3, 3), padding=(1, 1), groups=2)
    convolution("convolution-depthwise", 2, 5, 5, (6, 5), (3, 3), padding=(1, 1), stride=(2, 1), groups=5)
    convolution("convolution-depthwise-twofold", 1, 3, 6, (5, 5), (3, 3), groups=3)


def activation(name, make):
    random = random_for("activation")
    edges = torch.tensor([0, 1e-6, -1e-6, 0.5, -0.5, 5, -5, 9.5, -9.5, 20, -20, 88, -88, 100, -100, 1e4, -1e4])
    input = torch.cat([draw(random, 47, scale=3), edges]).reshape(4, 16)
    module_case(name, {}, {}, make, [("train", {"input": input, "output_gradient": draw(random, 4, 16)})])


def activations():
    activation("relu", nn.ReLU)
    activation("sigmoid", nn.Sigmoid)
    activation("tanh", nn.Tanh)
    activation("silu", nn.SiLU)
    activation("gelu", nn.GELU)
    activation("gelu-tanh", lambda: nn.GELU(approximate="tanh"))
    activation("leaky-relu", lambda: nn.LeakyReLU(0.2))
    activation("hard-swish", nn.Hardswish)
    activation("hard-sigmoid", nn.Hardsigmoid)
    activation("relu6", nn.ReLU6)
    softmax("softmax-rows", -1, (3, 21))
    softmax("softmax-channels", 1, (2, 5, 3, 7))


def softmax(name, axis, shape):
    random = random_for(name)
    step = {"input": draw(random, *shape, scale=3), "output_gradient": draw(random, *shape)}
    module_case(name, {"axis": axis}, {}, lambda: nn.Softmax(axis), [("train", step)])


# Losses

def loss(name, function, steps, **options):
    """The options are the function's, of which lists become tensors."""
    def build(dtype):
        settings = {k: torch.tensor(v, dtype=dtype) if isinstance(v, list) else v for k, v in options.items()}

        def take_step(mode, input, target):
            input = input.clone().requires_grad_()
            value = function(input, target, **settings)
            value.backward()
            each = function(input.detach(), target, **{**settings, "reduction": "none"})
            return {"loss": value, "input_gradient": input.grad, "each": each.reshape(len(each), -1).mean(1)}

        return take_step, None

    golden(name, {"reduction": "mean", **options}, {}, build, [("train", given) for given in steps])


def losses():
    random = random_for("softmax-cross-entropy")

    def labels(batch, classes):
        return torch.from_numpy(random.integers(0, classes, batch))

    signs = torch.from_numpy(random.choice([-1, 0, 1], (6, 5)).astype(np.float32))
    loss("softmax-cross-entropy", functional.cross_entropy, [
        {"input": draw(random, 8, 10, scale=2), "target": labels(8, 10)},
        {"input": draw(random, 1, 3), "target": labels(1, 3)},
        {"input": 100 * signs, "target": labels(6, 5)},
        {"input": 1e4 * signs, "target": labels(6, 5)},
        {"input": 1e4 + draw(random, 4, 7), "target": labels(4, 7)},
    ])

    random = random_for("weighted-cross-entropy")
    weights = [0.5, 2.0, 1.0, 0.0, 3.0]
    some_ignored = labels(9, 5)
    some_ignored[[0, 4, 8]] = -100
    steps = [
        {"input": draw(random, 9, 5, scale=2), "target": labels(9, 5)},
        {"input": draw(random, 9, 5, scale=2), "target": some_ignored},
    ]
    for name, options in {
        "weighted-cross-entropy": {"weight": weights},
        "smoothed-cross-entropy": {"label_smoothing": 0.1},
        "smoothed-weighted-cross-entropy": {"weight": weights, "label_smoothing": 0.3},
        "summed-cross-entropy": {"weight": weights, "label_smoothing": 0.3, "reduction": "sum"},
    }.items():
        loss(name, functional.cross_entropy, steps, **options)

    random = random_for("mean-squared-error")
    steps = [
        {"input": draw(random, 8, 3), "target": draw(random, 8, 3)},
        {"input": draw(random, 1, 1, scale=1000), "target": draw(random, 1, 1)},
    ]
    loss("mean-squared-error", functional.mse_loss, steps)
    loss("summed-squared-error", functional.mse_loss, steps, reduction="sum")
    loss("mean-absolute-error", functional.l1_loss, steps)
    loss("huber", functional.huber_loss, steps)
    loss("huber-wide", functional.huber_loss, steps, delta=1.5)

    random = random_for("binary-cross-entropy")
    steps = [
        {"input": draw(random, 8, 3, scale=3), "target": torch.from_numpy(random.integers(0, 2, (8, 3)).astype(np.float32))},
        {"input": draw(random, 4, 1, scale=100), "target": torch.from_numpy(random.random((4, 1)).astype(np.float32))},
    ]
    loss("binary-cross-entropy", functional.binary_cross_entropy_with_logits, steps)
    loss("binary-cross-entropy-positives", functional.binary_cross_entropy_with_logits, steps, pos_weight=[2.5])


# Optimizers: twenty steps, every optimizer on the same gradients

def optimizer(name, make, options):
    random = random_for("optimizer")
    initial = {"weight": draw(random, 2, 6)}
    steps = [("train", {"gradient": draw(random, 2, 6)}) for _ in range(20)]

    def build(dtype):
        weight = nn.Parameter(initial["weight"].to(dtype, copy=True))
        subject = make([weight], **options)

        def take_step(mode, gradient):
            weight.grad = gradient.clone()
            subject.step()
            return {"weight": weight.detach().clone()}

        return take_step, None

    golden(name, {k.replace("lr", "learning_rate"): v for k, v in options.items()}, initial, build, steps)


def optimizers():
    sgd, adam = torch.optim.SGD, torch.optim.Adam
    plain = {"lr": 0.1, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0}
    optimizer("sgd", sgd, plain)
    optimizer("sgd-momentum", sgd, plain | {"momentum": 0.9})
    optimizer("sgd-nesterov", sgd, plain | {"momentum": 0.9, "nesterov": True})
    optimizer("sgd-weight-decay", sgd, plain | {"weight_decay": 0.01})
    optimizer("sgd-momentum-weight-decay", sgd, plain | {"momentum": 0.9, "weight_decay": 0.01})
    defaults = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}
    optimizer("adam", adam, defaults)
    optimizer("adam-weight-decay", adam, defaults | {"lr": 0.01, "weight_decay": 0.1})
    optimizer("adamw", torch.optim.AdamW, defaults | {"lr": 0.01, "weight_decay": 0.1})
    rmsprop = torch.optim.RMSprop
    averages = {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "momentum": 0.0, "weight_decay": 0.0, "centered": False}
    optimizer("rmsprop", rmsprop, averages)
    optimizer("rmsprop-momentum", rmsprop, averages | {"momentum": 0.9, "weight_decay": 0.01})
    optimizer("rmsprop-centered", rmsprop, averages | {"centered": True, "momentum": 0.5})
    groups_and_clipping("parameter-groups", lambda parameters: None)
    groups_and_clipping("clip-by-norm", lambda parameters: nn.utils.clip_grad_norm_(parameters, 3.0))
    groups_and_clipping("clip-by-value", lambda parameters: nn.utils.clip_grad_value_(parameters, 1.5))


def groups_and_clipping(name, clip):
    """AdamW on a weight and a bias, whose group has no weight decay and a tenth of the learning rate."""
    random = random_for("groups")
    initial = {"weight": draw(random, 2, 6), "bias": draw(random, 6)}
    steps = [("train", {"weight_gradient": draw(random, 2, 6), "bias_gradient": draw(random, 6)}) for _ in range(20)]
    options = {"lr": 0.01, "weight_decay": 0.1}

    def build(dtype):
        weight, bias = (nn.Parameter(initial[k].to(dtype, copy=True)) for k in ("weight", "bias"))
        subject = torch.optim.AdamW([{"params": [weight]}, {"params": [bias], "lr": 0.001, "weight_decay": 0.0}], **options)

        def take_step(mode, weight_gradient, bias_gradient):
            weight.grad, bias.grad = weight_gradient.clone(), bias_gradient.clone()
            clip([weight, bias])
            subject.step()
            return {"weight": weight.detach().clone(), "bias": bias.detach().clone()}

        return take_step, None

    golden(name, {"learning_rate": 0.01, "weight_decay": 0.1}, initial, build, steps)


# A network

def network():
    name, inputs, classes, batch = "mlp", 10, 3, 12
    random = random_for(name)

    def make():
        return nn.Sequential(
            nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.ReLU(),
            nn.Linear(8, 6), nn.BatchNorm1d(6), nn.Sigmoid(),
            nn.Linear(6, classes))

    initial = {k: draw(random, *parameter.shape, scale=0.5) for k, parameter in make().named_parameters()}
    steps = [("train", {"input": draw(random, batch, inputs),
                        "target": torch.from_numpy(random.integers(0, classes, batch))}) for _ in range(5)]

    def build(dtype):
        module = make().to(dtype)
        load(module, initial)
        subject = torch.optim.SGD(module.parameters(), lr=0.1)

        def take_step(mode, input, target):
            subject.zero_grad()
            value = functional.cross_entropy(module(input), target)
            value.backward()
            subject.step()
            return {"loss": value}

        return take_step, module.state_dict

    options = {"layers": "Linear-BatchNorm-ReLU-Linear-BatchNorm-Sigmoid-Linear", "loss": "softmax cross-entropy, mean",
               "optimizer": "SGD", "learning_rate": 0.1}
    golden(name, options, initial, build, steps, keep_final=True)


# Folding: batch normalization in inference mode, taken into the linear layer before it

def folding(name, inputs, outputs, bias=True, affine=True):
    random = random_for(name)
    initial = {"0.weight": draw(random, outputs, inputs, scale=0.5)}
    if bias:
        initial["0.bias"] = draw(random, outputs)
    if affine:
        initial |= {"1.weight": draw(random, outputs), "1.bias": draw(random, outputs)}
    initial |= {"1.running_mean": draw(random, outputs), "1.running_var": draw(random, outputs).square()}
    initial["1.running_var"][0] = 0

    def build(dtype):
        module = nn.Sequential(nn.Linear(inputs, outputs, bias), nn.BatchNorm1d(outputs, affine=affine)).to(dtype)
        load(module, initial)
        module.eval()
        linear, norm = module
        weight, bias_ = (norm.weight, norm.bias) if affine else (torch.ones(outputs), torch.zeros(outputs))
        folded = fuse_linear_bn_weights(
            linear.weight, linear.bias, norm.running_mean, norm.running_var, norm.eps, weight, bias_)

        def take_step(mode, input):
            output = module(input)
            assert dtype == torch.float32 or torch.allclose(functional.linear(input, *folded), output, 1e-9, 1e-9)
            return {"output": output, "folded_weight": folded[0], "folded_bias": folded[1]}

        return take_step, None

    options = {"inputs": inputs, "outputs": outputs, "bias": bias, "affine": affine, "epsilon": 1e-5}
    golden(name, options, initial, build, [("eval", {"input": draw(random, 4, inputs)})])
