"""A weight file that runs code where it is unpickled."""

from pathlib import Path

import torch


class Bomb:
    """Unpickled as EasyOCR unpickles a weight file, it creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def save_bomb(path, touched):
    torch.save({"module.a": torch.ones(1), "module.b": Bomb(touched)}, path)
    return path
