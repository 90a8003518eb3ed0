"""Writes a table of 1,000,000 rows and 30 columns: 24 of numbers, some with gaps, 6 of categories; the label depends on some of them.

/usr/bin/python3 million.py million.csv [ROWS]
"""
import sys
import numpy as np

rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
random = np.random.default_rng(0)
numbers = random.normal(size=(rows, 24)) * 10.0 ** random.integers(-2, 4, size=24) + random.integers(-50, 50, size=24)
categories = random.integers(0, [3, 5, 8, 12, 30, 60], size=(rows, 6))
standard = (numbers - numbers.mean(0)) / numbers.std(0)
effects = [random.normal(size=n) for n in (3, 5, 8, 12, 30, 60)]
score = standard[:, :6] @ [1, -1, 0.5, 0.7, -0.3, 0.8] + standard[:, 0] * standard[:, 1] + sum(e[categories[:, c]] for c, e in enumerate(effects))
label = np.where(score + random.normal(size=rows) > 0, "yes", "no")
gaps = random.random((rows, 24)) < np.where(np.arange(24) % 6 == 5, 0.1, 0)
with open(sys.argv[1], "w") as file:
    file.write(",".join([f"n{i}" for i in range(24)] + [f"c{i}" for i in range(5)] + ["c5", "label"]) + "\n")
    for start in range(0, rows, 10_000):
        for i in range(start, min(rows, start + 10_000)):
            cells = ["" if gap else f"{x:.5g}" for x, gap in zip(numbers[i], gaps[i])]
            file.write(",".join(cells + [f"v{c}" for c in categories[i]] + [label[i]]) + "\n")
