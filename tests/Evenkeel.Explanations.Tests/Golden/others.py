"""Dropout, feature scaling, folding and the gradient chain in float64."""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import fusion

from normalizers import batch_statistics, example_weights


def dropout(case, x, dy, probability, mask, **_):
    """The mask is the explanation's own, as it is random; so is the mean over 1000 passes, which is near x."""
    kept = 1 - probability
    value = x.clone().requires_grad_()
    y = value * mask / kept
    y.backward(dy)
    for symbol, values in [("x", x), (r"\mathrm{mask}", mask), ("y", y),
                           (r"y_{\mathrm{inference}}", functional.dropout(x, training=False))]:
        case.put("Forward", symbol, values)
    case.put("Backward", "dy", dy)
    case.put("Backward", "dx", value.grad)
    case.put("The classic convention", "y", x * mask)
    case.put("The classic convention", r"y_{\mathrm{inference}}", x * kept)
    # Six standard errors of the mean of 1000 outputs, relative to |x|.
    case.put("The average over many passes", r"\mathrm{mean}(y)", x, magnitude=0, tolerance=6 * (probability / kept / 1000) ** 0.5)
    inference = x.var(unbiased=False)
    training = inference + x.square().mean() * probability / kept  # the variance of the masks, times the mean of x²
    section = "Dropout before a normalization"
    case.put(section, r"\sigma^2_{\mathrm{training}}", training)
    case.put(section, r"\sigma^2_{\mathrm{inference}}", inference)
    case.put(section, r"\frac{\sigma^2_{\mathrm{inference}}}{\sigma^2_{\mathrm{training}}}", inference / training)


def scaling(case, x, **_):
    x = x.reshape(x.shape[0], -1)
    mean, variance = x.mean(0), x.var(0, unbiased=False)
    deviation, minimum, maximum, largest = variance.sqrt(), x.amin(0), x.amax(0), x.abs().amax(0)
    lower, median, upper = torch.quantile(x, torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64), dim=0)
    case.put("The table", "x", x)
    for symbol, values in [(r"\mu", mean), (r"\sigma^2", variance), (r"\sigma", deviation), (r"\min", minimum), (r"\max", maximum),
                           ("q_{25}", lower), ("q_{50}", median), ("q_{75}", upper)]:
        case.put("Statistics of the columns", symbol, values)
    for section, center, scale in [
            ("Zero mean", mean, 1), ("Unit variance", 0, deviation), ("Standard (z-score)", mean, deviation),
            ("Min-max", minimum, maximum - minimum), ("Max-abs", 0, largest), ("Robust", median, upper - lower)]:
        z = (x - center) / scale
        case.put(section, "z", z)
        case.put(section, "x", z * scale + center)


def folding(case, x, gamma, beta, epsilon, **_):
    """A convolution with a kernel of one pixel, whose weights and bias are the example's, and the statistics of its output."""
    p, channels = x, x.shape[1]
    weights = example_weights(channels)
    bias = torch.where(torch.arange(channels) % 2 == 0, 1.0, -1.0).double()
    kernel = weights[..., None, None]
    x = functional.conv2d(p, kernel, bias)
    mean, variance = batch_statistics(x)
    normalization = nn.BatchNorm2d(channels, epsilon).double().eval()
    normalization.load_state_dict({"weight": gamma, "bias": beta, "running_mean": mean, "running_var": variance,
                                   "num_batches_tracked": torch.tensor(1)})
    folded_kernel, folded_bias = fusion.fuse_conv_bn_weights(kernel, bias, mean, variance, epsilon, gamma, beta)
    for symbol, values in [
            ("p", p), ("W", weights), ("b", bias), ("x", x), (r"\mathrm{running\_mean}", mean), (r"\mathrm{running\_var}", variance),
            (r"\gamma", gamma), (r"\beta", beta), ("y", normalization(x))]:
        case.put("Two layers", symbol, values)
    for symbol, values in [("a", gamma / torch.sqrt(variance + epsilon)), (r"W^\prime", folded_kernel), (r"b^\prime", folded_bias)]:
        case.put("One layer", symbol, values)
    case.put("The same output", "y", functional.conv2d(p, folded_kernel, folded_bias))


def gradient_chain(case, x, dy, epsilon, **_):
    z = torch.tensor([-6, -4, -2, -1, 0, 1, 2, 4, 6], dtype=torch.float64).requires_grad_()
    sigmoid(z).sum().backward()
    for symbol, values in [("z", z), ("a", torch.sigmoid(z)), (r"\frac{\partial a}{\partial z}", z.grad)]:
        case.put("The slope of the sigmoid", symbol, values, magnitude=0)
    layers = torch.arange(1, 11, dtype=torch.float64)
    at_ten = torch.tensor(10, dtype=torch.float64).requires_grad_()
    sigmoid(at_ten).backward()
    exploding = "Exploding: slope × weight of 100"
    case.put("Vanishing: slopes of 0.25", "0.25^n", 0.25 ** layers, magnitude=0)
    case.put(exploding, "25^n", 25 ** layers, magnitude=0)
    case.put(exploding, r"(\frac{\partial a}{\partial z} \cdot 100)^n", (100 * at_ten.grad) ** layers, magnitude=0)
    for normalized in (False, True):
        for weight in (0.1, 1.0, 10.0, 100.0):
            a = x.reshape(-1, 1)
            activated = []
            for _ in range(10):
                a = a * weight
                if normalized:
                    a = functional.batch_norm(a, None, None, training=True, eps=epsilon)
                a.requires_grad_()
                a.retain_grad()
                activated.append(a)
                a = sigmoid(a)
            a.backward(dy.reshape(-1, 1))
            # Below 1e-290 doubles lose digits.
            case.put("In a network of 10 layers", r"|\frac{\partial L}{\partial z_n}|",
                     torch.stack([z.grad.abs().max() for z in activated]), magnitude=1e-280)


def sigmoid(z):
    """torch.sigmoid, whose derivative a·(1 − a) loses the digits of 1 − a for large z: there by the other half."""
    return torch.where(z > 0, 1 - torch.sigmoid(-z), torch.sigmoid(z))
