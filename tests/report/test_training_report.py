"""The report of a training: what stands in it after real, small runs, before a browser opens it."""

import base64
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from report_pages import HOSTILE, Parsed, assert_policy_names_what_stands_there
from training_runs import run, small_settings, write_data, write_patches

from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import Ceiling, DatasetAccount, Dropped, Sample
from train_easyocr.report.html.training import MOST_READINGS, write_training_report
from train_easyocr.training.experiment import Experiment
from train_easyocr.training.log import TextLogs
from train_easyocr.training.selection import TOO_LONG

ACCOUNT = DatasetAccount("training", "A", 10, 10, {}, 0, 0, 0, [(64, 10)], [], Ceiling(1.0, 1.0))
ACCOUNTS = [ACCOUNT, replace(ACCOUNT, role="validation")]
DESCRIPTION = {
    "settings": {"experiment_name": "trial", "continue_from": ""},
    "characters": "가나다",
    "data": {"training A": [10, "0f" * 8]},
    "start": "",
}
IMAGE = np.full((1, 64, 128), 200, np.uint8)


def written(folder, rows=1, samples=(), mistakes=(), unreadable=(), accounts=ACCOUNTS, description=DESCRIPTION):
    """The report of a run with so many validations."""
    from run_figures import figures

    logs = TextLogs(folder)
    for row in range(rows):
        logs.add(figures(row * 100))
    return write_training_report(
        folder, description, accounts=accounts, samples=samples, mistakes=mistakes, unreadable=unreadable
    )


def two_datasets(data, **changes):
    values = {"select_data": "A-B", "batch_ratio": "0.5-0.5", "batch_max_length": 3, "show_number": 3}
    return small_settings(data, **(values | changes))


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    return run(two_datasets(data), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def parsed(trained):
    return Parsed(trained / "report.html")


def marks(report, chart):
    """The marks of a chart, without those of its legend."""
    text = report.read_text(encoding="utf-8")
    figure = text.partition(f'id="chart-{chart}"')[2].partition("</figure>")[0]
    return figure.partition("</ul>")[2].count('<path class="mark')


def test_the_report_says_how_far_the_run_is_and_what_it_scores(parsed):
    text = re.sub(r"\s+", " ", parsed.text)
    assert re.search(r"After 4 of 4 iterations, [\d.]+% of the validation patches of A are read exactly", text)
    assert "학습 보고서" in text and "4 / 4" in text
    assert text.count("validation · A") and text.count("training · B")


def test_the_curves_show_every_validation_of_every_dataset(trained):
    assert marks(trained / "report.html", "accuracy") == 2 * 3  # iterations 0, 2 and 4
    assert marks(trained / "report.html", "normalized_edit_distance") == 2 * 3
    assert marks(trained / "report.html", "loss") == 2 * 3 + 2  # before the first step there is no training loss


def test_a_resumed_run_keeps_its_curves_and_its_start(data, tmp_path):
    first = run(two_datasets(data, n_iter=2), tmp_path / "first")
    start = first / "iter_2.pth"
    settings = two_datasets(data, n_iter=2, continue_from=str(start))
    run(settings, tmp_path / "second")
    digest = sha256(start)
    start.unlink()
    folder = run(replace(settings, n_iter=4), tmp_path / "second", resume=True)
    assert marks(folder / "report.html", "accuracy") == 2 * 3
    assert digest in (folder / "report.html").read_text(encoding="utf-8")


def test_what_was_left_out_stands_there_with_its_reason_and_examples(parsed):
    text = re.sub(r"\s+", " ", parsed.text)
    assert re.search(
        r"training · A: 8 · 라벨이 batch_max_length보다 긺 ?the label is longer than batch_max_length", text
    )
    assert "가나다라" in text and "p008_0-0-104-30.png" in text


def test_readings_are_shown_with_their_images_wrong_ones_first(parsed, trained):
    shown = [picture["src"] for picture in parsed.named("img") if picture["src"].startswith("data:")]
    assert 3 <= len(shown) <= 6
    for source in shown:
        encoded = np.frombuffer(base64.b64decode(source.partition("base64,")[2]), np.uint8)
        assert cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE).shape[0] == 64
    figures = [figure["class"] for figure in parsed.named("figure") if figure["class"].startswith(("right", "wrong"))]
    assert figures[-3:] == sorted(figures[-3:], reverse=True)


