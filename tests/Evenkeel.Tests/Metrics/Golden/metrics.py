#!/usr/bin/python3
"""Writes metrics.json: scikit-learn's measures of random labels and predictions, with ties and rare classes.

Run:       /usr/bin/python3 metrics.py
Made with: Debian 12: python3-sklearn 1.2.1+dfsg-1, python3-numpy 1.24.2, Python 3.11
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

SEED = 150203167


def probabilities(random, rows, classes, decimals):
    """Rows that add up to 1, of multiples of 10^-decimals, so that some are equal, and some 0 or 1."""
    whole = 10 ** decimals
    cuts = np.sort(random.integers(-whole // 8, whole + whole // 8, (rows, classes - 1)).clip(0, whole), axis=1)
    parts = np.diff(np.hstack([np.zeros((rows, 1)), cuts, np.full((rows, 1), whole)]), axis=1)
    return parts / whole


def classification(name, random, rows, frequencies, decimals, dtype):
    classes = len(frequencies)
    labels = random.choice(classes, rows, p=frequencies)
    p = probabilities(random, rows, classes, decimals)
    chosen = random.uniform(size=rows) < 0.4  # some predictions that are right
    p[chosen] = 0.5 * p[chosen] + 0.5 * np.eye(classes)[labels[chosen]]
    p = p.astype(dtype)
    predictions = p.argmax(axis=1)
    every = np.arange(classes)

    def scores(average):
        precision, recall, f1, support = metrics.precision_recall_fscore_support(
            labels, predictions, labels=every, average=average, zero_division=0)
        columns = [precision, recall, f1] if average else [precision, recall, f1, support]
        return np.column_stack(columns).tolist() if average is None else [float(column) for column in columns]

    case = {
        "name": name,
        "classes": classes,
        "is_single": dtype == np.float32,
        "labels": labels.tolist(),
        "probabilities": p.ravel().tolist(),
        "predictions": predictions.tolist(),
        "confusion": metrics.confusion_matrix(labels, predictions, labels=every).ravel().tolist(),
        "accuracy": metrics.accuracy_score(labels, predictions),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, predictions),
        "matthews": metrics.matthews_corrcoef(labels, predictions),
        "per_class": scores(None),
        "macro": scores("macro"),
        "micro": scores("micro"),
        "weighted": scores("weighted"),
        "log_loss": metrics.log_loss(labels, p.astype(dtype), labels=every),
        "roc_area": None,
        "roc_curves": [],
        "brier": None,
        "calibration": [],
    }
    present = np.unique(labels)
    if len(present) == classes:
        case["roc_area"] = metrics.roc_auc_score(labels, p[:, 1] if classes == 2 else p.astype(float), multi_class="ovr")
    for k in every:
        curve = None
        if 0 < (labels == k).sum() < rows:
            fpr, tpr, thresholds = metrics.roc_curve(labels == k, p[:, k].astype(float))
            curve = {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist(),
                     "area": metrics.roc_auc_score(labels == k, p[:, k])}
        case["roc_curves"].append(curve)
    if classes == 2:
        case["brier"] = metrics.brier_score_loss(labels, p[:, 1].astype(float), pos_label=1)
        true, predicted = calibration_curve(labels, p[:, 1].astype(float), n_bins=10, pos_label=1)
    else:
        case["brier"] = float(np.mean(np.sum((p.astype(float) - np.eye(classes)[labels]) ** 2, axis=1)))
        true, predicted = calibration_curve(predictions == labels, p.max(axis=1).astype(float), n_bins=10)
    case["calibration"] = np.column_stack([predicted, true]).tolist()
    return case


def regression(name, targets, predictions):
    return {
        "name": name,
        "targets": targets.tolist(),
        "predictions": predictions.tolist(),
        "r_squared": metrics.r2_score(targets, predictions),
        "root_mean_squared_error": metrics.mean_squared_error(targets, predictions, squared=False),
        "mean_absolute_error": metrics.mean_absolute_error(targets, predictions),
        "mean_error": float(np.mean(predictions - targets)),
        "maximum_error": metrics.max_error(targets, predictions),
    }


def main():
    warnings.simplefilter("ignore")
    random = np.random.default_rng(SEED)
    classifications = [
        classification("two classes", random, 80, [0.5, 0.5], 2, np.float64),
        classification("two classes, many ties", random, 80, [0.7, 0.3], 1, np.float64),
        classification("a rare positive", random, 60, [0.95, 0.05], 2, np.float64),
        classification("two classes, single precision", random, 40, [0.4, 0.6], 2, np.float32),
        classification("one class only", random, 20, [1, 0], 1, np.float64),
        classification("four classes", random, 80, [0.25, 0.25, 0.25, 0.25], 2, np.float64),
        classification("four classes, imbalanced", random, 80, [0.7, 0.2, 0.05, 0.05], 1, np.float64),
        classification("four classes, one without samples", random, 40, [0.5, 0.3, 0.2, 0], 2, np.float64),
        classification("four classes, single precision", random, 40, [0.4, 0.3, 0.2, 0.1], 2, np.float32),
    ]
    x = np.round(random.normal(size=50), 3)
    noise = np.round(0.3 * random.normal(size=50), 3)
    regressions = [
        regression("normal", x, x + noise),
        regression("worse than the mean", x, 3 * noise),
        regression("large offset", 1e9 + np.sign(x), 1e9 + np.sign(x + noise)),
        regression("constant targets", np.full(4, 2.5), np.array([2.5, 2, 3, 2.5])),
        regression("constant targets, met", np.full(3, 0.1), np.full(3, 0.1)),
        regression("tiny", 1e-200 * x, 1e-200 * x),
        regression("two", np.array([1.0, 2.0]), np.array([1.5, 1.5])),
    ]
    text = json.dumps({"classifications": classifications, "regressions": regressions}, separators=(",", ":"))
    (pathlib.Path(__file__).parent / "metrics.json").write_text(text.replace(',"name', ',\n"name').replace("},{", "},\n{") + "\n")


main()
