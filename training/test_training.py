"""Run by tests/flow/training.test.ts: python3 training/test_training.py"""

import json
import pathlib
import tempfile
import unittest

import numpy as np
import torch

from augment import plain, varied
from candidates import Candidate, decode, merge
from detector_scenes import DetectorScenes
from false_positive_net import FalsePositiveNet, OnBlock
from leakage import SPLITS, refuse_leaks
from luna16_recipe import ball_patch, training_scans
from mine_candidates import inner_patients, label
from net import encode
from patches import COARSE, FINE, RECORD, cut, load_mined, save
from scenes import CROP, Places
from train_detector import targets
from train_false_positive import auc, sensitivities
from whole_scans import Place, without_nodule

PACKED = pathlib.Path(__file__).resolve().parent / ".packed" / "index.json"


def ball(shape, centre, radius, inside=40.0, outside=-850.0):
    distance = np.linalg.norm(np.indices(shape).T - np.array(centre)[::1], axis=-1).T
    return np.where(distance <= radius, inside, outside).astype(np.float32)


class Leakage(unittest.TestCase):
    def test_refuses_calibration_and_test_patients_and_test_scans(self):
        splits = json.loads(SPLITS.read_text())
        clean = {"backgrounds": [{"name": "lidc-0028-1"}], "nodules": [{"patient": splits["train"][5]}]}
        refuse_leaks(clean)
        for patient in (splits["calibration"][0], splits["test"][-1]):
            with self.assertRaises(ValueError):
                refuse_leaks({**clean, "nodules": [{"patient": patient}]})
        for scan in ("lidc-0001-1", "lidc-0002-1", "normal002-1", f"{splits['test'][0].replace('LIDC-IDRI', 'lidc')}-1"):
            with self.assertRaises(ValueError):
                refuse_leaks({**clean, "backgrounds": [{"name": scan}]})

    def test_a_fold_keeps_out_whom_it_names_and_may_train_on_all_others(self):
        splits = json.loads(SPLITS.read_text())
        fold = {"keptOut": ["1.2.3", "P3"], "backgrounds": [{"name": "1.2.4", "scan": "1.2.4", "patient": "P4"}], "nodules": [{"patient": splits["test"][0]}]}
        refuse_leaks(fold)
        for leak in ({"name": "1.2.3", "scan": "1.2.3", "patient": None}, {"name": "1.2.5", "scan": "1.2.5", "patient": "P3"}):
            with self.assertRaises(ValueError):
                refuse_leaks({**fold, "backgrounds": [*fold["backgrounds"], leak]})

    def test_training_scans_of_test_patients_are_left_out_of_a_fold(self):
        scan = lambda name, patient: {"id": name, "seriesInstanceUid": None, "patientId": patient, "path": f"{name}.mhd"}
        fold = {"data": "/", "train": {"scans": [scan("a", "P1"), scan("b", "P2"), scan("c", None)]}, "test": {"scans": [scan("d", "P2"), scan("e", None)]}}
        self.assertEqual([each["id"] for each in training_scans(fold)], ["a", "c"])

    @unittest.skipUnless(PACKED.exists(), "training/.packed is absent")
    def test_what_is_packed_leaks_nothing(self):
        refuse_leaks(json.loads(PACKED.read_text()))


