"""What the detector is trained on: half are crops of scenes.py, half are crops of whole scans with nodules, masses and shams of every kind.

The two insertions differ in how they choose a place and blend, so the paste itself is harder to learn.
"""

import numpy as np

from scenes import Scenes, centred, crop, seen
from whole_scans import WholeScans

# Whole scans held at once, and the crops taken of one before it is made anew.
HELD = 4
CROPS_EACH = 36


class DetectorScenes:
    """An endless, seeded source of crops."""

    def __init__(self, backgrounds, nodules, seed):
        self.crops = Scenes(backgrounds, nodules, seed=(*seed, 0))
        self.whole = WholeScans(backgrounds, nodules, seed=(*seed, 1))
        self.random = self.whole.random
        self.shares = np.array([len(each.places) for each in backgrounds], float) / sum(len(each.places) for each in backgrounds)
        self.held, self.taken = [], 0

    def next(self):
        """One crop: hu (z, y, x), nodules [(centre, diameter mm)], ignored [(centre, radius mm)]."""
        return self.crops.next() if self.random.random() < 0.5 else self.of_whole_scan()

    def of_whole_scan(self):
        if len(self.held) < HELD or self.taken == CROPS_EACH:
            backgrounds = self.whole.backgrounds
            background = backgrounds[self.random.choice(len(backgrounds), p=self.shares)]
            self.whole.fill(background)
            self.held = [*self.held[-HELD + 1 :], (background, self.whole.hu, self.whole.places)]
            self.taken = 0
        self.taken += 1
        background, hu, places = self.held[self.random.integers(len(self.held))]
        # Mostly round something set in or its untouched counterpart: nodules and all others equally often.
        nodules = [place for place in places if place.kind == "nodule"]
        others = [place for place in places if place.kind != "nodule"]
        about = [nodules, others, []][self.random.choice(3, p=(0.4, 0.4, 0.2))]
        centre = about[self.random.integers(len(about))].centre if about else background.places[self.random.integers(len(background.places))]
        corner = self.whole.corner(np.asarray(centre))
        within = centred(seen([(place.centre, place.diameter_mm) for place in nodules], corner))
        cropped = crop(hu, corner, np.float32(-1000))
        # Flips and a turn move the marks as they move the voxels.
        flips = [axis for axis in range(3) if self.random.random() < 0.5]
        turn = lambda c: np.where(np.isin(range(3), flips), cropped.shape[0] - 1 - c, c).astype(np.float32)
        marks = lambda each: [(turn(c), size) for c, size in each]
        return self.whole.degrade(np.flip(cropped, flips)), marks(within), marks(seen(background.ignored, corner))
