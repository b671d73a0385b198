"""Tables of docs/techniques.md: python3 bench/techniques.py PROFILE RUN_DIRECTORY..."""
import csv
import json
import os
import sys

BUDGETS = (0.001, 0.005, 0.01)


def hits(run):
    """{(technique, detector): [(hits, takeovers) at each budget]} and {detector: (alerts a day, expected)}."""
    with open(f"{run}/evaluation.json", encoding="utf-8") as file:
        report = json.load(file)
    found = {}
    for detector in report["detectors"]:
        name = detector["detector"]
        if name == "random" or name.startswith("best single feature"):
            continue
        for part in detector["strata"]:
            at = {budget["share"]: budget["recall"] for budget in part["recall_at_budgets"]}
            found[part["name"], name] = [(at[b]["hits"], at[b]["of"]) if at[b] else (0, 0) for b in BUDGETS]
    first = report["detectors"][0]
    return found, first["at_threshold"]["alerts_per_day"]["value"], first["threshold"]["validation_alerts_per_day"]["value"]


def events(run, detector):
    """{event: [(logins in the budget, logins)]} of a detector, at each budget."""
    with open(f"{run}.events.csv", encoding="utf-8") as file:
        event = {row["row"]: row["event"] for row in csv.DictReader(file)}
    several, alone = f"{run}/scores-{detector}.csv", f"{run}/scores.csv"  # by how many detectors the config has
    with open(several if os.path.exists(several) else alone, encoding="utf-8") as file:
        scored = sorted(csv.DictReader(file), key=lambda row: -float(row["score"]))
    counts = {}
    for rank, row in enumerate(scored):
        name = event.get(row["row"])
        if name:
            of = counts.setdefault(name, [[0, 0] for _ in BUDGETS])
            for at, budget in enumerate(BUDGETS):
                of[at][0] += rank < budget * len(scored)
                of[at][1] += 1
    return counts


profile, runs = sys.argv[1], sys.argv[2:]
if not runs:
    sys.exit(__doc__)
all_hits = [hits(run) for run in runs]
techniques = sorted({technique for found, _, _ in all_hits for technique, _ in found})
detectors = list(dict.fromkeys(detector for _, detector in all_hits[0][0]))
print(f"### `{profile}`\n")
print("| detector | " + " | ".join(techniques) + " |")
print("|---|" + "---:|" * len(techniques))
for detector in detectors:
    cells = []
    for technique in techniques:
        of = [found.get((technique, detector), [(0, 0)] * len(BUDGETS)) for found, _, _ in all_hits]
        sums = [(sum(one[at][0] for one in of), sum(one[at][1] for one in of)) for at in range(len(BUDGETS))]
        cells.append(" / ".join(f"{100 * hit / number:.0f}" if number else "–" for hit, number in sums))
    print(f"| {detector} | " + " | ".join(cells) + " |")
numbers = [sum(found[technique, detectors[0]][0][1] for found, _, _ in all_hits if (technique, detectors[0]) in found)
           for technique in techniques]
print("| takeovers | " + " | ".join(f"{number:.0f}" for number in numbers) + " |")
print("\nLogins of legitimate events among the alerts of `autoencoder` at each budget, and how many there were:\n")
print("| event | " + " | ".join(f"{100 * budget:g} %" for budget in BUDGETS) + " | logins |")
print("|---|" + "---:|" * (len(BUDGETS) + 1))
all_events = [events(run, detectors[0]) for run in runs]
for name in sorted({name for counts in all_events for name in counts}):
    of = [counts[name] for counts in all_events if name in counts]
    print(f"| {name} | " + " | ".join(f"{sum(one[at][0] for one in of)}" for at in range(len(BUDGETS)))
          + f" | {sum(one[0][1] for one in of)} |")
print("\nAt its own threshold, alerts a day: "
      + ", ".join(f"{came:.2f} (expected {expected:.2f})" for _, came, expected in all_hits) + ".\n")
