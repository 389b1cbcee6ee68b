import { useHotkeys, type Hotkeys } from '@/shared/lib/hotkeys';
import type { View } from '../engine/view';
import { frameRate, inColour } from '../frames';
import { presetsOf } from '../presets';
import type { Reading } from '../reading';
import { isMeasure, TOOL_KEYS } from '../tools';
import { MEASURE_WORDS } from './MeasureMenu';
import type { RoomDoor } from './useRoom';

interface Elsewhere {
  onDetails: () => void;
  onEscape: () => void;
  onPanel: (name: string) => void;
}

/** Every key of the reading room; `app/KeyboardHelp` lists them. */
export function useReadingKeys(door: RoomDoor, { onDetails, onEscape, onPanel }: Elsewhere): void {
  const { reading } = door;
  const { room } = reading;
  const removeChosen = (): void => {
    const chosen = reading.marks.chosen();
    if (chosen) reading.marks.remove(chosen);
  };
  const keys: Hotkeys = {
    ArrowRight: () => {
      if (!reading.caret.move([1, 0], false)) door.turn(1);
    },
    ArrowLeft: () => {
      if (!reading.caret.move([-1, 0], false)) door.turn(-1);
    },
    d: onDetails,
    Escape: () => {
      if (!reading.caret.leave()) onEscape();
    },
    e: reading.enlarge,
    p: door.planes,
    '.': () => {
      reading.activate((room.active + 1) % room.panes.length);
    },
    ',': () => {
      reading.activate((room.active + room.panes.length - 1) % room.panes.length);
    },
    'Mod+z': () => {
      reading.marks.undo();
    },
    'Mod+y': () => {
      reading.marks.redo();
    },
    'Mod+Z': () => {
      reading.marks.redo();
    },
    Delete: removeChosen,
    Backspace: removeChosen,
    g: () => {
      onPanel('measurements');
    },
    t: () => {
      onPanel('attributes');
    },
    ...viewKeys(door),
  };
  for (const [key, tool] of Object.entries(TOOL_KEYS)) {
    keys[key] = () => {
      reading.setTool(tool);
      if (isMeasure(tool)) reading.caret.say(`${MEASURE_WORDS[tool][0]}. Enter draws with the keys.`);
      else reading.caret.end();
    };
  }
  useHotkeys({ ...keys, ...caretKeys(reading) });
}

const FAR: [string, [number, number]][] = [
  ['Shift+ArrowRight', [1, 0]],
  ['Shift+ArrowLeft', [-1, 0]],
  ['Shift+ArrowDown', [0, 1]],
  ['Shift+ArrowUp', [0, -1]],
];

/** Drawing by keys: Enter begins and sets points, while a measuring tool is in hand. */
function caretKeys({ caret, tool, room }: Reading): Hotkeys {
  const keys: Hotkeys = {};
  if (!isMeasure(tool)) return keys;
  for (const [key, step] of FAR) {
    keys[key] = () => {
      caret.move(step, true);
    };
  }
  keys['Enter'] = () => {
    caret.enter(room.active, MEASURE_WORDS[tool][0]);
  };
  return keys;
}

/** Keys that speak to the picture in the active pane. */
function viewKeys({ reading }: RoomDoor): Hotkeys {
  const on = (act: (view: View) => void) => () => {
    const open = reading.active();
    if (open) act(open.view);
  };
  const keys: Hotkeys = {
    ArrowDown: on((view) => {
      if (!reading.caret.move([0, 1], false)) view.scrollBy(1);
    }),
    ArrowUp: on((view) => {
      if (!reading.caret.move([0, -1], false)) view.scrollBy(-1);
    }),
    PageDown: on((view) => {
      view.scrollBy(10);
    }),
    PageUp: on((view) => {
      view.scrollBy(-10);
    }),
    Home: on((view) => {
      view.scrollTo(0);
    }),
    End: on((view) => {
      view.scrollTo(view.state.count - 1);
    }),
    ' ': on((view) => {
      if (view.state.playing) view.stop();
      else view.play(frameRate(view.frame()?.dataSet));
    }),
    i: on((view) => {
      if (!inColour(view.frame()?.dataSet)) view.invert();
    }),
    r: on((view) => {
      view.rotate();
    }),
    f: on((view) => {
      view.flip();
    }),
    '+': on((view) => {
      view.zoomBy(1.2);
    }),
    '-': on((view) => {
      view.zoomBy(1 / 1.2);
    }),
    '0': on((view) => {
      view.reset();
    }),
  };
  for (let n = 1; n <= 9; n++) {
    keys[String(n)] = () => {
      const open = reading.active();
      const preset = open && presetsOf(open.frames[0]?.dataSet, open.series.modality)[n - 1];
      if (preset) open.view.setWindow(preset);
    };
  }
  return keys;
}
