#!/usr/bin/python3
"""Writes feature-scaling.json: what scikit-learn makes of columns of many kinds, for the tests to compare with.

Run:       /usr/bin/python3 generate.py
Made with: Debian 12: python3-sklearn 1.2.1+dfsg-1, python3-numpy 1.24.2, Python 3.11

The columns, which are those of one table, are not written down but made again by the tests (ScalingColumns.cs), bit for bit:
their numbers come from a linear congruential generator, by operations that IEEE 754 fixes. The file has, for each column, type
and scaler, what was fitted (center, scale: null where scikit-learn takes the column for constant) and the results of some
rows (null for NaN).
"""

import json
import pathlib

import numpy as np
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

ROWS, STEP = 10_000, 311


def units(seed):
    """53-bit fractions from 0 to 1."""
    state, fractions = seed, []
    for _ in range(ROWS):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        fractions.append((state >> 11) * 2.0**-53)
    return np.array(fractions)


def columns():
    u, v = units(1), units(2)
    nearly = np.full(ROWS, 0.1)
    nearly[ROWS // 3] += 2.0**-20
    outlier = u - 0.5
    outlier[ROWS // 3] = 1e12
    return {
        "uniform": u - 0.5,
        "skewed": 1 / (u + 0.0009765625),
        "whole numbers": np.floor(10 * u),
        "a quarter NaN": np.where(v < 0.25, np.nan, u - 0.5),
        "an outlier": outlier,
        "1e4 ± 1e-2": 1e4 + (u - 0.5) * 0.02,
        "1e9 ± 1e-3": 1e9 + (u - 0.5) * 0.002,
        "1e30": (u - 0.5) * 1e30,
        "1e-30": (u - 0.5) * 1e-30,
        "constant": np.full(ROWS, 0.1),
        "constant but for one": nearly,
    }


def fitted(scaler, column):
    """Center and scale; scikit-learn scales by 1 where it takes a column for constant."""
    if isinstance(scaler, StandardScaler):
        center, scale = scaler.mean_[column], np.sqrt(scaler.var_[column])
    elif isinstance(scaler, MinMaxScaler):
        center, scale = scaler.data_min_[column], scaler.data_range_[column]
    else:
        center, scale = 0, scaler.max_abs_[column]
    constant = scaler.scale_[column] == 1 and scale != 1
    return float(center), None if constant else float(scale)


def main():
    cases = []
    kinds = columns()
    for type in (np.float32, np.float64):
        table = np.stack(list(kinds.values()), axis=1).astype(type)
        for name, scaler in ("standard", StandardScaler()), ("min-max", MinMaxScaler()), ("max-abs", MaxAbsScaler()):
            result = scaler.fit_transform(table)[::STEP]
            for column, kind in enumerate(kinds):
                center, scale = fitted(scaler, column)
                cases.append({
                    "column": kind, "type": type.__name__, "scaler": name, "center": center, "scale": scale,
                    "result": [None if np.isnan(y) else float(y) for y in result[:, column]]})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    path = pathlib.Path(__file__).with_name("feature-scaling.json")
    path.write_text(f'{{"generator": "generate.py, scikit-learn 1.2.1", "rows": {ROWS}, "step": {STEP}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
