import { expect, test } from 'vitest';
import { bytesText } from './bytes.ts';
import { explanationOf } from './sink-error.ts';

test.each([
  ['http://127.0.0.1:9 refuses the connection: connect ECONNREFUSED', 'sinkError.refused'],
  ['zabbix server x is unknown: there is no such host name', 'sinkError.name'],
  ['http://plant:8086 has a name that is not known here: getaddrinfo ENOTFOUND', 'sinkError.name'],
  ['http://plant:8086 refuses who asks (401): check its headers', 'sinkError.access'],
  ['http://plant:8086 refuses writes: unauthorized access', 'sinkError.access'],
  ['http://plant:8086 has nothing at this path (404): check the url', 'sinkError.path'],
  ['http://plant:8086 wants to be left alone', undefined],
  ['http://plant:8086 cannot be reached: no route to it', 'sinkError.timeout'],
  ['cannot append to /data/a.jsonl: ENOSPC: no space left on device', 'sinkError.full'],
  ['cannot append to /data/a.jsonl: EACCES: permission denied', 'sinkError.disk'],
  ['the sink has not answered in time', 'sinkError.timeout'],
  ['the journal gives nothing', undefined],
])('%s is explained by %s', (error, key) => {
  expect(explanationOf(error)).toBe(key);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [2_540_000, '2.5 MB'],
  [640_000_000, '640 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
