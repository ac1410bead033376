"""Linear models to compare with, for bench_intents.py; runs where scikit-learn is, nowhere else.

    python benchmarks/intents_baseline.py svm|logistic

Intents on standard input, guesses with how sure they are on standard output, both as JSON.
"""

import json
import sys
import time
import unicodedata

from sklearn.feature_extraction.text import (
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC


def fold(text):
    """Lower case, without diacritics."""
    return "".join(
        each
        for each in unicodedata.normalize("NFD", text.lower())
        if not unicodedata.combining(each)
    )


def svm():
    """As the paper has it."""
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())


def logistic():
    """The strongest cheap single model among those that others measured on CLINC150."""
    spread = {"n_features": 1 << 16, "alternate_sign": False, "norm": None, "preprocessor": fold}
    hashed = make_union(
        HashingVectorizer(ngram_range=(1, 2), **spread),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **spread),
    )
    model = LogisticRegression(C=20, max_iter=100)
    return make_pipeline(hashed, TfidfTransformer(sublinear_tf=True), model)


data = json.load(sys.stdin)
started = time.perf_counter()
model = {"svm": svm, "logistic": logistic}[sys.argv[1]]()
# Out-of-scope examples are one class more, as in the paper.
examples = data["train"] + [[text, ""] for text, _ in data["oos_train"]]
model.fit([text for text, _ in examples], [intent for _, intent in examples])
found = {"seconds": time.perf_counter() - started}
for part in ("val", "oos_val", "test", "oos_test"):
    texts = [text for text, _ in data[part]]
    sure_of = model.predict_proba if sys.argv[1] == "logistic" else model.decision_function
    found[part] = []
    for row in sure_of(texts) if texts else ():
        best = int(row.argmax())
        intent = str(model.classes_[best])
        # How sure, so that it can be compared; not at all where it is out of scope.
        found[part].append([intent, float(row[best]) if intent else -1e6])
json.dump(found, sys.stdout)
