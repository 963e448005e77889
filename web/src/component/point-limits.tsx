import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AlarmJson, AuditJson } from '../../../src/api/contract.ts';
import { getJson } from '../model/api.ts';
import { priorityOf } from '../model/alarms.ts';
import { askedAgain } from '../model/ask-again.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { offers, type PointView } from '../model/site.ts';
import { isKey, t } from '../text/language.ts';
import { valueText } from '../text/value.ts';
import { Fact } from './fact.tsx';
import { Mark } from './mark.tsx';

/** What is plausible for the point, and when it raises an alarm. */
export function Limits({ view: { point } }: { readonly view: PointView }) {
  const rules = useSignal<readonly AlarmJson[]>([]);
  const again = askedAgain('alarms');
  useEffect(() => {
    if (!offers.peek().includes('alarms')) return undefined;
    const cancel = new AbortController();
    void getJson<readonly AlarmJson[]>('alarms', cancel.signal).then((answer) => {
      if (!answer.ok || cancel.signal.aborted) return;
      rules.value = answer.body.filter(
        (alarm) => alarm.device === point.device && alarm.point === point.name,
      );
    });
    return () => cancel.abort();
  }, [point, again]);
  const { low, high } = point.range ?? {};
  const words = (value: number): string =>
    `${valueText(point, { value })} ${point.unit ?? ''}`.trim();
  const hasRange = low !== undefined || high !== undefined;
  if (!hasRange && rules.value.length === 0) return null;
  return (
    <>
      <h3>{t('writes.limits')}</h3>
      <dl class="facts">
        {hasRange && (
          <Fact
            name={t('face.plausible')}
            value={`${low === undefined ? '…' : words(low)} – ${high === undefined ? '…' : words(high)}`}
          />
        )}
        {rules.value.map((alarm) => (
          <Fact
            key={alarm.id}
            name={kindWords(alarm.kind)}
            value={
              <span class="with-mark">
                {alarm.active && <Mark priority={priorityOf(alarm)} />}
                {alarm.limit === undefined ? alarm.text : words(alarm.limit)}
              </span>
            }
          />
        ))}
      </dl>
    </>
  );
}

function kindWords(kind: AlarmJson['kind']): string {
  const key = `limit.${kind}`;
  return isKey(key) ? t(key) : t('face.alarm');
}

/** Who wrote it last, and what became of that. */
export function LastWrite({ view: { id, point } }: { readonly view: PointView }) {
  const last = useSignal<AuditJson | undefined>(undefined);
  const again = askedAgain('writes');
  useEffect(() => {
    if (point.writable !== true || !offers.peek().includes('writes')) return undefined;
    const cancel = new AbortController();
    const query = new URLSearchParams({ point: id, limit: '2' }).toString();
    void getJson<readonly AuditJson[]>(`audit?${query}`, cancel.signal).then((answer) => {
      if (!answer.ok || cancel.signal.aborted) return;
      last.value = answer.body.find(({ kind }) => kind === 'result');
    });
    return () => cancel.abort();
  }, [id, again]);
  if (last.value === undefined) return null;
  const { time, message, who } = last.value;
  const name = typeof who === 'object' && who !== null && 'name' in who ? who.name : '';
  return (
    <>
      <h3>{t('face.lastWrite')}</h3>
      <p>
        {wallTime(time, gatewayNow.peek())}
        {typeof name === 'string' && name !== '' && ` · ${name}`}
        {typeof message === 'string' && ` · ${message}`}
      </p>
    </>
  );
}
