import { Mark } from '@/shared/ui/Mark';
import type { ReactElement, ReactNode } from 'react';
import classes from './Entrance.module.css';

/** Points of a pointy-top hexagon around a centre. */
function hexagon(x: number, y: number, radius: number): string {
  return Array.from({ length: 6 }, (_, corner) => {
    const angle = (Math.PI / 3) * corner - Math.PI / 2;
    return `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
  }).join(' ');
}

const RINGS = Array.from({ length: 9 }, (_, ring) => 46 + ring * 44);

function Pattern(): ReactElement {
  return (
    <svg className={classes.pattern} viewBox="-400 -400 800 800" aria-hidden="true">
      {RINGS.map((radius, ring) => (
        <polygon key={radius} points={hexagon(0, 0, radius)} opacity={0.95 - ring * 0.1} />
      ))}
      {Array.from({ length: 6 }, (_, spoke) => {
        const angle = (Math.PI / 3) * spoke - Math.PI / 2;
        return (
          <line
            key={spoke}
            x1={0}
            y1={0}
            x2={398 * Math.cos(angle)}
            y2={398 * Math.sin(angle)}
            opacity={0.35}
          />
        );
      })}
    </svg>
  );
}

interface EntranceProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages seen before signing in. */
export function Entrance({ title, lead, children }: EntranceProps): ReactElement {
  return (
    <div className={classes.page}>
      <aside className={classes.aside} aria-hidden="true">
        <Pattern />
        <p className={classes.claim}>
          Every image,
          <br />
          kept once, found at once.
        </p>
      </aside>
      <main className={classes.main}>
        <div className={classes.form}>
          <div className={classes.brand}>
            <Mark size={30} />
            <span>Sixfold</span>
          </div>
          <h1 className={classes.title}>{title}</h1>
          {lead && <p className={classes.lead}>{lead}</p>}
          {children}
        </div>
        <p className={classes.legal}>Not a medical device. Not for diagnostic use.</p>
      </main>
    </div>
  );
}
