"""The normalizers in float64: op by op with autograd, and by PyTorch's module wherever there is one.

An input is viewed so that each set lies along whole axes, [N, C, *] or [N, G, C/G, *]; `axes` are those of a set.
"""

import torch
from torch import nn
from torch.nn import functional

from recorder import Recorder

CHECK = "The same gradient in two other ways"

# Central differences with h = 1e-5 are off by h²·f'''/6 and by the rounding of L over 2h.
FINITE_DIFFERENCE = 1e-7


def batch_norm(case, x, gamma, beta, dy, epsilon, **_):
    module = nn.BatchNorm2d(x.shape[1], epsilon).double()
    standardize(case, module, x, gamma, beta, dy, epsilon, channel_axes(x))
    mean, variance = batch_statistics(x)
    kept = module.running_mean, module.running_var
    momentum = 0.1
    for mean_kept, variance_kept in [
            kept,
            (0.99 * 0 + 0.01 * mean, 0.99 * 1 + 0.01 * variance),  # Keras: momentum 0.99, population variance
            (0.9 * 0 + 0.1 * mean, 0.9 * 1 + 0.1 * variance)]:     # ONNX: momentum 0.9, population variance
        case.put("Running statistics", r"\mathrm{running\_mean}", mean_kept)
        case.put("Running statistics", r"\mathrm{running\_var}", variance_kept)
    assert module.momentum == momentum
    scale = gamma / torch.sqrt(module.running_var + epsilon)
    case.put("Inference", "a", scale)
    case.put("Inference", "b", beta - module.running_mean * scale)
    case.put("Inference", r"y_{\mathrm{inference}}", module.eval()(x))


def dense_batch_norm(case, x, gamma, beta, dy, epsilon):
    """A table through batch normalization, of which the explanation shows the gradients of x, γ and β alone."""
    section = "The same behind a dense layer"
    module = loaded(nn.BatchNorm1d(x.shape[1], epsilon).double(), gamma, beta)
    recorder, leaves = recorded(x, gamma.view(1, -1), beta.view(1, -1), epsilon, [0])
    write_input(case, section, leaves, epsilon, dy)
    recorder.write_forward(case, section)
    _, dx = through(module, x, dy)
    case.put(section, "dx", dx)
    case.put(section, r"d\gamma", module.weight.grad)
    case.put(section, r"d\beta", module.bias.grad)


def layer_norm(case, x, gamma, beta, dy, epsilon, **_):
    module = nn.LayerNorm(x.shape[1:], epsilon).double()
    standardize(case, module, x, per_element(gamma, x), per_element(beta, x), dy, epsilon, [1, 2, 3])


def instance_norm(case, x, gamma, beta, dy, epsilon, **_):
    module = nn.InstanceNorm2d(x.shape[1], epsilon, affine=True).double()
    standardize(case, module, x, gamma, beta, dy, epsilon, [2, 3])


def group_norm(case, x, gamma, beta, dy, epsilon, groups, **_):
    module = nn.GroupNorm(groups, x.shape[1], epsilon).double()
    standardize(case, module, x, gamma, beta, dy, epsilon, [2, 3, 4], groups)


def standardize(case, module, x, gamma, beta, dy, epsilon, axes, groups=None):
    """(x − μ)/√(σ² + ε)·γ + β: the parts that batch, layer, instance and group normalization share."""
    y, dx = through(loaded(module, gamma, beta), x, dy)
    view, shape = x.shape, per_channel(gamma).shape if gamma.dim() == 1 else (1, *gamma.shape)
    if groups is not None:
        view, shape = (x.shape[0], groups, -1, *x.shape[2:]), (1, groups, -1, 1, 1)
    x, dy, y, dx = (tensor.reshape(view) for tensor in (x, dy, y, dx))
    recorder, leaves = recorded(x, gamma.reshape(shape), beta.reshape(shape), epsilon, axes)
    normalized, inverse = (named(recorder, symbol) for symbol in (r"\hat{x}", r"\mathrm{invStd}"))
    write_input(case, "The input", leaves, epsilon, dy)
    write_passes(case, recorder, y, dy, dx)
    write_check(case, dx, module.weight.grad, module.bias.grad)
    products = normalized.tensor.grad * normalized.tensor
    left = epsilon * inverse.tensor ** 3 * products.sum(axes, keepdim=True)
    section = "Why the sums vanish"
    case.put(section, r"\sum dx", dx.sum(axes), dx.abs().sum(axes))
    case.put(section, r"\sum dx \cdot \hat{x}", (dx * normalized.tensor).sum(axes), (dx * normalized.tensor).abs().sum(axes))
    case.put(section, r"\varepsilon \cdot \mathrm{invStd}^3 \cdot \sum d\hat{x} \cdot \hat{x}", left,
             epsilon * inverse.tensor ** 3 * products.abs().sum(axes, keepdim=True))


