"""PyTorch's part in the training bench: trains a network of the project from the same start values, on the same rows,
with the same optimiser. The folder that it is given holds what `training_work.ts` writes. It reads lines "train" and
answers each with the seconds that a turn of steps took and the losses at the steps that are asked for, as JSON.

Threads come from the environment and the third argument. Weights are [inputs, outputs], as the project has them.
With "by_hand", parameters and gradients are views of one vector each, so that clipping and Adam are a few calls and
not a hundred, and the matrices of all linear maps are multiplied at once: what nobody writes, and PyTorch's best."""

import json
import math
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

folder, turn, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
by_hand = sys.argv[4:] == ["by_hand"]
torch.set_num_threads(threads)

work = json.load(open(f"{folder}/work.json"))
options, network = work["options"], work["network"]


def read(name, dtype, columns):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype).reshape(-1, columns))


data = {side: read(f"{side}.f32", np.float32, work["columns"][side]) for side in "uv"}
rows = read("rows.i64", np.int64, options["batch"])
whole = torch.nn.Parameter(torch.from_numpy(np.fromfile(f"{folder}/start.f32", np.float32)))
whole.grad, P = torch.zeros_like(whole), {}
sizes = [math.prod(shape) for shape in work["shapes"].values()]
for (name, shape), values, gradients in zip(
    work["shapes"].items(), whole.detach().split(sizes), whole.grad.split(sizes)
):
    if by_hand:
        P[name] = values.view(shape).requires_grad_()
        P[name].grad = gradients.view(shape)
    else:
        P[name] = torch.nn.Parameter(values.reshape(shape).clone())
parameters = [whole] if by_hand else list(P.values())
ROTATIONS = {name: torch.tensor(matrix) for name, matrix in work["rotations"].items()}
LOG_ROOT_TWO_PI = 0.9189385332046727


def perceptron(x, prefix, of=lambda name: P[name]):
    for layer in range(network["hiddenLayers"]):
        x = F.silu(torch.addmm(of(f"{prefix}.{layer}.bias"), x, of(f"{prefix}.{layer}.weight")))
    last = network["hiddenLayers"]
    return torch.addmm(of(f"{prefix}.{last}.bias"), x, of(f"{prefix}.{last}.weight"))


def frozen(name):
    return P[name].detach()


def coupling(x, prefix, split, moves_first, bound=network.get("logScaleBound"), backwards=False):
    a, b = x.split([split, x.shape[1] - split], 1)
    passes, moves = (b, a) if moves_first else (a, b)
    raw, shift = perceptron(passes, f"{prefix}.conditioner").chunk(2, 1)
    log_scale = bound * torch.tanh(raw / bound)
    if backwards:
        moved = (moves - shift) * (-log_scale).exp()
        return torch.cat([moved, passes] if moves_first else [passes, moved], 1)
    moved = torch.addcmul(shift, moves, log_scale.exp())
    return torch.cat([moved, passes] if moves_first else [passes, moved], 1), log_scale.sum(1)


def actnorm(x, prefix):
    log_scale = P[f"{prefix}.logScale"]
    return torch.addcmul(P[f"{prefix}.bias"], x, log_scale.exp()), log_scale.sum()


SQUARES = {}  # names of the matrices of each size
for name, shape in work["shapes"].items():
    if name.endswith(".lowerUpper"):
        SQUARES.setdefault(shape[0], []).append(name)
EYES = {size: torch.eye(size) for size in SQUARES}
rotation_of, rotations, products = {}, {}, {}


def multiply_matrices():
    """R L U of each layer with its log-determinant, those of one size at once."""
    for size, names in SQUARES.items():
        if size not in rotations:
            rotations[size] = torch.stack([ROTATIONS[rotation_of[name]] for name in names])
        both = torch.stack([P[name] for name in names])
        log_diagonals = both.diagonal(dim1=1, dim2=2)
        lower, upper = both.tril(-1) + EYES[size], both.triu(1) + torch.diag_embed(log_diagonals.exp())
        matrices = torch.bmm(torch.bmm(rotations[size], lower), upper)
        products.update(zip(names, zip(matrices.unbind(0), log_diagonals.sum(1).unbind(0))))


