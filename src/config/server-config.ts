import type { RegisterPoint, Table } from '../profile/point.ts';
import type { Address } from './resolve-listen.ts';

/** Somebody who may come and ask. */
export type ServerConfig = AgentConfig | TextServerConfig | ModbusServerConfig | ModbusLineConfig;

interface Listener {
  readonly name: string;
  readonly listen: Address;
}

export interface AgentConfig extends Listener {
  readonly type: 'zabbix-agent';
  /** Whose registers the keys of the furnace's script read; absent: there are none of these keys. */
  readonly furnace?: DeviceRegisters;
  /** Addresses and networks; absent: this machine. */
  readonly allow?: readonly string[];
}

/** The holding registers of a device, so far as its points read them. */
export interface DeviceRegisters {
  readonly device: string;
  /** Where they come from: points of the device that stand in holding registers. */
  readonly registers: readonly HeldRegisters[];
}

/** It tells of the registers of one device. */
export interface TextServerConfig extends Listener, DeviceRegisters {
  readonly type: 'text';
  /** What Set may write: points that are one whole holding register. Absent: Set is off. */
  readonly settable?: readonly SettableRegister[];
  readonly allowExit: boolean;
  readonly allow?: readonly string[];
}

export interface SettableRegister {
  /** `device.point`. */
  readonly id: string;
  readonly point: RegisterPoint;
}

export interface HeldRegisters {
  /** `device.point`. */
  readonly id: string;
  readonly address: number;
  readonly count: number;
}

export interface ModbusServerConfig extends Listener {
  readonly type: 'modbus-tcp';
  readonly framing: 'mbap' | 'rtu';
  readonly units: readonly ServedUnitConfig[];
  readonly allow?: readonly ClientConfig[];
  readonly limits: {
    readonly connections: number;
    readonly perAddress: number;
    readonly requestsPerSecond: number;
    readonly idleMs: number;
    readonly halfFrameMs: number;
  };
  readonly tls?: TlsConfig;
  readonly log?: MeterLogConfig;
}

export interface ModbusLineConfig {
  readonly name: string;
  readonly type: 'modbus-rtu';
  /** In one spelling: `serial:/dev/ttyUSB1 9600 8N1`. */
  readonly endpoint: string;
  readonly units: readonly ServedUnitConfig[];
  readonly access: 'read' | 'write';
}

/** Files are absolute. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
  /** Absent: clients need no certificate. */
  readonly ca?: string;
  readonly listen: Address;
}

export interface MeterLogConfig {
  readonly format: 'pv-meter';
  readonly interfaces: readonly string[];
  readonly times: boolean;
}

export interface ClientConfig {
  readonly from: readonly string[];
  readonly access: 'read' | 'write';
  readonly units?: readonly number[];
  readonly ranges?: readonly RangeConfig[];
  readonly name: string;
}

export interface ServedUnitConfig {
  /** `any`: whatever unit id a client uses; it is the only one then. */
  readonly unit: number | 'any';
  /** `fixed`: the registers stand where `points` say. `generated`: each gets a place that it keeps. */
  readonly map: 'fixed' | 'generated';
  readonly points: readonly ServedPoint[];
  /** Where a generated map puts registers, and from which address on. */
  readonly table: 'holding' | 'input';
  readonly start: number;
  readonly whenStale: StalePolicyConfig;
  /** Devices whose values clients write here. */
  readonly written: readonly WrittenBlockConfig[];
  readonly status: readonly StatusConfig[];
  /** Absent: mirrored when nothing else stands in the tables of inputs. */
  readonly mirror?: boolean;
  readonly compat?: 'zeros';
}

export type StalePolicyConfig = 'exception' | 'hold' | { readonly sentinel: number };

export function stalePolicy(written: 'exception' | 'hold' | number): StalePolicyConfig {
  return typeof written === 'number' ? { sentinel: written } : written;
}

/** Consecutive addresses of one table. */
export interface RangeConfig {
  readonly table: Table;
  readonly start: number;
  readonly count: number;
}

/** Quality and age of a device, in two registers. */
export interface StatusConfig {
  readonly device: string;
  readonly table: 'holding' | 'input';
  readonly address: number;
}

/** How clients write a device. */
export interface WrittenConfig {
  readonly server: string;
  readonly unit: number | 'any';
  /** A value that was not written for so long is stale. */
  readonly staleMs: number;
  /** Absent: exception, and hold where the unit has zeros. */
  readonly whenStale?: StalePolicyConfig;
  readonly outOfRange: 'bad' | 'warn' | 'refuse';
  readonly partial: 'accept' | 'refuse';
}

export type WrittenBlockConfig = Omit<WrittenConfig, 'server' | 'unit'> & {
  readonly device: string;
  readonly points: readonly ServedPoint[];
};

/** A point, and how its value is written into registers. */
export interface ServedPoint {
  /** `device.point`. */
  readonly id: string;
  readonly register: RegisterPoint;
  /** Clients may change it where it comes from, through the gate. */
  readonly isWritable?: boolean;
}
