"""Logs without some columns, and recall on them.

python3 bench/columns.py names                      the sets of columns
python3 bench/columns.py take NAME LOG OUTPUT       the log with the columns of a set empty
python3 bench/columns.py table DIRECTORY SEED...    the table of docs/techniques.md, from the runs NAME-SEED
"""
import csv
import json
import sys

NETWORK = ["ASN"]
PLACE = ["Country", "Region", "City"]
ADDRESS = ["IP Address"]
AGENT = ["User Agent String"]
DEVICE = ["Browser Name and Version", "OS Name and Version", "Device Type"]
# What is taken away from the log.
SETS = {
    "nothing": [],
    "address": ADDRESS,
    "network": NETWORK,
    "country": PLACE,
    "user-agent": AGENT,
    "device": DEVICE,
    "network-and-country": NETWORK + PLACE,
    "user-agent-and-device": AGENT + DEVICE,
    "all-but-address": NETWORK + PLACE + AGENT + DEVICE,
    "all-but-network": ADDRESS + PLACE + AGENT + DEVICE,
    "all-but-country": ADDRESS + NETWORK + AGENT + DEVICE,
    "all-but-user-agent-and-device": ADDRESS + NETWORK + PLACE,
}
BUDGET = 0.005


def take(name, log, output):
    with open(log, encoding="utf-8", newline="") as source, open(output, "w", encoding="utf-8", newline="") as target:
        rows = csv.DictReader(source)
        missing = [column for column in SETS[name] if column not in rows.fieldnames]
        if missing:
            sys.exit(f"{log} has no column {missing[0]}; it has {', '.join(rows.fieldnames)}")
        writer = csv.DictWriter(target, rows.fieldnames, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            row.update(dict.fromkeys(SETS[name], ""))
            writer.writerow(row)


def recall(directory, name, seeds):
    """{attacker: (found, takeovers)} at the budget, all seeds together."""
    found = {}
    for seed in seeds:
        with open(f"{directory}/{name}-{seed}/evaluation.json", encoding="utf-8") as file:
            detector = json.load(file)["detectors"][0]
        for part in detector["strata"]:
            at = [each["recall"] for each in part["recall_at_budgets"] if each["share"] == BUDGET]
            if at and at[0]:
                hits, of = found.get(part["name"], (0, 0))
                found[part["name"]] = hits + at[0]["hits"], of + at[0]["of"]
    return found


def table(directory, seeds):
    recalls = {name: recall(directory, name, seeds) for name in SETS}
    attackers = sorted({attacker for found in recalls.values() for attacker in found})
    print("| taken away | " + " | ".join(attackers) + " | all |")
    print("|---|" + "---:|" * (len(attackers) + 1))
    for name, found in recalls.items():
        cells = [found.get(attacker, (0, 0)) for attacker in attackers]
        cells.append((sum(hits for hits, _ in cells), sum(of for _, of in cells)))
        print(f"| {name.replace('-', ' ')} | " + " | ".join(f"{100 * h / of:.0f}" if of else "–" for h, of in cells) + " |")
    print("| takeovers | " + " | ".join(f"{recalls['nothing'].get(a, (0, 0))[1]:.0f}" for a in attackers) + " | |")


match sys.argv[1:]:
    case ["names"]:
        print("\n".join(SETS))
    case ["take", name, log, output] if name in SETS:
        take(name, log, output)
    case ["table", directory, *seeds] if seeds:
        table(directory, seeds)
    case _:
        sys.exit(__doc__)
