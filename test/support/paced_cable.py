"""Two pseudo-terminals joined by a cable on which every character takes its time, in both directions.

    paced_cable.py <characters per second>

Prints the two paths to open. A pseudo-terminal has no speed of its own.
"""

import collections
import os
import select
import sys
import time
import tty

CHAR = 1 / float(sys.argv[1])

masters, paths = [], []
for _ in range(2):
    master, slave = os.openpty()
    tty.setraw(slave)
    masters.append(master)
    paths.append(os.ttyname(slave))
print("ready", *paths, flush=True)

other = {masters[0]: masters[1], masters[1]: masters[0]}
queues = {master: collections.deque() for master in masters}
free_at = dict.fromkeys(masters, 0.0)

while True:
    due = min((queue[0][0] for queue in queues.values() if queue), default=None)
    wait = 0.5 if due is None else max(0, due - time.monotonic())
    for source in select.select(masters, [], [], wait)[0]:
        now = time.monotonic()
        for byte in os.read(source, 512):
            target = other[source]
            free_at[target] = max(free_at[target], now) + CHAR
            queues[target].append((free_at[target], byte))
    now = time.monotonic()
    for target, queue in queues.items():
        out = bytearray()
        while queue and queue[0][0] <= now:
            out.append(queue.popleft()[1])
        if out:
            os.write(target, out)
