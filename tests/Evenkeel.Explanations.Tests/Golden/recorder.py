"""What the golden files are made of: a computation recorded operation by operation, and the file it is written to."""

import json
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent / "Cases"
GENERATOR = "generate.py, PyTorch 1.13.1, seed 150203167"


class Value:
    """A tensor of a recorder, with its symbol. `magnitude` bounds the terms that its gradient is the sum of."""

    def __init__(self, symbol, tensor, constant=False):
        self.symbol, self.tensor, self.constant = symbol, tensor, constant
        self.uses = self.received = 0
        self.magnitude = torch.zeros_like(tensor)


class Recorder:
    """Operations on tensors, each with its own name, whose gradients autograd keeps."""

    def __init__(self):
        self.leaves, self.operations = [], []

    def leaf(self, symbol, tensor):
        value = Value(symbol, tensor.detach().clone().requires_grad_())
        self.leaves.append(value)
        return value

    def constant(self, symbol, tensor):
        return Value(symbol, tensor.detach().clone(), constant=True)

    def compute(self, symbol, function, *operands):
        result = Value(symbol, function(*[operand.tensor for operand in operands]))
        result.tensor.retain_grad()
        for operand in operands:
            operand.uses += 1
        self.operations.append((result, function, operands))
        return result

    def write_forward(self, case, section):
        for result, _, _ in self.operations:
            case.put(section, result.symbol, result.tensor)

    def write_backward(self, case, section, output_gradient, module_gradient):
        """The gradients of all values by autograd, and of each operation its derivatives and what it sends back."""
        output = self.operations[-1][0]
        output.tensor.backward(output_gradient)
        output.magnitude = output_gradient.abs()
        for result, function, operands in reversed(self.operations):
            if result.uses != 1:
                case.put(section, f"d{result.symbol}", result.tensor.grad, result.magnitude)
            derivatives = local_derivatives(function, operands, result)
            sent = contributions(function, operands, result)
            for operand, derivative, contribution in zip(operands, derivatives, sent):
                if operand.constant:
                    continue
                operand.received += 1
                part = f"^{{({operand.received})}}" if operand.uses > 1 else ""
                terms = (result.magnitude * derivative.abs()).sum_to_size(operand.tensor.shape)
                operand.magnitude = operand.magnitude + terms
                case.put(section, rf"\frac{{\partial {result.symbol}}}{{\partial {operand.symbol}}}", derivative)
                case.put(section, f"d{operand.symbol}{part}", contribution, operand.magnitude)
        x = self.leaves[0]
        torch.testing.assert_close(x.tensor.grad, module_gradient, rtol=1e-11, atol=1e-11)
        case.put(section, "dx", module_gradient, x.magnitude)


def detached(operands):
    return [operand.tensor.detach().clone().requires_grad_() for operand in operands]


def local_derivatives(function, operands, result):
    """∂result/∂operand, for each element of the larger of the two."""
    expanded = [value.detach().expand(torch.broadcast_shapes(value.shape, result.tensor.shape)).clone().requires_grad_()
                for value in detached(operands)]
    return torch.autograd.grad(function(*expanded).sum(), expanded)


def contributions(function, operands, result):
    """What one operation alone sends back to its operands."""
    own = detached(operands)
    return torch.autograd.grad(function(*own), own, result.tensor.grad)


class Case:
    """A golden file: the input of an explanation, and its quantities by section and symbol, in order."""

    def __init__(self, name, given):
        self.name, self.given, self.quantities = name, given, []

    def put(self, section, symbol, values, magnitude=None, tolerance=None):
        """`magnitude` is that of the numbers which `values` are the sum of (default: that of the values themselves; 0 has
        each number compared relative to itself alone)."""
        values = values.detach().reshape(-1)
        magnitude = values if magnitude is None else torch.as_tensor(magnitude, dtype=torch.float64)
        scale = magnitude.detach().abs().max().item()
        entry = {"section": section, "symbol": symbol, "scale": float(f"{scale:.3g}"), "values": values.tolist()}
        self.quantities.append(entry | ({"tolerance": tolerance} if tolerance else {}))

    def write(self):
        lines = [f'  "name": {json.dumps(self.name)}', f'  "generator": {json.dumps(GENERATOR)}',
                 f'  "input": {compact(self.given)}',
                 '  "quantities": [\n' + ",\n".join(f"    {compact(entry)}" for entry in self.quantities) + "\n  ]"]
        (FOLDER / f"{self.name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def compact(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
