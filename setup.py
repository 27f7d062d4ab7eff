"""What pyproject.toml cannot say: the package also holds finetuned/, which lies beside it in a checkout."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["train_easyocr", "train_easyocr.*"]), "train_easyocr.finetuned"],
    package_dir={"train_easyocr.finetuned": "finetuned"},
)
