"""Recall of two configs on the same test spans: python3 bench/tune.py PREFIX RUN...; PREFIX-RUN-base and PREFIX-RUN-best"""
import json
import statistics
import sys


def recalls(run):
    """{budget: recall} of the run's detector."""
    with open(f"{run}/evaluation.json", encoding="utf-8") as file:
        detector = json.load(file)["detectors"][0]
    return {budget["share"]: budget["recall"]["value"] for budget in detector["budgets"]}


def cell(values):
    spread = statistics.stdev(values) if len(values) > 1 else 0
    return f"{100 * statistics.mean(values):.1f} ± {100 * spread:.1f}"


if len(sys.argv) < 3:
    sys.exit(__doc__)
prefix, runs = sys.argv[1], sys.argv[2:]
of = {config: [recalls(f"{prefix}-{run}-{config}") for run in runs] for config in ("base", "best")}
budgets = list(of["base"][0])
print(f"Recall in %, mean ± standard deviation of {len(runs)} runs\n")
print("| config | " + " | ".join(f"{100 * budget:g} %" for budget in budgets) + " | mean of the budgets |")
print("|---|" + "---:|" * (len(budgets) + 1))
for config, of_runs in of.items():
    cells = [cell([run[budget] for run in of_runs]) for budget in budgets]
    cells.append(cell([statistics.mean(run.values()) for run in of_runs]))
    print(f"| {config} | " + " | ".join(cells) + " |")
pairs = [(statistics.mean(base.values()), statistics.mean(best.values())) for base, best in zip(of["base"], of["best"])]
print(f"\nThe winner is at least as good, by the mean of the budgets, in {sum(b >= a for a, b in pairs)} of {len(pairs)} runs.")
