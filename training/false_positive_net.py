"""The second stage: is what the detector found a nodule? One small net a scale, fused; the same operations as the detector's."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from net import ConvNormRelu, Residual
from patches import SIDE


class Trunk(nn.Module):
    """N×1×32³ to N×2·features×1³: the mean over all and the mean over the middle half."""

    def __init__(self, widths):
        super().__init__()
        a, b, c = widths
        self.features = c
        self.layers = nn.Sequential(
            ConvNormRelu(1, a, 2), Residual(a), ConvNormRelu(a, b, 2), Residual(b), Residual(b), ConvNormRelu(b, c, 2), ConvNormRelu(c, c)
        )

    def forward(self, x):
        x = self.layers(x)
        return torch.cat([F.adaptive_avg_pool3d(x, 1), F.adaptive_avg_pool3d(x[:, :, 1:3, 1:3, 1:3], 1)], dim=1)


class FalsePositiveNet(nn.Module):
    """Encoded blocks (see `encode`) of 32³ voxels at 1 mm and at 2 mm to N×5: logit, log diameter (mm), centre from the block's centre (z, y, x; mm)."""

    def __init__(self, widths=(16, 32, 64)):
        super().__init__()
        self.fine, self.coarse = Trunk(widths), Trunk(widths)
        features = widths[-1]
        self.joint = nn.Sequential(nn.Conv3d(4 * features, features, 1), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Conv3d(features, 5, 1))
        with torch.no_grad():
            self.joint[-1].bias.copy_(torch.tensor([0.0, 2.0, 0.0, 0.0, 0.0]))

    def forward(self, fine, coarse):
        return self.joint(torch.cat([self.fine(fine), self.coarse(coarse)], dim=1)).flatten(1)


class OnBlock(nn.Module):
    """The net as it is exported: one encoded block of 64³ voxels at 1 mm in, both scales made from it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, block):
        middle = slice(SIDE // 2, SIDE // 2 + SIDE)
        return self.net(block[:, :, middle, middle, middle], F.avg_pool3d(block, 2, count_include_pad=False))
