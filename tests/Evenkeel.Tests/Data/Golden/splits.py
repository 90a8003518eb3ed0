#!/usr/bin/python3
"""Writes splits.json: the folds of scikit-learn's KFold and StratifiedKFold without a shuffle.

Run:       /usr/bin/python3 splits.py
Made with: Debian 12: python3-sklearn 1.2.1+dfsg-1, python3-numpy 1.24.2, Python 3.11
"""

import json
import pathlib

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold


def case(labels, folds):
    labels = np.array(labels)
    rows = np.zeros((len(labels), 1))
    return {
        "labels": labels.tolist(),
        "folds": folds,
        "k_fold": [test.tolist() for _, test in KFold(folds).split(rows)],
        "stratified": [test.tolist() for _, test in StratifiedKFold(folds).split(rows, labels)],
    }


random = np.random.default_rng(150203167)
cases = [
    case([0, 1] * 5, 3),
    case([5] * 7 + [-2] * 6 + [0] * 4, 4),
    case(random.choice(3, 47, p=[0.6, 0.3, 0.1]), 3),
    case(random.choice(2, 40, p=[0.8, 0.2]), 5),
    case([1] * 8, 8),
]
(pathlib.Path(__file__).parent / "splits.json").write_text(json.dumps(cases, separators=(",", ":")).replace("},{", "},\n{") + "\n")
