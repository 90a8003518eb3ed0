"""Reads the MNIST files of data/mnist."""

import gzip
import pathlib

import numpy as np
import torch

FOLDER = pathlib.Path(__file__).parents[2] / "data" / "mnist"


def read(part):
    """Images [N, 784] in [0, 1] and labels [N] of a part, "train" or "t10k"."""
    images = read_idx(FOLDER / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(FOLDER / f"{part}-labels-idx1-ubyte.gz")
    return (torch.from_numpy(images.reshape(len(images), -1).astype(np.float32) / 255),
            torch.from_numpy(labels.astype(np.int64)))


def read_idx(path):
    """An IDX file of bytes: two zeros, the type (8 = unsigned byte), the rank, the lengths as big-endian int32, the data."""
    content = gzip.decompress(path.read_bytes())
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    rank = content[3]
    shape = np.frombuffer(content, ">i4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
