"""Whole scans into which nodules and shams are set, for mining the detector's mistakes.

Unlike the detector's crops (scenes.py), a whole scan leaves room to choose: of many places the one most like the patch's own surroundings is
taken, the patch's lung is moved to the host's HU, and half of the time the host's vessels and wall stay in front of it.

A sham is set in by the same code as a nodule and holds none: ordinary lung, a vessel, or the patch of a nodule with the nodule taken out of it.
Beside each sham stands a place left as it is (for a vessel, where it came from), so that marks on shams can be compared with marks on untouched lung.
"""

import functools
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from scenes import Scenes, feather, hu_of, turned

SHAMS = ("lung", "vessel", "emptied")
PER_LITRE = 6
TRIES = 60
# Most that surroundings may differ, HU: half point by point, half as sorted lists.
MOST_UNLIKE_HU = 220.0
MOST_ON_TISSUE = 0.2
TISSUE_HU = -400.0
AERATED_HU = -600.0
VESSEL_REACH_MM = (5, 8)
ENLARGED_FROM_MM = 12.0
MOST_ENLARGED = 2.5
# Of so many scans at a time what was worked out is kept.
KEPT_SCANS = 32


class Place(NamedTuple):
    kind: str  # "nodule", "sham lung" …, "untouched lung" …
    centre: np.ndarray  # z, y, x in voxels
    diameter_mm: float


class Scan(NamedTuple):
    hu: np.ndarray
    near_lung: np.ndarray  # where a candidate may lie
    places: list
    ignored: list  # (centre, radius mm): nothing there is a negative


