"""Logs to convert, and a plain Python reader of them, for bench/convert.sh.

    convert.py make sshd|okta ROWS FILE     a log with so many records, the same each time
    convert.py read sshd|okta FILE OUTPUT   what one writes in an afternoon: re, json, csv from the standard library
"""

import csv
import datetime
import json
import random
import re
import sys

AGENT = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36")


def make(kind, rows, out):
    draw = random.Random(1)
    at = datetime.datetime(2024, 1, 1)
    for i in range(rows):
        at += datetime.timedelta(milliseconds=draw.randrange(1, 4000))
        user = "user%d" % (draw.random() ** 2 * 20000)
        ip = "198.51.%d.%d" % (hash_of(user) % 256, draw.randrange(4))
        ok = draw.random() < 0.7
        if kind == "sshd":
            when = at.strftime("%Y-%m-%dT%H:%M:%S.") + "%06d+00:00" % at.microsecond
            head = "%s bastion sshd[%d]: " % (when, 1000 + i % 30000)
            if i % 3 == 2:
                out.write(head + "pam_unix(sshd:session): session opened for user %s(uid=1000) by (uid=0)\n" % user)
            elif ok:
                out.write(head + "Accepted publickey for %s from %s port %d ssh2: ED25519 SHA256:%032x\n"
                          % (user, ip, 20000 + i % 40000, hash_of(user)))
            else:
                out.write(head + "Failed password for %s from %s port %d ssh2\n" % (user, ip, 20000 + i % 40000))
        else:
            event = {
                "actor": {"id": "00u%08d" % hash_of(user), "type": "User", "alternateId": user + "@example.com",
                          "displayName": user, "detailEntry": None},
                "client": {"device": "Computer", "ipAddress": ip, "zone": "null", "id": None,
                           "userAgent": {"browser": "CHROME", "os": "Windows 10", "rawUserAgent": AGENT % (100 + i % 30)},
                           "geographicalContext": {"city": "Exampleville", "state": None, "country": "NO",
                                                   "postalCode": "0001", "geolocation": {"lat": 59.9, "lon": 10.7}}},
                "published": at.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (at.microsecond // 1000),
                "severity": "INFO", "legacyEventType": None, "uuid": "u-%d" % i, "version": "0",
                "securityContext": {"asNumber": 64496 + hash_of(user) % 16, "asOrg": "Example Net", "isp": "example",
                                    "domain": None, "isProxy": False},
                "request": {"ipChain": [{"ip": ip, "version": "V4"}]},
                "eventType": "policy.evaluate_sign_on" if i % 2 else "user.session.start",
                "outcome": {"result": "SUCCESS" if ok else "FAILURE", "reason": None if ok else "INVALID_CREDENTIALS"},
            }
            out.write(json.dumps(event, separators=(",", ":")) + "\n")


def hash_of(text):
    value = 0
    for c in text:
        value = (value * 31 + ord(c)) & 0xFFFFFF
    return value


LINE = re.compile(r"^(\S+) \S+ sshd(?:-session)?(?:\[\d+\])?: (Accepted|Failed) (\S+) for (?:invalid user )?(.*)"
                  r" from (\S+) port \d+")


def read(kind, log, writer):
    for line in log:
        if kind == "sshd":
            match = LINE.match(line)
            if match:
                when, verb, method, user, ip = match.groups()
                at = datetime.datetime.fromisoformat(when).astimezone(datetime.timezone.utc)
                writer.writerow([at.isoformat(), user, int(verb == "Accepted"), ip, "" if verb == "Accepted" else method])
        else:
            event = json.loads(line)
            if event["eventType"] != "user.session.start":
                continue
            client, place = event["client"], event["client"]["geographicalContext"] or {}
            writer.writerow([event["published"], event["actor"]["alternateId"],
                             int(event["outcome"]["result"] == "SUCCESS"), client["ipAddress"],
                             event["outcome"]["reason"], place.get("country"), place.get("state"), place.get("city"),
                             event["securityContext"]["asNumber"], client["userAgent"]["rawUserAgent"],
                             client["userAgent"]["browser"], client["userAgent"]["os"], client["device"]])


if sys.argv[1] == "make":
    with open(sys.argv[4], "w", encoding="utf-8") as target:
        make(sys.argv[2], int(sys.argv[3]), target)
else:
    with open(sys.argv[3], encoding="utf-8") as source, open(sys.argv[4], "w", newline="", encoding="utf-8") as target:
        read(sys.argv[2], source, csv.writer(target))
