"""Writes thresholds.json, the values that the tests of the threshold policies are held to.

    /usr/bin/python3 thresholds.py > thresholds.json

Made with scikit-learn 1.2.1, SciPy 1.10.1, NumPy 1.24.2 (Debian 12). The generalised Pareto fit is SciPy's own log-likelihood,
maximised by Nelder-Mead from several starts to 1e-12 and kept to shape > -1, where it has a maximum.
"""
import json
import numpy as np
from scipy.optimize import minimize
from scipy.stats import chi2, genpareto
from sklearn.metrics import precision_recall_curve, roc_curve

random = np.random.default_rng(11)


def fit(excesses):
    def loss(p):
        if p[0] <= -1:
            return np.inf
        return -np.mean(genpareto.logpdf(excesses, p[0], scale=np.exp(p[1])))

    starts = [np.array([c, np.log(np.mean(excesses))]) for c in (-0.4, 0.05, 0.5, 1.5)]
    best = min((minimize(loss, s, method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-15, "maxiter": 20000,
                                                                  "maxfev": 20000}) for s in starts), key=lambda r: r.fun)
    return best.x[0], float(np.exp(best.x[1])), -best.fun * len(excesses)


fits = []
for name, sample in [
    ("heavy", genpareto.rvs(0.4, scale=2.0, size=300, random_state=random)),
    ("very heavy", genpareto.rvs(1.2, scale=0.01, size=300, random_state=random)),
    ("exponential", random.exponential(3.0, size=300)),
    ("bounded", genpareto.rvs(-0.3, scale=5.0, size=300, random_state=random)),
    ("half normal", np.abs(random.normal(size=120))),
    ("large scale", genpareto.rvs(0.1, scale=1e6, size=60, random_state=random)),
    ("small scale", genpareto.rvs(0.2, scale=1e-7, size=60, random_state=random)),
]:
    shape, scale, likelihood = fit(sample)
    fits.append({"name": name, "excesses": list(map(float, sample)), "shape": shape, "scale": scale,
                 "log_likelihood": likelihood,
                 "exceeded": [[q, float(genpareto.isf(q, shape, scale=scale))] for q in (1.0, 0.5, 0.01, 1e-5)]})

scores = np.round(random.gamma(2.0, size=2000), 4)
tail = np.percentile(scores, 98)
peaks = scores[scores > tail] - tail
shape, scale, _ = fit(peaks)
evt = [[risk, float(tail + genpareto.isf(risk / (len(peaks) / len(scores)), shape, scale=scale))]
       for risk in (1e-2, 1e-3, 1e-4, 1e-6)]
percentiles = [[p, float(np.percentile(scores, p))] for p in (0.5, 25, 50, 90, 99, 99.5, 99.8)]

garwood = [[k, float(chi2.ppf(0.025, 2 * k) / 2) if k else 0.0, float(chi2.ppf(0.975, 2 * k + 2) / 2)]
           for k in (0, 1, 2, 5, 10, 100, 1234, 1000000)]

labels = (random.random(300) < 0.15).astype(int)
ranked = np.round(random.normal(size=300) + 1.3 * labels, 1)
precision, recall, at = precision_recall_curve(labels, ranked)
fpr, tpr, roc_at = roc_curve(labels, ranked, drop_intermediate=False)
print(json.dumps({
    "fits": fits,
    "scores": list(map(float, scores)),
    "evt": evt,
    "percentiles": percentiles,
    "garwood": garwood,
    "labelled": {
        "scores": list(map(float, ranked)),
        "attacks": [int(i) for i in np.flatnonzero(labels)],
        # scikit-learn flags score >= threshold
        "precision_recall": [[float(t), float(p), float(r)] for t, p, r in zip(at, precision, recall)],
        "roc": [[float(t), float(f), float(r)] for t, f, r in zip(roc_at, fpr, tpr)][1:],
    },
}))
