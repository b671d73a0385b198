"""Times scikit-learn's fit and score on the rows of baselines_rows.py: python3 baselines.py FILE [NAME...]

Prints name, wall seconds and CPU seconds of fit + score; run beside BaselineTimes, one after the other.
"""
import sys
import time

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM

table = np.fromfile(sys.argv[1], "<f4").reshape(-1, 33)
y, x = table[:, 0], table[:, 1:].astype(np.float64)
runs = {
    "isolation-forest": lambda: IsolationForest(random_state=0).fit(x).score_samples(x),
    "local-outlier-factor": lambda: LocalOutlierFactor(novelty=True).fit(x).score_samples(x),
    "k-means": lambda: KMeans(8, n_init=10, random_state=0).fit(x).transform(x).min(axis=1),
    "random-forest": lambda: RandomForestClassifier(random_state=0).fit(x, y).predict_proba(x),
    "one-class-svm": lambda: OneClassSVM(nu=0.1).fit(x).decision_function(x),
}
for name in sys.argv[2:] or runs:
    wall, cpu = time.time(), time.process_time()
    runs[name]()
    print(f"{name} {time.time() - wall:.2f} {time.process_time() - cpu:.2f}", flush=True)
