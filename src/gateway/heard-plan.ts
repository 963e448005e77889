import { formatId, frameOfKey } from '../can/frame.ts';
import type { HeardSource } from '../config/heard-config.ts';
import type { DeviceConfig, LineConfig, SiteConfig } from '../config/site-config.ts';

/** What a site hears on a bus, instead of asking for it. */
export interface HeardLinePlan {
  readonly line: string;
  readonly endpoint: string;
  readonly messages: readonly HeardMessagePlan[];
  readonly requests: readonly HeardRequestPlan[];
}

export interface HeardMessagePlan {
  readonly device: string;
  readonly message: string;
  /** `1834CCE8` */
  readonly id: string;
  readonly points: number;
  readonly staleMs: number;
}

export interface HeardRequestPlan {
  readonly device: string;
  /** `181FE8F4#14` */
  readonly frame: string;
  readonly everyMs: number;
  readonly until?: string;
}

/** The messages that points come from, and the frames that are sent, line by line. */
export function planHeard({ lines, devices }: SiteConfig): readonly HeardLinePlan[] {
  return lines
    .filter(({ kind }) => kind === 'can' || kind === 'host')
    .map((line) =>
      planLine(
        line,
        devices.filter((device) => device.line === line.name),
      ),
    );
}

function planLine(line: LineConfig, devices: readonly DeviceConfig[]): HeardLinePlan {
  return {
    ...{ line: line.name, endpoint: line.endpoint },
    messages: devices.flatMap(messagesOf),
    requests: devices.flatMap(requestsOf),
  };
}

function messagesOf({ name, heard }: DeviceConfig): readonly HeardMessagePlan[] {
  if (heard === undefined) return [];
  const sources: readonly HeardSource[] = Object.values(heard.sources);
  return heard.messages.map(({ message, staleMs }, index) => {
    const frame = frameOfKey(message.key);
    return {
      ...{ device: name, message: message.name, staleMs },
      id: frame === undefined ? 'no frame' : formatId(frame),
      points: sources.filter((one) => one.kind === 'signal' && one.message === index).length,
    };
  });
}

function requestsOf({ name, heard }: DeviceConfig): readonly HeardRequestPlan[] {
  return (heard?.requests ?? []).map(({ frame, data, everyMs, until }) => ({
    ...{ device: name, everyMs },
    frame: `${formatId(frame)}#${frame.isRemote ? 'R' : data}`,
    ...(until !== undefined && { until }),
  }));
}
