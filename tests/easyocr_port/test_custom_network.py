"""The description of a custom network: reading returns what was written; a malformed file is an error of one line."""

import time

import pytest
import yaml

from train_easyocr.easyocr_port.custom_network import Description, read_description, write_description
from train_easyocr.easyocr_port.reading_options import ReadingOptions
from train_easyocr.program.errors import UserError
from train_easyocr.texts.charset import KOREAN_PUBLIC

PARAMS = {"input_channel": 1, "output_channel": 256, "hidden_size": 256, "FeatureExtraction": "ResNet"}
OPTIONS = ReadingOptions(low_text=0.3, min_size=5, canvas_size=1280)


@pytest.mark.parametrize("options", [None, OPTIONS])
def test_a_description_reads_back_with_every_character_and_the_space_at_its_start(options, tmp_path):
    description = Description(KOREAN_PUBLIC, PARAMS, options)
    write_description(description, tmp_path / "n.yaml")
    assert read_description(tmp_path / "n.yaml") == description


@pytest.mark.parametrize("detector", ["n_craft.pth", "n_detector.pth"])
def test_the_detector_of_a_network_stands_in_its_description(detector, tmp_path):
    description = Description("가", PARAMS, OPTIONS, detector)
    write_description(description, tmp_path / "n.yaml")
    assert read_description(tmp_path / "n.yaml") == description
    assert list(yaml.safe_load((tmp_path / "n.yaml").read_text(encoding="utf-8")))[-2:] == ["reading", "detector"]


def test_easyocr_finds_the_keys_that_it_needs_and_no_others(tmp_path):
    write_description(Description("가나", PARAMS), tmp_path / "n.yaml")
    values = yaml.safe_load((tmp_path / "n.yaml").read_text(encoding="utf-8"))
    assert values == {"network_params": PARAMS, "imgH": 64, "lang_list": ["ko", "en"], "character_list": "가나"}


@pytest.mark.parametrize("characters", [" 가'\"\\", "가: #", "- 가", "가 ", "%@`!&*|>"])
def test_awkward_character_lists_survive_yaml(tmp_path, characters):
    write_description(Description(characters, PARAMS), tmp_path / "n.yaml")
    assert read_description(tmp_path / "n.yaml").characters == characters


def test_a_character_list_that_yaml_cannot_carry_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(UserError, match="does not survive YAML"):
        write_description(Description("\x85가", PARAMS), tmp_path / "n.yaml")
    assert list(tmp_path.iterdir()) == []


SOUND = "character_list: 가\nnetwork_params: {input_channel: 1}\nimgH: 64\nlang_list: [ko, en]\n"
BOMB = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MALFORMED = {
    "a tag that runs something": (
        SOUND + "x: !!python/object/apply:os.system [id]\n",
        "no YAML: line 5: could not determine a constructor",
    ),
    "a tag that EasyOCR's loader obeys": (
        SOUND + "x: !!python/name:os.system\n",
        "no YAML: line 5: could not determine a constructor",
    ),
    "broken": ("character_list: [가\nimgH: {", "no YAML: "),
    "nested aliases": (SOUND + BOMB, "no YAML: line 6: an alias"),
    "nested too deeply": ("[" * 20_000, "no YAML: "),
    "a number that no int can be": (SOUND + f"x: {'9' * 5000}\n", "no YAML: "),
    "a list": ("- character_list\n", "expected lines of 'key: value', found a list"),
    "empty": ("", "expected lines of 'key: value', found nothing"),
    "keys missing": ("imgH: 64\n", "lacks character_list, network_params, lang_list; restore the file"),
    "characters that EasyOCR takes for a number": (
        SOUND.replace("가", "1234"),
        "character_list is '1234' without quotes",
    ),
    "characters that EasyOCR takes for a truth value": (
        SOUND.replace("가", "no"),
        "character_list is 'no' without quo",
    ),
    "no characters": (SOUND.replace("가", "''"), "character_list is '', expected a text"),
    "parameters that are a list": (
        SOUND.replace("{input_channel: 1}", "[1]"),
        r"network_params is \['1'\], expected a m",
    ),
    "another height": (SOUND.replace("64", "32"), "imgH is 32, expected 64"),
    "a height that is no decimal number": (
        SOUND.replace("64", "0x40"),
        "imgH is '0x40', expected a whole number above 0",
    ),
    "other languages": (SOUND.replace("[ko, en]", "[en]"), r"lang_list is \['en'\], expected \['ko', 'en'\]"),
    "options that are NaN": (
        SOUND + "reading: {low_text: .nan}\n",
        "reading: low_text is .nan, expected a number",
    ),
    "infinite options": (SOUND + "reading: {low_text: .inf}\n", "reading: low_text is .inf, expected a number"),
    "huge options": (SOUND + f"reading: {{low_text: {'9' * 400}}}\n", "reading: low_text is 9{50}, expected a number"),
    "options that are true": (
        SOUND + "reading: {min_size: true}\n",
        "reading: min_size is true, expected a whole",
    ),
    "options in the sixties": (
        SOUND + "reading: {canvas_size: 42:40}\n",
        "reading: canvas_size is 42:40, expected a w",
    ),
    "half a pixel": (SOUND + "reading: {min_size: 2.5}\n", "reading: min_size is 2.5, expected a whole number from 0"),
    "no canvas": (SOUND + "reading: {canvas_size: 0}\n", "reading: canvas_size is 0, expected a whole number from 1"),
    "no page": (SOUND + "reading: {mag_ratio: 0}\n", "reading: mag_ratio is 0, expected a number from 0.01 to"),
    "an unknown option": (
        SOUND + "reading: {widht_ths: 0}\n",
        "reading: unknown option 'widht_ths'",
    ),
    "a detector elsewhere": (
        SOUND + "detector: ../n_craft.pth\n",
        r"detector is '\.\./n_craft\.pth', expected n_craft\.pth or n_detector\.pth; run step 4 again",
    ),
    "a detector that is none": (
        SOUND + "detector:\n",
        r"detector is '', expected n_craft\.pth or n_detector\.pth; run step 4",
    ),
    "options in a list": (SOUND + "reading: [1]\n", "reading: expected lines of 'option: number', found a list"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_description_is_told_in_one_line_and_at_once(name, tmp_path):
    text, message = MALFORMED[name]
    path = tmp_path / "n.yaml"
    path.write_text(text, encoding="utf-8")
    begun = time.monotonic()
    with pytest.raises(UserError, match=message) as error:
        read_description(path)
    assert time.monotonic() - begun < 5
    assert str(error.value).startswith(f"{path}:") and "\n" not in str(error.value)


def test_a_description_in_another_encoding_is_told(tmp_path):
    (tmp_path / "n.yaml").write_bytes("character_list: 가".encode("euc-kr"))
    with pytest.raises(UserError, match=r"n\.yaml: not UTF-8"):
        read_description(tmp_path / "n.yaml")


def test_numbers_of_a_description_are_read_from_their_digits(tmp_path):
    text = SOUND.replace("가", "'010'").replace("input_channel: 1", "hidden_size: 256, Transformation: None")
    (tmp_path / "n.yaml").write_text(text + "reading: {low_text: 0.30, canvas_size: 1280}\n", encoding="utf-8")
    expected = Description(
        "010", {"hidden_size": 256, "Transformation": "None"}, ReadingOptions(low_text=0.3, canvas_size=1280)
    )
    assert read_description(tmp_path / "n.yaml") == expected
