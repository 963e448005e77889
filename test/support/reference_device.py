"""A device that is not ours: it lays out values of every type and order by itself and serves them.

usage: reference_device.py pymodbus|libmodbus tcp PORT | rtu PATH
Prints one JSON line with what it holds, then `ready`.
"""

import ctypes
import json
import socket
import struct
import sys
import threading
import time

# Type, struct code of its big-endian form, value, and that value as JSON (integers beyond 2^53 as text).
VALUES = [
    ("u16", ">H", 54321),
    ("i16", ">h", -12345),
    ("u32", ">I", 4048962168),
    ("i32", ">i", -246005128),
    ("u64", ">Q", 18446744073709551557),
    ("i64", ">q", -9223372036854775808),
    ("f32", ">f", 62.25),
    ("f64", ">d", -1234567.890625),
]
ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"]


def words(code, value, order):
    """The registers of a value, from its bytes, without any table of ours."""
    data = struct.pack(code, value)
    pairs = [data[i : i + 2] for i in range(0, len(data), 2)]
    if order in ("CDAB", "DCBA"):
        pairs.reverse()
    if order in ("BADC", "DCBA"):
        pairs = [pair[::-1] for pair in pairs]
    return [int.from_bytes(pair, "big") for pair in pairs]


def layout():
    registers, points, address = {}, [], 0
    for type_, code, value in VALUES:
        for order in ORDERS:
            content = words(code, value, order)
            for index, word in enumerate(content):
                registers[address + index] = word
            shown = value if abs(value) < 2**53 else str(value)
            points.append({"address": address, "type": type_, "order": order, "value": shown})
            # A hole of one register behind every value: what is read through must not be missed.
            address += len(content) + 1
    text = "FURNACE 7"
    for index in range(7):
        pair = text.ljust(14)[index * 2 : index * 2 + 2].encode()
        registers[address + index] = int.from_bytes(pair, "little")
    points.append({"address": address, "type": "str(14)", "order": "BADC", "value": text})
    size = address + 8
    image = [registers.get(index, 0) for index in range(size)]
    bits = [index % 3 == 0 for index in range(64)]
    return {"points": points, "bits": bits}, image, bits


def announce(port):
    """Says `ready` when the port takes connections: the server itself does not tell."""
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            print("ready", flush=True)
            return


def serve_pymodbus(kind, place, image, bits):
    from pymodbus.datastore import ModbusSequentialDataBlock as Block
    from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
    from pymodbus.server import StartSerialServer, StartTcpServer
    from pymodbus.transaction import ModbusRtuFramer

    flags = [int(bit) for bit in bits]
    unit = ModbusSlaveContext(
        di=Block(0, flags), co=Block(0, flags), hr=Block(0, image), ir=Block(0, image), zero_mode=True
    )
    context = ModbusServerContext(slaves=unit, single=True)
    if kind == "tcp":
        threading.Thread(target=announce, args=(int(place),), daemon=True).start()
        StartTcpServer(
            context=context, address=("127.0.0.1", int(place)), allow_reuse_address=True
        )
    else:
        print("ready", flush=True)
        StartSerialServer(
            context=context, framer=ModbusRtuFramer, port=place, baudrate=9600, timeout=0.05
        )


class Mapping(ctypes.Structure):
    _fields_ = [
        *[(name, ctypes.c_int) for name in ("nb_bits", "start_bits", "nb_input_bits", "start_input_bits")],
        *[(name, ctypes.c_int) for name in ("nb_input_registers", "start_input_registers")],
        *[(name, ctypes.c_int) for name in ("nb_registers", "start_registers")],
        ("tab_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("tab_input_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("tab_input_registers", ctypes.POINTER(ctypes.c_uint16)),
        ("tab_registers", ctypes.POINTER(ctypes.c_uint16)),
    ]


def serve_libmodbus(kind, place, image, bits):
    lib = ctypes.CDLL("libmodbus.so.5")
    lib.modbus_new_tcp.restype = ctypes.c_void_p
    lib.modbus_new_rtu.restype = ctypes.c_void_p
    lib.modbus_mapping_new.restype = ctypes.POINTER(Mapping)
    mapping = lib.modbus_mapping_new(len(bits), len(bits), len(image), len(image))
    for index, word in enumerate(image):
        mapping.contents.tab_registers[index] = word
        mapping.contents.tab_input_registers[index] = word
    for index, bit in enumerate(bits):
        mapping.contents.tab_bits[index] = bit
        mapping.contents.tab_input_bits[index] = bit
    query = (ctypes.c_uint8 * 260)()
    if kind == "tcp":
        context = ctypes.c_void_p(lib.modbus_new_tcp(b"127.0.0.1", int(place)))
        listener = ctypes.c_int(lib.modbus_tcp_listen(context, 1))
    else:
        context = ctypes.c_void_p(lib.modbus_new_rtu(place.encode(), 9600, ctypes.c_char(b"N"), 8, 1))
        lib.modbus_set_slave(context, 1)
        if lib.modbus_connect(context) != 0:
            sys.exit("libmodbus cannot open " + place)
    print("ready", flush=True)
    while True:
        if kind == "tcp":
            lib.modbus_tcp_accept(context, ctypes.byref(listener))
        while True:
            size = lib.modbus_receive(context, query)
            if size > 0:
                lib.modbus_reply(context, query, size, mapping)
            elif size < 0 and kind == "tcp":
                break
        lib.modbus_close(context)


if __name__ == "__main__":
    server, kind, place = sys.argv[1:4]
    held, image, bits = layout()
    print(json.dumps(held), flush=True)
    serve = serve_pymodbus if server == "pymodbus" else serve_libmodbus
    serve(kind, place, image, bits)