def recorded(x, gamma, beta, epsilon, axes):
    recorder = Recorder()
    x, gamma, beta = recorder.leaf("x", x), recorder.leaf(r"\gamma", gamma), recorder.leaf(r"\beta", beta)
    affine(recorder, standardized(recorder, x, r"\hat{x}", epsilon, axes), gamma, beta)
    return recorder, [x, gamma, beta]


def standardized(recorder, x, symbol, epsilon, axes):
    mean = recorder.compute(r"\mu", lambda x: x.mean(axes, keepdim=True), x)
    centered = recorder.compute("c", lambda x, mean: x - mean, x, mean)
    squares = recorder.compute("q", torch.square, centered)
    variance = recorder.compute(r"\sigma^2", lambda q: q.mean(axes, keepdim=True), squares)
    root = recorder.compute("s", lambda variance: torch.sqrt(variance + epsilon), variance)
    inverse = recorder.compute(r"\mathrm{invStd}", torch.reciprocal, root)
    return recorder.compute(symbol, torch.mul, centered, inverse)


def affine(recorder, normalized, gamma, beta):
    scaled = recorder.compute("z", torch.mul, normalized, gamma)
    recorder.compute("y", torch.add, scaled, beta)


def rms_norm(case, x, gamma, dy, epsilon, **_):
    """PyTorch 1.13 has no module: x/√(mean x² + ε)·γ."""
    axes = [1, 2, 3]
    recorder = Recorder()
    value, weight = recorder.leaf("x", x), recorder.leaf(r"\gamma", per_element(gamma, x).unsqueeze(0))
    squares = recorder.compute("q", torch.square, value)
    mean_square = recorder.compute(r"\nu", lambda q: q.mean(axes, keepdim=True), squares)
    root = recorder.compute("s", lambda nu: torch.sqrt(nu + epsilon), mean_square)
    inverse = recorder.compute(r"\mathrm{invRms}", torch.reciprocal, root)
    normalized = recorder.compute(r"\hat{x}", torch.mul, value, inverse)
    recorder.compute("y", torch.mul, normalized, weight)
    write_input(case, "The input", [value, weight], epsilon, dy)
    y, dx, d_gamma = gradients(lambda x, gamma: x / torch.sqrt((x * x).mean(axes, keepdim=True) + epsilon) * gamma,
                               dy, x, weight.tensor)
    write_passes(case, recorder, y, dy, dx)
    write_check(case, dx, d_gamma)
    products = dx * normalized.tensor
    section = "Which sum vanishes"
    case.put(section, r"\sum dx \cdot \hat{x}", products.sum(axes), products.abs().sum(axes))
    case.put(section, r"\sum dx", dx.sum(axes), dx.abs().sum(axes))


