"""scipy.ndimage: the Laplacian as two one-dimensional correlations that wrap around, which is what
scipy.ndimage.laplace computes, or (with the argument `convolve`) as one two-dimensional convolution; the rest in
numpy, into memory that is there already."""

import sys

import numpy as np
from peer import serve
from scipy.ndimage import convolve, correlate1d

STENCIL = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)


def laplace_by_lines(field, out, scratch):
    correlate1d(field, [1, -2, 1], axis=0, output=out, mode="wrap")
    correlate1d(field, [1, -2, 1], axis=1, output=scratch, mode="wrap")
    out += scratch


def laplace_by_convolution(field, out, scratch):
    convolve(field, STENCIL, output=out, mode="wrap")


laplace = laplace_by_convolution if "convolve" in sys.argv else laplace_by_lines


def simulate(fields, steps, rule):
    Da, Db, F, k = [np.float32(number) for number in rule]
    a, b = fields.copy()
    change_a, change_b, reaction, scratch = (np.empty_like(a) for _ in range(4))
    for _ in range(steps):
        laplace(a, change_a, scratch)
        laplace(b, change_b, scratch)
        np.multiply(b, b, out=reaction)
        reaction *= a
        change_a *= Da
        change_a -= reaction
        np.subtract(1, a, out=scratch)
        scratch *= F
        change_a += scratch
        change_b *= Db
        change_b += reaction
        np.multiply(b, F + k, out=scratch)
        change_b -= scratch
        a += change_a
        b += change_b
    return np.stack([a, b])


serve(simulate)
