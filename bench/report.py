"""Turns the raw lines of one part of bench/run.sh into a section of bench/RESULTS.md: report.py PART FILE

report.py begun prints the line that FILE begins with, from which the section says how much of the processors others had meanwhile.
"""

import csv
import datetime
import os
import statistics
import subprocess
import sys


def processor_time():
    """Since the machine started, in hundredths of a second: wanted by anything on it, and of this what its host gave to others."""
    user, nice, system, _, _, interrupts, soft, stolen = map(int, open("/proc/stat").readline().split()[1:9])
    return user + nice + system + interrupts + soft + stolen, stolen


if sys.argv[1] == "begun":
    print("begun wanted=%d stolen=%d" % processor_time())
    sys.exit()
part, path = sys.argv[1:3]


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def rows():
    """Each line but that of `report.py begun` as (the words before the pairs, the pairs)."""
    for line in open(path):
        words = line.split()
        if words[:1] == ["begun"]:
            continue
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        yield [word for word in words if "=" not in word], pairs


def values(name, *words, **wanted):
    return [float(pairs[name]) for found, pairs in rows()
            if found[:len(words)] == list(words) and name in pairs
            and all(pairs.get(key) == value for key, value in wanted.items())]


def spread(numbers, form="{:,.0f}"):
    if not numbers:
        return "not measured"
    middle = form.format(statistics.median(numbers))
    return middle if len(numbers) == 1 else f"{middle} ({form.format(min(numbers))} to {form.format(max(numbers))})"


def ratio(ours, theirs):
    return f"{statistics.median(ours) / statistics.median(theirs):.2f}" if ours and theirs else "-"


def table(header, lines):
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for line in lines:
        print("| " + " | ".join(line) + " |")
    print()


def training():
    print("## Training\n")
    print("Rows/s of steps (gradient and Adam) of the ML-SIEM network on rows in memory.\n")
    lines = []
    for threads in ("1", "2"):
        for batch in ("256", "1024", "4096"):
            ours = values("rate", "octet", threads, batch=batch)
            theirs = values("rate", "peer", threads, batch=batch)
            lines.append([threads, batch, spread(ours), spread(theirs), ratio(ours, theirs)])
    table(["threads", "batch", "Octet", "PyTorch", "ratio"], lines)
    table(["batch", "Octet, two threads / one"],
          [[batch, ratio(values("rate", "octet", "2", batch=batch), values("rate", "octet", "1", batch=batch))]
           for batch in ("256", "1024", "4096")])


def convergence():
    print("## Time to PyTorch's validation loss\n")
    print("300,000 rows, 60,000 for validation, batch 1024, Adam 0.001; seconds from the first step, validation included,\n"
          "until the validation loss is at most the median of PyTorch's after six epochs; a seed a round.\n")
    lines = []
    for threads in ("1", "2"):
        final = values("loss", "peer", threads, epoch="6")
        if not final:
            continue
        goal = statistics.median(final)
        reached = {"octet": {}, "peer": {}}
        for words, pairs in rows():
            if words[1] == threads and float(pairs["loss"]) <= goal:
                reached[words[0]].setdefault(words[2], float(pairs["seconds"]))
        ours, theirs = list(reached["octet"].values()), values("seconds", "peer", threads, epoch="6")
        tries = len({words[2] for words, _ in rows() if words[:2] == ["octet", threads]})
        lines.append([threads, f"{goal:.6f}", f"{len(ours)} of {tries}", spread(ours, "{:.2f}"),
                      spread(theirs, "{:.2f}"), ratio(ours, theirs)])
    table(["threads", "loss", "Octet gets there", "Octet, s", "PyTorch's six epochs, s", "ratio"], lines)


def matrix():
    print("## CSV to scaled float matrix\n")
    print("1,000,000 simulated rows, eleven columns, rows/s; each process does it more than once and its first passes are\n"
          "left out (compilation, file cache).\n")
    lines = []
    for threads in ("1", "2"):
        ours = values("rate", "octet", threads)
        for peer, label in (("duckdb", "DuckDB"), ("pandas", "pandas")):
            theirs = values("rate", peer, threads if peer == "duckdb" else "1")
            lines.append([threads, spread(ours), label, spread(theirs), ratio(ours, theirs)])
    table(["threads", "Octet", "peer", "peer's", "ratio"], lines)


def whole():
    print("## A whole run\n")
    print("Read, fit, five epochs in batches of 1024, threshold, score, table; from start to end of the process, two threads;\n"
          "peak resident memory.\n")
    ours, theirs = values("seconds", "octet"), values("seconds", "peer")
    memory, other = values("peak_mib", "octet"), values("peak_mib", "peer")
    table(["", "Octet", "pandas + PyTorch", "ratio"],
          [["seconds", spread(ours, "{:.1f}"), spread(theirs, "{:.1f}"), ratio(theirs, ours) + " times faster"],
           ["MiB", spread(memory), spread(other), ratio(memory, other)]])


