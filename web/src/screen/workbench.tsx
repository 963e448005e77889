import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { BenchDetail } from '../component/workbench/bench-detail.tsx';
import { BenchGrid } from '../component/workbench/bench-grid.tsx';
import { BenchTarget, KindChoice } from '../component/workbench/bench-target.tsx';
import { ScanPanel } from '../component/workbench/scan-panel.tsx';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { link } from '../model/link.ts';
import {
  answer,
  askBench,
  bench,
  problem,
  refusal,
  runReading,
  wish,
} from '../model/workbench/bench.ts';
import { rangeText } from '../model/workbench/notation.ts';
import { t } from '../text/language.ts';
import { every } from '../time.ts';

const ASK_EVERY_MS = 10_000;

/** Registers of any device, between the polls of its line: look, compare, name, write. */
export function Workbench() {
  useSignalEffect(() => {
    if (link.value === 'live') void askBench();
  });
  useEffect(runReading, []);
  useEffect(
    () =>
      every(ASK_EVERY_MS, () => {
        if (link.peek() === 'live') void askBench();
      }),
    [],
  );
  const asked = wish.value;
  if (bench.value === undefined || asked === undefined) {
    const words = bench.value === undefined ? refusal.value : t('bench.noLine');
    return <p class="first-words">{words === '' ? t('ask.loading') : words}</p>;
  }
  return (
    <div class="bench">
      <section class="panel bench-main" aria-label={t('nav.workbench')}>
        <BenchTarget asked={asked} />
        <div class="bench-head">
          <KindChoice />
          <Said />
        </div>
        <BenchGrid />
      </section>
      <BenchDetail />
      <ScanPanel />
    </div>
  );
}

/** What the last question came to. */
function Said() {
  const { value: read } = answer;
  if (problem.value !== '') {
    return (
      <p role="status" class="trouble bench-said">
        {problem}
      </p>
    );
  }
  if (read === undefined) return null;
  const { table, start, count, unit, time, ms } = read;
  return (
    <p class="quiet bench-said">
      {t('bench.said', {
        ...{ place: rangeText(table, start, start + count - 1), unit, ms },
        time: wallTime(time, gatewayNow.value),
      })}
    </p>
  );
}
