#!/usr/bin/env python3
"""What labels made by a detector are worth: the tables of docs/circular-labels.md.

    OCTET_DATA=... ./octet run configs/molin-ips.yaml
    OCTET_DATA=... python3 bench/circular_labels.py models/molin-ips

Needs scikit-learn. Reads the three score files of the run; the features of the entities and their real labels are made
here once more from the log, in plain Python, so that stacking can be cross-validated as it was published.
"""
import csv, os, statistics, sys, warnings
from collections import defaultdict
from datetime import datetime, timedelta

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

warnings.filterwarnings("ignore", message="F-score is ill-defined")  # a fold without flags counts as 0
CONTAMINATION = 0.028
FROM, TO = datetime(2018, 5, 1), datetime(2018, 7, 1)
run = sys.argv[1] if len(sys.argv) > 1 else "models/molin-ips"
molin = os.path.join(os.environ.get("OCTET_DATA", "data"), "molin-logins")
minute = timedelta(minutes=1)


def rows(name):
    with open(name, newline="") as file:
        yield from csv.DictReader(file)


attack_minutes = set()
for window in rows(os.path.join(molin, "hackers_2018.csv")):
    at = datetime.fromisoformat(window["start"]).replace(second=0, microsecond=0)
    while at <= datetime.fromisoformat(window["end"]):
        attack_minutes.add(at)
        at += minute
times = defaultdict(list)
for login in rows(os.path.join(molin, "logs_2018.csv")):
    at = datetime.fromisoformat(login["datetime"])
    if FROM <= at < TO:
        times[login["source_ip"]].append(at)

scores = {}
for detector in ("isolation-forest", "k-means", "one-class-svm"):
    scores[detector] = {row["entity"]: float(row["score"]) for row in rows(f"{run}/scores-{detector}.csv")}
    assert scores[detector].keys() == times.keys(), f"{detector}: the run scored other addresses than the log holds"

ips = list(times)
features, real = [], []
for ip in ips:
    own = times[ip]
    days = [at.date() for at in own]
    weekend = sum(at.weekday() >= 5 for at in own)
    gaps = [(b - a) / minute for a, b in zip(own, own[1:])] or [0]
    features.append([len(own), statistics.median(days.count(day) for day in set(days)),
                     (len(own) - weekend) / max(1, weekend), statistics.fmean(gaps), max(gaps)])
    real.append(int(any(at.replace(second=0, microsecond=0) in attack_minutes for at in own)))
X, real = MinMaxScaler().fit_transform(features), np.array(real)


def flags(detector):
    """The share of the recipe, by this detector's score."""
    order = sorted(ips, key=lambda ip: -scores[detector][ip])
    flagged = set(order[:round(CONTAMINATION * len(ips))])
    return np.array([int(ip in flagged) for ip in ips])


made = flags("isolation-forest")
base = [("knn", KNeighborsClassifier(2, weights="distance")), ("svc", SVC(kernel="linear", class_weight="balanced")),
        ("gnb", GaussianNB()), ("rf", RandomForestClassifier(200, class_weight="balanced", random_state=30))]
stacking = StackingClassifier(base, LogisticRegression(), cv=5)


def cross_validated(model, y, score):
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=20)  # published: 10 and 3, too many for 7 rows
    return cross_val_score(clone(model), X, y, scoring=score, cv=folds, n_jobs=1).mean()


def both(predicted, y):
    return f1_score(y, predicted, average="weighted", zero_division=0), f1_score(y, predicted, zero_division=0)


print(f"{len(ips)} addresses; {real.sum()} real attackers; {made.sum()} flagged by the isolation forest, "
      f"{(made & real).sum()} of them real attackers\n")
print("| answer | F1 weighted, F1 of the attacks: the label is the forest's output | the label is the truth |")
print("|---|---|---|")


def line(name, against_made, against_real):
    print(f"| {name} | " + " | ".join(f"{w:.3f}, {a:.3f}" for w, a in (against_made, against_real)) + " |")


normal = np.zeros(len(ips), int)
line('always "normal"', both(normal, made), both(normal, real))
for detector in scores:
    line(detector, both(flags(detector), made), both(flags(detector), real))
line("stacking, cross-validated",
     *((cross_validated(stacking, y, "f1_weighted"), cross_validated(stacking, y, "f1")) for y in (made, real)))
