"""config.yaml and KEY=VALUE: defaults, types, ranges, and all mistakes at once in one line each."""

from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from train_easyocr.configuration.config import LARGEST, Settings, load_settings, save_settings
from train_easyocr.program.errors import UserError

FOLDER = Path(__file__).resolve().parents[2] / "train_easyocr" / "config_files"


@pytest.fixture
def config(tmp_path):
    """Write a configuration and load it, with overrides."""

    def load(text, *overrides):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, overrides)

    return load


@pytest.fixture
def mistakes(config):
    """The lines that a configuration is refused with."""

    def refuse(text, *overrides):
        with pytest.raises(UserError) as caught:
            config(text, *overrides)
        return str(caught.value).splitlines()

    return refuse


def test_the_file_that_comes_with_the_project_holds_the_defaults_of_every_key_in_order():
    path = FOLDER / "config.yaml"
    assert load_settings(path) == Settings()
    assert list(yaml.safe_load(path.read_text(encoding="utf-8"))) == [item.name for item in fields(Settings)]


def test_weights_and_validation_pages_are_by_default_those_of_the_reference():
    assert (Settings().install, Settings().val_images) == ("best_norm_ed", 2000)


def test_adam_at_the_rate_of_adadelta_is_a_mistake_that_is_named(config, mistakes):
    (line,) = mistakes("adam: True\n")
    assert line.startswith("config.yaml: adam: True with lr: 1 moves every weight") and "set lr: 0.001" in line
    for rate in ("0.5", "0.09", "0.011"):
        (line,) = mistakes(f"lr: {rate}\n", "adam=True")
        assert f"lr: {rate}" in line
    assert config("adam: True\nlr: 0.01\n").adam and config("lr: 1.0\n").lr == 1.0


def test_the_sample_has_the_same_keys():
    sample = yaml.safe_load((FOLDER / "sample.yaml").read_text(encoding="utf-8"))
    load_settings(FOLDER / "sample.yaml")
    assert set(sample) <= {item.name for item in fields(Settings)}


def test_absent_keys_take_their_defaults(config):
    assert config("") == Settings()
    assert config("# nothing\n") == Settings()
    assert config("seed: 7\n") == Settings(seed=7)


def test_all_mistakes_are_told_at_once_one_a_line(mistakes):
    found = mistakes(
        "batch_sise: 64\nn_iter: many\nseed: -1\nFeatureExtraction: Resnet\n"
        "adam: 1\nselect_data: a-b-c\nimg_height: 32\n",
        "lr=fast",
        "epochs",
    )
    assert found == [
        "command line: 'epochs' is no key=value; write, for example, n_iter=1000",
        "config.yaml: unknown key 'batch_sise'; did you mean 'batch_size'?",
        "config.yaml: n_iter: 'many' is not a whole number in decimal digits, as in 600000",
        "config.yaml: seed: -1 is out of range: from 0 to 9223372036854775807",
        "config.yaml: FeatureExtraction: 'Resnet' is none of VGG, RCNN, ResNet",
        "config.yaml: adam: '1' is not True or False",
        "config.yaml: img_height: 32 is none of 64",
        "command line: lr: 'fast' is not a number in decimal digits, as in 1.0",
        "config.yaml: batch_ratio '0.8-0.2' has 2 parts, select_data 'a-b-c' has 3: a, b, c; '-' joins folders, so "
        "rename one whose own name holds it",
    ]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("batch_sise", "batch_size"),
        ("transformation", "Transformation"),
        ("freeze_FeatureExtraction", "freeze_FeatureFxtraction"),
        ("pad", "PAD"),
        ("learning_rate", None),
        ("zzz", None),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest_one(mistakes, wrong, right):
    (line,) = mistakes(f"{wrong}: 1\n")
    assert f"unknown key '{wrong}'" in line
    assert (f"did you mean '{right}'?" in line) if right else ("see config.yaml" in line)


def test_a_key_that_stands_twice_is_a_mistake_with_its_line(mistakes):
    (line,) = mistakes("seed: 1\nlr: 1\nseed: 2\n")
    assert "line 3" in line
    assert "key 'seed' stands twice" in line


