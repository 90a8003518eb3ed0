#!/usr/bin/python3
"""Marks the need of a version of a symbol in a 64-bit ELF library as weak: weaken.py LIBRARY VERSION."""

import struct
import sys

SHT_GNU_VERNEED = 0x6FFFFFFE
VER_FLG_WEAK = 2

path, version = sys.argv[1:]
with open(path, "rb") as file:
    elf = bytearray(file.read())
sections, = struct.unpack_from("<Q", elf, 0x28)
size, count = struct.unpack_from("<HH", elf, 0x3A)
headers = [struct.unpack_from("<IIQQQQIIQQ", elf, sections + i * size) for i in range(count)]
needs = next(header for header in headers if header[1] == SHT_GNU_VERNEED)
names = headers[needs[6]][4]
found = 0
need = needs[4]
while True:
    _, versions, _, first, following = struct.unpack_from("<HHIII", elf, need)
    entry = need + first
    for _ in range(versions):
        _, flags, _, name, after = struct.unpack_from("<IHHII", elf, entry)
        end = elf.index(b"\0", names + name)
        if elf[names + name:end].decode() == version:
            struct.pack_into("<H", elf, entry + 4, flags | VER_FLG_WEAK)
            found += 1
        entry += after
    if following == 0:
        break
    need += following
if found == 0:
    sys.exit(f"{path} does not need {version}.")
with open(path, "wb") as file:
    file.write(elf)
