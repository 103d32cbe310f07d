"""The chain of the engine bench for doit: each stage adds a line to what the one before wrote."""
from pathlib import Path

from doit.tools import run_once


def add_line(i):
    before = Path(f"stage_{i - 1}.txt").read_text() if i > 0 else ""
    Path(f"stage_{i}.txt").write_text(f"{before}stage_{i} 0\n")


def task_stage():
    for i in range(20):
        yield {
            "name": str(i),
            "actions": [(add_line, [i])],
            "file_dep": [f"stage_{i - 1}.txt"] if i > 0 else [],
            "targets": [f"stage_{i}.txt"],
            "uptodate": [] if i > 0 else [run_once],
        }
