import type { TlsOptions } from 'node:tls';

/** What a server shows its clients, and what it wants to see of them; texts or bytes of PEM. */
export interface TlsIdentity {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Absent: clients need no certificate. Else theirs must be signed by one of these. */
  readonly ca?: string | Buffer;
}

/** A client that does not finish its handshake within this goes, in milliseconds. */
const HANDSHAKE_MS = 5_000;

/** Modbus/TCP Security Protocol Specification, version 36, section 8: TLS 1.2 or better. */
export function tlsOptions({ cert, key, ca }: TlsIdentity): TlsOptions {
  const isMutual = ca !== undefined;
  return {
    ...{ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS },
    ...{ requestCert: isMutual, rejectUnauthorized: isMutual },
    ...(isMutual && { ca }),
  };
}