@pytest.mark.parametrize(
    ("text", "value"), [("1e-8", 1e-8), ("1.0e-8", 1e-8), ("1", 1.0), ("1.", 1.0), ("'0.5'", 0.5), ("1E-4", 1e-4)]
)
def test_numbers_are_read_from_their_digits_in_the_file_and_on_the_command_line(config, text, value):
    assert config(f"eps: {text}\n").eps == value
    assert config("", f"eps={text}").eps == value


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "nan", "inf"])
def test_numbers_that_are_none_are_refused(mistakes, value):
    assert len(mistakes(f"lr: {value}\n")) == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("n_iter: 1.5\n", "'1.5' is not a whole number"),
        ("n_iter: True\n", "'True' is not a whole number"),
        ("lr: True\n", "'True' is not a number"),
        ("seed:\n", "'' is not a whole number"),
        ("PAD: 'yes please'\n", "'yes please' is not True or False"),
        ("experiment_name: [a]\n", "['a'] is not text"),
        ("experiment_name: a/b\n", "must be the name of a folder"),
        ("experiment_name: ''\n", "must be the name of a folder"),
        ("experiment_name: ..\n", "must be the name of a folder"),
        ("select_data: ../../../victim\nbatch_ratio: 1\n", "'../../../victim' must be the name of a folder"),
        ("select_data: ..\nbatch_ratio: 1\n", "'..' must be the name of a folder"),
        ("select_data: /etc\nbatch_ratio: 1\n", "'/etc' must be the name of a folder"),
        ("select_data: 'C:'\nbatch_ratio: 1\n", "'C:' must be the name of a folder"),
        ("select_data: a--b\nbatch_ratio: 1-1-1\n", "'' must be the name of a folder"),
        ('select_data: "a\\tb"\nbatch_ratio: 1\n', "must be the name of a folder"),
        ("select_data: ''\nbatch_ratio: 1\n", "select_data: it is empty; name the folders of train_data"),
        ("batch_ratio: ''\n", "batch_ratio: it is empty; give a share to each folder of select_data, as in"),
        ("select_data: a-a\nbatch_ratio: 1-1\n", "names a folder twice"),
        ("placeholder_texts: xxx\n", "'xxx' is not a list of texts"),
        ("placeholder_texts: [[1]]\n", "[['1']] is not a list of texts"),
        ("total_data_usage_ratio: 1.5\n", "out of range: from 1e-06 to 1.0"),
        ("total_data_usage_ratio: 0\n", "total_data_usage_ratio: 0.0 is out of range: from 1e-06 to 1.0"),
        ("beta1: 1.0\n", "beta1: 1.0 is out of range: from 0.0 to 0.99999"),
        ("rho: 1\n", "rho: 1.0 is out of range: from 0.0 to 0.99999"),
        ("weight_decay: 100\n", "weight_decay: 100.0 is out of range: from 0.0 to 10.0"),
        ("eps: 0\n", "eps: 0.0 is out of range: from 1e-30 to"),
        ("lr: 0\n", "lr: 0.0 is out of range: from 1e-09 to"),
        ("detector_lr: 0\n", "detector_lr: 0.0 is out of range: from 1e-09 to 0.01"),
        ("detector_lr: 0.09\n", "detector_lr: 0.09 is out of range: from 1e-09 to 0.01"),
        ("rgb: True\n", "rgb: True goes with 3, False with 1"),
        ("input_channel: 3\n", "rgb: True goes with 3, False with 1"),
        ("num_fiducial: 7\n", "must be even"),
        (f"n_iter: {'9' * 100}\n", f"{'9' * 79}… is out of range: from 1 to 2147483647"),
        (f"lr: {'9' * 100}\n", "1e+100 is out of range: from 1e-09 to 2147483647"),
        (f"seed: {'9' * 100}\n", f"{'9' * 79}… is out of range: from 0 to 9223372036854775807"),
        (f"img_width: 1e{'9' * 100}\n", "… is not a whole number"),
        (f"batch_ratio: {'9' * 100}-1\n", "each part must be a number above 0"),
        ("PAD: [" + "a, " * 10_000 + "]\n", "… is not True or False"),
        ("workers: -1\n", "-1 is out of range: from 0 to"),
        ("select_data: a-b\nbatch_ratio: 0.5-0\n", "each part must be a number above 0"),
        ("select_data: a\nbatch_ratio: inf\n", "each part must be a number above 0"),
    ],
)
def test_values_that_cannot_be_meant_are_refused_in_one_line(mistakes, text, part):
    (line,) = mistakes(text)
    assert part in line
    assert line.startswith("config.yaml: ")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("seed: [1\n", "no YAML: line 2: "),
        ("a: b: c\n", "no YAML: line 1: "),
        ("- seed\n", "expected lines of 'key: value', found a list"),
        ("seed\n", "expected lines of 'key: value', found a text"),
        ("? [seed]\n: 1\n", "no YAML: line 1: "),
        ("seed: !!python/object/apply:os.getcwd []\n", "no YAML: line 1: "),
    ],
)
def test_files_that_are_no_configuration_are_refused_in_one_line(mistakes, text, part):
    (line,) = mistakes(text)
    assert part in line