def scoring():
    print("## Scoring a saved model from CSV\n")
    print("`./octet score` with reasons for every row, rows/s of reading and scoring, start-up apart; every row is scored.\n")
    lines = []
    for threads in ("1", "2"):
        lines.append(["Octet", threads, spread(values("rate", "octet", threads))])
    lines.append(["pandas + PyTorch, without reasons", "2", spread(values("rate", "peer", "2"))])
    table(["", "threads", "rows/s"], lines)


def takeover():
    print("## The recommended detector\n")
    print("`octet run configs/takeover.yaml` beside bench/peers/takeover.py, the same features and network in pandas, NumPy and PyTorch;\n"
          "from start to end of the process, two threads; peak resident memory.\n")
    ours, theirs = values("seconds", "octet"), values("seconds", "peer")
    memory, other = values("peak_mib", "octet"), values("peak_mib", "peer")
    table(["", "Octet", "pandas + PyTorch", "ratio"],
          [["seconds", spread(ours, "{:.1f}"), spread(theirs, "{:.1f}"), ratio(theirs, ours) + " times faster"],
           ["MiB", spread(memory), spread(other), ratio(memory, other)]])
    print()
    table(["stage of pandas + PyTorch", "seconds"],
          [[stage, spread(values("seconds", "peer-stage", stage), "{:.1f}")]
           for stage in ("read", "features", "encoding", "training", "threshold", "scoring")])


def growth():
    print("## Growth\n")
    print("Simulated rows from the log to report and bundle, two threads; peak resident memory counts file pages that are mapped.\n"
          "`rba-full` is the published network, `takeover` the detector that Octet recommends.\n")
    first = {}
    lines = []
    for words, pairs in rows():
        count, seconds = int(words[1]), float(pairs["seconds"])
        config = words[2] if len(words) > 2 else "rba-full"
        first.setdefault(config, seconds / count)
        lines.append([config, f"{count:,}", f"{seconds:.0f}", f"{1e6 * seconds / count:.2f}",
                      f"{seconds / count / first[config]:.2f}", f"{int(pairs['peak_mib']):,}"])
    table(["config", "rows", "seconds", "s per million", "to its first", "peak MiB"], lines)


def kernels():
    print("## Kernels\n")
    print("JMH, one fork, five iterations of a second after two: the ML-SIEM network's training step (Adam included) and its\n"
          "forward pass with contributions, on random rows; rows/s with JMH's error.\n")
    lines = []
    for row in csv.DictReader(open(path)):
        batch = int(row["Param: batch"])
        lines.append([row["Benchmark"].split(".")[-2].removesuffix("Benchmark"), row["Param: features"], row["Param: batch"],
                      row.get("Param: threads") or "1",
                      f"{float(row['Score']) * batch:,.0f} ± {float(row['Score Error (99.9%)']) * batch:,.0f}"])
    table(["kernel", "columns", "batch", "threads", "rows/s"], lines)


def versions():
    print("## Two commits of Octet\n")
    print("`bench/versions.sh BEFORE AFTER`: the same programs and logs, by turns; each side is first in every other round. Training: batches of\n"
          "1,024; matrix: the last three passes of a process; scoring and whole: simulated rows from CSV.\n")
    before, after = sys.argv[3:5]
    lines = []
    for label, name, form, words, wanted in (
            ("training, 1 thread, rows/s", "rate", "{:,.0f}", ("training", "1"), {"batch": "1024"}),
            ("training, 2 threads, rows/s", "rate", "{:,.0f}", ("training", "2"), {"batch": "1024"}),
            ("matrix, 1 thread, rows/s", "rate", "{:,.0f}", ("matrix", "1"), {}),
            ("matrix, 2 threads, rows/s", "rate", "{:,.0f}", ("matrix", "2"), {}),
            ("scoring, 1 thread, rows/s", "rate", "{:,.0f}", ("scoring", "1"), {}),
            ("scoring, 2 threads, rows/s", "rate", "{:,.0f}", ("scoring", "2"), {}),
            ("a whole run, s", "seconds", "{:.1f}", ("whole", "2"), {}),
            ("a whole run, MiB", "peak_mib", "{:,.0f}", ("whole", "2"), {})):
        sides = [values(name, words[0], commit, words[1], **wanted) for commit in (before, after)]
        lines.append([label, spread(sides[0], form), spread(sides[1], form), ratio(sides[1], sides[0])])
    table(["", before, after, "after / before"], lines)


globals()[part]()
model = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr.split('"')[1]
libraries = said(sys.executable, "-c",
                 "import pandas, sklearn, torch; print('pandas', pandas.__version__ + ', scikit-learn',"
                 " sklearn.__version__ + ', PyTorch', torch.__version__)")
stolen = ""
with open(path) as lines:
    first = lines.readline().split()
if first[:1] == ["begun"]:  # JMH writes a file of its own
    wanted, taken = (end - int(start.split("=")[1]) for end, start in zip(processor_time(), first[1:]))
    stolen = f"{taken / max(1, wanted):.0%} of the processors' time was taken by the machine's host, "
print(f"{datetime.date.today()}, commit {said('git', 'describe', '--always', '--dirty')}, {os.cpu_count()} cores of {model}, "
      f"load {os.getloadavg()[0]:.1f} at the end, {stolen}JDK {java}, {libraries}.")
