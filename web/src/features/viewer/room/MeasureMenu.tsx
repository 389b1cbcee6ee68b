import { Kbd, Menu } from '@mantine/core';
import {
  IconAngle,
  IconArrowUpRight,
  IconChevronDown,
  IconPointer,
  IconLasso,
  IconOval,
  IconRectangle,
  IconRuler2,
  IconRulerMeasure2,
  IconTypography,
  IconVector,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { MEASURES, TOOL_KEYS, type MeasureTool } from '../tools';
import { Tool } from './Tool';
import type { RoomDoor } from './useRoom';
import classes from './Toolbar.module.css';

export const MEASURE_WORDS: Record<MeasureTool, [words: string, sign: Icon]> = {
  length: ['Length', IconRuler2],
  angle: ['Angle', IconAngle],
  cobb: ['Cobb angle', IconVector],
  bidirectional: ['Long and short axis', IconRulerMeasure2],
  ellipse: ['Ellipse', IconOval],
  rectangle: ['Rectangle', IconRectangle],
  freehand: ['Freehand outline', IconLasso],
  probe: ['Value at a point', IconPointer],
  arrow: ['Arrow', IconArrowUpRight],
  text: ['Text', IconTypography],
};

const keyOf = (tool: MeasureTool): string | undefined =>
  Object.entries(TOOL_KEYS)
    .find(([, name]) => name === tool)?.[0]
    .toUpperCase();

/** The measuring tool in hand as a button, the others in its menu. */
export function MeasureMenu({ door }: { door: RoomDoor }): ReactElement {
  const { tool, setTool } = door.reading;
  const inHand = MEASURES.find((one) => one === tool) ?? 'length';
  const [words, Sign] = MEASURE_WORDS[inHand];
  return (
    <>
      <Tool
        label={words}
        hint={keyOf(inHand)}
        Sign={Sign}
        pressed={tool === inHand}
        onClick={() => {
          setTool(inHand);
        }}
      />
      <Menu position="bottom-start">
        <Menu.Target>
          <button type="button" className={classes.more} aria-label="Measuring tools">
            <IconChevronDown size={15} stroke={1.8} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {MEASURES.map((name) => {
            const [label, Mark] = MEASURE_WORDS[name];
            return (
              <Menu.Item
                key={name}
                leftSection={<Mark size={17} stroke={1.6} />}
                rightSection={<Kbd size="xs">{keyOf(name)}</Kbd>}
                onClick={() => {
                  setTool(name);
                }}
              >
                {label}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
