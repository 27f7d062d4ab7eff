"""What stands in the report of an evaluation, before a browser opens it."""

import json
import re

import pytest
from PIL import Image
from report_pages import (
    HOSTILE,
    Parsed,
    assert_policy_names_what_stands_there,
    drawn_pages,
    report_of,
    simulated_report,
)
from simulated_readings import GROUPINGS

from train_easyocr.pages.records import Page, PageFile, Reading, Word
from train_easyocr.report.html.evaluation_charts import evaluation_charts
from train_easyocr.scoring.columns import DEFAULT, TUNED, WORD
from train_easyocr.scoring.page_scoring import score_all
from train_easyocr.scoring.summary import summarize

BOX = (20, 20, 120, 60)


def page_content(report, number):
    """The data of a page, as its file hands it to the report."""
    script = (report.parent / f"report_files/pages/{number:04d}.js").read_text(encoding="utf-8")
    head, tail = f"receivePage({number}, ", ");\n"
    assert script.startswith(head) and script.endswith(tail)
    return json.loads(script[len(head) : -len(tail)])


def one_page(folder, words, readings, **about):
    """The report of a page of these words, read by an engine."""
    Image.new("L", (400, 200), 250).save(folder / "page.png")
    name = about.pop("name", "인.허가/1/2001/a")
    page = Page(name, "인.허가", "2001", 400, 200, tuple(words), "public documents", about.pop("ignored", ()))
    file = PageFile(page, folder / "page.png", f"{name}.png")
    return report_of(folder / "result", [file], {"엔진": {"own_boxes": [tuple(readings)]}}, **about)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return simulated_report(tmp_path_factory.mktemp("보고서"))


@pytest.fixture(scope="module")
def parsed(report):
    return Parsed(report)


def test_the_verdict_says_before_after_and_where_the_gain_came_from_in_both_languages(parsed):
    start = parsed.text.index("Reading 12 pages")
    verdict = parsed.text[start : start + 600]
    scores = re.search(r"F1 of (0\.\d{3}) and .* network (0\.\d{3}): a change of (\+0\.\d{3})", verdict)
    before, after, gain = (round(1000 * float(number)) for number in scores.groups())
    assert after - before == gain
    split = re.search(
        r"\((\+\S+)\): (\S+) from grouping .* (\S+) from lifting .* (\S+) from recognition, (\S+) from the installed",
        verdict,
    )
    whole, *parts = (round(1000 * float(part.replace("−", "-").replace("±", ""))) for part in split.groups())
    assert sum(parts) == whole
    share = re.search(r"Part of the gain that is grouping\s*(\d+)%", parsed.text)
    assert float(share[1]) == pytest.approx(100 * parts[0] / whole, abs=1)
    assert "better by more than chance" in verdict
    assert "우연으로 보기 어려운 향상입니다" in parsed.text


def test_words_read_exactly_stand_beside_those_with_look_alikes_folded_whose_groups_are_listed(tmp_path):
    boxes = [BOX, (20, 100, 120, 140), (150, 20, 250, 60)]
    words = [Word(text, box) for text, box in zip(["관리ㆍ보호", "결재", "₩54,500"], boxes, strict=True)]
    read = [Reading(box, text, 0.9) for text, box in zip(["관리·보호", "결재", "￦54,500"], boxes, strict=True)]
    report = one_page(tmp_path, words, read)
    cells = re.findall(r"<td>([^<]*)</td>", report.read_text(encoding="utf-8"))
    assert ["0.333", "1.000"] in [cells[place : place + 2] for place in range(len(cells))]
    assert "0.000 · 1.000" in cells  # the amount
    assert "–" in cells and "– · –" not in cells  # no telephone number
    text = Parsed(report).text
    assert "look-alikes folded" in text and "닮은 글자 같게" in text
    assert "·ㆍ․‧⋅･・∙•● " in text and " ₩￦ " in text


def test_the_policy_names_exactly_the_style_and_the_script_that_stand_there(parsed):
    assert [script.get("type") for script in parsed.named("script")] == ["application/json", None]
    assert_policy_names_what_stands_there(parsed)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", report_text(parsed))


def report_text(parsed):
    return " ".join([*parsed.texts, *parsed.raw["script"], *map(str, parsed.opened)])


def test_every_picture_and_page_that_is_named_lies_beside_the_report(report, parsed):
    data = json.loads(parsed.raw["script"][0])
    named = [image["src"] for image in parsed.named("img")]
    named += [page[key] for page in data["pages"] for key in ("file", "image")]
    assert len(named) > 50 and all((report.parent / name).is_file() for name in named)


