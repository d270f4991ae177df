"""Ship all-MiniLM-L6-v2 as it is: int8 ONNX with pooling and normalisation in the graph.

python -m models.embeddings.export --out FOLDER
"""

from __future__ import annotations

import argparse
import logging
import pathlib

import transformers

from models import data as data_files
from models.export import Pooled, export_embedder

NAME = "all-MiniLM-L6-v2"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=pathlib.Path, help="another encoder of the same kind")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    base = args.base or data_files.minilm()
    encoder = transformers.AutoModel.from_pretrained(base, attn_implementation="eager")
    about = {"name": NAME if args.base is None else base.name, "max_tokens": 128}
    export_embedder(Pooled(encoder), base, args.out, about)


if __name__ == "__main__":
    main()
