"""Builds ``coach/_*.c`` while coach is installed; where no compiler is at hand, coach does without them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags
from setuptools import Distribution, Extension

# What is compiled keeps to the stable part of Python's C interface: one wheel serves this release and later ones.
OLDEST = "cp310-abi3"


class CompiledParts(BuildHookInterface[Any]):
    """Adds the compiled parts to wheels, those of ``pip install -e`` too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; say so and go on without where that fails. CALL_COACH_PLAIN leaves it out."""
        if self.target_name != "wheel" or os.environ.get("CALL_COACH_PLAIN"):
            return
        try:
            compile_parts(Path(self.root))
        except (Exception, SystemExit) as error:
            self.app.display_warning(f"what is in C was not compiled; coach works without it, but slower ({error})")
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"{OLDEST}-{next(sys_tags()).platform}"
        build_data["artifacts"] += [f"coach/{part}.*{end}" for part in parts(Path(self.root)) for end in ("so", "pyd")]


def parts(root: Path) -> list[str]:
    """Return the names of the modules in C."""
    return sorted(path.stem for path in root.glob("coach/_*.c"))


def compile_parts(root: Path) -> None:
    """Compile the modules beside their sources.

    Raises:
        Exception: there is no compiler, or it fails.
    """
    optimise = [] if os.name == "nt" else ["-O3"]
    extensions = [
        Extension(
            f"coach.{part}",
            [f"coach/{part}.c"],
            depends=["coach/_arrays.h"],
            py_limited_api=True,
            extra_compile_args=optimise,
        )
        for part in parts(root)
    ]
    here = os.getcwd()
    os.chdir(root)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            command = Distribution({"name": "call-coach", "ext_modules": extensions}).get_command_obj("build_ext")
            command.inplace, command.build_temp = True, scratch
            command.ensure_finalized()
            command.run()
    finally:
        os.chdir(here)