def batch_renorm(case, x, gamma, beta, dy, epsilon, **_):
    """PyTorch has no module. The running statistics are the example's: see `BatchRenormExplanation.Of`."""
    max_scale, max_shift, new_weight = 1.5, 0.5, 0.01
    mean, variance = batch_statistics(x)
    deviation = torch.sqrt(variance + epsilon)
    even = torch.arange(x.shape[1]) % 2 == 0
    running_mean = mean + deviation * torch.where(even, -0.25, 2.0).double()
    running_deviation = deviation * torch.where(even, 1.25, 0.5).double()
    r = (deviation / running_deviation).clip(1 / max_scale, max_scale)
    d = ((mean - running_mean) / running_deviation).clip(-max_shift, max_shift)
    for symbol, values in [(r"\mu_{\mathrm{running}}", running_mean), (r"\sigma_{\mathrm{running}}", running_deviation),
                           ("r", r), ("d", d)]:
        case.put("The correction", symbol, values)

    recorder = Recorder()
    leaves = [recorder.leaf(symbol, tensor) for symbol, tensor in [
        ("x", x), (r"\gamma", per_channel(gamma)), (r"\beta", per_channel(beta))]]
    batch = standardized(recorder, leaves[0], r"\tilde{x}", epsilon, channel_axes(x))
    scaled = recorder.compute("u", torch.mul, batch, recorder.constant("r", per_channel(r)))
    normalized = recorder.compute(r"\hat{x}", torch.add, scaled, recorder.constant("d", per_channel(d)))
    affine(recorder, normalized, *leaves[1:])
    write_input(case, "The input", leaves, epsilon, dy)
    y, dx, d_gamma, d_beta = gradients(
        lambda x, gamma, beta: per_channel(gamma) * (
            functional.batch_norm(x, None, None, training=True, eps=epsilon) * per_channel(r) + per_channel(d))
        + per_channel(beta), dy, x, gamma, beta)
    write_passes(case, recorder, y, dy, dx)
    write_check(case, dx, d_gamma, d_beta)
    case.put("Running statistics", r"\mu_{\mathrm{running}}", running_mean + new_weight * (mean - running_mean))
    case.put("Running statistics", r"\sigma_{\mathrm{running}}", running_deviation + new_weight * (deviation - running_deviation))
    case.put("Inference", r"y_{\mathrm{inference}}",
             functional.batch_norm(x, running_mean, running_deviation ** 2, gamma, beta, eps=0))


def cross_iteration(case, x, gamma, beta, dy, epsilon, **_):
    """PyTorch has no module. Weights and inputs of past iterations are the example's: see `CrossIterationExplanation.Of`."""
    p, channels, axes = x, x.shape[1], channel_axes(x)
    theta = example_weights(channels)
    x = functional.conv2d(p, theta[..., None, None])
    for symbol, values in [("p", p), (r"\theta", theta), ("x", x)]:
        case.put("The layer before", symbol, values)

    past_means, past_squares = [], []
    for age in (1, 2):
        section = "One iteration ago" if age == 1 else f"{age} iterations ago"
        inputs = p.reshape(-1).roll(-3 * age).reshape(p.shape)
        past = example_weights(channels, 0.1 * age).requires_grad_()
        outputs = functional.conv2d(inputs, past[..., None, None])
        mean, square = outputs.mean(axes), outputs.square().mean(axes)
        mean_slope, = torch.autograd.grad(mean.sum(), past, retain_graph=True)
        square_slope, = torch.autograd.grad(square.sum(), past)
        change = theta - past.detach()
        corrected_mean = (mean + (mean_slope * change).sum(1)).detach()
        corrected_square = torch.maximum((square + (square_slope * change).sum(1)).detach(), corrected_mean ** 2)
        for symbol, values in [
                ("p", inputs), (r"\theta_{\mathrm{past}}", past), (r"\mu", mean), (r"\nu", square),
                (r"\frac{\partial \mu}{\partial \theta}", mean_slope[0]),
                (r"\frac{\partial \nu}{\partial \theta}", square_slope), (r"\Delta\theta", change),
                (r"\mu_{\mathrm{past}}", corrected_mean), (r"\nu_{\mathrm{past}}", corrected_square)]:
            case.put(section, symbol, values)
        past_means.append(per_channel(corrected_mean))
        past_squares.append(per_channel(corrected_square))

    recorder = Recorder()
    leaves = [recorder.leaf(symbol, tensor) for symbol, tensor in [
        ("x", x), (r"\gamma", per_channel(gamma)), (r"\beta", per_channel(beta))]]
    value = leaves[0]
    mean = recorder.compute(r"\mu", lambda x: x.mean(axes, keepdim=True), value)
    squares = recorder.compute("q", torch.square, value)
    square = recorder.compute(r"\nu", lambda q: q.mean(axes, keepdim=True), squares)
    window_mean = recorder.compute(r"\bar{\mu}", lambda mu: torch.stack([mu, *past_means]).mean(0), mean)
    window_square = recorder.compute(r"\bar{\nu}", lambda nu: torch.stack([nu, *past_squares]).mean(0), square)
    squared = recorder.compute("p", torch.square, window_mean)
    variance = recorder.compute(r"\bar{\sigma}^2", torch.sub, window_square, squared)
    root = recorder.compute("s", lambda variance: torch.sqrt(variance + epsilon), variance)
    inverse = recorder.compute(r"\mathrm{invStd}", torch.reciprocal, root)
    centered = recorder.compute("c", torch.sub, value, window_mean)
    affine(recorder, recorder.compute(r"\hat{x}", torch.mul, centered, inverse), *leaves[1:])
    write_input(case, "The input", leaves, epsilon, dy)

    def normalize(x, gamma, beta):
        mean = torch.stack([x.mean(axes, keepdim=True), *past_means]).mean(0)
        square = torch.stack([x.square().mean(axes, keepdim=True), *past_squares]).mean(0)
        return per_channel(gamma) * (x - mean) / torch.sqrt(square - mean ** 2 + epsilon) + per_channel(beta)

    y, dx, d_gamma, d_beta = gradients(normalize, dy, x, gamma, beta)
    write_passes(case, recorder, y, dy, dx)
    write_check(case, dx, d_gamma, d_beta)


