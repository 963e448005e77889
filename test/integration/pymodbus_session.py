"""Asks a server for every function we serve and prints what pymodbus made of the answers as JSON.

    pymodbus_session.py <port> <socket|rtu>
"""

import json
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

port, framing = int(sys.argv[1]), sys.argv[2]
framer = ModbusRtuFramer if framing == "rtu" else ModbusSocketFramer
client = ModbusTcpClient("127.0.0.1", port=port, framer=framer, timeout=3)
assert client.connect()


def tell(answer):
    if answer.isError():
        return {"exception": getattr(answer, "exception_code", str(answer))}
    for name in ("registers", "bits"):
        if getattr(answer, name, None):
            return {name: [int(value) for value in getattr(answer, name)]}
    return "done"


unit = {"slave": 1}
# pymodbus 3.0 hands these two straight to the request, which calls it by another name.
raw = {"unit": 1}
answers = [
    client.write_coils(2000, [True, False, True], **unit),
    client.write_coil(2003, True, **unit),
    client.read_coils(2000, 8, **unit),
    client.read_discrete_inputs(5, 8, **unit),
    client.write_registers(2900, [1, 0xBEEF, 65535], **unit),
    client.write_register(2903, 0x12, **unit),
    client.mask_write_register(2903, 0xF2, 0x25, **raw),
    client.read_holding_registers(2900, 4, **unit),
    client.read_input_registers(7, 3, **unit),
    client.readwrite_registers(
        read_address=2900, read_count=2, write_address=2901, write_registers=[7], **raw
    ),
    client.read_holding_registers(2999, 2, **unit),
    client.read_holding_registers(0, 125, **unit),
]
print(json.dumps([tell(answer) for answer in answers]))
client.close()
