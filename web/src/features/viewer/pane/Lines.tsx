import type { ReactElement } from 'react';
import { usePanes, useReading, useViewState } from '../reading';
import { crossing } from '../room/crossing';
import { sameSpace } from '../room/following';
import type { OpenPane } from '../room/panes';
import classes from './Picture.module.css';

/** Where the other pictures of the same space cut this one, and the crosshair. */
export function Lines({ open }: { open: OpenPane }): ReactElement | null {
  const { links, crosshair, room } = useReading();
  const others = usePanes().filter((one) => one !== open && one.pane !== open.pane);
  useViewState(open.view);
  const plane = open.view.plane();
  const point = crosshair && crosshair.frameOfReference === plane?.frameOfReference ? crosshair.point : null;
  const cross = point && open.view.patientToCanvas(point);
  if (!cross && (!links.lines || others.length === 0)) return null;
  return (
    <svg className={classes.layer} aria-hidden>
      {links.lines &&
        others.map((other) => (
          <Line key={other.pane} of={other} on={open} strong={other.pane === room.active} />
        ))}
      {cross && (
        <path
          className={classes.crosshair}
          d={`M0 ${cross[1]}H${cross[0] - 10}M${cross[0] + 10} ${cross[1]}h9999M${cross[0]} 0V${cross[1] - 10}M${cross[0]} ${cross[1] + 10}v9999`}
        />
      )}
    </svg>
  );
}

function Line({ of, on, strong }: { of: OpenPane; on: OpenPane; strong: boolean }): ReactElement | null {
  useViewState(of.view);
  const [plane, corners, own] = [of.view.plane(), of.view.corners(), on.view.plane()];
  if (!plane || !corners || !own || !sameSpace(of.view, on.view)) return null;
  const ends = crossing(corners, plane.normal, own);
  const [a, b] = [ends && on.view.patientToCanvas(ends[0]), ends && on.view.patientToCanvas(ends[1])];
  if (!a || !b) return null;
  return <line className={classes.reference} data-strong={strong} x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} />;
}
