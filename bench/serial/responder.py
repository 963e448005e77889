"""A device on a serial line that keeps time, on a pseudo-terminal: it has no speed of its own.

    responder.py <baud> <turnaround ms>

Prints the path to open. A request counts as received when its bytes would have been on the wire; the
answer follows after 3.5 characters and the turnaround, byte by byte at the pace of the line. At SIGTERM
it prints, as JSON, how many requests came, how long they took, and the silences before them.
"""

import json
import os
import select
import signal
import statistics
import struct
import sys
import time
import tty

baud, turnaround_ms = int(sys.argv[1]), float(sys.argv[2])
CHAR = 10 / baud
T35 = 0.00175 if baud > 19200 else 3.5 * CHAR
# Less than a millisecond of sleep is as inexact as a short answer is long.
SPIN = 0.0004


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return struct.pack("<H", crc)


def wait_until(moment):
    rest = moment - time.perf_counter()
    if rest > SPIN:
        time.sleep(rest - SPIN)
    while time.perf_counter() < moment:
        pass


master, slave = os.openpty()
tty.setraw(slave)
os.set_blocking(master, False)
answers = {}
gaps, arrivals = [], []


def finish(*_):
    cycles = [after - before for before, after in zip(arrivals, arrivals[1:])]
    print(json.dumps({
        "cycles": len(cycles),
        "meanMs": statistics.fmean(cycles or [0]) * 1000,
        "medianMs": statistics.median(cycles or [0]) * 1000,
        "shortestGapMs": min(gaps, default=0) * 1000,
        "tooShort": sum(gap < T35 for gap in gaps),
    }), flush=True)
    os._exit(0)


signal.signal(signal.SIGTERM, finish)
print(f"ready {os.ttyname(slave)}", flush=True)

request = b""
last_byte_at = None
while True:
    # A short spin sees a request at once; a client that has gone costs nothing.
    if not select.select([master], [], [], 0.2)[0]:
        continue
    now = time.perf_counter()
    request += os.read(master, 256)
    if len(request) < 8:
        continue
    count = request[5]
    # A write of one register is answered with itself.
    answer = request[:8] if request[1] == 6 else answers.get(count)
    if answer is None:
        body = bytes([request[0], request[1], count * 2]) + b"".join(
            struct.pack(">H", (address * 257 + 11) & 0xFFFF) for address in range(count)
        )
        answer = answers[count] = body + crc16(body)
    if last_byte_at is not None:
        gaps.append(now - last_byte_at)
    arrivals.append(now)
    request = b""
    start = now + 8 * CHAR + T35 + turnaround_ms / 1000
    for index, byte in enumerate(answer):
        last_byte_at = start + (index + 1) * CHAR
        wait_until(last_byte_at)
        os.write(master, bytes([byte]))
