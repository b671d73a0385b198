"""Steps of a small network by PyTorch's optimisers, in double precision: the values of OptimizationTest.
python3 optimization.py > optimization.txt"""
import math
import torch

torch.set_default_dtype(torch.float64)
M = (1 << 64) - 1


def splittable(seed):
    """java.util.SplittableRandom: a generator of its longs."""
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & M
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
        yield z ^ (z >> 31)


def mask(seed, step, layer, rows, width, share):
    base = next(splittable(seed))
    out = torch.zeros(rows, width)
    for row in range(rows):
        random = splittable(base ^ (step << 27 | layer << 21 | row))
        for i in range(width):
            out[row, i] = 0 if (next(random) >> 11) * 2.0 ** -53 < share else 1 / (1 - share)
    return out


def start():
    k = iter(range(1, 1000))
    take = lambda *shape: torch.tensor([0.5 * math.sin(next(k)) for _ in range(math.prod(shape))]).reshape(shape)
    w1, b1 = take(4, 3), take(4)
    gamma, beta = 1 + take(4), take(4)
    w2, b2 = take(2, 4), take(2)
    w3, b3 = take(3, 2), take(3)
    return [t.clone().requires_grad_() for t in (w1, b1, gamma, beta, w2, b2, w3, b3)]


def run(name, make, decay=0.0, share=0.0, keep=0.9, steps=5, rows=8):
    p = start()
    w1, b1, gamma, beta, w2, b2, w3, b3 = p
    weights = [w1, w2, w3]
    rest = [t for t in p if not any(t is w for w in weights)]
    optimizer = make([{"params": weights, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}])
    mean, var = torch.zeros(4), torch.ones(4)
    for step in range(steps):
        i = torch.arange(rows * 3) + step
        x = torch.sin(0.7 * i + 0.3).reshape(rows, 3)
        t = torch.cos(0.4 * i).reshape(rows, 3)
        a = torch.tanh(x @ w1.T + b1)
        m, v = a.mean(0), a.var(0, unbiased=False)
        h = gamma * (a - m) / torch.sqrt(v + 1e-5) + beta
        if share:
            h = h * mask(7, step, 0, rows, 4, share)
        g = torch.nn.functional.elu(h @ w2.T + b2)
        if share:
            g = g * mask(7, step, 1, rows, 2, share)
        y = g @ w3.T + b3
        loss = ((y - t) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            if "eps" in group:  # added to the uncorrected root, as at the end of section 2 of Kingma and Ba
                group["eps"] = 1e-8 / math.sqrt(1 - 0.999 ** (step + 1))
        optimizer.step()
        mean = keep * mean + (1 - keep) * m.detach()
        var = keep * var + (1 - keep) * v.detach()
    flat = torch.cat([w1.reshape(-1), b1, gamma, beta, mean, 0.5 * torch.log10(var), w2.reshape(-1), b2, w3.reshape(-1), b3])
    print(name, f"{loss.item():.9f}", " ".join(f"{f:.7f}" for f in flat.tolist()))


adam = lambda groups: torch.optim.Adam(groups, lr=0.05)
run("adam", adam)
run("adam-decay", adam, decay=0.1)
run("adamw", lambda groups: torch.optim.AdamW(groups, lr=0.05), decay=0.1)
run("sgd", lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True))
run("sgd-plain-decay", lambda groups: torch.optim.SGD(groups, lr=0.05), decay=0.1)
run("dropout", adam, share=0.3)
run("batch-norm", adam, keep=0.6)
