import torch
from torch import nn

try:
    nn.BatchNorm1d(3)(torch.tensor([[1.0, 2, 3]]))
except ValueError as e:
    print("a dense layer:", e)

y = nn.BatchNorm2d(1)(torch.tensor([1.0, 2, 3, 4]).reshape(1, 1, 2, 2))
print("an image:", y.flatten().tolist())
