import torch
from torch import nn

layer = nn.BatchNorm1d(1)
nn.init.constant_(layer.bias, 8)
x = torch.full((4, 1), 3.0, requires_grad=True)
y = layer(x)
y.backward(torch.tensor([[1.0], [0], [0], [0]]))
print("y:", y.flatten().tolist())
print("dx:", x.grad.flatten().tolist())
