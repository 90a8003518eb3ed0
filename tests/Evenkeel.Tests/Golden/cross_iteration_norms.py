"""Cross-iteration batch normalization (Yao et al. 2021) of what a linear layer puts out, written out.

Conventions. θ is the linear layer's weight, and its bias where it has one; x = linear(input).
  - A training step t sees θ_t, the parameters its own forward uses: the file gives them with every step. They are what
    gradient descent on the given output gradients makes of the first ones, rounded to float32. γ and β stay.
  - μ_s = mean x and ν_s = mean x² of step s, and ∂μ_s/∂θ, ∂ν_s/∂θ, are recorded in step s, at θ_s. The derivatives are
    autograd's. A step t > s takes them as constants: μ_s + ⟨∂μ_s/∂θ, θ_t − θ_s⟩, and the same for ν. Always from θ_s in
    one go, and never from step to step.
  - The window holds the current batch and up to window − 1 batches before it; while fewer are there, the mean is
    over those there are.
  - The first `burn_in` training steps are plain batch normalization, and nothing of them is recorded.
  - rule "maximum" (the paper's): μ̄ = mean μ, ν̄ = mean max(ν, μ²), term by term.
    rule "drop" (the reference code's): terms with ν < μ² count neither in μ̄ nor in ν̄, nor in the number divided by.
  - x̂ = (x − μ̄)/√(ν̄ − μ̄² + ε), or with `epsilon_outside` (the reference code's default) (x − μ̄)/(√(ν̄ − μ̄²) + ε).
  - Running statistics take in the current batch alone, its variance as the sample's, as batch normalization does.
    Inference uses them, with ε where training has it.
`below` counts, channel by channel, the terms of the window with ν < μ²."""

import torch
from torch import nn
from torch.nn import functional

from cases import draw, golden, load, module_case, random_for


class LinearThenCrossIterationNorm(nn.Module):
    def __init__(self, inputs, channels, has_linear_bias, window, burn_in, rule, epsilon, epsilon_outside, momentum):
        super().__init__()
        self.linear_weight = nn.Parameter(torch.zeros(channels, inputs))
        self.linear_bias = nn.Parameter(torch.zeros(channels)) if has_linear_bias else None
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.window, self.burn_in, self.rule = window, burn_in, rule
        self.epsilon, self.epsilon_outside, self.momentum = epsilon, epsilon_outside, momentum
        self.steps = 0
        self.past = []

    def forward(self, input):
        self.observed = {}
        x = functional.linear(input, self.linear_weight, self.linear_bias)
        if not self.training:
            return self.normalize(x, self.running_mean, self.running_var)

        self.steps += 1
        mean, square = x.mean(0), x.square().mean(0)
        means, squares = mean[None], square[None]
        if self.steps > self.burn_in:
            theta = [self.linear_weight] + ([] if self.linear_bias is None else [self.linear_bias])
            carried = [recorded.at(theta) for recorded in self.past]
            means = torch.stack([mean] + [past_mean for past_mean, _ in carried])
            squares = torch.stack([square] + [past_square for _, past_square in carried])
            self.past = [Recorded(mean, square, theta)] + self.past
            del self.past[self.window - 1:]

        below = squares < means.square()
        # A comparison so close that rounding decides it would make a bad example.
        assert ((squares - means.square()).abs() > 1e-4 * squares).all()
        if self.rule == "maximum":
            window_mean = means.mean(0)
            window_square = torch.maximum(squares, means.square()).mean(0)
        else:
            terms = (~below).sum(0)
            window_mean = means.masked_fill(below, 0).sum(0) / terms
            window_square = squares.masked_fill(below, 0).sum(0) / terms

        with torch.no_grad():
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (x.var(0) - self.running_var)
        self.observed = {"linear_output": x, "window_length": torch.tensor(len(means)), "below": below.sum(0),
                         "window_mean": window_mean, "window_mean_square": window_square}
        x.register_hook(lambda gradient: self.observed.update(linear_output_gradient=gradient.clone()))
        return self.normalize(x, window_mean, window_square - window_mean.square())

    def normalize(self, x, mean, variance):
        divisor = (torch.sqrt(variance) + self.epsilon if self.epsilon_outside
                   else torch.sqrt(variance + self.epsilon))
        return (x - mean) / divisor * self.weight + self.bias


class Recorded:
    """The statistics of one step, and their derivatives by the parameters it was taken at."""

    def __init__(self, mean, square, theta):
        self.theta = [parameter.detach().clone() for parameter in theta]
        # Channel j depends on row j alone: the derivative of the sum has each channel's own in its row.
        self.mean = mean.detach(), torch.autograd.grad(mean.sum(), theta, retain_graph=True)
        self.square = square.detach(), torch.autograd.grad(square.sum(), theta, retain_graph=True)

    def at(self, theta):
        """Mean and mean square, carried to other parameters to first order."""
        moved = [parameter.detach() - then for parameter, then in zip(theta, self.theta)]

        def carry(value, derivatives):
            return value + sum((d * m).reshape(len(value), -1).sum(1) for d, m in zip(derivatives, moved))

        return carry(*self.mean), carry(*self.square)


