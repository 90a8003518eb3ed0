import torch


class ToTensor:
    def __call__(self, pixels):
        return torch.tensor(pixels, dtype=torch.float32).div(255).unsqueeze(0)
