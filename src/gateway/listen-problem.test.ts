import { expect, test } from 'vitest';
import { ConnectError, InvalidRequestError } from '../base/errors.ts';
import { listenProblem } from './listen-problem.ts';

const LISTEN = { host: '0.0.0.0', port: 502 };

/** As the layers below wrap what the operating system says. */
function refused(code: string): Error {
  const cause = Object.assign(new Error(`listen ${code}`), { code });
  return new ConnectError('cannot listen on 0.0.0.0 port 502', { cause });
}

test.each([
  ['EACCES', /port 502: ports below 1024 need a right.*1502.*setcap/],
  ['EADDRINUSE', /port 502: another program has the port\. "ss -ltnp sport = :502"/],
  ['EADDRNOTAVAIL', /0\.0\.0\.0 port 502: this machine has no such address/],
])('%s is said with what can be done', (code, message) => {
  expect(listenProblem('scada', LISTEN, refused(code)).message).toMatch(message);
});

test('anything else keeps its words', () => {
  const error = new InvalidRequestError('the map is full', { cause: new Error('at last') });
  expect(listenProblem('scada', LISTEN, error).message).toBe(
    'server scada could not start: the map is full: at last',
  );
});
