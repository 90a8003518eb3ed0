"""Compares `evenkeel train` with scikit-learn's MLPClassifier and MLPRegressor on four tables.

python3 compare.py EVENKEEL DATA [SEEDS] [TABLE ...]

EVENKEEL is the command (such as "dotnet …/Evenkeel.Cli.dll"), DATA a folder for the tables, which `fetch.sh DATA` fills. For each seed the
rows are split, 80 % to train on and 20 % to test on; both sides get the same two files. Evenkeel trains with its defaults in one command
(which holds 20 % of the training rows out to stop early) and predicts in a second one. scikit-learn gets the pipeline of its user guide:
SimpleImputer with an indicator and StandardScaler, OneHotEncoder, then MLPClassifier or MLPRegressor with the defaults, once without and
once with early stopping. Times are those of training, for Evenkeel the whole process from file to saved model, for scikit-learn `fit`
alone, without reading the file and without starting Python.
"""
import csv, json, os, random, shlex, subprocess, sys, tempfile, time, warnings
import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")

# table, label, columns left out, whether it is a regression
TABLES = {
    "wine": ("class", [], False),
    "penguins": ("Species", [], False),
    "birdstrikes": ("Phase of flight", ["Flight Date"], False),
    "movies": ("IMDB Rating", ["Title", "Release Date"], True),
    "species": ("habitat_yearround_pct", ["item_id"], True),
}
CODES = {"species": ["county_id"]}  # numbers that are categories


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def scikit_learn(header, train, test, table, early, seed):
    label, left_out, is_regression = TABLES[table]
    y = header.index(label)
    columns = [c for c, name in enumerate(header) if c != y and name not in left_out]
    codes = CODES.get(table, [])
    numeric = [c for c in columns if header[c] not in codes and all(row[c] == "" or is_number(row[c]) for row in train)]
    numeric = [c for c in numeric if any(row[c] != "" for row in train)]
    textual = [c for c in columns if c not in numeric]

    def features(rows):
        numbers = np.array([[float(row[c]) if row[c] != "" else np.nan for c in numeric] for row in rows], dtype=float).reshape(len(rows), -1)
        texts = np.array([[row[c] if row[c] != "" else "(missing)" for c in textual] for row in rows], dtype=object).reshape(len(rows), -1)
        return np.hstack([numbers.astype(object), texts])

    def labels(rows):
        return np.array([float(row[y]) for row in rows]) if is_regression else np.array([row[y] for row in rows])

    model = (MLPRegressor if is_regression else MLPClassifier)(random_state=seed, early_stopping=early)
    pipeline = make_pipeline(
        ColumnTransformer([
            ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), list(range(len(numeric)))),
            ("categories", OneHotEncoder(handle_unknown="ignore"), list(range(len(numeric), len(columns)))),
        ]),
        model)
    x, target = features(train), labels(train)
    if is_regression:  # MLPRegressor does not scale its target: do it a favour
        mean, deviation = target.mean(), target.std()
        target = (target - mean) / deviation
    start = time.perf_counter()
    pipeline.fit(x, target)
    seconds = time.perf_counter() - start
    predicted = pipeline.predict(features(test))
    if is_regression:
        actual, predicted = labels(test), predicted * deviation + mean
        return 1 - ((actual - predicted) ** 2).sum() / ((actual - actual.mean()) ** 2).sum(), seconds
    return float((predicted == labels(test)).mean()), seconds


def evenkeel(command, folder, header, test, table, seed):
    label, left_out, is_regression = TABLES[table]
    model, out = os.path.join(folder, "model.evenkeel"), os.path.join(folder, "predictions.csv")
    options = ["--label", label, "--seed", str(seed), "--save", model, "--json"]
    if left_out:
        options += ["--except", ",".join('"' + name + '"' if "," in name else name for name in left_out)]
    if table in CODES:
        options += ["--categories", ",".join(CODES[table])]
    start = time.perf_counter()
    subprocess.run(command + ["train", os.path.join(folder, "train.csv")] + options, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    subprocess.run(
        command + ["predict", model, os.path.join(folder, "test.csv"), "--out", out],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    names, rows = rows_of(out)
    predicted = [row[names.index("prediction")] for row in rows]
    y = header.index(label)
    if is_regression:
        actual, values = np.array([float(row[y]) for row in test]), np.array([float(text) for text in predicted])
        return 1 - ((actual - values) ** 2).sum() / ((actual - actual.mean()) ** 2).sum(), seconds
    return sum(row[y] == text for row, text in zip(test, predicted)) / len(test), seconds


def main():
    command, data = shlex.split(sys.argv[1]), sys.argv[2]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print("| table | rows | measure | Evenkeel | scikit-learn | with early stopping | seconds: Evenkeel | scikit-learn | with early stopping |")
    print("| --- | --: | --- | --: | --: | --: | --: | --: | --: |")
    for table in sys.argv[4:] or TABLES:
        label, _, is_regression = TABLES[table]
        header, rows = rows_of(os.path.join(data, table + ".csv"))
        rows = [row for row in rows if row[header.index(label)] != ""]
        results = []
        for seed in range(seeds):
            order = list(range(len(rows)))
            random.Random(seed).shuffle(order)
            held = set(order[: len(rows) // 5])
            train = [row for i, row in enumerate(rows) if i not in held]
            test = [row for i, row in enumerate(rows) if i in held]
            with tempfile.TemporaryDirectory() as folder:
                for name, part in (("train", train), ("test", test)):
                    with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as file:
                        csv.writer(file, lineterminator="\n").writerows([header] + part)
                results.append((
                    evenkeel(command, folder, header, test, table, seed),
                    scikit_learn(header, train, test, table, False, seed),
                    scikit_learn(header, train, test, table, True, seed)))
        scores, seconds = np.array([[r[0] for r in row] for row in results]), np.array([[r[1] for r in row] for row in results])
        cells = [f"{m:.4f} ± {s:.4f}" for m, s in zip(scores.mean(0), scores.std(0, ddof=1))]
        times = [f"{m:.2f}" for m in np.median(seconds, 0)]
        print("| " + " | ".join([table, f"{len(rows):,}", "R²" if is_regression else "accuracy"] + cells + times) + " |", flush=True)


main()
