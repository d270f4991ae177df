"""The handler of Hugging Face checkpoints on a GPU beside the same on the CPU.

    python -m benchmarks.accelerator

Needs torch, transformers and tokenizers, no network and no data: a base-size BERT (110 M
parameters) of random weights, which run as fast as trained ones, and made-up texts of 10 to 150
words. The baseline is the CPU in float32; the difference of the scores is printed, too.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers

from transforms.models.base import Floats
from transforms.models.checkpoints import CheckpointClassifier

_VOCABULARY = 30_000


def save_model(folder: Path) -> None:
    """Leaves the checkpoint in `folder`."""
    torch.manual_seed(1)
    labels = {0: "supports", 1: "denies", 2: "discusses", 3: "unrelated"}
    config = transformers.BertConfig(vocab_size=_VOCABULARY, id2label=labels)
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    words = {"[PAD]": 0, "[UNK]": 1} | {f"w{n}": n for n in range(2, _VOCABULARY)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=192
    ).save_pretrained(folder)


def made_up(count: int) -> list[str]:
    """Texts of 10 to 150 words."""
    draw = random.Random(1)
    lengths = [draw.randint(10, 150) for _ in range(count)]
    return [" ".join(f"w{draw.randrange(2, _VOCABULARY)}" for _ in range(n)) for n in lengths]


def timed(folder: Path, device: str, texts: list[str]) -> tuple[Floats, float]:
    """The scores of `texts` on a device, and texts a second; the first 64 are run before."""
    model = CheckpointClassifier("stances", str(folder), device)
    model.scores(texts[:64])
    started = time.perf_counter()
    scores = model.scores(texts)
    return scores, len(texts) / (time.perf_counter() - started)


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000, metavar="N", help="on the GPU")
    parser.add_argument("--cpu_texts", type=int, default=256, metavar="N", help="on the CPU")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        save_model(Path(folder))
        texts = made_up(max(args.texts, args.cpu_texts))
        cpu, pace = timed(Path(folder), "cpu", texts[: args.cpu_texts])
        print(f"cpu, float32, {torch.get_num_threads()} threads: {pace:.1f} texts a second")
        if not torch.cuda.is_available():
            print("no GPU here")
            return
        gpu, gpu_pace = timed(Path(folder), "cuda", texts)
        device = torch.cuda.get_device_name()
        print(f"{device}, bfloat16: {gpu_pace:.1f} texts a second, {gpu_pace / pace:.1f} x")
        apart = float(np.abs(gpu[: len(cpu)] - cpu).max())
        print(f"largest difference of a score: {apart:.4f}")


if __name__ == "__main__":
    main()