def example_weights(channels, offset=0.0):
    """1 on the diagonal, 0.5 above and −0.5 below it; `offset` is added to every third number and taken from the others."""
    base = torch.eye(channels) + 0.5 * torch.ones(channels, channels).triu(1) - 0.5 * torch.ones(channels, channels).tril(-1)
    sign = torch.where(torch.arange(channels * channels) % 3 == 0, 1.0, -1.0).reshape(channels, channels)
    return base.double() + offset * sign.double()


# What the explanations have in common

def write_input(case, section, leaves, epsilon, dy):
    for leaf in leaves:
        case.put(section, leaf.symbol, leaf.tensor)
    case.put(section, r"\varepsilon", torch.tensor(epsilon, dtype=torch.float64))
    case.put(section, "dy", dy)


def write_passes(case, recorder, y, dy, dx):
    recorder.write_forward(case, "Forward")
    torch.testing.assert_close(recorder.operations[-1][0].tensor, y, rtol=1e-12, atol=1e-12)
    case.quantities[-1]["values"] = y.detach().reshape(-1).tolist()
    recorder.write_backward(case, f"Backward in {len(recorder.operations) + 1} steps", dy, dx)


def write_check(case, dx, *parameters):
    case.put(CHECK, "dx", dx)
    case.put(CHECK, "dx", dx, tolerance=FINITE_DIFFERENCE)
    for symbol, gradient in zip((r"d\gamma", r"d\beta"), parameters):
        case.put(CHECK, symbol, gradient, tolerance=FINITE_DIFFERENCE)


def loaded(module, gamma, beta):
    with torch.no_grad():
        module.weight.copy_(gamma)
        module.bias.copy_(beta)
    return module


def through(module, x, dy):
    x = x.clone().requires_grad_()
    y = module(x)
    y.backward(dy)
    return y.detach(), x.grad


def gradients(function, dy, *inputs):
    inputs = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    y = function(*inputs)
    return y.detach(), *torch.autograd.grad(y, inputs, dy)


def batch_statistics(x):
    return x.mean(channel_axes(x)), x.var(channel_axes(x), unbiased=False)


def named(recorder, symbol):
    return next(result for result, _, _ in recorder.operations if result.symbol == symbol)


def channel_axes(x):
    return [axis for axis in range(x.dim()) if axis != 1]


def per_channel(values):
    return values.reshape(1, -1, 1, 1)


def per_element(values, x):
    return values.reshape(-1, 1, 1).expand(x.shape[1:]).contiguous()
