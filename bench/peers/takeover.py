"""The takeover detector written plainly with pandas, NumPy and PyTorch: the peer of `octet run configs/takeover.yaml`.

  takeover.py run CSV OUTPUT THREADS [EPOCHS]   features, training, threshold, scores of the last 40 % of the time
  takeover.py check MATRIX_DIR CSV              compares what both compute with what `octet matrix` wrote of the same log

What is the same: the logins, the spans, counts and surprises of the four fields of each user, the context, the cells, the network
(64, 16, 64 neurons between), its loss, epochs of 131,072 rows, batches of 256, and the mixture of kinds of attackers. What is plainer, in
the peer's favour: the rate of failures and of first contacts is that of all training rows in place of a habit of each key, a journey's
share is counted over the training rows, a flagged login updates its user's history, all weights of fields are one, there are no reasons, no report and no bundle, and
the log is held in memory. Prints one line for each stage: name=value pairs; seconds are of the stage alone.
"""

import os
import sys
import time

threads = sys.argv[4] if sys.argv[1] == "run" else "2"
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = threads

import numpy as np  # noqa: E402  (the threads must be set first)
import pandas  # noqa: E402

FIELDS = ("asn", "country", "device", "agent")
CELLS = (64, 48, 32, 48)
RARITY_CELLS = 16
HOUR, DAY = 3_600_000_000, 86_400_000_000
EARLIER = 10
NETWORK_SHARE, COUNTED, POPULATION = 0.6, 0.5, 0.1
EPOCH_ROWS, BATCH = 131_072, 256

started = time.perf_counter()


def report(stage, **values):
    global started
    now = time.perf_counter()
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            values["peak_mib"] = int(line.split()[1]) // 1024
    print(f"stage={stage} seconds={now - started:.1f} " + " ".join(f"{k}={v}" for k, v in values.items()), flush=True)
    started = now


def read(path):
    names = {"Login Timestamp": "time", "User ID": "user", "IP Address": "ip", "Country": "country", "ASN": "asn",
             "User Agent String": "agent", "Browser Name and Version": "browser", "OS Name and Version": "os",
             "Device Type": "type", "Login Successful": "success", "Is Account Takeover": "attack"}
    texts = {name: "category" for name in ("IP Address", "Country", "User Agent String", "Browser Name and Version",
                                           "OS Name and Version", "Device Type")}
    log = pandas.read_csv(path, usecols=list(names), dtype=texts, parse_dates=["Login Timestamp"]).rename(columns=names)
    log["time"] = log["time"].values.astype("datetime64[us]").astype("int64")
    log["time"] -= log["time"].iloc[0]  # keys and times share the digits of a double below
    for name in ("browser", "os"):
        words = log[name].cat.categories.to_series().str.strip().str.extract(r"^(.+?)(?:\s+\d.*)?$")[0].fillna("")
        log[name] = log[name].map(dict(zip(log[name].cat.categories, words))).astype("category")
    types, systems, browsers = (log[name].cat.codes.to_numpy().astype("int64") for name in ("type", "os", "browser"))
    log["device"] = pandas.factorize(types << 40 | systems << 20 | browsers)[0]
    for name in ("user", "asn"):
        log[name] = pandas.factorize(log[name])[0]
    for name in ("ip", "country", "agent"):
        log[name] = log[name].cat.codes.astype("int64")
    log["row"] = np.arange(len(log))
    return log[["row", "time", "user", "ip", *FIELDS, "success", "attack"]]


def pair(one, other):
    return pandas.factorize(one.to_numpy().astype("int64") << 32 | other.to_numpy().astype("int64"))[0]


def earlier_of(keys):
    """How many rows before had the same key."""
    return pandas.Series(keys).groupby(keys, sort=False).cumcount().to_numpy()


def within(of, times, rows, keys, window, at_times, at_rows, at_keys):
    """How many events with the same key lie in (time - window, time] and before the row."""
    order = np.lexsort((rows, keys))
    keys, times, rows = keys[order], times[order], rows[order]
    place = np.searchsorted(keys.astype("float64") * of + rows, at_keys.astype("float64") * of + at_rows)
    scale = times.max() + window + 1.0
    first = np.searchsorted(keys * scale + times, at_keys * scale + np.maximum(at_times - window, -1), side="right")
    return np.maximum(0, place - first)


