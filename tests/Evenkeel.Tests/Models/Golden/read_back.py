#!/usr/bin/python3
"""Prints a safetensors file's tensors, sorted by name (by code points): name, dtype, shape and the SHA-256 of the bytes.

Run: /usr/bin/python3 read_back.py FILE
"""

import hashlib
import sys

sys.dont_write_bytecode = True
sys.stdout.reconfigure(encoding="utf-8", newline="\n")

from safetensors_numpy import read

tensors, _ = read(sys.argv[1])
for name, (dtype, shape, data) in sorted(tensors.items()):
    print(name, dtype, "[" + ",".join(map(str, shape)) + "]", hashlib.sha256(data).hexdigest())
