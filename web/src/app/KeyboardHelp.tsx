import { Kbd, Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import classes from './KeyboardHelp.module.css';

const HANDS: [string, string][] = [
  ['One finger', 'What the chosen tool does: at first, scroll through the images'],
  ['Two fingers', 'Apart or together to zoom, side by side to move'],
  ['Two taps', 'This pane alone, and all again'],
  ['A finger that rests', 'What can be done here, and to the mark below it'],
  ['The line at the right edge', 'Any image of the stack at once'],
];

const KEYS: [string, [string[], string][]][] = [
  [
    'Everywhere',
    [
      [['?'], 'This list'],
      [['Esc'], 'Close, or clear the search'],
    ],
  ],
  [
    'Studies',
    [
      [['/'], 'Go to the search'],
      [['↓', '↑'], 'Next and previous study'],
      [['Enter'], 'Open the images'],
      [['D'], 'Study details'],
      [['P'], 'Patient'],
    ],
  ],
  [
    'Patient',
    [
      [['↓', '↑'], 'Next and previous study'],
      [['X'], 'Choose the study to compare'],
      [['C'], 'Two chosen studies side by side'],
      [['Enter'], 'Open the images'],
    ],
  ],
  [
    'Images',
    [
      [['↓', '↑'], 'Next and previous image'],
      [['→', '←'], 'Next and previous series'],
      [['1', '…', '9'], 'Window presets'],
      [['W', 'Z', 'H', 'S', 'M', 'X'], 'Window, zoom, hand, scroll, magnifier, crosshair'],
      [['L', 'A', 'C', 'B'], 'Length, angle, Cobb angle, two axes'],
      [['O', 'U', 'Y', 'V'], 'Ellipse, rectangle, freehand, value'],
      [['J', 'N'], 'Arrow, text'],
      [['Enter'], 'Draw with the keys: arrows (Shift: far), Enter sets a point, Esc ends'],
      [['Ctrl', 'Z'], 'Undo a mark (Ctrl Y does it again)'],
      [['Del'], 'Delete the chosen mark'],
      [['G', 'T'], 'List of measurements, attributes'],
      [['P'], 'Planes, and back'],
      [['.', ','], 'Next and previous pane'],
      [['E'], 'The pane alone, and all again'],
      [['<', '>'], 'Previous and next frame of a video'],
      [['I', 'R', 'F'], 'Invert, rotate, flip'],
      [['Space'], 'Play or stop'],
      [['0'], 'Reset'],
      [['K'], 'Key image, or no longer'],
      [['Ctrl', 'S'], 'Save what was drawn'],
    ],
  ],
  [
    'Identity',
    [
      [['A', 'N', 'L'], 'One person, never the same, later'],
      [['→', '←'], 'Next and previous pair'],
    ],
  ],
];

export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys and touch"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.columns}>
        <section className={classes.touch}>
          <h3>Fingers on an image</h3>
          <dl>
            {HANDS.map(([hand, meaning]) => (
              <div key={hand}>
                <dt>{hand}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
        {KEYS.map(([group, lines]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {lines.map(([keys, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {keys.map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
