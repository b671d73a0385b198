"""The pipeline of ML-SIEM written plainly with pandas, scikit-learn and PyTorch: the peer of bench/run.sh.

  pipeline.py matrix  CSV THREADS [--repeat N]             CSV -> scaled float matrix, rows/s
  pipeline.py training F32 THREADS BATCHES SECONDS         rows/s of training steps on rows in memory
  pipeline.py convergence F32 F32 THREADS BATCH EPOCHS SEED  validation loss and seconds after each epoch
  pipeline.py whole   CSV OUTPUT THREADS BATCH EPOCHS      read, fit, train, threshold, score, table
  pipeline.py scoring CSV MODEL OUTPUT THREADS             score a log with what `whole` saved

F32 files hold rows of 11 little-endian floats. Every command prints one line: name=value pairs.
"""

import os
import sys
import time

threads = int({"matrix": sys.argv[3:4], "training": sys.argv[3:4], "convergence": sys.argv[4:5], "whole": sys.argv[4:5],
               "scoring": sys.argv[5:6]}[sys.argv[1]][0])
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(threads)

import numpy as np  # noqa: E402  (the threads must be set first)

COLUMNS = 11
TIME, USER, IP, COUNTRY, BROWSER, OS, DEVICE, SUCCESS, LABEL = (
    "Login Timestamp", "User ID", "IP Address", "Country", "Browser Name and Version", "OS Name and Version",
    "Device Type", "Login Successful", "Is Account Takeover")


def report(**values):
    print(" ".join(f"{name}={value}" for name, value in values.items()), flush=True)


def peak_mib():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    raise ValueError("no VmHWM")


def read(path):
    import pandas

    return pandas.read_csv(path, usecols=[TIME, USER, IP, COUNTRY, BROWSER, OS, DEVICE, SUCCESS, LABEL],
                           parse_dates=[TIME], dtype={COUNTRY: "category", BROWSER: "category", OS: "category",
                                                      DEVICE: "category"})


def family(names):
    """Names with versions to families: a category's distinct names are few, so they are taken apart once."""
    words = names.cat.categories.to_series().str.strip().str.extract(r"^(.+?)(?:\s+\d.*)?$")[0].fillna("")
    return names.map(dict(zip(names.cat.categories, words)))


def codes(values):
    return values.astype("category").cat.codes


def features(logins):
    """The eleven columns of ML-SIEM: country, device, success, hour, weekday, browser and OS family, four octets."""
    octets = logins[IP].str.split(".", expand=True).astype("float32")
    return np.column_stack([
        codes(logins[COUNTRY]), codes(logins[DEVICE]), logins[SUCCESS], logins[TIME].dt.hour,
        logins[TIME].dt.dayofweek, codes(family(logins[BROWSER])), codes(family(logins[OS])), octets[0], octets[1],
        octets[2], octets[3]]).astype("float32")


def network(seed=1):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    widths = [COLUMNS, 128, 64, 32, 16, 32, 64, 128]
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        if i < 2:
            layers.append(nn.BatchNorm1d(outputs))
    layers += [nn.Linear(widths[-1], COLUMNS), nn.Sigmoid()]
    model = nn.Sequential(*layers)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model


def step(model, optimizer, loss, batch):
    optimizer.zero_grad()
    value = loss(model(batch), batch)
    value.backward()
    optimizer.step()
    return value


def train(model, rows, batch, epochs, after_epoch):
    import torch

    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = torch.nn.MSELoss()
    data = torch.from_numpy(rows)
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(data))
        for first in range(0, len(data), batch):
            picked = order[first:first + batch]
            if len(picked) > 1:
                step(model, optimizer, loss, data[picked])
        after_epoch(epoch + 1)


def errors(model, rows, batch=4096):
    import torch

    model.eval()
    result = np.empty(len(rows), dtype="float32")
    with torch.no_grad():
        for first in range(0, len(rows), batch):
            part = torch.from_numpy(rows[first:first + batch])
            result[first:first + batch] = ((model(part) - part) ** 2).mean(dim=1).numpy()
    return result


def matrix(path, repeat):
    from sklearn.preprocessing import MinMaxScaler

    for _ in range(repeat):
        start = time.perf_counter()
        scaled = MinMaxScaler().fit_transform(features(read(path)))
        seconds = time.perf_counter() - start
        report(rows=len(scaled), seconds=round(seconds, 3), rate=round(len(scaled) / seconds), peak_mib=peak_mib())


