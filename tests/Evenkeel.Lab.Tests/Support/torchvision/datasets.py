import gzip
import os

import numpy


def read(name, header):
    with gzip.open(os.path.join(os.environ["EVENKEEL_MNIST"], name + ".gz")) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=header)


class MNIST:
    def __init__(self, root, train=True, download=False, transform=None):
        prefix = "train" if train else "t10k"
        self.images = read(prefix + "-images-idx3-ubyte", 16).reshape(-1, 28, 28)
        self.labels = read(prefix + "-labels-idx1-ubyte", 8)
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(self.images[index]), int(self.labels[index])
