import torch
from torch import nn
from torchvision import datasets, transforms


def load(train, start, count):
    data = datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
    images, labels = zip(*(data[i] for i in range(start, start + count)))
    return torch.stack(images), torch.tensor(labels)


def accuracy(images):
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(1) == test_labels).float().mean().item()


images, labels = load(True, 0, 12_000)
test_images, test_labels = load(False, 0, 1000)
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

halved = test_images * 0.5 + 0.25
print(f"plain images: {accuracy(test_images):.3f}")
print(f"half the contrast: {accuracy(halved):.3f}")
for layer in model:
    if isinstance(layer, nn.BatchNorm1d):
        layer.reset_running_stats()
        layer.momentum = None  # the average of all batches
model.train()
with torch.no_grad():
    model(load(True, 12_000, 2000)[0] * 0.5 + 0.25)
print(f"half the contrast, recalibrated: {accuracy(halved):.3f}")
