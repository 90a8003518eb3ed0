"""What the golden files are made of: numbers to give, a case run and written down. generate.py describes the format."""

import json
import pathlib
import zlib

import numpy as np
import torch

SEED = 150203167
FOLDER = pathlib.Path(__file__).parent
GENERATOR = f"generate.py, PyTorch 1.13.1, seed {SEED}"


# What is given

def random_for(name):
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def draw(random, *shape, scale=1.0):
    """Normal numbers of three decimals, as float32: short to write, and every bit of the mantissa in use."""
    return torch.from_numpy(np.round(scale * random.normal(size=shape), 3).astype(np.float32))


def draw_channels(random, shape, centre=0.0, spread=1.0):
    """An input whose channels (axis 1) differ in mean and scale: centre ± spread, roughly."""
    per_channel = [1, shape[1]] + [1] * (len(shape) - 2)
    offset = random.uniform(-2, 2, per_channel)
    scale = random.uniform(0.5, 2, per_channel)
    values = centre + spread * (offset + scale * random.normal(size=shape))
    return torch.from_numpy(np.round(values, 4).astype(np.float32))


def channel_steps(random, steps, channels, inner, axis=1, centre=0.0, spread=1.0):
    """`steps` are (mode, batch size); the shape is [batch, channels, *inner], or [batch, *inner, channels] for axis −1."""
    given = []
    for mode, batch in steps:
        shape = (batch, channels, *inner)
        tensors = {"input": draw_channels(random, shape, centre, spread)}
        if mode != "eval":
            tensors["output_gradient"] = draw(random, *shape)
        if axis == -1:
            tensors = {k: v.movedim(1, -1).contiguous() for k, v in tensors.items()}
        given.append((mode, tensors))
    return given


# Running a case. A step is (mode, given tensors).

def golden(name, options, initial, build, steps, keep_final=False, own_formula=False):
    """`build(dtype)` makes the subject, and returns the function that takes a step and a dictionary of its state.
    A subject that PyTorch has no module for is of our `own_formula`, and stands in float64 alone."""
    results = {torch.float32: ([{}] * len(steps), {})}
    for dtype in (torch.float64,) if own_formula else (torch.float64, torch.float32):
        take_step, state = build(dtype)
        computed = [take_step(mode, **{k: as_type(v, dtype) for k, v in given.items()}) for mode, given in steps]
        results[dtype] = computed, state() if keep_final else None

    (reference, final), (single, final_single) = results[torch.float64], results[torch.float32]
    case = {
        "name": name,
        "generator": GENERATOR,
        "options": options,
        "initial": {k: encode(v) for k, v in initial.items()},
        "steps": [
            {"mode": mode} | {k: encode(v) for k, v in given.items()} | with_float32(exact, rounded)
            for (mode, given), exact, rounded in zip(steps, reference, single)
        ],
    }
    if keep_final:
        case["final"] = with_float32(final, final_single)
    (FOLDER / f"{name}.json").write_text(render(case) + "\n")


def as_type(tensor, dtype):
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def with_float32(reference, single):
    encoded = {k: encode(v) for k, v in reference.items()}
    rounded = {k: encode(v) for k, v in single.items() if v.is_floating_point()}
    return encoded | ({"float32": rounded} if rounded else {})


def encode(tensor):
    values = tensor.detach().contiguous().numpy().ravel()
    if tensor.is_floating_point():
        values = [float(str(value)) for value in values]
    else:
        values = values.tolist()
    return {"type": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "values": values}


def render(value, indent=""):
    """JSON with a line per tensor."""
    inner = indent + "  "
    if isinstance(value, dict) and value and "values" not in value:
        return ("{\n" + ",\n".join(f'{inner}"{k}": {render(v, inner)}' for k, v in value.items()) + f"\n{indent}}}")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inner + render(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


# Modules

def module_case(name, options, initial, make, steps, apply=lambda module, x: module(x), own_formula=False):
    """A module fed step by step. `apply` takes the module, the input and what else a step gives."""
    def build(dtype):
        module = make().to(dtype)
        load(module, initial)

        def take_step(mode, input, output_gradient=None, **others):
            module.train(mode == "train")
            computed = through(module, lambda x: apply(module, x, **others), input, output_gradient)
            observed = getattr(module, "observed", {})
            return computed | observed | {k: v.clone() for k, v in module.named_buffers()}

        return take_step, None

    golden(name, options, initial, build, steps, own_formula=own_formula)


def load(module, initial):
    state = module.state_dict()
    for name, value in initial.items():
        state[name].copy_(value)


def through(module, apply, input, output_gradient=None):
    """Forward, and backward when there is a gradient to send back."""
    module.zero_grad()
    input = input.clone().requires_grad_(output_gradient is not None)
    output = apply(input)
    computed = {"output": output}
    if output_gradient is not None:
        output.backward(output_gradient)
        computed["input_gradient"] = input.grad
        computed |= {f"{name}_gradient": parameter.grad.clone() for name, parameter in module.named_parameters()}
    return computed


def channel_first(axis):
    """For `module_case`: a module that wants the channels at axis 1, given them at `axis`."""
    return lambda module, x: module(x.movedim(axis, 1)).movedim(1, axis)
