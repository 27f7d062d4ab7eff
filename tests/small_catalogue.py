"""A small catalogue of typefaces, and the folders of the packages that carry them, for the tests of what we print."""

from importlib.util import find_spec
from pathlib import Path

FONTS = [
    Path(find_spec(package).origin).parent / folder
    for package, folder in (("koreanize_matplotlib", "fonts"), ("pylopdf_fonts_ko", ""))
]
CATALOGUE = """
families:
  - {name: Nanum Gothic, style: gothic, licence: OFL-1.1, source: koreanize-matplotlib, weight: 3,
     files: [NanumGothic.ttf, NanumGothicBold.ttf, NanumGothicNowhere.ttf]}
  - {name: Noto Sans KR, style: gothic, licence: OFL-1.1, source: pylopdf-fonts-ko,
     files: [Nowhere.ttc|NotoSansKR-Regular.otf]}
  - {name: Noto Serif KR, style: myeongjo, licence: OFL-1.1, source: pylopdf-fonts-ko, role: held_out,
     files: [NotoSerifKR-Regular.otf]}
"""