def linear(x, prefix, rotation):
    name = f"{prefix}.lowerUpper"
    if not by_hand:
        both = P[name]
        log_diagonal, unit = both.diagonal(), EYES[both.shape[0]]
        lower, upper = both.tril(-1) + unit, both.triu(1) + torch.diag(log_diagonal.exp())
        products[name] = ROTATIONS[rotation] @ lower @ upper, log_diagonal.sum()
    elif name not in products:  # the pass before the first step, which finds the rotation of each layer
        rotation_of[name], products[name] = rotation, (EYES[x.shape[1]], 0)
    matrix, log_det = products[name]
    return x @ matrix, log_det


def linear_of_two(x, prefix, rotation):
    moved, log_det = linear(x[:, :2], f"{prefix}.inner", rotation)
    return torch.cat([moved, x[:, 2:]], 1), log_det


def real_nvp(x, prefix, purpose):
    log_det, half = 0, x.shape[1] // 2
    for block in range(network["blocks"]):
        at = f"{prefix}.{{}}".format
        x, a = actnorm(x, at(4 * block))
        x, b = linear(x, at(4 * block + 1), f"{purpose}.{block}")
        x, c = coupling(x, at(4 * block + 2), half, False)
        x, d = coupling(x, at(4 * block + 3), half, True)
        log_det = log_det + (a + b) + (c + d)
    return x, log_det


def real_nvp_inverse(z, prefix):
    """With the products of the pass forwards."""
    at, half, blocks = f"{prefix}.{{}}".format, z.shape[1] // 2, range(network["blocks"])
    matrices = torch.stack([products[f"{at(4 * block + 1)}.lowerUpper"][0] for block in blocks])
    for block, inverse in reversed(list(zip(blocks, torch.linalg.inv(matrices).unbind(0)))):
        z = coupling(z, at(4 * block + 3), half, True, backwards=True)
        z = coupling(z, at(4 * block + 2), half, False, backwards=True)
        z = (z @ inverse - P[f"{at(4 * block)}.bias"]) * (-P[f"{at(4 * block)}.logScale"]).exp()
    return z


if "magnification" in work:
    MAGNIFIED = torch.tensor([work["magnification"], work["magnification"], 1.0])


def energy_flow(x):
    x, log_det = coupling(x * MAGNIFIED, "u.1", 2, False, network["logScaleBoundMacro"])
    log_det, at = log_det + MAGNIFIED.log().sum(), 2
    for index in range(network["blocks"] - 1):
        x, a = actnorm(x, f"u.{at}")
        x, b = linear_of_two(x, f"u.{at + 1}", f"rotation.{index}.0")
        x, c = coupling(x, f"u.{at + 2}", 1, True)
        x, d = linear_of_two(x, f"u.{at + 3}", f"rotation.{index}.1")
        x, e = coupling(x, f"u.{at + 4}", 1, True)
        log_det, at = log_det + (a + b + d) + (c + e), at + 5
    x, more = actnorm(x, f"u.{at}")
    return x[:, [2, 0, 1]], log_det + more


def negative_log_likelihood(z, log_det):
    return 0.5 * z.square().sum(1) + z.shape[1] * LOG_ROOT_TWO_PI - log_det


def weighed(z, log_det, weight=1):
    """The macrostate, and the likelihood's part in the loss, per dimension."""
    likelihood = negative_log_likelihood(z, log_det).mean()
    return z[:, : network["macroDimension"]], weight / z.shape[1] * likelihood


def oscillator(u, v):
    z, log_det = energy_flow(torch.cat([u, v]))  # one network sees both: one batch is faster than two
    half = len(u)
    return weighed(z[:half], log_det[:half]), weighed(z[half:], log_det[half:])


MOMENTS = {side: torch.tensor(work["normalisation"][side]) for side in "uv"}
VOLUMES = {side: -deviation.log().sum() for side, (_, deviation) in MOMENTS.items()}


def standardised(x, side):
    mean, deviation = MOMENTS[side]
    return (x - mean) / deviation, VOLUMES[side]


