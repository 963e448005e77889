import { describeError, GatewayError } from '../base/errors.ts';
import type { ProblemJson } from '../api/contract.ts';

/** A gateway is there, and does not do it for whoever asks. */
export class RefusedError extends GatewayError {
  readonly code = 'refused';
}

/** What the gateway said: its body, or its problem. */
export interface GatewayAnswer {
  readonly status: number;
  readonly body: string;
}

/** What somebody at a command line does about a problem, where that is not what a program does. */
const SENTENCES: Readonly<Record<string, string>> = {
  'login-needed':
    'this gateway wants to know who asks; give one of web.tokens of its site file in DINRAIL_TOKEN, or with --token',
  'token-needed':
    'this gateway wants a token; give one of web.tokens of its site file in DINRAIL_TOKEN, or with --token',
  'wrong-token':
    'the token of DINRAIL_TOKEN or --token is not one of this gateway; look at web.tokens of its site file',
  'no-reason':
    'why is the alarm put aside? dinrail alarms shelve ID --for 1h --reason "sensor is replaced"',
  'wrong-time': 'for how long is the alarm put aside? --for takes a time from 1s to 7d, such as 1h',
  'value-not-good': 'there is no good value; without --plain everything known of it is shown',
};

/** The sentences of a problem, for people; of anything else that is no answer, its status. */
export function problemText({ status, body }: GatewayAnswer): string {
  try {
    const { code, detail, fix } = JSON.parse(body) as ProblemJson;
    return SENTENCES[code] ?? `${detail}; ${fix}`;
  } catch {
    return `the gateway answered with status ${status}`;
  }
}

/** Why nothing came from a gateway, and what to do. */
export function unreachableText(url: URL, cause: Error): string {
  const { protocol, host } = url;
  const { code = '' } = cause as NodeJS.ErrnoException;
  const told = describeError(cause);
  if (protocol === 'https:' && /^(?:EPROTO|ERR_SSL_)/.test(code)) {
    return `no TLS with ${host} (${code}); if it is not encrypted, ask http://${host}`;
  }
  if (protocol === 'http:' && code === 'ECONNRESET') {
    return `no gateway at ${host}: ${told}; if it is encrypted, ask https://${host}`;
  }
  return (
    certificateText(url, cause) ??
    `no gateway at ${host}: ${told}; is it running? --gateway says where`
  );
}

/** Why a certificate was turned away, and what to do; undefined for any other failure. */
export function certificateText({ host }: URL, cause: Error): string | undefined {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const fix = certificateFix(code);
  return fix && `the certificate of ${host} is not accepted: ${describeError(cause)}; ${fix}`;
}

function certificateFix(code: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'ask for a name that stands in it';
  if (/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/.test(code)) {
    return 'renew web.tls of its site, or set the clock of this machine';
  }
  // The codes of OpenSSL for a chain that ends at nobody who is trusted.
  return /SELF_SIGNED|^UNABLE_TO_(?:GET_ISSUER|VERIFY)|^CERT_|^INVALID_CA$/.test(code)
    ? 'NODE_EXTRA_CA_CERTS=ca.pem has a CA of your own trusted'
    : undefined;
}
