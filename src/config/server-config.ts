import type { RegisterPoint } from '../profile/point.ts';
import type { Address } from './resolve-listen.ts';

/** Somebody who may come and ask. */
export type ServerConfig = AgentConfig | TextServerConfig | ModbusServerConfig;

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
  readonly allow?: readonly string[];
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
  };
}

export interface ClientConfig {
  readonly from: readonly string[];
  readonly access: 'read';
  readonly units?: readonly number[];
  readonly name: string;
}

export interface ServedUnitConfig {
  readonly unit: number;
  /** `fixed`: the registers stand where `points` say. `generated`: each gets a place that it keeps. */
  readonly map: 'fixed' | 'generated';
  readonly points: readonly ServedPoint[];
  /** Where a generated map puts registers, and from which address on. */
  readonly table: 'holding' | 'input';
  readonly start: number;
  readonly whenStale: 'exception' | 'hold' | { readonly sentinel: number };
}

/** A point, and how its value is written into registers. */
export interface ServedPoint {
  /** `device.point`. */
  readonly id: string;
  readonly register: RegisterPoint;
}
