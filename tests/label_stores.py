"""A store of labels and widths, for tests of which patches take part."""

import numpy as np

from train_easyocr.texts.charset import Charset

CHARSET = Charset("가나다라ab1σς .")


class Labels:
    """A store without images."""

    def __init__(self, texts, widths):
        self.texts, self.filenames = texts, [f"{row}.png" for row in range(len(texts))]
        self._widths = widths

    def sizes(self, show_progress=True):
        return np.array([(width, 30 if width else 0) for width in self._widths], np.int32).reshape(-1, 2)