class Piece:
    """What is set in: HU and outline (share of readers) of one shape."""

    def __init__(self, hu, inside):
        self.hu, self.inside = hu, inside
        self.half = np.array(hu.shape) // 2
        distance = ndimage.distance_transform_edt(inside < 0.5)
        shell = np.argwhere((distance > 1) & (distance <= 6))
        self.shell = shell[:: max(1, len(shell) // 600)]
        self.shell_hu = hu[tuple(self.shell.T)]
        # Half of the readers; where no voxel has so many, half of the most.
        self.core = np.argwhere(inside >= 0.5 * min(1.0, inside.max()))
        self.centre = self.core.mean(axis=0)


class Enlarged:
    """A nodule seen larger, as a mass: the same shape and texture at another scale."""

    def __init__(self, nodule, factor):
        self.diameter_mm = nodule.diameter_mm * factor
        self.ct, self.inside = (ndimage.zoom(part, factor, order=1) for part in (nodule.ct, nodule.inside))


def unlikeness(own, host):
    own, host = np.clip(own, -1000, 100), np.clip(host, -1000, 100)
    return (np.abs(own - host).mean() + np.abs(np.sort(own) - np.sort(host)).mean()) / 2


def without_nodule(hu, inside, random):
    """The nodule and its rim replaced by a smooth continuation of what surrounds them, under noise like the lung's own; None where nothing does."""
    hole = ndimage.binary_dilation(inside > 0.05, iterations=3)
    known = (~hole).astype(np.float32)
    grain = (hu - ndimage.gaussian_filter(hu, 1.0))[~hole & (hu < AERATED_HU)]
    if len(grain) < 100:
        return None
    filled = ndimage.gaussian_filter(hu * known, 3.0) / (ndimage.gaussian_filter(known, 3.0) + 1e-6)
    nearest = ndimage.distance_transform_edt(hole, return_distances=False, return_indices=True)
    filled = np.where(ndimage.gaussian_filter(known, 3.0) > 0.01, filled, ndimage.gaussian_filter(hu[tuple(nearest)], 2.0))
    noise = ndimage.gaussian_filter(random.normal(0, 1, hu.shape), 0.6)
    return np.where(hole, filled + noise / noise.std() * 1.48 * np.median(np.abs(grain)), hu).astype(np.float32)


@functools.lru_cache(maxsize=KEPT_SCANS)
def vessels_of(background):
    """Voxels in something dense and thin inside the lungs, away from their border."""
    dense = ndimage.uniform_filter(background.ct, 3) > (TISSUE_HU + 1024) / 8
    thin = ndimage.uniform_filter(dense.astype(np.float32), 11) < 0.25
    return np.argwhere(dense & thin & ndimage.minimum_filter(background.lung > 0, 2 * VESSEL_REACH_MM[1] + 1))


@functools.lru_cache(maxsize=KEPT_SCANS)
def near_lung_of(background):
    return ndimage.maximum_filter(background.lung > 0, 9)


def cube(background, centre, shape):
    """HU of the box of this shape round a place, moved inwards where it would leave the scan; None where the scan is smaller."""
    shape = np.array(shape)
    if np.any(shape > background.ct.shape):
        return None
    corner = np.clip(centre - shape // 2, 0, background.ct.shape - shape)
    return hu_of(background.ct[tuple(slice(a, a + s) for a, s in zip(corner, shape))])


class WholeScans(Scenes):
    def pick(self):
        """A nodule; one in ten is a large one enlarged to a mass, as the packed nodules hold almost none above 30 mm."""
        nodule = super().pick()
        if nodule.diameter_mm < ENLARGED_FROM_MM or self.random.random() > 0.4:
            return nodule
        wanted = np.exp(self.random.uniform(np.log(20), np.log(50)))
        factor = min(wanted / nodule.diameter_mm, MOST_ENLARGED)
        return nodule if factor < 1.2 else Enlarged(nodule, factor)

    def fill(self, background):
        """Sets nodules and shams into a copy of a scan: `self.hu`, `self.places`."""
        self.background, self.hu = background, hu_of(background.ct)
        self.places = [Place("nodule", *each) for each in background.nodules]
        self.taken = [(*centre, d) for centre, d in background.nodules] + [(*centre, 2 * radius) for centre, radius in background.ignored]
        count = max(1, round(PER_LITRE * len(background.places) / 1e6))
        for _ in range(count):
            nodule = self.pick()
            self.put("nodule", Piece(*turned(self.random, nodule.ct, nodule.inside)), nodule.diameter_mm)
        for number in range(count):
            self.put_sham(SHAMS[number % len(SHAMS)])

    def compose(self, background):
        """One whole scan with nodules, shams and untouched places; degraded and flipped at random."""
        self.fill(background)
        flips = [axis for axis in range(3) if self.random.random() < 0.5]
        sign = np.where(np.isin(range(3), flips), -1, 1)
        shift = np.where(sign < 0, np.array(self.hu.shape) - 1, 0)
        return Scan(
            np.flip(self.degrade(self.hu), flips).astype(np.float32),
            np.flip(near_lung_of(background), flips),
            [place._replace(centre=shift + sign * place.centre) for place in self.places],
            [(shift + sign * centre, radius) for centre, radius in background.ignored],
        )

    def free(self, centres, diameter_mm):
        """Which of the centres (n×3) keep away from all that is marked or set in."""
        taken = np.array(self.taken, np.float32).reshape(-1, 4)
        apart = np.linalg.norm(centres[:, None] - taken[:, :3], axis=2)
        return (apart >= (diameter_mm + taken[:, 3]) / 2 + 6).all(axis=1)

    def place(self, piece, diameter_mm):
        """The voxel in the lungs whose surroundings are most like the piece's own, of TRIES; None where none is free and like enough."""
        best, best_cost = None, MOST_UNLIKE_HU
        room = np.array(self.hu.shape) - piece.hu.shape
        places = self.background.places[self.random.integers(len(self.background.places), size=TRIES)]
        for place in places[self.free(places, diameter_mm)]:
            corner = place - piece.half
            if np.any(corner < 0) or np.any(corner > room):
                continue
            if (self.hu[tuple((piece.core + corner).T)] > TISSUE_HU).mean() > MOST_ON_TISSUE:
                continue
            cost = unlikeness(piece.shell_hu, self.hu[tuple((piece.shell + corner).T)])
            if cost < best_cost:
                best, best_cost = place, cost
        return best

    def put(self, kind, piece, diameter_mm):
        """Sets a piece in where it suits. Returns whether it did."""
        place = self.place(piece, diameter_mm)
        if place is None:
            return False
        corner = place - piece.half
        host = self.hu[tuple(slice(a, a + s) for a, s in zip(corner, piece.hu.shape))]
        weight = feather(piece.inside, self.random)
        hu = piece.hu
        own, theirs = (values[values < AERATED_HU] for values in (piece.shell_hu, self.hu[tuple((piece.shell + corner).T)]))
        if len(own) > 20 and len(theirs) > 20:
            air = np.median(own)
            hu = hu + (np.median(theirs) - air) * np.clip(hu / air, 0, 1)
        if self.random.random() < 0.5:
            weight = np.where((host > hu + 150) & (piece.inside < 0.5), 0, weight)
        host += weight * (hu - host)
        self.add(kind, corner + piece.centre, diameter_mm)
        return True

    def add(self, kind, centre, diameter_mm):
        self.places.append(Place(kind, np.array(centre, np.float32), diameter_mm))
        self.taken.append((*centre, diameter_mm))

    def put_sham(self, kind):
        """Sets a sham in and names it with its untouched counterpart; does nothing where no place suits."""
        where = vessels_of(self.background) if kind == "vessel" else self.background.places
        if len(where) == 0:
            return
        source = where[self.random.integers(len(where))]
        if kind == "vessel":
            # A ball of it, so wide that the vessel goes on beyond what a nodule would be.
            reach = int(self.random.integers(*VESSEL_REACH_MM, endpoint=True))
            diameter_mm, shape = 2.0 * reach, (2 * reach + 15,) * 3
            hu = cube(self.background, source, shape)
            inside = (np.linalg.norm(np.indices(shape) - (reach + 7), axis=0) <= reach).astype(np.float32)
        else:
            nodule = self.pick()
            diameter_mm, inside = nodule.diameter_mm, nodule.inside
            hu = cube(self.background, source, inside.shape) if kind == "lung" else without_nodule(nodule.ct, inside, self.random)
        if hu is None or (kind != "emptied" and not self.free(source[None], diameter_mm)[0]):
            return
        piece = Piece(*turned(self.random, hu, inside))
        if not self.put(f"sham {kind}", piece, diameter_mm):
            return
        untouched = source if kind == "vessel" and self.free(source[None], diameter_mm)[0] else self.place(piece, diameter_mm)
        if untouched is not None:
            self.add(f"untouched {kind}", untouched, diameter_mm)
