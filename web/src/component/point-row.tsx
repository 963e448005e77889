import { useComputed } from '@preact/signals';
import type { VNode } from 'preact';
import type { Column } from '../model/columns.ts';
import { gatewayNow, wallTime } from '../model/gateway-time.ts';
import { pointSparks } from '../model/history.ts';
import { isOld } from '../model/link.ts';
import { hrefTo, refine } from '../model/route.ts';
import type { DeviceView, PointView } from '../model/site.ts';
import { durationText } from '../text/duration.ts';
import { t } from '../text/language.ts';
import { count, qualityWords, stateWords } from '../text/words.ts';
import { Mark } from './mark.tsx';
import { Spark } from './spark.tsx';
import { Value } from './value.tsx';
import { WritePencil } from './write-pencil.tsx';

interface GroupProps {
  readonly device: DeviceView;
  readonly shown: number;
  readonly index: number;
}

/** The heading of a device inside the table. */
export function GroupRow({ device, shown, index }: GroupProps) {
  const { label, name, state, line, unit } = device.status.value;
  return (
    <div role="row" aria-rowindex={index} class="row row-group">
      <span role="rowheader">
        <a href={hrefTo('devices', name)}>{label ?? name}</a>
        <span class="quiet">
          {[
            label !== undefined && name,
            `${line} · ${t('device.unit')} ${unit}`,
            count(shown, 'point'),
            stateWords(state, isOld.value),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
    </div>
  );
}

interface PointRowProps {
  readonly view: PointView;
  readonly index: number;
  readonly columns: readonly Column[];
}

/** One point. Its cells draw themselves again one by one, when what they show becomes another. */
export function PointRow({ view, index, columns }: PointRowProps) {
  return (
    <div role="row" aria-rowindex={index} class="row" data-point={view.id}>
      {columns.map((name) => CELLS[name](view))}
    </div>
  );
}

const CELLS: Readonly<Record<Column, (view: PointView) => VNode>> = {
  point: ({ id, point: { name, label } }) => (
    <span key="point" role="rowheader" class="cell-point">
      <button type="button" class="link" onClick={() => refine({ point: id })}>
        {label ?? name}
      </button>
      {label !== undefined && <span class="name">{name}</span>}
    </span>
  ),
  value: (view) => (
    <span key="value" role="cell" class="cell-value">
      {view.point.writable === true && <WritePencil view={view} />}
      <Value view={view} unit={false} />
    </span>
  ),
  quality: (view) => <QualityCell key="quality" view={view} />,
  age: (view) => <AgeCell key="age" view={view} />,
  trend: (view) => <TrendCell key="trend" view={view} />,
  ...{
    unit: ({ point }) => plainCell('unit', point.unit),
    device: ({ point }) => plainCell('device', point.device),
    address: ({ point }) => plainCell('address', point.address),
    type: ({ point }) => plainCell('type', point.type),
    category: ({ point }) => plainCell('category', point.category),
    every: ({ point }) => plainCell('every', durationText(point.everyMs)),
  },
};

function plainCell(name: Column, text: string | undefined): VNode {
  return (
    <span key={name} role="cell" class={`cell-${name}`} title={text}>
      {text}
    </span>
  );
}

function TrendCell({ view }: { readonly view: PointView }) {
  const series = useComputed(() => pointSparks.series.value.get(view.id));
  return (
    <span role="cell" class="cell-trend">
      {series.value !== undefined && <Spark series={series.value} />}
    </span>
  );
}

function QualityCell({ view }: { readonly view: PointView }) {
  const sample = view.sample.value;
  const words = qualityWords(sample, isOld.value);
  return (
    <span role="cell" class={`cell-quality quality-${sample.quality}`} title={words}>
      {sample.quality === 'bad' && sample.cause !== 'not-read-yet' && <Mark priority={3} />}
      <span>{words}</span>
    </span>
  );
}

function AgeCell({ view }: { readonly view: PointView }) {
  const text = useComputed(() => {
    const { quality, lastGood } = view.sample.value;
    if (quality === 'good') return durationText(gatewayNow.value - view.freshAt);
    if (lastGood === undefined) return t('age.never');
    return quality === 'stale'
      ? durationText(gatewayNow.value - Date.parse(lastGood))
      : t('age.last', { time: wallTime(lastGood, gatewayNow.value) });
  });
  return (
    <span role="cell" class="cell-age">
      {text}
    </span>
  );
}
