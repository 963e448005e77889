import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ownProblems } from '../../model/settings/ask.ts';
import {
  caretWish,
  noteCaret,
  redo,
  setText,
  text,
  undo,
  pointedLine,
} from '../../model/settings/draft.ts';
import {
  commented,
  continued,
  indented,
  inksOf,
  lineOf,
  outdented,
  type Typed,
} from '../../model/settings/typing.ts';
import { t } from '../../text/language.ts';
import { Mark } from '../mark.tsx';

/** Height of a line in pixels; the style sheet has the same. */
const LINE_PX = 20;
/** Lines drawn above and below those in sight. */
const SPARE = 8;

/** The text of a file: numbers of lines, colours, and a mark at every line with a mistake. */
export function TextEditor({ name }: { readonly name: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const view = useSignal({ top: 0, left: 0, height: 600 });
  const look = (): void => {
    const { scrollTop, scrollLeft, clientHeight } = area.current ?? document.body;
    view.value = { top: scrollTop, left: scrollLeft, height: clientHeight };
  };
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (area.current !== null) observer.observe(area.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(look, [text.value]);
  useCaret(area);
  return (
    <div class="editor">
      <Paper view={view.value} />
      <textarea
        ref={area}
        aria-label={t('settings.editor', { name })}
        aria-describedby="editor-keys"
        aria-invalid={ownProblems.value.some(({ severity }) => severity === 'error')}
        class="editor-area"
        value={text.value}
        wrap="off"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        onScroll={look}
        onInput={({ currentTarget: { value, selectionStart } }) => {
          setText(value, selectionStart, true);
        }}
        onSelect={({ currentTarget: { selectionStart } }) => noteCaret(selectionStart)}
        onKeyDown={onKey}
      />
      <p id="editor-keys" class="quiet editor-keys">
        {t('settings.editorKeys')}
      </p>
    </div>
  );
}

interface View {
  readonly top: number;
  readonly left: number;
  readonly height: number;
}

/** What is behind the letters that are typed: the lines in sight, in colours. */
function Paper({ view: { top, left, height } }: { readonly view: View }) {
  const lines = useComputed(() => text.value.split('\n'));
  const marks = useComputed(
    () => new Map([...ownProblems.value].reverse().map((one) => [one.line ?? 1, one])),
  );
  const first = Math.max(0, Math.floor(top / LINE_PX) - SPARE);
  const last = Math.min(lines.value.length, Math.ceil((top + height) / LINE_PX) + SPARE);
  const shown = lines.value.slice(first, last);
  const shift = first * LINE_PX - top;
  return (
    <div class="editor-paper" aria-hidden="true">
      <div class="editor-numbers" style={{ transform: `translateY(${shift}px)` }}>
        {shown.map((_, at) => {
          const problem = marks.value.get(first + at + 1);
          return (
            <div key={first + at} class="editor-number" title={problem?.message}>
              {problem !== undefined && <Mark priority={problem.severity === 'error' ? 2 : 4} />}
              {first + at + 1}
            </div>
          );
        })}
      </div>
      <div class="editor-lines">
        <div style={{ transform: `translate(${-left}px, ${shift}px)` }}>
          {shown.map((line, at) => (
            <div
              key={first + at}
              class={lineClass(first + at + 1, marks.value.get(first + at + 1)?.severity)}
            >
              {inksOf(line).map(({ kind, text: ink }, place) =>
                kind === 'plain' ? (
                  ink
                ) : (
                  <span key={place} class={`ink-${kind}`}>
                    {ink}
                  </span>
                ),
              )}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function lineClass(line: number, severity: 'error' | 'note' | undefined): string {
  const pointed = pointedLine.value === line ? ' is-pointed' : '';
  return `editor-line${severity === 'error' ? ' has-mistake' : ''}${pointed}`;
}

/** Puts the caret where it is wished, and shows the line that the form points at. */
function useCaret(area: RefObject<HTMLTextAreaElement | null>): void {
  useSignalEffect(() => {
    const wish = caretWish.value;
    const element = area.current;
    if (wish === undefined || element === null) return;
    // The field may not have the text yet that the wish is about.
    if (element.value !== text.peek()) element.value = text.peek();
    if (wish.focus) element.focus({ preventScroll: false });
    element.setSelectionRange(wish.at, wish.at);
    show(element, lineOf(text.peek(), wish.at));
    if (wish.focus) pointedLine.value = lineOf(text.peek(), wish.at);
    caretWish.value = undefined;
  });
  useSignalEffect(() => {
    const line = pointedLine.value;
    if (line !== undefined && area.current !== null) show(area.current, line);
  });
}

/** Scrolls only as far as it must. */
function show(element: HTMLTextAreaElement, line: number): void {
  const top = (line - 1) * LINE_PX;
  const isSeen =
    top >= element.scrollTop && top + LINE_PX <= element.scrollTop + element.clientHeight;
  if (!isSeen) element.scrollTop = Math.max(0, top - element.clientHeight / 3);
}

/** After Escape the next Tab leaves the field, as in every other field. */
let leaves = false;

function onKey(event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }): void {
  const { key, currentTarget: area } = event;
  const isLeaving = leaves;
  leaves = key === 'Escape' || (leaves && key === 'Shift');
  const change = changeOf(event, isLeaving);
  if (change === undefined) return;
  event.preventDefault();
  change(area);
}

function changeOf(
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  isLeaving: boolean,
): ((area: HTMLTextAreaElement) => void) | undefined {
  if (ctrlKey || metaKey) return altKey ? undefined : commandOf(key.toLowerCase(), shiftKey);
  if (key === 'Tab' && !isLeaving) return typing(shiftKey ? outdented : indented);
  if (key === 'Enter' && !shiftKey) return typing(continued);
  return undefined;
}

function commandOf(
  key: string,
  shiftKey: boolean,
): ((area: HTMLTextAreaElement) => void) | undefined {
  if (key === 'z') return shiftKey ? redo : undo;
  if (key === 'y') return redo;
  return key === '/' ? typing(commented) : undefined;
}

function typing(change: (typed: Typed) => Typed): (area: HTMLTextAreaElement) => void {
  return (area) => {
    const { value, selectionStart, selectionEnd } = area;
    const next = change({ text: value, from: selectionStart, to: selectionEnd });
    area.value = next.text;
    area.setSelectionRange(next.from, next.to);
    setText(next.text, next.from, true);
    show(area, lineOf(next.text, next.to));
  };
}
