#!/usr/bin/env python3
"""How often drift is decided rightly: false alarms on stable simulated logs, and five planted kinds of drift.

    bench/drift.py FOLDER [SEEDS]      # needs ./octet; OCTET=COMMAND names another launcher

Each log has 40,000 rows of a year. Two detectors are trained on the first 60 % of the time; the last 40 % are tested: as they are
(stable), or edited. What `drift` in evaluation.json decides is printed, and how many stable logs broke the promised alerts a day,
the promise taken at as many logins a day as came.
"""
import collections, csv, datetime, json, os, pathlib, random, subprocess, sys

OCTET = os.environ.get("OCTET", "./octet").split()
FOLDER = pathlib.Path(sys.argv[1])
SEEDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
CONFIG = """
name: drift
data:
  format: rba
  train: {train}
  {test}
  labels: {{column: Is Account Takeover, in-training: ignore}}
view: attempt
features: [country, hour, browser-family, os-family, device, surprise-asn, new-country]
split: {split}
detectors:
  - {{name: forest, isolation-forest: {{}}}}
  - {{name: counts, user-surprise: {{}}}}
threshold: {{percentile: 99}}
evaluate: {{on: successful}}
output: {output}
"""


def run(name, train, test=None, simulate=None):
    output = FOLDER / name
    config = FOLDER / (name + ".yaml")
    config.write_text(CONFIG.format(
        train=train,
        test="test: " + str(test) if test else "simulate: " + simulate if simulate else "",
        split="{by: time, train: 0.67, validation: 0.33}" if test else "{by: time, train: 0.4, validation: 0.2, test: 0.4}",
        output=output))
    subprocess.run(OCTET + ["run", str(config), "-q"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = json.loads((output / "evaluation.json").read_text())
    broken = {w.split(" flags ")[0] for w in found["warnings"] if "rows a day on the test span" in w}
    return {d["detector"]: {**d["drift"], "broken": d["detector"] in broken} for d in found["detectors"] if "drift" in d}


def edited(kind, rows, at):
    r = random.Random(1)
    for row in rows:
        row = list(row)
        if kind == "a new user agent for 60 % of the logins" and r.random() < 0.6:
            row[at["User Agent String"]] = "Mozilla/5.0 (Windows NT 11.0; Win64; x64) Newium/3.1"
            row[at["Browser Name and Version"]] = "Newium 3.1"
            row[at["OS Name and Version"]], row[at["Device Type"]] = "Windows 11", "desktop"
        elif kind == "half of the users move to another country" and int(row[at["User ID"]]) % 2 == 0:
            row[at["Country"]], row[at["ASN"]], row[at["Region"]], row[at["City"]] = "IS", "64999", "-", "-"
        elif kind == "the user agent is no longer logged":
            for name in ("User Agent String", "Browser Name and Version", "OS Name and Version", "Device Type"):
                row[at[name]] = ""
        elif kind == "all logins come through one proxy":
            row[at["Country"]], row[at["ASN"]] = "NO", "64998"
        yield row
        if kind == "three times as many users":
            for copy in (3, 5):
                twin = list(row)
                moment = datetime.datetime.strptime(row[at["Login Timestamp"]], "%Y-%m-%d %H:%M:%S.%f")
                moment += datetime.timedelta(minutes=copy, milliseconds=1)
                twin[at["Login Timestamp"]] = moment.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
                twin[at["User ID"]] = str(int(row[at["User ID"]]) // copy)
                yield twin


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    decisions = collections.defaultdict(collections.Counter)
    broken = collections.Counter()
    for seed in range(1, SEEDS + 1):
        log = FOLDER / f"stable-{seed}.csv"
        for name, drift in run(f"stable-{seed}", log, simulate=f"{{rows: 40000, takeovers: 40, seed: {seed}}}").items():
            decisions[name][drift["decision"]] += 1
            rate, promised = drift["alerts_per_day"], drift["expected_alerts_per_day"]
            broken[name] += drift["broken"]
            left = not promised["low"] <= rate["value"] <= promised["high"]
            broken[name + ", outside the interval"] += left
            if drift["decision"] != "keep" or left:
                print(f"  stable, seed {seed}, {name}: {drift['decision']}, {rate['value']:.2f} alerts a day,"
                      f" promised {promised['value']:.2f} [{promised['low']:.2f}, {promised['high']:.2f}],"
                      f" moved: {[each['feature'] for each in drift['inputs_moved']]}", flush=True)
    for name, counts in decisions.items():
        print(f"stable logs, {name}: {dict(counts)}; promise outside by chance of both: {broken[name]},"
              f" rate outside the promised interval: {broken[name + ', outside the interval']}", flush=True)
    rows = list(csv.reader(open(FOLDER / "stable-1.csv", newline="")))
    head, rows = rows[0], rows[1:]
    at = {name: i for i, name in enumerate(head)}
    cut = int(0.6 * len(rows))
    train = FOLDER / "planted-train.csv"
    with open(train, "w", newline="") as out:
        csv.writer(out).writerows([head] + rows[:cut])
    for kind in ("nothing", "three times as many users", "a new user agent for 60 % of the logins",
                 "half of the users move to another country", "the user agent is no longer logged",
                 "all logins come through one proxy"):
        test = FOLDER / "planted-test.csv"
        new = sorted(edited(kind, rows[cut:], at), key=lambda row: row[at["Login Timestamp"]])
        with open(test, "w", newline="") as out:
            csv.writer(out).writerows([head] + new)
        for name, drift in run("planted", train, test=test).items():
            print(f"planted: {kind}, {name}: {drift['decision']}, scores {drift['scores']['population_stability_index']:.2f},"
                  f" {drift['alerts_per_day']['value']:.2f} alerts a day, promised {drift['promised_alerts_per_day']['value']:.2f},"
                  f" moved: {[each['feature'] for each in drift['inputs_moved']][:3]},"
                  f" not watched: {drift['inputs_not_watched']}", flush=True)


main()
