"""Reads the whole map of a battery for some seconds, and says whether what belongs together was together."""
import json
import sys
import time

from pymodbus.client import ModbusTcpClient

port, seconds = int(sys.argv[1]), float(sys.argv[2])
client = ModbusTcpClient("127.0.0.1", port=port, timeout=3)
client.connect()
READS = [(40000, 42), (41000, 43), (42000, 15), (43000, 3)]
maps = torn = 0
seen = set()
failed = []
times = []
end = time.monotonic() + seconds
while time.monotonic() < end:
    for start, count in READS:
        began = time.monotonic()
        answer = client.read_holding_registers(start, count, slave=1)
        times.append((time.monotonic() - began) * 1000)
        if answer.isError():
            failed.append(f"{start}: {answer}")
            continue
        if start == 40000:
            values = set(answer.registers[4:42])
            torn += len(values) != 1
            seen |= values
    for start, count in [(40, 4), (1, 25)]:
        answer = client.read_coils(start, count, slave=1)
        if answer.isError():
            failed.append(f"coils {start}: {answer}")
    maps += 1
client.close()
times.sort()
print(json.dumps({
    "maps": maps, "torn": torn, "different": len(seen), "failed": failed[:5],
    "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)],
}))
