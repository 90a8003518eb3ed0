import torch
from torch import nn

layer = nn.BatchNorm1d(2)
y = layer(torch.tensor([[1.0, 5], [float("nan"), 6], [3, 8]]))
print("y:", y.flatten().tolist())
print("running means:", layer.running_mean.tolist())  # PyTorch takes the NaN into them: all later inference is NaN
