"""Writes reference.json, the values that the tests of dev.octet.evaluate are held to.

    /usr/bin/python3 reference.py > reference.json

Made with scikit-learn 1.2.1, SciPy 1.10.1, NumPy 1.24.2 (Debian 12).
"""
import json
import numpy as np
from scipy.stats import binomtest
from sklearn import metrics

random = np.random.default_rng(7)
BUDGETS = [0.001, 0.005, 0.01, 0.05]


def finite(scores):
    """scikit-learn refuses infinities; their order is all that counts."""
    return np.clip(scores, -1e300, 1e300)


def expected_found(scores, labels, k):
    """Chance of each attack to be among the k highest when ties are broken at random, summed: brute force."""
    return sum(
        float(np.clip((k - np.sum(scores > s)) / np.sum(scores == s), 0, 1)) for s in scores[labels == 1])


def case(name, scores, labels, threshold):
    scores = np.asarray(scores, dtype=float)
    labels = np.asarray(labels, dtype=int)
    flags = (scores > threshold).astype(int)
    tn, fp, fn, tp = metrics.confusion_matrix(labels, flags, labels=[0, 1]).ravel()
    both = 0 < labels.sum() < len(labels)
    return {
        "name": name,
        "scores": [repr(float(s)).replace("inf", "Infinity") for s in scores],
        "attacks": [int(i) for i in np.flatnonzero(labels)],
        "threshold": threshold,
        "confusion": [int(tp), int(fp), int(fn), int(tn)],
        "precision": metrics.precision_score(labels, flags, zero_division=0) if flags.any() else None,
        "recall": metrics.recall_score(labels, flags, zero_division=0) if labels.any() else None,
        "f1": metrics.f1_score(labels, flags, zero_division=0) if labels.any() else None,
        "roc_auc": metrics.roc_auc_score(labels, finite(scores)) if both else None,
        "average_precision": metrics.average_precision_score(labels, finite(scores)) if labels.any() else None,
        "budgets": [
            {"flagged": int(b * 1000 * len(scores) + 1e-6) // 1000,
             "found": expected_found(scores, labels, int(b * 1000 * len(scores) + 1e-6) // 1000)} for b in BUDGETS],
    }


labels = (random.random(400) < 0.1).astype(int)
scores = random.normal(size=400) + 1.5 * labels
few = np.zeros(300, dtype=int)
few[[3, 77, 250]] = 1
infinite = scores.copy()
infinite[[1, 5, 9]] = np.inf
infinite[[2, 6]] = -np.inf
infinite[np.flatnonzero(labels)[:2]] = np.inf
infinite[np.flatnonzero(labels)[2]] = -np.inf
cases = [
    case("continuous", scores, labels, 1.0),
    case("ties", np.round(scores), labels, 1.0),
    case("heavy ties", (scores > 0).astype(float), labels, 0.5),
    case("few attacks", np.round(random.normal(size=300), 1), few, 0.9),
    case("infinities", infinite, labels, 2.0),
    case("negative zero", np.where(random.random(400) < 0.5, -0.0, 0.0), labels, 0.0),
    case("all equal", np.full(400, 3.25), labels, 3.0),
    case("separated", labels * 2.0 - 1, labels, 0.0),
    case("upside down", 1 - labels * 2.0, labels, 0.0),
    case("no attacks", random.normal(size=200), np.zeros(200, dtype=int), 1.0),
    case("attacks only", random.normal(size=200), np.ones(200, dtype=int), 1.0),
    case("nothing flagged", scores, labels, 100.0),
    case("one row each", [0.5, 0.5], [0, 1], 0.4),
]
wilson = []
for hits, of in [(0, 1), (1, 1), (0, 48), (22, 48), (48, 48), (1, 1000), (5, 7), (22, 543), (1, 12541442)]:
    interval = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    wilson.append([hits, of, interval.low, interval.high])
kappas = []
for p, q in [(0.1, 0.1), (0.5, 0.2), (0.01, 0.9)]:
    one = random.random(500) < p
    other = np.where(random.random(500) < 0.6, one, random.random(500) < q)
    kappas.append({
        "rows": 500,
        "one": [int(i) for i in np.flatnonzero(one)],
        "other": [int(i) for i in np.flatnonzero(other)],
        "kappa": metrics.cohen_kappa_score(one, other),
    })
clusterings = []
for one, other in [
    (random.integers(0, 5, 200), random.integers(0, 3, 200)),
    (np.repeat([0, 1, 2], 20), np.repeat([7, -1, 3], 20)),
    (np.arange(30), np.arange(30)),
    (np.zeros(10, dtype=int), np.arange(10)),
    (np.zeros(10, dtype=int), np.zeros(10, dtype=int)),
]:
    clusterings.append({
        "one": [int(c) for c in one],
        "other": [int(c) for c in other],
        "fowlkes_mallows": metrics.fowlkes_mallows_score(one, other),
    })
noisy = random.integers(0, 4, 300)
clusterings.append({
    "one": [int(c) for c in noisy],
    "other": [int(c) for c in np.where(random.random(300) < 0.8, noisy, random.integers(0, 4, 300))],
})
clusterings[-1]["fowlkes_mallows"] = metrics.fowlkes_mallows_score(clusterings[-1]["one"], clusterings[-1]["other"])
print(json.dumps({"cases": cases, "wilson": wilson, "kappas": kappas, "clusterings": clusterings}, indent=None))
