import { t } from '../../text/language.ts';

const MINUTES = 60;
const HEIGHT = 48;
const BAR = 4;

/** Values sent in each minute of the last hour. */
export function Throughput({ minutes }: { readonly minutes: readonly number[] }) {
  const most = Math.max(...minutes, 0);
  const scale = most === 0 ? 0 : HEIGHT / most;
  // What was before the start is left of the first bar.
  const before = MINUTES - minutes.length;
  const words = most === 0 ? t('sinks.noThroughput') : t('sinks.throughput', { most });
  return (
    <figure class="throughput">
      <svg
        class="bars"
        viewBox={`0 0 ${MINUTES * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        {minutes.map((count, index) => {
          const height = count === 0 ? 0 : Math.max(1, count * scale);
          return (
            <rect
              key={index}
              x={(before + index) * BAR + 0.5}
              width={BAR - 1}
              y={HEIGHT - height}
              height={height}
            />
          );
        })}
        <line x1="0" x2={MINUTES * BAR} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      </svg>
      <figcaption class="quiet">{words}</figcaption>
    </figure>
  );
}
