"""Runs a command and prints, as the last line, seconds=S cpu=S peak_mib=M of it and its children: peak.py COMMAND..."""

import resource
import subprocess
import sys
import time

start = time.perf_counter()
code = subprocess.call(sys.argv[1:])
seconds = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"seconds={seconds:.2f} cpu={usage.ru_utime + usage.ru_stime:.2f} peak_mib={usage.ru_maxrss // 1024}", flush=True)
sys.exit(code)
