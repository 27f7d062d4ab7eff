"""One process of torchrun, joined as one of several: the batch norms and gradients of step 3 pass NCCL, gloo on a CPU.

    torchrun --standalone --nproc_per_node 1 benchmarks/process_group.py [--steps 20]

Step 3 itself joins nothing where it is alone. Here a network of its kind takes the same steps alone and joined, in
float32; prints JSON: the backend, both last losses, and the sum that the group makes of one number.
"""

from __future__ import annotations

import argparse
import json

import measured  # noqa: F401 - lets Python find the project
import torch
from torch import distributed, nn
from torch.nn.functional import cross_entropy

from train_easyocr.easyocr_port.network_shape import NetworkShape
from train_easyocr.training.distributed import Processes, own_device
from train_easyocr.training.network import build_network

CLASSES = 100


def main() -> None:
    """Take the steps both ways and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20)
    steps = parser.parse_args().steps
    device = own_device(0, torch.cuda.device_count())
    alone = last_loss(Processes(0, 1, device), steps)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        joined = Processes(0, 2, device)  # "2": what is alone is neither wrapped nor added up
        figures = {
            "backend": distributed.get_backend(),
            "last_loss_alone": alone,
            "last_loss_joined": last_loss(joined, steps),
            "sum_of_seven": joined.summed([7.0]),
        }
    finally:
        distributed.destroy_process_group()
    print(json.dumps(figures))


def last_loss(processes: Processes, steps: int) -> float:
    """Train a network on noise, the same at each call, and return the loss of the last step."""
    torch.manual_seed(1)
    network = build_network(CLASSES, NetworkShape()).to(processes.device)
    trained: nn.Module = processes.wrap(network).train()
    images = torch.randn(8, 1, 64, 128).to(processes.device)
    classes = torch.randint(CLASSES, (8 * 31,)).to(processes.device)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True)
    for _ in range(steps):
        loss = cross_entropy(trained(images, None).flatten(0, 1), classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return round(float(loss.detach()), 4)


if __name__ == "__main__":
    main()
