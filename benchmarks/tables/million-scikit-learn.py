"""Trains scikit-learn's MLPClassifier on the table of million.py, as compare.py does: the same network, batch and number of epochs.

/usr/bin/time -v /usr/bin/python3 million-scikit-learn.py million.csv
"""
import sys, time, warnings
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
start = time.perf_counter()
table = pandas.read_csv(sys.argv[1])
label = table.pop("label")
print(f"read {time.perf_counter() - start:.1f} s")
train, test, train_label, test_label = train_test_split(table, label, test_size=0.2, random_state=0, stratify=label)
numbers = [name for name in table if name[0] == "n"]
model = make_pipeline(
    ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        ("categories", OneHotEncoder(handle_unknown="ignore"), [name for name in table if name not in numbers])]),
    MLPClassifier((128, 64), batch_size=512, max_iter=2, random_state=0))
model.fit(train, train_label)
print(f"accuracy {model.score(test, test_label):.4f}, {time.perf_counter() - start:.1f} s in all")
