# Entities of a small log by Python's datetime and statistics alone: python3 entities.py, in this folder.
# Writes entities-log.csv and entities.csv; the spans end on 2024-02-01 and 2024-03-15.
import csv, random, statistics
from datetime import datetime, timedelta, timezone

random.seed(7)
start = datetime(2024, 1, 3, 21, 0, tzinfo=timezone.utc)
ends = [datetime(2024, 2, 1, tzinfo=timezone.utc), datetime(2024, 3, 15, tzinfo=timezone.utc)]
users = ["ann", "bob", "cat", "Ægir", "x" * 40, ""]
ips = ["10.0.0.1", "10.0.0.2", "192.168.1.77", "2001:db8::17", ""]
log, time = [], start
for _ in range(400):
    time += timedelta(microseconds=int(random.expovariate(1) * 5.5 * 3600e6))
    if time > start + timedelta(days=100):
        break
    log.append((time, random.choice(users), random.choice(ips), random.random() < 0.02))
log.append((time + timedelta(hours=30), "once", "10.9.9.9", False))


def micros(t):
    return (t - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)


with open("entities-log.csv", "w", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(["micros", "user", "ip", "attack"])
    writer.writerows((micros(t), u, i, int(a)) for t, u, i, a in log)

with open("entities.csv", "w", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(["by", "span", "entity", "first", "last", "attempts", "median", "ratio", "mean_gap", "max_gap", "attack"])
    for by, column in (("USER", 1), ("IP", 2)):
        for span in range(3):
            rows = [r for r in log if sum(r[0] >= e for e in ends) == span and r[column]]
            for entity in dict.fromkeys(r[column] for r in rows):
                own = [r for r in rows if r[column] == entity]
                times = [r[0] for r in own]
                days = [t.date() for t in times]
                weekend = sum(t.weekday() >= 5 for t in times)
                gaps = [(b - a) / timedelta(minutes=1) for a, b in zip(times, times[1:])]
                writer.writerow([
                    by, span, entity, micros(times[0]), micros(times[-1]), len(own),
                    statistics.median(days.count(d) for d in set(days)),
                    (len(own) - weekend) / max(1, weekend),
                    statistics.fmean(gaps) if gaps else "nan", max(gaps) if gaps else "nan",
                    int(any(r[3] for r in own))])
