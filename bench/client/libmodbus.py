"""libmodbus as a client: one request under way, its connections asked in turn.

    libmodbus.py <port> <connections> <depth> <milliseconds>

The loop is Python and costs about a microsecond per answer that a C program would not spend.
"""

import ctypes
import json
import resource
import sys
import time

COUNT = 125
port, connections, _, milliseconds = map(int, sys.argv[1:])

lib = ctypes.CDLL("libmodbus.so.5")
lib.modbus_new_tcp.restype = ctypes.c_void_p
for name in ("modbus_connect", "modbus_set_slave", "modbus_set_response_timeout"):
    getattr(lib, name).argtypes = [ctypes.c_void_p] + {
        "modbus_connect": [],
        "modbus_set_slave": [ctypes.c_int],
        "modbus_set_response_timeout": [ctypes.c_uint32, ctypes.c_uint32],
    }[name]
lib.modbus_read_registers.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p]

contexts = []
for _ in range(connections):
    context = lib.modbus_new_tcp(b"127.0.0.1", port)
    lib.modbus_set_slave(context, 1)
    if lib.modbus_connect(context) != 0:
        sys.exit("cannot connect")
    contexts.append(context)

registers = (ctypes.c_uint16 * COUNT)()
last = ((COUNT - 1) * 257 + 11) & 0xFFFF
read = lib.modbus_read_registers
answers = wrong = 0
cpu = time.process_time()
start = time.perf_counter()
end = start + milliseconds / 1000
while time.perf_counter() < end:
    for context in contexts:
        if read(context, 0, COUNT, registers) != COUNT or registers[0] != 11 or registers[COUNT - 1] != last:
            wrong += 1
        answers += 1
cpu_micros = (time.process_time() - cpu) / answers * 1e6
elapsed_ms = (time.perf_counter() - start) * 1000
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
result = {"answers": answers, "wrong": wrong, "elapsedMs": elapsed_ms, "cpuMicros": cpu_micros, "rss": rss}
print(json.dumps(result), flush=True)
