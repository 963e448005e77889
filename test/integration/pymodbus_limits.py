"""Asks a server for the most it may be asked, for more than that, and for functions it has not; prints what
pymodbus made of each answer as JSON: `done`, how many values came, or the exception.

    pymodbus_limits.py <port> <socket|rtu>
"""

import json
import sys

from pymodbus.client import ModbusTcpClient
from pymodbus.file_message import ReadFifoQueueRequest
from pymodbus.mei_message import ReadDeviceInformationRequest
from pymodbus.other_message import (
    GetCommEventCounterRequest,
    GetCommEventLogRequest,
    ReportSlaveIdRequest,
)
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

port, framing = int(sys.argv[1]), sys.argv[2]
framer = ModbusRtuFramer if framing == "rtu" else ModbusSocketFramer
client = ModbusTcpClient("127.0.0.1", port=port, framer=framer, timeout=3)
assert client.connect()


def tell(answer):
    if answer.isError():
        return getattr(answer, "exception_code", None) or str(answer)
    for name in ("registers", "bits"):
        if getattr(answer, name, None):
            return f"{len(getattr(answer, name))} {name}"
    return "done"


unit = {"slave": 1}
raw = {"unit": 1}
most = [
    client.read_coils(0, 2000, **unit),
    client.read_discrete_inputs(0, 2000, **unit),
    client.read_holding_registers(0, 125, **unit),
    client.read_input_registers(0, 125, **unit),
    client.write_coils(0, [True] * 1968, **unit),
    client.write_registers(0, list(range(123)), **unit),
    client.readwrite_registers(
        read_address=0, read_count=125, write_address=0, write_registers=[7] * 121, **raw
    ),
]
more = [
    client.read_coils(0, 2001, **unit),
    client.read_holding_registers(0, 126, **unit),
    client.read_holding_registers(0, 0, **unit),
    client.write_registers(2999, [1, 2], **unit),
    client.write_coil(3000, True, **unit),
    client.mask_write_register(3000, 0, 0, **raw),
]
others = [
    client.read_exception_status(**unit),
    client.diag_query_data(0x0102, **unit),
    client.diag_restart_communication(True, **unit),
    client.execute(GetCommEventCounterRequest(**raw)),
    client.execute(GetCommEventLogRequest(**raw)),
    client.execute(ReportSlaveIdRequest(**raw)),
    client.execute(ReadFifoQueueRequest(0, **raw)),
    client.execute(ReadDeviceInformationRequest(**raw)),
]
# Behind all of that the connection goes on.
last = [client.read_holding_registers(0, 1, **unit)]
print(json.dumps([[tell(answer) for answer in part] for part in (most, more, others, last)]))
client.close()
