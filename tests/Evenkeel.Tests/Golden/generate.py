#!/usr/bin/python3
"""Writes the golden files: what PyTorch computes, for the tests to compare with.

Run:       /usr/bin/python3 generate.py        (writes *.json beside itself; a module per family)
Made with: Debian 12: python3-torch 1.13.1+dfsg-4, python3-numpy 1.24.2, libblas3 3.11.0, Python 3.11
Seed:      SEED in cases.py, together with the name of the case's data, so that a new case changes no other.

The same packages on the same processor write the same bytes. Elsewhere the inputs stay what they are, and the results may
differ in their last digits.

A file is one case: {name, generator, options, initial, steps, final}.
  options   what to construct the subject with.
  initial   its parameters (and running statistics where they matter) before the first step, by PyTorch's names.
  steps     what is fed in ("given") and what comes out, in order; gradients are those of the step alone.
            "train" normalizes by the batch, "eval" is inference, "frozen" is eval mode with gradients.
  final     the parameters after the last step, where a step changes them.
A tensor is {type, shape, values}, row by row. Everything given is float32 (decimals that mean the nearest float32). Every
result is computed twice from it: in float64 arithmetic, which is the reference and stands at the step itself, and in
float32 arithmetic, which stands under "float32" and shows how far PyTorch is from that reference. Numbers have as many
digits as identify them: up to 9 for float32, up to 17 for float64.

What PyTorch 1.13 has no module for (RMS normalization, batch renormalization, cross-iteration batch normalization, a mask
inside a group of a sample) is written out in the module of its family, differentiated by autograd, and has no "float32".
The conventions of each are said there. Masks are int64: 1 counts, 0 does not.
"""

import torch

from batch_norms import accumulated_batch_norms, batch_norms, ghost_batch_norms, sync_batch_norms
from batch_renorms import batch_renorms
from cross_iteration_norms import cross_iteration_norms
from embeddings import embeddings
from masked_norms import masked_norms
from networks import activations, convolutions, folding, linear, losses, network, optimizers
from pooling import poolings
from sample_norms import group_norms, instance_norms, layer_norms, rms_norms


def main():
    torch.set_num_threads(1)
    batch_norms()
    sync_batch_norms()
    accumulated_batch_norms()
    ghost_batch_norms()
    layer_norms()
    rms_norms()
    instance_norms()
    group_norms()
    batch_renorms()
    cross_iteration_norms()
    masked_norms()
    folding("folding", 7, 5)
    folding("folding-no-bias", 7, 5, bias=False)
    folding("folding-no-affine", 7, 5, affine=False)
    linear("linear", 9, 33, 17)
    linear("linear-no-bias", 3, 5, 2, bias=False)
    embeddings()
    convolutions()
    activations()
    poolings()
    losses()
    optimizers()
    network()


if __name__ == "__main__":
    main()
