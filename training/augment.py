"""Views of stored blocks for training the false-positive net: turned, moved, and as other scanners would show them."""

import math

import torch
import torch.nn.functional as F

from net import encode
from patches import COARSE, FINE, SIDE

MOST_MOVED_MM = 2
MOST_TURNED = math.radians(15)
# A side of the block may lie outside the scan, or outside the lung box; never nearer than this to its centre.
NEAREST_EDGE_MM = 12.0


def middle_of(blocks, side):
    """The net's 32³ voxels of stored blocks, in HU: N×1×32×32×32."""
    at = slice((side - SIDE) // 2, (side + SIDE) // 2)
    return blocks[:, None, at, at, at].float() * 8.0 - 1024.0


def plain(fine, coarse):
    """Stored uint8 blocks as the net's inputs, as they are."""
    return encode(middle_of(fine, FINE)), encode(middle_of(coarse, COARSE))


def turns(count, random):
    """Matrices from a view's z, y, x to the block's: a mirrored axis permutation each, and for half of them a small turn about a random axis."""
    matrices = torch.zeros(count, 3, 3)
    for matrix in matrices:
        order = torch.randperm(3, generator=random)
        matrix[torch.arange(3), order] = torch.randint(0, 2, (3,), generator=random) * 2.0 - 1.0
    axis = F.normalize(torch.randn(count, 3, generator=random), dim=1)
    angle = (torch.rand(count, generator=random) * 2 - 1) * MOST_TURNED * (torch.rand(count, generator=random) < 0.5)
    z, y, x = axis.unbind(1)
    none = torch.zeros(count)
    skew = torch.stack([none, -x, y, x, none, -z, -y, z, none], dim=1).view(count, 3, 3) * angle[:, None, None]
    return torch.matrix_exp(skew) @ matrices


def seen(blocks, matrices, moved_mm, spacing_mm):
    """Samples N×S×S×S stored blocks at 32³ places: block = matrix · view + moved. N×1×32³ in HU."""
    axis = (torch.arange(SIDE) - (SIDE - 1) / 2) * spacing_mm
    view = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1).view(-1, 3).to(blocks.device)
    at = view @ matrices.transpose(1, 2) + moved_mm[:, None]
    # grid_sample wants x, y, z with ±1 at the outer faces of the outer voxels.
    grid = (at / (spacing_mm * blocks.shape[-1] / 2)).flip(-1).view(-1, SIDE, SIDE, SIDE, 3)
    sampled = F.grid_sample(blocks[:, None].float(), grid, mode="bilinear", padding_mode="border", align_corners=False)
    return sampled * 8.0 - 1024.0


def cut_off(views, edges_mm):
    """Air beyond an edge on each of the six sides; edges: N×3×2 distances of mm from the centre. `views`: {mm a voxel: N×1×32³}."""
    for spacing_mm, view in views.items():
        axis = ((torch.arange(SIDE) - (SIDE - 1) / 2) * spacing_mm).to(view.device)
        for number in range(3):
            outside = (axis < -edges_mm[:, number, :1]) | (axis > edges_mm[:, number, 1:])
            shape = [len(view), 1, 1, 1, 1]
            shape[2 + number] = SIDE
            view.masked_fill_(outside.view(shape), -1000.0)


def varied(fine, coarse, offset_mm, random):
    """Stored blocks as the net's inputs, each seen anew, and where the centre of the nodule then lies from the view's. `random`: a CPU generator."""
    count, device = len(fine), fine.device
    some = lambda share: torch.rand(count, generator=random) < share
    between = lambda low, high: (low + (high - low) * torch.rand(count, generator=random)).view(-1, 1, 1, 1, 1).to(device)
    matrices = turns(count, random).to(device)
    moved = torch.randint(-MOST_MOVED_MM, MOST_MOVED_MM + 1, (count, 3), generator=random).float()
    moved = (moved + (torch.rand(count, 3, generator=random) - 0.5) * some(0.5)[:, None]).to(device)
    views = {1.0: seen(fine, matrices, moved, 1.0), 2.0: seen(coarse, matrices, moved, 2.0)}
    edges = NEAREST_EDGE_MM + 40 * torch.rand(count, 3, 2, generator=random)
    edges[torch.rand(count, 3, 2, generator=random) < 0.85] = 1e3
    cut_off(views, edges.to(device))
    gain, shift = between(0.96, 1.04), between(-15, 15)
    noise = between(0, 25) * some(0.5).view(-1, 1, 1, 1, 1).to(device)
    blurred = some(0.2).view(-1, 1, 1, 1, 1).to(device)
    for spacing_mm, view in views.items():
        if spacing_mm == 1.0:
            view = torch.where(blurred, F.avg_pool3d(F.pad(view, (1,) * 6, mode="replicate"), 3, 1), view)
        # A voxel of 2 mm is the mean of eight of 1 mm.
        grain = torch.randn(view.shape, generator=random).to(device) * noise / spacing_mm**1.5
        views[spacing_mm] = encode(view * gain + shift + grain)
    # block = matrix · view + moved, so view = matrixᵀ · (block − moved)
    return views[1.0], views[2.0], torch.einsum("nij,ni->nj", matrices, offset_mm - moved)
