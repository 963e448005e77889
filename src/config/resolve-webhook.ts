import { nearest } from '../base/did-you-mean.ts';
import { EVENT_TYPES, isEventType } from '../base/event-type.ts';
import { globPattern } from './glob.ts';
import { hintOf, type Report } from './report.ts';
import type { SinkInput } from './sink-schema.ts';
import type { WebhookSinkConfig } from './site-config.ts';

/** As RFC 9110 wants a name, and none of those that the sink sets itself. */
const HEADER = /^(?!content-|x-dinrail-|host$|connection$|transfer-encoding$)[\w!#$%&'*+.^`|~-]+$/i;
/** What no value of a header may have: it would begin another line. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

export function webhook(
  path: readonly string[],
  { url, events, secret, headers = {}, timeout }: SinkInput & { readonly type: 'webhook' },
  report: Report,
): WebhookSinkConfig {
  const timeoutMs = report.timeMs([...path, 'timeout'], timeout, 100) ?? 0;
  const urlPath = [...path, 'url'];
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    const hint = 'such as https://example.com/hooks/dinrail';
    report.error(urlPath, `url is "${url}", expected an address of HTTP`, { hint });
  } else if (new URL(url).username !== '') {
    const hint = 'headers: { Authorization: "${HOOK_AUTHORIZATION}" }';
    report.error(urlPath, 'url has a user in it', { hint });
  }
  events.forEach((pattern, index) => {
    const isRule = isEventType(pattern) || /^rule\.[a-z0-9_*-]*$/.test(pattern);
    if (isRule || EVENT_TYPES.some((type) => globPattern(pattern).test(type))) return;
    const hint = hintOf(nearest(pattern, EVENT_TYPES), EVENT_TYPES, 12);
    report.error([...path, 'events', index], `no event is named "${pattern}"`, hint);
  });
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER.test(name)) {
      const message = `"${name}" is no header that can be given`;
      report.error([...path, 'headers', name], message, { onKey: true });
    } else if (CONTROL.test(value)) {
      report.error(
        [...path, 'headers', name],
        `the value of "${name}" has signs that none may have`,
      );
    }
  }
  return {
    ...{ type: 'webhook', url, events, headers, timeoutMs },
    ...(secret !== undefined && { secret }),
  };
}
