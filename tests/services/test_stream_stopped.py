"""A stream that is stopped ends at once and in one line, whatever its cluster and its work do."""

import itertools
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from tests.feeds_of_texts import feed_list
from tests.services.fault_proxy import Fault, FaultProxy
from tests.services.test_interrupts import runs_in


@pytest.mark.usefixtures("prism")
def test_a_stopped_stream_does_not_wait_for_what_a_silent_cluster_was_asked(
    proxy: FaultProxy, index_prefix: str, tmp_path: pathlib.Path
) -> None:
    newsbeam = pathlib.Path(sys.executable).with_name("newsbeam")
    proxy.faults = itertools.repeat(Fault("stall", seconds=300))
    with feed_list(tmp_path) as listed:
        command = ["stream", "--feeds", str(listed), "--allow_networks", "127.0.0.0/8"]
        command += ["--host_delay_s", "0", "--state_dir", str(tmp_path / "state")]
        command += ["--elasticsearch_url", proxy.url, "--index_prefix", index_prefix]
        with subprocess.Popen(
            [newsbeam, *command], stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            try:
                while not proxy.taken["stall"]:
                    assert process.poll() is None
                    time.sleep(0.01)
                process.send_signal(signal.SIGTERM)
                # Less than one request's time, which is 60 s.
                _, said = process.communicate(timeout=45)
            finally:
                process.kill()
    assert process.returncode == 128 + signal.SIGTERM
    assert said.splitlines()[-1] == "newsbeam: interrupted"
    assert "Traceback" not in said
    until = time.monotonic() + 30
    while runs_in(process.pid):  # its runner goes with it
        assert time.monotonic() < until
        time.sleep(0.05)
