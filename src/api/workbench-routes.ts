import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  GatewayError,
  InvalidRequestError,
  ModbusExceptionError,
  OverloadError,
  describeError,
} from '../base/errors.ts';
import { localIso } from '../base/time-format.ts';
import type { Refusal, Requester } from '../gate/write-request.ts';
import type { Site } from '../telemetry/site.ts';
import type { BenchQuestion } from '../workbench/bench-line.ts';
import { itemsOf } from '../workbench/items.ts';
import { registersId } from '../gate/registers-id.ts';
import type { WorkbenchControl } from '../workbench/workbench.ts';
import type { ConfigControl } from './config-control.ts';
import type {
  BenchNameJson,
  BenchNamePlanJson,
  BenchQuestionJson,
  BenchReadJson,
  BenchWriteJson,
  ScanJson,
  UnlockJson,
  UnlockRequestJson,
  WorkbenchJson,
} from './contract.ts';
import { sendProblem, type Problem } from './problem.ts';
import { askedBy } from './route-guard.ts';
import { sendJson } from './send-json.ts';
import { questionProblem, readName, readReason, readRegisterWrite } from './workbench-body.ts';
import { writeResultJson } from './write-json.ts';
import { WRITE_FIXES, writeStatus } from './write-status.ts';

export interface WorkbenchRouteContext {
  readonly site: Site;
  readonly workbench: WorkbenchControl;
  /** Where names are written. */
  readonly config: ConfigControl | undefined;
}

interface QuestionRoute {
  Body: BenchQuestionJson;
}

interface ScanRoute {
  Params: { id: string };
}

/** Registers of any line that polls: reading, scanning, and writing those that have no name. */
export function addWorkbenchRoutes(app: FastifyInstance, context: WorkbenchRouteContext): void {
  const { workbench } = context;
  app.get('/api/v1/workbench', async (request, reply) =>
    sendJson(reply, workbenchJson(context, requester(request))),
  );
  app.post<QuestionRoute>('/api/v1/workbench/read', async (request, reply) =>
    asked(context, request.body, reply, async (line, question) => {
      const answer = await workbench.read(line, question, goneSignal(reply));
      return sendJson(reply, readJson(line, question, answer));
    }),
  );
  app.post<QuestionRoute>('/api/v1/workbench/scans', async (request, reply) =>
    asked(context, request.body, reply, async (line, question) =>
      sendJson(reply, (await workbench.scan(line, question)) satisfies ScanJson),
    ),
  );
  app.get<ScanRoute>('/api/v1/workbench/scans/:id', async ({ params }, reply) =>
    sendScan(workbench, params.id, reply),
  );
  app.delete<ScanRoute>('/api/v1/workbench/scans/:id', async ({ params }, reply) => {
    workbench.stopScan(params.id);
    return sendScan(workbench, params.id, reply);
  });
  addRegisterWriteRoutes(app, context);
  addNameRoute(app, context);
}

function addRegisterWriteRoutes(
  app: FastifyInstance,
  { site, workbench }: WorkbenchRouteContext,
): void {
  const url = '/api/v1/workbench/unlock';
  const ended = (
    reply: FastifyReply,
    who: Requester,
    problem: Refusal | undefined,
  ): FastifyReply =>
    problem === undefined
      ? sendJson(reply, unlocksJson(workbench.registers.unlocks(), who))
      : sendProblem(reply, refusalProblem(problem));

  app.post<{ Body: UnlockRequestJson }>(url, async (request, reply) => {
    const reason = readReason(request.body);
    if (typeof reason !== 'string') return sendProblem(reply, reason);
    const who = requester(request);
    return ended(reply, who, await workbench.registers.unlockRegisters(who, reason));
  });
  app.delete(url, async (request, reply) => {
    const who = requester(request);
    return ended(reply, who, await workbench.registers.lockRegisters(who));
  });
  app.post<{ Body: BenchWriteJson }>('/api/v1/workbench/write', async (request, reply) => {
    const body = readRegisterWrite(request.body);
    if ('status' in body) return sendProblem(reply, body);
    if (!site.devices().some(({ name }) => name === body.device)) {
      return sendProblem(reply, noSuchDevice(site, body.device));
    }
    const who = requester(request);
    const result = await workbench.registers.writeRegisters({ ...body, who });
    const json = writeResultJson(result, registersId(body), who.name);
    const status = writeStatus(result.outcome, result.code);
    if (status === 200) return sendJson(reply, json);
    const { code, message } = result;
    return sendProblem(reply, { status, code, detail: message, fix: WRITE_FIXES[code] }, json);
  });
}