def test_what_differs_is_marked_on_both_sides_and_a_space_is_seen(tmp_path):
    samples = [Sample("결재 란", "결제란", 0.75, IMAGE), Sample("끝.", "끝", 0.5, IMAGE)]
    text = written(tmp_path, samples=samples).read_text(encoding="utf-8")
    assert "결<mark>재␣</mark>란" in text and "결<mark>제</mark>란" in text
    assert "끝<mark>.</mark>" in text and "끝<mark>∅</mark>" in text
    assert "0.750" in text


def test_the_padding_of_an_image_is_cut_off_and_colours_stay_what_they_are(tmp_path):
    image = np.zeros((3, 64, 192), np.uint8)
    image[0, :, :100] = 250  # red, as training reads it
    report = Parsed(written(tmp_path, samples=[Sample("가", "가", 0.9, image)]))
    [source] = [picture["src"] for picture in report.named("img")]
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(source.partition("base64,")[2]), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[:2] == (64, 101)
    blue, _, red = picture[32, 40].tolist()
    assert red > 200 > 60 > blue


def test_damaged_images_are_named_by_the_report_of_the_validation_that_found_them(tmp_path):
    data = write_data(tmp_path / "data")
    damaged = data / "validation" / "A" / "images" / "p001_0-0-52-30.png"
    damaged.write_bytes(damaged.read_bytes()[:40])
    folder = run(small_settings(data, n_iter=1, val_period=5), tmp_path)
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "<li>A/p001_0-0-52-30.png</li>" in text and "their images are damaged: 1." in text


def test_the_sheet_of_augmented_crops_lies_beside_the_report(parsed, trained):
    assert [image["src"] for image in parsed.named("img")][-1] == "augmentation.png"
    assert (trained / "augmentation.png").is_file()


def test_the_sources_are_the_weights_that_lie_there_the_data_and_the_settings(parsed, trained):
    assert sha256(trained / "best_accuracy.pth") in parsed.text and sha256(trained / "best_norm_ed.pth") in parsed.text
    assert "select_data" in parsed.text and "A-B" in parsed.text and "torch" in parsed.text


def test_the_policy_names_exactly_the_style_and_the_script_that_stand_there(parsed):
    assert_policy_names_what_stands_there(parsed)


def test_whatever_stands_in_a_text_stays_text(tmp_path):
    hostile = replace(
        ACCOUNT, name=HOSTILE, foreign=[("\u202e", 3)], dropped={TOO_LONG: Dropped(1, ((HOSTILE, HOSTILE),))}
    )
    report = written(
        tmp_path,
        samples=[Sample(HOSTILE, f"{HOSTILE}x", 0.5, IMAGE)],
        mistakes=[Sample(HOSTILE * 9, HOSTILE, 0.5, IMAGE)],
        unreadable=[HOSTILE],
        accounts=[hostile, replace(hostile, role="validation")],
        description={**DESCRIPTION, "settings": {"experiment_name": HOSTILE, "continue_from": HOSTILE}, "start": "0f"},
    )
    found = Parsed(report)
    assert len(found.named("script")) == 1
    assert not any("onerror" in attributes for _, attributes in found.opened)
    assert HOSTILE in found.text and "\u202e" not in found.text


def test_a_long_training_of_many_readings_is_a_small_file(tmp_path):
    samples = [
        Sample("가나다", "가나라", 0.5, np.random.default_rng(1).integers(0, 255, (1, 64, 256)).astype(np.uint8))
    ]
    report = written(tmp_path, rows=2000, samples=samples * 500)
    assert len([image for image in Parsed(report).named("img") if image["src"].startswith("data:")]) == MOST_READINGS
    assert marks(report, "accuracy") == 200
    assert report.stat().st_size < 5_000_000


def test_a_first_validation_alone_is_told_as_one_and_has_no_speed(tmp_path):
    text = written(tmp_path).read_text(encoding="utf-8")
    assert "This is the first validation" in text and "Patches a second" not in text
    assert "There is no augmentation.png" in text and "There are no samples" in text


def test_a_process_that_writes_nothing_writes_no_report(tmp_path):
    from run_figures import figures

    def refuse(*_, **__):
        raise AssertionError

    Experiment(tmp_path, {}, writes=False, write_report=refuse).add_validation(figures())
    assert list(tmp_path.iterdir()) == []


def test_colour_patches_have_a_report(tmp_path):
    for role in ("training", "validation"):
        write_patches(tmp_path / role / "A", count=8, colour=True)
    folder = run(small_settings(tmp_path, rgb=True, input_channel=3, n_iter=1), tmp_path / "runs")
    assert (folder / "report.html").is_file()
