"""Mean and sample standard deviation over runs of one config: python3 bench/ablation.py RUN_DIRECTORY..."""
import json
import statistics
import sys


def recalls(run):
    """{(group, detector): [recall at each budget]} of one run, and the budgets."""
    with open(f"{run}/evaluation.json", encoding="utf-8") as file:
        report = json.load(file)
    found, budgets = {}, []
    for detector in report["detectors"]:
        name = detector["detector"]
        budgets = budgets or [budget["share"] for budget in detector["budgets"]]
        found["all", name] = [budget["recall"]["value"] for budget in detector["budgets"]]
        for part in detector["strata"]:
            group = f"{part['division']}: {part['name']}"
            found[group, name] = [budget["recall"]["value"] for budget in part["recall_at_budgets"]]
    return found, budgets


def cell(values):
    values = [100 * value for value in values if value is not None]
    if not values:
        return "n/a"
    spread = statistics.stdev(values) if len(values) > 1 else 0
    return f"{statistics.mean(values):.1f} ± {spread:.1f}"


runs = [recalls(run) for run in sys.argv[1:]]
if not runs:
    sys.exit(__doc__)
budgets = runs[0][1]
print(f"Recall in %, mean ± standard deviation of {len(runs)} runs\n")
print("| attacks | detector | " + " | ".join(f"{100 * budget:g} %" for budget in budgets) + " |")
print("|---|---|" + "---:|" * len(budgets))
for group, detector in runs[0][0]:
    if detector == "random" or detector.startswith("best single feature"):
        continue
    of = [run.get((group, detector)) for run, _ in runs]
    cells = [cell([one[i] for one in of if one]) for i in range(len(budgets))]
    print(f"| {group} | {detector} | " + " | ".join(cells) + " |")
