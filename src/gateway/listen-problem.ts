import { ConnectError, describeError } from '../base/errors.ts';
import type { Address } from '../config/resolve-listen.ts';

/** What kept a server from listening, and what can be done about it; `name` as the site file has it. */
export function listenProblem(name: string, { host, port }: Address, error: unknown): Error {
  const where = `server ${name} cannot listen on ${host} port ${port}`;
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new ConnectError(
        `${where}: another program has the port. "ss -ltnp sport = :${port}" shows which; or take another port`,
      );
    case 'EACCES':
      return new ConnectError(
        `${where}: ports below 1024 need a right. Take another, such as ${unprivileged(port)}; or give the right: ` +
          'AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit of systemd, or ' +
          'sudo setcap cap_net_bind_service=+ep "$(command -v node)"',
      );
    case 'EADDRNOTAVAIL':
      return new ConnectError(
        `${where}: this machine has no such address. "ip address" shows those it has`,
      );
    default:
      return startProblem(name, error);
  }
}

/** Anything else that kept a server from starting. */
export function startProblem(name: string, error: unknown): Error {
  return new ConnectError(`server ${name} could not start: ${describeError(error)}`);
}

/** The port that people know, a thousand higher: 1502, 1802. */
function unprivileged(port: number): number {
  return port < 1_000 ? port + 1_000 : port;
}

/** The code that the operating system gave, however deep among the causes. */
function systemCode(error: unknown): unknown {
  let current: unknown = error;
  while (current instanceof Error) {
    const { code } = current as { readonly code?: unknown };
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return code;
    current = current.cause;
  }
  return undefined;
}