class Candidates(unittest.TestCase):
    def test_what_the_detector_is_taught_is_decoded_to_the_nodule_it_came_from(self):
        for stride, level in ((4, (0.0, 15.0)), (8, (10.0, 1e9))):
            centre, diameter = np.array([21.3, 40.0, 33.7], np.float32), 12.0
            heat, _, box, _ = targets([(centre, diameter)], [], stride, *level)
            logit = np.log(np.clip(heat, 1e-4, 0.999) / (1 - np.clip(heat, 1e-4, 0.999)))
            best = decode(torch.from_numpy(np.concatenate([logit[None], box])), stride, 5)[0]
            np.testing.assert_allclose(best.centre, centre, atol=1e-3)
            self.assertAlmostEqual(best.diameter_mm, diameter, places=3)

    def test_the_stronger_of_two_that_hold_one_another_stays(self):
        at = lambda z, diameter, score: Candidate(np.array([z, 0, 0], np.float32), diameter, score)
        self.assertEqual([each.score for each in merge([at(0, 6, 0.5), at(2, 6, 0.9), at(9, 6, 0.1)], 10)], [0.9, 0.1])
        self.assertEqual(len(merge([at(0, 6, 0.5), at(9, 6, 0.1)], 1)), 1)

    def test_each_place_gets_one_record_and_doubtful_candidates_get_none(self):
        at = lambda z, score: Candidate(np.array([z, 0, 0], np.float32), 6.0, score)
        places = [Place("nodule", np.zeros(3), 8.0), Place("sham lung", np.array([50.0, 0, 0]), 6.0)]
        ignored = [(np.array([100.0, 0, 0]), 6.0)]
        candidates = [at(1, 0.9), at(2, 0.8), at(6, 0.7), at(20, 0.6), at(104, 0.5)]
        records = list(label(candidates, places, ignored, np.random.default_rng(1)))
        self.assertEqual([(kind, round(score, 3)) for kind, _, score, *_ in records], [("nodule", 0.9), ("sham lung", 0.0), ("mistake", 0.6)])
        self.assertLess(np.abs(records[1][1] - places[1].centre).max(), 1.6)

    def test_inner_patients_are_about_a_fifth_and_do_not_depend_on_the_others(self):
        class Named:
            def __init__(self, number):
                self.patient = f"P{number}"

        many = [Named(n) for n in range(1000)]
        self.assertTrue(150 < len(inner_patients(many)) < 250)
        self.assertEqual(inner_patients(many[:300]), inner_patients(many) & {n.patient for n in many[:300]})


class Blocks(unittest.TestCase):
    def test_a_block_is_cut_round_its_centre_and_goes_on_as_air_outside(self):
        hu = ball((90, 90, 90), (10, 45, 50), 5)
        fine, coarse, centre = cut(hu, (10.2, 45.1, 49.9))
        self.assertEqual((fine.shape, coarse.shape), ((FINE,) * 3, (COARSE,) * 3))
        self.assertLessEqual(np.abs(centre - (10.2, 45.1, 49.9)).max(), 0.5)
        for block, spacing in ((fine, 1), (coarse, 2)):
            found = (np.argwhere(block > 100).mean(axis=0) - (len(block) - 1) / 2) * spacing + centre
            np.testing.assert_allclose(found, (10, 45, 50), atol=0.6)
        self.assertTrue((fine[: int(FINE / 2 - 11)] == 3).all())

    def test_what_is_saved_is_loaded_and_scenes_follow_one_another(self):
        with tempfile.TemporaryDirectory() as folder:
            for number, count in enumerate((2, 3)):
                records = np.zeros(count, RECORD)
                records["scene"] = number
                save(f"{folder}/scene-{number:04}.npz", *(np.full((count,) + (s,) * 3, number, np.uint8) for s in (FINE, COARSE)), records)
            fine, coarse, records = load_mined(folder)
            self.assertEqual(records["scene"].tolist(), [0, 0, 1, 1, 1])
            self.assertEqual(coarse[:, 0, 0, 0].tolist(), [0, 0, 1, 1, 1])
            self.assertEqual(fine[-1].max(), 1)

    def test_a_varied_view_shows_the_nodule_where_it_says(self):
        hu = ball((120, 120, 120), (60, 62, 57), 4)
        fine, coarse, centre = cut(hu, (60.5, 60.5, 60.5))
        offset = np.array([60, 62, 57]) - centre
        stacked = [torch.from_numpy(np.stack([each] * 24)) for each in (fine, coarse, offset.astype(np.float32))]
        seen_fine, seen_coarse, offsets = varied(*stacked, torch.Generator().manual_seed(3))
        for views, spacing in ((seen_fine, 1.0), (seen_coarse, 2.0)):
            for view, wanted in zip(views[:, 0].numpy(), offsets.numpy()):
                # Above −100 HU: blurs and noise do not reach it.
                found = (np.argwhere(view > 0.3).mean(axis=0) - 15.5) * spacing
                np.testing.assert_allclose(found, wanted, atol=0.8)

    def test_the_exported_net_makes_both_scales_as_training_stored_them(self):
        torch.manual_seed(1)
        net = FalsePositiveNet().eval()
        hu = np.random.default_rng(1).uniform(-1000, 300, (72, 72, 72)).astype(np.float32)
        fine, coarse, centre = cut(hu, (35.5,) * 3)
        np.testing.assert_allclose(centre, 35.5)
        with torch.no_grad():
            stored = net(*plain(torch.from_numpy(fine[None]), torch.from_numpy(coarse[None])))
            whole = OnBlock(net)(encode(torch.from_numpy(hu[None, None, 4:-4, 4:-4, 4:-4])))
        np.testing.assert_allclose(stored, whole, atol=0.02)

    def test_a_nodule_taken_out_leaves_lung(self):
        inside = (ball((40, 40, 40), (20, 20, 20), 6, 1, 0) > 0.5).astype(np.float32)
        random = np.random.default_rng(1)
        hu = ball((40, 40, 40), (20, 20, 20), 7) + random.normal(0, 20, (40, 40, 40)).astype(np.float32)
        emptied = without_nodule(hu, inside, random)
        self.assertLess(np.percentile(emptied, 99.9), -700)
        self.assertAlmostEqual(float(emptied[inside > 0].std()), 20, delta=8)