def apply_with_parameters(module, input, linear_weight, linear_bias=None):
    with torch.no_grad():
        module.linear_weight.copy_(linear_weight)
        if linear_bias is not None:
            module.linear_bias.copy_(linear_bias)
    return module(input)


def cross_iteration(name, window, burn_in=0, rule="maximum", epsilon=1e-5, epsilon_outside=False, has_linear_bias=False,
                    learning_rate=0.1, data=None):
    batch, inputs, channels, training_steps, momentum = 6, 4, 5, 6, 0.1
    random = random_for(data or name)
    initial = {"weight": draw(random, channels), "bias": draw(random, channels)}
    theta = {"linear_weight": draw(random, channels, inputs)}
    if has_linear_bias:
        theta["linear_bias"] = draw(random, channels)
    given = [("train", {"input": 0.5 + draw(random, batch, inputs), "output_gradient": draw(random, batch, channels)})
             for _ in range(training_steps)]
    given.append(("eval", {"input": 0.5 + draw(random, 2, inputs)}))

    def make():
        return LinearThenCrossIterationNorm(
            inputs, channels, has_linear_bias, window, burn_in, rule, epsilon, epsilon_outside, momentum)

    descend(make().double(), initial, theta, given, learning_rate)
    options = {"window": window, "burn_in": burn_in, "rule": rule, "epsilon": epsilon,
               "epsilon_outside": epsilon_outside, "momentum": momentum, "linear_bias": has_linear_bias,
               "learning_rate": learning_rate}
    module_case(name, options, initial, make, given, apply_with_parameters, own_formula=True)


def descend(module, initial, theta, given, learning_rate):
    """Adds to each step the linear layer's parameters that gradient descent has come to."""
    load(module, initial)
    for mode, tensors in given:
        tensors |= theta
        if mode == "train":
            module.zero_grad()
            module.train()
            output = apply_with_parameters(module, tensors["input"].double(), **theta)
            output.backward(tensors["output_gradient"].double())
            theta = {k: (v.double() - learning_rate * module.get_parameter(k).grad).float() for k, v in theta.items()}


def taylor_step():
    """With the input held fixed, the carried mean is exact, and ν_true = ν_carried + Δᵀ·mean(ppᵀ)·Δ channel by channel."""
    name = "cross-iteration-taylor-step"
    random = random_for(name)
    given = {"input": 0.5 + draw(random, 6, 4), "linear_weight": draw(random, 5, 4), "later_weight": draw(random, 5, 4)}

    def take_step(mode, input, linear_weight, later_weight):
        theta = linear_weight.clone().requires_grad_()
        x, later = functional.linear(input, theta), functional.linear(input, later_weight)
        recorded = Recorded(x.mean(0), x.square().mean(0), [theta])
        (mean, (mean_derivative,)), (square, (square_derivative,)) = recorded.mean, recorded.square
        carried_mean, carried_square = recorded.at([later_weight])
        products = torch.einsum("ni,nj->ij", input, input) / len(input)
        moved = later_weight - linear_weight
        second_order = torch.einsum("ci,ij,cj->c", moved, products, moved)
        torch.testing.assert_close(carried_mean, later.mean(0), rtol=1e-13, atol=1e-13)
        torch.testing.assert_close(carried_square + second_order, later.square().mean(0), rtol=1e-13, atol=1e-13)
        return {"mean": mean, "mean_derivative": mean_derivative, "carried_mean": carried_mean,
                "later_mean": later.mean(0),
                "mean_square": square, "mean_square_derivative": square_derivative, "carried_mean_square": carried_square,
                "second_order": second_order, "later_mean_square": later.square().mean(0)}

    golden(name, {}, {}, lambda dtype: (take_step, None), [("train", given)], own_formula=True)


def cross_iteration_norms():
    for window in (1, 2, 3):
        cross_iteration(f"cross-iteration-window-{window}", window, data="cross-iteration")
    cross_iteration("cross-iteration-burn-in", 3, burn_in=2, data="cross-iteration")
    cross_iteration("cross-iteration-linear-bias", 2, has_linear_bias=True)
    cross_iteration("cross-iteration-epsilon-outside", 2, epsilon=1e-2, epsilon_outside=True)
    # Steps so long that ν falls below μ² here and there.
    long = {"window": 3, "learning_rate": 1.0, "epsilon": 1e-2, "data": "cross-iteration"}
    cross_iteration("cross-iteration-long-steps", **long)
    cross_iteration("cross-iteration-long-steps-drop", rule="drop", **long)
    cross_iteration("cross-iteration-long-steps-drop-epsilon-outside", rule="drop", epsilon_outside=True, **long)
    taylor_step()
