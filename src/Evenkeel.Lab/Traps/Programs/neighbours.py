import torch
from torch import nn
from torchvision import datasets, transforms


def load(train, count):
    data = datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
    images, labels = zip(*(data[i] for i in range(count)))
    return torch.stack(images), torch.tensor(labels)


def first_output(start):
    with torch.no_grad():
        return model(torch.cat([test_images[:1], test_images[start + 1:start + 16]]))[0, 0].item()


images, labels = load(True, 12_000)
test_images, _ = load(False, 1000)
torch.manual_seed(0)
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(28 * 28, 64, bias=False), nn.BatchNorm1d(64), nn.ReLU(),
    nn.Linear(64, 64, bias=False), nn.BatchNorm1d(64), nn.ReLU(),
    nn.Linear(64, 10))
for layer in (model[1], model[4]):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for batch in torch.arange(len(images)).split(60):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
    optimizer.step()

# Still in training mode: the statistics are the batch's.
print(f"among 15 others: {first_output(100):.4f}")
print(f"among 15 different ones: {first_output(400):.4f}")
