"""A training that is stopped and started again: tiny encoders of random weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.data import Example, write_run
from tests.tiny_checkpoints import CLAIMS, WORDS, save_mpnet

torch = pytest.importorskip("torch", reason="needs newsbeam[torch]")

from models import finetune, teach  # noqa: E402
from models.finetune import Training, fine_tune, new_classifier, state_file  # noqa: E402

EXAMPLES = [
    Example(text=" ".join(WORDS[i % 7 : i % 7 + 3 + i % 5]), label=i % 2, share=1.5, group=str(i))
    for i in range(40)
]
# Long steps, so that a difference shows; saved after each.
TRAINING = Training(epochs=2, batch=8, learning_rate=1e-2, ema=0.9, save_every_s=-1)


class KilledError(Exception):
    """Stands for the end of a machine."""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return save_mpnet(tmp_path / "base", CLAIMS)


def trained(base: Path, resume: Path) -> dict[str, Any]:
    """The weights after the whole training, or after what was left of it."""
    torch.manual_seed(5)
    model, tokenizer = new_classifier(base, ("no", "yes"))
    fine_tune(model, tokenizer, EXAMPLES, TRAINING, resume)
    return dict(model.state_dict())


@pytest.mark.parametrize("last", [3, 9])
def test_a_training_taken_up_ends_as_one_without_a_stop(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    whole = trained(base, tmp_path / "whole.pt")
    step, numbers = finetune._train_step, iter(range(last))

    def until_killed(*args: Any) -> Any:
        if next(numbers, None) is None:
            raise KilledError
        return step(*args)

    with monkeypatch.context() as patched, pytest.raises(KilledError):
        patched.setattr(finetune, "_train_step", until_killed)
        trained(base, tmp_path / "killed.pt")
    taken_up = trained(base, tmp_path / "killed.pt")
    apart = {name: float((whole[name] - taken_up[name]).abs().max()) for name in whole}
    assert {name: value for name, value in apart.items() if value > 1e-5} == {}


def test_folders_with_a_point_in_their_name_keep_states_of_their_own() -> None:
    assert state_file(Path("runs/mix-0.6")) == Path("runs/mix-0.6.pt")
    assert state_file(Path("runs/student-4")) == Path("runs/student-4.pt")


def test_what_a_teacher_said_is_there_whole_or_not_at_all(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(path: Path, **_: Any) -> None:
        Path(path).write_bytes(b"PK half of it")
        raise OSError("no space left on device")

    write_run(tmp_path, EXAMPLES, EXAMPLES, EXAMPLES)
    monkeypatch.setattr(np, "savez", cut)
    with pytest.raises(OSError, match="no space"):
        teach.teach(tmp_path, "claims", base, fold=1, epochs=1)
    assert not (tmp_path / "teacher-1.npz").exists()
