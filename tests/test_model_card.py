"""The model cards hold the fields of the field's form, the weights that ship, and figures of these very weights."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from train_easyocr.easyocr_port.weights import SHIPPED_DETECTOR, SHIPPED_FILE
from train_easyocr.pages.provenance import sha256
from train_easyocr.pages.records import Page, Reading, Word

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
FIELDS = {
    *("name", "what", "version", "versions", "file", "sha256", "bytes", "parameters", "languages", "licence"),
    *("base_model", "intended_for", "out_of_scope", "known_weaknesses", "texts", "typefaces", "documents"),
    *("personal_data", "training", "figures"),
}
each_network = pytest.mark.parametrize("weights", [SHIPPED_FILE, SHIPPED_DETECTOR], ids=lambda path: path.stem)


def card_of(weights):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"), parse_constant=refuse)


@each_network
def test_a_card_has_all_fields_of_the_form(weights):
    card = card_of(weights)
    assert card.keys() >= FIELDS
    assert {*card["base_model"]} == {"name", "of", "licence", "part"}
    assert [entry["version"] for entry in card["versions"]] == [*range(1, card["version"] + 1)]
    assert all({"what", "source", "licence"} <= entry.keys() for entry in card["texts"])


@each_network
def test_a_card_and_its_figures_are_of_the_weights_that_ship(weights):
    card = card_of(weights)
    assert (card["sha256"], card["bytes"]) == (sha256(weights), weights.stat().st_size)
    assert card["figures"]["weights_sha256"] == card["sha256"], "run benchmarks/model_card.py"
    recogniser = card["figures"].get("recogniser_sha256", sha256(SHIPPED_FILE))
    assert recogniser == sha256(SHIPPED_FILE), "run benchmarks/model_card.py pages"
    assert card.get("speed", card["figures"])["weights_sha256"] == card["sha256"], "run benchmarks/model_card.py speed"


@each_network
@pytest.mark.parametrize("ending", [".md", ".ko.md"])
def test_a_hub_reads_in_the_front_matter_what_the_json_says(weights, ending):
    text = weights.with_suffix(ending).read_text(encoding="utf-8")
    matter, card = yaml.safe_load(text.split("---\n")[1]), card_of(weights)
    assert matter["language"] == card["languages"]
    assert matter["license"] == card["licence"].lower()
    assert matter["base_model"] == card["base_model"]["name"]
    assert matter.get("base_model_license", "-") == card["base_model"]["licence"].lower()
    if ending == ".md":
        assert matter["datasets"]
        assert matter["metrics"]


@each_network
def test_people_read_the_same_limits_as_programs(weights):
    text, card = weights.with_suffix(".md").read_text(encoding="utf-8"), card_of(weights)
    for name, field in (("Out of scope", "out_of_scope"), ("Known weaknesses", "known_weaknesses")):
        listed = text.partition(f"{name}:\n\n")[2].partition("\n\n")[0]
        assert listed.splitlines() == [f"- {line}" for line in card[field]]


def test_a_licence_stands_beside_each_typeface_and_document():
    card = card_of(SHIPPED_FILE)
    assert all(face["licence"] and face["source"] for face in card["typefaces"])
    pages = {used: sum(row["pages"] for row in card["documents"] if row["used"] == used) for used in ("training",)}
    assert pages == {"training": 231}


@pytest.fixture
def card_words(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import card_words

    return card_words


def test_words_count_in_their_written_form(card_words):
    words = card_words.Words(["관리ㆍ보호", "○", "제1조", "가나"], ["관리·보호", "ㅇ", "제1조", "가 나"])
    figures = words.figures()
    percents = [figures[f"{name}_percent"] for name in ("exact", "folded", "spaces_aside")]
    assert (percents, figures["cer"]) == ([50, 75, 75], round(2 / 11, 4))
    # Wilson's interval of 2 of 4: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    z, p, n = 1.959964, 0.5, 4
    reach = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    limits = [100 * (0.5 - reach), 100 * (0.5 + reach)]
    assert [figures["low_percent"], figures["high_percent"]] == pytest.approx(limits, abs=0.01)


def test_a_group_without_an_error_still_has_an_interval(card_words):
    words = card_words.Words(["가"] * 20, ["가"] * 20, ["a", "b"] * 10)
    assert words.figures()["low_percent"] < 90


def test_groups_come_worst_first_and_small_ones_not_at_all(card_words):
    words = card_words.Words(["가"] * 50, ["가"] * 30 + ["나"] * 20)
    groups = words.groups([["good"]] * 30 + [["bad"]] * 20)
    assert [(group["group"], group["exact_percent"]) for group in groups] == [("bad", 0), ("good", 100)]
    assert words.groups([["few"]] * 19 + [[]] * 31) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("(가)", ["Hangul, also with marks"]),
        ("1,000원", ["mixed", "amounts"]),
        ("年", ["hanja, also with marks", "one character"]),
        ("※", ["marks alone", "one character"]),
    ],
)
def test_a_text_belongs_to_its_kinds(card_words, text, kinds):
    assert card_words.kinds_of_text(text) == kinds


def test_a_smaller_run_leaves_the_figures_of_all_words(card_words):
    old = {"words": 1000, "exact_percent": 90.0, "drawn": {"Tesseract": 1}}
    new = {"words": 100, "exact_percent": 80.0, "words_in_groups": 100, "drawn": {"Tesseract": 2}}
    kept = card_words.kept(old, new, 100)
    assert (kept["words"], kept["exact_percent"], kept["words_in_groups"]) == (1000, 90.0, 100)
    assert kept["drawn"] == {"Tesseract": 2}
    # The normal law: 90 ± 1.96 √(0.9 · 0.1 / 100 · 900 / 999)
    assert kept["range_of_draws"] == pytest.approx([84.4, 95.6], abs=1)


def test_words_of_pages_count_as_found_and_as_read(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from card_pages import word_groups
    from damaged_pages import Sheet

    words = tuple(Word("가나", (30 * place, 0, 30 * place + 20, 20)) for place in range(20))
    first, second = (Sheet(Page(f"{number}-2001-0001-0001", "", "", 700, 30, words, ""), b"") for number in "12")
    right = [Reading(word.box, "가나", 1.0) for word in words]
    wrong = Reading(words[0].box, "가", 1.0)
    read = {first: [wrong, *right[1:]], second: [wrong, *right[1:19]]}
    [group] = word_groups([first, second], read.get, lambda word: ["all"])
    # Of 40 words 39 are found; 2 of them are read wrong.
    assert (group["words"], group["found_percent"], group["exact_percent"]) == (40, 97.5, 92.5)
    assert group["low_percent"] < 97.5 < group["high_percent"]


def test_weights_are_shipped_with_a_version_and_their_training(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import model_card

    shipped, experiment = tmp_path / "korean_public.pth", tmp_path / "mine"
    shipped.with_suffix(".json").write_text(json.dumps({"versions": [{"version": 1}], "training": {"notes": "old"}}))
    experiment.mkdir()
    torch.save({"module.weight": torch.ones(2, 3), "module.num_batches_tracked": torch.tensor(7)}, experiment / "w.pth")
    (experiment / "config.yaml").write_text("seed: 3\ntrain_data: /home/me/words\n")
    (experiment / "metrics.csv").write_text("iteration,accuracy\n10,80\n20,90\n")
    monkeypatch.setattr(model_card, "NETWORKS", {"recogniser": shipped})
    command = ["model_card.py", "ship", "recogniser", str(experiment), "--changed", "more", "--weights", "w.pth"]
    monkeypatch.setattr(sys, "argv", command)
    model_card.main()

    card = card_of(shipped)
    assert (card["version"], card["versions"][1]["changed"], card["parameters"]) == (2, "more", 6)
    assert card["training"] == {
        "notes": "old",
        "settings": {"seed": 3, "train_data": "words"},
        "last_validation": {"iteration": "20", "accuracy": "90"},
    }
    state = torch.load(shipped, weights_only=True)
    assert [value.dtype for value in state.values()] == [torch.float16, torch.int64]


def test_a_table_has_a_row_for_each_entry_of_a_list_or_mapping(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from readme_tables import table_lines

    figures = {"cards": {"a": {"rows": {"one": {"f1": 0.5, "low": None}}}}}
    table = {"each": "cards/a/rows", "head": {"en": ["x", "y", "z"]}, "cells": ["{name}", "{f1:.1f}", "{low:.1f}"]}
    assert table_lines(table, "en", figures) == ["| x | y | z |", "| --- | --- | --- |", "| one | 0.5 | |"]
    assert table_lines(table | {"each": "cards/b/rows"}, "en", figures)[2:] == []
