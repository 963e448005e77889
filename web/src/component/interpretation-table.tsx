import {
  interpretations,
  type Interpretation,
  type Reading,
} from '../../../src/profile/interpretations.ts';
import { BYTE_ORDERS, type ByteOrder } from '../../../src/codec/value/value-type.ts';
import { bytesOf } from '../model/words-of-registers.ts';
import { t } from '../text/language.ts';

interface InterpretationTableProps {
  readonly words: readonly number[];
  /** Somebody has found what they look for. */
  readonly onPick?: (name: string, order: ByteOrder) => void;
}

/** Everything that some registers may mean, in every order; what is of a usual size stands out. */
export function InterpretationTable({ words, onPick }: InterpretationTableProps) {
  const all = interpretations(bytesOf(words));
  const isOrdered = words.length > 1;
  return (
    <table class="plain numbers meanings">
      <thead>
        <tr>
          <th scope="col">{t('bench.type')}</th>
          {(isOrdered ? BYTE_ORDERS : BYTE_ORDERS.slice(0, 1)).map((order) => (
            <th key={order} scope="col">
              {isOrdered ? order : t('bench.value')}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.name}</th>
            <Readings of={one} columns={isOrdered ? 4 : 1} onPick={onPick} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ReadingsProps {
  readonly of: Interpretation;
  readonly columns: number;
  readonly onPick: InterpretationTableProps['onPick'];
}

function Readings({ of: { name, readings }, columns, onPick }: ReadingsProps) {
  const found = BYTE_ORDERS.flatMap((order) => {
    const reading = readings[order];
    return reading === undefined ? [] : [{ order, reading }];
  });
  return (
    <>
      {found.map(({ order, reading }) => (
        <td
          key={order}
          colSpan={found.length === 1 ? columns : 1}
          class={reading.isLikely ? 'is-likely' : ''}
        >
          {onPick === undefined ? (
            <Text reading={reading} />
          ) : (
            <button
              type="button"
              class="link"
              title={t('bench.pick', { type: `${name}@${order}` })}
              onClick={() => onPick(name, order)}
            >
              <Text reading={reading} />
            </button>
          )}
        </td>
      ))}
    </>
  );
}

function Text({ reading: { text, isLikely } }: { readonly reading: Reading }) {
  return (
    <>
      {text}
      {isLikely && (
        <>
          <span aria-hidden="true"> ◂</span>
          <span class="unseen">{t('bench.likely')}</span>
        </>
      )}
    </>
  );
}
