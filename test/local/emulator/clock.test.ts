import { describe, expect, it } from 'vitest';
import { manualClock, systemClock } from '../../../local/emulator/clock.ts';

describe('a clock moved by hand', () => {
  it('fires what falls due in order, each at its own time', async () => {
    const clock = manualClock(0);
    const seen: [string, number][] = [];
    clock.at(20, () => seen.push(['b', clock.now()]));
    clock.at(10, () => {
      seen.push(['a', clock.now()]);
      clock.at(15, () => seen.push(['a2', clock.now()]));
    });
    clock.at(31, () => seen.push(['late', clock.now()]));

    await clock.advance(30);

    expect(seen).toEqual([
      ['a', 10],
      ['a2', 15],
      ['b', 20],
    ]);
    expect(clock.now()).toBe(30);
  });

  it('stands still while work it started is under way', async () => {
    const clock = manualClock(0);
    const seen: number[] = [];
    clock.at(10, () => {
      const release = clock.hold();
      setImmediate(() => {
        seen.push(clock.now());
        release();
      });
    });
    clock.at(20, () => seen.push(clock.now()));

    await clock.advance(100);

    expect(seen).toEqual([10, 20]);
  });

  it('moves past work that is under way when told to', async () => {
    const clock = manualClock(0);
    clock.hold();

    await clock.advance(100, { leaveRunning: true });

    expect(clock.now()).toBe(100);
  });

  it('forgets what was cancelled', async () => {
    const clock = manualClock(0);
    const fired: number[] = [];
    const cancels = Array.from({ length: 500 }, (_, index) => clock.at(index, () => fired.push(index)));
    for (const [index, cancel] of cancels.entries()) if (index % 100 !== 7) cancel();

    await clock.advance(1000);

    expect(fired).toEqual([7, 107, 207, 307, 407]);
  });

  it('refuses to go back, and goes on afterwards', async () => {
    const clock = manualClock(new Date('2026-03-01T00:00:00Z'));

    await expect(clock.set(new Date('2026-02-28T00:00:00Z'))).rejects.toThrow(RangeError);
    await clock.set(new Date('2026-03-02T00:00:00Z'));

    expect(new Date(clock.now()).toISOString()).toBe('2026-03-02T00:00:00.000Z');
  });
});

describe('the system clock', () => {
  it('fires at the time and not before', async () => {
    const clock = systemClock();
    const time = Date.now() + 5;

    const firedAt = await new Promise<number>((resolve) => clock.at(time, () => resolve(Date.now())));

    expect(firedAt).toBeGreaterThanOrEqual(time);
  });

  it('waits for moments that are further off than a timer can hold', async () => {
    const clock = systemClock();
    let fired = false;

    const cancel = clock.at(Date.now() + 30 * 24 * 3_600_000, () => {
      fired = true;
    });
    await new Promise<void>((resolve) => clock.at(Date.now() + 5, resolve));
    cancel();

    expect(fired).toBe(false);
  });
});
