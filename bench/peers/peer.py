"""What every peer in Python shares: it reads lines "run <size> <steps> [<file>]", integrates the start in
start-<size>.f32 (a, then b, row-major, little-endian f32), answers with the seconds that took and, if a file is
named, writes the fields to it. The time runs from a row-major start to row-major fields."""

import sys
import time

import numpy as np


def serve(simulate):
    """`simulate(fields, steps, rule)` gives the fields, [2, size, size], after so many steps."""
    folder, rule = sys.argv[1], [float(text) for text in sys.argv[2:6]]
    for line in sys.stdin:
        _, size, steps, *output = line.split()
        start = np.fromfile(f"{folder}/start-{size}.f32", "<f4").reshape(2, int(size), int(size))
        begun = time.perf_counter()
        fields = simulate(start, int(steps), rule)
        seconds = time.perf_counter() - begun
        for path in output:
            fields.astype("<f4").tofile(path)
        print(seconds, flush=True)


def coefficients(rule):
    """c0 to c4 of a' = ((c0 a - a b²) + c1 Σa) + c2 and b' = (a b² + c3 b) + c4 Σb, rounded once to f32."""
    Da, Db, F, k = rule
    return [np.float32(c) for c in (1 - (4 * Da + F), Da, F, 1 - (4 * Db + F + k), Db)]
