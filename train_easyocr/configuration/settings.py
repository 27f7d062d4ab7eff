"""The keys of `config.yaml`: their types, their defaults, and the values that they may take."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from train_easyocr.easyocr_port.network_shape import PARTS, NetworkShape
from train_easyocr.easyocr_port.reader_tensor import IMAGE_HEIGHT


def _setting(
    default: Any, *, choices: tuple[Any, ...] = (), low: float | None = None, high: float | None = None
) -> Any:
    """Declare one key: its default, and the values that it may take (choices, or a closed range)."""
    return field(default=default, metadata={"choices": choices, "low": low, "high": high})


def _of_shape(part: str) -> Any:
    """Declare a key as the shape of a network declares its part of this name."""
    return field(default=PARTS[part].default, metadata=PARTS[part].metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The keys of `config.yaml`, in its order. Comments in that file explain them."""

    seed: int = _setting(1111, low=0, high=2**63 - 1)
    experiment_name: str = "korean_public_documents"

    train_data: str = "dataset/training_and_validation_set/training"
    val_data: str = "dataset/training_and_validation_set/validation"
    select_data: str = "documents-lines"
    batch_ratio: str = "0.8-0.2"
    total_data_usage_ratio: float = _setting(1.0, low=1e-6, high=1.0)
    train_images: int = _setting(40_000, low=0)
    val_images: int = _setting(2_000, low=0)
    eval_images: int = _setting(500, low=0)
    tune_images: int = _setting(20, low=0)
    detection_data: str = "dataset/detection_set"
    detection_images: int = _setting(2_000, low=0)
    detection_val_images: int = _setting(40, low=0)

    line_patches: float = _setting(0.25, low=0.0)
    patch_store: str = _setting("folder", choices=("folder", "lmdb"))
    split_by: str = _setting("page", choices=("page", "document"))
    drop_near_duplicates: bool = False
    keep_vertical: bool = False
    min_patch_size: int = _setting(0, low=0)
    placeholder_texts: tuple[str, ...] = ()
    exclude_labels: str = ""

    img_height: int = _of_shape("image_height")
    img_width: int = _setting(1792, low=IMAGE_HEIGHT)
    PAD: bool = True
    contrast_adjust: float = _setting(0.0, low=0.0, high=1.0)
    augmentation: str = _setting("mild", choices=("none", "mild", "strong"))

    character: str = "korean_g2"
    sensitive: bool = True
    batch_max_length: int = _setting(64, low=1)
    data_filtering_off: bool = False

    workers: int = _setting(4, low=0)
    batch_size: int = _setting(32, low=1)
    n_iter: int = _setting(600_000, low=1)
    val_period: int = _setting(10_000, low=1)
    show_number: int = _setting(10, low=0)
    continue_from: str = "korean_g2"
    strict: bool = True

    lr_schedule: str = _setting("constant", choices=("constant", "one_cycle", "cosine"))
    warmup_iterations: int = _setting(0, low=0)
    patience: int = _setting(0, low=0)
    ema: float = _setting(0.0, low=0.0, high=0.99999)
    amp: str = _setting("auto", choices=("auto", "fp32", "bf16", "fp16"))
    compile: bool = False

    adam: bool = False
    lr: float = _setting(1.0, low=1e-9)
    rho: float = _setting(0.95, low=0.0, high=0.99999)
    eps: float = _setting(1e-8, low=1e-30)
    beta1: float = _setting(0.9, low=0.0, high=0.99999)
    weight_decay: float = _setting(0.01, low=0.0, high=10.0)
    grad_clip: float = _setting(5.0, low=0.0)

    Transformation: str = _of_shape("Transformation")
    num_fiducial: int = _of_shape("num_fiducial")
    FeatureExtraction: str = _of_shape("FeatureExtraction")
    freeze_FeatureFxtraction: bool = False
    rgb: bool = False
    input_channel: int = _of_shape("input_channel")
    output_channel: int = _of_shape("output_channel")
    SequenceModeling: str = _of_shape("SequenceModeling")
    freeze_SequenceModeling: bool = False
    hidden_size: int = _of_shape("hidden_size")
    Prediction: str = _of_shape("Prediction")
    new_prediction: bool = False
    decode: str = _setting("greedy", choices=("greedy", "beamsearch"))

    detector_experiment_name: str = "detector"
    detector_network: str = _setting("word_detector", choices=("word_detector", "craft"))
    detector_continue_from: str = "korean_public"
    detector_batch_size: int = _setting(8, low=1)
    detector_n_iter: int = _setting(4_000, low=1)
    detector_val_period: int = _setting(250, low=1)
    detector_patience: int = _setting(0, low=0)
    detector_lr: float = _setting(5e-4, low=1e-9, high=0.01)
    detector_lr_schedule: str = _setting("cosine", choices=("constant", "one_cycle", "cosine"))
    detector_warmup_iterations: int = _setting(50, low=0)
    detector_ema: float = _setting(0.99, low=0.0, high=0.99999)
    detector_keep_partly_labelled: bool = False
    detector_keep_published: bool = True
    detector_frozen_blocks: int = _setting(3, low=0, high=5)

    install: str = _setting(
        "best_norm_ed", choices=("best_norm_ed", "best_accuracy", "average_best_norm_ed", "average_best_accuracy")
    )
    tune_grouping: bool = True
    baseline: str = "korean_g2"

    @property
    def shape(self) -> NetworkShape:
        """The shape of the network to train."""
        return NetworkShape.of_settings(asdict(self))

    @property
    def datasets(self) -> dict[str, float]:
        """The folders of `select_data` with the share of training that `batch_ratio` gives each; shares add up to 1."""
        shares = [float(part) for part in self.batch_ratio.split("-")]
        total = sum(shares)
        return {name: share / total for name, share in zip(self.select_data.split("-"), shares, strict=True)}
