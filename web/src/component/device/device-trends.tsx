import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { problemWords } from '../../model/api.ts';
import { gatewayNow } from '../../model/gateway-time.ts';
import { askHistory } from '../../model/history.ts';
import { gridOf, type Grid } from '../../model/pens.ts';
import { go, hrefTo } from '../../model/route.ts';
import type { DeviceView, PointView } from '../../model/site.ts';
import { t } from '../../text/language.ts';
import { Chart } from '../chart.tsx';
import { heroesOf } from '../device-tile.tsx';
import { Value } from '../value.tsx';

const HOURS = 8;
const HOUR_S = 3_600;
const BUCKETS = 300;

/** The values that come first, over the last hours. */
export function DeviceTrends({ device }: { readonly device: DeviceView }) {
  const drawn = heroesOf(device.status.peek(), device.points).filter(
    ({ point }) => point.kind !== 'text',
  );
  const ids = drawn.map(({ id }) => id).join();
  const grids = useSignal<ReadonlyMap<string, Grid>>(new Map());
  const why = useSignal('');
  const to = useSignal(gatewayNow.peek() / 1000);
  useEffect(() => {
    const cancel = new AbortController();
    to.value = gatewayNow.peek() / 1000;
    void askHistory(ids.split(','), `-${HOURS}h`, 'now', BUCKETS, cancel.signal).then((answer) => {
      if (cancel.signal.aborted) return;
      if (!answer.ok) {
        why.value = problemWords(answer.problem);
        return;
      }
      const { series } = answer.body;
      grids.value = new Map(
        series.map((one) => [one.point, gridOf({ ...answer.body, series: [one] })]),
      );
    });
    return () => cancel.abort();
  }, [ids]);
  if (drawn.length === 0) return <p class="first-words">{t('points.empty')}</p>;
  const range = { range: `${HOURS}h` };
  return (
    <section class="panel" aria-label={t('nav.trends')}>
      <div class="points-head">
        <h2>{t('device.hours', { n: HOURS })}</h2>
        <a class="button" href={hrefTo('trends', undefined, { pens: ids, ...range })}>
          {t('face.trend')}
        </a>
      </div>
      {why.value !== '' && <p class="trouble">{t('trends.failed', { why: why.value })}</p>}
      <div class="device-trends">
        {drawn.map((view) => (
          <One key={view.id} view={view} grid={grids.value.get(view.id)} to={to.value} />
        ))}
      </div>
    </section>
  );
}

interface OneProps {
  readonly view: PointView;
  readonly grid: Grid | undefined;
  readonly to: number;
}

function One({ view, grid, to }: OneProps) {
  const { point, id } = view;
  return (
    <figure>
      <figcaption>
        {point.label ?? point.name} <Value view={view} />
      </figcaption>
      {grid !== undefined && (
        <Chart
          {...{ grid, to, from: to - HOURS * HOUR_S, height: 140 }}
          steps={new Set(point.kind === 'state' ? [id] : [])}
          label={`${point.label ?? point.name}: ${t('device.hours', { n: HOURS })}`}
          onZoom={(from, until) => {
            const times = {
              from: String(Math.round(from * 1000)),
              to: String(Math.round(until * 1000)),
            };
            go(hrefTo('trends', undefined, { pens: id, ...times }));
          }}
        />
      )}
    </figure>
  );
}
