"""Writes or reads a block of eight registers over and over, and tells how it went as JSON.

    pymodbus_field.py <port> <write|read> <own address> <rounds>

It says that it is ready, and begins with a line on its standard input. What is written in one go is k, 2k, ... 8k, so that a block that is half of one write and half of
another shows. The reader asks until it has seen that many blocks.
"""

import json
import sys

from pymodbus.client import ModbusTcpClient

port, role, source, rounds = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
client = ModbusTcpClient("127.0.0.1", port=port, source_address=(source, 0), timeout=3)
assert client.connect()


def block(k):
    return [k * factor % 65536 for factor in range(1, 9)]


print("ready", flush=True)
sys.stdin.readline()
told = {"blocks": 0, "torn": 0, "failed": 0, "different": 0}
if role == "write":
    for k in range(1, rounds + 1):
        failed = client.write_registers(0, block(k), slave=1).isError()
        told["failed" if failed else "blocks"] += 1
    told["different"] = told["blocks"]
else:
    before = None
    while told["blocks"] + told["failed"] < rounds:
        answer = client.read_holding_registers(0, 8, slave=1)
        if answer.isError():
            told["failed"] += 1
            continue
        told["blocks"] += 1
        told["torn"] += answer.registers != block(answer.registers[0])
        told["different"] += answer.registers != before
        before = answer.registers
    refused = client.write_registers(0, block(1), slave=1)
    told["write"] = getattr(refused, "exception_code", "done")
print(json.dumps(told))
client.close()
