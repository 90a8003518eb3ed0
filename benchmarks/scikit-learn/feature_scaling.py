#!/usr/bin/python3
"""scikit-learn's scalers on a table, one call at a time: what the benchmark feature-scaling is timed against.

Run by the benchmark, which gives the file with the table (float32, row after row) and its shape, and then lines
"SCALER fit" or "SCALER transform" on the standard input; each is answered with the seconds it took.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "pytorch"))
import environment

if __name__ == "__main__":
    environment.restart_with(os.environ | environment.ALLOCATOR)

import time

import numpy as np
import sklearn
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

SCALERS = {"standard": StandardScaler, "min-max": MinMaxScaler, "max-abs": MaxAbsScaler, "robust": RobustScaler}


def main():
    path, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    table = np.fromfile(path, np.float32).reshape(rows, columns)
    scalers = {name: make() for name, make in SCALERS.items()}
    print(f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}", flush=True)
    for line in sys.stdin:
        name, action = line.split()
        call = getattr(scalers[name], action)
        start = time.perf_counter()
        call(table)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
