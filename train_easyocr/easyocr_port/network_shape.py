"""The shape of a recogniser: settings, weight files, checkpoints and the network's builder share this one record."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT
from train_easyocr.program.errors import UserError


def _part(default: Any, *, choices: tuple[Any, ...] = (), low: float | None = None) -> Any:
    """Declare one part: its default, and the values that it may take (choices, or from `low`)."""
    return field(default=default, metadata={"choices": choices, "low": low, "high": None})


@dataclass(frozen=True, kw_only=True)
class NetworkShape:
    """The arguments of `Model` in `finetuned.py` beside `num_class`.

    The defaults are those of `Model` and the shape of the published networks.
    """

    Transformation: str = _part("None", choices=("None", "TPS"))
    FeatureExtraction: str = _part("VGG", choices=("VGG", "RCNN", "ResNet"))
    SequenceModeling: str = _part("BiLSTM", choices=("None", "BiLSTM"))
    Prediction: str = _part("CTC", choices=("CTC", "Attn"))
    input_channel: int = _part(1, choices=(1, 3))
    output_channel: int = _part(256, low=1)
    hidden_size: int = _part(256, low=1)
    num_fiducial: int = _part(20, low=6)
    image_height: int = _part(IMAGE_HEIGHT, choices=(IMAGE_HEIGHT,))
    image_width: int = _part(600, low=IMAGE_HEIGHT)
    batch_max_length: int = _part(34, low=1)

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> NetworkShape:
        """Return the shape by keys of `config.yaml`; parts that are not among them take their defaults.

        >>> NetworkShape.of_settings({"img_width": 300, "lr": 1.0}) == NetworkShape(image_width=300)
        True
        """
        return cls(**{part: settings[setting_of(part)] for part in PARTS if setting_of(part) in settings})

    @classmethod
    def of_params(cls, params: Mapping[str, Any], source: str) -> NetworkShape:
        """Return the shape by `network_params` of the description `source`.

        Raises:
            UserError: `Model` has no such part, or it takes a number for a text or the other way round.
        """
        for name, value in params.items():
            if name not in PARTS or type(value) is not type(PARTS[name].default):
                kinds = {part: "a whole number" if isinstance(PARTS[part].default, int) else "a text" for part in PARTS}
                expected = kinds.get(name, f"one of {', '.join(PARTS)}")
                raise UserError(f"{source}: network_params: {name} is {reprlib.repr(value)}, expected {expected}")
        return cls(**params)

    def network_params(self) -> dict[str, Any]:
        """Return what EasyOCR passes to `Model`: the sizes, and layers that the published networks do not have."""
        parts = asdict(self)
        params = {name: parts[name] for name in SIZES}
        params |= {name: parts[name] for name in LAYERS if parts[name] != PARTS[name].default}
        return params | ({name: parts[name] for name in OF_TPS} if self.Transformation == "TPS" else {})


PARTS = {part.name: part for part in fields(NetworkShape)}
LAYERS = ("Transformation", "FeatureExtraction", "SequenceModeling", "Prediction")
SIZES = ("input_channel", "output_channel", "hidden_size")
OF_TPS = ("num_fiducial", "image_width")
"""The parts that TPS alone depends on: it keeps a grid of the widest image."""


def setting_of(part: str) -> str:
    """Return the key of `config.yaml` for a part of the shape."""
    return {"image_height": "img_height", "image_width": "img_width"}.get(part, part)