if "polynomials" in work:
    POLYNOMIALS = torch.tensor(work["polynomials"])


def compressed(x, prefix):
    """Of each two neighbours, the length drawn in to its root."""
    log_scale = P[f"{prefix}.logScale"]
    pairs = x.reshape(len(x), -1, 2)
    squares = pairs.square().sum(2) * (-2 * log_scale).exp()
    factor = (-log_scale).exp() / (1 + squares).sqrt().sqrt()
    log_det = (1 + 0.5 * squares).log() - 1.5 * (1 + squares).log() - 2 * log_scale
    return (pairs * factor[:, :, None]).reshape(x.shape), log_det.sum(1)


def trajectory_flow(x):
    x, a = compressed(x @ POLYNOMIALS, "v.1")
    x, b = actnorm(x, "v.2")
    smooth = ROTATIONS["rotation.v.0"].shape[0]
    x, c = coupling(x, "v.3", smooth, False)
    z, d = real_nvp(x[:, :smooth], "v.4.inner", "rotation.v")
    return torch.cat([z, x[:, smooth:]], 1), a + b + c + d


def linear_system(u, v):
    x, fixed = standardised(u, "u")
    z, log_det = real_nvp(x, "u.1", "rotation.u")
    return weighed(z, log_det + fixed), weighed(*trajectory_flow(v))


if "box" in work:
    BOX, COUNTS = torch.tensor(work["box"]), torch.tensor(work["bandCounts"])
    BOX_VOLUME = (BOX[1] - BOX[0]).log().sum()


def rules(u):
    """(Da, Db, F, k) to logits of the box of (Da, Db / Da, F, k)."""
    lower, upper = BOX
    x = torch.cat([u[:, :1], u[:, 1:2] / u[:, :1], u[:, 2:]], 1)
    above, below = (x - lower).log(), (upper - x).log()
    return above - below, BOX_VOLUME - (above + below).sum(1) - u[:, 0].log()


def patterns(v):
    """The macrostate, the likelihood's part in the loss, and the looks of v."""
    d, bands = network["macroDimension"], len(work["bandCounts"])
    raw, own, sums, squares = v.split([v.shape[1] - d - 2 * bands, d, bands, bands], 1)
    looks = raw[:, : sum(work["looks"])]
    summaries = torch.addcmul(P["v.summary.bias"], raw, P["v.summary.logScale"].exp())
    raw, shift = perceptron(summaries, "v.macrostate").chunk(2, 1)
    least, most = work["noiseLogScale"]
    log_scale = least + (most - least) * raw.sigmoid()
    macrostate = torch.addcmul(shift, own, log_scale.exp())
    weights = work["weights"]
    total = weights["macro"] * negative_log_likelihood(macrostate, log_scale.sum(1)).mean()
    raw, mean = perceptron(macrostate, "v.bands.network").chunk(2, 1)
    band = P["v.bands.logScale"]
    log_scale, mean = raw + band, torch.addcmul(P["v.bands.mean"], mean, band.exp())
    deviations = squares - 2 * mean * sums + mean.square() * COUNTS
    half_squares = 0.5 * deviations * (-2 * log_scale).exp()
    abandoned = (half_squares + (log_scale + LOG_ROOT_TWO_PI) * COUNTS).sum(1)
    return macrostate, total + weights["abandoned"] * abandoned.mean(), looks


def resemblance(logits, designs, looks):
    """How far the emulator is off, and designs are from looking like their example; rules are logits of the box."""
    bias, log_scale = frozen("resemblance.look.bias"), frozen("resemblance.look.logScale")
    looks = torch.addcmul(bias, looks, log_scale.exp())
    emulated = perceptron(torch.tanh(0.5 * logits), "resemblance")  # −1 to 1 in the box
    unlike = (perceptron(torch.tanh(0.5 * designs), "resemblance", frozen) - looks).square()
    spectra, minkowski = ((part.mean(1) + 1e-8).sqrt().mean() for part in unlike.split(work["looks"], 1))
    distance = network["weightSpectra"] * spectra + network["weightMinkowski"] * minkowski
    return F.mse_loss(emulated, looks) + distance