def test_missing_and_foreign_files_are_named(tmp_path):
    with pytest.raises(UserError, match=r"absent\.yaml: no such file"):
        load_settings(tmp_path / "absent.yaml")
    with pytest.raises(UserError, match="no such file"):
        load_settings(tmp_path)
    (tmp_path / "cp949.yaml").write_bytes("experiment_name: 공공행정".encode("cp949"))
    with pytest.raises(UserError, match=r"cp949\.yaml: not UTF-8"):
        load_settings(tmp_path / "cp949.yaml")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes("seed: 7\n".encode("utf-8-sig"))
    assert load_settings(path).seed == 7


def test_the_command_line_overrides_the_file(config):
    found = config("n_iter: 5\nlr: 0.01\n", "n_iter=1000", "adam=True", "experiment_name=a=b", "character=가나다")
    assert found == Settings(n_iter=1000, lr=0.01, adam=True, experiment_name="a=b", character="가나다")
    # The mistake of the file is mended on the command line.
    assert config("n_iter: many\n", "n_iter=3").n_iter == 3


def test_an_override_that_yaml_cannot_read_is_taken_as_it_is(config):
    assert config("", "character=[ab").character == "[ab"


def test_a_hostile_override_is_a_mistake_like_others(mistakes):
    (line,) = mistakes("", f"n_iter={'9' * 5000}")
    assert line.endswith("… is not a whole number in decimal digits, as in 600000") and len(line) < 200


WRITTEN = ["01234567", "1_2_3", "1.50", "10:20", "007", "yes", "off", "null", "~", "2024-01-15", "0x1F", "1e3"]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_stays_what_was_written(config, text):
    assert config(f"exclude_labels: {text}\n").exclude_labels == text
    assert config("", f"exclude_labels={text}").exclude_labels == text
    assert config(f"placeholder_texts: [{text}, xx]\n").placeholder_texts == (text, "xx")


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("n_iter", "010", 10),
        ("n_iter", "'12'", 12),
        ("lr", "0.50", 0.5),
        ("PAD", "false", False),
        ("PAD", "True", True),
    ],
)
def test_numbers_and_truth_values_are_read_alike_in_the_file_and_on_the_command_line(config, key, text, value):
    assert getattr(config(f"{key}: {text}\n"), key) == getattr(config("", f"{key}={text}"), key) == value


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        *(
            ("n_iter", text, "a whole number in decimal digits")
            for text in ("4:30", "1_000", "0x10", "0b1", "1e3", "٣")
        ),
        *(("lr", text, "a number in decimal digits") for text in ("1:30", "1_0.5", "0x1p3", "1,5")),
        *(("PAD", text, "True or False") for text in ("yes", "on", "no", "off", "1")),
    ],
)
def test_what_only_yaml_1_1_takes_for_a_number_or_a_truth_value_is_refused(mistakes, key, text, expected):
    for source, lines in (
        ("config.yaml", mistakes(f"{key}: {text}\n")),
        ("command line", mistakes("", f"{key}={text}")),
    ):
        (line,) = lines
        assert line.startswith(f"{source}: {key}: '{text}' is not {expected}")


def test_an_empty_value_is_an_empty_text_or_list_in_the_file_and_on_the_command_line(config):
    emptied = Settings(continue_from="", exclude_labels="", placeholder_texts=())
    assert config("continue_from:\nexclude_labels:\nplaceholder_texts:\n") == emptied
    assert config("continue_from: ''\nexclude_labels: ''\n") == emptied
    text = "exclude_labels: wrong.csv\nplaceholder_texts: [xx]\n"
    assert config(text, "continue_from=", "exclude_labels=", "placeholder_texts=") == emptied
    assert config(text, "continue_from=''", 'exclude_labels=""', "placeholder_texts=[]") == emptied


