"""Training scenes: crops of real scans into which real nodules, and shams, are set.

This insertion is written independently of src/evaluation/insert-nodule.ts, so that a net trained with one can be tested with the other.
Packed data (training/pack.ts): 1 mm volumes, index order z, y, x; HU stored as uint8, hu = 8·value − 1024.
"""

import functools
import json
import pathlib

import numpy as np
from scipy import ndimage

from leakage import refuse_leaks

CROP = 64
# How often a crop of a scan with nodules of its own is cut round one of them.
ABOUT_OWN = 0.5


def hu_of(stored):
    return stored.astype(np.float32) * 8.0 - 1024.0


class Places:
    """The voxels (z, y, x) of a mask in their order, each found when asked for: a list of them takes much more room than the mask."""

    def __init__(self, mask):
        self.mask = mask
        self.ends = np.cumsum(np.count_nonzero(mask, axis=(1, 2)))

    def __len__(self):
        return int(self.ends[-1])

    def __getitem__(self, wanted):
        wanted = np.asarray(wanted)
        z = np.searchsorted(self.ends, wanted, side="right")
        within = wanted - np.where(z > 0, self.ends[z - 1], 0)
        flat = np.empty_like(wanted)
        for number in np.unique(z):
            flat[z == number] = np.flatnonzero(self.mask[number])[within[z == number]]
        return np.stack([z, *np.divmod(flat, self.mask.shape[2])], axis=-1)


class Background:
    """A whole scan, read from its files as it is needed."""

    def __init__(self, folder, entry):
        shape = tuple(reversed(entry["size"]))
        self.name = entry["name"]
        mapped = lambda kind: np.asarray(np.memmap(folder / f"{self.name}.{kind}.u8", np.uint8, "r", shape=shape))
        self.ct, self.lung = mapped("ct"), mapped("lung")
        # Where a reader marked anything, nothing is a negative: centre z, y, x in voxels and radius in mm.
        self.ignored = [(np.array(mark["center"][::-1], np.float32), mark["radiusMm"]) for mark in entry["ignored"]]
        self.nodules = [(np.array(mark["center"][::-1], np.float32), mark["diameterMm"]) for mark in entry["nodules"]]

    @functools.cached_property
    def places(self):
        return Places(self.lung)


class Nodule:
    def __init__(self, store, entry):
        shape = tuple(reversed(entry["size"]))
        count = int(np.prod(shape))
        at = entry["offset"]
        self.patient = entry["patient"]
        self.diameter_mm = entry["diameterMm"]
        self.ct = hu_of(store[at : at + count].reshape(shape))
        self.inside = store[at + count : at + 2 * count].reshape(shape).astype(np.float32) / 255.0


def load(folder):
    folder = pathlib.Path(folder)
    index = json.loads((folder / "index.json").read_text())
    refuse_leaks(index)
    store = np.fromfile(folder / "nodules.u8", np.uint8)
    volumes = folder / index.get("volumes", ".")
    return [Background(volumes, entry) for entry in index["backgrounds"]], [Nodule(store, entry) for entry in index["nodules"]]


def turned(random, *arrays):
    """The same random flips and turn about the body axis for all arrays."""
    flips = [axis for axis in range(3) if random.random() < 0.5]
    turns = int(random.integers(4))
    out = []
    for array in arrays:
        array = np.flip(array, flips) if flips else array
        out.append(np.ascontiguousarray(np.rot90(array, turns, axes=(1, 2))))
    return out


def shell_histogram(hu, inside):
    """How the tissue 1–6 mm round an object looks: shares of air, haze, vessel and wall."""
    distance = ndimage.distance_transform_edt(inside < 0.5)
    ring = hu[(distance > 1) & (distance <= 6)]
    if ring.size == 0:
        return np.zeros(4)
    return np.histogram(ring, bins=[-2000, -750, -400, -50, 4000])[0] / ring.size


def blend(host, corner, patch, weight):
    """Sets `patch` into `host` in place; the part of the patch outside the host is left out."""
    lo = np.maximum(corner, 0)
    hi = np.minimum(corner + patch.shape, host.shape)
    if np.any(hi <= lo):
        return
    into = tuple(slice(a, b) for a, b in zip(lo, hi))
    of = tuple(slice(a - c, b - c) for a, b, c in zip(lo, hi, corner))
    host[into] = host[into] * (1 - weight[of]) + patch[of] * weight[of]


def crop(array, corner, outside):
    """The crop of an array that begins at this corner; beyond the array it holds `outside`."""
    lo = np.maximum(corner, 0)
    hi = np.minimum(corner + CROP, array.shape)
    out = np.full((CROP,) * 3, outside, array.dtype)
    out[tuple(slice(a, b) for a, b in zip(lo - corner, hi - corner))] = array[tuple(slice(a, b) for a, b in zip(lo, hi))]
    return out


def seen(marks, corner):
    """Marks (centre, size) of a scan in the crop's own voxels."""
    return [(centre - corner, size) for centre, size in marks]


def centred(marks):
    """Those whose centre lies in the crop."""
    return [mark for mark in marks if np.all(mark[0] > -1) and np.all(mark[0] < CROP)]