def turing(u, v):
    x, fixed = rules(u)
    z, log_det = real_nvp(x, "u.2", "rotation.u")
    macrostate, of_v, looks = patterns(v)
    others = z[:, network["macroDimension"] :].flip(0)
    designs = real_nvp_inverse(torch.cat([macrostate, others], 1), "u.2")
    of_u = weighed(z, log_det + fixed, network["weightRules"])
    return of_u, (macrostate, of_v), resemblance(x, designs, looks)


def haar_squeeze(x):
    a, b, c, d = x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]
    return torch.cat([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], 1) * 0.5


def convolve(x, prefix):
    weight = P[f"{prefix}.weight"].permute(3, 2, 0, 1)
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="circular"), weight, P[f"{prefix}.bias"])


def field_coupling(x, prefix, moves_first):
    a, b = x.chunk(2, 1)
    passes, moves = (b, a) if moves_first else (a, b)
    for layer in range(network["hiddenLayers"]):
        passes_on = F.silu(convolve(passes if layer == 0 else passes_on, f"{prefix}.conditioner.{layer}"))
    raw, shift = convolve(passes_on, f"{prefix}.conditioner.{network['hiddenLayers']}").chunk(2, 1)
    bound = network["logScaleBound"]
    log_scale = bound * torch.tanh(raw / bound)
    moved = torch.addcmul(shift, moves, log_scale.exp())
    return torch.cat([moved, passes] if moves_first else [passes, moved], 1), log_scale.sum((1, 2, 3))


def fields(u, v):
    x = torch.cat([u, v])
    side = math.isqrt(x.shape[1] // 2)
    x = haar_squeeze(x.reshape(-1, side, side, 2).permute(0, 3, 1, 2))
    cells, log_det = (side // 2) ** 2, 0
    for block in range(network["blocks"]):
        at = f"u.{1 + 3 * block}"
        scale, bias = P[f"{at}.0.logScale"], P[f"{at}.0.bias"]
        pixels = torch.addcmul(bias, x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]), scale.exp())
        pixels, of_linear = linear(pixels, f"{at}.1", f"rotation.0.{block}")
        x = pixels.reshape(-1, side // 2, side // 2, x.shape[1]).permute(0, 3, 1, 2).contiguous()
        x, c = field_coupling(x, f"u.{2 + 3 * block}", False)
        x, d = field_coupling(x, f"u.{3 + 3 * block}", True)
        log_det = log_det + cells * (scale.sum() + of_linear) + (c + d)
    z = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    half = len(u)
    return weighed(z[:half], log_det[:half]), weighed(z[half:], log_det[half:])


SYSTEMS = {"fields": fields, "oscillator": oscillator, "linear": linear_system, "turing": turing}
observe = SYSTEMS[work["system"]]


def loss_of(step):
    if by_hand:
        multiply_matrices()
    chosen = rows[step]
    (a, of_u), (b, of_v), *more = observe(data["u"][chosen], data["v"][chosen])
    return (a - b).square().sum(1).mean() + options["gamma"] * (of_u + of_v) + sum(more)


def learning_rate(step):
    if step < options["warmup"]:
        return options["learningRate"] * (step + 1) / options["warmup"]
    share = (step - options["warmup"]) / max(1, options["steps"] - options["warmup"])
    return options["learningRate"] * 0.5 * (1 + math.cos(math.pi * share))


if by_hand:
    with torch.no_grad():
        observe(data["u"][:1], data["v"][:1])
optimiser = torch.optim.Adam(parameters, betas=(0.9, 0.99), eps=1e-8, foreach=not by_hand)
losses = {}


def train(step):
    loss = loss_of(step)
    value = loss.item()
    if step in work["lossesAt"]:
        losses[step] = value
    if by_hand:
        whole.grad.zero_()
    else:
        optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, options["clipNorm"])
    optimiser.param_groups[0]["lr"] = learning_rate(step)
    optimiser.step()


done = 0
for _ in sys.stdin:
    begun = time.perf_counter()
    for step in range(done, done + turn):
        train(step)
    done += turn
    print(json.dumps({"seconds": time.perf_counter() - begun, "losses": losses}), flush=True)
