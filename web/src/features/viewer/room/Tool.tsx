import { ActionIcon, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import classes from './Toolbar.module.css';

interface ToolProps {
  label: string;
  hint?: string;
  Sign: Icon;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

/** A button of the toolbar; on touch screens its key is not worth naming. */
export function Tool({ label, hint, Sign, pressed, disabled = false, onClick }: ToolProps): ReactElement {
  return (
    <Tooltip label={hint ? `${label} (${hint})` : label} events={{ hover: true, focus: true, touch: false }}>
      <ActionIcon
        className={classes.tool}
        size={34}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
        // Space must stay with the cine, also after a click on a button.
        onMouseUp={(event) => {
          event.currentTarget.blur();
        }}
      >
        <Sign size={19} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