def feather(inside, random):
    """Weight 1 in the object, falling to 0 over about 2 mm of its surroundings; the width varies so that it cannot be learnt."""
    width = random.uniform(1.2, 2.6)
    distance = ndimage.distance_transform_edt(inside < 0.4)
    return np.clip(1.0 - distance / width, 0.0, 1.0).astype(np.float32)


class Scenes:
    """An endless, seeded source of crops."""

    def __init__(self, backgrounds, nodules, seed):
        self.backgrounds = backgrounds
        self.nodules = nodules
        self.random = np.random.default_rng(seed)
        # Every size class is met equally often; most real nodules are small.
        classes = [[n for n in nodules if lo <= n.diameter_mm < hi] for lo, hi in ((0, 5), (5, 8), (8, 12), (12, 20), (20, 99))]
        self.classes = [members for members in classes if members]

    def pick(self):
        members = self.classes[self.random.integers(len(self.classes))]
        return members[self.random.integers(len(members))]

    def corner(self, centre):
        """Where a crop with this place somewhere in its middle begins."""
        return (centre - CROP // 2 + self.random.integers(-12, 13, 3)).astype(int)

    def insert(self, hu, lung, taken, sham):
        """Sets a nodule (or, as a sham, a piece of other lung) where the surroundings suit it. Returns centre and diameter, or None."""
        nodule = self.pick()
        patch, inside = turned(self.random, nodule.ct, nodule.inside)
        wanted = shell_histogram(patch, inside)
        half = np.array(patch.shape) // 2
        places = np.argwhere(lung > 0)
        if len(places) == 0:
            return None
        best, best_cost = None, np.inf
        for place in places[self.random.integers(len(places), size=12)]:
            if any(np.linalg.norm(place - other) < (nodule.diameter_mm + size) / 2 + 6 for other, size in taken):
                continue
            corner = place - half
            lo, hi = np.maximum(corner, 0), np.minimum(corner + patch.shape, CROP)
            here = tuple(slice(a, b) for a, b in zip(lo, hi))
            there = tuple(slice(a - c, b - c) for a, b, c in zip(lo, hi, corner))
            cost = np.abs(shell_histogram(hu[here], inside[there]) - wanted).sum()
            if cost < best_cost:
                best, best_cost = place, cost
        if best is None or best_cost > 0.9:
            return None
        if sham:
            # The same blend with the same outline, but what is pasted is ordinary lung from elsewhere in this crop.
            source = places[self.random.integers(len(places))] - half
            lo = np.clip(source, 0, np.maximum(CROP - np.array(patch.shape), 0))
            piece = hu[tuple(slice(a, a + s) for a, s in zip(lo, patch.shape))]
            if piece.shape != patch.shape:
                return None
            patch = piece.copy()
        blend(hu, best - half, patch, feather(inside, self.random))
        if sham:
            return None
        centre = ndimage.center_of_mass(inside >= 0.5) if (inside >= 0.5).any() else half
        return best - half + np.array(centre, np.float32), nodule.diameter_mm

    def degrade(self, hu):
        """Slice thickness, kernel, dose and calibration of other scanners."""
        random = self.random
        if random.random() < 0.5:
            thickness = random.uniform(0.3, 1.1)
            hu = ndimage.gaussian_filter1d(hu, thickness, axis=0)
        if random.random() < 0.3:
            hu = ndimage.gaussian_filter(hu, random.uniform(0.3, 0.7))
        elif random.random() < 0.3:
            hu = hu + random.uniform(0.3, 1.0) * (hu - ndimage.gaussian_filter(hu, 1.0))
        if random.random() < 0.6:
            noise = random.normal(0, 1, hu.shape).astype(np.float32)
            if random.random() < 0.5:
                noise = ndimage.gaussian_filter(noise, 0.7)
                noise /= noise.std()
            hu = hu + noise * random.uniform(3, 35)
        return hu * random.uniform(0.96, 1.04) + random.uniform(-15, 15)

    def next(self):
        """One crop: hu (z, y, x), nodules [(centre, diameter mm)], ignored [(centre, radius mm)]."""
        random = self.random
        background = self.backgrounds[random.integers(len(self.backgrounds))]
        if background.nodules and random.random() < ABOUT_OWN:
            centre = background.nodules[random.integers(len(background.nodules))][0]
        else:
            centre = background.places[random.integers(len(background.places))]
        corner = self.corner(centre)
        hu, lung = hu_of(crop(background.ct, corner, 3)), crop(background.lung, corner, 0)
        nodules, ignored = seen(background.nodules, corner), seen(background.ignored, corner)
        taken = [(c, d) for c, d in nodules] + [(c, 2 * r) for c, r in ignored]
        for _ in range(int(random.integers(0, 4))):
            placed = self.insert(hu, lung, taken, sham=False)
            if placed is not None:
                nodules.append(placed)
                taken.append(placed)
        for _ in range(int(random.integers(0, 3))):
            self.insert(hu, lung, taken, sham=True)
        return self.degrade(hu), centred(nodules), ignored