class MadeScan:
    """A background of plain lung that no file holds."""

    def __init__(self, random, side=120):
        self.ct = np.rint((random.normal(-850, 20, (side,) * 3) + 1024) / 8).astype(np.uint8)
        self.lung = np.ones((side,) * 3, np.uint8)
        self.ignored, self.nodules = [], []
        self.places = np.argwhere(self.lung > 0)


class MadeNodule:
    patient, diameter_mm = "P1", 8.0

    def __init__(self, random):
        self.inside = (ball((24, 24, 24), (12, 12, 12), 4, 1, 0) > 0.5).astype(np.float32)
        self.ct = ball((24, 24, 24), (12, 12, 12), 4) + random.normal(0, 20, (24, 24, 24)).astype(np.float32)


class DetectorCrops(unittest.TestCase):
    def test_crops_of_whole_scans_show_their_nodules_where_they_say(self):
        random = np.random.default_rng(5)
        scenes = DetectorScenes([MadeScan(random)], [MadeNodule(random)], seed=(1, 0))
        shown = 0
        for _ in range(40):
            hu, nodules, _ = scenes.of_whole_scan()
            self.assertEqual(hu.shape, (CROP,) * 3)
            for centre, diameter in nodules:
                if (centre < 6).any() or (centre > CROP - 7).any():
                    continue
                at = tuple(np.rint(centre).astype(int))
                # Blur and noise leave a ball of 8 mm far above the lung's -850 HU.
                self.assertGreater(hu[at], -400)
                self.assertEqual(diameter, 8.0)
                shown += 1
        self.assertGreater(shown, 20)


class Scans(unittest.TestCase):
    def test_places_are_the_voxels_of_a_mask_in_their_order(self):
        mask = (np.random.default_rng(2).random((6, 5, 7)) < 0.2).astype(np.uint8)
        mask[[0, 3]] = 0
        places, wanted = Places(mask), np.argwhere(mask)
        self.assertEqual(len(places), len(wanted))
        np.testing.assert_array_equal(places[np.arange(len(wanted))[::-1]], wanted[::-1])
        np.testing.assert_array_equal(places[4], wanted[4])

    def test_a_patch_cut_as_a_ball_holds_the_nodule_in_its_outline(self):
        for centre in ((30.0, 31.4, 29.7), (3.2, 30.0, 57.0)):
            background = MadeScan(np.random.default_rng(1), side=60)
            background.ct = np.rint((ball((60,) * 3, centre, 5) + 1024) / 8).astype(np.uint8)
            ct, inside = ball_patch(background, np.array(centre), 10.0)
            self.assertGreater(ct[inside > 250].min(), 100)
            self.assertLess(ct[inside == 0].max(), 100)


class Figures(unittest.TestCase):
    def test_auc_counts_ties_half(self):
        self.assertEqual(auc(np.array([3.0, 2.0]), np.array([1.0, 2.0])), 0.875)

    def test_sensitivity_counts_missed_nodules_and_reads_its_threshold_off_the_false_positives(self):
        # Two scans: at 1/2 a scan one false positive may stand (.9), at 1 two, at 8 all.
        found = sensitivities(np.array([0.95, 0.85, 0.5]), 4, np.array([0.9, 0.8, 0.6, 0.4]), 2)
        self.assertEqual(found, [0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 0.75])


if __name__ == "__main__":
    unittest.main()
