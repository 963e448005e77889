import type { Logger } from '../base/log.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { Notifier } from '../service/notifier.ts';
import { siteStatus } from '../service/site-status.ts';
import { Supervision, watchdogMsOf } from '../service/supervision.ts';
import { systemdNotify } from '../service/systemd-notify.ts';
import type { CliContext } from './context.ts';

/** Tells systemd how a site is, where it asked to be told; undefined where it did not. */
export function superviseSite(
  { env, pid, clock }: CliContext,
  { site, standstillMs }: Pick<Gateway, 'site' | 'standstillMs'>,
  logger: Logger,
): Supervision | undefined {
  const { NOTIFY_SOCKET: socket = '' } = env;
  if (socket === '') return undefined;
  const send = systemdNotify(socket);
  if (send === undefined) {
    logger.warn('systemd-notify is not installed: systemd will not know that the site runs');
    return undefined;
  }
  const watchdogMs = watchdogMsOf(env, pid);
  return new Supervision({
    ...{ notifier: new Notifier(send, logger), clock, logger, standstillMs },
    status: () => siteStatus(site.devices()),
    ...(watchdogMs !== undefined && { watchdogMs }),
  });
}
