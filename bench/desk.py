#!/usr/bin/env python3
"""What ten open desks cost the logins: octet serve with --no-desk and with a desk that ten clients listen to, by turns.

    python3 bench/desk.py BUNDLE LOGINS.ndjson [ROUNDS]

Logins are JSON objects as POST /v1/score takes them, one a line; they go one a request over one connection, the first third
unmeasured. OCTET_COMMAND is what starts Octet (./octet). Process CPU is that of the server, of all its threads.
"""
import http.client
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

DESKS = 10


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(bundle, logins, with_desk):
    state = tempfile.mkdtemp()
    command = shlex.split(os.environ.get("OCTET_COMMAND", "./octet"))
    command += ["serve", "--model", bundle, "--state", state, "--port", "0"] + ([] if with_desk else ["--no-desk"])
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    listeners = []
    try:
        port = None
        while port is None:
            line = server.stderr.readline()
            if not line:
                sys.exit("the service ended")
            found = re.search(r"scoring with .*at http://127\.0\.0\.1:(\d+)", line)
            port = found and int(found.group(1))
        if with_desk:
            for _ in range(DESKS):
                listeners.append(subprocess.Popen(
                    ["curl", "-sN", f"localhost:{port}/v1/alerts/stream"], stdout=subprocess.DEVNULL))
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def send(login):
            start = time.perf_counter()
            connection.request("POST", "/v1/score", login, {"Content-Type": "application/json"})
            connection.getresponse().read()
            return time.perf_counter() - start

        unmeasured = len(logins) // 3
        for login in logins[:unmeasured]:
            send(login)
        before = cpu_seconds(server.pid)
        times = sorted(send(login) for login in logins[unmeasured:])
        used = cpu_seconds(server.pid) - before
        count = len(times)
        load = open("/proc/loadavg").read().split()[0]
        print(f"| {'with' if with_desk else 'without'} | {times[count // 2] * 1e3:.2f} | {times[int(count * .99)] * 1e3:.2f} |"
              f" {used / count * 1e6:.0f} | {load} |", flush=True)
    finally:
        for listener in listeners:
            listener.kill()
        server.terminate()
        server.wait()
        shutil.rmtree(state)


def main():
    logins = open(sys.argv[2]).read().splitlines()
    print("| desk | p50 ms | p99 ms | process CPU µs a login | load |\n|---|---:|---:|---:|---:|")
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 3):
        for with_desk in (False, True):
            measure(sys.argv[1], logins, with_desk)


main()
