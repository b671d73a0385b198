"""Sums up Spark's event log of one job of octet-spark.jar by what its stages do, and computes a plan for more rows and cores.

    python3 bench/spark_stages.py EVENTS ROWS SECONDS

EVENTS is the folder of spark.eventLog.dir with the log of one application, ROWS the rows that it scored, SECONDS its elapsed time.
"""

import json
import pathlib
import sys

PLAN_ROWS = 1_000_000_000
PLAN_CORES = 64
# What a stage does, by the first frame of ours in its call site, and by Spark's name of the stage where one frame does several things.
STEPS = [
    ("LogIntake.read", "", "reading the log"),
    ("LogIntake.sampled", "", "sampling places"),
    ("LogIntake$Logins.chunks", "", "cutting into chunks"),
    ("HistoryScoring.totals", "", "totals of chunks"),
    ("HistoryScoring.withNetworks", "", "totals of chunks"),
    ("HistoryScoring.values", "", "counts of chunks"),
    ("HistoryScoring.distinct", "", "counts before each chunk"),
    ("HistoryScoring.walk", "", "attempts of the day before"),
    ("HistoryScoring.found", "union", "walk through chunks"),
    ("HistoryScoring.found", "mapPartitionsToPair", "population: by chunk"),
    ("HistoryScoring.found", "", "rounds through users"),
    ("HistoryScoring.told", "", "population: sums"),
    ("HistoryScoring.fits", "", "population: priors"),
    ("HistoryScoring.answers", "", "population: answers"),
    ("ScoredLog.keep", "", "scores with reasons"),
    ("ScoredLog.writeCsv", "", "writing the scores"),
    ("ScoreFolder.write", "", "writing the scores"),
    ("ScoredLog.", "", "alerts: flagged logins"),
    ("HistoryScoring.population", "", "alerts: population"),
    ("HistoryScoring.firstLogins", "", "alerts: first logins of networks"),
    ("LogIntake.logins", "", "alerts: reading their logins"),
]


def step(name, details):
    for line in details.splitlines():
        if "dev.octet.spark." in line:
            for mark, begins, what in STEPS:
                if mark in line and name.startswith(begins):
                    return what
    return "other"


def events(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and not path.name.startswith((".", "appstatus")):
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)


def main():
    folder, rows, elapsed = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    names = {}
    sums = {}
    for event in events(folder):
        if event["Event"] == "SparkListenerStageCompleted":
            info = event["Stage Info"]
            names[(info["Stage ID"], info["Stage Attempt ID"])] = step(info["Stage Name"], info.get("Details", ""))
        elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            metrics = event["Task Metrics"]
            key = (event["Stage ID"], event["Stage Attempt ID"])
            task = sums.setdefault(key, [0, 0.0, 0.0, 0, 0])
            task[0] += 1
            task[1] += metrics["Executor Run Time"] / 1e3
            task[2] += metrics["Executor CPU Time"] / 1e9
            task[3] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            task[4] += metrics["Disk Bytes Spilled"]
    steps = {}
    for key, task in sums.items():
        total = steps.setdefault(names.get(key, "other"), [0, 0.0, 0.0, 0, 0])
        for i, value in enumerate(task):
            total[i] += value
    order = [what for _, _, what in STEPS] + ["other"]
    print(f"{rows:,} rows in {elapsed:.0f} s, {rows / elapsed:,.0f} rows/s\n")
    print("| step | tasks | task seconds | of them processor | us a row | shuffled bytes a row | spilled MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in sorted(steps, key=order.index):
        tasks, run, cpu, shuffled, spilled = steps[name]
        print(
            f"| {name} | {tasks} | {run:.1f} | {cpu:.1f} | {1e6 * run / rows:.1f} | {shuffled / rows:.1f} | {spilled / 1e6:.0f} |"
        )
    run = sum(each[1] for each in steps.values())
    shuffled = sum(each[3] for each in steps.values())
    print(f"| all | {sum(each[0] for each in steps.values())} | {run:.1f} | {sum(each[2] for each in steps.values()):.1f} |"
          f" {1e6 * run / rows:.1f} | {shuffled / rows:.1f} | |")
    hours = run / rows * PLAN_ROWS / 3600
    print(
        f"\nPlan (an estimate, costs taken as proportional to the rows): {PLAN_ROWS:,} rows need {hours:.1f} core-hours,"
        f" {60 * hours / PLAN_CORES:.0f} minutes on {PLAN_CORES} cores, and shuffle {shuffled / rows * PLAN_ROWS / 1e9:.0f} GB"
    )


if __name__ == "__main__":
    main()
