import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, readdir, readlink, realpath, stat, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import {
  ConnectError,
  ConnectionLostError,
  GatewayError,
  describeError,
} from '../../base/errors.ts';
import { whoHasData } from '../../gateway/data-lock.ts';
import type { CliContext } from '../context.ts';
import { probingClient } from '../place.ts';
import { probe, type ProbeResult } from '../probe.ts';
import type { Reach, SystemProbe } from './system-probe.ts';

/** No program that is asked here takes longer, unless it hangs. */
const RUN_MS = 3000;

async function orUndefined<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return work.catch(() => undefined);
}

/** The computer itself. */
export function linuxProbe(context: CliContext): SystemProbe {
  return {
    nodeVersion: context.nodeVersion,
    readText: async (path) => orUndefined(readFile(path, 'utf8')),
    list: async (folder) => ((await orUndefined(readdir(folder))) ?? []).sort(),
    realPath: async (path) => orUndefined(realpath(path)),
    linkText: async (path) => orUndefined(readlink(path)),
    async owner(path) {
      const found = await orUndefined(stat(path));
      return found === undefined
        ? undefined
        : { uid: found.uid, gid: found.gid, mode: found.mode & 0o777 };
    },
    async mayUse(path) {
      const tried = access(path, constants.R_OK | constants.W_OK);
      return tried.then(
        () => true,
        () => false,
      );
    },
    async freeBytes(path) {
      const found = await orUndefined(statfs(path));
      return found === undefined ? undefined : found.bavail * found.bsize;
    },
    dataHolder: whoHasData,
    async run(command, args) {
      const ran = promisify(execFile)(command, [...args], { timeout: RUN_MS });
      return (await orUndefined(ran))?.stdout;
    },
    async hasPackage(name) {
      try {
        createRequire(import.meta.url).resolve(name);
        return true;
      } catch {
        return false;
      }
    },
    ask: async (endpoint, unit, timeoutMs) => {
      const client = probingClient(endpoint, context);
      try {
        await client.connect(context.signal);
        const { clock, signal } = context;
        return reachOf(await probe(client, unit, { clock, timeoutMs, signal }));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        return unreachable(error);
      } finally {
        client.close();
      }
    },
  };
}

function reachOf(result: ProbeResult): Reach {
  switch (result.kind) {
    case 'answer': {
      const { ms, exception } = result;
      return { kind: 'answers', ms, ...(exception !== undefined && { exception }) };
    }
    case 'timeout':
      return { kind: 'silent' };
    case 'damaged':
      return { kind: 'damaged' };
    case 'lost':
      return unreachable(result.error);
  }
}

function unreachable(error: unknown): Reach {
  const reason = describeError(error);
  const isRefused = /ECONNREFUSED/.test(reason);
  const isLost = error instanceof ConnectionLostError;
  const text = error instanceof ConnectError || isLost ? error.message : reason;
  return { kind: 'unreachable', reason: isLost ? 'it hangs up at once' : text, isRefused };
}
