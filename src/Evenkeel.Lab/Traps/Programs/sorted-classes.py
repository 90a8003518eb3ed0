import torch
from torch import nn
from torchvision import datasets, transforms


def load(train, count):
    data = datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
    images, labels = zip(*(data[i] for i in range(count)))
    return torch.stack(images), torch.tensor(labels)


def accuracy(batches, normalize):
    torch.manual_seed(0)
    layers, width = [nn.Flatten()], 28 * 28
    for _ in range(2):
        layers.append(nn.Linear(width, 64, bias=not normalize))
        nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
        layers += [nn.BatchNorm1d(64), nn.ReLU()] if normalize else [nn.ReLU()]
        width = 64
    model = nn.Sequential(*layers, nn.Linear(width, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for batch in batches:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(test_images).argmax(1) == test_labels).float().mean().item()


images, labels = load(True, 12_000)
test_images, test_labels = load(False, 1000)
torch.manual_seed(0)
mixed = torch.arange(len(images)).split(60)
pairs = [batch for k in range(5) for batch in (labels // 2 == k).nonzero().flatten().split(60) if len(batch) == 60]
of_two_digits = [pairs[i] for i in torch.randperm(len(pairs))]
print(f"batch normalization, mixed batches: {accuracy(mixed, True):.3f}")
print(f"batch normalization, batches of two digits: {accuracy(of_two_digits, True):.3f}")
print(f"without, batches of two digits: {accuracy(of_two_digits, False):.3f}")