def test_the_list_and_the_pages_agree(report, parsed):
    data = json.loads(parsed.raw["script"][0])
    assert [network["key"] for network in data["networks"]] == ["baseline", "finetuned"]
    for row in data["pages"]:
        assert row["f1"] == [round(f1, 3) for f1 in row["f1"]]  # what is shown is what is compared
        content = page_content(report, row["number"])
        for network, errors in zip(content["networks"], row["errors"], strict=True):
            verdicts = [word["verdict"] for word in network["words"]]
            assert [verdicts.count(kind) for kind in data["errors"][:-1]] == errors[:-1]
            assert sum(reading["verdict"] == "extra" for reading in network["readings"]) == errors[-1]


def test_what_differs_is_marked(tmp_path):
    words = [Word("결재란", BOX), Word("끝.", (20, 100, 60, 140))]
    content = page_content(one_page(tmp_path, words, [Reading(BOX, "결제란.", 0.75)]), 1)
    [network] = content["networks"]
    assert network["words"] == [{"verdict": "wrong", "readings": [0]}, {"verdict": "missed", "readings": []}]
    assert network["readings"] == [
        {
            "text": "결제란.",
            "box": list(BOX),
            "confidence": 0.75,
            "verdict": "wrong",
            "word": 0,
            "iou": 1.0,
            "cer": 0.667,
            "pieces": ["결", ["재", "제"], "란", ["", "."]],
        }
    ]
    assert (content["width"], content["height"]) == (400, 200)


def test_whatever_stands_in_a_text_stays_text(tmp_path):
    report = one_page(
        tmp_path, [Word(HOSTILE, BOX)], [Reading(BOX, f"{HOSTILE}\u2028`${{1}}", 0.9)], name=f"a/{HOSTILE[:8]}/2001/b"
    )
    found = Parsed(report)
    assert not {"b", "img"} & {tag for tag, attributes in found.opened if attributes.get("src", "x") == "x"} - {"b"}
    assert len(found.named("script")) == 2
    assert not any("onerror" in attributes for _, attributes in found.opened)
    assert HOSTILE in page_content(report, 1)["networks"][0]["readings"][0]["text"]


def test_hidden_texts_stand_nowhere_and_the_pictures_are_small(tmp_path):
    report = simulated_report(tmp_path, 6, hide_texts=True, settings={"placeholder_texts": ["비밀번호"]})
    files = [report, *(report.parent / "report_files").rglob("*.js")]
    written = "".join(path.read_text(encoding="utf-8") for path in files)
    for text in ("등록", "2001.06.15", "330-3331", "비밀번호", "report_pages"):
        assert text not in written
    assert "--mask_text" in written and "data-label" not in Parsed(report).text
    pictures = list((report.parent / "report_files").rglob("*.jpg"))
    assert len(pictures) > 6 and all(Image.open(path).size[1] <= 200 for path in pictures)
    shown = page_content(report, 1)
    assert {word["text"] for word in shown["words"]} == {""}
    assert {reading["pieces"] for reading in shown["networks"][0]["readings"]} == {None}


def test_an_engine_alone_has_a_report_without_what_needs_two_networks(tmp_path):
    found = Parsed(one_page(tmp_path, [Word("결재", BOX)], [Reading(BOX, "결재", 0.9)]))
    assert re.search(r"On 1 page .*엔진 +has an end-to-end F1 of 1\.000\.", re.sub(r"\s+", " ", found.text))
    assert "Both networks have to be read" in found.text
    assert "What a user gains" not in found.text and "Default grouping reads lines" not in found.text
    data = json.loads(found.raw["script"][0])
    assert (data["before"], data["main"]) == (None, 0)


@pytest.mark.parametrize("share", [0, 1])
def test_networks_that_read_all_or_nothing_have_their_report(tmp_path, share):
    files = drawn_pages(tmp_path, 2)
    read = [tuple(Reading(word.box, word.text, 1.0) for word in file.page.words[: share * 15]) for file in files]
    readings = {network: dict.fromkeys(GROUPINGS, read) for network in ("baseline", "finetuned")}
    opened = Parsed(report_of(tmp_path / "result", files, readings))
    assert sum("point equal" in attributes["class"] for attributes in opened.named("circle")) == 2


def test_a_page_that_failed_is_told_with_its_reason(tmp_path):
    report = one_page(
        tmp_path, [Word("결재", BOX)], [], failures={"인.허가/1/2001/a.png": "not <an> image"}, name="인.허가/1/2001/a"
    )
    found = Parsed(report)
    assert "1 page could not be read and counts as read with nothing" in found.text and "not <an> image" in found.text
    assert json.loads(found.raw["script"][0])["pages"][0]["problem"] == "not <an> image"


def test_without_pictures_the_words_are_shown_all_the_same(tmp_path):
    report = one_page(tmp_path, [Word("결재", BOX)], [Reading(BOX, "결제", 0.9)], pictures=False)
    assert not list(report.parent.rglob("*.jpg")) and not Parsed(report).named("img")
    assert page_content(report, 1)["words"][0]["text"] == "결재"