def test_a_text_of_the_command_line_keeps_spaces_and_signs(config):
    assert config("", "character= !#가").character == " !#가"
    assert config("", "exclude_labels=a: b #1.csv").exclude_labels == "a: b #1.csv"


@pytest.mark.parametrize(
    "name", ["Korean_G2", "'korean_g2 '", "korean-g2", "KOREAN_PUBLIC", "korean_g1", "ko", "english"]
)
def test_a_misspelt_name_of_a_character_list_is_answered_with_the_name(mistakes, name):
    (line,) = mistakes(f"character: {name}\n")
    meant = {"KOREAN_PUBLIC": "korean_public", "english": "english_g2"}.get(name, "korean_g2")
    said = repr(name.strip("'"))
    assert line == f"config.yaml: character: {said} is no name of a list; did you mean {meant}?"


def test_a_mistake_of_the_command_line_is_said_to_stand_there(mistakes):
    found = mistakes("seed: x\n", "character=ko", "experiment_name=a/b", "num_fiducial=7", "lr=0")
    assert [line.partition(": ")[0] for line in found] == ["config.yaml", *["command line"] * 4]


def test_a_contradiction_stands_where_it_was_written_and_never_comes_from_a_default_beside_a_mistake(mistakes):
    assert mistakes("lr: 0.001\n", "adam=True", "lr=0.09")[0].startswith("command line: adam: True with lr: 0.09 ")
    assert mistakes("", "select_data=my-own-data")[0].startswith("command line: batch_ratio ")
    (line,) = mistakes("adam: True\n", "lr=nan")
    assert line.startswith("command line: lr: 'nan' is not a number")


@pytest.mark.parametrize("name", ["latin_g2", "hangul", "my characters", "글자.txt", "lists/chars.TXT", "zh_sim"])
def test_what_looks_like_a_name_is_no_character_list(mistakes, name):
    (line,) = mistakes(f"character: {name}\n")
    assert f"'{name}' looks like a name, and there is no such list; expected one of korean_g2, korean_public" in line


@pytest.mark.parametrize("text", ["가가", "''", "aab"])
def test_a_character_list_that_is_none_is_refused_before_anything_starts(mistakes, text):
    (line,) = mistakes(f"character: {text}\n")
    assert line.startswith("config.yaml: character: ")


@pytest.mark.parametrize(
    "text", ["0123456789", "abcXYZ019", "ABC_abc-.", "가나다", "xyz", "각b가나다라B", "eE+-0123456789", "₩,.0"]
)
def test_a_list_of_ones_own_is_taken(config, text):
    assert config(f"character: '{text}'\n").character == text


def test_shares_of_a_batch_add_up_to_one(config):
    assert config("select_data: real-made\nbatch_ratio: 3-1\n").datasets == {"real": 0.75, "made": 0.25}
    assert Settings().datasets == {"documents": 0.8, "lines": 0.2}


def values_of(item):
    """Values that a key may take, drawn from its type, choices and range."""
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if item.metadata.get("choices"):
        return st.sampled_from(item.metadata["choices"])
    if item.name in (
        "character",
        "select_data",
        "batch_ratio",
        "experiment_name",
        "detector_experiment_name",
        "rgb",
        "num_fiducial",
    ):
        return st.just(item.default)
    if isinstance(item.default, bool):
        return st.booleans()
    if isinstance(item.default, int):
        return st.integers(low, high or 10**6)
    if isinstance(item.default, float):
        return st.floats(low, LARGEST if high is None else high, allow_infinity=False, allow_nan=False)
    # PyYAML folds the line break U+0085 away, even in quotes; no path and no character list holds one.
    any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85"), max_size=8)
    return st.lists(any_text, max_size=3).map(tuple) if isinstance(item.default, tuple) else any_text


@given(st.fixed_dictionaries({item.name: values_of(item) for item in fields(Settings)}))
def test_saved_settings_are_read_back_equal(tmp_path_factory, values):
    saved = Settings(**values | {"rgb": values["input_channel"] == 3, "adam": values["adam"] and values["lr"] <= 0.01})
    path = tmp_path_factory.mktemp("config") / "config.yaml"
    save_settings(saved, path)
    assert load_settings(path) == saved
