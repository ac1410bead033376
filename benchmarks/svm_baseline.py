"""TF-IDF with a linear SVM, for bench_intents.py; runs where scikit-learn is, and nowhere else.

Intents on standard input, guesses with their margins on standard output, both as JSON.
"""

import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

data = json.load(sys.stdin)
started = time.perf_counter()
model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
# Out-of-scope examples are one class more, as in the paper.
examples = data["train"] + [[text, ""] for text, _ in data["oos_train"]]
model.fit([text for text, _ in examples], [intent for _, intent in examples])
found = {"seconds": time.perf_counter() - started}
for part in ("val", "oos_val", "test", "oos_test"):
    texts = [text for text, _ in data[part]]
    margins = model.decision_function(texts) if texts else []
    found[part] = []
    for row in margins:
        ranked = sorted(row)
        best = int(row.argmax())
        intent = str(model.classes_[best])
        # A margin that can be compared: how far ahead of the next; none where it is out of scope.
        sure = float(ranked[-1]) if intent else -1e6
        found[part].append([intent, sure])
json.dump(found, sys.stdout)
