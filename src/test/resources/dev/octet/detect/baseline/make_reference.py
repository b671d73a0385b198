"""Reference scores of scikit-learn for the baseline detectors' tests.

Run with Debian's scikit-learn 1.2.1:  /usr/bin/python3 make_reference.py
Writes rows.csv (400 training rows, 120 other rows; values exact in float32) and reference-*.csv beside this script.
All scores have our sign: higher = more anomalous.
"""
import os
import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.covariance import EmpiricalCovariance
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression, PassiveAggressiveClassifier, SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
random = np.random.RandomState(7)


def rows(normals, attacks):
    centres = np.array([[0, 0, 0, 0], [4, 1, -2, 0], [-3, 3, 1, 2]])
    a = centres[random.randint(3, size=normals)] + random.normal(size=(normals, 4)) * [1, 0.7, 0.5, 0.3]
    b = random.normal(size=(attacks, 4)) * 3 + [2, 2, 2, 2]
    x = np.vstack([a, b])
    label = np.r_[np.zeros(normals, int), np.ones(attacks, int)]
    flag = (random.uniform(size=len(x)) < np.where(label, 0.6, 0.1)).astype(float)
    count = random.poisson(np.where(label, 6, 2)).astype(float)
    x = np.round(np.c_[x, flag, count] * 256) / 256
    order = random.permutation(len(x))
    return x[order], label[order]


train, y = rows(360, 40)
train[390:] = train[380:390]  # a few duplicates, fewer than k of each
y[390:] = y[380:390]
other, z = rows(90, 30)
other[:5] = train[:5]
z[:5] = y[:5]


def write(name, header, table):
    with open(os.path.join(here, name), "w") as out:
        out.write(header + "\n")
        for line in table:
            out.write(",".join(repr(float(v)) for v in line) + "\n")


write("rows.csv", "train,label,x0,x1,x2,x3,flag,count",
      np.c_[np.r_[np.ones(len(train)), np.zeros(len(other))], np.r_[y, z], np.vstack([train, other])])

# scores of all rows, in the order of rows.csv
both = np.vstack([train, other])
column = {}

forests = [-IsolationForest(random_state=s).fit(train).score_samples(both) for s in range(10)]
column["iforest_mean"] = np.mean(forests, axis=0)
column["iforest_sd"] = np.std(forests, axis=0, ddof=1)

column["lof_novelty"] = -LocalOutlierFactor(novelty=True, algorithm="brute").fit(train).score_samples(both)
in_sample = -LocalOutlierFactor(algorithm="brute").fit(train).negative_outlier_factor_
column["lof_in_sample"] = np.r_[in_sample, np.zeros(len(other))]

standard = StandardScaler().fit(train)
column["ocsvm_rbf"] = -OneClassSVM(nu=0.1, tol=1e-9).fit(standard.transform(train)).decision_function(
    standard.transform(both))
column["ocsvm_linear"] = -OneClassSVM(nu=0.1, kernel="linear", tol=1e-9).fit(train).decision_function(both)

kmeans = KMeans(4, n_init=50, random_state=0, tol=0, max_iter=1000).fit(train)
column["kmeans"] = kmeans.transform(both).min(axis=1)

column["mahalanobis"] = np.sqrt(EmpiricalCovariance().fit(train).mahalanobis(both))
pca = PCA(3, svd_solver="full").fit(train)
column["pca"] = ((both - pca.inverse_transform(pca.transform(both))) ** 2).sum(axis=1)

nb = GaussianNB().fit(train, y)
joint = nb._joint_log_likelihood(both)
column["nb"] = joint[:, 1] - joint[:, 0]

lr = LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-13, max_iter=10000).fit(train, y)
column["lr"] = lr.decision_function(both)

scaler = StandardScaler().fit(train)
scaled = scaler.transform(train).astype(np.float32).astype(float)
scaled_both = scaler.transform(both).astype(np.float32).astype(float)

sgd = SGDClassifier(random_state=10, max_iter=1000, tol=1e-3, loss="log_loss", average=1000,
                    learning_rate="adaptive", eta0=0.01).fit(scaled, y)
column["sgd"] = sgd.decision_function(scaled_both)
sgd_epochs = sgd.n_iter_
sgd.partial_fit(scaled_both[400:], z)
column["sgd_partial"] = sgd.decision_function(scaled_both)

pa = PassiveAggressiveClassifier(C=0.01, random_state=0).fit(scaled, y)
column["pa"] = pa.decision_function(scaled_both)
pa_epochs = pa.n_iter_
pa.partial_fit(scaled_both[400:], z)
column["pa_partial"] = pa.decision_function(scaled_both)

stack = StackingClassifier(
    [("lr", LogisticRegression(C=0.5, solver="newton-cholesky", tol=1e-13, max_iter=10000)),
     ("pa", PassiveAggressiveClassifier(C=0.01, random_state=0))],
    make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky", tol=1e-13, max_iter=10000)),
    cv=StratifiedKFold(5),
    stack_method="decision_function").fit(scaled, y)
column["stacking"] = stack.decision_function(scaled_both)

write("reference-scores.csv", ",".join(column), np.array(list(column.values())).T)

grid = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky", tol=1e-13, max_iter=10000)),
                    {"logisticregression__C": [0.001, 0.003, 0.01, 0.03, 0.1, 0.5, 1, 2]}, scoring="recall_macro", cv=5).fit(train, y)

with open(os.path.join(here, "reference-values.csv"), "w") as out:
    def value(name, v):
        out.write(name + "," + ",".join(repr(float(x)) for x in np.ravel(v)) + "\n")

    aucs = [roc_auc_score(z, RandomForestClassifier(random_state=s).fit(train, y).predict_proba(other)[:, 1])
            for s in range(10)]
    value("rf_auc", aucs)
    value("iforest_auc", [roc_auc_score(z, f[400:]) for f in forests])
    value("kmeans_inertia", kmeans.inertia_)
    value("kmeans_sizes", np.sort(np.bincount(kmeans.labels_)))
    value("lr_coef", np.r_[lr.coef_[0], lr.intercept_])
    value("lr_grid_scores", grid.cv_results_["mean_test_score"])
    value("sgd_epochs", sgd_epochs)
    value("pa_epochs", pa_epochs)
    # numpy's legacy generator: the seed that SGD draws its shuffles from
    value("randint_seed_0", np.random.RandomState(0).randint(np.iinfo(np.int32).max))
    value("randint_seed_10", np.random.RandomState(10).randint(np.iinfo(np.int32).max))
    value("pca_variances", PCA(6).fit(train).explained_variance_)
