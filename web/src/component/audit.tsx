import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AuditJson } from '../../../src/api/contract.ts';
import { getJson, problemWords } from '../model/api.ts';
import { askedAgain } from '../model/ask-again.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { t } from '../text/language.ts';

const COLUMNS = ['point', 'who', 'old', 'value', 'outcome', 'message'] as const;

const MOST = 200;

/** What the audit has: every try to write, and who locked what; of one device, where one is named. */
export function Audit({ device }: { readonly device?: string }) {
  const records = useSignal<readonly AuditJson[]>([]);
  const why = useSignal('');
  const again = askedAgain('writes');
  useEffect(() => {
    const query = new URLSearchParams({ limit: String(MOST), ...(device && { device }) });
    void getJson<readonly AuditJson[]>(`audit?${query.toString()}`).then((answer) => {
      if (answer.ok) records.value = answer.body;
      why.value = answer.ok ? '' : problemWords(answer.problem);
    });
  }, [again, device]);
  const results = records.value.filter(({ kind }) => kind !== 'intent');
  return (
    <section class="panel" aria-label={t('writes.audit')}>
      <h2>{t('writes.audit')}</h2>
      {why.value !== '' && <p class="trouble">{why.value}</p>}
      {results.length === 0 && why.value === '' && <p class="quiet">{t('writes.none')}</p>}
      {results.length > 0 && (
        <div
          class="wide-table"
          role="group"
          aria-label={t('table.of', { what: t('writes.audit') })}
          tabIndex={0}
        >
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">{t('face.time')}</th>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col">
                    {t(`audit.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {results.map((record) => (
                <tr key={record.sequence}>
                  <td>{wallTime(record.time, gatewayNow.peek())}</td>
                  {COLUMNS.map((name) => (
                    <td key={name}>{wordOf(record[name])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** A member of a record, whatever it is: the audit says more than the page knows. */
function wordOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const name = typeof value === 'object' && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? name : JSON.stringify(value);
}
