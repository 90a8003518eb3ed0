# Stands in for torchvision where it is not installed: MNIST alone, from the folder in EVENKEEL_MNIST.
