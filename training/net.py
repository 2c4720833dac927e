"""The nodule detector's net: fully convolutional, 1 mm in, heat maps at 4 mm and 8 mm out.

Only operations that ONNX Runtime runs fast on a CPU: strided convolution, addition, ReLU, linear resize by 2; batch norm is folded on export.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvNormRelu(nn.Sequential):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__(
            nn.Conv3d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm3d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = ConvNormRelu(channels, channels)
        self.second = nn.Sequential(nn.Conv3d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm3d(channels))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Head(nn.Module):
    """Per cell: heat logit, log diameter (of mm), offset of the centre from the cell's centre (z, y, x; in cells)."""

    def __init__(self, channels):
        super().__init__()
        self.shared = ConvNormRelu(channels, channels)
        self.out = nn.Conv3d(channels, 5, 1)
        nn.init.zeros_(self.out.weight)
        with torch.no_grad():
            # Focal loss starts from a low prior (Lin 2017): sigmoid(-4.6) = .01
            self.out.bias.copy_(torch.tensor([-4.6, 2.0, 0.0, 0.0, 0.0]))

    def forward(self, x):
        return self.out(self.shared(x))


class Detector(nn.Module):
    """Input N×1×Z×Y×X (1 mm; sizes divisible by 16; see `encode`); output (N×5×Z/4×…, N×5×Z/8×…)."""

    def __init__(self, widths=(24, 48, 80, 96)):
        super().__init__()
        a, b, c, d = widths
        self.at2 = nn.Sequential(ConvNormRelu(1, a, 2), Residual(a))
        self.at4 = nn.Sequential(ConvNormRelu(a, b, 2), Residual(b), Residual(b))
        self.at8 = nn.Sequential(ConvNormRelu(b, c, 2), Residual(c), Residual(c))
        self.at16 = nn.Sequential(ConvNormRelu(c, d, 2), Residual(d))
        self.down16 = nn.Conv3d(d, c, 1)
        self.down8 = nn.Conv3d(c, b, 1)
        self.head8 = Head(c)
        self.head4 = Head(b)

    def forward(self, x):
        at4 = self.at4(self.at2(x))
        at8 = self.at8(at4)
        at16 = self.at16(at8)
        up8 = at8 + F.interpolate(self.down16(at16), scale_factor=2, mode="trilinear", align_corners=False)
        up4 = at4 + F.interpolate(self.down8(up8), scale_factor=2, mode="trilinear", align_corners=False)
        return self.head4(up4), self.head8(up8)


def encode(hu):
    """HU as the net sees it: −1000 … 400 to −1 … 1, clamped to −1.1 … 1.9 so that bone stays apart from muscle."""
    return ((hu + 300.0) / 700.0).clamp(-1.1, 1.9)