def training(path, batch, seconds):
    import torch

    data = torch.from_numpy(np.fromfile(path, "<f4").reshape(-1, COLUMNS))
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = torch.nn.MSELoss()
    model.train()
    rows = 0
    first = 0
    started = None
    begun = time.perf_counter()
    while started is None or time.perf_counter() - started < seconds:
        if started is None and time.perf_counter() - begun > 2:  # warm
            started = time.perf_counter()
            rows = 0
        if first + batch > len(data):
            first = 0
        step(model, optimizer, loss, data[first:first + batch])
        first += batch
        rows += batch
    report(batch=batch, rate=round(rows / (time.perf_counter() - started)))


def convergence(train_path, validation_path, batch, epochs, seed):
    rows = np.fromfile(train_path, "<f4").reshape(-1, COLUMNS)
    validation = np.fromfile(validation_path, "<f4").reshape(-1, COLUMNS)
    model = network(seed)
    start = time.perf_counter()

    def after_epoch(epoch):
        loss = errors(model, validation).mean(dtype="float64")
        report(epoch=epoch, loss=f"{loss:.8f}", seconds=round(time.perf_counter() - start, 3))

    train(model, rows, batch, epochs, after_epoch)


def whole(path, output, batch, epochs):
    import joblib
    import pandas
    import torch
    from sklearn.metrics import confusion_matrix
    from sklearn.preprocessing import MinMaxScaler

    times = {}
    start = last = time.perf_counter()

    def lap(name):
        nonlocal last
        now = time.perf_counter()
        times[name] = round(now - last, 2)
        last = now

    logins = read(path)
    lap("read")
    columns = features(logins)
    begin, end = logins[TIME].iloc[0], logins[TIME].iloc[-1]
    train_rows = (logins[TIME] < begin + (end - begin) * 0.5).to_numpy()
    test_rows = (logins[TIME] >= begin + (end - begin) * 0.6).to_numpy()
    validation_rows = ~train_rows & ~test_rows
    label = logins[LABEL].to_numpy()
    success = logins[SUCCESS].to_numpy()
    scaler = MinMaxScaler().fit(columns[train_rows & ~label])
    scaled = scaler.transform(columns).astype("float32")
    lap("features")
    model = network()
    train(model, scaled[train_rows & ~label], batch, epochs, lambda epoch: errors(model, scaled[validation_rows]))
    lap("training")
    threshold = np.quantile(errors(model, scaled[validation_rows & success & ~label]), 0.995)
    chosen = test_rows & success
    scores = errors(model, scaled[chosen])
    flagged = scores > threshold
    lap("scoring")
    os.makedirs(output, exist_ok=True)
    pandas.DataFrame({"timestamp": logins[TIME][chosen], "user": logins[USER][chosen], "score": scores,
                      "threshold": threshold, "flagged": flagged.astype(int)}).to_csv(
                          os.path.join(output, "scores.csv"))
    table = confusion_matrix(label[chosen], flagged)
    with open(os.path.join(output, "table.txt"), "w") as out:
        out.write(f"{table}\n")
        for budget in (0.001, 0.005, 0.01, 0.05):
            top = np.argsort(scores)[::-1][:int(len(scores) * budget)]
            out.write(f"{budget}: {label[chosen][top].sum()} of {label[chosen].sum()}\n")
    torch.save(model.state_dict(), os.path.join(output, "model.pt"))
    joblib.dump((scaler, threshold), os.path.join(output, "scaler.joblib"))
    lap("writing")
    report(rows=len(logins), seconds=round(time.perf_counter() - start, 2), peak_mib=peak_mib(), **times)


def scoring(path, saved, output):
    import joblib
    import pandas
    import torch

    model = network()
    model.load_state_dict(torch.load(os.path.join(saved, "model.pt")))
    scaler, threshold = joblib.load(os.path.join(saved, "scaler.joblib"))
    start = time.perf_counter()
    logins = read(path)
    scores = errors(model, scaler.transform(features(logins)).astype("float32"))
    pandas.DataFrame({"timestamp": logins[TIME], "user": logins[USER], "score": scores, "threshold": threshold,
                      "flagged": (scores > threshold).astype(int)}).to_csv(output)
    seconds = time.perf_counter() - start
    report(rows=len(logins), seconds=round(seconds, 3), rate=round(len(logins) / seconds), peak_mib=peak_mib())


def main(arguments):
    command, rest = arguments[0], arguments[1:]
    if command == "matrix":
        matrix(rest[0], int(rest[3]) if rest[2:3] == ["--repeat"] else 1)
    elif command == "training":
        for batch in rest[2].split(","):
            training(rest[0], int(batch), float(rest[3]))
    elif command == "convergence":
        convergence(rest[0], rest[1], int(rest[3]), int(rest[4]), int(rest[5]))
    elif command == "whole":
        whole(rest[0], rest[1], int(rest[3]), int(rest[4]))
    elif command == "scoring":
        scoring(rest[0], rest[1], rest[2])


main(sys.argv[1:])
