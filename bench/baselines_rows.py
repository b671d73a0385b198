"""Writes the rows that baselines.py and BaselineTimes measure: 50,000 x 32 float32, standardised, row-major little-endian.

mixed: 8 continuous columns and three one-hot features of 7, 12 and 5 categories, skewed, as login features are.
dense: 32 continuous columns in 20 clusters, the worst case for a neighbour tree.
"""
import sys

import numpy as np

random = np.random.RandomState(1)
n = 50_000
continuous = random.gamma(2, 1, size=(n, 8)) * random.choice([0.2, 1, 3], size=(n, 1))
parts = [continuous]
for k in (7, 12, 5):
    share = 1 / np.arange(1, k + 1)
    parts.append(np.eye(k)[random.choice(k, size=n, p=share / share.sum())])
mixed = np.hstack(parts)
centres = random.normal(size=(20, 32)) * 2
dense = centres[random.randint(20, size=n)] + random.normal(size=(n, 32))
label = (random.uniform(size=n) < 0.01).astype("<f4")
mixed[label == 1, :8] *= 2
dense[label == 1] *= 1.5
for name, rows in (("mixed", mixed), ("dense", dense)):
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    np.c_[label, scaled].astype("<f4").tofile(f"{sys.argv[1]}/{name}.f32")
