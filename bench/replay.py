"""Table of docs/replay.md: python3 bench/replay.py OUTPUT_DIRECTORY SEED..."""
import json
import sys


def last_third(path):
    """Takeovers in the last third of the spans, and those found without and with learning."""
    with open(f"{path}/replay.json", encoding="utf-8") as file:
        spans = json.load(file)["spans"]
    spans = spans[-round(len(spans) / 3):]
    return [sum(take(span) for span in spans)
            for take in (lambda span: span["attacks"], lambda span: span["fixed"]["true_positives"],
                         lambda span: span["updated"]["true_positives"])]


if len(sys.argv) < 3:
    sys.exit(__doc__)
output, seeds = sys.argv[1], sys.argv[2:]
right = [last_third(f"{output}/{seed}-0") for seed in seeds]
wrong = [last_third(f"{output}/{seed}-0.1") for seed in seeds]
print("| verdicts | " + " | ".join(seeds) + " | mean gain |")
print("|---|" + "---:|" * (len(seeds) + 1))
for name, runs, column in (("none", right, 1), ("all right", right, 2), ("a tenth wrong", wrong, 2)):
    recalls = [100 * run[column] / run[0] for run in runs]
    gain = sum(100 * (run[2] - run[1]) / run[0] for run in runs) / len(runs)
    print(f"| {name} | " + " | ".join(f"{recall:.0f}" for recall in recalls) + (f" | {gain:+.1f} |" if column == 2 else " | |"))
