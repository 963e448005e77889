import { expect, test } from 'vitest';
import { PathMethods } from './path-methods.ts';

const paths = new PathMethods();
for (const [path, ...methods] of [
  ['/', 'HEAD', 'GET'],
  ['/api/v1/alarms/journal', 'GET'],
  ['/api/v1/alarms/:id/ack', 'POST'],
  ['/api/v1/values/:device/:point', 'GET', 'PUT'],
] as const) {
  for (const method of methods) paths.add(path, method);
}

test.each([
  ['/', 'GET HEAD'],
  ['/?a=/b', 'GET HEAD'],
  ['/api/v1/alarms/journal', 'GET'],
  ['/api/v1/alarms/furnace.hi/ack', 'POST'],
  ['/api/v1/values/furnace/pv?format=plain', 'GET PUT'],
  ['/api/v1/values/furnace/a%2fb', 'GET PUT'],
  ['/api/v1/values/furnace/', ''],
  ['/api/v1/values//pv', ''],
  ['/api/v1/values/furnace/pv/x', ''],
  ['//', ''],
])('%s takes %s', (url, methods) => {
  expect(paths.methodsOf(url).join(' ')).toBe(methods);
});