function addNameRoute(
  app: FastifyInstance,
  { site, workbench, config }: WorkbenchRouteContext,
): void {
  app.post<{ Body: BenchNameJson }>('/api/v1/workbench/name', async ({ body }, reply) => {
    const wish = readName(body);
    if ('status' in wish) return sendProblem(reply, wish);
    if (!site.devices().some(({ name }) => name === wish.device)) {
      return sendProblem(reply, noSuchDevice(site, wish.device));
    }
    if (config === undefined) return sendProblem(reply, NO_SETTINGS);
    const files = await config.files();
    if ('problem' in files) return sendProblem(reply, files.problem);
    const plan = await workbench.planName(files.ok.files, wish);
    if ('file' in plan) return sendJson(reply, plan satisfies BenchNamePlanJson);
    const { message: detail, hint: fix } = plan;
    return sendProblem(reply, { status: 422, code: 'wrong-name', detail, fix });
  });
}

const NO_SETTINGS: Problem = {
  ...{ status: 503, code: 'no-settings', detail: 'the configuration cannot be changed from here' },
  fix: 'write the point into the site file',
};

function requester(request: FastifyRequest): Requester {
  return { ...askedBy(request), door: 'workbench' };
}

/** Ends when whoever asked has gone: nothing is asked for nobody. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    gone.abort(new OverloadError('whoever asked has gone'));
  });
  return gone.signal;
}

/** Finds the line and asks; what comes of it otherwise is told in words. */
async function asked(
  { site, workbench }: WorkbenchRouteContext,
  wanted: BenchQuestionJson,
  reply: FastifyReply,
  run: (line: string, question: BenchQuestion) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const problem = questionProblem(wanted);
  if (problem !== undefined) return sendProblem(reply, problem);
  const target = targetOf(site, workbench, wanted);
  if ('status' in target) return sendProblem(reply, target);
  const { table, start, count } = wanted;
  const { line, unit } = target;
  try {
    return await run(line, { unit, table, start, count });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return sendProblem(reply, askProblem(error, wanted));
  }
}

function targetOf(
  site: Site,
  workbench: WorkbenchControl,
  { device, line, unit }: BenchQuestionJson,
): { readonly line: string; readonly unit: number } | Problem {
  const found = site.devices().find(({ name }) => name === device);
  if (device !== undefined && found === undefined) return noSuchDevice(site, device);
  const name = found?.line ?? line ?? '';
  if (workbench.reaches(name)) return { line: name, unit: unit ?? found?.unit ?? 1 };
  const lines = site.lines().filter((one) => workbench.reaches(one.name));
  return {
    ...{ status: 404, code: 'no-such-line' },
    detail: `there is no line ${name.slice(0, 100)} that is asked`,
    fix: `lines that are asked: ${lines.map((one) => one.name).join(', ') || 'none'}`,
  };
}

function noSuchDevice(site: Site, device: string): Problem {
  const names = site.devices().map(({ name }) => name);
  return {
    ...{ status: 404, code: 'no-such-device' },
    detail: `there is no device ${device.slice(0, 100)}`,
    fix: `one of ${names.slice(0, 20).join(', ')}`,
  };
}

