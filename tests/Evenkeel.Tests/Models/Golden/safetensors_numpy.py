"""Writes and reads safetensors files with nothing but numpy: for machines without the `safetensors` package.

A file is the header's length (8 bytes, little-endian), the header (JSON) and the tensors' data, one after another without holes:
{"__metadata__": {"format": "pt"}, "fc.bias": {"dtype": "F32", "shape": [10], "data_offsets": [0, 40]}, ...}
"""

import json
import math

import numpy as np

DTYPES = {"torch.float64": "F64", "torch.float32": "F32", "torch.float16": "F16", "torch.bfloat16": "BF16", "torch.int64": "I64"}
SIZES = {"F64": 8, "I64": 8, "F32": 4, "F16": 2, "BF16": 2}


def write(path, tensors, metadata=None):
    """Writes PyTorch's tensors, by name: a state_dict(), for instance. Wide elements come first, so that all are aligned."""
    header, data = {}, bytearray()
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0])):
        begin = len(data)
        data += to_bytes(tensor)
        header[name] = {"dtype": DTYPES[str(tensor.dtype)], "shape": list(tensor.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def to_bytes(tensor):
    tensor = tensor.detach().cpu()
    if DTYPES[str(tensor.dtype)] == "BF16":  # numpy has none: it is the upper half of a float32
        return (tensor.float().numpy().view(np.uint32) >> 16).astype("<u2").tobytes()
    array = tensor.numpy()
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def read(path):
    """Reads a file, strictly: returns {name: (dtype, shape, bytes)} and the metadata; raises ValueError on anything amiss."""
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    check(len(content) >= 8 and length <= len(content) - 8, f"the header's length, {length}, exceeds the file's")
    text, data = content[8:8 + length], content[8 + length:]
    check(text.startswith(b"{"), "the header does not begin with {")
    header = json.loads(text.decode(), object_pairs_hook=without_duplicates)

    metadata = header.pop("__metadata__", {})
    check(isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values()), "metadata are not strings")

    tensors, ends = {}, []
    for name, entry in header.items():
        check(isinstance(entry, dict) and entry.keys() == {"dtype", "shape", "data_offsets"}, f"{name}: not the keys of a tensor")
        dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
        check(dtype in SIZES, f"{name}: unknown dtype {dtype}")
        check(are_sizes(shape) and are_sizes(offsets) and len(offsets) == 2, f"{name}: bad shape {shape} or offsets {offsets}")
        begin, end = offsets
        check(end - begin == SIZES[dtype] * math.prod(shape), f"{name}: {dtype} {shape} does not fill {offsets}")
        tensors[name] = dtype, shape, data[begin:end]
        ends.append((begin, end))

    position = 0
    for begin, end in sorted(ends):
        check(begin == position, f"a hole or an overlap at {position}: the next tensor begins at {begin}")
        position = end
    check(position == len(data), f"the tensors end at {position}, the file at {len(data)}")
    return tensors, metadata


def without_duplicates(pairs):
    check(len(dict(pairs)) == len(pairs), "a name is there twice")
    return dict(pairs)


def are_sizes(values):
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)


def check(condition, message):
    if not condition:
        raise ValueError(message)
