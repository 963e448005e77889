import type { ConfigRefusal } from '../api/config-control.ts';
import type { ConfigProblemJson } from '../api/contract.ts';

/** Why something about the configuration was not done, and what to do about it. */

export function unreadable(detail: string): ConfigRefusal {
  const fix = 'look at the file on the machine; dinrail check says more';
  return { problem: { status: 503, code: 'unreadable', detail, fix } };
}

export function busy(): ConfigRefusal {
  const detail = 'others of these are under way';
  return { problem: { status: 503, code: 'busy', detail, fix: 'ask again when they are done' } };
}

export function noSuchFile(files: readonly { readonly name: string }[]): ConfigRefusal {
  const detail = 'the site has no file of this name';
  const fix = `ask for one of ${files.map(({ name }) => name).join(', ')}`;
  return { problem: { status: 404, code: 'no-such-file', detail, fix } };
}

export function noSuchDevice(devices: readonly { readonly name: string }[]): ConfigRefusal {
  const detail = 'the text has no device of this name';
  const names = devices.map(({ name }) => name).slice(0, 6);
  const fix = names.length === 0 ? 'add one to devices' : `it has ${names.join(', ')}`;
  return { problem: { status: 404, code: 'no-such-device', detail, fix } };
}

export function noSuchVersion(): ConfigRefusal {
  const detail = 'there is no such version';
  const fix = 'GET /api/v1/config/versions lists those there are';
  return { problem: { status: 404, code: 'no-such-version', detail, fix } };
}

export function notEdited(detail: string): ConfigRefusal {
  const fix = 'change the text by hand, or the part that it names';
  return { problem: { status: 422, code: 'edit-failed', detail, fix } };
}

export function changedMeanwhile(name: string): ConfigRefusal {
  const detail = `${name} was changed meanwhile`;
  const fix = 'load it again, and look at what has changed, before you change it';
  return { problem: { status: 412, code: 'changed-meanwhile', detail, fix } };
}

export function readOnly(why: string): ConfigRefusal {
  const [detail = why, fix = why] = why.split(/: (.*)/s);
  return { problem: { status: 409, code: 'read-only', detail, fix } };
}

export function wrong(problems: readonly ConfigProblemJson[]): ConfigRefusal {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const detail = `${place}${first?.message ?? 'the text has errors'}${more}`;
  const fix = first?.hint ?? 'put right what problems says; what runs goes on';
  return { problem: { status: 422, code: 'config', detail, fix }, problems };
}

export function notKept(cause: string): ConfigRefusal {
  const detail = `the text that was there could not be kept: ${cause}`;
  const fix = 'make room in the folder of everything that is kept; nothing was changed';
  return { problem: { status: 503, code: 'not-kept', detail, fix } };
}

export function notWritten(cause: string): ConfigRefusal {
  const detail = `the file could not be written: ${cause}`;
  const fix = 'make room, or give the file to the user that dinrail runs as; nothing was changed';
  return { problem: { status: 503, code: 'not-written', detail, fix } };
}

export function notApplied(reason: string): ConfigRefusal {
  const detail = `it was not applied, what ran before goes on: ${reason}`;
  const fix = 'the log of the gateway says more; the file is as it was';
  return { problem: { status: 422, code: 'not-applied', detail, fix } };
}

export function notTakenBack(reason: string, cause: string): ConfigRefusal {
  const detail = `it was not applied (${reason}), and the file could not be put back: ${cause}`;
  const fix = 'the text that was there is the newest version before: put it back by hand';
  return { problem: { status: 500, code: 'not-taken-back', detail, fix } };
}
