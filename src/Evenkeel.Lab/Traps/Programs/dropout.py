import torch
from torch import nn

torch.manual_seed(1)
dropout, layer = nn.Dropout(0.5), nn.BatchNorm1d(1, momentum=None)
x = torch.randn(4096, 1)
for _ in range(20):
    layer(dropout(x))

running, inference = layer.running_var.item(), (x * x).mean().item()
print(f"running variance: {running:.3f}")
print(f"variance in inference: {inference:.3f}, {inference / running:.3f} of it")
