"""The definition of a custom network as it stands on disk: EasyOCR imports it by its bare name, and Python keeps it.

A process that has once read with a network would otherwise run the old definition with the new weights of a network
that was installed again, or that of another folder of EasyOCR's files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType
from typing import cast

from train_easyocr.easyocr_port.custom_network import installed_files


class _Source(SourceFileLoader):
    """Compiles the file each time: Python trusts its cache where a new file has the size and the second of the old."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


@contextmanager
def definition_on_disk(network: str, easyocr_folder: Path) -> Iterator[None]:
    """Let `import network` find the file in `easyocr_folder` during the block.

    Afterwards Python's modules and its search path, to which EasyOCR adds a folder, are what they were.

    Raises:
        Exception: whatever the file itself raises.
    """
    path = str(installed_files(network, easyocr_folder)[1])
    searched, before = list(sys.path), sys.modules.get(network)
    source = _Source(network, path)
    module = module_from_spec(cast(ModuleSpec, spec_from_loader(network, source)))
    sys.modules[network] = module
    try:
        source.exec_module(module)
        yield
    finally:
        sys.path[:] = searched
        if before is None:
            sys.modules.pop(network, None)
        else:
            sys.modules[network] = before
