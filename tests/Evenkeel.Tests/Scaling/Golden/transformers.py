#!/usr/bin/python3
"""Writes transformers.json: what scikit-learn's QuantileTransformer, KBinsDiscretizer, SimpleImputer and Pipeline make of columns.

Run:       /usr/bin/python3 transformers.py
Made with: Debian 12: python3-sklearn 1.2.1+dfsg-1, python3-scipy 1.10.1, python3-numpy 1.24.2, Python 3.11

Each column: {name, values (null for NaN), points, quantile: [{count, distribution, transformed, inverse}],
bins: [{bins, strategy, edges, transformed, inverse}] (none with NaN), imputed: {mean, median, most_frequent},
pipeline: what log1p, standardization and min-max scaling make of |points|, fitted to |values|, and its inverse}.
"""

import json
import pathlib
import warnings

import numpy as np
from scipy import stats
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, MinMaxScaler, QuantileTransformer, StandardScaler

SEED = 150203167
ROWS = 40


def columns():
    random = np.random.default_rng(SEED)
    yield "normal", np.round(random.normal(size=ROWS), 3)
    yield "exponential", np.round(random.exponential(20, ROWS), 3)
    yield "counts", random.poisson(2, ROWS).astype(float)
    yield "binary", (random.uniform(size=ROWS) < 0.3).astype(float)
    yield "with NaN", np.where(random.uniform(size=ROWS) < 0.2, np.nan, np.round(random.gamma(2, 2, ROWS), 1))
    yield "constant", np.full(ROWS, 7.0)
    yield "mostly zero", np.where(random.uniform(size=ROWS) < 0.8, 0.0, np.round(random.normal(size=ROWS), 3))


def points(column):
    low, high = np.nanmin(column), np.nanmax(column)
    steps = np.round(np.linspace(low - 1, high + 1, 9), 3)
    return np.concatenate([steps, [np.nan], np.unique(column[~np.isnan(column)])[:8], [high]])


def quantile(column, at, count, distribution):
    scaler = QuantileTransformer(n_quantiles=count, output_distribution=distribution).fit(column[:, None])
    back = np.array([0, 0.1, 0.25, 0.5, 0.77, 1])
    back = back if distribution == "uniform" else np.array([-6, -2, -0.3, 0, 1.5, 5])
    return {
        "count": count,
        "distribution": distribution,
        "transformed": numbers(scaler.transform(at[:, None])[:, 0]),
        "from": numbers(back),
        "inverse": numbers(scaler.inverse_transform(back[:, None])[:, 0]),
    }


def bins(column, at, count, strategy):
    scaler = KBinsDiscretizer(n_bins=count, encode="ordinal", strategy=strategy).fit(column[:, None])
    at = at[~np.isnan(at)]
    numbered = np.arange(scaler.n_bins_[0]).astype(float)
    return {
        "bins": count,
        "strategy": strategy,
        "edges": numbers(scaler.bin_edges_[0]),
        "at": numbers(at),
        "transformed": numbers(scaler.transform(at[:, None])[:, 0]),
        "inverse": numbers(scaler.inverse_transform(numbered[:, None])[:, 0]),
    }


def imputed(column):
    return {
        strategy: SimpleImputer(strategy=strategy).fit(column[:, None]).statistics_[0]
        for strategy in ("mean", "median", "most_frequent")
    }


def pipeline(column, at):
    log = FunctionTransformer(np.log1p, inverse_func=np.expm1)
    scaler = make_pipeline(log, StandardScaler(), MinMaxScaler((-1, 1))).fit(np.abs(column[:, None]))
    transformed = scaler.transform(np.abs(at[:, None]))
    return {"transformed": numbers(transformed[:, 0]), "inverse": numbers(scaler.inverse_transform(transformed)[:, 0])}


def numbers(column):
    return [None if not np.isfinite(value) else float(value) for value in column]


def main():
    written = []
    for name, column in columns():
        at = points(column)
        has_bins = name not in ("with NaN", "constant")
        written.append({
            "name": name,
            "values": numbers(column),
            "points": numbers(at),
            "quantile": [quantile(column, at, *kind) for kind in ((1000, "uniform"), (7, "uniform"), (1000, "normal"), (11, "normal"))],
            "bins": [bins(column, at, *kind) for kind in ((5, "uniform"), (4, "quantile"), (7, "quantile"))] if has_bins else [],
            "imputed": imputed(column),
            "pipeline": pipeline(column, at),
        })
    lines = ",\n".join(json.dumps(column) for column in written)
    normal = [-37.5, -20, -8, -5, -2.5, -1, -0.6, -0.1, 0, 1e-9, 0.3, 0.67, 1.5, 3, 5, 7]
    distribution = json.dumps([[x, float(stats.norm.cdf(x))] for x in normal])
    (pathlib.Path(__file__).parent / "transformers.json").write_text(
        f'{{"normal_distribution": {distribution}, "columns": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
