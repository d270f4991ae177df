"""Cancels a job on a Flink cluster, by the cluster's REST API.

Beam's job server does not: told to cancel a job, it only stops to wait for its end (2.62, which has
no newer code for it; a job in LOOPBACK then goes from restart to restart).
"""

import asyncio

import aiohttp

_OVER = ("CANCELED", "CANCELLING", "FAILED", "FINISHED")
_TIMEOUT_S = 30.0


class CancelError(Exception):
    """The job may still run; the text says why."""


def cancel_job(address: str, name: str) -> None:
    """Lets Flink cancel a job, which takes it some seconds more.

    Args:
        address: of the JobManager's REST API, `host:port` or a URL.
        name: the job's own. Of several that run under it none is cancelled.

    Raises:
        CancelError: the cluster does not answer, refuses, or runs no such job, or several.
    """
    url = address if "://" in address else f"http://{address}"
    try:
        asyncio.run(_cancel(url.rstrip("/"), name))
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
        raise CancelError(f"{url} gives no answer: {error!r}") from error


async def _cancel(url: str, name: str) -> None:
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
        async with session.get(f"{url}/jobs/overview") as answer:
            jobs = (await answer.json())["jobs"]
        running = [job["jid"] for job in jobs if job["name"] == name and job["state"] not in _OVER]
        if len(running) != 1:
            raise CancelError(f"{len(running)} jobs of this name run on {url}")
        async with session.patch(f"{url}/jobs/{running[0]}", params={"mode": "cancel"}):
            pass
