import type { Receiver } from './judge.ts';
import type { InfluxOptions, InfluxV1, InfluxV2, Precision } from './options.ts';

/** Where writes go and by what right. */
export interface Target {
  /** With the query. */
  readonly writePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receiver: Receiver;
}

export function targetOf(options: InfluxOptions, precision: Precision, place: string): Target {
  return options.api === 'v1'
    ? targetV1(options, precision, place)
    : targetV2(options, precision, place);
}

/** What version 1 calls the precisions. */
const V1_PRECISIONS: Readonly<Record<Precision, string>> = { s: 's', ms: 'ms', us: 'u', ns: 'n' };

function targetV1(
  { database, username, password = '', retentionPolicy }: InfluxV1,
  precision: Precision,
  place: string,
): Target {
  const query = new URLSearchParams({ db: database, precision: V1_PRECISIONS[precision] });
  if (retentionPolicy !== undefined) query.set('rp', retentionPolicy);
  // In the header, as what stands in an address ends up in the logs of servers and proxies.
  const basic = Buffer.from(`${username ?? ''}:${password}`).toString('base64');
  const store = `database "${database}"`;
  return {
    writePath: `/write?${query.toString()}`,
    headers: headers(username === undefined ? undefined : `Basic ${basic}`),
    receiver: { place, store, credential: 'user name or password', secrets: kept(password, basic) },
  };
}

function targetV2({ org, bucket, token }: InfluxV2, precision: Precision, place: string): Target {
  const query = new URLSearchParams({ ...(org !== '' && { org }), bucket, precision });
  const store = `bucket "${bucket}"`;
  return {
    writePath: `/api/v2/write?${query.toString()}`,
    headers: headers(token === undefined ? undefined : `Token ${token}`),
    receiver: { place, store, credential: 'token', secrets: kept(token ?? '') },
  };
}

function headers(authorization: string | undefined): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/plain; charset=utf-8',
    ...(authorization !== undefined && { authorization }),
  };
}

/** An empty secret is none: it would be found everywhere. */
function kept(...secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => secret !== '');
}
