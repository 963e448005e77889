import { describe, expect, test } from 'vitest';
import { judgeAnswer, judgeWrites } from './judge.ts';
import type { HttpAnswer, HttpProblem, WriteReport } from './ports.ts';

describe('an answer', () => {
  test.each<[HttpAnswer | HttpProblem, string]>([
    [{ status: 200, body: '' }, 'done'],
    [{ status: 204, body: '' }, 'done'],
    [{ status: 301, body: '' }, 'refused'],
    [{ status: 400, body: '' }, 'refused'],
    [{ status: 401, body: '' }, 'retry'],
    [{ status: 404, body: '' }, 'retry'],
    [{ status: 409, body: '' }, 'refused'],
    [{ status: 422, body: '' }, 'refused'],
    [{ status: 429, body: '', retryAfterMs: 7_000 }, 'retry'],
    [{ status: 500, body: '' }, 'retry'],
    [{ status: 503, body: '' }, 'retry'],
    [{ problem: 'no answer within 5 ms' }, 'retry'],
  ])('%j is %s', (answer, kind) => {
    expect(judgeAnswer(answer).kind).toBe(kind);
  });

  test('is told with its beginning, and its wish for a pause is heeded', () => {
    const body = `no\n  such batch ${'x'.repeat(500)}`;
    const verdict = judgeAnswer({ status: 429, body, retryAfterMs: 7_000 });
    expect(verdict).toMatchObject({ afterMs: 7_000 });
    expect(verdict.note).toMatch(/^answered 429: no such batch x+$/);
    expect(verdict.note.length).toBeLessThan(250);
  });
});

describe('writes', () => {
  function report(outcome: WriteReport['outcome'], code = ''): WriteReport {
    return { point: 'mc1.batch1', outcome, code, message: 'why' };
  }

  test.each<[string, readonly WriteReport[], string]>([
    ['all there', [report('confirmed'), report('unchanged')], 'done'],
    ['one without an answer', [report('confirmed'), report('unknown', 'no-answer')], 'retry'],
    ['one read back as another', [report('failed', 'differs')], 'retry'],
    ['a silent device', [report('refused', 'device-down')], 'retry'],
    ['a gateway that writes nothing now', [report('refused', 'writes-off')], 'retry'],
    ['a text that is too long', [report('refused', 'not-encodable')], 'refused'],
    [
      'the reason, not what follows from it',
      [report('refused', 'batch-stopped'), report('refused', 'range')],
      'refused',
    ],
  ])('%s', (_, reports, kind) => {
    expect(judgeWrites(reports).kind).toBe(kind);
  });
});
