/** Calls a step at a steady rate, in time with the screen. */
export class Player {
  #request = 0;

  constructor(private readonly step: () => void) {}

  play(fps: number): void {
    this.stop();
    const interval = 1000 / fps;
    let due = performance.now() + interval;
    const tick = (now: number): void => {
      if (now >= due) {
        this.step();
        due = Math.max(due + interval, now); // after a stall, go on instead of racing
      }
      this.#request = requestAnimationFrame(tick);
    };
    this.#request = requestAnimationFrame(tick);
  }

  stop(): void {
    cancelAnimationFrame(this.#request);
  }
}