def test_a_crowded_page_and_an_endless_text_are_cut_short(tmp_path):
    many = [Reading((x % 390, x % 190, x % 390 + 5, x % 190 + 5), "가", 0.9) for x in range(30_000)]
    crowded = one_page(tmp_path, [Word("결재", BOX)], many)
    assert page_content(crowded, 1)["networks"] == [{"words": [], "readings": []}]
    assert "more than 3,000 words and readings" in json.loads(Parsed(crowded).raw["script"][0])["pages"][0]["problem"]
    (tmp_path / "long").mkdir()
    long = one_page(tmp_path / "long", [Word("가나", BOX)], [Reading(BOX, "다" * 3000, 0.9)])
    [reading] = page_content(long, 1)["networks"][0]["readings"]
    assert reading["text"] == "다" * 100 + "…" and reading["pieces"] is None


def test_the_reading_options_stand_one_below_the_other(tmp_path):
    settings = {
        "groupings": {"word_grouping": {"width_ths": 0.0, "low_text": 0.4}},
        "own_groupings": {"finetuned_as_installed": {"word_grouping": {"width_ths": 0.0, "low_text": 0.3}}},
        "weights": {"finetuned": {"file": "a.pth", "sha256": "0f" * 32, "checkpoint": "saved_models/x/best.pth"}},
        "own_detectors": {"finetuned_as_installed": "1e" * 32},
    }
    report = one_page(tmp_path, [Word("결재", BOX)], [], settings=settings).read_text(encoding="utf-8")
    assert re.search(r"<td>low_text</td><td>0\.4</td><td>0\.3</td>", report)
    assert "0f" * 32 in report and "saved_models/x/best.pth" in report
    assert re.search(rf"installed detector</span></td><td>{'1e' * 32}</td>", report)


def test_every_chart_is_there_and_those_of_the_training_where_its_metrics_are_found(tmp_path):
    asked = ["gain", "pages", "category", "year", "text_length", "character_kind"]
    asked += ["text_length_found", "character_kind_found", "iou", "calibration"]
    of_training = ["loss", "accuracy", "normalized_edit_distance"]
    (tmp_path / "metrics.csv").write_text("iteration,validation_loss,accuracy\n0,0.5,80\n100,0.4,90\n", "utf-8")
    weights = {"finetuned": {"file": "a.pth", "sha256": "0f" * 32, "checkpoint": str(tmp_path / "best_norm_ed.pth")}}
    for settings, expected in (({}, asked), ({"weights": weights}, [*asked, *of_training])):
        report = simulated_report(tmp_path, 3, settings=settings)
        charts = [found["id"].removeprefix("chart-") for found in Parsed(report).named("figure") if "id" in found]
        # A metrics.csv without edit distances still has that chart, empty.
        assert charts == expected


def test_networks_that_read_in_the_same_boxes_share_a_series_of_what_was_found(tmp_path):
    page = Page("p", "a", "2001", 100, 60, (Word("결재", BOX),), "public documents")
    read, missed = (Reading(BOX, "결제", 0.9),), ()
    found = {"baseline": read, "finetuned": read, "finetuned_as_installed": missed}
    readings = {row: {key: [page_read] for key in (DEFAULT, WORD, TUNED)} for row, page_read in found.items()}
    summary = summarize(score_all([PageFile(page, tmp_path, "p")], readings), 1, {}, {})
    charts = {chart.name: chart for chart in evaluation_charts(summary, [], None, 0)}
    assert charts["text_length"].legend.count("<li>") == 2
    shown = charts["text_length_found"].legend
    assert shown.count("<li>") == 2 and "baseline</span>, <span" in shown.partition("</li>")[0]


def test_up_to_twenty_crops_stand_behind_each_confusion_of_characters_and_of_their_parts(tmp_path):
    report = simulated_report(tmp_path, 40)
    text = report.read_text(encoding="utf-8")
    counts = {}
    for kind in ("characters", "omissions", "initials", "vowels", "finals"):
        section = text.partition(f'<section id="confused-0-{kind}">')[2].partition("</section>")[0]
        counts[kind] = [found.count("<figure>") for found in section.split("<details")[1:]]
        assert counts[kind] and min(counts[kind]) >= 1
    assert max(max(found) for found in counts.values()) == 20


def test_a_new_report_takes_the_place_of_the_old_one(tmp_path):
    files = drawn_pages(tmp_path, 3)
    words = {"엔진": {"own_boxes": [[Reading(word.box, word.text, 0.9) for word in file.page.words] for file in files]}}
    report_of(tmp_path / "result", files, words)
    one = {"엔진": {"own_boxes": words["엔진"]["own_boxes"][:1]}}
    report_of(tmp_path / "result", files[:1], one)
    assert [path.name for path in (tmp_path / "result/report_files/pages").iterdir()] == ["0001.jpg", "0001.js"]
