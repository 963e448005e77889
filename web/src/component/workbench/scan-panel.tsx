import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ScanJson } from '../../../../src/api/contract.ts';
import { isOld } from '../../model/link.ts';
import { base, choose, isBits, read, wish } from '../../model/workbench/bench.ts';
import { addressText } from '../../model/workbench/notation.ts';
import {
  isScanning,
  runScan,
  scan,
  scanTrouble,
  shareOf,
  startScan,
  stopScan,
} from '../../model/workbench/scan.ts';
import { hexWord } from '../../model/words-of-registers.ts';
import { t } from '../../text/language.ts';

const MAX_SCAN = 10_000;
/** Runs and changes that are listed; the API has them all. */
const MAX_SHOWN = 200;

/** Which registers there are, and which of them change. */
export function ScanPanel() {
  useEffect(runScan, []);
  const count = useSignal(1_000);
  const found = scan.value;
  const { start = 0, table = 'holding' } = wish.value ?? {};
  return (
    <section class="panel bench-scan" aria-label={t('bench.scan')}>
      <form
        class="bench-scan-head field"
        onSubmit={(event) => {
          event.preventDefault();
          void (isScanning.peek() ? stopScan() : startScan(count.peek()));
        }}
      >
        <h2>{t('bench.scan')}</h2>
        <label class="bench-number">
          {t('bench.scanCount', { start: addressText(start, base.value, table) })}
          <input
            type="number"
            inputMode="numeric"
            min={1}
            max={MAX_SCAN}
            value={count.value}
            onChange={({ currentTarget: { value } }) => {
              count.value = Math.min(MAX_SCAN, Math.max(1, Math.round(Number(value)) || 1));
            }}
          />
        </label>
        <button type="submit" disabled={isOld.value}>
          {t(isScanning.value ? 'bench.scanStop' : 'bench.scanGo')}
        </button>
      </form>
      {scanTrouble.value !== '' && <p class="trouble">{scanTrouble}</p>}
      {found === undefined ? <p class="quiet">{t('bench.scanAbout')}</p> : <Found found={found} />}
    </section>
  );
}

function Found({ found }: { readonly found: ScanJson }) {
  const { state, table, unit, problem, questions, missing, silent, changes } = found;
  const there = found.found.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <p>
        <progress value={shareOf(found)} max={1} aria-label={t('bench.progress')} />{' '}
        <span role="status">
          {t(`bench.scan.${state}`)}
          {problem !== undefined && `: ${problem}`}
        </span>
      </p>
      <p class="quiet">
        {t('bench.scanned', {
          table: t(`bench.${table}`),
          unit,
          there,
          missing,
          silent,
          questions,
        })}
      </p>
      <div class="bench-found">
        {found.found.length > 0 && (
          <div>
            <h3>{t('bench.exist')}</h3>
            <ul class="bench-runs">
              {found.found.slice(0, MAX_SHOWN).map(({ start, count }) => (
                <li key={start}>
                  <button type="button" class="link" onClick={() => show(found, start, count)}>
                    {runText(found, start, count)}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        {changes.length > 0 && (
          <div>
            <h3>{t('bench.change')}</h3>
            <ul class="bench-runs">
              {changes.slice(0, MAX_SHOWN).map(({ address, first, last }) => (
                <li key={address}>
                  <button type="button" class="link" onClick={() => show(found, address, 1)}>
                    {addressText(address, base.value, table)}
                  </button>{' '}
                  <span class="quiet">
                    {first} → {last} ({hexWord(last)})
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </>
  );
}

function runText({ table }: ScanJson, start: number, count: number): string {
  const first = addressText(start, base.value, table);
  if (count === 1) return first;
  return `${first} – ${addressText(start + count - 1, base.value, table)}`;
}

/** Shows what was found in the grid, with a little around a single register. */
function show({ line, unit, table }: ScanJson, start: number, count: number): void {
  const most = isBits(table) ? 400 : 100;
  const [from, n] = count === 1 ? [start - (start % 10), 10] : [start, Math.min(count, most)];
  choose({ line, unit, table, start: from, count: n });
  void read();
  scrollTo({ top: 0 });
}
