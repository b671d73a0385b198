#!/usr/bin/env python3
"""Times the network of `octet trial` in PyTorch (eager, float32): same widths, rows, steps and epochs.

Prints a line for each batch size and each way of feeding it:
  host    rows are gathered on the host and copied to the device, a batch a step, as Octet does
  device  all rows lie on the device and are gathered there
"""
import argparse
import statistics
import time

import torch

WIDTHS = [128, 64, 32, 16, 32, 64, 128]
NORMALISED = 2


def network(columns, widen):
    layers, inputs = [], columns
    for index, width in enumerate(WIDTHS):
        layers += [torch.nn.Linear(inputs, width * widen), torch.nn.ReLU()]
        if index < NORMALISED:
            layers.append(torch.nn.BatchNorm1d(width * widen))
        inputs = width * widen
    return torch.nn.Sequential(*layers, torch.nn.Linear(inputs, columns), torch.nn.Sigmoid())


def rows_of(count, columns):
    generator = torch.Generator().manual_seed(1)
    latent = torch.rand(count, 3, generator=generator)
    column = torch.arange(columns)
    values = torch.sin(latent[:, :1] * (column + 1)) + torch.cos(latent[:, 1:2] * (column + 2))
    values += latent[:, 2:] * (column % 3)
    return ((values + 2) / 6 + 0.02 * torch.rand(count, columns, generator=generator)).contiguous()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", type=int, default=14)
    parser.add_argument("--widen", type=int, default=1)
    parser.add_argument("--time", default="1024,4096,16384,65536", help="batch sizes")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--most-rows", type=int, default=4_000_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--feed", default="host,device")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    device = torch.device(options.device)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    print(f"PyTorch {torch.__version__} on {name}, TF32 {'on' if torch.backends.cuda.matmul.allow_tf32 else 'off'}")
    for batch in map(int, options.time.split(",")):
        count = min(batch * options.steps, max(options.most_rows, batch))
        rows = rows_of(count, options.columns)
        for feed in options.feed.split(","):
            times = timed(options, device, rows.to(device) if feed == "device" else rows, batch)
            median = statistics.median(times[1:])
            print(
                f"torch {feed}, widths x{options.widen}, batch {batch}: {count / median:.0f} rows/s, "
                f"{1e3 * median / -(-count // batch):.3f} ms a step (median of {options.epochs} epochs of {count} rows;"
                f" {min(times[1:]):.3f} to {max(times[1:]):.3f} s, first {times[0]:.3f} s)",
                flush=True,
            )


def timed(options, device, rows, batch):
    """Seconds of one epoch that warms up, and of the timed ones."""
    torch.manual_seed(1)
    model = network(options.columns, options.widen).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    times = []
    for _ in range(1 + options.epochs):
        start = time.perf_counter()
        order = torch.randperm(rows.shape[0], device=rows.device)
        loss_sum = torch.zeros((), device=device)
        for first in range(0, rows.shape[0], batch):
            x = rows[order[first : first + batch]]
            if x.device != device:
                x = x.to(device)
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.mse_loss(model(x), x)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * x.shape[0]
        loss_sum.item()
        times.append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
