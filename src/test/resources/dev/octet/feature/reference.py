"""Features by scikit-learn 1.2.1 (Debian 12: /usr/bin/python3, python3-sklearn): python3 reference.py, in this folder.

logins.csv: 240 training logins, then 60 more with names and values that training has not seen.
columns-SCALING.csv: what the features listed in FittedFeaturesTest.REFERENCE must become.
"""
import ipaddress, random
import numpy as np
from datetime import datetime, timezone, timedelta
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler

TRAIN = 240
rng = random.Random(7)
rows = []
for i in range(300):
    late = i >= TRAIN
    rows.append(dict(
        time=1580733810772000 + rng.randrange(10**13),
        ip=rng.choice(['10.%d.%d.%d' % (rng.randrange(60), rng.randrange(256), rng.randrange(256)), '2a02:%x::1' % rng.randrange(65536)])
        if not late else '203.0.%d.%d' % (rng.randrange(256), rng.randrange(256)),
        success=rng.random() < .6,
        country=rng.choice(['NO', 'NO', 'NO', 'US', 'AU', 'ID', ''] + (['XK', 'BR'] if late else [])),
        browser=rng.choice(['Chrome', 'Chrome Mobile', 'Firefox', 'VLC'] + (['Zippp'] if late else [])) + ' %d.0' % rng.randrange(9),
        os=rng.choice(['iOS 13.%d' % rng.randrange(5), 'Other ', 'Mac OS X 10.1%d' % rng.randrange(6), ''] + (['KaiOS 2'] if late else [])),
        rtt='' if rng.random() < .5 else repr(round(rng.uniform(8, 9000 if late else 700), 1))))

with open('logins.csv', 'w') as f:
    f.write(','.join(rows[0]) + '\n')
    for r in rows:
        f.write(','.join(str(v) for v in r.values()) + '\n')

def family(text):
    words = text.split()
    end = next((i for i, w in enumerate(words) if i and w[0].isdigit()), len(words))
    return ' '.join(words[:end])

def octets(text):
    return list(ipaddress.ip_address(text).packed[:4])

def codes(names):
    known = sorted({n for n in names[:TRAIN] if n})
    encoder = LabelEncoder().fit(known)
    return np.array([-1 if not n else encoder.transform([n])[0] if n in known else len(known) for n in names])[:, None]

def one_hot(names):
    known = sorted({n for n in names[:TRAIN] if n})
    buckets = [n if n in known else '(missing)' if not n else '(unseen)' for n in names]
    encoder = OneHotEncoder(categories=[known + ['(unseen)', '(missing)']], sparse_output=False)
    return encoder.fit_transform(np.array(buckets, dtype=object)[:, None])

times = [datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=r['time']) for r in rows]
rtt = np.array([float('nan') if r['rtt'] == '' else np.float32(np.log1p(np.float32(r['rtt']))) for r in rows])[:, None]
imputer = SimpleImputer(strategy='mean', add_indicator=True).fit(rtt[:TRAIN])
raw = np.hstack([
    np.array([octets(r['ip']) for r in rows]),
    np.array([[t.hour] for t in times]),
    OneHotEncoder(categories=[range(7)], sparse_output=False).fit_transform([[t.weekday()] for t in times]),
    codes([r['country'] for r in rows]),
    codes([family(r['browser']) for r in rows]),
    one_hot([family(r['os']) for r in rows]),
    np.array([[r['success']] for r in rows]),
    imputer.transform(rtt)]).astype(float)
for scaling, scaler in ('MIN_MAX', MinMaxScaler()), ('STANDARD', StandardScaler()), ('NONE', None):
    out = raw
    if scaler is not None:
        out = scaler.fit(raw[:TRAIN]).transform(raw)
        # range and moments are of the times that are present, not of the means filled in
        present = rtt[:TRAIN][~np.isnan(rtt[:TRAIN])][:, None]
        out[:, -2] = type(scaler)().fit(present).transform(raw[:, -2:-1])[:, 0]
    np.savetxt('columns-%s.csv' % scaling, out, fmt='%.9g', delimiter=',')