def surprise(counts, rate):
    """-ln P(X >= count) of a geometric count with the rate of all training rows."""
    return np.minimum(25, counts * np.log1p(1 / max(rate, 1e-6)))


def features(log):
    """One row for each successful login."""
    good = log[log["success"]].reset_index(drop=True)
    failed = log[~log["success"]]
    n = len(log)
    out = {"time": good["time"].to_numpy(), "attack": good["attack"].to_numpy(), "row": good["row"].to_numpy()}
    earlier = earlier_of(good["user"].to_numpy())
    total = np.arange(len(good))
    for name in FIELDS:
        key = good[name].to_numpy()
        share = (earlier_of(key) + 0.5) / (total + 1.0)
        own = earlier_of(pair(good["user"], good[name]))
        out["rarity-" + name] = -np.log(share)
        out["surprise-" + name] = np.where(earlier > 0, np.log(earlier + 1.0) - np.log(own + share), -np.log(share))
        out["own-" + name] = own
        out["key-" + name] = key
    before = good.groupby("user", sort=False)["time"].shift()
    out["earlier"] = earlier
    out["days"] = ((good["time"] - before).fillna(0) / DAY).to_numpy()
    times, rows = good["time"].to_numpy(), good["row"].to_numpy()
    new_agent = np.where(out["own-asn"] * out["own-device"] == 0, 1, 0)
    by = {"pressure-address": ("ip", np.where(out["own-asn"] == 0, 1, 0)), "pressure-user": ("user", new_agent)}
    both = pair(log["asn"], log["agent"])
    for name, (field, speaks) in by.items():
        for window in (HOUR, DAY):
            counts = within(n, failed["time"].to_numpy(), failed["row"].to_numpy(), failed[field].to_numpy(), window,
                            times, rows, good[field].to_numpy())
            out[f"{name}-{window // HOUR}"] = counts * speaks
    ok = log["success"].to_numpy()
    for window in (HOUR, DAY):
        out[f"pressure-network-agent-{window // HOUR}"] = new_agent * within(
            n, failed["time"].to_numpy(), failed["row"].to_numpy(), both[~ok], window, times, rows, both[ok])
    first = out["own-asn"] == 0
    for name, window in (("week", 7 * DAY), ("day", DAY)):
        out["contacts-" + name] = first * within(n, times[first], rows[first], good["asn"].to_numpy()[first], window,
                                                 times, rows, good["asn"].to_numpy())
    country = good.groupby("user", sort=False)["country"].shift()
    out["moved"] = (country.notna() & (country != good["country"])).to_numpy()
    return out


def cells(train, f):
    """The most frequent values of the training rows, and the share of each cell."""
    values, counts = np.unique(train, return_counts=True)
    keep = np.sort(values[np.argsort(-counts, kind="stable")][:CELLS[f]])
    return keep, len(values)


def cell_of(name, keep, out):
    place = np.minimum(np.searchsorted(keep, out["key-" + name]), len(keep) - 1)
    rare = len(keep) + np.clip(out["rarity-" + name].astype("int64"), 0, RARITY_CELLS - 1)
    return np.where(keep[place] == out["key-" + name], place, rare)


