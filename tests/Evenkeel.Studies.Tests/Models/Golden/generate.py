"""Writes models.json: what scikit-learn's models predict on the wines and the irises. Run here: python3 generate.py"""
import json
import pathlib

import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble._forest import _generate_sample_indices
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

here = pathlib.Path(__file__).parent
# On raw wines it does not converge in any number of iterations that is practical.
SVM_ITERATIONS = 100_000

data = here.parents[3] / "data"


def case(table, scaling):
    numbers = numpy.loadtxt(data / table / f"{table}.csv", delimiter=",", skiprows=1)
    order = numpy.random.RandomState(len(table) + len(scaling)).permutation(len(numbers))
    count = len(numbers) * 6 // 10
    train, test = numbers[order[:count]], numbers[order[count:]]
    x, y, z = train[:, :-1], train[:, -1].astype(int), test[:, :-1]
    if scaling == "standard":
        scaler = StandardScaler().fit(x)
        x, z = scaler.transform(x), scaler.transform(z)
    svm = LinearSVC(dual=True, tol=1e-6, max_iter=SVM_ITERATIONS, random_state=0).fit(x, y)
    # All columns are tried for each split: which ones a random choice takes differs between libraries.
    forest = RandomForestClassifier(20, max_features=None, random_state=0).fit(x, y)
    rows = [_generate_sample_indices(tree.random_state, count, count).tolist() for tree in forest.estimators_]
    models = {
        "neighbours": KNeighborsClassifier(5, algorithm="brute").fit(x, y),
        "svm": svm,
        "forest": forest,
    }
    # Of equally good splits, it takes that of the column that comes first in a random order: all trees that it may grow.
    trees = [DecisionTreeClassifier(random_state=seed).fit(x, y).predict(z).astype(int).tolist() for seed in range(300)]
    return {
        "table": table,
        "scaling": scaling,
        "train": order[:count].tolist(),
        "test": order[count:].tolist(),
        "forest_rows": rows,
        "svm_converged": bool(numpy.max(svm.n_iter_) < SVM_ITERATIONS),
        "svm_weights": numpy.column_stack([svm.coef_, svm.intercept_]).tolist(),
        "trees": [list(tree) for tree in sorted(set(map(tuple, trees)))],
        "predictions": {name: model.predict(z).astype(int).tolist() for name, model in models.items()},
    }


cases = [case(table, scaling) for table in ("wine", "iris") for scaling in ("raw", "standard")]
(here / "models.json").write_text(json.dumps({"scikit_learn": sklearn.__version__, "cases": cases}, separators=(",", ":")) + "\n")
