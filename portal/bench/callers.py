"""Many at once at the door of a real web process: HTTP/1.1 over connections that stay open, and nothing more.

A browser's worth of politeness would measure the caller; this one writes bytes that were made before.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """`seconds` from the first byte that was sent to the last that came."""

    status: int
    seconds: float


def get(path: str, cookies: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()


def post(path: str, cookies: str, form: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nContent-Length: {len(form)}\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}".encode()


def call(port: int, requests: Sequence[bytes], *, at_once: int) -> tuple[list[Answer], float]:
    """Send all requests over `at_once` connections, each taking the next when it is answered. Gives the answers and
    how many seconds it took in all."""
    return asyncio.run(_call(port, requests, at_once))


async def _call(port: int, requests: Sequence[bytes], at_once: int) -> tuple[list[Answer], float]:
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(at_once)]
    waiting = iter(requests)
    answers: list[Answer] = []
    begun = time.perf_counter()
    await asyncio.gather(*(_talk(reader, writer, waiting, answers) for reader, writer in lines))
    took = time.perf_counter() - begun
    for _, writer in lines:
        writer.close()
    return answers, took


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Iterable[bytes], answers: list[Answer]
) -> None:
    for request in waiting:
        begun = time.perf_counter()
        writer.write(request)
        status = await _heard(reader)
        answers.append(Answer(status, time.perf_counter() - begun))


async def _heard(reader: asyncio.StreamReader) -> int:
    """The status, once the whole answer has come."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or b"0"))
    return int(head.split(None, 2)[1])