def run(path, output, epochs):
    import torch

    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    log = read(path)
    report("read", rows=len(log))
    out = features(log)
    report("features", logins=len(out["time"]))
    begin, end = log["time"].iloc[0], log["time"].iloc[-1]
    train = out["time"] < begin + (end - begin) * 0.5
    validation = ~train & (out["time"] < begin + (end - begin) * 0.6)
    test = ~train & ~validation
    del log

    offsets, width, cell, shares, values = [], 0, [], [], []
    for f, name in enumerate(FIELDS):
        keep, distinct = cells(out["key-" + name][train], f)
        cell.append(cell_of(name, keep, out))
        size = len(keep) + RARITY_CELLS
        counts = np.bincount(cell[f][train], minlength=size) + 0.5
        shares.append((counts / counts.sum()).astype("float32"))
        values.append(distinct)
        offsets.append(width)
        width += size + 1
    weight = np.minimum(1, EARLIER / np.maximum(1, out["earlier"]))
    n = (weight * out["earlier"]).astype("float32")
    seen = np.stack([weight * out["own-" + name] for name in FIELDS], 1).astype("float32")
    share = np.stack([np.exp(-out["rarity-" + name]) for name in FIELDS], 1).astype("float32")
    cell = np.stack(cell, 1)
    known = pandas.DataFrame({"a": out["key-asn"][train], "c": out["key-country"][train]})
    pairs = known.groupby(["a", "c"]).size()
    networks = known.groupby("a").size()
    index = pandas.MultiIndex.from_arrays([out["key-asn"], out["key-country"]])
    both = pairs.reindex(index).fillna(0).to_numpy()
    ofa = networks.reindex(out["key-asn"]).fillna(0).to_numpy()
    base = np.ones_like(share)
    base[:, 1] = (both + share[:, 1]) / (ofa + 1) / share[:, 1]
    context = np.stack([out["earlier"] == 0, np.log1p(out["earlier"]) / 4, np.log1p(out["days"]) / 4], 1).astype("float32")
    new = (out["earlier"] > 0)[:, None] & (seen < 0.5)

    network = torch.nn.Sequential(torch.nn.Linear(width + 3, 64), torch.nn.ReLU(), torch.nn.Linear(64, 16),
                                  torch.nn.ReLU(), torch.nn.Linear(16, 64), torch.nn.ReLU(), torch.nn.Linear(64, width))
    tensors = [torch.from_numpy(np.ascontiguousarray(x)) for x in (cell, seen, share, base.astype("float32"), n, context, new)]

    def ask(rows, h, through=network):
        """-ln p_a / share of one field for some rows, and the softmax over its cells and alpha."""
        c, s, pi, b, e, ctx, fresh = (x[rows] for x in tensors)
        inputs = torch.zeros(len(rows), width + 3)
        inputs[:, width:] = ctx
        for f in range(h):
            inputs[torch.arange(len(rows)), offsets[f] + c[:, f]] = 1
            inputs[:, offsets[f] + len(shares[f])] = fresh[:, f].float()
        logits = through(inputs)[:, offsets[h]:offsets[h] + len(shares[h]) + 1]
        soft = torch.softmax(logits[:, :-1], 1).gather(1, c[:, h:h + 1])[:, 0] / torch.from_numpy(shares[h])[c[:, h]]
        alpha = torch.exp(torch.clamp(logits[:, -1], -4, 4))
        expected = (1 - NETWORK_SHARE) * b[:, h] + NETWORK_SHARE * soft
        return -torch.log((s[:, h] / pi[:, h] + alpha * expected) / (e + alpha)), expected, alpha

    trained, held = np.flatnonzero(train), np.flatnonzero(validation)
    held = torch.from_numpy(held[np.linspace(0, len(held) - 1, min(len(held), EPOCH_ROWS // 4)).astype("int64")])
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=2)
    draw = np.random.default_rng(1)
    best, since, shown, passed = np.inf, 0, 0, 0
    report("encoding", training_rows=len(trained), columns=width + 3)
    for passed in range(1, epochs + 1):
        order = draw.permutation(trained)[:EPOCH_ROWS]
        for first in range(0, len(order), BATCH):
            rows = torch.from_numpy(order[first:first + BATCH])
            asked = torch.randint(0, len(FIELDS), (len(rows),))
            loss = sum(ask(rows[asked == h], h)[0].sum() for h in range(len(FIELDS))) / len(rows)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        shown += len(order)
        with torch.no_grad():
            now = float(sum(ask(held, h)[0].mean() for h in range(len(FIELDS))))
        plateau.step(now)
        print(f"epoch={passed} validation_loss={now:.5f}", flush=True)
        if now < best:
            best, since, weights = now, 0, {k: v.clone() for k, v in network.state_dict().items()}
        else:
            since += 1
            if since == 5:
                break
    network.load_state_dict(weights)
    seconds = time.perf_counter() - started
    report("training", epochs=passed, rows_a_second=round(shown / seconds), validation_loss=f"{best:.5f}")

    rates = {name: out[name][train].mean() for name in out if name.startswith(("pressure", "contacts"))}
    moves, days = out["moved"][train], out["days"][train]
    usual = np.sort(days[moves])

    def score(rows):
        with torch.no_grad():
            asked = [ask(torch.from_numpy(rows), h) for h in range(len(FIELDS))]
        evidence, population = [], []
        for h in range(len(FIELDS)):
            pi = share[rows, h]
            counted = -np.log((seen[rows, h] + pi) / (n[rows] + 1))
            network_nats = asked[h][0].numpy() - np.log(pi)
            evidence.append(COUNTED * counted + (1 - COUNTED) * network_nats)
            population.append(np.log(pi) + (1 - COUNTED) * np.log(asked[h][1].numpy()))
        devices = evidence[2] + population[2] + evidence[3] + population[3]
        p = np.log(POPULATION) + devices + evidence[0] + population[0] + evidence[1] + population[1]
        a = (np.log(1 - POPULATION) + devices + evidence[0] + evidence[1] - np.log(values[0]) - COUNTED * np.log(values[1])
             + (1 - COUNTED) * np.log(share[rows, 1] * asked[1][1].numpy()))
        f = np.logaddexp(a, p)
        nats = [np.logaddexp(*(surprise(out[f"{k}-{w}"][rows], rates[f"{k}-{w}"]) for w in (1, 24))) - np.log(2)
                for k in ("pressure-address", "pressure-network-agent", "pressure-user")]
        pressure = np.logaddexp.reduce(nats) - np.log(len(nats))
        contacts = sum(np.minimum(6, surprise(out["contacts-" + w][rows], rates["contacts-" + w])) for w in ("week", "day"))
        sooner = (np.searchsorted(usual, out["days"][rows], side="right") + 0.5) / (len(moves) + 1)
        travel = np.where(out["moved"][rows], -np.log(sooner), 0)
        with np.errstate(divide="ignore"):
            kinds = (np.log(0.5) + f + 2 * contacts / 3,
                     np.log(0.25) + np.logaddexp(0, f) + np.log(np.expm1(np.maximum(0, pressure))),
                     np.log(0.25) + np.logaddexp(0, devices) + np.log(np.expm1(travel)))
        return np.logaddexp.reduce(kinds)

    def scores(chosen):
        rows = np.flatnonzero(chosen)
        return rows, np.concatenate([score(rows[i:i + 65_536]) for i in range(0, len(rows), 65_536)])

    threshold = np.quantile(scores(validation)[1], 0.999)
    report("threshold", value=f"{threshold:.4f}")
    rows, given = scores(test)
    pandas.DataFrame({"row": out["row"][rows], "score": given, "flagged": (given > threshold).astype(int)}).to_csv(
        output, index=False)
    report("scoring", logins=len(rows))
    attacks = out["attack"][rows]
    for budget in (0.001, 0.005, 0.01):
        alerts = np.argsort(-given, kind="stable")[:round(budget * len(given))]
        print(f"budget={budget} recall={attacks[alerts].sum() / max(1, attacks.sum()):.3f} attacks={attacks.sum()}")


def check(folder, path):
    """What both compute: rarity, surprise and earlier logins of the training rows."""
    columns = open(os.path.join(folder, "columns.txt")).read().split()
    matrix = np.load(os.path.join(folder, "train.npy"))
    out = features(read(path))
    wanted = {"surprise-asn": "surprise-asn", "surprise-country": "surprise-country", "surprise-device": "surprise-device",
              "surprise-user-agent": "surprise-agent", "rarity-asn": "rarity-asn", "rarity-country": "rarity-country",
              "rarity-device": "rarity-device", "rarity-user-agent": "rarity-agent"}
    for theirs, ours in wanted.items():
        got = matrix[:, columns.index(theirs)]
        apart = np.abs(got - out[ours][:len(got)]) > 1e-3
        print(f"column={theirs} rows={len(got)} differ={apart.sum()}")
        # Octet keeps the latest values of a user only, the peer all
        if apart.mean() > 0.02:
            raise SystemExit(f"{theirs} differs")


if sys.argv[1] == "run":
    run(sys.argv[2], sys.argv[3], int(sys.argv[5]) if len(sys.argv) > 5 else 20)
elif sys.argv[1] == "check":
    check(sys.argv[2], sys.argv[3])
else:
    raise SystemExit(__doc__)
