import { TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useMarks, useReading, useViewState } from '../reading';
import type { OpenPane } from '../room/panes';
import { sheetOf } from './sheet';

/** Asks for the words of a text that was just put on the image. */
export function WordsEntry({ open }: { open: OpenPane }): ReactElement | null {
  const { marks } = useReading();
  const all = useMarks();
  useViewState(open.view);
  const wanted = all.find(({ id, kind, text }) => id === marks.chosen() && kind === 'text' && text === '');
  const sheet = wanted && sheetOf(open);
  const mark = sheet?.marks(marks).find(({ id }) => id === wanted?.id);
  const [point] = mark?.points ?? [];
  const at = point && sheet?.toCanvas(point);
  if (!mark || !at) return null;
  return (
    <Entry
      key={mark.id}
      left={at[0]}
      top={at[1]}
      onDone={(words) => {
        if (words) marks.change(mark.id, { text: words });
        else marks.remove(mark.id);
      }}
    />
  );
}

interface EntryProps {
  left: number;
  top: number;
  onDone: (words: string) => void;
}

function Entry({ left, top, onDone }: EntryProps): ReactElement {
  const [words, setWords] = useState('');
  return (
    <TextInput
      style={{ position: 'absolute', left, top, width: '12rem' }}
      aria-label="Text on the image"
      placeholder="Text, then Enter"
      maxLength={200}
      value={words}
      data-autofocus
      ref={(field) => field?.focus()}
      onPointerDown={(event) => {
        event.stopPropagation();
      }}
      onChange={(event) => {
        setWords(event.currentTarget.value);
      }}
      onBlur={() => {
        onDone(words.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone('');
      }}
    />
  );
}
