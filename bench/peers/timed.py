"""Runs a command: its wall time, peak memory and output as one JSON object. `timed.py <folder> <command...>`"""
import json
import resource
import subprocess
import sys
import time

begun = time.perf_counter()
done = subprocess.run(
    sys.argv[2:], cwd=sys.argv[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
)
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "megabytes": peak, "code": done.returncode, "output": done.stdout}))
