"""libmodbus as a server, its own receive and reply calls in a loop written in Python.

The loop costs a few microseconds per request that a C program would not spend: take the figures of
this row for a lower bound of what libmodbus can do.
"""

import ctypes
import select
import socket

COUNT = 125


class Mapping(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in (
            "nb_bits", "start_bits", "nb_input_bits", "start_input_bits",
            "nb_input_registers", "start_input_registers", "nb_registers", "start_registers",
        )),
        ("tab_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("tab_input_bits", ctypes.POINTER(ctypes.c_uint8)),
        ("tab_input_registers", ctypes.POINTER(ctypes.c_uint16)),
        ("tab_registers", ctypes.POINTER(ctypes.c_uint16)),
    ]


lib = ctypes.CDLL("libmodbus.so.5")
lib.modbus_new_tcp.restype = ctypes.c_void_p
lib.modbus_mapping_new.restype = ctypes.POINTER(Mapping)
for name in ("modbus_set_socket", "modbus_receive", "modbus_reply"):
    getattr(lib, name).argtypes = {
        "modbus_set_socket": [ctypes.c_void_p, ctypes.c_int],
        "modbus_receive": [ctypes.c_void_p, ctypes.c_void_p],
        "modbus_reply": [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p],
    }[name]

context = lib.modbus_new_tcp(b"127.0.0.1", 0)
mapping = lib.modbus_mapping_new(0, 0, COUNT, 0)
for address in range(COUNT):
    mapping.contents.tab_registers[address] = (address * 257 + 11) & 0xFFFF

listener = socket.create_server(("127.0.0.1", 0), backlog=128)
poller = select.epoll()
poller.register(listener.fileno(), select.EPOLLIN)
clients = {}
query = ctypes.create_string_buffer(260)
set_socket, receive, reply = lib.modbus_set_socket, lib.modbus_receive, lib.modbus_reply
print(f"ready {listener.getsockname()[1]}", flush=True)

while True:
    for descriptor, _ in poller.poll():
        if descriptor == listener.fileno():
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            clients[client.fileno()] = client
            poller.register(client.fileno(), select.EPOLLIN)
            continue
        set_socket(context, descriptor)
        length = receive(context, query)
        if length > 0:
            reply(context, query, length, mapping)
        elif length < 0:
            poller.unregister(descriptor)
            clients.pop(descriptor).close()
