"""Ship an embedding: int8 ONNX with pooling and normalisation in the graph.

    python -m models.embeddings.export RUN/all --out FOLDER

RUN is what `models.embeddings.train` wrote.
"""

from __future__ import annotations

import argparse
import logging
import pathlib

import transformers

from models.embeddings.train import Training
from models.export import Pooled, export_embedder

NAME = "newsbeam-stories-minilm-l6"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = transformers.AutoModel.from_pretrained(args.checkpoint, attn_implementation="eager")
    about = {"name": NAME, "max_tokens": Training().max_tokens}
    export_embedder(Pooled(encoder), args.checkpoint, args.out, about)


if __name__ == "__main__":
    main()
