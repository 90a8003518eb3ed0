#!/usr/bin/env python3
"""Compares what Evenkeel read of mutated tables with Python's csv.reader(strict=True) and float.

    dotnet run -c Release --project tests/Evenkeel.Fuzz -- readings 100000 1 | python3 tests/Evenkeel.Fuzz/oracle.py

Deliberate differences:
- Blanks behind a closing quote are accepted (Python refuses them).
- Byte order marks before the header, and a first line sep=X, are no part of the table.
- A cell is a number only in ASCII: no digits of other scripts, no underscores (1_000), no blanks but spaces and tabs around it.
- inf, infinity and nan are no numbers, and neither is what lies beyond 1.8E+308.
- Bytes that are not UTF-8 are read as U+FFFD by both; tables that begin as UTF-16, UTF-32, gzip, ZIP or HTML are
  refused.
"""
import base64
import csv
import io
import json
import math
import re
import struct
import sys

csv.field_size_limit(1 << 30)
OTHER_ENCODING = re.compile(rb"(\xef\xbb\xbf)*(sep=[^a-z0-9]\r?\n?)?(\xef\xbb\xbf)*(\xff\xfe|\xfe\xff|\0\0\xfe\xff)", re.IGNORECASE)
NUMBER = re.compile(r"[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t]*\Z", re.ASCII)


def table(data):
    """The records by Python's strict reader; None if it refuses them."""
    while data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    delimiter = ","
    first = re.match(rb"(?i)sep=([^a-z0-9\"\r\n\0\x80-\xff])(\r\n|\r|\n)", data)
    if first:
        delimiter = first.group(1).decode()
        data = data[first.end():].removeprefix(b"\xef\xbb\xbf")
    text = data.decode("utf-8", "replace")
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row], delimiter
    except csv.Error:
        return None, delimiter


def has_blank_behind_quote(data):
    return re.search(rb'"[ \t]+([^ \t"]|$)', data) is not None


def same(ours, theirs):
    if isinstance(ours, dict):
        value = struct.unpack(">d", bytes.fromhex(ours["bits"]))[0]
        return NUMBER.match(theirs) is not None and struct.pack(">d", float(theirs)) == struct.pack(">d", value)
    return ours == theirs and (NUMBER.match(theirs) is None or math.isinf(float(theirs)))


count = accepted = blanks = refused = 0
for line in sys.stdin:
    reading = json.loads(line)
    data = base64.b64decode(reading["input"])
    expected, delimiter = table(data)
    count += 1
    if reading["rows"] is None:
        # Refused: so it is by Python, or for another reason of the list.
        if expected is None or not expected:
            refused += 1
            continue
        beginning = data.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if OTHER_ENCODING.match(data) or data[:2] == b"\x1f\x8b" or data[:4] == b"PK\3\4" or beginning.startswith((b"<html", b"<!doctype")):
            refused += 1
            continue
        if len(data) >= 4 and (data[1] == data[3] == 0 or data[0] == data[2] == 0):
            refused += 1
            continue
        sys.exit(f"refused, though Python reads it: {data!r}")
    accepted += 1
    if expected is None:
        if has_blank_behind_quote(data):
            blanks += 1
            continue
        sys.exit(f"accepted, though Python refuses it: {data!r}")
    ours = reading["rows"]
    if len(ours) != len(expected) or any(len(a) != len(b) or not all(map(same, a, b)) for a, b in zip(ours[1:], expected[1:])) \
            or ours[0] != expected[0]:
        sys.exit(f"read otherwise: {data!r}\n  {ours}\n  {expected}")
print(f"{count} tables, {accepted} accepted ({blanks} with blanks behind a quote, which Python refuses), {refused} refused by both")
