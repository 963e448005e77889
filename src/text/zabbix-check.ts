import { describeError, GatewayError } from '../base/errors.ts';
import type { Sample } from '../telemetry/sample.ts';
import type { Site } from '../telemetry/site.ts';
import { NO_VALUE, formatQuality } from '../telemetry/format-value.ts';
import { zabbixDiscovery, zabbixValue } from '../telemetry/zabbix.ts';
import { furnaceCell, furnaceText } from './furnace-data.ts';
import { parseItemKey, type ItemKey } from './zabbix-item-key.ts';

/** The answer to one check: a value, or why there is none. */
export type CheckResult = { readonly value: string } | { readonly unsupported: string };

export interface CheckContext {
  readonly site: Site;
  /** What `agent.hostname` answers. */
  readonly hostname: string;
  /** What `agent.version` answers. */
  readonly version: string;
  /** Microseconds since 1970. */
  readonly wallMicros: () => number;
  /** Where the keys of the furnace's script get their registers; absent: these keys are unknown. */
  readonly furnace?: FurnaceRegisters;
}

export interface FurnaceRegisters {
  /** The register as it stands, 0 to 65535. Throws a GatewayError that says why it is not known. */
  register(cell: number): number;
}

type Check = (parameters: readonly string[], context: CheckContext) => CheckResult;

const CHECKS: Readonly<Record<string, Check>> = {
  'agent.ping': withoutParameters(() => '1'),
  'agent.version': withoutParameters(({ version }) => version),
  'agent.hostname': withoutParameters(({ hostname }) => hostname),
  'dinrail.discovery': withoutParameters(({ site }) => zabbixDiscovery(site)),
  'dinrail.value': ofPoint(valueOf),
  'dinrail.quality': ofPoint(({ quality }) => ({ value: quality })),
  'dinrail.age': ofPoint(ageOf),
};

/** Answers one item key. Never throws: what cannot be answered is unsupported, with the reason. */
export function runCheck(key: string, context: CheckContext): CheckResult {
  const parsed: ItemKey | undefined = parseItemKey(key);
  if (parsed === undefined) return { unsupported: 'Invalid item key format.' };
  if (context.furnace !== undefined && parsed.name.startsWith(FURNACE_KEY)) {
    return furnaceCheck(parsed, context.furnace);
  }
  const check = Object.hasOwn(CHECKS, parsed.name) ? CHECKS[parsed.name] : undefined;
  if (check === undefined) return { unsupported: `Unsupported item key: ${parsed.name}` };
  return check(parsed.parameters, context);
}

const FURNACE_KEY = 'eurotherm_data';
/** The profile of the instrument knows better than a limit of registers which temperature is one. */
const ALL_NUMBERS = 32_767;

/** `eurotherm_data[-pv]` and `eurotherm_data_pv` alike. */
function furnaceCheck({ name, parameters }: ItemKey, furnace: FurnaceRegisters): CheckResult {
  const flag =
    name === FURNACE_KEY ? (parameters[0] ?? '') : `-${name.slice(FURNACE_KEY.length + 1)}`;
  const cell = furnaceCell(flag);
  if (cell === undefined) return { unsupported: `unknown input: ${flag}` };
  try {
    const text = furnaceText(flag, furnace.register(cell), ALL_NUMBERS);
    return 'value' in text ? text : { unsupported: text.reason };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { unsupported: describeError(error) };
  }
}

function withoutParameters(answer: (context: CheckContext) => string): Check {
  return (parameters, context) => {
    if (parameters.some((parameter) => parameter !== '')) {
      return { unsupported: 'This key has no parameters.' };
    }
    return { value: answer(context) };
  };
}

function ofPoint(answer: (sample: Sample, context: CheckContext) => CheckResult): Check {
  return (parameters, context) => {
    const [device = '', point = '', ...more] = parameters;
    if (device === '' || point === '' || more.length > 0) {
      return { unsupported: 'Expected two parameters: device and point.' };
    }
    const sample = context.site.sample(`${device}.${point}`);
    if (sample === undefined) return { unsupported: `There is no point ${device}.${point}.` };
    return answer(sample, context);
  };
}

/** Only a value that the device confirmed is one: an old one would look as if it were read now. */
function valueOf(sample: Sample): CheckResult {
  const { value, quality } = sample;
  const text = quality === 'good' && value !== undefined ? zabbixValue(value) : undefined;
  if (text !== undefined) return { value: text };
  return { unsupported: `The value of ${sample.point.id} is not known: ${formatQuality(sample)}.` };
}

/** Seconds since the device last confirmed the value. */
function ageOf({ point, goodAt }: Sample, { wallMicros }: CheckContext): CheckResult {
  if (goodAt === undefined) return { unsupported: `${point.id} was never read: ${NO_VALUE}.` };
  return { value: (Math.max(0, wallMicros() - goodAt) / 1_000_000).toFixed(3) };
}
