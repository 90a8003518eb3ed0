#!/usr/bin/python3
"""Writes quantile-scalers.json: what scikit-learn's RobustScaler and PowerTransformer make of columns of many kinds.

Run:       /usr/bin/python3 quantile_scalers.py
Made with: Debian 12: python3-sklearn 1.2.1+dfsg-1, python3-scipy 1.10.1, python3-numpy 1.24.2, Python 3.11

Each column: {name, values (null for NaN), robust: [{lower, upper, center, scale}], yeo_johnson: {lambda, mean, deviation, transformed}},
where mean and deviation are those of the transformed column before it is standardized, and transformed are its first values after it.
Columns on which scikit-learn 1.2.1 fails (it overflows, or its variance cancels) have no yeo_johnson.
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn.preprocessing import PowerTransformer, RobustScaler

SEED = 150203167
ROWS = 80


def columns():
    random = np.random.default_rng(SEED)
    normal = random.normal(size=ROWS)
    yield "normal", np.round(normal, 3), True
    yield "uniform", np.round(random.uniform(-1, 3, ROWS), 3), True
    yield "exponential", np.round(random.exponential(2, ROWS), 3), True
    yield "lognormal", np.round(np.exp(1.5 * random.normal(size=ROWS)), 3), True
    yield "negative lognormal", np.round(-np.exp(random.normal(size=ROWS)), 3), True
    yield "both tails", np.round(random.standard_t(2, ROWS), 3), True
    yield "left skewed", np.round(10 - random.exponential(3, ROWS), 3), True
    yield "counts", random.poisson(3, ROWS).astype(float), True
    yield "binary", (random.uniform(size=ROWS) < 0.3).astype(float), True
    yield "large", np.round(random.exponential(50_000, ROWS), 1), True
    yield "with NaN", np.where(random.uniform(size=ROWS) < 0.2, np.nan, np.round(random.gamma(2, 2, ROWS), 3)), True
    yield "outliers", np.where(random.uniform(size=ROWS) < 0.05, 1e6, np.round(normal, 3)), True
    yield "offset", 1000 + np.round(random.exponential(10, ROWS), 3), False
    yield "large offset", 1e9 + np.round(1e-3 * normal, 7), False
    yield "mostly zero", np.where(random.uniform(size=ROWS) < 0.8, 0.0, np.round(normal, 3)), True


def robust(column, lower, upper):
    scaler = RobustScaler(quantile_range=(100 * lower, 100 * upper)).fit(column[:, None])
    return {"lower": lower, "upper": upper, "center": scaler.center_[0], "scale": scaler.scale_[0]}


def yeo_johnson(column):
    scaler = PowerTransformer().fit(column[:, None])
    transformed = scaler.transform(column[:20, None])[:, 0]
    return {
        "lambda": scaler.lambdas_[0],
        "mean": scaler._scaler.mean_[0],
        "deviation": scaler._scaler.scale_[0],
        "transformed": numbers(transformed),
    }


def numbers(column):
    return [None if np.isnan(value) else float(value) for value in column]


def main():
    warnings.simplefilter("error")
    written = []
    for name, column, has_power in columns():
        golden = {"name": name, "values": numbers(column), "robust": [robust(column, 0.25, 0.75), robust(column, 0.1, 0.95)]}
        if has_power:
            golden["yeo_johnson"] = yeo_johnson(column)
        written.append(golden)
    lines = ",\n".join(json.dumps(column) for column in written)
    (pathlib.Path(__file__).parent / "quantile-scalers.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