/** What to do about each kind of failure. */
function askProblem(error: GatewayError, { table, start, count }: BenchQuestionJson): Problem {
  const detail = describeError(error);
  const { code } = error;
  if (error instanceof InvalidRequestError) {
    return { status: 400, code, detail, fix: 'ask for what the tables of Modbus have' };
  }
  if (error instanceof ModbusExceptionError) {
    const last = start + count - 1;
    const what = last === start ? `${table} ${start}` : `${table} ${start} to ${last}`;
    return { status: 502, code, detail, fix: exceptionFix(error.exception, what) };
  }
  const [status, fix, known = code] = FIXES[code] ?? DAMAGED;
  return { status, code: known, detail, fix };
}

function exceptionFix(exception: number, what: string): string {
  if (exception === 1) return 'it has no such table, or no function to read it: take another one';
  if (exception === 2 || exception === 3) {
    return `${what}: not all of it is there, or it is too much at once; ask for less, or scan`;
  }
  if (exception === 10 || exception === 11) {
    return 'a gateway on the way has no such unit behind it, or it is silent';
  }
  return 'ask again';
}

const NO_CONNECTION = [503, 'look at the line', 'no-connection'] as const;
const DAMAGED = [502, 'ask again; look at the traffic when it comes back', 'damaged'] as const;
const FIXES: Readonly<Record<string, readonly [status: number, fix: string, code?: string]>> = {
  overload: [429, 'wait for the answers to those before'],
  'not-sent': [503, 'poll less on this line, or ask again'],
  'request-timeout': [504, 'look whether the unit is right, and the device on'],
  ...{ connect: NO_CONNECTION, 'connection-lost': NO_CONNECTION },
  closed: [503, 'ask again: the line was replaced'],
};

function sendScan(workbench: WorkbenchControl, id: string, reply: FastifyReply): FastifyReply {
  const found = workbench.scans().find((scan) => scan.id === id);
  if (found !== undefined) return sendJson(reply, found satisfies ScanJson);
  return sendProblem(reply, {
    ...{ status: 404, code: 'no-such-scan', detail: 'there is no scan of this id' },
    fix: 'GET /api/v1/workbench has the last one of each line',
  });
}

function readJson(
  line: string,
  { unit, table, start, count }: BenchQuestion,
  { data, at, tookMs }: Awaited<ReturnType<WorkbenchControl['read']>>,
): BenchReadJson {
  const isBit = table === 'coil' || table === 'discrete';
  const items = itemsOf(table, count, data);
  return {
    ...{ line, unit, table, start, count },
    ...(isBit ? { bits: items } : { words: items }),
    ...{ time: localIso(at), ms: Math.round(tookMs * 10) / 10 },
  };
}

function workbenchJson({ site, workbench }: WorkbenchRouteContext, who: Requester): WorkbenchJson {
  const { registers } = workbench;
  const devices = site.devices();
  return {
    lines: site
      .lines()
      .filter(({ name }) => workbench.reaches(name))
      .map(({ name }) => ({
        name,
        devices: devices
          .filter(({ line }) => line === name)
          .map((device) => {
            const locked = registers.registersProblem(device.name);
            const { name: own, unit } = device;
            return { name: own, unit, ...(locked && { locked: shortProblem(locked) }) };
          }),
      })),
    scans: workbench.scans(),
    unlocks: unlocksJson(registers.unlocks(), who),
  };
}

function unlocksJson(
  unlocks: ReturnType<WorkbenchControl['registers']['unlocks']>,
  who: Requester,
): readonly UnlockJson[] {
  return unlocks.map((one) => ({
    ...{ who: one.who, from: one.from, reason: one.why, until: localIso(one.until) },
    mine: one.who === who.name && one.from === who.from,
  }));
}

function refusalProblem({ code, message }: Refusal): Problem {
  const status = writeStatus('refused', code);
  return { status, code, detail: message, fix: WRITE_FIXES[code] };
}

function shortProblem(refusal: Refusal): Pick<Problem, 'code' | 'detail' | 'fix'> {
  const { code, detail, fix } = refusalProblem(refusal);
  return { code, detail, fix };
}
